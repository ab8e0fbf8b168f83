import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { GraphQLClient } from '../support/graphql-client.js';
import { GraphQLSocket } from '../support/graphql-socket.js';
import { makeClient, makeGroup, makeUser, PASSWORD } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) { token expiresAt user { username } } }`;
const LOGOUT = `mutation ($input: LogoutInput!) { logout(input: $input) { endedSessions } }`;
const CHANGE = `mutation ($input: ChangePasswordInput!) {
  changePassword(input: $input) { user { mustChangePassword } }
}`;
const UPDATE = `mutation ($input: UpdateUserInput!) { updateUser(input: $input) { user { version } } }`;
const SESSION_ENDED = 4401;

describe('sessions', () => {
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

  const hasSession = async (client: GraphQLClient): Promise<boolean> => !(await client.send(`{ me { id } }`)).errors;
  const codeOf = async (client: GraphQLClient, query: string, variables = {}): Promise<string> =>
    (await client.refusal(query, variables)).extensions.code;

  describe('a login', () => {
    test('with a wrong password, of an unknown name and of a disabled user get the very same answer', async () => {
      const disabled = await makeUser(app, 'MASTER');
      await app.master.ask(UPDATE, { input: { id: disabled.id, version: disabled.version, enabled: false } });
      const refusals = await Promise.all(
        [
          { username: 'master', password: 'wrong password' },
          { username: 'master', password: 'x'.repeat(10_000) },
          { username: 'who is this', password: PASSWORD },
          { username: 'nul\u0000nul', password: PASSWORD },
          { username: disabled.username, password: PASSWORD },
        ].map((input) => app.anonymous.refusal(LOGIN, { input })),
      );
      expect(new Set(refusals.map(({ message }) => message)).size).toBe(1);
      expect(refusals.map(({ extensions }) => extensions.code)).toEqual(refusals.map(() => 'UNAUTHENTICATED'));
    });

    test('gives a token that works until it expires', async () => {
      const user = await makeUser(app, 'MASTER');
      const { login } = await app.anonymous.ask<{ login: { token: string; expiresAt: string } }>(LOGIN, {
        input: { username: user.username.toUpperCase(), password: PASSWORD },
      });
      expect(new Date(login.expiresAt).getTime()).toBeGreaterThan(Date.now());
      const client = new GraphQLClient(app.url, login.token);
      expect(await hasSession(client)).toBe(true);
      await database.query("update session set expires_at = now() - interval '1 second' where user_id = $1", [user.id]);
      expect(await codeOf(client, `{ me { id } }`)).toBe('UNAUTHENTICATED');
    });

    test('is rate limited by user name after ten failures, even with the right password', async () => {
      const { username } = await makeUser(app, 'MASTER');
      const wrong = { input: { username, password: 'wrong password' } };
      for (let attempt = 0; attempt < 10; attempt++)
        expect(await codeOf(app.anonymous, LOGIN, wrong)).toBe('UNAUTHENTICATED');
      const refusal = await app.anonymous.refusal(LOGIN, { input: { username, password: PASSWORD } });
      expect(refusal.extensions.code).toBe('RATE_LIMITED');
      expect(refusal.extensions['retryAfterSeconds']).toBeGreaterThan(0);
    });

    test('of a supervisor or administrator needs one enabled group; managers and masters need none', async () => {
      const [group, other] = [await makeGroup(app), await makeGroup(app)];
      const setEnabled = (id: string, enabled: boolean) =>
        app.master.ask(`mutation ($input: SetGroupEnabledInput!) { setGroupEnabled(input: $input) { group { id } } }`, {
          input: { id, enabled },
        });
      const users = new Map<string, string>();
      for (const role of ['CAMPAIGN_SUPERVISOR', 'CAMPAIGN_ADMINISTRATOR', 'GROUP_MANAGER', 'MASTER']) {
        users.set(role, (await makeUser(app, role, [group, other])).username);
      }
      const login = (role: string) =>
        app.anonymous.send(LOGIN, { input: { username: users.get(role), password: PASSWORD } });
      await setEnabled(group.id, false);
      expect((await login('CAMPAIGN_SUPERVISOR')).errors).toBeUndefined();
      await setEnabled(other.id, false);
      for (const role of ['CAMPAIGN_SUPERVISOR', 'CAMPAIGN_ADMINISTRATOR']) {
        expect((await login(role)).errors?.[0]?.extensions.code).toBe('GROUP_DISABLED');
      }
      for (const role of ['GROUP_MANAGER', 'MASTER']) expect((await login(role)).errors).toBeUndefined();
    });

    test('of a supervisor who has no group at all is refused in the same way', async () => {
      const { username } = await makeUser(app, 'CAMPAIGN_SUPERVISOR');
      expect(await codeOf(app.anonymous, LOGIN, { input: { username, password: PASSWORD } })).toBe('GROUP_DISABLED');
    });

    test('that runs while the password is reset leaves no session behind', async () => {
      for (let round = 0; round < 5; round++) {
        const { id, username } = await makeUser(app, 'MASTER');
        const reset = `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { user { id } } }`;
        const logins = [1, 2, 3].map(() => app.anonymous.send(LOGIN, { input: { username, password: PASSWORD } }));
        await Promise.all([...logins, app.master.ask(reset, { input: { userId: id, newPassword: 'a new password' } })]);
        const { rows } = await database.query('select 1 from session where user_id = $1', [id]);
        expect(rows).toEqual([]);
      }
    });
  });

  test('an unknown token is no session', async () => {
    for (const token of ['A'.repeat(43), 'short', app.master.token?.slice(1)]) {
      expect(await codeOf(new GraphQLClient(app.url, token), `{ me { id } }`)).toBe('UNAUTHENTICATED');
    }
  });

  test('a log-out ends this session, or all of the user, and nobody else', async () => {
    const { username } = await makeUser(app, 'MASTER');
    const sessions = [1, 2, 3].map(() => app.login(username, PASSWORD));
    const [first, second, third] = (await Promise.all(sessions)) as [GraphQLClient, GraphQLClient, GraphQLClient];
    expect(await first.ask(LOGOUT, { input: {} })).toEqual({ logout: { endedSessions: 1 } });
    expect(await codeOf(first, LOGOUT, { input: {} })).toBe('UNAUTHENTICATED');
    expect(await hasSession(second)).toBe(true);
    expect(await second.ask(LOGOUT, { input: { allSessions: true } })).toEqual({ logout: { endedSessions: 2 } });
    expect(await hasSession(third)).toBe(false);
    expect(await hasSession(app.master)).toBe(true);
  });

  describe('a cookie', () => {
    const post = (query: string, variables: Record<string, unknown>, cookie?: string): Promise<Response> =>
      fetch(`${app.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(cookie && { cookie }) },
        body: JSON.stringify({ query, variables }),
      });

    test('is set at the login that asks for it, opens the session, and goes with the log-out', async () => {
      const { username } = await makeUser(app, 'MASTER');
      const input = { username, password: PASSWORD, setCookie: true };
      const login = await post(LOGIN, { input });
      const header = login.headers.get('set-cookie') ?? '';
      expect(header).toMatch(/; HttpOnly/);
      expect(header).toMatch(/; SameSite=Strict/);
      const cookie = header.split(';')[0] ?? '';
      expect(await (await post(`{ me { username } }`, {}, cookie)).json()).toEqual({ data: { me: { username } } });
      const logout = await post(LOGOUT, { input: {} }, cookie);
      expect(logout.headers.get('set-cookie')).toMatch(/=;.*Expires=Thu, 01 Jan 1970/);
      expect(JSON.stringify(await (await post(`{ me { username } }`, {}, cookie)).json())).toContain('UNAUTHENTICATED');
    });

    test('is not set at a login that does not', async () => {
      const { username } = await makeUser(app, 'MASTER');
      const login = await post(LOGIN, { input: { username, password: PASSWORD } });
      expect(login.headers.get('set-cookie')).toBeNull();
    });

    test('does not let a form of another page in: a body that is no JSON is refused', async () => {
      const response = await fetch(`${app.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: JSON.stringify({ query: `{ serverInfo { name } }` }),
      });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toContain('Outdial');
    });
  });

  describe('a user who must change the password', () => {
    test('may only read me, change it and log out; then everything, in the same session', async () => {
      const { username } = await makeUser(app, 'MASTER', [], { mustChangePassword: true });
      const client = await app.login(username, PASSWORD);
      expect(await client.ask(`{ me { mustChangePassword } }`)).toEqual({ me: { mustChangePassword: true } });
      expect(await codeOf(client, `{ users { totalCount } }`)).toBe('FORBIDDEN');
      const input = { currentPassword: PASSWORD, newPassword: 'my very own password' };
      expect(await client.ask(CHANGE, { input })).toEqual({ changePassword: { user: { mustChangePassword: false } } });
      await client.ask(`{ users { totalCount } }`);
      await app.login(username, 'my very own password');
    });

    test('is told what is wrong with the new password, and stays as before', async () => {
      const { username } = await makeUser(app, 'MASTER', [], { mustChangePassword: true });
      const client = await app.login(username, PASSWORD);
      for (const [currentPassword, newPassword, path] of [
        [PASSWORD, PASSWORD, 'input.newPassword'],
        [PASSWORD, 'short', 'input.newPassword'],
        ['not the present one', 'a good new password', 'input.currentPassword'],
      ]) {
        expect((await client.refusal(CHANGE, { input: { currentPassword, newPassword } })).extensions).toMatchObject({
          code: 'BAD_USER_INPUT',
          fields: [{ path }],
        });
      }
      expect(await client.ask(`{ me { mustChangePassword } }`)).toEqual({ me: { mustChangePassword: true } });
      await app.login(username, PASSWORD);
    });

    test('loses the other sessions with the change', async () => {
      const { username } = await makeUser(app, 'MASTER');
      const [one, other] = [await app.login(username, PASSWORD), await app.login(username, PASSWORD)];
      await one.ask(CHANGE, { input: { currentPassword: PASSWORD, newPassword: 'my very own password' } });
      expect(await hasSession(one)).toBe(true);
      expect(await hasSession(other)).toBe(false);
    });
  });

  describe('a WebSocket', () => {
    test('is refused without a session', async () => {
      await expect(GraphQLSocket.connect(app.url)).rejects.toThrow('4403');
      await expect(GraphQLSocket.connect(app.url, 'A'.repeat(43))).rejects.toThrow('4403');
    });

    test('is closed with 4401 when the role, the groups, the state or the password of the user changes', async () => {
      const group = await makeGroup(app);
      for (const edit of [{ role: 'CAMPAIGN_SUPERVISOR' }, { groupIds: [] }, { enabled: false }]) {
        const { user, client } = await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [group]);
        const socket = await GraphQLSocket.connect(app.url, client.token);
        await app.master.ask(UPDATE, { input: { id: user.id, version: user.version, ...edit } });
        expect(await socket.closed).toMatchObject({ code: SESSION_ENDED });
      }
      const { user, client } = await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [group]);
      const socket = await GraphQLSocket.connect(app.url, client.token);
      const reset = `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { user { id } } }`;
      await app.master.ask(reset, { input: { userId: user.id, newPassword: 'a new password' } });
      expect(await socket.closed).toMatchObject({ code: SESSION_ENDED });
    });

    test('is closed with 4401 when the user is deleted, or logs out', async () => {
      const deleted = await makeClient(app, 'MASTER');
      const first = await GraphQLSocket.connect(app.url, deleted.client.token);
      const remove = `mutation ($input: DeleteUserInput!) { deleteUser(input: $input) { deletedUserId } }`;
      await app.master.ask(remove, { input: { id: deleted.user.id } });
      expect(await first.closed).toMatchObject({ code: SESSION_ENDED });

      const { client } = await makeClient(app, 'MASTER');
      const second = await GraphQLSocket.connect(app.url, client.token);
      await client.ask(LOGOUT, { input: {} });
      expect(await second.closed).toMatchObject({ code: SESSION_ENDED });
    });

    test('takes subscriptions only, and stays open when the name alone is edited', async () => {
      const { user, client } = await makeClient(app, 'MASTER');
      const socket = await GraphQLSocket.connect(app.url, client.token);
      await app.master.ask(UPDATE, { input: { id: user.id, version: user.version, username: `${user.username}-new` } });
      const errors = await socket.subscribe(`{ me { id } }`).waitForEnd();
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      await socket.close();
    });
  });
});
