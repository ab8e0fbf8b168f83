// What the console costs its reader: bytes of the first load, milliseconds until a page can be used, and memory of a live
// summary after an hour.
//
//   npm run bench -- console [--visits 5] [--seconds 60]
//
// Prints one JSON line. A visit has an empty cache and counts from the start of the navigation until the heading and the
// data of the page are there and the browser is idle. The hour is sent in `seconds`, four counters a second of it; the
// heap is measured after a collection of garbage, before and after.
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { chromium } from 'playwright-core';
import { firstLoadBytes } from '../scripts/console-weight.mjs';
import { storeBenchCampaign } from './support/campaign.mjs';
import { startHourRelay } from './support/hour-relay.mjs';
import { quantile } from './support/processes.mjs';
import { loginAs, MASTER_PASSWORD, round, startDatabase, startProduct } from './support/product.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { visits: { type: 'string', default: '5' }, seconds: { type: 'string', default: '60' } },
});
const visits = Number(values.visits);
const seconds = Number(values.seconds);
const ROLE = 'CAMPAIGN_SUPERVISOR';
const LEADS = 12_345;
const CHROMIUM = {
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
};

/** The session's cookie is all that a visitor brings along. */
async function sessionOf(browser, url) {
  const context = await browser.newContext({ baseURL: url });
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('textbox', { name: 'User name' }).fill(ROLE.toLowerCase());
  await page.getByRole('textbox', { name: 'Password' }).fill(MASTER_PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

/** In the page: resolves with the milliseconds since the navigation began. */
const untilUsable = async ({ heading, text }) => {
  const isThere = () => document.querySelector('h1')?.textContent === heading && document.body.innerText.includes(text);
  while (!isThere()) {
    if (performance.now() > 60_000) throw new Error(`There is no ${heading} with ${text} at ${location.href}`);
    await new Promise(requestAnimationFrame);
  }
  await new Promise(requestIdleCallback);
  return performance.now();
};

async function timeToInteractive(browser, baseURL, storageState, path, content) {
  const found = [];
  for (let visit = 0; visit < visits; visit++) {
    const context = await browser.newContext({ baseURL, storageState, locale: 'en' });
    const page = await context.newPage();
    await page.goto(path, { waitUntil: 'commit' });
    found.push(await page.evaluate(untilUsable, content));
    await context.close();
  }
  found.sort((a, b) => a - b);
  return { p50: round(quantile(found, 0.5)), max: round(found.at(-1)) };
}

/** One collection leaves what weak references held until it; a snapshot collects until nothing more is found. */
async function heapMb(session) {
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return round(usedSize / 1e6);
}

async function memoryOfAnHour(browser, relay, storageState, path, content) {
  const context = await browser.newContext({ baseURL: relay.url, storageState, locale: 'en' });
  const page = await context.newPage();
  await page.goto(path);
  await page.evaluate(untilUsable, content);
  const session = await context.newCDPSession(page);
  const startMb = await heapMb(session);
  const messages = await relay.run({ hours: 1, seconds });
  const endMb = await heapMb(session);
  await context.close();
  return { messages, seconds, startMb, endMb };
}

const database = await startDatabase();
let product;
let browser;
let relay;
try {
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
  const { campaign } = await storeBenchCampaign(pool, { leads: LEADS, sipPort: 9, channels: 10 });
  // Nothing is dialed: what is shown comes from the relay.
  await pool.query(`update campaign set state = 'STOPPED'`);
  await pool.end();
  product = await startProduct(database);
  await loginAs(product.url, ROLE);
  relay = await startHourRelay(product.url);
  browser = await chromium.launch(CHROMIUM);
  const state = await sessionOf(browser, relay.url);
  const list = { heading: 'Campaigns', text: 'Bench' };
  const summary = { heading: 'Bench', text: LEADS.toLocaleString('en') };
  const interactiveMs = {
    campaignList: await timeToInteractive(browser, product.url, state, '/campaigns', list),
    liveSummary: await timeToInteractive(browser, product.url, state, `/campaigns/${campaign}`, summary),
  };
  const hour = await memoryOfAnHour(browser, relay, state, `/campaigns/${campaign}`, summary);
  const firstLoadKb = round(firstLoadBytes(fileURLToPath(new URL('../dist/web', import.meta.url))) / 1000);
  console.log(JSON.stringify({ bench: 'console', firstLoadKb, visits, interactiveMs, hour }));
} finally {
  await browser?.close();
  await relay?.close();
  await product?.end();
  await database.stop();
}
