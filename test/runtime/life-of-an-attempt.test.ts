import { describe, expect, test } from '@jest/globals';
import { EngineBench, FakeDetectors, MINUTE } from '../support/engine-bench.js';
import { inviteOf } from '../support/fake-telephony.js';

describe('an attempt', () => {
  test('goes from the claim to the transfer, and every step is told after its commit', async () => {
    const bench = new EngineBench({ agents: 1 });
    bench.telephony.script = () => ({ does: 'answer', afterMs: 4000, transferMs: 500 });
    await bench.start();
    await bench.clock.advance(5000);
    expect(bench.told('attempt-1')).toEqual(['QUEUED', 'DIALING', 'RINGING', 'ANSWERED', 'TRANSFERRING', 'ENDED']);
    expect(bench.telephony.calls[0]?.transferredTo).toBe('9000');
    expect(bench.database.results()[0]).toBe('SUCCESS transferred');
    expect(bench.database.lead(0)).toMatchObject({ status: 'SUCCESS', place: 'DONE', attemptCount: 1 });
  });

  test('is committed as DIALING before its INVITE leaves', async () => {
    const bench = new EngineBench({ agents: 1 });
    let commit: () => void = () => undefined;
    bench.database.beforeMove = () => new Promise((resolve) => (commit = resolve));
    await bench.start();
    expect(bench.telephony.calls).toHaveLength(0);
    bench.database.beforeMove = () => Promise.resolve();
    commit();
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(1);
  });

  test('is transferred at once even if the write of RINGING is slow, and the steps keep their order', async () => {
    const bench = new EngineBench({ agents: 1 });
    let commit: () => void = () => undefined;
    bench.database.beforeMove = (step) =>
      step.state === 'RINGING' ? new Promise((resolve) => (commit = resolve)) : Promise.resolve();
    await bench.start();
    bench.telephony.last.ring();
    bench.telephony.last.answer({ transferMs: 10 });
    await bench.clock.advance(100);
    expect(bench.telephony.last.state).toBe('over');
    expect(bench.told('attempt-1')).toEqual(['QUEUED', 'DIALING']);
    commit();
    await bench.clock.advance(0);
    expect(bench.told('attempt-1').slice(2)).toEqual(['RINGING', 'ANSWERED', 'TRANSFERRING', 'ENDED']);
  });

  test('hangs up on the customer when the dialer itself fails after the answer', async () => {
    const bench = new EngineBench({ agents: 1, leads: 1 });
    bench.telephony.refusesTransfers = true;
    await bench.start();
    bench.telephony.last.answer();
    await bench.clock.advance(0);
    expect(bench.database.results()).toEqual(['UNKNOWN dialer-error']);
    expect(bench.telephony.last.hungUp).toBe(true);
  });

  test('ignores a late 180', async () => {
    const bench = new EngineBench({ agents: 1 });
    await bench.start();
    bench.telephony.last.answer({ transferMs: 500 });
    await bench.clock.advance(10);
    bench.telephony.last.request.onRinging(inviteOf(bench.telephony.last.request));
    await bench.clock.advance(1000);
    expect(bench.told('attempt-1')).toEqual(['QUEUED', 'DIALING', 'ANSWERED', 'TRANSFERRING', 'ENDED']);
  });

  test('with a busy number comes due again after the retry time', async () => {
    const bench = new EngineBench({ agents: 1, leads: 1 });
    bench.telephony.script = () => ({ does: 'fail', afterMs: 2000, sipStatus: 486 });
    await bench.start();
    await bench.clock.advance(2000);
    expect(bench.database.lead(0)).toMatchObject({ status: 'BUSY', place: 'RETRY', attemptCount: 1 });
    await bench.clock.advance(60 * MINUTE - 1);
    expect(bench.telephony.calls).toHaveLength(1);
    expect(bench.idleReason()).toBe('NO_DUE_LEADS');
    await bench.clock.advance(1);
    expect(bench.telephony.calls).toHaveLength(2);
  });

  test('does not count when the trunk is at fault, but waits the retry time', async () => {
    const bench = new EngineBench({ agents: 1, leads: 1 });
    bench.telephony.script = () => ({ does: 'fail', afterMs: 100, sipStatus: 503 });
    await bench.start();
    await bench.clock.advance(59 * MINUTE);
    expect(bench.database.results()).toEqual(['SERVICE_TEMPORARILY_UNAVAILABLE temporarily-unavailable']);
    expect(bench.database.lead(0).attemptCount).toBe(0);
  });

  test('ends as no-answer at the ring time-out', async () => {
    const bench = new EngineBench({ agents: 1, leads: 1 });
    await bench.start();
    await bench.clock.advance(30_000);
    expect(bench.database.results()).toEqual(['FAILED no-answer']);
  });

  test('whose transfer fails is hung up and counts', async () => {
    const bench = new EngineBench({ agents: 1, leads: 1 });
    await bench.start();
    bench.telephony.last.answer({
      transferMs: 10,
      transfer: { kind: 'failed', cause: 'refused', evidence: { sipStatus: 486 } },
    });
    await bench.clock.advance(20);
    expect(bench.database.results()).toEqual(['FAILED transfer-failed']);
    expect(bench.telephony.last.hungUp).toBe(true);
    expect(bench.database.lead(0)).toMatchObject({ attemptCount: 1, place: 'RETRY' });
  });

  test('whose customer hangs up during the transfer ends once, as customer-hung-up', async () => {
    const bench = new EngineBench({ agents: 1, leads: 1 });
    await bench.start();
    bench.telephony.last.answer({ transferMs: 5000 });
    await bench.clock.advance(1000);
    bench.telephony.last.end({ by: 'callee' });
    await bench.clock.advance(10_000);
    expect(bench.database.results()).toEqual(['FAILED customer-hung-up']);
  });

  test('in which the dialer itself fails still ends, and its line comes back', async () => {
    const bench = new EngineBench({ agents: 1, leads: 1, ports: 1 });
    bench.telephony.placeCall = () => {
      throw new Error('misuse');
    };
    await bench.start();
    await bench.clock.advance(1000);
    expect(bench.database.results()).toEqual(['UNKNOWN dialer-error']);
    expect(bench.engine.status().ports.free).toBe(1);
  });
});

