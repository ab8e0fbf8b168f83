import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AnsweredCall } from '../../src/engine/contracts/telephony.js';
import { expectAnswer, expectFailure } from '../support/answered-call.js';
import { nextReinvite } from '../support/joined-call.js';
import type { PhoneMessage, ScriptedPhone } from '../support/scripted-phone.js';
import { openBench, type SipBench } from '../support/sip-bench.js';

let bench: SipBench;
let phone: ScriptedPhone;
beforeEach(async () => {
  bench = await openBench();
  ({ phone } = bench);
});
afterEach(() => bench.close());

const answered = async (sessionExpires: string): Promise<{ answer: AnsweredCall; invite: PhoneMessage }> => {
  const call = bench.call();
  const invite = await phone.next('INVITE');
  phone.reply(invite, 200, { sdp: true, headers: [`Session-Expires: ${sessionExpires}`, 'Require: timer'] });
  const answer = await expectAnswer(call.answerOrFailure);
  await phone.next('ACK');
  return { answer, invite };
};
const isAnswerTo =
  (cseq: number) =>
  (message: PhoneMessage): boolean =>
    message.status >= 200 && message.cseq === cseq;

describe('a session timer', () => {
  test('is asked for by the INVITE, without saying who refreshes', async () => {
    const { answer, invite } = await answered('1800;refresher=uas');
    expect(invite.header('Session-Expires')).toBe('1800');
    expect(invite.header('Supported')).toContain('timer');
    await answer.hangUp();
  });

  test('is tried again with what a 422 wants at least, once', async () => {
    const call = bench.call();
    const first = await phone.next('INVITE');
    phone.reply(first, 422, { headers: ['Min-SE: 3600'] });
    const second = await phone.next('INVITE');
    expect(second.header('Call-ID')).toBe(first.header('Call-ID'));
    expect(second.cseq).toBe(first.cseq + 1);
    expect(second.header('Session-Expires')).toBe('3600');
    expect(second.header('Min-SE')).toBe('3600');
    phone.reply(second, 422, { headers: ['Min-SE: 7200'] });
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({ sipStatus: 422 });
  });

  test('makes us refresh the session where the answer says so, and goes on with the answer to that', async () => {
    const { answer, invite } = await answered('2;refresher=uac');
    const refresh = await nextReinvite(phone, invite);
    expect(refresh.header('Session-Expires')).toBe('2;refresher=uac');
    expect(refresh.body).toBe(invite.body);
    phone.reply(refresh, 200, { sdp: true, headers: ['Session-Expires: 2;refresher=uac'] });
    phone.reply(await nextReinvite(phone, invite), 200, { sdp: true });
    await phone.next('ACK');
    expect(phone.count('BYE')).toBe(0);
    await answer.hangUp();
  });

  test('ends a session by BYE that the peer should have refreshed', async () => {
    const { answer } = await answered('1;refresher=uas');
    await phone.next('BYE');
    expect(await answer.ended).toEqual({ by: 'network' });
  });

  test('ends the call where our refresh finds that the peer does not know it any more', async () => {
    const { answer, invite } = await answered('2;refresher=uac');
    phone.reply(await nextReinvite(phone, invite), 481);
    expect(await answer.ended).toEqual({ by: 'network' });
  });

  test('is not begun anew by an answer that comes after our BYE', async () => {
    const { answer, invite } = await answered('2;refresher=uac');
    const refresh = await nextReinvite(phone, invite);
    const over = answer.hangUp();
    await phone.next('BYE');
    await over;
    const timers = bench.clock.pending;
    phone.reply(refresh, 200, { sdp: true, headers: ['Session-Expires: 1800;refresher=uac'] });
    await phone.next('ACK');
    expect(bench.clock.pending).not.toBeGreaterThan(timers);
  });

  test('is ours to refresh where the answer does not say who does', async () => {
    const { answer, invite } = await answered('2');
    phone.reply(await nextReinvite(phone, invite), 200, { sdp: true });
    await phone.next('ACK');
    await answer.hangUp();
  });

  test.each(['INVITE', 'UPDATE'])('is refreshed by the peer’s %s, whose 200 repeats the terms', async (method) => {
    const { answer, invite } = await answered('1;refresher=uas');
    phone.request(method, invite, { headers: ['Session-Expires: 1800;refresher=uac', 'Supported: timer'], cseq: 300 });
    const ok = await phone.next(isAnswerTo(300));
    expect(ok.status).toBe(200);
    expect(ok.header('Session-Expires')).toBe('1800;refresher=uac');
    expect(ok.header('Require')).toBe('timer');
    await answer.hangUp();
  });

  test('is ours to refresh where the peer asks for it, or a proxy for a peer that cannot', async () => {
    const { answer, invite } = await answered('1800;refresher=uas');
    phone.request('UPDATE', invite, { headers: ['Session-Expires: 1800'], cseq: 300 });
    expect((await phone.next(isAnswerTo(300))).header('Session-Expires')).toBe('1800;refresher=uas');
    await answer.hangUp();
  });
});
