import type { SavedConversation, SavedLeg } from '../contracts/conversation-store.js';
import type { Clock } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import type { Conversation } from '../contracts/telephony.js';
import type { CallLeg, LegParty, OfferReply } from './call-leg.js';
import type { OwnCall } from './own-call.js';
import { saveDialog } from './saved-dialog.js';
import { isSameMedia } from './sdp.js';
import { TimerGroup } from './timer-group.js';

/** Each side may move its media once more while it is being joined; one that goes on doing so gets our relay. */
const MOST_ROUNDS = 4;
/** Packets that were on the way to us when the media was joined are still passed on. Milliseconds. */
const RELAY_TAIL_MS = 1_000;

export interface ConversationOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly customer: OwnCall;
  readonly pilot: OwnCall;
}

/**
 * Customer and pilot talk to each other; we stay in the signalling path.
 *
 *     relaying ──both re-INVITEs accepted──▶ joined: no media passes us, offers of one side go to the other
 *        └──────a re-INVITE refused────────▶ relayed: media passes us, offers are answered by us
 */
export class SipConversation implements Conversation {
  readonly ended: Promise<void>;
  isRelayed = true;
  private readonly customer: OwnCall;
  private readonly pilot: OwnCall;

  constructor(private readonly options: ConversationOptions) {
    const { customer, pilot } = options;
    this.customer = customer;
    this.pilot = pilot;
    this.ended = bothEnded(customer.leg, pilot.leg);
    customer.media.relayTo(pilot.media);
    pilot.media.relayTo(customer.media);
  }

  /** Joins the media. Nobody is hung up: what becomes of the one who is left is the transfer's decision. */
  async join(): Promise<'joined' | 'relayed' | 'customer-gone' | 'pilot-gone'> {
    const isJoined = await exchangeDescriptions(this.customer.leg, this.pilot.leg);
    if (!isJoined && !this.someoneIsGone) {
      this.options.log.info({}, 'Media cannot be joined: relayed');
      await Promise.race([
        Promise.all([this.customer.takeMediaBack(), this.pilot.takeMediaBack()]),
        this.customer.ended,
        this.pilot.ended,
      ]);
    }
    if (this.customer.leg.isOver) return 'customer-gone';
    if (this.pilot.leg.isOver) return 'pilot-gone';
    endTogether(this.customer.leg, this.pilot.leg);
    if (!isJoined) return 'relayed';
    this.isRelayed = false;
    passOn(this.customer.leg, this.pilot.leg);
    this.closeMediaSoon();
    return 'joined';
  }

  save(): SavedConversation {
    return {
      customer: saveLeg(this.customer.leg, this.customer.dialog.lineId),
      pilot: saveLeg(this.pilot.leg, this.pilot.dialog.lineId),
    };
  }

  end(): Promise<void> {
    void this.customer.hangUp();
    void this.pilot.hangUp();
    return this.ended;
  }

  private get someoneIsGone(): boolean {
    return this.customer.leg.isOver || this.pilot.leg.isOver;
  }

  private closeMediaSoon(): void {
    const timers = new TimerGroup(this.options.clock);
    timers.after(RELAY_TAIL_MS, () => {
      this.customer.media.close();
      this.pilot.media.close();
    });
    void Promise.race([this.customer.ended, this.pilot.ended]).then(() => timers.cancelAll());
  }
}

/**
 * Until each side has been told what the other says: first the customer, then the pilot, who has answered already. False:
 * one refuses, is gone, or does not come to rest.
 */
export const exchangeDescriptions = async (customer: CallLeg, pilot: CallLeg): Promise<boolean> => {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const isCustomersTurn = !isSameMedia(customer.description.current, pilot.remoteSdp);
    if (!isCustomersTurn && isSameMedia(pilot.description.current, customer.remoteSdp)) return true;
    const [one, other] = isCustomersTurn ? [customer, pilot] : [pilot, customer];
    const result = await Promise.race([one.reinvite(other.remoteSdp), other.ended]);
    if ('by' in result || result.kind !== 'accepted') return false;
  }
  return false;
};

export const bothEnded = (customer: CallLeg, pilot: CallLeg): Promise<void> =>
  Promise.all([customer.ended, pilot.ended]).then(() => undefined);

/** The end of one side is the end of the other; at the end of our process both are over for us, and nothing is sent. */
export const endTogether = (customer: CallLeg, pilot: CallLeg): void => {
  for (const [one, other] of [
    [customer, pilot],
    [pilot, customer],
  ] as const) {
    void one.ended.then(() => other.hangUp());
  }
};

export const passOn = (customer: CallLeg, pilot: CallLeg): void => {
  customer.serve(new OtherParty(pilot));
  pilot.serve(new OtherParty(customer));
};

/** What one side wants is asked of the other one. */
class OtherParty implements LegParty {
  constructor(private readonly other: CallLeg) {}

  async onOffer(sdp: string): Promise<OfferReply> {
    // A refresh of the session.
    if (this.other.description.says(sdp)) return { sdp: this.other.remoteSdp };
    // Both sides ask at the same time, and each would wait for the other.
    if (this.other.isServingPeer) return { status: 491 };
    const result = await this.other.reinvite(sdp);
    if (result.kind === 'accepted') return { sdp: result.sdp };
    return { status: result.kind === 'refused' && result.sipStatus === 491 ? 491 : 488 };
  }

  /** All that the other side can do (RFC 3261, 14.2): after a hold, for instance, it is asked to talk again. */
  makeOffer(): string {
    return this.other.remoteSdp.replace(/^a=(?:sendonly|recvonly|inactive)[^\r\n]*/gm, 'a=sendrecv');
  }

  onAnswer(sdp: string): void {
    if (!this.other.description.says(sdp)) void this.other.reinvite(sdp);
  }
}

export const saveLeg = (leg: CallLeg, lineId: string): SavedLeg => ({
  dialog: saveDialog(leg.session, lineId, leg.endpoint),
  localSdp: leg.description.current,
  remoteSdp: leg.remoteSdp,
  sessionTimer: leg.terms,
});
