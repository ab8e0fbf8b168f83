import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { ScriptedPhone } from '../support/scripted-phone.js';
import { prepareStory, startCampaign, storyCsv, uploadStory } from '../support/story.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const PATIENCE_MS = 60_000;
const STATUS = `{ engineStatus { idleReason faults { subject name message } } }`;

interface Status {
  readonly idleReason: string | null;
  readonly faults: readonly { readonly subject: string; readonly name: string; readonly message: string }[];
}

describe('a trunk that refuses every call for a while', () => {
  let app: TestApp;
  let pool: pg.Pool;
  let carrier: ScriptedPhone;

  beforeAll(async () => {
    carrier = await ScriptedPhone.open();
    app = await startTestApp();
    pool = new pg.Pool({ connectionString: app.databaseUrl, max: 1 });
  });

  afterAll(async () => {
    await pool.end();
    await app.close();
    await carrier.close();
  });

  const count = async (where: string): Promise<number> => {
    const { rows } = await pool.query<{ count: number }>(
      `select count(*)::int as count from call_attempt where ${where}`,
    );
    return rows[0]?.count ?? 0;
  };
  const status = async (): Promise<Status> => (await app.master.ask<{ engineStatus: Status }>(STATUS)).engineStatus;
  async function until(isReached: () => Promise<boolean>): Promise<void> {
    while (!(await isReached())) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  test(
    'uses up no attempt, is taken out visibly after five, and is used again when it answers',
    async () => {
      carrier.on.set('OPTIONS', () => undefined);
      carrier.on.set('INVITE', (invite) => carrier.reply(invite, 500, { phrase: 'Out Of Licences' }));
      const story = await prepareStory(app, { sipPort: carrier.port, channels: 1, holdSeconds: 1 });
      const client = await app.login(story.administrator.username, story.administrator.password);
      await uploadStory(client, story.campaignId, storyCsv(12));
      await startCampaign(client, story.campaignId);

      await until(async () => (await status()).faults.length > 0);
      expect(await status()).toMatchObject({
        idleReason: 'TRUNK_DOWN',
        faults: [{ subject: 'TRUNK', name: 'far end', message: 'The server refuses calls: 500 Out Of Licences' }],
      });
      expect(await count('true')).toBe(5);

      carrier.on.set('OPTIONS', (options) => carrier.reply(options, 200));
      carrier.on.set('INVITE', (invite) => carrier.reply(invite, 486));
      await until(async () => (await count("result = 'BUSY'")) >= 6);
      expect((await status()).faults).toEqual([]);
      expect(await count("counts_as_attempt and result <> 'BUSY'")).toBe(0);
      // One more may have been refused while the trunk was on trial.
      expect(await count("result = 'SERVICE_TEMPORARILY_UNAVAILABLE'")).toBeLessThanOrEqual(6);
    },
    PATIENCE_MS,
  );
});
