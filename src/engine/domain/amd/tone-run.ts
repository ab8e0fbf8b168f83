import { BINS } from './power-spectrum.js';
import { nearby, type ToneSpectrum } from './tone-spectrum.js';

const FRAME_MS = 20;
/** Of a longer tone, only its first half second is looked at. */
const KEPT_FRAMES = 24;
/** A run outlives gaps of this many frames: lost packets, and the phase reversals of a fax's answer tone. */
const BRIDGED_FRAMES = 2;
/** Frames at another frequency that end a run at once. */
const REPLACING_FRAMES = 2;
/** How far a steady tone's frames may lie from their median. */
const STEADY_HZ = 5;
/** How far a chirp's frequency may be from where the two frames before lead. */
const GLIDE_HZ = 15;
const STEADY_RATIO = 1.45;
/** A frame weaker than this part of the run's loudest is the echo of a tone that has ended. */
const ECHO_RATIO = 1 / 6;

/** A tone of one or two partials that lasts over several frames. */
export interface ToneRun {
  readonly onsetMs: number;
  /** The end of the last frame that belongs to it. */
  readonly endMs: number;
  /** Frames that belong to it. */
  readonly frames: number;
  /** Median of its frames. */
  readonly hz: number;
  /** 0 where the tone has one partial. */
  readonly secondHz: number;
  readonly purity: number;
  /** Median power, tone and noise. */
  readonly level: number;
  /** Frames of the first half second, and the share of them whose level and frequency are the median's. */
  readonly looked: number;
  readonly steadiness: number;
  /** The same for frames that continue a steady rise or fall of the frequency, and how far it went. */
  readonly glide: number;
  readonly glideHz: number;
  /** Power just before it over its own: of everything, and near its frequency alone. */
  readonly before: number;
  readonly beforeNearby: number;
}

export interface ToneTracker {
  /** Takes the spectrum of the frame that ends at `atMs`; answers a run that this frame ended. */
  push(spectrum: ToneSpectrum, atMs: number): ToneRun | null;
  /** Frequency and length in frames of the run that goes on; 0 where there is none. */
  readonly openHz: number;
  readonly openFrames: number;
  describe(): ToneRun | null;
}

interface OpenRun {
  startedAtMs: number;
  endMs: number;
  frames: number;
  dualFrames: number;
  lastHz: number;
  secondHz: number;
  puritySum: number;
  loudest: number;
  kept: number;
  readonly levels: Float64Array;
  readonly frequencies: Float64Array;
  readonly beforeSpectrum: Float64Array;
  before: number;
  background: number;
}

const openRun = (): OpenRun => ({
  startedAtMs: 0,
  endMs: 0,
  frames: 0,
  dualFrames: 0,
  lastHz: 0,
  secondHz: 0,
  puritySum: 0,
  loudest: 0,
  kept: 0,
  levels: new Float64Array(KEPT_FRAMES),
  frequencies: new Float64Array(KEPT_FRAMES),
  beforeSpectrum: new Float64Array(BINS),
  before: 0,
  background: 0,
});

const median = (values: Float64Array): number => values.toSorted()[values.length >> 1] ?? 0;

/** A chirp moves on by up to so much in a frame. */
const isNear = (hz: number, lastHz: number): boolean => Math.abs(hz - lastHz) < 10 + 0.06 * lastHz;

/** Of two partials of about the same power now one, now the other is the stronger. */
const belongs = (run: OpenRun, spectrum: ToneSpectrum): boolean =>
  spectrum.total > run.loudest * ECHO_RATIO &&
  (isNear(spectrum.firstHz, run.lastHz) || (spectrum.isDual && isNear(spectrum.secondHz, run.lastHz)));

const extend = (run: OpenRun, spectrum: ToneSpectrum, atMs: number): void => {
  const isFirst = isNear(spectrum.firstHz, run.lastHz);
  const hz = isFirst ? spectrum.firstHz : spectrum.secondHz;
  if (run.kept < KEPT_FRAMES) {
    run.levels[run.kept] = spectrum.total;
    run.frequencies[run.kept++] = hz;
  }
  if (spectrum.isDual) {
    run.dualFrames++;
    run.secondHz = isFirst ? spectrum.secondHz : spectrum.firstHz;
  }
  run.lastHz = hz;
  run.frames++;
  run.puritySum += spectrum.purity;
  run.loudest = Math.max(run.loudest, spectrum.total);
  run.endMs = atMs;
};

