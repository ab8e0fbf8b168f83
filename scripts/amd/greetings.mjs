// What the classifier learns from: the features of each greeting every 100 ms, as the detector sees them.
import { FRAME_SAMPLES } from '../../dist/engine/domain/amd/frame-analysis.js';
import { GreetingFeatures } from '../../dist/engine/domain/amd/greeting-features.js';
import { GreetingTimeline } from '../../dist/engine/domain/amd/greeting-timeline.js';
import { createVoiceActivity } from '../../dist/engine/domain/amd/voice-activity.js';
import { trainTrees } from './boosted-trees.mjs';

const LONGEST_GREETING_MS = 5_000;

/** Follows one clip: its vector of features every 100 ms of greeting. */
export function followGreeting(clip, voiceModel) {
  const voice = createVoiceActivity(voiceModel);
  const timeline = new GreetingTimeline();
  const features = new GreetingFeatures(timeline);
  const vectors = [];
  for (let n = 0; (n + 1) * FRAME_SAMPLES <= clip.samples.length; n++) {
    const frame = voice.push(clip.samples.subarray(n * FRAME_SAMPLES, (n + 1) * FRAME_SAMPLES));
    timeline.push(frame.isVoiced);
    features.push(frame);
    const { nowMs, onsetMs } = timeline;
    if (onsetMs < 0 || nowMs % 100 !== 0) continue;
    if (nowMs - onsetMs > LONGEST_GREETING_MS + 100) break;
    vectors.push(Float32Array.from(features.vector));
  }
  return vectors;
}

export const isMachine = (clip) => (clip.label.cls === 'machine' || clip.label.cls === 'tone' ? 1 : 0);

/** Moments of 100 ms are much alike: of each copy of a clip a third is used, another third of the next copy. */
const THINNING = 3;

/** Each clip weighs the same, however long its greeting. */
const CLIP_WEIGHT = 10;

export function trainClassifier(clips, vectorsOf, options) {
  const rows = [];
  const targets = [];
  const weights = [];
  clips.forEach((clip, index) => {
    const vectors = vectorsOf[index].filter((_, n) => n % THINNING === index % THINNING);
    for (const vector of vectors) {
      rows.push(vector);
      targets.push(isMachine(clip));
      weights.push(CLIP_WEIGHT / vectors.length);
    }
  });
  return trainTrees(rows, targets, Float64Array.from(weights), options);
}
