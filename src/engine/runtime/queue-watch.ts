import type { AgentSources, QueueSnapshot } from '../contracts/agent-source.js';
import type { UnshownCalls } from '../contracts/engine.js';
import { type AgentGroup, roomFor } from '../domain/shared-agents.js';
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
   * Calls that may be allotted to the queue now. An agent of several queues is promised to one of them alone.
   * @param allotted by queue, what this tick has allotted and nobody else knows of yet
   */
  room(queueId: string, allotted: ReadonlyMap<string, number>): number {
    return this.roomBeside(queueId, (id) => {
      const { reserved } = this.facts(id);
      return reserved + (allotted.get(id) ?? 0);
    });
  }

  /**
   * Asked in the very moment before an INVITE: one more call, and still no more calls than free agents. Agents may have
   * gone since the call was allotted to one.
   */
  hasAgentForOneMore(queueId: string): boolean {
    const { ledger } = this;
    const calls = (id: string): number =>
      this.attempts.callsFor(id) - ledger.seenEarly(id) + ledger.unseen(id) + this.look(id).waiting;
    return this.roomBeside(queueId, calls) >= 1;
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

  /** A call that was handed over before this process began, and of whose end nobody will tell. */
  stillOnChannel(queueId: string, attemptId: string, agoMs: number): void {
    this.sources.forQueue(queueId)?.callHandedOver?.(attemptId, false, agoMs);
  }

  conversationEnded(queueId: string, attemptId: string): void {
    this.sources.forQueue(queueId)?.callEnded?.(attemptId);
  }

  /** Of queues that are configured now. */
  unshownCalls(): readonly UnshownCalls[] {
    return this.ledger.unshownCalls().filter(({ queueId }) => this.sources.forQueue(queueId) !== undefined);
  }

  /** @param callsOf calls of a queue that occupy, or will occupy, one of its free agents */
  private roomBeside(queueId: string, callsOf: (queueId: string) => number): number {
    const own = this.look(queueId).free - callsOf(queueId);
    const calls = new Map(this.sources.sharingWith(queueId).map((id) => [id, callsOf(id)]));
    const isAlone = [...calls.values()].every((count) => count <= 0);
    if (own <= 0 || isAlone) return own;
    calls.set(queueId, callsOf(queueId));
    return Math.min(own, roomFor(queueId, calls, this.freeAgents([...calls.keys()])));
  }

  private freeAgents(queueIds: readonly string[]): readonly AgentGroup[] {
    const queuesOf = new Map<string, Set<string>>();
    const unnamed: AgentGroup[] = [];
    for (const queueId of queueIds) {
      const { free } = this.look(queueId);
      const agents = free > 0 ? (this.sources.forQueue(queueId)?.agents?.() ?? []) : [];
      const named = agents.filter(({ state }) => state === 'AVAILABLE');
      for (const { agentId } of named) queuesOf.set(agentId, (queuesOf.get(agentId) ?? new Set()).add(queueId));
      unnamed.push({ queueIds: new Set([queueId]), size: Math.max(0, free - named.length) });
    }
    const groups = new Map<string, AgentGroup>();
    for (const of of queuesOf.values()) {
      const key = [...of].join();
      groups.set(key, { queueIds: of, size: (groups.get(key)?.size ?? 0) + 1 });
    }
    return [...unnamed, ...groups.values()];
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
