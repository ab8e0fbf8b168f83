import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readRtp, type RtpPacket, writeRtp } from '../../src/engine/media/rtp-packet.js';

const FRAME_BYTES = 160;
const FRAME_MS = 20;
const SILENCE = new Uint8Array(FRAME_BYTES).fill(0xff);

/** The audio side of a scripted phone: plays µ-law in real time, and keeps what it hears. */
export class RtpPhone {
  readonly heard: RtpPacket[] = [];
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('message', (data) => {
      const packet = readRtp(data);
      if (packet) this.heard.push(packet);
    });
  }

  static async open(): Promise<RtpPhone> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new RtpPhone(socket);
  }

  get port(): number {
    return this.socket.address().port;
  }

  /** Plays whole frames, and then silence until `close`. */
  play(toPort: number, sound: Uint8Array): void {
    const startedAt = performance.now();
    let sent = 0;
    this.timer = setInterval(() => {
      for (const due = Math.floor((performance.now() - startedAt) / FRAME_MS); sent < due; sent++) {
        const at = sent * FRAME_BYTES;
        const payload = at < sound.length ? sound.subarray(at, at + FRAME_BYTES) : SILENCE;
        const packet = {
          payloadType: 0,
          marker: sent === 0,
          sequence: sent & 0xffff,
          timestamp: at,
          ssrc: 42,
          payload,
        };
        this.socket.send(writeRtp(packet), toPort, '127.0.0.1');
      }
    }, FRAME_MS);
  }

  close(): void {
    clearInterval(this.timer);
    this.socket.close();
  }
}
