import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Clock } from '../../contracts/clock.js';
import type { Log } from '../../contracts/log.js';
import { MessageRouter } from './message-router.js';
import type { MessageHead } from './message-head.js';
import { Retransmission } from './retransmission.js';
import { newSipCounters, type SipAddress, type SipReceiver, type SipSocket } from './sip-socket.js';

export interface UdpSipSocketOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** IP address to bind. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Host for Via and Contact if peers reach us under another one than `host`. */
  readonly advertisedHost?: string;
  readonly userAgent: string;
  readonly callIdPrefixLength: number;
  /** For tests: share of datagrams to lose in each direction, 0 to 1, decided by `random`. */
  readonly loss?: { readonly rate: number; readonly random: () => number };
}

/** A burst of answers to 1,000 calls fits; the kernel caps it at `net.core.rmem_max`. Bytes. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

const OUTGOING_REQUEST = /^([A-Z]+) /;
const OUTGOING_RESPONSE = /^SIP\/2\.0 (\d{3})/;
const TOP_VIA = /\r\nVia: ([^\r]+)/i;
const BRANCH = /;branch=([^;\s]+)/i;
const RECEIVED = /;received=([^;,\s]+)/i;
const RPORT = /;rport=(\d+)/i;
const INVITE_CSEQ = /\r\nCSeq: \d+ INVITE\r\n/i;

/** Binds the socket; rejects if the address is taken or not ours. */
export const openUdpSipSocket = async (options: UdpSipSocketOptions): Promise<UdpSipSocket> => {
  const socket = createSocket({
    type: isIPv6(options.host) ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
  });
  socket.bind({ address: options.host, port: options.port, exclusive: true });
  await once(socket, 'listening');
  return new UdpSipSocket(socket, options);
};

/** SIP over UDP (RFC 3261, 18): retransmission, routing of messages, and nothing that can throw into the event loop. */
export class UdpSipSocket implements SipSocket {
  readonly protocol = 'UDP';
  readonly localPort: number;
  readonly advertised: SipAddress;
  readonly counters = newSipCounters();
  private readonly retransmission: Retransmission;
  private readonly router: MessageRouter;
  private closed = false;

  constructor(
    private readonly socket: Socket,
    private readonly options: UdpSipSocketOptions,
  ) {
    this.localPort = socket.address().port;
    this.advertised = { host: options.advertisedHost ?? options.host, port: this.localPort };
    this.retransmission = new Retransmission(options.clock, () => this.counters.timedOut++);
    this.router = new MessageRouter({
      log: options.log,
      counters: this.counters,
      protocol: this.protocol,
      advertised: this.advertised,
      userAgent: options.userAgent,
      prefixLength: options.callIdPrefixLength,
      reply: (text, destination) => {
        // A stray request gets one answer a copy: repeating it would make us an amplifier for forged addresses.
        const sent = OUTGOING_RESPONSE.test(text) ? this.write(text, destination) : this.send(text, destination);
        sent.catch(() => undefined);
      },
      onAck: (branch) => this.retransmission.settle(`${branch}*G`),
      onResponse: (head) => this.settleBy(head),
    });
    socket.on('message', (datagram, { address, port }) => {
      if (this.loses()) return;
      this.counters.received++;
      this.router.route(datagram.toString('utf8'), { host: address, port });
    });
    // An unconnected UDP socket reports little here; nothing of it ends the socket.
    socket.on('error', (error) => {
      this.counters.sendErrors++;
      options.log.warn({ reason: error.message }, 'SIP socket error');
    });
  }

  attach(callIdPrefix: string, receiver: SipReceiver): () => void {
    return this.router.attach(callIdPrefix, receiver);
  }

  adopt(callId: string, receiver: SipReceiver): () => void {
    return this.router.adopt(callId, receiver);
  }

  abandon(branch: string): void {
    this.retransmission.settle(`${branch}INVITE`);
  }

  send(text: string, destination: SipAddress): Promise<void> {
    const via = TOP_VIA.exec(text)?.[1] ?? '';
    const branch = BRANCH.exec(via)?.[1] ?? '';
    const method = OUTGOING_REQUEST.exec(text)?.[1];
    if (method === undefined) {
      // RFC 3261, 18.2.2: the router has stamped both on every request that we answer.
      const target = { host: bare(RECEIVED.exec(via)?.[1]), port: Number(RPORT.exec(via)?.[1] ?? 5060) };
      const address = target.host === '' ? destination : target;
      const status = Number(OUTGOING_RESPONSE.exec(text)?.[1]);
      if (status >= 300 && INVITE_CSEQ.test(text)) {
        this.retransmission.arm(`${branch}*G`, () => this.resend(text, address), false);
      }
      return this.write(text, address);
    }
    if (method !== 'ACK') {
      this.retransmission.arm(`${branch}${method}`, () => this.resend(text, destination), method === 'INVITE');
    }
    return this.write(text, destination);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.retransmission.clear();
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }

  private settleBy(head: MessageHead): void {
    const key = `${head.branch}${head.cseqMethod}`;
    if (head.cseqMethod === 'INVITE' || head.status >= 200) this.retransmission.settle(key);
    else this.retransmission.slow(key);
  }

  private resend(text: string, destination: SipAddress): void {
    this.counters.retransmissions++;
    this.write(text, destination).catch(() => undefined);
  }

  private write(text: string, destination: SipAddress): Promise<void> {
    if (this.closed) return Promise.reject(new Error('The SIP socket is closed'));
    this.counters.sent++;
    if (this.loses()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.socket.send(text, destination.port, destination.host, (error) => {
        if (error === null) {
          resolve();
          return;
        }
        this.counters.sendErrors++;
        reject(error);
      });
    });
  }

  private loses(): boolean {
    const { loss } = this.options;
    return loss !== undefined && loss.random() < loss.rate;
  }
}

const bare = (host: string | undefined): string => (host ?? '').replace(/^\[|\]$/g, '');
