import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { PostgresInstanceLease } from '../../src/engine/postgres/instance-lease.js';
import { EngineStores } from '../support/engine-stores.js';
import { phoneNumbers } from '../support/stored-campaign.js';

let stores: EngineStores;
beforeAll(async () => {
  stores = await EngineStores.open();
});
beforeEach(() => stores.newCampaign());
afterAll(() => stores.close());

test('one instance holds the lease, and the next finds what the last one left open', async () => {
  await stores.storeLeads(phoneNumbers(1, 800));
  const first = await new PostgresInstanceLease(stores.url).tryAcquire();
  expect(await new PostgresInstanceLease(stores.url).tryAcquire()).toBeUndefined();
  stores.epoch = first?.epoch ?? 0;
  const lead = await stores.claimOne();
  await first?.release();
  const second = await acquireSoon();
  const abandoned = await stores.attempts.findAbandoned(second.epoch, new Date(), new Set());
  expect(abandoned.map((attempt) => attempt.attemptId)).toContain(lead.attemptId);
  await second.release();
});

test('a lease is told to be lost when the server cuts its connection, and the process goes on', async () => {
  const tenure = await acquireSoon();
  const ended = new Promise((resolve) => setTimeout(resolve, 200));
  await stores.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'outdial lease'`,
  );
  await tenure.lost;
  // The server's word is one error, the end of the connection another.
  await ended;
  await tenure.release();
});

/** PostgreSQL gives the lock back when it notices that the connection has ended, which is not at once. */
async function acquireSoon() {
  for (;;) {
    const tenure = await new PostgresInstanceLease(stores.url).tryAcquire();
    if (tenure) return tenure;
  }
}
