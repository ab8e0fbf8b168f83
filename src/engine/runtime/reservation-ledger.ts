import type { QueueSnapshot } from '../contracts/agent-source.js';
import type { Clock, Timer } from '../contracts/clock.js';

/** How long a handed-over call holds its reservation when the source never shows it (pains 11): 10 s. */
export const RESERVATION_TIMEOUT_MS = 10_000;

interface Entry {
  readonly queueId: string;
  stage: 'transferring' | 'handed-over';
  /** The source has shown an agent taking a call: whoever takes this one is not among the free ones any more. */
  seen: boolean;
  timer?: Timer;
}

/**
 * Bridges the time between what the dialer knows and what the agent source shows. A call that was handed over occupies
 * an agent whom the source still shows as free, until it shows him taking a call, or the reservation times out. A
 * source may be faster than the transfer, too: then the call stops to count while it is still being transferred.
 */
export class ReservationLedger {
  /** By attempt id, oldest first. */
  private readonly entries = new Map<string, Entry>();
  private readonly callsSeen = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly released: () => void,
  ) {}

  transferring(attemptId: string, queueId: string): void {
    this.entries.set(attemptId, { queueId, stage: 'transferring', seen: false });
  }

  handedOver(attemptId: string): void {
    const entry = this.entries.get(attemptId);
    if (!entry) return;
    if (entry.seen) {
      this.entries.delete(attemptId);
      return;
    }
    entry.stage = 'handed-over';
    entry.timer = this.clock.setTimer(RESERVATION_TIMEOUT_MS, () => {
      this.entries.delete(attemptId);
      this.released();
    });
  }

  /** The transfer did not come about. */
  dropped(attemptId: string): void {
    this.entries.get(attemptId)?.timer?.cancel();
    this.entries.delete(attemptId);
  }

  /** Takes note of a snapshot. To be called with the very one whose free agents are used. */
  observe(queueId: string, snapshot: QueueSnapshot): void {
    const before = this.callsSeen.get(queueId) ?? snapshot.callsSeen;
    this.callsSeen.set(queueId, snapshot.callsSeen);
    // A source that connects again may begin to count anew; that shows nothing.
    let grown = Math.max(0, snapshot.callsSeen - before);
    for (const stage of ['handed-over', 'transferring'] as const) {
      for (const [attemptId, entry] of this.entries) {
        if (grown === 0) return;
        if (entry.queueId !== queueId || entry.stage !== stage || entry.seen) continue;
        grown--;
        if (stage === 'handed-over') this.dropped(attemptId);
        else entry.seen = true;
      }
    }
  }

  /** Handed-over calls of the queue that the source has not shown yet. */
  unseen(queueId: string): number {
    return this.count(queueId, (entry) => entry.stage === 'handed-over');
  }

  /** Calls of the queue that are still being transferred, while their agent is not among the free ones any more. */
  seenEarly(queueId: string): number {
    return this.count(queueId, (entry) => entry.stage === 'transferring' && entry.seen);
  }

  stop(): void {
    for (const entry of this.entries.values()) entry.timer?.cancel();
    this.entries.clear();
  }

  private count(queueId: string, fits: (entry: Entry) => boolean): number {
    let count = 0;
    for (const entry of this.entries.values()) if (entry.queueId === queueId && fits(entry)) count++;
    return count;
  }
}
