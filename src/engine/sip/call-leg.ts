import { randomInt } from 'node:crypto';
import type { Core } from 'sip.js';
import type { Clock, Timer } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import type { CallEnd } from '../contracts/telephony.js';
import type { Endpoint } from './endpoint.js';
import { isLocal, q850Cause, reasonHeaders, refreshTarget } from './invite-facts.js';
import { OfferExchange } from './offer-exchange.js';
import type { DescribedSession } from './sdp.js';
import {
  minimumInterval,
  SessionTimer,
  type SessionTerms,
  termsOfAnswer,
  termsOfRequest,
  timerAnswerHeaders,
  timerRequestHeaders,
} from './session-timer.js';
import { TimerGroup } from './timer-group.js';
import { ALLOWED } from './transport/stray-messages.js';
import { takeUpdates, type UpdateAnswer } from './update-requests.js';

/** 64 × T1: a re-INVITE whose 200 is not acknowledged by then ends the call (RFC 3261, 13.3.1.4). Milliseconds. */
const ACK_TIMEOUT_MS = 32_000;
/** 64 × T1: how long a re-INVITE of ours may stay without a final response, and again after its CANCEL. Milliseconds. */
const ANSWER_TIMEOUT_MS = 32_000;
/** How long to wait for the BYE of a peer that does not know the dialog any more, milliseconds. */
const BYE_GRACE_MS = 2_000;
/** A peer that answers 491 so often is not in a race, it is stuck. */
const MOST_GLARES = 5;

/** What becomes of an offer that the peer makes. */
export type OfferReply = { readonly sdp: string } | { readonly status: 488 | 491 | 500 };

/** Who is behind us on a leg, as its peer sees it: our own media, or the other party of a joined call. */
export interface LegParty {
  /** The peer offers; `sdp` cannot be trusted to be readable. */
  onOffer(sdp: string): OfferReply | Promise<OfferReply>;
  /** The peer wants an offer (a re-INVITE without SDP). */
  makeOffer(): string;
  /** The peer's answer to `makeOffer`. */
  onAnswer(sdp: string): void;
}

export type ReinviteResult =
  | { readonly kind: 'accepted'; readonly sdp: string }
  /** The call is as it was before. */
  | { readonly kind: 'refused'; readonly sipStatus: number }
  /** The dialog is over (481, no answer, BYE). */
  | { readonly kind: 'over'; readonly sipStatus?: number };

export interface CallLegOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly endpoint: Endpoint;
  readonly session: Core.Session;
  readonly description: DescribedSession;
  /** The peer's last description. */
  readonly remoteSdp: string;
  readonly terms: SessionTerms | null;
}

/** A confirmed dialog: the peer's requests within it, re-INVITEs of ours, its session timer, and its one end. */
export class CallLeg {
  readonly ended: Promise<CallEnd>;
  onNotify: (message: Core.IncomingRequestMessage) => void = () => undefined;
  private party: LegParty | null = null;
  private resolveEnded!: (end: CallEnd) => void;
  private end: CallEnd | null = null;
  private hangingUp: Promise<void> | null = null;
  private peerSdp: string;
  private readonly exchange = new OfferExchange();
  /** Our 200 to a re-INVITE had an offer. */
  private awaitsAnswer = false;
  private ackTimeout: Timer | null = null;
  private readonly timer: SessionTimer;
  private readonly timers: TimerGroup;

  constructor(private readonly options: CallLegOptions) {
    const { clock, session, remoteSdp, terms } = options;
    this.peerSdp = remoteSdp;
    this.timers = new TimerGroup(clock);
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
    this.timer = new SessionTimer(
      clock,
      () => void this.refresh(),
      () => {
        options.log.info({}, 'Session expired');
        this.lose();
      },
    );
    this.timer.restart(terms);
    session.delegate = {
      onBye: (request) => this.onBye(request),
      onNotify: (request) => {
        // Every NOTIFY is answered, also a late or a second one: a refusal would only make the peer repeat it.
        request.accept();
        this.onNotify(request.message);
      },
      onInvite: (request) => void this.onReinvite(request),
      onAck: ({ message }) => this.onAck(message),
      // DTMF and the like: taken note of by nobody, refused to nobody.
      onInfo: (request) => request.accept(),
    };
    takeUpdates(session, (request) => this.onUpdate(request));
  }

  get endpoint(): Endpoint {
    return this.options.endpoint;
  }

  get session(): Core.Session {
    return this.options.session;
  }

  get description(): DescribedSession {
    return this.options.description;
  }

