import type { AgentSources } from '../contracts/agent-source.js';
import type { OpenAttempts } from './open-attempts.js';
import type { ReservationLedger } from './reservation-ledger.js';

export interface QueueFacts {
  readonly healthy: boolean;
  /** 0 if the source is not healthy. */
  readonly free: number;
  /** Calls that occupy, or will occupy, an agent whom the source still shows as free. */
  readonly reserved: number;
}

/** Free agents of the queues, and the calls that are on their way to them. */
export class QueueWatch {
  constructor(
    private readonly sources: AgentSources,
    private readonly attempts: OpenAttempts,
    readonly ledger: ReservationLedger,
  ) {}

  facts(queueId: string): QueueFacts {
    const { healthy, free } = this.look(queueId);
    const { ledger } = this;
    const onTheirWay = this.attempts.inFlight({ queueId }) - ledger.seenEarly(queueId);
    return { healthy, free, reserved: onTheirWay + ledger.unseen(queueId) };
  }

  /**
   * Asked in the very moment before an INVITE: one more call, and still no more calls than free agents. Agents may have
   * gone since the call was allotted to one.
   */
  hasAgentForOneMore(queueId: string): boolean {
    const { free } = this.look(queueId);
    const dialed = this.attempts.calls(queueId) - this.ledger.seenEarly(queueId) + this.ledger.unseen(queueId);
    return dialed + 1 <= free;
  }

  /** The call was handed over to the queue. The ledger first: the source may tell of the call at once. */
  handedOver(queueId: string, attemptId: string): void {
    this.ledger.handedOver(attemptId);
    this.sources.forQueue(queueId)?.callHandedOver?.(attemptId);
  }

  private look(queueId: string): { readonly healthy: boolean; readonly free: number } {
    const source = this.sources.forQueue(queueId);
    const status = source?.health().status;
    if (!source || (status !== 'SYNCED' && status !== 'DEGRADED')) return { healthy: false, free: 0 };
    const snapshot = source.snapshot();
    this.ledger.observe(queueId, snapshot);
    return { healthy: true, free: snapshot.free };
  }
}
