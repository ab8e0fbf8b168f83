import type { LeadStatus } from '../domain/lead-state.js';

/** Hands out the leads of a campaign in the order of dialing (product.md, Retries). */
export interface LeadStore {
  /**
   * Claims up to `limit` leads and opens an attempt, `QUEUED`, for each, in one transaction: due retries first by due
   * time, then new leads by file order. Leads whose number has an open attempt in any campaign, is suppressed, or has
   * reached its cap of uncounted tries are passed over. Rejects if the tenure is over.
   */
  claim(request: ClaimRequest): Promise<readonly ClaimedLead[]>;
  /** When the campaign's next lead is due: past or present if now, null if no lead is left to call. */
  nextDueAt(campaignId: string): Promise<Date | null>;
}

export interface ClaimRequest {
  readonly campaignId: string;
  readonly scheduleId: string;
  /** 1 or more. */
  readonly limit: number;
  readonly now: Date;
  readonly epoch: number;
  /** When the claims expire if the attempts have not ended by then. */
  readonly expiresAt: Date;
}

export interface ClaimedLead {
  readonly attemptId: string;
  readonly leadId: string;
  readonly leadName: string;
  readonly phoneNumber: string;
  /** Result of the attempt before this one; a cancelled attempt gives it back. */
  readonly leadStatus: LeadStatus;
  /** Attempts that counted before this one, 0 or more. */
  readonly attemptCount: number;
  readonly queuedAt: Date;
}
