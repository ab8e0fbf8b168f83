import type { ToneRun, ToneTracker } from './tone-run.js';
import type { ToneSpectrum } from './tone-spectrum.js';

/** The answer tone of V.25 and V.8: 2,100 Hz ±15 Hz for some seconds, its phase reversed every 450 ms or not. */
const ANSWER_HZ = 2100;
const ANSWER_TOLERANCE_HZ = 18;
const ANSWER_FRAMES = 15;
const LEAST_STEADINESS = 0.5;

/**
 * The flags before the first frame of T.30, sent with V.21 at 300 bit/s: marks of 1,650 Hz, a quarter as many
 * spaces of 1,850 Hz. A tone of 1,750 Hz has its energy between the two.
 */
const MARK_HZ = 1650;
const MARK_BINS = [51, 55] as const;
const BETWEEN_BINS = [56, 57] as const;
const SPACE_BINS = [58, 62] as const;
const PREAMBLE_FRAMES = 15;
const LEAST_OF_ALL = 0.85;
const LEAST_MARKS = 0.35;
const LEAST_SPACES = 0.06;
const MOST_BETWEEN = 0.4;

/** The calling tone of T.30, 0.5 s ±15 % of 1,100 Hz ±38 Hz; a beep of 1,050 Hz is none. */
const CALLING_HZ = 1100;
const CALLING_TOLERANCE_HZ = 38;
const CALLING_MS = { least: 420, most: 600 };

/** A fax that answers or calls, recognised while it still sounds. */
export interface FaxToneDetector {
  /** Takes the spectrum of the next frame, whose run `tracker` knows; answers the run that a fax has begun. */
  push(
    spectrum: ToneSpectrum,
    tracker: ToneTracker,
    atMs: number,
  ): Pick<ToneRun, 'onsetMs' | 'endMs' | 'hz' | 'purity'> | null;
}

const bandPower = (power: Float64Array, [first, last]: readonly [number, number]): number => {
  let sum = 0;
  for (let bin = first; bin <= last; bin++) sum += power[bin] ?? 0;
  return sum;
};

/** Whether a lone tone can be the calling tone. */
export const isCallingTone = (hz: number, lengthMs: number): boolean =>
  Math.abs(hz - CALLING_HZ) < CALLING_TOLERANCE_HZ && lengthMs > CALLING_MS.least && lengthMs < CALLING_MS.most;

const isAnswerTone = ({ hz, steadiness }: ToneRun): boolean =>
  Math.abs(hz - ANSWER_HZ) < ANSWER_TOLERANCE_HZ && steadiness >= LEAST_STEADINESS;

/** Counts frames in a row of the preamble's band, and what marks and spaces have of it. */
const createPreambleDetector = (): { push(spectrum: ToneSpectrum): boolean } => {
  let frames = 0;
  let marks = 0;
  let spaces = 0;
  return {
    push: ({ power, total, background }) => {
      const mark = bandPower(power, MARK_BINS);
      const space = bandPower(power, SPACE_BINS);
      const all = mark + space + bandPower(power, BETWEEN_BINS);
      if (total < 2 * background || all < LEAST_OF_ALL * (total - background)) {
        frames = marks = spaces = 0;
        return false;
      }
      frames++;
      marks += mark / all;
      spaces += space / all;
      const between = frames - marks - spaces;
      return (
        frames === PREAMBLE_FRAMES &&
        marks > LEAST_MARKS * frames &&
        spaces > LEAST_SPACES * frames &&
        between < MOST_BETWEEN * frames
      );
    },
  };
};

export const createFaxToneDetector = (): FaxToneDetector => {
  const preamble = createPreambleDetector();
  return {
    push: (spectrum, tracker, atMs) => {
      if (preamble.push(spectrum))
        return { onsetMs: atMs - PREAMBLE_FRAMES * 20, endMs: atMs, hz: MARK_HZ, purity: LEAST_OF_ALL };
      if (tracker.openFrames < ANSWER_FRAMES || Math.abs(tracker.openHz - ANSWER_HZ) > 2 * ANSWER_TOLERANCE_HZ)
        return null;
      const run = tracker.describe();
      return run && isAnswerTone(run) ? run : null;
    },
  };
};
