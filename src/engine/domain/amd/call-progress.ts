import { createProgressSpectrum } from './progress-spectrum.js';
import type { ToneSpectrum } from './tone-spectrum.js';
import type { ToneEvent } from './tone.js';

const FRAME_MS = 20;
/** A burst outlives gaps of this length: lost packets. No cadence has a shorter pause. */
const BRIDGED_MS = 100;
/** Frames that must agree on the partials before a burst is taken for a tone of the network: more, if it is one of two only. */
const AGREEING_FRAMES = 3;
const SURELY_AGREEING_FRAMES = 5;
const AGREEING_SHARE = 0.6;
/** A tone is pure when this much of it is in the window. */
const PURE_AFTER_MS = 120;
/** What is weaker than this part of a burst's power is the noise after it. */
const FADED = 1 / 16;
const SAME_HZ = 7;

/** Bursts and pauses of busy and congestion tones are at most this long, those of ringing tones longer. */
const LONGEST_BUSY_MS = 900;
const LONGEST_PAUSE_MS = 6000;
/** So many frames of a voice between two bursts, and they are of different calls' phases. */
const SPOKEN_FRAMES = 15;
/** 0.4 s on, 0.2 s off, 0.4 s on, 2 s off: the ringing tone of the United Kingdom, Australia, India and others. */
const DOUBLE_RING_MS = { least: 320, most: 520, longestPause: 280 };
/**
 * One burst may be the rest of the ringing that the callee ended by answering, or a beep.
 * What tells is that nobody speaks for so long after it.
 */
const LONE_RING_MS = { least: 280, quiet: 900 };
/** Longer than every ringing burst but those of 2 s. */
const SUSTAINED_MS = 1600;

const PairKind = { RING: 'RING', BUSY: 'BUSY', DIAL: 'DIAL' } as const;
type PairKind = (typeof PairKind)[keyof typeof PairKind];

/** ITU-T E.180 Supplement 2. A tone that is modulated shows as two or three close partials. */
const PAIRS: readonly { lowHz: number; highHz: number; kind: PairKind }[] = [
  { lowHz: 350, highHz: 440, kind: PairKind.DIAL },
  { lowHz: 400, highHz: 425, kind: PairKind.RING },
  { lowHz: 400, highHz: 450, kind: PairKind.RING },
  { lowHz: 425, highHz: 450, kind: PairKind.RING },
  { lowHz: 440, highHz: 480, kind: PairKind.RING },
  { lowHz: 480, highHz: 620, kind: PairKind.BUSY },
];
/** The closer two partials are, the more they push each other's peaks apart. */
const toleranceHz = (distanceHz: number): number => 4 + 200 / distanceHz;
/** Tones of one partial: 400 Hz is busy, or rings where it is modulated; 425 to 450 Hz rings too. */
const SINGLE_HZ = { lowest: 394, highest: 406 };
const SINGLE_RING_HZ = { lowest: 417, highest: 457 };
/** How much a tone of one partial may change in power from frame to frame. */
const STEADY_RATIO = 1.6;

interface Burst {
  startMs: number;
  endMs: number;
  /** Frames in which the partials could be told, and those of them that agree. */
  pure: number;
  agreeing: number;
  lowHz: number;
  highHz: number;
  level: number;
}

const emptyBurst = (): Burst => ({ startMs: 0, endMs: 0, pure: 0, agreeing: 0, lowHz: 0, highHz: 0, level: 0 });

const kindOf = ({ lowHz, highHz }: Burst): PairKind | 'SINGLE' | 'SINGLE_RING' | null => {
  if (highHz === 0) {
    if (lowHz > SINGLE_RING_HZ.lowest && lowHz < SINGLE_RING_HZ.highest) return 'SINGLE_RING';
    return lowHz > SINGLE_HZ.lowest && lowHz < SINGLE_HZ.highest ? 'SINGLE' : null;
  }
  const pair = PAIRS.find((one) => {
    const tolerance = toleranceHz(one.highHz - one.lowHz);
    return Math.abs(one.lowHz - lowHz) < tolerance && Math.abs(one.highHz - highHz) < tolerance;
  });
  return pair?.kind ?? null;
};

const isTone = (burst: Burst): boolean =>
  burst.agreeing >= AGREEING_FRAMES && burst.agreeing > AGREEING_SHARE * burst.pure && kindOf(burst) !== null;

/** Stricter, for a burst that no other one confirms. */
const isSteady = (burst: Burst): boolean =>
  burst.agreeing * FRAME_MS > AGREEING_SHARE * (lengthMs(burst) - PURE_AFTER_MS);

const lengthMs = (burst: Burst): number => burst.endMs - burst.startMs;

const isSameTone = (burst: Burst, other: Burst): boolean =>
  Math.abs(burst.lowHz - other.lowHz) < SAME_HZ && Math.abs(burst.highHz - other.highHz) < SAME_HZ;

const canRingAlone = (burst: Burst): boolean => {
  const kind = kindOf(burst);
  return kind === PairKind.RING || kind === 'SINGLE_RING';
};

const covers = (burst: Burst, hz: number): boolean =>
  hz > burst.lowHz - 15 && hz < Math.max(burst.lowHz, burst.highHz) + 15;

export interface VoiceHeard {
  readonly isNow: boolean;
  readonly wasHeard: boolean;
}

