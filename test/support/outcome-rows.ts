import type { FarEndAct, Provisional } from './sipp-table.js';

export interface OutcomeRow {
  readonly name: string;
  readonly act: FarEndAct;
  /** Status, reason, and whether it uses up an attempt. */
  readonly outcome: string;
  readonly q850Cause?: number;
}

const STU = 'SERVICE_TEMPORARILY_UNAVAILABLE';
const RINGING: Provisional = '180 Ringing';

const BUSY = 'BUSY busy counts';
const DECLINED = 'DECLINED rejected counts';
const UNREACHABLE = 'FAILED number-not-reachable counts';
const NO_ANSWER = 'FAILED no-answer counts';
const AWAY = `${STU} temporarily-unavailable free`;
const TRUNK_FAULT = `${STU} trunk-fault free`;
const TRUNK_DOWN = `${STU} trunk-down free`;
const TRUNK_AUTH = `${STU} trunk-auth free`;
const IDENTITY = `${STU} identity-rejected free`;
const MEDIA = `${STU} media-mismatch free`;
const NO_ROUTE = `${STU} no-route free`;
const SYSTEM = `${STU} system-error free`;
const BLOCKED = `${STU} blocked-by-analytics free`;

interface Circumstances {
  readonly phrase?: string;
  readonly headers?: readonly string[];
  readonly before?: Provisional;
  readonly q850Cause?: number;
}

const refused = (
  status: number,
  outcome: string,
  { phrase = 'Refused', headers = [], before, q850Cause }: Circumstances = {},
): OutcomeRow => ({
  name: [status, phrase, ...headers, before === undefined ? '' : `after ${before}`].filter(Boolean).join(', '),
  act: { kind: 'refuse', status: `${status} ${phrase}`, headers, ...(before === undefined ? {} : { before }) },
  outcome,
  ...(q850Cause === undefined ? {} : { q850Cause }),
});

/** The same at once and after ringing: the phase makes no difference. */
const inEitherPhase = (statuses: readonly number[], outcome: string): readonly OutcomeRow[] =>
  statuses.flatMap((status) => [refused(status, outcome), refused(status, outcome, { before: RINGING })]);

const reason = (cause: number, status: number, outcome: string, before?: Provisional): OutcomeRow =>
  refused(status, outcome, {
    headers: [`Reason: Q.850;cause=${cause};text="as the exchange said"`],
    q850Cause: cause,
    ...(before === undefined ? {} : { before }),
  });

/** A status that says something else than the cause, so that it is seen which of the two decides. */
const reasons = (causes: readonly number[], outcome: string, status = 480): readonly OutcomeRow[] =>
  causes.map((cause) => reason(cause, status, outcome));

/**
 * The table "From SIP to status" of the specification, as far as the far end decides: a row for every response that it
 * names, with what it may carry.
 */
