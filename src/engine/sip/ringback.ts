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

/** Ringing for a customer who waits for the pilot; it has no end. */
export class Ringback implements AudioSource {
  private at = 0;

  next(frame: Int16Array): boolean {
    for (let index = 0; index < frame.length; index++) {
      const ramp = Math.min(this.at, TONE_SAMPLES - this.at, RAMP_SAMPLES) / RAMP_SAMPLES;
      frame[index] = ramp <= 0 ? 0 : Math.sin((2 * Math.PI * TONE_HZ * this.at) / SAMPLE_RATE) * AMPLITUDE * ramp;
      this.at = (this.at + 1) % PERIOD_SAMPLES;
    }
    return true;
  }
}
