import type { Sound } from './audio.js';
import { Dialog } from './dialog.js';
import type { RtpSender, RtpStream } from './rtp-sender.js';
import type { SeededRandom } from './seeded-random.js';
import type { ServerTransaction } from './server-transaction.js';
import { readSessionDescription, writeSessionDescription, type RemoteAudio } from './session-description.js';
import type { SipEndpoint } from './sip-endpoint.js';
import { sequenceNumber, type HeaderLine, type SipRequest } from './sip-message.js';

export const ALLOW: HeaderLine = [
  'Allow',
  'INVITE, ACK, CANCEL, BYE, OPTIONS, REFER, NOTIFY, INFO, UPDATE, MESSAGE, REGISTER',
];

/** Who is called: decides what happens on the leg. */
export interface LegListener {
  /** CANCEL came before the answer. True: the listener answers the call all the same. */
  onCancel(): boolean;
  onRefer(transaction: ServerTransaction): void;
  /** The peer changed the session, for instance to join the call with another one. */
  onSessionChanged(): void;
  /** The leg is over, whoever ended it. */
  onEnded(): void;
}

export interface LegParts {
  readonly endpoint: SipEndpoint;
  readonly media: RtpSender;
  readonly random: SeededRandom;
  /** The leg takes no requests any more. */
  readonly onOver: (leg: CallLeg) => void;
}

/**
 * One call from the dialer, as its called side sees it (RFC 3261 section 13.3): `early` until the 200, `answered`,
 * `ended`. BYE, re-INVITE, UPDATE and the like are served here; what the callee does is the listener's business.
 */
export class CallLeg {
  readonly dialog: Dialog;
  private state: 'early' | 'answered' | 'ended' = 'early';
  /** The INVITE or re-INVITE whose ACK is awaited or was the last to come. */
  private invite: ServerTransaction;
  private isAcknowledged = false;
  private hangsUpAfterAck = false;
  private awaitsSessionInAck: boolean;
  private sessionVersion = 1;
  private stream: Promise<RtpStream> | undefined;

  constructor(
    invite: ServerTransaction,
    /** The offer; undefined if the INVITE has none. */
    private remote: RemoteAudio | undefined,
    private readonly parts: LegParts,
    private readonly listener: LegListener,
  ) {
    this.invite = invite;
    this.awaitsSessionInAck = remote === undefined;
    this.dialog = new Dialog(invite.request, invite.source, parts.endpoint.port);
    this.watch(invite);
    invite.onCancel = () => {
      if (!this.listener.onCancel()) this.refuse(487, 'Request Terminated');
    };
  }

  get isAnswered(): boolean {
    return this.state === 'answered';
  }

  /** 180; with a sound 183 and early media. An INVITE without an offer cannot have early media without 100rel. */
  ring(sound?: Sound): void {
    if (!sound || !this.remote) {
      this.provisional(180, 'Ringing');
      return;
    }
    this.withStream((stream) => {
      this.send(stream, sound);
      this.provisional(183, 'Session Progress', this.localSession(stream));
    });
  }

  queued(): void {
    this.provisional(182, 'Queued');
  }

  answer(sound: Sound): void {
    this.withStream((stream) => {
      if (this.state !== 'early') return;
      this.state = 'answered';
      this.send(stream, sound);
      this.respondWithSession(this.invite, stream);
    });
  }

  /** A final response other than 2xx. */
  refuse(status: number, reason: string, headers: readonly HeaderLine[] = []): void {
    if (this.state !== 'early') return;
    this.invite.respond(status, reason, { toTag: this.dialog.localTag, headers });
    this.end();
  }

  /** As if the INVITE had never come. */
  forget(): void {
    this.invite.abandon();
    this.end();
  }

  /** BYE, though never before the ACK (section 15). */
  hangUp(): void {
    if (this.state === 'early') this.refuse(480, 'Temporarily Unavailable');
    else if (this.state === 'answered' && !this.isAcknowledged) this.hangsUpAfterAck = true;
    else if (this.state === 'answered') this.bye();
  }

  /** Nothing is played any more: the callee listens to somebody else. */
  fallSilent(): void {
    if (this.stream) this.withStream((stream) => stream.play(undefined));
  }

  onAck(request: SipRequest): void {
    if (!this.dialog.accepts(request) || sequenceNumber(request) !== sequenceNumber(this.invite.request)) return;
    this.invite.takeAck();
    this.isAcknowledged = true;
    if (this.awaitsSessionInAck) {
      this.awaitsSessionInAck = false;
      const remote = readSessionDescription(request.body);
      if (!remote) this.hangsUpAfterAck = true;
      else this.changeSession(remote);
    }
    if (this.hangsUpAfterAck) this.hangUp();
  }

