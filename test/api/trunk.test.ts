import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { makeClient, makeGroup } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const TRUNK = `id version name transport channels username maxCallsPerSecond maxParallelCalls callsInFlight
  servers { host sipPort } outboundProxy { host sipPort } health { state since sipStatus message nextTryAt }`;
const CREATE = `mutation ($input: CreateTrunkInput!) { createTrunk(input: $input) { trunk { ${TRUNK} } } }`;
const UPDATE = `mutation ($input: UpdateTrunkInput!) { updateTrunk(input: $input) { trunk { ${TRUNK} } } }`;
const DELETE = `mutation ($input: DeleteTrunkInput!) { deleteTrunk(input: $input) { deletedTrunkId } }`;
const LIST = `query ($filter: TrunkFilter) { trunks(filter: $filter) { totalCount nodes { ${TRUNK} } } }`;
const PORT = `id username busy health { state message } trunk { id name }`;
const ADD = `mutation ($input: AddDialerPortsInput!) { addDialerPorts(input: $input) { dialerPorts { ${PORT} } } }`;
const REMOVE = `mutation ($input: RemoveDialerPortsInput!) { removeDialerPorts(input: $input) { removedDialerPortIds } }`;
const PORTS = `query ($filter: DialerPortFilter) {
  dialerPorts(filter: $filter) { totalCount nodes { ${PORT} } }
}`;
const SERVERS = [{ host: '127.0.0.1', sipPort: 5070 }];

interface Trunk {
  id: string;
  version: number;
  name: string;
  health: { state: string; message: string | null };
  [more: string]: unknown;
}

interface Port {
  id: string;
  username: string;
  busy: boolean;
  health: { state: string; message: string | null };
  trunk: { id: string; name: string };
}

