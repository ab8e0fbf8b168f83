import type { Clock, Timer } from '../contracts/clock.js';
import type { AnsweredCall, CallFailure, LineHealth } from '../contracts/telephony.js';
import { speaksAgainstLine } from '../domain/sip-outcome.js';
import { BackOff } from './back-off.js';

/** Faults in a row that take a server out. */
const FAULTS_BEFORE_BACK_OFF = 5;
/** OPTIONS without an answer, each of them repeated by the transport, that take an idle server out. */
const SILENCES_BEFORE_BACK_OFF = 3;

/** Whether a failure speaks against the server rather than against the number dialed. */
export const isTrunkFault = (failure: CallFailure): boolean => {
  if (failure.localCause !== undefined)
    return failure.localCause === 'no-response' || failure.localCause === 'transport';
  return failure.sipStatus !== undefined && speaksAgainstLine(failure);
};

const heardNothing = ({ localCause }: CallFailure): boolean =>
  localCause === 'no-response' || localCause === 'transport';

/** Whether the next server may be tried for the same call (RFC 3263, 4.3): this one has done nothing about it. */
export const mayTryElsewhere = (failure: CallFailure): boolean => {
  if (failure.localCause !== undefined) return heardNothing(failure) && !failure.provisionalSeen;
  return failure.sipStatus === 503 && !failure.rang && speaksAgainstLine(failure);
};

export interface ServerHealthOptions {
  readonly clock: Clock;
  /** OPTIONS are sent to a server that nothing was heard of for so long, milliseconds. */
  readonly idleMs: number;
  /** Sends OPTIONS; false: silence, 408 or 503. */
  readonly probe: () => Promise<boolean>;
  /** Why there is no connection to the server, for the operator; null: there is one, or UDP needs none. */
  readonly connectionFault: () => string | null;
  readonly changed: () => void;
}

/**
 * Health of one server, told by calls, REGISTER and OPTIONS.
 *
 *     up ──5 faults in a row · Retry-After · 1 fault while another server is up · silence──▶ down
 *     down ──back-off over: OPTIONS answered, or on trial──▶ up; else down again, twice as long
 *
 * Silence is three OPTIONS in a row without an answer, or one right after a call that nothing was heard of. It does not
 * count against a server that has answered calls but never OPTIONS, as some carriers do: such a one is taken out by a call,
 * and comes back on trial when its time is up. On trial one more fault is enough. A server that has never answered anything
 * is out until OPTIONS is answered; once its back-off has grown to the longest it is let in on trial too, because it may be
 * one of those carriers, and nothing but a call could tell.
 */
export class ServerHealth {
  private readonly backOff = new BackOff();
  private up = true;
  private faults = 0;
  private silences = 0;
  private answersOptions = false;
  private answersCalls = false;
  private heardAtMs: number;
  private probing = false;
  /** Something else than silence speaks against it: one OPTIONS without an answer is enough. */
  private suspect = false;
  private stopped = false;
  private timer: Timer | null = null;
  private lastFault: Pick<LineHealth, 'sipStatus' | 'message'> = {};
  private nextTryAt: Date | undefined;
  private wentDownAt: Date;

  constructor(private readonly options: ServerHealthOptions) {
    this.heardAtMs = options.clock.monotonicMs();
    this.wentDownAt = options.clock.now();
    this.watch(options.idleMs);
  }

  get isUp(): boolean {
    return this.up;
  }

  /** Since when it is out; only while it is not up. */
  get downSince(): Date {
    return this.wentDownAt;
  }

  /** What is wrong, or was until something succeeds. */
  get facts(): Pick<LineHealth, 'sipStatus' | 'message' | 'nextTryAt'> {
    return { ...this.lastFault, ...(this.nextTryAt === undefined ? {} : { nextTryAt: this.nextTryAt }) };
  }

  /** @param hasAlternative another server could take the calls */
  recordCall(outcome: AnsweredCall | CallFailure, hasAlternative: boolean): void {
    const isFault = outcome.kind === 'failed' && isTrunkFault(outcome);
    // What we ended ourselves proves nothing unless the server has answered.
    if (outcome.kind === 'answered' || outcome.localCause === undefined || outcome.provisionalSeen) {
      this.answersCalls = true;
      if (!isFault) this.worked();
    }
    if (isFault) this.fault(outcome, hasAlternative);
  }

  /** REGISTER was answered, whatever the answer. */
  registrarAnswered(): void {
    // Whether it answers OPTIONS too is good to know before it falls silent: REGISTERs are far apart.
    if (!this.answersCalls) this.probe();
    this.answersCalls = true;
    if (this.up) this.worked();
  }

  registrarSilent(cause: 'no-response' | 'transport', hasAlternative: boolean): void {
    this.fault(
      { kind: 'failed', localCause: cause, reasonHeaders: [], rang: false, provisionalSeen: false },
      hasAlternative,
    );
  }

