/** Samples of one analysis window: 32 ms, of which 20 ms are new with every frame. */
const WINDOW_SAMPLES = 256;
const HALF = WINDOW_SAMPLES / 2;
const STAGES = Math.log2(HALF);

/** Distance of two bins of the spectrum. */
export const BIN_HZ = 8000 / WINDOW_SAMPLES;
export const BINS = HALF;

// A raised cosine: a tone's energy is in the five bins around it, and a DC offset stays in the first three.
const taper = Float64Array.from(
  { length: WINDOW_SAMPLES },
  (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / WINDOW_SAMPLES),
);
const cosine = Float64Array.from({ length: HALF }, (_, at) => Math.cos((2 * Math.PI * at) / WINDOW_SAMPLES));
const sine = Float64Array.from({ length: HALF }, (_, at) => Math.sin((2 * Math.PI * at) / WINDOW_SAMPLES));
const reversed = Uint8Array.from({ length: HALF }, (_, at) => {
  let bits = 0;
  for (let bit = 0; bit < STAGES; bit++) bits |= ((at >> bit) & 1) << (STAGES - 1 - bit);
  return bits;
});

/** Work space of the transform. It holds nothing from one call to the next, so that all streams share it. */
const real = new Float64Array(HALF);
const imaginary = new Float64Array(HALF);

/** Two stages at once, of `size` and twice that: every number is read and written once for both. */
const twoStages = (size: number): void => {
  const half = size / 2;
  const stride = WINDOW_SAMPLES / size;
  for (let offset = 0; offset < half; offset++) {
    const cosine1 = cosine[offset * stride]!;
    const sine1 = sine[offset * stride]!;
    const cosine2 = cosine[(offset * stride) / 2]!;
    const sine2 = sine[(offset * stride) / 2]!;
    const cosine3 = cosine[((offset + half) * stride) / 2]!;
    const sine3 = sine[((offset + half) * stride) / 2]!;
    for (let a = offset; a < HALF; a += 2 * size) {
      const b = a + half;
      const c = a + size;
      const d = c + half;
      let re = real[b]! * cosine1 + imaginary[b]! * sine1;
      let im = imaginary[b]! * cosine1 - real[b]! * sine1;
      const reB = real[a]! - re;
      const imB = imaginary[a]! - im;
      const reA = real[a]! + re;
      const imA = imaginary[a]! + im;
      re = real[d]! * cosine1 + imaginary[d]! * sine1;
      im = imaginary[d]! * cosine1 - real[d]! * sine1;
      const reD = real[c]! - re;
      const imD = imaginary[c]! - im;
      const reC = real[c]! + re;
      const imC = imaginary[c]! + im;
      re = reC * cosine2 + imC * sine2;
      im = imC * cosine2 - reC * sine2;
      real[c] = reA - re;
      imaginary[c] = imA - im;
      real[a] = reA + re;
      imaginary[a] = imA + im;
      re = reD * cosine3 + imD * sine3;
      im = imD * cosine3 - reD * sine3;
      real[d] = reB - re;
      imaginary[d] = imB - im;
      real[b] = reB + re;
      imaginary[b] = imB + im;
    }
  }
};

/** Transforms the work space in place: radix 2, decimation in time, the input already in bit-reversed order. */
const transform = (): void => {
  // The first stage turns nothing.
  for (let even = 0; even < HALF; even += 2) {
    const re = real[even + 1]!;
    const im = imaginary[even + 1]!;
    real[even + 1] = real[even]! - re;
    imaginary[even + 1] = imaginary[even]! - im;
    real[even] = real[even]! + re;
    imaginary[even] = imaginary[even]! + im;
  }
  for (let size = 4; size < HALF; size *= 4) twoStages(size);
};

/**
 * Writes the power of 256 samples into `power`, one value for each of `BINS` bins from 0 Hz on.
 * Even samples travel as the real part and odd ones as the imaginary part of a transform of half the length.
 */
export const powerSpectrum = (samples: Float64Array, power: Float64Array): void => {
  for (let at = 0; at < HALF; at++) {
    const to = reversed[at]!;
    real[to] = samples[2 * at]! * taper[2 * at]!;
    imaginary[to] = samples[2 * at + 1]! * taper[2 * at + 1]!;
  }
  transform();
  power[0] = (real[0]! + imaginary[0]!) ** 2;
  for (let bin = 1; bin < HALF; bin++) {
    const mirror = HALF - bin;
    const evenRe = (real[bin]! + real[mirror]!) / 2;
    const evenIm = (imaginary[bin]! - imaginary[mirror]!) / 2;
    const oddRe = (imaginary[bin]! + imaginary[mirror]!) / 2;
    const oddIm = (real[mirror]! - real[bin]!) / 2;
    const re = evenRe + oddRe * cosine[bin]! + oddIm * sine[bin]!;
    const im = evenIm + oddIm * cosine[bin]! - oddRe * sine[bin]!;
    power[bin] = re * re + im * im;
  }
};
