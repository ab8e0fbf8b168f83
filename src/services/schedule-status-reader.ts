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

  /** Conditions on schedules of these campaigns. */
  conditions(campaigns: readonly CampaignFacts[], filter: ScheduleConditions | null, now: Date): FilterQuery<Schedule> {
    const { statuses, from, to } = filter ?? {};
    return {
      $and: [
        from == null ? {} : { date: { $gte: from } },
        to == null ? {} : { date: { $lte: to } },
        statuses == null ? {} : this.anyOf(campaigns, new Set(statuses), now),
      ],
    };
  }

  /** Where a window stands and what happened in it make six cases, each of one status. */
  private anyOf(campaigns: readonly CampaignFacts[], wanted: ReadonlySet<ScheduleStatus>, now: Date): object {
    const past = { endsAt: { $lte: now }, startsAt: { $lte: now } };
    const open = { endsAt: { $gt: now }, startsAt: { $lte: now } };
    const isWantedOpen = {
      campaign: { $in: campaigns.filter((campaign) => wanted.has(this.openStatus(campaign))).map(({ id }) => id) },
    };
    const cases: readonly (readonly [boolean, object])[] = [
      [wanted.has(ScheduleStatus.NOT_RUNNING), { startsAt: { $gt: now } }],
      [wanted.has(ScheduleStatus.FINISHED), { ...past, ran: true }],
      [wanted.has(ScheduleStatus.NOT_RUNNING), { ...past, ran: false }],
      [wanted.has(ScheduleStatus.FINISHED), { ...open, ran: true, leadsDone: true }],
      [true, { ...open, ran: false, ...isWantedOpen }],
      [true, { ...open, ran: true, leadsDone: false, ...isWantedOpen }],
    ];
    return { $or: cases.filter(([isWanted]) => isWanted).map(([, condition]) => condition) };
  }

  private openStatus(campaign: CampaignFacts): ScheduleStatus {
    if (campaign.state === CampaignState.STOPPED) return ScheduleStatus.NOT_RUNNING;
    return this.isDncDown(campaign) ? ScheduleStatus.DNC_OUT_OF_SERVICE : ScheduleStatus.RUNNING;
  }

  private isDncDown({ id }: CampaignFacts): boolean {
    return this.engine.campaignStatus(id).idleReason === IdleReason.DNC_OUT_OF_SERVICE;
  }
}
