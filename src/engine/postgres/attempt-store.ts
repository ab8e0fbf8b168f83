import type { Pool } from 'pg';
import type {
  AbandonedAttempt,
  AttemptEnding,
  AttemptStep,
  AttemptStore,
  CallOnChannel,
} from '../contracts/attempt-store.js';
import type { Clock } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import { type AttemptWrite, writeAttempts } from './attempt-writes.js';
import { BatchWriter } from './batch-writer.js';
import { isOutage } from './outage.js';

/** Attempts in PostgreSQL. Steps and endings of all calls share transactions, in the order in which they came. */
export class PostgresAttemptStore implements AttemptStore {
  private readonly writer: BatchWriter<AttemptWrite>;

  constructor(
    private readonly pool: Pool,
    clock: Clock,
    log: Log,
  ) {
    this.writer = new BatchWriter((batch) => writeAttempts(pool, batch), isOutage, clock, log);
  }

  async move(step: AttemptStep): Promise<void> {
    const changed = await this.writer.add({ type: 'step', step });
    // Another instance took the attempt for abandoned and closed it; its lead may be in a call already.
    if (!changed) throw new Error('The attempt has ended already.');
  }

  close(ending: AttemptEnding): Promise<boolean> {
    return this.writer.add({ type: 'ending', ending });
  }

  /** For shutdown: what still waits for a database that is away fails. */
  stop(): void {
    this.writer.stop();
  }

  async findAbandoned(epoch: number, now: Date, mine: ReadonlySet<string>): Promise<readonly AbandonedAttempt[]> {
    // A deleted campaign has no policy any more; its leads are gone too, so that any policy will do.
    const { rows } = await this.pool.query<AbandonedAttempt>(
      `select a.id as "attemptId", a.campaign_id as "campaignId", a.lead_id as "leadId", a.state,
              a.lead_status_before as "leadStatus", coalesce(l.attempt_count, 0) as "attemptCount",
              coalesce(c.max_attempts, 1) as "maxAttempts", coalesce(c.retry_minutes, 60) as "retryMinutes",
              coalesce(c.retry_statuses, '{}') as "retryStatuses", coalesce(c.retry_unreachable, false) as "retryUnreachable",
              a.invite, a.dialog, a.pilot_dialog as "pilotDialog"
       from call_attempt a
       left join campaign c on c.id = a.campaign_id
       left join lead l on l.id = a.lead_id
       where a.ended_at is null and (a.epoch < $1 or a.claim_expires_at <= $2) and a.id <> all ($3::uuid[])
       order by a.queued_at`,
      [epoch, now, [...mine]],
    );
    return rows;
  }

  async findOnChannels(now: Date): Promise<readonly CallOnChannel[]> {
    // By when they were queued, for the index: no call takes longer than a quarter of an hour to be handed over.
    const { rows } = await this.pool.query<CallOnChannel>(
      `select a.id as "attemptId", q.id as "queueId", a.transferred_at as "handedOverAt"
       from queue q
       cross join lateral (select make_interval(secs => (q.agent_source ->> 'holdSeconds')::int) as hold) h
       join campaign c on c.queue_id = q.id
       join call_attempt a on a.campaign_id = c.id
         and a.queued_at > $1::timestamptz - h.hold - interval '15 minutes' and a.transferred_at > $1::timestamptz - h.hold
       where q.agent_source ->> 'kind' = 'FIXED' and q.transfer_mode = 'REFER'`,
      [now],
    );
    return rows;
  }
}
