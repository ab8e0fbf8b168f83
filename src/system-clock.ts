import type { Clock } from './engine/contracts/clock.js';

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  setTimer(delayMs, run) {
    // Longer than setTimeout can count (24.8 days) means: look again then.
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), 2 ** 31 - 1));
    return {
      cancel: () => {
        clearTimeout(timer);
      },
    };
  },
};
