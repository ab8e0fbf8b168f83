import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { ending, EngineStores } from '../support/engine-stores.js';
import { phoneNumbers } from '../support/stored-campaign.js';

let stores: EngineStores;
beforeAll(async () => {
  stores = await EngineStores.open();
});
beforeEach(() => stores.newCampaign());
afterAll(() => stores.close());

test('what is written of an attempt without waiting is committed in its order', async () => {
  await stores.storeLeads(phoneNumbers(1, 575));
  const lead = await stores.claimOne();
  const { attemptId } = lead;
  const at = new Date('2026-03-02T12:00:00Z');
  const settled: string[] = [];
  const steps = (['DIALING', 'RINGING', 'ANSWERED'] as const).map(async (state) => {
    await stores.attempts.move({ attemptId, state, at });
    settled.push(state);
  });
  expect(await stores.attempts.close(ending(lead))).toBe(true);
  await Promise.all(steps);
  expect(settled).toEqual(['DIALING', 'RINGING', 'ANSWERED']);
  const { rows } = await stores.pool.query(
    'select state, dialed_at, ringing_at, answered_at from call_attempt where id = $1',
    [attemptId],
  );
  expect(rows).toEqual([{ state: 'ENDED', dialed_at: at, ringing_at: at, answered_at: at }]);
});

test('a write that the database refuses fails alone', async () => {
  await stores.storeLeads(phoneNumbers(2, 550));
  const good = await stores.claimOne();
  const bad = await stores.claimOne();
  const broken = stores.attempts.close(ending(bad, { sipStatus: 1e12 }));
  const fine = stores.attempts.close(ending(good));
  await expect(broken).rejects.toThrow();
  expect(await fine).toBe(true);
  expect(await stores.attempts.close(ending(bad))).toBe(true);
});

test('a transaction whose connection is cut is tried again, and the process goes on', async () => {
  await stores.storeLeads(phoneNumbers(1, 590));
  const lead = await stores.claimOne();
  const admin = new pg.Client(stores.url);
  await admin.connect();
  await admin.query('begin');
  await admin.query('lock table call_attempt in access exclusive mode');
  void stores.attempts.move({ attemptId: lead.attemptId, state: 'DIALING', at: new Date() });
  const closed = stores.attempts.close(ending(lead));
  let cut = 0;
  while (cut === 0) {
    const { rowCount } = await stores.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query like '%update call_attempt%'`,
    );
    cut = rowCount ?? 0;
  }
  await admin.query('rollback');
  await admin.end();
  expect(await closed).toBe(true);
});

test('writes wait while the database cuts the connections, and nothing is lost or done twice', async () => {
  await stores.storeLeads(phoneNumbers(30, 600));
  const claimed = await stores.claim(30);
  const admin = new pg.Client(stores.url);
  await admin.connect();
  const writes = claimed.map((lead) => stores.attempts.close(ending(lead)));
  await admin.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  const results = await Promise.all(writes);
  // A commit whose answer was lost is found done when it is tried again, and says so.
  expect(results).toHaveLength(30);
  // Over the connection that was left alone: the pool may hold one whose end it has not heard of.
  const { rows } = await admin.query('select * from campaign_counters where campaign_id = $1', [
    stores.campaign.campaignId,
  ]);
  await admin.end();
  expect(rows).toMatchObject([{ total: 30, busy: 30, not_called: 0, attempts_ended: 30 }]);
});
