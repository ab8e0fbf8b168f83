import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../support/free-port.js';
import { nextBye, nextReinvite } from '../support/joined-call.js';
import { Product } from '../support/product.js';
import { ScriptedPhone } from '../support/scripted-phone.js';
import { prepareStory, startCampaign, uploadStory } from '../support/story.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const PATIENCE_MS = 60_000;

describe('a customer and an agent who talk', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let phone: ScriptedPhone;
  let environment: Record<string, string>;
  let product: Product;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 1 });
    // Dropping the database may cut a connection that is just being closed.
    pool.on('error', () => undefined);
    phone = await ScriptedPhone.open();
    environment = { DATABASE_URL: database.url, SIP_PORT: String(await freePort()) };
    product = await Product.start(environment);
  });
  afterAll(async () => {
    await product.end();
    await phone.close();
    await pool.end();
    await database.drop();
  });

  test(
    'do not notice that the dialer is killed, and one hangs up when the other does after its restart',
    async () => {
      const options = { sipPort: phone.port, channels: 2, holdSeconds: 60, transferMode: 'REINVITE' } as const;
      const { administrator, campaignId } = await prepareStory(product, options);
      const client = await product.login(administrator.username, administrator.password);
      await uploadStory(client, campaignId, 'name,number\nOnly,+5541900000000\n');
      await startCampaign(client, campaignId);

      const customer = await phone.next('INVITE');
      phone.reply(customer, 200, { sdp: phone.sdp(4_000), tag: 'customer' });
      const pilot = await phone.next('INVITE');
      expect(pilot.startLine).toContain('sip:9000@');
      phone.reply(pilot, 200, { sdp: phone.sdp(5_000), tag: 'pilot' });
      phone.reply(await nextReinvite(phone, customer), 200, { sdp: phone.sdp(4_000), tag: 'customer' });
      phone.reply(await nextReinvite(phone, pilot), 200, { sdp: phone.sdp(5_000), tag: 'pilot' });
      const look = async (sql: string): Promise<unknown> => (await pool.query<{ is: unknown }>(sql)).rows[0]?.is;
      while ((await look('select count(ended_at)::int as is from call_attempt')) !== 1) await setTimeout(10);
      expect(await look('select result as is from call_attempt')).toBe('SUCCESS');
      expect(await look('select count(*)::int as is from conversation')).toBe(1);

      await product.kill();
      product = await Product.start(environment);
      // The restarted dialer shows that it is there; its refresh changes nothing.
      const refresh = await nextReinvite(phone, pilot);
      phone.reply(refresh, 200, { sdp: phone.sdp(5_000), tag: 'pilot' });
      expect(phone.count('BYE')).toBe(0);
      phone.request('BYE', customer, { tag: 'customer' });
      await nextBye(phone, pilot);
      while ((await look('select count(*)::int as is from conversation')) !== 0) await setTimeout(10);
      expect(await look('select count(*)::int as is from call_attempt')).toBe(1);
    },
    PATIENCE_MS,
  );
});
