import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { freePort } from '../support/free-port.js';
import type { GraphQLClient } from '../support/graphql-client.js';
import { GraphQLSocket } from '../support/graphql-socket.js';
import { Product } from '../support/product.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** The build starts in some seconds; the machine may be busy. */
const PATIENCE_MS = 60_000;

describe('the product as it is run, with the engine in a thread of its own', () => {
  let database: TestDatabase;
  let product: Product;
  let master: GraphQLClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    product = await Product.start({ DATABASE_URL: database.url });
    master = await product.login('master', 'correct horse battery');
  }, PATIENCE_MS);

  afterAll(async () => {
    await product.end();
    await database.drop();
  });

  /** The answer of a mutation. */
  const change = async <T>(mutation: string, input: object, fields: string, by = master): Promise<T> => {
    const type = `${mutation[0]?.toUpperCase() ?? ''}${mutation.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${fields} } }`;
    return (await by.ask<Record<string, T>>(query, { input }))[mutation] as T;
  };
  const until = async <T>(read: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> => {
    for (;;) {
      const value = await read();
      if (isSo(value)) return value;
      await new Promise((done) => setImmediate(done));
    }
  };
  const createTrunk = (name: string, more: object = {}) =>
    change<{ trunk: { id: string; version: number } }>(
      'createTrunk',
      { name, servers: [{ host: '127.0.0.1', sipPort: 9 }], ...more },
      'trunk { id version }',
    );

  test('the status of the engine is told live', async () => {
    const socket = await GraphQLSocket.connect(product.url, master.token);
    try {
      const watch = socket.subscribe<{ engineStatus: { state: string; ports: { total: number } } }>(
        'subscription { engineStatus { state ports { total } } }',
      );
      await watch.waitFor(({ engineStatus }) => engineStatus.state === 'RUNNING');
      await createTrunk('Ten lines', { channels: 10 });
      await watch.waitFor(({ engineStatus }) => engineStatus.ports.total === 10);
    } finally {
      await socket.close();
    }
  });

  test('a report of agent states is in the answer that takes it', async () => {
    const { me } = await master.ask<{ me: { id: string } }>('{ me { id } }');
    const agentSource = { push: { reporterId: me.id } };
    const { queue } = await change<{ queue: { id: string } }>(
      'createQueue',
      { name: 'Reported', type: 'IVR', transferMode: 'REFER', agentSource },
      'queue { id }',
    );
    const early = await master.refusal(
      'mutation ($input: SetAgentStatesInput!) { setAgentStates(input: $input) { lastSequence } }',
      { input: { sequence: 1, ttlSeconds: 60, agents: [] } },
    );
    expect(early.extensions).toMatchObject({ code: 'CONFLICT', snapshotRequired: true });
    for (let sequence = 1; sequence <= 20; sequence++) {
      const isFree = sequence % 2 === 1;
      const agent = { agentId: 'ada', state: isFree ? 'AVAILABLE' : 'TALKING', queueIds: [queue.id] };
      const answer = await change<{ queues: object[] }>(
        'setAgentStates',
        { sequence, ttlSeconds: 60, mode: 'SNAPSHOT', agents: [agent] },
        'queues { id health { status } availability { free busy } agents { agentId state } }',
      );
      expect(answer.queues).toEqual([
        {
          ...{ id: queue.id, health: { status: 'SYNCED' } },
          availability: { free: isFree ? 1 : 0, busy: isFree ? 0 : 1 },
          agents: [{ agentId: 'ada', state: agent.state }],
        },
      ]);
    }
  });

  test('the health of a trunk follows an edit', async () => {
    const { trunk } = await createTrunk('Edited', { channels: 1 });
    const message = async (): Promise<string | null | undefined> => {
      const { trunks } = await master.ask<{ trunks: { nodes: { health: { message: string | null } }[] } }>(
        '{ trunks(filter: {search: "Edited"}) { nodes { health { message } } } }',
      );
      return trunks.nodes[0]?.health.message;
    };
    expect(await message()).not.toBe('The trunk has no dialer ports');
    await change('updateTrunk', { ...trunk, channels: null }, 'trunk { id }');
    await until(message, (said) => said === 'The trunk has no dialer ports');
  });

  test('a do-not-call service is asked as before a call', async () => {
    const { groups } = await master.ask<{ groups: { nodes: { id: string }[] } }>('{ groups { nodes { id } } }');
    const person = { username: 'ada', password: 'a password of eight', role: 'CAMPAIGN_ADMINISTRATOR' };
    await change('createUser', { ...person, groupIds: groups.nodes.map(({ id }) => id) }, 'user { id }');
    const administrator = await product.login(person.username, person.password);
    const { dncServices } = await administrator.ask<{ dncServices: { nodes: { id: string; builtIn: boolean }[] } }>(
      '{ dncServices { nodes { id builtIn } } }',
    );
    const ask = (dncServiceId: string) =>
      change<object>(
        'testDncService',
        { id: dncServiceId, phoneNumber: '+5541999990000' },
        'answer message',
        administrator,
      );
    expect(await ask(dncServices.nodes.find(({ builtIn }) => builtIn)?.id ?? '')).toEqual({
      answer: 'MAY_CALL',
      message: null,
    });
    const { dncService } = await change<{ dncService: { id: string } }>(
      'createDncService',
      { name: 'Nobody there', url: 'http://127.0.0.1:9/' },
      'dncService { id }',
      administrator,
    );
    expect(await ask(dncService.id)).toEqual({
      answer: 'OUT_OF_SERVICE',
      message: expect.stringContaining('It cannot be reached'),
    });
  });

  test('the metrics tell of both threads', async () => {
    const text = await (await fetch(`${product.url}/metrics`)).text();
    for (const name of [
      'outdial_event_loop_lag_seconds{quantile="0.99"}',
      'outdial_engine_event_loop_lag_seconds{quantile="0.99"}',
      'outdial_database_connections_total{pool="engine"}',
      'outdial_sip_messages_total{event="sent"}',
    ]) {
      expect(text).toContain(name);
    }
    expect(text).toMatch(/^outdial_engine_heap_used_bytes \d+$/m);
  });

  test('SIGTERM ends both threads, with the exit code 0', async () => {
    expect(await product.end()).toBe(0);
  });
});

