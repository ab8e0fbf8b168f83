import type { DialingMode } from './campaign-state.js';
import type { IdleReason } from './idle-reason.js';

/** All that decides how many calls a campaign places now. */
export interface PacingFacts {
  readonly mode: DialingMode;
  readonly databaseUp: boolean;
  readonly leased: boolean;
  readonly windowOpen: boolean;
  /** True for a campaign without a do-not-call service. */
  readonly dncInService: boolean;
  readonly agentSourceHealthy: boolean;
  /** Lines in service, busy or not. */
  readonly linesInService: number;
  /** Agents or channels of the queue that the source shows as free. */
  readonly freeAgents: number;
  /** Calls for the queue that occupy, or will occupy, an agent whom the source still shows as free. */
  readonly reservedAgents: number;
  /** Calls that free lines can carry. */
  readonly freeLines: number;
  /** Calls that the caps on parallel calls and on calls per second still allow. */
  readonly callsAllowed: number;
  /** Some lead can be called now, as far as is known. */
  readonly leadDue: boolean;
}

export interface Pace {
  /** 0 or more. */
  readonly callsToPlace: number;
  /** What allows no call; with calls to place, what allows no more of them. Leads limit only when none is due. */
  readonly limitedBy: IdleReason;
}

/**
 * How many calls to place now. The modes differ in the number of calls for the free agents alone; every other limit
 * holds whatever the mode (engine.md, Progressive pacing). It takes no clock and no chance of its own, so that a day
 * can be run again.
 */
export function pace(facts: PacingFacts): Pace {
  const blocked = firstBlock(facts);
  if (blocked) return { callsToPlace: 0, limitedBy: blocked };
  // In the order of IdleReason: of two that allow equally few, the more fundamental is named.
  const limits: readonly (readonly [IdleReason, number])[] = [
    ['NO_AGENTS', callsForAgents[facts.mode](facts)],
    ['NO_FREE_PORTS', facts.freeLines],
    ['CALL_LIMIT', facts.callsAllowed],
    ['NO_DUE_LEADS', facts.leadDue ? Infinity : 0],
  ];
  const [limitedBy, calls] = limits.reduce((least, limit) => (limit[1] < least[1] && least[1] > 0 ? limit : least));
  return { callsToPlace: Math.max(0, calls), limitedBy };
}

function firstBlock(facts: PacingFacts): IdleReason | undefined {
  if (!facts.databaseUp) return 'DATABASE_DOWN';
  if (!facts.leased) return 'NOT_LEASED';
  if (!facts.windowOpen) return 'OUTSIDE_SCHEDULE';
  if (!facts.dncInService) return 'DNC_OUT_OF_SERVICE';
  if (!facts.agentSourceHealthy) return 'AGENT_SOURCE_DOWN';
  if (facts.linesInService === 0) return 'TRUNK_DOWN';
  return undefined;
}

/** Where a new mode goes. */
const callsForAgents: Readonly<Record<DialingMode, (facts: PacingFacts) => number>> = {
  /** One call for one free agent. */
  PROGRESSIVE: ({ freeAgents, reservedAgents }) => freeAgents - reservedAgents,
};
