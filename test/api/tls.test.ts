import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { type App, startApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import { createLogger } from '../../src/logger.js';
import { startTestApp, MASTER_PASSWORD, type TestApp } from '../support/test-app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
const files = { TLS_CERT_FILE: fixture('cert.pem'), TLS_KEY_FILE: fixture('key.pem') };
const ca = readFileSync(files.TLS_CERT_FILE);

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

describe('with a certificate', () => {
  let database: TestDatabase;
  let app: App;

  beforeAll(async () => {
    database = await createTestDatabase();
    const config = loadConfig({ ...files, MASTER_PASSWORD, HTTPS_PORT: '0', DEMO: 'off', DATABASE_POOL_SIZE: '4' });
    app = await startApp({ config, log: createLogger('error'), databaseUrl: database.url });
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  function send(path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    return new Promise((done, failed) => {
      const request = httpsRequest(
        `${app.url}${path}`,
        { ca, method: body ? 'POST' : 'GET', headers: { 'content-type': 'application/json', ...headers } },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => {
            done({ status: response.statusCode ?? 0, headers: response.headers, body: text });
          });
        },
      );
      request.on('error', failed);
      request.end(body && JSON.stringify(body));
    });
  }

  test('the API is HTTPS, and says that it stays so', async () => {
    expect(app.url).toMatch(/^https:/);
    const answer = await send('/graphql', { query: '{ serverInfo { name } }' });
    expect(JSON.parse(answer.body)).toEqual({ data: { serverInfo: { name: 'Outdial' } } });
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
  });

  test('the cookie of a session is for HTTPS alone, and out of reach of scripts and strangers', async () => {
    const query = `mutation ($input: LoginInput!) { login(input: $input) { user { username } } }`;
    const variables = { input: { username: 'master', password: MASTER_PASSWORD, setCookie: true } };
    const { headers } = await send('/graphql', { query, variables });
    const [cookie = ''] = headers['set-cookie'] ?? [];
    for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(attribute);
    const [pair = ''] = cookie.split(';');
    const me = await send('/graphql', { query: '{ me { username } }' }, { cookie: pair });
    expect(JSON.parse(me.body)).toEqual({ data: { me: { username: 'master' } } });
  });

  test('WebSockets are encrypted on the same port', async () => {
    const socket = new WebSocket(`${app.url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', { ca });
    await new Promise<void>((done, failed) => {
      socket.once('open', done).once('error', failed);
    });
    socket.terminate();
  });

  test('plain HTTP gets no answer on that port', async () => {
    const { port } = new URL(app.url);
    const answer = new Promise((done, failed) => {
      httpRequest({ host: '127.0.0.1', port, path: '/healthz' }, done).on('error', failed).end();
    });
    await expect(answer).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  test('TLS older than 1.2 is refused', async () => {
    const answer = new Promise((done, failed) => {
      httpsRequest(`${app.url}/healthz`, { ca, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' }, done)
        .on('error', failed)
        .end();
    });
    await expect(answer).rejects.toThrow();
  });
});

describe('the configuration', () => {
  test('refuses plain HTTP beyond loopback, and says what to do', () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', '2001:db8::1']) {
      expect(() => loadConfig({ HTTP_HOST: host })).toThrow(/set TLS_CERT_FILE and TLS_KEY_FILE, or leave HTTP_HOST/);
    }
  });

  test('admits loopback without a certificate, and any address with one', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', '::1']) expect(loadConfig({ HTTP_HOST: host }).HTTP_HOST).toBe(host);
    expect(loadConfig({ HTTP_HOST: '0.0.0.0', ...files })).toMatchObject({ HTTP_HOST: '0.0.0.0', HTTPS_PORT: 9443 });
  });

  test('wants the certificate and its key together', () => {
    expect(() => loadConfig({ TLS_CERT_FILE: files.TLS_CERT_FILE })).toThrow(/belong together/);
    expect(() => loadConfig({ TLS_KEY_FILE: files.TLS_KEY_FILE })).toThrow(/belong together/);
  });

  test('never prints a secret', () => {
    expect(() => loadConfig({ HTTP_PORT: 'x', MASTER_PASSWORD: 'the secret' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('the secret') }),
    );
  });
});

describe('without a certificate', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  test('nobody is told to insist on HTTPS, and the cookie works on plain loopback', async () => {
    const response = await fetch(`${app.url}/healthz`);
    expect(response.headers.get('strict-transport-security')).toBeNull();
  });

  test('every answer has the headers that keep a browser from being fooled', async () => {
    for (const path of ['/healthz', '/graphql', '/nowhere']) {
      const { headers } = await fetch(`${app.url}${path}`);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  test('the explorer runs its own scripts alone, and loads nothing from elsewhere', async () => {
    const response = await fetch(`${app.url}/graphql`, { headers: { accept: 'text/html' } });
    const policy = response.headers.get('content-security-policy') ?? '';
    const page = await response.text();
    expect(page).toContain('YogaGraphiQL');
    const scripts = page.match(/<script>[\s\S]*?<\/script>/g) ?? [];
    expect(page.replace(/<script>[\s\S]*?<\/script>/g, '')).not.toMatch(/<script\b/);
    expect(policy.match(/'sha256-[\w+/=]+'/g)).toHaveLength(scripts.length);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
    expect(policy).not.toMatch(/https?:/);
  });
});

describe('without introspection', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ INTROSPECTION: 'off' });
  });

  afterAll(() => app.close());

  test('a browser is told that there is no explorer, and gets no page of somebody else', async () => {
    const response = await fetch(`${app.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toBe('The explorer is off. Programs send their queries here by POST.\n');
  });
});
