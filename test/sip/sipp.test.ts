import { afterEach, describe, expect, test } from '@jest/globals';
import type { AnsweredCall, CallFailure, CallRequest } from '../../src/engine/contracts/telephony.js';
import type { SipTelephony } from '../../src/engine/sip/telephony.js';
import { expectAnswer, expectFailure } from '../support/answered-call.js';
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

const against = async (
  scenario: string,
  { calls = 1, status = '486 Busy Here', loss = 0 } = {},
): Promise<(over?: Partial<CallRequest>) => Promise<AnsweredCall | CallFailure>> => {
  sipp = await startSipp(scenario, calls, { status });
  const opened = await openTelephony(loss === 0 ? {} : { loss: { rate: loss, random: seeded(20_261) } });
  telephony = opened.telephony;
  telephony.configure([trunkTo(sipp.port)]);
  return (over = {}) => opened.telephony.placeCall(callRequest(over)).answerOrFailure;
};

/** Mulberry32: the same packets are lost in every run. */
const seeded = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let value = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
  return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
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
    expect(outcome).toEqual({ kind: 'failed', cause: 'refused', sipStatus: 603 });
    await answer.hangUp();
    await expectSippContent();
  });

  test('40 calls go through though one datagram in twenty is lost each way', async () => {
    const place = await against('answer', { calls: 40, loss: 0.05 });
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        await (await expectAnswer(place())).hangUp();
      }),
    );
    expect(telephony?.counters.retransmissions).toBeGreaterThan(0);
    expect(telephony?.counters.timedOut).toBe(0);
  });
});
