import type { ToneSpectrum } from './tone-spectrum.js';
import { nearby } from './tone-spectrum.js';
import type { ToneRun } from './tone-run.js';

/** Where answering machines beep. */
const LOWEST_HZ = 375;
const HIGHEST_HZ = 2070;
const LEAST_FRAMES = 4;
const LEAST_STEADY_FRAMES = 3;
const LEAST_STEADY_FRAMES_OF_LOW = 4;
const LEAST_STEADINESS_OF_LOW = 0.78;
/** Its first and last frame are seldom like the others, nor is one that a lost packet touches. */
const EDGE_FRAMES = 2.5;
const UNSTEADY_FRAMES = 3.5;
const HARMONIC_RATIOS = [1.5, 2];
const LEAST_STEADINESS = 0.5;
/** Below this frequency a held vowel may be as steady as a tone, but not as pure. */
const VOICE_HZ = 700;
const LEAST_PURITY = 0.88;
const LEAST_PURITY_OF_LOW = 0.95;
const CHIRP = { frames: 6, share: 0.6, leastHz: 60, purity: 0.95, before: 0.01 };
const JUMP = { frames: 12, steadiness: 0.8, purity: 0.95 };

/** The powers before and after a beep over the beep's own, at most: of everything, and near its frequency. */
const QUIET = 0.4;
const QUIET_NEARBY = 0.04;
/** Two low partials are what vowels and chords are made of. */
const QUIET_NEARBY_LOW_PAIR = 0.005;
/** What of the power after a beep is at its frequency, if the beep's echo is all that is heard. */
const ECHO = 0.7;
const FADED = 0.2;

/** The second part of a double beep begins within this time. */
const SECOND_PART_MS = 240;
/** What follows is listened to from when the window has left the tone until then. */
const AFTER_FROM_MS = 60;
const AFTER_UNTIL_MS = 100;

export interface Beep {
  readonly onsetMs: number;
  readonly endMs: number;
  readonly hz: number;
  readonly secondHz: number;
  readonly purity: number;
  readonly level: number;
}

export interface BeepDetector {
  /**
   * Takes the spectrum of the frame that ends at `atMs`, the run that it ended and the one that goes on;
   * answers a beep once it is known that quiet follows it.
   */
  push(spectrum: ToneSpectrum, ended: ToneRun | null, openHz: number, atMs: number): Beep | null;
}

/** Partials of a voice are multiples of one fundamental; those of two-tone beeps hardly ever are. */
const isHarmonic = ({ hz, secondHz }: ToneRun): boolean => {
  const ratio = Math.max(hz, secondHz) / Math.min(hz, secondHz);
  return HARMONIC_RATIOS.some((harmonic) => Math.abs(ratio - harmonic) < 0.03);
};

const isSame = (hz: number, otherHz: number): boolean => Math.abs(hz - otherHz) < 10 + otherHz / 100;

const isPureEnough = (run: ToneRun): boolean => run.purity > (run.hz < VOICE_HZ ? LEAST_PURITY_OF_LOW : LEAST_PURITY);

const isSteady = ({ hz, steadiness, looked }: ToneRun): boolean => {
  const steady = steadiness * looked;
  if (hz > VOICE_HZ) return steadiness >= LEAST_STEADINESS && steady >= LEAST_STEADY_FRAMES;
  const isSteadyThroughout = looked - steady < UNSTEADY_FRAMES || steadiness >= LEAST_STEADINESS_OF_LOW;
  return isSteadyThroughout && steadiness >= LEAST_STEADINESS && steady >= LEAST_STEADY_FRAMES_OF_LOW;
};

/** Vowels and chords have two partials too; those of a beep are steadier, or the beep's alone. */
const isPairOfBeep = (run: ToneRun): boolean => {
  if (run.secondHz === 0) return true;
  const isSteadyButForEdges = run.looked * (1 - run.steadiness) < EDGE_FRAMES;
  return (isSteadyButForEdges || !isHarmonic(run)) && (run.hz > VOICE_HZ || run.beforeNearby < QUIET_NEARBY_LOW_PAIR);
};

const isChirp = ({ hz, frames, glide, glideHz, purity, beforeNearby }: ToneRun): boolean =>
  hz > VOICE_HZ &&
  frames >= CHIRP.frames &&
  glide >= CHIRP.share &&
  Math.abs(glideHz) > CHIRP.leastHz &&
  purity > CHIRP.purity &&
  beforeNearby < CHIRP.before;

const isBeepLike = (run: ToneRun): boolean =>
  run.hz > LOWEST_HZ &&
  run.hz < HIGHEST_HZ &&
  run.frames >= LEAST_FRAMES &&
  isPureEnough(run) &&
  (isSteady(run) || isChirp(run)) &&
  isPairOfBeep(run);

/** What no voice does: a long tone that begins in the middle of something else. */
const jumpsOut = ({ hz, frames, steadiness, purity }: ToneRun): boolean =>
  hz > VOICE_HZ && frames >= JUMP.frames && steadiness >= JUMP.steadiness && purity > JUMP.purity;

/** Before its end is known. */
export const isSurelyBeep = (run: ToneRun): boolean => isBeepLike(run) && jumpsOut(run);

export const createBeepDetector = (): BeepDetector => {
  let pending: ToneRun | null = null;
  let onsetMs = 0;
  let isQuietAfter = true;

  const take = (run: ToneRun): void => {
    if (!isBeepLike(run)) return;
    const isSecondPart = pending !== null && isSame(run.hz, pending.hz) && run.onsetMs - pending.endMs < SECOND_PART_MS;
    if (!isSecondPart) {
      if (run.beforeNearby > QUIET_NEARBY || (run.before > QUIET && !jumpsOut(run))) return;
      onsetMs = run.onsetMs;
    }
    pending = run;
    isQuietAfter = true;
  };

  return {
    push: (spectrum, ended, openHz, atMs) => {
      if (ended) take(ended);
      if (pending === null) return null;
      const sinceMs = atMs - pending.endMs;
      if (sinceMs >= AFTER_FROM_MS && sinceMs <= AFTER_UNTIL_MS) {
        const tone = nearby(spectrum.power, pending.hz);
        const isEcho = tone > ECHO * spectrum.total && spectrum.total < FADED * pending.level;
        const hasLeft = tone < QUIET_NEARBY * pending.level && spectrum.total < QUIET * pending.level;
        isQuietAfter &&= isEcho || hasLeft;
      }
      if (sinceMs < AFTER_UNTIL_MS) return null;
      if (isQuietAfter) {
        const { endMs, hz, secondHz, purity, level } = pending;
        pending = null;
        return { onsetMs, endMs, hz, secondHz, purity, level };
      }
      const goesOn = isSame(openHz, pending.hz);
      if (!goesOn && sinceMs > SECOND_PART_MS) pending = null;
      return null;
    },
  };
};
