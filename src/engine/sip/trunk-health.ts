import type { Clock, Timer } from '../contracts/clock.js';
import type { AnsweredCall, CallFailure, LineHealth } from '../contracts/telephony.js';
import type { LineState } from '../domain/line-state.js';
import { speaksAgainstLine } from '../domain/sip-outcome.js';

/** Faults in a row that take a trunk out. */
const FAULTS_BEFORE_BACK_OFF = 5;
const FIRST_BACK_OFF_MS = 1_000;
/** engine.md, faults: a trunk comes back by itself, with a back-off of up to five minutes. */
const LONGEST_BACK_OFF_MS = 5 * 60_000;

/** Whether a failure speaks against the trunk rather than against the number dialed. */
export const isTrunkFault = (failure: CallFailure): boolean => {
  if (failure.localCause !== undefined)
    return failure.localCause === 'no-response' || failure.localCause === 'transport';
  return failure.sipStatus !== undefined && speaksAgainstLine(failure);
};

/**
 * Health of a trunk without registration, told by its calls.
 *
 *     CONNECTING ──resolved──▶ IN_SERVICE ──5 faults in a row, or Retry-After──▶ BACKING_OFF ──time is up──▶ IN_SERVICE
 *
 * After a back-off one more fault is enough for the next one, twice as long; anything but a fault sets it all back.
 */
export class TrunkHealth {
  private current: LineHealth;
  private faults = 0;
  private backOffMs = FIRST_BACK_OFF_MS;
  private timer: Timer | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly changed: () => void,
  ) {
    this.current = { state: 'CONNECTING', since: clock.now() };
  }

  get health(): LineHealth {
    return this.current;
  }

  connected(): void {
    if (this.current.state !== 'BACKING_OFF') this.move('IN_SERVICE');
  }

  connecting(message: string, nextTryInMs: number): void {
    this.move('CONNECTING', { message, nextTryAt: this.inMs(nextTryInMs) });
  }

  outOfService(message: string): void {
    this.move('OUT_OF_SERVICE', { message });
  }

  record(outcome: AnsweredCall | CallFailure): void {
    if (outcome.kind === 'failed' && isTrunkFault(outcome)) {
      this.fault(outcome);
      return;
    }
    // What we ended ourselves proves nothing unless the trunk has answered.
    if (outcome.kind === 'failed' && outcome.localCause !== undefined && !outcome.provisionalSeen) return;
    this.faults = 0;
    this.backOffMs = FIRST_BACK_OFF_MS;
    if (this.current.state === 'IN_SERVICE' && this.current.message !== undefined) this.move('IN_SERVICE');
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = null;
  }

  private fault(failure: CallFailure): void {
    this.faults++;
    const retryAfterMs = (failure.sipStatus === 503 ? (failure.retryAfterSeconds ?? 0) : 0) * 1_000;
    if (this.faults < FAULTS_BEFORE_BACK_OFF && retryAfterMs === 0) return;
    // Calls that were on the way already must not double the time once more.
    if (this.current.state === 'BACKING_OFF') return;
    const waitMs = Math.min(Math.max(this.backOffMs, retryAfterMs), LONGEST_BACK_OFF_MS);
    this.backOffMs = Math.min(this.backOffMs * 2, LONGEST_BACK_OFF_MS);
    const facts = {
      message: describe(failure),
      ...(failure.sipStatus === undefined ? {} : { sipStatus: failure.sipStatus }),
    };
    this.move('BACKING_OFF', { ...facts, nextTryAt: this.inMs(waitMs) });
    this.timer?.cancel();
    this.timer = this.clock.setTimer(waitMs, () => this.move('IN_SERVICE', facts));
  }

  private inMs(delayMs: number): Date {
    return new Date(this.clock.now().getTime() + delayMs);
  }

  private move(state: LineState, facts: Omit<LineHealth, 'state' | 'since'> = {}): void {
    const since = state === this.current.state ? this.current.since : this.clock.now();
    this.current = { state, since, ...facts };
    this.changed();
  }
}

const describe = ({ localCause, sipStatus, reasonPhrase }: CallFailure): string => {
  if (localCause === 'no-response') return 'The server does not answer';
  if (localCause === 'transport') return 'The server cannot be reached';
  return `The server refuses calls: ${sipStatus ?? ''} ${(reasonPhrase ?? '').replace(/\d{5,}/g, '***')}`.trim();
};
