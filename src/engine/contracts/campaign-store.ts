import type { AmdSensitivity, CampaignStopReason, CampaignType } from '../domain/campaign-state.js';
import type { LeadStatus } from '../domain/lead-state.js';
import type { TransferMode } from '../domain/line-state.js';

/** Settings and windows of the campaigns that are to be dialed. */
export interface CampaignStore {
  /** All campaigns whose state is `STARTED`, with the schedules whose window has not closed before `now`. */
  loadStarted(now: Date): Promise<readonly StartedCampaign[]>;
  /**
   * Notes that the campaign ran in this schedule's window, so that it can become `FINISHED`. Idempotent.
   */
  markRan(scheduleId: string): Promise<void>;
  /**
   * Stops a campaign by itself. Resolves false, and changes nothing, if it is not `STARTED` any more or, for
   * `NO_LEADS_LEFT`, if there is a lead to call after all. One statement, so that neither can change in between.
   */
  stop(campaignId: string, reason: CampaignStopReason, at: Date): Promise<boolean>;
}

export interface StartedCampaign {
  readonly id: string;
  readonly name: string;
  readonly pilotNumber: string;
  /** 1 to 100. */
  readonly maxAttempts: number;
  /** 1 to 1440. */
  readonly retryMinutes: number;
  readonly retryStatuses: readonly LeadStatus[];
  readonly retryUnreachable: boolean;
  readonly type: CampaignType;
  readonly queueId: string;
  readonly transferMode: TransferMode;
  readonly transferTimeoutMs: number;
  readonly amdEnabled: boolean;
  readonly amdSensitivity: AmdSensitivity;
  /** The message that is left on machines; null: none. */
  readonly voicemailMessageId: string | null;
  readonly dncServiceId: string | null;
  readonly callerId: string | null;
  readonly ringTimeoutMs: number;
  readonly maxParallelCalls: number | null;
  /** Above 0; null: the caps of the installation and of the trunks alone. */
  readonly maxCallsPerSecond: number | null;
  readonly startedAt: Date;
  /** In order of time; windows of one campaign do not overlap. */
  readonly windows: readonly ScheduleWindow[];
}

/** The window of one schedule as two instants; see `domain/calling-calendar.ts` for how they come about. */
export interface ScheduleWindow {
  readonly scheduleId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** The campaign ran in it. */
  readonly ran: boolean;
}
