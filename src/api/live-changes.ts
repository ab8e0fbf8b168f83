import type { LiveChanges } from '../services/live-changes.js';
import { topicNames, type Topics } from './topics.js';

/** Carries what the use cases have changed to those who watch. */
export class TopicChanges implements LiveChanges {
  constructor(private readonly topics: Topics) {}

  countersChanged(campaignId: string): void {
    this.topics.publish(topicNames.countersChanged(campaignId), { campaignId });
  }

  campaignChanged(campaignId: string): void {
    this.topics.publish(topicNames.campaign(campaignId), { campaignId });
  }

  schedulesChanged(campaignId: string): void {
    this.topics.publish(topicNames.schedules(campaignId), { campaignId });
  }

  campaignGone(campaignId: string): void {
    for (const topic of [
      topicNames.counterValues(campaignId),
      topicNames.attemptRows(campaignId),
      topicNames.campaign(campaignId),
      topicNames.schedules(campaignId),
    ]) {
      this.topics.end(topic);
    }
  }

  uploadMoved(uploadId: string): void {
    this.topics.publish(topicNames.upload(uploadId), { uploadId });
  }
}
