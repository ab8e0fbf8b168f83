import { BINS, powerSpectrum } from './power-spectrum.js';
import type { ToneSpectrum } from './tone-spectrum.js';

/** Samples of 8 kHz that become one of 2 kHz: the window then lasts 128 ms and tells tones 40 Hz apart. */
const DECIMATION = 4;
const WINDOW_SAMPLES = 256;
const LINE_HZ = 8000 / DECIMATION / WINDOW_SAMPLES;

/** Where the partials of all dial, ringing, busy and congestion tones lie: 330 to 640 Hz. */
const LOWEST_LINE = 42;
const HIGHEST_LINE = 82;
/** 150 to 950 Hz: a voice has partials on either side of these tones. */
const LOWEST_BESIDE = 19;
const HIGHEST_BESIDE = 121;
/** The same region in the bins of the short window, with the width of its peaks. */
const LOWEST_BIN = 8;
const HIGHEST_BIN = 22;
const PEAK_WIDTH = 2;
/** 23 Hz: closer lines are a modulation of one tone, as in Japan and Australia. */
const NEXT_PEAK = 3;

/** The share of a frame's energy, less the background's, that must lie in the region. */
const CONCENTRATED = 0.85;
const PURE = 0.8;
const DUAL_RATIO = 0.1;

/** The partials of a tone of the network in the last 128 ms; the second is 0 where there is one only. */
export interface ProgressSpectrum {
  /** Takes the 160 samples that `spectrum` has just analysed. */
  push(frame: Int16Array, spectrum: ToneSpectrum): void;
  /** Whether the last 32 ms have their energy where such tones have it. */
  readonly isConcentrated: boolean;
  /** Whether the last 128 ms are such a tone. */
  readonly isPure: boolean;
  readonly lowHz: number;
  readonly highHz: number;
}

const strongest = (power: Float64Array, without: number): number => {
  let best = LOWEST_LINE;
  let most = -1;
  for (let line = LOWEST_LINE; line <= HIGHEST_LINE; line++) {
    if ((power[line] ?? 0) > most && Math.abs(line - without) > NEXT_PEAK) {
      most = power[line] ?? 0;
      best = line;
    }
  }
  return best;
};

const around = (power: Float64Array, line: number): number => {
  let sum = 0;
  for (let at = line - PEAK_WIDTH; at <= line + PEAK_WIDTH; at++) sum += power[at] ?? 0;
  return sum;
};

const interpolate = (power: Float64Array, line: number): number => {
  const side = (power[line + 1] ?? 0) > (power[line - 1] ?? 0) ? 1 : -1;
  const ratio = Math.sqrt((power[line + side] ?? 0) / ((power[line] ?? 0) || 1));
  return (line + (side * (2 * ratio - 1)) / (1 + ratio)) * LINE_HZ;
};

export const createProgressSpectrum = (): ProgressSpectrum => {
  const slow = new Float64Array(WINDOW_SAMPLES);
  const power = new Float64Array(BINS);

  const concentration = ({ power: short, total, background }: ToneSpectrum): number => {
    let inside = 0;
    for (let bin = LOWEST_BIN; bin <= HIGHEST_BIN; bin++) inside += short[bin] ?? 0;
    return inside / (inside + Math.max(0, total - inside - background));
  };

  const analyse = (): void => {
    powerSpectrum(slow, power);
    let total = 0;
    for (let line = LOWEST_BESIDE; line <= HIGHEST_BESIDE; line++) total += power[line] ?? 0;
    const first = strongest(power, -BINS);
    const second = strongest(power, first);
    const firstPower = around(power, first);
    const secondPower = around(power, second);
    const isDual = secondPower > DUAL_RATIO * firstPower;
    self.isPure = (isDual ? firstPower + secondPower : firstPower) > PURE * total;
    const firstHz = interpolate(power, first);
    const secondHz = isDual ? interpolate(power, second) : 0;
    self.lowHz = isDual ? Math.min(firstHz, secondHz) : firstHz;
    self.highHz = isDual ? Math.max(firstHz, secondHz) : 0;
  };

  const push = (frame: Int16Array, spectrum: ToneSpectrum): void => {
    const added = frame.length / DECIMATION;
    slow.copyWithin(0, added);
    for (let at = 0; at < added; at++) {
      const from = at * DECIMATION;
      slow[WINDOW_SAMPLES - added + at] =
        (frame[from] ?? 0) + (frame[from + 1] ?? 0) + (frame[from + 2] ?? 0) + (frame[from + 3] ?? 0);
    }
    self.isConcentrated = spectrum.total > 2 * spectrum.background && concentration(spectrum) > CONCENTRATED;
    self.isPure = false;
    if (self.isConcentrated) analyse();
  };

  const self = { push, isConcentrated: false, isPure: false, lowHz: 0, highHz: 0 };
  return self;
};
