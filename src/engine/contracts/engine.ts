import type { EngineState } from '../domain/engine-state.js';
import type { IdleReason } from '../domain/idle-reason.js';
import type { AgentSources } from './agent-source.js';
import type { AmdDetectors } from './amd-detector.js';
import type { AmdRecordings } from './amd-recordings.js';
import type { AttemptStore } from './attempt-store.js';
import type { CampaignStore } from './campaign-store.js';
import type { Clock } from './clock.js';
import type { ConversationStore } from './conversation-store.js';
import type { DncServices } from './dnc-service.js';
import type { EngineEvents } from './engine-events.js';
import type { InstanceLease } from './instance-lease.js';
import type { LeadStore } from './lead-store.js';
import type { Log } from './log.js';
import type { Telephony } from './telephony.js';
import type { VoicemailMessages } from './voicemail-messages.js';

export interface EngineDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly telephony: Telephony;
  readonly conversations: ConversationStore;
  readonly leads: LeadStore;
  readonly attempts: AttemptStore;
  readonly campaigns: CampaignStore;
  readonly lease: InstanceLease;
  readonly agentSources: AgentSources;
  readonly dncServices: DncServices;
  readonly events: EngineEvents;
  /** Absent: campaigns with detection on transfer every answered call. */
  readonly amdDetectors?: AmdDetectors;
  /** Absent: nothing that detectors record is kept. */
  readonly amdRecordings?: AmdRecordings;
  readonly voicemailMessages: VoicemailMessages;
  readonly limits: EngineLimits;
}

export interface EngineLimits {
  /** Cap on the parallel calls of the installation, 1 or more. */
  readonly maxParallelCalls: number;
  /** Cap on the calls per second of the installation, above 0. */
  readonly maxCallsPerSecond: number;
}

export interface Engine {
  /** Takes the lease as soon as it is free, recovers, and dials. Resolves at once. */
  start(): void;
  /**
   * Settings, leads or schedules changed (call it after the commit). Without an id: any campaign may have. Cheap, and
   * safe at any time.
   */
  nudge(campaignId?: string): void;
  /** The campaign was stopped by an operator: calls that are not answered are cancelled. Call it after the commit. */
  campaignStopped(campaignId: string): void;
  /**
   * No new calls, ringing ones are cancelled and given back, answered ones finish; then the lease is released. Resolves to
   * the number of attempts that are left open because their end could not be written within 30 s of the last call: the
   * next start closes them. 0 unless the database is away.
   */
  drain(): Promise<number>;
  /** Ends at once: open calls are hung up and closed. Resolves to the same, after 5 s at the latest. */
  stop(): Promise<number>;
  status(): EngineStatus;
  /** What is known of a campaign in memory; for one that is not started, zeros and no idle reason. */
  campaignStatus(campaignId: string): CampaignStatus;
  /** Of all campaigns that are started. */
  campaignStatuses(): ReadonlyMap<string, CampaignStatus>;
}

export interface EngineStatus {
  readonly at: Date;
  readonly state: EngineState;
  readonly since: Date;
  readonly idleReason: IdleReason | null;
  readonly callsInFlight: number;
  readonly maxParallelCalls: number;
  /** Calls placed in the last 60 seconds, second calls of transfers included. */
  readonly callsPerMinute: number;
  readonly maxCallsPerSecond: number;
  readonly ports: {
    readonly total: number;
    readonly free: number;
    readonly busy: number;
    readonly outOfService: number;
  };
  /** Calls that a line carries or keeps room for, by its id; conversations after a transfer included. */
  readonly busyByLine: ReadonlyMap<string, number>;
  /** Calls by queue id that occupy, or will occupy, an agent whom the source still shows as free. */
  readonly reservedByQueue: ReadonlyMap<string, number>;
  /** Do-not-call services of started campaigns that do not answer, the oldest outage first. */
  readonly dncOutages: readonly DncOutage[];
  /** Queues whose source does not show the calls that are handed over, several in a row, the oldest first. */
  readonly unshownCalls: readonly UnshownCalls[];
  /** Caller-IDs whose calls are blocked by analytics, the one that was blocked first at the front. */
  readonly blockedCallerIds: readonly BlockedCallerId[];
  /** Trunks on which no audio arrives, several answered calls in a row, the oldest silence first. */
  readonly silentTrunks: readonly SilentTrunk[];
  /** Null: the database answers. */
  readonly databaseDownSince: Date | null;
}

export interface BlockedCallerId {
  /** The campaign's; where it has none, the user name of the dialer port, or the name of the trunk. */
  readonly callerId: string;
  readonly since: Date;
  /** Calls that were blocked since then, 1 or more. */
  readonly occurrences: number;
  /** Of the last one: 300 to 699. */
  readonly sipStatus?: number;
}

/** Known of calls with detection alone. */
export interface SilentTrunk {
  readonly trunkId: string;
  /** When the first of them was over. */
  readonly since: Date;
  readonly occurrences: number;
}

export interface UnshownCalls {
  readonly queueId: string;
  /** When the first of them should have been shown. */
  readonly since: Date;
  readonly occurrences: number;
}

export interface DncOutage {
  readonly dncServiceId: string;
  readonly since: Date;
  /** Questions that were not answered since then, 1 or more. */
  readonly occurrences: number;
  readonly nextTryAt: Date;
}

export interface CampaignStatus {
  readonly idleReason: IdleReason | null;
  readonly callsPerMinute: number;
  /** Free agents or channels of the queue, 0 if the source is not healthy. */
  readonly freeAgents: number;
}
