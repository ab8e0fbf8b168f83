import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLClient } from '../support/graphql-client.js';
import { makeClient, makeGroup, makeUser, PASSWORD } from '../support/people.js';
import { MASTER_PASSWORD, startTestApp, type TestApp } from '../support/test-app.js';

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

describe('users', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  const read = async (id: string): Promise<User> => (await app.master.ask<{ user: User }>(ONE, { id })).user;
  const update = async (client: GraphQLClient, input: Record<string, unknown>): Promise<User> =>
    (await client.ask<{ updateUser: { user: User } }>(UPDATE, { input })).updateUser.user;
  const list = async (client: GraphQLClient, filter: Record<string, unknown> | null = null, orderBy = BY_NAME) =>
    (await client.ask<{ users: { totalCount: number; nodes: User[] } }>(LIST, { filter, orderBy })).users;
  const hasSession = async (client: GraphQLClient): Promise<boolean> => !(await client.send(`{ me { id } }`)).errors;

  describe('a MASTER', () => {
    test('creates a user, who is enabled and can log in; the groups come by name', async () => {
      const [b, a] = [await makeGroup(app, 'Made B'), await makeGroup(app, 'Made A')];
      const input = {
        username: ' Ana ',
        password: PASSWORD,
        role: 'CAMPAIGN_SUPERVISOR',
        groupIds: [b.id, a.id, b.id],
      };
      const { createUser } = await app.master.ask<{ createUser: { user: User } }>(CREATE, { input });
      expect(createUser.user).toMatchObject({
        username: 'Ana',
        role: 'CAMPAIGN_SUPERVISOR',
        enabled: true,
        mustChangePassword: false,
        groups: [{ name: 'Made A' }, { name: 'Made B' }],
      });
      const ana = await app.login('ana', PASSWORD);
      expect(await ana.ask(`{ me { username groups { name } } }`)).toEqual({
        me: { username: 'Ana', groups: [{ name: 'Made A' }, { name: 'Made B' }] },
      });
    });

    test('sees the groups of a user in the answer to the login', async () => {
      const group = await makeGroup(app);
      const { username } = await makeUser(app, 'CAMPAIGN_ADMINISTRATOR', [group]);
      const answer = await app.anonymous.ask(
        `mutation ($input: LoginInput!) { login(input: $input) { user { groups { name } } } }`,
        { input: { username, password: PASSWORD } },
      );
      expect(answer).toEqual({ login: { user: { groups: [{ name: group.name }] } } });
    });

    test('is told of everything that is wrong with a new user at once', async () => {
      const groupIds = ['nonsense', '019ab000-0000-7000-8000-000000000000'];
      const input = { username: ' ', password: 'short', role: 'CAMPAIGN_SUPERVISOR', groupIds };
      const refusal = await app.master.refusal(CREATE, { input });
      expect(refusal.extensions.code).toBe('BAD_USER_INPUT');
      expect(refusal.extensions.fields?.map((field) => field.path)).toEqual([
        'input.username',
        'input.password',
        'input.groupIds[0]',
        'input.groupIds[1]',
      ]);
      expect(JSON.stringify(refusal)).not.toContain('short');
    });

    test('cannot use a name that is taken, in any case', async () => {
      const input = { username: 'MASTER', password: PASSWORD, role: 'MASTER' };
      expect((await app.master.refusal(CREATE, { input })).extensions).toMatchObject({
        code: 'CONFLICT',
        fields: [{ path: 'input.username' }],
      });
      const { id, version } = await makeUser(app, 'CAMPAIGN_SUPERVISOR');
      expect(
        (await app.master.refusal(UPDATE, { input: { id, version, username: 'Master' } })).extensions,
      ).toMatchObject({ code: 'CONFLICT', fields: [{ path: 'input.username' }] });
    });

    test('finds users by name, role, group and state, in the wanted order', async () => {
      const group = await makeGroup(app);
      const names: string[] = [];
      for (const role of ['CAMPAIGN_SUPERVISOR', 'GROUP_MANAGER']) {
        names.push((await makeUser(app, role, [group], { username: `Find_me ${role}` })).username);
      }
      const foundNames = async (filter: Record<string, unknown>, orderBy: Record<string, string> = BY_NAME) =>
        (await list(app.master, filter, orderBy as typeof BY_NAME)).nodes.map((user) => user.username);
      expect(await foundNames({ search: 'find_ME' })).toEqual(names);
      expect(await foundNames({ search: 'find%me' })).toEqual([]);
      expect(await foundNames({ groupId: group.id }, { field: 'CREATED_AT', direction: 'DESC' })).toEqual(
        names.toReversed(),
      );
      expect(await foundNames({ groupId: group.id, role: 'GROUP_MANAGER' })).toEqual([names[1]]);
      expect(await foundNames({ groupId: group.id, enabled: false })).toEqual([]);
      expect(await foundNames({ groupId: 'nonsense' })).toEqual([]);
      expect(
        (await app.master.refusal(LIST, { filter: { search: '\u0000' }, orderBy: BY_NAME })).extensions,
      ).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ path: 'filter.search' }] });
    });

    test('edits what is given and leaves the rest', async () => {
      const group = await makeGroup(app);
      const { id, version } = await makeUser(app, 'CAMPAIGN_SUPERVISOR', [group]);
      const after = await update(app.master, { id, version, role: 'CAMPAIGN_ADMINISTRATOR' });
      expect(after).toMatchObject({
        version: version + 1,
        role: 'CAMPAIGN_ADMINISTRATOR',
        enabled: true,
        groups: [{ name: group.name }],
      });
      expect(await update(app.master, { id, version: after.version, groupIds: [] })).toMatchObject({ groups: [] });
    });

    test('reads the groups as they are after each of two edits in one request', async () => {
      const group = await makeGroup(app);
      const { id, version } = await makeUser(app, 'CAMPAIGN_SUPERVISOR');
      const query = `mutation ($a: UpdateUserInput!, $b: UpdateUserInput!) {
        a: updateUser(input: $a) { user { groups { id } } } b: updateUser(input: $b) { user { groups { id } } }
      }`;
      const a = { id, version, groupIds: [group.id] };
      expect(await app.master.ask(query, { a, b: { id, version: version + 1, groupIds: [] } })).toEqual({
        a: { user: { groups: [{ id: group.id }] } },
        b: { user: { groups: [] } },
      });
    });

    test('cannot edit on an old version, nor set a field to null; nothing changes', async () => {
      const { id, version, username } = await makeUser(app, 'CAMPAIGN_SUPERVISOR');
      await update(app.master, { id, version, enabled: false });
      expect((await app.master.refusal(UPDATE, { input: { id, version, enabled: true } })).extensions).toMatchObject({
        code: 'CONFLICT',
        presentVersion: version + 1,
      });
      const nulls = { id, version: version + 1, username: null, role: null, groupIds: null, enabled: null };
      const refusal = await app.master.refusal(UPDATE, { input: nulls });
      expect(refusal.extensions.code).toBe('BAD_USER_INPUT');
      expect(refusal.extensions.fields?.map((field) => field.path).sort()).toEqual([
        'input.enabled',
        'input.groupIds',
        'input.role',
        'input.username',
      ]);
      expect(await read(id)).toMatchObject({ version: version + 1, username, enabled: false });
    });

    test('deletes a user, who is gone', async () => {
      const { id } = await makeUser(app, 'CAMPAIGN_SUPERVISOR');
      expect(await app.master.ask(DELETE, { input: { id } })).toEqual({ deleteUser: { deletedUserId: id } });
      expect((await app.master.refusal(ONE, { id })).extensions.code).toBe('NOT_FOUND');
      expect((await app.master.refusal(DELETE, { input: { id } })).extensions.code).toBe('NOT_FOUND');
      expect((await app.master.refusal(DELETE, { input: { id: 'nonsense' } })).extensions.code).toBe('NOT_FOUND');
    });

    test('cannot be deleted by themselves, even if there is another', async () => {
      const { user, client } = await makeClient(app, 'MASTER');
      expect((await client.refusal(DELETE, { input: { id: user.id } })).extensions.code).toBe('FORBIDDEN');
      expect(await read(user.id)).toMatchObject({ id: user.id });
      await app.master.ask(DELETE, { input: { id: user.id } });
    });
  });

  describe('the last MASTER', () => {
    test('cannot be disabled or demoted, even while a disabled one exists; nothing changes', async () => {
      const { me } = await app.master.ask<{ me: User }>(`{ me { ${USER} } }`);
      const other = await makeUser(app, 'MASTER');
      const { version } = await update(app.master, { id: other.id, version: other.version, enabled: false });
      for (const [edit, path] of [
        [{ enabled: false }, 'input.enabled'],
        [{ role: 'GROUP_MANAGER' }, 'input.role'],
      ] as const) {
        const refusal = await app.master.refusal(UPDATE, { input: { id: me.id, version: me.version, ...edit } });
        expect(refusal.extensions).toMatchObject({ code: 'CONFLICT', fields: [{ path }] });
      }
      expect(await read(me.id)).toEqual(me);
      expect(await hasSession(app.master)).toBe(true);
      await update(app.master, { id: other.id, version, role: 'CAMPAIGN_SUPERVISOR' });
    });

    test('is left when the only two delete or demote each other at the same time', async () => {
      const { me } = await app.master.ask<{ me: User }>(`{ me { ${USER} } }`);
      let { version } = me;
      for (const deletion of [true, false, true]) {
        const [a, b] = [await makeClient(app, 'MASTER'), await makeClient(app, 'MASTER')];
        await update(a.client, { id: me.id, version, role: 'CAMPAIGN_SUPERVISOR' });
        const act = (client: GraphQLClient, { id, version }: { id: string; version: number }) =>
          deletion
            ? client.send(DELETE, { input: { id } })
            : client.send(UPDATE, { input: { id, version, role: 'CAMPAIGN_SUPERVISOR' } });
        const answers = await Promise.all([act(a.client, b.user), act(b.client, a.user)]);
        expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
        const survivor = answers[0].errors ? b.client : a.client;
        expect((await list(survivor, { role: 'MASTER', enabled: true })).totalCount).toBe(1);
        ({ version } = await update(survivor, { id: me.id, version: version + 1, role: 'MASTER' }));
        app = { ...app, master: await app.login('master', MASTER_PASSWORD) };
        const rest = (await survivor.ask<{ me: User }>(`{ me { id version } }`)).me;
        await update(app.master, { id: rest.id, version: rest.version, role: 'CAMPAIGN_SUPERVISOR' });
      }
    });
  });

  test('campaign roles neither see nor change users', async () => {
    const group = await makeGroup(app);
    for (const role of ['CAMPAIGN_ADMINISTRATOR', 'CAMPAIGN_SUPERVISOR']) {
      const { client, user } = await makeClient(app, role, [group]);
      const input = { username: 'nobody', password: PASSWORD, role };
      for (const [query, variables] of [
        [LIST, { orderBy: BY_NAME }],
        [ONE, { id: user.id }],
        [CREATE, { input }],
        [UPDATE, { input: { id: user.id, version: 1, enabled: false } }],
        [DELETE, { input: { id: user.id } }],
        [RESET, { input: { userId: user.id, newPassword: PASSWORD } }],
      ] as const) {
        expect((await client.refusal(query, variables)).extensions.code).toBe('FORBIDDEN');
      }
    }
  });

  describe('sessions of a user', () => {
    test('end with a change of role, groups or enabled state, and not with one of the name', async () => {
      const group = await makeGroup(app);
      const { user, client } = await makeClient(app, 'GROUP_MANAGER', [group]);
      let { version } = await update(app.master, {
        id: user.id,
        version: user.version,
        username: `${user.username}-x`,
      });
      expect(await hasSession(client)).toBe(true);
      ({ version } = await update(app.master, { id: user.id, version, role: 'GROUP_MANAGER', groupIds: [group.id] }));
      expect(await hasSession(client)).toBe(true);
      for (const edit of [{ groupIds: [] }, { role: 'MASTER' }, { enabled: false }]) {
        const session = await app.login(`${user.username}-x`, PASSWORD);
        ({ version } = await update(app.master, { id: user.id, version, ...edit }));
        expect(await hasSession(session)).toBe(false);
      }
    });

    test('end with the deletion of the user', async () => {
      const { user, client } = await makeClient(app, 'MASTER');
      await app.master.ask(DELETE, { input: { id: user.id } });
      expect(await hasSession(client)).toBe(false);
    });

    test('end with a new password, and the old one is worth nothing', async () => {
      const { user, client } = await makeClient(app, 'MASTER');
      const input = { userId: user.id, newPassword: 'the new password', mustChangePassword: true };
      const { resetPassword } = await app.master.ask<{ resetPassword: { user: User } }>(RESET, { input });
      expect(resetPassword.user).toMatchObject({ version: user.version + 1, mustChangePassword: true });
      expect(await hasSession(client)).toBe(false);
      await expect(app.login(user.username, PASSWORD)).rejects.toThrow('UNAUTHENTICATED');
      const again = await app.login(user.username, 'the new password');
      expect((await again.refusal(`{ groups { totalCount } }`)).extensions.code).toBe('FORBIDDEN');
    });

    test('go on if the new password is not acceptable, or the user does not exist', async () => {
      const { user, client } = await makeClient(app, 'MASTER');
      for (const newPassword of ['short', 'x'.repeat(129)]) {
        expect((await app.master.refusal(RESET, { input: { userId: user.id, newPassword } })).extensions).toMatchObject(
          {
            code: 'BAD_USER_INPUT',
            fields: [{ path: 'input.newPassword' }],
          },
        );
      }
      const input = { userId: '019ab000-0000-7000-8000-000000000000', newPassword: PASSWORD };
      expect((await app.master.refusal(RESET, { input })).extensions.code).toBe('NOT_FOUND');
      expect(await hasSession(client)).toBe(true);
      await app.login(user.username, PASSWORD);
    });
  });

  test('no field of the schema returns a password or its hash', async () => {
    const { __type } = await app.master.ask<{ __type: { fields: { name: string }[] } }>(
      `{ __type(name: "User") { fields { name } } }`,
    );
    const names = __type.fields.map((field) => field.name).filter((name) => /password|hash/i.test(name));
    expect(names).toEqual(['mustChangePassword']);
  });
});
