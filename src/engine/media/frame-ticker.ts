import type { Clock, Timer } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';

export const FRAME_MS = 20;
/** After a longer pause of the process the frames missed are left out: a far end has no room for them. */
const MOST_FRAMES_AT_ONCE = 5;

/** Called every 20 ms; false ends it, and so does an error. */
export type FrameRun = () => boolean;

/**
 * One timer for all calls that hear or play something. The ticks lie on a grid of 20 ms, so that a late one does not delay those
 * after it, and one that was missed is made up for. A fault in one call's audio is logged and ends there: the others go on.
 */
export class FrameTicker {
  private readonly runs = new Set<FrameRun>();
  private readonly watchers = new Set<FrameRun>();
  private timer: Timer | null = null;
  private dueMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Returns the function that ends it. */
  add(run: FrameRun): () => void {
    this.runs.add(run);
    return this.begin(() => this.runs.delete(run));
  }

  /** Called once a tick, also after ticks that were missed, until it throws. Returns the function that ends it. */
  watch(tick: () => void): () => void {
    const watch = (): boolean => {
      tick();
      return true;
    };
    this.watchers.add(watch);
    return this.begin(() => this.watchers.delete(watch));
  }

  private begin(end: () => void): () => void {
    if (this.timer === null) {
      this.dueMs = this.clock.monotonicMs() + FRAME_MS;
      this.arm();
    }
    return () => {
      end();
      if (this.isNeeded()) return;
      this.timer?.cancel();
      this.timer = null;
    };
  }

  private isNeeded(): boolean {
    return this.runs.size > 0 || this.watchers.size > 0;
  }

  private arm(): void {
    this.timer = this.clock.setTimer(Math.max(0, this.dueMs - this.clock.monotonicMs()), () => this.tick());
  }

  private tick(): void {
    const due = Math.floor((this.clock.monotonicMs() - this.dueMs) / FRAME_MS) + 1;
    for (let frame = Math.min(due, MOST_FRAMES_AT_ONCE); frame > 0; frame--) {
      for (const run of this.runs) if (!this.goesOn(run)) this.runs.delete(run);
    }
    for (const watch of this.watchers) if (!this.goesOn(watch)) this.watchers.delete(watch);
    this.dueMs += Math.max(1, due) * FRAME_MS;
    if (this.isNeeded()) this.arm();
    else this.timer = null;
  }

  private goesOn(run: FrameRun): boolean {
    try {
      return run();
    } catch (error) {
      this.log.error({ err: error }, 'the audio of a call failed');
      return false;
    }
  }
}
