import type { SipTransport } from '../../domain/line-state.js';

/** IP literal and port: a host name would cost a look-up on the thread pool for every datagram. */
export interface SipAddress {
  /** An IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /**
   * TLS: the host as the operator wrote it, which the server's certificate must be for. Without it, or with an IP address,
   * the certificate must name the IP address.
   */
  readonly serverName?: string;
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

/** One local endpoint that all user agents share, of one transport and address family. */
export interface SipSocket {
  /** As in the Via header. */
  readonly protocol: SipTransport;
  /** For Via and Contact: the address that peers reach us at. */
  readonly advertised: SipAddress;
  /** Requests go to `destination`, responses to where their Via points (RFC 3261, 18.2.2). Rejects if not sent. */
  send(text: string, destination: SipAddress): Promise<void>;
  /** Stops repeating the INVITE of a call that was given up locally; nothing is repeated over TCP and TLS. */
  abandon(branch: string): void;
  /**
   * Messages whose Call-ID begins with the prefix go to the receiver, whatever the transport that they come over. The
   * connection to the destination is kept up, once it is needed, until its last receiver is gone. Returns the function
   * that ends this.
   */
  attach(callIdPrefix: string, receiver: SipReceiver, destination: SipAddress): () => void;
  /** The same for one whole Call-ID: a dialog that an earlier process began. */
  adopt(callId: string, receiver: SipReceiver): () => void;
  /**
   * Calls `listener` when a connection to a server, which had been up, has ended: the next request opens another one. It
   * need not be a fault, for servers close connections that are not used. Never for UDP. Returns the function that ends
   * this.
   */
  onConnectionLost(listener: (destination: SipAddress) => void): () => void;
  /**
   * Why there is no connection to a server, in English for the operator: a certificate that is not accepted, a port that is
   * not open. Null: the last one was made, or none was needed yet; always null for UDP.
   */
  faultOf(destination: SipAddress): string | null;
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
