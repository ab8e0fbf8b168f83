// Gradient boosting of small trees over histograms (logistic loss), the same trees at every run.
import { chance } from './corpus.mjs';

const BINS = 64;

/** Thresholds between quantiles of a feature, at most BINS - 1 of them. */
function thresholdsOf(rows, feature) {
  const sample = [];
  const stride = Math.max(1, Math.floor(rows.length / 20_000));
  for (let n = 0; n < rows.length; n += stride) sample.push(rows[n][feature]);
  sample.sort((a, b) => a - b);
  const thresholds = [];
  for (let bin = 1; bin < BINS; bin++) {
    const value = Number(sample[Math.floor((bin * sample.length) / BINS)].toPrecision(4));
    if (value !== thresholds.at(-1) && value < sample.at(-1)) thresholds.push(value);
  }
  return thresholds;
}

export function trainTrees(rows, targets, rowWeights, options) {
  const {
    trees,
    depth,
    rate,
    seed = 1,
    rowShare = 0.6,
    featureShare = 0.5,
    leastWeight = 8,
    ridge = 4,
    features,
  } = options;
  const random = chance(seed);
  const count = rows.length;
  const thresholds = features.map((feature) => thresholdsOf(rows, feature));
  const binned = features.map((feature, index) => {
    const bins = new Uint8Array(count);
    for (let n = 0; n < count; n++) {
      let low = 0;
      let high = thresholds[index].length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (rows[n][feature] <= thresholds[index][middle]) high = middle;
        else low = middle + 1;
      }
      bins[n] = low;
    }
    return bins;
  });
  const total = rowWeights.reduce((sum, weight) => sum + weight, 0);
  const positive = rowWeights.reduce((sum, weight, n) => sum + weight * targets[n], 0);
  const model = { base: Math.log(positive / (total - positive)), roots: [], features: [], values: [], children: [] };
  const margin = new Float64Array(count).fill(model.base);
  const slope = new Float64Array(count);
  const curve = new Float64Array(count);
  const sumSlope = new Float64Array(BINS);
  const sumCurve = new Float64Array(BINS);

  const bestSplit = (members, asked) => {
    let g = 0;
    let h = 0;
    for (const n of members) {
      g += slope[n];
      h += curve[n];
    }
    let best = { gain: 1e-3, g, h };
    if (h < 2 * leastWeight) return best;
    for (const index of asked) {
      const bins = binned[index];
      const last = thresholds[index].length;
      sumSlope.fill(0);
      sumCurve.fill(0);
      for (let k = 0; k < members.length; k++) {
        const n = members[k];
        sumSlope[bins[n]] += slope[n];
        sumCurve[bins[n]] += curve[n];
      }
      let leftG = 0;
      let leftH = 0;
      for (let bin = 0; bin < last; bin++) {
        leftG += sumSlope[bin];
        leftH += sumCurve[bin];
        if (leftH < leastWeight || h - leftH < leastWeight) continue;
        const rightG = g - leftG;
        const gain = leftG ** 2 / (leftH + ridge) + rightG ** 2 / (h - leftH + ridge) - g ** 2 / (h + ridge);
        if (gain > best.gain) best = { gain, g, h, index, bin };
      }
    }
    return best;
  };

  /** Moves the members with bins up to the split to the front; answers how many they are. */
  const partition = (members, bins, last) => {
    let front = 0;
    for (let k = 0; k < members.length; k++) {
      const n = members[k];
      if (bins[n] > last) continue;
      members[k] = members[front];
      members[front++] = n;
    }
    return front;
  };

  const grow = (members, all, level, node, asked) => {
    const split = bestSplit(members, asked);
    if (level === depth || split.index === undefined) {
      const value = (-rate * split.g) / (split.h + ridge);
      model.features[node] = -1;
      model.values[node] = Number(value.toFixed(5));
      model.children[node] = 0;
      for (let k = 0; k < all.length; k++) margin[all[k]] += value;
      return;
    }
    const bins = binned[split.index];
    const child = model.features.length;
    model.features[node] = features[split.index];
    model.values[node] = thresholds[split.index][split.bin];
    model.children[node] = child;
    model.features.push(-1, -1);
    model.values.push(0, 0);
    model.children.push(0, 0);
    const left = partition(members, bins, split.bin);
    const leftOfAll = partition(all, bins, split.bin);
    grow(members.subarray(0, left), all.subarray(0, leftOfAll), level + 1, child, asked);
    grow(members.subarray(left), all.subarray(leftOfAll), level + 1, child + 1, asked);
  };

  const everything = Uint32Array.from({ length: count }, (_, n) => n);
  for (let tree = 0; tree < trees; tree++) {
    for (let n = 0; n < count; n++) {
      const probability = 1 / (1 + Math.exp(-margin[n]));
      slope[n] = rowWeights[n] * (probability - targets[n]);
      curve[n] = rowWeights[n] * Math.max(1e-6, probability * (1 - probability));
    }
    const members = everything.filter(() => random() < rowShare);
    const asked = features.map((_, index) => index).filter(() => random() < featureShare);
    const root = model.features.length;
    model.roots.push(root);
    model.features.push(-1);
    model.values.push(0);
    model.children.push(0);
    grow(members, everything.slice(), 0, root, asked);
  }
  return model;
}