  /** The TCP or TLS connection is gone: whether another one can be opened is known by a probe. */
  connectionLost(): void {
    if (!this.up) return;
    this.suspect = true;
    this.probe();
  }

  /** Ends a back-off; the next one is short again. */
  tryNow(): void {
    if (this.up) return;
    this.backOff.reset();
    this.tryAgain();
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  private worked(): void {
    this.heardAtMs = this.options.clock.monotonicMs();
    this.faults = 0;
    this.silences = 0;
    this.backOff.reset();
    if (!this.up || this.lastFault.message === undefined) return;
    this.lastFault = {};
    this.options.changed();
  }

  private fault(failure: CallFailure, hasAlternative: boolean): void {
    this.faults++;
    // Calls that were on the way already must not double the time once more.
    if (!this.up) return;
    const retryAfterMs = (failure.sipStatus === 503 ? (failure.retryAfterSeconds ?? 0) : 0) * 1_000;
    const isSilent = heardNothing(failure);
    const isEnough =
      this.faults >= FAULTS_BEFORE_BACK_OFF ||
      retryAfterMs > 0 ||
      (hasAlternative && mayTryElsewhere(failure)) ||
      (isSilent && this.silences >= SILENCES_BEFORE_BACK_OFF);
    if (isEnough) this.goDown(describe(failure), failure.sipStatus, retryAfterMs);
    else if (isSilent && this.answersOptions) {
      this.suspect = true;
      this.probe();
    }
  }

  private goDown(message: string, sipStatus?: number, atLeastMs = 0): void {
    const waitMs = this.backOff.next(atLeastMs);
    if (this.up) this.wentDownAt = this.options.clock.now();
    this.up = false;
    this.lastFault = {
      message: this.options.connectionFault() ?? message,
      ...(sipStatus === undefined ? {} : { sipStatus }),
    };
    this.nextTryAt = new Date(this.options.clock.now().getTime() + waitMs);
    this.wakeAfter(waitMs, () => this.tryAgain());
    this.options.changed();
  }

  private tryAgain(): void {
    if (!this.answersOptions && this.answersCalls) this.goUp();
    else this.probe();
  }

  private goUp(): void {
    this.up = true;
    this.silences = 0;
    this.nextTryAt = undefined;
    this.watch(this.options.idleMs);
    this.options.changed();
  }

  private watch(delayMs: number): void {
    this.wakeAfter(delayMs, () => {
      const idleMs = this.options.clock.monotonicMs() - this.heardAtMs;
      if (idleMs < this.options.idleMs) this.watch(this.options.idleMs - idleMs);
      else this.probe();
    });
  }

  private probe(): void {
    if (this.probing || this.stopped) return;
    this.probing = true;
    void this.options.probe().then((isAlive) => {
      this.probing = false;
      if (this.stopped) return;
      if (isAlive) this.optionsAnswered();
      else this.optionsUnanswered();
      this.suspect = false;
    });
  }

  private optionsAnswered(): void {
    this.answersOptions = true;
    this.silences = 0;
    this.heardAtMs = this.options.clock.monotonicMs();
    // A server that answers OPTIONS and refuses calls stays on trial, and its next back-off is longer.
    if (this.faults === 0) {
      this.backOff.reset();
      this.lastFault = {};
    }
    if (this.up) this.watch(this.options.idleMs);
    else this.goUp();
  }

  private optionsUnanswered(): void {
    const silent = 'The server does not answer OPTIONS';
    this.silences++;
    if (!this.up) {
      if (!this.answersOptions && this.backOff.isLongest) this.goUp();
      else this.goDown(this.lastFault.message ?? silent, this.lastFault.sipStatus);
      return;
    }
    const counts = this.answersOptions || !this.answersCalls || this.suspect;
    const isOnTrial = this.lastFault.message !== undefined;
    if (counts && (this.suspect || isOnTrial || this.silences >= SILENCES_BEFORE_BACK_OFF)) this.goDown(silent);
    else this.watch(this.silences < SILENCES_BEFORE_BACK_OFF ? this.options.idleMs / 6 : this.options.idleMs);
  }

  private wakeAfter(delayMs: number, run: () => void): void {
    this.timer?.cancel();
    this.timer = this.stopped ? null : this.options.clock.setTimer(delayMs, run);
  }
}

const describe = ({ localCause, sipStatus, reasonPhrase }: CallFailure): string => {
  if (localCause === 'no-response') return 'The server does not answer';
  if (localCause === 'transport') return 'The server cannot be reached';
  return `The server refuses calls: ${sipStatus ?? ''} ${(reasonPhrase ?? '').replace(/\d{5,}/g, '***')}`.trim();
};
