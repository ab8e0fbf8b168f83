import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PostgresAmdRecordings } from '../../src/engine/postgres/amd-recordings.js';
import { AmdRecordings } from '../../src/services/amd-recordings.js';
import { CallLog } from '../../src/services/call-log.js';
import { type CampaignBench, makeCampaignBench, storeAttempt } from '../support/campaigns.js';
import { SilentLog } from '../support/silent-log.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { readWav } from '../support/wav.js';

const ATTEMPT = `query ($id: ID!) { callAttempt(id: $id) {
  messageLeft recordingUrl amd { verdict reason kind decisionMs confidence features { name value } }
} }`;

interface Evidence {
  readonly recordingUrl: string | null;
  readonly messageLeft: boolean | null;
  readonly amd: object | null;
}

describe('the evidence of detection', () => {
  let app: TestApp;
  let bench: CampaignBench;
  let campaignId: string;
  const FOUND = {
    ...{ state: 'ENDED', ended_at: '2030-01-01T00:01:00Z', result: 'AMD', reason: 'machine', attributed_to: 'CALLEE' },
    ...{ amd_verdict: 'MACHINE', amd_reason: 'GREETING_LENGTH', amd_decision_ms: 1840, amd_confidence: 0.98 },
  };

  beforeAll(async () => {
    app = await startTestApp();
    bench = await makeCampaignBench(app);
    campaignId = (await bench.create()).id;
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
  });

  async function store(columns: Record<string, unknown> = {}, recordedAt?: Date): Promise<string> {
    const { id } = await storeAttempt(bench.pool, campaignId, { ...FOUND, ...columns });
    if (recordedAt) await new PostgresAmdRecordings(bench.pool).save(id, new Uint8Array(800).fill(0x8f), recordedAt);
    return id;
  }

  async function read(id: string): Promise<Evidence> {
    return (await bench.admin.ask<{ callAttempt: Evidence }>(ATTEMPT, { id })).callAttempt;
  }

  const download = (path: string, { token } = bench.admin): Promise<Response> =>
    fetch(`${app.url}${path}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

  test('is what answered, what was measured, and whether a message was left', async () => {
    const id = await store({ amd_kind: 'MACHINE', amd_features: '{"speechMs": 1480, "gaps": 2}', message_left: true });
    expect(await read(id)).toEqual({
      messageLeft: true,
      recordingUrl: null,
      amd: {
        ...{ verdict: 'MACHINE', reason: 'GREETING_LENGTH', kind: 'MACHINE', decisionMs: 1840, confidence: 0.98 },
        features: [
          { name: 'gaps', value: 2 },
          { name: 'speechMs', value: 1480 },
        ],
      },
    });
  });

  test('of a call of an earlier version has neither kind nor features', async () => {
    expect(await read(await store())).toMatchObject({ messageLeft: null, amd: { kind: null, features: [] } });
  });

  test('may be the first seconds, which administrators of the group download', async () => {
    const id = await store({}, new Date());
    const { recordingUrl } = await read(id);
    if (recordingUrl === null) throw new Error('no recording');
    const response = await download(recordingUrl);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const wav = readWav(new Uint8Array(await response.arrayBuffer()));
    expect(wav).toMatchObject({ sampleRate: 8_000, channels: 1, bitDepth: '8m' });
    expect(wav.samples).toHaveLength(800);
    expect((await download(recordingUrl, bench.stranger)).status).toBe(404);
    expect((await download(recordingUrl, bench.supervisor)).status).toBe(403);
    expect((await download(recordingUrl, app.anonymous)).status).toBe(401);
    expect((await download(`/call-attempts/${await store()}/recording.wav`)).status).toBe(404);
    expect((await download('/call-attempts/nonsense/recording.wav')).status).toBe(404);
  });

  test('is in the export of the call log', async () => {
    await store({ amd_kind: 'FAX', message_left: false });
    const csv = await (await download('/call-attempts.csv')).text();
    const [head = '', ...rows] = csv.split('\r\n');
    const columns = head.split(',');
    const values = rows.map((row) => row.split(','));
    const fax = values.find((row) => row[columns.indexOf('amdKind')] === 'FAX');
    expect(fax?.[columns.indexOf('messageLeft')]).toBe('false');
  });

  test('loses its audio after the days for which that is kept', async () => {
    const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);
    const [old, young] = [await store({}, daysAgo(8)), await store({}, daysAgo(6))];
    const log = new SilentLog();
    const recordings = new AmdRecordings(bench.pool, new CallLog(), 7, log);
    await recordings.sweep();
    recordings.stop();
    expect((await read(old)).recordingUrl).toBeNull();
    expect((await read(young)).recordingUrl).not.toBeNull();
    expect(log.lines).toEqual([]);
  });
});
