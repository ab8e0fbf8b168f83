import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SavedConversation } from '../../src/engine/contracts/conversation-store.js';
import { type JoinedCall, joinedCall, nextBye, nextReinvite } from '../support/joined-call.js';
import { audioPort } from '../support/rtp-ear.js';
import type { PhoneMessage, ScriptedPhone } from '../support/scripted-phone.js';
import { openBench, openTelephony, type SipBench } from '../support/sip-bench.js';

let bench: SipBench;
let phone: ScriptedPhone;
let call: JoinedCall;
beforeEach(async () => {
  bench = await openBench();
  ({ phone } = bench);
  call = await joinedCall(bench);
});
afterEach(() => bench.close());

const SDP = ['Content-Type: application/sdp'];
const isAnswerTo =
  (cseq: number) =>
  (message: PhoneMessage): boolean =>
    message.status >= 200 && message.cseq === cseq;
const held = (sdp: string, direction: string): string => sdp.replace('sendrecv', direction);

describe('joined customer and pilot', () => {
  test.each(['customer', 'pilot'] as const)('are both hung up when the %s hangs up', async (who) => {
    phone.request('BYE', call[who], { tag: who });
    await nextBye(phone, call[who === 'customer' ? 'pilot' : 'customer']);
    await call.conversation.ended;
    expect(phone.count('BYE')).toBe(1);
  });

  test('race 15: hang up at the same time, and both calls end once', async () => {
    phone.request('BYE', call.customer, { tag: 'customer', cseq: 300 });
    phone.request('BYE', call.pilot, { tag: 'pilot', cseq: 301 });
    await call.conversation.ended;
    expect((await phone.next(isAnswerTo(300))).status).toBe(200);
    expect([200, 481]).toContain((await phone.next(isAnswerTo(301))).status);
  });

  test('may hold: the offer of one is put to the other, and the answer comes back', async () => {
    phone.request('INVITE', call.pilot, {
      tag: 'pilot',
      headers: SDP,
      body: held(phone.sdp(5_000), 'sendonly'),
      cseq: 300,
    });
    const passedOn = await nextReinvite(phone, call.customer);
    expect(passedOn.body).toContain('a=sendonly');
    expect(audioPort(passedOn.body)).toBe(5_000);
    phone.reply(passedOn, 200, { sdp: held(phone.sdp(4_000), 'recvonly'), tag: 'customer' });
    const ok = await phone.next(isAnswerTo(300));
    expect(ok.status).toBe(200);
    expect(ok.body).toContain('a=recvonly');
    expect(audioPort(ok.body)).toBe(4_000);
    await call.conversation.end();
  });

  test('a refusal of the other side’s offer is passed on, and the call goes on', async () => {
    phone.request('INVITE', call.customer, { tag: 'customer', headers: SDP, body: phone.sdp(4_001), cseq: 300 });
    phone.reply(await nextReinvite(phone, call.pilot), 488, { tag: 'pilot' });
    expect((await phone.next(isAnswerTo(300))).status).toBe(488);
    expect(phone.count('BYE')).toBe(0);
    await call.conversation.end();
  });

  test('one that refreshes the session does not trouble the other', async () => {
    phone.request('INVITE', call.customer, { tag: 'customer', headers: SDP, body: phone.sdp(4_000), cseq: 300 });
    const ok = await phone.next(isAnswerTo(300));
    expect(ok.status).toBe(200);
    expect(audioPort(ok.body)).toBe(5_000);
    expect(phone.count('INVITE')).toBe(4);
    await call.conversation.end();
  });

  test('one that asks for an offer gets the other’s, and its answer is put to the other', async () => {
    const reinvite = phone.request('INVITE', call.customer, { tag: 'customer', cseq: 300 });
    const ok = await phone.next(isAnswerTo(300));
    expect(audioPort(ok.body)).toBe(5_000);
    const answer = phone.sdp(4_002);
    phone.send(
      reinvite
        .replace(/^INVITE/, 'ACK')
        .replace('300 INVITE', '300 ACK')
        .replace('branch=z9hG4bK', 'branch=z9hG4bKack')
        .replace(/Content-Length[^]*$/, `${SDP[0]}\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`),
      call.customer.from.port,
    );
    const passedOn = await nextReinvite(phone, call.pilot);
    expect(audioPort(passedOn.body)).toBe(4_002);
    phone.reply(passedOn, 200, { sdp: phone.sdp(5_000), tag: 'pilot' });
    await phone.next('ACK');
    await call.conversation.end();
  });

  test('an UPDATE with an offer is put to the other side too', async () => {
    phone.request('UPDATE', call.pilot, { tag: 'pilot', headers: SDP, body: phone.sdp(5_001), cseq: 300 });
    const passedOn = await nextReinvite(phone, call.customer);
    expect(audioPort(passedOn.body)).toBe(5_001);
    phone.reply(passedOn, 200, { sdp: phone.sdp(4_000), tag: 'customer' });
    const ok = await phone.next(isAnswerTo(300));
    expect(ok.cseqMethod).toBe('UPDATE');
    expect(audioPort(ok.body)).toBe(4_000);
    await call.conversation.end();
  });

  test('race 12: offers of both at the same time get 491, one of them at least, and neither waits for the other', async () => {
    phone.request('INVITE', call.pilot, { tag: 'pilot', headers: SDP, body: phone.sdp(5_001), cseq: 300 });
    phone.request('INVITE', call.customer, { tag: 'customer', headers: SDP, body: phone.sdp(4_001), cseq: 301 });
    const refused = await phone.next((message) => message.status === 491);
    expect([300, 301]).toContain(refused.cseq);
    await call.conversation.end();
  });

  test('one that does not answer the other’s offer is lost, and the other is hung up', async () => {
    phone.request('INVITE', call.customer, { tag: 'customer', headers: SDP, body: phone.sdp(4_001), cseq: 300 });
    phone.reply(await nextReinvite(phone, call.pilot), 481, { tag: 'pilot' });
    await nextBye(phone, call.customer);
    await call.conversation.ended;
  });
});

