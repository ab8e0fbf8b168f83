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
  /** Its agents, where the source knows them one by one; asked for at every tick where queues share agents. */
  agents?(): readonly AgentInfo[];
  /** `changed` is called after the snapshot or the health changed. Returns the function that ends this. */
  onChanged(changed: () => void): () => void;
  /**
   * A call was handed over to the queue, for sources that count what the dialer does. Idempotent per call.
   * @param endWillBeTold the dialer stays in the signalling path and will tell by `callEnded`
   * @param agoMs how long ago, in milliseconds; absent: now
   */
  callHandedOver?(attemptId: string, endWillBeTold: boolean, agoMs?: number): void;
  /** A call that was handed over is over: its agent or channel is free again. */
  callEnded?(attemptId: string): void;
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
   * Grows by one whenever a free agent or channel was seen to take a call that may have been handed over by the dialer. A
   * call that cannot (a direct one, where the source tells the difference) is not counted. The reservation ledger lets go
   * of a handed-over call when the source shows it, or when the reservation times out.
   */
  readonly callsSeen: number;
  /** What is known of the last of these calls, the oldest first; absent where nothing is. */
  readonly lastCalls?: readonly TakenCall[];
}

/** A call that a free agent was seen to take: what helps to tell a handed-over call from somebody else's. */
export interface TakenCall {
  /** The value that `callsSeen` grew to with it. */
  readonly number: number;
  /** When the caller entered the queue, by the monotonic clock: what entered before the transfer began is not ours. */
  readonly enteredAtMs?: number;
  /** The caller's number as the source shows it. Never logged. */
  readonly callerNumber?: string;
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
  /** When the next connection is tried, if there is none. */
  readonly nextTryAt?: Date;
  readonly fault?: AgentSourceFault;
  /** In English, without secrets. */
  readonly message?: string;
}

/** Finds the source of a queue; undefined if the queue is not known (any more). */
export interface AgentSources {
  forQueue(queueId: string): AgentSource | undefined;
  /** Other queues of the same peer: an `agentId` that two of these queues have is the same agent. */
  sharingWith(queueId: string): readonly string[];
  onChanged(changed: (queueId: string) => void): () => void;
}

export interface ListedAgentSource {
  readonly queueId: string;
  readonly queueName: string;
  readonly health: AgentSourceHealth;
}

/** The sources of all queues, for those who show them. */
export interface QueueDirectory {
  list(): readonly ListedAgentSource[];
  /** Undefined if the engine has not read the queue yet. */
  find(queueId: string): { readonly snapshot: QueueSnapshot; readonly health: AgentSourceHealth } | undefined;
  /** The agents of a queue; empty where the source does not know them one by one. */
  agents(queueId: string): Promise<readonly AgentInfo[]>;
}
