import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { hasKamailio, Kamailio } from '../support/kamailio.js';
import { ScriptedPhone } from '../support/scripted-phone.js';
import { prepareStory, startCampaign, storyCsv, uploadStory } from '../support/story.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const LEADS = 1_200;
const PORTS = Array.from({ length: 300 }, (_, at) => String(6_000 + at));
const PATIENCE_MS = 180_000;
const STATUS = `{ engineStatus {
  idleReason ports { total free busy outOfService } faults { subject name message }
} }`;

interface Status {
  readonly idleReason: string | null;
  readonly ports: {
    readonly total: number;
    readonly free: number;
    readonly busy: number;
    readonly outOfService: number;
  };
  readonly faults: readonly { readonly subject: string; readonly name: string; readonly message: string }[];
}

const inCi = process.env['CI'] === 'true';
if (!hasKamailio && !inCi) process.stderr.write('SKIPPED: the story with Kamailio, which is not installed\n');
const runOrSkip = hasKamailio || inCi ? describe : describe.skip;

runOrSkip('a campaign through 300 ports registered at Kamailio, which dies and comes back', () => {
  let app: TestApp;
  let pool: pg.Pool;
  let farEnd: ScriptedPhone;
  let kamailio: Kamailio;

  beforeAll(async () => {
    farEnd = await ScriptedPhone.open();
    farEnd.on.set('INVITE', (invite) => farEnd.reply(invite, 486));
    kamailio = await Kamailio.start(farEnd.port);
    app = await startTestApp({ MAX_CALLS_PER_SECOND: '100', MAX_PARALLEL_CALLS: '300' });
    pool = new pg.Pool({ connectionString: app.databaseUrl, max: 2 });
  });

  afterAll(async () => {
    await pool.end();
    await app.close();
    await kamailio.stop();
    await farEnd.close();
  });

  const count = async (table: string, where: string): Promise<number> => {
    const { rows } = await pool.query<{ count: number }>(`select count(*)::int as count from ${table} where ${where}`);
    return rows[0]?.count ?? 0;
  };
  const status = async (): Promise<Status> => (await app.master.ask<{ engineStatus: Status }>(STATUS)).engineStatus;
  async function until(isReached: () => Promise<boolean>): Promise<void> {
    while (!(await isReached())) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  test(
    'uses up no attempt by the outage, and goes on by itself',
    async () => {
      const story = await prepareStory(app, {
        sipPort: kamailio.port,
        channels: PORTS.length,
        ports: PORTS,
        holdSeconds: 1,
        retryStatuses: ['SERVICE_TEMPORARILY_UNAVAILABLE'],
      });
      await until(async () => (await status()).ports.free === PORTS.length);
      const client = await app.login(story.administrator.username, story.administrator.password);
      await uploadStory(client, story.campaignId, storyCsv(LEADS));
      await startCampaign(client, story.campaignId);
      await until(async () => (await count('lead', "status = 'BUSY'")) >= PORTS.length);
      const callers = farEnd.log.map((invite) => /sip:(\d+)@/.exec(invite.header('From'))?.[1] ?? '');
      expect([...new Set(callers)].sort()).toEqual(PORTS);

      await kamailio.die();
      await until(async () => (await status()).idleReason === 'TRUNK_DOWN');
      const out = await status();
      expect(out.ports).toMatchObject({ total: PORTS.length, free: 0 });
      expect(out.faults.find(({ subject }) => subject === 'TRUNK')).toMatchObject({
        name: 'far end',
        message: expect.stringMatching(/^300 of 300 ports are not registered/),
      });
      expect(new Set(out.faults.map(({ subject }) => subject))).toEqual(new Set(['TRUNK', 'DIALER_PORT']));

      await kamailio.comeBack();
      await until(async () => (await count('lead', "place in ('NEW', 'IN_CALL')")) === 0);
      await until(async () => (await status()).ports.free === PORTS.length);
      await until(async () => (await status()).faults.length === 0);

      const hit = await count('call_attempt', "result = 'SERVICE_TEMPORARILY_UNAVAILABLE'");
      expect(hit).toBeGreaterThan(0);
      expect(await count('call_attempt', "counts_as_attempt and result <> 'BUSY'")).toBe(0);
      // Whom the outage hit waits for another try with no attempt used; everybody else was reached, once.
      expect(await count('lead', "place = 'RETRY' and attempt_count = 0")).toBe(hit);
      expect(await count('lead', "status = 'BUSY' and attempt_count = 1")).toBe(LEADS - hit);
      const invites = farEnd.log.filter(({ method }) => method === 'INVITE');
      const reached = new Set(invites.map((invite) => invite.header('Call-ID'))).size;
      expect(new Set(invites.map((invite) => invite.header('To'))).size).toBe(reached);
      // What the far end said to a few of them died with Kamailio.
      expect(reached).toBeGreaterThanOrEqual(LEADS - hit);
    },
    PATIENCE_MS,
  );
});
