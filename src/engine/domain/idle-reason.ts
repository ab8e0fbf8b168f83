/** Why nothing is being dialed; the most fundamental one comes first in this list and is the one that is shown. */
export const IdleReason = {
  DATABASE_DOWN: 'DATABASE_DOWN',
  NOT_LEASED: 'NOT_LEASED',
  OUTSIDE_SCHEDULE: 'OUTSIDE_SCHEDULE',
  DNC_OUT_OF_SERVICE: 'DNC_OUT_OF_SERVICE',
  AGENT_SOURCE_DOWN: 'AGENT_SOURCE_DOWN',
  TRUNK_DOWN: 'TRUNK_DOWN',
  NO_AGENTS: 'NO_AGENTS',
  NO_FREE_PORTS: 'NO_FREE_PORTS',
  CALL_LIMIT: 'CALL_LIMIT',
  NO_DUE_LEADS: 'NO_DUE_LEADS',
} as const;
export type IdleReason = (typeof IdleReason)[keyof typeof IdleReason];
