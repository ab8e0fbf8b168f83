// How many calls per second the dialer holds, and what a call costs: sipp answers and carries the REFER out, the product
// dials with its database, and sipp's own caller then does the same call flow at the same rate in the same run.
//
//   npm run bench -- calls [--rate 100] [--seconds 20]
//
// Prints one JSON line. CPU is per ended call, after a warm-up.
import { parseArgs } from 'node:util';
import { measureDialing } from './support/dialing.mjs';
import { cpuMs, quantile } from './support/processes.mjs';
import { round, startDatabase } from './support/product.mjs';
import { startSipp, stopAllSipp } from './support/sipp.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { rate: { type: 'string', default: '100' }, seconds: { type: 'string', default: '20' } },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const WARM_UP_S = 6;
const FAR_END = 'bench/sipp/far-end.xml';

async function measureSippCaller(farEndPort) {
  const calls = rate * seconds;
  const caller = await startSipp('bench/sipp/caller.xml', [
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
  const farEnd = await startSipp(FAR_END, ['-trace_rtt', '-rtt_freq', '1']);
  const dialer = await measureDialing(database, {
    farEndPort: farEnd.port,
    rate,
    parallel: rate * 10,
    seconds,
    warmUpS: WARM_UP_S,
    leads: rate * (seconds + WARM_UP_S) * 2,
  });
  await farEnd.stop('SIGTERM');
  const times = farEnd.responseTimes();
  const yardstick = await startSipp(FAR_END);
  const caller = await measureSippCaller(yardstick.port);
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
  stopAllSipp();
  await database.stop();
}
