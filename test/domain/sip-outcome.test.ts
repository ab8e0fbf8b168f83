import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classifyFailure, type FailureFacts } from '../../src/engine/domain/sip-outcome.js';

const at = new Date('2026-03-02T12:00:00Z');
const STU = 'SERVICE_TEMPORARILY_UNAVAILABLE';

function outcome(facts: Partial<FailureFacts>): string {
  const whole = { reasonHeaders: [], rang: false, provisionalSeen: true, ...facts };
  const { status, reason, countsAsAttempt } = classifyFailure(whole, 'NOT_CALLED', at);
  return `${status} ${reason} ${countsAsAttempt ? 'counts' : 'free'}`;
}

describe('a SIP status', () => {
  test.each([
    [486, 'BUSY busy counts'],
    [600, 'BUSY busy counts'],
    [603, 'DECLINED rejected counts'],
    [607, 'DECLINED unwanted counts'],
    [608, `${STU} blocked-by-analytics free`],
    [404, 'FAILED number-not-reachable counts'],
    [410, 'FAILED number-not-reachable counts'],
    [484, 'FAILED number-not-reachable counts'],
    [485, 'FAILED number-not-reachable counts'],
    [604, 'FAILED number-not-reachable counts'],
    [480, 'FAILED no-answer counts'],
    [487, 'UNKNOWN network-error counts'],
    [500, `${STU} temporarily-unavailable free`],
    [502, `${STU} temporarily-unavailable free`],
    [503, `${STU} temporarily-unavailable free`],
    [504, `${STU} temporarily-unavailable free`],
    [501, `${STU} temporarily-unavailable free`],
    [505, `${STU} temporarily-unavailable free`],
    [513, `${STU} temporarily-unavailable free`],
    [580, `${STU} temporarily-unavailable free`],
    [401, `${STU} trunk-auth free`],
    [407, `${STU} trunk-auth free`],
    [428, `${STU} identity-rejected free`],
    [436, `${STU} identity-rejected free`],
    [437, `${STU} identity-rejected free`],
    [438, `${STU} identity-rejected free`],
    [433, `${STU} rejected-anonymous free`],
    [488, `${STU} media-mismatch free`],
    [606, `${STU} media-mismatch free`],
    ...[400, 405, 406, 413, 414, 415, 416, 420, 421, 423, 429, 481, 482, 483, 491, 493].map(
      (status) => [status, `${STU} system-error free`] as const,
    ),
    [301, 'UNKNOWN moved counts'],
    [302, 'UNKNOWN moved counts'],
    [499, 'UNKNOWN unclassified counts'],
    [699, 'DECLINED rejected counts'],
  ] as const)('%i before ringing is %s', (sipStatus, expected) => {
    expect(outcome({ sipStatus })).toBe(expected);
  });

  test.each([
    ['403 after ringing', { sipStatus: 403, rang: true }, 'DECLINED rejected counts'],
    ['403 before ringing', { sipStatus: 403 }, `${STU} trunk-fault free`],
    ['408 after ringing', { sipStatus: 408, rang: true }, 'FAILED no-answer counts'],
    ['408 without any provisional', { sipStatus: 408, provisionalSeen: false }, `${STU} trunk-down free`],
    ['480 after ringing', { sipStatus: 480, rang: true }, 'FAILED no-answer counts'],
  ] as const)('%s', (_name, facts, expected) => {
    expect(outcome(facts)).toBe(expected);
  });
});

describe('a Q.850 cause', () => {
  const unreachable = 'FAILED number-not-reachable counts';
  const noAnswer = 'FAILED no-answer counts';
  test.each([
    [1, unreachable],
    [22, unreachable],
    [23, unreachable],
    [28, unreachable],
    [17, 'BUSY busy counts'],
    [18, noAnswer],
    [19, noAnswer],
    [20, noAnswer],
    [2, `${STU} no-route free`],
    [3, `${STU} no-route free`],
    ...[27, 34, 38, 41, 42, 44, 47, 58, 102].map((cause) => [cause, `${STU} temporarily-unavailable free`] as const),
    ...[25, 26, 29, 79, 111].map((cause) => [cause, `${STU} system-error free`] as const),
    ...[65, 70, 88].map((cause) => [cause, `${STU} media-mismatch free`] as const),
    ...[21, 52, 54, 55, 57, 87].map((cause) => [cause, `${STU} trunk-fault free`] as const),
  ] as const)('%i before ringing overrides the status: %s', (cause, expected) => {
    expect(outcome({ sipStatus: 480, reasonHeaders: [`Q.850;cause=${cause}`] })).toBe(expected);
  });

  test.each([21, 52, 54, 55, 57, 87])('%i after ringing is a decline', (cause) => {
    expect(outcome({ sipStatus: 480, rang: true, reasonHeaders: [`Q.850;cause=${cause}`] })).toBe(
      'DECLINED rejected counts',
    );
  });

  test('21 is a decline before ringing too, if the user refused or the status says so', () => {
    expect(outcome({ sipStatus: 403, reasonHeaders: ['Q.850;cause=21;location=U'] })).toBe('DECLINED rejected counts');
    expect(outcome({ sipStatus: 603, reasonHeaders: ['Q.850;cause=21'] })).toBe('DECLINED rejected counts');
  });

  test.each([16, 31, 127])('%i says nothing beside a status', (cause) => {
    expect(outcome({ sipStatus: 486, reasonHeaders: [`Q.850;cause=${cause}`] })).toBe('BUSY busy counts');
  });

  test('31 and 127 say a little when nothing else is there', () => {
    expect(outcome({ reasonHeaders: ['Q.850;cause=31'] })).toBe('FAILED no-answer counts');
    expect(outcome({ reasonHeaders: ['Q.850;cause=127'] })).toBe(`${STU} system-error free`);
    expect(outcome({ reasonHeaders: ['Q.850;cause=16'] })).toBe('UNKNOWN unclassified counts');
  });

  test.each([
    [['SIP;cause=480;text="x, y;cause=1", Q.850 ; cause = 17 ; text="User busy"']],
    [['SIP;cause=200', 'q.850;text="a \\" ; b";cause=17']],
    [['Q.850;cause=16, Q.850;cause=145']],
  ])('is found in %j', (reasonHeaders) => {
    expect(outcome({ sipStatus: 480, reasonHeaders })).toBe('BUSY busy counts');
  });
});

