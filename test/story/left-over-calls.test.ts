import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { freePort } from '../support/free-port.js';
import { Product } from '../support/product.js';
import { type PhoneMessage, ScriptedPhone } from '../support/scripted-phone.js';
import { prepareStory, startCampaign, storyCsv, uploadStory } from '../support/story.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const PATIENCE_MS = 60_000;
const CALLS = 3;

describe('killed with SIGKILL and started again, it', () => {
  let database: TestDatabase;
  let environment: Record<string, string>;
  let pool: pg.Pool;
  let phone: ScriptedPhone;
  let product: Product;

  beforeEach(async () => {
    database = await createTestDatabase();
    environment = { DATABASE_URL: database.url, SIP_PORT: String(await freePort()) };
    pool = new pg.Pool({ connectionString: database.url, max: 1 });
    phone = await ScriptedPhone.open();
    product = await Product.start(environment);
  });

  afterEach(async () => {
    await product.end();
    await pool.end();
    await database.drop();
    await phone.close();
  });

  const dial = async (): Promise<void> => {
    const options = { sipPort: phone.port, channels: CALLS, holdSeconds: 1 };
    const story = await prepareStory(product, options);
    const client = await product.login(story.administrator.username, story.administrator.password);
    await uploadStory(client, story.campaignId, storyCsv(CALLS));
    await startCampaign(client, story.campaignId);
  };
  const rowsIn = async (where: string): Promise<number> =>
    (await pool.query(`select 1 from call_attempt where ${where}`)).rowCount ?? 0;
  const until = async (where: string): Promise<void> => {
    while ((await rowsIn(where)) < CALLS) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const expectNobodyCalledTwice = async (callIds: readonly string[]): Promise<void> => {
    await until('ended_at is not null');
    expect(await rowsIn("reason = 'engine-restarted' and result = 'UNKNOWN' and counts_as_attempt")).toBe(CALLS);
    const invites = phone.log.filter(({ method }) => method === 'INVITE').map((invite) => invite.header('Call-ID'));
    expect(new Set(invites)).toEqual(new Set(callIds));
  };

  test(
    'ends the calls of people who waited for an agent, and calls nobody twice',
    async () => {
      await dial();
      const up: string[] = [];
      for (let n = 0; n < CALLS; n++) {
        const invite = await phone.next('INVITE');
        const headers = ['Allow: INVITE, ACK, BYE, CANCEL, REFER, NOTIFY'];
        phone.reply(invite, 200, { sdp: true, headers, tag: `phone${n}` });
        phone.reply(await phone.next('REFER'), 202);
        up.push(invite.header('Call-ID'));
      }
      await until("state = 'TRANSFERRING' and dialog is not null");

      await product.kill();
      expect(phone.count('BYE')).toBe(0);
      product = await Product.start(environment);

      const ended: string[] = [];
      for (let n = 0; n < CALLS; n++) ended.push((await phone.next('BYE')).header('Call-ID'));
      expect(ended.sort()).toEqual(up.sort());
      await expectNobodyCalledTwice(up);
    },
    PATIENCE_MS,
  );

  test(
    'cancels the calls that rang, and calls nobody twice',
    async () => {
      await dial();
      const ringing = new Map<string, PhoneMessage>();
      for (let n = 0; n < CALLS; n++) {
        const invite = await phone.next('INVITE');
        phone.reply(invite, 180, { tag: `phone${n}` });
        ringing.set(invite.header('Call-ID'), invite);
      }
      await until("state = 'RINGING'");

      await product.kill();
      expect(phone.count('CANCEL')).toBe(0);
      phone.on.set('CANCEL', (cancel) => {
        phone.reply(cancel, 200);
        const invite = ringing.get(cancel.header('Call-ID'));
        // As a transaction is found by RFC 3261, 17.2.3: the branch, and the sent-by of the Via.
        if (invite?.header('Via') === cancel.header('Via')) phone.reply(invite, 487, { tag: 'phone' });
      });
      product = await Product.start(environment);

      const acknowledged: string[] = [];
      for (let n = 0; n < CALLS; n++) acknowledged.push((await phone.next('ACK')).header('Call-ID'));
      expect(acknowledged.sort()).toEqual([...ringing.keys()].sort());
      await expectNobodyCalledTwice([...ringing.keys()]);
    },
    PATIENCE_MS,
  );
});
