import type { AmdSensitivity } from '../campaign-state.js';
import { settingsOf } from './settings.js';

/** Nothing heard for so long from the answer on is a machine (engine.md, AMD). */
export const SILENCE_ON_ANSWER_MS = 2_500;

/** Milliseconds of audio after which a call is decided, whatever it has: somebody who speaks just before silence is one. */
export const latestDecisionMs = (sensitivity: AmdSensitivity): number =>
  SILENCE_ON_ANSWER_MS + settingsOf[sensitivity].deadlineMs;
