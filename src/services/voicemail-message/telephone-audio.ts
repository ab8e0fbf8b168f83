import { setImmediate } from 'node:timers/promises';
import type { Audio } from './wav-file.js';

const RATE = 8_000;
/** What a telephone passes; above half the rate there would be echoes of the spectrum. */
const CUTOFF_HZ = 3_600;
/** Crossings of zero of the low-pass filter's response on each side. */
const CROSSINGS = 16;
/** Samples that are made without a break: the process has calls to look after. */
const PIECE_SAMPLES = 1_000;

/** As 16 bits, little-endian, 8 kHz. Takes no more than some milliseconds at a time. */
export async function telephoneAudio({ samples, sampleRate }: Audio): Promise<Buffer> {
  const length = Math.floor((samples.length * RATE) / sampleRate);
  const bytes = Buffer.alloc(2 * length);
  const filter = sampleRate === RATE ? null : new LowPass(sampleRate);
  for (let at = 0; at < length; at++) {
    if (at % PIECE_SAMPLES === 0) await setImmediate();
    const value = filter ? filter.at(samples, at) : (samples[at] ?? 0);
    bytes.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(32_768 * value))), 2 * at);
  }
  return bytes;
}

/** A windowed sinc, laid out once for each position that an output sample can have between two input samples. */
class LowPass {
  private readonly phases: readonly Float32Array[];
  private readonly halfTaps: number;

  constructor(private readonly sampleRate: number) {
    this.halfTaps = Math.ceil((CROSSINGS * sampleRate) / (2 * CUTOFF_HZ));
    const count = RATE / greatestCommonDivisor(sampleRate, RATE);
    this.phases = Array.from({ length: count }, (_, output) => this.taps(((output * sampleRate) / RATE) % 1));
  }

  at(samples: Float32Array, output: number): number {
    const taps = this.phases[output % this.phases.length] ?? [];
    const first = Math.floor((output * this.sampleRate) / RATE) - this.halfTaps;
    let sum = 0;
    for (let tap = 0; tap < taps.length; tap++) sum += (taps[tap] ?? 0) * (samples[first + tap] ?? 0);
    return sum;
  }

  private taps(fraction: number): Float32Array {
    const taps = Float32Array.from({ length: 2 * this.halfTaps + 1 }, (_, tap) => {
      const distance = tap - this.halfTaps - fraction;
      const inWindow = Math.max(-1, Math.min(1, distance / (this.halfTaps + 1)));
      return sinc((2 * CUTOFF_HZ * distance) / this.sampleRate) * (0.5 + 0.5 * Math.cos(Math.PI * inWindow));
    });
    const sum = taps.reduce((total, tap) => total + tap, 0);
    return taps.map((tap) => tap / sum);
  }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}
