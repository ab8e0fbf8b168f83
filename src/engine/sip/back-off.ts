/** engine.md, faults: a trunk or port comes back by itself, with a back-off of up to five minutes. */
export const LONGEST_BACK_OFF_MS = 5 * 60_000;
export const FIRST_BACK_OFF_MS = 1_000;

/** Waits that double, from one second to five minutes, until something succeeds. */
export class BackOff {
  private waitMs = FIRST_BACK_OFF_MS;

  /**
   * The next wait, milliseconds.
   * @param atLeastMs a Retry-After, or a slower beginning; never more than the longest wait
   */
  next(atLeastMs = 0): number {
    const waitMs = Math.min(Math.max(this.waitMs, atLeastMs), LONGEST_BACK_OFF_MS);
    this.waitMs = Math.min(Math.max(this.waitMs, Math.min(atLeastMs, LONGEST_BACK_OFF_MS)) * 2, LONGEST_BACK_OFF_MS);
    return waitMs;
  }

  get isLongest(): boolean {
    return this.waitMs === LONGEST_BACK_OFF_MS;
  }

  reset(): void {
    this.waitMs = FIRST_BACK_OFF_MS;
  }
}
