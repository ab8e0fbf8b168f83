import type { TransitionTable } from './transition-table.js';

/** What an operator wants of a campaign (product.md, Campaigns). A new campaign is `STOPPED`. */
export const CampaignState = { STOPPED: 'STOPPED', STARTED: 'STARTED' } as const;
export type CampaignState = (typeof CampaignState)[keyof typeof CampaignState];

/** `STOPPED` is left by an operator alone; `STARTED` by an operator, or by itself (`CampaignStopReason`). None is final. */
export const campaignTransitions: TransitionTable<CampaignState> = {
  STOPPED: ['STARTED'],
  STARTED: ['STOPPED'],
};

/** Where the answered calls of a campaign go: to agents of a contact centre, or to channels of a voice portal. */
export const CampaignType = { OSCC: 'OSCC', IVR: 'IVR' } as const;
export type CampaignType = (typeof CampaignType)[keyof typeof CampaignType];

/** Why a started campaign stopped. */
export const CampaignStopReason = {
  OPERATOR: 'OPERATOR',
  NO_SCHEDULE_LEFT: 'NO_SCHEDULE_LEFT',
  NO_LEADS_LEFT: 'NO_LEADS_LEFT',
} as const;
export type CampaignStopReason = (typeof CampaignStopReason)[keyof typeof CampaignStopReason];

/** Why a campaign cannot be started. */
export const CampaignStartRefusal = {
  ALREADY_STARTED: 'ALREADY_STARTED',
  GROUP_DISABLED: 'GROUP_DISABLED',
  NO_LEADS_LEFT: 'NO_LEADS_LEFT',
  NO_SCHEDULE_LEFT: 'NO_SCHEDULE_LEFT',
} as const;
export type CampaignStartRefusal = (typeof CampaignStartRefusal)[keyof typeof CampaignStartRefusal];

export const DialingMode = { PROGRESSIVE: 'PROGRESSIVE' } as const;
export type DialingMode = (typeof DialingMode)[keyof typeof DialingMode];

export const AmdSensitivity = { LOW: 'LOW', MEDIUM: 'MEDIUM', HIGH: 'HIGH' } as const;
export type AmdSensitivity = (typeof AmdSensitivity)[keyof typeof AmdSensitivity];

export const ScheduleStatus = {
  NOT_RUNNING: 'NOT_RUNNING',
  RUNNING: 'RUNNING',
  FINISHED: 'FINISHED',
  DNC_OUT_OF_SERVICE: 'DNC_OUT_OF_SERVICE',
} as const;
export type ScheduleStatus = (typeof ScheduleStatus)[keyof typeof ScheduleStatus];
