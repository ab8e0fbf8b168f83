import type { CallMediaSink } from '../contracts/call-media.js';
import { FRAME_MS } from './frame-ticker.js';
import { A_LAW, U_LAW } from './g711.js';
import type { RtpPacket } from './rtp-packet.js';

export const FRAME_SAMPLES = 160;
/** How long a frame waits for its packets: covers the jitter of a usable network and its reordering. */
const DELAY_MS = 60;
/** Room for what comes ahead of its time, after a pause of this process for example: 1 s. A power of two. */
const RING_SAMPLES = 8_192;
/** So many packets that are too late, one after the other: the delay of the network has grown. */
const LATE_PACKETS = 3;
/** After a pause of the process: few at once, so that what the sockets hold is read in between. */
const MOST_FRAMES_AT_ONCE = 3;
/** No sample of G.711 has this value. */
const NOTHING = -32_768;
const PCMU = 0;
const PCMA = 8;
/** RFC 3389. */
const COMFORT_NOISE = 13;
/** −dBov; noise that is louder than this is no comfort. */
const LOUDEST_NOISE = 40;

/**
 * Turns the packets of one call into 50 frames a second, from the answer on and by the clock, whatever arrives: the
 * detector measures pauses, so that time must neither stand still nor run ahead. Each packet goes to its place in a ring
 * of samples, by its timestamp; a frame is played a fixed delay after its time, with silence or comfort noise where
 * nothing has come. What comes later is dropped.
 */
export class FrameStream {
  private readonly ring = new Int16Array(RING_SAMPLES).fill(NOTHING);
  private readonly frame = new Int16Array(FRAME_SAMPLES);
  /** Samples since the answer that have been played. */
  private played = 0;
  private ssrc: number | null = null;
  private newSsrc: number | null = null;
  /** Place in time of the sample with the timestamp `anchorTimestamp`, in samples since the answer. */
  private anchor = 0;
  private anchorTimestamp = 0;
  private late = 0;
  private noiseAmplitude = 0;
  /** From this place on, in samples since the answer, there is other noise. */
  private nextNoise: { readonly place: number; readonly amplitude: number } | null = null;
  private noiseSeed = 1;

  constructor(private readonly sink: CallMediaSink) {}

  /** @param elapsedMs since the answer, when the packet arrived */
  receive(packet: RtpPacket, elapsedMs: number): void {
    const { payloadType, payload } = packet;
    const table = payloadType === PCMU ? U_LAW : payloadType === PCMA ? A_LAW : null;
    const isUsable = table === null ? payloadType === COMFORT_NOISE : payload.length > 0;
    if (!isUsable || !this.isOfStream(packet, elapsedMs)) return;
    let place = this.placeOf(packet);
    if (!this.fits(place, payload.length)) {
      this.anchorAt(packet, elapsedMs);
      place = this.placeOf(packet);
    }
    if (table === null) this.nextNoise = { place, amplitude: amplitudeOf(payload[0] ?? 127) };
    else this.write(payload, table, place);
  }

  /**
   * Plays the frames that are due. To be called every 20 ms.
   *
   * @param elapsedMs since the answer
   */
  advance(elapsedMs: number): void {
    const due = Math.floor((elapsedMs - DELAY_MS) / FRAME_MS) - this.played / FRAME_SAMPLES;
    for (let frame = Math.min(due, MOST_FRAMES_AT_ONCE); frame > 0; frame--) this.play();
  }

  /** A source that comes instead of the present one has to send twice; strays do not. */
  private isOfStream(packet: RtpPacket, elapsedMs: number): boolean {
    if (packet.ssrc === this.ssrc) {
      this.newSsrc = null;
      return true;
    }
    if (this.ssrc !== null && packet.ssrc !== this.newSsrc) {
      this.newSsrc = packet.ssrc;
      return false;
    }
    this.ssrc = packet.ssrc;
    this.anchorAt(packet, elapsedMs);
    return true;
  }

  /** From now on the stream is as far as the clock. Whole frames: the detector gets them as the far end cut them. */
  private anchorAt(packet: RtpPacket, elapsedMs: number): void {
    this.anchor = Math.max(Math.floor(elapsedMs / FRAME_MS) * FRAME_SAMPLES, this.played);
    this.anchorTimestamp = packet.timestamp;
    this.late = 0;
  }

  private placeOf(packet: RtpPacket): number {
    return this.anchor + ((packet.timestamp - this.anchorTimestamp) | 0);
  }

  /** False: the stream is at another place in time now, by a jump of its timestamps or since the network got slower. */
  private fits(place: number, samples: number): boolean {
    if (place >= this.played + RING_SAMPLES || place < this.played - RING_SAMPLES) return false;
    this.late = place + samples <= this.played ? this.late + 1 : 0;
    return this.late < LATE_PACKETS;
  }

  private write(payload: Uint8Array, table: Int16Array, place: number): void {
    const from = Math.max(0, this.played - place);
    const to = Math.min(payload.length, this.played + RING_SAMPLES - place);
    for (let at = from; at < to; at++) this.ring[(place + at) & (RING_SAMPLES - 1)] = table[payload[at] ?? 0] ?? 0;
  }

  private play(): void {
    let hasArrived = false;
    for (let at = 0; at < FRAME_SAMPLES; at++, this.played++) {
      const place = this.played & (RING_SAMPLES - 1);
      const sample = this.ring[place] ?? NOTHING;
      this.ring[place] = NOTHING;
      if (this.nextNoise !== null && this.nextNoise.place <= this.played) this.beginNoise(this.nextNoise.amplitude);
      if (sample !== NOTHING) this.noiseAmplitude = 0;
      hasArrived ||= sample !== NOTHING || this.noiseAmplitude > 0;
      this.frame[at] = sample === NOTHING ? this.noise() : sample;
    }
    this.sink.onFrame(this.frame, hasArrived);
  }

  private beginNoise(amplitude: number): void {
    this.noiseAmplitude = amplitude;
    this.nextNoise = null;
  }

  private noise(): number {
    if (this.noiseAmplitude === 0) return 0;
    // Numerical Recipes' generator: noise need not be good, but the same every time.
    this.noiseSeed = (Math.imul(this.noiseSeed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((this.noiseSeed / 2 ** 31 - 1) * this.noiseAmplitude);
  }
}

/** Of evenly spread noise with the level that the packet tells in −dBov. */
function amplitudeOf(level: number): number {
  const dBov = Math.max(LOUDEST_NOISE, level & 0x7f);
  return Math.sqrt(3) * 32_768 * 10 ** (-dBov / 20);
}
