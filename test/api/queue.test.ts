import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { makeClient, makeGroup } from '../support/people.js';
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
    ['the mode REINVITE', { transferMode: 'REINVITE' }, 'input.transferMode'],
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
    [
      'ASTERISK_AMI',
      { agentSource: { asteriskAmi: { host: 'x', username: 'u', queueName: 'q' } } },
      'input.agentSource.asteriskAmi',
    ],
    ['SIP_DIALOG', { agentSource: { sipDialog: { trunkId: 'x', addresses: [] } } }, 'input.agentSource.sipDialog'],
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

  test('without a transfer mode, which means REINVITE, the answer names REFER', async () => {
    const input = { name: 'Default mode', type: 'IVR', agentSource: FIXED };
    const { extensions } = await app.master.refusal(CREATE, { input });
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'input.transferMode' }] });
    expect(extensions.fields?.[0]?.message).toContain('REFER');
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
