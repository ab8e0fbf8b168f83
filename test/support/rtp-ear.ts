import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readRtp, type RtpPacket, writeRtp } from '../../src/engine/media/rtp-packet.js';

/** The audio side of a telephone, packet by packet: hears, and speaks. */
export class RtpEar {
  static readonly SSRC = 7;
  private sequence = 0;
  private readonly unheard: RtpPacket[] = [];
  private readonly waiters: { matches: (packet: RtpPacket) => boolean; resolve: (packet: RtpPacket) => void }[] = [];

  private constructor(private readonly socket: Socket) {
    socket.on('message', (data) => {
      const packet = readRtp(data);
      if (!packet) return;
      const at = this.waiters.findIndex(({ matches }) => matches(packet));
      const [waiter] = at < 0 ? [] : this.waiters.splice(at, 1);
      if (waiter) waiter.resolve(packet);
      else this.unheard.push(packet);
    });
  }

  static async open(): Promise<RtpEar> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new RtpEar(socket);
  }

  get port(): number {
    return this.socket.address().port;
  }

  /** The next packet that fits and that no other `next` took. */
  next(matches: (packet: RtpPacket) => boolean = () => true): Promise<RtpPacket> {
    const at = this.unheard.findIndex(matches);
    const [heard] = at < 0 ? [] : this.unheard.splice(at, 1);
    if (heard) return Promise.resolve(heard);
    return new Promise((resolve) => this.waiters.push({ matches, resolve }));
  }

  /** 20 ms whose bytes are all `code`. */
  say(port: number, code: number, payloadType = 0): void {
    this.sequence++;
    const packet = {
      payloadType,
      marker: false,
      sequence: this.sequence,
      timestamp: this.sequence * 160,
      ssrc: RtpEar.SSRC,
    };
    this.socket.send(writeRtp({ ...packet, payload: new Uint8Array(160).fill(code) }), port, '127.0.0.1');
  }

  async close(): Promise<void> {
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }
}

/** The audio port of a description. */
export const audioPort = (sdp: string): number => Number(/m=audio (\d+)/.exec(sdp)?.[1]);
