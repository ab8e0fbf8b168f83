import { BIN_HZ, BINS, powerSpectrum } from './power-spectrum.js';

/** Below lie hum, most fundamentals of voices and what a DC offset leaves; above, nothing that every line passes. */
const LOWEST_BIN = 7;
const HIGHEST_BIN = 112;
const LOWEST_TONE_BIN = 10;
/** 2,220 Hz: no tone of a network, a fax or an answering machine is higher. */
const HIGHEST_TONE_BIN = 71;
/** Bins on each side of a peak that hold its energy. */
const PEAK_WIDTH = 2;

/** Share of the energy, less the background's, that makes a frame tonal. */
const PURE = 0.85;
/** A second partial counts from this part of the first one's power on. */
const DUAL_RATIO = 0.1;
/** How far above the background a tone must be. */
const ABOVE_BACKGROUND = 2;
/** The background follows a louder line at 6 dB a second, except while a tone sounds, and a quieter one at once. */
const BACKGROUND_RISE = 1.03;
/** Gaps of digital silence, which loss and gateways make, say nothing about the line. */
const DIGITAL_SILENCE = 1e5;
/** The first sound on a line may be its noise, a voice, or two tones that beat. */
const FIRST_GUESS = 0.25;
/** A window is longer than a frame: a gap shows in this many. */
const GAP_FRAMES = 2;
/** What of the background's power may be in one frame that is louder than the quietest. */
const BACKGROUND_SPREAD = 1.6;

/** The two strongest partials of the last 32 ms and the background that they stand before. Powers are in the transform's units. */
export interface ToneSpectrum {
  /** Takes 160 samples of 8 kHz. */
  push(frame: Int16Array): void;
  readonly power: Float64Array;
  readonly total: number;
  readonly background: number;
  readonly firstHz: number;
  readonly secondHz: number;
  readonly isDual: boolean;
  readonly isTonal: boolean;
  /** Whether a frame without signal, as lost packets leave it, is in the window. */
  readonly hasGap: boolean;
  /** What the partials make of all energy above the background, 0 to 1. */
  readonly purity: number;
}

const around = (power: Float64Array, bin: number): number => {
  let sum = 0;
  for (let at = bin - PEAK_WIDTH; at <= bin + PEAK_WIDTH; at++) sum += power[at] ?? 0;
  return sum;
};

/** The power that a spectrum has around a frequency. */
export const nearby = (power: Float64Array, hz: number): number => around(power, Math.round(hz / BIN_HZ));

/** The frequency of a partial between bins, exact for a steady sinusoid under the raised cosine. */
const interpolate = (power: Float64Array, bin: number): number => {
  const side = (power[bin + 1] ?? 0) > (power[bin - 1] ?? 0) ? 1 : -1;
  const ratio = Math.sqrt((power[bin + side] ?? 0) / ((power[bin] ?? 0) || 1));
  return (bin + (side * (2 * ratio - 1)) / (1 + ratio)) * BIN_HZ;
};

const strongest = (power: Float64Array, without: number): number => {
  let best = LOWEST_TONE_BIN;
  let most = -1;
  for (let bin = LOWEST_TONE_BIN; bin <= HIGHEST_TONE_BIN; bin++) {
    if ((power[bin] ?? 0) > most && Math.abs(bin - without) > 2 * PEAK_WIDTH) {
      most = power[bin] ?? 0;
      best = bin;
    }
  }
  return best;
};

/** Until the line has been heard without a tone, its background is unknown and counts as silence. */
const follow = (background: number, total: number, isTonal: boolean): number => {
  if (total <= DIGITAL_SILENCE) return background;
  if (isTonal) return Math.min(background, total);
  return background === DIGITAL_SILENCE ? total * FIRST_GUESS : Math.min(background * BACKGROUND_RISE, total);
};

export const createToneSpectrum = (): ToneSpectrum => {
  const samples = new Float64Array(256);
  const power = new Float64Array(BINS);

  let sinceGap = 0;

  const push = (frame: Int16Array): void => {
    samples.copyWithin(0, frame.length);
    let isFlat = true;
    for (let at = 0; at < frame.length; at++) {
      samples[samples.length - frame.length + at] = frame[at] ?? 0;
      isFlat &&= frame[at] === frame[0];
    }
    sinceGap = isFlat ? 0 : sinceGap + 1;
    self.hasGap = sinceGap < GAP_FRAMES;
    powerSpectrum(samples, power);
    let total = 0;
    for (let bin = LOWEST_BIN; bin <= HIGHEST_BIN; bin++) total += power[bin] ?? 0;
    self.total = total;

    const firstBin = strongest(power, -BINS);
    const secondBin = strongest(power, firstBin);
    const first = around(power, firstBin);
    const second = around(power, secondBin);
    const background = Math.min(self.background, total);
    const noise = background * BACKGROUND_SPREAD;
    const single = first / (first + Math.max(0, total - first - noise));
    self.isDual = second > DUAL_RATIO * first && second > noise / 4;
    const tone = self.isDual ? first + second : first;
    self.purity = self.isDual ? tone / (tone + Math.max(0, total - tone - noise)) : single;
    self.isTonal = self.purity > PURE && tone > ABOVE_BACKGROUND * background;
    self.background = follow(self.background, total, self.isTonal);
    self.firstHz = interpolate(power, firstBin);
    self.secondHz = interpolate(power, secondBin);
  };

  const self = {
    push,
    power,
    total: 0,
    background: DIGITAL_SILENCE,
    firstHz: 0,
    secondHz: 0,
    isDual: false,
    isTonal: false,
    hasGap: false,
    purity: 0,
  };
  return self;
};
