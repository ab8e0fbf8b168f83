import type { SoundBank } from './audio.js';
import { CallLeg, type LegListener, type LegParts } from './call-leg.js';
import type { AgentCall, ContactCentre } from './contact-centre.js';
import type { AgentStory } from './outcomes.js';
import type { ServerTransaction } from './server-transaction.js';
import type { RemoteAudio } from './session-description.js';

export interface PilotCallParts extends LegParts {
  readonly sounds: SoundBank;
  readonly centre: ContactCentre;
  /** Chooses the agent's voice: an integer of 0 or more. */
  readonly voice: number;
}

/** A call to the pilot number itself (third-party call control, RFC 3725): queued, rung and answered by an agent. */
export class PilotCall implements LegListener {
  readonly leg: CallLeg;
  private readonly agentCall: AgentCall;

  constructor(
    invite: ServerTransaction,
    remote: RemoteAudio | undefined,
    story: AgentStory,
    private readonly parts: PilotCallParts,
  ) {
    this.leg = new CallLeg(invite, remote, parts, this);
    invite.respond(100, 'Trying');
    this.agentCall = parts.centre.offer(story, {
      onRinging: () => this.leg.ring(),
      onAnswered: () => this.leg.answer(this.parts.sounds.get('person', this.parts.voice)),
      onNobodyFree: () => this.leg.refuse(503, 'Service Unavailable'),
      onTalkOver: () => this.leg.hangUp(),
    });
    if (this.agentCall.phase === 'waiting') this.leg.queued();
  }

  onCancel(): boolean {
    return false;
  }

  /** An agent's telephone cannot be sent on. */
  onRefer(transaction: ServerTransaction): void {
    transaction.respond(603, 'Decline');
  }

  onSessionChanged(): void {
    // The agent talks to whom the session leads.
  }

  onEnded(): void {
    this.agentCall.hangUp();
  }
}
