import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SavedDialog, SecondCall, TransferOutcome } from '../../src/engine/contracts/telephony.js';
import {
  answeredBy,
  answerPilot,
  conversationOf,
  nextBye,
  nextReinvite,
  waitForPilot,
} from '../support/joined-call.js';
import { RealClock } from '../support/real-clock.js';
import { audioPort, RtpEar } from '../support/rtp-ear.js';
import type { ScriptedPhone } from '../support/scripted-phone.js';
import { openBench, type SipBench } from '../support/sip-bench.js';

let bench: SipBench;
let phone: ScriptedPhone;
let customerEar: RtpEar;
let pilotEar: RtpEar;
beforeEach(async () => {
  bench = await openBench();
  ({ phone } = bench);
  [customerEar, pilotEar] = await Promise.all([RtpEar.open(), RtpEar.open()]);
});
afterEach(async () => {
  await bench.close();
  await Promise.all([customerEar.close(), pilotEar.close()]);
});

const U_LAW_VOICE = 0x90;
const isVoice =
  (code: number) =>
  ({ payload }: { payload: Uint8Array }): boolean =>
    payload.every((byte) => byte === code);

describe('a transfer by REINVITE', () => {
  test('lets the customer hear ringing while a second call rings the pilot', async () => {
    const waiting = await waitForPilot(bench, { customerSdp: phone.sdp(customerEar.port) });
    const { pilot } = waiting;
    expect(pilot.startLine).toMatch(/^INVITE sip:9000@/);
    expect(pilot.header('From')).toMatch(/^<sip:\+4930901820042@/);
    expect(pilot.header('P-Asserted-Identity')).toMatch(/^<sip:\+4930901820042@/);
    expect(pilot.header('X-Outdial-Attempt')).toBe('attempt-1');
    const tone = await customerEar.next(({ payload }) => new Set(payload).size > 10);
    expect(tone.payloadType).toBe(0);
    phone.reply(pilot, 486);
    expect(await waiting.outcome).toMatchObject({ kind: 'failed', cause: 'failed', evidence: { sipStatus: 486 } });
    await waiting.answer.hangUp();
  });

  test('waits until its second call is let out, and tells how that one is ended after a crash', async () => {
    const { answer, customer } = await answeredBy(bench);
    let admit: (isAdmitted: boolean) => void = () => undefined;
    let kept: SavedDialog | undefined;
    const secondCall: SecondCall = {
      admit: () => new Promise((resolve) => (admit = resolve)),
      answered: (dialog) => (kept = dialog),
    };
    const outcome = answer.transfer({ mode: 'REINVITE', pilotNumber: '9000', timeoutMs: 20_000, secondCall });
    phone.request('INFO', customer, { tag: 'customer' });
    await phone.next(200);
    expect(phone.count('INVITE')).toBe(1);
    admit(true);
    const pilot = await phone.next('INVITE');
    phone.reply(pilot, 200, { sdp: phone.sdp(5_000), tag: 'pilot' });
    await nextReinvite(phone, customer);
    expect(kept).toMatchObject({ callId: pilot.header('Call-ID'), remoteTag: 'pilot', lineId: 'trunk-1' });
    phone.request('BYE', pilot, { tag: 'pilot' });
    phone.request('BYE', customer, { tag: 'customer' });
    await outcome;
  });

  test('that may not call the pilot fails, and the customer may hang up while he waits for that', async () => {
    const { answer, customer } = await answeredBy(bench);
    const transfer = (admitted: Promise<boolean>): Promise<TransferOutcome> => {
      const secondCall = { admit: () => admitted, answered: () => undefined };
      return answer.transfer({ mode: 'REINVITE', pilotNumber: '9000', timeoutMs: 20_000, secondCall });
    };
    expect(await transfer(Promise.resolve(false))).toEqual({ kind: 'failed', cause: 'failed' });
    const outcome = transfer(new Promise(() => undefined));
    phone.request('BYE', customer, { tag: 'customer' });
    expect(await outcome).toMatchObject({ kind: 'customer-hung-up' });
    expect(phone.count('INVITE')).toBe(1);
  });

  test('offers the pilot first what the customer speaks', async () => {
    const waiting = await waitForPilot(bench, { customerSdp: phone.sdp(4_000, '8 101') });
    expect(waiting.pilot.body).toMatch(/m=audio \d+ RTP\/AVP 8 0 101\r\n/);
    phone.reply(waiting.pilot, 603);
    await waiting.outcome;
    await waiting.answer.hangUp();
  });

  test('joins the media end to end once the pilot has answered', async () => {
    const waiting = await waitForPilot(bench);
    await answerPilot(waiting, phone);
    const toCustomer = await nextReinvite(phone, waiting.customer);
    expect(audioPort(toCustomer.body)).toBe(5_000);
    // One session all along, seen from the customer: the same origin, a higher version.
    const origin = /o=- (\d+) (\d+)/;
    expect(origin.exec(toCustomer.body)?.[1]).toBe(origin.exec(waiting.customer.body)?.[1]);
    expect(origin.exec(toCustomer.body)?.[2]).toBe('2');
    phone.reply(toCustomer, 200, { sdp: phone.sdp(4_444), tag: 'customer' });
    const toPilot = await nextReinvite(phone, waiting.pilot);
    expect(audioPort(toPilot.body)).toBe(4_444);
    phone.reply(toPilot, 200, { sdp: phone.sdp(5_000), tag: 'pilot' });
    const conversation = await conversationOf(waiting.outcome);
    expect(conversation.isRelayed).toBe(false);
    expect(phone.count('BYE')).toBe(0);
    phone.request('BYE', waiting.pilot, { tag: 'pilot' });
    await nextBye(phone, waiting.customer);
    await conversation.ended;
  });

  test('lets the two hear each other, with no packet through us', async () => {
    const waiting = await waitForPilot(bench, { customerSdp: phone.sdp(customerEar.port) });
    await answerPilot(waiting, phone, phone.sdp(pilotEar.port));
    const toCustomer = await nextReinvite(phone, waiting.customer);
    phone.reply(toCustomer, 200, { sdp: phone.sdp(customerEar.port), tag: 'customer' });
    const toPilot = await nextReinvite(phone, waiting.pilot);
    phone.reply(toPilot, 200, { sdp: phone.sdp(pilotEar.port), tag: 'pilot' });
    const conversation = await conversationOf(waiting.outcome);
    customerEar.say(audioPort(toCustomer.body), 0x11);
    pilotEar.say(audioPort(toPilot.body), 0x22);
    // Our own packets have an SSRC of ours.
    expect((await pilotEar.next(isVoice(0x11))).ssrc).toBe(RtpEar.SSRC);
    expect((await customerEar.next(isVoice(0x22))).ssrc).toBe(RtpEar.SSRC);
    await conversation.end();
  });

  test('tells the customer again where a pilot is that moved its media while it was joined', async () => {
    const waiting = await waitForPilot(bench);
    await answerPilot(waiting, phone);
    phone.reply(await nextReinvite(phone, waiting.customer), 200, { sdp: phone.sdp(4_000), tag: 'customer' });
    phone.reply(await nextReinvite(phone, waiting.pilot), 200, { sdp: phone.sdp(5_555), tag: 'pilot' });
    const again = await nextReinvite(phone, waiting.customer);
    expect(audioPort(again.body)).toBe(5_555);
    phone.reply(again, 200, { sdp: phone.sdp(4_000), tag: 'customer' });
    const conversation = await conversationOf(waiting.outcome);
    await conversation.end();
  });

  test.each([480, 486, 503, 603])('fails with the pilot’s %i, and the customer is still there', async (sipStatus) => {
    const waiting = await waitForPilot(bench);
    phone.reply(waiting.pilot, 183);
    phone.reply(waiting.pilot, sipStatus);
    const evidence = { sipStatus, sipPhrase: 'Reply', lastProvisional: 183 };
    expect(await waiting.outcome).toEqual({ kind: 'failed', cause: 'failed', evidence });
    expect(phone.count('BYE')).toBe(0);
    expect(bench.telephony.lines()[0]?.health.state).toBe('IN_SERVICE');
    await waiting.answer.hangUp();
  });

  test('fails when the pilot does not answer in time', async () => {
    const waiting = await waitForPilot(bench, { timeoutMs: 100 });
    phone.reply(waiting.pilot, 180);
    await phone.next('CANCEL');
    phone.reply(waiting.pilot, 487);
    expect(await waiting.outcome).toMatchObject({ kind: 'failed', cause: 'timeout' });
    await waiting.answer.hangUp();
  });

  test('race 7: the customer hangs up while the pilot rings, and the pilot’s call is cancelled', async () => {
    const waiting = await waitForPilot(bench);
    phone.reply(waiting.pilot, 180);
    phone.request('BYE', waiting.customer, { tag: 'customer' });
    expect(await waiting.outcome).toMatchObject({ kind: 'customer-hung-up' });
    expect((await phone.next('CANCEL')).branch).toBe(waiting.pilot.branch);
    phone.reply(waiting.pilot, 487);
    await phone.next('ACK');
  });

  test('race 7: the pilot’s answer crosses that CANCEL and is ended', async () => {
    const waiting = await waitForPilot(bench);
    phone.reply(waiting.pilot, 180);
    phone.request('BYE', waiting.customer, { tag: 'customer' });
    await phone.next('CANCEL');
    phone.reply(waiting.pilot, 200, { sdp: true, tag: 'pilot' });
    await phone.next('ACK');
    await nextBye(phone, waiting.pilot);
    expect(await waiting.outcome).toMatchObject({ kind: 'customer-hung-up' });
  });

  test('race 12: a re-INVITE that meets 491 is tried again later, and audio is relayed meanwhile', async () => {
    const waiting = await waitForPilot(bench, { customerSdp: phone.sdp(customerEar.port) });
    await answerPilot(waiting, phone, phone.sdp(pilotEar.port));
    const first = await nextReinvite(phone, waiting.customer);
    phone.reply(first, 491, { tag: 'customer' });
    customerEar.say(audioPort(waiting.customer.body), U_LAW_VOICE);
    await pilotEar.next(isVoice(U_LAW_VOICE));
    pilotEar.say(audioPort(waiting.pilot.body), U_LAW_VOICE);
    await customerEar.next(isVoice(U_LAW_VOICE));
    const second = await nextReinvite(phone, waiting.customer);
    expect(second.cseq).toBe(first.cseq + 1);
    expect(second.body).toBe(first.body);
    phone.reply(second, 200, { sdp: phone.sdp(customerEar.port), tag: 'customer' });
    phone.reply(await nextReinvite(phone, waiting.pilot), 200, { sdp: phone.sdp(pilotEar.port), tag: 'pilot' });
    await (await conversationOf(waiting.outcome)).end();
  });

  test('race 13: the pilot hangs up while it is joined, and the customer is ours to hang up', async () => {
    const waiting = await waitForPilot(bench);
    await answerPilot(waiting, phone);
    const reinvite = await nextReinvite(phone, waiting.customer);
    phone.request('BYE', waiting.pilot, { tag: 'pilot' });
    expect(await waiting.outcome).toEqual({ kind: 'failed', cause: 'failed' });
    phone.reply(reinvite, 200, { sdp: true, tag: 'customer' });
    expect(phone.count('BYE')).toBe(0);
    await waiting.answer.hangUp();
    await nextBye(phone, waiting.customer);
  });

  test('is the customer’s hang-up if the customer hangs up while the media is joined', async () => {
    const waiting = await waitForPilot(bench);
    await answerPilot(waiting, phone);
    await nextReinvite(phone, waiting.customer);
    phone.request('BYE', waiting.customer, { tag: 'customer' });
    expect(await waiting.outcome).toMatchObject({ kind: 'customer-hung-up' });
    await nextBye(phone, waiting.pilot);
  });

  test('relays the audio, from one law to the other, of a customer whose media cannot be joined', async () => {
    const waiting = await waitForPilot(bench, { customerSdp: phone.sdp(customerEar.port) });
    await answerPilot(waiting, phone, phone.sdp(pilotEar.port, '8 101'));
    phone.reply(await nextReinvite(phone, waiting.customer), 488, { tag: 'customer' });
    const conversation = await conversationOf(waiting.outcome);
    expect(conversation.isRelayed).toBe(true);
    customerEar.say(audioPort(waiting.customer.body), 0xff);
    expect((await pilotEar.next(({ payload }) => new Set(payload).size === 1)).payloadType).toBe(8);
    pilotEar.say(audioPort(waiting.pilot.body), 0xaa, 8);
    const heard = await customerEar.next(isVoice(0x80));
    expect(heard.payloadType).toBe(0);
    phone.request('BYE', waiting.customer, { tag: 'customer' });
    await nextBye(phone, waiting.pilot);
    await conversation.ended;
  });

  test('takes the customer’s audio back when the pilot refuses to be joined', async () => {
    const waiting = await waitForPilot(bench, { customerSdp: phone.sdp(customerEar.port) });
    await answerPilot(waiting, phone, phone.sdp(pilotEar.port));
    phone.reply(await nextReinvite(phone, waiting.customer), 200, {
      sdp: phone.sdp(customerEar.port),
      tag: 'customer',
    });
    phone.reply(await nextReinvite(phone, waiting.pilot), 488, { tag: 'pilot' });
    const back = await nextReinvite(phone, waiting.customer);
    expect(audioPort(back.body)).toBe(audioPort(waiting.customer.body));
    phone.reply(back, 200, { sdp: phone.sdp(customerEar.port), tag: 'customer' });
    const conversation = await conversationOf(waiting.outcome);
    expect(conversation.isRelayed).toBe(true);
    customerEar.say(audioPort(waiting.customer.body), U_LAW_VOICE);
    await pilotEar.next(isVoice(U_LAW_VOICE));
    await conversation.end();
  });
});

