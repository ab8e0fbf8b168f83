import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { answeredCall, expectAnswer, expectFailure } from '../support/answered-call.js';
import { openBench, type SipBench } from '../support/sip-bench.js';

let bench: SipBench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

describe('a call that is answered', () => {
  test('rings once, is acknowledged at the Contact of the 200, and is ended by our BYE', async () => {
    const { phone } = bench;
    const call = bench.call();
    const invite = await phone.next('INVITE');
    phone.reply(invite, 100);
    phone.reply(invite, 183, { contact: '<sip:early@127.0.0.1>', sdp: true });
    phone.reply(invite, 180, { contact: '<sip:early@127.0.0.1>' });
    phone.reply(invite, 200, { sdp: true, contact: `<sip:final@127.0.0.1:${phone.port}>` });
    const answer = await expectAnswer(call.answerOrFailure);
    const ack = await phone.next('ACK');
    expect(ack.startLine).toBe(`ACK sip:final@127.0.0.1:${phone.port} SIP/2.0`);
    expect(answer.cancelled).toBe(false);
    expect(call.ringing()).toBe(1);

    const over = answer.hangUp();
    const again = answer.hangUp();
    const bye = await phone.next('BYE');
    expect(bye.startLine).toBe(`BYE sip:final@127.0.0.1:${phone.port} SIP/2.0`);
    expect(bye.cseq).toBe(2);
    await Promise.all([over, again]);
    expect(await answer.ended).toEqual({ by: 'dialer' });
    expect(phone.count('BYE')).toBe(1);
  });

  test('offers G.711 and DTMF events at the address of its RTP socket', async () => {
    const { answer, invite } = await answeredCall(bench);
    expect(invite.startLine).toMatch(/^INVITE sip:\+4930901820042@127\.0\.0\.1:\d+ SIP\/2\.0$/);
    expect(invite.body).toMatch(/m=audio [1-9]\d* RTP\/AVP 0 8 101\r\n/);
    expect(invite.body).toContain('c=IN IP4 127.0.0.1\r\n');
    expect(invite.header('Supported')).toBe('100rel, timer');
    expect(invite.branch).toMatch(/^z9hG4bK[0-9a-f]{16}$/);
    expect(invite.header('Contact')).toMatch(/^<sip:outdial@127\.0\.0\.1:\d+;transport=udp>$/);
    await answer.hangUp();
  });

  test('shows the caller-ID of the request in From and P-Asserted-Identity', async () => {
    const { answer, invite } = await answeredCall(bench, { callerId: '+49301234' });
    expect(invite.header('From')).toMatch(/^<sip:\+49301234@127\.0\.0\.1:\d+>;tag=/);
    expect(invite.header('P-Asserted-Identity')).toMatch(/^<sip:\+49301234@/);
    await answer.hangUp();
  });

  test('ends by the customer, with the reason that the BYE gives', async () => {
    const { answer, invite } = await answeredCall(bench);
    bench.phone.request('BYE', invite, { headers: ['Reason: Q.850;cause=16;text="Normal"'] });
    expect((await bench.phone.next(200)).cseqMethod).toBe('BYE');
    expect(await answer.ended).toEqual({
      by: 'callee',
      sipReason: 'Q.850;cause=16;text="Normal"',
      q850Cause: 16,
    });
    await answer.hangUp();
    expect(bench.phone.count('BYE')).toBe(0);
  });

  test('race 15: ends once when both sides send BYE at the same time', async () => {
    const { phone } = bench;
    phone.on.delete('BYE');
    const { answer, invite } = await answeredCall(bench);
    const over = answer.hangUp();
    const bye = await phone.next('BYE');
    phone.request('BYE', invite);
    expect([200, 481]).toContain(
      (await phone.next(({ cseqMethod, status }) => status > 0 && cseqMethod === 'BYE')).status,
    );
    phone.reply(bye, 481);
    await over;
    expect(await answer.ended).toEqual({ by: 'dialer' });
  });

  test('takes the route set of the answer for the requests that follow', async () => {
    const { phone } = bench;
    const call = bench.call();
    phone.reply(await phone.next('INVITE'), 200, {
      sdp: true,
      headers: [`Record-Route: <sip:b.example;lr>, <sip:a.example;lr>`, 'Record-Route: <sip:first.example;lr>'],
    });
    const answer = await expectAnswer(call.answerOrFailure);
    const routes = ['<sip:first.example;lr>', '<sip:a.example;lr>', '<sip:b.example;lr>'];
    expect((await phone.next('ACK')).headers('Route')).toEqual(routes);
    expect(answer.dialog.routeSet).toEqual(routes);
    await answer.hangUp();
    expect((await phone.next('BYE')).headers('Route')).toEqual(routes);
  });

  test('without audio that we understand is ended at once and told as 488', async () => {
    const { phone } = bench;
    const call = bench.call();
    phone.reply(await phone.next('INVITE'), 200, { sdp: phone.sdp(0) });
    await phone.next('ACK');
    await phone.next('BYE');
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({ sipStatus: 488 });
  });

  test('takes the SDP of the 200, not that of an earlier 183', async () => {
    const { phone } = bench;
    const call = bench.call();
    const invite = await phone.next('INVITE');
    phone.reply(invite, 183, { sdp: phone.sdp(0) });
    phone.reply(invite, 200, { sdp: true });
    await (await expectAnswer(call.answerOrFailure)).hangUp();
  });

  test('answers hold, DTMF and OPTIONS within the dialog, and follows a new Contact', async () => {
    const { phone } = bench;
    const { answer, invite } = await answeredCall(bench);
    const reinvite = phone.request('INVITE', invite, {
      headers: ['Content-Type: application/sdp'],
      body: phone.sdp().replace('sendrecv', 'sendonly'),
      contact: `<sip:moved@127.0.0.1:${phone.port}>`,
      cseq: 500,
    });
    const ok = await phone.next(200);
    expect(ok.body).toContain('a=recvonly');
    expect(ok.body).toMatch(/m=audio \d+ RTP\/AVP 0 101/);
    phone.send(
      reinvite
        .replace(/^INVITE/, 'ACK')
        .replace('500 INVITE', '500 ACK')
        .replace('branch=z9hG4bK', 'branch=z9hG4bKack')
        .replace(/Content-Type[^]*$/, 'Content-Length: 0\r\n\r\n'),
      invite.from.port,
    );
    phone.request('INFO', invite, { cseq: 501 });
    expect((await phone.next(200)).cseqMethod).toBe('INFO');
    phone.request('OPTIONS', invite, { cseq: 502 });
    expect((await phone.next(200)).cseqMethod).toBe('OPTIONS');
    await answer.hangUp();
    expect((await phone.next('BYE')).startLine).toContain('sip:moved@');
  });

  test('refuses a re-INVITE without usable audio and goes on', async () => {
    const { phone } = bench;
    const { answer, invite } = await answeredCall(bench);
    phone.request('INVITE', invite, { headers: ['Content-Type: application/sdp'], body: phone.sdp(0) });
    expect((await phone.next(488)).cseqMethod).toBe('INVITE');
    await answer.hangUp();
  });

  test('acknowledges a reliable 183 by PRACK', async () => {
    const { phone } = bench;
    const call = bench.call();
    const invite = await phone.next('INVITE');
    phone.reply(invite, 183, { headers: ['Require: 100rel', 'RSeq: 7'] });
    const prack = await phone.next('PRACK');
    expect(prack.header('RAck')).toBe('7 1 INVITE');
    phone.reply(prack, 200);
    phone.reply(invite, 200, { sdp: true });
    await (await expectAnswer(call.answerOrFailure)).hangUp();
  });

  test('answers a repeated BYE as it answered the first', async () => {
    const { phone } = bench;
    const { answer, invite } = await answeredCall(bench);
    const bye = phone.request('BYE', invite);
    await phone.next(200);
    await answer.ended;
    phone.send(bye, invite.from.port);
    expect((await phone.next(({ status }) => status > 0)).status).toBe(200);
  });

  test('race 17: acknowledges every repetition of the 200 and answers once', async () => {
    const { phone } = bench;
    const call = bench.call();
    const invite = await phone.next('INVITE');
    const ok = phone.reply(invite, 200, { sdp: true });
    const answer = await expectAnswer(call.answerOrFailure);
    await phone.next('ACK');
    phone.send(ok, invite.from.port);
    await phone.next('ACK');
    await answer.hangUp();
  });
});

