import type { AttemptStore } from '../engine/contracts/attempt-store.js';
import type { Termination } from '../engine/domain/termination.js';

/** Whoever counts calls and attempts; told after the commit. */
export interface AttemptTally {
  callPlaced(): void;
  attemptEnded(ending: TalliedEnding): void;
}

export type TalliedEnding = Pick<Termination, 'status' | 'reason' | 'sipStatus'>;

/** The store, telling of what was committed through it. */
export function tallied(store: AttemptStore, tally: AttemptTally): AttemptStore {
  return {
    move: async (step) => {
      await store.move(step);
      if (step.state === 'DIALING') tally.callPlaced();
    },
    close: async (ending) => {
      const isFirst = await store.close(ending);
      const { status, reason, sipStatus } = ending.termination;
      if (isFirst) tally.attemptEnded({ status, reason, ...(sipStatus !== undefined && { sipStatus }) });
      return isFirst;
    },
    findAbandoned: (epoch, now, mine) => store.findAbandoned(epoch, now, mine),
  };
}
