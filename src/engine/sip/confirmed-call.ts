import type { Core } from 'sip.js';
import type { MediaSession } from '../contracts/call-media.js';
import type { Clock } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import type { AnsweredCall, CallEnd, SavedDialog, TransferOutcome, TransferRequest } from '../contracts/telephony.js';
import { ReferTransfer } from './call-transfer.js';
import type { Endpoint } from './endpoint.js';
import { dialogStateOf, isLocal, q850Cause, reasonHeaders } from './invite-facts.js';
import { readSdp, sdpAnswer, sdpOffer } from './sdp.js';
import { ALLOWED } from './transport/stray-messages.js';

export interface ConfirmedCallOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly endpoint: Endpoint;
  readonly mediaHost: string;
  readonly media: MediaSession;
  readonly session: Core.Session;
  readonly lineId: string;
  readonly cancelled: boolean;
}

/** An answered call: takes the peer's requests within the dialog, and ends once. */
export class ConfirmedCall implements AnsweredCall {
  readonly kind = 'answered';
  readonly cancelled: boolean;
  readonly dialog: SavedDialog;
  readonly ended: Promise<CallEnd>;
  private resolveEnded!: (end: CallEnd) => void;
  private end: CallEnd | null = null;
  private hangingUp: Promise<void> | null = null;
  private transferring: ReferTransfer | null = null;
  private sdpVersion = 1;
  private readonly sdpSession = Date.now();

  constructor(private readonly options: ConfirmedCallOptions) {
    this.cancelled = options.cancelled;
    this.dialog = save(options.session, options.lineId);
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
    options.session.delegate = {
      onBye: (request) => this.onBye(request),
      onNotify: (request) => this.onNotify(request),
      onInvite: (request) => this.onReinvite(request),
      // DTMF and the like: taken note of by nobody, refused to nobody.
      onInfo: (request) => request.accept(),
    };
  }

  transfer(request: TransferRequest): Promise<TransferOutcome> {
    if (request.mode !== 'REFER') {
      return Promise.reject(new Error(`Transfer mode ${request.mode} is not supported by this release`));
    }
    if (!/^\+?[\d*#]{1,40}$/.test(request.pilotNumber)) return Promise.reject(new Error('Malformed pilot number'));
    if (this.transferring) return Promise.reject(new Error('The call is being transferred already'));
    if (this.hangingUp) return Promise.reject(new Error('The dialer has hung up'));
    if (this.end) return Promise.resolve({ kind: 'customer-hung-up' });
    const { clock, log, endpoint, session } = this.options;
    this.transferring = new ReferTransfer({
      clock,
      log,
      endpoint,
      session,
      request,
      onDialogLost: () => {
        // RFC 3261, 12.2.1.2: the rest of the dialog is ended as well, whatever is left of it at the peer.
        if (!this.end && !this.hangingUp) session.bye();
        this.finish({ by: 'network' });
      },
    });
    return this.transferring.outcome.then((outcome) => {
      // The peer has taken the customer; our leg is ended only now, for some peers end both on an early BYE.
      if (outcome.kind === 'completed' && !this.end) this.hangUp().catch(() => undefined);
      this.transferring = null;
      return outcome;
    });
  }

  hangUp(): Promise<void> {
    if (this.end) return Promise.resolve();
    if (this.hangingUp) return this.hangingUp;
    this.hangingUp = this.ended.then(() => undefined);
    this.options.media.close();
    this.transferring?.onHungUp('dialer');
    const done = (): void => this.finish({ by: 'dialer' });
    // Unanswered, sip.js makes a local 408 of it after 64 × T1.
    this.options.session.bye({ onAccept: done, onReject: done, onRedirect: done });
    return this.hangingUp;
  }

  /** Ends without waiting for the network; for the close of the process. */
  abort(): void {
    this.transferring?.onHungUp('dialer');
    this.finish({ by: 'network' });
  }

  private onBye(request: Core.IncomingByeRequest): void {
    request.accept();
    const reasons = reasonHeaders(request.message);
    const cause = q850Cause(reasons);
    this.transferring?.onHungUp('callee');
    this.finish({
      by: 'callee',
      ...(reasons.length === 0 ? {} : { sipReason: reasons.join(', ') }),
      ...(cause === null ? {} : { q850Cause: cause }),
    });
  }

  private onNotify(request: Core.IncomingNotifyRequest): void {
    // Every NOTIFY is answered, also a late or a second one: a refusal would only make the peer repeat it.
    request.accept();
    this.transferring?.onNotify(request.message);
  }

  /** Hold, a new media address, or the refresh of a session timer. */
  private onReinvite(request: Core.IncomingInviteRequest): void {
    const { endpoint, mediaHost, media, session } = this.options;
    const { body } = request.message;
    const local = {
      host: mediaHost,
      rtpPort: media.localPort,
      version: ++this.sdpVersion,
      sessionId: this.sdpSession,
    };
    const offer = body === '' ? null : readSdp(body);
    if (body !== '' && offer === null) {
      request.reject({ statusCode: 488 });
      return;
    }
    if (offer) media.setRemote(offer);
    // Without an offer ours goes out in the 200 and the answer comes in the ACK (RFC 3261, 14.2).
    if (session.delegate && !offer) {
      session.delegate.onAck = ({ message }) => {
        const answer = readSdp(message.body);
        if (answer) media.setRemote(answer);
      };
    }
    request.accept({
      statusCode: 200,
      extraHeaders: [endpoint.contactHeader, `Allow: ${ALLOWED}`],
      body: {
        contentDisposition: 'session',
        contentType: 'application/sdp',
        content: offer ? sdpAnswer(local, offer) : sdpOffer(local),
      },
    });
  }

  private finish(end: CallEnd): void {
    if (this.end) return;
    this.end = this.hangingUp ? { ...end, by: 'dialer' } : end;
    this.options.media.close();
    this.resolveEnded(this.end);
  }
}

const save = (session: Core.Session, lineId: string): SavedDialog => ({
  lineId,
  callId: session.callId,
  localTag: session.localTag,
  remoteTag: session.remoteTag,
  localSequence: dialogStateOf(session).localSequenceNumber ?? 1,
  remoteSequence: dialogStateOf(session).remoteSequenceNumber ?? null,
  localUri: session.localURI.toString(),
  remoteUri: session.remoteURI.toString(),
  remoteTarget: session.remoteTarget.toRaw(),
  routeSet: [...dialogStateOf(session).routeSet],
});

/** BYE for a dialog of an earlier process: true if the far end has confirmed that the call is over. */
export const byeLeftOver = (session: Core.Session): Promise<boolean> =>
  new Promise((resolve) => {
    session.bye({
      onAccept: () => resolve(true),
      onRedirect: () => resolve(false),
      // 481: the far end does not know the call any more, so it is over.
      onReject: ({ message }) => resolve(!isLocal(message) && message.statusCode === 481),
    });
  });
