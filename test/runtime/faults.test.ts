import { describe, expect, test } from '@jest/globals';
import { EngineBench, MINUTE } from '../support/engine-bench.js';

describe('the lease', () => {
  test('is waited for while another instance holds it', async () => {
    const bench = new EngineBench();
    bench.database.occupyLease();
    await bench.start();
    await bench.clock.advance(10_000);
    expect(bench.engine.status().state).toBe('STANDBY');
    expect(bench.idleReason()).toBe('NOT_LEASED');
    bench.database.freeLease();
    await bench.clock.advance(1000);
    expect(bench.engine.status().state).toBe('RUNNING');
    expect(bench.telephony.calls).toHaveLength(2);
  });

  test('when lost stops dialing, and is taken again while calls in flight finish', async () => {
    const bench = new EngineBench({ agents: 2 });
    await bench.start();
    bench.telephony.calls[0]?.answer({ transferMs: 8000 });
    await bench.clock.advance(0);
    bench.database.isDown = true;
    bench.database.loseLease();
    await bench.clock.advance(0);
    expect(bench.engine.status().state).toBe('STANDBY');
    bench.telephony.calls[1]?.fail({ sipStatus: 486 });
    await bench.clock.advance(3000);
    expect(bench.telephony.calls).toHaveLength(2);
    bench.database.comeBack();
    await bench.clock.advance(1000);
    expect(bench.engine.status().state).toBe('RUNNING');
    expect(bench.telephony.calls).toHaveLength(3);
    expect(bench.database.results().slice(0, 2)).toEqual(['-', 'BUSY busy']);
    await bench.clock.advance(4000);
    expect(bench.database.results()[0]).toBe('SUCCESS transferred');
    expect(bench.telephony.leftOver).toEqual([]);
  });

  test('when another instance has had it meanwhile is not taken before the last call has ended', async () => {
    const bench = new EngineBench({ agents: 2 });
    await bench.start();
    bench.telephony.calls[0]?.answer({ transferMs: 8000 });
    bench.telephony.calls[1]?.fail({ sipStatus: 486 });
    bench.database.loseLease();
    bench.database.occupyLease();
    await bench.clock.advance(2000);
    bench.database.freeLease();
    await bench.clock.advance(5000);
    expect(bench.engine.status().state).toBe('STANDBY');
    expect(bench.telephony.calls).toHaveLength(2);
    // It is there for others.
    const other = await bench.database.tryAcquire();
    expect(other).toBeDefined();
    await other?.release();
    await bench.clock.advance(2000);
    expect(bench.database.results().slice(0, 2)).toEqual(['SUCCESS transferred', 'BUSY busy']);
    expect(bench.engine.status().state).toBe('RUNNING');
    expect(bench.telephony.calls.length).toBeGreaterThan(2);
  });

  test('when lost under a claim is asked for again when it is known what was claimed', async () => {
    const bench = new EngineBench({ agents: 1 });
    let answer: () => void = () => undefined;
    bench.database.afterClaim = () => new Promise((resolve) => (answer = resolve));
    await bench.start();
    bench.database.loseLease();
    await bench.clock.advance(1000);
    expect(bench.engine.status().state).toBe('STANDBY');
    bench.database.afterClaim = () => Promise.resolve();
    answer();
    await bench.clock.advance(1000);
    expect(bench.engine.status().state).toBe('RUNNING');
    expect(bench.database.results()[0]).toBe('NOT_CALLED lease-lost');
    expect(bench.told('attempt-1')).toEqual(['QUEUED', 'ENDED']);
    expect(bench.telephony.calls).toHaveLength(1);
  });

  test('when lost between claim and INVITE keeps the INVITE back', async () => {
    const bench = new EngineBench({ agents: 1 });
    let commit: () => void = () => undefined;
    bench.database.beforeMove = () => new Promise((resolve) => (commit = resolve));
    await bench.start();
    bench.database.loseLease();
    bench.database.occupyLease();
    await bench.clock.advance(0);
    bench.database.beforeMove = () => Promise.resolve();
    commit();
    await bench.clock.advance(0);
    expect(bench.database.results()[0]).toBe('NOT_CALLED lease-lost');
  });
});

