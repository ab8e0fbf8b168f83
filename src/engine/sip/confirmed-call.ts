import type { Core } from 'sip.js';
import type { AudioSource, MediaSession, Playback } from '../contracts/call-media.js';
import type { Clock } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import type { CallEnd, SavedDialog, TransferOutcome, TransferRequest } from '../contracts/telephony.js';
import { CallLeg, type LegParty, type OfferReply } from './call-leg.js';
import { ReferTransfer } from './call-transfer.js';
import type { Endpoint } from './endpoint.js';
import type { OwnCall } from './own-call.js';
import { type PlacePilotCall, ReinviteTransfer, withoutCustomer } from './reinvite-transfer.js';
import { Ringback } from './ringback.js';
import { saveDialog } from './saved-dialog.js';
import { type DescribedSession, readSdp, sdpAnswer, sdpOffer } from './sdp.js';
import type { SessionTerms } from './session-timer.js';

/** A customer who has not been heard for so long may be gone, whatever the dialog says. Milliseconds. */
const HEARD_WITHIN_MS = 1_000;

export interface ConfirmedCallOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly endpoint: Endpoint;
  readonly mediaHost: string;
  readonly media: MediaSession;
  readonly session: Core.Session;
  readonly description: DescribedSession;
  readonly remoteSdp: string;
  readonly terms: SessionTerms | null;
  /** Methods that the peer takes; null: it did not say. */
  readonly allow: ReadonlySet<string> | null;
  readonly lineId: string;
  readonly cancelled: boolean;
  readonly placePilotCall: PlacePilotCall;
}

/** An answered call whose media is ours, until it is transferred. */
export class ConfirmedCall implements OwnCall, LegParty {
  readonly kind = 'answered';
  readonly cancelled: boolean;
  readonly dialog: SavedDialog;
  readonly leg: CallLeg;
  readonly media: MediaSession;
  private refer: ReferTransfer | null = null;
  private isTransferring = false;

  constructor(private readonly options: ConfirmedCallOptions) {
    this.cancelled = options.cancelled;
    this.media = options.media;
    this.dialog = saveDialog(options.session, options.lineId, options.endpoint);
    this.leg = new CallLeg(options);
    this.leg.serve(this);
    this.leg.onNotify = (message) => this.refer?.onNotify(message);
    void this.ended.then((end) => {
      this.refer?.onEnded(end);
      this.media.close();
    });
  }

  get ended(): Promise<CallEnd> {
    return this.leg.ended;
  }

  get isHeard(): boolean {
    const { heardAtMs } = this.media;
    return heardAtMs !== null && this.options.clock.monotonicMs() - heardAtMs <= HEARD_WITHIN_MS;
  }

  async transfer(request: TransferRequest): Promise<TransferOutcome> {
    if (!/^\+?[\d*#]{1,40}$/.test(request.pilotNumber)) throw new Error('Malformed pilot number');
    if (this.isTransferring) throw new Error('The call is being transferred already');
    if (this.leg.isOver) {
      const end = await this.ended;
      if (end.by === 'dialer') throw new Error('The dialer has hung up');
      return withoutCustomer(end);
    }
    this.isTransferring = true;
    try {
      return request.mode === 'REFER' ? await this.transferByRefer(request) : await this.transferByReinvite(request);
    } finally {
      this.isTransferring = false;
    }
  }

  play(source: AudioSource): Playback {
    return this.media.play(source);
  }

  hangUp(): Promise<void> {
    this.refer?.onEnded({ by: 'dialer' });
    this.media.close();
    return this.leg.hangUp();
  }

  /** Ends without waiting for the network; for the close of the process. */
  abort(): void {
    this.leg.abort();
  }

  onOffer(sdp: string): OfferReply {
    const offer = readSdp(sdp);
    if (!offer) return { status: 488 };
    this.media.setRemote(offer);
    return { sdp: sdpAnswer(this.local, offer) };
  }

  makeOffer(): string {
    return sdpOffer(this.local);
  }

  onAnswer(sdp: string): void {
    const answer = readSdp(sdp);
    if (answer) this.media.setRemote(answer);
  }

  async takeMediaBack(): Promise<void> {
    const told = readSdp(this.leg.description.current);
    if (told?.host === this.local.host && told.port === this.local.rtpPort) return;
    const result = await this.leg.reinvite(this.makeOffer());
    if (result.kind === 'accepted') this.onAnswer(result.sdp);
  }

  private get local(): { host: string; rtpPort: number } {
    return { host: this.options.mediaHost, rtpPort: this.media.localPort };
  }

  private async transferByRefer(request: TransferRequest): Promise<TransferOutcome> {
    const { clock, log, endpoint, session, allow } = this.options;
    if (allow && !allow.has('REFER')) return this.transferByReinvite(request);
    const beganAtMs = clock.monotonicMs();
    const refer = new ReferTransfer({ clock, log, endpoint, session, request, onDialogLost: () => this.leg.lose() });
    this.refer = refer;
    // Some peers move the customer only when the agent has answered; until then he is with us.
    const ringback = this.play(new Ringback());
    const outcome = await refer.outcome;
    this.refer = null;
    ringback.stop();
    // The peer has taken the customer; our leg is ended only now, for some peers end both on an early BYE.
    if (outcome.kind === 'completed') this.hangUp().catch(() => undefined);
    if (outcome.kind !== 'failed' || !this.isCustomerStillHere(outcome)) return outcome;
    log.info({ sipStatus: outcome.evidence?.sipStatus }, 'REFER refused: transfer by REINVITE');
    const leftMs = request.timeoutMs - (clock.monotonicMs() - beganAtMs);
    return this.transferByReinvite({ ...request, timeoutMs: leftMs });
  }

  /**
   * A peer that refused the REFER, or says that it could not begin (400, 404), has left the customer with us. After any
   * other news the customer may have been moved or hung up though our dialog is still there (measured with Asterisk), and
   * a second call to the pilot would find nobody. Audio is the proof.
   */
  private isCustomerStillHere(outcome: Extract<TransferOutcome, { kind: 'failed' }>): boolean {
    const sipStatus = outcome.evidence?.sipStatus;
    const mayBe = outcome.cause === 'refused' || sipStatus === 400 || sipStatus === 404;
    return mayBe && this.isHeard && !this.leg.isOver;
  }

  private transferByReinvite(request: TransferRequest): Promise<TransferOutcome> {
    const { clock, log, placePilotCall, mediaHost } = this.options;
    return new ReinviteTransfer({ clock, log, mediaHost, customer: this, request, placePilotCall }).run();
  }
}
