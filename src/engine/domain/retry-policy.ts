import type { LeadPlace, LeadStatus } from './lead-state.js';
import type { Termination } from './termination.js';

/** What becomes of a lead after an attempt. */
export interface LeadDisposition {
  readonly status: LeadStatus;
  readonly place: typeof LeadPlace.NEW | typeof LeadPlace.RETRY | typeof LeadPlace.DONE;
  /** With the place `RETRY`. */
  readonly dueAt: Date | null;
  /** Counted attempts from now on. */
  readonly attemptCount: number;
}

/** The campaign's policy of retries (product.md, Retries). */
export interface RetryPolicy {
  /** Attempts that may count per lead, 1 to 100. */
  readonly maxAttempts: number;
  /** From the end of an attempt to the next, 1 to 1440 minutes. */
  readonly retryMinutes: number;
  /** Statuses after which a lead is called again; `SUCCESS` only where the campaign names it. */
  readonly retryStatuses: readonly LeadStatus[];
  /** Also call numbers again that are not reachable. */
  readonly retryUnreachable: boolean;
}

export interface EndedAttempt {
  readonly termination: Termination;
  /** Status of the lead before the attempt. */
  readonly statusBefore: LeadStatus;
  /** Counted attempts before this one, 0 or more. */
  readonly attemptCount: number;
}

const MINUTE_MS = 60_000;

/**
 * Decides whether and when a lead is called again. An attempt that does not count waits the retry time like any other,
 * so that a trunk's fault does not turn into an endless redial; one that was given back is due at once. How often an
 * uncounted result may come in a day is the claim's business (`contracts/lead-store.ts`), since it goes by number.
 */
export function afterAttempt(ended: EndedAttempt, policy: RetryPolicy): LeadDisposition {
  const { termination, statusBefore } = ended;
  const attemptCount = ended.attemptCount + (termination.countsAsAttempt ? 1 : 0);
  if (termination.givenBack) {
    return statusBefore === 'NOT_CALLED' && attemptCount === 0
      ? { status: statusBefore, place: 'NEW', dueAt: null, attemptCount }
      : { status: statusBefore, place: 'RETRY', dueAt: termination.at, attemptCount };
  }
  const { status } = termination;
  if (!mayRetry(termination, policy) || attemptCount >= policy.maxAttempts) {
    return { status, place: 'DONE', dueAt: null, attemptCount };
  }
  const dueAt = new Date(termination.at.getTime() + policy.retryMinutes * MINUTE_MS);
  return { status, place: 'RETRY', dueAt, attemptCount };
}

function mayRetry(termination: Termination, policy: RetryPolicy): boolean {
  const { status, reason } = termination;
  if (status === 'DO_NOT_CALL' || termination.suppressNumber) return false;
  if (reason === 'number-not-reachable' && !policy.retryUnreachable) return false;
  return policy.retryStatuses.includes(status);
}
