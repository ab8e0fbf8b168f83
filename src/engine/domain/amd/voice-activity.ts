import { createFrameAnalysis, type FrameMeasures } from './frame-analysis.js';
import { createVoiceInputs, VOICE_INPUTS } from './voice-inputs.js';
import { voiceModel } from './voice-model.js';

/** A network with one hidden layer of hyperbolic tangents, written by scripts/amd-train.mjs. */
export interface VoiceModel {
  /** An even number. */
  readonly hidden: number;
  /** `hidden` rows of bias and VOICE_INPUTS weights, then bias and `hidden` weights of the output. */
  readonly weights: readonly number[];
}

/** As exact as the built-in one where it matters here, and faster. */
const tanh = (value: number): number => 1 - 2 / (Math.exp(2 * value) + 1);

const ON_ABOVE = 0.55;
const OFF_BELOW = 0.35;

export interface VoiceFrame {
  readonly measures: FrameMeasures;
  /** Probability that somebody (or something recorded) speaks or plays in this frame, 0 to 1. */
  probability: number;
  /** The same as a decision, with hysteresis. */
  isVoiced: boolean;
  /** The background's level, dB of full scale. */
  floorDb: number;
}

export interface VoiceActivity {
  /** The same object at every call, its fields changed. */
  push(frame: Int16Array): VoiceFrame;
}

export const createVoiceActivity = (model: VoiceModel = voiceModel): VoiceActivity => {
  const analysis = createFrameAnalysis();
  const voiceInputs = createVoiceInputs();
  const weights = Float64Array.from(model.weights);
  const row = VOICE_INPUTS + 1;

  const evaluate = (inputs: Float64Array): number => {
    const output = model.hidden * row;
    let sum = weights[output]!;
    // Two units at once: each sum alone would wait for its own additions.
    for (let unit = 0; unit < model.hidden; unit += 2) {
      const first = unit * row;
      const second = first + row;
      let one = weights[first]!;
      let other = weights[second]!;
      for (let n = 0; n < VOICE_INPUTS; n++) {
        const input = inputs[n]!;
        one += weights[first + 1 + n]! * input;
        other += weights[second + 1 + n]! * input;
      }
      sum += weights[output + 1 + unit]! * tanh(one);
      sum += weights[output + 2 + unit]! * tanh(other);
    }
    return 1 / (1 + Math.exp(-sum));
  };

  let voice: VoiceFrame | null = null;
  return {
    push: (frame) => {
      const measures = analysis.analyse(frame);
      voice ??= { measures, probability: 0, isVoiced: false, floorDb: 0 };
      voice.probability = evaluate(voiceInputs.take(measures));
      voice.isVoiced = voice.probability > (voice.isVoiced ? OFF_BELOW : ON_ABOVE);
      voice.floorDb = voiceInputs.floorDb;
      return voice;
    },
  };
};
