import type { AmdDetector } from '../../src/engine/contracts/amd-detector.js';
import type { AmdDecision, AmdFinding } from '../../src/engine/domain/amd/finding.js';
import { createDetection } from '../../src/engine/domain/amd/greeting-detection.js';
import type { AmdSensitivity } from '../../src/engine/domain/campaign-state.js';
import { createAmdDetectors } from '../../src/engine/media/amd-detectors.js';
import { A_LAW, U_LAW } from '../../src/engine/media/g711.js';
import { RealClock } from './real-clock.js';
import { SilentLog } from './silent-log.js';

const FRAME_SAMPLES = 160;

/** A live detector that keeps what it has heard. */
export class TappedDetector implements AmdDetector {
  /** Every frame since the answer. */
  readonly frames: Int16Array[] = [];
  private readonly detector: AmdDetector;

  constructor(sensitivity: AmdSensitivity, ringTimeoutMs = 15_000) {
    const parts = { clock: new RealClock(), log: new SilentLog(), createDetection, recordingSeconds: 0 };
    this.detector = createAmdDetectors(parts).create({ sensitivity, ringTimeoutMs });
  }

  get finding(): Promise<AmdFinding> {
    return this.detector.finding;
  }

  get recording(): Uint8Array | null {
    return this.detector.recording;
  }

  onFrame(samples: Int16Array, hasArrived: boolean): void {
    this.frames.push(samples.slice());
    this.detector.onFrame(samples, hasArrived);
  }

  answered(): void {
    this.detector.answered();
  }

  listen(heard: Parameters<AmdDetector['listen']>[0]): void {
    this.detector.listen(heard);
  }

  dispose(): void {
    this.detector.dispose();
  }
}

/** What the detection decides on a file's samples, without a call; null: nothing. */
export function decideOffline(samples: Int16Array, sensitivity: AmdSensitivity): AmdDecision | null {
  const detection = createDetection(sensitivity);
  for (let at = 0; at + FRAME_SAMPLES <= samples.length; at += FRAME_SAMPLES) {
    const decision = detection.push(samples.slice(at, at + FRAME_SAMPLES));
    if (decision) return decision;
  }
  return null;
}

export function decode(bytes: Uint8Array, payloadType: 0 | 8): Int16Array {
  const table = payloadType === 0 ? U_LAW : A_LAW;
  return Int16Array.from(bytes, (code) => table[code] ?? 0);
}