describe('PostgreSQL away', () => {
  test('stops new calls, lets those in flight finish, and their results are written when it is back', async () => {
    const bench = new EngineBench({ agents: 2 });
    await bench.start();
    bench.database.isDown = true;
    bench.telephony.calls[0]?.answer();
    bench.telephony.calls[1]?.fail({ sipStatus: 486 });
    await bench.clock.advance(100);
    bench.queue.finishCall();
    await bench.clock.advance(2 * MINUTE);
    expect(bench.telephony.calls).toHaveLength(2);
    expect(bench.idleReason()).toBe('DATABASE_DOWN');
    expect(bench.engine.status()).toMatchObject({ idleReason: 'DATABASE_DOWN', databaseDownSince: expect.any(Date) });
    expect(bench.database.results().slice(0, 2)).toEqual(['-', '-']);
    bench.database.comeBack();
    await bench.clock.advance(1000);
    expect(bench.database.results().slice(0, 2)).toEqual(['SUCCESS transferred', 'BUSY busy']);
    expect(bench.telephony.calls.length).toBeGreaterThan(2);
    expect(bench.idleReason()).toBeNull();
    expect(bench.engine.status().databaseDownSince).toBeNull();
  });

  test('at the start is waited for', async () => {
    const bench = new EngineBench();
    bench.database.isDown = true;
    await bench.start();
    await bench.clock.advance(30_000);
    expect(bench.engine.status()).toMatchObject({ state: 'STANDBY', idleReason: 'DATABASE_DOWN' });
    bench.database.comeBack();
    await bench.clock.advance(1000);
    expect(bench.telephony.calls).toHaveLength(2);
  });

  test('for long after the do-not-call check has the lead checked again', async () => {
    const bench = new EngineBench({ agents: 1, campaign: { dncServiceId: 'dnc-1' } });
    let commit: () => void = () => undefined;
    bench.database.beforeMove = (step) =>
      step.state === 'DIALING' ? new Promise((resolve) => (commit = resolve)) : Promise.resolve();
    await bench.start();
    await bench.clock.advance(MINUTE);
    bench.database.beforeMove = () => Promise.resolve();
    commit();
    await bench.clock.advance(100);
    expect(bench.database.results()[0]).toBe('NOT_CALLED dnc-answer-too-old');
    expect(bench.database.attempts()[0]?.ending?.neverDialed).toBe(true);
    expect(bench.dnc.asked).toHaveLength(2);
    expect(bench.telephony.calls).toHaveLength(1);
  });
});

