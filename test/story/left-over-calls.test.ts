import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { Product } from '../support/product.js';
import { ScriptedPhone } from '../support/scripted-phone.js';
import { prepareStory, startCampaign, storyCsv, uploadStory } from '../support/story.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const PATIENCE_MS = 60_000;
const CALLS = 3;

describe('killed with SIGKILL while people wait for an agent', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let phone: ScriptedPhone;
  let product: Product;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 1 });
    phone = await ScriptedPhone.open();
    product = await Product.start({ DATABASE_URL: database.url });
  });

  afterAll(async () => {
    await product.end();
    await pool.end();
    await database.drop();
    await phone.close();
  });

  test(
    'it ends their calls when it is started again, and calls nobody twice',
    async () => {
      const options = { sipPort: phone.port, channels: CALLS, holdSeconds: 1 };
      const story = await prepareStory(product, options);
      const client = await product.login(story.administrator.username, story.administrator.password);
      await uploadStory(client, story.campaignId, storyCsv(CALLS));
      await startCampaign(client, story.campaignId);
      const up: string[] = [];
      for (let n = 0; n < CALLS; n++) {
        const invite = await phone.next('INVITE');
        const headers = ['Allow: INVITE, ACK, BYE, CANCEL, REFER, NOTIFY'];
        phone.reply(invite, 200, { sdp: true, headers, tag: `phone${n}` });
        phone.reply(await phone.next('REFER'), 202);
        up.push(invite.header('Call-ID'));
      }
      const rowsIn = async (where: string): Promise<number> =>
        (await pool.query(`select 1 from call_attempt where ${where}`)).rowCount ?? 0;
      while ((await rowsIn("state = 'TRANSFERRING' and dialog is not null")) < CALLS)
        await new Promise((resolve) => setTimeout(resolve, 20));

      await product.kill();
      expect(phone.count('BYE')).toBe(0);
      product = await Product.start({ DATABASE_URL: database.url });

      const ended: string[] = [];
      for (let n = 0; n < CALLS; n++) ended.push((await phone.next('BYE')).header('Call-ID'));
      expect(ended.sort()).toEqual(up.sort());
      while ((await rowsIn('ended_at is null')) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await rowsIn("reason = 'engine-restarted' and result = 'UNKNOWN' and counts_as_attempt")).toBe(CALLS);
      const invites = phone.log.filter(({ method }) => method === 'INVITE').map((invite) => invite.header('Call-ID'));
      expect(new Set(invites)).toEqual(new Set(up));
    },
    PATIENCE_MS,
  );
});
