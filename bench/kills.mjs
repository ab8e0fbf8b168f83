// Whether anything is lost when the dialer is killed: kill -9 at random moments of two campaigns that are being dialed, one
// that transfers by REFER and one by re-INVITE. The books are read each time, and in the end compared with what sipp has
// received.
//
//   npm run bench -- kills [--kills 100] [--seed 1]
//
// Prints one JSON line, and ends with 1 if a rule was broken. A hundred kills take about nine minutes.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { brokenRules } from './support/books.mjs';
import { storeBenchCampaign } from './support/campaign.mjs';
import { startDatabase, startProduct } from './support/product.mjs';
import { freePort, startSipp, stopAllSipp } from './support/sipp.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { kills: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
});
const kills = Number(values.kills);
const RATE = 50;
const PARALLEL = 100;
const PILOT = '9000';
/**
 * So long the last conversations may take, milliseconds: sipp says nothing to a refresh of a call that it has ended, nor to
 * the BYE after it, and each is given up after 32 s.
 */
const PATIENCE_MS = 80_000;
/** From the start of the product to its end, milliseconds: long enough to dial, mostly. */
const LIFE_MS = { least: 300, most: 4_000 };

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

/** Call-IDs of the INVITEs that arrived at the far end, by customer: of the calls to them, and to the pilot for them. */
function callsSeen(farEnd) {
  const calls = { customers: new Map(), pilot: new Map() };
  // A re-INVITE goes to the name in the peer's Contact, which is no number.
  const begin = /^INVITE sip:(\+?\d+)@[^]*?^From:[^<]*<sip:([^@>]+)[^]*?^Call-ID: *(\S+)/gim;
  for (const trace of farEnd.traces('_messages.log')) {
    for (const [, called, caller, callId] of trace.matchAll(begin)) {
      const [seen, number] = called === PILOT ? [calls.pilot, caller] : [calls.customers, called];
      seen.set(number, (seen.get(number) ?? new Set()).add(callId));
    }
  }
  return calls;
}

/** What the rows say, against what arrived. The whole bench takes less than the retry time: each is called once at most. */
async function compareWithRows(pool, { customers, pilot }) {
  const { rows } = await pool.query(
    `select a.phone_number as number, count(a.dialed_at)::int as dialed,
       bool_or(a.answered_at is not null or a.sip_status is not null) as "hasAnswer",
       bool_or(a.transferred_at is not null and q.transfer_mode = 'REINVITE') as "hasAgent"
     from call_attempt a join campaign c on c.id = a.campaign_id join queue q on q.id = c.queue_id group by 1`,
  );
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  const seen = [...customers];
  const found = {
    'people were called twice': seen.filter(([, calls]) => calls.size > 1).length,
    'the pilot was called twice for a customer': [...pilot.values()].filter((calls) => calls.size > 1).length,
    // Every INVITE must have had its row before.
    'calls arrived that no row tells of': seen.filter(([number]) => !byNumber.get(number)?.dialed).length,
    'rows tell of an answer to a call that did not arrive': rows.filter(
      ({ number, hasAnswer }) => hasAnswer && !customers.has(number),
    ).length,
    'rows tell of an agent who was not called': rows.filter(({ number, hasAgent }) => hasAgent && !pilot.has(number))
      .length,
  };
  return Object.entries(found).flatMap(([rule, times]) => (times > 0 ? [`${rule} (${times})`] : []));
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
  const farEnd = await startSipp('bench/sipp/customers-and-pilot.xml', ['-trace_msg']);
  const environment = {
    MAX_CALLS_PER_SECOND: String(RATE),
    MAX_PARALLEL_CALLS: String(PARALLEL),
    // Those who talk to each other must find the next process where the one was that was killed.
    SIP_PORT: String(await freePort()),
  };
  const leads = kills * RATE * 4;
  const each = { leads: leads / 2, channels: PARALLEL / 2, maxAttempts: 2 };
  await storeBenchCampaign(pool, { ...each, sipPort: farEnd.port });
  await storeBenchCampaign(pool, { ...each, name: 'By re-INVITE', transferMode: 'REINVITE', areaCode: '42' });
  await pool.query('update trunk set channels = $1', [PARALLEL]);
  const talking = () => count('select count(*) from conversation');
  const open = () => count('select count(*) from call_attempt where ended_at is null');
  let talkingAtKill = 0;
  let interrupted = 0;
  for (let kill = 1; kill <= kills; kill++) {
    product = await startProduct(database, environment);
    await sleep(LIFE_MS.least + random() * (LIFE_MS.most - LIFE_MS.least));
    await product.kill();
    interrupted += await open();
    talkingAtKill += await talking();
    note(`after kill ${kill}`, await brokenRules(pool));
  }
  product = await startProduct(database, environment);
  await sleep(LIFE_MS.most);
  await pool.query("update campaign set state = 'STOPPED', stopped_at = now(), stop_reason = 'OPERATOR'");
  const until = performance.now() + PATIENCE_MS;
  while ((await open()) + (await talking()) > 0 && performance.now() < until) await sleep(100);
  await product.end();
  note('at the end', await brokenRules(pool));
  const left = { attempts: await open(), conversations: await talking() };
  if (left.attempts > 0) note('at the end', [`attempts are open (${left.attempts})`]);
  if (left.conversations > 0) note('at the end', [`conversations are left over (${left.conversations})`]);
  await farEnd.stop('SIGTERM');
  const seen = callsSeen(farEnd);
  note('at the end', await compareWithRows(pool, seen));
  const attempts = await count('select count(*) from call_attempt');
  console.log(
    JSON.stringify({
      bench: 'kills',
      kills,
      seed: Number(values.seed),
      leads,
      attempts,
      interrupted,
      talkingAtKill,
      customersCalled: seen.customers.size,
      pilotCalledFor: seen.pilot.size,
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
