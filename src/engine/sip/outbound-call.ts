import { isIPv6 } from 'node:net';
import type { Core } from 'sip.js';
import type { MediaSession, MediaSessions } from '../contracts/call-media.js';
import type { Clock } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import type { CallFailure, CallRequest, CancelReason, OutboundCall } from '../contracts/telephony.js';
import { ConfirmedCall } from './confirmed-call.js';
import { type Endpoint, transactionIdOf } from './endpoint.js';
import { allowedMethods, finalResponseFacts, isLocal, refreshTarget } from './invite-facts.js';
import { hex64 } from './random.js';
import type { PilotCall, PilotOrder } from './reinvite-transfer.js';
import { saveInvite } from './saved-invite.js';
import { DescribedSession, type RemoteMedia, readSdp, sdpAnswer, sdpOffer } from './sdp.js';
import { minimumInterval, termsOfAnswer, timerRequestHeaders } from './session-timer.js';
import { TimerGroup } from './timer-group.js';
import { ALLOWED } from './transport/stray-messages.js';
import { takeUpdates, type UpdateAnswer } from './update-requests.js';

/** 64 × T1 (RFC 3261, 9.1): a CANCEL without a final response to its INVITE is over then. Milliseconds. */
const CANCEL_GUARD_MS = 32_000;

export interface OutboundCallOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly media: MediaSessions;
  readonly endpoint: Endpoint;
  /** IP address for SDP. */
  readonly mediaHost: string;
  /** Milliseconds without any response before the server is given up. */
  readonly noResponseTimeoutMs: number;
  /** What the trunk makes of it; called once, before `answerOrFailure` resolves. */
  readonly onOutcome: (outcome: ConfirmedCall | CallFailure) => void;
  /** The codec that is offered first; default PCMU. */
  readonly codec?: RemoteMedia['codec'];
}

/**
 * One INVITE until it is answered or has failed (RFC 3261, 13.2 and 9.1).
 *
 *     opening ──media socket open──▶ calling ──200──▶ answered
 *        │ cancel                       │ 3xx–6xx, local 408/503, no response, CANCEL without an end
 *        ▼                              ▼
 *      failed ◀──────────────────────failed
 *
 * A cancel only asks: CANCEL leaves with the first provisional response (9.1), once for each INVITE sent, since a
 * challenge makes a second one. After `failed` the transaction lives on as long as sip.js keeps it, so that a late 180
 * is cancelled and a late 200 is acknowledged and ended.
 */
export class SipOutboundCall implements OutboundCall {
  readonly answerOrFailure: Promise<ConfirmedCall | CallFailure>;
  private resolve!: (outcome: ConfirmedCall | CallFailure) => void;
  private settled = false;
  private request: Core.OutgoingInviteRequest | null = null;
  private media: MediaSession | null = null;
  private answered: ConfirmedCall | null = null;
  private pilot: SipOutboundCall | null = null;
  private readonly description: DescribedSession;
  private lastSdp: string | null = null;
  private cancelled: { localCause: 'ring-timeout' | 'cancelled'; cancelReason?: CancelReason } | null = null;
  private cancelledTransaction: string | null = null;
  /** 100 only if no other came. */
  private lastProvisional: number | null = null;
  private ringingReported = false;
  private readonly timers: TimerGroup;

  constructor(
    private readonly call: CallRequest,
    private readonly options: OutboundCallOptions,
  ) {
    this.timers = new TimerGroup(options.clock);
    this.description = new DescribedSession(options.mediaHost);
    this.answerOrFailure = new Promise((resolve) => {
      this.resolve = resolve;
    });
    options.media.open(isIPv6(options.mediaHost) ? 6 : 4).then(
      (media) => this.invite(media),
      (error: unknown) => {
        options.log.error({ reason: error instanceof Error ? error.message : String(error) }, 'No RTP port');
        this.fail({ localCause: 'no-media' });
      },
    );
  }

  cancel(reason: CancelReason): void {
    this.giveUp({ localCause: 'cancelled', cancelReason: reason });
  }

  /** Ends without waiting for the network; for the close of the process. */
  abort(): void {
    if (!this.settled && this.provisionalSeen) this.sendCancel();
    this.fail(this.cancelled ?? { localCause: 'transport' });
    this.answered?.abort();
    // In the same turn: the end of one would be passed on to the other.
    this.pilot?.abort();
  }

