import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface Impairments {
  /** Shares of the datagrams in each direction, 0 to 1. */
  readonly lossRate: number;
  readonly duplicateRate?: number;
  /** Held back, so that what was sent up to 50 ms later arrives first. */
  readonly reorderRate?: number;
  readonly seed: number;
}

/** Mulberry32: of the same datagrams, the same ones are lost. */
const seeded = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let value = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
  return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
};

/** A network between the dialer and a far end that answers to where a request came from. */
export class BadNetwork {
  /** INVITEs that have got to the far end, by called number: the Call-IDs that they came with. */
  readonly invites = new Map<string, Set<string>>();
  readonly counts = { passed: 0, lost: 0, doubled: 0, heldBack: 0 };
  private readonly random: () => number;
  private readonly held = new Set<NodeJS.Timeout>();
  private dialerPort = 0;

  private constructor(
    private readonly front: Socket,
    private readonly back: Socket,
    private readonly farEndPort: number,
    private readonly impairments: Impairments,
  ) {
    this.random = seeded(impairments.seed);
    front.on('message', (datagram, { port }) => {
      this.dialerPort = port;
      this.carry(() => {
        this.note(datagram.toString());
        back.send(datagram, this.farEndPort, '127.0.0.1');
      });
    });
    back.on('message', (datagram) => this.carry(() => front.send(datagram, this.dialerPort, '127.0.0.1')));
  }

  static async open(farEndPort: number, impairments: Impairments): Promise<BadNetwork> {
    const [front, back] = [createSocket('udp4'), createSocket('udp4')];
    for (const socket of [front, back]) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    return new BadNetwork(front, back, farEndPort, impairments);
  }

  /** Where the dialer sends to. */
  get port(): number {
    return this.front.address().port;
  }

  async close(): Promise<void> {
    for (const timer of this.held) clearTimeout(timer);
    const closed = [this.front, this.back].map((socket) => once(socket, 'close'));
    this.front.close();
    this.back.close();
    await Promise.all(closed);
  }

  private carry(send: () => void): void {
    const { lossRate, duplicateRate = 0, reorderRate = 0 } = this.impairments;
    if (this.random() < lossRate) {
      this.counts.lost++;
      return;
    }
    if (this.random() < duplicateRate) {
      this.counts.doubled++;
      this.hold(send);
    }
    if (this.random() < reorderRate) {
      this.counts.heldBack++;
      this.hold(send);
    } else {
      this.counts.passed++;
      send();
    }
  }

  private hold(send: () => void): void {
    const timer = setTimeout(
      () => {
        this.held.delete(timer);
        send();
      },
      1 + this.random() * 50,
    );
    this.held.add(timer);
  }

  private note(message: string): void {
    const number = /^INVITE sip:([^@]+)@/.exec(message)?.[1];
    if (number === undefined) return;
    const callId = /^Call-ID: *(\S+)/im.exec(message)?.[1] ?? '';
    this.invites.set(number, (this.invites.get(number) ?? new Set()).add(callId));
  }
}
