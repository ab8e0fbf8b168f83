import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { loadConfig } from '../../src/config.js';
import type { AttemptEnding, AttemptStore } from '../../src/engine/contracts/attempt-store.js';
import { tallied } from '../../src/dialing/attempt-tally.js';
import { Metrics } from '../../src/metrics.js';
import { makeClient, makeGroup } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const METRICS_TOKEN = 'a token for a scraper of metrics'.replaceAll(' ', '-');

describe('health', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ METRICS_TOKEN });
  });

  afterAll(() => app.close());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${app.url}${path}`, { headers });

  test('the process says that it is alive, to anybody', async () => {
    const response = await get('/healthz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'alive' });
  });

  test('it is ready when the database answers and the engine runs', async () => {
    const response = await get('/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'ready',
      reasons: [],
      engine: { state: expect.any(String) },
    });
  });

  test('it is not ready while the database does not answer, and says so', async () => {
    const admin = new pg.Client(process.env['OUTDIAL_TEST_ADMIN_URL']);
    await admin.connect();
    const name = new URL(app.databaseUrl).pathname.slice(1);
    const allow = (isAllowed: boolean) => admin.query(`alter database ${name} allow_connections ${isAllowed}`);
    try {
      await allow(false);
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      const response = await get('/readyz');
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({
        status: 'not ready',
        reasons: ['The database does not answer.'],
      });
      expect((await get('/healthz')).status).toBe(200);
    } finally {
      await allow(true);
      await admin.end();
    }
    expect((await get('/readyz')).status).toBe(200);
  });

  test('Prometheus reads the metrics from loopback', async () => {
    const response = await get('/metrics');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await response.text();
    for (const name of [
      'outdial_calls_in_flight 0',
      'outdial_calls_per_second 0',
      'outdial_engine_state{state="',
      'outdial_sip_messages_total{event="sent"}',
      'outdial_event_loop_lag_seconds{quantile="0.99"}',
      'outdial_database_connections_total{pool="engine"}',
      'outdial_database_connections_waiting{pool="api"} 0',
      'outdial_websockets 0',
      'outdial_http_connections ',
    ]) {
      expect(text).toContain(name);
    }
  });

  test('through a proxy it takes the token of a MASTER', async () => {
    const forwarded = { 'x-forwarded-for': '192.0.2.1' };
    expect((await get('/metrics', forwarded)).status).toBe(401);
    const { client } = await makeClient(app, 'GROUP_MANAGER', [await makeGroup(app)]);
    const as = (token: string | undefined) => ({ ...forwarded, authorization: `Bearer ${token ?? ''}` });
    expect((await get('/metrics', as(client.token))).status).toBe(403);
    expect((await get('/metrics', as(app.master.token))).status).toBe(200);
    expect((await get('/metrics', as(METRICS_TOKEN))).status).toBe(200);
    expect((await get('/metrics', as(`${METRICS_TOKEN}x`))).status).toBe(401);
  });

  test('a token for metrics that can be guessed is refused, and not told', () => {
    const start = () => loadConfig({ METRICS_TOKEN: 'short secret' });
    expect(start).toThrow('METRICS_TOKEN must have 24');
    expect(start).not.toThrow('short secret');
  });
});

describe('counts of attempts', () => {
  const store: AttemptStore = {
    move: () => Promise.resolve(),
    close: () => Promise.resolve(true),
    findAbandoned: () => Promise.resolve([]),
    findOnChannels: () => Promise.resolve([]),
  };

  function ending(reason: string, sipStatus?: number): AttemptEnding {
    return {
      attemptId: 'an id',
      termination: {
        status: 'BUSY',
        attributedTo: 'CALLEE',
        reason,
        countsAsAttempt: true,
        at: new Date(),
        ...(sipStatus === undefined ? {} : { sipStatus }),
      },
      lead: {} as AttemptEnding['lead'],
    };
  }

  test('are by result, reason and SIP status, once an attempt', async () => {
    const metrics = new Metrics();
    const counted = tallied(store, metrics);
    metrics.callPlaced();
    await counted.close(ending('busy', 486));
    await tallied({ ...store, close: () => Promise.resolve(false) }, metrics).close(ending('busy', 486));
    const text = await metrics.text();
    expect(text).toContain('outdial_calls_placed_total 1');
    expect(text).toContain('outdial_attempts_ended_total{result="BUSY",reason="busy"} 1');
    expect(text).toContain('outdial_sip_final_responses_total{status="486"} 1');
    metrics.close();
  });

  test('have no more series than there are reasons in the product', async () => {
    const metrics = new Metrics();
    const counted = tallied(store, metrics);
    for (let index = 0; index < 1000; index++) await counted.close(ending(`reason-${index}`));
    const series = (await metrics.text())
      .split('\n')
      .filter((line) => line.startsWith('outdial_attempts_ended_total{'));
    expect(series).toHaveLength(101);
    expect(series.at(-1)).toBe('outdial_attempts_ended_total{result="BUSY",reason="other"} 900');
    metrics.close();
  });
});
