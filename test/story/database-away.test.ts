import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type App, startApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import { createLogger } from '../../src/logger.js';
import { GraphQLClient } from '../support/graphql-client.js';
import { Product } from '../support/product.js';
import { ScriptedPhone } from '../support/scripted-phone.js';
import { StoppablePostgres } from '../support/stoppable-postgres.js';
import { prepareStory, startCampaign, storyCsv, uploadStory } from '../support/story.js';
import { MASTER_PASSWORD } from '../support/test-app.js';

const PATIENCE_MS = 120_000;

describe('PostgreSQL that is shut down under calls', () => {
  let postgres: StoppablePostgres;
  let phone: ScriptedPhone;
  const closing: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    postgres = await StoppablePostgres.start();
    phone = await ScriptedPhone.open();
  }, PATIENCE_MS);

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await postgres.close();
    await phone.close();
  }, PATIENCE_MS);

  const dial = async (server: Pick<Product, 'login'>): Promise<void> => {
    const options = { sipPort: phone.port, channels: 2, holdSeconds: 1, retryStatuses: ['UNKNOWN'] };
    const story = await prepareStory(server, options);
    const client = await server.login(story.administrator.username, story.administrator.password);
    await uploadStory(client, story.campaignId, storyCsv(4));
    await startCampaign(client, story.campaignId);
  };
  const attempts = async (): Promise<readonly { state: string; result: string | null; reason: string | null }[]> => {
    const client = new pg.Client(postgres.url);
    await client.connect();
    const { rows } = await client.query<{ state: string; result: string | null; reason: string | null }>(
      'select state, result, reason, ended_at as "endedAt" from call_attempt order by queued_at, phone_number',
    );
    await client.end();
    return rows;
  };
  async function until(isReached: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isReached())) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const calls = (): number => new Set(phone.log.filter(({ method }) => method === 'INVITE').map(callIdOf)).size;
  const callIdOf = (message: { header(name: string): string }): string => message.header('Call-ID');

  test(
    'is dialed without no more; calls in flight finish, and their results are written when it is back',
    async () => {
      const config = loadConfig({
        ...{ HTTP_PORT: '0', MASTER_PASSWORD, DEMO: 'off', LOG_LEVEL: 'silent', TIME_ZONE: 'UTC' },
        DATABASE_POOL_SIZE: '8',
      });
      const app: App = await startApp({ config, log: createLogger('silent'), databaseUrl: postgres.url });
      closing.push(() => app.close());
      await dial({ login: (name, password) => new GraphQLClient(app.url).login(name, password) });

      const answered = await phone.next('INVITE');
      const ringing = await phone.next('INVITE');
      phone.reply(ringing, 180);
      phone.reply(answered, 200, { sdp: true, headers: ['Allow: INVITE, ACK, BYE, CANCEL, REFER, NOTIFY'] });
      phone.reply(await phone.next('REFER'), 202);
      await until(async () => {
        const states = (await attempts()).map(({ state }) => state);
        return states.includes('TRANSFERRING') && states.includes('RINGING');
      });

      await postgres.goAway();
      phone.notify(answered, 'SIP/2.0 200 OK');
      await phone.next('BYE');
      phone.reply(ringing, 486);
      await until(() => app.services.installation.engine().idleReason === 'DATABASE_DOWN');
      // Both channels are free again after a second; the engine looks for the database once a second meanwhile.
      const asked = postgres.refused;
      await until(() => postgres.refused >= asked + 6);
      expect(app.services.installation.engine()).toMatchObject({ idleReason: 'DATABASE_DOWN', callsInFlight: 0 });
      expect(app.services.installation.faults()).toMatchObject([
        { subject: 'DATABASE', name: null, reason: 'database-down' },
      ]);
      expect(calls()).toBe(2);

      phone.on.set('INVITE', (invite) => phone.reply(invite, 486));
      const backAt = new Date();
      await postgres.comeBack();
      await until(async () => {
        const rows = await attempts();
        return rows.length === 4 && rows.every(({ state }) => state === 'ENDED');
      });
      const results = (await attempts()).map(({ result }) => result);
      expect([...results].sort()).toEqual(['BUSY', 'BUSY', 'BUSY', 'SUCCESS']);
      // With the times at which the calls ended, not those at which that could be written.
      const early = (await attempts()).filter((attempt) => 'endedAt' in attempt && (attempt.endedAt as Date) < backAt);
      expect(early.map(({ result }) => result).sort()).toEqual(['BUSY', 'SUCCESS']);
      expect(calls()).toBe(4);
      await until(() => app.services.installation.engine().idleReason !== 'DATABASE_DOWN');
      expect(app.services.installation.faults()).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'is not waited for without end at SIGTERM: the exit code says that calls are left to the next start',
    async () => {
      const environment = { DATABASE_URL: postgres.url, LOG_LEVEL: 'silent', TIME_ZONE: 'UTC' };
      const product = await Product.start(environment);
      closing.push(() => product.kill());
      await dial(product);
      const ringing = [await phone.next('INVITE'), await phone.next('INVITE')];
      for (const invite of ringing) phone.reply(invite, 180);
      await until(async () => (await attempts()).filter(({ state }) => state === 'RINGING').length === 2);

      await postgres.goAway();
      phone.on.set('CANCEL', (cancel) => {
        phone.reply(cancel, 200);
        const invite = ringing.find((call) => callIdOf(call) === callIdOf(cancel));
        if (invite) phone.reply(invite, 487);
      });
      expect(await product.end()).toBe(75);
      closing.pop();

      await postgres.comeBack();
      phone.on.set('INVITE', (invite) => phone.reply(invite, 486));
      const next = await Product.start(environment);
      closing.push(() => next.end());
      await until(async () => (await attempts()).filter(({ state }) => state === 'ENDED').length === 4);
      expect((await attempts()).map(({ reason }) => reason).sort()).toEqual([
        ...['busy', 'busy', 'engine-restarted', 'engine-restarted'],
      ]);
    },
    PATIENCE_MS,
  );
});
