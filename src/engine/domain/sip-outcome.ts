import type { LeadStatus } from './lead-state.js';
import { isNetworkBlockedPhrase, readReasonHeaders } from './sip-reason.js';
import type { Attribution, LocalCause, RawEvidence, Termination } from './termination.js';
import { givenBack } from './terminations.js';

/**
 * What is known of a call that was not answered; the contract's `CallFailure` fits. The classification is a pure
 * function of it, so that it can be run again over old rows.
 */
export interface FailureFacts {
  readonly localCause?: LocalCause;
  /** Kebab-case; with `cancelled`. */
  readonly cancelReason?: string;
  /** 300 to 699; absent if no final response came. */
  readonly sipStatus?: number;
  readonly reasonPhrase?: string;
  /** Values of all Reason headers of the final response, in order. */
  readonly reasonHeaders: readonly string[];
  /** In seconds, 0 or more. */
  readonly retryAfterSeconds?: number;
  /** The Warning headers, comma separated. */
  readonly warning?: string;
  /** 100 to 199: the last provisional response; 100 only if no other came. */
  readonly lastProvisional?: number;
  /** A provisional response other than 100 came. */
  readonly rang: boolean;
  /** Any provisional response came, 100 included. */
  readonly provisionalSeen: boolean;
}

type Verdict = Pick<Termination, 'status' | 'attributedTo' | 'reason' | 'countsAsAttempt' | 'suppressNumber'>;

/**
 * From SIP to status (engine.md). Order of evidence: what the dialer did itself, the marker of a block by analytics and
 * the 607, the Q.850 cause of a Reason header, the status code, its class. What nothing decides becomes `UNKNOWN`, so
 * that it is seen.
 *
 * @param statusBefore status of the lead before the attempt, to which a cancelled attempt returns
 * @param at when the failure was known
 */
export function classifyFailure(facts: FailureFacts, statusBefore: LeadStatus, at: Date): Termination {
  if (facts.localCause === 'cancelled') {
    return { ...givenBack(statusBefore, facts.cancelReason ?? 'cancelled', at), ...rawEvidence(facts) };
  }
  return { ...judge(facts), ...rawEvidence(facts), at };
}

/**
 * Whether a failure speaks against the line rather than against the number that was dialed: then the line backs off.
 * It goes by all of the evidence, as the outcome does: a gateway that reports a busy callee as 503 with Q.850 cause 17 is
 * not at fault, one that reports congestion as 480 with cause 34 is. A block by analytics is the caller-ID's.
 */
export function speaksAgainstLine(facts: FailureFacts): boolean {
  const verdict = judge(facts);
  return verdict.status === 'SERVICE_TEMPORARILY_UNAVAILABLE' && verdict !== blockedByAnalytics;
}

/** Whether the network blocked the call because of the number that it showed. */
export function isBlockedByAnalytics(facts: FailureFacts): boolean {
  return judge(facts) === blockedByAnalytics;
}

function judge(facts: FailureFacts): Verdict {
  const status = facts.sipStatus;
  if (facts.localCause === 'ring-timeout') return ourRingTimeout(facts);
  if (facts.localCause === 'transport' || facts.localCause === 'no-line') return trunkDown;
  if (facts.localCause === 'no-media') return lineFault('no-media-port', 'DIALER');
  if (facts.localCause === 'no-response') return silence(facts);

  const reason = readReasonHeaders(facts.reasonHeaders);
  if (status === 608 || reason.blockedByAnalytics || isNetworkBlockedPhrase(facts.reasonPhrase)) {
    return blockedByAnalytics;
  }
  if (status === 607) return unwanted;

  for (const cause of reason.q850Causes) {
    const verdict = byCause(cause, facts, reason.fromUser);
    if (verdict) return verdict;
  }
  const verdict = status === undefined ? undefined : byStatus(status, facts);
  if (verdict) return verdict;
  // Causes that say nothing beside a status say a little when nothing else is there (sip-outcomes B4).
  if (status === undefined && reason.q850Causes.includes(31)) return noAnswer;
  if (status === undefined && reason.q850Causes.includes(127)) return lineFault('system-error', 'CARRIER');
  return unknown('unclassified');
}

/** Q.850 cause to outcome; undefined for causes that say nothing (16, 31, 127) and for those that nobody defined. */
function byCause(cause: number, facts: FailureFacts, fromUser: boolean): Verdict | undefined {
  switch (cause) {
    case 17:
      return busy;
    case 18:
    case 19:
    case 20:
      return noAnswer;
    case 1:
    case 22:
    case 23:
    case 28:
      return unreachable;
    case 21:
      // Networks use "call rejected" for their own refusals too; a phone that never rang cannot have declined.
      return fromUser || facts.rang || (facts.sipStatus ?? 0) >= 600 ? declined : lineFault('trunk-fault', 'CARRIER');
    case 52:
    case 54:
    case 55:
    case 57:
    case 87:
      return facts.rang ? declined : lineFault('trunk-fault', 'CARRIER');
    case 2:
    case 3:
      return lineFault('no-route', 'DIALER');
    case 27:
    case 34:
    case 38:
    case 41:
    case 42:
    case 44:
    case 47:
    case 58:
    case 102:
      return lineFault('temporarily-unavailable', 'CARRIER');
    case 65:
    case 70:
    case 88:
      return lineFault('media-mismatch', 'DIALER');
    case 25:
    case 26:
    case 29:
    case 79:
    case 111:
      return lineFault('system-error', 'CARRIER');
    default:
      return undefined;
  }
}

