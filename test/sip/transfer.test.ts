import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AnsweredCall, TransferOutcome } from '../../src/engine/contracts/telephony.js';
import { answeredCall } from '../support/answered-call.js';
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

  test('is complete with the final NOTIFY, not with the 202, and our leg ends after it', async () => {
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
  ])('is complete by a NOTIFY %s', async (_what, options, early) => {
    const outcome = transfer();
    const refer = await phone.next('REFER');
    if (!early) phone.reply(refer, 202);
    phone.notify(invite, 'SIP/2.0 200 OK', options(refer));
    expect(await outcome).toEqual({ kind: 'completed' });
    if (early) phone.reply(refer, 202);
    await answer.ended;
  });

  test('has one result though two final NOTIFYs come', async () => {
    const outcome = transfer();
    const refer = await phone.next('REFER');
    phone.reply(refer, 202);
    phone.notify(invite, 'SIP/2.0 503 No agent', { id: refer.cseq });
    phone.notify(invite, 'SIP/2.0 200 OK', { id: refer.cseq });
    expect(await outcome).toEqual({ kind: 'failed', cause: 'failed', sipStatus: 503 });
    await phone.next(200);
    await phone.next(200);
    expect(phone.count('BYE')).toBe(0);
    await answer.hangUp();
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
    expect(await outcome).toEqual({ kind: 'failed', cause: 'failed', sipStatus: 486 });
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
    expect(await outcome).toEqual({ kind: 'failed', cause: 'refused', sipStatus: status });
    await answer.hangUp();
    expect(phone.count('BYE')).toBe(1);
  });

  test('tells when the customer hangs up during it', async () => {
    const outcome = transfer();
    phone.reply(await phone.next('REFER'), 202);
    phone.request('BYE', invite);
    expect(await outcome).toEqual({ kind: 'customer-hung-up' });
    expect(await answer.ended).toEqual({ by: 'callee' });
    phone.notify(invite, 'SIP/2.0 503 Gone');
    await phone.next(481);
  });

  test('that crosses the customer’s BYE is the customer’s hang-up', async () => {
    const outcome = transfer();
    phone.reply(await phone.next('REFER'), 481);
    phone.request('BYE', invite);
    expect(await outcome).toEqual({ kind: 'customer-hung-up' });
  });

  test('is over after its time-out; late news is answered and changes nothing', async () => {
    const outcome = transfer(100);
    phone.reply(await phone.next('REFER'), 202);
    expect(await outcome).toEqual({ kind: 'failed', cause: 'timeout' });
    phone.notify(invite, 'SIP/2.0 200 OK');
    expect((await phone.next(200)).cseqMethod).toBe('NOTIFY');
    expect(phone.count('BYE')).toBe(0);
    await answer.hangUp();
  });

  test('is refused to start twice, or in a mode that this release does not know', async () => {
    const outcome = transfer();
    await expect(transfer()).rejects.toThrow('being transferred already');
    await expect(answer.transfer({ mode: 'REINVITE', pilotNumber: '1', timeoutMs: 5_000 })).rejects.toThrow(
      'REINVITE is not supported',
    );
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
