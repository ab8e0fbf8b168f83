// Whether anything is lost when the dialer is killed: kill -9 at random moments of a campaign that is being dialed, and the
// books are read each time, before and after the next start.
//
//   npm run bench -- kills [--kills 100] [--seed 1]
//
// Prints one JSON line, and ends with 1 if a rule was broken. A hundred kills take about seven minutes.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { brokenRules } from './support/books.mjs';
import { storeBenchCampaign } from './support/campaign.mjs';
import { startDatabase, startProduct } from './support/product.mjs';
import { startSipp, stopAllSipp } from './support/sipp.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { kills: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
});
const kills = Number(values.kills);
const RATE = 50;
const PARALLEL = 100;
/** From the start of the product to its end, milliseconds: long enough to dial, mostly. */
const LIFE_MS = { least: 300, most: 4_000 };
const LIMITS = { MAX_CALLS_PER_SECOND: String(RATE), MAX_PARALLEL_CALLS: String(PARALLEL) };

/** The same moments for the same seed (mulberry32), as far as processes allow. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What arrived at the far end, and what the database says was sent: every INVITE must have had its row before. */
async function callsWithoutRow(pool, farEnd) {
  const seen = new Map();
  for (const trace of farEnd.traces('_messages.log')) {
    for (const [, number, callId] of trace.matchAll(/^INVITE sip:([^@]+)@[^]*?^Call-ID: *(\S+)/gim)) {
      seen.set(number, (seen.get(number) ?? new Set()).add(callId));
    }
  }
  const { rows } = await pool.query(
    'select phone_number as number, count(*)::int as dialed from call_attempt where dialed_at is not null group by 1',
  );
  const dialed = new Map(rows.map((row) => [row.number, row.dialed]));
  let missing = 0;
  for (const [number, callIds] of seen) missing += Math.max(0, callIds.size - (dialed.get(number) ?? 0));
  return { seen: [...seen.values()].reduce((sum, callIds) => sum + callIds.size, 0), missing };
}

const random = randomFrom(Number(values.seed));
const database = await startDatabase();
const pool = new pg.Pool({ connectionString: database.url, max: 2 });
// The embedded server ends its connections when it stops.
pool.on('error', () => undefined);
const broken = [];
const note = (when, rules) => {
  for (const rule of rules) {
    broken.push(`${when}: ${rule}`);
    console.error(`${when}: ${rule}`);
  }
};
const count = async (sql) => Number((await pool.query(sql)).rows[0].count);

let product;
try {
  const farEnd = await startSipp('test/fixtures/sipp/story.xml', ['-trace_msg']);
  const leads = kills * RATE * 4;
  await storeBenchCampaign(pool, { leads, sipPort: farEnd.port, channels: PARALLEL, maxAttempts: 2 });
  let interrupted = 0;
  for (let kill = 1; kill <= kills; kill++) {
    product = await startProduct(database, LIMITS);
    await sleep(LIFE_MS.least + random() * (LIFE_MS.most - LIFE_MS.least));
    await product.kill();
    interrupted += await count('select count(*) from call_attempt where ended_at is null');
    note(`after kill ${kill}`, await brokenRules(pool));
  }
  product = await startProduct(database, LIMITS);
  await sleep(LIFE_MS.most);
  await pool.query("update campaign set state = 'STOPPED', stopped_at = now(), stop_reason = 'OPERATOR'");
  await product.end();
  note('at the end', await brokenRules(pool));
  const open = await count('select count(*) from call_attempt where ended_at is null');
  if (open > 0) note('at the end', [`attempts are open (${open})`]);
  await farEnd.stop('SIGTERM');
  const { seen, missing } = await callsWithoutRow(pool, farEnd);
  if (missing > 0) note('at the end', [`calls arrived that no row tells of (${missing})`]);
  const attempts = await count('select count(*) from call_attempt');
  console.log(
    JSON.stringify({
      bench: 'kills',
      kills,
      seed: Number(values.seed),
      leads,
      attempts,
      interrupted,
      invitesSeen: seen,
      broken,
    }),
  );
} finally {
  await product?.end();
  stopAllSipp();
  await pool.end();
  await database.stop();
}
process.exitCode = broken.length > 0 ? 1 : 0;
