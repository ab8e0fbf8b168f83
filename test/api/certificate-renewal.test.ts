import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { followCertificate, type TlsFiles } from '../../src/certificate-files.js';
import { FakeClock } from '../support/fake-clock.js';
import { SilentLog } from '../support/silent-log.js';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');
const first: TlsFiles = { cert: fixture('cert'), key: fixture('key') };
const renewed: TlsFiles = { cert: fixture('renewed-cert'), key: fixture('renewed-key') };
const MINUTE_MS = 60_000;

describe('a certificate that is renewed', () => {
  let clock: FakeClock;
  let log: SilentLog;
  let server: Server;
  let end: () => void;
  /** What is in the files. */
  let stored: TlsFiles | undefined;

  beforeEach(async () => {
    clock = new FakeClock(new Date('2026-01-01T00:00:00Z'));
    log = new SilentLog();
    stored = first;
    server = createServer(first);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    end = followCertificate({
      ...{ clock, log, of: 'API', present: first },
      read: () => (stored ? Promise.resolve(stored) : Promise.reject(new Error('There is no such file'))),
      use: (files) => {
        server.setSecureContext(files);
      },
    });
  });

  afterEach(async () => {
    end();
    expect(clock.timerCount()).toBe(0);
    server.close();
    await once(server, 'close');
  });

  /** Name in the certificate that a client is shown. */
  async function shown(): Promise<string | string[] | undefined> {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return subject.CN;
  }

  test('is shown to the next client within a minute', async () => {
    expect(await shown()).toBe('Outdial test');
    stored = renewed;
    await clock.advance(MINUTE_MS);
    expect(await shown()).toBe('Outdial test, renewed');
    expect(log.lines.filter((line) => line.includes('certificate renewed'))).toHaveLength(1);
  });

  test('does not come without its key: the old one stays, and that is said once', async () => {
    stored = { cert: renewed.cert, key: first.key };
    await clock.advance(5 * MINUTE_MS);
    expect(await shown()).toBe('Outdial test');
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toContain('the old one stays');
    stored = renewed;
    await clock.advance(MINUTE_MS);
    expect(await shown()).toBe('Outdial test, renewed');
  });

  test('may be away for a while', async () => {
    stored = undefined;
    await clock.advance(MINUTE_MS);
    expect(await shown()).toBe('Outdial test');
    stored = renewed;
    await clock.advance(MINUTE_MS);
    expect(await shown()).toBe('Outdial test, renewed');
  });
});
