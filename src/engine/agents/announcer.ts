import type { Clock, Timer } from '../contracts/clock.js';

/** Between two announcements; well below what a freed agent may wait for the next call. */
const INTERVAL_MS = 20;

/** Tells listeners of changes: of the first one at once, of those that follow it in a storm together. */
export class Announcer {
  private readonly listeners = new Set<() => void>();
  private timer: Timer | undefined;
  private isWanted = false;

  constructor(private readonly clock: Clock) {}

  onChanged(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  changed(): void {
    if (this.timer) {
      this.isWanted = true;
      return;
    }
    this.tell();
    this.timer = this.clock.setTimer(INTERVAL_MS, () => {
      this.timer = undefined;
      if (this.isWanted) this.changed();
    });
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.isWanted = false;
  }

  private tell(): void {
    this.isWanted = false;
    for (const listener of this.listeners) listener();
  }
}
