import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { classifyFailure } from '../../src/engine/domain/sip-outcome.js';
import { EngineBench, FakeDetectors } from '../support/engine-bench.js';
import type { FakeAttempt } from '../support/fake-database.js';
import { type LiveEngine, openLiveEngine } from '../support/live-engine.js';
import { OUTCOME_ROWS } from '../support/outcome-rows.js';
import { expectFailure } from '../support/answered-call.js';
import { callRequest, openTelephony, trunkTo } from '../support/sip-bench.js';
import { judgedAgain } from '../support/judged-again.js';
import { hasSipp, type Sipp, startSipp } from '../support/sipp.js';
import { type FarEndAct, sippTable } from '../support/sipp-table.js';
import { openTlsFront, type TlsFront } from '../support/tls-front.js';

/*
 * Every row of the table "From SIP to status", over every transport, against sipp. All calls of a transport go out at
 * once, each over a trunk of its own, so that no fault takes a line from another. sipp of Debian has no TLS: its TCP
 * has TLS in front, which passes every byte as it is.
 */

const inCi = process.env['CI'] === 'true';
if (!hasSipp && !inCi) process.stderr.write('SKIPPED: the outcome table, for want of sipp (sip-tester)\n');
const describeSipp = hasSipp || inCi ? describe : describe.skip;

const FIRST_NUMBER = 1_000_000;
/** What the dialer itself decides, after the rows of the far end. */
const OWN_ACTS = {
  machine: { kind: 'answer', then: 'take-bye' },
  specialInformationTone: { kind: 'answer', then: 'take-bye' },
  campaignStopped: { kind: 'wait', before: '180 Ringing' },
  drained: { kind: 'wait', before: '100 Trying' },
  doNotCall: { kind: 'silence' },
} satisfies Record<string, FarEndAct>;
type OwnAct = keyof typeof OWN_ACTS;
const OWN_ACT_NAMES = Object.keys(OWN_ACTS) as OwnAct[];
const ACTS = [...OUTCOME_ROWS.map(({ act }) => act), ...Object.values(OWN_ACTS)];

