import type { CallMediaSink } from '../contracts/call-media.js';
import { A_LAW, U_LAW } from './g711.js';
import type { RtpPacket } from './rtp-packet.js';

export const FRAME_SAMPLES = 160;
/** Packets that wait for an earlier one: 60 ms at the usual 20 ms, which covers reordering, not a broken network. */
const REORDER_PACKETS = 3;
/** A longer jump in time is a new stream (transfer inside the PBX), not a loss. Samples: 2 s. */
const LONGEST_GAP_SAMPLES = 16_000;
/** A longer jump of the sequence is a new stream. */
const LONGEST_JUMP = 1_000;
const PCMU = 0;
const PCMA = 8;

/**
 * Puts the packets of one call in order and cuts them into frames of 20 ms. The time line matters more than the samples:
 * the detector measures pauses, so what is lost, or was never sent (RFC 3389 and voice activity detection at the peer),
 * becomes silence of the same length, by the timestamps; while nothing arrives at all, the caller adds silence by the
 * clock through `conceal`, which is taken off the gap that the timestamps show afterwards.
 */
export class FrameStream {
  private readonly frame = new Int16Array(FRAME_SAMPLES);
  private filled = 0;
  private ssrc: number | null = null;
  private nextSequence = 0;
  private nextTimestamp = 0;
  private concealed = 0;
  private readonly waiting = new Map<number, RtpPacket>();

  constructor(private readonly sink: CallMediaSink) {}

  receive(packet: RtpPacket): void {
    if (this.ssrc !== packet.ssrc) this.restart(packet);
    const ahead = ((packet.sequence - this.nextSequence) << 16) >> 16;
    if (Math.abs(ahead) > LONGEST_JUMP) {
      this.restart(packet);
      this.play(packet);
      return;
    }
    if (ahead < 0 || this.waiting.has(packet.sequence)) return;
    if (ahead > 0) {
      this.waiting.set(packet.sequence, packet);
      if (this.waiting.size > REORDER_PACKETS) this.skipToEarliest();
      return;
    }
    this.play(packet);
    this.playWaiting();
  }

  /** Silence for time in which nothing came. */
  conceal(samples: number): void {
    // What waits for a lost packet is played first: no more will come to push it out.
    while (this.waiting.size > 0) this.skipToEarliest();
    this.concealed += samples;
    this.silence(samples);
  }

  private restart(packet: RtpPacket): void {
    this.ssrc = packet.ssrc;
    this.nextSequence = packet.sequence;
    this.nextTimestamp = packet.timestamp;
    this.concealed = 0;
    this.waiting.clear();
  }

  private skipToEarliest(): void {
    let earliest: number | null = null;
    for (const sequence of this.waiting.keys()) {
      if (earliest === null || ((sequence - earliest) << 16) >> 16 < 0) earliest = sequence;
    }
    if (earliest === null) return;
    this.nextSequence = earliest;
    this.playWaiting();
  }

  private playWaiting(): void {
    for (;;) {
      const packet = this.waiting.get(this.nextSequence);
      if (!packet) return;
      this.waiting.delete(packet.sequence);
      this.play(packet);
    }
  }

  private play(packet: RtpPacket): void {
    this.nextSequence = (packet.sequence + 1) & 0xffff;
    const table = packet.payloadType === PCMU ? U_LAW : packet.payloadType === PCMA ? A_LAW : null;
    // DTMF events, comfort noise and what was not offered: their time shows in the next timestamp.
    if (table === null) return;
    const gap = (packet.timestamp - this.nextTimestamp) | 0;
    if (gap > 0 && gap <= LONGEST_GAP_SAMPLES) this.silence(Math.max(0, gap - this.concealed));
    this.concealed = 0;
    this.nextTimestamp = (packet.timestamp + packet.payload.length) >>> 0;
    for (const code of packet.payload) this.push(table[code] ?? 0);
  }

  private silence(samples: number): void {
    for (let left = samples; left > 0; left--) this.push(0);
  }

  private push(sample: number): void {
    this.frame[this.filled++] = sample;
    if (this.filled < FRAME_SAMPLES) return;
    this.filled = 0;
    this.sink.onFrame(this.frame);
  }
}
