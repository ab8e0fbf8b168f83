import type { Clock } from '../contracts/clock.js';
import type { BlockedCallerId } from '../contracts/engine.js';
import type { AnsweredCall, CallFailure } from '../contracts/telephony.js';
import { isBlockedByAnalytics } from '../domain/sip-outcome.js';

/** A caller-ID of which no call was blocked for so long is taken for good again: 1 h. */
const BLOCK_LASTS_MS = 3_600_000;
/** So many calls in a row that got through end it earlier. A few prove nothing, because each carrier blocks for itself. */
const CALLS_THAT_CLEAR = 20;

interface Block extends BlockedCallerId {
  readonly lastAtMs: number;
  /** Since the last call that was blocked. */
  gotThrough: number;
}

/** The caller-IDs whose calls are blocked by analytics, until they get through again. */
export class BlockedCallerIds {
  private readonly blocks = new Map<string, Block>();

  constructor(private readonly clock: Clock) {}

  record(callerId: string, outcome: AnsweredCall | CallFailure): void {
    if (outcome.kind === 'failed' && isBlockedByAnalytics(outcome)) this.blocked(callerId, outcome);
    else if (outcome.kind === 'answered' || outcome.rang) this.gotThrough(callerId);
  }

  list(): readonly BlockedCallerId[] {
    this.forgetOld();
    return [...this.blocks.values()].map(({ callerId, since, occurrences, sipStatus }) => {
      return { callerId, since, occurrences, ...(sipStatus !== undefined && { sipStatus }) };
    });
  }

  private blocked(callerId: string, { sipStatus }: CallFailure): void {
    this.forgetOld();
    const { since = this.clock.now(), occurrences = 0 } = this.blocks.get(callerId) ?? {};
    this.blocks.set(callerId, {
      callerId,
      since,
      occurrences: occurrences + 1,
      ...(sipStatus !== undefined && { sipStatus }),
      lastAtMs: this.clock.monotonicMs(),
      gotThrough: 0,
    });
  }

  private gotThrough(callerId: string): void {
    const block = this.blocks.get(callerId);
    if (block && ++block.gotThrough >= CALLS_THAT_CLEAR) this.blocks.delete(callerId);
  }

  private forgetOld(): void {
    const oldestMs = this.clock.monotonicMs() - BLOCK_LASTS_MS;
    for (const [callerId, { lastAtMs }] of this.blocks) if (lastAtMs <= oldestMs) this.blocks.delete(callerId);
  }
}
