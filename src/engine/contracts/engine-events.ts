import type { AttemptState } from '../domain/call-attempt-state.js';
import type { CampaignStopReason } from '../domain/campaign-state.js';

/** What the engine tells the world, after the commit that it speaks of. Listeners must be quick and must not throw. */
export type EngineEvent =
  | {
      readonly type: 'attempt-moved';
      readonly campaignId: string;
      readonly attemptId: string;
      readonly state: AttemptState;
      readonly at: Date;
    }
  | { readonly type: 'campaign-stopped'; readonly campaignId: string; readonly reason: CampaignStopReason }
  | { readonly type: 'schedule-changed'; readonly campaignId: string; readonly scheduleId: string }
  /** The idle reason, the free agents or the calls per minute of the campaign changed. */
  | { readonly type: 'campaign-status-changed'; readonly campaignId: string }
  | { readonly type: 'engine-status-changed' };

export interface EngineEvents {
  publish(event: EngineEvent): void;
}
