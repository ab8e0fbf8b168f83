import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startTestApp, type TestApp } from '../support/test-app.js';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

describe('the pages of the console', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  /** `fetch` would decompress. */
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
    new Promise((done, failed) => {
      const asked = request(
        `${app.url}${path}`,
        { method, headers: { accept: 'text/html', ...headers } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
          });
        },
      );
      asked.on('error', failed);
      asked.end();
    });

  test('are one page for every path of the console, which asks for a fresh copy and has no script inside', async () => {
    for (const path of ['/', '/users', '/campaigns/0197?tab=leads']) {
      const { status, headers, body } = await get(path);
      expect(status).toBe(200);
      expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
      expect(body.toString()).toContain('<div id="root">');
      expect(body.toString()).not.toMatch(/<script(?![^>]* src=)|<style/);
    }
  });

  test('may run their own scripts only, be framed by nobody and speak with their own server alone', async () => {
    const policy = String((await get('/')).headers['content-security-policy']);
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
      ]),
    );
  });

  test('name files that may be kept for good, and come compressed as the client can read them', async () => {
    const page = (await get('/')).body.toString();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
    const plain = await get(script);
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(plain.headers['content-encoding']).toBeUndefined();
    for (const [encoding, decompress] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const packed = await get(script, { 'accept-encoding': encoding });
      expect(packed.headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding' });
      expect(decompress(packed.body).equals(plain.body)).toBe(true);
    }
    expect((await get(script, { 'accept-encoding': 'gzip, br' })).headers['content-encoding']).toBe('br');
  });

  test('are not what is answered for files that are not there, to programs, and to other deeds than reading', async () => {
    expect((await get('/assets/gone-12345678.js')).status).toBe(404);
    expect((await get('/assets/gone')).status).toBe(404);
    expect((await get('/favicon.ico')).status).toBe(404);
    expect((await get('/../package.json')).status).toBe(404);
    expect((await get('/users', { accept: 'application/json' })).status).toBe(404);
    expect((await get('/users', {}, 'POST')).status).toBe(404);
    expect((await get('/index.html.br')).status).toBe(404);
  });

  test('leave the paths of the server alone', async () => {
    expect((await get('/graphql')).body.toString()).toContain('GraphiQL');
    expect((await get('/healthz')).headers['content-type']).toContain('application/json');
    expect((await get('/donotcall')).status).toBe(405);
    expect((await get('/diagnostics/logs/outdial.log')).status).toBe(401);
  });
});
