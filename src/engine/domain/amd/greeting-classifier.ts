import { greetingModel } from './greeting-model.js';

/** Gradient-boosted trees, written by scripts/amd-train.mjs: all nodes in one row, the children of a node beside each other. */
export interface GreetingModel {
  /** Log-odds of a machine before any tree. */
  readonly base: number;
  /** Index of each tree's first node. */
  readonly roots: readonly number[];
  /** Feature that a node asks for; -1: a leaf. */
  readonly features: readonly number[];
  /** A node's threshold (at most: first child, above: the next one), a leaf's log-odds. */
  readonly values: readonly number[];
  /** Index of a node's first child. */
  readonly children: readonly number[];
}

/** Answers the probability, 0 to 1, that a greeting with these features is a machine's. */
export const machineProbability = (vector: Float64Array, model: GreetingModel = greetingModel): number => {
  const { features, values, children } = model;
  let sum = model.base;
  for (const root of model.roots) {
    let node = root;
    let feature = features[node]!;
    while (feature >= 0) {
      node = children[node]! + (vector[feature]! <= values[node]! ? 0 : 1);
      feature = features[node]!;
    }
    sum += values[node]!;
  }
  return 1 / (1 + Math.exp(-sum));
};
