import { v7 as uuidv7 } from 'uuid';
import type pg from 'pg';

export interface StoredCampaign {
  readonly campaignId: string;
  readonly scheduleId: string;
  readonly queueId: string;
}

/** A started campaign with an open window, put into the database as the API would have. */
export async function storeCampaign(pool: pg.Pool, overrides: { queueId?: string; maxAttempts?: number } = {}) {
  const [groupId, campaignId, scheduleId] = [uuidv7(), uuidv7(), uuidv7()];
  const queueId = overrides.queueId ?? uuidv7();
  await pool.query('insert into dialer_group (id, name) values ($1, $2)', [groupId, `group ${groupId}`]);
  if (!overrides.queueId) {
    await pool.query(
      `insert into queue (id, name, type, transfer_mode, transfer_timeout_seconds, agent_source)
       values ($1, $2, 'IVR', 'REFER', 60, '{"kind":"FIXED","channels":100,"holdSeconds":1}')`,
      [queueId, `queue ${queueId}`],
    );
  }
  await pool.query(
    `insert into campaign (id, name, group_id, first_day, last_day, start_time, end_time, weekdays, time_zone,
       pilot_number, max_attempts, retry_minutes, retry_statuses, type, queue_id, ring_timeout_seconds, state, started_at)
     values ($1, $2, $3, current_date, current_date, '00:00', '23:59', '{MONDAY}', 'UTC', '9000', $4, 60,
       '{FAILED,BUSY,DECLINED,AMD,SERVICE_TEMPORARILY_UNAVAILABLE,UNKNOWN}', 'IVR', $5, 30, 'STARTED', now())`,
    [campaignId, `campaign ${campaignId}`, groupId, overrides.maxAttempts ?? 5, queueId],
  );
  await pool.query('insert into campaign_counters (campaign_id) values ($1)', [campaignId]);
  await pool.query(
    `insert into schedule (id, campaign_id, date, start_time, end_time, starts_at, ends_at)
     values ($1, $2, current_date, '00:00', '23:59', now() - interval '1 hour', now() + interval '1 hour')`,
    [scheduleId, campaignId],
  );
  return { campaignId, scheduleId, queueId } satisfies StoredCampaign;
}

/** New leads in file order; the counters follow. */
export async function storeLeads(pool: pg.Pool, campaignId: string, phoneNumbers: readonly string[]): Promise<void> {
  await pool.query(
    `insert into lead (id, campaign_id, position, name, phone_number)
     select t.id, $1, t.turn, 'Lead ' || t.turn, t.phone_number
     from unnest($2::uuid[], $3::text[]) with ordinality as t(id, phone_number, turn)`,
    [campaignId, phoneNumbers.map(() => uuidv7()), phoneNumbers],
  );
  await pool.query(
    `update campaign_counters set total = total + $2, not_called = not_called + $2, pending = pending + $2
     where campaign_id = $1`,
    [campaignId, phoneNumbers.length],
  );
}

export function phoneNumbers(count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, index) => `+5541${String(900_000_000 + first + index)}`);
}
