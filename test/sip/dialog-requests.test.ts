import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { answeredCall, expectAnswer, expectFailure } from '../support/answered-call.js';
import { audioPort, RtpEar } from '../support/rtp-ear.js';
import type { PhoneMessage, ScriptedPhone } from '../support/scripted-phone.js';
import { openBench, type SipBench } from '../support/sip-bench.js';

let bench: SipBench;
let phone: ScriptedPhone;
beforeEach(async () => {
  bench = await openBench();
  ({ phone } = bench);
});
afterEach(() => bench.close());

const SDP = ['Content-Type: application/sdp'];
const isAnswerTo =
  (cseq: number) =>
  (message: PhoneMessage): boolean =>
    message.status >= 200 && message.cseq === cseq;

describe('an UPDATE', () => {
  test('without SDP is answered, and moves the remote target', async () => {
    const { answer, invite } = await answeredCall(bench);
    phone.request('UPDATE', invite, { cseq: 300, contact: `<sip:moved@127.0.0.1:${phone.port}>` });
    const ok = await phone.next(isAnswerTo(300));
    expect(ok.status).toBe(200);
    expect(ok.header('Allow')).toContain('UPDATE');
    await answer.hangUp();
    expect((await phone.next('BYE')).startLine).toContain('sip:moved@');
  });

  test('that is repeated gets the same answer, and an older one is refused', async () => {
    const { answer, invite } = await answeredCall(bench);
    const update = phone.request('UPDATE', invite, { cseq: 300 });
    const first = await phone.next(isAnswerTo(300));
    phone.send(update, invite.from.port);
    const second = await phone.next(isAnswerTo(300));
    expect(second.status).toBe(200);
    expect(second.header('To')).toBe(first.header('To'));
    phone.request('UPDATE', invite, { cseq: 299 });
    expect((await phone.next(isAnswerTo(299))).status).toBe(500);
    await answer.hangUp();
  });

  test('with SDP moves the audio, or is refused with 488 if it has none for us', async () => {
    const ear = await RtpEar.open();
    const { answer, invite } = await answeredCall(bench);
    phone.request('UPDATE', invite, { headers: SDP, body: phone.sdp(ear.port), cseq: 300 });
    const ok = await phone.next(isAnswerTo(300));
    expect(audioPort(ok.body)).toBe(audioPort(invite.body));
    await ear.next();
    phone.request('UPDATE', invite, { headers: SDP, body: phone.sdp(0), cseq: 301 });
    expect((await phone.next(isAnswerTo(301))).status).toBe(488);
    await answer.hangUp();
    await ear.close();
  });

  test('with video or fax beside the audio is answered with the audio alone, line by line', async () => {
    const { answer, invite } = await answeredCall(bench);
    const video = 'm=video 5004 RTP/AVP 96 97\r\nc=IN IP4 192.0.2.5\r\na=rtpmap:96 H264/90000\r\na=inactive\r\n';
    const fax = 'm=image 5006 udptl t38\r\na=sendonly\r\n';
    const audio = phone.sdp(4_000).replace('a=sendrecv\r\n', '');
    const body = `${audio.replace('m=audio', `${video}m=audio`)}${fax}`;
    phone.request('UPDATE', invite, { headers: SDP, body, cseq: 300 });
    const ok = await phone.next(isAnswerTo(300));
    expect(ok.body.match(/^m=.*$/gm)).toEqual([
      'm=video 0 RTP/AVP 96 97',
      `m=audio ${audioPort(invite.body)} RTP/AVP 0 101`,
      'm=image 0 udptl t38',
    ]);
    expect(ok.body).toContain('a=sendrecv');
    await answer.hangUp();
  });

  test('before the answer is taken once our offer has been answered reliably', async () => {
    const call = bench.call();
    const invite = await phone.next('INVITE');
    phone.reply(invite, 183);
    phone.request('UPDATE', invite, { headers: SDP, body: phone.sdp(), cseq: 300 });
    expect((await phone.next(isAnswerTo(300))).status).toBe(500);
    phone.reply(invite, 183, { sdp: true, headers: ['Require: 100rel', 'RSeq: 1'] });
    phone.reply(await phone.next('PRACK'), 200);
    phone.request('UPDATE', invite, { headers: SDP, body: phone.sdp(), cseq: 301 });
    const ok = await phone.next(isAnswerTo(301));
    expect(ok.status).toBe(200);
    expect(audioPort(ok.body)).toBe(audioPort(invite.body));
    phone.reply(invite, 200);
    await (await expectAnswer(call.answerOrFailure)).hangUp();
  });

  test('of a dialog that is not ours gets 481', async () => {
    const { answer, invite } = await answeredCall(bench);
    phone.request('UPDATE', invite, { cseq: 300, tag: 'somebody-else' });
    expect((await phone.next(isAnswerTo(300))).status).toBe(481);
    await answer.hangUp();
  });
});

