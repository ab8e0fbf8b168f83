import type { AttemptEnding, AttemptStore } from '../contracts/attempt-store.js';
import type { EngineEvents } from '../contracts/engine-events.js';
import type { Log } from '../contracts/log.js';
import { afterAttempt, type EndedAttempt, type LeadDisposition, type RetryPolicy } from '../domain/retry-policy.js';

export interface ClosingParts {
  readonly attempts: AttemptStore;
  readonly events: EngineEvents;
  readonly log: Log;
}

export interface Closing extends EndedAttempt, Omit<AttemptEnding, 'lead'> {
  readonly campaignId: string;
  readonly policy: RetryPolicy;
}

/**
 * The one way out of an attempt, at its end, at shutdown and at recovery alike. Decides what becomes of the lead, writes
 * attempt, lead and counters in one transaction, and then tells of it.
 *
 * Resolves to what became of the lead; to undefined if the attempt had ended already or could not be written. In the
 * latter case it stays open in the database until its claim expires, and the sweep closes it (`recovery.ts`).
 */
export async function closeAttempt(parts: ClosingParts, closing: Closing): Promise<LeadDisposition | undefined> {
  const { attemptId, campaignId, termination, amd, messageLeft, neverDialed, transferredAt } = closing;
  const lead = afterAttempt(closing, closing.policy);
  const log = parts.log.child({ attemptId, campaignId });
  try {
    const closed = await parts.attempts.close({
      attemptId,
      termination,
      lead,
      ...(amd && { amd }),
      ...(messageLeft !== undefined && { messageLeft }),
      ...(neverDialed && { neverDialed }),
      ...(transferredAt && { transferredAt }),
    });
    if (!closed) {
      log.warn({ reason: termination.reason }, 'attempt had ended already');
      return undefined;
    }
  } catch (error) {
    log.error({ err: error, reason: termination.reason }, 'end of attempt not written');
    return undefined;
  }
  // The call log has it; a line a call would drown what an operator looks for.
  log.debug(
    { status: termination.status, reason: termination.reason, sipStatus: termination.sipStatus },
    'attempt ended',
  );
  parts.events.publish({ type: 'attempt-moved', campaignId, attemptId, state: 'ENDED', at: termination.at });
  return lead;
}
