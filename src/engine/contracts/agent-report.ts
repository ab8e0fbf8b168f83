import type { AgentState } from '../domain/agent-state.js';

/** What an integrator's own contact centre says of its agents (product.md; `setAgentStates`). The reporter is the source. */
export interface AgentReport {
  /** Above that of every earlier report of the reporter. */
  readonly sequence: number;
  /** Milliseconds for which everything that was reported so far holds. */
  readonly ttlMs: number;
  /** `SNAPSHOT`: agents and counts that are not named are logged out. `CHANGES`: they stay as they are. */
  readonly mode: 'CHANGES' | 'SNAPSHOT';
  readonly agents: readonly ReportedAgent[];
  readonly counts: readonly ReportedCount[];
}

export interface ReportedAgent {
  readonly agentId: string;
  readonly queueIds: readonly string[];
  readonly state: AgentState;
  readonly displayName?: string;
  readonly extension?: string;
  readonly reason?: string;
  /** Absent: since the report arrived, or since an earlier one said the same state. */
  readonly since?: Date;
  readonly readyAt?: Date;
}

/** Agents or channels of a queue that have no identities. */
export interface ReportedCount {
  readonly queueId: string;
  /** 0 or more. */
  readonly capacity: number;
  /** 0 to the capacity. */
  readonly free: number;
}

/** Where reports go; it may be in another thread. Who may report, and for which queues, was checked before. */
export interface AgentReportSink {
  /** True until the reporter has sent a `SNAPSHOT` since the start: what it said before is not known. */
  needsSnapshot(reporterId: string): Promise<boolean>;
  /** False, and nothing is done, if a report with this sequence number or a higher one was taken before. */
  take(reporterId: string, report: AgentReport): Promise<boolean>;
  /** The reporter is no user any more: nobody of whom it spoke is free. */
  forget(reporterId: string): Promise<void>;
}