describe('a pilot that says no more than 100 to the re-INVITE', () => {
  /** 32 s take 1.6 s. */
  class HurriedClock extends RealClock {
    override setTimer(delayMs: number, run: () => void): { cancel(): void } {
      return super.setTimer(delayMs / 20, run);
    }
  }
  let hurried: SipBench;
  beforeEach(async () => {
    hurried = await openBench({ clock: new HurriedClock() });
  });
  afterEach(() => hurried.close());

  const joining = async () => {
    const { phone: peer } = hurried;
    const waiting = await waitForPilot(hurried);
    await answerPilot(waiting, peer);
    peer.reply(await nextReinvite(peer, waiting.customer), 200, { sdp: peer.sdp(4_000), tag: 'customer' });
    const reinvite = await nextReinvite(peer, waiting.pilot);
    peer.reply(reinvite, 100);
    return { ...waiting, peer, reinvite };
  };

  test('has it cancelled, and the audio is relayed', async () => {
    const { peer, reinvite, customer, outcome } = await joining();
    expect((await peer.next('CANCEL')).branch).toBe(reinvite.branch);
    peer.reply(reinvite, 487, { tag: 'pilot' });
    peer.reply(await nextReinvite(peer, customer), 200, { sdp: peer.sdp(4_000), tag: 'customer' });
    const conversation = await conversationOf(outcome);
    expect(conversation.isRelayed).toBe(true);
    await conversation.end();
  });

  test('and not even that to its CANCEL is gone, and the customer is ours to hang up', async () => {
    const { peer, pilot, outcome, answer } = await joining();
    await nextBye(peer, pilot);
    expect(await outcome).toEqual({ kind: 'failed', cause: 'failed' });
    await answer.hangUp();
  });
});

