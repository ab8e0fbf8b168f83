/** Audio that is made for tests: 16-bit samples of 8 kHz, from a seed, the same at every run. */
const RATE_HZ = 8_000;

const samplesOf = (durationMs: number): number => Math.round((durationMs * RATE_HZ) / 1_000);

/** A generator of chance with a seed, 0 to 1. */
const chance = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

export const silence = (durationMs: number): Int16Array => new Int16Array(samplesOf(durationMs));

export const noise = (durationMs: number, amplitude: number, seed = 1): Int16Array => {
  const random = chance(seed);
  return Int16Array.from({ length: samplesOf(durationMs) }, () => Math.round((random() * 2 - 1) * amplitude));
};

export const sine = (durationMs: number, frequencyHz: number, amplitude: number): Int16Array =>
  Int16Array.from({ length: samplesOf(durationMs) }, (_, n) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequencyHz * n) / RATE_HZ)),
  );

/** First two formants of some vowels, Hz. */
const VOWELS = [
  [700, 1_200],
  [400, 2_000],
  [500, 900],
  [300, 2_300],
  [350, 750],
] as const;

/**
 * Something that is shaped like speech: syllables of 140 to 220 ms, each a vowel of a voice whose pitch moves, after a
 * consonant of noise.
 */
export const speech = (durationMs: number, { pitchHz = 120, amplitude = 9_000, seed = 1 } = {}): Int16Array => {
  const random = chance(seed);
  const samples = new Int16Array(samplesOf(durationMs));
  for (let start = 0; start < samples.length;) {
    const length = samplesOf(140 + 80 * random());
    const [first, second] = VOWELS[Math.floor(random() * VOWELS.length)] ?? VOWELS[0];
    const pitch = pitchHz * (0.85 + 0.3 * random());
    const consonant = length * 0.25;
    for (let n = 0; n < length && start + n < samples.length; n++) {
      let value = 0;
      if (n < consonant) value = 0.12 * (random() * 2 - 1);
      else
        for (let harmonic = 1; harmonic * pitch < 3_400; harmonic++) {
          const hz = harmonic * pitch;
          const gain = 1 / (1 + ((hz - first) / 120) ** 2) + 0.5 / (1 + ((hz - second) / 180) ** 2);
          value += 0.5 * gain * Math.sin((2 * Math.PI * hz * (start + n)) / RATE_HZ);
        }
      samples[start + n] = Math.round(amplitude * value * Math.sin((Math.PI * (n + 1)) / (length + 1)) ** 0.5);
    }
    start += length;
  }
  return samples;
};

export const joined = (...parts: readonly Int16Array[]): Int16Array => {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** The sum of two signals, as long as the first, clipped where it is too loud. */
export const mixed = (one: Int16Array, other: Int16Array): Int16Array =>
  one.map((sample, n) => Math.max(-32_768, Math.min(32_767, sample + (other[n] ?? 0))));
