// How long a look at the built-in do-not-call list takes, as it is done before every call: through the product, and by a
// hand-written query over a connection of its own, turn by turn in the same run. Half of the numbers are on the list.
//
//   npm run bench -- dnc [--numbers 10000000] [--lookups 5000] [--page 500]
//
// Prints one JSON line. Besides: a page of the list from its middle, which must not cost more than the first one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import 'reflect-metadata';
import { startEmbeddedPostgres } from '../dist/database/embedded-postgres.js';
import { openDatabase } from '../dist/database/orm.js';
import { openPool } from '../dist/database/pool.js';
import { PostgresDncList } from '../dist/engine/postgres/dnc-list.js';
import { DncNumber } from '../dist/entities/dnc-number.js';
import { findPage } from '../dist/resolvers/connection.js';
import { systemClock } from '../dist/system-clock.js';
import { quantile } from './support/processes.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    numbers: { type: 'string', default: '10000000' },
    lookups: { type: 'string', default: '5000' },
    page: { type: 'string', default: '500' },
  },
});
const numbers = Number(values.numbers);
const lookups = Number(values.lookups);
const WARM_UP = 500;
const FIRST = 554_100_000_000;
const folder = mkdtempSync(join(tmpdir(), 'outdial-bench-'));

const nothing = () => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => silent };
const milliseconds = (sorted, share) => Number(quantile(sorted, share).toFixed(3));
const spread = (times) => {
  const sorted = [...times].sort((a, b) => a - b);
  return { p50: milliseconds(sorted, 0.5), p99: milliseconds(sorted, 0.99), max: Number(sorted.at(-1).toFixed(3)) };
};

async function timed(times, run) {
  const begun = performance.now();
  const result = await run();
  times.push(performance.now() - begun);
  return result;
}

/** Every second number of a range is on the list. In their order, as an upload puts them in. */
async function fill(client) {
  await client.query("set synchronous_commit = off; set maintenance_work_mem = '256MB'");
  await client.query(
    `insert into dnc_number (phone_number, added_at)
     select '+' || ($1::bigint + 2 * turn), now() from generate_series(0, $2::bigint - 1) as turn`,
    [FIRST, numbers],
  );
  await client.query('update dnc_list set total = $1', [numbers]);
  await client.query('vacuum analyze dnc_number');
}

async function measureLookups(pool, client) {
  const list = new PostgresDncList(pool, systemClock, silent);
  const product = [];
  const byHand = [];
  for (let turn = 0; turn < WARM_UP + lookups; turn++) {
    const number = `+${FIRST + Math.floor(Math.random() * numbers * 2)}`;
    const answer = await timed(product, () => list.check(number));
    const other = `+${FIRST + Math.floor(Math.random() * numbers * 2)}`;
    await timed(byHand, () => client.query('select from dnc_number where phone_number = $1', [other]));
    if ((answer === 'DO_NOT_CALL') !== (Number(number) % 2 === 0)) throw new Error(`${number}: ${answer}`);
  }
  return { productMs: spread(product.slice(WARM_UP)), byHandMs: spread(byHand.slice(WARM_UP)) };
}

async function measurePages(orm) {
  const query = { where: {}, orderBy: [{ phoneNumber: 'asc' }] };
  const first = Number(values.page);
  const start = await findPage(orm.em.fork(), DncNumber, { first }, query);
  const middle = JSON.stringify([`+${FIRST + numbers}`]);
  const after = Buffer.from(middle).toString('base64url');
  const times = { first: [], middle: [] };
  for (let turn = 0; turn < 20; turn++) {
    await timed(times.first, () => findPage(orm.em.fork(), DncNumber, { first }, query));
    await timed(times.middle, () => findPage(orm.em.fork(), DncNumber, { first, after }, query));
  }
  return { entries: start.edges.length, firstPageMs: spread(times.first), middlePageMs: spread(times.middle) };
}

let server;
let orm;
let pool;
let client;
try {
  server = await startEmbeddedPostgres({ dataDir: folder, volatile: true });
  orm = await openDatabase({ url: server.url, poolSize: 2 });
  pool = openPool({ url: server.url, poolSize: 2 });
  pool.on('error', nothing);
  client = new pg.Client(server.url);
  await client.connect();
  const fillTimes = [];
  await timed(fillTimes, () => fill(client));
  const lookupsTaken = await measureLookups(pool, client);
  const pages = await measurePages(orm);
  const seconds = Math.round(fillTimes[0] / 1000);
  console.log(JSON.stringify({ bench: 'dnc', numbers, lookups, ...lookupsTaken, pages, fillSeconds: seconds }));
} finally {
  await client?.end();
  await pool?.end();
  await orm?.close(true);
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
