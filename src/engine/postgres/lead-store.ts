import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { ClaimedLead, ClaimRequest, LeadStore } from '../contracts/lead-store.js';

/** Tries that do not count and yet ring at a number, in 24 hours, over all campaigns (engine.md, From SIP to status). */
const UNCOUNTED_TRIES_A_DAY = 20;

/** Claims in a row that only set leads aside; a bound, so that one claim does not keep its campaign from anything else. */
const MOST_ROUNDS = 200;

/** Leads in PostgreSQL. */
export class PostgresLeadStore implements LeadStore {
  constructor(private readonly pool: Pool) {}

  /**
   * One statement. Both searches walk an index that holds only the leads of one place, in the order of dialing, and stop
   * at the limit. Leads whose number is in a call of another campaign are passed over. What may never be called, or not
   * today, is moved out of the way for good, so that it is met once and not at every claim. `offset 0` keeps the planner from
   * reading all open calls for it: it would make a join of the question.
   *
   * Two campaigns that hold the same number may claim it at the same moment, and neither sees the other's attempt. The
   * unique index decides, and the loser's lead stays where it was. All claims open their attempts in the order of the
   * numbers, or two that wait for each other's would end in a deadlock.
   */
  async claim(request: ClaimRequest): Promise<readonly ClaimedLead[]> {
    for (let round = 1; ; round++) {
      const { claimed, setAside } = await this.claimOnce(request);
      // With nothing but leads that may not be called in front, those behind them would wait for the next claim.
      if (claimed.length > 0 || (setAside > 0 && round === MOST_ROUNDS)) return claimed;
      if (setAside > 0) continue;
      await this.requireTenure(request.epoch);
      return claimed;
    }
  }

  private async claimOnce(request: ClaimRequest): Promise<{ claimed: readonly ClaimedLead[]; setAside: number }> {
    const ids = Array.from({ length: request.limit }, () => uuidv7());
    const { rows } = await this.pool.query<ClaimedRow>({
      name: 'lead-claim',
      text: `
        with tenure as (
          select 1 from engine_lease where id = 1 and epoch = $5
        ), dialed as (
          -- Shared lock: a stop of the campaign waits for this claim, and the next claim sees it.
          select id, name from campaign where id = $1 and state = 'STARTED' and exists (select from tenure) for share
        ), due as materialized (
          select l.id, l.place, l.due_at, l.position, l.name, l.phone_number, l.status, l.attempt_count from lead l
          where l.campaign_id = $1 and l.place = 'RETRY' and l.due_at <= $4 and exists (select from dialed)
            and not exists (select from call_attempt o where o.phone_number = l.phone_number and o.ended_at is null offset 0)
          order by l.due_at, l.position limit $3 for update of l skip locked
        ), fresh as materialized (
          select l.id, l.place, l.due_at, l.position, l.name, l.phone_number, l.status, l.attempt_count from lead l
          where l.campaign_id = $1 and l.place = 'NEW' and exists (select from dialed)
            and not exists (select from call_attempt o where o.phone_number = l.phone_number and o.ended_at is null offset 0)
          order by l.position limit greatest(0, $3 - (select count(*) from due)) for update of l skip locked
        ), judged as (
          select l.*, row_number() over (order by l.place desc, l.due_at, l.position) as turn,
            exists (select from suppressed_number s where s.phone_number = l.phone_number) as is_suppressed,
            (select min(t.queued_at) from (
               select u.queued_at from call_attempt u
               where u.phone_number = l.phone_number and u.ended_at is not null and not u.counts_as_attempt
                 and u.dialed_at is not null and u.queued_at > $4::timestamptz - interval '24 hours'
               order by u.queued_at desc limit ${UNCOUNTED_TRIES_A_DAY}) t
             having count(*) >= ${UNCOUNTED_TRIES_A_DAY}) as capped_since
          from (select * from due union all select * from fresh) l
        ), never as (
          -- By arrays, here and below: the planner takes the judged for a tenth of all leads, and would join by a scan.
          update lead l set place = 'DONE', due_at = null, updated_at = $4
          where l.id = any (array(select id from judged where is_suppressed)) returning 1
        ), uncounted as (
          update campaign_counters set pending = pending - (select count(*) from never)
          where campaign_id = $1 and exists (select from never)
        ), later as (
          update lead l set place = 'RETRY', updated_at = $4,
            due_at = (select j.capped_since + interval '24 hours' from judged j where j.id = l.id)
          where l.id = any (array(select id from judged where not is_suppressed and capped_since is not null))
        ), opened as (
          insert into call_attempt (id, campaign_id, campaign_name, schedule_id, lead_id, lead_name, lead_status_before,
            phone_number, state, epoch, claim_expires_at, queued_at)
          select ($7::uuid[])[j.turn], d.id, d.name, $2, j.id, j.name, j.status, j.phone_number, 'QUEUED', $5, $6, $4
          from judged j, dialed d where not j.is_suppressed and j.capped_since is null
          order by j.phone_number
          on conflict do nothing
          returning id, lead_id
        ), claimed as (
          update lead l set place = 'IN_CALL', due_at = null where l.id = any (array(select lead_id from opened))
        ), aside as (
          select count(*)::int as leads from judged where is_suppressed or capped_since is not null
        )
        select aside.leads as "setAside", o.id as "attemptId", j.id as "leadId", j.name as "leadName",
          j.phone_number as "phoneNumber", j.status as "leadStatus", j.attempt_count as "attemptCount",
          $4::timestamptz as "queuedAt"
        from aside left join (opened o join judged j on j.id = o.lead_id) on true
        order by j.turn`,
      values: [
        request.campaignId,
        request.scheduleId,
        request.limit,
        request.now,
        request.epoch,
        request.expiresAt,
        ids,
      ],
    });
    const claimed = rows.flatMap((row) => (row.attemptId === null ? [] : [row]));
    return { claimed, setAside: rows[0]?.setAside ?? 0 };
  }

  /**
   * Asked for the first in order rather than for the existence of any: then only the index of that order will do.
   * `exists` lets the planner read the whole table for it, because it expects to meet one soon; with the leads of
   * another campaign in front, it does not.
   */
  async nextDueAt(campaignId: string): Promise<Date | null> {
    const { rows } = await this.pool.query<{ due_at: Date | null }>({
      name: 'lead-next-due',
      text: `
        select case
          when (select position from lead where campaign_id = $1 and place = 'NEW' order by position limit 1) is not null
            then '-infinity'::timestamptz
          else (select due_at from lead where campaign_id = $1 and place = 'RETRY' order by due_at limit 1)
        end as due_at`,
      values: [campaignId],
    });
    const dueAt: unknown = rows[0]?.due_at;
    if (dueAt instanceof Date) return dueAt;
    // The driver gives PostgreSQL's infinities as numbers.
    return dueAt === -Infinity ? new Date(0) : null;
  }

  private async requireTenure(epoch: number): Promise<void> {
    const { rows } = await this.pool.query<{ epoch: string }>('select epoch from engine_lease where id = 1');
    if (Number(rows[0]?.epoch) !== epoch) throw new Error('Another instance holds the lease by now.');
  }
}

type ClaimedRow =
  | (ClaimedLead & { readonly setAside: number })
  /** Nothing was claimed. */
  | { readonly setAside: number; readonly attemptId: null };
