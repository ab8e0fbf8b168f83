import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ending, EngineStores } from '../support/engine-stores.js';
import { phoneNumbers, storeCampaign } from '../support/stored-campaign.js';

let stores: EngineStores;
beforeAll(async () => {
  stores = await EngineStores.open();
});
beforeEach(() => stores.newCampaign());
afterAll(() => stores.close());

test('leads are claimed in file order, each with an open attempt', async () => {
  const numbers = phoneNumbers(5, 100);
  await stores.storeLeads(numbers);
  const first = await stores.claim(3);
  expect(first.map((lead) => lead.phoneNumber)).toEqual(numbers.slice(0, 3));
  const rest = await stores.claim(3);
  expect(rest.map((lead) => lead.phoneNumber)).toEqual(numbers.slice(3));
  expect(await stores.claim(3)).toEqual([]);
  const { rows } = await stores.pool.query<{ state: string }>(
    'select state from call_attempt where campaign_id = $1 and ended_at is null',
    [stores.campaign.campaignId],
  );
  expect(rows).toHaveLength(5);
});

test('retries that are due go before new leads, the earliest first, and early ones wait', async () => {
  const numbers = phoneNumbers(4, 200);
  await stores.storeLeads(numbers);
  const one = await stores.claimOne();
  const two = await stores.claimOne();
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  await stores.attempts.close(ending(one, { at: minutesAgo(70) }));
  await stores.attempts.close(ending(two, { at: minutesAgo(90) }));
  const order = (await stores.claim(3)).map((lead) => lead.phoneNumber);
  expect(order).toEqual([numbers[1], numbers[0], numbers[2]]);
  expect(await stores.leads.nextDueAt(stores.campaign.campaignId)).toEqual(new Date(0));
});

test('a number that is in a call of one campaign is not claimed by another', async () => {
  const [shared = '', other = ''] = phoneNumbers(2, 300);
  await stores.storeLeads([shared]);
  const second = await storeCampaign(stores.pool);
  await stores.storeLeads([shared, other], second);
  await stores.claim(1);
  expect((await stores.claim(5, new Date(), second)).map((lead) => lead.phoneNumber)).toEqual([other]);
});

test('the database refuses a second open attempt for a lead or a number', async () => {
  await stores.storeLeads(phoneNumbers(1, 350));
  const lead = await stores.claimOne();
  const copy = stores.pool.query(
    `insert into call_attempt (id, campaign_id, campaign_name, schedule_id, lead_id, lead_name, lead_status_before,
       phone_number, state, epoch, claim_expires_at, queued_at)
     select gen_random_uuid(), campaign_id, campaign_name, schedule_id, gen_random_uuid(), lead_name,
       lead_status_before, phone_number, state, epoch, claim_expires_at, queued_at
     from call_attempt where id = $1`,
    [lead.attemptId],
  );
  await expect(copy).rejects.toMatchObject({ constraint: 'call_attempt_open_number_key' });
});

test('a number that asked never to be called again is not claimed, in any campaign, and is not left over', async () => {
  const [unwanted = '', next = ''] = phoneNumbers(2, 400);
  await stores.storeLeads([unwanted]);
  const lead = await stores.claimOne();
  await stores.attempts.close(ending(lead, { status: 'DECLINED', reason: 'unwanted', suppressNumber: true }));
  const second = await storeCampaign(stores.pool);
  await stores.storeLeads([unwanted, next], second);
  const claimed = await stores.claim(2, new Date(), second);
  expect(claimed.map((one) => one.phoneNumber)).toEqual([next]);
  expect(await stores.counters(second)).toMatchObject({ total: 2, not_called: 2, pending: 1 });
});

