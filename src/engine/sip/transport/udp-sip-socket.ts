import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { MessageHead } from './message-head.js';
import type { OutgoingHead } from './outgoing-head.js';
import { Retransmission } from './retransmission.js';
import { RoutedSipSocket, type SharedParts } from './routed-sip-socket.js';
import type { SipAddress, SipReceiver } from './sip-socket.js';

export interface UdpSipSocketOptions {
  /** IP address to bind. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Host for Via and Contact. */
  readonly advertisedHost: string;
}

/** A burst of answers to 1,000 calls fits; the kernel caps it at `net.core.rmem_max`. Bytes. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** How long BYEs that have left are waited for, and repeated, at the close: 1 s. */
const BYE_PATIENCE_MS = 1_000;

/** Binds the socket; rejects if the address is taken or not ours. */
export const openUdpSipSocket = async (options: UdpSipSocketOptions, shared: SharedParts): Promise<UdpSipSocket> => {
  const socket = createSocket({
    type: isIPv6(options.host) ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
  });
  try {
    socket.bind({ address: options.host, port: options.port, exclusive: true });
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  return new UdpSipSocket(socket, options, shared);
};

/** SIP over UDP (RFC 3261, 18): one datagram a message, repeated until it is settled. */
export class UdpSipSocket extends RoutedSipSocket {
  private readonly retransmission: Retransmission;
  private closing: Promise<void> | undefined;
  /** Resolves when all that was sent so far has left. */
  private written: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly socket: Socket,
    { advertisedHost }: UdpSipSocketOptions,
    shared: SharedParts,
  ) {
    super('UDP', { host: advertisedHost, port: socket.address().port }, shared);
    this.retransmission = new Retransmission(shared.clock, () => shared.counters.timedOut++);
    socket.on('message', (datagram, { address, port }) => {
      shared.counters.received++;
      this.router.route(datagram.toString('utf8'), { host: address, port });
    });
    // An unconnected UDP socket reports little here; nothing of it ends the socket.
    socket.on('error', (error) => {
      shared.counters.sendErrors++;
      shared.log.warn({ reason: error.message }, 'SIP socket error');
    });
  }

  attach(callIdPrefix: string, receiver: SipReceiver): () => void {
    return this.shared.receivers.attach(callIdPrefix, receiver);
  }

  abandon(branch: string): void {
    this.retransmission.settle(`${branch}INVITE`);
  }

  onConnectionLost(): () => void {
    return () => undefined;
  }

  faultOf(): null {
    return null;
  }

  close(): Promise<void> {
    return (this.closing ??= this.closeSoon());
  }

  private async closeSoon(): Promise<void> {
    // A BYE that was lost would leave the far end talking to nobody.
    await this.retransmission.settled('BYE', BYE_PATIENCE_MS);
    await this.written;
    this.closed = true;
    this.retransmission.clear();
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }

  protected sendRequest(
    text: string,
    { method, branch }: OutgoingHead & { readonly method: string },
    destination: SipAddress,
  ): Promise<void> {
    if (method !== 'ACK') {
      this.retransmission.arm(`${branch}${method}`, () => this.resend(text, destination), method === 'INVITE');
    }
    return this.write(text, destination);
  }

  protected sendResponse(text: string, { status, isToInvite, branch, source }: OutgoingHead): Promise<void> {
    if (source === null) return Promise.reject(new Error('The answer has no address to go to'));
    if (status >= 300 && isToInvite) {
      this.retransmission.arm(`${branch}*G`, () => this.resend(text, source), false);
    }
    return this.write(text, source);
  }

  protected reply(text: string, source: SipAddress): void {
    // What is stray gets one answer a copy, but for the BYE: repeating it would make us an amplifier for forged addresses.
    const sent = text.startsWith('BYE ') ? this.send(text, source) : this.write(text, source);
    sent.catch(() => undefined);
  }

  protected onResponse(head: MessageHead): void {
    const key = `${head.branch}${head.cseqMethod}`;
    if (head.cseqMethod === 'INVITE' || head.status >= 200) this.retransmission.settle(key);
    else this.retransmission.slow(key);
  }

  protected onAck(branch: string): void {
    this.retransmission.settle(`${branch}*G`);
  }

  private resend(text: string, destination: SipAddress): void {
    this.shared.counters.retransmissions++;
    this.write(text, destination).catch(() => undefined);
  }

  private write(text: string, destination: SipAddress): Promise<void> {
    const { counters } = this.shared;
    if (this.closed) return Promise.reject(new Error('The SIP socket is closed'));
    counters.sent++;
    const written = new Promise<void>((resolve, reject) => {
      this.socket.send(text, destination.port, destination.host, (error) => {
        if (error === null) {
          resolve();
          return;
        }
        counters.sendErrors++;
        reject(error);
      });
    });
    this.written = written.catch(() => undefined);
    return written;
  }
}
