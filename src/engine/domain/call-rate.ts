/** Calls may leave together that the cap spreads over this time: a timer that comes late catches up that much. */
const BURST_MS = 50;

/**
 * Cap on the calls per second. It never lets more calls through in any second than the cap says: not only on average,
 * as a token bucket would, because carriers refuse the burst and not the average. Within the second it spreads them
 * evenly, since many carriers count by the tenth of a second. A cap below 1 lets one call through every 1/cap seconds;
 * of a broken number above 1 the whole part counts.
 *
 * Pure over the milliseconds that it is given, which must not go back.
 */
export class CallRate {
  private readonly windowMs: number;
  private readonly calls: number;
  private readonly spacingMs: number;
  /** When the last calls went through, oldest first. */
  private readonly taken: number[];
  /** When the next call is due if all were evenly spread. */
  private dueMs: number;

  /**
   * @param maxCallsPerSecond above 0
   * @param before the cap that this one takes the place of: what it let through counts
   */
  constructor(
    readonly maxCallsPerSecond: number,
    before?: CallRate,
  ) {
    this.taken = [...(before?.taken ?? [])];
    this.dueMs = before?.dueMs ?? -Infinity;
    this.calls = Math.max(1, Math.floor(maxCallsPerSecond));
    this.windowMs = Math.max(1000, 1000 / maxCallsPerSecond);
    this.spacingMs = this.windowMs / this.calls;
  }

  /** How many calls may go out now. */
  available(nowMs: number): number {
    while (this.taken[0] !== undefined && nowMs - this.taken[0] >= this.windowMs) this.taken.shift();
    const aheadMs = Math.max(this.dueMs, nowMs) - nowMs;
    const spread = aheadMs > BURST_MS ? 0 : Math.floor((BURST_MS - aheadMs) / this.spacingMs) + 1;
    return Math.min(this.calls - this.taken.length, spread);
  }

  /** Notes that a call goes out; false if it must not. */
  take(nowMs: number): boolean {
    if (this.available(nowMs) <= 0) return false;
    this.note(nowMs);
    return true;
  }

  /** Notes a call that goes out whether it may or not. */
  note(nowMs: number): void {
    this.taken.push(nowMs);
    this.dueMs = Math.max(this.dueMs, nowMs) + this.spacingMs;
  }

  /** One that was taken did not go out after all. */
  giveBack(): void {
    if (this.taken.pop() !== undefined) this.dueMs -= this.spacingMs;
  }

  /** Milliseconds until the next call may go out, 0 if now. */
  delayMs(nowMs: number): number {
    if (this.available(nowMs) > 0) return 0;
    // More than may go out in a second are there after an edit, or a call that went out all the same.
    const oldest = this.taken[this.taken.length - this.calls] ?? nowMs;
    const windowMs = this.taken.length < this.calls ? 0 : oldest + this.windowMs - nowMs;
    return Math.max(0, windowMs, this.dueMs - BURST_MS - nowMs);
  }
}