export const OUTCOME_ROWS: readonly OutcomeRow[] = [
  // Busy: 486, 600, Q.850 17.
  ...inEitherPhase([486, 600], BUSY),
  ...reasons([17], BUSY),
  reason(17, 503, BUSY),
  // Declined: 603, 607, 403 after ringing, Q.850 21.
  ...inEitherPhase([603], DECLINED),
  ...inEitherPhase([607], 'DECLINED unwanted counts'),
  refused(403, DECLINED, { before: RINGING }),
  refused(403, DECLINED, { before: '183 Session Progress' }),
  reason(21, 480, DECLINED, RINGING),
  reason(21, 603, DECLINED),
  refused(403, DECLINED, { headers: ['Reason: Q.850;cause=21;location=U'], q850Cause: 21 }),
  // Not reachable: 404, 410, 484, 485, 604, Q.850 1, 22, 28.
  ...inEitherPhase([404, 410, 484, 485, 604], UNREACHABLE),
  ...reasons([1, 22, 28], UNREACHABLE),
  // No answer: 480, 408 after ringing, our ring time-out, Q.850 18, 19, 20.
  ...inEitherPhase([480], NO_ANSWER),
  refused(408, NO_ANSWER, { before: RINGING }),
  refused(408, NO_ANSWER, { before: '100 Trying' }),
  { name: 'our ring time-out while it rings', act: { kind: 'wait', before: RINGING }, outcome: NO_ANSWER },
  { name: 'our ring time-out after a 100 alone', act: { kind: 'wait', before: '100 Trying' }, outcome: NO_ANSWER },
  ...reasons([18, 19, 20], NO_ANSWER, 404),
  // The trunk: 5xx, 403 before ringing, 408 without any provisional, silence, and their causes.
  ...inEitherPhase([500, 501, 502, 503, 504, 505, 513, 555, 580, 599], AWAY),
  refused(503, AWAY, { headers: ['Retry-After: 60 (overload);duration=10'] }),
  refused(500, AWAY, { headers: ['Retry-After: 60'] }),
  refused(403, TRUNK_FAULT),
  refused(403, TRUNK_FAULT, { phrase: 'Stale Date', before: '100 Trying' }),
  refused(408, TRUNK_DOWN),
  { name: 'silence', act: { kind: 'silence' }, outcome: TRUNK_DOWN },
  ...reasons([2, 3], NO_ROUTE, 404),
  ...reasons([26], SYSTEM, 404),
  ...reasons([27, 34, 38, 41, 42, 44], AWAY),
  reason(34, 486, AWAY, RINGING),
  // Ours or the trunk's: credentials, identity, media, the request itself.
  { name: '401 to the password', act: { kind: 'challenge', status: 401 }, outcome: TRUNK_AUTH },
  { name: '407 to the password', act: { kind: 'challenge', status: 407 }, outcome: TRUNK_AUTH },
  refused(401, TRUNK_AUTH),
  refused(407, TRUNK_AUTH),
  ...inEitherPhase([428, 436, 437, 438], IDENTITY),
  ...inEitherPhase([488, 606], MEDIA),
  refused(488, MEDIA, { headers: ['Warning: 305 carrier.example "Incompatible media format"'] }),
  refused(606, MEDIA, { headers: ['Warning: 370 carrier.example "Insufficient bandwidth"'], before: RINGING }),
  refused(433, `${STU} rejected-anonymous free`),
  ...[400, 402, 405, 406, 413, 414, 415, 416, 420, 421, 423, 429, 481, 482, 483, 491, 493].map((status) =>
    refused(status, SYSTEM),
  ),
  refused(400, SYSTEM, { headers: ['Warning: 399 carrier.example "Malformed caller-ID"'], before: RINGING }),
  ...reasons([25, 29, 79, 111], SYSTEM),
  ...reasons([65, 70, 88], MEDIA),
  // Blocked by analytics: the markers of 603+, one at a time and together, and 608.
  refused(603, BLOCKED, { phrase: 'Network Blocked' }),
  refused(603, BLOCKED, { phrase: 'NETWORK BLOCKED', before: RINGING }),
  refused(603, BLOCKED, {
    headers: ['Reason: SIP;cause=603;text="v=analytics1;url=https://redress.example/a";location=RLN'],
  }),
  refused(603, BLOCKED, { headers: ['Reason: Q.850; cause=21; text="v=analytics1"'], q850Cause: 21 }),
  refused(603, BLOCKED, {
    headers: ['Reason: Q.850;cause=21;text="Network Blocked";v=analytics1;location=LN;tel="5550100"'],
    q850Cause: 21,
  }),
  ...inEitherPhase([608], BLOCKED),
  refused(608, BLOCKED, { headers: ['Call-Info: <https://redress.example/j>;purpose=jwscallinfo'] }),
  // Causes that say nothing leave it to the status; several Reason headers, and their order.
  ...[16, 31, 127].map((cause) => reason(cause, 486, BUSY)),
  refused(480, BUSY, {
    headers: ['Reason: SIP;cause=480;text="a, b;cause=1"', 'Reason: Q.850 ; cause = 17'],
    q850Cause: 17,
  }),
  refused(480, NO_ANSWER, { headers: ['Reason: SIP;cause=480', 'Warning: 399 carrier.example "Subscriber absent"'] }),
  // Anything else.
  ...inEitherPhase([300, 301, 302, 305, 380], 'UNKNOWN moved counts'),
  refused(302, 'UNKNOWN moved counts', { headers: ['Contact: <sip:elsewhere@127.0.0.1:9>'] }),
  ...inEitherPhase([487], 'UNKNOWN network-error counts'),
  ...inEitherPhase([499], 'UNKNOWN unclassified counts'),
  refused(699, DECLINED),
  // Answered by a person.
  { name: 'transferred', act: { kind: 'answer', then: 'take-refer' }, outcome: 'SUCCESS transferred counts' },
  { name: 'transfer refused', act: { kind: 'answer', then: 'refuse-refer' }, outcome: 'FAILED transfer-failed counts' },
  {
    name: 'customer hangs up before the transfer is complete',
    act: { kind: 'answer', then: 'send-bye' },
    outcome: 'FAILED customer-hung-up counts',
  },
];