  private invite(media: MediaSession): void {
    if (this.settled) {
      media.close();
      return;
    }
    this.media = media;
    const { endpoint, mediaHost, noResponseTimeoutMs } = this.options;
    // The trunk was edited or deleted while the socket was being bound.
    if (endpoint.isDisposed) {
      this.fail({ localCause: 'no-line' });
      return;
    }
    this.timers.after(this.call.ringTimeoutMs, () => this.giveUp({ localCause: 'ring-timeout' }));
    this.timers.after(noResponseTimeoutMs, () => {
      if (!this.provisionalSeen) this.onNoResponse();
    });
    const offer = sdpOffer({ host: mediaHost, rtpPort: media.localPort }, this.options.codec ?? 'PCMU');
    this.sendInvite({ callId: endpoint.newCallId(), fromTag: hex64() }, this.description.stamp(offer), null);
  }

  private sendInvite(
    dialog: { readonly callId: string; readonly fromTag: string; readonly cseq?: number },
    content: string,
    minimumSeconds: number | null,
  ): void {
    const { endpoint } = this.options;
    const { attemptId, callerId, phoneNumber } = this.call;
    const from = callerId === null ? endpoint.localUri : endpoint.uriFor(callerId);
    const to = endpoint.uriFor(phoneNumber);
    const extraHeaders = [
      endpoint.contactHeader,
      `Allow: ${ALLOWED}`,
      ...timerRequestHeaders(null, minimumSeconds),
      ...(callerId === null ? [] : [`P-Asserted-Identity: <${from.toString()}>`]),
      // For whoever has to find the attempt to a call of the far end's log, and for the agent's desktop.
      `X-Outdial-Attempt: ${attemptId}`,
    ];
    const body = { contentDisposition: 'session', contentType: 'application/sdp', content };
    const message = endpoint.core.makeOutgoingRequestMessage('INVITE', to, from, to, dialog, extraHeaders, body);
    this.request = endpoint.core.invite(message, {
      onTrying: () => this.onProvisional(100),
      onProgress: (response) => this.onProgress(response),
      onAccept: (response) => this.onAccept(response),
      onRedirect: ({ message: response }) => this.onFinal(response),
      onReject: ({ message: response }) => {
        const minimum = response.statusCode === 422 ? minimumInterval(response) : null;
        // RFC 4028, 7.3: once, and not for a call that is not wanted any more.
        if (minimum === null || minimumSeconds !== null || this.settled || this.cancelled) this.onFinal(response);
        else this.sendInvite({ ...dialog, cseq: message.cseq + 1 }, content, minimum);
      },
    });
  }

  private get rang(): boolean {
    return (this.lastProvisional ?? 0) > 100;
  }

  private get provisionalSeen(): boolean {
    return this.lastProvisional !== null;
  }

  private onProvisional(status: number): void {
    this.lastProvisional = status === 100 ? (this.lastProvisional ?? status) : status;
    if (this.cancelled || this.settled) this.sendCancel();
  }

  private onProgress(response: Core.PrackableIncomingResponseWithSession): void {
    const { message, session } = response;
    const status = message.statusCode ?? 0;
    takeUpdates(session, (request) => Promise.resolve(this.onEarlyUpdate(request)));
    if (/\b100rel\b/i.test(message.getHeader('require') ?? '') && message.hasHeader('rseq')) {
      response.prack({ extraHeaders: [`RAck: ${message.getHeader('rseq')} ${message.cseq} INVITE`] });
    }
    if (readSdp(message.body)) this.lastSdp = message.body;
    this.onProvisional(status);
    if (status >= 180 && status <= 189 && !this.ringingReported && !this.settled) {
      this.ringingReported = true;
      if (this.request) this.call.onRinging(saveInvite(this.request, this.call.lineId, this.options.endpoint));
    }
  }

