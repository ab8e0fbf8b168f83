import { v7 as uuidv7 } from 'uuid';

/** A started campaign over one trunk and one queue; a lead has one attempt unless told otherwise. */
export async function storeBenchCampaign(pool, { leads, sipPort, channels, maxAttempts = 1 }) {
  const [group, queue, campaign, schedule] = Array.from({ length: 4 }, () => uuidv7());
  await pool.query("insert into dialer_group (id, name) values ($1, 'Bench')", [group]);
  await storeTrunk(pool, { name: 'sipp', sipPort, channels });
  await pool.query(
    `insert into queue (id, name, type, transfer_mode, transfer_timeout_seconds, agent_source)
     values ($1, 'Bench', 'IVR', 'REFER', 60, $2)`,
    [queue, JSON.stringify({ kind: 'FIXED', channels, holdSeconds: 1 })],
  );
  await pool.query(
    `insert into campaign (id, name, group_id, first_day, last_day, start_time, end_time, weekdays, time_zone,
       pilot_number, max_attempts, retry_minutes, retry_statuses, type, queue_id, ring_timeout_seconds, state, started_at)
     values ($1, 'Bench', $2, current_date, current_date, '00:00', '23:59', '{MONDAY}', 'UTC', '9000', $4, 60,
       '{FAILED,BUSY,DECLINED,UNKNOWN}', 'IVR', $3, 30, 'STARTED', now())`,
    [campaign, group, queue, maxAttempts],
  );
  await pool.query(`insert into campaign_counters (campaign_id, total, not_called, pending) values ($1, $2, $2, $2)`, [
    campaign,
    leads,
  ]);
  await pool.query(
    `insert into schedule (id, campaign_id, date, start_time, end_time, starts_at, ends_at)
     values ($1, $2, current_date, '00:00', '23:59', now() - interval '1 hour', now() + interval '12 hours')`,
    [schedule, campaign],
  );
  await pool.query(
    `insert into lead (id, campaign_id, position, name, phone_number)
     select gen_random_uuid(), $1, turn, 'Lead ' || turn, '+5541' || (900000000 + turn)
     from generate_series(1, $2::int) as turn`,
    [campaign, leads],
  );
  await pool.query('vacuum analyze lead');
  return { campaign, schedule };
}

/** A trunk without registration, over UDP on loopback. */
export async function storeTrunk(pool, { name, sipPort, channels }) {
  await pool.query(`insert into trunk (id, name, servers, transport, channels) values ($1, $2, $3, 'UDP', $4)`, [
    uuidv7(),
    name,
    JSON.stringify([{ host: '127.0.0.1', sipPort }]),
    channels,
  ]);
}
