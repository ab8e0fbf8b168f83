import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { Product } from '../support/product.js';
import { ScriptedPhone } from '../support/scripted-phone.js';
import { SilentLink } from '../support/silent-link.js';
import { prepareStory, startCampaign, storyCsv, uploadStory } from '../support/story.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const PATIENCE_MS = 180_000;

let database: TestDatabase;
let link: SilentLink;
let phone: ScriptedPhone;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  link = await SilentLink.open(database.url);
  phone = await ScriptedPhone.open();
}, PATIENCE_MS);

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await phone.close();
  await link.close();
  await database.drop();
}, PATIENCE_MS);

const idleReason = async (product: Product): Promise<string | null> => {
  const answer = await fetch(`${product.url}/readyz`);
  return ((await answer.json()) as { engine: { idleReason: string | null } }).engine.idleReason;
};

const until = async (isReached: () => Promise<boolean>): Promise<void> => {
  while (!(await isReached())) await setTimeout(50);
};

test(
  'PostgreSQL that falls silent is noticed, and does not keep the process from ending at SIGTERM',
  async () => {
    const product = await Product.start({ DATABASE_URL: link.url, LOG_LEVEL: 'silent', TIME_ZONE: 'UTC' });
    closing.push(() => product.kill());
    const options = { sipPort: phone.port, channels: 1, holdSeconds: 1 };
    const story = await prepareStory(product, options);
    const client = await product.login(story.administrator.username, story.administrator.password);
    await uploadStory(client, story.campaignId, storyCsv(2));
    await startCampaign(client, story.campaignId);
    const ringing = await phone.next('INVITE');
    phone.reply(ringing, 180);

    link.fallSilent();
    phone.reply(ringing, 486);
    await until(async () => (await idleReason(product)) === 'DATABASE_DOWN');
    // Its end is left to the next start.
    expect(await product.end()).toBe(75);
    closing.pop();

    const left = new pg.Client(database.url);
    await left.connect();
    const { rows } = await left.query('select ended_at from call_attempt where dialed_at is not null');
    await left.end();
    expect(rows).toEqual([{ ended_at: null }]);
  },
  PATIENCE_MS,
);
