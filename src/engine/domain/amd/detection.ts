import type { AmdDecision } from './finding.js';

export type { AmdDecision, AmdFeatures, AmdResultKind } from './finding.js';

/** Milliseconds of audio since the answer. */
export interface BeepHeard {
  readonly onsetMs: number;
  readonly endMs: number;
}

/** One call's detector: a pure function of samples, streaming, one pass, no look-ahead. */
export interface AnsweringMachineDetection {
  /**
   * 160 samples of 8 kHz; the array is reused by the caller. Returns the decision the first time there is one, else
   * null. After the decision it goes on looking for beeps.
   */
  push(frame: Int16Array): AmdDecision | null;
  /** Beeps found so far, newest last. */
  readonly beeps: readonly BeepHeard[];
  /** True while the far end is speaking or toning: for playing a message at the right moment. */
  readonly isSpeaking: boolean;
}
