// Whether anything leaks: a hundred thousand calls of every kind (busy, declined, unknown, trunk fault, refused transfer,
// hang-up, nobody answers, handed over by REFER and by re-INVITE; UDP and TCP), and then the heap, the timers and the sockets
// of both threads and the books are looked at, and the books are compared with what sipp has received.
//
//   npm run bench -- soak [--calls 100000] [--rate 150]
//
// Prints one JSON line, and ends with 1 if something is left over or a call is not accounted for. A hundred thousand calls
// take some nineteen minutes.
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
const FAR_END = 'bench/sipp/customers-and-pilot.xml';
/** Lines are chosen by their load, so this is what gives the trunk that only rings its share. */
const RINGING_CHANNELS = 200;
/** Transactions linger for 64 × T1 = 32 s (RFC 3261), and some begin with the last BYE. */
const LINGER_MS = 75_000;
/** Keep-alives of connections, and OPTIONS that sipp does not answer: as many after ten calls as after a million. */
const SPARE_TIMERS = 20;
/** Code is compiled and caches fill. Of 100,000 calls each may leave 150 bytes at most. */
const WARM_UP_MB = 15;

/** What the far end does, by the last two digits of the number (bench/sipp/customers-and-pilot.xml). */
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

/** Calls that the rows tell of: those to customers, and by re-INVITE those to the pilot. */
const CALLS_SENT = `select (select count(*) from call_attempt where dialed_at is not null) + count(*) as count
  from call_attempt a join campaign c on c.id = a.campaign_id join queue q on q.id = c.queue_id
  where a.transfer_target is not null and q.transfer_mode = 'REINVITE'`;

/** What a thread holds after the calls that it did not hold before. */
function leftOpen(thread, before, after) {
  const broken = [];
  if (after.udpSockets > before.udpSockets) broken.push(`UDP sockets are left open (${thread})`);
  if (after.timers > before.timers + SPARE_TIMERS) broken.push(`timers are left running (${thread})`);
  if (after.heapMb > before.heapMb + WARM_UP_MB) broken.push(`the heap has grown (${thread})`);
  return broken;
}

const database = await startDatabase();
const pool = new pg.Pool({ connectionString: database.url, max: 2 });
pool.on('error', () => undefined);
const count = async (sql) => Number((await pool.query(sql)).rows[0].count);
const inspectorPort = await freeInspectorPort();
let product;
try {
  const counting = ['-trace_counts'];
  const udp = await startSipp(FAR_END, counting);
  const tcp = await startSipp(FAR_END, counting, 'TCP');
  const rings = await startSipp('test/fixtures/sipp/ring.xml', counting);
  const half = Math.ceil(calls / 2);
  await storeBenchCampaign(pool, { leads: calls - half, sipPort: udp.port, channels: rate });
  await storeBenchCampaign(pool, {
    ...{ leads: half, channels: rate, name: 'By re-INVITE', transferMode: 'REINVITE', areaCode: '42' },
  });
  await storeTrunk(pool, { name: 'tcp', sipPort: tcp.port, channels: rate, transport: 'TCP' });
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
  for (const thread of ['engine', 'api']) broken.push(...leftOpen(thread, before[thread], after[thread]));
  if (after.descriptors > before.descriptors + 5) broken.push('descriptors are left open');
  const talking = await count('select count(*) from conversation');
  if (talking > 0) broken.push(`conversations are left over (${talking})`);
  const sent = await count(CALLS_SENT);
  for (const sipp of [udp, tcp, rings]) await sipp.stop('SIGTERM');
  const received = [udp, tcp, rings].reduce((sum, sipp) => sum + sipp.callsBegun(), 0);
  if (received !== sent) broken.push(`calls were received (${received}) that are not those of the rows (${sent})`);
  console.log(JSON.stringify({ bench: 'soak', calls, callsPerSecond, received, kinds, before, during, after, broken }));
  process.exitCode = broken.length > 0 ? 1 : 0;
  inside.close();
} finally {
  await product?.end();
  stopAllSipp();
  await pool.end();
  await database.stop();
}