describe('a killed engine', () => {
  /** The process is gone: nothing that was open gets any further, and its lease is free. */
  function kill(bench: EngineBench): void {
    bench.telephony.calls.length = 0;
    bench.telephony.placeCall = new EngineBench().telephony.placeCall.bind(bench.telephony);
    bench.database.freeLease();
    bench.engine = bench.newEngine();
  }

  test('race 19: started again closes what was open as UNKNOWN, and calls nobody before the retry time', async () => {
    const bench = new EngineBench({ agents: 2, leads: 2 });
    await bench.start();
    bench.telephony.calls[0]?.answer({ transferMs: 10 * MINUTE });
    await bench.clock.advance(100);
    kill(bench);
    await bench.start();
    expect(bench.database.results()).toEqual(['UNKNOWN engine-restarted', 'UNKNOWN engine-restarted']);
    expect(bench.database.lead(0)).toMatchObject({ status: 'UNKNOWN', place: 'RETRY', attemptCount: 1 });
    expect(bench.telephony.leftOver.map(({ callId }) => callId)).toEqual(['attempt-1']);
    expect(bench.telephony.cancelledLeftOver.map(({ callId }) => callId)).toEqual(['attempt-2']);
    await bench.clock.advance(59 * MINUTE);
    expect(bench.telephony.calls).toHaveLength(0);
    await bench.clock.advance(MINUTE);
    expect(bench.telephony.calls.length).toBeGreaterThan(0);
  });

  test('ends all calls that were left first, and writes the ends of all attempts together', async () => {
    const bench = new EngineBench({ agents: 3, leads: 3 });
    await bench.start();
    for (const call of bench.telephony.calls) call.answer({ transferMs: 10 * MINUTE });
    await bench.clock.advance(100);
    kill(bench);
    const close = bench.database.close.bind(bench.database);
    const held: (() => void)[] = [];
    bench.database.close = async (ending) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return close(ending);
    };
    await bench.start();
    expect(bench.telephony.leftOver).toHaveLength(3);
    expect(held).toHaveLength(3);
    expect(bench.engine.status().state).toBe('RECOVERING');
    for (const go of held) go();
    await bench.clock.advance(0);
    expect(bench.engine.status().state).toBe('RUNNING');
    expect(bench.database.results()).toEqual(Array(3).fill('UNKNOWN engine-restarted'));
  });

  test('gives back what was never dialed, uncounted', async () => {
    const bench = new EngineBench({ agents: 1, campaign: { dncServiceId: 'dnc-1' } });
    bench.dnc.answer = () => new Promise(() => undefined);
    await bench.start();
    expect(bench.database.open()[0]?.state).toBe('CHECKING_DNC');
    bench.dnc.answer = () => 'MAY_CALL';
    kill(bench);
    await bench.start();
    expect(bench.database.results()[0]).toBe('NOT_CALLED engine-restarted');
    expect(bench.telephony.calls.map(({ request }) => request.phoneNumber)).toEqual([
      bench.database.lead(0).phoneNumber,
    ]);
  });

  test('tries for a while to end calls whose line is not in service yet', async () => {
    const bench = new EngineBench({ agents: 1, leads: 1 });
    await bench.start();
    bench.telephony.last.answer({ transferMs: 10 * MINUTE });
    await bench.clock.advance(100);
    kill(bench);
    bench.telephony.leftOverConfirmed = false;
    await bench.start();
    await bench.clock.advance(7000);
    expect(bench.telephony.leftOver).toHaveLength(2);
    bench.telephony.leftOverConfirmed = true;
    await bench.clock.advance(MINUTE);
    expect(bench.telephony.leftOver).toHaveLength(3);
  });

  test('a left-over call that cannot be ended for a fault of ours is tried again like any other', async () => {
    const bench = new EngineBench({ agents: 1, leads: 1 });
    await bench.start();
    bench.telephony.last.answer({ transferMs: 10 * MINUTE });
    await bench.clock.advance(100);
    kill(bench);
    let tries = 0;
    bench.telephony.endLeftOverCall = () => {
      tries++;
      return Promise.reject(new TypeError('what was kept is no dialog'));
    };
    await bench.start();
    await bench.clock.advance(MINUTE);
    expect(tries).toBe(6);
    await bench.engine.stop();
  });
});

test('a claim whose answer was lost comes back when it has expired', async () => {
  const bench = new EngineBench({ agents: 1, leads: 1 });
  const claim = bench.database.claim.bind(bench.database);
  bench.database.claim = async (request) => {
    await claim(request);
    throw new Error('connection lost after the commit');
  };
  await bench.start();
  bench.database.claim = claim;
  await bench.clock.advance(14 * MINUTE);
  expect(bench.telephony.calls).toHaveLength(0);
  expect(bench.database.stopped.size).toBe(0);
  await bench.clock.advance(3 * MINUTE);
  expect(bench.database.results()[0]).toBe('NOT_CALLED engine-restarted');
  expect(bench.telephony.calls.length).toBeGreaterThan(0);
});

