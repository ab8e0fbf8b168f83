/** Nothing heard for so long from the answer on is a machine (engine.md, AMD). */
export const SILENCE_ON_ANSWER_MS = 2_500;

/** Milliseconds of audio after which a call is decided, whatever it has, and however late the first word came. */
export const LATEST_DECISION_MS = 6_000;
