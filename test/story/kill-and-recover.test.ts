import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { Product } from '../support/product.js';
import { hasSipp, type Sipp, startSipp } from '../support/sipp.js';
import { prepareStory, startCampaign, storyCsv, type Story, uploadStory } from '../support/story.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const LEADS = 1000;
const KILLS = 3;
const RETRY_MINUTES = 60;
const PATIENCE_MS = 240_000;

const runOrSkip = hasSipp || process.env['CI'] === 'true' ? describe : describe.skip;

runOrSkip('killed with SIGKILL in the middle of a campaign, and started again', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let farEnd: Sipp;
  let environment: Record<string, string>;
  let product: Product;
  let story: Story;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 2 });
    farEnd = await startSipp('story', LEADS * 2, { timeoutSeconds: PATIENCE_MS / 1000, traceMessages: true });
    environment = { DATABASE_URL: database.url, MAX_CALLS_PER_SECOND: '50', MAX_PARALLEL_CALLS: '100' };
    product = await Product.start(environment);
    story = await prepareStory(product, {
      sipPort: farEnd.port,
      channels: 100,
      holdSeconds: 1,
      retryMinutes: RETRY_MINUTES,
      maxAttempts: 2,
    });
  });

  afterAll(async () => {
    await product.end();
    farEnd.stop();
    await pool.end();
    await database.drop();
  });

  const count = async (sql: string): Promise<number> => {
    const { rows } = await pool.query<{ count: number }>(sql);
    return rows[0]?.count ?? 0;
  };
  const calledLeads = () => count(`select count(distinct lead_id)::int as count from call_attempt`);

  /** Looks again and again: the product that would tell is the one that is killed. */
  async function until(isReached: () => Promise<boolean>): Promise<void> {
    while (!(await isReached())) await setTimeout(10);
  }

  test(
    'it loses no lead, calls nobody twice within the retry time, and its counts add up',
    async () => {
      const client = await product.login(story.administrator.username, story.administrator.password);
      await uploadStory(client, story.campaignId, storyCsv(LEADS));
      await startCampaign(client, story.campaignId);

      const killedAt: number[] = [];
      for (let kill = 1; kill <= KILLS; kill++) {
        const at = Math.floor((LEADS / (KILLS + 1)) * (kill - 0.5 + Math.random()));
        await until(async () => (await calledLeads()) >= at);
        await product.kill();
        killedAt.push(await calledLeads());
        product = await Product.start(environment);
      }
      await until(
        async () =>
          (await count(
            `select count(*)::int as count from lead where place in ('NEW', 'IN_CALL') or campaign_id is null`,
          )) === 0,
      );

      // No lead is lost: each was called, or waits for its retry after an attempt that the kill ended.
      expect(await calledLeads()).toBe(LEADS);
      const interrupted = await count(
        `select count(*)::int as count from call_attempt where reason = 'engine-restarted' and counts_as_attempt`,
      );
      expect(await count(`select count(*)::int as count from lead where place = 'RETRY' and status = 'UNKNOWN'`)).toBe(
        interrupted,
      );
      // Nobody is called again within the retry time: neither do the rows say so, nor what arrived at the far end.
      expect(
        await count(
          `select count(*)::int as count from call_attempt a join call_attempt b on b.lead_id = a.lead_id and b.id > a.id
           where a.dialed_at is not null and b.dialed_at < a.ended_at + interval '${RETRY_MINUTES} minutes'`,
        ),
      ).toBe(0);
      const invites = farEnd.invites();
      expect(invites.size).toBeGreaterThanOrEqual(LEADS - interrupted);
      const calledTwice = [...invites].filter(([, callIds]) => callIds.size > 1);
      expect(calledTwice).toEqual([]);
      // No attempt is left open, and the counters are what the rows add up to.
      expect(await count(`select count(*)::int as count from call_attempt where ended_at is null`)).toBe(0);
      expect(
        await count(
          `select count(*)::int as count from campaign_counters c where
             c.total = ${LEADS}
             and c.busy = (select count(*) from lead where status = 'BUSY')
             and c.success = (select count(*) from lead where status = 'SUCCESS')
             and c.failed = (select count(*) from lead where status = 'FAILED')
             and c.unknown = (select count(*) from lead where status = 'UNKNOWN')
             and c.declined = (select count(*) from lead where status = 'DECLINED')
             and c.service_temporarily_unavailable =
               (select count(*) from lead where status = 'SERVICE_TEMPORARILY_UNAVAILABLE')
             and c.not_called = 0 and c.amd = 0 and c.do_not_call = 0 and c.machines = 0
             and c.pending = (select count(*) from lead where place <> 'DONE')
             and c.attempts_ended = (select count(*) from call_attempt)
             and c.answered = (select count(answered_at) from call_attempt)
             and c.transferred = (select count(transferred_at) from call_attempt)
             and c.abandoned = (select count(*) from call_attempt where reason = 'transfer-failed')
             and c.customer_hung_up = (select count(*) from call_attempt where reason = 'customer-hung-up')`,
        ),
      ).toBe(1);
      // The kills did hit calls, or the test shows nothing.
      expect({ killedAt, interrupted: interrupted > 0 }).toMatchObject({ interrupted: true });
    },
    PATIENCE_MS,
  );
});
