/** IP literal and port: a host name would cost a look-up on the thread pool for every datagram. */
export interface SipAddress {
  readonly host: string;
  readonly port: number;
}

/** One user agent behind the socket, found by the Call-ID (see `message-router.ts`). */
export interface SipReceiver {
  /**
   * @param message for the parser of sip.js, after the repairs of `inbound-repair.ts`
   * @param raw what came over the wire
   * @returns false if no transaction or dialog took a 2xx to INVITE: the socket ends such a ghost call itself
   */
  receive(message: string, raw: string): boolean;
}

/**
 * One local endpoint that all user agents share. UDP implements it; TCP and TLS, which need framing but no
 * retransmission, fit behind the same interface.
 */
export interface SipSocket {
  /** As in the Via header. */
  readonly protocol: 'UDP' | 'TCP' | 'TLS';
  /** For Via and Contact: the address that peers reach us at. */
  readonly advertised: SipAddress;
  readonly localPort: number;
  readonly counters: Readonly<SipCounters>;
  /** Requests go to `destination`, responses to where their Via points (RFC 3261, 18.2.2). Rejects if not sent. */
  send(text: string, destination: SipAddress): Promise<void>;
  /** Stops repeating the INVITE of a call that was given up locally. */
  abandon(branch: string): void;
  /** Messages whose Call-ID begins with the prefix go to the receiver. Returns the function that ends this. */
  attach(callIdPrefix: string, receiver: SipReceiver): () => void;
  /** The same for one whole Call-ID: a dialog that an earlier process began. */
  adopt(callId: string, receiver: SipReceiver): () => void;
  close(): Promise<void>;
}

export interface SipCounters {
  received: number;
  sent: number;
  retransmissions: number;
  /** Requests that nobody answered for 64 × T1. */
  timedOut: number;
  /** Not SIP, or without the headers that RFC 3261 demands. */
  malformed: number;
  /** Belongs to no user agent. */
  unrouted: number;
  /** sip.js threw while it handled a message. */
  rejected: number;
  sendErrors: number;
}

export const newSipCounters = (): SipCounters => ({
  received: 0,
  sent: 0,
  retransmissions: 0,
  timedOut: 0,
  malformed: 0,
  unrouted: 0,
  rejected: 0,
  sendErrors: 0,
});
