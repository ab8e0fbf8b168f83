import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CampaignBench, dayFromNow, makeCampaignBench } from '../support/campaigns.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const ADD = `mutation ($input: AddScheduleInput!) { addSchedule(input: $input) {
  schedule { id date startTime endTime startsAt endsAt status campaign { id version } }
} }`;
const EDIT_ALL = `mutation ($input: UpdateRemainingSchedulesInput!) { updateRemainingSchedules(input: $input) {
  updatedCount campaign { id version }
} }`;
const DELETE = `mutation ($input: DeleteScheduleInput!) { deleteSchedule(input: $input) {
  deletedScheduleId campaign { id version schedules { totalCount } }
} }`;
const LIST = `query ($id: ID!, $filter: ScheduleFilter, $first: Int, $after: String, $orderBy: ScheduleOrder! = {field: DATE}) {
  campaign(id: $id) { version schedules(filter: $filter, first: $first, after: $after, orderBy: $orderBy) {
    totalCount nodes { id date startTime endTime status } pageInfo { endCursor hasNextPage }
  } }
}`;
const START = `mutation ($input: StartCampaignInput!) { startCampaign(input: $input) { campaign { id } } }`;
const STOP = `mutation ($input: StopCampaignInput!) { stopCampaign(input: $input) { campaign { id } } }`;

interface ScheduleRow {
  readonly id: string;
  readonly date: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly status: string;
}
interface Listed {
  readonly campaign: {
    readonly version: number;
    readonly schedules: {
      readonly totalCount: number;
      readonly nodes: readonly ScheduleRow[];
      readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
    };
  };
}

describe('schedules', () => {
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

  async function list(id: string, variables: Record<string, unknown> = {}): Promise<Listed['campaign']> {
    return (await bench.admin.ask<Listed>(LIST, { id, ...variables })).campaign;
  }

  async function code(mutation: string, input: object): Promise<[string, string[]]> {
    const { extensions } = await bench.admin.refusal(mutation, { input });
    return [extensions.code, (extensions.fields ?? []).map((field) => field.path)];
  }

  test('one more day is added, is an edit of the campaign, and is there once only', async () => {
    const { id, version } = await bench.create({ timeZone: 'Europe/Berlin' });
    const input = { campaignId: id, date: '2031-07-01', startTime: '08:15', endTime: '12:00' };
    const { addSchedule } = await bench.admin.ask<{ addSchedule: { schedule: ScheduleRow } }>(ADD, { input });
    expect(addSchedule.schedule).toMatchObject({
      date: '2031-07-01',
      startTime: '08:15:00',
      startsAt: '2031-07-01T06:15:00.000Z',
      endsAt: '2031-07-01T10:00:00.000Z',
      status: 'NOT_RUNNING',
      campaign: { id, version: version + 1 },
    });
    expect(await code(ADD, input)).toEqual(['CONFLICT', ['input.date']]);
    expect(await list(id)).toMatchObject({ version: version + 1, schedules: { totalCount: 8 } });
  });

  test('a past day, an end before the start, and a window of today that is over are refused', async () => {
    const { id, version } = await bench.create({ firstDay: '2031-01-01', lastDay: '2031-01-01' });
    const input = { campaignId: id, date: dayFromNow(1), startTime: '08:00', endTime: '12:00' };
    expect(await code(ADD, { ...input, date: dayFromNow(-1) })).toEqual(['BAD_USER_INPUT', ['input.date']]);
    expect(await code(ADD, { ...input, endTime: '08:00' })).toEqual(['BAD_USER_INPUT', ['input.endTime']]);
    expect(await code(ADD, { ...input, startTime: '08:00:00.500' })).toEqual(['BAD_USER_INPUT', ['input.startTime']]);
    const over = { date: dayFromNow(0), startTime: '00:00', endTime: '00:00:01' };
    expect(await code(ADD, { ...input, ...over })).toEqual(['BAD_USER_INPUT', ['input.endTime']]);
    expect(await list(id)).toMatchObject({ version, schedules: { totalCount: 1 } });
  });

  test('a window that begins in an hour that is skipped begins after it; one that is all skipped is refused', async () => {
    const { id } = await bench.create({ timeZone: 'Europe/Berlin' });
    // 30 March 2031: the clocks go from 02:00 to 03:00.
    const input = { campaignId: id, date: '2031-03-30', startTime: '02:15', endTime: '02:45' };
    expect(await code(ADD, input)).toEqual(['BAD_USER_INPUT', ['input.startTime']]);
    const { addSchedule } = await bench.admin.ask<{ addSchedule: { schedule: object } }>(ADD, {
      input: { ...input, endTime: '04:00' },
    });
    expect(addSchedule.schedule).toMatchObject({
      startsAt: '2031-03-30T01:00:00.000Z',
      endsAt: '2031-03-30T02:00:00.000Z',
    });
  });

  test("new times apply to today's and all later schedules; past ones never change", async () => {
    const { id, version } = await bench.create({ firstDay: dayFromNow(-2), lastDay: dayFromNow(2) });
    const input = { campaignId: id, version, startTime: '10:00', endTime: '11:00' };
    const answer = await bench.admin.ask<{ updateRemainingSchedules: object }>(EDIT_ALL, { input });
    expect(answer.updateRemainingSchedules).toEqual({ updatedCount: 3, campaign: { id, version: version + 1 } });
    const { schedules } = await list(id);
    expect(schedules.nodes.map(({ startTime, endTime }) => `${startTime}-${endTime}`)).toEqual([
      ...['00:00:00-23:59:59', '00:00:00-23:59:59'],
      ...['10:00:00-11:00:00', '10:00:00-11:00:00', '10:00:00-11:00:00'],
    ]);
  });

  test('a time that would end a window before its start is refused, and no window changes', async () => {
    const { id, version } = await bench.create({ startTime: '09:00', endTime: '17:00' });
    const edit = (times: object) => code(EDIT_ALL, { campaignId: id, version, ...times });
    expect(await edit({ endTime: '08:00' })).toEqual(['BAD_USER_INPUT', ['input.endTime']]);
    expect(await edit({ startTime: '17:00' })).toEqual(['BAD_USER_INPUT', ['input.startTime']]);
    expect(await edit({})).toEqual(['BAD_USER_INPUT', ['input']]);
    expect(await edit({ startTime: null, endTime: '18:00' })).toEqual(['BAD_USER_INPUT', ['input.startTime']]);
    expect(await code(EDIT_ALL, { campaignId: id, version: version + 1, endTime: '18:00' })).toEqual(['CONFLICT', []]);
    const { version: present, schedules } = await list(id);
    expect(present).toBe(version);
    expect(new Set(schedules.nodes.map(({ startTime, endTime }) => `${startTime}-${endTime}`))).toEqual(
      new Set(['09:00:00-17:00:00']),
    );
  });

  test('a future schedule is deleted; one whose window has opened is not', async () => {
    const { id, version } = await bench.create({ firstDay: dayFromNow(0), lastDay: dayFromNow(1) });
    const [today, tomorrow] = (await list(id)).schedules.nodes;
    expect(await code(DELETE, { id: today?.id })).toEqual(['BAD_USER_INPUT', ['input.id']]);
    const { deleteSchedule } = await bench.admin.ask<{ deleteSchedule: object }>(DELETE, {
      input: { id: tomorrow?.id },
    });
    expect(deleteSchedule).toEqual({
      deletedScheduleId: tomorrow?.id,
      campaign: { id, version: version + 1, schedules: { totalCount: 1 } },
    });
    expect(await code(DELETE, { id: tomorrow?.id })).toEqual(['NOT_FOUND', []]);
  });

  test('schedules of a started campaign do not change', async () => {
    const { id, version } = await bench.create();
    await bench.load(id, 'Ana, +554183015031');
    await bench.admin.ask(START, { input: { id } });
    const last = (await list(id)).schedules.nodes.at(-1);
    const window = { date: '2031-07-01', startTime: '08:00', endTime: '12:00' };
    expect(await code(ADD, { campaignId: id, ...window })).toEqual(['CAMPAIGN_NOT_STOPPED', []]);
    expect(await code(EDIT_ALL, { campaignId: id, version, endTime: '12:00' })).toEqual(['CAMPAIGN_NOT_STOPPED', []]);
    expect(await code(DELETE, { id: last?.id })).toEqual(['CAMPAIGN_NOT_STOPPED', []]);
    expect(await list(id)).toMatchObject({ version, schedules: { totalCount: 7 } });
    await bench.admin.ask(STOP, { input: { id } });
  });

  test('schedules of other groups do not exist, and a supervisor reads them only', async () => {
    const { id, version } = await bench.create();
    const schedule = (await list(id)).schedules.nodes.at(-1);
    const one = `query ($id: ID!) { schedule(id: $id) { id campaign { id } } }`;
    expect(await bench.supervisor.ask(one, { id: schedule?.id })).toEqual({
      schedule: { id: schedule?.id, campaign: { id } },
    });
    expect((await bench.stranger.refusal(one, { id: schedule?.id })).extensions.code).toBe('NOT_FOUND');
    const window = { campaignId: id, date: '2031-07-01', startTime: '08:00', endTime: '12:00' };
    for (const [mutation, input] of [
      [ADD, window],
      [EDIT_ALL, { campaignId: id, version, endTime: '12:00' }],
      [DELETE, { id: schedule?.id }],
    ] as const) {
      expect((await bench.stranger.refusal(mutation, { input })).extensions.code).toBe('NOT_FOUND');
      expect((await bench.supervisor.refusal(mutation, { input })).extensions.code).toBe('FORBIDDEN');
    }
  });

  test('the status follows the window, the campaign and what happened in it, as a field and as a filter', async () => {
    const { id } = await bench.create({ firstDay: dayFromNow(-2), lastDay: dayFromNow(1) });
    await bench.load(id, 'Ana, +554183015031');
    await bench.pool.query('update schedule set ran = true where campaign_id = $1 and date = $2', [id, dayFromNow(-2)]);
    const statuses = async () => (await list(id)).schedules.nodes.map((schedule) => schedule.status);
    const dates = async (status: string) =>
      (await list(id, { filter: { statuses: [status] } })).schedules.nodes.map((schedule) => schedule.date);
    expect(await statuses()).toEqual(['FINISHED', 'NOT_RUNNING', 'NOT_RUNNING', 'NOT_RUNNING']);
    await bench.admin.ask(START, { input: { id } });
    expect(await statuses()).toEqual(['FINISHED', 'NOT_RUNNING', 'RUNNING', 'NOT_RUNNING']);
    expect(await dates('RUNNING')).toEqual([dayFromNow(0)]);
    expect(await dates('FINISHED')).toEqual([dayFromNow(-2)]);
    expect(await dates('NOT_RUNNING')).toEqual([dayFromNow(-1), dayFromNow(1)]);
    expect(await dates('DNC_OUT_OF_SERVICE')).toEqual([]);
    await bench.admin.ask(STOP, { input: { id } });
    await bench.pool.query('update schedule set ran = true, leads_done = true where campaign_id = $1 and date = $2', [
      id,
      dayFromNow(0),
    ]);
    expect(await statuses()).toEqual(['FINISHED', 'NOT_RUNNING', 'FINISHED', 'NOT_RUNNING']);
    expect(await dates('FINISHED')).toEqual([dayFromNow(-2), dayFromNow(0)]);
  });

  test('schedules are filtered by day and paged by cursor', async () => {
    const { id } = await bench.create({ firstDay: '2031-05-01', lastDay: '2031-05-20' });
    const filter = { from: '2031-05-03', to: '2031-05-06' };
    const first = await list(id, { filter, first: 3, orderBy: { field: 'DATE', direction: 'DESC' } });
    expect(first.schedules).toMatchObject({
      totalCount: 4,
      nodes: [{ date: '2031-05-06' }, { date: '2031-05-05' }, { date: '2031-05-04' }],
    });
    const after = first.schedules.pageInfo.endCursor;
    const rest = await list(id, { filter, first: 3, after, orderBy: { field: 'DATE', direction: 'DESC' } });
    expect(rest.schedules).toMatchObject({ nodes: [{ date: '2031-05-03' }], pageInfo: { hasNextPage: false } });
  });
});
