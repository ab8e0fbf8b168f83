// Whether anything leaks: a hundred thousand calls of every kind (busy, declined, unknown, trunk fault, refused transfer,
// hang-up, nobody answers, handed over), and then the heap, the timers, the sockets and the books are looked at.
//
//   npm run bench -- soak [--calls 100000] [--rate 150]
//
// Prints one JSON line, and ends with 1 if something is left over or a call is not accounted for. A hundred thousand calls
// take some twelve minutes.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { brokenRules } from './support/books.mjs';
import { storeBenchCampaign, storeTrunk } from './support/campaign.mjs';
import { freeInspectorPort, inspect } from './support/inspector.mjs';
import { startDatabase, startProduct } from './support/product.mjs';
import { startSipp, stopAllSipp } from './support/sipp.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { calls: { type: 'string', default: '100000' }, rate: { type: 'string', default: '150' } },
});
const calls = Number(values.calls);
const rate = Number(values.rate);
const SAMPLES = 10;
/** Lines are chosen by their load, so this is what gives the trunk that only rings its share. */
const RINGING_CHANNELS = 200;
/** Transactions linger for 64 × T1 = 32 s (RFC 3261), and some begin with the last BYE. */
const LINGER_MS = 75_000;

/** What the far end does, by the last two digits of the number (test/fixtures/sipp/story.xml). */
const SCRIPT = `case
  when trunk_name = 'rings' then 'FAILED no-answer'
  when digits < 10 then 'BUSY busy'
  when digits < 15 then 'DECLINED rejected'
  when digits < 20 then 'FAILED number-not-reachable'
  when digits < 22 then 'SERVICE_TEMPORARILY_UNAVAILABLE'
  when digits < 25 then 'FAILED transfer-failed'
  when digits < 27 then 'FAILED customer-hung-up'
  else 'SUCCESS' end`;

/** Calls whose result is not what the far end did, by what it did and what the dialer made of it. */
async function misjudged(pool) {
  const { rows } = await pool.query(
    `select done, made, count(*)::int as calls from (
       select ${SCRIPT} as done, concat_ws(' ', result, reason, sip_status) as made
       from (select *, right(phone_number, 2)::int as digits from call_attempt) as attempt) as judged
     where made not like done || '%' group by 1, 2 order by 3 desc limit 10`,
  );
  return rows;
}

const database = await startDatabase();
const pool = new pg.Pool({ connectionString: database.url, max: 2 });
pool.on('error', () => undefined);
const count = async (sql) => Number((await pool.query(sql)).rows[0].count);
const inspectorPort = await freeInspectorPort();
let product;
try {
  const mixed = await startSipp('test/fixtures/sipp/story.xml');
  const rings = await startSipp('test/fixtures/sipp/ring.xml');
  await storeBenchCampaign(pool, { leads: calls, sipPort: mixed.port, channels: rate });
  await storeTrunk(pool, { name: 'rings', sipPort: rings.port, channels: RINGING_CHANNELS });
  await pool.query("update campaign set state = 'STOPPED', ring_timeout_seconds = 15");
  const limits = { MAX_CALLS_PER_SECOND: String(rate), MAX_PARALLEL_CALLS: String(rate * 10) };
  product = await startProduct(database, limits, [`--inspect=127.0.0.1:${inspectorPort}`]);
  const inside = await inspect(inspectorPort, product.pid);
  const before = await inside.look();
  await pool.query("update campaign set state = 'STARTED', started_at = now()");

  const startedAt = performance.now();
  const during = [];
  let left = calls;
  while (left > 0) {
    await sleep(1000);
    left = await count("select count(*) from lead where place in ('NEW', 'IN_CALL')");
    if (calls - left >= ((during.length + 1) * calls) / SAMPLES) during.push(await inside.look());
  }
  const callsPerSecond = Math.round(calls / ((performance.now() - startedAt) / 1000));
  await sleep(LINGER_MS);
  const after = await inside.look();

  const broken = [...(await brokenRules(pool)), ...(await misjudged(pool)).map((row) => JSON.stringify(row))];
  const kinds = Object.fromEntries(
    (
      await pool.query('select result, reason, count(*)::int as calls from call_attempt group by 1, 2 order by 3 desc')
    ).rows.map((row) => [`${row.result} ${row.reason ?? ''}`.trim(), row.calls]),
  );
  if (after.udpSockets > before.udpSockets) broken.push('RTP sockets are left open');
  if (after.descriptors > before.descriptors + 5) broken.push('descriptors are left open');
  if (after.timers > before.timers + 5) broken.push('timers are left running');
  // The first tenth still warms up: caches fill and code is compiled.
  const [, second] = during;
  const last = during.at(-1);
  if (second && last && last.heapMb > second.heapMb * 1.1 + 2) broken.push('the heap grows');
  console.log(JSON.stringify({ bench: 'soak', calls, callsPerSecond, kinds, before, during, after, broken }));
  process.exitCode = broken.length > 0 ? 1 : 0;
  inside.close();
} finally {
  await product?.end();
  stopAllSipp();
  await pool.end();
  await database.stop();
}
