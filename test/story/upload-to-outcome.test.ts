import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { GraphQLSocket, type Watch } from '../support/graphql-socket.js';
import { Product } from '../support/product.js';
import { hasSipp, type Sipp, startSipp } from '../support/sipp.js';
import { prepareStory, SCRIPT, startCampaign, storyCsv, type Story, uploadStory } from '../support/story.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** CI dials 10,000 leads; a tenth of them shows the same in half a minute. Whole hundreds, as the far end's script is. */
const LEADS = Number(process.env['STORY_LEADS'] ?? 1000);
const CALLS_PER_SECOND = 50;
const CHANNELS = 100;
const PATIENCE_MS = (LEADS / CALLS_PER_SECOND) * 4000 + 120_000;

interface Counters {
  campaignCounters: {
    leads: Record<'total' | 'notCalled' | 'success' | 'failed' | 'busy' | 'declined', number>;
    inFlight: { total: number };
    attempts: number;
    answered: number;
    transferred: number;
    abandoned: number;
    customerHungUp: number;
  };
}

const WATCH = `subscription ($id: ID!) {
  campaignCounters(campaignId: $id) {
    leads { total notCalled success failed busy declined amd serviceTemporarilyUnavailable doNotCall unknown }
    inFlight { total } attempts answered transferred abandoned customerHungUp machines
  }
}`;

const runOrSkip = hasSipp || process.env['CI'] === 'true' ? describe : describe.skip;
if (!hasSipp) console.warn('sipp (Debian package sip-tester) is not installed: the story tests are left out.');

runOrSkip(`a file of ${LEADS} leads`, () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let farEnd: Sipp;
  let product: Product;
  let story: Story;
  let socket: GraphQLSocket;
  let watch: Watch<Counters>;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 2 });
    farEnd = await startSipp('story', LEADS, { timeoutSeconds: PATIENCE_MS / 1000 });
    product = await Product.start({
      DATABASE_URL: database.url,
      MAX_CALLS_PER_SECOND: String(CALLS_PER_SECOND),
      MAX_PARALLEL_CALLS: String(CHANNELS),
    });
    story = await prepareStory(product, { sipPort: farEnd.port, channels: CHANNELS, holdSeconds: 1 });
  });

  afterAll(async () => {
    await socket.close();
    await product.end();
    farEnd.stop();
    await pool.end();
    await database.drop();
  });

  test(
    'is dialed to its end, and everything that tells of it agrees',
    async () => {
      const client = await product.login(story.administrator.username, story.administrator.password);
      socket = await GraphQLSocket.connect(product.url, client.token);
      watch = socket.subscribe<Counters>(WATCH, { id: story.campaignId });

      expect(await uploadStory(client, story.campaignId, storyCsv(LEADS))).toBe(LEADS);
      await startCampaign(client, story.campaignId);
      const { campaignCounters: last } = await watch.waitFor(
        ({ campaignCounters: { leads, inFlight } }) =>
          leads.total === LEADS && leads.notCalled === 0 && inFlight.total === 0,
        PATIENCE_MS,
      );

      // What the far end's script plays, lead by lead, is what is counted by status.
      const share = (perHundred: number): number => (LEADS / 100) * perHundred;
      expect(last).toEqual({
        leads: {
          total: LEADS,
          notCalled: 0,
          success: share(SCRIPT.transferred),
          failed: share(SCRIPT.unknownNumber + SCRIPT.refusesTransfer + SCRIPT.hangsUpAtOnce),
          busy: share(SCRIPT.busy),
          declined: share(SCRIPT.declined),
          amd: 0,
          serviceTemporarilyUnavailable: share(SCRIPT.serviceUnavailable),
          doNotCall: 0,
          unknown: 0,
        },
        inFlight: { total: 0 },
        attempts: LEADS,
        answered: share(SCRIPT.transferred + SCRIPT.refusesTransfer + SCRIPT.hangsUpAtOnce),
        transferred: share(SCRIPT.transferred),
        abandoned: share(SCRIPT.refusesTransfer),
        customerHungUp: share(SCRIPT.hangsUpAtOnce),
        machines: 0,
      });
      const { code, errors } = await farEnd.done;
      expect({ code, errors }).toEqual({ code: 0, errors: '' });

      // The counters are kept; counted afresh, the rows say the same.
      const { rows: byStatus } = await pool.query<{ status: string; leads: number }>(
        'select status, count(*)::int as leads from lead group by status order by status',
      );
      expect(byStatus).toEqual([
        { status: 'BUSY', leads: share(SCRIPT.busy) },
        { status: 'DECLINED', leads: share(SCRIPT.declined) },
        { status: 'FAILED', leads: share(SCRIPT.unknownNumber + SCRIPT.refusesTransfer + SCRIPT.hangsUpAtOnce) },
        { status: 'SERVICE_TEMPORARILY_UNAVAILABLE', leads: share(SCRIPT.serviceUnavailable) },
        { status: 'SUCCESS', leads: share(SCRIPT.transferred) },
      ]);
      const { rows: attempts } = await pool.query(
        `select count(*)::int as attempts, count(distinct lead_id)::int as leads,
              count(*) filter (where state <> 'ENDED')::int as open
       from call_attempt`,
      );
      expect(attempts).toEqual([{ attempts: LEADS, leads: LEADS, open: 0 }]);
      const { rows: doubled } = await pool.query(
        `select a.lead_id from call_attempt a join call_attempt b
         on b.lead_id = a.lead_id and b.id <> a.id and b.queued_at < a.ended_at and a.queued_at < b.ended_at`,
      );
      expect(doubled).toEqual([]);
    },
    PATIENCE_MS,
  );
});