describe('a thread of the engine that ends by itself', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  test(
    'ends the process, with an exit code that is not 0',
    async () => {
      const port = await freePort();
      const product = await Product.start({
        DATABASE_URL: database.url,
        LOG_LEVEL: 'silent',
        NODE_OPTIONS: `--inspect=127.0.0.1:${port}`,
      });
      const ended = product.ended();
      await runInWorker(port, 'setImmediate(() => process.exit(0))');
      expect(await ended).toBe(1);
    },
    PATIENCE_MS,
  );
});

/** Runs a line in the worker thread of a process with an inspector, as a debugger would. */
async function runInWorker(inspectorPort: number, expression: string): Promise<void> {
  const targets = (await (await fetch(`http://127.0.0.1:${inspectorPort}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '');
  await once(socket, 'open');
  const heard = (wanted: string): Promise<{ sessionId: string }> =>
    new Promise((done) => {
      socket.on('message', (data: Buffer) => {
        const { method, params } = JSON.parse(data.toString()) as { method?: string; params?: { sessionId: string } };
        if (method === wanted && params) done(params);
      });
    });
  const attached = heard('NodeWorker.attachedToWorker');
  const answered = heard('NodeWorker.receivedMessageFromWorker');
  const send = (method: string, params: object): void => socket.send(JSON.stringify({ id: 1, method, params }));
  send('NodeWorker.enable', { waitForDebuggerOnStart: false });
  const { sessionId } = await attached;
  const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
  send('NodeWorker.sendMessageToWorker', { sessionId, message });
  await answered;
  // A process waits at its end for its debugger to leave.
  socket.terminate();
}
