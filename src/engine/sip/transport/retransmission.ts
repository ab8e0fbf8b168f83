import type { Clock, Timer } from '../../contracts/clock.js';

/** RFC 3261, 17.1.1.1: the estimated round trip, milliseconds. */
const T1 = 500;
/** The longest interval for requests other than INVITE and for responses, milliseconds. */
const T2 = 4_000;

interface Entry {
  timer: Timer;
  slow(): void;
}

/**
 * Timers A, E and G of RFC 3261, 17, which sip.js leaves out: what is sent over UDP is repeated until it is settled, at
 * the latest until 64 × T1. The key is the top Via's branch and the method, because a CANCEL has its INVITE's branch.
 * sip.js's own timers B and F report the time-out.
 */
export class Retransmission {
  private readonly pending = new Map<string, Entry>();
  private onSettled: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly onTimedOut: () => void,
  ) {}

  get size(): number {
    return this.pending.size;
  }

  /** @param doubleForEver timer A has no ceiling; E and G stop at T2 */
  arm(key: string, resend: () => void, doubleForEver: boolean): void {
    this.settle(key);
    let waitMs = T1;
    const end = this.clock.monotonicMs() + 64 * T1;
    const fire = (): void => {
      if (this.clock.monotonicMs() >= end) {
        this.pending.delete(key);
        this.onTimedOut();
        return;
      }
      waitMs = doubleForEver ? waitMs * 2 : Math.min(waitMs * 2, T2);
      entry.timer = this.clock.setTimer(waitMs, fire);
      resend();
    };
    const entry: Entry = {
      timer: this.clock.setTimer(waitMs, fire),
      slow: () => {
        waitMs = T2;
      },
    };
    this.pending.set(key, entry);
  }

  settle(key: string): void {
    const entry = this.pending.get(key);
    if (!entry) return;
    entry.timer.cancel();
    this.pending.delete(key);
    this.onSettled();
  }

  /** A provisional response to a request other than INVITE: go on, but every T2 (17.1.2.2). */
  slow(key: string): void {
    this.pending.get(key)?.slow();
  }

  /** Resolves when no request of the method waits for its answer any more, at the latest after `patienceMs`. */
  settled(method: string, patienceMs: number): Promise<void> {
    if (!this.someWait(method)) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        timer.cancel();
        this.onSettled = () => undefined;
        resolve();
      };
      const timer = this.clock.setTimer(patienceMs, end);
      this.onSettled = () => {
        if (!this.someWait(method)) end();
      };
    });
  }

  private someWait(method: string): boolean {
    return [...this.pending.keys()].some((key) => key.endsWith(method));
  }

  clear(): void {
    for (const entry of this.pending.values()) entry.timer.cancel();
    this.pending.clear();
  }
}
