import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLClient } from '../support/graphql-client.js';
import { makeClient, makeGroup, makeUser, PASSWORD } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const USER = `id version username role enabled mustChangePassword groups { name }`;
const CREATE = `mutation ($input: CreateUserInput!) { createUser(input: $input) { user { ${USER} } } }`;
const UPDATE = `mutation ($input: UpdateUserInput!) { updateUser(input: $input) { user { ${USER} } } }`;
const DELETE = `mutation ($input: DeleteUserInput!) { deleteUser(input: $input) { deletedUserId } }`;
const RESET = `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { user { ${USER} } } }`;
const ONE = `query ($id: ID!) { user(id: $id) { ${USER} } }`;
const LIST = `query ($filter: UserFilter, $orderBy: UserOrder!) {
  users(filter: $filter, orderBy: $orderBy) { totalCount nodes { username groups { name } } }
}`;
const BY_NAME = { field: 'USERNAME' };

interface User {
  id: string;
  version: number;
  username: string;
  role: string;
  enabled: boolean;
  mustChangePassword: boolean;
  groups: { name: string }[];
}

describe('a GROUP_MANAGER', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  const read = async (id: string): Promise<User> => (await app.master.ask<{ user: User }>(ONE, { id })).user;
  const update = async (client: GraphQLClient, input: Record<string, unknown>): Promise<User> =>
    (await client.ask<{ updateUser: { user: User } }>(UPDATE, { input })).updateUser.user;
  const list = async (client: GraphQLClient, filter: Record<string, unknown> | null = null) =>
    (await client.ask<{ users: { totalCount: number; nodes: User[] } }>(LIST, { filter, orderBy: BY_NAME })).users;

  test('sees the users and groups of the own groups only', async () => {
    const [own, foreign] = [await makeGroup(app), await makeGroup(app)];
    const { client, user } = await makeClient(app, 'GROUP_MANAGER', [own]);
    const both = await makeUser(app, 'CAMPAIGN_SUPERVISOR', [foreign, own]);
    const stranger = await makeUser(app, 'CAMPAIGN_SUPERVISOR', [foreign]);
    const { nodes, totalCount } = await list(client);
    expect(totalCount).toBe(2);
    expect(nodes).toEqual(
      [both.username, user.username].sort().map((username) => ({ username, groups: [{ name: own.name }] })),
    );
    expect((await list(client, { groupId: foreign.id })).nodes.map((node) => node.username)).toEqual([both.username]);
    expect((await client.refusal(ONE, { id: stranger.id })).extensions.code).toBe('NOT_FOUND');
    for (const [query, input] of [
      [UPDATE, { id: stranger.id, version: 1, enabled: false }],
      [DELETE, { id: stranger.id }],
    ] as const) {
      expect((await client.refusal(query, { input })).extensions.code).toBe('NOT_FOUND');
    }
    expect(await read(stranger.id)).toMatchObject({ version: 1, enabled: true });
  });

  test('is listed once with two groups that the reader manages', async () => {
    const groups = [await makeGroup(app), await makeGroup(app)];
    const { client, user } = await makeClient(app, 'GROUP_MANAGER', groups);
    expect(await list(client)).toMatchObject({ totalCount: 1, nodes: [{ username: user.username }] });
  });

  test('creates users in own groups only, and in one at least', async () => {
    const [own, foreign] = [await makeGroup(app), await makeGroup(app)];
    const { client } = await makeClient(app, 'GROUP_MANAGER', [own]);
    const input = { username: 'of-manager', password: PASSWORD, role: 'GROUP_MANAGER' };
    expect((await client.refusal(CREATE, { input })).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.groupIds' }],
    });
    const foreignToo = { ...input, groupIds: [own.id, foreign.id] };
    expect((await client.refusal(CREATE, { input: foreignToo })).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.groupIds[1]' }],
    });
    expect((await list(app.master, { search: 'of-manager' })).totalCount).toBe(0);
    await client.ask(CREATE, { input: { ...input, groupIds: [own.id] } });
  });

  test('cannot make a MASTER, by creation or by edit', async () => {
    const own = await makeGroup(app);
    const { client } = await makeClient(app, 'GROUP_MANAGER', [own]);
    const input = { username: 'usurper', password: PASSWORD, role: 'MASTER', groupIds: [own.id] };
    expect((await client.refusal(CREATE, { input })).extensions.code).toBe('FORBIDDEN');
    const { id, version } = await makeUser(app, 'CAMPAIGN_SUPERVISOR', [own]);
    expect((await client.refusal(UPDATE, { input: { id, version, role: 'MASTER' } })).extensions.code).toBe(
      'FORBIDDEN',
    );
    expect(await read(id)).toMatchObject({ role: 'CAMPAIGN_SUPERVISOR', version });
  });

  test('never touches a MASTER of the own group', async () => {
    const own = await makeGroup(app);
    const { client } = await makeClient(app, 'GROUP_MANAGER', [own]);
    const { id, version } = await makeUser(app, 'MASTER', [own]);
    for (const edit of [{ enabled: false }, { role: 'CAMPAIGN_SUPERVISOR' }, { groupIds: [] }, { username: 'x' }]) {
      expect((await client.refusal(UPDATE, { input: { id, version, ...edit } })).extensions.code).toBe('FORBIDDEN');
    }
    expect((await client.refusal(DELETE, { input: { id } })).extensions.code).toBe('FORBIDDEN');
    expect(await read(id)).toMatchObject({ version, role: 'MASTER', enabled: true, groups: [{ name: own.name }] });
  });

  test('adds and removes own groups; the other groups of the user stay', async () => {
    const [first, second] = [await makeGroup(app, 'Own 1'), await makeGroup(app, 'Own 2')];
    const foreign = await makeGroup(app, 'Foreign');
    const { client } = await makeClient(app, 'GROUP_MANAGER', [first, second]);
    const { id, version } = await makeUser(app, 'CAMPAIGN_SUPERVISOR', [foreign, first]);
    const after = await update(client, { id, version, groupIds: [second.id] });
    expect(after.groups).toEqual([{ name: 'Own 2' }]);
    expect((await read(id)).groups).toEqual([{ name: 'Foreign' }, { name: 'Own 2' }]);
    const input = { id, version: after.version, groupIds: [foreign.id] };
    expect((await client.refusal(UPDATE, { input })).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.groupIds[0]' }],
    });
    await update(client, { id, version: after.version, groupIds: [] });
    expect((await read(id)).groups).toEqual([{ name: 'Foreign' }]);
  });

  test('enables, disables and deletes users of the own groups, but resets no password', async () => {
    const own = await makeGroup(app);
    const { client, user } = await makeClient(app, 'GROUP_MANAGER', [own]);
    const { id, version } = await makeUser(app, 'CAMPAIGN_SUPERVISOR', [own]);
    expect(await update(client, { id, version, enabled: false })).toMatchObject({ enabled: false });
    const reset = { userId: id, newPassword: 'another password' };
    expect((await client.refusal(RESET, { input: reset })).extensions.code).toBe('FORBIDDEN');
    await client.ask(DELETE, { input: { id } });
    expect((await client.refusal(DELETE, { input: { id: user.id } })).extensions.code).toBe('FORBIDDEN');
  });
});
