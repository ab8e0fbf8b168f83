import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import {
  type CampaignBench,
  CREATE_CAMPAIGN,
  dayFromNow,
  makeCampaignBench,
  storeQueue,
} from '../support/campaigns.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const UPDATE = `mutation ($input: UpdateCampaignInput!) { updateCampaign(input: $input) { campaign { id } } }`;
const START = `mutation ($input: StartCampaignInput!) { startCampaign(input: $input) { campaign { id } } }`;
const STOP = `mutation ($input: StopCampaignInput!) { stopCampaign(input: $input) { campaign { id } } }`;
const DELETE = `mutation ($input: DeleteCampaignInput!) { deleteCampaign(input: $input) { deletedCampaignId } }`;
const GET = `query ($id: ID!) { campaign(id: $id) {
  id version name description firstDay lastDay startTime endTime weekdays timeZone pilotNumber maxAttempts retryMinutes
  retryStatuses retryUnreachable type amdEnabled amdSensitivity dialingMode callerId defaultCountry ringTimeoutSeconds
  maxParallelCalls state startedAt stoppedAt stopReason idleReason createdAt updatedAt
  group { id } queue { id type } dncService { id } startability { canStart reasons }
  summary { total notCalled success } counters { leads { total } inFlight { total } attempts callsPerMinute }
  schedules { totalCount nodes { date startTime endTime startsAt endsAt status } }
} }`;
const LIST = `query ($filter: CampaignFilter, $orderBy: CampaignOrder! = {field: NAME}, $first: Int, $after: String) {
  campaigns(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount nodes { name } pageInfo { endCursor hasNextPage }
  }
}`;

interface Campaign {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly [field: string]: unknown;
}

const original: unknown = Reflect.get(pg.Client.prototype, 'query');

