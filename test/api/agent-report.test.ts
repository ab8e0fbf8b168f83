import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { GraphQLClient } from '../support/graphql-client.js';
import { makeClient, makeGroup, type TestUser } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const STATE = `id health { status message lastSyncAt lastEventAt }
  availability { loggedIn free dialable reserved ringing busy wrapUp unavailable unknown capacity exact }
  agents { agentId displayName extension state reason since readyAt }`;
const REPORT = `mutation ($input: SetAgentStatesInput!) { setAgentStates(input: $input) { lastSequence queues { ${STATE} } } }`;
const CREATE = `mutation ($input: CreateQueueInput!) { createQueue(input: $input) { queue {
  id version agentSource { kind ... on PushAgentSource { reporter { id username } } }
} } }`;

interface Queue {
  readonly id: string;
  readonly version: number;
  readonly health: { readonly status: string };
  readonly availability: Readonly<Record<string, number>>;
  readonly agents: readonly { readonly agentId: string; readonly state: string; readonly since: string }[];
}

describe('reports of agent states', () => {
  let app: TestApp;
  let group: { readonly id: string };
  let user: TestUser;
  let client: GraphQLClient;
  let queueId: string;

  beforeAll(async () => {
    app = await startTestApp();
    group = await makeGroup(app);
  });

  afterAll(async () => {
    await app.close();
  });

  beforeEach(async () => {
    ({ user, client } = await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [group]));
    queueId = await createQueue(user.id);
  });

  let names = 0;
  async function createQueue(reporterId: string): Promise<string> {
    const { createQueue: made } = await app.master.ask<{ createQueue: { queue: Queue } }>(CREATE, {
      input: input(reporterId),
    });
    return made.queue.id;
  }
  const input = (reporterId: string) => ({
    ...{ name: `Push ${++names}`, type: 'OSCC', transferMode: 'REFER', agentSource: { push: { reporterId } } },
  });
  const agent = (agentId: string, state: string, more: object = {}) => ({
    agentId,
    state,
    queueIds: [queueId],
    ...more,
  });
  const report = async (sequence: number, more: object, by = client): Promise<Queue> => {
    const { setAgentStates } = await by.ask<{ setAgentStates: { lastSequence: number; queues: Queue[] } }>(REPORT, {
      input: { sequence, ttlSeconds: 60, ...more },
    });
    expect(setAgentStates.lastSequence).toBe(sequence);
    return setAgentStates.queues.find(({ id }) => id === queueId) as Queue;
  };
  const refusal = (sequence: number, more: object, by = client) =>
    by.refusal(REPORT, { input: { sequence, ttlSeconds: 60, ...more } });
  const look = async (): Promise<Queue> => {
    const { queues } = await app.master.ask<{ queues: { nodes: Queue[] } }>(
      `{ queues(first: 500) { nodes { ${STATE} } } }`,
    );
    return queues.nodes.find(({ id }) => id === queueId) as Queue;
  };
  const until = async (isSo: (queue: Queue) => boolean): Promise<Queue> => {
    for (let patience = 0; patience < 500; patience++) {
      const queue = await look();
      if (isSo(queue)) return queue;
      await new Promise((done) => setTimeout(done, 20));
    }
    throw new Error('It did not come about');
  };
  const snapshot = (...agents: object[]) => ({ mode: 'SNAPSHOT', agents });

  test('a new queue has nobody free until its reporter has sent a snapshot', async () => {
    expect(await until(({ health }) => health.status === 'CONNECTING')).toMatchObject({
      availability: { free: 0, loggedIn: 0 },
      agents: [],
    });
    const early = await refusal(1, { agents: [agent('a', 'AVAILABLE')] });
    expect(early.extensions).toMatchObject({ code: 'CONFLICT', lastSequence: null, snapshotRequired: true });
    await until(({ health }) => health.status === 'CONNECTING');
    const states = ['AVAILABLE', 'AVAILABLE', 'RESERVED', 'RINGING', 'TALKING', 'HELD', 'WRAPUP', 'UNAVAILABLE'];
    const agents = [...states, 'LOGGED_OUT', 'UNKNOWN'].map((state, index) => agent(`a${index}`, state));
    expect(await report(1, snapshot(...agents))).toMatchObject({
      health: { status: 'SYNCED', message: null },
      availability: {
        ...{ loggedIn: 8, free: 2, dialable: 2, reserved: 1, ringing: 1, busy: 2, wrapUp: 1, unavailable: 1 },
        ...{ unknown: 1, capacity: null, exact: true },
      },
    });
  });

  test('changes leave the rest as it is; a snapshot logs out whom it does not name', async () => {
    const since = '2026-01-02T03:04:05.000Z';
    const details = { displayName: 'Ana', extension: '4711', reason: 'break', since };
    await report(1, snapshot(agent('a', 'UNAVAILABLE', details), agent('b', 'AVAILABLE')));
    const changed = await report(2, { agents: [agent('b', 'WRAPUP', { readyAt: since })] });
    expect(changed.agents).toMatchObject([
      { agentId: 'a', state: 'UNAVAILABLE', ...details, readyAt: null },
      { agentId: 'b', state: 'WRAPUP', displayName: null, readyAt: since },
    ]);
    const replaced = await report(3, snapshot(agent('b', 'AVAILABLE')));
    expect(replaced.agents).toMatchObject([
      { agentId: 'a', state: 'LOGGED_OUT', displayName: 'Ana', reason: null },
      { agentId: 'b', state: 'AVAILABLE' },
    ]);
    expect(replaced.availability).toMatchObject({ loggedIn: 1, free: 1 });
    expect((await report(4, snapshot(agent('b', 'AVAILABLE')))).agents).toHaveLength(1);
  });

  test('counts stand for agents or channels without identities, and a snapshot without them ends them', async () => {
    const counts = [{ queueId, capacity: 30, free: 12 }];
    const queue = await report(1, { mode: 'SNAPSHOT', counts });
    expect(queue.availability).toMatchObject({ loggedIn: 30, free: 12, busy: 18, capacity: 30, exact: true });
    expect((await report(2, snapshot())).availability).toMatchObject({ loggedIn: 0, free: 0, capacity: null });
  });

  test('an older or equal sequence number is refused with the last one, and changes nothing', async () => {
    await report(10, snapshot(agent('a', 'AVAILABLE')));
    for (const sequence of [10, 9, -1]) {
      const { extensions } = await refusal(sequence, snapshot());
      expect(extensions).toMatchObject({ code: 'CONFLICT', lastSequence: 10 });
    }
    expect((await look()).availability['free']).toBe(1);
    await report(11, { agents: [agent('a', 'TALKING')] });
  });

  test('many reports at the same time: the highest number wins', async () => {
    await report(1, snapshot(agent('a', 'AVAILABLE')));
    const numbers = Array.from({ length: 30 }, (_, index) => 31 - index);
    const answers = await Promise.all(
      numbers.map((sequence) =>
        client.send(REPORT, {
          input: { sequence, ttlSeconds: 60, agents: [agent('a', sequence === 31 ? 'HELD' : 'TALKING')] },
        }),
      ),
    );
    expect(answers[0]?.errors).toBeUndefined();
    expect((await look()).agents).toMatchObject([{ state: 'HELD' }]);
    expect((await refusal(31, {})).extensions['lastSequence']).toBe(31);
  });

  test('one unacceptable value refuses the whole report and names it', async () => {
    await report(1, snapshot(agent('a', 'AVAILABLE')));
    const other = await createQueue((await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [group])).user.id);
    const cases: [object, string][] = [
      [{ ttlSeconds: 4 }, 'input.ttlSeconds'],
      [{ ttlSeconds: 3601 }, 'input.ttlSeconds'],
      [{ agents: [agent('a', 'TALKING'), agent('a', 'HELD')] }, 'input.agents[1].agentId'],
      [{ agents: [agent('a', 'TALKING'), agent(' ', 'HELD')] }, 'input.agents[1].agentId'],
      [{ agents: [agent('a', 'TALKING'), agent('b', 'HELD', { queueIds: [] })] }, 'input.agents[1].queueIds'],
      [{ agents: [agent('a', 'TALKING', { queueIds: [queueId, other] })] }, 'input.agents[0].queueIds[1]'],
      [{ agents: [agent('a', 'TALKING', { queueIds: ['x'] })] }, 'input.agents[0].queueIds[0]'],
      [{ counts: [{ queueId, capacity: 3, free: 4 }] }, 'input.counts[0].free'],
      [{ counts: [{ queueId, capacity: -1, free: 0 }] }, 'input.counts[0].capacity'],
      [{ counts: [{ queueId: other, capacity: 1, free: 0 }] }, 'input.counts[0].queueId'],
    ];
    for (const [more, path] of cases) {
      const { extensions } = await refusal(2, more);
      expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(extensions.fields?.[0]?.path).toBe(path);
    }
    const enumError = await refusal(2, { agents: [agent('a', 'TALKING'), agent('b', 'DANCING')] });
    expect(enumError.extensions.code).toBe('BAD_USER_INPUT');
    expect((await look()).agents).toMatchObject([{ agentId: 'a', state: 'AVAILABLE' }]);
    // None of them used up the number.
    await report(2, {});
  });

  test("only the queue's reporter is heard, whatever the role of others", async () => {
    await report(1, snapshot(agent('a', 'AVAILABLE')));
    const { extensions } = await refusal(1, snapshot(agent('a', 'TALKING')), app.master);
    expect(extensions.code).toBe('BAD_USER_INPUT');
    const { client: supervisor } = await makeClient(app, 'CAMPAIGN_SUPERVISOR', [group]);
    expect((await refusal(1, snapshot(), supervisor)).extensions.code).toBe('FORBIDDEN');
    expect((await look()).availability['free']).toBe(1);
  });

  test('after the time to live all are unknown; a report of changes then speaks of those alone whom it names', async () => {
    await report(1, { ...snapshot(agent('a', 'AVAILABLE'), agent('b', 'LOGGED_OUT')), ttlSeconds: 5 });
    await report(2, { ttlSeconds: 5, counts: [{ queueId, capacity: 5, free: 5 }] });
    expect((await look()).availability).toMatchObject({ free: 6, loggedIn: 6 });
    const stale = await until(({ health }) => health.status === 'STALE');
    expect(stale).toMatchObject({
      availability: { free: 0, dialable: 0, loggedIn: 0, unknown: 7, capacity: 5 },
      agents: [{ state: 'UNKNOWN' }, { state: 'UNKNOWN' }],
    });
    expect(await report(3, { agents: [agent('b', 'AVAILABLE')] })).toMatchObject({
      health: { status: 'SYNCED' },
      availability: { free: 1, unknown: 1, capacity: null },
      agents: [
        { agentId: 'a', state: 'UNKNOWN' },
        { agentId: 'b', state: 'AVAILABLE' },
      ],
    });
  }, 20_000);

  test('a reporter who is deleted leaves nobody free at once, and the queue without a reporter', async () => {
    await report(1, snapshot(agent('a', 'AVAILABLE')));
    await app.master.ask(`mutation ($input: DeleteUserInput!) { deleteUser(input: $input) { deletedUserId } }`, {
      input: { id: user.id },
    });
    await until(({ health, availability }) => health.status === 'CONNECTING' && availability['free'] === 0);
    const { queues } = await app.master.ask<{ queues: { nodes: { id: string; agentSource: unknown }[] } }>(
      `{ queues(first: 500) { nodes { id agentSource { kind ... on PushAgentSource { reporter { id } } } } } }`,
    );
    expect(queues.nodes.find(({ id }) => id === queueId)?.agentSource).toEqual({ kind: 'PUSH', reporter: null });
  });

  test('a logout of the reporter changes nothing', async () => {
    await report(1, snapshot(agent('a', 'AVAILABLE')));
    await client.ask(`mutation { logout { success: __typename } }`);
    await new Promise((done) => setTimeout(done, 100));
    expect((await look()).availability['free']).toBe(1);
  });

  test('only users who may report can be named as reporters', async () => {
    const { user: supervisor } = await makeClient(app, 'CAMPAIGN_SUPERVISOR', [group]);
    for (const id of [supervisor.id, queueId, 'x']) {
      const { extensions } = await app.master.refusal(CREATE, { input: input(id) });
      expect(extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        fields: [{ path: 'input.agentSource.push.reporterId' }],
      });
    }
    const { me } = await app.master.ask<{ me: { id: string } }>('{ me { id } }');
    const made = await app.master.ask<{ createQueue: { queue: object } }>(CREATE, { input: input(me.id) });
    expect(made.createQueue.queue).toMatchObject({ agentSource: { kind: 'PUSH', reporter: { username: 'master' } } });
  });

  test('as many agents as a report may have fit into one, with all that can be told of them', async () => {
    const agents = Array.from({ length: 20_000 }, (_, index) =>
      agent(`agent-${index}`, 'AVAILABLE', {
        ...{
          displayName: `Maria da Silva ${index}`,
          extension: `${70_000 + index}`,
          since: '2026-01-01T08:00:00.000Z',
        },
      }),
    );
    const { setAgentStates } = await client.ask<{ setAgentStates: { queues: Queue[] } }>(
      `mutation ($input: SetAgentStatesInput!) { setAgentStates(input: $input) {
        queues { id availability { loggedIn } }
      } }`,
      { input: { sequence: 1, ttlSeconds: 60, mode: 'SNAPSHOT', agents } },
    );
    expect(setAgentStates.queues[0]?.availability['loggedIn']).toBe(20_000);
  });
});
