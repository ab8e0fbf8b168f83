import type { AmdResultKind } from './amd/finding.js';
import type { LeadStatus } from './lead-state.js';
import type { RawEvidence, Termination } from './termination.js';

/** The terminations that no SIP failure decides; `sip-outcome.ts` has the others. */

/** The reason that makes an attempt an abandoned call. */
export const TRANSFER_FAILED = 'transfer-failed';

/** The pilot took the call. */
export function transferred(at: Date): Termination {
  return { status: 'SUCCESS', attributedTo: 'CALLEE', reason: 'transferred', countsAsAttempt: true, at };
}

/**
 * No person answered. Tones of the network are no mailbox, though: what they say is what a SIP response would have said
 * (engine.md, From SIP to status).
 */
export function machineAnswered(kind: Exclude<AmdResultKind, 'HUMAN'>, at: Date): Termination {
  const counted = { countsAsAttempt: true, at } as const;
  switch (kind) {
    case 'MACHINE':
      return { status: 'AMD', attributedTo: 'CALLEE', reason: 'machine', ...counted };
    case 'FAX':
      return { status: 'AMD', attributedTo: 'CALLEE', reason: 'fax', ...counted };
    case 'SILENCE':
      return { status: 'AMD', attributedTo: 'CALLEE', reason: 'silence-on-answer', ...counted };
    case 'SIT':
      return { status: 'FAILED', attributedTo: 'CARRIER', reason: 'number-not-reachable', ...counted };
    case 'BUSY':
      return { status: 'BUSY', attributedTo: 'CALLEE', reason: 'busy-tone', ...counted };
    case 'RINGBACK':
      return { status: 'FAILED', attributedTo: 'CALLEE', reason: 'no-answer', ...counted };
  }
}

/** Before the transfer was complete; counted apart from abandoned calls. */
export function customerHungUp(at: Date, evidence: RawEvidence = {}): Termination {
  return {
    status: 'FAILED',
    attributedTo: 'CALLEE',
    reason: 'customer-hung-up',
    countsAsAttempt: true,
    ...evidence,
    at,
  };
}

/** The pilot refused, failed or did not answer in time: the person is lost, and the call counts as abandoned. */
export function transferFailed(at: Date, evidence: RawEvidence = {}): Termination {
  return { status: 'FAILED', attributedTo: 'DIALER', reason: TRANSFER_FAILED, countsAsAttempt: true, ...evidence, at };
}

/** The do-not-call service said no; nothing was dialed. */
export function onDoNotCallList(at: Date): Termination {
  return { status: 'DO_NOT_CALL', attributedTo: 'DIALER', reason: 'do-not-call', countsAsAttempt: false, at };
}

/** The dialog of an answered call was lost (sip-outcomes B8, race 18). */
export function connectionLost(at: Date, evidence: RawEvidence = {}): Termination {
  return {
    status: 'UNKNOWN',
    attributedTo: 'CARRIER',
    reason: 'connection-lost',
    countsAsAttempt: true,
    ...evidence,
    at,
  };
}

/** The dialer was killed while the attempt was open: whether the phone rang cannot be known, so it counts. */
export function engineRestarted(at: Date): Termination {
  return { status: 'UNKNOWN', attributedTo: 'DIALER', reason: 'engine-restarted', countsAsAttempt: true, at };
}

/**
 * A fault of the dialer itself. It waits the retry time, so that the fault does not become an endless redial, and counts
 * only if the phone may have rung.
 */
export function dialerFault(at: Date, mayHaveRung: boolean): Termination {
  const status = mayHaveRung ? 'UNKNOWN' : 'SERVICE_TEMPORARILY_UNAVAILABLE';
  return { status, attributedTo: 'DIALER', reason: 'dialer-error', countsAsAttempt: mayHaveRung, at };
}

/** The dialer was told to end at once while a person was on the line. */
export function engineStopped(at: Date): Termination {
  return { status: 'UNKNOWN', attributedTo: 'DIALER', reason: 'engine-stopped', countsAsAttempt: true, at };
}

/**
 * The attempt did not take place, or the dialer itself cancelled it: the lead is as it was before.
 *
 * @param reason kebab-case, for example `campaign-stopped`
 */
export function givenBack(statusBefore: LeadStatus, reason: string, at: Date): Termination {
  return {
    status: statusBefore,
    attributedTo: reason === 'campaign-stopped' ? 'OPERATOR' : 'DIALER',
    reason,
    countsAsAttempt: false,
    givenBack: true,
    at,
  };
}