describe('a block by analytics (603+)', () => {
  test.each([
    [{ sipStatus: 603, reasonPhrase: 'Network Blocked' }],
    [{ sipStatus: 603, reasonPhrase: 'NETWORK BLOCKED' }],
    [{ sipStatus: 603, reasonHeaders: ['SIP;cause=603;text="v=analytics1;url=https://a.example/x";location=RLN'] }],
    [{ sipStatus: 603, reasonHeaders: ['Q.850; cause=21; text="v=analytics1;url=https://a.example"'] }],
    [{ sipStatus: 603, reasonHeaders: ['SIP;cause=603;text="Network Blocked";v=analytics1;location=LN'] }],
    [{ sipStatus: 480, rang: true, reasonHeaders: ['Q.850;cause=21;v=analytics1'] }],
  ])('is known by any one marker: %j', (facts) => {
    expect(outcome(facts)).toBe(`${STU} blocked-by-analytics free`);
  });

  test('is not seen in a plain 603', () => {
    expect(outcome({ sipStatus: 603, reasonPhrase: 'Decline' })).toBe('DECLINED rejected counts');
  });
});

describe('what the dialer did itself', () => {
  test.each([
    ['ring time-out, then 487', { localCause: 'ring-timeout', sipStatus: 487, rang: true }, 'FAILED no-answer counts'],
    ['ring time-out, then 486', { localCause: 'ring-timeout', sipStatus: 486, rang: true }, 'FAILED no-answer counts'],
    ['ring time-out after 100, then 487', { localCause: 'ring-timeout', sipStatus: 487 }, 'FAILED no-answer counts'],
    ['ring time-out after 180, then silence', { localCause: 'ring-timeout', rang: true }, 'FAILED no-answer counts'],
    ['ring time-out after 100, then silence', { localCause: 'ring-timeout' }, `${STU} trunk-down free`],
    ['ring time-out into silence', { localCause: 'ring-timeout', provisionalSeen: false }, `${STU} trunk-down free`],
    ['no response', { localCause: 'no-response', provisionalSeen: false }, `${STU} trunk-down free`],
    ['transport', { localCause: 'transport', provisionalSeen: false }, `${STU} trunk-down free`],
    ['no RTP port', { localCause: 'no-media', provisionalSeen: false }, `${STU} no-media-port free`],
    ['no line', { localCause: 'no-line', provisionalSeen: false }, `${STU} trunk-down free`],
    [
      'CANCEL',
      { localCause: 'cancelled', cancelReason: 'campaign-stopped', sipStatus: 487 },
      'NOT_CALLED campaign-stopped free',
    ],
    [
      'CANCEL, then 486',
      { localCause: 'cancelled', cancelReason: 'engine-draining', sipStatus: 486 },
      'NOT_CALLED engine-draining free',
    ],
  ] as const)('%s', (_name, facts, expected) => {
    expect(outcome(facts)).toBe(expected);
  });
});

test('the raw evidence is kept', () => {
  const facts = {
    sipStatus: 480,
    reasonHeaders: ['SIP;cause=480', 'Q.850;cause=20'],
    rang: true,
    provisionalSeen: true,
  };
  expect(classifyFailure(facts, 'BUSY', at)).toMatchObject({
    sipStatus: 480,
    q850Cause: 20,
    sipReason: 'SIP;cause=480, Q.850;cause=20',
    at,
  });
});

test('607 suppresses the number', () => {
  const facts = { sipStatus: 607, reasonHeaders: ['Q.850;cause=17'], rang: true, provisionalSeen: true };
  expect(classifyFailure(facts, 'NOT_CALLED', at)).toMatchObject({ status: 'DECLINED', suppressNumber: true });
});

test('whatever comes, there is an outcome, and a fault of the trunk never counts', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 300, max: 699 }),
      fc.array(
        fc.oneof(
          fc.string(),
          fc.nat(200).map((cause) => `Q.850;cause=${cause}`),
        ),
      ),
      fc.boolean(),
      (sipStatus, reasonHeaders, rang) => {
        const { status, reason, countsAsAttempt } = classifyFailure(
          { sipStatus, reasonHeaders, rang, provisionalSeen: true },
          'NOT_CALLED',
          at,
        );
        expect(countsAsAttempt).toBe(status !== STU);
        expect(reason).toMatch(/^[a-z]+(-[a-z]+)*$/);
      },
    ),
  );
});
