export interface LabTimer {
  /** Harmless when the timer has run already. */
  cancel(): void;
}

const NEVER: LabTimer = { cancel: () => undefined };

/** All timers of a lab, so that closing it leaves none behind and a fault in one call does not reach the process. */
export class LabTimers {
  private readonly running = new Set<NodeJS.Timeout>();
  private closed = false;

  constructor(
    /** Divides the delays of the story; above 0. */
    readonly pace: number,
    private readonly onFault: (fault: unknown) => void,
  ) {}

  /** Runs after real milliseconds: what the protocol or an impatient caller waits for, whatever the pace. */
  after(delayMs: number, run: () => void): LabTimer {
    if (this.closed) return NEVER;
    const handle = setTimeout(() => {
      this.running.delete(handle);
      try {
        run();
      } catch (fault) {
        this.onFault(fault);
      }
    }, delayMs);
    this.running.add(handle);
    return {
      cancel: () => {
        clearTimeout(handle);
        this.running.delete(handle);
      },
    };
  }

  /** Runs after milliseconds of the story, which a pace above 1 shortens. */
  afterStory(delayMs: number, run: () => void): LabTimer {
    return this.after(delayMs / this.pace, run);
  }

  close(): void {
    this.closed = true;
    for (const handle of this.running) clearTimeout(handle);
    this.running.clear();
  }
}
