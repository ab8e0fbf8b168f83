import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { answeredCall, expectAnswer } from '../support/answered-call.js';
import { openBench, type SipBench } from '../support/sip-bench.js';

let bench: SipBench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const request = (method: string, over: { toTag?: string; uri?: string } = {}): string =>
  [
    `${method} ${over.uri ?? 'sip:127.0.0.1'} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKstray${method};rport`,
    'From: <sip:a@127.0.0.1>;tag=1',
    `To: <sip:b@127.0.0.1>${over.toTag ? `;tag=${over.toTag}` : ''}`,
    'Call-ID: stray@127.0.0.1',
    `CSeq: 1 ${method}`,
    'Contact: <sip:a@127.0.0.1>',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

describe('a request that belongs to no call', () => {
  test.each([
    ['OPTIONS', {}, 200],
    ['OPTIONS', { uri: 'sip:anybody@127.0.0.1' }, 200],
    ['INVITE', {}, 486],
    ['INVITE', { toTag: 'gone' }, 481],
    ['BYE', { toTag: 'gone' }, 481],
    ['NOTIFY', { toTag: 'gone' }, 481],
    ['CANCEL', {}, 481],
    ['NOTIFY', {}, 405],
    ['SUBSCRIBE', {}, 405],
    ['PRACK', {}, 481],
    ['WHATEVER', {}, 405],
  ])('%s %o is answered %i', async (method, over, status) => {
    bench.phone.send(request(method, over), bench.telephony.localPort);
    const answer = await bench.phone.next(({ method: asked }) => asked === null);
    expect(answer.status).toBe(status);
    expect(answer.header('Via')).toMatch(/;received=127\.0\.0\.1;rport=\d+$/);
    expect(answer.header('To')).toContain(';tag=');
  });

  test('is answered the same when it is repeated', async () => {
    bench.phone.send(request('INVITE'), bench.telephony.localPort);
    const first = await bench.phone.next(486);
    bench.phone.send(request('INVITE'), bench.telephony.localPort);
    expect((await bench.phone.next(486)).raw).toBe(first.raw);
  });

  test('that is cut short is refused', async () => {
    const cut = request('OPTIONS').replace('Content-Length: 0', 'Content-Length: 10');
    bench.phone.send(cut, bench.telephony.localPort);
    await bench.phone.next(400);
  });

  test('gets no answer if it is an ACK, a keep-alive or no SIP, and the next one does', async () => {
    const { phone, telephony } = bench;
    phone.send(request('ACK'), telephony.localPort);
    phone.send('\r\n\r\n', telephony.localPort);
    phone.send(Uint8Array.from([0xff, 0, 0xfe]), telephony.localPort);
    phone.send(request('OPTIONS'), telephony.localPort);
    expect((await phone.next(({ method }) => method === null)).status).toBe(200);
    expect(phone.log).toHaveLength(1);
  });
});

describe('a 200 to an INVITE that nobody remembers', () => {
  test('is acknowledged and ended; repeated, it is only acknowledged', async () => {
    const { phone, telephony } = bench;
    const ghost = [
      'SIP/2.0 200 OK',
      `Via: SIP/2.0/UDP 127.0.0.1:${telephony.localPort};branch=z9hG4bKghost;rport`,
      'From: <sip:us@127.0.0.1>;tag=ours',
      'To: <sip:b@127.0.0.1>;tag=theirs',
      'Call-ID: of-an-earlier-run',
      'CSeq: 3 INVITE',
      `Contact: <sip:b@127.0.0.1:${phone.port}>`,
      'Record-Route: <sip:near.example;lr>, <sip:far.example;lr>',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
    phone.send(ghost, telephony.localPort);
    const ack = await phone.next('ACK');
    expect(ack.cseq).toBe(3);
    expect(ack.headers('Route')).toEqual(['<sip:far.example;lr>', '<sip:near.example;lr>']);
    const bye = await phone.next('BYE');
    expect(bye.cseq).toBe(4);
    expect(bye.startLine).toBe(`BYE sip:b@127.0.0.1:${phone.port} SIP/2.0`);
    phone.send(ghost, telephony.localPort);
    await phone.next('ACK');
    expect(phone.count('BYE')).toBe(1);
  });
});

describe('to an INVITE that nobody remembers', () => {
  const answer = (status: string): string =>
    [
      `SIP/2.0 ${status}`,
      `Via: SIP/2.0/UDP 127.0.0.1:${bench.telephony.localPort};branch=z9hG4bKghost;rport`,
      'From: <sip:us@127.0.0.1>;tag=ours',
      'To: <sip:b@127.0.0.1>;tag=theirs',
      'Call-ID: of-an-earlier-run',
      'CSeq: 3 INVITE',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');

  test('a 180 is cancelled', async () => {
    bench.phone.send(answer('180 Ringing'), bench.telephony.localPort);
    const cancel = await bench.phone.next('CANCEL');
    expect(cancel).toMatchObject({ startLine: 'CANCEL sip:b@127.0.0.1 SIP/2.0', branch: 'z9hG4bKghost', cseq: 3 });
    expect(cancel.header('From')).toBe('<sip:us@127.0.0.1>;tag=ours');
    expect(cancel.header('To')).toBe('<sip:b@127.0.0.1>');
  });

  test('a refusal is acknowledged', async () => {
    bench.phone.send(answer('487 Request Terminated'), bench.telephony.localPort);
    const ack = await bench.phone.next('ACK');
    expect(ack).toMatchObject({ startLine: 'ACK sip:b@127.0.0.1 SIP/2.0', branch: 'z9hG4bKghost', cseq: 3 });
    expect(ack.header('To')).toBe('<sip:b@127.0.0.1>;tag=theirs');
  });

  test('anything is passed over that came by the Via of somebody else', async () => {
    const { phone, telephony } = bench;
    phone.send(answer('180 Ringing').replace(`:${telephony.localPort};`, ':9;'), telephony.localPort);
    phone.send(request('OPTIONS'), telephony.localPort);
    await phone.next(200);
    expect(phone.count('CANCEL')).toBe(0);
  });
});

describe('messages that are legal and unusual', () => {
  test('compact and folded headers are understood', async () => {
    const { phone } = bench;
    const call = bench.call();
    const invite = await phone.next('INVITE');
    const text = phone.reply(invite, 183, { contact: '<sip:x@127.0.0.1>' });
    phone.send(
      text
        .replace('183', '200')
        .replace('Via:', 'v :')
        .replace('From:', 'f:')
        .replace('To: ', 't:\r\n  ')
        .replace('Call-ID:', 'i:')
        .replace('Contact:', 'm:')
        .replace('Content-Length: 0\r\n\r\n', `c: application/sdp\r\nl: ${phone.sdp().length}\r\n\r\n${phone.sdp()}`),
      invite.from.port,
    );
    const answer = await expectAnswer(call.answerOrFailure);
    await answer.hangUp();
  });

  test('a BYE to another user than our Contact ends the call all the same', async () => {
    const { phone } = bench;
    const { answer, invite } = await answeredCall(bench);
    const bye = phone.request('BYE', {
      ...invite,
      header: (name) => (name === 'Contact' ? '<sip:wrong@127.0.0.1>' : invite.header(name)),
    });
    expect(bye).toContain('BYE sip:wrong@');
    await phone.next(200);
    expect(await answer.ended).toMatchObject({ by: 'callee' });
  });
});
