import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AnsweredCall, TransferOutcome } from '../../src/engine/contracts/telephony.js';
import { answeredCall, expectAnswer } from '../support/answered-call.js';
import type { PhoneMessage, ScriptedPhone } from '../support/scripted-phone.js';
import { openBench, type SipBench } from '../support/sip-bench.js';

let bench: SipBench;
let phone: ScriptedPhone;
let answer: AnsweredCall;
let invite: PhoneMessage;

const open = async (trunk: Parameters<typeof openBench>[1] = {}): Promise<void> => {
  bench = await openBench({}, trunk);
  ({ phone } = bench);
  ({ answer, invite } = await answeredCall(bench));
};
const transfer = (timeoutMs = 10_000): Promise<TransferOutcome> =>
  answer.transfer({ mode: 'REFER', pilotNumber: '9000', timeoutMs });

describe('a transfer by REFER', () => {
  beforeEach(() => open());
  afterEach(() => bench.close());

  test('race 11: is complete with the final NOTIFY, not with the 202, and our leg ends after it', async () => {
    const outcome = transfer();
    const refer = await phone.next('REFER');
    expect(refer.header('Refer-To')).toMatch(/^<sip:9000@127\.0\.0\.1:\d+>$/);
    expect(refer.header('Referred-By')).toContain('<sip:outdial@');
    phone.reply(refer, 202);
    phone.notify(invite, 'SIP/2.0 100 Trying', { id: refer.cseq, terminated: false });
    await phone.next(200);
    expect(phone.count('BYE')).toBe(0);
    phone.notify(invite, 'SIP/2.0 200 OK', { id: refer.cseq });
    expect(await outcome).toEqual({ kind: 'completed' });
    const order = phone.log.map((message) => message.method ?? `${message.status} ${message.cseqMethod}`);
    await phone.next('BYE');
    expect(order.filter((entry) => entry === '200 NOTIFY').length).toBeGreaterThanOrEqual(1);
    expect(await answer.ended).toEqual({ by: 'dialer' });
  });

  test.each([
    ['before the 202', (refer: PhoneMessage) => ({ id: refer.cseq }), true],
    ['without an id', () => ({ id: null }), false],
    ['with the compact form of Event', (refer: PhoneMessage) => ({ id: refer.cseq, eventHeader: 'o' }), false],
    ['still active', (refer: PhoneMessage) => ({ id: refer.cseq, terminated: false }), false],
  ])('race 9: is complete by a NOTIFY %s', async (_what, options, early) => {
    const outcome = transfer();
    const refer = await phone.next('REFER');
    if (!early) phone.reply(refer, 202);
    phone.notify(invite, 'SIP/2.0 200 OK', options(refer));
    expect(await outcome).toEqual({ kind: 'completed' });
    if (early) phone.reply(refer, 202);
    await answer.ended;
  });

  test('race 9: has one result though two final NOTIFYs come', async () => {
    const outcome = transfer();
    const refer = await phone.next('REFER');
    phone.reply(refer, 202);
    phone.notify(invite, 'SIP/2.0 503 No agent', { id: refer.cseq });
    phone.notify(invite, 'SIP/2.0 200 OK', { id: refer.cseq });
    expect(await outcome).toEqual({
      kind: 'failed',
      cause: 'failed',
      evidence: { sipStatus: 503, sipPhrase: 'No agent' },
    });
    await phone.next(200);
    await phone.next(200);
    expect(phone.count('BYE')).toBe(0);
    await answer.hangUp();
  });

  test('is complete by a result that comes at once, as FreeSWITCH sends it, whatever ends its lines', async () => {
    const outcome = transfer();
    const refer = await phone.next('REFER');
    phone.reply(refer, 202);
    phone.request('NOTIFY', invite, {
      headers: ['Event: refer', 'Subscription-State: terminated', 'Content-Type: message/sipfrag'],
      body: 'SIP/2.0 200 OK',
    });
    expect(await outcome).toEqual({ kind: 'completed' });
    await answer.ended;
  });

  test('goes to the Contact of the answer along all of its Record-Routes', async () => {
    const call = bench.call({ attemptId: 'attempt-2' });
    const second = await phone.next('INVITE');
    const headers = ['Record-Route: <sip:b.example;lr>', 'Record-Route: <sip:a.example;lr>'];
    phone.reply(second, 200, { sdp: true, headers, contact: '<sip:customer@pbx.example:5070>', tag: 'second' });
    const other = await expectAnswer(call.answerOrFailure);
    const outcome = other.transfer({ mode: 'REFER', pilotNumber: '9000', timeoutMs: 5_000 });
    const refer = await phone.next('REFER');
    expect(refer.startLine).toBe('REFER sip:customer@pbx.example:5070 SIP/2.0');
    expect(refer.headers('Route')).toEqual(['<sip:a.example;lr>', '<sip:b.example;lr>']);
    phone.reply(refer, 603, { tag: 'second' });
    await outcome;
    await Promise.all([other.hangUp(), answer.hangUp()]);
  });

  test('repeated news gets the same answer and changes nothing', async () => {
    const outcome = transfer();
    const refer = await phone.next('REFER');
    phone.reply(refer, 202);
    const trying = phone.notify(invite, 'SIP/2.0 180 Ringing', { id: refer.cseq, terminated: false });
    await phone.next(200);
    phone.send(trying, invite.from.port);
    await phone.next(200);
    phone.notify(invite, 'SIP/2.0 200 OK', { id: refer.cseq });
    expect(await outcome).toEqual({ kind: 'completed' });
    await answer.ended;
  });

  test('ignores news of another REFER', async () => {
    const outcome = transfer();
    const refer = await phone.next('REFER');
    phone.reply(refer, 202);
    phone.notify(invite, 'SIP/2.0 200 OK', { id: refer.cseq + 7 });
    await phone.next(200);
    phone.notify(invite, 'SIP/2.0 486 Busy', { id: refer.cseq });
    expect(await outcome).toMatchObject({ kind: 'failed', cause: 'failed', evidence: { sipStatus: 486 } });
    await answer.hangUp();
  });

  test('fails when the subscription ends without a result', async () => {
    const outcome = transfer();
    phone.reply(await phone.next('REFER'), 202);
    phone.notify(invite, 'SIP/2.0 100 Trying');
    expect(await outcome).toEqual({ kind: 'failed', cause: 'failed' });
    await answer.hangUp();
  });

  test.each([603, 405, 501, 403, 401])('refused with %i leaves the call up', async (status) => {
    const outcome = transfer();
    phone.reply(await phone.next('REFER'), status);
    expect(await outcome).toMatchObject({ kind: 'failed', cause: 'refused', evidence: { sipStatus: status } });
    await answer.hangUp();
    expect(phone.count('BYE')).toBe(1);
  });

  test('tells when the customer hangs up during it', async () => {
    const outcome = transfer();
    phone.reply(await phone.next('REFER'), 202);
    const sipReason = 'Q.850;cause=31';
    phone.request('BYE', invite, { headers: [`Reason: ${sipReason}`] });
    expect(await outcome).toEqual({ kind: 'customer-hung-up', evidence: { sipReason, q850Cause: 31 } });
    expect(await answer.ended).toEqual({ by: 'callee', sipReason, q850Cause: 31 });
    phone.notify(invite, 'SIP/2.0 503 Gone');
    await phone.next(481);
  });

  test('race 11: is complete by news that comes after the peer’s BYE', async () => {
    const outcome = transfer();
    phone.reply(await phone.next('REFER'), 202);
    phone.request('BYE', invite);
    expect(await answer.ended).toEqual({ by: 'callee' });
    phone.notify(invite, 'SIP/2.0 100 Trying', { terminated: false });
    phone.notify(invite, 'SIP/2.0 200 OK');
    expect(await outcome).toEqual({ kind: 'completed' });
    expect(phone.count('BYE')).toBe(0);
  });

  test('is the customer’s hang-up if the news after the BYE is of a failure', async () => {
    const outcome = transfer();
    phone.reply(await phone.next('REFER'), 202);
    phone.request('BYE', invite);
    expect(await answer.ended).toEqual({ by: 'callee' });
    phone.notify(invite, 'SIP/2.0 503 Gone');
    expect(await outcome).toMatchObject({ kind: 'customer-hung-up' });
  });

  test('does not outlive the telephony, not even after the peer’s BYE', async () => {
    const outcome = transfer();
    phone.reply(await phone.next('REFER'), 202);
    phone.request('BYE', invite);
    await answer.ended;
    await bench.telephony.close();
    expect(await outcome).toMatchObject({ kind: 'customer-hung-up' });
  });

  test('race 8: that crosses the customer’s BYE is the customer’s hang-up', async () => {
    const outcome = transfer();
    phone.reply(await phone.next('REFER'), 481);
    phone.request('BYE', invite);
    expect(await outcome).toMatchObject({ kind: 'customer-hung-up' });
  });

  test('race 10: is over after its time-out; late news is answered and changes nothing', async () => {
    const outcome = transfer(100);
    phone.reply(await phone.next('REFER'), 202);
    expect(await outcome).toEqual({ kind: 'failed', cause: 'timeout' });
    phone.notify(invite, 'SIP/2.0 200 OK');
    expect((await phone.next(200)).cseqMethod).toBe('NOTIFY');
    expect(phone.count('BYE')).toBe(0);
    await answer.hangUp();
  });

  test('is refused to start twice', async () => {
    const outcome = transfer();
    await expect(transfer()).rejects.toThrow('being transferred already');
    phone.reply(await phone.next('REFER'), 603);
    await outcome;
    await answer.hangUp();
  });
});

describe('a REFER that is challenged', () => {
  beforeEach(() => open({ username: 'alice', password: 'secret' }));
  afterEach(() => bench.close());

  test.each([
    [401, 'WWW-Authenticate', 'Authorization'],
    [407, 'Proxy-Authenticate', 'Proxy-Authorization'],
  ])('with %i is sent again, and no CSeq is used twice', async (status, challenge, credentials) => {
    const outcome = transfer();
    const first = await phone.next('REFER');
    phone.reply(first, status, { headers: [`${challenge}: Digest realm="pbx", nonce="n1", qop="auth"`] });
    const second = await phone.next('REFER');
    expect(second.cseq).toBe(first.cseq + 1);
    expect(second.header(credentials)).toContain('username="alice"');
    phone.reply(second, 202);
    phone.notify(invite, 'SIP/2.0 200 OK', { id: second.cseq });
    expect(await outcome).toEqual({ kind: 'completed' });
    expect((await phone.next('BYE')).cseq).toBe(second.cseq + 1);
    await answer.ended;
  });
});