  private onAccept(response: Core.AckableIncomingResponseWithSession): void {
    const { message, session } = response;
    refreshTarget(session, message);
    response.ack();
    if (this.settled) {
      this.options.log.info({ second: this.answered !== null }, 'Answer that nobody waits for: ended');
      session.bye();
      return;
    }
    const remoteSdp = readSdp(message.body) ? message.body : this.lastSdp;
    const remote = remoteSdp === null ? null : readSdp(remoteSdp);
    if (remoteSdp === null || remote === null || this.media === null) {
      session.bye();
      const reasonPhrase = 'No usable audio in the answer';
      this.fail({ sipStatus: 488, reasonPhrase, ...(this.cancelled ?? {}) });
      return;
    }
    const { clock, log, endpoint, mediaHost } = this.options;
    this.answered = new ConfirmedCall({
      clock,
      log,
      endpoint,
      mediaHost,
      media: this.media,
      session,
      description: this.description,
      remoteSdp,
      terms: termsOfAnswer(message),
      allow: allowedMethods(message),
      lineId: this.call.lineId,
      cancelled: this.cancelled !== null,
      placePilotCall: (order) => this.placePilotCall(order),
    });
    this.media.setRemote(remote);
    this.media.start(this.call.media);
    this.media = null;
    this.settle(this.answered);
  }

  /** RFC 3311: before the answer too, a peer may move its media once it has answered our offer in a reliable 18x. */
  private onEarlyUpdate(request: Core.IncomingRequestMessage): UpdateAnswer {
    const extraHeaders = [this.options.endpoint.contactHeader, `Allow: ${ALLOWED}`];
    if (request.body === '') return { statusCode: 200, extraHeaders };
    const offer = readSdp(request.body);
    if (!offer || !this.media) return { statusCode: 488 };
    if (this.lastSdp === null) return { statusCode: 500, extraHeaders: ['Retry-After: 2'] };
    this.lastSdp = request.body;
    const answer = sdpAnswer({ host: this.options.mediaHost, rtpPort: this.media.localPort }, offer);
    const content = this.description.stamp(answer);
    return {
      statusCode: 200,
      extraHeaders,
      body: { contentDisposition: 'session', contentType: 'application/sdp', content },
    };
  }

  private onFinal(message: Core.IncomingResponseMessage): void {
    if (this.settled) return;
    if (!isLocal(message)) {
      this.fail({ ...finalResponseFacts(message), ...(this.cancelled ?? {}) });
    } else {
      this.fail(this.cancelled ?? { localCause: message.statusCode === 503 ? 'transport' : 'no-response' });
    }
  }

  private onNoResponse(): void {
    if (this.request) this.options.endpoint.options.socket.abandon(transactionIdOf(this.request));
    this.fail(this.cancelled ?? { localCause: 'no-response' });
  }

  private giveUp(cause: NonNullable<SipOutboundCall['cancelled']>): void {
    if (this.settled || this.cancelled) return;
    this.cancelled = cause;
    if (this.request === null) {
      this.fail(cause);
      return;
    }
    if (this.provisionalSeen) this.sendCancel();
    this.timers.after(CANCEL_GUARD_MS, () => {
      if (this.request) this.options.endpoint.forget(this.request);
      this.fail(cause);
    });
  }

  private sendCancel(): void {
    if (!this.request || this.answered) return;
    const id = transactionIdOf(this.request);
    if (this.cancelledTransaction === id) return;
    this.cancelledTransaction = id;
    this.request.cancel();
    // A call that had failed for want of a response began to ring: nothing else would end its transaction.
    if (this.settled) {
      const { request } = this;
      const { endpoint } = this.options;
      endpoint.timers.after(CANCEL_GUARD_MS, () => endpoint.forget(request));
    }
  }

  private fail(facts: Partial<CallFailure>): void {
    this.settle({
      kind: 'failed',
      reasonHeaders: [],
      ...facts,
      ...(this.lastProvisional === null ? {} : { lastProvisional: this.lastProvisional }),
      rang: this.rang,
      provisionalSeen: this.provisionalSeen,
    });
  }

  private settle(outcome: ConfirmedCall | CallFailure): void {
    if (this.settled) return;
    this.settled = true;
    this.timers.cancelAll();
    this.media?.close();
    this.media = null;
    this.options.onOutcome(outcome);
    this.resolve(outcome);
  }

  /** The agent shall see the customer's number. What the pilot does says nothing of the line. */
  private placePilotCall({ pilotNumber, ringTimeoutMs, codec }: PilotOrder): PilotCall {
    const { attemptId, lineId, phoneNumber } = this.call;
    const call = new SipOutboundCall(
      { attemptId, lineId, phoneNumber: pilotNumber, callerId: phoneNumber, ringTimeoutMs, onRinging: () => undefined },
      { ...this.options, codec, onOutcome: () => undefined },
    );
    this.pilot = call;
    return { answerOrFailure: call.answerOrFailure, cancel: () => call.cancel('customer-hung-up') };
  }
}
