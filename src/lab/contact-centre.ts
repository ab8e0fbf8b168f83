import type { LabTimer, LabTimers } from './lab-timers.js';
import type { AgentCounts } from './lab-stats.js';
import type { AgentStory } from './outcomes.js';

/** What a caller learns of its call to the contact centre; each is called at most once. */
export interface AgentEvents {
  onRinging(): void;
  onAnswered(): void;
  /** No agent became free within the queue's time-out; the call is over. */
  onNobodyFree(): void;
  /** The agent has said all there is to say; the call is over. */
  onTalkOver(): void;
}

/** `waiting` → `ringing` → `talking` → `over`; from each of them also straight to `over`. */
export type AgentCallPhase = 'waiting' | 'ringing' | 'talking' | 'over';

/** A call in the contact centre, seen by its caller. */
export interface AgentCall {
  readonly phase: AgentCallPhase;
  /** The caller hangs up, in whatever phase; no event follows. */
  hangUp(): void;
}

/** Agents (or channels) who take calls: the one who has been idle the longest gets the next. */
export class ContactCentre {
  /** Numbers of the agents, the longest idle first. */
  private readonly free: number[];
  private readonly waiting: CentreCall[] = [];
  private ringing = 0;
  private talking = 0;
  private wrapUp = 0;

  constructor(
    private readonly total: number,
    /** Milliseconds at pace 1 for which a caller waits for an agent. */
    private readonly queueTimeoutMs: number,
    private readonly timers: LabTimers,
  ) {
    this.free = Array.from({ length: total }, (_, index) => index);
  }

  counts(): AgentCounts {
    const { total, ringing, talking, wrapUp } = this;
    return { total, free: this.free.length, ringing, talking, wrapUp, waiting: this.waiting.length };
  }

  /** Rings an agent, or waits in the queue. Events may come before this returns. */
  offer(story: AgentStory, events: AgentEvents): AgentCall {
    const call = new CentreCall(story, events, (left) => this.callEnded(call, left));
    const agent = this.free.shift();
    if (agent !== undefined) {
      this.ring(call, agent);
    } else {
      this.waiting.push(call);
      call.timer = this.timers.afterStory(this.queueTimeoutMs, () => {
        call.hangUp();
        events.onNobodyFree();
      });
    }
    return call;
  }

  private ring(call: CentreCall, agent: number): void {
    call.timer?.cancel();
    call.phase = 'ringing';
    call.agent = agent;
    this.ringing++;
    call.timer = this.timers.afterStory(call.story.ringMs, () => this.answer(call));
    call.events.onRinging();
  }

  private answer(call: CentreCall): void {
    call.phase = 'talking';
    this.ringing--;
    this.talking++;
    call.timer = this.timers.afterStory(call.story.talkMs, () => {
      call.hangUp();
      call.events.onTalkOver();
    });
    call.events.onAnswered();
  }

  private callEnded(call: CentreCall, left: AgentCallPhase): void {
    if (left === 'waiting') {
      this.waiting.splice(this.waiting.indexOf(call), 1);
    } else if (left === 'ringing') {
      this.ringing--;
      this.agentIsFree(call.agent);
    } else if (left === 'talking') {
      this.talking--;
      this.wrapUp++;
      this.timers.afterStory(call.story.wrapUpMs, () => {
        this.wrapUp--;
        this.agentIsFree(call.agent);
      });
    }
  }

  private agentIsFree(agent: number): void {
    const next = this.waiting.shift();
    if (next) this.ring(next, agent);
    else this.free.push(agent);
  }
}

class CentreCall implements AgentCall {
  phase: AgentCallPhase = 'waiting';
  timer: LabTimer | undefined;
  agent = -1;

  constructor(
    readonly story: AgentStory,
    readonly events: AgentEvents,
    private readonly onEnded: (left: AgentCallPhase) => void,
  ) {}

  hangUp(): void {
    if (this.phase === 'over') return;
    const left = this.phase;
    this.phase = 'over';
    this.timer?.cancel();
    this.onEnded(left);
  }
}
