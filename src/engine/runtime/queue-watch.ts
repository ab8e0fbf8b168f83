import type { AgentSources, QueueSnapshot } from '../contracts/agent-source.js';
import type { UnshownCalls } from '../contracts/engine.js';
import type { OpenAttempts } from './open-attempts.js';
import type { ReservationLedger } from './reservation-ledger.js';

export interface QueueFacts {
  readonly healthy: boolean;
  /** 0 if the source is not healthy. */
  readonly free: number;
  /** Calls that occupy, or will occupy, an agent whom the source still shows as free, other callers included. */
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
    const { healthy, free, waiting } = this.look(queueId);
    const { ledger } = this;
    const onTheirWay = this.attempts.onTheirWay(queueId) - ledger.seenEarly(queueId);
    return { healthy, free, reserved: onTheirWay + ledger.unseen(queueId) + waiting };
  }

  /**
   * Asked in the very moment before an INVITE: one more call, and still no more calls than free agents. Agents may have
   * gone since the call was allotted to one.
   */
  hasAgentForOneMore(queueId: string): boolean {
    const { free, waiting } = this.look(queueId);
    const dialed = this.attempts.callsFor(queueId) - this.ledger.seenEarly(queueId) + this.ledger.unseen(queueId);
    return dialed + waiting + 1 <= free;
  }

  /**
   * The call was handed over to the queue. The ledger first: the source may tell of the call at once.
   * @param isConversation its end will be known, and told by `conversationEnded`
   */
  handedOver(queueId: string, attemptId: string, isConversation: boolean): void {
    this.ledger.handedOver(attemptId);
    this.sources.forQueue(queueId)?.callHandedOver?.(attemptId, isConversation);
  }

  /** The agent took the call before this process began; the source counts it, the ledger need not. */
  conversationResumed(queueId: string, attemptId: string): void {
    this.sources.forQueue(queueId)?.callHandedOver?.(attemptId, true);
  }

  conversationEnded(queueId: string, attemptId: string): void {
    this.sources.forQueue(queueId)?.callEnded?.(attemptId);
  }

  /** Of queues that are configured now. */
  unshownCalls(): readonly UnshownCalls[] {
    return this.ledger.unshownCalls().filter(({ queueId }) => this.sources.forQueue(queueId) !== undefined);
  }

  private look(queueId: string): { readonly healthy: boolean; readonly free: number; readonly waiting: number } {
    const source = this.sources.forQueue(queueId);
    const status = source?.health().status;
    if (!source || (status !== 'SYNCED' && status !== 'DEGRADED')) return { healthy: false, free: 0, waiting: 0 };
    const snapshot = source.snapshot();
    this.ledger.observe(queueId, snapshot);
    return { healthy: true, free: snapshot.free, waiting: callersWithoutAgent(snapshot) };
  }
}

/** Callers who wait while no telephone rings for them: each gets one of the free agents next. */
function callersWithoutAgent({ callersWaiting = 0, ringing, reserved }: QueueSnapshot): number {
  return Math.max(0, callersWaiting - ringing - reserved);
}