const describe = (run: OpenRun): ToneRun => {
  const levels = run.levels.subarray(0, run.kept);
  const frequencies = run.frequencies.subarray(0, run.kept);
  const level = median(levels);
  const hz = median(frequencies);
  const toleranceHz = STEADY_HZ * (1 + (2 * run.background) / level);
  let steady = 0;
  let gliding = 0;
  for (let at = 0; at < run.kept; at++) {
    const ratio = (levels[at] ?? 0) / level;
    if (ratio > STEADY_RATIO || ratio < 1 / STEADY_RATIO) continue;
    if (Math.abs((frequencies[at] ?? 0) - hz) < toleranceHz) steady++;
    if (
      at > 1 &&
      Math.abs((frequencies[at] ?? 0) - 2 * (frequencies[at - 1] ?? 0) + (frequencies[at - 2] ?? 0)) < GLIDE_HZ
    )
      gliding++;
  }
  return {
    onsetMs: Math.max(0, run.startedAtMs - FRAME_MS),
    endMs: run.endMs,
    frames: run.frames,
    hz,
    secondHz: run.dualFrames * 2 > run.frames ? run.secondHz : 0,
    purity: run.puritySum / run.frames,
    level,
    looked: run.kept,
    steadiness: steady / run.kept,
    glide: gliding / run.kept,
    glideHz: (frequencies[run.kept - 1] ?? 0) - (frequencies[0] ?? 0),
    before: run.before / level,
    beforeNearby: nearby(run.beforeSpectrum, hz) / level,
  };
};

/** Before the first frame anything may have been on the line. */
const heardNothing = (): { power: Float64Array; total: number } => ({ power: new Float64Array(BINS), total: Infinity });

export const createToneTracker = (): ToneTracker => {
  let current = openRun();
  let candidate = openRun();
  /** The last three spectra before this frame's, oldest first. */
  let earliest = heardNothing();
  let earlier = heardNothing();
  let previous = heardNothing();

  const start = (run: OpenRun, spectrum: ToneSpectrum, atMs: number): void => {
    run.startedAtMs = atMs;
    run.frames = run.dualFrames = run.kept = run.puritySum = run.loudest = run.secondHz = 0;
    run.lastHz = spectrum.firstHz;
    run.background = spectrum.background;
    // The window of the frame before this one may reach into the tone already.
    const louder = earliest.total > earlier.total ? earliest : earlier;
    run.before = louder.total;
    run.beforeSpectrum.set(louder.power);
    extend(run, spectrum, atMs);
  };

  const track = (spectrum: ToneSpectrum, atMs: number): ToneRun | null => {
    if (spectrum.isTonal && current.frames > 0 && belongs(current, spectrum)) {
      extend(current, spectrum, atMs);
      candidate.frames = 0;
      return null;
    }
    if (!spectrum.isTonal) candidate.frames = atMs - candidate.endMs > FRAME_MS ? 0 : candidate.frames;
    else if (candidate.frames > 0 && belongs(candidate, spectrum)) extend(candidate, spectrum, atMs);
    else start(candidate, spectrum, atMs);
    const isOver = candidate.frames >= REPLACING_FRAMES || atMs - current.endMs > BRIDGED_FRAMES * FRAME_MS;
    if (current.frames > 0 && !isOver) return null;
    const ended = current.frames > 0 ? describe(current) : null;
    const spare = current;
    current = candidate;
    candidate = spare;
    candidate.frames = 0;
    return ended;
  };

  return {
    push: (spectrum, atMs) => {
      const ended = track(spectrum, atMs);
      const renewed = earliest;
      earliest = earlier;
      earlier = previous;
      previous = renewed;
      previous.power.set(spectrum.power);
      previous.total = spectrum.total;
      return ended;
    },
    get openHz() {
      return current.frames > 0 ? current.lastHz : 0;
    },
    get openFrames() {
      return current.frames;
    },
    describe: () => (current.frames > 0 ? describe(current) : null),
  };
};
