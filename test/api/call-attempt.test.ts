import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CampaignBench, makeCampaignBench, storeAttempt } from '../support/campaigns.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const LIST = `query ($filter: CallAttemptFilter, $first: Int, $after: String, $orderBy: CallAttemptOrder! = {field: QUEUED_AT, direction: DESC}) {
  callAttempts(filter: $filter, first: $first, after: $after, orderBy: $orderBy) {
    totalCount nodes { id } pageInfo { endCursor hasNextPage }
  }
}`;

interface Attempts {
  readonly totalCount: number;
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
}

describe('the call log', () => {
  let app: TestApp;
  let bench: CampaignBench;
  let campaignId: string;
  let ids: readonly string[];
  const ENDED = { state: 'ENDED', ended_at: '2030-01-01T00:01:00Z' };

  beforeAll(async () => {
    app = await startTestApp();
    bench = await makeCampaignBench(app);
    campaignId = (await bench.create()).id;
    const store = async (second: number, columns: Record<string, unknown>) =>
      (await storeAttempt(bench.pool, campaignId, { queued_at: `2030-01-01T00:00:0${second}Z`, ...columns })).id;
    ids = [
      await store(0, {
        ...{ ...ENDED, result: 'SUCCESS', counts_as_attempt: true, attributed_to: 'CALLEE', reason: 'transferred' },
        ...{ amd_verdict: 'HUMAN', amd_reason: 'GREETING_LENGTH', amd_decision_ms: 1200, amd_confidence: 0.75 },
        ...{ dialed_at: '2030-01-01T00:00:01Z', answered_at: '2030-01-01T00:00:05Z', transfer_target: '9000' },
      }),
      await store(1, {
        ...{ ...ENDED, result: 'BUSY', counts_as_attempt: true, attributed_to: 'CALLEE', reason: 'busy' },
        ...{ sip_status: 486, q850_cause: 17, sip_reason: 'Q.850;cause=17', lead_name: 'José Peña' },
        ...{ sip_phrase: 'Busy Here', sip_warning: '399 pbx "line 1"', retry_after_seconds: 30 },
      }),
      await store(2, {
        ...ENDED,
        result: 'AMD',
        reason: 'machine',
        attributed_to: 'CALLEE',
        amd_verdict: 'MACHINE',
        amd_reason: 'BEEP',
        amd_decision_ms: 1,
        amd_confidence: 1,
      }),
      await store(3, { state: 'RINGING', phone_number: '+554183015031' }),
    ];
    const other = await bench.stranger.ask<{ createCampaign: { campaign: { id: string } } }>(
      `mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { campaign { id } } }`,
      { input: bench.input({ groupId: bench.strangerGroup.id }) },
    );
    await storeAttempt(bench.pool, other.createCampaign.campaign.id, { ...ENDED, result: 'BUSY' });
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
  });

  async function list(variables: Record<string, unknown> = {}): Promise<Attempts> {
    return (await bench.admin.ask<{ callAttempts: Attempts }>(LIST, variables)).callAttempts;
  }

  /** Numbers of the attempts that the filter lets through, the newest first. */
  async function found(filter: object): Promise<number[]> {
    const { totalCount, nodes } = await list({ filter });
    expect(totalCount).toBe(nodes.length);
    return nodes.map((attempt) => ids.indexOf(attempt.id));
  }

  test('it has the attempts of the own groups alone, the newest first', async () => {
    expect(await found({})).toEqual([3, 2, 1, 0]);
    const { callAttempts } = await bench.stranger.ask<{ callAttempts: Attempts }>(LIST);
    expect(callAttempts.totalCount).toBe(1);
  });

  test('it is paged by cursor', async () => {
    const first = await list({ first: 3 });
    expect(first).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } });
    const second = await list({ first: 3, after: first.pageInfo.endCursor });
    expect(second).toMatchObject({ nodes: [{ id: ids[0] }], pageInfo: { hasNextPage: false } });
    expect((await list({ first: 1, orderBy: { field: 'QUEUED_AT' } })).nodes).toEqual([{ id: ids[0] }]);
  });

  test('it is filtered by campaign, lead, state, result, reason, verdict, text and time', async () => {
    const nobody = '01990000-0000-7000-8000-000000000000';
    expect(await found({ campaignId })).toEqual([3, 2, 1, 0]);
    expect(await found({ campaignId: nobody })).toEqual([]);
    expect(await found({ campaignId: 'nonsense' })).toEqual([]);
    expect(await found({ leadId: nobody })).toEqual([]);
    expect(await found({ scheduleId: 'nonsense' })).toEqual([]);
    expect(await found({ states: ['RINGING', 'DIALING'] })).toEqual([3]);
    expect(await found({ results: ['BUSY', 'AMD'] })).toEqual([2, 1]);
    expect(await found({ reason: 'busy' })).toEqual([1]);
    expect(await found({ amdVerdict: 'MACHINE' })).toEqual([2]);
    expect(await found({ search: 'peña' })).toEqual([1]);
    expect(await found({ search: '4183 015031' })).toEqual([3]);
    expect(await found({ from: '2030-01-01T00:00:01Z', to: '2030-01-01T00:00:03Z' })).toEqual([2, 1]);
    expect(await found({ results: ['BUSY'], amdVerdict: 'MACHINE' })).toEqual([]);
  });

  test('an attempt tells who ended it and what detection found; in flight it has neither', async () => {
    const one = `query ($id: ID!) { callAttempt(id: $id) {
      campaign { id } campaignName schedule { id } lead { id } leadName state queuedAt dialedAt ringingAt answeredAt endedAt
      result countsAsAttempt transferTarget
      termination { attributedTo reason sipStatus sipPhrase sipWarning retryAfterSeconds q850Cause sipReason }
      amd { verdict reason decisionMs confidence }
    } }`;
    const read = async (index: number) =>
      (await bench.admin.ask<{ callAttempt: object }>(one, { id: ids[index] })).callAttempt;
    expect(await read(0)).toEqual({
      ...{ campaign: { id: campaignId }, campaignName: 'Campaign at the time', schedule: null, lead: null },
      ...{ leadName: 'Lead at the time', state: 'ENDED', queuedAt: '2030-01-01T00:00:00.000Z', ringingAt: null },
      ...{ dialedAt: '2030-01-01T00:00:01.000Z', answeredAt: '2030-01-01T00:00:05.000Z', result: 'SUCCESS' },
      ...{ endedAt: '2030-01-01T00:01:00.000Z', countsAsAttempt: true, transferTarget: '9000' },
      termination: {
        ...{ attributedTo: 'CALLEE', reason: 'transferred', sipStatus: null, sipPhrase: null, sipWarning: null },
        ...{ retryAfterSeconds: null, q850Cause: null, sipReason: null },
      },
      amd: { verdict: 'HUMAN', reason: 'GREETING_LENGTH', decisionMs: 1200, confidence: 0.75 },
    });
    expect(await read(1)).toMatchObject({
      termination: {
        attributedTo: 'CALLEE',
        reason: 'busy',
        sipStatus: 486,
        sipPhrase: 'Busy Here',
        sipWarning: '399 pbx "line 1"',
        retryAfterSeconds: 30,
        q850Cause: 17,
        sipReason: 'Q.850;cause=17',
      },
      amd: null,
    });
    expect(await read(3)).toMatchObject({ state: 'RINGING', termination: null, amd: null, result: null });
  });

  test('an abandoned call tells how long its person was kept; no other call does', async () => {
    const abandoning = await bench.create({ name: 'Abandoning' });
    const ended = { ...ENDED, ended_at: '2030-02-01T00:00:07.500Z', answered_at: '2030-02-01T00:00:05Z' };
    const columns = { ...ended, queued_at: '2030-02-01T00:00:00Z', result: 'FAILED', attributed_to: 'DIALER' };
    const delay = async (reason: string): Promise<number | null> => {
      const { id } = await storeAttempt(bench.pool, abandoning.id, { ...columns, reason });
      const query = 'query ($id: ID!) { callAttempt(id: $id) { abandonedAfterMs } }';
      const { callAttempt } = await bench.admin.ask<{ callAttempt: { abandonedAfterMs: number | null } }>(query, {
        id,
      });
      return callAttempt.abandonedAfterMs;
    };
    expect(await delay('transfer-failed')).toBe(2_500);
    expect(await delay('customer-hung-up')).toBeNull();
  });

  test('attempts of other groups do not exist, and a supervisor does not read the log', async () => {
    const one = `query ($id: ID!) { callAttempt(id: $id) { id } }`;
    expect((await bench.stranger.refusal(one, { id: ids[0] })).extensions.code).toBe('NOT_FOUND');
    expect((await bench.supervisor.refusal(one, { id: ids[0] })).extensions.code).toBe('FORBIDDEN');
    expect((await bench.supervisor.refusal(LIST)).extensions.code).toBe('FORBIDDEN');
    const nested = await bench.supervisor.send(
      `query ($id: ID!) { campaign(id: $id) { callAttempts { totalCount } } }`,
      {
        id: campaignId,
      },
    );
    expect(nested).toMatchObject({
      data: { campaign: { callAttempts: null } },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test('it is downloaded as CSV with its filter, of the own groups alone', async () => {
    const { callAttempts } = await bench.admin.ask<{ callAttempts: { csvUrl: string } }>(
      `{ callAttempts(first: 1, filter: {results: [BUSY, AMD], from: "2030-01-01T00:00:00Z"}, orderBy: {field: QUEUED_AT}) { csvUrl } }`,
    );
    const get = async (token?: string) => {
      const answer = await fetch(app.url + callAttempts.csvUrl, {
        headers: { authorization: `Bearer ${token ?? ''}` },
      });
      return (await answer.text()).trimEnd().split('\r\n');
    };
    const [header, ...rows] = await get(bench.admin.token);
    expect(header).toMatch(/^\ufeff?id,campaignId,scheduleId,leadId,campaign,name,phone,/);
    expect(rows.map((row) => row.split(',')[0])).toEqual([ids[1], ids[2]]);
    expect(rows[0]).toContain('busy,486,17,Q.850;cause=17');
    expect(await get(bench.stranger.token)).toHaveLength(1);
  });

  test("a campaign's own list is counted from its counters, those in flight included", async () => {
    await bench.pool.query('update campaign_counters set attempts_ended = 3 where campaign_id = $1', [campaignId]);
    const { campaign } = await bench.admin.ask<{ campaign: object }>(
      `query ($id: ID!) { campaign(id: $id) {
        callAttempts(first: 1) { totalCount nodes { id } } busy: callAttempts(filter: {results: [BUSY]}) { totalCount }
        counters { attempts inFlight { total ringing } }
      } }`,
      { id: campaignId },
    );
    expect(campaign).toEqual({
      callAttempts: { totalCount: 4, nodes: [{ id: ids[3] }] },
      busy: { totalCount: 1 },
      counters: { attempts: 4, inFlight: { total: 1, ringing: 1 } },
    });
  });
});
