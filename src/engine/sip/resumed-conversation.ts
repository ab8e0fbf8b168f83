import { randomInt } from 'node:crypto';
import type { Clock } from '../contracts/clock.js';
import type { SavedConversation, SavedLeg } from '../contracts/conversation-store.js';
import type { Log } from '../contracts/log.js';
import type { Conversation } from '../contracts/telephony.js';
import { CallLeg } from './call-leg.js';
import { bothEnded, endTogether, exchangeDescriptions, passOn, saveLeg } from './conversation.js';
import type { Endpoint } from './endpoint.js';
import { DescribedSession, isSameMedia } from './sdp.js';

/** Hundreds of conversations shall not send all at once. Milliseconds. */
const RESUME_SPREAD_MS = 2_000;

interface ResumeParts {
  readonly clock: Clock;
  readonly log: Log;
}

/** Null: what was saved are not two dialogs, or their media passed the process that is gone. */
export const resumeConversation = (
  saved: SavedConversation,
  endpoint: Endpoint,
  parts: ResumeParts,
): Conversation | null => {
  if (!isJoined(saved)) return null;
  const customer = restoreLeg(saved.customer, endpoint, parts);
  const pilot = restoreLeg(saved.pilot, endpoint, parts);
  if (customer && pilot) return new ResumedConversation(customer, pilot, endpoint, saved.customer.dialog.lineId);
  customer?.abort();
  pilot?.abort();
  return null;
};

const isJoined = ({ customer, pilot }: SavedConversation): boolean =>
  isSameMedia(customer.localSdp, pilot.remoteSdp) && isSameMedia(pilot.localSdp, customer.remoteSdp);

const restoreLeg = (saved: SavedLeg, endpoint: Endpoint, { clock, log }: ResumeParts): CallLeg | null => {
  const session = endpoint.restoreDialog(saved.dialog);
  if (!session) return null;
  const release = endpoint.options.socket.adopt(saved.dialog.callId, endpoint);
  const description = new DescribedSession(endpoint.options.socket.advertised.host, saved.localSdp);
  const { remoteSdp, sessionTimer: terms } = saved;
  const leg = new CallLeg({ clock, log, endpoint, session, description, remoteSdp, terms });
  void leg.ended.then(release);
  return leg;
};

/** A conversation of an earlier process; only what was joined is kept, so that there is no media of ours. */
class ResumedConversation implements Conversation {
  readonly isRelayed = false;
  readonly ended: Promise<void>;

  constructor(
    private readonly customer: CallLeg,
    private readonly pilot: CallLeg,
    endpoint: Endpoint,
    private readonly lineId: string,
  ) {
    this.ended = bothEnded(customer, pilot);
    endTogether(customer, pilot);
    passOn(customer, pilot);
    endpoint.calls.add(this);
    void this.ended.then(() => endpoint.calls.delete(this));
    endpoint.timers.after(randomInt(RESUME_SPREAD_MS), () => void this.catchUp());
  }

  save(): SavedConversation {
    return { customer: saveLeg(this.customer, this.lineId), pilot: saveLeg(this.pilot, this.lineId) };
  }

  end(): Promise<void> {
    void this.customer.hangUp();
    void this.pilot.hangUp();
    return this.ended;
  }

  /**
   * While we were away a BYE may have found nobody, and nobody knows how much of a session timer has gone by. What was saved
   * is the session as it was joined: one side may have moved its media since, and the other is told where.
   */
  private async catchUp(): Promise<void> {
    await Promise.all([this.customer.refresh(), this.pilot.refresh()]);
    await exchangeDescriptions(this.customer, this.pilot);
  }

  /** Ends for us alone: nothing is sent. */
  abort(): void {
    this.customer.abort();
    this.pilot.abort();
  }
}
