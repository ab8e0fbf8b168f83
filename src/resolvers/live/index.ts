import type { MikroORM } from '@mikro-orm/postgresql';
import { topicNames, type Topics } from '../../api/topics.js';
import type { Viewer } from '../../auth/viewer.js';
import type { EngineEvent } from '../../engine/contracts/engine-events.js';
import type { EngineStatus } from '../../engine/contracts/engine.js';
import type { CallAttempt } from '../../entities/call-attempt.js';
import { Campaign } from '../../entities/campaign.js';
import type { LeadUpload } from '../../entities/lead-upload.js';
import type { CountersNow } from '../../services/campaign-counters.js';
import type { Services } from '../../services/index.js';
import type { ScheduleChange } from '../types/schedule-types.js';
import { AttemptsFeed, forwardOnly } from './attempts-feed.js';
import { EngineFeed } from './engine-feed.js';
import { LatestFeed } from './latest-feed.js';
import { ScheduleFeed } from './schedule-feed.js';
import { watchUpload } from './upload-progress.js';
import { WatchedFeeds } from './watched-feeds.js';

/** What is watched. Whoever calls has checked that the viewer may; `upload` checks it itself. */
export interface LiveFeeds {
  counters(campaignId: string): AsyncIterableIterator<CountersNow>;
  attempts(campaignId: string, onSlow: () => void): AsyncIterableIterator<CallAttempt>;
  campaign(campaignId: string): AsyncIterableIterator<Campaign>;
  schedules(campaignId: string, onSlow: () => void): AsyncIterableIterator<ScheduleChange>;
  upload(viewer: Viewer, uploadId: string): Promise<AsyncIterableIterator<LeadUpload>>;
  engine(): AsyncIterableIterator<EngineStatus>;
}

/** Values that replace each other while they wait: a slow reader gets the newest, and is never cut off. */
const newestOnly = { keyOf: () => 'newest' };

export function createLiveFeeds(orm: MikroORM, services: Services, topics: Topics): LiveFeeds {
  const counters = new WatchedFeeds(
    topics,
    topicNames.counterValues,
    (campaignId) =>
      new LatestFeed<CountersNow>(topics, {
        changes: topicNames.countersChanged(campaignId),
        values: topicNames.counterValues(campaignId),
        read: async () => (await services.counters.read(orm.em.fork(), [campaignId])).get(campaignId),
      }),
  );
  const attempts = new WatchedFeeds(
    topics,
    topicNames.attemptRows,
    (campaignId) => new AttemptsFeed(orm, topics, campaignId),
  );
  const campaigns = new WatchedFeeds(
    topics,
    topicNames.campaignRows,
    (campaignId) =>
      new LatestFeed<Campaign>(topics, {
        changes: topicNames.campaign(campaignId),
        values: topicNames.campaignRows(campaignId),
        isNews: idleReasonNews(services, campaignId),
        read: async () => (await orm.em.fork().findOne(Campaign, campaignId)) ?? undefined,
      }),
  );
  const schedules = new WatchedFeeds(
    topics,
    topicNames.scheduleChanges,
    (campaignId) => new ScheduleFeed(orm, services, topics, campaignId),
  );
  const engine = new WatchedFeeds(
    topics,
    () => topicNames.engineValues,
    () => new EngineFeed(topics, services.installation),
  );
  return {
    counters: (campaignId) => counters.watch<CountersNow>(campaignId, (feed) => feed.snapshot(), newestOnly),
    attempts: (campaignId, onSlow) =>
      forwardOnly(attempts.watch<CallAttempt>(campaignId, (feed) => feed.inFlight(), { onSlow })),
    campaign: (campaignId) => campaigns.watch<Campaign>(campaignId, (feed) => feed.snapshot(), newestOnly),
    schedules: (campaignId, onSlow) =>
      schedules.watch<ScheduleChange>(campaignId, (feed) => feed.snapshot(), { onSlow }),
    upload: (viewer, uploadId) => watchUpload(orm, topics, viewer, uploadId),
    engine: () => engine.watch<EngineStatus>('engine', (feed) => feed.snapshot(), newestOnly),
  };
}

/** The engine tells of free agents and calls per minute too, with every call; they are none of a campaign's own fields. */
function idleReasonNews(services: Services, campaignId: string): (change: unknown) => boolean {
  const idleReason = () => services.engine.campaignStatus(campaignId).idleReason;
  let shown = idleReason();
  return (change) => {
    const isStatus = (change as Partial<EngineEvent>).type === 'campaign-status-changed';
    const present = idleReason();
    if (isStatus && present === shown) return false;
    shown = present;
    return true;
  };
}
