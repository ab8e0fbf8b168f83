import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AnsweredCall } from '../../src/engine/contracts/telephony.js';
import { type Lab, startLab } from '../../src/lab/index.js';
import { expectAnswer } from '../support/answered-call.js';
import { callRequest, openTelephony, trunkTo } from '../support/sip-bench.js';
import type { SipTelephony } from '../../src/engine/sip/telephony.js';

const PERSON = '+5541991234500';
let lab: Lab;
let telephony: SipTelephony;
beforeEach(async () => {
  lab = await startLab({ seed: 1, agents: 1, pilotNumber: '9000', pace: 20, scripted: true });
  ({ telephony } = await openTelephony());
  telephony.configure([trunkTo(lab.sipPort)]);
});
afterEach(async () => {
  await telephony.close();
  await lab.close();
});

const callPerson = async (): Promise<AnsweredCall> =>
  expectAnswer(telephony.placeCall(callRequest({ phoneNumber: PERSON })).answerOrFailure);

describe('with the lab as the far end, a transfer', () => {
  test('by REINVITE joins customer and agent, until the agent hangs up', async () => {
    const answer = await callPerson();
    const outcome = await answer.transfer({ mode: 'REINVITE', pilotNumber: '9000', timeoutMs: 10_000 });
    if (outcome.kind !== 'completed' || !outcome.conversation) throw new Error(outcome.kind);
    expect(outcome.conversation.isRelayed).toBe(false);
    expect(lab.stats().callsNow).toBe(2);
    expect(lab.stats().agents.talking).toBe(1);
    await outcome.conversation.ended;
    expect(lab.stats().callsNow).toBe(0);
  });

  test('by REFER leaves the two to each other', async () => {
    const answer = await callPerson();
    const outcome = await answer.transfer({ mode: 'REFER', pilotNumber: '9000', timeoutMs: 10_000 });
    expect(outcome).toEqual({ kind: 'completed' });
    await answer.ended;
    expect(lab.stats().transfers.taken).toBe(1);
  });
});
