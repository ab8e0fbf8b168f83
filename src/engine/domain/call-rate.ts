/**
 * Cap on the calls per second. It never lets more calls through in any second than the cap says: not only on average,
 * as a token bucket would, because carriers refuse the burst and not the average. A cap below 1 lets one call through
 * every 1/cap seconds; of a broken number above 1 the whole part counts.
 *
 * Pure over the milliseconds that it is given, which must not go back.
 */
export class CallRate {
  private readonly windowMs: number;
  private readonly calls: number;
  /** When the last calls went through, oldest first; at most `calls` of them. */
  private readonly taken: number[] = [];

  /** @param maxCallsPerSecond above 0 */
  constructor(readonly maxCallsPerSecond: number) {
    this.calls = Math.max(1, Math.floor(maxCallsPerSecond));
    this.windowMs = Math.max(1000, 1000 / maxCallsPerSecond);
  }

  /** How many calls may go out now. */
  available(nowMs: number): number {
    while (this.taken[0] !== undefined && nowMs - this.taken[0] >= this.windowMs) this.taken.shift();
    return this.calls - this.taken.length;
  }

  /** Notes that a call goes out; false if it must not. */
  take(nowMs: number): boolean {
    if (this.available(nowMs) <= 0) return false;
    this.taken.push(nowMs);
    return true;
  }

  /** Milliseconds until the next call may go out, 0 if now. */
  delayMs(nowMs: number): number {
    if (this.available(nowMs) > 0) return 0;
    return Math.max(0, (this.taken[0] ?? nowMs) + this.windowMs - nowMs);
  }
}
