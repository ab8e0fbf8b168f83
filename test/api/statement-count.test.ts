import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { type CampaignBench, makeCampaignBench, storeAttempt } from '../support/campaigns.js';
import type { GraphQLClient } from '../support/graphql-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const ROWS = 100;
/** The engine asks the database too; of so many tries, the one that it disturbed least counts. */
const TRIES = 5;

const CAMPAIGNS = `query ($first: Int!) { campaigns(first: $first) { totalCount nodes { row: __typename
  name group { name } queue { name availability { free } } summary { total } counters { attempts }
  startability { canStart reasons } dncService { name } idleReason
} } }`;
const ATTEMPTS = `query ($first: Int!) { callAttempts(first: $first) { nodes { row: __typename
  state phoneNumber campaign { name group { name } } lead { name } schedule { date status }
} } }`;
const USERS = `query ($first: Int!) { users(first: $first) { totalCount nodes { row: __typename username groups { name } } } }`;
const LEADS = `query ($id: ID!, $first: Int!) { campaign(id: $id) { leads(first: $first) { totalCount nodes { row: __typename
  name callability { reasons nextDueAt }
} } } }`;
const NESTED_PAGE = `totalCount csvUrl pageInfo { hasNextPage endCursor }`;
const NESTED_LISTS = `query ($first: Int!) { campaigns(first: $first) { nodes { row: __typename
  schedules(first: 1, filter: { statuses: [NOT_RUNNING, RUNNING] }) { totalCount pageInfo { hasNextPage } nodes { date status } }
  leads(last: 1, filter: { search: "a" }, orderBy: { field: NAME }) { ${NESTED_PAGE} nodes { name campaign { name } } }
  callAttempts(first: 1) { ${NESTED_PAGE} nodes { state lead { name } } }
} } }`;
const ATTEMPTS_OF_LEADS = `query ($id: ID!, $first: Int!) { campaign(id: $id) { leads(first: $first) { nodes { row: __typename
  attempts(first: 1, filter: { results: [BUSY] }) { ${NESTED_PAGE} nodes { state } }
} } } }`;
const LINKS_OF_LEADS = `query ($id: ID!, $first: Int!) { campaign(id: $id) { leads(first: $first) { nodes { row: __typename
  attempts(first: 1) { csvUrl }
} } } }`;

let statements = 0;
type Query = (this: pg.Client, ...parameters: unknown[]) => unknown;

/** "No query makes more than one SQL statement a level" (api.md, Conventions): how many rows there are is no matter. */
describe('statements', () => {
  let app: TestApp;
  let bench: CampaignBench;
  let bigCampaign: string;
  const original = Reflect.get(pg.Client.prototype, 'query') as Query;

  beforeAll(async () => {
    app = await startTestApp();
    bench = await makeCampaignBench(app);
    const { rows } = await bench.pool.query<{ id: string }>(
      `select m.user_id as id from group_member m where m.group_id = $1`,
      [bench.group.id],
    );
    for (let row = 0; row < ROWS; row++) {
      const groupId = uuidv7();
      const queueId = uuidv7();
      await bench.pool.query('insert into dialer_group (id, name) values ($1, $2)', [groupId, `Many ${row}`]);
      await bench.pool.query('insert into group_member (user_id, group_id) select unnest($1::uuid[]), $2', [
        rows.map(({ id }) => id),
        groupId,
      ]);
      await bench.pool.query(
        `insert into queue (id, name, type, transfer_mode, transfer_timeout_seconds, agent_source)
         values ($1, $2, 'IVR', 'REFER', 60, '{"kind":"FIXED","channels":10,"holdSeconds":1}')`,
        [queueId, `Many ${row}`],
      );
      const { id } = await bench.create({ groupId, queueId });
      bigCampaign = id;
      const scheduleId = await bench.pool.query<{ id: string }>('select id from schedule where campaign_id = $1', [id]);
      const leadId = uuidv7();
      await bench.pool.query(
        `insert into lead (id, campaign_id, position, name, phone_number) values ($1, $2, 1, 'Ana', '+554183015031')`,
        [leadId, id],
      );
      await storeAttempt(bench.pool, id, {
        ...{ lead_id: leadId, schedule_id: scheduleId.rows[0]?.id },
        ...{ state: 'ENDED', ended_at: new Date(), result: 'BUSY', attributed_to: 'CALLEE', reason: 'busy' },
      });
      await bench.pool.query(
        `with u as (insert into app_user (id, username, password_hash, role) values ($1, $2, '', 'CAMPAIGN_SUPERVISOR')
         returning id) insert into group_member (user_id, group_id) select id, $3 from u`,
        [uuidv7(), `many-${row}`, groupId],
      );
    }
    const csv = Array.from({ length: ROWS }, (_, row) => `Lead ${row},+5541830${String(20_000 + row)}`).join('\n');
    await bench.load(bigCampaign, csv);
    pg.Client.prototype.query = function (this: pg.Client, ...parameters: unknown[]) {
      statements++;
      return original.apply(this, parameters);
    } as typeof pg.Client.prototype.query;
  }, 60_000);

  afterAll(async () => {
    pg.Client.prototype.query = original as unknown as typeof pg.Client.prototype.query;
    await bench.close();
    await app.close();
  });

  async function count(client: GraphQLClient, query: string, first: number): Promise<{ least: number; rows: number }> {
    let least = Infinity;
    let rows = 0;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      statements = 0;
      const data = await client.ask<object>(query, { first, ...(query.includes('$id') && { id: bigCampaign }) });
      least = Math.min(least, statements);
      rows = JSON.stringify(data).split('"row":').length - 1;
    }
    return { least, rows };
  }

  test.each([
    ['campaigns with group, queue, counters and startability', CAMPAIGNS],
    ['call attempts with campaign, lead and schedule', ATTEMPTS],
    ['leads with their callability', LEADS],
    ['users with their groups', USERS],
    ['campaigns with their schedules, leads and attempts', NESTED_LISTS],
    ['leads with their attempts', ATTEMPTS_OF_LEADS],
    ['leads with links to their attempts', LINKS_OF_LEADS],
  ])('%s: 100 rows take as many as 1', async (label, query) => {
    const client = query === USERS ? app.master : bench.admin;
    const one = await count(client, query, 1);
    const many = await count(client, query, ROWS);
    expect(one.rows).toBe(1);
    expect(many.rows).toBe(ROWS);
    expect({ [label]: many.least }).toEqual({ [label]: one.least });
    if (process.env['SHOW_STATEMENTS']) console.log(label, one.least);
  });
});
