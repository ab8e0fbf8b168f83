import type { AmdSensitivity } from '../campaign-state.js';

/** When a greeting is a person's before the deadline. Probabilities are those of a machine, 0 to 1. */
export interface HumanRule {
  /** HUMAN below this at once, even in the middle of a word. */
  readonly surelyHuman: number;
  /** HUMAN below this once there was silence for `humanSilenceMs`. */
  readonly human: number;
  readonly humanSilenceMs: number;
}

/** The few numbers of the policy. docs/amd.md has what each setting reaches. */
export interface AmdSettings {
  /** Decided at the latest so long after the first word began. */
  readonly deadlineMs: number;
  readonly person: HumanRule;
  /** Holds instead of `person` until so long after the answer, so that most people get their agent soon. */
  readonly hurry?: HumanRule & { readonly untilMs: number };
  /** MACHINE above this twice in a row, not before `machineAfterMs` of greeting. */
  readonly machine: number;
  readonly machineAfterMs: number;
  /** MACHINE above this at the deadline, else HUMAN. */
  readonly machineAtDeadline: number;
  /** Voices no louder than this above what was behind them are a television as likely as a greeting: never MACHINE by their shape. */
  readonly machineAboveBackgroundDb?: number;
}

export const settingsOf: Readonly<Record<AmdSensitivity, AmdSettings>> = {
  /** Never hang up on people, and do not keep them waiting. */
  LOW: {
    deadlineMs: 2_000,
    person: { surelyHuman: 0.04, human: 0.1, humanSilenceMs: 500 },
    hurry: { untilMs: 1_600, surelyHuman: 0.3, human: 0.4, humanSilenceMs: 200 },
    machine: 0.97,
    machineAfterMs: 1_000,
    machineAtDeadline: 0.87,
    machineAboveBackgroundDb: 4,
  },
  MEDIUM: {
    deadlineMs: 3_000,
    person: { surelyHuman: 0.03, human: 0.08, humanSilenceMs: 600 },
    machine: 0.98,
    machineAfterMs: 1_000,
    machineAtDeadline: 0.82,
  },
  /** Catch most machines. */
  HIGH: {
    deadlineMs: 5_000,
    person: { surelyHuman: 0.04, human: 0.07, humanSilenceMs: 600 },
    machine: 0.96,
    machineAfterMs: 1_000,
    machineAtDeadline: 0.65,
  },
};
