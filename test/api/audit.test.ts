import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { MASTER_PASSWORD, startTestApp, type TestApp } from '../support/test-app.js';
import { makeClient, makeGroup, makeUser, PASSWORD } from '../support/people.js';

const LIST = `query ($first: Int, $after: String, $filter: AuditEventFilter) {
  auditEvents(first: $first, after: $after, filter: $filter) {
    totalCount
    nodes { id at username user { id username } address action objectType objectId details errorCode }
    pageInfo { hasNextPage endCursor }
  }
}`;
const UPDATE_GROUP = `mutation ($input: UpdateGroupInput!) { updateGroup(input: $input) { group { id } } }`;
const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) { token } }`;

interface Event {
  readonly id: string;
  readonly username: string | null;
  readonly user: { readonly id: string } | null;
  readonly address: string | null;
  readonly action: string;
  readonly objectType: string | null;
  readonly objectId: string | null;
  readonly details: { input?: Record<string, unknown>; before?: unknown; after?: unknown; outcome?: string } | null;
  readonly errorCode: string | null;
}

interface Events {
  readonly auditEvents: {
    readonly totalCount: number;
    readonly nodes: readonly Event[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

describe('the audit log', () => {
  let app: TestApp;
  let database: pg.Client;

  beforeAll(async () => {
    // Two tests take tables away, which is reported as it should be.
    app = await startTestApp({ LOG_LEVEL: 'silent' });
    database = new pg.Client(app.databaseUrl);
    await database.connect();
  });

  afterAll(async () => {
    await database.end();
    await app.close();
  });

  async function events(filter: Record<string, unknown> = {}, page: Record<string, unknown> = {}) {
    return (await app.master.ask<Events>(LIST, { filter, ...page })).auditEvents;
  }

  async function newest(filter: Record<string, unknown> = {}): Promise<Event> {
    const { nodes } = await events(filter, { first: 1 });
    if (!nodes[0]) throw new Error('There is no such entry.');
    return nodes[0];
  }

  test('an edit is recorded with who, from where, and what it changed', async () => {
    const { id, version } = await makeGroup(app, 'Before');
    await app.master.ask(UPDATE_GROUP, { input: { id, version, name: 'After' } });
    expect(await newest({ objectId: id })).toMatchObject({
      username: 'master',
      user: { username: 'master' },
      address: expect.stringMatching(/^(?:::ffff:)?127\.0\.0\.1$/),
      action: 'updateGroup',
      objectType: 'Group',
      objectId: id,
      details: { input: { id, version, name: 'After' }, before: { name: 'Before' }, after: { name: 'After' } },
      errorCode: null,
    });
  });

  test('a deletion keeps what was deleted, and the entries of a deleted user keep the name', async () => {
    const group = await makeGroup(app);
    const { user, client } = await makeClient(app, 'GROUP_MANAGER', [group]);
    await client.ask(`mutation { logout { endedSessions } }`);
    await app.master.ask(`mutation ($input: DeleteUserInput!) { deleteUser(input: $input) { deletedUserId } }`, {
      input: { id: user.id },
    });
    expect(await newest({ objectId: user.id, action: 'deleteUser' })).toMatchObject({
      objectType: 'User',
      details: { before: { username: user.username, role: 'GROUP_MANAGER', groups: [group.id] } },
    });
    expect(await newest({ userId: user.id })).toMatchObject({ action: 'logout', username: user.username, user: null });
  });

  test('what is refused is recorded with the code, and says nothing of a change', async () => {
    const { id } = await makeGroup(app, 'Refused');
    await app.master.refusal(UPDATE_GROUP, { input: { id, version: 99, name: 'Other' } });
    const conflict = await newest({ objectId: id, refused: true });
    expect(conflict).toMatchObject({ action: 'updateGroup', errorCode: 'CONFLICT', objectType: 'Group' });
    expect(Object.keys(conflict.details ?? {})).toEqual(['input']);

    // Strangers, who are refused anyway, cannot fill the log.
    await app.anonymous.refusal(UPDATE_GROUP, { input: { id, version: 1, name: 'Other' } });
    expect(await newest({ objectId: id })).toEqual(conflict);

    const { client, user } = await makeClient(app, 'CAMPAIGN_SUPERVISOR', [await makeGroup(app)]);
    await client.refusal(UPDATE_GROUP, { input: { id, version: 1, name: 'Other' } });
    expect(await newest({ objectId: id })).toMatchObject({ errorCode: 'FORBIDDEN', username: user.username });
  });

  test('a failed login is recorded with the name as given, a successful one with the user', async () => {
    await app.anonymous.refusal(LOGIN, { input: { username: ' Nobody\u0000 \ud800', password: 'guess what it is' } });
    expect(await newest({ action: 'login' })).toMatchObject({
      username: ' Nobody \ufffd',
      user: null,
      errorCode: 'UNAUTHENTICATED',
      objectId: null,
    });
    const user = await makeUser(app, 'MASTER');
    await app.login(user.username.toUpperCase(), PASSWORD);
    expect(await newest({ action: 'login' })).toMatchObject({
      username: user.username,
      user: { id: user.id },
      objectId: user.id,
      errorCode: null,
    });
    expect(Object.keys((await newest({ action: 'login' })).details ?? {})).toEqual(['input']);
  });

  test('a creation is recorded with what was made', async () => {
    const { id } = await makeGroup(app, 'Made');
    expect((await newest({ objectId: id })).details).toMatchObject({ after: { name: 'Made', enabled: true } });
  });

  test('a report of agents changes nothing of its queue, and is recorded with the number of agents alone', async () => {
    const { me } = await app.master.ask<{ me: { id: string } }>('{ me { id } }');
    await app.master.ask(`mutation ($input: CreateQueueInput!) { createQueue(input: $input) { queue { id } } }`, {
      input: { name: 'Reported', type: 'OSCC', transferMode: 'REFER', agentSource: { push: { reporterId: me.id } } },
    });
    await app.master.ask('mutation ($input: SetAgentStatesInput!) { setAgentStates(input: $input) { lastSequence } }', {
      input: { sequence: 1, ttlSeconds: 60, mode: 'SNAPSHOT', agents: [], counts: [] },
    });
    expect((await newest({ action: 'setAgentStates' })).details).toEqual({
      input: { sequence: 1, ttlSeconds: 60, mode: 'SNAPSHOT', agents: 0, counts: 0 },
    });
  });

  test('no secret is recorded', async () => {
    const user = await makeUser(app, 'MASTER');
    await app.master.ask(`mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { user { id } } }`, {
      input: { userId: user.id, newPassword: 'the new secret words', mustChangePassword: true },
    });
    expect(await newest({ action: 'resetPassword' })).toMatchObject({
      objectId: user.id,
      details: {
        input: { newPassword: '[redacted]', mustChangePassword: true },
        before: { mustChangePassword: false },
        after: { mustChangePassword: true },
      },
    });
    await app.master.ask(`mutation ($input: CreateTrunkInput!) { createTrunk(input: $input) { trunk { id } } }`, {
      input: {
        name: 'Audited',
        servers: [{ host: '127.0.0.1', sipPort: 9 }],
        transport: 'UDP',
        channels: 1,
        username: 'u',
        password: 'trunk secret words',
      },
    });
    const { rows } = await database.query<{ text: string }>('select e::text as text from audit_event e');
    const everything = rows.map(({ text }) => text).join('\n');
    for (const secret of [
      MASTER_PASSWORD,
      PASSWORD,
      'the new secret words',
      'trunk secret words',
      'guess what',
      '$argon2',
    ]) {
      expect(everything).not.toContain(secret);
    }
    expect(everything).toContain('Audited');
  });

  test('the database refuses to change or delete entries', async () => {
    for (const statement of [
      `update audit_event set action = 'nothing'`,
      'delete from audit_event',
      'truncate audit_event',
    ]) {
      await expect(database.query(statement)).rejects.toThrow('never changed');
    }
  });

  test('one row a mutation, in one request with several too', async () => {
    const { totalCount } = await events();
    await app.master.ask(`mutation {
      a: createGroup(input: { name: "Several A" }) { group { id } }
      b: createGroup(input: { name: "Several B" }) { group { id } }
    }`);
    expect((await events()).totalCount).toBe(totalCount + 2);
    const { rows } = await database.query('select 1 from audit_pending');
    expect(rows).toEqual([]);
  });

  test('a mutation whose entry cannot be written does not run', async () => {
    await database.query('alter table audit_pending rename to audit_pending_away');
    try {
      const refusal = await app.master.refusal(`mutation { createGroup(input: { name: "Unseen" }) { group { id } } }`);
      expect(refusal.extensions.code).toBe('INTERNAL');
    } finally {
      await database.query('alter table audit_pending_away rename to audit_pending');
    }
    const { rows } = await database.query(`select 1 from dialer_group where name = 'Unseen'`);
    expect(rows).toEqual([]);
  });

  test('an outcome that cannot be recorded leaves a pending entry, which becomes a row', async () => {
    await database.query('alter table audit_event rename to audit_event_away');
    try {
      await app.master.ask(`mutation { createGroup(input: { name: "Half seen" }) { group { id } } }`);
    } finally {
      await database.query('alter table audit_event_away rename to audit_event');
    }
    await database.query(`update audit_pending set at = at - interval '1 hour'`);
    await app.audit.settle();
    const { nodes } = await events({ action: 'createGroup', refused: true });
    expect(nodes.at(-1)).toMatchObject({
      errorCode: 'INTERNAL',
      details: { input: { name: 'Half seen' }, outcome: expect.stringContaining('not recorded') },
    });
  });

  test('it is filtered and paged by key, for a MASTER alone', async () => {
    const { totalCount } = await events();
    const first = await events({}, { first: 3 });
    const second = await events({}, { first: 500, after: first.pageInfo.endCursor });
    const ids = [...first.nodes, ...second.nodes].map(({ id }) => id);
    expect(new Set(ids).size).toBe(totalCount);
    expect((await events({ from: '2100-01-01T00:00:00Z' })).totalCount).toBe(0);
    expect((await events({ to: '2100-01-01T00:00:00Z' })).totalCount).toBe(totalCount);
    expect((await events({ userId: 'nobody' })).totalCount).toBe(0);
    expect((await events({ refused: false })).totalCount + (await events({ refused: true })).totalCount).toBe(
      totalCount,
    );

    const { client } = await makeClient(app, 'GROUP_MANAGER', [await makeGroup(app)]);
    expect((await client.refusal(LIST)).extensions.code).toBe('FORBIDDEN');
  });
});
