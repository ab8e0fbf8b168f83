/** Counts what happened in the last minute, to the second. Pure over the milliseconds that it is given. */
export class RollingCount {
  private static readonly SECONDS = 60;
  private readonly bySecond = new Map<number, number>();
  private total = 0;

  add(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    this.bySecond.set(second, (this.bySecond.get(second) ?? 0) + 1);
    this.total++;
  }

  count(nowMs: number): number {
    const oldest = Math.floor(nowMs / 1000) - RollingCount.SECONDS;
    // In order of insertion, which is the order of time.
    for (const [second, count] of this.bySecond) {
      if (second > oldest) break;
      this.bySecond.delete(second);
      this.total -= count;
    }
    return this.total;
  }
}
