import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../auth/viewer.js';
import { datesOf, windowOf } from '../engine/domain/calling-calendar.js';
import { Campaign } from '../entities/campaign.js';
import { CampaignState } from '../entities/enums.js';
import type { Group } from '../entities/group.js';
import type { Queue } from '../entities/queue.js';
import { Schedule } from '../entities/schedule.js';
import { findCampaign, lockStoppedCampaign } from './campaign-access.js';
import { type CampaignEdit, checkCampaignEdit, checkNewCampaign, type NewCampaign } from './campaign-check.js';
import { findReferences, requireEnabled, requireSameType } from './campaign-references.js';
import { requireVersion, rethrowTaken } from './input-check.js';
import { applyRetryPolicy, isOtherRetryPolicy } from './lead-places.js';
import type { LiveChanges } from './live-changes.js';

/** Campaigns and their settings (product.md, Campaigns). Starting and stopping them is `CampaignControl`'s. */
export class CampaignService {
  constructor(
    private readonly live: LiveChanges,
    /** Zone of campaigns that name none. */
    private readonly timeZone: string,
  ) {}

  find(em: EntityManager, viewer: Viewer, id: string): Promise<Campaign> {
    return findCampaign(em, viewer, id);
  }

  /** The campaign, its counters, and one schedule for each day of the range that matches the weekdays. */
  async create(em: EntityManager, viewer: Viewer, input: NewCampaign): Promise<Campaign> {
    checkNewCampaign(input);
    return em.transactional(async (tx) => {
      const { group, queue, dncService } = await findReferences(tx, viewer, input);
      // `findReferences` has refused an input without them.
      const [ownGroup, ownQueue] = [group as Group, queue as Queue];
      requireEnabled(ownGroup);
      requireSameType(ownQueue, input.type, 'input.queueId');
      const now = new Date();
      const campaign = tx.create(Campaign, {
        ...pick(input, COPIED),
        id: uuidv7(),
        version: 1,
        name: input.name.trim(),
        group: ownGroup,
        queue: ownQueue,
        dncService,
        startTime: wholeTime(input.startTime),
        endTime: wholeTime(input.endTime),
        weekdays: [...new Set(input.weekdays)],
        retryStatuses: [...new Set(input.retryStatuses)],
        timeZone: input.timeZone ?? this.timeZone,
        callerId: input.callerId ?? null,
        defaultCountry: input.defaultCountry?.toUpperCase() ?? null,
        maxParallelCalls: input.maxParallelCalls ?? null,
        maxCallsPerSecond: input.maxCallsPerSecond ?? null,
        state: CampaignState.STOPPED,
        startedAt: null,
        stoppedAt: null,
        stopReason: null,
        createdAt: now,
        updatedAt: now,
      });
      await flushNamed(tx, campaign.name);
      await tx.execute('insert into campaign_counters (campaign_id) values (?)', [campaign.id]);
      await tx.insertMany(Schedule, firstSchedules(campaign));
      return campaign;
    });
  }

  async update(em: EntityManager, viewer: Viewer, id: string, version: number, edit: CampaignEdit): Promise<Campaign> {
    checkCampaignEdit(edit);
    const { campaign, isMoved } = await em.transactional(async (tx) => {
      const present = await lockStoppedCampaign(tx, viewer, id);
      requireVersion(present.version, version);
      const before = pick(present, RETRY_SETTINGS);
      const { groupId, queueId, dncServiceId, name, callerId, defaultCountry, retryStatuses, ...rest } = edit;
      const wanted = await findReferences(tx, viewer, { groupId, queueId, dncServiceId });
      const newGroup = wanted.group?.id === present.group.id ? null : wanted.group;
      if (newGroup) {
        requireEnabled(newGroup);
        present.group = newGroup;
      }
      Object.assign(present, given(rest));
      if (wanted.queue) present.queue = wanted.queue;
      if (wanted.queue || edit.type != null) {
        const { queue } = await tx.populate(present, ['queue']);
        requireSameType(queue, present.type, wanted.queue ? 'input.queueId' : 'input.type');
      }
      if (dncServiceId !== undefined) present.dncService = wanted.dncService;
      if (name != null) present.name = name.trim();
      if (callerId !== undefined) present.callerId = callerId;
      if (defaultCountry !== undefined) present.defaultCountry = defaultCountry?.toUpperCase() ?? null;
      if (retryStatuses != null) present.retryStatuses = [...new Set(retryStatuses)];
      present.updatedAt = new Date();
      await flushNamed(tx, present.name);
      if (isOtherRetryPolicy(before, present)) await applyRetryPolicy(tx, present, before);
      return { campaign: present, isMoved: newGroup !== null };
    });
    if (isMoved) this.live.campaignMoved(campaign.id, campaign.group.id);
    this.live.campaignChanged(campaign.id);
    this.live.countersChanged(campaign.id);
    return campaign;
  }

  /** Schedules, leads and uploads go with it; the call log stays, and is still of the group (`deleted_campaign`). */
  async delete(em: EntityManager, viewer: Viewer, id: string): Promise<string> {
    const campaign = await em.transactional(async (tx) => {
      const present = await lockStoppedCampaign(tx, viewer, id);
      await tx.execute('insert into deleted_campaign (campaign_id, group_id) values (?, ?)', [
        present.id,
        present.group.id,
      ]);
      await tx.nativeDelete(Campaign, { id: present.id });
      return present;
    });
    this.live.campaignMoved(campaign.id, null);
    return campaign.id;
  }
}

/** Settings that a new campaign takes over as they are given. */
const COPIED = [
  ...([
    'description',
    'firstDay',
    'lastDay',
    'pilotNumber',
    'maxAttempts',
    'retryMinutes',
    'retryUnreachable',
  ] as const),
  ...(['type', 'amdEnabled', 'amdSensitivity', 'dialingMode', 'ringTimeoutSeconds'] as const),
] as const;
const RETRY_SETTINGS = ['maxAttempts', 'retryMinutes', 'retryStatuses', 'retryUnreachable'] as const;

function pick<T extends object, K extends keyof T>(source: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, source[key]])) as Pick<T, K>;
}

/** What is absent stays as it is; what is null is another matter (`NULLABLE`). */
function given(edit: object): object {
  return Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined));
}

function firstSchedules(campaign: Campaign) {
  const { firstDay: firstDate, lastDay: lastDate, weekdays, startTime, endTime, timeZone } = campaign;
  return datesOf({ firstDate, lastDate, weekdays }).map((date) => ({
    id: uuidv7(),
    campaign: campaign.id,
    date,
    startTime,
    endTime,
    ...windowOf({ date, startTime, endTime, timeZone }),
    ran: false,
    leadsDone: false,
  }));
}

/** As the database gives it back: with seconds. */
export function wholeTime(time: string): string {
  return time.length === 5 ? `${time}:00` : time;
}

async function flushNamed(tx: EntityManager, name: string): Promise<void> {
  try {
    await tx.flush();
  } catch (error) {
    rethrowTaken(error, 'campaign_name_key', 'input.name', name);
  }
}
