import { beforeEach, expect, test } from '@jest/globals';
import type { QueueSnapshot, TakenCall } from '../../src/engine/contracts/agent-source.js';
import { ReservationLedger } from '../../src/engine/runtime/reservation-ledger.js';
import { FakeClock } from '../support/fake-clock.js';
import { SilentLog } from '../support/silent-log.js';

const QUEUE = 'queue';
let clock: FakeClock;
let log: SilentLog;
let ledger: ReservationLedger;
let calls: TakenCall[];

beforeEach(() => {
  clock = new FakeClock(new Date('2026-03-02T09:00:00Z'));
  log = new SilentLog();
  ledger = new ReservationLedger(clock, log, () => undefined);
  calls = [];
  look();
});

/** The source shows what it has seen so far. */
function look(): void {
  const counts = { loggedIn: 9, free: 9, reserved: 0, ringing: 0, busy: 0, wrapUp: 0, unavailable: 0, unknown: 0 };
  const snapshot: QueueSnapshot = {
    at: clock.now(),
    ...counts,
    exact: true,
    callsSeen: calls.length,
    lastCalls: calls,
  };
  ledger.observe(QUEUE, snapshot);
}

function sees(call: Omit<TakenCall, 'number'> = {}): void {
  calls.push({ ...call, number: calls.length + 1 });
  look();
}

function handsOver(attemptId: string, phoneNumber: string): void {
  ledger.transferring(attemptId, QUEUE, phoneNumber);
  ledger.handedOver(attemptId);
}

test('a call that is seen ends the oldest reservation, where nothing more is known of it', () => {
  handsOver('one', '+5541900000001');
  handsOver('two', '+5541900000002');
  sees();
  expect(ledger.unseen(QUEUE)).toBe(1);
});

test('a call that entered the queue before the transfer began is not ours', async () => {
  const enteredAtMs = clock.monotonicMs();
  await clock.advance(10);
  handsOver('one', '+5541900000001');
  sees({ enteredAtMs });
  expect(ledger.unseen(QUEUE)).toBe(1);
  sees({ enteredAtMs: clock.monotonicMs() });
  expect(ledger.unseen(QUEUE)).toBe(0);
});

test('a call of our customer ends its own reservation, however the switch writes the number', () => {
  handsOver('one', '+5541900000001');
  ledger.transferring('two', QUEUE, '+5541900000002');
  sees({ callerNumber: '041900000002' });
  expect([ledger.unseen(QUEUE), ledger.seenEarly(QUEUE)]).toEqual([1, 1]);
  ledger.handedOver('two');
  expect([ledger.unseen(QUEUE), ledger.seenEarly(QUEUE)]).toEqual([1, 0]);
});

test('once the switch has shown a number of ours, a call of somebody else ends no reservation', () => {
  handsOver('one', '+5541900000001');
  sees({ callerNumber: '+551155550000' });
  expect(ledger.unseen(QUEUE)).toBe(0);
  handsOver('two', '+5541900000002');
  sees({ callerNumber: '+5541900000002' });
  handsOver('three', '+5541900000003');
  sees({ callerNumber: '+551155550000' });
  expect(ledger.unseen(QUEUE)).toBe(1);
});

test('calls that the source never shows are told of after three in a row, until it shows one', async () => {
  for (let call = 0; call < 3; call++) {
    expect(ledger.unshownCalls()).toEqual([]);
    handsOver(`call ${call}`, '+5541900000001');
    look();
    await clock.advance(10_000);
  }
  expect(ledger.unseen(QUEUE)).toBe(0);
  expect(ledger.unshownCalls()).toMatchObject([{ queueId: QUEUE, occurrences: 3 }]);
  expect(log.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  expect(log.lines.join()).not.toContain('900000001');
  handsOver('last', '+5541900000001');
  sees();
  expect(ledger.unshownCalls()).toEqual([]);
});

test('a source that is not looked at, because it is down, is not blamed for what it does not show', async () => {
  for (let call = 0; call < 5; call++) {
    await clock.advance(1);
    handsOver(`call ${call}`, '+5541900000001');
    await clock.advance(10_000);
  }
  expect(ledger.unshownCalls()).toEqual([]);
});