describe('detection', () => {
  async function answered(): Promise<{ bench: EngineBench; detectors: FakeDetectors }> {
    const detectors = new FakeDetectors();
    const bench = new EngineBench({ agents: 1, leads: 1, campaign: { amdEnabled: true }, amd: detectors });
    await bench.start();
    bench.telephony.last.answer({ transferMs: 10 });
    await bench.clock.advance(0);
    return { bench, detectors };
  }

  test('lets a person through', async () => {
    const { bench, detectors } = await answered();
    expect(detectors.made[0]?.answered).toBe(true);
    expect(bench.database.open()[0]?.state).toBe('DETECTING');
    detectors.made[0]?.find({ verdict: 'HUMAN' });
    await bench.clock.advance(20);
    expect(bench.told('attempt-1')).toEqual(['QUEUED', 'DIALING', 'ANSWERED', 'DETECTING', 'TRANSFERRING', 'ENDED']);
    expect(bench.database.attempts()[0]?.ending?.amd?.verdict).toBe('HUMAN');
    expect(detectors.made[0]?.disposed).toBe(true);
  });

  test('hangs up on a machine, which is called again later', async () => {
    const { bench, detectors } = await answered();
    detectors.made[0]?.find({ verdict: 'MACHINE', reason: 'BEEP' });
    await bench.clock.advance(0);
    expect(bench.telephony.last.hungUp).toBe(true);
    expect(bench.telephony.last.transferredTo).toBeUndefined();
    expect(bench.database.results()).toEqual(['AMD machine']);
    expect(bench.database.lead(0)).toMatchObject({ status: 'AMD', place: 'RETRY', attemptCount: 1 });
  });

  test('takes a special information tone for a number that does not exist', async () => {
    const { bench, detectors } = await answered();
    detectors.made[0]?.find({ verdict: 'MACHINE', kind: 'SIT', reason: 'SIT_TONE' });
    await bench.clock.advance(0);
    expect(bench.database.results()).toEqual(['FAILED number-not-reachable']);
    expect(bench.database.lead(0).place).toBe('DONE');
  });

  test('ends when the customer hangs up meanwhile', async () => {
    const { bench, detectors } = await answered();
    bench.telephony.last.end({ by: 'callee' });
    await bench.clock.advance(0);
    expect(bench.database.results()).toEqual(['FAILED customer-hung-up']);
    expect(detectors.made[0]?.disposed).toBe(true);
  });

  test('race 18: ends as UNKNOWN when the dialog is lost', async () => {
    const { bench } = await answered();
    bench.telephony.last.end({ by: 'network' });
    await bench.clock.advance(0);
    expect(bench.database.results()).toEqual(['UNKNOWN connection-lost']);
    expect(bench.database.lead(0)).toMatchObject({ attemptCount: 1, place: 'RETRY' });
  });
});
