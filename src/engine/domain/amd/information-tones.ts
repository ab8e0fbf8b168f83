import type { ToneRun, ToneTracker } from './tone-run.js';

type Range = readonly [number, number];

/**
 * Special information tones: three rising ones, each of 276, 330 or 380 ms.
 * ITU-T E.180 has 950, 1,400 and 1,800 Hz ±50 Hz; North America 913.8 or 985.2, 1,370.6 or 1,428.5 and 1,776.7 Hz.
 */
const FIRST_HZ: Range = [885, 1015];
const SECOND_HZ: Range = [1335, 1465];
const THIRD_HZ: Range = [1735, 1865];
/** By then the third tone is known for what it is. */
const THIRD_FRAMES = 5;
const LEAST_MS = 140;
const MOST_MS = 480;
const LONGEST_PAUSE_MS = 160;

/** Recognises the three tones while the last one still sounds. */
export interface InformationToneDetector {
  /** Takes the run that the last frame ended, if any, and the tracker; answers the first of the three. */
  push(ended: ToneRun | null, tracker: ToneTracker): ToneRun | null;
}

const isIn = (hz: number, [lowest, highest]: Range): boolean => hz > lowest && hz < highest;

export const createInformationToneDetector = (): InformationToneDetector => {
  let first: ToneRun | null = null;
  let second: ToneRun | null = null;

  const follows = (run: ToneRun, before: ToneRun): boolean => run.onsetMs - before.endMs < LONGEST_PAUSE_MS;

  const take = (run: ToneRun): void => {
    const lengthMs = run.endMs - run.onsetMs;
    if (lengthMs < LEAST_MS || lengthMs > MOST_MS) return;
    if (isIn(run.hz, FIRST_HZ)) {
      first = run;
      second = null;
    } else if (first && isIn(run.hz, SECOND_HZ) && follows(run, first)) second = run;
  };

  return {
    push: (ended, tracker) => {
      if (ended) take(ended);
      if (!second || tracker.openFrames !== THIRD_FRAMES || !isIn(tracker.openHz, THIRD_HZ)) return null;
      const third = tracker.describe();
      return third && follows(third, second) ? first : null;
    },
  };
};
