// Whether a call costs the same however many there are: at 10, 100 and 1,000 parallel calls, and with 1,000, a million and
// ten million leads in the campaign.
//
//   npm run bench -- scaling [--rate 40] [--seconds 15] [--parallel 10,100,1000] [--leads 1000,1000000,10000000]
//
// Prints one JSON line. Each row has a fresh database; ten million leads need some 5 GB and a few minutes to store. At the far
// end, sipp, each call rings as long as it takes to have that many in parallel at the rate; what audio costs, `media` tells.
import { parseArgs } from 'node:util';
import { measureDialing } from './support/dialing.mjs';
import { startDatabase } from './support/product.mjs';
import { startSipp, stopAllSipp } from './support/sipp.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    rate: { type: 'string', default: '40' },
    seconds: { type: 'string', default: '15' },
    parallel: { type: 'string', default: '10,100,1000' },
    leads: { type: 'string', default: '1000,1000000,10000000' },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const numbers = (text) => text.split(',').filter(Boolean).map(Number);
const WARM_UP_S = 10;
const SHORT_CALL_MS = 250;

async function measure({ holdMs, leads }) {
  const database = await startDatabase();
  try {
    const farEnd = await startSipp('bench/sipp/far-end.xml', ['-d', String(Math.round(holdMs))]);
    const warmUpS = WARM_UP_S + holdMs / 1000;
    return await measureDialing(database, {
      farEndPort: farEnd.port,
      rate,
      parallel: 10_000,
      seconds,
      warmUpS,
      leads: leads ?? rate * Math.ceil(seconds + 2 * warmUpS) * 2,
    });
  } finally {
    stopAllSipp();
    await database.stop();
  }
}

const byParallel = {};
for (const parallel of numbers(values.parallel)) {
  byParallel[parallel] = await measure({ holdMs: (parallel / rate) * 1000 });
}
const byLeads = {};
for (const leads of numbers(values.leads)) byLeads[leads] = await measure({ holdMs: SHORT_CALL_MS, leads });
console.log(JSON.stringify({ bench: 'scaling', rate, seconds, byParallel, byLeads }));
