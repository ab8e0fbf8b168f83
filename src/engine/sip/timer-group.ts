import type { Clock, Timer } from '../contracts/clock.js';

/** Timers that share one life: whoever ends it leaves none behind. */
export class TimerGroup {
  private readonly timers = new Set<Timer>();

  constructor(private readonly clock: Clock) {}

  after(delayMs: number, run: () => void): Timer {
    const timer = this.clock.setTimer(delayMs, () => {
      this.timers.delete(timer);
      run();
    });
    this.timers.add(timer);
    return {
      cancel: () => {
        this.timers.delete(timer);
        timer.cancel();
      },
    };
  }

  cancelAll(): void {
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
  }
}