/** Tells by their cadence what the tones mean that networks send instead of an answer. */
export interface CallProgressDetector {
  /** Takes the 160 samples that `spectrum` has just analysed, and whether a voice may be heard in them or was heard before. */
  push(frame: Int16Array, spectrum: ToneSpectrum, voice: VoiceHeard, atMs: number): ToneEvent | null;
  /** Whether a tone of that frequency, heard at that time, may be part of a cadence that is not yet known. */
  mayClaim(hz: number, onsetMs: number, atMs: number): boolean;
  /** Whether that frequency is of the tone that was recognised. */
  hasTold(hz: number): boolean;
}

export const createCallProgressDetector = (): CallProgressDetector => {
  const partials = createProgressSpectrum();
  let open = emptyBurst();
  /** The burst before the open one, or the last one. */
  let last = emptyBurst();
  /** Bursts in a row, of a busy tone's pauses, with the last. */
  let bursts = 0;
  let voicedFrames = 0;
  let told: Burst | null = null;

  const tell = (kind: 'BUSY' | 'RINGBACK', burst: Burst, atMs: number): ToneEvent => {
    told = { ...burst };
    const confidence = burst.agreeing / burst.pure;
    const { startMs: onsetMs, endMs, lowHz: frequencyHz } = burst;
    return { kind, onsetMs, endMs, atMs, frequencyHz, confidence };
  };

  const agrees = (total: number): boolean =>
    Math.abs(partials.lowHz - open.lowHz) < SAME_HZ &&
    Math.abs(partials.highHz - open.highHz) < SAME_HZ &&
    (open.highHz > 0 || (total < open.level * STEADY_RATIO && open.level < total * STEADY_RATIO));

  const extend = (total: number, atMs: number): void => {
    if (open.endMs === 0) open.startMs = atMs - FRAME_MS;
    open.endMs = atMs;
    if (!partials.isPure) return;
    open.pure++;
    if (agrees(total)) open.agreeing++;
    else if (open.agreeing < SURELY_AGREEING_FRAMES) {
      open.pure = open.agreeing = 1;
      open.startMs = Math.max(open.startMs, atMs - PURE_AFTER_MS);
      open.level = total;
      open.lowHz = partials.lowHz;
      open.highHz = partials.highHz;
    }
  };

  const close = (): void => {
    if (isTone(open)) {
      bursts = last.endMs > 0 && isSameTone(open, last) && open.startMs - last.endMs < LONGEST_BUSY_MS ? bursts + 1 : 1;
      const spare = last;
      last = open;
      open = spare;
      voicedFrames = 0;
    }
    open.endMs = open.pure = open.agreeing = open.lowHz = open.highHz = open.level = 0;
  };

  const cadence = (atMs: number): ToneEvent | null => {
    if (!isTone(open) || last.endMs === 0 || !isSameTone(open, last)) return null;
    const isSure = open.agreeing >= SURELY_AGREEING_FRAMES && last.agreeing >= SURELY_AGREEING_FRAMES;
    if (!isSure && bursts < 2) return null;
    const onMs = lengthMs(last);
    const pauseMs = open.startMs - last.endMs;
    if (pauseMs > LONGEST_PAUSE_MS || (pauseMs > LONGEST_BUSY_MS && voicedFrames > SPOKEN_FRAMES)) return null;
    const isDoubleRing =
      onMs > DOUBLE_RING_MS.least && onMs < DOUBLE_RING_MS.most && pauseMs < DOUBLE_RING_MS.longestPause;
    const isBusy = onMs <= LONGEST_BUSY_MS && pauseMs <= LONGEST_BUSY_MS && !isDoubleRing;
    return tell(isBusy || kindOf(open) === PairKind.BUSY ? 'BUSY' : 'RINGBACK', last, atMs);
  };

  const sustained = (atMs: number): ToneEvent | null => {
    if (lengthMs(open) < SUSTAINED_MS || !isTone(open) || !isSteady(open)) return null;
    return tell(kindOf(open) === PairKind.RING ? 'RINGBACK' : 'BUSY', open, atMs);
  };

  const loneRing = (hasHeardVoice: boolean, atMs: number): ToneEvent | null => {
    if (last.endMs === 0 || lengthMs(last) < LONE_RING_MS.least || !canRingAlone(last) || !isSteady(last)) return null;
    if (hasHeardVoice && last.highHz === 0) return null;
    if (voicedFrames > SPOKEN_FRAMES / 3 || atMs - last.endMs < LONE_RING_MS.quiet) return null;
    return tell('RINGBACK', last, atMs);
  };

  return {
    push: (frame, spectrum, voice, atMs) => {
      partials.push(frame, spectrum);
      if (voice.isNow && !partials.isConcentrated && open.endMs === 0) voicedFrames++;
      if (partials.isConcentrated && spectrum.total > open.level * FADED) {
        extend(spectrum.total, atMs);
        return cadence(atMs) ?? sustained(atMs);
      }
      if (open.endMs > 0 && atMs - open.endMs > BRIDGED_MS) close();
      return open.endMs > 0 ? null : loneRing(voice.wasHeard, atMs);
    },
    mayClaim: (hz, onsetMs, atMs) => {
      const burst = open.endMs > 0 && open.startMs <= onsetMs + FRAME_MS ? open : last;
      const isThen = burst.startMs < onsetMs + 2 * FRAME_MS && burst.endMs > onsetMs + 2 * FRAME_MS;
      if (!isThen || !isTone(burst) || !covers(burst, hz)) return false;
      const onMs = lengthMs(burst);
      // The next burst of a busy tone begins about as long after this one as this one lasted.
      return (
        onMs < LONGEST_BUSY_MS && atMs - burst.endMs <= onMs + BRIDGED_MS + (SURELY_AGREEING_FRAMES + 2) * FRAME_MS
      );
    },
    hasTold: (hz) => told !== null && covers(told, hz),
  };
};
