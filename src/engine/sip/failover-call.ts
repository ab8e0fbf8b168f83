import type { CallFailure, CancelReason, OutboundCall } from '../contracts/telephony.js';
import type { ConfirmedCall } from './confirmed-call.js';
import type { SipOutboundCall } from './outbound-call.js';
import { mayTryElsewhere } from './server-health.js';
import type { TrunkServer } from './trunk-server.js';
import type { CallRoute } from './trunk-link.js';

export interface FailoverCallOptions {
  /** Undefined: no server is left. */
  readonly nextRoute: (tried: ReadonlySet<TrunkServer>) => CallRoute | undefined;
  readonly dial: (route: CallRoute) => SipOutboundCall;
}

/**
 * One call, tried at one server after the other while none of them has done anything about it (RFC 3263, 4.3). It is one
 * attempt, whose outcome is that of the last try.
 */
export class FailoverCall implements OutboundCall {
  readonly answerOrFailure: Promise<ConfirmedCall | CallFailure>;
  private readonly tried = new Set<TrunkServer>();
  private call: SipOutboundCall;
  private isCancelled = false;

  constructor(
    first: CallRoute,
    private readonly options: FailoverCallOptions,
  ) {
    this.tried.add(first.server);
    this.call = options.dial(first);
    this.answerOrFailure = this.lastOutcome();
  }

  cancel(reason: CancelReason): void {
    this.isCancelled = true;
    this.call.cancel(reason);
  }

  private async lastOutcome(): Promise<ConfirmedCall | CallFailure> {
    for (;;) {
      const outcome = await this.call.answerOrFailure;
      if (outcome.kind === 'answered' || this.isCancelled || !mayTryElsewhere(outcome)) return outcome;
      const next = this.options.nextRoute(this.tried);
      if (!next) return outcome;
      this.tried.add(next.server);
      this.call = this.options.dial(next);
    }
  }
}
