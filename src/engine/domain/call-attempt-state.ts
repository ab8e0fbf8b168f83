import type { TransitionTable } from './transition-table.js';

/**
 * The life of an attempt (engine.md, Life of an attempt).
 *
 * `QUEUED` is entered by the claim of a lead. Every state but `ENDED` is left for a later one or for `ENDED`, never for
 * an earlier one: a late 180 after the answer is ignored. `CHECKING_DNC` is passed over where the campaign has no
 * do-not-call service, `RINGING` where no 18x comes, `DETECTING` where detection is off. `ENDED` is final.
 */
export const AttemptState = {
  QUEUED: 'QUEUED',
  CHECKING_DNC: 'CHECKING_DNC',
  DIALING: 'DIALING',
  RINGING: 'RINGING',
  ANSWERED: 'ANSWERED',
  DETECTING: 'DETECTING',
  TRANSFERRING: 'TRANSFERRING',
  ENDED: 'ENDED',
} as const;
export type AttemptState = (typeof AttemptState)[keyof typeof AttemptState];

export const attemptTransitions: TransitionTable<AttemptState> = {
  QUEUED: ['CHECKING_DNC', 'DIALING', 'ENDED'],
  CHECKING_DNC: ['DIALING', 'ENDED'],
  DIALING: ['RINGING', 'ANSWERED', 'ENDED'],
  RINGING: ['ANSWERED', 'ENDED'],
  ANSWERED: ['DETECTING', 'TRANSFERRING', 'ENDED'],
  DETECTING: ['TRANSFERRING', 'ENDED'],
  TRANSFERRING: ['ENDED'],
  ENDED: [],
};

export function mayMove(from: AttemptState, to: AttemptState): boolean {
  return attemptTransitions[from].includes(to);
}
