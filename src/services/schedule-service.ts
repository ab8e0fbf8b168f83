import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import { groupAccess } from '../auth/group-access.js';
import type { Viewer } from '../auth/viewer.js';
import { compareLocalTimes, localDateAt, localTimeAt, windowOf } from '../engine/domain/calling-calendar.js';
import type { Campaign } from '../entities/campaign.js';
import { Schedule } from '../entities/schedule.js';
import { notFound } from '../errors.js';
import { lockStoppedCampaign, touchCampaign } from './campaign-access.js';
import { checkTimes } from './campaign-check.js';
import { wholeTime } from './campaign-service.js';
import { InputCheck, isId, requireVersion, rethrowTaken } from './input-check.js';
import type { LiveChanges } from './live-changes.js';

export interface NewSchedule {
  readonly campaignId: string;
  readonly date: string;
  readonly startTime: string;
  readonly endTime: string;
}

export interface NewTimes {
  readonly startTime?: string | null;
  readonly endTime?: string | null;
}

/** The days of a campaign (product.md, Schedules). Every edit needs the campaign stopped, and is one of the campaign. */
export class ScheduleService {
  constructor(private readonly live: LiveChanges) {}

  async find(em: EntityManager, viewer: Viewer, id: string): Promise<Schedule> {
    const schedule = isId(id) ? await em.findOne(Schedule, { id, campaign: groupAccess.campaigns(viewer) }) : null;
    if (!schedule) throw notFound('schedule', id);
    return schedule;
  }

  async add(em: EntityManager, viewer: Viewer, input: NewSchedule): Promise<Schedule> {
    const check = new InputCheck();
    checkTimes(check, input.startTime, input.endTime);
    check.throwIfAny();
    const schedule = await em.transactional(async (tx) => {
      const campaign = await lockStoppedCampaign(tx, viewer, input.campaignId);
      const now = new Date();
      const { timeZone } = campaign;
      const { date } = input;
      const [startTime, endTime] = [wholeTime(input.startTime), wholeTime(input.endTime)];
      const window = windowOf({ date, startTime, endTime, timeZone });
      const today = localDateAt(now, timeZone);
      check.require(date >= today, 'input.date', `${date} is past: it is ${today} in ${timeZone}`);
      check.require(
        date !== today || window.endsAt > now,
        'input.endTime',
        `${endTime} is past: it is ${localTimeAt(now, timeZone)} in ${timeZone}`,
      );
      check.require(
        window.endsAt > window.startsAt,
        'input.startTime',
        `the clocks of ${timeZone} skip the whole window on ${date}`,
      );
      check.throwIfAny();
      const added = tx.create(Schedule, {
        ...{ id: uuidv7(), campaign, date, startTime, endTime, ...window },
        ...{ ran: false, leadsDone: false },
      });
      try {
        await tx.flush();
      } catch (error) {
        rethrowTaken(error, 'schedule_campaign_id_date_key', 'input.date', date);
      }
      await touchCampaign(tx, campaign);
      return added;
    });
    this.tell(input.campaignId);
    return schedule;
  }

  /** "Edit all": new times of today's and all later schedules; past ones never change. */
  async updateRemaining(
    em: EntityManager,
    viewer: Viewer,
    campaignId: string,
    version: number,
    times: NewTimes,
  ): Promise<{ campaign: Campaign; updatedCount: number }> {
    const check = new InputCheck();
    check.noNulls('input', times);
    check.require(
      times.startTime !== undefined || times.endTime !== undefined,
      'input',
      'gives neither startTime nor endTime',
    );
    checkTimes(check, times.startTime, times.endTime);
    check.throwIfAny();
    const result = await em.transactional(async (tx) => {
      const campaign = await lockStoppedCampaign(tx, viewer, campaignId);
      requireVersion(campaign.version, version);
      const today = localDateAt(new Date(), campaign.timeZone);
      const remaining = await tx.find(
        Schedule,
        { campaign: campaign.id, date: { $gte: today } },
        { orderBy: { date: 'asc' }, refresh: true },
      );
      const wanted = remaining.map((schedule) => ({
        schedule,
        startTime: wholeTime(times.startTime ?? schedule.startTime),
        endTime: wholeTime(times.endTime ?? schedule.endTime),
      }));
      const wrong = wanted.find(({ startTime, endTime }) => compareLocalTimes(endTime, startTime) <= 0);
      if (wrong) {
        const path = times.endTime == null ? 'input.startTime' : 'input.endTime';
        const { startTime, endTime, schedule } = wrong;
        check.require(false, path, `on ${schedule.date} the end, ${endTime}, is not after the start, ${startTime}`);
        check.throwIfAny();
      }
      const changed = wanted.filter(
        ({ schedule, startTime, endTime }) => schedule.startTime !== startTime || schedule.endTime !== endTime,
      );
      for (const { schedule, startTime, endTime } of changed) {
        const window = windowOf({ date: schedule.date, startTime, endTime, timeZone: campaign.timeZone });
        Object.assign(schedule, { startTime, endTime, ...window });
      }
      await touchCampaign(tx, campaign);
      return { campaign, updatedCount: changed.length };
    });
    this.tell(campaignId);
    return result;
  }

  /** Only one whose window has not opened yet: what ran, or could have, is history. */
  async delete(em: EntityManager, viewer: Viewer, id: string): Promise<{ deletedId: string; campaign: Campaign }> {
    const { campaign: owner } = await this.find(em, viewer, id);
    const campaign = await em.transactional(async (tx) => {
      const locked = await lockStoppedCampaign(tx, viewer, owner.id);
      const schedule = await tx.findOne(Schedule, { id, campaign: locked.id }, { refresh: true });
      if (!schedule) throw notFound('schedule', id);
      const check = new InputCheck();
      const isFuture = new Date() < schedule.startsAt;
      check.require(isFuture, 'input.id', `the window of ${schedule.date} has opened; only future ones can be deleted`);
      check.throwIfAny();
      tx.remove(schedule);
      await touchCampaign(tx, locked);
      return locked;
    });
    this.tell(campaign.id);
    return { deletedId: id, campaign };
  }

  private tell(campaignId: string): void {
    this.live.schedulesChanged(campaignId);
    this.live.campaignChanged(campaignId);
  }
}
