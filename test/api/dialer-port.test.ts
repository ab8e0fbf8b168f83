import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ScriptedRegistrar } from '../support/scripted-registrar.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const TRUNK = `id version name transport channels username maxCallsPerSecond callsInFlight
  servers { host sipPort } outboundProxy { host sipPort } health { state since sipStatus message nextTryAt }`;
const CREATE = `mutation ($input: CreateTrunkInput!) { createTrunk(input: $input) { trunk { ${TRUNK} } } }`;
const UPDATE = `mutation ($input: UpdateTrunkInput!) { updateTrunk(input: $input) { trunk { ${TRUNK} } } }`;
const LIST = `query ($filter: TrunkFilter) { trunks(filter: $filter) { totalCount nodes { ${TRUNK} } } }`;
const PORT = `id username busy health { state sipStatus message nextTryAt } trunk { id name }`;
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
  health: { state: string; sipStatus: number | null; message: string | null; nextTryAt: string | null };
  trunk: { id: string; name: string };
}

describe('dialer ports', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  const create = async (input: Record<string, unknown>): Promise<Trunk> =>
    (await app.master.ask<{ createTrunk: { trunk: Trunk } }>(CREATE, { input: { servers: SERVERS, ...input } }))
      .createTrunk.trunk;
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

  test('are added in the order of the input and listed by user name', async () => {
    const { id } = await create({ name: 'With ports' });
    expect((await add(id, ['202', '201'])).map((port) => port.username)).toEqual(['202', '201']);
    expect(await ports(id)).toMatchObject([
      { username: '201', busy: false, trunk: { id, name: 'With ports' } },
      { username: '202', busy: false, trunk: { id, name: 'With ports' } },
    ]);
    const found = await app.master.ask(PORTS, { filter: { trunkId: id, search: '02' } });
    expect(found).toMatchObject({ dialerPorts: { totalCount: 1, nodes: [{ username: '202' }] } });
    expect(await ports('nonsense')).toEqual([]);
  });

  test('register, and show how each of them and their trunk are', async () => {
    const registrar = await ScriptedRegistrar.open({ users: new Map([['501', 'port secret']]) });
    const servers = [{ host: '127.0.0.1', sipPort: registrar.port }];
    const { id } = await create({ name: 'Live', servers });
    await add(id, ['501', '502']);
    const wait = async (isSo: (all: Port[]) => boolean): Promise<Port[]> => {
      for (;;) {
        const all = await ports(id);
        if (isSo(all)) return all;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const [good, bad] = await wait((all) => all.every(({ health }) => health.state !== 'CONNECTING'));
    expect(good?.health).toEqual({ state: 'IN_SERVICE', sipStatus: null, message: null, nextTryAt: null });
    expect(bad?.health).toEqual({
      state: 'BACKING_OFF',
      sipStatus: 401,
      message: 'The registrar refuses the user name or password: 401',
      nextTryAt: expect.any(String),
    });
    expect((await inState('Live', 'IN_SERVICE')).health.message).toMatch(/^1 of 2 ports are not registered/);
    const { engineStatus } = await app.master.ask<{ engineStatus: { faults: object[] } }>(
      '{ engineStatus { faults { subject name sipStatus } } }',
    );
    expect(engineStatus.faults).toContainEqual({ subject: 'DIALER_PORT', name: '502', sipStatus: 401 });
    await app.master.ask(REMOVE, { input: { ids: [good?.id] } });
    await registrar.phone.next((message) => message.header('Expires') === '0');
    await registrar.close();
  });

  test('are all refused if one is not acceptable', async () => {
    const { id } = await create({ name: 'All or none' });
    const bad = [
      { username: 'ok', password: 'p' },
      { username: 'a b', password: '' },
      { username: 'ok', password: 'p' },
    ];
    const refusal = await app.master.refusal(ADD, { input: { trunkId: id, ports: bad } });
    expect(refusal.extensions.code).toBe('BAD_USER_INPUT');
    expect(refusal.extensions.fields?.map((field) => field.path)).toEqual([
      'input.ports[1].username',
      'input.ports[1].password',
      'input.ports[2].username',
    ]);
    await add(id, ['301']);
    const again = ['300', '301'].map((username) => ({ username, password: 'p' }));
    expect((await app.master.refusal(ADD, { input: { trunkId: id, ports: again } })).extensions).toMatchObject({
      code: 'CONFLICT',
      fields: [{ path: 'input.ports[1].username' }],
    });
    expect((await ports(id)).map((port) => port.username)).toEqual(['301']);
  });

  test('are 1 to 1000 at a time', async () => {
    const { id } = await create({ name: 'Many ports' });
    const names = Array.from({ length: 1000 }, (_, index) => `p${String(index).padStart(4, '0')}`);
    for (const count of [0, 1001]) {
      const list = [...names, 'one-more'].slice(0, count).map((username) => ({ username, password: 'p' }));
      expect((await app.master.refusal(ADD, { input: { trunkId: id, ports: list } })).extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        fields: [{ path: 'input.ports' }],
      });
    }
    expect(await add(id, names)).toHaveLength(1000);
    expect((await app.master.refusal(REMOVE, { input: { ids: [] } })).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.ids' }],
    });
  });

  test('need a trunk with registration, and keep it so', async () => {
    const plain = await create({ name: 'Plain', channels: 3 });
    const input = { trunkId: plain.id, ports: [{ username: '1', password: 'p' }] };
    expect((await app.master.refusal(ADD, { input })).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.trunkId' }],
    });
    const { id, version } = await create({ name: 'Stays registered' });
    await add(id, ['1']);
    expect((await app.master.refusal(UPDATE, { input: { id, version, channels: 2 } })).extensions).toMatchObject({
      code: 'CONFLICT',
      fields: [{ path: 'input.channels' }],
    });
    expect((await list('Stays registered')).nodes).toMatchObject([{ version, channels: null }]);
    const nowhere = { trunkId: '019ab000-0000-7000-8000-000000000000', ports: input.ports };
    expect((await app.master.refusal(ADD, { input: nowhere })).extensions.code).toBe('NOT_FOUND');
  });

  test('are removed all, or none if one does not exist', async () => {
    const { id } = await create({ name: 'Removal' });
    const [first, second] = (await add(id, ['1', '2'])) as [Port, Port];
    const ids = [first.id, '019ab000-0000-7000-8000-000000000000', 'nonsense'];
    expect((await app.master.refusal(REMOVE, { input: { ids } })).extensions).toMatchObject({
      code: 'NOT_FOUND',
      fields: [{ path: 'input.ids[1]' }, { path: 'input.ids[2]' }],
    });
    expect(await ports(id)).toHaveLength(2);
    expect(await app.master.ask(REMOVE, { input: { ids: [second.id, first.id, second.id] } })).toEqual({
      removeDialerPorts: { removedDialerPortIds: [second.id, first.id] },
    });
    expect(await ports(id)).toEqual([]);
  });
});
