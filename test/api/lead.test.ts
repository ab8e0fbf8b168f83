import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CampaignBench, expectTrueCounters, makeCampaignBench, storeAttempt } from '../support/campaigns.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const LIST = `query ($id: ID!, $filter: LeadFilter = {pending: true}, $orderBy: LeadOrder! = {field: FILE_ORDER}, $first: Int, $after: String, $last: Int, $before: String) {
  campaign(id: $id) { leads(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { id name phoneNumber status } pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
  } }
}`;
const GET = `query ($id: ID!) { lead(id: $id) {
  id version name description phoneNumber status attemptCount createdAt updatedAt campaign { id }
  callability { callable reasons nextDueAt } attempts { totalCount nodes { id result } }
} }`;
const UPDATE = `mutation ($input: UpdateLeadInput!) { updateLead(input: $input) { lead { id version name description phoneNumber } } }`;
const DELETE = `mutation ($input: DeleteLeadsInput!) { deleteLeads(input: $input) { deletedCount campaign { id summary { total notCalled busy } } } }`;
const RECYCLE = `mutation ($input: RecycleLeadsInput!) { recycleLeads(input: $input) { recycledCount campaign { id summary { total notCalled busy declined } } } }`;
const START = `mutation ($input: StartCampaignInput!) { startCampaign(input: $input) { campaign { id } } }`;
const STOP = `mutation ($input: StopCampaignInput!) { stopCampaign(input: $input) { campaign { id } } }`;

interface LeadRow {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly callability: { readonly callable: boolean; readonly reasons: string[]; readonly nextDueAt: string | null };
  readonly [field: string]: unknown;
}
interface Leads {
  readonly totalCount: number;
  readonly nodes: LeadRow[];
  readonly pageInfo: { readonly startCursor: string; readonly endCursor: string; readonly hasNextPage: boolean };
}

describe('leads', () => {
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

  async function list(id: string, variables: Record<string, unknown> = {}): Promise<Leads> {
    return (await bench.admin.ask<{ campaign: { leads: Leads } }>(LIST, { id, ...variables })).campaign.leads;
  }

  async function read(id: string): Promise<LeadRow> {
    return (await bench.admin.ask<{ lead: LeadRow }>(GET, { id })).lead;
  }

  async function code(mutation: string, input: object): Promise<[string, string[]]> {
    const { extensions } = await bench.admin.refusal(mutation, { input });
    return [extensions.code, (extensions.fields ?? []).map((field) => field.path)];
  }

  /** Five leads: not called, busy and due, busy in an hour, success, do not call. The two last are done. */
  async function fiveLeads(overrides?: Record<string, unknown>): Promise<{ id: string; leads: LeadRow[] }> {
    const { id } = await bench.create({ maxAttempts: 3, ...overrides });
    const names = ['Dora', 'Carla', 'Bea', 'Ana', 'Eva'];
    await bench.load(id, names.map((name, index) => `${name},+55418301503${index}`).join('\n'));
    await bench.pool.query(
      `update lead l set status = v.status, place = v.place, attempt_count = v.attempts, due_at = v.due_at, last_ended_at = now()
       from (values (2, 'BUSY', 'RETRY', 1, now() - interval '1 minute'), (3, 'BUSY', 'RETRY', 2, now() + interval '1 hour'),
         (4, 'SUCCESS', 'DONE', 1, null), (5, 'DO_NOT_CALL', 'DONE', 0, null)) v (position, status, place, attempts, due_at)
       where l.campaign_id = $1 and l.position = v.position`,
      [id],
    );
    await bench.pool.query(
      `update campaign_counters set pending = 3, not_called = 1, busy = 2, success = 1, do_not_call = 1
       where campaign_id = $1`,
      [id],
    );
    await expectTrueCounters(bench.pool, id);
    return { id, leads: (await list(id, { filter: null })).nodes };
  }

  test('the default list is what is not executed yet, in file order; null is every lead', async () => {
    const { id } = await fiveLeads();
    expect(await list(id)).toMatchObject({
      totalCount: 3,
      nodes: [{ name: 'Dora' }, { name: 'Carla' }, { name: 'Bea' }],
    });
    expect((await list(id, { filter: null })).totalCount).toBe(5);
    expect((await list(id, { filter: {} })).totalCount).toBe(5);
    expect(await list(id, { filter: { pending: false } })).toMatchObject({
      totalCount: 2,
      nodes: [{ name: 'Ana' }, { name: 'Eva' }],
    });
  });

  test('a list is filtered by status, and searched by name in any case and by number however it is written', async () => {
    const { id } = await fiveLeads();
    expect(await list(id, { filter: { statuses: ['BUSY', 'SUCCESS'] } })).toMatchObject({ totalCount: 3 });
    expect(await list(id, { filter: { statuses: ['BUSY', 'BUSY'], pending: true } })).toMatchObject({ totalCount: 2 });
    expect((await list(id, { filter: { search: 'CARL' } })).nodes).toMatchObject([{ name: 'Carla' }]);
    expect((await list(id, { filter: { search: '8301-5034' } })).nodes).toMatchObject([{ name: 'Eva' }]);
    expect(await list(id, { filter: { search: '%' } })).toMatchObject({ totalCount: 0 });
  });

  test('lists are ordered and paged by cursor, forwards and backwards', async () => {
    const { id } = await fiveLeads();
    const orderBy = { field: 'NAME' };
    const first = await list(id, { filter: null, orderBy, first: 2 });
    expect(first.nodes.map((lead) => lead.name)).toEqual(['Ana', 'Bea']);
    const second = await list(id, { filter: null, orderBy, first: 2, after: first.pageInfo.endCursor });
    expect(second.nodes.map((lead) => lead.name)).toEqual(['Carla', 'Dora']);
    const back = await list(id, { filter: null, orderBy, last: 2, before: second.pageInfo.startCursor });
    expect(back.nodes.map((lead) => lead.name)).toEqual(['Ana', 'Bea']);
    const byNumber = await list(id, { filter: null, orderBy: { field: 'PHONE_NUMBER', direction: 'DESC' }, first: 1 });
    expect(byNumber).toMatchObject({ nodes: [{ name: 'Eva' }], pageInfo: { hasNextPage: true } });
    const inOrder = await list(id, { filter: null, first: 4 });
    const rest = await list(id, { filter: null, first: 4, after: inOrder.pageInfo.endCursor });
    expect(rest).toMatchObject({ nodes: [{ name: 'Eva' }], pageInfo: { hasNextPage: false, hasPreviousPage: true } });
  });

  test('a supervisor sees the summary but no leads: null with FORBIDDEN', async () => {
    const { id, leads } = await fiveLeads();
    const answer = await bench.supervisor.send<{ campaign: object }>(
      `query ($id: ID!) { campaign(id: $id) { summary { total } leads { totalCount } } }`,
      { id },
    );
    expect(answer.data).toEqual({ campaign: { summary: { total: 5 }, leads: null } });
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await bench.supervisor.refusal(GET, { id: leads[0]?.id })).extensions.code).toBe('FORBIDDEN');
  });

  test('leads of other groups do not exist', async () => {
    const { id, leads } = await fiveLeads();
    const lead = leads[0]?.id;
    expect((await bench.stranger.refusal(GET, { id: lead })).extensions.code).toBe('NOT_FOUND');
    for (const [mutation, input] of [
      [UPDATE, { id: lead, version: 1, name: 'stolen' }],
      [DELETE, { campaignId: id, filter: {} }],
      [RECYCLE, { campaignId: id, statuses: ['BUSY'] }],
    ] as const) {
      expect((await bench.stranger.refusal(mutation, { input })).extensions.code).toBe('NOT_FOUND');
      expect((await bench.supervisor.refusal(mutation, { input })).extensions.code).toBe('FORBIDDEN');
    }
    expect((await list(id, { filter: null })).nodes).toEqual(leads);
  });

  test('a lead is edited; its number is normalised as in an upload', async () => {
    const { leads } = await fiveLeads({ defaultCountry: 'BR' });
    const id = String(leads[0]?.id);
    const { updateLead } = await bench.admin.ask<{ updateLead: { lead: object } }>(UPDATE, {
      input: {
        id,
        version: 1,
        name: ' Dora Maar ',
        description: '',
        phoneNumber: '(41) 8301-5099'.replace(/[()]/g, ''),
      },
    });
    expect(updateLead.lead).toEqual({
      id,
      version: 2,
      name: 'Dora Maar',
      description: '',
      phoneNumber: '+554183015099',
    });
  });

  test('an edit with a bad number, a taken one, nulls, or an old version is refused and changes nothing', async () => {
    const { leads } = await fiveLeads();
    const [lead] = leads;
    const edit = (input: object) => code(UPDATE, { id: lead?.id, version: 1, ...input });
    expect(await edit({ phoneNumber: '+5512345' })).toEqual(['BAD_USER_INPUT', ['input.phoneNumber']]);
    expect(await edit({ phoneNumber: '+554183015031' })).toEqual(['CONFLICT', ['input.phoneNumber']]);
    expect(await edit({ name: null, phoneNumber: null })).toEqual([
      'BAD_USER_INPUT',
      ['input.name', 'input.phoneNumber'],
    ]);
    expect(await edit({ version: 7, name: 'late' })).toEqual(['CONFLICT', []]);
    expect(await code(UPDATE, { id: 'nonsense', version: 1 })).toEqual(['NOT_FOUND', []]);
    expect(await read(String(lead?.id))).toMatchObject({ name: 'Dora', phoneNumber: '+554183015030', version: 1 });
  });

  test('a text that is made to keep a pattern busy is refused at once, also without a session', async () => {
    const input = { id: 'x', version: 1, phoneNumber: `+${'1'.repeat(60)}x` };
    const start = performance.now();
    expect((await app.anonymous.refusal(UPDATE, { input })).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.phoneNumber' }],
    });
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('leads are deleted by id or by filter, and the counters follow', async () => {
    const { id, leads } = await fiveLeads();
    const nobody = '01990000-0000-7000-8000-000000000000';
    const chosen = { campaignId: id, leadIds: [leads[1]?.id, nobody, 'nonsense'] };
    expect(await bench.admin.ask(DELETE, { input: chosen })).toEqual({
      deleteLeads: { deletedCount: 1, campaign: { id, summary: { total: 4, notCalled: 1, busy: 1 } } },
    });
    expect((await bench.admin.refusal(GET, { id: leads[1]?.id })).extensions.code).toBe('NOT_FOUND');
    const done = { campaignId: id, filter: { pending: false } };
    expect(await bench.admin.ask(DELETE, { input: done })).toMatchObject({ deleteLeads: { deletedCount: 2 } });
    await expectTrueCounters(bench.pool, id);
    const all = { campaignId: id, filter: {} };
    expect(await bench.admin.ask(DELETE, { input: all })).toEqual({
      deleteLeads: { deletedCount: 2, campaign: { id, summary: { total: 0, notCalled: 0, busy: 0 } } },
    });
    await expectTrueCounters(bench.pool, id);
  });

  test('a deletion by ids and filter at once, by neither, or by too many ids is refused', async () => {
    const { id, leads } = await fiveLeads();
    const remove = (input: object) => code(DELETE, { campaignId: id, ...input });
    expect(await remove({})).toEqual(['BAD_USER_INPUT', ['input']]);
    expect(await remove({ leadIds: [leads[0]?.id], filter: {} })).toEqual(['BAD_USER_INPUT', ['input']]);
    expect(await remove({ leadIds: [] })).toEqual(['BAD_USER_INPUT', ['input.leadIds']]);
    expect(await remove({ leadIds: Array.from({ length: 501 }, () => leads[0]?.id) })).toEqual([
      'BAD_USER_INPUT',
      ['input.leadIds'],
    ]);
    expect((await list(id, { filter: null })).totalCount).toBe(5);
  });

  test('recycled leads are callable again with no attempts; do-not-call and suppressed ones never are', async () => {
    const { id, leads } = await fiveLeads();
    await bench.pool.query(`insert into suppressed_number values ('+554183015032', 'sip-607', now())`);
    const input = { campaignId: id, statuses: ['BUSY', 'SUCCESS'] };
    expect(await bench.admin.ask(RECYCLE, { input })).toMatchObject({
      recycleLeads: { recycledCount: 2, campaign: { summary: { total: 5, notCalled: 3, busy: 1 } } },
    });
    expect(await read(String(leads[3]?.id))).toMatchObject({ status: 'NOT_CALLED', attemptCount: 0 });
    await expectTrueCounters(bench.pool, id);
    expect(await code(RECYCLE, { campaignId: id, statuses: ['BUSY', 'DO_NOT_CALL'] })).toEqual([
      'BAD_USER_INPUT',
      ['input.statuses'],
    ]);
    expect(await code(RECYCLE, { campaignId: id, statuses: [] })).toEqual(['BAD_USER_INPUT', ['input.statuses']]);
    await bench.pool.query('delete from suppressed_number');
  });

  test('leads of a started campaign do not change', async () => {
    // Its window is tomorrow's, so that nothing is dialed meanwhile.
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const { id, leads } = await fiveLeads({ firstDay: tomorrow });
    await bench.admin.ask(START, { input: { id } });
    for (const [mutation, input] of [
      [UPDATE, { id: leads[0]?.id, version: 1, name: 'other' }],
      [DELETE, { campaignId: id, filter: {} }],
      [RECYCLE, { campaignId: id, statuses: ['BUSY'] }],
    ] as const) {
      expect(await code(mutation, input)).toEqual(['CAMPAIGN_NOT_STOPPED', []]);
    }
    expect((await list(id, { filter: null })).nodes).toEqual(leads);
    await bench.admin.ask(STOP, { input: { id } });
  });

  test('callability names every reason, and when the lead is next due as if the campaign were started', async () => {
    const { leads } = await fiveLeads();
    const callability = async (index: number) => (await read(String(leads[index]?.id))).callability;
    const soon = (at: string | null) => at !== null && Math.abs(Date.parse(at) - Date.now()) < 60_000;
    const fresh = await callability(0);
    expect(fresh).toMatchObject({ callable: false, reasons: ['CAMPAIGN_STOPPED'] });
    expect(soon(fresh.nextDueAt)).toBe(true);
    expect((await callability(1)).reasons).toEqual(['CAMPAIGN_STOPPED']);
    const waiting = await callability(2);
    expect(waiting.reasons).toEqual(['CAMPAIGN_STOPPED', 'RETRY_NOT_DUE']);
    expect(Date.parse(String(waiting.nextDueAt)) - Date.now()).toBeGreaterThan(3_000_000);
    expect(await callability(3)).toEqual({
      callable: false,
      reasons: ['CAMPAIGN_STOPPED', 'STATUS_NOT_RETRIED'],
      nextDueAt: null,
    });
    expect((await callability(4)).reasons).toEqual(['CAMPAIGN_STOPPED', 'DO_NOT_CALL']);
  });

  test('callability knows closed windows, calls of other campaigns, suppressed numbers and used-up attempts', async () => {
    const { id, leads } = await fiveLeads({ firstDay: '2031-01-06', lastDay: '2031-01-06', timeZone: 'UTC' });
    const callability = async (index: number) => (await read(String(leads[index]?.id))).callability;
    await storeAttempt(bench.pool, (await bench.create()).id, { phone_number: '+554183015030' });
    await bench.pool.query(`insert into suppressed_number values ('+554183015031', 'sip-607', now())`);
    await bench.pool.query(`update lead set place = 'DONE', due_at = null, attempt_count = 3 where id = $1`, [
      leads[2]?.id,
    ]);
    await bench.pool.query('update campaign_counters set pending = 2 where campaign_id = $1', [id]);
    expect(await callability(0)).toEqual({
      callable: false,
      reasons: ['CAMPAIGN_STOPPED', 'OUTSIDE_SCHEDULE', 'CALL_IN_PROGRESS'],
      nextDueAt: '2031-01-06T00:00:00.000Z',
    });
    expect(await callability(1)).toMatchObject({
      reasons: ['CAMPAIGN_STOPPED', 'OUTSIDE_SCHEDULE', 'NUMBER_SUPPRESSED'],
      nextDueAt: null,
    });
    expect(await callability(2)).toMatchObject({
      reasons: ['CAMPAIGN_STOPPED', 'OUTSIDE_SCHEDULE', 'NO_ATTEMPTS_LEFT'],
      nextDueAt: null,
    });
    await bench.pool.query('delete from suppressed_number');
  });

  test('a list is downloaded as CSV with its filter and order, and can be loaded again', async () => {
    const { id } = await fiveLeads();
    await bench.pool.query(`update lead set name = '=1+1', extra_fields = '{"City":"São"}' where name = 'Eva'`);
    const url = async (variables: object) => {
      const { campaign } = await bench.admin.ask<{ campaign: { leads: { csvUrl: string } } }>(
        `query ($id: ID!, $filter: LeadFilter = {pending: true}, $orderBy: LeadOrder! = {field: FILE_ORDER}) {
          campaign(id: $id) { leads(first: 1, filter: $filter, orderBy: $orderBy) { csvUrl } }
        }`,
        { id, ...variables },
      );
      return app.url + campaign.leads.csvUrl;
    };
    const get = async (address: string, client = bench.admin) => {
      const answer = await fetch(address, { headers: { authorization: `Bearer ${client.token ?? ''}` } });
      if (answer.ok) expect(answer.headers.get('cache-control')).toBe('no-store');
      return { status: answer.status, lines: (await answer.text()).trimEnd().split('\r\n') };
    };
    const names = (lines: string[]) => lines.slice(1).map((line) => line.split(',')[0]);
    expect(names((await get(await url({}))).lines)).toEqual(['Dora', 'Carla', 'Bea']);
    const all = { filter: null, orderBy: { field: 'NAME', direction: 'DESC' } };
    const { lines } = await get(await url(all));
    expect(lines[0]).toMatch(/^\ufeff?name,phone,description,City,outdial:status,/);
    expect(names(lines)).toEqual(['Dora', 'Carla', 'Bea', 'Ana', "'=1+1"]);
    expect(lines[5]).toContain(',São,');
    const again = await bench.create();
    await bench.load(again.id, lines.join('\n'));
    const loaded = await bench.pool.query<{ name: string; extra_fields: object }>(
      'select name, extra_fields from lead where campaign_id = $1 order by position',
      [again.id],
    );
    expect(loaded.rows.map(({ name }) => name)).toEqual(['Dora', 'Carla', 'Bea', 'Ana', '=1+1']);
    expect(loaded.rows[4]?.extra_fields).toEqual({ City: 'São' });
    expect((await get(await url({}), bench.stranger)).status).toBe(404);
    expect((await get(await url({}), bench.supervisor)).status).toBe(403);
    expect((await get((await url({})).replace('FILE_ORDER', 'SECRET'))).status).toBe(400);
  });

  test('a lead has its rows of the call log', async () => {
    const { id, leads } = await fiveLeads();
    const leadId = leads[0]?.id;
    const ended = { state: 'ENDED', ended_at: new Date(), lead_id: leadId };
    const { id: older } = await storeAttempt(bench.pool, id, { ...ended, result: 'BUSY', queued_at: new Date(1e12) });
    const { id: newer } = await storeAttempt(bench.pool, id, { ...ended, result: 'SUCCESS' });
    expect((await read(String(leadId)))['attempts']).toEqual({
      totalCount: 2,
      nodes: [
        { id: newer, result: 'SUCCESS' },
        { id: older, result: 'BUSY' },
      ],
    });
  });
});
