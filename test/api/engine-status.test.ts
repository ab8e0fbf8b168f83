import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLClient } from '../support/graphql-client.js';
import { makeClient, makeGroup } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const STATUS = `{ engineStatus {
  at state since idleReason callsInFlight maxParallelCalls callsPerMinute maxCallsPerSecond
  ports { total free busy outOfService }
  faults { subject name reason message sipStatus occurrences since nextTryAt }
} }`;

interface Status {
  state: string;
  ports: { total: number };
  faults: { name: string }[];
  [more: string]: unknown;
}

describe('the status of the engine', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ MAX_PARALLEL_CALLS: '120', MAX_CALLS_PER_SECOND: '7.5' });
  });

  afterAll(() => app.close());

  const statusWhere = async (client: GraphQLClient, isWanted: (status: Status) => boolean): Promise<Status> => {
    for (;;) {
      const { engineStatus } = await client.ask<{ engineStatus: Status }>(STATUS);
      if (isWanted(engineStatus)) return engineStatus;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  test('of a new installation: it runs, and nothing is wrong', async () => {
    expect(await statusWhere(app.master, ({ state }) => state === 'RUNNING')).toMatchObject({
      idleReason: null,
      callsInFlight: 0,
      maxParallelCalls: 120,
      callsPerMinute: 0,
      maxCallsPerSecond: 7.5,
      ports: { total: 0, free: 0, busy: 0, outOfService: 0 },
      faults: [],
    });
  });

  test('counts the channels of the trunks, and names those that are not in service', async () => {
    const create = `mutation ($input: CreateTrunkInput!) { createTrunk(input: $input) { trunk { id } } }`;
    const servers = [{ host: '127.0.0.1', sipPort: 5070 }];
    for (const more of [{ name: 'Good', channels: 12 }, { name: 'Without ports' }]) {
      await app.master.ask(create, { input: { servers, ...more } });
    }
    const group = await makeGroup(app);
    const { client } = await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [group]);
    expect(await statusWhere(client, ({ ports }) => ports.total === 12)).toMatchObject({
      ports: { total: 12, free: 12, busy: 0, outOfService: 0 },
      faults: [
        {
          subject: 'TRUNK',
          name: 'Without ports',
          reason: 'out-of-service',
          sipStatus: null,
          occurrences: 1,
          nextTryAt: null,
        },
      ],
    });
  });

  test('is not for managers and supervisors', async () => {
    const group = await makeGroup(app);
    for (const role of ['GROUP_MANAGER', 'CAMPAIGN_SUPERVISOR']) {
      const { client } = await makeClient(app, role, [group]);
      expect((await client.refusal(STATUS)).extensions.code).toBe('FORBIDDEN');
    }
  });
});
