import type { AmdFinding } from '../domain/amd/finding.js';
import type { AmdSensitivity } from '../domain/campaign-state.js';
import type { CallMediaSink } from './call-media.js';

/** Makes one detector a call. Until answering machine detection is there, `createEngine` is given none. */
export interface AmdDetectors {
  create(sensitivity: AmdSensitivity): AmdDetector;
}

export interface AmdDetector extends CallMediaSink {
  /** Resolves once, at the latest at the deadline of the sensitivity; never rejects. */
  readonly finding: Promise<AmdFinding>;
  /** The call is answered: the audio counts from here. */
  answered(): void;
  /** The call is over; `finding` then never resolves, and all timers are gone. */
  dispose(): void;
}
