import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLogger, openLogFiles } from '../../src/logger.js';
import { makeClient, makeGroup } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const LIST = `{ diagnostics { logFiles { name sizeBytes modifiedAt downloadUrl } } }`;

interface Listed {
  diagnostics: { logFiles: { name: string; sizeBytes: number; modifiedAt: string; downloadUrl: string }[] };
}

describe('diagnostics', () => {
  let root: string;
  let dir: string;
  let app: TestApp;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'outdial-logs-'));
    dir = join(root, 'logs');
    mkdirSync(dir);
    for (const [name, minute] of [
      ['outdial.9.log', 0],
      ['outdial.10.log', 1],
    ] as const) {
      writeFileSync(join(dir, name), `{"msg":"from ${name}"}\n`);
      utimesSync(join(dir, name), new Date(), new Date(Date.UTC(2026, 0, 1, 0, minute)));
    }
    writeFileSync(join(dir, 'private.key'), 'not for download');
    writeFileSync(join(root, 'outside.log'), 'not for download');
    symlinkSync(join(root, 'outside.log'), join(dir, 'outdial.11.log'));
    app = await startTestApp({ LOG_DIR: dir });
  });

  afterAll(async () => {
    await app.close();
    rmSync(root, { recursive: true });
  });

  /** The path as it is: fetch would take the dots out. */
  function download(path: string, token = app.master.token): Promise<IncomingMessage & { body: string }> {
    const { hostname, port } = new URL(app.url);
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return new Promise((done, failed) => {
      get({ hostname, port, path, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => {
          done(Object.assign(response, { body }));
        });
      }).on('error', failed);
    });
  }

  test('a MASTER lists the log files, newest first, and nothing else of the folder', async () => {
    const { diagnostics } = await app.master.ask<Listed>(LIST);
    expect(diagnostics.logFiles).toEqual([
      {
        name: 'outdial.10.log',
        sizeBytes: 30,
        modifiedAt: '2026-01-01T00:01:00.000Z',
        downloadUrl: '/diagnostics/logs/outdial.10.log',
      },
      expect.objectContaining({ name: 'outdial.9.log' }),
    ]);
  });

  test('a MASTER downloads one', async () => {
    const response = await download('/diagnostics/logs/outdial.9.log');
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-disposition']).toBe('attachment; filename=outdial.9.log');
    expect(response.body).toBe('{"msg":"from outdial.9.log"}\n');
  });

  test('nobody else does', async () => {
    const path = '/diagnostics/logs/outdial.9.log';
    expect((await download(path, '')).statusCode).toBe(401);
    const group = await makeGroup(app);
    for (const role of ['GROUP_MANAGER', 'CAMPAIGN_ADMINISTRATOR', 'CAMPAIGN_SUPERVISOR']) {
      const { client } = await makeClient(app, role, [group]);
      expect((await download(path, client.token)).statusCode).toBe(403);
      expect((await client.refusal(LIST)).extensions.code).toBe('FORBIDDEN');
    }
  });

  test('no name leads out of the folder, or to another file of it', async () => {
    for (const name of [
      'outdial.12.log',
      'outdial.11.log',
      'private.key',
      '..%2foutside.log',
      '..%5coutside.log',
      '%2e%2e%2foutside.log',
      'outdial.9.log%00.txt',
      'outdial.9.log%0a',
      '.%2foutdial.9.log',
      'outdial.9.log%2f',
      '../outside.log',
      '%252e%252e%252foutside.log',
    ]) {
      const response = await download(`/diagnostics/logs/${name}`);
      expect([name, response.statusCode]).toEqual([name, 404]);
      expect(response.body).not.toContain('not for download');
    }
  });

  test('without log files the list is empty', async () => {
    rmSync(dir, { recursive: true });
    expect((await app.master.ask<Listed>(LIST)).diagnostics.logFiles).toEqual([]);
    expect((await download('/diagnostics/logs/outdial.9.log')).statusCode).toBe(404);
  });
});

describe('the log', () => {
  let dir: string;

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'outdial-logs-'));
  });

  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  function lineOf(fields: object, message = 'Something happened'): string {
    let line = '';
    const log = createLogger('info', { write: (text: string) => void (line += text) }, false);
    log.info(fields, message);
    return line;
  }

  test('has no secret, however deep', () => {
    const secret = 'kept to oneself';
    const line = lineOf({
      password: secret,
      input: { newPassword: secret, token: secret, inner: { secret } },
      headers: { authorization: secret, cookie: secret },
      err: new Error('connect to postgres://outdial:kept-to-oneself@db/outdial failed, Bearer kept-to-oneself'),
    });
    expect(line).not.toMatch(/kept.to.oneself/);
  });

  test('has telephone numbers masked, wherever they come from, and stays JSON', () => {
    const line = lineOf({
      number: '+554183015031',
      attemptId: '019a2105-da45-74b8-9cd4-425103456789',
      bytes: 554183015031,
      host: '192.168.100.200',
      err: new Error('Key (phone_number)=(+554183015031) already exists; sip:554183015031@127.0.0.1'),
    });
    expect(line).not.toMatch(/\d83015031"|4183015031[^,]/);
    expect(JSON.parse(line)).toMatchObject({
      number: '+5541******31',
      attemptId: '019a2105-da45-74b8-9cd4-425103456789',
      bytes: 554183015031,
      host: '192.168.100.200',
      time: expect.any(Number),
    });
  });

  test('is kept in files that are bounded in size and number', async () => {
    const files = await openLogFiles({ dir, megabytes: 1, files: 3 });
    const log = createLogger('info', files, false);
    const text = 'x'.repeat(1000);
    // Slower than the disk: a file is left for the next when what was written has arrived.
    for (let round = 0; round < 60; round++) {
      for (let line = 0; line < 100; line++) log.info({ round, line, text }, 'Filling');
      await new Promise((done) => setTimeout(done, 5));
    }
    const closed = new Promise<void>((done) => files.once('close', done));
    files.end();
    await closed;
    const kept = readdirSync(dir);
    expect(kept.length).toBeGreaterThan(1);
    expect(kept.length).toBeLessThanOrEqual(3);
    expect(kept.filter((name) => !/^outdial\.\d+\.log$/.test(name))).toEqual([]);
    // In the newest, or in the one before if that was full with it.
    expect(kept.map((name) => readFileSync(join(dir, name), 'utf8')).join('')).toContain('"round":59');
  });
});