  /** A request within the dialog. */
  onRequest(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (!this.dialog.accepts(request)) {
      transaction.respond(500, 'Server Internal Error');
      return;
    }
    switch (request.method) {
      case 'BYE':
        transaction.respond(200, 'OK');
        if (this.state === 'early') this.refuse(487, 'Request Terminated');
        else this.end();
        return;
      case 'INVITE':
      case 'UPDATE':
        this.renegotiate(transaction);
        return;
      case 'REFER':
        this.listener.onRefer(transaction);
        return;
      case 'OPTIONS':
      case 'INFO':
      case 'MESSAGE':
      case 'NOTIFY':
        transaction.respond(200, 'OK', { headers: [ALLOW] });
        return;
      default:
        transaction.respond(405, 'Method Not Allowed', { headers: [ALLOW] });
    }
  }

  private renegotiate(transaction: ServerTransaction): void {
    const { method, body } = transaction.request;
    if (method === 'INVITE' && this.state !== 'answered') {
      transaction.respond(500, 'Server Internal Error', { headers: [['Retry-After', '1']] });
      return;
    }
    const remote = body === '' ? undefined : readSessionDescription(body);
    if (body !== '' && !remote) {
      transaction.respond(488, 'Not Acceptable Here', { headers: [this.dialog.contact] });
      return;
    }
    this.dialog.refreshTarget(transaction.request);
    if (method === 'UPDATE' && !remote) {
      transaction.respond(200, 'OK', { headers: [this.dialog.contact, ALLOW] });
      return;
    }
    if (method === 'INVITE') {
      this.invite = transaction;
      this.awaitsSessionInAck = !remote;
      this.watch(transaction);
    }
    this.withStream((stream) => {
      this.sessionVersion++;
      if (remote) this.changeSession(remote);
      this.respondWithSession(transaction, stream);
    });
    this.listener.onSessionChanged();
  }

  private changeSession(remote: RemoteAudio): void {
    this.remote = remote;
    this.withStream((stream) => stream.sendTo(remote.destination, remote.codec));
  }

  private send(stream: RtpStream, sound: Sound): void {
    if (this.remote) stream.sendTo(this.remote.destination, this.remote.codec);
    stream.play(sound);
  }

  private provisional(status: number, reason: string, body?: string): void {
    if (this.state !== 'early') return;
    const headers: HeaderLine[] = [this.dialog.contact, ALLOW];
    if (body !== undefined) headers.push(['Content-Type', 'application/sdp']);
    this.invite.respond(status, reason, { toTag: this.dialog.localTag, headers, ...(body !== undefined && { body }) });
  }

  private respondWithSession(transaction: ServerTransaction, stream: RtpStream): void {
    transaction.respond(200, 'OK', {
      toTag: this.dialog.localTag,
      headers: [this.dialog.contact, ALLOW, ['Content-Type', 'application/sdp']],
      body: this.localSession(stream),
    });
  }

  private localSession(stream: RtpStream): string {
    return writeSessionDescription(stream.port, this.sessionVersion, this.awaitsSessionInAck ? undefined : this.remote);
  }

  /** Opening a socket takes a turn of the event loop; the steps keep their order, and none comes after the end. */
  private withStream(run: (stream: RtpStream) => void): void {
    this.stream ??= this.parts.media.openStream(this.parts.random);
    this.stream
      .then((stream) => {
        if (this.state !== 'ended') run(stream);
      })
      .catch(() => this.refuse(500, 'Server Internal Error'));
  }

  /** No ACK within 64 × T1: the peer does not know that the call is up, so it is ended (section 13.3.1.4). */
  private watch(invite: ServerTransaction): void {
    invite.onAckMissing = () => {
      if (this.state === 'answered') this.bye();
    };
  }

  private bye(): void {
    this.parts.endpoint.request(this.dialog, 'BYE');
    this.end();
  }

  private end(): void {
    if (this.state === 'ended') return;
    // A BYE says as much as an ACK; a refusal must still be repeated until its own ACK.
    if (this.state === 'answered') this.invite.takeAck();
    this.state = 'ended';
    void this.stream?.then(
      (stream) => this.parts.media.closeStream(stream),
      () => undefined,
    );
    this.parts.onOver(this);
    this.listener.onEnded();
  }
}