describeSipp.each(['UDP', 'TCP', 'TLS'] as const)('over %s', (transport) => {
  let sipp: Sipp;
  let front: TlsFront | undefined;
  let live: LiveEngine;

  beforeAll(async () => {
    const scenario = { xml: sippTable(ACTS, FIRST_NUMBER, transport) };
    sipp = await startSipp(scenario, ACTS.length, { transport: transport === 'UDP' ? 'UDP' : 'TCP' });
    if (transport === 'TLS') front = await openTlsFront(sipp.port);
    const sipPort = front?.port ?? sipp.port;
    const trunks = ACTS.map((_act, at) =>
      trunkTo(sipPort, { id: `trunk-${at}`, transport, channels: 1, username: 'dialer', password: 'wrong' }),
    );
    live = await openLiveEngine(
      trunks,
      {
        noResponseTimeoutMs: 4_000,
        optionsIntervalMs: 60_000,
        tls: { port: 0, ...(front && { authorities: front.authorities }) },
      },
      new FakeDetectors((detector) => {
        detector.find({ verdict: 'MACHINE', kind: detector.settings.sensitivity === 'LOW' ? 'MACHINE' : 'SIT' });
      }),
    );
    live.dnc.answer = () => 'DO_NOT_CALL';
    const campaign = { ...new EngineBench().campaign(), transferMode: 'REFER', ringTimeoutMs: 5_000 } as const;
    const windows = [{ scheduleId: 's', startsAt: new Date(0), endsAt: new Date(Date.now() + 3_600_000), ran: false }];
    const add = (id: string, first: number, count: number, over: object = {}): void => {
      live.database.addCampaign({ ...campaign, windows, id, ...over });
      live.database.addLeads(id, count, FIRST_NUMBER + first);
    };
    add('rows', 0, OUTCOME_ROWS.length);
    const over: Record<OwnAct, object> = {
      machine: { amdEnabled: true, amdSensitivity: 'LOW' },
      specialInformationTone: { amdEnabled: true, amdSensitivity: 'HIGH' },
      campaignStopped: { ringTimeoutMs: 60_000 },
      drained: { ringTimeoutMs: 60_000 },
      doNotCall: { dncServiceId: 'dnc-1' },
    };
    OWN_ACT_NAMES.forEach((name, at) => {
      add(name, OUTCOME_ROWS.length + at, 1, over[name]);
    });
    live.engine.start();
    await live.until(() => attempt('campaignStopped')?.state === 'RINGING');
    live.database.stopped.set('campaignStopped', 'OPERATOR');
    live.engine.campaignStopped('campaignStopped');
    await live.until(() => live.database.attempts().length === ACTS.length && live.database.open().length === 1);
    await live.engine.drain();
  }, 30_000);

  afterAll(async () => {
    await live.close();
    await front?.close();
    sipp.stop();
    expect(live.clock.pending).toBe(0);
  });

  const attempt = (which: number | OwnAct): FakeAttempt | undefined =>
    live.database
      .attempts()
      .find(({ lead }) =>
        typeof which === 'number' ? lead.phoneNumber.endsWith(String(FIRST_NUMBER + which)) : lead.campaignId === which,
      );
  const outcomeOf = (which: number | OwnAct): string => {
    const { status, reason, countsAsAttempt } = attempt(which)?.ending?.termination ?? {};
    return `${status} ${reason} ${countsAsAttempt ? 'counts' : 'free'}`;
  };

  /** The outcome can be told again from what was kept (sip-outcomes B1). */
  const expectTheSameAgain = (which: number | OwnAct): void => {
    const kept = attempt(which)?.ending?.termination;
    if (!kept) throw new Error('Not ended');
    const { status, reason, countsAsAttempt, attributedTo } = kept;
    expect(judgedAgain(kept, reason)).toMatchObject({ status, reason, countsAsAttempt, attributedTo });
  };

  test.each(OUTCOME_ROWS.map((row, at) => ({ ...row, at })))('$name is $outcome', ({ at, act, outcome, q850Cause }) => {
    expect(outcomeOf(at)).toBe(outcome);
    const { lead, steps, ending } = attempt(at) ?? {};
    expect(lead?.attemptCount).toBe(outcome.endsWith('counts') ? 1 : 0);
    expect(ending?.termination.suppressNumber ?? false).toBe(outcome.includes('unwanted'));
    if (act.kind !== 'answer') expectTheSameAgain(at);
    if (act.kind !== 'refuse') return;
    const values = (name: string): string | undefined => {
      const prefix = `${name}: `;
      const found = (act.headers ?? []).filter((header) => header.startsWith(prefix));
      return found.length > 0 ? found.map((header) => header.slice(prefix.length)).join(', ') : undefined;
    };
    const retryAfter = values('Retry-After');
    expect(ending?.termination.sipStatus).toBe(Number(act.status.slice(0, 3)));
    expect(ending?.termination.sipPhrase).toBe(act.status.slice(4));
    expect(ending?.termination.sipReason).toBe(values('Reason'));
    expect(ending?.termination.sipWarning).toBe(values('Warning'));
    expect(ending?.termination.retryAfterSeconds).toBe(retryAfter && Number.parseInt(retryAfter, 10));
    expect(ending?.termination.q850Cause).toBe(q850Cause);
    expect(ending?.termination.lastProvisional).toBe(act.before && Number(act.before.slice(0, 3)));
    const hasRung = act.before?.startsWith('18') ?? false;
    expect(steps?.map(({ state }) => state)).toEqual(['DIALING', ...(hasRung ? ['RINGING'] : [])]);
  });

  test.each([
    ['machine', 'AMD machine counts'],
    ['specialInformationTone', 'FAILED number-not-reachable counts'],
    ['campaignStopped', 'NOT_CALLED campaign-stopped free'],
    ['drained', 'NOT_CALLED engine-draining free'],
    ['doNotCall', 'DO_NOT_CALL do-not-call free'],
  ] as const)('%s is %s', (which, outcome) => {
    expect(outcomeOf(which)).toBe(outcome);
    if (which === 'campaignStopped' || which === 'drained') expectTheSameAgain(which);
  });

  test('Retry-After of a 503 holds its trunk back, that of a 500 does not', () => {
    const stateAfter = (status: string): string | undefined => {
      const at = OUTCOME_ROWS.findIndex(
        ({ act }) => act.kind === 'refuse' && act.status.startsWith(status) && act.headers?.[0]?.startsWith('Retry'),
      );
      const lineId = attempt(at)?.steps[0]?.line?.lineId ?? '';
      return live.telephony.line(lineId)?.health.state;
    };
    expect(stateAfter('503')).toBe('BACKING_OFF');
    expect(stateAfter('500')).toBe('IN_SERVICE');
  });

  test('nothing was sent over a stream twice', () => {
    if (transport === 'UDP') return;
    expect(live.telephony.counters).toMatchObject({ retransmissions: 0, malformed: 0, sendErrors: 0 });
  });
});

describe.each(['UDP', 'TCP', 'TLS'] as const)('over %s', (transport) => {
  test.each([
    ['where nobody listens', 'trunk-1'],
    ['over a line that is gone', 'gone'],
  ])('a call %s speaks against the trunk and uses up nothing', async (_where, lineId) => {
    const { telephony } = await openTelephony({ noResponseTimeoutMs: 300, tls: { port: 0 } });
    telephony.configure([trunkTo(9, { transport })]);
    const failure = await expectFailure(telephony.placeCall(callRequest({ lineId })).answerOrFailure);
    const termination = classifyFailure(failure, 'NOT_CALLED', new Date());
    await telephony.close();
    expect(termination).toMatchObject({
      status: 'SERVICE_TEMPORARILY_UNAVAILABLE',
      reason: 'trunk-down',
      countsAsAttempt: false,
    });
  });
});
