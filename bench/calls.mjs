// How many calls per second the dialer holds, and what a call costs: sipp answers and carries the REFER out, the product
// dials with its database, and sipp's own caller then does the same call flow at the same rate in the same run.
//
//   npm run bench -- calls [--rate 100] [--seconds 20]
//
// Prints one JSON line. CPU is per ended call, after a warm-up.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { storeBenchCampaign } from './support/campaign.mjs';
import { round, startDatabase, startProduct } from './support/product.mjs';
import { cpuMs, peakMemoryMb, quantile, treeCpuMs } from './support/processes.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { rate: { type: 'string', default: '100' }, seconds: { type: 'string', default: '20' } },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const WARM_UP_S = 6;
const folder = mkdtempSync(join(tmpdir(), 'outdial-bench-'));
const here = fileURLToPath(new URL('.', import.meta.url));

/** Whatever happens, nothing is left running. */
const children = new Set();
function keepTrack(child) {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

async function freePort() {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

async function sipp(scenario, args) {
  const port = await freePort();
  const child = keepTrack(
    spawn('sipp', ['-sf', `${here}sipp/${scenario}.xml`, '-i', '127.0.0.1', '-p', String(port), '-nostdin', ...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'ignore'],
      env: { ...process.env, TERM: 'dumb' },
    }),
  );
  await sleep(300);
  return { port, pid: child.pid, child, ended: once(child, 'exit') };
}

/** The rtd file of sipp: a line per call, `date;milliseconds;name`. */
function responseTimes() {
  return readdirSync(folder)
    .filter((name) => name.endsWith('_rtt.csv'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(1))
    .map((line) => Number(line.split(';')[1]))
    .filter((value) => value > 0)
    .sort((a, b) => a - b);
}

async function measureDialer(database, farEndPort) {
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
  const leads = rate * (seconds + WARM_UP_S) * 2;
  await storeBenchCampaign(pool, { leads, sipPort: farEndPort, channels: rate * 10 });
  const limits = { MAX_CALLS_PER_SECOND: String(rate), MAX_PARALLEL_CALLS: String(rate * 10) };
  const product = await startProduct(database, limits);
  try {
    const read = async () => {
      const { rows } = await pool.query('select attempts_ended as ended from campaign_counters');
      return {
        ended: rows[0].ended,
        at: performance.now(),
        dialer: cpuMs(product.pid),
        database: treeCpuMs(database.pid),
      };
    };
    await sleep(WARM_UP_S * 1000);
    const before = await read();
    await sleep(seconds * 1000);
    const after = await read();
    const calls = after.ended - before.ended;
    const memoryMb = peakMemoryMb(product.pid);
    await pool.query("update campaign set state = 'STOPPED', stopped_at = now(), stop_reason = 'OPERATOR'");
    await product.end();
    const { rows } = await pool.query(
      "select count(*)::int as lost from call_attempt where result <> 'SUCCESS' and counts_as_attempt",
    );
    return {
      callsPerSecond: round(calls / ((after.at - before.at) / 1000)),
      dialerCpuMsPerCall: round((after.dialer - before.dialer) / calls),
      databaseCpuMsPerCall: round((after.database - before.database) / calls),
      peakMemoryMb: memoryMb,
      callsNotTransferred: rows[0].lost,
    };
  } finally {
    await product.end();
    await pool.end();
  }
}

async function measureSippCaller(farEndPort) {
  const calls = rate * seconds;
  const caller = await sipp('caller', [
    ...['-s', '5541999990000', '-r', String(rate), '-m', String(calls), '-l', String(rate * 10)],
    `127.0.0.1:${farEndPort}`,
  ]);
  const startedAt = performance.now();
  let cpu = 0;
  const sampler = setInterval(() => {
    try {
      cpu = cpuMs(caller.pid);
    } catch {
      // It has just ended: the last sample counts.
    }
  }, 100);
  await caller.ended;
  clearInterval(sampler);
  return {
    callsPerSecond: round(calls / ((performance.now() - startedAt) / 1000)),
    cpuMsPerCall: round(cpu / calls),
  };
}

const database = await startDatabase();
try {
  const farEnd = await sipp('far-end', ['-trace_rtt', '-rtt_freq', '1']);
  const dialer = await measureDialer(database, farEnd.port);
  farEnd.child.kill('SIGTERM');
  await farEnd.ended;
  const times = responseTimes();
  const yardstick = await sipp('far-end', []);
  const caller = await measureSippCaller(yardstick.port);
  yardstick.child.kill('SIGTERM');
  console.log(
    JSON.stringify({
      bench: 'calls',
      rate,
      seconds,
      dialer: { ...dialer, answerToReferMs: { p50: round(quantile(times, 0.5)), p99: round(quantile(times, 0.99)) } },
      sippCaller: caller,
      cpuRatio: round(dialer.dialerCpuMsPerCall / caller.cpuMsPerCall),
    }),
  );
} finally {
  for (const child of children) child.kill('SIGKILL');
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
}
