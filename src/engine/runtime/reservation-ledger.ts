import type { QueueSnapshot, TakenCall } from '../contracts/agent-source.js';
import type { Clock, Timer } from '../contracts/clock.js';
import type { UnshownCalls } from '../contracts/engine.js';
import type { Log } from '../contracts/log.js';
import { isSameSubscriber } from '../domain/phone-number.js';

/** How long a handed-over call holds its reservation when the source never shows it (pains 11): 10 s. */
export const RESERVATION_TIMEOUT_MS = 10_000;
/** So many calls in a row that the source did not show are no chance any more. */
const UNSHOWN_CALLS_ALARM = 3;

interface Entry {
  readonly queueId: string;
  readonly phoneNumber: string;
  /** When the transfer began, by the monotonic clock. */
  readonly beganAtMs: number;
  stage: 'transferring' | 'handed-over';
  /** The source has shown an agent taking a call: whoever takes this one is not among the free ones any more. */
  seen: boolean;
  timer?: Timer;
}

interface QueueRecord {
  callsSeen: number;
  observedAtMs: number;
  /** A caller was recognised by number: the switch passes on the customers' numbers, so another one is not ours. */
  showsOurNumbers: boolean;
  unshown: { readonly since: Date; occurrences: number } | undefined;
}

/**
 * Bridges the time between what the dialer knows and what the agent source shows. A call that was handed over occupies
 * an agent whom the source still shows as free, until it shows him taking a call, or the reservation times out. A
 * source may be faster than the transfer, too: then the call stops to count while it is still being transferred.
 *
 * A call that is not ours takes its agent off the free ones by itself, so it must not end a reservation: a call that
 * entered the queue before a transfer began is not that one, nor is one of another caller where the source is known to show
 * our customers' numbers. What remains is matched in the order of the hand-overs.
 */
export class ReservationLedger {
  /** By attempt id, oldest first. */
  private readonly entries = new Map<string, Entry>();
  private readonly queues = new Map<string, QueueRecord>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly released: () => void,
  ) {}

  transferring(attemptId: string, queueId: string, phoneNumber: string): void {
    const beganAtMs = this.clock.monotonicMs();
    this.entries.set(attemptId, { queueId, phoneNumber, beganAtMs, stage: 'transferring', seen: false });
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
      this.notShown(entry.queueId);
      this.released();
    });
  }

  /** The transfer did not come about. */
  dropped(attemptId: string): void {
    this.entries.get(attemptId)?.timer?.cancel();
    this.entries.delete(attemptId);
  }

  /** Takes note of a snapshot. To be called with the very one whose free agents are used. */
  observe(queueId: string, { callsSeen, lastCalls = [] }: QueueSnapshot): void {
    const record = this.queues.get(queueId) ?? newRecord(callsSeen);
    this.queues.set(queueId, record);
    record.observedAtMs = this.clock.monotonicMs();
    // A source that is made anew begins to count anew; that shows nothing.
    const before = record.callsSeen;
    record.callsSeen = callsSeen;
    for (let number = before + 1; number <= callsSeen; number++) {
      const known = lastCalls.find((call) => call.number === number);
      const attemptId = this.match(queueId, record, known);
      if (attemptId === undefined) continue;
      this.shown(queueId, record);
      const entry = this.entries.get(attemptId);
      if (entry?.stage === 'transferring') entry.seen = true;
      else this.dropped(attemptId);
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

  unshownCalls(): readonly UnshownCalls[] {
    return [...this.queues]
      .flatMap(([queueId, { unshown }]) => (unshown ? [{ queueId, ...unshown }] : []))
      .filter(({ occurrences }) => occurrences >= UNSHOWN_CALLS_ALARM)
      .sort((a, b) => a.since.getTime() - b.since.getTime());
  }

  stop(): void {
    for (const entry of this.entries.values()) entry.timer?.cancel();
    this.entries.clear();
  }

  /** The attempt whose call this is, as far as anybody can tell. */
  private match(queueId: string, record: QueueRecord, call: TakenCall | undefined): string | undefined {
    const { enteredAtMs = Infinity, callerNumber } = call ?? {};
    const first = (fits: (entry: Entry) => boolean): string | undefined => {
      for (const [attemptId, entry] of this.entries) {
        const isOpen = entry.queueId === queueId && !entry.seen && entry.beganAtMs <= enteredAtMs;
        if (isOpen && fits(entry)) return attemptId;
      }
      return undefined;
    };
    if (callerNumber !== undefined) {
      const own = first(({ phoneNumber }) => isSameSubscriber(phoneNumber, callerNumber));
      record.showsOurNumbers ||= own !== undefined;
      if (own !== undefined || record.showsOurNumbers) return own;
    }
    return first(({ stage }) => stage === 'handed-over') ?? first(() => true);
  }

  private notShown(queueId: string): void {
    const record = this.queues.get(queueId);
    const nowMs = this.clock.monotonicMs();
    // A source that is not healthy shows nothing, and that is told of elsewhere.
    if (!record || record.observedAtMs < nowMs - RESERVATION_TIMEOUT_MS) return;
    record.unshown ??= { since: this.clock.now(), occurrences: 0 };
    record.unshown.occurrences++;
    if (record.unshown.occurrences !== UNSHOWN_CALLS_ALARM) return;
    this.log.warn({ queueId, calls: UNSHOWN_CALLS_ALARM }, 'agent source does not show the calls that are handed over');
  }

  private shown(queueId: string, record: QueueRecord): void {
    if (record.unshown && record.unshown.occurrences >= UNSHOWN_CALLS_ALARM) {
      this.log.info({ queueId }, 'agent source shows the calls that are handed over again');
    }
    record.unshown = undefined;
  }

  private count(queueId: string, fits: (entry: Entry) => boolean): number {
    let count = 0;
    for (const entry of this.entries.values()) if (entry.queueId === queueId && fits(entry)) count++;
    return count;
  }
}

function newRecord(callsSeen: number): QueueRecord {
  return { callsSeen, observedAtMs: 0, showsOurNumbers: false, unshown: undefined };
}
