import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EngineBench } from '../support/engine-bench.js';
import { nextReinvite } from '../support/joined-call.js';
import { type LiveEngine, openLiveEngine } from '../support/live-engine.js';
import { audioPort, RtpEar } from '../support/rtp-ear.js';
import { type PhoneMessage, ScriptedPhone } from '../support/scripted-phone.js';
import { trunkTo } from '../support/sip-bench.js';

/*
 * Race 18 of sip-outcomes B8: the call is lost after its 200. Nobody let a person wait in vain, so that it must not count as
 * abandoned; the reason decides.
 */

let phone: ScriptedPhone;
let ear: RtpEar;
let live: LiveEngine;
beforeEach(async () => {
  [phone, ear] = await Promise.all([ScriptedPhone.open(), RtpEar.open()]);
  live = await openLiveEngine([trunkTo(phone.port)], { noResponseTimeoutMs: 300 });
});
afterEach(async () => {
  await live.close();
  await Promise.all([phone.close(), ear.close()]);
  expect(live.clock.pending).toBe(0);
});

/** A campaign calls its one lead, who answers. */
const answeredCall = async (transferMode: 'REFER' | 'REINVITE'): Promise<PhoneMessage> => {
  const windows = [{ scheduleId: 's', startsAt: new Date(0), endsAt: new Date(Date.now() + 3_600_000), ran: false }];
  live.database.addCampaign({ ...new EngineBench().campaign(), windows, transferMode });
  live.database.addLeads('campaign-1', 1);
  live.engine.start();
  const invite = await phone.next('INVITE');
  phone.reply(invite, 200, { sdp: phone.sdp(ear.port) });
  await phone.next('ACK');
  return invite;
};
const ending = async () => {
  await live.until(() => live.database.attempts().some(({ ending: written }) => written !== undefined));
  return live.database.attempts()[0]?.ending?.termination;
};

describe('race 18: a call that is lost during its transfer is unknown, not abandoned', () => {
  test('by REINVITE, where the trunk says nothing to the pilot’s call and the customer is not heard', async () => {
    await answeredCall('REINVITE');
    const pilot = await phone.next('INVITE');
    expect(pilot.startLine).toContain('sip:9000@');
    expect(await ending()).toMatchObject({
      ...{ status: 'UNKNOWN', attributedTo: 'CARRIER', reason: 'connection-lost', countsAsAttempt: true },
      localCause: 'no-response',
    });
    // Whatever is left of it at the peer is ended.
    await phone.next('BYE');
  });

  test('by REINVITE, where the dialog is gone when the media is to be joined', async () => {
    const customer = await answeredCall('REINVITE');
    phone.reply(await phone.next('INVITE'), 200, { sdp: phone.sdp(5_000), tag: 'pilot' });
    const reinvite = await nextReinvite(phone, customer);
    phone.reply(reinvite, 481);
    expect(await ending()).toMatchObject({ status: 'UNKNOWN', reason: 'connection-lost' });
  });

  test('by REFER, where the peer does not know the call any more', async () => {
    await answeredCall('REFER');
    phone.reply(await phone.next('REFER'), 481);
    expect(await ending()).toMatchObject({ status: 'UNKNOWN', reason: 'connection-lost', sipStatus: 481 });
    await phone.next('BYE');
  });
});

test('a customer who is heard while the pilot’s call gets no answer is abandoned', async () => {
  const customer = await answeredCall('REINVITE');
  await phone.next('INVITE');
  const speech = setInterval(() => ear.say(audioPort(customer.body), 0x90), 20);
  const termination = await ending();
  clearInterval(speech);
  expect(termination).toMatchObject({ status: 'FAILED', reason: 'transfer-failed', localCause: 'no-response' });
});
