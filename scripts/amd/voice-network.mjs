// Trains the voice network: cross-entropy, Adam, small batches; the same weights at every run.
import { createFrameAnalysis, FRAME_SAMPLES } from '../../dist/engine/domain/amd/frame-analysis.js';
import { createVoiceInputs, VOICE_INPUTS } from '../../dist/engine/domain/amd/voice-inputs.js';
import { chance } from './corpus.mjs';

const HIDDEN = 24;
const VOICE_TYPES = ['speech', 'music'];

/** Inputs and targets of every `every`th frame of the clips. */
export function voiceFrames(clips, every) {
  const inputs = [];
  const targets = [];
  clips.forEach((clip, index) => {
    const analysis = createFrameAnalysis();
    const voiceInputs = createVoiceInputs();
    const voiced = clip.segments.filter((segment) => VOICE_TYPES.includes(segment.type));
    for (let n = 0; (n + 1) * FRAME_SAMPLES <= clip.samples.length; n++) {
      const taken = voiceInputs.take(
        analysis.analyse(clip.samples.subarray(n * FRAME_SAMPLES, (n + 1) * FRAME_SAMPLES)),
      );
      if ((n + index) % every !== 0) continue;
      const middleMs = n * 20 + 10;
      inputs.push(Float32Array.from(taken));
      targets.push(voiced.some(({ start_ms, end_ms }) => start_ms <= middleMs && middleMs < end_ms) ? 1 : 0);
    }
  });
  return { inputs, targets };
}

export function trainVoiceNetwork({ inputs, targets }, { epochs = 6, seed = 1 } = {}) {
  const random = chance(seed);
  const row = VOICE_INPUTS + 1;
  const size = HIDDEN * row + HIDDEN + 1;
  const weights = Float64Array.from({ length: size }, () => (random() - 0.5) * 0.5);
  const gradient = new Float64Array(size);
  const mean = new Float64Array(size);
  const square = new Float64Array(size);
  const activations = new Float64Array(HIDDEN);
  const order = Uint32Array.from(targets, (_, index) => index);
  const output = HIDDEN * row;
  const BATCH = 64;
  let step = 0;
  const steps = (epochs * order.length) / BATCH;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let n = order.length - 1; n > 0; n--) {
      const other = Math.floor(random() * (n + 1));
      [order[n], order[other]] = [order[other], order[n]];
    }
    for (let start = 0; start < order.length; start += BATCH) {
      gradient.fill(0);
      const end = Math.min(order.length, start + BATCH);
      for (let n = start; n < end; n++) {
        const input = inputs[order[n]];
        let sum = weights[output];
        for (let unit = 0; unit < HIDDEN; unit++) {
          let activation = weights[unit * row];
          for (let k = 0; k < VOICE_INPUTS; k++) activation += weights[unit * row + 1 + k] * input[k];
          activations[unit] = Math.tanh(activation);
          sum += weights[output + 1 + unit] * activations[unit];
        }
        const error = 1 / (1 + Math.exp(-sum)) - targets[order[n]];
        gradient[output] += error;
        for (let unit = 0; unit < HIDDEN; unit++) {
          gradient[output + 1 + unit] += error * activations[unit];
          const back = error * weights[output + 1 + unit] * (1 - activations[unit] ** 2);
          gradient[unit * row] += back;
          for (let k = 0; k < VOICE_INPUTS; k++) gradient[unit * row + 1 + k] += back * input[k];
        }
      }
      step++;
      const rate = 0.004 * (1 - step / (steps + 1));
      for (let k = 0; k < size; k++) {
        const slope = gradient[k] / (end - start) + 1e-5 * weights[k];
        mean[k] = 0.9 * mean[k] + 0.1 * slope;
        square[k] = 0.999 * square[k] + 0.001 * slope * slope;
        weights[k] -= (rate * mean[k]) / (1 - 0.9 ** step) / (Math.sqrt(square[k] / (1 - 0.999 ** step)) + 1e-8);
      }
    }
  }
  return { hidden: HIDDEN, weights: Array.from(weights, (weight) => Number(weight.toFixed(4))) };
}
