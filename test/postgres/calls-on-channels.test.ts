import { expect, test } from '@jest/globals';
import pg from 'pg';
import { PostgresAttemptStore } from '../../src/engine/postgres/attempt-store.js';
import { storeAttempt } from '../support/campaigns.js';
import { FakeClock } from '../support/fake-clock.js';
import { SilentLog } from '../support/silent-log.js';
import { storeCampaign } from '../support/stored-campaign.js';
import { createTestDatabase } from '../support/test-database.js';

test('calls are on a counted channel for its hold time from the hand-over on, if it was by REFER', async () => {
  const database = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  const clock = new FakeClock(new Date('2026-03-02T09:00:00Z'));
  const ago = (seconds: number): Date => new Date(clock.now().getTime() - 1000 * seconds);
  const { campaignId, queueId } = await storeCampaign(pool);
  const configure = (transferMode: string, source: object) =>
    pool.query('update queue set transfer_mode = $1, agent_source = $2', [transferMode, source]);
  const store = (handedOverAt: Date | null) =>
    storeAttempt(pool, campaignId, {
      ...{ state: 'ENDED', result: 'SUCCESS', queued_at: ago(300), ended_at: ago(10), transferred_at: handedOverAt },
    });
  const [{ id }] = await Promise.all([store(ago(59)), store(ago(61)), store(null)]);
  const attempts = new PostgresAttemptStore(pool, clock, new SilentLog());

  await configure('REFER', { kind: 'FIXED', channels: 5, holdSeconds: 60 });
  expect(await attempts.findOnChannels(clock.now())).toEqual([{ attemptId: id, queueId, handedOverAt: ago(59) }]);
  await configure('REINVITE', { kind: 'FIXED', channels: 5, holdSeconds: 60 });
  expect(await attempts.findOnChannels(clock.now())).toEqual([]);
  await configure('REFER', { kind: 'PUSH', reporterId: queueId });
  expect(await attempts.findOnChannels(clock.now())).toEqual([]);

  attempts.stop();
  await pool.end();
  await database.drop();
});
