import { randomInt } from 'node:crypto';
import { type RtpPacket, writeRtp } from './rtp-packet.js';

const SAMPLES_PER_MS = 8;

/**
 * One stream of RTP (RFC 3550, 5.1): its SSRC stays, its sequence has no gap, and its timestamps never go back, whoever
 * gives it something to send: silence, a playback, or the far end of another call.
 */
export class RtpSender {
  private readonly ssrc = randomInt(2 ** 32);
  private readonly firstTimestamp = randomInt(2 ** 32);
  private sequence = randomInt(2 ** 16);
  /** Samples since the first timestamp at which the next packet may begin. */
  private position = 0;
  private startedAtMs: number | null = null;
  /** What the numbers of the relayed stream differ by from ours; null after something of our own. */
  private relayed: { readonly ssrc: number; readonly sequence: number; readonly position: number } | null = null;

  constructor(
    private readonly write: (packet: Uint8Array) => void,
    private readonly nowMs: () => number,
  ) {}

  /** The next talk spurt: its timestamps begin where the clock is. */
  beginSpurt(): void {
    const nowMs = this.nowMs();
    this.startedAtMs ??= nowMs;
    this.position = Math.max(this.position, Math.round((nowMs - this.startedAtMs) * SAMPLES_PER_MS));
  }

  /** G.711 has one byte a sample. */
  send(payloadType: number, payload: Uint8Array, marker: boolean): void {
    this.relayed = null;
    this.put({ payloadType, payload, marker, sequence: this.sequence + 1, timestamp: this.position });
  }

  /** A packet of another stream, in that stream's own order and time. */
  relay(packet: RtpPacket): void {
    let { relayed } = this;
    const isNew = relayed?.ssrc !== packet.ssrc;
    if (relayed === null || isNew) {
      this.beginSpurt();
      const { ssrc } = packet;
      relayed = { ssrc, sequence: this.sequence + 1 - packet.sequence, position: this.position - packet.timestamp };
      this.relayed = relayed;
    }
    const sequence = packet.sequence + relayed.sequence;
    this.put({
      ...packet,
      marker: packet.marker || isNew,
      sequence,
      timestamp: (packet.timestamp + relayed.position) >>> 0,
    });
  }

  /** The timestamp counts from our first one. */
  private put(packet: Omit<RtpPacket, 'ssrc'>): void {
    const isLater = ((packet.sequence - this.sequence) << 16) >> 16 > 0;
    if (isLater) {
      this.sequence = packet.sequence & 0xffff;
      this.position = packet.timestamp + packet.payload.length;
    }
    const timestamp = (this.firstTimestamp + packet.timestamp) >>> 0;
    this.write(writeRtp({ ...packet, sequence: packet.sequence & 0xffff, timestamp, ssrc: this.ssrc }));
  }
}