  /** The peer's last description. */
  get remoteSdp(): string {
    return this.peerSdp;
  }

  get terms(): SessionTerms | null {
    return this.timer.terms;
  }

  get isOver(): boolean {
    return this.end !== null || this.hangingUp !== null;
  }

  /** The peer has asked for a change and has not got, or not acknowledged, our answer. */
  get isServingPeer(): boolean {
    return this.exchange.isServingPeer;
  }

  serve(party: LegParty): void {
    this.party = party;
  }

  /**
   * Offers `sdp` to the peer. After a glare (491) it is tried again, as RFC 3261, 14.1 says, while the call goes on as it
   * was.
   */
  async reinvite(sdp: string): Promise<ReinviteResult> {
    for (let glares = 1; ; glares++) {
      const result = await this.offer(sdp);
      if (result.kind !== 'refused' || result.sipStatus !== 491 || glares === MOST_GLARES) return result;
      // The Call-ID is ours: 2.1 to 4 s, in steps of 10 ms.
      await this.pause(randomInt(210, 401) * 10);
    }
  }

  /** A re-INVITE that changes nothing, for the session timer or to see whether the dialog is still there. */
  async refresh(): Promise<void> {
    const result = await this.reinvite(this.description.current);
    if (result.kind === 'refused') this.options.log.info({ sipStatus: result.sipStatus }, 'Session refresh refused');
  }

  hangUp(): Promise<void> {
    if (this.end) return Promise.resolve();
    if (this.hangingUp) return this.hangingUp;
    this.hangingUp = this.ended.then(() => undefined);
    this.stopTimers();
    const done = (): void => this.finish({ by: 'dialer' });
    // Unanswered, sip.js makes a local 408 of it after 64 × T1.
    this.session.bye({ onAccept: done, onReject: done, onRedirect: done });
    return this.hangingUp;
  }

  /** RFC 3261, 12.2.1.2: the rest of the dialog is ended as well, whatever is left of it at the peer. */
  lose(): void {
    if (this.isOver) return;
    this.session.bye();
    this.finish({ by: 'network' });
  }

  /** Ends for us alone: nothing is sent. */
  abort(): void {
    this.finish({ by: 'network' });
  }

  private async offer(sdp: string): Promise<ReinviteResult> {
    while (this.exchange.over && !this.isOver) await Promise.race([this.exchange.over, this.ended]);
    if (this.isOver) return { kind: 'over' };
    this.exchange.begin('us');
    const proposed = this.description.propose(sdp);
    let result = await this.sendReinvite(proposed.sdp, null);
    if ('minimumSeconds' in result) result = await this.sendReinvite(proposed.sdp, result.minimumSeconds);
    if ('minimumSeconds' in result || result.kind === 'refused') proposed.takeBack();
    this.exchange.end();
    if ('minimumSeconds' in result) return { kind: 'refused', sipStatus: 422 };
    if (result.kind !== 'over') return result;
    // Mostly it has crossed the peer's BYE.
    if (result.sipStatus === 481) await this.pause(BYE_GRACE_MS);
    this.lose();
    return result;
  }

  private sendReinvite(
    content: string,
    minimumSeconds: number | null,
  ): Promise<ReinviteResult | { readonly minimumSeconds: number }> {
    if (this.isOver) return Promise.resolve({ kind: 'over' });
    const { endpoint, session } = this.options;
    const body = { contentDisposition: 'session', contentType: 'application/sdp', content };
    const timerHeaders = this.terms || minimumSeconds !== null ? timerRequestHeaders(this.terms, minimumSeconds) : [];
    const extraHeaders = [endpoint.contactHeader, `Allow: ${ALLOWED}`, ...timerHeaders];
    return new Promise((resolve) => {
      void this.ended.then(() => resolve({ kind: 'over' }));
      const refused = ({ message }: { readonly message: Core.IncomingResponseMessage }): void => {
        patience.cancel();
        const status = message.statusCode ?? 500;
        const minimum = status === 422 ? minimumInterval(message) : null;
        if (minimum !== null) resolve({ minimumSeconds: minimum });
        else
          resolve({
            kind: isLocal(message) || status === 481 || status === 408 ? 'over' : 'refused',
            sipStatus: status,
          });
      };
      const accepted = (response: Core.AckableIncomingResponseWithSession): void => {
        const { message } = response;
        patience.cancel();
        refreshTarget(session, message);
        response.ack();
        this.agree(termsOfAnswer(message));
        if (message.body !== '') this.peerSdp = message.body;
        resolve({ kind: 'accepted', sdp: this.peerSdp });
      };
      const request = session.invite(
        { onAccept: accepted, onReject: refused, onRedirect: refused },
        { body, extraHeaders },
      );
      // Timer B ends with the first provisional response. A peer that says no more is asked to forget it, then given up.
      let patience = this.timers.after(ANSWER_TIMEOUT_MS, () => {
        request.cancel();
        patience = this.timers.after(ANSWER_TIMEOUT_MS, () => resolve({ kind: 'over' }));
      });
    });
  }

