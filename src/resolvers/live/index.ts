import type { MikroORM } from '@mikro-orm/postgresql';
import { topicNames, type Topics } from '../../api/topics.js';
import type { CallAttempt } from '../../entities/call-attempt.js';
import type { CountersNow } from '../../services/campaign-counters.js';
import type { Services } from '../../services/index.js';
import { AttemptsFeed, forwardOnly } from './attempts-feed.js';
import { CountersFeed } from './counters-feed.js';
import { WatchedFeeds } from './watched-feeds.js';

/** What is watched of campaigns. Whoever calls has checked that the viewer may. */
export interface LiveFeeds {
  counters(campaignId: string): AsyncIterableIterator<CountersNow>;
  attempts(campaignId: string, onSlow: () => void): AsyncIterableIterator<CallAttempt>;
}

export function createLiveFeeds(orm: MikroORM, services: Services, topics: Topics): LiveFeeds {
  const counters = new WatchedFeeds(
    topics,
    topicNames.counterValues,
    (campaignId) => new CountersFeed(orm, services.counters, topics, campaignId),
  );
  const attempts = new WatchedFeeds(
    topics,
    topicNames.attemptRows,
    (campaignId) => new AttemptsFeed(orm, topics, campaignId),
  );
  return {
    // Counters replace each other while they wait: a slow reader gets the newest.
    counters: (campaignId) =>
      counters.watch<CountersNow>(campaignId, (feed) => feed.snapshot(), { keyOf: () => 'newest' }),
    attempts: (campaignId, onSlow) =>
      forwardOnly(attempts.watch<CallAttempt>(campaignId, (feed) => feed.inFlight(), { onSlow })),
  };
}
