import { v7 as uuidv7 } from 'uuid';

/**
 * A started campaign over one queue, which transfers by REFER unless told otherwise; a lead has one attempt unless told
 * otherwise.
 * @param sipPort of the far end of a trunk of its own; absent: it is dialed over the trunks that there are
 * @param areaCode of the numbers of its leads, two digits
 */
export async function storeBenchCampaign(
  pool,
  { leads, sipPort, channels, maxAttempts = 1, transferMode = 'REFER', name = 'Bench', areaCode = '41' },
) {
  const [group, queue, campaign, schedule] = Array.from({ length: 4 }, () => uuidv7());
  await pool.query('insert into dialer_group (id, name) values ($1, $2)', [group, name]);
  if (sipPort !== undefined) await storeTrunk(pool, { name: 'sipp', sipPort, channels });
  await pool.query(
    `insert into queue (id, name, type, transfer_mode, transfer_timeout_seconds, agent_source)
     values ($1, $2, 'IVR', $3, 60, $4)`,
    [queue, name, transferMode, JSON.stringify({ kind: 'FIXED', channels, holdSeconds: 1 })],
  );
  await pool.query(
    `insert into campaign (id, name, group_id, first_day, last_day, start_time, end_time, weekdays, time_zone,
       pilot_number, max_attempts, retry_minutes, retry_statuses, type, queue_id, ring_timeout_seconds, state, started_at)
     values ($1, $5, $2, current_date, current_date, '00:00', '23:59', '{MONDAY}', 'UTC', '9000', $4, 60,
       '{FAILED,BUSY,DECLINED,UNKNOWN}', 'IVR', $3, 30, 'STARTED', now())`,
    [campaign, group, queue, maxAttempts, name],
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
     select gen_random_uuid(), $1, turn, 'Lead ' || turn, '+55' || $3 || (900000000 + turn)
     from generate_series(1, $2::int) as turn`,
    [campaign, leads, areaCode],
  );
  await pool.query('vacuum analyze lead');
  return { campaign, schedule };
}

/** A trunk without registration, on loopback. */
export async function storeTrunk(pool, { name, sipPort, channels, transport = 'UDP' }) {
  await pool.query('insert into trunk (id, name, servers, transport, channels) values ($1, $2, $3, $4, $5)', [
    uuidv7(),
    name,
    JSON.stringify([{ host: '127.0.0.1', sipPort }]),
    transport,
    channels,
  ]);
}
