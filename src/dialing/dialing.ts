import type { Config } from '../config.js';
import type { AgentReportSink } from '../engine/contracts/agent-report.js';
import type { QueueDirectory } from '../engine/contracts/agent-source.js';
import type { DncDirectory, DncInquiry } from '../engine/contracts/dnc-service.js';
import type { Engine } from '../engine/contracts/engine.js';
import type { Telephony } from '../engine/contracts/telephony.js';

/**
 * The dialing engine with its adapters, as the rest of the product knows it, in this thread or in one of its own. What is
 * synchronous is read from memory, and may be some 100 ms old in the latter case.
 */
export interface Dialing {
  readonly engine: Pick<Engine, 'start' | 'nudge' | 'campaignStopped' | 'status' | 'campaignStatus'>;
  readonly telephony: Pick<Telephony, 'lines' | 'line' | 'trunks'>;
  readonly queues: QueueDirectory;
  readonly agentReports: AgentReportSink;
  readonly dncServices: DncDirectory & DncInquiry;
  readonly installation: InstallationChanges;
  /** What is measured of it; quantiles are of the time since the last call. */
  vitals(): Promise<DialingVitals>;
  /** Resolves if the engine ends without having been asked to. Nothing that is asked of it is answered any more. */
  readonly lost: Promise<Error>;
  /**
   * No new calls, those in flight finish; then lines and sources are let go of. Questions are answered still. Resolves to
   * the number of attempts left open, as `Engine.drain` does.
   */
  drain(): Promise<number>;
  /** Ends its connections to the database, and its thread. Drain before. */
  close(): Promise<void>;
}

export interface InstallationChanges {
  /** Trunks, ports, queues or do-not-call services were edited. Resolves when that is applied, and shown. Never rejects. */
  changed(): Promise<void>;
  /** Resolves when what was changed so far is applied, and shown. */
  settled(): Promise<void>;
}

/** What the engine is made from. Plain data: it goes to another thread as it is. */
export interface DialingSettings {
  readonly config: Config;
  readonly databaseUrl: string;
  /** Connections of its own to the database. */
  readonly poolSize: number;
  /** Value of the User-Agent header. */
  readonly userAgent: string;
}

export interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

export interface DialingVitals {
  /** Messages, by what became of them. */
  readonly sipCounters: Readonly<Record<string, number>>;
  readonly pool: PoolCounts;
  /** Absent where the engine shares the thread of the API. */
  readonly thread?: ThreadVitals;
}

export interface ThreadVitals {
  readonly eventLoopDelay: EventLoopDelay;
  readonly heapUsedBytes: number;
}

/** Seconds by which timers came late. */
export interface EventLoopDelay {
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}
