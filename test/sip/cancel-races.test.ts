import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { expectAnswer, expectFailure } from '../support/answered-call.js';
import { openBench, type SipBench } from '../support/sip-bench.js';

let bench: SipBench;
beforeEach(async () => {
  bench = await openBench({ noResponseTimeoutMs: 700 });
});
afterEach(() => bench.close());

describe('a call that nobody answers', () => {
  test('is cancelled after the ring time-out, and the 487 is kept beside our own reason', async () => {
    const { phone } = bench;
    const call = bench.call({ ringTimeoutMs: 100 });
    const invite = await phone.next('INVITE');
    phone.reply(invite, 180);
    const cancel = await phone.next('CANCEL');
    expect(cancel.branch).toBe(invite.branch);
    expect(cancel.cseq).toBe(invite.cseq);
    phone.reply(invite, 487);
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({
      localCause: 'ring-timeout',
      sipStatus: 487,
      rang: true,
    });
    await phone.next('ACK');
  });

  test('keeps the first reason when it is cancelled twice', async () => {
    const { phone } = bench;
    const call = bench.call();
    const invite = await phone.next('INVITE');
    phone.reply(invite, 180);
    call.cancel('campaign-stopped');
    call.cancel('engine-draining');
    await phone.next('CANCEL');
    phone.reply(invite, 487);
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({
      localCause: 'cancelled',
      cancelReason: 'campaign-stopped',
    });
  });

  test('is not cancelled before the first provisional response', async () => {
    const { phone } = bench;
    const call = bench.call();
    const invite = await phone.next('INVITE');
    call.cancel('engine-draining');
    expect(phone.count('CANCEL')).toBe(0);
    phone.reply(invite, 100);
    await phone.next('CANCEL');
    phone.reply(invite, 487);
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({ cancelReason: 'engine-draining' });
  });

  test('cancelled before its INVITE has left fails without a packet', async () => {
    const call = bench.call();
    call.cancel('campaign-stopped');
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({
      localCause: 'cancelled',
      provisionalSeen: false,
    });
    expect(bench.telephony.counters.sent).toBe(0);
  });

  test('without any response is given up; a late 180 is cancelled', async () => {
    const { phone } = bench;
    const call = bench.call();
    const invite = await phone.next('INVITE');
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({
      localCause: 'no-response',
      provisionalSeen: false,
    });
    phone.reply(invite, 180);
    const cancel = await phone.next('CANCEL');
    expect(cancel.branch).toBe(invite.branch);
    phone.reply(invite, 487);
    await phone.next('ACK');
  });

  test('without any response is given up; a late 200 is acknowledged and ended', async () => {
    const { phone } = bench;
    const call = bench.call();
    const invite = await phone.next('INVITE');
    await expectFailure(call.answerOrFailure);
    phone.reply(invite, 200, { sdp: true });
    await phone.next('ACK');
    await phone.next('BYE');
    expect(call.ringing()).toBe(0);
  });
});

describe('an answer that crosses our CANCEL', () => {
  test('race 1: is an answered call, and says that it was cancelled', async () => {
    const { phone } = bench;
    const call = bench.call();
    const invite = await phone.next('INVITE');
    phone.reply(invite, 180);
    call.cancel('campaign-stopped');
    await phone.next('CANCEL');
    phone.reply(invite, 200, { sdp: true });
    const answer = await expectAnswer(call.answerOrFailure);
    await phone.next('ACK');
    expect(answer.cancelled).toBe(true);
    await answer.hangUp();
  });

  test('race 2: is an answered call after the ring time-out too', async () => {
    const { phone } = bench;
    const call = bench.call({ ringTimeoutMs: 50 });
    const invite = await phone.next('INVITE');
    phone.reply(invite, 180);
    await phone.next('CANCEL');
    phone.reply(invite, 200, { sdp: true });
    const answer = await expectAnswer(call.answerOrFailure);
    expect(answer.cancelled).toBe(true);
    await answer.hangUp();
  });
});

describe('a forked call', () => {
  test('race 4: acknowledges both answers and ends the second', async () => {
    const { phone } = bench;
    const call = bench.call();
    const invite = await phone.next('INVITE');
    phone.reply(invite, 180, { tag: 'one' });
    phone.reply(invite, 180, { tag: 'two' });
    phone.reply(invite, 200, { tag: 'one', sdp: true });
    phone.reply(invite, 200, { tag: 'two', sdp: true });
    const answer = await expectAnswer(call.answerOrFailure);
    const acks = [await phone.next('ACK'), await phone.next('ACK')];
    expect(acks.map((ack) => ack.header('To').slice(-3)).sort()).toEqual(['one', 'two']);
    expect((await phone.next('BYE')).header('To')).toMatch(/;tag=two$/);
    expect(answer.dialog.remoteTag).toBe('one');
    expect(call.ringing()).toBe(1);
    await answer.hangUp();
    expect((await phone.next('BYE')).header('To')).toMatch(/;tag=one$/);
  });
});
