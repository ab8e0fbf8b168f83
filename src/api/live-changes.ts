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

  campaignMoved(campaignId: string, groupId: string | null): void {
    this.topics.publish(topicNames.campaignAccess(campaignId), { groupId });
  }

  uploadMoved(uploadId: string): void {
    this.topics.publish(topicNames.upload(uploadId), { uploadId });
  }
}
