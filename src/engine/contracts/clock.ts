/**
 * Time. The wall clock decides calendar questions (is the window open, when is the retry due), the monotonic one
 * measures durations, so that a clock that jumps neither opens a window twice nor ends a call early.
 */
export interface Clock {
  now(): Date;
  /** Milliseconds since an arbitrary moment; never goes back. */
  monotonicMs(): number;
  /** Calls `run` once after `delayMs`, unless cancelled before. `run` must not throw. */
  setTimer(delayMs: number, run: () => void): Timer;
}

export interface Timer {
  /** Harmless when the timer has run already. */
  cancel(): void;
}
