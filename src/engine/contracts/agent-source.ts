import type { AgentSourceFault, AgentSourceKind, AgentSourceStatus, AgentState } from '../domain/agent-state.js';

/**
 * How many agents or channels of a queue are free (engine.md, Agent sources). One source serves one queue.
 *
 * It fails closed: with a health other than `SYNCED` or `DEGRADED`, `free` is 0.
 */
export interface AgentSource {
  readonly kind: AgentSourceKind;
  /** The last known state; synchronous and cheap, read at every tick. */
  snapshot(): QueueSnapshot;
  health(): AgentSourceHealth;
  /** Its agents, where the source knows them one by one. */
  agents?(): readonly AgentInfo[];
  /** `changed` is called after the snapshot or the health changed. Returns the function that ends this. */
  onChanged(changed: () => void): () => void;
  /** A call was handed over to the queue, for sources that count what the dialer does. Idempotent per call. */
  callHandedOver?(attemptId: string): void;
  /** Connects and keeps going until `stop`. Resolves at once; the health tells how far it is. */
  start(): void;
  stop(): Promise<void>;
}

export interface QueueSnapshot {
  readonly at: Date;
  readonly loggedIn: number;
  readonly free: number;
  readonly reserved: number;
  readonly ringing: number;
  readonly busy: number;
  readonly wrapUp: number;
  readonly unavailable: number;
  readonly unknown: number;
  /** Number of channels; absent for agents. */
  readonly capacity?: number;
  readonly callersWaiting?: number;
  readonly oldestWaitMs?: number;
  /** False: `free` is derived rather than reported. */
  readonly exact: boolean;
  /**
   * Grows by one whenever an agent or channel was seen to take a call. The reservation ledger lets go of a
   * handed-over call when the source shows it, or when the reservation times out.
   */
  readonly callsSeen: number;
}

export interface AgentInfo {
  /** Stable inside the source. */
  readonly agentId: string;
  readonly displayName?: string;
  readonly extension?: string;
  readonly state: AgentState;
  /** Why the agent is paused or away, in the source's words. */
  readonly reason?: string;
  readonly since: Date;
  /** When the work after the call will end. */
  readonly readyAt?: Date;
}

export interface AgentSourceHealth {
  readonly status: AgentSourceStatus;
  readonly since: Date;
  readonly lastSyncAt?: Date;
  readonly lastEventAt?: Date;
  readonly fault?: AgentSourceFault;
  /** In English, without secrets. */
  readonly message?: string;
}

/** Finds the source of a queue; undefined if the queue is not known (any more). */
export interface AgentSources {
  forQueue(queueId: string): AgentSource | undefined;
  onChanged(changed: (queueId: string) => void): () => void;
}