describe('a drain', () => {
  test('cancels what rings, lets answered calls finish, and releases the lease', async () => {
    const bench = new EngineBench({ agents: 2 });
    await bench.start();
    bench.telephony.calls[0]?.answer({ transferMs: 5000 });
    await bench.clock.advance(10);
    let isDrained = false;
    const drained = bench.engine.drain().then(() => (isDrained = true));
    await bench.clock.advance(4000);
    expect(bench.telephony.calls[1]?.cancelled).toBe('engine-draining');
    expect(bench.engine.status().state).toBe('DRAINING');
    expect(isDrained).toBe(false);
    await bench.clock.advance(1000);
    await drained;
    expect(bench.database.results()).toEqual(['SUCCESS transferred', 'NOT_CALLED engine-draining']);
    expect(bench.engine.status().state).toBe('STOPPED');
    expect(bench.telephony.calls).toHaveLength(2);
    expect(bench.clock.timerCount()).toBe(0);
    expect(await bench.database.tryAcquire()).toBeDefined();
  });

  test('can be cut short by a stop', async () => {
    const bench = new EngineBench({ agents: 1 });
    await bench.start();
    bench.telephony.last.answer({ transferMs: 60_000 });
    await bench.clock.advance(10);
    const drained = bench.engine.drain();
    await bench.clock.advance(1000);
    await bench.engine.stop();
    await drained;
    expect(bench.telephony.last.hungUp).toBe(true);
    expect(bench.database.results()).toEqual(['UNKNOWN engine-stopped']);
  });
});

describe('a drain while PostgreSQL is away', () => {
  test('lets calls finish, then waits 30 s for the database and tells what is left to the next start', async () => {
    const bench = new EngineBench({ agents: 2 });
    await bench.start();
    bench.telephony.calls[0]?.answer({ transferMs: 10 * MINUTE });
    await bench.clock.advance(10);
    bench.database.isDown = true;
    const drained = bench.engine.drain();
    await bench.clock.advance(9 * MINUTE);
    expect(bench.engine.status().state).toBe('DRAINING');
    await bench.clock.advance(MINUTE + 29_000);
    expect(bench.engine.status().state).toBe('DRAINING');
    await bench.clock.advance(1_000);
    expect(await drained).toBe(2);
    expect(bench.clock.timerCount()).toBe(0);
    bench.database.comeBack();
  });

  test('that is over in time leaves nothing open', async () => {
    const bench = new EngineBench({ agents: 2 });
    await bench.start();
    bench.database.isDown = true;
    const drained = bench.engine.drain();
    await bench.clock.advance(20_000);
    bench.database.comeBack();
    await bench.clock.advance(10);
    expect(await drained).toBe(0);
    expect(bench.database.open()).toEqual([]);
  });
});

test('a stop after a drain leaves no timer', async () => {
  const bench = new EngineBench({ agents: 1, leads: 0 });
  await bench.start();
  await bench.engine.drain();
  await bench.engine.stop();
  expect(bench.clock.timerCount()).toBe(0);
});

test('a stop hangs up, closes everything, and does not wait for a far end that is silent', async () => {
  const bench = new EngineBench({ agents: 2 });
  bench.telephony.cancelByHand = true;
  await bench.start();
  bench.telephony.calls[0]?.answer({ transferMs: 60_000 });
  await bench.clock.advance(10);
  const stopped = bench.engine.stop();
  await bench.clock.advance(1000);
  await stopped;
  expect(bench.database.results()).toEqual(['UNKNOWN engine-stopped', 'NOT_CALLED engine-stopped']);
  bench.telephony.calls[1]?.answer();
  await bench.clock.advance(0);
  expect(bench.telephony.calls[1]?.hungUp).toBe(true);
});

test('a stop while PostgreSQL is away ends all the same, and the next start closes what was open', async () => {
  const bench = new EngineBench({ agents: 1 });
  await bench.start();
  bench.database.isDown = true;
  const stopped = bench.engine.stop();
  await bench.clock.advance(5000);
  await stopped;
  expect(bench.engine.status().state).toBe('STOPPED');
  expect(bench.telephony.calls).toHaveLength(1);
});

test('an engine that was never started stops at once', async () => {
  const bench = new EngineBench();
  await bench.engine.drain();
  await bench.engine.stop();
  expect(bench.engine.status().state).toBe('STOPPED');
});