function byStatus(status: number, facts: FailureFacts): Verdict | undefined {
  switch (status) {
    case 486:
    case 600:
      return busy;
    case 603:
      return declined;
    case 403:
      return facts.rang ? declined : lineFault('trunk-fault', 'CARRIER');
    case 404:
    case 410:
    case 484:
    case 485:
    case 604:
      return unreachable;
    case 480:
      return noAnswer;
    case 408:
      return silence(facts);
    case 487:
      return { status: 'UNKNOWN', attributedTo: 'CARRIER', reason: 'network-error', countsAsAttempt: true };
    case 401:
    case 407:
      return lineFault('trunk-auth', 'DIALER');
    case 428:
    case 436:
    case 437:
    case 438:
      return lineFault('identity-rejected', 'DIALER');
    case 433:
      return lineFault('rejected-anonymous', 'DIALER');
    case 488:
    case 606:
      return lineFault('media-mismatch', 'DIALER');
    default:
      if (isProtocolComplaint(status)) return lineFault('system-error', 'DIALER');
      return byClass(status);
  }
}

/** Statuses that complain of the request itself or of the way to the callee: never the contact's fault. */
function isProtocolComplaint(status: number): boolean {
  const complaints = [
    400, 402, 405, 406, 411, 412, 420, 421, 422, 423, 429, 430, 439, 440, 469, 470, 489, 491, 493, 494,
  ];
  return complaints.includes(status) || (status >= 413 && status <= 417) || (status >= 481 && status <= 483);
}

function byClass(status: number): Verdict | undefined {
  if (status >= 300 && status < 400) return unknown('moved');
  if (status >= 500 && status < 600) return lineFault('temporarily-unavailable', 'CARRIER');
  if (status >= 600 && status < 700) return declined;
  return undefined;
}

/**
 * A server that has said 100 alone, which speaks for itself and not for the callee (RFC 3261, 16.7), and has not even ended
 * the call after our CANCEL, was gone before anything rang.
 */
function ourRingTimeout({ provisionalSeen, rang, sipStatus }: FailureFacts): Verdict {
  return rang || (provisionalSeen && sipStatus !== undefined) ? noAnswer : trunkDown;
}

/** 408 from the network, or nothing more from it: without any provisional response, the call never got anywhere. */
function silence(facts: FailureFacts): Verdict {
  return facts.provisionalSeen || facts.rang ? noAnswer : trunkDown;
}

/** The facts as they are kept with an attempt. */
export function rawEvidence(facts: FailureFacts): RawEvidence {
  const causes = readReasonHeaders(facts.reasonHeaders).q850Causes;
  const cause = causes.find((value) => ![16, 31, 127].includes(value)) ?? causes[0];
  return {
    ...(facts.localCause !== undefined && { localCause: facts.localCause }),
    ...(facts.lastProvisional !== undefined && { lastProvisional: facts.lastProvisional }),
    ...(facts.sipStatus !== undefined && { sipStatus: facts.sipStatus }),
    ...(facts.reasonPhrase && { sipPhrase: facts.reasonPhrase }),
    ...(facts.warning !== undefined && { sipWarning: facts.warning }),
    ...(facts.retryAfterSeconds !== undefined && { retryAfterSeconds: facts.retryAfterSeconds }),
    ...(cause !== undefined && cause > 0 && { q850Cause: cause }),
    ...(facts.reasonHeaders.length > 0 && { sipReason: facts.reasonHeaders.join(', ') }),
  };
}

const busy: Verdict = { status: 'BUSY', attributedTo: 'CALLEE', reason: 'busy', countsAsAttempt: true };
const declined: Verdict = { status: 'DECLINED', attributedTo: 'CALLEE', reason: 'rejected', countsAsAttempt: true };
const unwanted: Verdict = { ...declined, reason: 'unwanted', suppressNumber: true };
const noAnswer: Verdict = { status: 'FAILED', attributedTo: 'CALLEE', reason: 'no-answer', countsAsAttempt: true };
const unreachable: Verdict = {
  status: 'FAILED',
  attributedTo: 'CALLEE',
  reason: 'number-not-reachable',
  countsAsAttempt: true,
};
const trunkDown: Verdict = lineFault('trunk-down', 'CARRIER');
const blockedByAnalytics: Verdict = lineFault('blocked-by-analytics', 'CARRIER');

function lineFault(reason: string, attributedTo: Attribution): Verdict {
  return { status: 'SERVICE_TEMPORARILY_UNAVAILABLE', attributedTo, reason, countsAsAttempt: false };
}

function unknown(reason: string): Verdict {
  return { status: 'UNKNOWN', attributedTo: 'UNKNOWN', reason, countsAsAttempt: true };
}
