import type { FilterQuery } from '@mikro-orm/postgresql';
import { scheduleStatus } from '../engine/domain/schedule-status.js';
import type { Campaign } from '../entities/campaign.js';
import { CampaignState, IdleReason, ScheduleStatus } from '../entities/enums.js';
import type { Schedule } from '../entities/schedule.js';
import type { EngineDoor } from './engine-door.js';

export interface ScheduleConditions {
  readonly statuses?: readonly ScheduleStatus[] | null;
  readonly from?: string | null;
  readonly to?: string | null;
}

type CampaignFacts = Pick<Campaign, 'id' | 'state'>;

/** The status of schedules is derived (`engine/domain/schedule-status.ts`): here for one, and as a condition for many. */
export class ScheduleStatusReader {
  constructor(private readonly engine: EngineDoor) {}

  statusOf(schedule: Schedule, campaign: CampaignFacts, now: Date): ScheduleStatus {
    return scheduleStatus({
      campaignState: campaign.state,
      now,
      window: schedule,
      ran: schedule.ran,
      dncDown: this.isDncDown(campaign),
      leadsDone: schedule.leadsDone,
    });
  }

  conditions(campaign: CampaignFacts, filter: ScheduleConditions | null, now: Date): FilterQuery<Schedule> {
    const { statuses, from, to } = filter ?? {};
    return {
      $and: [
        { campaign: campaign.id },
        from == null ? {} : { date: { $gte: from } },
        to == null ? {} : { date: { $lte: to } },
        statuses == null ? {} : this.anyOf(campaign, new Set(statuses), now),
      ],
    };
  }

  /** Where a window stands and what happened in it make six cases, each of one status. */
  private anyOf(campaign: CampaignFacts, wanted: ReadonlySet<ScheduleStatus>, now: Date): object {
    const past = { endsAt: { $lte: now }, startsAt: { $lte: now } };
    const open = { endsAt: { $gt: now }, startsAt: { $lte: now } };
    const openStatus =
      campaign.state === CampaignState.STOPPED
        ? ScheduleStatus.NOT_RUNNING
        : this.isDncDown(campaign)
          ? ScheduleStatus.DNC_OUT_OF_SERVICE
          : ScheduleStatus.RUNNING;
    const cases: readonly (readonly [ScheduleStatus, object])[] = [
      [ScheduleStatus.NOT_RUNNING, { startsAt: { $gt: now } }],
      [ScheduleStatus.FINISHED, { ...past, ran: true }],
      [ScheduleStatus.NOT_RUNNING, { ...past, ran: false }],
      [ScheduleStatus.FINISHED, { ...open, ran: true, leadsDone: true }],
      [openStatus, { ...open, ran: false }],
      [openStatus, { ...open, ran: true, leadsDone: false }],
    ];
    const chosen = cases.filter(([status]) => wanted.has(status)).map(([, condition]) => condition);
    return chosen.length === 0 ? { id: { $in: [] } } : { $or: chosen };
  }

  private isDncDown({ id }: CampaignFacts): boolean {
    return this.engine.campaignStatus(id).idleReason === IdleReason.DNC_OUT_OF_SERVICE;
  }
}
