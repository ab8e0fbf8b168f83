import type { EngineEvent, EngineEvents } from '../engine/contracts/engine-events.js';
import { topicNames, type Topics } from './topics.js';

/** Carries what the engine says to those who watch. */
export class LiveEvents implements EngineEvents {
  constructor(private readonly topics: Topics) {}

  publish(event: EngineEvent): void {
    switch (event.type) {
      case 'attempt-moved':
        this.topics.publish(topicNames.attempts(event.campaignId), event);
        this.topics.publish(topicNames.countersChanged(event.campaignId), event);
        break;
      case 'campaign-stopped':
      case 'campaign-status-changed':
        this.topics.publish(topicNames.campaign(event.campaignId), event);
        this.topics.publish(topicNames.countersChanged(event.campaignId), event);
        break;
      case 'schedule-changed':
        this.topics.publish(topicNames.schedules(event.campaignId), event);
        break;
      case 'engine-status-changed':
        this.topics.publish(topicNames.engine, event);
        break;
      default:
        event satisfies never;
    }
  }
}
