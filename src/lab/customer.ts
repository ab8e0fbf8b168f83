import type { SoundBank } from './audio.js';
import { CallLeg, type LegListener, type LegParts } from './call-leg.js';
import type { AgentCall, ContactCentre } from './contact-centre.js';
import type { LabTally } from './lab-stats.js';
import type { LabTimer, LabTimers } from './lab-timers.js';
import { OUTCOME_PLANS, type CallStory, type FinalPlan, type OutcomePlan } from './outcomes.js';
import type { ServerTransaction } from './server-transaction.js';
import type { RemoteAudio } from './session-description.js';
import { firstHeader, sequenceNumber } from './sip-message.js';
import { isSameUser, parseSipUri } from './sip-uri.js';
import { TransferReport } from './transfer-report.js';

/** Whoever rings longer is cut off by the carrier: Timer C of RFC 3261 section 16.6, in real milliseconds. */
const LONGEST_RING_MS = 180_000;
/** A handed-over call whose transferor sends no BYE is ended after this; real milliseconds. */
const BYE_WAIT_MS = 32_000;
/** Safety net: no call lasts longer than this in real milliseconds. */
const LONGEST_CALL_MS = 600_000;

export interface CustomerParts extends LegParts {
  readonly timers: LabTimers;
  readonly sounds: SoundBank;
  readonly centre: ContactCentre;
  readonly tally: LabTally;
  readonly pilotNumber: string;
  /** Real milliseconds after which a callee to whom nobody talks hangs up. */
  readonly patienceMs: number;
}

/** The called person (or machine, or the network in their place): plays the story of one call. */
export class Customer implements LegListener {
  readonly leg: CallLeg;
  private readonly plan: OutcomePlan;
  private readonly final: FinalPlan;
  /** The next thing that the callee does on its own; at most one at a time. */
  private next: LabTimer | undefined;
  private report: TransferReport | undefined;
  private agentCall: AgentCall | undefined;

  constructor(
    private readonly invite: ServerTransaction,
    remote: RemoteAudio | undefined,
    private readonly story: CallStory,
    private readonly parts: CustomerParts,
  ) {
    this.plan = OUTCOME_PLANS[story.outcome];
    this.final = this.plan.final;
    this.leg = new CallLeg(invite, remote, parts, this);
    this.begin();
  }

  onCancel(): boolean {
    const answersAllTheSame = this.final.kind === 'ring-on' && this.final.answersTheCancel === true;
    if (answersAllTheSame) this.answer();
    return answersAllTheSame;
  }

  /** As a PBX that holds both legs does it: 202 first, the result in a NOTIFY. */
  onRefer(transaction: ServerTransaction): void {
    const { tally, centre, pilotNumber } = this.parts;
    const target = parseSipUri(firstHeader(transaction.request, 'refer-to'));
    const onTransfer = this.final.kind === 'answer' ? this.final.onTransfer : undefined;
    if (!target) {
      transaction.respond(400, 'Bad Refer-To');
    } else if (!this.leg.isAnswered || this.agentCall) {
      transaction.respond(491, 'Request Pending');
    } else if (onTransfer === 'refuse') {
      tally.transfers.refused++;
      transaction.respond(603, 'Decline');
    } else {
      transaction.respond(202, 'Accepted', { headers: [this.leg.dialog.contact] });
      const report = new TransferReport(this.parts.endpoint, this.leg.dialog, sequenceNumber(transaction.request));
      report.progress(100, 'Trying');
      if (!isSameUser(target.user, pilotNumber)) {
        tally.transfers.unknownTarget++;
        report.result(404, 'Not Found');
        return;
      }
      this.next?.cancel();
      this.report = report;
      this.agentCall = centre.offer(this.story.agent, {
        onRinging: () => {
          if (onTransfer === 'hang-up') this.hangUpInTransfer(report);
        },
        onAnswered: () => this.handedOver(report),
        onNobodyFree: () => {
          tally.transfers.noAgent++;
          this.transferFailed(report);
        },
        onTalkOver: () => undefined,
      });
    }
  }

  /** Joined with somebody by re-INVITE: nobody waits in silence any more. */
  onSessionChanged(): void {
    if (this.agentCall || this.story.hangsUpAfterMs !== undefined) return;
    this.hangUpAfter(LONGEST_CALL_MS);
  }

  /** A transfer that is under way goes on without the transferor, as with Asterisk. */
  onEnded(): void {
    if (!this.report) this.next?.cancel();
  }

  private begin(): void {
    const { timers, sounds } = this.parts;
    const { final, story } = this;
    if (final.kind === 'no-response') {
      timers.after(64 * this.parts.endpoint.sipTimers.t1Ms, () => this.leg.forget());
      return;
    }
    this.invite.respond(100, 'Trying');
    if (this.plan.before === 'sit') this.leg.ring(sounds.get('sit', 0));
    else if (this.plan.before === 'ring') this.leg.ring(story.hasEarlyMedia ? sounds.get('ringback', 0) : undefined);
    if (final.kind === 'ring-on') {
      this.next = timers.after(LONGEST_RING_MS, () => this.leg.refuse(480, 'Temporarily Unavailable'));
    } else if (final.kind === 'refuse') {
      this.next = timers.afterStory(story.delayMs, () => this.leg.refuse(final.status, final.reason, final.headers));
    } else {
      this.next = timers.afterStory(story.delayMs, () => this.answer());
    }
  }

  private answer(): void {
    this.next?.cancel();
    const sound = this.final.kind === 'answer' ? this.final.sound : 'person';
    this.leg.answer(this.parts.sounds.get(sound, this.story.soundVariant));
    const { hangsUpAfterMs } = this.story;
    if (hangsUpAfterMs === undefined) this.hangUpAfter(this.parts.patienceMs);
    else this.next = this.parts.timers.afterStory(hangsUpAfterMs, () => this.leg.hangUp());
  }

  private hangUpAfter(delayMs: number): void {
    this.next?.cancel();
    this.next = this.parts.timers.after(delayMs, () => this.leg.hangUp());
  }

  /** From here on the customer talks to the agent and not to the dialer, which is to send BYE. */
  private handedOver(report: TransferReport): void {
    this.parts.tally.transfers.taken++;
    report.result(200, 'OK');
    this.leg.fallSilent();
    this.hangUpAfter(BYE_WAIT_MS);
  }

  /** The customer is gone from the queue, though the dialer's leg stays up with nobody behind it. */
  private transferFailed(report: TransferReport): void {
    this.agentCall = undefined;
    report.result(503, 'Service Unavailable');
    this.leg.fallSilent();
    this.hangUpAfter(this.parts.patienceMs);
  }

  private hangUpInTransfer(report: TransferReport): void {
    this.next = this.parts.timers.afterStory(this.story.agent.ringMs / 2, () => {
      this.parts.tally.transfers.customerHungUp++;
      this.agentCall?.hangUp();
      report.result(503, 'Service Unavailable');
      this.leg.hangUp();
    });
  }
}
