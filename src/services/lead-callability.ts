import type { EntityManager } from '@mikro-orm/postgresql';
import { type CallingWindow, nextDialableAt, openWindow } from '../engine/domain/calling-calendar.js';
import { LeadPlace } from '../engine/domain/lead-state.js';
import { IdleReason, LeadBlockReason, type LeadStatus } from '../entities/enums.js';
import type { EngineDoor } from './engine-door.js';
import { sqlTextArray } from './sql-text-array.js';

export interface Callability {
  readonly callable: boolean;
  readonly reasons: readonly LeadBlockReason[];
  readonly nextDueAt: Date | null;
}

/** As the claim has it (`engine/postgres/lead-store.ts`): tries that ring and yet do not count, per number and 24 h. */
const UNCOUNTED_TRIES_A_DAY = 20;

/** Tells why a lead is or is not called: the rules of the claim, asked as a question. */
export class LeadCallabilityReader {
  constructor(private readonly engine: EngineDoor) {}

  /** Of many leads, with one statement for them and one for the windows of their campaigns. */
  async read(em: EntityManager, leadIds: readonly string[], now: Date): Promise<Map<string, Callability>> {
    const leads = await em.execute<LeadFacts[]>(
      `select l.id, l.campaign_id as "campaignId", c.state = 'STARTED' as "isStarted", l.place, l.status,
         l.due_at as "dueAt", l.attempt_count >= c.max_attempts as "isUsedUp",
         l.status = any (c.retry_statuses) and (c.retry_unreachable or not l.unreachable)
           as "isRetried",
         exists (select from suppressed_number s where s.phone_number = l.phone_number) as "isSuppressed",
         exists (select from call_attempt o where o.phone_number = l.phone_number and o.ended_at is null) as "isInCall",
         (select min(t.queued_at) + interval '24 hours' from (
            select u.queued_at from call_attempt u
            where u.phone_number = l.phone_number and u.ended_at is not null and not u.counts_as_attempt
              and u.dialed_at is not null and u.queued_at > ?::timestamptz - interval '24 hours'
            order by u.queued_at desc limit ${UNCOUNTED_TRIES_A_DAY}) t
          having count(*) >= ${UNCOUNTED_TRIES_A_DAY}) as "cappedUntil"
       from lead l join campaign c on c.id = l.campaign_id
       where l.id = any (?::uuid[])`,
      [now, sqlTextArray(leadIds)],
    );
    const windows = await this.windows(em, [...new Set(leads.map((lead) => lead.campaignId))], now);
    return new Map(leads.map((lead) => [lead.id, this.judge(lead, windows.get(lead.campaignId) ?? [], now)]));
  }

  private async windows(em: EntityManager, campaignIds: readonly string[], now: Date) {
    const rows = await em.execute<{ campaignId: string; startsAt: Date | string; endsAt: Date | string }[]>(
      `select campaign_id as "campaignId", starts_at as "startsAt", ends_at as "endsAt" from schedule
       where campaign_id = any (?::uuid[]) and ends_at > ? order by starts_at`,
      [sqlTextArray(campaignIds), now],
    );
    const byCampaign = new Map<string, CallingWindow[]>();
    for (const { campaignId, startsAt, endsAt } of rows) {
      const windows = byCampaign.get(campaignId) ?? [];
      byCampaign.set(campaignId, windows);
      windows.push({ startsAt: new Date(startsAt), endsAt: new Date(endsAt) });
    }
    return byCampaign;
  }

  private judge(lead: LeadFacts, windows: readonly CallingWindow[], now: Date): Callability {
    const dueAt = lead.place === LeadPlace.RETRY && lead.dueAt !== null ? new Date(lead.dueAt) : now;
    const cappedUntil = lead.cappedUntil === null ? now : new Date(lead.cappedUntil);
    const isDone = lead.place === LeadPlace.DONE;
    const isCalled = lead.status !== 'NOT_CALLED';
    const isForbidden = lead.status === 'DO_NOT_CALL';
    const { idleReason } = this.engine.campaignStatus(lead.campaignId);
    const against: Readonly<Record<LeadBlockReason, boolean>> = {
      CAMPAIGN_STOPPED: !lead.isStarted,
      OUTSIDE_SCHEDULE: !openWindow(windows, now),
      DNC_OUT_OF_SERVICE: idleReason === IdleReason.DNC_OUT_OF_SERVICE,
      RETRY_NOT_DUE: dueAt > now,
      NO_ATTEMPTS_LEFT: isDone && lead.isUsedUp,
      STATUS_NOT_RETRIED: isDone && isCalled && !isForbidden && !lead.isRetried,
      DO_NOT_CALL: isForbidden,
      NUMBER_SUPPRESSED: lead.isSuppressed,
      CALL_IN_PROGRESS: lead.isInCall || lead.place === LeadPlace.IN_CALL,
      FREQUENCY_CAP: cappedUntil > now,
    };
    const reasons = Object.values(LeadBlockReason).filter((reason) => against[reason]);
    const mayBeCalled = !isDone && !lead.isSuppressed && lead.place !== LeadPlace.IN_CALL;
    const earliest = new Date(Math.max(now.getTime(), dueAt.getTime(), cappedUntil.getTime()));
    return {
      callable: reasons.length === 0,
      reasons,
      nextDueAt: mayBeCalled ? (nextDialableAt(windows, earliest) ?? null) : null,
    };
  }
}

interface LeadFacts {
  readonly id: string;
  readonly campaignId: string;
  readonly isStarted: boolean;
  readonly place: LeadPlace;
  readonly status: LeadStatus;
  readonly dueAt: Date | string | null;
  readonly isUsedUp: boolean;
  readonly isRetried: boolean;
  readonly isSuppressed: boolean;
  readonly isInCall: boolean;
  readonly cappedUntil: Date | string | null;
}
