import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as argon2 from '@node-rs/argon2';
import type { TestApp } from '../support/test-app.js';

const counts = { hash: 0, verify: 0 };
jest.unstable_mockModule('@node-rs/argon2', () => ({
  hash: (...args: Parameters<typeof argon2.hash>) => {
    counts.hash++;
    return argon2.hash(...args);
  },
  verify: (...args: Parameters<typeof argon2.verify>) => {
    counts.verify++;
    return argon2.verify(...args);
  },
}));
// After the mock, which modules that were loaded before would not see.
const { MASTER_PASSWORD, startTestApp } = await import('../support/test-app.js');
const { makeUser, PASSWORD } = await import('../support/people.js');

const { LoginThrottle } = await import('../../src/auth/login-throttle.js');

const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) { token } }`;

describe('logins', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
    // The decoy of unknown names is hashed once.
    await code('nobody', 'a first guess');
  });

  beforeEach(() => {
    Object.assign(counts, { hash: 0, verify: 0 });
  });

  afterAll(() => app.close());

  async function code(username: string, password: string): Promise<string> {
    const answer = await app.anonymous.send(LOGIN, { input: { username, password } });
    return answer.errors?.[0]?.extensions.code ?? 'DONE';
  }

  test('cost the same hashing for a wrong password, an unknown name and a disabled user', async () => {
    const enabled = await makeUser(app, 'MASTER');
    const disabled = await makeUser(app, 'MASTER');
    await app.master.ask(`mutation ($input: UpdateUserInput!) { updateUser(input: $input) { user { id } } }`, {
      input: { id: disabled.id, version: disabled.version, enabled: false },
    });
    for (const username of [enabled.username, 'unknown-name', disabled.username, 'nul\u0000name', 'x'.repeat(5000)]) {
      Object.assign(counts, { hash: 0, verify: 0 });
      expect(await code(username, 'a wrong guess')).toBe('UNAUTHENTICATED');
      expect(counts).toEqual({ hash: 0, verify: 1 });
    }
    Object.assign(counts, { hash: 0, verify: 0 });
    expect(await code(disabled.username, PASSWORD)).toBe('UNAUTHENTICATED');
    expect(await code(enabled.username, 'x'.repeat(100_000))).toBe('UNAUTHENTICATED');
    expect(counts).toEqual({ hash: 0, verify: 2 });
  });

  test('are limited by user name, known or not, and then cost no hashing', async () => {
    const { username } = await makeUser(app, 'MASTER');
    for (const name of [username, 'never-seen']) {
      for (let index = 0; index < 10; index++) expect(await code(name, 'a wrong guess')).toBe('UNAUTHENTICATED');
      Object.assign(counts, { hash: 0, verify: 0 });
      expect(await code(name, PASSWORD)).toBe('RATE_LIMITED');
      expect(await code(` ${name.toUpperCase()} `, PASSWORD)).toBe('RATE_LIMITED');
      expect(counts).toEqual({ hash: 0, verify: 0 });
    }
    expect(await code('master', MASTER_PASSWORD)).toBe('DONE');
  });

  test('that come at once are limited as those that come one by one', async () => {
    const { username } = await makeUser(app, 'MASTER');
    const codes = await Promise.all(Array.from({ length: 16 }, () => code(username, 'a wrong guess')));
    expect(codes.filter((each) => each === 'UNAUTHENTICATED')).toHaveLength(10);
    expect(codes.filter((each) => each === 'RATE_LIMITED')).toHaveLength(6);
    expect(counts.verify).toBe(10);
  });

  test('that succeed use up nothing', async () => {
    const { username } = await makeUser(app, 'MASTER');
    for (let index = 0; index < 9; index++) await code(username, 'a wrong guess');
    for (let index = 0; index < 12; index++) expect(await code(username, PASSWORD)).toBe('DONE');
  });

  test('are limited by address, whatever the names, and a success does not forgive the address', async () => {
    let failures = 0;
    while ((await code(`guess-${failures}`, 'a wrong guess')) === 'UNAUTHENTICATED') {
      failures++;
      if (failures === 5) await code('master', MASTER_PASSWORD);
      expect(failures).toBeLessThan(60);
    }
    const refusal = await app.anonymous.refusal(LOGIN, { input: { username: 'master', password: MASTER_PASSWORD } });
    expect(refusal.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) });
  });
});

describe('the limits of failed logins', () => {
  test('of a user name hold over all addresses too, until the window is over', () => {
    let nowMs = 0;
    const throttle = new LoginThrottle(() => nowMs);
    for (let host = 1; host <= 10; host++) {
      for (let guess = 0; guess < 10; guess++) expect(throttle.admit('master', `192.0.2.${host}`)).toBe(0);
    }
    expect(throttle.admit('master', '192.0.2.99')).toBe(15 * 60);
    expect(throttle.admit('somebody', '192.0.2.99')).toBe(0);
    nowMs = 15 * 60_000;
    expect(throttle.admit('master', '192.0.2.99')).toBe(0);
  });

  test('do not count what has come to no verdict', () => {
    const throttle = new LoginThrottle(() => 0);
    for (let fault = 0; fault < 200; fault++) {
      expect(throttle.admit('master', '192.0.2.1')).toBe(0);
      throttle.takeBack('master', '192.0.2.1');
    }
  });
});
