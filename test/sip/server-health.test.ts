import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CallFailure } from '../../src/engine/contracts/telephony.js';
import { ServerHealth } from '../../src/engine/sip/server-health.js';
import { FakeClock } from '../support/fake-clock.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const failure = { kind: 'failed', reasonHeaders: [], rang: false } as const;
const silence: CallFailure = { ...failure, localCause: 'no-response', provisionalSeen: false };
const busy: CallFailure = { ...failure, sipStatus: 486, provisionalSeen: true };

let clock: FakeClock;
let probes: number;
let answersOptions: boolean;
let health: ServerHealth;

beforeEach(() => {
  clock = new FakeClock(new Date('2026-03-02T09:00:00Z'));
  probes = 0;
  answersOptions = false;
  health = new ServerHealth({
    clock,
    idleMs: 30 * SECOND,
    probe: () => {
      probes++;
      return Promise.resolve(answersOptions);
    },
    connectionFault: () => null,
    changed: () => undefined,
  });
});

/** How long it is in the other state from now on, to the second. */
const secondsUntil = async (isUp: boolean): Promise<number> => {
  let seconds = 0;
  for (; health.isUp !== isUp; seconds++) await clock.advance(SECOND);
  return seconds;
};

describe('a server that has never answered anything', () => {
  test('is out after three OPTIONS, and on trial once its back-off has grown to five minutes', async () => {
    expect(await secondsUntil(false)).toBe(40);
    expect(probes).toBe(3);
    expect(health.facts).toMatchObject({ message: 'The server does not answer OPTIONS' });
    // 1 + 2 + 4 + … + 256 seconds, and not before.
    expect(await secondsUntil(true)).toBe(511);
    expect(await secondsUntil(false)).toBe(30);
    expect(await secondsUntil(true)).toBe(300);
    health.recordCall(busy, false);
    expect(health.facts).toEqual({});
    await clock.advance(10 * MINUTE);
    expect(health.isUp).toBe(true);
  });

  test('comes back as soon as OPTIONS is answered, and then backs off for a second again', async () => {
    await secondsUntil(false);
    await clock.advance(20 * SECOND);
    answersOptions = true;
    expect(await secondsUntil(true)).toBeLessThan(20);
    expect(health.facts).toEqual({});
    answersOptions = false;
    await secondsUntil(false);
    expect((health.facts.nextTryAt?.getTime() ?? 0) - clock.now().getTime()).toBeLessThanOrEqual(SECOND);
  });
});

describe('a server that answers OPTIONS and no calls', () => {
  test('is let in by OPTIONS, and backs off for longer each time', async () => {
    answersOptions = true;
    await clock.advance(30 * SECOND);
    for (let n = 0; n < 5; n++) health.recordCall({ ...busy, sipStatus: 500 }, false);
    expect(await secondsUntil(true)).toBe(1);
    health.recordCall({ ...busy, sipStatus: 500 }, false);
    expect(await secondsUntil(true)).toBe(2);
    health.recordCall(busy, false);
    for (let n = 0; n < 5; n++) health.recordCall({ ...busy, sipStatus: 500 }, false);
    expect(await secondsUntil(true)).toBe(1);
  });
});

test('with another server at hand one silent call is enough, and Retry-After is honoured', async () => {
  health.recordCall(silence, true);
  expect(health.isUp).toBe(false);
  answersOptions = true;
  expect(await secondsUntil(true)).toBe(1);
  health.recordCall({ ...busy, sipStatus: 503, retryAfterSeconds: 90 }, false);
  expect(await secondsUntil(true)).toBe(90);
  health.recordCall({ ...busy, sipStatus: 503, retryAfterSeconds: 3_600 }, false);
  expect(await secondsUntil(true)).toBe(300);
});

test('what is stopped asks no more', async () => {
  health.stop();
  health.recordCall(silence, true);
  await clock.advance(10 * MINUTE);
  expect(probes).toBe(0);
});
