import type { Core } from 'sip.js';
import type { Clock, Timer } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import type { RawEvidence } from '../domain/termination.js';
import type { CallEnd, TransferOutcome, TransferRequest } from '../contracts/telephony.js';
import type { Endpoint } from './endpoint.js';
import { rawEvidence } from '../domain/sip-outcome.js';
import { finalResponseFacts, isLocal } from './invite-facts.js';
import { withoutCustomer } from './reinvite-transfer.js';
import { saveDialog } from './saved-dialog.js';

/** A REFER that meets 481 has mostly crossed the customer's BYE; how long to wait for that BYE, milliseconds. */
const BYE_GRACE_MS = 2_000;
/** How long to wait for the outcome after the BYE of a peer that had accepted the REFER, milliseconds. */
const NEWS_GRACE_MS = 2_000;

export interface ReferTransferOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly endpoint: Endpoint;
  readonly session: Core.Session;
  readonly request: TransferRequest;
  /** The peer does not know the dialog any more, or has not answered for 32 s (RFC 3261, 12.2.1.2). */
  readonly onDialogLost: () => void;
}

/**
 * Blind transfer by REFER (RFC 3515). The 202 says that the peer will try; only the NOTIFY that ends the subscription,
 * or one whose sipfrag is final, is a result. It may come before the 202. Silence is no failure: Asterisk sends nothing
 * while the call waits in the queue.
 *
 * Some peers end our leg as soon as they have taken the customer over, and over UDP a BYE may overtake the NOTIFY. The
 * subscription outlives the call in the dialog (RFC 5057, 4.2), so that news of success is still waited for.
 */
export class ReferTransfer {
  readonly outcome: Promise<TransferOutcome>;
  private resolve!: (outcome: TransferOutcome) => void;
  private decided = false;
  private accepted = false;
  private notified = false;
  /** The customer's BYE, after which news is still waited for. */
  private hungUp: CallEnd | null = null;
  private readonly refer: Core.OutgoingReferRequest;
  /** A challenge gives the REFER a second CSeq; the peer may name either in its NOTIFY. */
  private readonly firstCseq: number;
  private readonly timers: Timer[] = [];

  constructor(private readonly options: ReferTransferOptions) {
    this.outcome = new Promise((resolve) => {
      this.resolve = resolve;
    });
    const { clock, endpoint, session, request } = options;
    const target = endpoint.uriFor(request.pilotNumber);
    this.timers.push(clock.setTimer(request.timeoutMs, () => this.decide({ kind: 'failed', cause: 'timeout' })));
    this.refer = session.refer(
      {
        onAccept: () => (this.accepted = true),
        onRedirect: ({ message }) => this.onRefused(message),
        onReject: ({ message }) => this.onRefused(message),
      },
      {
        extraHeaders: [
          endpoint.contactHeader,
          `Refer-To: <${target.toString()}>`,
          `Referred-By: <${session.localURI.toString()}>`,
        ],
      },
    );
    this.firstCseq = this.refer.message.cseq;
  }

  /** The customer's call is over. */
  onEnded(end: CallEnd): void {
    if (end.by === 'callee' && (this.accepted || this.notified)) this.awaitNews(end);
    else this.decide(withoutCustomer(end));
  }

  onNotify(message: Core.IncomingRequestMessage): void {
    const event = message.getHeader('event') ?? '';
    if (!/^\s*refer\b/i.test(event)) return;
    // RFC 3515, 2.4.6: the id is the CSeq of the REFER, and may be left out of the only one.
    const id = /;\s*id\s*=\s*"?(\d+)/i.exec(event)?.[1];
    if (id !== undefined && Number(id) !== this.firstCseq && Number(id) !== this.refer.message.cseq) return;
    this.notified = true;
    const [, fragment, phrase] = /^\s*SIP\/2\.0 +([1-6]\d\d)(?: +([^\r\n]{1,200}))?/i.exec(message.body) ?? [];
    const status = fragment === undefined ? null : Number(fragment);
    const terminated = /^\s*terminated\b/i.test(message.getHeader('subscription-state') ?? '');
    if (this.decided) {
      this.options.log.info({ sipStatus: status, terminated }, 'Late news of a transfer');
      return;
    }
    if (status !== null && status >= 200 && status < 300) this.decide({ kind: 'completed' });
    else if (this.hungUp && (terminated || (status ?? 0) >= 300)) this.decide(withoutCustomer(this.hungUp));
    else if (status !== null && status >= 300)
      this.decide({
        kind: 'failed',
        cause: 'failed',
        evidence: { sipStatus: status, ...(phrase && { sipPhrase: phrase }) },
      });
    else if (terminated) this.decide({ kind: 'failed', cause: 'failed' });
  }

  /** sip.js has forgotten the dialog with the BYE, and would refuse a NOTIFY. */
  private awaitNews(end: CallEnd): void {
    if (this.decided) return;
    this.hungUp = end;
    const { clock, endpoint, session } = this.options;
    const hangUp = { abort: () => this.decide(withoutCustomer(end)) };
    const rest = endpoint.restoreDialog(saveDialog(session, '', endpoint));
    if (!rest) {
      hangUp.abort();
      return;
    }
    rest.delegate = {
      onNotify: (request) => {
        request.accept();
        this.onNotify(request.message);
      },
    };
    this.timers.push(clock.setTimer(NEWS_GRACE_MS, hangUp.abort));
    endpoint.calls.add(hangUp);
    void this.outcome.then(() => {
      endpoint.calls.delete(hangUp);
      rest.dispose();
    });
  }

  private onRefused(message: Core.IncomingResponseMessage): void {
    if (this.decided) return;
    if (isLocal(message)) {
      // The answer to the REFER is lost, the REFER itself is not.
      if (this.notified) return;
      this.lose({ localCause: message.statusCode === 503 ? 'transport' : 'no-response' });
      return;
    }
    const evidence = rawEvidence({ ...finalResponseFacts(message), rang: false, provisionalSeen: false });
    if (message.statusCode !== 481) this.decide({ kind: 'failed', cause: 'refused', evidence });
    else this.timers.push(this.options.clock.setTimer(BYE_GRACE_MS, () => this.lose(evidence)));
  }

  private lose(evidence: RawEvidence): void {
    if (this.decided) return;
    this.decide({ kind: 'dialog-lost', evidence });
    this.options.onDialogLost();
  }

  private decide(outcome: TransferOutcome): void {
    if (this.decided) return;
    this.decided = true;
    for (const timer of this.timers) timer.cancel();
    this.resolve(outcome);
  }
}
