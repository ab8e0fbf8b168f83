import type { EntityManager, FilterQuery } from '@mikro-orm/postgresql';
import type { Viewer } from '../auth/viewer.js';
import { TRANSFER_FAILED } from '../engine/domain/terminations.js';
import { CallAttempt } from '../entities/call-attempt.js';
import type { AmdVerdict, AttemptState, LeadStatus } from '../entities/enums.js';
import { notFound } from '../errors.js';
import { InputCheck, isId } from './input-check.js';
import { nameOrNumber } from './lead-filter.js';
import { sqlTextArray } from './sql-text-array.js';

/** Conditions on attempts; all that are given must hold. */
export interface AttemptConditions {
  readonly campaignId?: string | null;
  readonly scheduleId?: string | null;
  readonly leadId?: string | null;
  readonly states?: readonly AttemptState[] | null;
  readonly results?: readonly LeadStatus[] | null;
  readonly reason?: string | null;
  readonly amdVerdict?: AmdVerdict | null;
  readonly search?: string | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
}

/** The call log (product.md, Call log). Its rows outlive campaigns, and belong to the group that the campaign was of. */
export class CallLog {
  async find(em: EntityManager, viewer: Viewer, id: string): Promise<CallAttempt> {
    const attempt = isId(id) ? await em.findOne(CallAttempt, { id }) : null;
    if (!attempt) throw notFound('attempt', id);
    const visible = await this.visibleCampaigns(em, viewer);
    if (!visible.includes(attempt.campaignId)) throw notFound('attempt', id);
    return attempt;
  }

  /** Conditions on the attempts that the viewer may see. */
  async conditions(em: EntityManager, viewer: Viewer, filter: AttemptConditions | null) {
    const visible = await this.visibleCampaigns(em, viewer);
    const wanted = filter?.campaignId;
    return {
      $and: [
        { campaignId: { $in: wanted == null ? visible : visible.filter((id) => id === wanted.toLowerCase()) } },
        attemptConditions(filter),
      ],
    } satisfies FilterQuery<CallAttempt>;
  }

  /** Campaigns of the viewer's groups, deleted ones included. */
  private async visibleCampaigns(em: EntityManager, viewer: Viewer): Promise<readonly string[]> {
    const rows = await em.execute<{ id: string }[]>(
      `select id from campaign where group_id = any (?::uuid[])
       union all select campaign_id from deleted_campaign where group_id = any (?::uuid[])`,
      [sqlTextArray(viewer.groupIds), sqlTextArray(viewer.groupIds)],
    );
    return rows.map((row) => row.id);
  }
}

/** From the answer until the dialer hung up on a person whom it could not transfer; null unless the call was abandoned. */
export function abandonedAfterMs({ reason, answeredAt, endedAt }: CallAttempt): number | null {
  if (reason !== TRANSFER_FAILED || answeredAt === null || endedAt === null) return null;
  return endedAt.getTime() - answeredAt.getTime();
}

/** An id that is none has no attempts. */
export function attemptConditions(filter: AttemptConditions | null): FilterQuery<CallAttempt> {
  if (filter == null) return {};
  const byId = (property: string, id: string | null | undefined): object =>
    id == null ? {} : { [property]: isId(id) ? id : { $in: [] } };
  const { states, results, reason, amdVerdict, search, from, to } = filter;
  const check = new InputCheck();
  check.text('filter.reason', reason, 1000);
  check.throwIfAny();
  return {
    $and: [
      byId('campaignId', filter.campaignId),
      byId('scheduleId', filter.scheduleId),
      byId('leadId', filter.leadId),
      states == null ? {} : { state: { $in: [...states] } },
      results == null ? {} : { result: { $in: [...results] } },
      reason == null ? {} : { reason },
      amdVerdict == null ? {} : { amdVerdict },
      search ? { $or: nameOrNumber('leadName', search) } : {},
      from == null ? {} : { queuedAt: { $gte: from } },
      to == null ? {} : { queuedAt: { $lt: to } },
    ],
  };
}
