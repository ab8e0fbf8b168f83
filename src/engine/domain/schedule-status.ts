import type { CallingWindow } from './calling-calendar.js';
import type { CampaignState, ScheduleStatus } from './campaign-state.js';

export interface ScheduleFacts {
  readonly campaignState: CampaignState;
  readonly now: Date;
  readonly window: CallingWindow;
  /** The campaign ran in this window. */
  readonly ran: boolean;
  /** The campaign's do-not-call service does not answer. */
  readonly dncDown: boolean;
  /** The campaign has no lead left to call. */
  readonly leadsDone: boolean;
}

/** The status of a schedule (product.md, Schedules): derived, never stored. */
export function scheduleStatus(facts: ScheduleFacts): ScheduleStatus {
  const { now, window } = facts;
  if (now < window.startsAt) return 'NOT_RUNNING';
  if (now >= window.endsAt) return facts.ran ? 'FINISHED' : 'NOT_RUNNING';
  if (facts.ran && facts.leadsDone) return 'FINISHED';
  if (facts.campaignState === 'STOPPED') return 'NOT_RUNNING';
  return facts.dncDown ? 'DNC_OUT_OF_SERVICE' : 'RUNNING';
}
