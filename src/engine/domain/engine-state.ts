import type { TransitionTable } from './transition-table.js';

/**
 * State of the dialing engine. `STANDBY` until the lease is won, `RECOVERING` while it closes what an earlier run left
 * open, then `RUNNING`; a lost lease leads back to `STANDBY`. `DRAINING` and `STOPPED` are entered from any state, and
 * `STOPPED` is final.
 */
export const EngineState = {
  STANDBY: 'STANDBY',
  RECOVERING: 'RECOVERING',
  RUNNING: 'RUNNING',
  DRAINING: 'DRAINING',
  STOPPED: 'STOPPED',
} as const;
export type EngineState = (typeof EngineState)[keyof typeof EngineState];

/** `STOPPED` is also the state before the start, from which only `STANDBY` is entered; an ended engine is not used again. */
export const engineTransitions: TransitionTable<EngineState> = {
  STANDBY: ['RECOVERING', 'DRAINING'],
  RECOVERING: ['RUNNING', 'STANDBY', 'DRAINING'],
  RUNNING: ['STANDBY', 'DRAINING'],
  DRAINING: ['STOPPED'],
  STOPPED: [],
};