describe('campaigns', () => {
  let app: TestApp;
  let bench: CampaignBench;

  beforeAll(async () => {
    app = await startTestApp();
    bench = await makeCampaignBench(app);
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
  });

  async function read(id: string): Promise<Campaign & Record<string, never>> {
    const { campaign } = await bench.admin.ask<{ campaign: Campaign & Record<string, never> }>(GET, { id });
    return campaign;
  }

  /** What the refusal of a creation names; no campaign may have come about. */
  async function refusedFields(overrides: Record<string, unknown>): Promise<[string, string[]]> {
    const count = () =>
      bench.pool.query('select (select count(*) from campaign) + (select count(*) from schedule) as n');
    const before = (await count()).rows;
    const { extensions } = await bench.admin.refusal(CREATE_CAMPAIGN, { input: bench.input(overrides) });
    expect((await count()).rows).toEqual(before);
    return [extensions.code, (extensions.fields ?? []).map((field) => field.path).sort()];
  }

  test('a new campaign is stopped, has the defaults, and one schedule for each matching day', async () => {
    const { id } = await bench.create({
      name: '  Spring  ',
      firstDay: '2030-03-04',
      lastDay: '2030-03-17',
      weekdays: ['MONDAY', 'WEDNESDAY', 'MONDAY'],
      startTime: '09:00',
      endTime: '17:30',
      timeZone: 'America/Sao_Paulo',
    });
    const campaign = await read(id);
    expect(campaign).toMatchObject({
      version: 1,
      name: 'Spring',
      state: 'STOPPED',
      startedAt: null,
      stopReason: null,
      idleReason: null,
      startTime: '09:00:00',
      endTime: '17:30:00',
      weekdays: ['MONDAY', 'WEDNESDAY'],
      maxAttempts: 5,
      retryMinutes: 60,
      retryStatuses: ['FAILED', 'BUSY', 'DECLINED', 'AMD', 'SERVICE_TEMPORARILY_UNAVAILABLE', 'UNKNOWN'],
      retryUnreachable: false,
      amdEnabled: false,
      amdSensitivity: 'LOW',
      ringTimeoutSeconds: 30,
      dncService: null,
      group: { id: bench.group.id },
      queue: { id: bench.queueId, type: 'IVR' },
      startability: { canStart: false, reasons: ['NO_LEADS_LEFT'] },
      summary: { total: 0, notCalled: 0, success: 0 },
      counters: { leads: { total: 0 }, inFlight: { total: 0 }, attempts: 0, callsPerMinute: 0 },
    });
    expect(campaign['schedules']).toMatchObject({ totalCount: 4 });
    expect((campaign['schedules'] as unknown as { nodes: object[] }).nodes[0]).toEqual({
      date: '2030-03-04',
      startTime: '09:00:00',
      endTime: '17:30:00',
      startsAt: '2030-03-04T12:00:00.000Z',
      endsAt: '2030-03-04T20:30:00.000Z',
      status: 'NOT_RUNNING',
    });
  });

  test("without a time zone it gets the installation's", async () => {
    expect(await read((await bench.create()).id)).toMatchObject({ timeZone: 'UTC' });
  });

  test('everything that is wrong with a new campaign is named at once, and nothing is created', async () => {
    expect(
      await refusedFields({
        name: ' ',
        firstDay: '2030-01-02',
        lastDay: '2030-01-01',
        startTime: '17:00',
        endTime: '09:00',
        pilotNumber: 'front desk',
        maxAttempts: 101,
        retryMinutes: 1441,
        retryStatuses: ['BUSY', 'DO_NOT_CALL'],
        ringTimeoutSeconds: 14,
        maxParallelCalls: 0,
        maxCallsPerSecond: 0,
        defaultCountry: 'ZZ',
        callerId: 'me',
        timeZone: '+01:00',
      }),
    ).toEqual([
      'BAD_USER_INPUT',
      [
        ...['input.callerId', 'input.defaultCountry', 'input.endTime', 'input.lastDay', 'input.maxAttempts'],
        ...[
          'input.maxCallsPerSecond',
          'input.maxParallelCalls',
          'input.name',
          'input.pilotNumber',
          'input.retryMinutes',
          'input.retryStatuses',
        ],
        ...['input.ringTimeoutSeconds', 'input.timeZone'],
      ],
    ]);
  });

  test('a day, time or zone that does not exist is refused with its field', async () => {
    expect(await refusedFields({ firstDay: '2030-02-30' })).toEqual(['BAD_USER_INPUT', ['input.firstDay']]);
    expect(await refusedFields({ startTime: '25:00' })).toEqual(['BAD_USER_INPUT', ['input.startTime']]);
    expect(await refusedFields({ timeZone: 'Mars/Olympus' })).toEqual(['BAD_USER_INPUT', ['input.timeZone']]);
  });

  test('limits are kept to the letter: 0 and 101 attempts are refused, 1 and 100 are not', async () => {
    expect(await refusedFields({ maxAttempts: 0 })).toEqual(['BAD_USER_INPUT', ['input.maxAttempts']]);
    expect(await refusedFields({ maxAttempts: 101 })).toEqual(['BAD_USER_INPUT', ['input.maxAttempts']]);
    expect(await refusedFields({ retryMinutes: 0 })).toEqual(['BAD_USER_INPUT', ['input.retryMinutes']]);
    expect(await refusedFields({ ringTimeoutSeconds: 61 })).toEqual(['BAD_USER_INPUT', ['input.ringTimeoutSeconds']]);
    await bench.create({ maxAttempts: 1, retryMinutes: 1, ringTimeoutSeconds: 15 });
    await bench.create({ maxAttempts: 100, retryMinutes: 1440, ringTimeoutSeconds: 60 });
  });

  test('weekdays of which no day of the range is one are refused, and so is an end that equals the start', async () => {
    const wednesday = { firstDay: '2030-01-02', lastDay: '2030-01-02' };
    expect(await refusedFields({ ...wednesday, weekdays: ['MONDAY'] })).toEqual(['BAD_USER_INPUT', ['input.weekdays']]);
    expect(await refusedFields({ ...wednesday, weekdays: [] })).toEqual(['BAD_USER_INPUT', ['input.weekdays']]);
    expect(await refusedFields({ startTime: '09:00', endTime: '09:00:00' })).toEqual([
      'BAD_USER_INPUT',
      ['input.endTime'],
    ]);
  });

  test('a group, queue or do-not-call service that is not there for the user is not found', async () => {
    const nobody = '01990000-0000-7000-8000-000000000000';
    expect(await refusedFields({ groupId: bench.strangerGroup.id })).toEqual(['NOT_FOUND', ['input.groupId']]);
    expect(await refusedFields({ groupId: 'nonsense', queueId: nobody, dncServiceId: nobody })).toEqual([
      'NOT_FOUND',
      ['input.dncServiceId', 'input.groupId', 'input.queueId'],
    ]);
  });

  test('a queue of the other type is refused', async () => {
    const queueId = await storeQueue(bench.pool, 'OSCC');
    expect(await refusedFields({ queueId })).toEqual(['BAD_USER_INPUT', ['input.queueId']]);
    expect(await refusedFields({ type: 'OSCC' })).toEqual(['BAD_USER_INPUT', ['input.queueId']]);
    await bench.create({ type: 'OSCC', queueId });
  });

  test('a name is taken in any case, in other groups too', async () => {
    await bench.create({ name: 'Taken name' });
    expect(await refusedFields({ name: 'TAKEN NAME' })).toEqual(['CONFLICT', ['input.name']]);
  });

  test('a do-not-call service that exists is kept with the campaign', async () => {
    const serviceId = '01990000-0000-7000-8000-00000000d0c0';
    await bench.pool.query(`insert into dnc_service (id, name, url) values ($1, 'list', 'https://dnc.example')`, [
      serviceId,
    ]);
    const { id, version } = await bench.create({ dncServiceId: serviceId });
    expect(await read(id)).toMatchObject({ dncService: { id: serviceId } });
    await bench.admin.ask(UPDATE, { input: { id, version, dncServiceId: null } });
    expect(await read(id)).toMatchObject({ dncService: null });
  });

  test('roles: a supervisor reads and cannot change; a master has no part in campaigns', async () => {
    const { id, version } = await bench.create({ name: 'Read only' });
    expect(await bench.supervisor.ask(`query ($id: ID!) { campaign(id: $id) { name } }`, { id })).toEqual({
      campaign: { name: 'Read only' },
    });
    for (const [mutation, input] of [
      [CREATE_CAMPAIGN, bench.input()],
      [UPDATE, { id, version, name: 'x' }],
      [START, { id }],
      [STOP, { id }],
      [DELETE, { id }],
    ] as const) {
      expect((await bench.supervisor.refusal(mutation, { input })).extensions.code).toBe('FORBIDDEN');
      expect((await app.master.refusal(mutation, { input })).extensions.code).toBe('FORBIDDEN');
    }
    expect((await app.master.refusal(LIST)).extensions.code).toBe('FORBIDDEN');
    expect((await app.anonymous.refusal(LIST)).extensions.code).toBe('UNAUTHENTICATED');
  });

  test('campaigns of other groups do not exist: not found one by one, left out of lists', async () => {
    const { id, version } = await bench.create({ name: 'Hidden from strangers' });
    for (const [operation, variables] of [
      [GET, { id }],
      [UPDATE, { input: { id, version, name: 'stolen' } }],
      [START, { input: { id } }],
      [STOP, { input: { id } }],
      [DELETE, { input: { id } }],
    ] as const) {
      expect((await bench.stranger.refusal(operation, variables)).extensions.code).toBe('NOT_FOUND');
    }
    expect(await bench.stranger.ask(LIST, { filter: { search: 'Hidden' } })).toMatchObject({
      campaigns: { totalCount: 0, nodes: [] },
    });
    expect(await read(id)).toMatchObject({ name: 'Hidden from strangers', version });
    expect((await bench.admin.refusal(GET, { id: 'nonsense' })).extensions.code).toBe('NOT_FOUND');
  });

  test('a list is filtered, ordered and paged by cursor', async () => {
    for (const [name, firstDay] of [
      ['Listed A', '2031-01-03'],
      ['Listed B', '2031-01-01'],
      ['Listed C', '2031-01-02'],
    ] as const) {
      await bench.create({ name, firstDay, lastDay: '2031-01-05' });
    }
    interface Page {
      campaigns: { totalCount: number; nodes: { name: string }[]; pageInfo: { endCursor: string } };
    }
    const variables = { filter: { search: 'listed', state: 'STOPPED' }, first: 2, orderBy: { field: 'FIRST_DAY' } };
    const { campaigns: first } = await bench.admin.ask<Page>(LIST, variables);
    expect(first).toMatchObject({ totalCount: 3, nodes: [{ name: 'Listed B' }, { name: 'Listed C' }] });
    const { campaigns: second } = await bench.admin.ask<Page>(LIST, { ...variables, after: first.pageInfo.endCursor });
    expect(second).toMatchObject({ nodes: [{ name: 'Listed A' }], pageInfo: { hasNextPage: false } });
    expect(
      await bench.admin.ask(LIST, { filter: { search: 'listed' }, orderBy: { field: 'NAME', direction: 'DESC' } }),
    ).toMatchObject({ campaigns: { nodes: [{ name: 'Listed C' }, { name: 'Listed B' }, { name: 'Listed A' }] } });
    expect(await bench.admin.ask(LIST, { filter: { search: 'listed', type: 'OSCC' } })).toMatchObject({
      campaigns: { totalCount: 0 },
    });
  });

  test('a page of campaigns with all that they lead to takes one statement for each kind, however many they are', async () => {
    const statements: string[] = [];
    // Those of the engine and of sessions have names; what is left is what the query asks for.
    const query = jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
      this: pg.Client,
      ...given: unknown[]
    ) {
      const [first] = given as [string | { text?: string; name?: string } | undefined];
      if (typeof first === 'string') statements.push(first);
      else if (first?.text !== undefined && first.name === undefined) statements.push(first.text);
      return (original as (...parameters: unknown[]) => unknown).apply(this, given) as never;
    });
    const { campaigns } = await bench.admin.ask<{ campaigns: { nodes: object[] } }>(
      `{ campaigns(first: 50) { totalCount nodes {
        name group { name } queue { name } dncService { name } startability { canStart } summary { total }
        counters { attempts inFlight { total } } idleReason
      } } }`,
    );
    query.mockRestore();
    expect(campaigns.nodes.length).toBeGreaterThan(5);
    // The page, its length, groups, queues, refusals of a start, counters.
    expect(statements).toHaveLength(6);
  });

  test('today is a day of the range: a campaign of today alone has one schedule', async () => {
    const { id } = await bench.create({ firstDay: dayFromNow(0), lastDay: dayFromNow(0) });
    expect(await read(id)).toMatchObject({ schedules: { totalCount: 1, nodes: [{ date: dayFromNow(0) }] } });
  });
});
