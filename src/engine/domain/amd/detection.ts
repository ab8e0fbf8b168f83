import type { AmdDecision } from './finding.js';

export type { AmdDecision, AmdFeatures, AmdResultKind } from './finding.js';

/** One call's detector: a pure function of samples, streaming, one pass, no look-ahead. */
export interface AnsweringMachineDetection {
  /**
   * 160 samples of 8 kHz; the array is reused by the caller. Returns the decision the first time there is one, else
   * null. After the decision it goes on looking for beeps.
   */
  push(frame: Int16Array): AmdDecision | null;
  /** Milliseconds (from the answer) of the onsets of beeps found so far, newest last. */
  readonly beepsMs: readonly number[];
  /** True while the far end is speaking or toning: for playing a message at the right moment. */
  readonly isSpeaking: boolean;
}
