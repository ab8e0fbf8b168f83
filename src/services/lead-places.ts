import type { EntityManager } from '@mikro-orm/postgresql';
import type { Campaign } from '../entities/campaign.js';
import { sqlTextArray } from './sql-text-array.js';

type RetrySettings = Pick<Campaign, 'maxAttempts' | 'retryMinutes' | 'retryStatuses' | 'retryUnreachable'>;

export function isOtherRetryPolicy(before: RetrySettings, after: RetrySettings): boolean {
  return (
    before.maxAttempts !== after.maxAttempts ||
    before.retryMinutes !== after.retryMinutes ||
    before.retryUnreachable !== after.retryUnreachable ||
    [...before.retryStatuses].sort().join() !== [...after.retryStatuses].sort().join()
  );
}

/**
 * Decides anew, for the leads that have been called, whether and when they are called again: the rule of
 * `engine/domain/retry-policy.ts` in one statement. Leads in a call are left out: their end is judged when it comes. The
 * due time of a lead that waits already moves only if the retry time is another one.
 */
export async function applyRetryPolicy(tx: EntityManager, campaign: Campaign, before: RetrySettings): Promise<void> {
  await tx.execute(
    `with judged as (
       select l.id, l.place as old_place, l.due_at as old_due_at,
         coalesce(l.last_ended_at, l.updated_at) + make_interval(mins => ?) as next_due_at,
         l.status <> 'DO_NOT_CALL' and l.status = any (?::text[]) and l.attempt_count < ?
           and (? or not l.unreachable)
           and not exists (select from suppressed_number s where s.phone_number = l.phone_number) as may_retry
       from lead l
       where l.campaign_id = ? and l.place in ('RETRY', 'DONE') and l.status <> 'NOT_CALLED'
     ), moved as (
       update lead l set
         place = case when j.may_retry then 'RETRY' else 'DONE' end,
         due_at = case when not j.may_retry then null when j.old_place = 'RETRY' and ? then j.old_due_at else j.next_due_at end
       from judged j
       where l.id = j.id and l.place = j.old_place
         and (j.may_retry <> (j.old_place = 'RETRY') or (j.may_retry and not ? and j.old_due_at <> j.next_due_at))
       returning j.old_place, l.place as new_place
     )
     update campaign_counters set pending = pending + (
       select count(*) filter (where old_place = 'DONE') - count(*) filter (where new_place = 'DONE') from moved
       where old_place <> new_place)
     where campaign_id = ?`,
    [
      campaign.retryMinutes,
      sqlTextArray(campaign.retryStatuses),
      campaign.maxAttempts,
      campaign.retryUnreachable,
      campaign.id,
      campaign.retryMinutes === before.retryMinutes,
      campaign.retryMinutes === before.retryMinutes,
      campaign.id,
    ],
  );
}
