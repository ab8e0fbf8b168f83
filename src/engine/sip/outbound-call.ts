import type { Core, URI } from 'sip.js';
import type { MediaSession, MediaSessions } from '../contracts/call-media.js';
import type { Clock } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import type { AnsweredCall, CallFailure, CallRequest, CancelReason, OutboundCall } from '../contracts/telephony.js';
import { ConfirmedCall } from './confirmed-call.js';
import { type Endpoint, transactionIdOf } from './endpoint.js';
import { dialogStateOf, finalResponseFacts, isLocal } from './invite-facts.js';
import { hex64 } from './random.js';
import { type RemoteMedia, readSdp, sdpOffer } from './sdp.js';
import { TimerGroup } from './timer-group.js';
import { ALLOWED } from './transport/stray-messages.js';

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
  readonly onOutcome: (outcome: AnsweredCall | CallFailure) => void;
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
  readonly answerOrFailure: Promise<AnsweredCall | CallFailure>;
  private resolve!: (outcome: AnsweredCall | CallFailure) => void;
  private settled = false;
  private request: Core.OutgoingInviteRequest | null = null;
  private media: MediaSession | null = null;
  private answered: ConfirmedCall | null = null;
  private lastSdp: RemoteMedia | null = null;
  private cancelled: { localCause: 'ring-timeout' | 'cancelled'; cancelReason?: CancelReason } | null = null;
  private cancelledTransaction: string | null = null;
  private rang = false;
  private provisionalSeen = false;
  private ringingReported = false;
  private readonly timers: TimerGroup;

  constructor(
    private readonly call: CallRequest,
    private readonly options: OutboundCallOptions,
  ) {
    this.timers = new TimerGroup(options.clock);
    this.answerOrFailure = new Promise((resolve) => {
      this.resolve = resolve;
    });
    options.media.open().then(
      (media) => this.invite(media),
      (error: unknown) => {
        options.log.error({ reason: error instanceof Error ? error.message : String(error) }, 'No RTP port');
        this.fail({ localCause: 'transport' });
      },
    );
  }

  cancel(reason: CancelReason): void {
    this.giveUp({ localCause: 'cancelled', cancelReason: reason });
  }

  /** Ends without waiting for the network; for the close of the process. */
  abort(): void {
    this.fail(this.cancelled ?? { localCause: 'transport' });
    this.answered?.abort();
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
    const { callerId, phoneNumber, ringTimeoutMs } = this.call;
    const from = callerId === null ? endpoint.localUri : endpoint.uriFor(callerId);
    const to = endpoint.uriFor(phoneNumber);
    const local = { host: mediaHost, rtpPort: media.localPort, version: 1, sessionId: Date.now() };
    const message = endpoint.core.makeOutgoingRequestMessage(
      'INVITE',
      to,
      from,
      to,
      { callId: endpoint.newCallId(), fromTag: hex64() },
      [
        endpoint.contactHeader,
        `Allow: ${ALLOWED}`,
        ...(callerId === null ? [] : [`P-Asserted-Identity: <${from.toString()}>`]),
      ],
      { contentDisposition: 'session', contentType: 'application/sdp', content: sdpOffer(local) },
    );
    this.timers.after(ringTimeoutMs, () => this.giveUp({ localCause: 'ring-timeout' }));
    this.timers.after(noResponseTimeoutMs, () => {
      if (!this.provisionalSeen) this.onNoResponse();
    });
    this.request = endpoint.core.invite(message, {
      onTrying: () => this.onProvisional(),
      onProgress: (response) => this.onProgress(response),
      onAccept: (response) => this.onAccept(response),
      onRedirect: ({ message: response }) => this.onFinal(response),
      onReject: ({ message: response }) => this.onFinal(response),
    });
  }

  private onProvisional(): void {
    this.provisionalSeen = true;
    if (this.cancelled || this.settled) this.sendCancel();
  }

  private onProgress(response: Core.PrackableIncomingResponseWithSession): void {
    const { message } = response;
    const status = message.statusCode ?? 0;
    if (/\b100rel\b/i.test(message.getHeader('require') ?? '') && message.hasHeader('rseq')) {
      response.prack({ extraHeaders: [`RAck: ${message.getHeader('rseq')} ${message.cseq} INVITE`] });
    }
    this.lastSdp = readSdp(message.body) ?? this.lastSdp;
    this.rang = true;
    this.onProvisional();
    if (status >= 180 && status <= 189 && !this.ringingReported && !this.settled) {
      this.ringingReported = true;
      this.call.onRinging();
    }
  }

  private onAccept(response: Core.AckableIncomingResponseWithSession): void {
    const { message, session } = response;
    // sip.js keeps the Contact of the 18x; ACK, REFER and BYE belong to that of the 200 (RFC 3261, 13.2.2.4).
    const contact = message.parseHeader('contact') as { uri?: URI } | undefined;
    if (contact?.uri) dialogStateOf(session).remoteTarget = contact.uri;
    response.ack();
    if (this.settled) {
      this.options.log.info({ second: this.answered !== null }, 'Answer that nobody waits for: ended');
      session.bye();
      return;
    }
    const remote = readSdp(message.body) ?? this.lastSdp;
    if (remote === null || this.media === null) {
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
      lineId: this.call.lineId,
      cancelled: this.cancelled !== null,
    });
    this.media.setRemote(remote);
    this.media.start(this.call.media);
    this.media = null;
    this.settle(this.answered);
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
      rang: this.rang,
      provisionalSeen: this.provisionalSeen,
    });
  }

  private settle(outcome: AnsweredCall | CallFailure): void {
    if (this.settled) return;
    this.settled = true;
    this.timers.cancelAll();
    this.media?.close();
    this.media = null;
    this.options.onOutcome(outcome);
    this.resolve(outcome);
  }
}
