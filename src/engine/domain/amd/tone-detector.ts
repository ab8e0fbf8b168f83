import { type Beep, createBeepDetector, isSurelyBeep } from './beep-detector.js';
import { createCallProgressDetector } from './call-progress.js';
import { createFaxToneDetector, isCallingTone } from './fax-tones.js';
import { createInformationToneDetector } from './information-tones.js';
import { createToneTracker } from './tone-run.js';
import { createToneSpectrum } from './tone-spectrum.js';
import type { ToneEvent, ToneKind } from './tone.js';

export type { ToneEvent, ToneKind } from './tone.js';

const FRAME_MS = 20;
/** A voice is well above the line's noise, and after so many frames of it somebody has spoken. */
const VOICE_ABOVE_BACKGROUND = 6;
const SPOKEN_FRAMES = 15;
/** A voice is about as loud as what comes after it on the same line; noise is not. */
const VOICE_BELOW_TONE = 0.01;
/** Runs of more frames hardly ever come from voices. */
const TONE_FRAMES = 10;
/** Before anybody has spoken, a lone tone in this range is the rest of the ringing, single or as seen in the middle of two. */
const RINGING_HZ = { lowest: 410, highest: 470 };

/** What the last frame was like. */
export interface ToneFrame {
  readonly isTonal: boolean;
  /** Of the strongest partial. */
  readonly frequencyHz: number;
  /** The share that one or two partials have of all energy above the background, 0 to 1. */
  readonly purity: number;
}

/** Recognises the tones of networks, faxes and answering machines in one stream, in one pass. */
export interface ToneDetector {
  /**
   * Takes the next 20 ms (160 samples of 8 kHz) and answers the tone that they made certain, if any.
   * Every kind is told once, beeps each time.
   */
  push(frame: Int16Array): ToneEvent | null;
  /** The same object at every call, its fields changed by `push`. */
  readonly last: ToneFrame;
  /**
   * The tone that sounds now, if somebody has spoken before it and it is a beep by all but its end. `push` tells it when it is
   * over.
   */
  openBeep(): ToneEvent | null;
}

const asEvent = (kind: ToneKind, tone: Pick<Beep, 'onsetMs' | 'endMs' | 'hz' | 'purity'>, atMs: number): ToneEvent => ({
  kind,
  onsetMs: tone.onsetMs,
  endMs: tone.endMs,
  atMs,
  frequencyHz: tone.hz,
  confidence: tone.purity,
});

export const createToneDetector = (): ToneDetector => {
  const spectrum = createToneSpectrum();
  const tracker = createToneTracker();
  const beeps = createBeepDetector();
  const progress = createCallProgressDetector();
  const fax = createFaxToneDetector();
  const information = createInformationToneDetector();
  const told = new Set<ToneKind>();
  const last = { isTonal: false, frequencyHz: 0, purity: 0 };
  let atMs = 0;
  let toldAtMs = 0;
  let voicedFrames = 0;
  let voicedPower = 0;
  const voice = { isNow: false, wasHeard: false };
  /** A beep that may prove the first burst of a cadence. */
  let held: Beep | null = null;

  const hasHeardVoice = (level: number): boolean =>
    voicedFrames >= SPOKEN_FRAMES && voicedPower > VOICE_BELOW_TONE * voicedFrames * level;

  const isVoiceLike = (): boolean =>
    !spectrum.isTonal &&
    !spectrum.hasGap &&
    tracker.openFrames < TONE_FRAMES &&
    spectrum.total > VOICE_ABOVE_BACKGROUND * spectrum.background;

  const judgeBeep = (found: Beep | null): ToneEvent | null => {
    if (found) {
      if (progress.hasTold(found.hz)) return null;
      if (hasHeardVoice(found.level)) return asEvent('BEEP', found, atMs);
      if (isCallingTone(found.hz, found.endMs - found.onsetMs)) return asEvent('FAX', found, atMs);
      if (found.hz > RINGING_HZ.lowest && found.hz < RINGING_HZ.highest) return null;
      held = found;
    }
    if (held === null || progress.mayClaim(held.hz, held.onsetMs, atMs)) return null;
    const beep = held;
    held = null;
    return asEvent('BEEP', beep, atMs);
  };

  /** A beep that was heard already when something else became certain was a part of it. */
  const isNews = ({ kind, onsetMs }: ToneEvent): boolean => {
    if (kind === 'BEEP') return onsetMs >= toldAtMs;
    return !told.has(kind) && !(kind === 'RINGBACK' && told.has('BUSY'));
  };

  const judge = (frame: Int16Array): ToneEvent | null => {
    const ended = tracker.push(spectrum, atMs);
    voice.isNow = isVoiceLike();
    if (voice.isNow) {
      voicedFrames++;
      voicedPower += spectrum.total;
    }
    voice.wasHeard = hasHeardVoice(spectrum.total);
    const network = progress.push(frame, spectrum, voice, atMs);
    const beep = beeps.push(spectrum, ended, tracker.openHz, atMs);
    const faxTone = fax.push(spectrum, tracker, atMs);
    if (faxTone) return asEvent('FAX', faxTone, atMs);
    const sit = information.push(ended, tracker);
    if (sit) return asEvent('SIT', sit, atMs);
    if (network) {
      held = null;
      return network;
    }
    return judgeBeep(beep);
  };

  return {
    push: (frame) => {
      atMs += FRAME_MS;
      spectrum.push(frame);
      last.isTonal = spectrum.isTonal;
      last.frequencyHz = spectrum.firstHz;
      last.purity = spectrum.purity;
      const event = judge(frame);
      if (event === null || !isNews(event)) return null;
      if (event.kind !== 'BEEP') {
        told.add(event.kind);
        toldAtMs = atMs;
      }
      return event;
    },
    last,
    openBeep: () => {
      const run = tracker.describe();
      return run && isSurelyBeep(run) && hasHeardVoice(run.level) ? asEvent('BEEP', run, atMs) : null;
    },
  };
};