describe('a restart of the dialer', () => {
  const restart = async (
    change: (saved: SavedConversation) => SavedConversation = (saved) => saved,
    beforeResumption: () => Promise<void> = () => Promise.resolve(),
  ) => {
    const sipPort = bench.telephony.localPort;
    const saved = change(call.conversation.save());
    await bench.telephony.close();
    const again = await openTelephony({ sipPort, awaitEarlierCalls: true });
    // Closing has not said a word to either.
    expect(phone.count('BYE')).toBe(0);
    again.telephony.configure([bench.trunk]);
    await beforeResumption();
    const resumed = await again.telephony.resumeConversation(saved);
    again.telephony.earlierCallsKnown();
    return { ...again, resumed };
  };

  test.each(['customer', 'pilot'] as const)('does not keep the BYE of the %s from the other', async (who) => {
    const { telephony, resumed } = await restart();
    const other = who === 'customer' ? 'pilot' : 'customer';
    phone.request('BYE', call[who], { tag: who, cseq: 300 });
    expect((await phone.next(isAnswerTo(300))).status).toBe(200);
    const bye = await nextBye(phone, call[other]);
    expect(bye.cseq).toBeGreaterThan(100);
    expect(bye.header('To')).toContain(`;tag=${other}`);
    await resumed?.ended;
    await telephony.close();
  });

  test('answers a BYE that came before it knew of the conversation when the peer repeats it', async () => {
    const { telephony, resumed } = await restart(undefined, async () => {
      phone.request('BYE', call.customer, { tag: 'customer', cseq: 300 });
      // What is answered at once shows that the BYE before it has been read.
      phone.request('OPTIONS', call.customer, { cseq: 299 });
      expect((await phone.next(isAnswerTo(299))).status).toBe(200);
    });
    phone.request('BYE', call.customer, { tag: 'customer', cseq: 300 });
    expect((await phone.next(isAnswerTo(300))).status).toBe(200);
    await nextBye(phone, call.pilot);
    await resumed?.ended;
    phone.request('BYE', call.customer, { tag: 'stranger', cseq: 301 });
    expect((await phone.next(isAnswerTo(301))).status).toBe(481);
    await telephony.close();
  });

  test('finds that one side has gone meanwhile, and hangs up the other', async () => {
    const { telephony, resumed } = await restart();
    phone.reply(await nextReinvite(phone, call.pilot), 481, { tag: 'pilot' });
    await nextBye(phone, call.customer);
    await resumed?.ended;
    await telephony.close();
  });

  test('goes on with the session as the peers know it', async () => {
    const { telephony, resumed } = await restart();
    const refresh = await nextReinvite(phone, call.customer);
    const origin = /o=- (\d+) (\d+)/;
    expect(origin.exec(refresh.body)?.[1]).toBe(origin.exec(call.customer.body)?.[1]);
    expect(audioPort(refresh.body)).toBe(5_000);
    phone.reply(refresh, 200, { sdp: phone.sdp(4_000), tag: 'customer' });
    phone.reply(await nextReinvite(phone, call.pilot), 200, { sdp: phone.sdp(5_000), tag: 'pilot' });
    await resumed?.end();
    await telephony.close();
  });

  test('tells each side where the other has moved its media meanwhile', async () => {
    const { telephony, resumed } = await restart();
    phone.reply(await nextReinvite(phone, call.pilot), 200, { sdp: phone.sdp(5_002), tag: 'pilot' });
    phone.reply(await nextReinvite(phone, call.customer), 200, { sdp: phone.sdp(4_000), tag: 'customer' });
    const toCustomer = await nextReinvite(phone, call.customer);
    expect(audioPort(toCustomer.body)).toBe(5_002);
    phone.reply(toCustomer, 200, { sdp: phone.sdp(4_002), tag: 'customer' });
    const toPilot = await nextReinvite(phone, call.pilot);
    expect(audioPort(toPilot.body)).toBe(4_002);
    phone.reply(toPilot, 200, { sdp: phone.sdp(5_002), tag: 'pilot' });
    await resumed?.end();
    await telephony.close();
  });

  test('does not go on with two whose media had passed the dialer', async () => {
    const { telephony, resumed } = await restart(({ customer, pilot }) => ({
      customer,
      pilot: { ...pilot, localSdp: phone.sdp(6_000) },
    }));
    expect(resumed).toBeNull();
    await telephony.close();
  });

  test('cannot go on with what is no dialog, or over a line that is gone', async () => {
    const { telephony, resumed } = await restart(({ customer, pilot }) => ({
      customer,
      pilot: { ...pilot, dialog: { ...pilot.dialog, remoteTarget: 'nonsense' } },
    }));
    expect(resumed).toBeNull();
    await telephony.close();
  });
});
