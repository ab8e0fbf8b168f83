import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ending, EngineStores } from '../support/engine-stores.js';
import { phoneNumbers } from '../support/stored-campaign.js';

let stores: EngineStores;
beforeAll(async () => {
  stores = await EngineStores.open();
});
beforeEach(() => stores.newCampaign());
afterAll(() => stores.close());

test('started campaigns come with their caps, and the windows that are not over', async () => {
  await stores.pool.query('update campaign set max_parallel_calls = 7, max_calls_per_second = 0.5 where id = $1', [
    stores.campaign.campaignId,
  ]);
  const [found] = (await stores.campaigns.loadStarted(new Date())).filter(
    (one) => one.id === stores.campaign.campaignId,
  );
  expect(found).toMatchObject({
    pilotNumber: '9000',
    transferTimeoutMs: 60_000,
    maxParallelCalls: 7,
    maxCallsPerSecond: 0.5,
    windows: [{ scheduleId: stores.campaign.scheduleId, ran: false }],
  });
  expect(found?.windows[0]?.startsAt).toBeInstanceOf(Date);
});

test('a campaign stops for want of leads only when none is left, not even in a call', async () => {
  await stores.storeLeads(phoneNumbers(1, 750));
  const lead = await stores.claimOne();
  expect(await stores.campaigns.stop(stores.campaign.campaignId, 'NO_LEADS_LEFT', new Date())).toBe(false);
  await stores.attempts.close(ending(lead, { status: 'SUCCESS', reason: 'transferred' }));
  expect(await stores.campaigns.stop(stores.campaign.campaignId, 'NO_LEADS_LEFT', new Date())).toBe(true);
  expect(await stores.campaigns.stop(stores.campaign.campaignId, 'NO_LEADS_LEFT', new Date())).toBe(false);
});
