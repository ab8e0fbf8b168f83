import type { Clock, Timer } from '../contracts/clock.js';

/** Lets one after the other go, so that 500 ports do not register in the same moment. */
export class TurnTaking {
  private readonly waiting = new Set<() => void>();
  private nextAtMs = 0;
  private timer: Timer | null = null;

  /** @param perSecond above 0 */
  constructor(
    private readonly clock: Clock,
    private readonly perSecond: number,
  ) {}

  /** Calls `go` once, perhaps at once, when its turn has come. The returned function gives the turn up. */
  take(go: () => void): () => void {
    const entry = (): void => go();
    this.waiting.add(entry);
    this.letGo();
    return () => this.waiting.delete(entry);
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = null;
    this.waiting.clear();
  }

  private letGo(): void {
    if (this.timer !== null) return;
    for (const go of this.waiting) {
      const nowMs = this.clock.monotonicMs();
      if (nowMs < this.nextAtMs) {
        this.timer = this.clock.setTimer(Math.ceil(this.nextAtMs - nowMs), () => {
          this.timer = null;
          this.letGo();
        });
        return;
      }
      this.nextAtMs = nowMs + 1_000 / this.perSecond;
      this.waiting.delete(go);
      go();
    }
  }
}
