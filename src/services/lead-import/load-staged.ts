import type { PoolClient } from 'pg';

export interface LoadCounts {
  readonly loaded: number;
  readonly duplicatesInFile: number;
  readonly duplicatesInCampaign: number;
}

/**
 * Moves the good rows of `lead_stage` into the campaign behind the leads that it has, and stores the rejected ones. The
 * first row of the file that has a number wins. The caller holds the campaign's lock.
 */
export async function loadStaged(client: PoolClient, campaignId: string, uploadId: string): Promise<LoadCounts> {
  await client.query('analyze lead_stage');
  await client.query(`set local work_mem = '64MB'`);
  const known = await client.query<{ good: number; in_campaign: number }>(
    `select count(*)::int as good, count(*) filter (where exists (
       select from lead l where l.campaign_id = $1 and l.phone_number = s.phone_number))::int as in_campaign
     from lead_stage s where s.reason is null`,
    [campaignId],
  );
  const inserted = await client.query(
    `insert into lead (id, campaign_id, position, name, description, phone_number, extra_fields, created_at, updated_at)
     select s.id, $1, base.position + s.turn, s.name, s.description, s.phone_number, s.extra_fields, $2, $2
     from lead_stage s, (select coalesce(max(position), 0) as position from lead where campaign_id = $1) base
     where s.reason is null
     order by s.turn
     on conflict (campaign_id, phone_number) do nothing`,
    [campaignId, new Date()],
  );
  await client.query(
    `insert into lead_upload_rejection (upload_id, line, reason, message)
     select $1, line, reason, message from lead_stage where reason is not null`,
    [uploadId],
  );
  const loaded = inserted.rowCount ?? 0;
  await client.query(
    `update campaign_counters set total = total + $2, not_called = not_called + $2, pending = pending + $2
     where campaign_id = $1`,
    [campaignId, loaded],
  );
  const { good, in_campaign: duplicatesInCampaign } = known.rows[0] ?? { good: 0, in_campaign: 0 };
  return { loaded, duplicatesInCampaign, duplicatesInFile: good - loaded - duplicatesInCampaign };
}
