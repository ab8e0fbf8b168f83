import { BIN_HZ, BINS, powerSpectrum } from './power-spectrum.js';

export const FRAME_SAMPLES = 160;
export const FRAME_MS = 20;
/** Levels count from full scale; a frame of digital silence has this one. */
export const SILENCE_DB = -96;

const WINDOW_SAMPLES = 2 * BINS;
const KEPT_SAMPLES = WINDOW_SAMPLES - FRAME_SAMPLES;
/** Edges of the bands within G.711's 300 to 3,400 Hz and a little around, about equally wide to the ear. */
const BAND_EDGES_HZ = [125, 312, 500, 750, 1062, 1437, 1937, 2562, 3437];
export const BANDS = BAND_EDGES_HZ.length - 1;
const BAND_EDGES = BAND_EDGES_HZ.map((hz) => Math.round(hz / BIN_HZ));
const FIRST_BIN = BAND_EDGES[0]!;
const LAST_BIN = BAND_EDGES[BANDS]!;
/** Pitch is looked for at 2 kHz, where 5 to 28 samples are a period of 400 to 71 Hz. */
const DECIMATION = 4;
const PITCH_RATE_HZ = 8000 / DECIMATION;
const SHORTEST_LAG = 5;
const LONGEST_LAG = 28;
/** The lags are a multiple of these. */
const LAGS_AT_ONCE = 4;
const PITCH_WINDOW = 56;
const PITCH_SAMPLES = PITCH_WINDOW + LONGEST_LAG;
const NEW_PITCH_SAMPLES = FRAME_SAMPLES / DECIMATION;
/** Removes a DC offset: a zero at 0 Hz and a pole that leaves everything above 60 Hz. */
const DC_POLE = 0.96;

/** What one frame of 20 ms is like. The same object at every call, its fields changed. */
export interface FrameMeasures {
  /** Mean power without DC offset, dB of full scale. */
  levelDb: number;
  readonly bandDb: Float64Array;
  /** Geometric over arithmetic mean of the spectrum, dB: 0 is white, speech is about -10, a tone -25. */
  flatnessDb: number;
  /** Share of the power in the strongest three neighbouring bins, 0 to 1. */
  peakShare: number;
  /** Normalised autocorrelation at the best lag, 0 to 1, and that lag as a pitch. */
  periodicity: number;
  pitchHz: number;
  /** Share of samples at the codec's zero, 0 to 1. */
  zeroShare: number;
}

/** Brings a bin to the scale of a sample's square: the window's length twice, and the taper's mean square. */
const POWER_SCALE = 1 / (WINDOW_SAMPLES * WINDOW_SAMPLES * 0.1875);
/** Smallest magnitude of A-law, which has no zero. */
const ZERO_MAGNITUDE = 8;
const toDb = (power: number): number => 10 * Math.log10(power + 1e-10);

export interface FrameAnalysis {
  analyse(frame: Int16Array): FrameMeasures;
}

