import type { Clock } from '../../src/engine/contracts/clock.js';

/** The clock of the system, and how many of its timers are still pending. */
export class RealClock implements Clock {
  pending = 0;

  now(): Date {
    return new Date();
  }

  monotonicMs(): number {
    return performance.now();
  }

  setTimer(delayMs: number, run: () => void): { cancel(): void } {
    this.pending++;
    let over = false;
    const end = (): void => {
      if (!over) this.pending--;
      over = true;
    };
    const handle = setTimeout(() => {
      end();
      run();
    }, delayMs);
    return {
      cancel: () => {
        end();
        clearTimeout(handle);
      },
    };
  }
}
