import type { TransitionTable } from './transition-table.js';

/**
 * The state of a lead: the result of its last attempt (product.md, Leads) and its place in the dialing order.
 */
export const LeadStatus = {
  NOT_CALLED: 'NOT_CALLED',
  SUCCESS: 'SUCCESS',
  FAILED: 'FAILED',
  BUSY: 'BUSY',
  DECLINED: 'DECLINED',
  AMD: 'AMD',
  SERVICE_TEMPORARILY_UNAVAILABLE: 'SERVICE_TEMPORARILY_UNAVAILABLE',
  DO_NOT_CALL: 'DO_NOT_CALL',
  UNKNOWN: 'UNKNOWN',
} as const;
export type LeadStatus = (typeof LeadStatus)[keyof typeof LeadStatus];

/** What an attempt can end with; an attempt that was cancelled ends with the status that the lead had before. */
export type AttemptResult = LeadStatus;

/**
 * Where a lead stands in the order of dialing. Stored, because the index from which the engine claims leads is cut to
 * the leads of one place: claiming then costs the same with ten million leads as with a thousand.
 */
export const LeadPlace = {
  /** Never called, or recycled; called in file order, after the retries that are due. */
  NEW: 'NEW',
  /** To be called again once `dueAt` has come; the earliest first. */
  RETRY: 'RETRY',
  /** An attempt is open. */
  IN_CALL: 'IN_CALL',
  /** The engine will not call it any more. */
  DONE: 'DONE',
} as const;
export type LeadPlace = (typeof LeadPlace)[keyof typeof LeadPlace];

/**
 * The ways of a lead. `NEW` and `RETRY` are left by a claim, or for `DONE` when the number is suppressed. `IN_CALL` is
 * left by the one way out of an attempt (`retry-policy.ts`); back to `NEW` only if the lead was given back before it
 * was ever called. `DONE` is left by recycling alone, so that no place is final.
 */
export const leadPlaceTransitions: TransitionTable<LeadPlace> = {
  NEW: ['IN_CALL', 'DONE'],
  RETRY: ['IN_CALL', 'NEW', 'DONE'],
  IN_CALL: ['NEW', 'RETRY', 'DONE'],
  DONE: ['NEW'],
};