test('many leads in front that may not be called hold up nobody behind them', async () => {
  const numbers = phoneNumbers(41, 5000);
  await stores.storeLeads(numbers);
  await stores.pool.query(
    `insert into suppressed_number (phone_number, reason, suppressed_at) select unnest($1::text[]), 'unwanted', now()`,
    [numbers.slice(0, 40)],
  );
  expect((await stores.claim(1)).map((one) => one.phoneNumber)).toEqual(numbers.slice(40));
  expect(await stores.counters()).toMatchObject({ total: 41, pending: 1 });
});

test('a number has at most 20 uncounted tries in 24 hours', async () => {
  await stores.storeLeads(phoneNumbers(1, 450));
  const start = new Date(Date.now() - 23 * 3_600_000);
  const at = (turn: number) => new Date(start.getTime() + turn * 65 * 60_000);
  for (let turn = 0; turn < 20; turn++) {
    const [lead] = await stores.claim(1, at(turn));
    if (!lead) throw new Error(`nothing claimed in turn ${turn}`);
    await stores.attempts.move({ attemptId: lead.attemptId, state: 'DIALING', at: at(turn) });
    const fault = {
      status: 'SERVICE_TEMPORARILY_UNAVAILABLE',
      reason: 'trunk-fault',
      countsAsAttempt: false,
    } as const;
    await stores.attempts.close(ending(lead, { ...fault, at: at(turn) }));
  }
  expect(await stores.claim(1, at(20))).toEqual([]);
  expect(await stores.leads.nextDueAt(stores.campaign.campaignId)).toEqual(new Date(start.getTime() + 24 * 3_600_000));
});

test('an attempt whose INVITE was kept back after all is no try, and has no time of dialing', async () => {
  await stores.storeLeads(phoneNumbers(1, 460));
  const at = new Date();
  for (let turn = 0; turn < 20; turn++) {
    const [lead] = await stores.claim(1, at);
    if (!lead) throw new Error(`nothing claimed in turn ${turn}`);
    await stores.attempts.move({ attemptId: lead.attemptId, state: 'DIALING', at });
    const back = { status: 'NOT_CALLED', reason: 'no-agents', givenBack: true, countsAsAttempt: false } as const;
    await stores.attempts.close({ ...ending(lead, { ...back, at }), neverDialed: true });
  }
  expect(await stores.claim(1, at)).toHaveLength(1);
  const { rows } = await stores.pool.query('select distinct dialed_at from call_attempt where campaign_id = $1', [
    stores.campaign.campaignId,
  ]);
  expect(rows).toEqual([{ dialed_at: null }]);
});

test('a stopped campaign and an old epoch claim nothing', async () => {
  await stores.storeLeads(phoneNumbers(1, 700));
  await expect(
    stores.leads.claim({
      ...stores.campaign,
      limit: 1,
      now: new Date(),
      epoch: stores.epoch - 1,
      expiresAt: new Date(),
    }),
  ).rejects.toThrow('lease');
  await stores.pool.query(`update campaign set state = 'STOPPED' where id = $1`, [stores.campaign.campaignId]);
  expect(await stores.claim(1)).toEqual([]);
});

test('two campaigns that claim the same numbers at the same moment get each number once', async () => {
  const numbers = phoneNumbers(400, 1000);
  const second = await storeCampaign(stores.pool);
  await stores.storeLeads(numbers);
  await stores.storeLeads([...numbers].reverse(), second);
  const claimed: string[] = [];
  for (let turn = 0; turn < 40; turn++) {
    const both = await Promise.all([stores.claim(8), stores.claim(8, new Date(), second)]);
    claimed.push(...both.flat().map(({ phoneNumber }) => phoneNumber));
  }
  expect(new Set(claimed).size).toBe(claimed.length);
  const { rows } = await stores.pool.query<{ stuck: number }>(
    `select count(*)::int as stuck from lead l where l.place = 'IN_CALL' and l.campaign_id = any ($1)
       and not exists (select from call_attempt a where a.lead_id = l.id and a.ended_at is null)`,
    [[stores.campaign.campaignId, second.campaignId]],
  );
  expect(rows[0]?.stuck).toBe(0);
});
