import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type CampaignBench, makeCampaignBench, storeAttempt } from '../support/campaigns.js';
import { GraphQLSocket } from '../support/graphql-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const COUNTERS = `subscription ($id: ID!) { campaignCounters(campaignId: $id) {
  campaignId at leads { total notCalled busy } inFlight { total queued dialing ringing } attempts callsPerMinute freeAgents idleReason
} }`;
const ATTEMPTS = `subscription ($id: ID!) { callAttempts(campaignId: $id) {
  id state queuedAt dialedAt ringingAt answeredAt endedAt result termination { reason } lead { name }
} }`;
const PAUSE = (ms: number) => new Promise((done) => setTimeout(done, ms));

interface Counters {
  readonly campaignCounters: {
    readonly leads: { readonly total: number; readonly busy: number };
    readonly inFlight: { readonly total: number; readonly ringing: number };
    readonly attempts: number;
  };
}
interface Attempt {
  readonly callAttempts: {
    readonly id: string;
    readonly state: string;
    readonly lead: { readonly name: string } | null;
  };
}

describe('live', () => {
  let app: TestApp;
  let bench: CampaignBench;

  beforeAll(async () => {
    app = await startTestApp();
    bench = await makeCampaignBench(app);
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
  });

  /** What the engine does after it has committed a step. */
  function moved(campaignId: string, attemptId: string, state: 'QUEUED' | 'DIALING' | 'RINGING' | 'ENDED'): void {
    app.events.publish({ type: 'attempt-moved', campaignId, attemptId, state, at: new Date() });
  }

  async function setState(attemptId: string, state: string, more = ''): Promise<void> {
    await bench.pool.query(`update call_attempt set state = $2 ${more} where id = $1`, [attemptId, state]);
  }

  async function connect(client = bench.admin): Promise<GraphQLSocket> {
    return GraphQLSocket.connect(app.url, client.token);
  }

  test('counters come at once on subscribing and again when an upload has changed them', async () => {
    const { id } = await bench.create();
    const socket = await connect(bench.supervisor);
    const watch = socket.subscribe<Counters>(COUNTERS, { id });
    expect(await watch.waitFor(() => true)).toMatchObject({
      campaignCounters: { campaignId: id, leads: { total: 0 }, inFlight: { total: 0 }, attempts: 0, idleReason: null },
    });
    await bench.load(id, 'Ana,+554183015031\nBea,+554183015032');
    await watch.waitFor(({ campaignCounters }) => campaignCounters.leads.total === 2);
    await bench.admin.ask(`mutation ($input: DeleteLeadsInput!) { deleteLeads(input: $input) { deletedCount } }`, {
      input: { campaignId: id, filter: {} },
    });
    await watch.waitFor(({ campaignCounters }) => campaignCounters.leads.total === 0);
    await socket.close();
  });

  test('a storm of changes is told at most 4 times a second, and the newest state comes last', async () => {
    const { id } = await bench.create();
    const socket = await connect();
    const watch = socket.subscribe<Counters>(COUNTERS, { id });
    await watch.waitFor(() => true);
    const attempt = await storeAttempt(bench.pool, id);
    const start = performance.now();
    for (let change = 0; change < 100; change++) {
      moved(id, attempt.id, 'DIALING');
      await PAUSE(10);
    }
    await setState(attempt.id, 'RINGING');
    moved(id, attempt.id, 'RINGING');
    await watch.waitFor(({ campaignCounters }) => campaignCounters.inFlight.ringing === 1);
    const seconds = (performance.now() - start) / 1000;
    expect(watch.messages.length).toBeLessThanOrEqual(2 + Math.ceil(seconds * 4));
    expect(watch.messages.at(-1)?.data?.campaignCounters).toMatchObject({
      inFlight: { total: 1, ringing: 1 },
      attempts: 1,
    });
    await socket.close();
  });

  test('a hundred who watch one campaign get the same counters', async () => {
    const { id } = await bench.create();
    const socket = await connect();
    const watches = Array.from({ length: 100 }, () => socket.subscribe<Counters>(COUNTERS, { id }));
    await Promise.all(watches.map((watch) => watch.waitFor(() => true)));
    await bench.load(id, 'Ana,+554183015031');
    await Promise.all(
      watches.map((watch) => watch.waitFor(({ campaignCounters }) => campaignCounters.leads.total === 1)),
    );
    const last = watches.map((watch) => JSON.stringify(watch.messages.at(-1)?.data));
    expect(new Set(last).size).toBe(1);
    await socket.close();
  });

  test('attempts in flight come first, then every step in order, each as the attempt was after it', async () => {
    const { id } = await bench.create();
    const early = await storeAttempt(bench.pool, id, { state: 'DIALING', dialed_at: new Date() });
    const socket = await connect();
    const watch = socket.subscribe<Attempt>(ATTEMPTS, { id });
    await watch.waitFor(({ callAttempts }) => callAttempts.id === early.id);
    const late = await storeAttempt(bench.pool, id);
    moved(id, late.id, 'QUEUED');
    await setState(late.id, 'DIALING', ', dialed_at = now()');
    moved(id, late.id, 'DIALING');
    await setState(late.id, 'RINGING', ', ringing_at = now()');
    moved(id, late.id, 'RINGING');
    await setState(late.id, 'ENDED', `, ended_at = now(), result = 'BUSY', attributed_to = 'CALLEE', reason = 'busy'`);
    moved(id, late.id, 'ENDED');
    await watch.waitFor(({ callAttempts }) => callAttempts.state === 'ENDED');
    const steps = watch.messages.map((message) => message.data?.callAttempts).filter((row) => row?.id === late.id);
    const at = expect.any(String);
    expect(steps).toMatchObject([
      { state: 'QUEUED', dialedAt: null, ringingAt: null, endedAt: null, result: null, termination: null },
      { state: 'DIALING', dialedAt: at, ringingAt: null, endedAt: null, result: null },
      { state: 'RINGING', dialedAt: at, ringingAt: at, endedAt: null, result: null },
      { state: 'ENDED', dialedAt: at, ringingAt: at, endedAt: at, result: 'BUSY', termination: { reason: 'busy' } },
    ]);
    await socket.close();
  });

  test('steps that the first rows have shown are not shown again', async () => {
    const { id } = await bench.create();
    const attempt = await storeAttempt(bench.pool, id, { state: 'RINGING' });
    const socket = await connect();
    const watch = socket.subscribe<Attempt>(ATTEMPTS, { id });
    await watch.waitFor(() => true);
    moved(id, attempt.id, 'DIALING');
    moved(id, attempt.id, 'RINGING');
    await setState(attempt.id, 'ENDED', `, ended_at = now(), result = 'BUSY'`);
    moved(id, attempt.id, 'ENDED');
    await watch.waitFor(({ callAttempts }) => callAttempts.state === 'ENDED');
    expect(watch.messages.map((message) => message.data?.callAttempts.state)).toEqual(['RINGING', 'ENDED']);
    await socket.close();
  });

  test('what a row leads to is read anew for each event', async () => {
    const { id } = await bench.create();
    await bench.load(id, 'Ana,+554183015031');
    const { rows } = await bench.pool.query<{ id: string }>('select id from lead where campaign_id = $1', [id]);
    const attempt = await storeAttempt(bench.pool, id, { lead_id: rows[0]?.id });
    const socket = await connect();
    const watch = socket.subscribe<Attempt>(ATTEMPTS, { id });
    expect((await watch.waitFor(() => true)).callAttempts.lead).toEqual({ name: 'Ana' });
    await bench.pool.query(`update lead set name = 'Bea' where campaign_id = $1`, [id]);
    await setState(attempt.id, 'DIALING');
    moved(id, attempt.id, 'DIALING');
    const second = await watch.waitFor(({ callAttempts }) => callAttempts.state === 'DIALING');
    expect(second.callAttempts.lead).toEqual({ name: 'Bea' });
    await socket.close();
  });

  test('campaigns of other groups cannot be watched, and attempts not by a supervisor', async () => {
    const { id } = await bench.create();
    const refused = async (client: CampaignBench['admin'], query: string) => {
      const socket = await connect(client);
      const watch = socket.subscribe(query, { id });
      const fromEnd = await watch.waitForEnd();
      const errors = fromEnd.length > 0 ? fromEnd : (watch.messages[0]?.errors ?? []);
      await socket.close();
      return errors[0]?.extensions.code;
    };
    expect(await refused(bench.stranger, COUNTERS)).toBe('NOT_FOUND');
    expect(await refused(bench.stranger, ATTEMPTS)).toBe('NOT_FOUND');
    expect(await refused(bench.supervisor, ATTEMPTS)).toBe('FORBIDDEN');
    expect(await refused(app.master, COUNTERS)).toBe('FORBIDDEN');
  });

  test('a subscription ends when its campaign is deleted', async () => {
    const { id } = await bench.create();
    const socket = await connect();
    await storeAttempt(bench.pool, id, { state: 'DIALING' });
    const watches = [COUNTERS, ATTEMPTS].map((query) => socket.subscribe(query, { id }));
    await Promise.all(watches.map((watch) => watch.waitFor(() => true)));
    await bench.admin.ask(
      `mutation ($input: DeleteCampaignInput!) { deleteCampaign(input: $input) { deletedCampaignId } }`,
      {
        input: { id },
      },
    );
    for (const watch of watches) expect(await watch.waitForEnd()).toEqual([]);
    await socket.close();
  });

  test('a client that does not read attempts is cut off with 4508; one that reads gets all of them', async () => {
    const { id } = await bench.create();
    const sockets: WebSocket[] = [];
    class KeptSocket extends WebSocket {
      constructor(...parameters: ConstructorParameters<typeof WebSocket>) {
        super(...parameters);
        sockets.push(this);
      }
    }
    const slow = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: KeptSocket,
      connectionParams: { token: bench.admin.token },
      retryAttempts: 0,
    });
    const closed = new Promise<number>((done) => slow.on('closed', (event) => done((event as { code: number }).code)));
    slow.subscribe(
      { query: ATTEMPTS, variables: { id } },
      { next: () => undefined, error: () => undefined, complete: () => undefined },
    );
    const reading = await connect();
    const watch = reading.subscribe<Attempt>(`subscription ($id: ID!) { callAttempts(campaignId: $id) { id } }`, {
      id,
    });
    const first = await storeAttempt(bench.pool, id);
    await PAUSE(200);
    moved(id, first.id, 'QUEUED');
    await watch.waitFor(() => true);
    sockets[0]?.pause();
    // Long texts, so that the buffers of the operating system are soon full.
    const ids: string[] = [];
    for (let index = 0; index < 40; index++) {
      const { id: attemptId } = await storeAttempt(bench.pool, id);
      ids.push(attemptId);
    }
    const filler = 'x'.repeat(50_000);
    await bench.pool.query(
      `update call_attempt set reason = $2, attributed_to = 'CALLEE', state = 'ENDED', ended_at = now(), result = 'BUSY' where campaign_id = $1`,
      [id, filler],
    );
    for (let round = 0; round < 40; round++) {
      for (const attemptId of ids) moved(id, attemptId, 'ENDED');
      await PAUSE(60);
    }
    sockets[0]?.resume();
    expect(await closed).toBe(4508);
    await watch.waitFor(() => watch.messages.length === 1 + 40 * ids.length);
    await reading.close();
  });
});
