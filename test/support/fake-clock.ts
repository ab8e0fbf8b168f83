import type { Clock, Timer } from '../../src/engine/contracts/clock.js';

interface Pending {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to go on; hours pass in a second. */
export class FakeClock implements Clock {
  private elapsedMs = 0;
  private order = 0;
  private pending: Pending[] = [];

  constructor(
    private startsAt: Date,
    /** Lets promises settle between two timers. */
    private readonly settle: () => Promise<void> = settlePromises,
  ) {}

  now(): Date {
    return new Date(this.startsAt.getTime() + this.elapsedMs);
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const entry: Pending = { atMs: this.elapsedMs + Math.max(0, delayMs), order: this.order++, run };
    this.insert(entry);
    return { cancel: () => this.remove(entry) };
  }

  timerCount(): number {
    return this.pending.length;
  }

  /** The wall clock jumps; timers, which go by the monotonic one, do not notice. */
  jumpWallClock(byMs: number): void {
    this.startsAt = new Date(this.startsAt.getTime() + byMs);
  }

  async advance(ms: number): Promise<void> {
    const untilMs = this.elapsedMs + ms;
    await this.settle();
    for (let next = this.pending[0]; next && next.atMs <= untilMs; next = this.pending[0]) {
      this.pending.shift();
      this.elapsedMs = next.atMs;
      next.run();
      await this.settle();
    }
    this.elapsedMs = untilMs;
    await this.settle();
  }

  async advanceTo(instant: Date): Promise<void> {
    await this.advance(instant.getTime() - this.now().getTime());
  }

  private insert(entry: Pending): void {
    let low = 0;
    let high = this.pending.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.pending[middle];
      if (other && (other.atMs < entry.atMs || (other.atMs === entry.atMs && other.order < entry.order)))
        low = middle + 1;
      else high = middle;
    }
    this.pending.splice(low, 0, entry);
  }

  private remove(entry: Pending): void {
    const index = this.pending.indexOf(entry);
    if (index >= 0) this.pending.splice(index, 1);
  }
}

/** Everything that is ready has run when this resolves. */
export function settlePromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
