import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { WebSocket } from 'ws';
import { limits } from '../../src/api/limits.js';
import { type App, startApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import { type CampaignBench, makeCampaignBench, UPLOAD } from '../support/campaigns.js';
import { type GraphQLAnswer, GraphQLClient } from '../support/graphql-client.js';
import { GraphQLSocket } from '../support/graphql-socket.js';
import { SilentLog } from '../support/silent-log.js';
import { MASTER_PASSWORD, startTestApp, type TestApp } from '../support/test-app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
const step = (size: number): string => `lead { attempts(first: ${size}) { nodes {`;

/** Selections on an attempt, each past one bound; fragments that they need. */
const tooMuch: readonly (readonly [what: string, selection: string, fragments?: string])[] = [
  ['depth', `${step(1).repeat(6)} id ${'} } }'.repeat(6)}`],
  ['aliases', times(limits.maxAliases + 1, (i) => `a${i}: id`)],
  ['fields', times(limits.maxFields + 1, () => 'id')],
  ['complexity', `${step(500).repeat(2)} id ${'} } }'.repeat(2)}`],
  ['tokens', times(limits.maxTokens + 1, () => 'id')],
  // Spread twice a level: 2^40 fields in forty lines.
  [
    'fragments',
    '...f0',
    `${times(40, (i) => `fragment f${i} on CallAttempt { ...f${i + 1} ...f${i + 1} }`)} fragment f40 on CallAttempt { id }`,
  ],
];

describe.each(['test', 'production'])('with NODE_ENV=%s', (nodeEnv) => {
  const nodeEnvBefore = process.env['NODE_ENV'];
  let app: TestApp;
  let bench: CampaignBench;

  beforeAll(async () => {
    process.env['NODE_ENV'] = nodeEnv;
    app = await startTestApp({ UPLOAD_MAX_MEGABYTES: '1' });
    bench = await makeCampaignBench(app);
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
    process.env['NODE_ENV'] = nodeEnvBefore;
  });

  async function post(body: string, headers: Record<string, string> = {}): Promise<[number, GraphQLAnswer<unknown>]> {
    const authorization = `Bearer ${bench.admin.token ?? ''}`;
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization, ...headers },
      body,
    });
    return [response.status, (await response.json()) as GraphQLAnswer<unknown>];
  }

  test.each(tooMuch)('too much %s is refused over HTTP', async (_what, selection, fragments = '') => {
    const query = `{ callAttempts(first: 1) { nodes { ${selection} } } } ${fragments}`;
    const [status, { data, errors }] = await post(JSON.stringify({ query }));
    expect(status).toBe(400);
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
  });

  test.each(tooMuch)('too much %s is refused over the WebSocket', async (_what, selection, fragments = '') => {
    const { id } = await bench.create();
    const socket = await GraphQLSocket.connect(app.url, bench.admin.token);
    const watch = socket.subscribe(`subscription { callAttempts(campaignId: "${id}") { ${selection} } } ${fragments}`);
    expect((await watch.waitForEnd())[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
    await socket.close();
  });

  test.each(['not a number', 5, ['+554130000001']])(
    'a variable that does not fit, %j, is bad input: 400',
    async (value) => {
      const query = `mutation ($input: UpdateLeadInput!) { updateLead(input: $input) { lead { id } } }`;
      const variables = { input: { id: '1', version: 1, phoneNumber: value } };
      const [status, { errors }] = await post(JSON.stringify({ query, variables }));
      expect(status).toBe(400);
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect(errors?.[0]?.extensions.fields?.[0]?.path).toBe('input.phoneNumber');
    },
  );

  test('a batch is refused', async () => {
    const [status, { errors }] = await post(JSON.stringify([{ query: '{ me { id } }' }, { query: '{ me { id } }' }]));
    expect(status).toBe(400);
    expect(errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
  });

  test('a body past the limit is refused with 413, and a WebSocket message with 1009', async () => {
    const [status, { errors }] = await post(
      JSON.stringify({ query: `{ me { id } } #${'x'.repeat(limits.maxBodyBytes)}` }),
    );
    expect(status).toBe(413);
    expect(errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');

    // graphql-ws says on the console what a socket complains of.
    const complaint = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const socket = new WebSocket(`${app.url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
    await new Promise((done) => socket.once('open', done));
    socket.send('x'.repeat(limits.maxMessageBytes + 1));
    const code = await new Promise((done) => socket.once('close', done));
    expect(code).toBe(1009);
    complaint.mockRestore();
  });

  test('without a session a body may be smaller only, however it is sent', async () => {
    const query = `{ serverInfo { name } } #${'x'.repeat(limits.maxStrangerBodyBytes)}`;
    const body = JSON.stringify({ query });
    const headers = { 'content-type': 'application/json', authorization: 'Bearer none' };
    for (const more of [
      { headers, body },
      { headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipSync(body) },
      { headers, body: new Blob([body]).stream(), duplex: 'half' },
    ]) {
      const response = await fetch(`${app.url}/graphql`, { method: 'POST', ...more });
      expect(response.status).toBe(413);
    }
    expect((await post(body))[0]).toBe(200);
  });

  test('a WebSocket has so many subscriptions and no more, until one of them ends', async () => {
    const { id } = await bench.create();
    const socket = await GraphQLSocket.connect(app.url, bench.admin.token);
    const watch = () => socket.subscribe<object>(`subscription { campaignChanged(campaignId: "${id}") { id } }`);
    const watches = Array.from({ length: limits.maxSubscriptions }, watch);
    await Promise.all(watches.map((each) => each.waitFor(() => true)));
    expect((await watch().waitForEnd())[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
    watches[0]?.stop();
    await watch().waitFor(() => true);
    await socket.close();
  });

  test('a file past the limit is rejected, and nothing of it is loaded', async () => {
    const { id } = await bench.create();
    const content = times(50_000, (i) => `Lead ${i},+5541${900_000_000 + i}\n`);
    expect(content.length).toBeGreaterThan(1_000_000);
    const { errors } = await bench.admin.upload(UPLOAD, { input: { campaignId: id } }, { content, name: 'leads.csv' });
    expect(errors?.[0]?.extensions.code).toBe('UPLOAD_REJECTED');
    const { rows } = await bench.pool.query('select 1 from lead where campaign_id = $1', [id]);
    expect(rows).toEqual([]);
  });

  test('two files in one request are rejected', async () => {
    const form = new FormData();
    form.set('operations', JSON.stringify({ query: UPLOAD, variables: { input: { campaignId: 'x' }, file: null } }));
    form.set('map', JSON.stringify({ 0: ['variables.file'], 1: ['variables.file'] }));
    for (const name of ['0', '1']) form.set(name, new Blob(['Ada,+554183015031']), 'leads.csv');
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'apollo-require-preflight': 'true', authorization: `Bearer ${bench.admin.token ?? ''}` },
      body: form,
    });
    const { errors } = (await response.json()) as GraphQLAnswer<unknown>;
    expect(response.status).toBe(413);
    expect(errors?.[0]?.extensions.code).toBe('UPLOAD_REJECTED');
  });

  test('what a page of another origin could send without asking is refused', async () => {
    const query = `mutation { createGroup(input: { name: "forged" }) { group { id } } }`;
    const authorization = `Bearer ${app.master.token ?? ''}`;
    for (const contentType of ['text/plain', 'application/x-www-form-urlencoded']) {
      const [status] = await post(JSON.stringify({ query }), { 'content-type': contentType, authorization });
      expect(status).toBe(400);
    }
    const form = new FormData();
    form.set('operations', JSON.stringify({ query }));
    form.set('map', '{}');
    const upload = await fetch(`${app.url}/graphql`, { method: 'POST', headers: { authorization }, body: form });
    expect(upload.status).toBe(400);
    const url = `${app.url}/graphql?query=${encodeURIComponent(query)}`;
    expect((await fetch(url, { headers: { authorization } })).status).toBe(400);
    const preflighted = await fetch(url, { headers: { authorization, 'apollo-require-preflight': 'true' } });
    expect(preflighted.status).toBe(405);
    const { rows } = await bench.pool.query(`select 1 from dialer_group where name = 'forged'`);
    expect(rows).toEqual([]);
  });

  test('a WebSocket of another origin is refused', async () => {
    const url = `${app.url.replace(/^http/, 'ws')}/graphql`;
    const socket = new WebSocket(url, 'graphql-transport-ws', { origin: 'https://elsewhere.example' });
    await expect(new Promise((_, failed) => socket.once('error', failed))).rejects.toThrow('401');
  });

  test('an error never quotes a password', async () => {
    const query = `mutation ($input: LoginInput!) { login(input: $input) { token } }`;
    for (const input of [
      { username: 'a', password: 'quoted words', more: 1 },
      { password: 'quoted words' },
      { username: 'a', password: 90_817_263 },
      { username: 'a', password: ['quoted words'] },
    ]) {
      const [, answer] = await post(JSON.stringify({ query, variables: { input } }));
      expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect(JSON.stringify(answer)).not.toMatch(/quoted words|90817263/);
    }
  });

  test('no answer has a stack trace', async () => {
    const [, answer] = await post(JSON.stringify({ query: '{ nothing }' }));
    expect(JSON.stringify(answer)).not.toMatch(/stacktrace|node_modules/);
  });
});

describe('a fault of the server', () => {
  let database: TestDatabase;
  let app: App;
  const log = new SilentLog();

  beforeAll(async () => {
    database = await createTestDatabase();
    const config = loadConfig({ MASTER_PASSWORD, HTTP_PORT: '0', DEMO: 'off', DATABASE_POOL_SIZE: '4' });
    app = await startApp({ config, log, databaseUrl: database.url });
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  test('is answered with an id, which is in the log, and nothing else', async () => {
    const master = await new GraphQLClient(app.url).login('master', MASTER_PASSWORD);
    const sql = new pg.Client(database.url);
    await sql.connect();
    await sql.query('alter table queue rename to queue_away');
    const refusal = await master.refusal('{ queues { nodes { id } } }');
    await sql.query('alter table queue_away rename to queue');
    await sql.end();
    const { code, id, ...others } = refusal.extensions;
    expect(code).toBe('INTERNAL');
    expect(others).toEqual({});
    expect(refusal.message).toBe(`The server failed. Its log has more under the id ${String(id)}.`);
    expect(log.lines.some((line) => line.startsWith('error') && line.includes(String(id)))).toBe(true);
  });

  test('that the database ends a statement for its time is told as a question that is too broad', async () => {
    const master = await new GraphQLClient(app.url).login('master', MASTER_PASSWORD);
    const [holder, sql] = [new pg.Client(database.url), new pg.Client(database.url)];
    for (const client of [holder, sql]) await client.connect();
    await holder.query('begin; lock table queue in access exclusive mode');
    const refused = master.refusal('{ queues { nodes { id } } }');
    let ended = 0;
    while (ended === 0) {
      const { rowCount } = await sql.query(
        `select pg_cancel_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%"queue"%'`,
      );
      ended = rowCount ?? 0;
    }
    for (const client of [holder, sql]) await client.end();
    const { message, extensions } = await refused;
    expect(extensions).toEqual({ code: 'QUERY_TOO_COMPLEX' });
    expect(message).toMatch('did not finish in time');
  });

  test('no line of the log has a password or a token', async () => {
    const master = await new GraphQLClient(app.url).login('master', MASTER_PASSWORD);
    const everything = log.lines.join('\n');
    expect(everything).not.toContain(MASTER_PASSWORD);
    expect(everything).not.toContain(master.token);
  });
});
