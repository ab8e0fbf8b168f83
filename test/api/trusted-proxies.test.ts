import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { loadConfig } from '../../src/config.js';
import type { GraphQLAnswer } from '../support/graphql-client.js';
import { makeUser, PASSWORD } from '../support/people.js';
import { MASTER_PASSWORD, startTestApp, type TestApp } from '../support/test-app.js';

const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) { token } }`;

/** A login as a proxy passes it on. */
async function login(
  app: TestApp,
  forwarded: Record<string, string>,
  input: { username: string; password: string; setCookie?: boolean },
): Promise<{ readonly code: string; readonly headers: Headers }> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...forwarded },
    body: JSON.stringify({ query: LOGIN, variables: { input } }),
  });
  const { errors } = (await response.json()) as GraphQLAnswer<unknown>;
  return { code: errors?.[0]?.extensions.code ?? 'DONE', headers: response.headers };
}

describe('with a trusted proxy on loopback', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ TRUSTED_PROXIES: 'loopback, 10.1.0.0/16' });
  });

  afterAll(() => app.close());

  const guess = async (from: string, username: string): Promise<string> =>
    (await login(app, { 'x-forwarded-for': from }, { username, password: 'a wrong guess' })).code;

  async function guessUntilRefused(from: string, username: string): Promise<number> {
    let count = 0;
    while ((await guess(from, username)) === 'UNAUTHENTICATED') count++;
    return count;
  }

  test('who guesses passwords at one address keeps nobody out at another', async () => {
    const { username } = await makeUser(app, 'MASTER');
    expect(await guessUntilRefused('198.51.100.1', username)).toBe(10);
    const input = { username, password: PASSWORD };
    expect((await login(app, { 'x-forwarded-for': '198.51.100.1' }, input)).code).toBe('RATE_LIMITED');
    expect((await login(app, { 'x-forwarded-for': '198.51.100.2' }, input)).code).toBe('DONE');
  });

  test('the addresses of an IPv6 network are one client', async () => {
    const { username } = await makeUser(app, 'MASTER');
    for (let host = 1; host <= 10; host++) {
      expect(await guess(`2001:db8:0:7::${host}:1`, username)).toBe('UNAUTHENTICATED');
    }
    expect(await guess('2001:DB8::7:1:2:3:4', username)).toBe('RATE_LIMITED');
    expect(await guess('2001:db8:0:8::1', username)).toBe('UNAUTHENTICATED');
  });

  test.each([
    ['the address that the proxy has seen', '203.0.113.5', '203.0.113.5'],
    ['not what the client claims to have forwarded', '1.2.3.4, 203.0.113.6', '203.0.113.6'],
    ['past another trusted proxy', '203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['the proxy itself for what is no address', 'nonsense', '127.0.0.1'],
  ])('the audit log has %s', async (_what, forwarded, address) => {
    const username = `nobody-${forwarded}`;
    await login(app, { 'x-forwarded-for': forwarded }, { username, password: 'a wrong guess' });
    const { auditEvents } = await app.master.ask<{ auditEvents: { nodes: { username: string; address: string }[] } }>(
      `{ auditEvents(first: 5) { nodes { username address } } }`,
    );
    expect(auditEvents.nodes.find((event) => event.username === username)?.address).toMatch(
      new RegExp(`^(::ffff:)?${address}$`),
    );
  });

  test('the session cookie is for HTTPS alone, where the client uses it, and browsers are told that it stays so', async () => {
    const input = { username: 'master', password: MASTER_PASSWORD, setCookie: true };
    const secure = await login(app, { 'x-forwarded-proto': 'https' }, input);
    expect(secure.headers.get('set-cookie')).toContain('Secure');
    expect(secure.headers.get('strict-transport-security')).toBe('max-age=31536000');
    const plain = await login(app, { 'x-forwarded-proto': 'http' }, input);
    expect(plain.headers.get('set-cookie')).not.toContain('Secure');
  });

  test("a browser's WebSocket of the outer address is accepted with its cookie", async () => {
    const input = { username: 'master', password: MASTER_PASSWORD, setCookie: true };
    const { headers } = await login(app, { 'x-forwarded-proto': 'https' }, input);
    const socket = new WebSocket(`${app.url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', {
      origin: 'https://dialer.example',
      headers: {
        host: 'dialer.example',
        cookie: headers.get('set-cookie')?.split(';')[0] ?? '',
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '203.0.113.5',
      },
    });
    await new Promise((done, failed) => socket.once('open', done).once('error', failed));
    socket.send('{"type":"connection_init"}');
    const [message] = await new Promise<unknown[]>((done) =>
      socket.once('message', (...args) => {
        done(args);
      }),
    );
    expect(JSON.parse(String(message))).toEqual({ type: 'connection_ack' });
    socket.terminate();
  });
});

describe('without trusted proxies', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  test('nobody can claim another address, or HTTPS', async () => {
    const guess = (host: number) =>
      login(app, { 'x-forwarded-for': `192.0.2.${host}` }, { username: 'nobody', password: 'a wrong guess' });
    for (let host = 1; host <= 10; host++) expect((await guess(host)).code).toBe('UNAUTHENTICATED');
    expect((await guess(11)).code).toBe('RATE_LIMITED');
    const input = { username: 'master', password: MASTER_PASSWORD, setCookie: true };
    const { headers } = await login(app, { 'x-forwarded-proto': 'https' }, input);
    expect(headers.get('set-cookie')).not.toContain('Secure');
    expect(headers.get('strict-transport-security')).toBeNull();
  });
});

test('what is no list of proxies is refused at the start', () => {
  for (const TRUSTED_PROXIES of [
    'proxy.example',
    '10.0.0.0/33',
    '10.0.0.0/0',
    '10.0.0.0/8/8',
    '1',
    'true',
    'loopback,',
  ]) {
    expect(() => loadConfig({ TRUSTED_PROXIES })).toThrow(/TRUSTED_PROXIES=.* must be addresses, networks such as/);
  }
  expect(loadConfig({ TRUSTED_PROXIES: 'loopback, 2001:db8::/32,192.0.2.1' }).TRUSTED_PROXIES).toEqual([
    'loopback',
    '2001:db8::/32',
    '192.0.2.1',
  ]);
});
