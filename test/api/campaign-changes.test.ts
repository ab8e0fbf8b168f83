import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type CampaignBench,
  CREATE_CAMPAIGN,
  expectTrueCounters,
  makeCampaignBench,
  storeAttempt,
  storeQueue,
} from '../support/campaigns.js';
import { makeClient, makeGroup } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const UPDATE = `mutation ($input: UpdateCampaignInput!) { updateCampaign(input: $input) { campaign {
  id version name description callerId defaultCountry maxAttempts queue { id } group { id } dncService { id }
} } }`;
const START = `mutation ($input: StartCampaignInput!) { startCampaign(input: $input) { campaign { id version state startedAt stopReason } } }`;
const STOP = `mutation ($input: StopCampaignInput!) { stopCampaign(input: $input) { campaign { id version state stoppedAt stopReason } } }`;
const DELETE = `mutation ($input: DeleteCampaignInput!) { deleteCampaign(input: $input) { deletedCampaignId } }`;
const GET = `query ($id: ID!) { campaign(id: $id) {
  version description type maxParallelCalls maxCallsPerSecond state startedAt queue { id } startability { canStart reasons }
} }`;

interface Campaign {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly [field: string]: unknown;
}

describe('changes of a campaign', () => {
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

  test('an edit changes what it names and nothing else; null means none where the field says so', async () => {
    const caps = { maxParallelCalls: 7, maxCallsPerSecond: 0.5 };
    const { id, version } = await bench.create({ callerId: '+4930123', defaultCountry: 'br', ...caps });
    const edit = { id, version, description: 'new', callerId: null, maxAttempts: 9 };
    const { updateCampaign } = await bench.admin.ask<{ updateCampaign: { campaign: Campaign } }>(UPDATE, {
      input: edit,
    });
    expect(updateCampaign.campaign).toMatchObject({
      version: version + 1,
      description: 'new',
      callerId: null,
      defaultCountry: 'BR',
      maxAttempts: 9,
    });
    const refusal = await bench.admin.refusal(UPDATE, {
      input: { id, version: version + 1, name: null, maxAttempts: 0 },
    });
    expect(refusal.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.name' }, { path: 'input.maxAttempts' }],
    });
    expect(await read(id)).toMatchObject({ version: version + 1, ...caps });
    await bench.admin.ask(UPDATE, { input: { id, version: version + 1, maxCallsPerSecond: null } });
    expect(await read(id)).toMatchObject({ maxParallelCalls: 7, maxCallsPerSecond: null });
  });

  test('an edit on an old version is refused and changes nothing', async () => {
    const { id, version } = await bench.create();
    await bench.admin.ask(UPDATE, { input: { id, version, description: 'first' } });
    expect(
      (await bench.admin.refusal(UPDATE, { input: { id, version, description: 'second' } })).extensions,
    ).toMatchObject({ code: 'CONFLICT', presentVersion: version + 1 });
    expect(await read(id)).toMatchObject({ description: 'first', version: version + 1 });
  });

  test("type and queue change together; one without the other's consent is refused", async () => {
    const { id, version } = await bench.create();
    const queueId = await storeQueue(bench.pool, 'OSCC');
    const refusal = (input: object) => bench.admin.refusal(UPDATE, { input: { id, version, ...input } });
    expect((await refusal({ type: 'OSCC' })).extensions).toMatchObject({ fields: [{ path: 'input.type' }] });
    expect((await refusal({ queueId })).extensions).toMatchObject({ fields: [{ path: 'input.queueId' }] });
    await bench.admin.ask(UPDATE, { input: { id, version, type: 'OSCC', queueId } });
    expect(await read(id)).toMatchObject({ type: 'OSCC', queue: { id: queueId } });
  });

  test('in a disabled group no campaign is created, moved in or started; one that is in it can be edited', async () => {
    const group = await makeGroup(app);
    const { client } = await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [group, bench.group]);
    const inside = await client.ask<{ createCampaign: { campaign: Campaign } }>(CREATE_CAMPAIGN, {
      input: bench.input({ groupId: group.id }),
    });
    const outside = await bench.create();
    await app.master.ask(
      `mutation ($input: SetGroupEnabledInput!) { setGroupEnabled(input: $input) { group { id } } }`,
      {
        input: { id: group.id, enabled: false },
      },
    );
    const refusal = async (mutation: string, input: object) => (await client.refusal(mutation, { input })).extensions;
    expect(await refusal(CREATE_CAMPAIGN, bench.input({ groupId: group.id }))).toMatchObject({
      code: 'GROUP_DISABLED',
      fields: [{ path: 'input.groupId' }],
    });
    const { id, version } = outside;
    expect(await refusal(UPDATE, { id, version, groupId: group.id })).toMatchObject({ code: 'GROUP_DISABLED' });
    const own = inside.createCampaign.campaign;
    expect(await refusal(START, { id: own.id })).toMatchObject({
      code: 'CAMPAIGN_NOT_STARTABLE',
      reasons: ['GROUP_DISABLED', 'NO_LEADS_LEFT'],
    });
    await client.ask(UPDATE, { input: { id: own.id, version: own.version, description: 'still editable' } });
  });

  test('a campaign is moved to another of the own groups, and is then of that group', async () => {
    const group = await makeGroup(app);
    const { client } = await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [group, bench.group]);
    const { id, version } = await bench.create();
    await client.ask(UPDATE, { input: { id, version, groupId: group.id } });
    expect((await bench.admin.refusal(GET, { id })).extensions.code).toBe('NOT_FOUND');
    expect(
      (await client.refusal(UPDATE, { input: { id, version: version + 1, groupId: bench.strangerGroup.id } }))
        .extensions.code,
    ).toBe('NOT_FOUND');
  });

  test('a start without leads and without schedules is refused with both reasons, as startability says', async () => {
    const past = { firstDay: '2020-01-01', lastDay: '2020-01-03' };
    const { id } = await bench.create(past);
    expect((await bench.admin.refusal(START, { input: { id } })).extensions).toMatchObject({
      code: 'CAMPAIGN_NOT_STARTABLE',
      reasons: ['NO_LEADS_LEFT', 'NO_SCHEDULE_LEFT'],
    });
    expect(await read(id)).toMatchObject({
      state: 'STOPPED',
      startedAt: null,
      startability: { canStart: false, reasons: ['NO_LEADS_LEFT', 'NO_SCHEDULE_LEFT'] },
    });
  });

  test('start and stop change the state and not the version; a second stop changes nothing', async () => {
    const { id, version } = await bench.create();
    await bench.load(id, 'Ana, +554183015031');
    const { startCampaign } = await bench.admin.ask<{ startCampaign: { campaign: Campaign } }>(START, {
      input: { id },
    });
    expect(startCampaign.campaign).toMatchObject({ state: 'STARTED', version, stopReason: null });
    expect(await read(id)).toMatchObject({ startability: { canStart: false, reasons: ['ALREADY_STARTED'] } });
    const stop = () => bench.admin.ask<{ stopCampaign: { campaign: Campaign } }>(STOP, { input: { id } });
    const { stopCampaign: stopped } = await stop();
    expect(stopped.campaign).toMatchObject({ state: 'STOPPED', version, stopReason: 'OPERATOR' });
    expect((await stop()).stopCampaign).toEqual(stopped);
    await bench.admin.ask(START, { input: { id } });
    await stop();
  });

  test('of two starts at once one wins, and the other finds the campaign started', async () => {
    const { id } = await bench.create();
    await bench.load(id, 'Ana, +554183015031');
    const answers = await Promise.all([1, 2, 3].map(() => bench.admin.send(START, { input: { id } })));
    expect(answers.filter((answer) => !answer.errors)).toHaveLength(1);
    for (const { errors } of answers.filter((answer) => answer.errors)) {
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'CAMPAIGN_NOT_STARTABLE', reasons: ['ALREADY_STARTED'] });
    }
    await bench.admin.ask(STOP, { input: { id } });
  });

  test('a started campaign is not edited and not deleted', async () => {
    const { id, version } = await bench.create({ description: 'as it was' });
    await bench.load(id, 'Ana, +554183015031');
    await bench.admin.ask(START, { input: { id } });
    for (const [mutation, input] of [
      [UPDATE, { id, version, description: 'other' }],
      [DELETE, { id }],
    ] as const) {
      expect((await bench.admin.refusal(mutation, { input })).extensions.code).toBe('CAMPAIGN_NOT_STOPPED');
    }
    expect(await read(id)).toMatchObject({ description: 'as it was', version });
    await bench.admin.ask(STOP, { input: { id } });
  });

  test('a deleted campaign takes schedules and leads with it and leaves its call log', async () => {
    const { id } = await bench.create();
    await bench.load(id, 'Ana, +554183015031');
    const attempt = await storeAttempt(bench.pool, id, { state: 'ENDED', ended_at: new Date(), result: 'BUSY' });
    await bench.admin.ask(DELETE, { input: { id } });
    expect((await bench.admin.refusal(GET, { id })).extensions.code).toBe('NOT_FOUND');
    const { rows } = await bench.pool.query(
      `select (select count(*)::int from lead where campaign_id = $1) as leads,
         (select count(*)::int from schedule where campaign_id = $1) as schedules`,
      [id],
    );
    expect(rows).toEqual([{ leads: 0, schedules: 0 }]);
    const log = `query ($id: ID!) { callAttempt(id: $id) { campaignName campaign { id } lead { id } schedule { id } } }`;
    expect(await bench.admin.ask(log, { id: attempt.id })).toEqual({
      callAttempt: { campaignName: 'Campaign at the time', campaign: null, lead: null, schedule: null },
    });
    expect((await bench.stranger.refusal(log, { id: attempt.id })).extensions.code).toBe('NOT_FOUND');
  });

  test('another retry policy moves the leads that have been called, and the counters follow', async () => {
    const { id, version } = await bench.create({ maxAttempts: 3 });
    await bench.load(id, Array.from({ length: 7 }, (_, index) => `Lead ${index}, +55418301503${index}`).join('\n'));
    const endedAt = new Date(Date.now() - 600_000);
    const place = (position: number, status: string, attempts: number, where: string, more = '') =>
      bench.pool.query(
        `update lead set status = $3, attempt_count = $4, place = $5, last_ended_at = $6,
           due_at = case when $5 = 'RETRY' then $6::timestamptz + interval '60 minutes' end ${more}
         where campaign_id = $1 and position = $2`,
        [id, position, status, attempts, where, endedAt],
      );
    await place(1, 'BUSY', 1, 'RETRY');
    await place(2, 'BUSY', 3, 'DONE');
    await place(3, 'SUCCESS', 1, 'DONE');
    await place(4, 'FAILED', 1, 'DONE', ', unreachable = true');
    await place(5, 'DECLINED', 2, 'RETRY');
    await place(6, 'BUSY', 1, 'IN_CALL');
    await bench.pool.query(
      `update campaign_counters set pending = 4, not_called = 1, busy = 3, success = 1, failed = 1, declined = 1
       where campaign_id = $1`,
      [id],
    );
    const edit = { maxAttempts: 4, retryMinutes: 30, retryStatuses: ['BUSY', 'FAILED'], retryUnreachable: true };
    await bench.admin.ask(UPDATE, { input: { id, version, ...edit } });
    const { rows } = await bench.pool.query<{ place: string; due: number | null }>(
      `select place, extract(epoch from due_at - $2)::int / 60 as due from lead where campaign_id = $1 order by position`,
      [id, endedAt],
    );
    expect(rows.map(({ place, due }) => (due === null ? place : `${place} +${due}`))).toEqual([
      ...['RETRY +30', 'RETRY +30', 'DONE', 'RETRY +30', 'DONE', 'IN_CALL', 'NEW'],
    ]);
    await expectTrueCounters(bench.pool, id);
  });
});
