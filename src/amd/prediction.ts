import type { AmdDecision, AmdResultKind, AnsweringMachineDetection } from '../engine/domain/amd/detection.js';
import { FRAME_MS, FRAME_SAMPLES } from '../engine/domain/amd/frame-analysis.js';

/** What the detector says of one file, in the words that the scoring of a labelled corpus reads. */
export interface Prediction {
  /** `UNKNOWN` where the audio ended before the decision. */
  readonly result: AmdResultKind | 'UNKNOWN';
  readonly decision_ms: number;
  readonly cause: string;
  readonly confidence: number;
  readonly beeps_ms: readonly number[];
}

const describe = (decision: AmdDecision) => ({
  result: decision.kind,
  decision_ms: decision.decisionMs,
  cause: decision.reason.toLowerCase().replaceAll('_', '-'),
  confidence: Number(decision.confidence.toFixed(3)),
});

/** Runs a fresh detector over the samples; what is left of the last frame is not heard. */
export function predict(detection: AnsweringMachineDetection, samples: Int16Array): Prediction {
  let decision: AmdDecision | null = null;
  let frames = 0;
  for (; (frames + 1) * FRAME_SAMPLES <= samples.length; frames++)
    decision = detection.push(samples.subarray(frames * FRAME_SAMPLES, (frames + 1) * FRAME_SAMPLES)) ?? decision;
  const heard = decision
    ? describe(decision)
    : { result: 'UNKNOWN' as const, decision_ms: frames * FRAME_MS, cause: 'audio-ended', confidence: 0 };
  return { ...heard, beeps_ms: detection.beeps.map(({ onsetMs }) => onsetMs) };
}
