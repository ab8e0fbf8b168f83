import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { makeClient, makeGroup } from '../support/people.js';
import { SipNotifier } from '../support/sip-notifier.js';
import { storeCampaign } from '../support/stored-campaign.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const QUEUE = `id version name type transferMode transferTimeoutSeconds
  agentSource { kind ... on FixedAgentSource { channels holdSeconds } }
  health { status fault message } availability { loggedIn free dialable busy capacity exact } agents { agentId }`;
const CREATE = `mutation ($input: CreateQueueInput!) { createQueue(input: $input) { queue { ${QUEUE} } } }`;
const UPDATE = `mutation ($input: UpdateQueueInput!) { updateQueue(input: $input) { queue { ${QUEUE} } } }`;
const DELETE = `mutation ($input: DeleteQueueInput!) { deleteQueue(input: $input) { deletedQueueId } }`;
const LIST = `query ($filter: QueueFilter) { queues(filter: $filter) { totalCount nodes { ${QUEUE} } } }`;
const FIXED = { fixed: { channels: 4 } };
const NEW = { type: 'IVR', transferMode: 'REFER', agentSource: FIXED };

/** Nothing listens at these ports. */
const ami = (change: Record<string, unknown> = {}) => ({
  agentSource: {
    asteriskAmi: { host: '127.0.0.1', amiPort: 9, username: 'u', secret: 'geheim-1', queueName: 'q', ...change },
  },
});
const esl = (change: Record<string, unknown> = {}) => ({
  agentSource: { freeswitchEsl: { host: '127.0.0.1', eslPort: 9, password: 'geheim-2', queueName: 'q', ...change } },
});

const NO_TRUNK = '00000000-0000-0000-0000-000000000000';
const dialog = (change: Record<string, unknown> = {}) => ({
  agentSource: { sipDialog: { trunkId: NO_TRUNK, addresses: ['sip:101@pbx.example'], ...change } },
});

interface Queue {
  id: string;
  version: number;
  name: string;
  availability: { free: number; dialable: number };
  health: { status: string };
  [more: string]: unknown;
}

describe('queues', () => {
  let app: TestApp;
  let pool: pg.Pool;

  beforeAll(async () => {
    app = await startTestApp();
    pool = new pg.Pool({ connectionString: app.databaseUrl, max: 1 });
  });

  afterAll(async () => {
    await pool.end();
    await app.close();
  });

  const create = async (input: Record<string, unknown>): Promise<Queue> =>
    (await app.master.ask<{ createQueue: { queue: Queue } }>(CREATE, { input: { ...NEW, ...input } })).createQueue
      .queue;
  const update = async (input: Record<string, unknown>): Promise<Queue> =>
    (await app.master.ask<{ updateQueue: { queue: Queue } }>(UPDATE, { input })).updateQueue.queue;
  const list = async (filter: Record<string, unknown>) =>
    (await app.master.ask<{ queues: { totalCount: number; nodes: Queue[] } }>(LIST, { filter })).queues;
  const synced = async (search: string, free: number): Promise<Queue> => {
    for (;;) {
      const queue = (await list({ search })).nodes[0];
      if (queue?.health.status === 'SYNCED' && queue.availability.free === free) return queue;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  test('a new queue counts its channels as free at once', async () => {
    expect(await create({ name: ' Fixed ' })).toMatchObject({
      name: 'Fixed',
      type: 'IVR',
      transferMode: 'REFER',
      transferTimeoutSeconds: 60,
      agentSource: { kind: 'FIXED', channels: 4, holdSeconds: 180 },
      agents: [],
    });
    expect(await synced('Fixed', 4)).toMatchObject({
      health: { status: 'SYNCED', fault: null, message: null },
      availability: { loggedIn: 4, free: 4, dialable: 4, busy: 0, capacity: 4, exact: false },
    });
  });

  test('an edit of the source is taken over by the engine', async () => {
    const { id, version } = await create({ name: 'Resized' });
    await synced('Resized', 4);
    const agentSource = { fixed: { channels: 9, holdSeconds: 20 } };
    expect(await update({ id, version, agentSource })).toMatchObject({
      version: version + 1,
      name: 'Resized',
      agentSource: { channels: 9, holdSeconds: 20 },
    });
    await synced('Resized', 9);
  });

  test('queues are found by name and type', async () => {
    await create({ name: 'Seek IVR' });
    await create({ name: 'Seek OSCC', type: 'OSCC' });
    const names = async (filter: Record<string, unknown>) => (await list(filter)).nodes.map((queue) => queue.name);
    expect(await names({ search: 'seek' })).toEqual(['Seek IVR', 'Seek OSCC']);
    expect(await names({ search: 'seek', type: 'OSCC' })).toEqual(['Seek OSCC']);
  });

  test.each([
    ['a blank name', { name: ' ' }, 'input.name'],
    ['a time-out of 4 seconds', { transferTimeoutSeconds: 4 }, 'input.transferTimeoutSeconds'],
    ['a time-out of 601 seconds', { transferTimeoutSeconds: 601 }, 'input.transferTimeoutSeconds'],
    ['no channel', { agentSource: { fixed: { channels: 0 } } }, 'input.agentSource.fixed.channels'],
    [
      'no hold time',
      { agentSource: { fixed: { channels: 1, holdSeconds: 0 } } },
      'input.agentSource.fixed.holdSeconds',
    ],
    [
      'a hold time of more than a day',
      { agentSource: { fixed: { channels: 1, holdSeconds: 86401 } } },
      'input.agentSource.fixed.holdSeconds',
    ],
    ['no source', { agentSource: {} }, 'input.agentSource'],
    ['a source that is null', { agentSource: { fixed: null } }, 'input.agentSource'],
    ['two sources', { agentSource: { ...FIXED, push: { reporterId: 'x' } } }, 'input.agentSource'],
    ['OSCC', { agentSource: { oscc: { url: 'https://x', username: 'u', groupKey: 'g' } } }, 'input.agentSource.oscc'],
    ['a manager interface without a secret', ami({ secret: undefined }), 'input.agentSource.asteriskAmi.secret'],
    ['a manager interface at no host', ami({ host: 'a b' }), 'input.agentSource.asteriskAmi.host'],
    ['a manager interface at port 0', ami({ amiPort: 0 }), 'input.agentSource.asteriskAmi.amiPort'],
    ['a line break in a user name', ami({ username: 'u\r\nx' }), 'input.agentSource.asteriskAmi.username'],
    ['a queue name that is an expression', ami({ queueName: 'q,free)' }), 'input.agentSource.asteriskAmi.queueName'],
    ['a negative wrap-up', ami({ wrapUpSeconds: -1 }), 'input.agentSource.asteriskAmi.wrapUpSeconds'],
    ['an event socket without a password', esl({ password: undefined }), 'input.agentSource.freeswitchEsl.password'],
    ['an event socket with a blank queue', esl({ queueName: ' ' }), 'input.agentSource.freeswitchEsl.queueName'],
    ['an event socket at port 70000', esl({ eslPort: 70000 }), 'input.agentSource.freeswitchEsl.eslPort'],
    ['a trunk that is not there', dialog(), 'input.agentSource.sipDialog.trunkId'],
    ['a reporter who is nobody', { agentSource: { push: { reporterId: 'x' } } }, 'input.agentSource.push.reporterId'],
  ])('%s is refused, in a new queue and in an edit; nothing changes', async (label, wrong, path) => {
    const name = `Refused ${label}`;
    const expected = { code: 'BAD_USER_INPUT', fields: [{ path }] };
    const attempt = await app.master.refusal(CREATE, { input: { name, ...NEW, ...wrong } });
    expect(attempt.extensions).toMatchObject(expected);
    expect((await list({ search: name })).totalCount).toBe(0);
    const queue = await create({ name });
    const edit = await app.master.refusal(UPDATE, { input: { id: queue.id, version: queue.version, ...wrong } });
    expect(edit.extensions).toMatchObject(expected);
    expect((await list({ search: name })).nodes).toMatchObject([
      { version: queue.version, name, transferMode: 'REFER' },
    ]);
  });

  test('transfers by REINVITE unless another mode is given', async () => {
    const { createQueue } = await app.master.ask<{ createQueue: { queue: { id: string } } }>(CREATE, {
      input: { name: 'Default mode', type: 'IVR', agentSource: FIXED },
    });
    expect((await list({ search: 'Default mode' })).nodes).toMatchObject([
      { id: createQueue.queue.id, transferMode: 'REINVITE' },
    ]);
  });

  test('sources with a secret are stored, the secret is never shown, and stays until another one is given', async () => {
    const stored = async (id: string): Promise<unknown> =>
      (await pool.query<{ secret: string }>('select agent_source_secret as secret from queue where id = $1', [id]))
        .rows[0]?.secret;
    const { id, version, ...shown } = await create({ name: 'With a secret', ...ami({ wrapUpSeconds: 5 }) });
    expect(JSON.stringify(shown)).not.toContain('geheim');
    expect(await stored(id)).toBe('geheim-1');
    const edited = await update({ id, version, ...ami({ secret: undefined, username: 'v', queueName: 'r' }) });
    expect(await stored(id)).toBe('geheim-1');
    const other = { id, version: edited.version, ...esl({ password: undefined }) };
    const { extensions } = await app.master.refusal(UPDATE, { input: other });
    expect(extensions.fields).toMatchObject([{ path: 'input.agentSource.freeswitchEsl.password' }]);
    await update({ id, version: edited.version, ...esl() });
    expect(await stored(id)).toBe('geheim-2');
    const audit = await pool.query<{ text: string }>(
      "select string_agg(to_jsonb(audit_event)::text, '') as text from audit_event",
    );
    expect(audit.rows[0]?.text).toContain('With a secret');
    expect(audit.rows[0]?.text).not.toMatch(/geheim-[12]/);
    await app.master.ask(DELETE, { input: { id } });
  });

  test.each([
    [
      'the manager interface at another host',
      ami(),
      ami({ secret: undefined, host: 'localhost' }),
      'asteriskAmi.secret',
    ],
    ['the manager interface at another port', ami(), ami({ secret: undefined, amiPort: 10 }), 'asteriskAmi.secret'],
    ['the manager interface with TLS', ami(), ami({ secret: undefined, tls: true }), 'asteriskAmi.secret'],
    ['the event socket at another host', esl(), esl({ password: undefined, host: '::1' }), 'freeswitchEsl.password'],
    ['the event socket at another port', esl(), esl({ password: undefined, eslPort: 10 }), 'freeswitchEsl.password'],
  ])('a stored secret does not go to %s', async (label, before, after, path) => {
    const { id, version } = await create({ name: label, ...before });
    const { extensions } = await app.master.refusal(UPDATE, { input: { id, version, ...after } });
    expect(extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: `input.agentSource.${path}`, message: expect.stringContaining('host, port, TLS or URL') }],
    });
    expect((await list({ search: label })).nodes).toMatchObject([{ version }]);
    await app.master.ask(DELETE, { input: { id } });
  });

  test('extensions are watched over a trunk, which cannot be deleted meanwhile', async () => {
    const notifier = await SipNotifier.open();
    const servers = [{ host: '127.0.0.1', sipPort: notifier.port }];
    const { createTrunk } = await app.master.ask<{ createTrunk: { trunk: { id: string } } }>(
      'mutation ($input: CreateTrunkInput!) { createTrunk(input: $input) { trunk { id } } }',
      { input: { name: 'PBX', servers, channels: 2 } },
    );
    const trunkId = createTrunk.trunk.id;
    const addresses = ['sip:101@pbx.example', 'sip:102@pbx.example'];
    for (const [path, wrong] of [
      ['addresses', { addresses: [] }],
      ['addresses.0', { addresses: ['101'] }],
      ['addresses.1', { addresses: ['sip:1@b', 'sip:1@b\r\nX: y'] }],
      ['addresses.0', { addresses: ['sip:1@b:70000'] }],
      ['minIdleSeconds', { minIdleSeconds: -1 }],
    ] as const) {
      const attempt = app.master.refusal(CREATE, { input: { name: 'x', ...NEW, ...dialog({ trunkId, ...wrong }) } });
      const fields = [{ path: `input.agentSource.sipDialog.${path}` }];
      expect((await attempt).extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields });
    }
    const { id } = await create({ name: 'Extensions', ...dialog({ trunkId, addresses, minIdleSeconds: 15 }) });
    await synced('Extensions', 2);
    const { queues } = await app.master.ask<{ queues: { nodes: unknown[] } }>(
      `{ queues(filter: { search: "Extensions" }) { nodes { agents { extension state }
         agentSource { kind ... on SipDialogAgentSource { trunk { id } addresses minIdleSeconds } } } } }`,
    );
    expect(queues.nodes).toEqual([
      {
        agents: [
          { extension: '101', state: 'AVAILABLE' },
          { extension: '102', state: 'AVAILABLE' },
        ],
        agentSource: { kind: 'SIP_DIALOG', trunk: { id: trunkId }, addresses, minIdleSeconds: 15 },
      },
    ]);
    const deletion = 'mutation ($input: DeleteTrunkInput!) { deleteTrunk(input: $input) { deletedTrunkId } }';
    expect((await app.master.refusal(deletion, { input: { id: trunkId } })).extensions.code).toBe('CONFLICT');
    await app.master.ask(DELETE, { input: { id } });
    await app.master.ask(deletion, { input: { id: trunkId } });
    await notifier.close();
  });

  test('a source that cannot be reached is down, says why, and is a fault of the engine', async () => {
    const { id } = await create({ name: 'Nobody there', ...esl() });
    const ask = `{ engineStatus { faults { subject name reason message nextTryAt } } }`;
    for (;;) {
      const { engineStatus } = await app.master.ask<{ engineStatus: { faults: Record<string, unknown>[] } }>(ask);
      const fault = engineStatus.faults.find(({ name, reason }) => name === 'Nobody there' && reason !== 'connecting');
      if (!fault) continue;
      expect(fault).toMatchObject({ subject: 'AGENT_SOURCE', reason: 'down-network' });
      expect(fault.message).toMatch(/127.0.0.1:9/);
      expect(fault.nextTryAt).not.toBeNull();
      break;
    }
    const live = `{ engineStatus { queues { id name health { status } availability { free loggedIn } agents { agentId } } } }`;
    const { engineStatus } = await app.master.ask<{ engineStatus: { queues: { id: string }[] } }>(live);
    expect(engineStatus.queues.find((queue) => queue.id === id)).toMatchObject({
      ...{ name: 'Nobody there', availability: { free: 0, loggedIn: 0 }, agents: [] },
    });
    expect((await list({ search: 'Nobody there' })).nodes[0]).toMatchObject({
      health: { status: 'DOWN', fault: 'NETWORK' },
      availability: { free: 0, dialable: 0 },
    });
    await app.master.ask(DELETE, { input: { id } });
  });

  test('a name is taken in any case, an old version and nulls are refused', async () => {
    await create({ name: 'Taken' });
    const { id, version } = await create({ name: 'Second queue' });
    expect((await app.master.refusal(CREATE, { input: { ...NEW, name: 'TAKEN' } })).extensions).toMatchObject({
      code: 'CONFLICT',
      fields: [{ path: 'input.name' }],
    });
    expect((await app.master.refusal(UPDATE, { input: { id, version, name: 'taken' } })).extensions).toMatchObject({
      code: 'CONFLICT',
      fields: [{ path: 'input.name' }],
    });
    expect((await app.master.refusal(UPDATE, { input: { id, version: 7, name: 'Third' } })).extensions).toMatchObject({
      code: 'CONFLICT',
      presentVersion: version,
    });
    const nulls = { id, version, name: null, type: null, agentSource: null };
    expect((await app.master.refusal(UPDATE, { input: nulls })).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.name' }, { path: 'input.type' }, { path: 'input.agentSource' }],
    });
    expect((await list({ search: 'Second queue' })).nodes).toMatchObject([
      { version, name: 'Second queue', type: 'IVR' },
    ]);
  });

  test('a queue that a campaign uses keeps its type and cannot be deleted; the rest can be edited', async () => {
    const { id, version } = await create({ name: 'In use' });
    const { campaignId } = await storeCampaign(pool, { queueId: id });
    expect((await app.master.refusal(UPDATE, { input: { id, version, type: 'OSCC' } })).extensions).toMatchObject({
      code: 'CONFLICT',
      fields: [{ path: 'input.type' }],
    });
    expect((await app.master.refusal(DELETE, { input: { id } })).extensions).toMatchObject({
      code: 'CONFLICT',
      fields: [{ path: 'input.id' }],
    });
    expect((await list({ search: 'In use' })).nodes).toMatchObject([{ version, type: 'IVR' }]);
    const edited = await update({ id, version, type: 'IVR', transferTimeoutSeconds: 30 });
    expect(edited).toMatchObject({ transferTimeoutSeconds: 30 });

    await pool.query('delete from campaign where id = $1', [campaignId]);
    await update({ id, version: edited.version, type: 'OSCC' });
    expect(await app.master.ask(DELETE, { input: { id } })).toEqual({ deleteQueue: { deletedQueueId: id } });
    expect((await list({ search: 'In use' })).totalCount).toBe(0);
    expect((await app.master.refusal(DELETE, { input: { id } })).extensions.code).toBe('NOT_FOUND');
  });

  test('an administrator reads queues but not their sources, and changes nothing; others have no part in them', async () => {
    const group = await makeGroup(app);
    const { id, version } = await create({ name: 'Looked at' });
    const { client } = await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [group]);
    const { data, errors } = await client.send<{ queues: { nodes: Queue[] } }>(LIST, { filter: { search: 'Looked' } });
    expect(data?.queues.nodes).toMatchObject([{ id, agentSource: null }]);
    expect(errors).toMatchObject([{ path: ['queues', 'nodes', 0, 'agentSource'], extensions: { code: 'FORBIDDEN' } }]);
    for (const [query, input] of [
      [CREATE, { name: 'Mine', ...NEW }],
      [UPDATE, { id, version, name: 'Mine' }],
      [DELETE, { id }],
    ] as const) {
      expect((await client.refusal(query, { input })).extensions.code).toBe('FORBIDDEN');
    }
    for (const role of ['GROUP_MANAGER', 'CAMPAIGN_SUPERVISOR']) {
      const other = await makeClient(app, role, [group]);
      expect((await other.client.refusal(LIST)).extensions.code).toBe('FORBIDDEN');
    }
  });
});

test('with OSCC_ENABLED=on a queue may have the untested source; its server is not there, so nobody is free', async () => {
  const app = await startTestApp({ OSCC_ENABLED: 'on' });
  const oscc = { url: 'https://127.0.0.1:9/', username: 'outdial', password: 'geheim-3', groupKey: '7' };
  const input = { ...NEW, name: 'OSCC', type: 'OSCC', agentSource: { oscc } };
  const { createQueue } = await app.master.ask<{ createQueue: { queue: Queue } }>(CREATE, { input });
  expect(createQueue.queue).toMatchObject({ agentSource: { kind: 'OSCC' }, availability: { free: 0 } });
  const bad = { ...input, name: 'Bad', agentSource: { oscc: { ...oscc, url: 'ftp://x' } } };
  const { extensions } = await app.master.refusal(CREATE, { input: bad });
  expect(extensions.fields).toMatchObject([{ path: 'input.agentSource.oscc.url' }]);
  const { id, version } = createQueue.queue;
  const moved = { oscc: { ...oscc, url: 'https://127.0.0.1:10/', password: undefined } };
  const edit = await app.master.refusal(UPDATE, { input: { id, version, agentSource: moved } });
  expect(edit.extensions.fields).toMatchObject([{ path: 'input.agentSource.oscc.password' }]);
  await app.close();
});
