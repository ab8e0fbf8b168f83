import type { Pool } from 'pg';
import type { CampaignStore, StartedCampaign } from '../contracts/campaign-store.js';
import type { CampaignStopReason } from '../domain/campaign-state.js';

/** Campaigns in PostgreSQL. */
export class PostgresCampaignStore implements CampaignStore {
  constructor(private readonly pool: Pool) {}

  async loadStarted(now: Date): Promise<readonly StartedCampaign[]> {
    const { rows } = await this.pool.query<StartedCampaignRow>({
      name: 'campaigns-started',
      text: `
        select c.id, c.name, c.pilot_number as "pilotNumber", c.max_attempts as "maxAttempts",
          c.retry_minutes as "retryMinutes", c.retry_statuses as "retryStatuses",
          c.retry_unreachable as "retryUnreachable", c.type, c.queue_id as "queueId", q.transfer_mode as "transferMode",
          q.transfer_timeout_seconds * 1000 as "transferTimeoutMs", c.amd_enabled as "amdEnabled",
          c.amd_sensitivity as "amdSensitivity", m.id as "voicemailMessageId", c.dnc_service_id as "dncServiceId", c.caller_id as "callerId",
          c.ring_timeout_seconds * 1000 as "ringTimeoutMs", c.max_parallel_calls as "maxParallelCalls",
          c.max_calls_per_second as "maxCallsPerSecond",
          c.started_at as "startedAt",
          coalesce((
            select jsonb_agg(jsonb_build_object('scheduleId', s.id, 'startsAt', s.starts_at, 'endsAt', s.ends_at,
                                                'ran', s.ran) order by s.starts_at)
            from schedule s where s.campaign_id = c.id and s.ends_at > $1), '[]') as windows
        from campaign c join queue q on q.id = c.queue_id
          left join voicemail_message m on m.campaign_id = c.id
        where c.state = 'STARTED'
        order by c.started_at, c.id`,
      values: [now],
    });
    return rows.map(({ windows, ...campaign }) => ({
      ...campaign,
      windows: windows.map(({ startsAt, endsAt, ...window }) => ({
        ...window,
        startsAt: new Date(startsAt),
        endsAt: new Date(endsAt),
      })),
    }));
  }

  async markRan(scheduleId: string): Promise<void> {
    await this.pool.query('update schedule set ran = true where id = $1 and not ran', [scheduleId]);
  }

  async stop(campaignId: string, reason: CampaignStopReason, at: Date): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `with stopped as (
         update campaign c set state = 'STOPPED', stopped_at = $3, stop_reason = $2
         where c.id = $1 and c.state = 'STARTED'
           and ($2 <> 'NO_LEADS_LEFT'
                -- Why not "not exists": see nextDueAt in lead-store.ts.
                or (select l.position from lead l where l.campaign_id = $1 and l.place <> 'DONE'
                    order by l.position limit 1) is null)
         returning c.id
       ), finished as (
         update schedule s set leads_done = true from stopped
         where s.campaign_id = stopped.id and $2 = 'NO_LEADS_LEFT' and s.starts_at <= $3 and s.ends_at > $3 and s.ran
       )
       select id from stopped`,
      [campaignId, reason, at],
    );
    return (rowCount ?? 0) > 0;
  }
}

type StartedCampaignRow = Omit<StartedCampaign, 'windows'> & {
  readonly windows: readonly { scheduleId: string; startsAt: string; endsAt: string; ran: boolean }[];
};