describe('a call that fails', () => {
  test.each([
    [486, [], {}],
    [600, [], {}],
    [404, [], {}],
    [603, ['Reason: Q.850;cause=21', 'Reason: SIP;cause=603;text="v=analytics1;"'], {}],
    [503, ['Retry-After: 3'], { retryAfterSeconds: 3 }],
    [302, ['Contact: <sip:other@127.0.0.1>'], {}],
  ])(
    'race 17: with %i is acknowledged, repeated or not, and told with all Reason headers',
    async (sipStatus, headers, more) => {
      const { phone } = bench;
      const call = bench.call();
      const invite = await phone.next('INVITE');
      phone.reply(invite, 180);
      const final = phone.reply(invite, sipStatus, { headers, phrase: 'What for "ever"' });
      expect(await expectFailure(call.answerOrFailure)).toEqual({
        kind: 'failed',
        sipStatus,
        reasonPhrase: 'What for "ever"',
        reasonHeaders: headers.filter((line) => line.startsWith('Reason')).map((line) => line.slice(8)),
        lastProvisional: 180,
        rang: true,
        provisionalSeen: true,
        ...more,
      });
      expect((await phone.next('ACK')).branch).toBe(invite.branch);
      // A lost ACK: the peer repeats its answer after the call is over for us.
      phone.send(final, invite.from.port);
      expect((await phone.next('ACK')).branch).toBe(invite.branch);
    },
  );

  test('race 6: tells a 408 before any ringing apart from one after it', async () => {
    const { phone } = bench;
    const first = bench.call();
    phone.reply(await phone.next('INVITE'), 408);
    expect(await expectFailure(first.answerOrFailure)).toMatchObject({ sipStatus: 408, rang: false });
    const second = bench.call();
    const invite = await phone.next('INVITE');
    phone.reply(invite, 180);
    phone.reply(invite, 408);
    expect(await expectFailure(second.answerOrFailure)).toMatchObject({ sipStatus: 408, rang: true });
  });

  test.each([
    ['without Contact', { contact: null }],
    ['without To tag', { tag: null, contact: null }],
  ])('has rung by a 180 %s', async (_what, options) => {
    const { phone } = bench;
    const call = bench.call();
    const invite = await phone.next('INVITE');
    phone.reply(invite, 180, options);
    phone.reply(invite, 486);
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({ rang: true });
    expect(call.ringing()).toBe(1);
  });

  test('is repeated when the first INVITE is lost', async () => {
    const { phone } = bench;
    const call = bench.call();
    const lost = await phone.next('INVITE');
    const repeated = await phone.next('INVITE');
    expect(repeated.raw).toBe(lost.raw);
    phone.reply(repeated, 486);
    await expectFailure(call.answerOrFailure);
    expect(bench.telephony.counters.retransmissions).toBe(1);
  });

  test('refuses numbers that would break out of a header', () => {
    expect(() => bench.call({ phoneNumber: '+49\r\nX: y' })).toThrow('Malformed telephone number');
    expect(() => bench.call({ callerId: '1"@x' })).toThrow('Malformed caller-ID');
  });

  test('leaves no telephone number in the log', async () => {
    const call = bench.call({ callerId: '+4930555123' });
    bench.phone.reply(await bench.phone.next('INVITE'), 486);
    await call.answerOrFailure;
    expect(bench.log.lines.join('\n')).not.toMatch(/901820042|555123/);
    expect(bench.log.lines.join('\n')).toContain('***42');
  });
});