describe('a transfer by REFER', () => {
  test('lets the customer hear ringing until there is an outcome', async () => {
    const { answer, customer } = await answeredBy(bench, { customerSdp: phone.sdp(customerEar.port) });
    const outcome = answer.transfer({ mode: 'REFER', pilotNumber: '9000', timeoutMs: 10_000 });
    phone.reply(await phone.next('REFER'), 202, { tag: 'customer' });
    await customerEar.next(({ payload }) => new Set(payload).size > 10);
    phone.notify(customer, 'SIP/2.0 200 OK', { tag: 'customer' });
    expect(await outcome).toEqual({ kind: 'completed' });
    await answer.ended;
  });

  test('is one by REINVITE at once where the peer takes no REFER', async () => {
    const waiting = await waitForPilot(bench, { mode: 'REFER', customerHeaders: ['Allow: INVITE, ACK, BYE'] });
    expect(phone.count('REFER')).toBe(0);
    phone.reply(waiting.pilot, 486);
    expect(await waiting.outcome).toMatchObject({ kind: 'failed', evidence: { sipStatus: 486 } });
    await waiting.answer.hangUp();
  });

  const refer = async (isHeard: boolean) => {
    const { answer, customer } = await answeredBy(bench, { customerSdp: phone.sdp(customerEar.port) });
    await customerEar.next();
    const outcome = answer.transfer({ mode: 'REFER', pilotNumber: '9000', timeoutMs: 10_000 });
    const request = await phone.next('REFER');
    if (isHeard) {
      customerEar.say(audioPort(customer.body), U_LAW_VOICE);
      // The next datagram that it gets comes after this one.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { answer, customer, outcome, request };
  };

  test.each([
    ['405 to the REFER', 405, null],
    ['603 to the REFER', 603, null],
    ['a NOTIFY of 404', 202, 'SIP/2.0 404 Not Found'],
    ['a NOTIFY of 400', 202, 'SIP/2.0 400 Bad Request'],
  ])('that ends with %s goes on by REINVITE while the customer is heard', async (_what, status, fragment) => {
    const { answer, customer, outcome, request } = await refer(true);
    phone.reply(request, status, { tag: 'customer' });
    if (fragment !== null) phone.notify(customer, fragment, { tag: 'customer' });
    const pilot = await phone.next('INVITE');
    expect(pilot.startLine).toContain('sip:9000@');
    phone.reply(pilot, 480);
    expect(await outcome).toMatchObject({ kind: 'failed', evidence: { sipStatus: 480 } });
    await answer.hangUp();
  });

  test.each([
    ['by 486 after the customer was moved', true, 'SIP/2.0 486 Busy Here', 486],
    ['by 503, which may be the customer’s hang-up', true, 'SIP/2.0 503 Service Unavailable', 503],
    ['by 404 of a customer who is not heard any more', false, 'SIP/2.0 404 Not Found', 404],
  ])('that fails %s is not tried again', async (_what, isHeard, fragment, sipStatus) => {
    const { answer, customer, outcome, request } = await refer(isHeard);
    phone.reply(request, 202, { tag: 'customer' });
    phone.notify(customer, fragment, { tag: 'customer' });
    const evidence = { sipStatus, sipPhrase: fragment.slice('SIP/2.0 486 '.length) };
    expect(await outcome).toEqual({ kind: 'failed', cause: 'failed', evidence });
    expect(phone.count('INVITE')).toBe(1);
    await answer.hangUp();
  });
});