describe('trunks', () => {
  let app: TestApp;
  let database: pg.Client;

  beforeAll(async () => {
    app = await startTestApp();
    database = new pg.Client(app.databaseUrl);
    await database.connect();
  });

  afterAll(async () => {
    await database.end();
    await app.close();
  });

  const create = async (input: Record<string, unknown>): Promise<Trunk> =>
    (await app.master.ask<{ createTrunk: { trunk: Trunk } }>(CREATE, { input: { servers: SERVERS, ...input } }))
      .createTrunk.trunk;
  const update = async (input: Record<string, unknown>): Promise<Trunk> =>
    (await app.master.ask<{ updateTrunk: { trunk: Trunk } }>(UPDATE, { input })).updateTrunk.trunk;
  const list = async (search: string) =>
    (await app.master.ask<{ trunks: { totalCount: number; nodes: Trunk[] } }>(LIST, { filter: { search } })).trunks;
  const ports = async (trunkId: string): Promise<Port[]> =>
    (await app.master.ask<{ dialerPorts: { nodes: Port[] } }>(PORTS, { filter: { trunkId } })).dialerPorts.nodes;
  const add = async (trunkId: string, names: readonly string[]): Promise<Port[]> => {
    const input = { trunkId, ports: names.map((username) => ({ username, password: 'port secret' })) };
    return (await app.master.ask<{ addDialerPorts: { dialerPorts: Port[] } }>(ADD, { input })).addDialerPorts
      .dialerPorts;
  };
  const inState = async (name: string, state: string): Promise<Trunk> => {
    for (;;) {
      const trunk = (await list(name)).nodes[0];
      if (trunk?.health.state === state) return trunk;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  test('a trunk without registration comes into service by itself', async () => {
    const trunk = await create({ name: 'Alive', channels: 30, maxCallsPerSecond: 2.5 });
    expect(trunk).toMatchObject({
      transport: 'UDP',
      channels: 30,
      username: null,
      outboundProxy: null,
      maxCallsPerSecond: 2.5,
      callsInFlight: 0,
      servers: SERVERS,
    });
    expect((await inState('Alive', 'IN_SERVICE')).health).toMatchObject({ message: null });
  });

  test.each(['TCP', 'TLS'])('a trunk over %s comes into service by itself', async (transport) => {
    await create({ name: `Over ${transport}`, channels: 1, transport });
    expect((await inState(`Over ${transport}`, 'IN_SERVICE')).health).toMatchObject({ message: null });
  });

  test('a trunk with registration is out of service until it has dialer ports', async () => {
    const trunk = await create({ name: 'Registered' });
    expect(trunk).toMatchObject({ channels: null });
    expect((await inState('Registered', 'OUT_OF_SERVICE')).health.message).toBe('The trunk has no dialer ports');
  });

  test('hosts may be names, IPv4 and IPv6 addresses; the network port may be left out', async () => {
    const servers = [{ host: 'pbx.example.com' }, { host: '192.0.2.1', sipPort: 65535 }, { host: '2001:db8::1' }];
    const trunk = await create({ name: 'Hosts', servers, outboundProxy: { host: 'proxy', sipPort: 1 } });
    expect(trunk).toMatchObject({
      servers: [
        { host: 'pbx.example.com', sipPort: null },
        { host: '192.0.2.1', sipPort: 65535 },
        { host: '2001:db8::1', sipPort: null },
      ],
      outboundProxy: { host: 'proxy', sipPort: 1 },
    });
  });

  test('everything that is wrong with a new trunk is told at once, and nothing is stored', async () => {
    const input = {
      name: ' ',
      servers: [{ host: 'a b' }, { host: '1.2.3.999', sipPort: 0 }, { host: 'x"y', sipPort: 65536 }],
      outboundProxy: { host: 'evil\r\nVia: me' },
      channels: 0,
      username: 'a"b',
      password: 'never repeated\n',
      maxCallsPerSecond: 0,
      maxParallelCalls: 0,
    };
    const refusal = await app.master.refusal(CREATE, { input });
    expect(refusal.extensions.code).toBe('BAD_USER_INPUT');
    expect(refusal.extensions.fields?.map((field) => field.path)).toEqual([
      'input.name',
      'input.servers[0].host',
      'input.servers[1].host',
      'input.servers[1].sipPort',
      'input.servers[2].host',
      'input.servers[2].sipPort',
      'input.outboundProxy.host',
      'input.channels',
      'input.username',
      'input.password',
      'input.maxCallsPerSecond',
      'input.maxParallelCalls',
    ]);
    expect(JSON.stringify(refusal)).not.toContain('never repeated');
  });

  test.each([
    ['no server', { servers: [] }, 'input.servers'],
    ['a password without a user name', { password: 'secret' }, 'input.password'],
    ['an empty password', { username: 'u', password: '' }, 'input.password'],
    ['a user name with a line break', { username: 'u\r\nFrom: x' }, 'input.username'],
    ['a user name with brackets', { username: '<sip:u>' }, 'input.username'],
    ['an address with a zone', { servers: [{ host: 'fe80::1%eth0' }] }, 'input.servers[0].host'],
  ])('%s is refused', async (_case, more, path) => {
    const refusal = await app.master.refusal(CREATE, { input: { name: 'Refused', servers: SERVERS, ...more } });
    expect(refusal.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path }] });
    expect((await list('Refused')).totalCount).toBe(0);
  });

  test('a name is taken in any case', async () => {
    await create({ name: 'Taken' });
    const other = await create({ name: 'Other' });
    for (const [query, input] of [
      [CREATE, { name: 'taken', servers: SERVERS }],
      [UPDATE, { id: other.id, version: other.version, name: 'TAKEN' }],
    ] as const) {
      expect((await app.master.refusal(query, { input })).extensions).toMatchObject({
        code: 'CONFLICT',
        fields: [{ path: 'input.name' }],
      });
    }
  });

  test('an edit changes what is given; null takes away what may be missing', async () => {
    const first = await create({
      name: 'Edited',
      channels: 5,
      username: 'u',
      password: 'p',
      outboundProxy: { host: 'proxy' },
      maxCallsPerSecond: 1,
      maxParallelCalls: 4,
    });
    const second = await update({ id: first.id, version: first.version, name: 'Edited 2' });
    expect(second).toMatchObject({
      version: first.version + 1,
      name: 'Edited 2',
      channels: 5,
      username: 'u',
      outboundProxy: { host: 'proxy', sipPort: null },
      maxCallsPerSecond: 1,
      maxParallelCalls: 4,
    });
    const caps = { maxCallsPerSecond: null, maxParallelCalls: null, channels: null };
    const nothing = { outboundProxy: null, username: null, password: null, ...caps };
    expect(await update({ id: first.id, version: second.version, ...nothing })).toMatchObject({
      outboundProxy: null,
      username: null,
      ...caps,
      servers: SERVERS,
    });
  });

  test('an edit is refused on an old version, with null for what must be, and without a user for the password', async () => {
    const { id, version } = await create({ name: 'Guarded', channels: 5, username: 'u', password: 'p' });
    expect(
      (await app.master.refusal(UPDATE, { input: { id, version: version + 1, channels: 6 } })).extensions.code,
    ).toBe('CONFLICT');
    const nulls = { id, version, name: null, servers: null, transport: null };
    expect((await app.master.refusal(UPDATE, { input: nulls })).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.name' }, { path: 'input.servers' }, { path: 'input.transport' }],
    });
    expect((await app.master.refusal(UPDATE, { input: { id, version, username: null } })).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.username' }],
    });
    expect((await list('Guarded')).nodes).toMatchObject([{ version, channels: 5, username: 'u', transport: 'UDP' }]);
    for (const unknown of ['nonsense', '019ab000-0000-7000-8000-000000000000']) {
      const refusal = await app.master.refusal(UPDATE, { input: { id: unknown, version, channels: 6 } });
      expect(refusal.extensions.code).toBe('NOT_FOUND');
    }
  });

  test('a deleted trunk is gone with its ports, but not while an agent source uses it', async () => {
    const { id } = await create({ name: 'Deleted' });
    await add(id, ['101']);
    const insert = `insert into queue (id, name, type, transfer_mode, transfer_timeout_seconds, agent_source)
                    values (gen_random_uuid(), 'On trunk', 'OSCC', 'REFER', 60, $1)`;
    await database.query(insert, [{ kind: 'FIXED', channels: 1, holdSeconds: 1, trunkId: id }]);
    expect((await app.master.refusal(DELETE, { input: { id } })).extensions).toMatchObject({
      code: 'CONFLICT',
      fields: [{ path: 'input.id' }],
    });
    expect(await ports(id)).toHaveLength(1);
    await database.query(`delete from queue where name = 'On trunk'`);
    expect(await app.master.ask(DELETE, { input: { id } })).toEqual({ deleteTrunk: { deletedTrunkId: id } });
    expect((await list('Deleted')).totalCount).toBe(0);
    expect(await ports(id)).toEqual([]);
    expect((await app.master.refusal(DELETE, { input: { id } })).extensions.code).toBe('NOT_FOUND');
  });

  test('nobody but a MASTER sees or changes trunks and ports', async () => {
    const group = await makeGroup(app);
    const { id, version } = await create({ name: 'Masters only' });
    for (const role of ['GROUP_MANAGER', 'CAMPAIGN_ADMINISTRATOR', 'CAMPAIGN_SUPERVISOR']) {
      const { client } = await makeClient(app, role, [group]);
      for (const [query, variables] of [
        [LIST, {}],
        [PORTS, {}],
        [CREATE, { input: { name: 'Mine', servers: SERVERS } }],
        [UPDATE, { input: { id, version, name: 'Mine' } }],
        [DELETE, { input: { id } }],
        [ADD, { input: { trunkId: id, ports: [] } }],
        [REMOVE, { input: { ids: [id] } }],
      ] as const) {
        expect((await client.refusal(query, variables)).extensions.code).toBe('FORBIDDEN');
      }
    }
    expect((await list('Masters only')).nodes).toMatchObject([{ version }]);
  });

  test('no field of the schema returns a password', async () => {
    for (const type of ['Trunk', 'DialerPort', 'SipServer']) {
      const { __type } = await app.master.ask<{ __type: { fields: { name: string }[] } }>(
        `query ($type: String!) { __type(name: $type) { fields { name } } }`,
        { type },
      );
      expect(__type.fields.filter((field) => /password|secret/i.test(field.name))).toEqual([]);
    }
  });
});
