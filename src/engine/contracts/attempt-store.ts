import type { AttemptState } from '../domain/call-attempt-state.js';
import type { AmdFinding } from '../domain/amd/finding.js';
import type { LeadStatus } from '../domain/lead-state.js';
import type { LeadDisposition } from '../domain/retry-policy.js';
import type { Termination } from '../domain/termination.js';
import type { SavedDialog, SavedInvite } from './telephony.js';

/**
 * Writes what happens to attempts, in the order of the calls, whether or not the ones before are awaited. Every promise
 * settles in that order, and resolves after the commit; only then may the world see the step.
 * While PostgreSQL is away the writes wait in memory, in order, and are tried again; they reject only when the bound of
 * the memory is reached or the engine stops.
 */
export interface AttemptStore {
  /** Rejects, too, if the attempt has ended: no INVITE may leave for it any more. */
  move(step: AttemptStep): Promise<void>;
  /**
   * Ends an attempt: attempt, lead, counters and suppressed number change in one transaction. Resolves false, and
   * changes nothing, if the attempt had ended already: an attempt ends once.
   */
  close(ending: AttemptEnding): Promise<boolean>;
  /** Attempts that are open but belong to an earlier epoch, or whose claim has expired and which are not `mine`. */
  findAbandoned(epoch: number, now: Date, mine: ReadonlySet<string>): Promise<readonly AbandonedAttempt[]>;
  /** Calls handed over by REFER to channels that are counted, which are still in their hold time. */
  findOnChannels(now: Date): Promise<readonly CallOnChannel[]>;
}

export interface CallOnChannel {
  readonly attemptId: string;
  readonly queueId: string;
  readonly handedOverAt: Date;
}

export interface AttemptStep {
  readonly attemptId: string;
  readonly state: Exclude<AttemptState, 'QUEUED' | 'ENDED'>;
  readonly at: Date;
  /** With `DIALING`. */
  readonly line?: { readonly lineId: string; readonly trunkName: string; readonly portName: string | null };
  /** With `DIALING`: the number that is shown to the called, if the campaign sets one. */
  readonly callerId?: string | null;
  /** With `RINGING`. */
  readonly invite?: SavedInvite;
  /** With `ANSWERED`. */
  readonly dialog?: SavedDialog;
  /** With `TRANSFERRING`. */
  readonly transferTarget?: string;
  /** With another `TRANSFERRING`, when the pilot has answered. */
  readonly pilotDialog?: SavedDialog;
  /** With `TRANSFERRING`, or in the ending, when detection was on. */
  readonly amd?: AmdFinding;
}

export interface AttemptEnding {
  readonly attemptId: string;
  readonly termination: Termination;
  readonly amd?: AmdFinding;
  /** Where a message was to be left on a machine: whether it was played whole. */
  readonly messageLeft?: boolean;
  /** True if no INVITE has left: then the time of dialing, committed before it could, is taken back. */
  readonly neverDialed?: boolean;
  readonly transferredAt?: Date;
  /** What becomes of the lead, decided by `domain/retry-policy.ts`. */
  readonly lead: LeadDisposition;
}

export interface AbandonedAttempt {
  readonly attemptId: string;
  readonly campaignId: string;
  readonly leadId: string;
  readonly state: AttemptState;
  /** The status of the lead before this attempt. */
  readonly leadStatus: LeadStatus;
  readonly attemptCount: number;
  readonly maxAttempts: number;
  readonly retryMinutes: number;
  readonly retryStatuses: readonly LeadStatus[];
  readonly retryUnreachable: boolean;
  readonly invite: SavedInvite | null;
  readonly dialog: SavedDialog | null;
  /** Of the call to the pilot. */
  readonly pilotDialog: SavedDialog | null;
}
