// Whether calls and the API disturb each other, each in a thread of its own, over the same cores and the same
// database: the same calls alone, and beside clients that page through leads, read summaries and load a do-not-call list again
// and again.
//
//   npm run bench -- neighbours [--rate 50] [--seconds 20] [--clients 8] [--numbers 200000]
//
// Prints one JSON line: from answer to REFER as the far end sees it, and what the clients wait, with and without calls.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { storeBenchCampaign } from './support/campaign.mjs';
import { measureDialing } from './support/dialing.mjs';
import { quantile } from './support/processes.mjs';
import { loginAs, round, startDatabase, startProduct } from './support/product.mjs';
import { startSipp, stopAllSipp } from './support/sipp.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
    clients: { type: 'string', default: '8' },
    numbers: { type: 'string', default: '200000' },
  },
});
const [rate, seconds, clients, numbers] = ['rate', 'seconds', 'clients', 'numbers'].map((name) => Number(values[name]));
const WARM_UP_S = 6;
const PAGE = `{ campaigns(first: 10) { nodes { name summary { total success }
  leads(first: 100) { totalCount nodes { name phoneNumber status callability { callable } } } } } }`;

const quantiles = (times) => {
  times.sort((a, b) => a - b);
  return { p50: round(quantile(times, 0.5) ?? 0), p99: round(quantile(times, 0.99) ?? 0) };
};

async function load(client) {
  const form = new FormData();
  const query = `mutation ($input: UploadDncNumbersInput!, $file: Upload!) {
    uploadDncNumbers(input: $input, file: $file) { __typename } }`;
  form.set('operations', JSON.stringify({ query, variables: { input: { mode: 'REPLACE' }, file: null } }));
  form.set('map', JSON.stringify({ 0: ['variables.file'] }));
  const lines = Array.from({ length: numbers }, (_, turn) => `+5511${900_000_000 + turn}`);
  form.set('0', new Blob([lines.join('\n')]), 'numbers.csv');
  const response = await fetch(`${client.url}/graphql`, {
    method: 'POST',
    headers: { 'apollo-require-preflight': 'true', ...client.authorization },
    body: form,
  });
  const { errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
}

/** What the clients do, for as long as the calls are counted. */
async function busyClients(url) {
  const administrator = await loginAs(url, 'CAMPAIGN_ADMINISTRATOR');
  const until = performance.now() + seconds * 1000 - 1000;
  const times = [];
  let loads = 0;
  const readers = Array.from({ length: clients }, async () => {
    while (performance.now() < until) {
      const askedAt = performance.now();
      await administrator.ask(PAGE);
      times.push(performance.now() - askedAt);
      await sleep(50);
    }
  });
  const loader = async () => {
    while (performance.now() < until) {
      await load(administrator);
      loads++;
    }
  };
  await Promise.all([...readers, loader()]);
  return { pageMs: quantiles(times), pages: times.length, listsLoaded: loads };
}

async function withCalls(meanwhile) {
  const database = await startDatabase();
  try {
    const farEnd = await startSipp('bench/sipp/far-end.xml', ['-trace_rtt', '-rtt_freq', '1']);
    const leads = rate * (seconds + WARM_UP_S) * 2;
    const plan = { farEndPort: farEnd.port, rate, parallel: rate * 10, seconds, warmUpS: WARM_UP_S, leads };
    const result = await measureDialing(database, { ...plan, meanwhile });
    await farEnd.stop('SIGTERM');
    return { ...result, answerToReferMs: quantiles(farEnd.responseTimes()) };
  } finally {
    stopAllSipp();
    await database.stop();
  }
}

async function withoutCalls() {
  const database = await startDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  await storeBenchCampaign(pool, { leads: 1000, sipPort: 9, channels: 1 });
  await pool.query("update campaign set state = 'STOPPED'");
  await pool.end();
  const product = await startProduct(database);
  try {
    return await busyClients(product.url);
  } finally {
    await product.end();
    await database.stop();
  }
}

const callsAlone = await withCalls();
const both = await withCalls(busyClients);
const clientsAlone = await withoutCalls();
console.log(JSON.stringify({ bench: 'neighbours', rate, seconds, clients, callsAlone, both, clientsAlone }));
