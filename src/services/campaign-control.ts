import type { EntityManager } from '@mikro-orm/postgresql';
import type { Viewer } from '../auth/viewer.js';
import { Campaign } from '../entities/campaign.js';
import { CampaignStartRefusal, CampaignState, CampaignStopReason } from '../entities/enums.js';
import { AppError, ErrorCode } from '../errors.js';
import { lockCampaign } from './campaign-access.js';
import type { EngineDoor } from './engine-door.js';
import { sqlTextArray } from './sql-text-array.js';
import type { LiveChanges } from './live-changes.js';

/** Starts and stops campaigns. Besides it, only the engine writes a campaign's state, when one stops by itself. */
export class CampaignControl {
  constructor(
    private readonly engine: EngineDoor,
    private readonly live: LiveChanges,
  ) {}

  /** All reasons at once. Of two starts at the same time one waits for the other, and finds it started. */
  async start(em: EntityManager, viewer: Viewer, id: string): Promise<Campaign> {
    await em.transactional(async (tx) => {
      await lockCampaign(tx, viewer, id);
      // Against a disabling at the same time: it comes before this start or after it.
      await tx.execute(
        'select 1 from dialer_group g join campaign c on c.group_id = g.id where c.id = ? for share of g',
        [id],
      );
      const now = new Date();
      const reasons = (await startRefusals(tx, [id], now)).get(id) ?? [];
      if (reasons.length > 0) {
        throw new AppError(
          ErrorCode.CAMPAIGN_NOT_STARTABLE,
          `The campaign cannot be started: ${reasons.map((reason) => MEANING[reason]).join(', ')}.`,
          { reasons },
        );
      }
      // Its version stays: a start is no edit.
      await tx.execute(
        `update campaign set state = 'STARTED', started_at = ?, stop_reason = null where id = ? and state = 'STOPPED'`,
        [now, id],
      );
      // It has leads again, so that a window in which it had run out of them is open once more.
      await tx.execute('update schedule set leads_done = false where campaign_id = ? and leads_done and ends_at > ?', [
        id,
        now,
      ]);
    });
    this.engine.nudge(id);
    this.tell(id);
    return em.findOneOrFail(Campaign, id, { refresh: true });
  }

  /** A campaign that is stopped already stays as it is. */
  async stop(em: EntityManager, viewer: Viewer, id: string): Promise<Campaign> {
    const isStopped = await em.transactional(async (tx) => {
      const { state } = await lockCampaign(tx, viewer, id);
      if (state === CampaignState.STOPPED) return false;
      await tx.execute(`update campaign set state = 'STOPPED', stopped_at = ?, stop_reason = ? where id = ?`, [
        new Date(),
        CampaignStopReason.OPERATOR,
        id,
      ]);
      return true;
    });
    if (isStopped) {
      this.engine.campaignStopped(id);
      this.tell(id);
    }
    return em.findOneOrFail(Campaign, id, { refresh: true });
  }

  private tell(id: string): void {
    this.live.campaignChanged(id);
    this.live.schedulesChanged(id);
    this.live.countersChanged(id);
  }
}

/** Why campaigns cannot be started at the instant, of many in one statement; an empty list for one that can be. */
export async function startRefusals(
  em: EntityManager,
  ids: readonly string[],
  now: Date,
): Promise<Map<string, CampaignStartRefusal[]>> {
  const rows = await em.execute<RefusalRow[]>(
    `select c.id, c.state = 'STARTED' as "ALREADY_STARTED", not g.enabled as "GROUP_DISABLED",
       coalesce(k.pending, 0) = 0 as "NO_LEADS_LEFT",
       not exists (
         select from schedule s where s.campaign_id = c.id and s.ends_at > ? and s.ends_at > s.starts_at
       ) as "NO_SCHEDULE_LEFT"
     from campaign c join dialer_group g on g.id = c.group_id left join campaign_counters k on k.campaign_id = c.id
     where c.id = any (?::uuid[])`,
    [now, sqlTextArray(ids)],
  );
  const reasons = Object.values(CampaignStartRefusal);
  return new Map(rows.map((row) => [row.id, reasons.filter((reason) => row[reason])]));
}

type RefusalRow = { readonly id: string } & Readonly<Record<CampaignStartRefusal, boolean>>;

const MEANING: Readonly<Record<CampaignStartRefusal, string>> = {
  ALREADY_STARTED: 'it is started already',
  GROUP_DISABLED: 'its group is disabled',
  NO_LEADS_LEFT: 'it has no lead that may still be called',
  NO_SCHEDULE_LEFT: 'it has no schedule that is open or still to come',
};
