/** State of an agent; calls are placed for `AVAILABLE` ones only. */
export const AgentState = {
  LOGGED_OUT: 'LOGGED_OUT',
  UNAVAILABLE: 'UNAVAILABLE',
  AVAILABLE: 'AVAILABLE',
  RESERVED: 'RESERVED',
  RINGING: 'RINGING',
  TALKING: 'TALKING',
  HELD: 'HELD',
  WRAPUP: 'WRAPUP',
  UNKNOWN: 'UNKNOWN',
} as const;
export type AgentState = (typeof AgentState)[keyof typeof AgentState];

/** How the engine learns which agents or channels of a queue are free (engine.md, Agent sources). */
export const AgentSourceKind = {
  OSCC: 'OSCC',
  ASTERISK_AMI: 'ASTERISK_AMI',
  FREESWITCH_ESL: 'FREESWITCH_ESL',
  SIP_DIALOG: 'SIP_DIALOG',
  PUSH: 'PUSH',
  FIXED: 'FIXED',
} as const;
export type AgentSourceKind = (typeof AgentSourceKind)[keyof typeof AgentSourceKind];

/** Condition of an agent source; in any other than `SYNCED` and `DEGRADED` nobody counts as free. */
export const AgentSourceStatus = {
  CONNECTING: 'CONNECTING',
  SYNCED: 'SYNCED',
  DEGRADED: 'DEGRADED',
  STALE: 'STALE',
  DOWN: 'DOWN',
} as const;
export type AgentSourceStatus = (typeof AgentSourceStatus)[keyof typeof AgentSourceStatus];

/** What is wrong with an agent source. */
export const AgentSourceFault = {
  AUTH: 'AUTH',
  NETWORK: 'NETWORK',
  PROTOCOL: 'PROTOCOL',
  UNKNOWN_POOL: 'UNKNOWN_POOL',
  PERMISSION: 'PERMISSION',
  VERSION: 'VERSION',
} as const;
export type AgentSourceFault = (typeof AgentSourceFault)[keyof typeof AgentSourceFault];
