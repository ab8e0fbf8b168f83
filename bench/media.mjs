// What audio costs: answered calls in parallel, each with RTP arriving at 50 packets a second and ringback going out, beside
// the same packets that a process receives which only counts them.
//
//   npm run bench -- media [--calls 1000] [--seconds 15]
//
// Prints one JSON line. Packets lost are those that the kernel had to drop at the sockets. API latency is that of a small
// query, asked again and again meanwhile: SIP and audio have a thread of their own, the cores are shared.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { storeBenchCampaign } from './support/campaign.mjs';
import { cpuMs, memoryMb, quantile } from './support/processes.mjs';
import { Client, round, startDatabase, startProduct } from './support/product.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { calls: { type: 'string', default: '1000' }, seconds: { type: 'string', default: '15' } },
});
const calls = Number(values.calls);
const seconds = Number(values.seconds);
const RATE = 100;
const support = (name) => fileURLToPath(new URL(`support/${name}.mjs`, import.meta.url));

async function answerOf(child, message) {
  child.send(message);
  const [answer] = await once(child, 'message');
  return answer;
}

/** Datagrams that the kernel has dropped at the sockets of these ports so far. */
function droppedAt(isWanted) {
  let dropped = 0;
  for (const line of readFileSync('/proc/net/udp', 'utf8').split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const port = parseInt(fields[1]?.split(':')[1] ?? '0', 16);
    if (isWanted(port)) dropped += Number(fields.at(-1));
  }
  return dropped;
}

/** Sends for some seconds; what the receiver spent on it. */
async function measure(peer, pid, { ports, isWanted, meanwhile }) {
  peer.send({ type: 'send', ports });
  await sleep(2000);
  const before = { cpu: cpuMs(pid), at: performance.now(), dropped: droppedAt(isWanted) };
  const [extra] = await Promise.all([meanwhile?.(), sleep(seconds * 1000)]);
  const after = { cpu: cpuMs(pid), at: performance.now(), dropped: droppedAt(isWanted) };
  const { sent } = await answerOf(peer, { type: 'stop' });
  const packets = calls * 50 * ((after.at - before.at) / 1000);
  return {
    cores: round((after.cpu - before.cpu) / (after.at - before.at)),
    cpuUsPerPacket: round(((after.cpu - before.cpu) * 1000) / packets),
    packetsSent: sent,
    packetsLost: after.dropped - before.dropped,
    ...extra,
  };
}

async function askMeanwhile(client) {
  const times = [];
  const until = performance.now() + seconds * 1000 - 500;
  while (performance.now() < until) {
    const askedAt = performance.now();
    await client.ask('{ serverInfo { name } }');
    times.push(performance.now() - askedAt);
    await sleep(20);
  }
  times.sort((a, b) => a - b);
  return { apiMs: { p50: round(quantile(times, 0.5)), p99: round(quantile(times, 0.99)) } };
}

const children = new Set();
const start = async (name) => {
  const child = fork(support(name));
  children.add(child);
  return child;
};

const database = await startDatabase();
const pool = new pg.Pool({ connectionString: database.url, max: 2 });
pool.on('error', () => undefined);
let product;
try {
  const peer = await start('rtp-peer');
  const [{ sipPort }] = await once(peer, 'message');
  await storeBenchCampaign(pool, { leads: calls, sipPort, channels: calls });
  await pool.query('update queue set transfer_timeout_seconds = 600');
  const limits = { MAX_CALLS_PER_SECOND: String(RATE), MAX_PARALLEL_CALLS: String(calls), RTP_PORTS: '20000-29999' };
  product = await startProduct(database, limits);
  let answered = 0;
  while (answered < calls) {
    await sleep(500);
    ({ count: answered } = await answerOf(peer, { type: 'calls' }));
  }
  const idleCores = await (async () => {
    await sleep(1000);
    const before = cpuMs(product.pid);
    await sleep(3000);
    return round((cpuMs(product.pid) - before) / 3000);
  })();
  const client = new Client(product.url);
  const dialer = await measure(peer, product.pid, {
    isWanted: (port) => port >= 20_000 && port <= 29_999,
    meanwhile: () => askMeanwhile(client),
  });
  const memory = memoryMb(product.pid);
  await pool.query("update campaign set state = 'STOPPED', stopped_at = now(), stop_reason = 'OPERATOR'");

  const sink = await start('rtp-sink');
  const { ports } = await answerOf(sink, { sockets: calls });
  const yardstick = await measure(peer, sink.pid, { ports, isWanted: (port) => ports.includes(port) });
  console.log(
    JSON.stringify({
      bench: 'media',
      calls,
      seconds,
      dialer: { ...dialer, coresWithoutAudio: idleCores, memoryMb: memory },
      sink: yardstick,
      cpuRatio: round(dialer.cpuUsPerPacket / yardstick.cpuUsPerPacket),
    }),
  );
} finally {
  for (const child of children) child.kill('SIGKILL');
  // The calls would be waited for.
  await product?.kill();
  await pool.end();
  await database.stop();
}