export const createFrameAnalysis = (): FrameAnalysis => {
  const samples = new Float64Array(WINDOW_SAMPLES);
  const power = new Float64Array(BINS);
  const slow = new Float64Array(PITCH_SAMPLES);
  const sums = new Float64Array(LAGS_AT_ONCE);
  const measures: FrameMeasures = {
    levelDb: SILENCE_DB,
    bandDb: new Float64Array(BANDS).fill(SILENCE_DB),
    flatnessDb: 0,
    peakShare: 0,
    periodicity: 0,
    pitchHz: 0,
    zeroShare: 1,
  };
  let previousIn = Number.NaN;
  let previousOut = 0;

  const takeSamples = (frame: Int16Array): void => {
    samples.copyWithin(0, FRAME_SAMPLES);
    if (Number.isNaN(previousIn)) previousIn = frame[0]! / 32_768;
    let lastIn = previousIn;
    let lastOut = previousOut;
    let zeros = 0;
    let energy = 0;
    for (let n = 0; n < FRAME_SAMPLES; n++) {
      const raw = frame[n]!;
      if (raw <= ZERO_MAGNITUDE && raw >= -ZERO_MAGNITUDE) zeros++;
      const sample = raw / 32_768;
      lastOut = sample - lastIn + DC_POLE * lastOut;
      lastIn = sample;
      samples[KEPT_SAMPLES + n] = lastOut;
      energy += lastOut * lastOut;
    }
    previousIn = lastIn;
    previousOut = lastOut;
    measures.zeroShare = zeros / FRAME_SAMPLES;
    measures.levelDb = Math.max(SILENCE_DB, toDb(energy / FRAME_SAMPLES));
  };

  const measureSpectrum = (): void => {
    powerSpectrum(samples, power);
    let total = 0;
    let logs = 0;
    let product = 1;
    let band = 0;
    let bandPower = 0;
    let bandStart = FIRST_BIN;
    for (let bin = FIRST_BIN; bin < LAST_BIN; bin++) {
      const value = power[bin]! * POWER_SCALE + 1e-12;
      power[bin] = value;
      total += value;
      bandPower += value;
      product *= value;
      // A logarithm of eight at once: eight of the least value are far from the smallest number there is.
      if (((bin - FIRST_BIN) & 7) === 7) {
        logs += Math.log10(product);
        product = 1;
      }
      if (bin + 1 === BAND_EDGES[band + 1]) {
        measures.bandDb[band] = toDb(bandPower / (bin + 1 - bandStart));
        bandStart = bin + 1;
        bandPower = 0;
        band++;
      }
    }
    const bins = LAST_BIN - FIRST_BIN;
    measures.flatnessDb = (10 * (logs + Math.log10(product))) / bins - toDb(total / bins);
    let strongest = 0;
    for (let bin = FIRST_BIN + 1; bin < LAST_BIN - 1; bin++) {
      const sum = power[bin - 1]! + power[bin]! + power[bin + 1]!;
      if (sum > strongest) strongest = sum;
    }
    measures.peakShare = strongest / total;
  };

  /** Sums of products of the window and itself, `first` and the next three lags earlier: each sum alone would wait for its own additions. */
  const correlate = (first: number): void => {
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let n = LONGEST_LAG; n < PITCH_SAMPLES; n++) {
      const value = slow[n]!;
      const at = n - first;
      sum0 += value * slow[at]!;
      sum1 += value * slow[at - 1]!;
      sum2 += value * slow[at - 2]!;
      sum3 += value * slow[at - 3]!;
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
    sums[3] = sum3;
  };

  const measurePitch = (): void => {
    slow.copyWithin(0, NEW_PITCH_SAMPLES);
    for (let n = 0; n < NEW_PITCH_SAMPLES; n++) {
      const at = KEPT_SAMPLES + n * DECIMATION;
      slow[PITCH_SAMPLES - NEW_PITCH_SAMPLES + n] =
        (samples[at]! + samples[at + 1]! + samples[at + 2]! + samples[at + 3]!) / DECIMATION;
    }
    let own = 1e-9;
    for (let n = LONGEST_LAG; n < PITCH_SAMPLES; n++) own += slow[n]! * slow[n]!;
    let earlier = 1e-9;
    for (let n = LONGEST_LAG - SHORTEST_LAG + 1; n < PITCH_SAMPLES - SHORTEST_LAG + 1; n++)
      earlier += slow[n]! * slow[n]!;
    let best = 0;
    let bestLag = SHORTEST_LAG;
    for (let first = SHORTEST_LAG; first <= LONGEST_LAG; first += LAGS_AT_ONCE) {
      correlate(first);
      for (let lag = first; lag < first + LAGS_AT_ONCE; lag++) {
        const entering = slow[LONGEST_LAG - lag]!;
        const leaving = slow[PITCH_SAMPLES - lag]!;
        earlier += entering * entering - leaving * leaving;
        const correlation = sums[lag - first]! / Math.sqrt(own * Math.max(earlier, 1e-9));
        // A later lag must be clearly better, or it is a multiple of the period.
        if (correlation > best * 1.08) {
          best = correlation;
          bestLag = lag;
        }
      }
    }
    measures.periodicity = Math.min(1, best);
    measures.pitchHz = PITCH_RATE_HZ / bestLag;
  };

  return {
    analyse: (frame) => {
      takeSamples(frame);
      measureSpectrum();
      measurePitch();
      return measures;
    },
  };
};
