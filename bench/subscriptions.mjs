// How live the counters are: clients watch `campaignCounters` of one campaign while its calls end, placed by the real
// engine to sipp; then the same again beside clients that do not read.
//
//   npm run bench -- subscriptions [--clients 2000] [--deaf 100] [--rate 50] [--seconds 15]
//
// Prints one JSON line. The delay of a change is the time from its commit, of which the database notifies this process,
// to the first message that has it. Counters are told at most every 250 ms, so half of that is the least mean.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { storeBenchCampaign } from './support/campaign.mjs';
import { cpuMs, memoryMb, quantile, treeCpuMs } from './support/processes.mjs';
import { loginAs, round, startDatabase, startProduct } from './support/product.mjs';
import { startSipp, stopAllSipp } from './support/sipp.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    clients: { type: 'string', default: '2000' },
    deaf: { type: 'string', default: '100' },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '15' },
  },
});
const [clients, deaf, rate, seconds] = ['clients', 'deaf', 'rate', 'seconds'].map((name) => Number(values[name]));
const PROCESSES = 2;
const WARM_UP_S = 5;
const here = fileURLToPath(new URL('.', import.meta.url));
const children = new Set();
const now = () => performance.timeOrigin + performance.now();

/** Instants at which counts of successful calls were committed, in order. */
async function watchCommits(database, pool) {
  await pool.query(`
    create function tell_success() returns trigger language plpgsql as
      $$ begin perform pg_notify('success', new.success::text); return null; end $$;
    create trigger tell_success after update of success on campaign_counters
      for each row when (old.success <> new.success) execute function tell_success();`);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const commits = [];
  client.on('notification', ({ payload }) => commits.push({ success: Number(payload), at: now() }));
  await client.query('listen success');
  return { commits, close: () => client.end() };
}

async function startWatchers(count, details) {
  const watchers = Array.from({ length: PROCESSES }, () =>
    fork(`${here}support/watchers.mjs`, { serialization: 'advanced' }),
  );
  for (const watcher of watchers) children.add(watcher);
  await Promise.all(
    watchers.map(async (watcher) => {
      watcher.send({ type: 'connect', clients: Math.ceil(count / PROCESSES), ...details });
      await once(watcher, 'message');
    }),
  );
  return watchers;
}

async function measure(watchers, commits, product, database) {
  const before = { at: now(), product: cpuMs(product.pid), database: treeCpuMs(database.pid) };
  for (const watcher of watchers) watcher.send({ type: 'count' });
  let highestMb = 0;
  for (let second = 0; second < seconds; second++) {
    await sleep(1000);
    highestMb = Math.max(highestMb, memoryMb(product.pid));
  }
  const after = { at: now(), product: cpuMs(product.pid), database: treeCpuMs(database.pid) };
  const delays = [];
  let messages = 0;
  let closed = 0;
  const reports = await Promise.all(
    watchers.map(async (watcher) => {
      watcher.send({ type: 'report' });
      const [report] = await once(watcher, 'message');
      return report;
    }),
  );
  for (const report of reports) {
    closed += report.closed;
    messages += report.seen.length;
    for (const [last, success, at] of report.seen) {
      // Commits that this message is the first to show, from the newest back.
      for (let index = lastUpTo(commits, success); index >= 0 && commits[index].success > last; index--) {
        if (commits[index].at >= before.at) delays.push(at - commits[index].at);
      }
    }
  }
  delays.sort((a, b) => a - b);
  const elapsed = (after.at - before.at) / 1000;
  const ended = commits.filter(({ at }) => at >= before.at && at <= after.at);
  return {
    callsPerSecond: round(((ended.at(-1)?.success ?? 0) - (ended[0]?.success ?? 0)) / elapsed),
    messagesPerSecond: round(messages / elapsed),
    delayMs: { p50: round(quantile(delays, 0.5)), p99: round(quantile(delays, 0.99)), max: round(delays.at(-1)) },
    productCpu: round((after.product - before.product) / elapsed / 1000),
    databaseCpu: round((after.database - before.database) / elapsed / 1000),
    memoryMb: { highest: highestMb, atEnd: memoryMb(product.pid) },
    clientsCutOff: closed,
  };
}

function lastUpTo(commits, success) {
  let [low, high] = [0, commits.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (commits[middle].success <= success) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const database = await startDatabase();
let product;
try {
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
  const { port: sipPort } = await startSipp('bench/sipp/far-end.xml');
  const leads = rate * (seconds * 2 + 120) * 2;
  const { campaign } = await storeBenchCampaign(pool, { leads, sipPort, channels: rate * 10 });
  // Not before everybody watches.
  await pool.query(`update campaign set state = 'STOPPED'`);
  const commits = await watchCommits(database, pool);
  product = await startProduct(database, { MAX_CALLS_PER_SECOND: String(rate), MAX_PARALLEL_CALLS: String(rate * 10) });
  const { url } = product;
  const { token } = await loginAs(url, 'CAMPAIGN_SUPERVISOR');
  const idleMb = memoryMb(product.pid);
  const details = { url, token, campaignId: campaign };
  const watchers = await startWatchers(clients, { ...details, reads: true });
  const watchedMb = memoryMb(product.pid);
  await pool.query(`update campaign set state = 'STARTED'`);
  await sleep(WARM_UP_S * 1000);
  const reading = await measure(watchers, commits.commits, product, database);
  const deafWatchers = await startWatchers(deaf, { ...details, reads: false });
  const besideDeaf = await measure(watchers, commits.commits, product, database);
  await pool.query(`update campaign set state = 'STOPPED', stopped_at = now(), stop_reason = 'OPERATOR'`);
  for (const watcher of [...watchers, ...deafWatchers]) watcher.send({ type: 'end' });
  await commits.close();
  const { rows: results } = await pool.query(
    `select count(*)::int as ended, count(*) filter (where result = 'SUCCESS')::int as successful,
       extract(epoch from max(ended_at) - min(ended_at))::float as seconds from call_attempt where ended_at is not null`,
  );
  console.log(
    JSON.stringify({
      bench: 'subscriptions',
      ...{ clients, rate, seconds, idleMb, watchedMb, reading, deaf, besideDeaf, calls: results[0] },
    }),
  );
  await pool.end();
} finally {
  for (const child of children) child.kill('SIGKILL');
  stopAllSipp();
  await product?.end();
  await database.stop();
}
