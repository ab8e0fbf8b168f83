import type { SipReceiver } from './sip-socket.js';

/**
 * The user agents of all sockets, by the Call-IDs that they make. They are the same whatever the transport: a peer may send
 * a request within a call over TCP, because it is too long for a datagram, though the call was made over UDP (RFC 3261,
 * 18.1.1).
 */
export class Receivers {
  private readonly byPrefix = new Map<string, SipReceiver>();
  private readonly byCallId = new Map<string, SipReceiver>();

  /** @param prefixLength that all attached prefixes share */
  constructor(private readonly prefixLength: number) {}

  attach(prefix: string, receiver: SipReceiver): () => void {
    if (prefix.length !== this.prefixLength || this.byPrefix.has(prefix)) throw new Error('Bad Call-ID prefix');
    this.byPrefix.set(prefix, receiver);
    return () => this.byPrefix.delete(prefix);
  }

  adopt(callId: string, receiver: SipReceiver): () => void {
    this.byCallId.set(callId, receiver);
    return () => {
      if (this.byCallId.get(callId) === receiver) this.byCallId.delete(callId);
    };
  }

  find(callId: string): SipReceiver | undefined {
    return this.byPrefix.get(callId.slice(0, this.prefixLength)) ?? this.byCallId.get(callId);
  }
}
