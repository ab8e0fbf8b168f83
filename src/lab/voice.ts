import type { SeededRandom } from './seeded-random.js';

/** Samples per second of everything that the lab plays. */
export const SAMPLE_RATE_HZ = 8000;

/** Formants in Hz (first, second, third) of the vowels that syllables are made of. */
const VOWELS: readonly (readonly [number, number, number])[] = [
  [730, 1090, 2440],
  [530, 1840, 2480],
  [390, 1990, 2550],
  [570, 840, 2410],
  [440, 1020, 2240],
  [640, 1190, 2390],
];

/** Peak of speech, of 32,767: about −12 dBm0 peak, −22 dBm0 on average, what handsets deliver. */
const SPEECH_PEAK = 9000;

export interface Utterance {
  /** 1 or more. */
  readonly syllables: number;
  /** Fundamental frequency in Hz: 85 to 255. */
  readonly pitchHz: number;
  /** The pitch rises at the end, as in "hello?". */
  readonly isQuestion: boolean;
}

/**
 * Speech-like sound: not intelligible, but with what detectors look at: pitch, formants in the telephone band, syllables
 * with an envelope, breath at their onset. A pulse train (the glottis) runs through three resonators (the vocal tract).
 */
export function speak(utterance: Utterance, random: SeededRandom): Int16Array {
  const syllables = Array.from({ length: utterance.syllables }, (_, index) => {
    const isLast = index === utterance.syllables - 1;
    const durationMs = random.between(120, 200) + (isLast ? random.between(60, 140) : 0);
    const vowel = VOWELS[Math.floor(random.next() * VOWELS.length)] ?? [570, 1400, 2410];
    const rise = isLast ? (utterance.isQuestion ? 1.35 : 0.85) : random.between(0.95, 1.1);
    return syllable(durationMs, utterance.pitchHz * (1 + 0.1 * random.next()), rise, vowel, random);
  });
  return normalised(concat(syllables));
}

function syllable(
  durationMs: number,
  pitchHz: number,
  rise: number,
  vowel: readonly [number, number, number],
  random: SeededRandom,
): Float64Array {
  const length = Math.round((durationMs * SAMPLE_RATE_HZ) / 1000);
  const tract = vowel.map((frequency, index) => resonator(frequency * random.between(0.93, 1.07), 70 + 40 * index));
  const attack = 0.025 * SAMPLE_RATE_HZ;
  const release = 0.05 * SAMPLE_RATE_HZ;
  let phase = 0;
  let glottis = 0;
  let low = 0;
  return Float64Array.from({ length }, (_, n) => {
    phase += (pitchHz * (1 + ((rise - 1) * n) / length)) / SAMPLE_RATE_HZ;
    const pulse = phase >= 1 ? 1 : 0;
    phase -= pulse;
    const breath = (random.next() - 0.5) * (n < attack ? 0.25 : 0.03);
    glottis = 0.88 * glottis + pulse + breath;
    const voiced = tract.reduce((sum, filter) => sum + filter(glottis), 0);
    // One pole at about 300 Hz takes away what a telephone line does not carry.
    low += 0.21 * (voiced - low);
    const envelope = Math.min(1, (n + 1) / attack, (length - n) / release);
    return (voiced - low) * Math.sin((envelope * Math.PI) / 2);
  });
}

/** A two-pole band-pass; `frequency` and `bandwidth` in Hz. */
function resonator(frequency: number, bandwidth: number): (input: number) => number {
  const radius = Math.exp((-Math.PI * bandwidth) / SAMPLE_RATE_HZ);
  const feedback = 2 * radius * Math.cos((2 * Math.PI * frequency) / SAMPLE_RATE_HZ);
  let one = 0;
  let two = 0;
  return (input) => {
    const output = (1 - radius) * input + feedback * one - radius * radius * two;
    two = one;
    one = output;
    return output;
  };
}

function concat(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function normalised(samples: Float64Array): Int16Array {
  const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 1e-9);
  return Int16Array.from(samples, (sample) => Math.round((sample / peak) * SPEECH_PEAK));
}
