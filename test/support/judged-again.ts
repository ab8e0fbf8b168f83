import { classifyFailure } from '../../src/engine/domain/sip-outcome.js';
import type { RawEvidence, Termination } from '../../src/engine/domain/termination.js';

/** What a call that was not answered comes to when it is judged by nothing but what was kept of it. */
export const judgedAgain = (kept: RawEvidence, reason: string): Termination => {
  const { localCause, lastProvisional, sipStatus, sipPhrase, sipReason } = kept;
  const facts = {
    ...(localCause && { localCause }),
    ...(localCause === 'cancelled' && { cancelReason: reason }),
    ...(sipStatus && { sipStatus }),
    ...(sipPhrase && { reasonPhrase: sipPhrase }),
    reasonHeaders: sipReason ? [sipReason] : [],
    ...(lastProvisional && { lastProvisional }),
    rang: (lastProvisional ?? 0) > 100,
    provisionalSeen: (lastProvisional ?? null) !== null,
  };
  return classifyFailure(facts, 'NOT_CALLED', new Date(0));
};