describe('a re-INVITE of the peer', () => {
  test.each([
    ['sendonly', 'recvonly'],
    ['inactive', 'inactive'],
  ])('that holds with %s is answered with %s', async (offered, expected) => {
    const { answer, invite } = await answeredCall(bench);
    phone.request('INVITE', invite, { headers: SDP, body: phone.sdp().replace('sendrecv', offered), cseq: 300 });
    expect((await phone.next(isAnswerTo(300))).body).toContain(`a=${expected}`);
    await answer.hangUp();
  });

  test('that holds by the address 0.0.0.0 leaves nobody to send to', async () => {
    const { answer, invite } = await answeredCall(bench);
    const body = phone.sdp().replace('c=IN IP4 127.0.0.1', 'c=IN IP4 0.0.0.0');
    phone.request('INVITE', invite, { headers: SDP, body, cseq: 300 });
    expect((await phone.next(isAnswerTo(300))).status).toBe(200);
    await answer.hangUp();
  });

  test('without an offer gets ours, and its answer in the ACK counts', async () => {
    const ear = await RtpEar.open();
    const { answer, invite } = await answeredCall(bench);
    const reinvite = phone.request('INVITE', invite, { cseq: 300 });
    const ok = await phone.next(isAnswerTo(300));
    expect(ok.body).toMatch(/m=audio \d+ RTP\/AVP 0 8 101/);
    const sdp = phone.sdp(ear.port);
    phone.send(
      reinvite
        .replace(/^INVITE/, 'ACK')
        .replace('300 INVITE', '300 ACK')
        .replace('branch=z9hG4bK', 'branch=z9hG4bKack')
        .replace(/Content-Length[^]*$/, `${SDP[0]}\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`),
      invite.from.port,
    );
    await ear.next();
    await answer.hangUp();
    await ear.close();
  });

  test('while the one before is not acknowledged is refused, and the call goes on', async () => {
    const { answer, invite } = await answeredCall(bench);
    phone.request('INVITE', invite, { headers: SDP, body: phone.sdp(), cseq: 300 });
    expect((await phone.next(isAnswerTo(300))).status).toBe(200);
    phone.request('INVITE', invite, { headers: SDP, body: phone.sdp(), cseq: 301 });
    expect((await phone.next(isAnswerTo(301))).status).toBe(500);
    await answer.hangUp();
  });
});

describe('reliable provisional responses', () => {
  test('are acknowledged once each, in their order, and a repeated one changes nothing', async () => {
    const call = bench.call();
    const invite = await phone.next('INVITE');
    const reliable = (rseq: number): string =>
      phone.reply(invite, 183, { headers: ['Require: 100rel', `RSeq: ${rseq}`] });
    const first = reliable(7);
    phone.reply(await phone.next('PRACK'), 200);
    phone.send(first, invite.from.port);
    reliable(9);
    reliable(8);
    const second = await phone.next('PRACK');
    expect(second.header('RAck')).toBe('8 1 INVITE');
    phone.reply(second, 200);
    phone.reply(invite, 486);
    await expectFailure(call.answerOrFailure);
    expect(phone.count('PRACK')).toBe(2);
  });
});

describe('a forked call', () => {
  test('race 5: one branch ends (199) and the other answers: the answer wins', async () => {
    const call = bench.call();
    const invite = await phone.next('INVITE');
    phone.reply(invite, 180, { tag: 'busy-branch' });
    phone.reply(invite, 180, { tag: 'free-branch' });
    phone.reply(invite, 199, { tag: 'busy-branch', headers: ['Reason: SIP;cause=486'] });
    phone.reply(invite, 200, { tag: 'free-branch', sdp: true });
    const answer = await expectAnswer(call.answerOrFailure);
    expect(answer.dialog.remoteTag).toBe('free-branch');
    await answer.hangUp();
  });

  test('race 5: after a final 486 a 200 of another branch is acknowledged and ended', async () => {
    const call = bench.call();
    const invite = await phone.next('INVITE');
    phone.reply(invite, 486, { tag: 'busy-branch' });
    await expectFailure(call.answerOrFailure);
    phone.reply(invite, 200, { tag: 'free-branch', sdp: true });
    expect((await phone.next('BYE')).header('To')).toMatch(/;tag=free-branch$/);
  });

  test('takes the media of the branch that answers, not of another’s early media', async () => {
    const [early, late] = await Promise.all([RtpEar.open(), RtpEar.open()]);
    const call = bench.call();
    const invite = await phone.next('INVITE');
    phone.reply(invite, 183, { tag: 'one', sdp: phone.sdp(early.port) });
    phone.reply(invite, 200, { tag: 'two', sdp: phone.sdp(late.port) });
    const answer = await expectAnswer(call.answerOrFailure);
    await late.next();
    await answer.hangUp();
    await Promise.all([early.close(), late.close()]);
  });
});
