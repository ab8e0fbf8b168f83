import type { AmdFinding } from '../domain/amd/finding.js';
import type { Heard } from '../domain/amd/message-moment.js';
import type { AmdSensitivity } from '../domain/campaign-state.js';
import type { CallMediaSink } from './call-media.js';

/** Makes one detector a call. */
export interface AmdDetectors {
  create(settings: AmdSettings): AmdDetector;
}

export interface AmdSettings {
  readonly sensitivity: AmdSensitivity;
  /** How long ringing that goes on after the answer is waited for, milliseconds from the answer. */
  readonly ringTimeoutMs: number;
}

export interface AmdDetector extends CallMediaSink {
  /**
   * Resolves once, soon after the deadline of the sensitivity at the latest, or where it goes on ringing after the
   * answer, soon after the ring time-out; never rejects.
   */
  readonly finding: Promise<AmdFinding>;
  /** The call is answered: the audio counts from here. */
  answered(): void;
  /** From now on `heard` is told every 20 ms what is heard; one listener at a time, null for none. It must not throw. */
  listen(heard: ((heard: Heard) => void) | null): void;
  /** The first seconds of the far end in µ-law, 8 kHz; null where recording is off. Of a person nothing after the verdict. */
  readonly recording: Uint8Array | null;
  /** The call is over; `finding` then never resolves, and all timers are gone. */
  dispose(): void;
}
