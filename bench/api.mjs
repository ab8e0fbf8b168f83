// What an answer costs beside the SQL that has the same rows: a page of 100 leads of a big campaign, the first and the
// deepest; the summary; a login.
//
//   npm run bench -- api [--leads 5000000] [--requests 300]
//
// Prints one JSON line. Requests go one after another over one connection, as do the statements. Statements a request
// are transactions that the database counted: each statement of a query is one.
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { verify } from '@node-rs/argon2';
import { storeBenchCampaign } from './support/campaign.mjs';
import { quantile } from './support/processes.mjs';
import { Client, loginAs, MASTER_PASSWORD, round, startDatabase, startProduct } from './support/product.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { leads: { type: 'string', default: '5000000' }, requests: { type: 'string', default: '300' } },
});
const leads = Number(values.leads);
const requests = Number(values.requests);
const PAGE = 100;
const PAGE_QUERY = `query ($id: ID!, $after: String) { campaign(id: $id) { leads(first: ${PAGE}, after: $after, filter: {}) {
  totalCount pageInfo { hasNextPage endCursor }
  nodes { id version name description phoneNumber status attemptCount }
} } }`;
const SUMMARY = `query ($id: ID!) { campaign(id: $id) { name description pilotNumber maxAttempts retryMinutes state type
  group { name description } summary { total notCalled success failed busy declined amd unknown doNotCall }
} }`;

async function times(count, act) {
  for (let warmUp = 0; warmUp < Math.min(50, count); warmUp++) await act();
  const found = [];
  for (let turn = 0; turn < count; turn++) {
    const start = performance.now();
    await act();
    found.push(performance.now() - start);
  }
  found.sort((a, b) => a - b);
  return { p50: round(quantile(found, 0.5)), p99: round(quantile(found, 0.99)) };
}

async function transactions(pool) {
  // A backend tells of its transactions at most once a second.
  await sleep(1500);
  const { rows } = await pool.query(
    'select xact_commit::float8 as count from pg_stat_database where datname = current_database()',
  );
  return rows[0].count;
}

/** Statements of a request, those of the engine, which go on all the time, taken away. */
async function statements(pool, act) {
  const first = await transactions(pool);
  const startIdle = performance.now();
  await sleep(1000);
  const second = await transactions(pool);
  const perMs = (second - first) / (performance.now() - startIdle);
  const start = performance.now();
  for (let turn = 0; turn < 200; turn++) await act();
  const third = await transactions(pool);
  return round((third - second - perMs * (performance.now() - start)) / 200);
}

const beside = (graphql, sql) => ({
  graphql,
  sql,
  ratioP50: round(graphql.p50 / sql.p50),
  ratioP99: round(graphql.p99 / sql.p99),
});

const database = await startDatabase();
let product;
try {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  const { campaign } = await storeBenchCampaign(pool, { leads, sipPort: 9, channels: 1 });
  await pool.query(`update campaign set state = 'STOPPED'`);
  product = await startProduct(database);
  const administrator = await loginAs(product.url, 'CAMPAIGN_ADMINISTRATOR');

  const page = (after) => administrator.ask(PAGE_QUERY, { id: campaign, after });
  const sqlPage = async (after) => {
    await pool.query({ name: 'campaign', text: 'select * from campaign where id = $1', values: [campaign] });
    await pool.query({
      name: 'total',
      text: 'select total from campaign_counters where campaign_id = $1',
      values: [campaign],
    });
    const { rows } = await pool.query({
      name: 'page',
      text: `select id, version, name, description, phone_number, status, attempt_count from lead
             where campaign_id = $1 and position > $2 order by position limit ${PAGE + 1}`,
      values: [campaign, after],
    });
    return rows;
  };
  const { campaign: last } = await administrator.ask(
    `query ($id: ID!) { campaign(id: $id) { leads(last: ${PAGE + 1}, filter: {}) { edges { cursor } } } }`,
    { id: campaign },
  );
  const deepest = last.leads.edges[0].cursor;
  const deepRows = (await page(deepest)).campaign.leads.nodes;
  if (deepRows.length !== PAGE || (await sqlPage(leads - PAGE))[0].id !== deepRows[0].id) {
    throw new Error('The two do not read the same rows');
  }
  const first = beside(await times(requests, () => page(null)), await times(requests, () => sqlPage(0)));
  const deep = beside(await times(requests, () => page(deepest)), await times(requests, () => sqlPage(leads - PAGE)));
  const summary = beside(
    await times(requests, () => administrator.ask(SUMMARY, { id: campaign })),
    await times(requests, () =>
      pool.query({
        name: 'summary',
        text: `select c.*, g.name, g.description, k.* from campaign c join dialer_group g on g.id = c.group_id
               join campaign_counters k on k.campaign_id = c.id where c.id = $1`,
        values: [campaign],
      }),
    ),
  );
  const anonymous = new Client(product.url);
  const login = beside(
    await times(40, () => anonymous.login('master', MASTER_PASSWORD)),
    await times(40, async () => {
      const { rows } = await pool.query(`select id, password_hash from app_user where lower(username) = 'master'`);
      await verify(rows[0].password_hash, MASTER_PASSWORD);
      await pool.query(
        `insert into session (token_hash, user_id, expires_at) values (uuid_send(gen_random_uuid()), $1, now())`,
        [rows[0].id],
      );
    }),
  );
  console.log(
    JSON.stringify({
      bench: 'api',
      ...{ leads, requests, unit: 'ms' },
      firstPage: { ...first, statements: await statements(pool, () => page(null)) },
      deepestPage: { ...deep, statements: await statements(pool, () => page(deepest)) },
      summary: { ...summary, statements: await statements(pool, () => administrator.ask(SUMMARY, { id: campaign })) },
      login,
    }),
  );
  await pool.end();
} finally {
  await product?.end();
  await database.stop();
}
