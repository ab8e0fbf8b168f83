import { afterEach, describe, expect, test } from '@jest/globals';
import type { AnsweredCall, CallFailure, CallRequest } from '../../src/engine/contracts/telephony.js';
import type { SipTelephony } from '../../src/engine/sip/telephony.js';
import { expectAnswer, expectFailure } from '../support/answered-call.js';
import { BadNetwork } from '../support/bad-network.js';
import { callRequest, openTelephony, trunkTo } from '../support/sip-bench.js';
import { hasSipp, type Sipp, startSipp } from '../support/sipp.js';

const inCi = process.env['CI'] === 'true';
if (!hasSipp && !inCi) process.stderr.write('SKIPPED: the tests against sipp, which is not installed (sip-tester)\n');
const describeSipp = hasSipp || inCi ? describe : describe.skip;

let telephony: SipTelephony | undefined;
let sipp: Sipp | undefined;
afterEach(async () => {
  sipp?.stop();
  await telephony?.close();
});

interface AgainstOptions {
  readonly calls?: number;
  readonly status?: string;
  readonly transport?: 'UDP' | 'TCP';
  readonly passesOverLateCopies?: boolean;
}

const against = async (
  scenario: string,
  { calls = 1, status = '486 Busy Here', transport = 'UDP', passesOverLateCopies = false }: AgainstOptions = {},
): Promise<(over?: Partial<CallRequest>) => Promise<AnsweredCall | CallFailure>> => {
  sipp = await startSipp(scenario, calls, { status, transport, passesOverLateCopies });
  const opened = await openTelephony();
  telephony = opened.telephony;
  telephony.configure([trunkTo(sipp.port, { transport })]);
  return (over = {}) => opened.telephony.placeCall(callRequest(over)).answerOrFailure;
};

const expectSippContent = async (): Promise<void> => {
  expect(await sipp?.done).toEqual({ code: 0, errors: expect.any(String) });
};

describeSipp('against sipp', () => {
  test('is installed', () => {
    expect(hasSipp).toBe(true);
  });

  test('a call is answered and ended', async () => {
    const place = await against('answer');
    await (await expectAnswer(place())).hangUp();
    await expectSippContent();
  });

  test('calls over TCP are answered and ended, and nothing is sent twice', async () => {
    const place = await against('answer', { calls: 11, transport: 'TCP' });
    await Promise.all(Array.from({ length: 10 }, async () => (await expectAnswer(place())).hangUp()));
    // With its last call sipp ends, and may cut the connection before its last answer has gone.
    expect(telephony?.counters).toMatchObject({ retransmissions: 0, malformed: 0 });
    await (await expectAnswer(place())).hangUp();
    await expectSippContent();
  });

  test('a call over TCP is refused', async () => {
    const place = await against('refuse', { transport: 'TCP' });
    expect(await expectFailure(place())).toMatchObject({ sipStatus: 486, rang: true });
    await expectSippContent();
  });

  test.each(['486 Busy Here', '603 Decline', '404 Not Found', '503 Service Unavailable'])(
    'a call is refused with %s',
    async (status) => {
      const place = await against('refuse', { status });
      expect(await expectFailure(place())).toMatchObject({
        sipStatus: Number(status.slice(0, 3)),
        reasonHeaders: ['Q.850;cause=17'],
        rang: true,
      });
      await expectSippContent();
    },
  );

  test('a call that rings is cancelled by the ring time-out', async () => {
    const place = await against('ring');
    expect(await expectFailure(place({ ringTimeoutMs: 300 }))).toMatchObject({
      localCause: 'ring-timeout',
      sipStatus: 487,
    });
    await expectSippContent();
  });

  test('a transfer is carried out', async () => {
    const place = await against('refer-accepted');
    const answer = await expectAnswer(place());
    const outcome = await answer.transfer({ mode: 'REFER', pilotNumber: '9000', timeoutMs: 10_000 });
    expect(outcome).toEqual({ kind: 'completed' });
    await answer.ended;
    await expectSippContent();
  });

  test('a transfer is refused and the call still there', async () => {
    const place = await against('refer-refused');
    const answer = await expectAnswer(place());
    const outcome = await answer.transfer({ mode: 'REFER', pilotNumber: '9000', timeoutMs: 10_000 });
    expect(outcome).toMatchObject({ kind: 'failed', cause: 'refused', evidence: { sipStatus: 603 } });
    await answer.hangUp();
    await expectSippContent();
  });

  test('a transfer joins two calls', async () => {
    const place = await against('answer-and-join', { calls: 2 });
    const answer = await expectAnswer(place());
    const outcome = await answer.transfer({ mode: 'REINVITE', pilotNumber: '9000', timeoutMs: 10_000 });
    if (outcome.kind !== 'completed' || !outcome.conversation) throw new Error(outcome.kind);
    expect(outcome.conversation.isRelayed).toBe(false);
    await outcome.conversation.end();
    await expectSippContent();
  });

  test('40 calls are transferred over a network that loses one datagram in ten, doubles one and holds back two', async () => {
    const place = await against('over-loss', { calls: 41, passesOverLateCopies: true });
    const network = await BadNetwork.open(sipp?.port ?? 0, {
      ...{ lossRate: 0.1, duplicateRate: 0.1, reorderRate: 0.2 },
      seed: 20_261,
    });
    telephony?.configure([trunkTo(network.port)]);
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        const answer = await expectAnswer(place());
        expect(await answer.transfer({ mode: 'REFER', pilotNumber: '9000', timeoutMs: 20_000 })).toEqual({
          kind: 'completed',
        });
        await answer.ended;
      }),
    );
    expect(telephony?.counters.retransmissions).toBeGreaterThan(0);
    expect(telephony?.counters.timedOut).toBe(0);
    await network.close();
  });
});
