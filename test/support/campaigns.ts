import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { GraphQLClient } from './graphql-client.js';
import { makeClient, makeGroup, type TestGroup } from './people.js';
import type { TestApp } from './test-app.js';

export interface CampaignRef {
  readonly id: string;
  readonly version: number;
}

/** Campaigns as their administrators make them, and the queue and the call log, which are not theirs to make. */
export interface CampaignBench {
  readonly app: TestApp;
  readonly pool: pg.Pool;
  readonly group: TestGroup;
  readonly admin: GraphQLClient;
  readonly supervisor: GraphQLClient;
  /** An administrator of another group. */
  readonly stranger: GraphQLClient;
  readonly strangerGroup: TestGroup;
  readonly queueId: string;
  /** Input of a campaign that runs all day for a week from today on. */
  input(overrides?: Record<string, unknown>): Record<string, unknown>;
  create(overrides?: Record<string, unknown>): Promise<CampaignRef>;
  /** Loads a file into the campaign. */
  load(campaignId: string, content: string): Promise<void>;
  close(): Promise<void>;
}

export const CREATE_CAMPAIGN = `mutation ($input: CreateCampaignInput!) {
  createCampaign(input: $input) { campaign { id version } }
}`;
export const UPLOAD = `mutation ($input: UploadLeadsInput!, $file: Upload!) {
  uploadLeads(input: $input, file: $file) { upload {
    id phase fileName rowsRead loaded duplicatesInFile duplicatesInCampaign rejected failure rejectedRowsCsvUrl
    rejectedRows { line reason message } campaign { id } startedAt finishedAt
  } }
}`;

let sequence = 0;

export async function makeCampaignBench(app: TestApp): Promise<CampaignBench> {
  const pool = new pg.Pool({ connectionString: app.databaseUrl, max: 4 });
  const [group, strangerGroup] = [await makeGroup(app), await makeGroup(app)];
  const { client: admin } = await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [group]);
  const { client: supervisor } = await makeClient(app, 'CAMPAIGN_SUPERVISOR', [group]);
  const { client: stranger } = await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [strangerGroup]);
  const queueId = await storeQueue(pool, 'IVR');
  const input = (overrides: Record<string, unknown> = {}) => ({
    name: `Campaign ${++sequence}`,
    groupId: group.id,
    firstDay: dayFromNow(0),
    lastDay: dayFromNow(6),
    startTime: '00:00',
    endTime: '23:59:59',
    weekdays: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'],
    pilotNumber: '9000',
    type: 'IVR',
    queueId,
    ...overrides,
  });
  return {
    ...{ app, pool, group, admin, supervisor, stranger, strangerGroup, queueId, input },
    create: async (overrides) => {
      const data = await admin.ask<{ createCampaign: { campaign: CampaignRef } }>(CREATE_CAMPAIGN, {
        input: input(overrides),
      });
      return data.createCampaign.campaign;
    },
    load: async (campaignId, content) => {
      const { errors } = await admin.upload(UPLOAD, { input: { campaignId } }, { content, name: 'leads.csv' });
      if (errors) throw new Error(JSON.stringify(errors));
    },
    close: () => pool.end(),
  };
}

/** `YYYY-MM-DD` in UTC, which is the zone of the tests. */
export function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

export async function storeQueue(pool: pg.Pool, type: 'IVR' | 'OSCC'): Promise<string> {
  const id = uuidv7();
  await pool.query(
    `insert into queue (id, name, type, transfer_mode, transfer_timeout_seconds, agent_source)
     values ($1, $2, $3, 'REFER', 60, '{"kind":"FIXED","channels":10,"holdSeconds":1}')`,
    [id, `queue ${id}`, type],
  );
  return id;
}

export interface StoredAttempt {
  readonly id: string;
  readonly leadId: string;
  readonly queuedAt: Date;
}

/** An attempt as the engine opens it; `columns` are further ones. */
export async function storeAttempt(
  pool: pg.Pool,
  campaignId: string,
  columns: Record<string, unknown> = {},
): Promise<StoredAttempt> {
  const row: Record<string, unknown> = {
    id: uuidv7(),
    campaign_id: campaignId,
    campaign_name: 'Campaign at the time',
    schedule_id: uuidv7(),
    lead_id: uuidv7(),
    lead_name: 'Lead at the time',
    lead_status_before: 'NOT_CALLED',
    phone_number: `+5541${String(700_000_000 + ++sequence)}`,
    state: 'QUEUED',
    // No tenure of the app's engine is later: its sweep leaves the row alone.
    epoch: 1_000_000,
    claim_expires_at: new Date(Date.now() + 3_600_000),
    queued_at: new Date(),
    ...columns,
  };
  const names = Object.keys(row);
  await pool.query(
    `insert into call_attempt (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
  return { id: row['id'] as string, leadId: row['lead_id'] as string, queuedAt: row['queued_at'] as Date };
}

/** Fails the test if the kept counters of a campaign are not those of its leads. */
export async function expectTrueCounters(pool: pg.Pool, campaignId: string): Promise<void> {
  const { rows } = await pool.query<{ kept: Record<string, number>; counted: Record<string, number> }>(
    `select to_jsonb(k) as kept, (
       select jsonb_build_object('total', count(*), 'pending', count(*) filter (where place <> 'DONE'),
         'not_called', count(*) filter (where status = 'NOT_CALLED'), 'success', count(*) filter (where status = 'SUCCESS'),
         'failed', count(*) filter (where status = 'FAILED'), 'busy', count(*) filter (where status = 'BUSY'),
         'declined', count(*) filter (where status = 'DECLINED'), 'amd', count(*) filter (where status = 'AMD'),
         'do_not_call', count(*) filter (where status = 'DO_NOT_CALL'),
         'unknown', count(*) filter (where status = 'UNKNOWN'))
       from lead where campaign_id = $1) as counted
     from campaign_counters k where campaign_id = $1`,
    [campaignId],
  );
  const row = rows[0];
  if (!row) throw new Error('The campaign has no counters');
  for (const [name, count] of Object.entries(row.counted)) {
    if (row.kept[name] !== count) throw new Error(`${name} is kept as ${row.kept[name]} but is ${count}`);
  }
}