  private onBye(request: Core.IncomingByeRequest): void {
    request.accept();
    const reasons = reasonHeaders(request.message);
    const cause = q850Cause(reasons);
    this.finish({
      by: 'callee',
      ...(reasons.length === 0 ? {} : { sipReason: reasons.join(', ') }),
      // 0 is no cause.
      ...(cause ? { q850Cause: cause } : {}),
    });
  }

  /** Hold, a new media address, or the refresh of a session timer. One of ours under way: sip.js answers 491. */
  private async onReinvite(request: Core.IncomingInviteRequest): Promise<void> {
    const { party } = this;
    if (this.exchange.over || !party) {
      request.reject({ statusCode: 491 });
      return;
    }
    this.exchange.begin('peer');
    const { body } = request.message;
    // The other party of a joined call may take its time; the peer would repeat its INVITE meanwhile.
    request.trying();
    const reply = body === '' ? { sdp: party.makeOffer() } : await this.takeOffer(body);
    if (this.isOver || 'status' in reply) {
      request.reject({ statusCode: 'status' in reply ? reply.status : 487 });
      this.exchange.end();
      return;
    }
    // What comes in the ACK is an answer only if the offer was ours.
    this.awaitsAnswer = body === '';
    const terms = termsOfRequest(request.message) ?? this.terms;
    this.agree(terms);
    request.accept({
      statusCode: 200,
      extraHeaders: [this.options.endpoint.contactHeader, `Allow: ${ALLOWED}`, ...timerAnswerHeaders(terms)],
      body: {
        contentDisposition: 'session',
        contentType: 'application/sdp',
        content: this.description.stamp(reply.sdp),
      },
    });
    this.ackTimeout = this.timers.after(ACK_TIMEOUT_MS, () => this.lose());
  }

  private onAck(message: Core.IncomingRequestMessage): void {
    this.ackTimeout?.cancel();
    this.ackTimeout = null;
    this.exchange.end();
    if (!this.awaitsAnswer || message.body === '') return;
    this.awaitsAnswer = false;
    this.peerSdp = message.body;
    this.party?.onAnswer(message.body);
  }

  private async onUpdate(request: Core.IncomingRequestMessage): Promise<UpdateAnswer> {
    const headers = [this.options.endpoint.contactHeader, `Allow: ${ALLOWED}`];
    if (request.body === '') {
      const terms = termsOfRequest(request) ?? this.terms;
      this.agree(terms);
      return { statusCode: 200, extraHeaders: [...headers, ...timerAnswerHeaders(terms)] };
    }
    // RFC 3311, 5.2: an offer of either side is open.
    if (this.exchange.over) return { statusCode: 491 };
    this.exchange.begin('peer');
    const reply = await this.takeOffer(request.body);
    this.exchange.end();
    if ('status' in reply) return { statusCode: reply.status };
    const terms = termsOfRequest(request) ?? this.terms;
    this.agree(terms);
    const content = this.description.stamp(reply.sdp);
    return {
      statusCode: 200,
      extraHeaders: [...headers, ...timerAnswerHeaders(terms)],
      body: { contentDisposition: 'session', contentType: 'application/sdp', content },
    };
  }

  private async takeOffer(sdp: string): Promise<OfferReply> {
    const reply = (await this.party?.onOffer(sdp)) ?? { status: 488 };
    if ('sdp' in reply) this.peerSdp = sdp;
    return reply;
  }

  private pause(delayMs: number): Promise<unknown> {
    return Promise.race([new Promise<void>((resolve) => this.timers.after(delayMs, resolve)), this.ended]);
  }

  /** An answer may come after the end of the call: nothing must be armed then. */
  private agree(terms: SessionTerms | null): void {
    if (!this.isOver) this.timer.restart(terms);
  }

  private finish(end: CallEnd): void {
    if (this.end) return;
    this.end = this.hangingUp ? { ...end, by: 'dialer' } : end;
    this.stopTimers();
    this.resolveEnded(this.end);
  }

  private stopTimers(): void {
    this.timer.stop();
    this.timers.cancelAll();
  }
}
