import type { AudioSource } from '../contracts/call-media.js';

const SAMPLE_RATE = 8_000;
/** ITU-T E.180: most countries ring with 425 Hz, one second in five. */
const TONE_HZ = 425;
const TONE_SAMPLES = SAMPLE_RATE;
const PERIOD_SAMPLES = 5 * SAMPLE_RATE;
/** About -14 dBm0: well heard, never a shock. */
const AMPLITUDE = 4_500;
/** Without it the tone begins and ends with a click. 5 ms. */
const RAMP_SAMPLES = 40;

/** Made once: a thousand customers may wait at a time. */
const PERIOD = Int16Array.from({ length: PERIOD_SAMPLES }, (_, at) => {
  const ramp = Math.min(at, TONE_SAMPLES - at, RAMP_SAMPLES) / RAMP_SAMPLES;
  return ramp <= 0 ? 0 : Math.sin((2 * Math.PI * TONE_HZ * at) / SAMPLE_RATE) * AMPLITUDE * ramp;
});

/** Ringing for a customer who waits for the pilot; it has no end. */
export class Ringback implements AudioSource {
  private at = 0;

  /** A frame is shorter than the period. */
  next(frame: Int16Array): boolean {
    const untilEnd = PERIOD.subarray(this.at, this.at + frame.length);
    frame.set(untilEnd);
    frame.set(PERIOD.subarray(0, frame.length - untilEnd.length), untilEnd.length);
    this.at = (this.at + frame.length) % PERIOD_SAMPLES;
    return true;
  }
}
