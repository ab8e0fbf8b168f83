import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { answeredCall, expectAnswer } from '../support/answered-call.js';
import { answerPilot, conversationOf, nextReinvite, waitForPilot } from '../support/joined-call.js';
import type { PhoneMessage, ScriptedPhone } from '../support/scripted-phone.js';
import { openBench, type SipBench } from '../support/sip-bench.js';

let bench: SipBench;
let phone: ScriptedPhone;
beforeEach(async () => {
  bench = await openBench({}, { username: 'alice', password: 'secret' });
  ({ phone } = bench);
});
afterEach(() => bench.close());

const challenge = (nonce: string, isStale = false) => ({
  headers: [`WWW-Authenticate: Digest realm="pbx", nonce="${nonce}", qop="auth"${isStale ? ', stale=true' : ''}`],
});
const nonceOf = (message: PhoneMessage): string => /nonce="(\w+)"/.exec(message.header('Authorization'))?.[1] ?? '';
/** Refuses the credentials of a request for their old nonce; the next one must have new ones and the next CSeq. */
const refuseAsStale = async (
  request: PhoneMessage,
  nonce: string,
  again: () => Promise<PhoneMessage>,
): Promise<PhoneMessage> => {
  phone.reply(request, 401, challenge(nonce, true));
  const second = await again();
  expect(nonceOf(second)).toBe(nonce);
  expect(second.cseq).toBe(request.cseq + 1);
  return second;
};

describe('credentials', () => {
  test('go out with the first INVITE of the next call, and are counted', async () => {
    const first = bench.call();
    phone.reply(await phone.next('INVITE'), 401, challenge('a'));
    const invite = await phone.next('INVITE');
    expect(invite.header('Authorization')).toContain('nc=00000001');
    phone.reply(invite, 486);
    await first.answerOrFailure;
    const second = bench.call();
    const next = await phone.next('INVITE');
    expect(next.header('Authorization')).toContain('nc=00000002');
    expect(nonceOf(next)).toBe('a');
    phone.reply(next, 486);
    await second.answerOrFailure;
    expect(phone.count('INVITE')).toBe(3);
  });

  test('are not sent again with what a server has refused', async () => {
    const first = bench.call();
    phone.reply(await phone.next('INVITE'), 401, challenge('a'));
    phone.reply(await phone.next('INVITE'), 401, challenge('b'));
    await first.answerOrFailure;
    const second = bench.call();
    const next = await phone.next('INVITE');
    expect(next.header('Authorization')).toBe('');
    phone.reply(next, 486);
    await second.answerOrFailure;
  });

  test('race 16: a stale nonce of INVITE, REFER and BYE is replaced, one retry each', async () => {
    phone.on.delete('BYE');
    const call = bench.call();
    phone.reply(await phone.next('INVITE'), 401, challenge('a'));
    const invite = await refuseAsStale(await phone.next('INVITE'), 'b', () => phone.next('INVITE'));
    phone.reply(invite, 200, { sdp: true });
    const answer = await expectAnswer(call.answerOrFailure);
    const outcome = answer.transfer({ mode: 'REFER', pilotNumber: '9000', timeoutMs: 5_000 });
    const refer = await refuseAsStale(await phone.next('REFER'), 'c', () => phone.next('REFER'));
    phone.reply(refer, 603);
    expect(await outcome).toMatchObject({ kind: 'failed', evidence: { sipStatus: 603 } });
    const over = answer.hangUp();
    const bye = await refuseAsStale(await phone.next('BYE'), 'd', () => phone.next('BYE'));
    phone.reply(bye, 200);
    await over;
  });

  test('race 16: a stale nonce of a re-INVITE is replaced, and the media is joined', async () => {
    const waiting = await waitForPilot(bench);
    await answerPilot(waiting, phone);
    const reinvite = await nextReinvite(phone, waiting.customer);
    phone.reply(reinvite, 401, { ...challenge('a'), tag: 'customer' });
    const again = await refuseAsStale(await nextReinvite(phone, waiting.customer), 'b', () =>
      nextReinvite(phone, waiting.customer),
    );
    phone.reply(again, 200, { sdp: phone.sdp(4_000), tag: 'customer' });
    phone.reply(await nextReinvite(phone, waiting.pilot), 200, { sdp: phone.sdp(5_000), tag: 'pilot' });
    const conversation = await conversationOf(waiting.outcome);
    expect(conversation.isRelayed).toBe(false);
    await conversation.end();
  });
});

test('race 9: a NOTIFY after our BYE gets 481 and changes nothing', async () => {
  const { answer, invite } = await answeredCall(bench);
  const outcome = answer.transfer({ mode: 'REFER', pilotNumber: '9000', timeoutMs: 5_000 });
  phone.reply(await phone.next('REFER'), 202);
  phone.notify(invite, 'SIP/2.0 200 OK');
  expect(await outcome).toEqual({ kind: 'completed' });
  await phone.next('BYE');
  phone.notify(invite, 'SIP/2.0 503 Service Unavailable');
  await phone.next(481);
});
