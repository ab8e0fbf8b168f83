import type { AttemptStore } from '../engine/contracts/attempt-store.js';
import type { Telephony } from '../engine/contracts/telephony.js';
import type { Termination } from '../engine/domain/termination.js';

/** Whoever counts calls and attempts. */
export interface AttemptTally {
  callPlaced(): void;
  /** After the commit. */
  attemptEnded(ending: TalliedEnding): void;
}

export type TalliedEnding = Pick<Termination, 'status' | 'reason' | 'sipStatus'>;

/** The store, telling of what was committed through it. */
export function tallied(store: AttemptStore, tally: AttemptTally): AttemptStore {
  return {
    move: (step) => store.move(step),
    close: async (ending) => {
      const isFirst = await store.close(ending);
      const { status, reason, sipStatus } = ending.termination;
      if (isFirst) tally.attemptEnded({ status, reason, ...(sipStatus !== undefined && { sipStatus }) });
      return isFirst;
    },
    findAbandoned: (epoch, now, mine) => store.findAbandoned(epoch, now, mine),
    findOnChannels: (now) => store.findOnChannels(now),
  };
}

/** The telephony, telling of the calls that are placed by it. */
export function talliedCalls(telephony: Telephony, tally: AttemptTally): Telephony {
  return {
    lines: () => telephony.lines(),
    line: (id) => telephony.line(id),
    trunks: () => telephony.trunks(),
    onLinesChanged: (changed) => telephony.onLinesChanged(changed),
    placeCall: (request) => {
      tally.callPlaced();
      return telephony.placeCall(request);
    },
    endLeftOverCall: (dialog) => telephony.endLeftOverCall(dialog),
    cancelLeftOverCall: (invite) => telephony.cancelLeftOverCall(invite),
    resumeConversation: (saved) => telephony.resumeConversation(saved),
    earlierCallsKnown: () => telephony.earlierCallsKnown(),
  };
}
