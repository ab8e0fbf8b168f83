import type { AgentInfo } from '../../contracts/agent-source.js';
import type { CallSightings } from '../call-sightings.js';
import { type CallcenterAgent, describeState, readAgent, readyAtS, toSeconds } from './callcenter-rows.js';
import type { EslRow } from './esl-codec.js';

/** Agents in these states for longer are stuck: a known fault of mod_callcenter. */
const STUCK_AFTER_MS = 90_000;
/** Of an agent who serves a caller: of this queue, and (`Standby`) of another one. */
const PASSING_TIER_STATES: ReadonlySet<string> = new Set(['Offering', 'Active Inbound', 'Standby']);

export interface EslTimes {
  readonly now: Date;
  readonly nowMs: number;
  /** Seconds of the switch's clock, with fractions. */
  readonly switchNowS: number;
}

export interface CallcenterSnapshot {
  readonly agents: readonly EslRow[];
  readonly tiers: readonly EslRow[];
  readonly members: readonly EslRow[];
  readonly skipsExternalCalls: boolean;
}

/** The agents of one queue of mod_callcenter, from the rows and events of one connection. */
export class CallcenterQueue {
  private agentsByName = new Map<string, CallcenterAgent>();
  private readonly infos = new Map<string, AgentInfo>();
  /** By the id as a member, not that of the channel: the moment at which the caller entered, by the monotonic clock. */
  private readonly callers = new Map<string, number>();
  private readonly offered = new Set<string>();
  private doesSkipExternalCalls = true;
  private isFirstSnapshot = true;

  constructor(
    private readonly queueName: string,
    private readonly calls: CallSightings,
  ) {}

  agents(): readonly AgentInfo[] {
    return [...this.infos.values()];
  }

  callersWaiting(): number {
    return this.callers.size;
  }

  /** It offers no calls to agents who are in others. Nothing tells of those but the rows. */
  get skipsExternalCalls(): boolean {
    return this.doesSkipExternalCalls;
  }

  oldestWaitMs(nowMs: number): number | undefined {
    return this.callers.size > 0 ? Math.max(0, nowMs - Math.min(...this.callers.values())) : undefined;
  }

  /** True if it showed what no event had told. */
  take({ agents, tiers, members, skipsExternalCalls }: CallcenterSnapshot, times: EslTimes): boolean {
    const tierStates = new Map(
      tiers.filter(({ queue }) => queue === this.queueName).map(({ agent = '', state = '' }) => [agent, state]),
    );
    const fresh = new Map<string, CallcenterAgent>();
    for (const row of agents) {
      const tierState = tierStates.get(row.name ?? '');
      if (tierState === undefined) continue;
      const agent = readAgent(row, tierState);
      // The end of a call is told by an event before it is in the row.
      const lastBridgeEndS = Math.max(agent.lastBridgeEndS, this.agentsByName.get(agent.name)?.lastBridgeEndS ?? 0);
      fresh.set(agent.name, { ...agent, lastBridgeEndS });
    }
    const isNews = !this.isFirstSnapshot && differ(this.agentsByName, fresh);
    this.agentsByName = fresh;
    this.doesSkipExternalCalls = skipsExternalCalls;
    this.takeMembers(members, times);
    for (const [name, { state }] of this.infos) {
      if (state === 'LOGGED_OUT' && !fresh.has(name)) this.infos.delete(name);
    }
    this.isFirstSnapshot = false;
    this.refresh(times);
    return isNews;
  }

  /** An event of `callcenter::info`. `again`: it says that rows are to be read again soon. */
  event(event: EslRow, times: EslTimes): { readonly concernsUs: boolean; readonly again: boolean } {
    const action = event['CC-Action'] ?? '';
    const name = event['CC-Agent'] ?? '';
    const isOurQueue = event['CC-Queue'] === this.queueName;
    const isOurAgent = this.agentsByName.has(name);
    let again = false;
    switch (action) {
      case 'agent-status-change':
        this.edit(name, { status: event['CC-Agent-Status'] ?? '' });
        break;
      case 'agent-state-change':
        this.stateChanged(name, event['CC-Agent-State'] ?? '');
        break;
      case 'agent-offering':
        if (isOurQueue) this.offer(event, times);
        break;
      case 'bridge-agent-start':
        this.edit(name, { state: 'In a queue call' });
        // Its member-queue-end comes only when the conversation is over.
        this.callers.delete(event['CC-Member-UUID'] ?? '');
        break;
      case 'bridge-agent-end': {
        const endedAtS = toSeconds(event['CC-Bridge-Terminated-Time']) || Math.floor(times.switchNowS);
        this.edit(name, { lastBridgeEndS: endedAtS });
        break;
      }
      case 'bridge-agent-fail': {
        // Which delay follows is in the row a moment later; until it is read, the longest one holds.
        const { longestDelayS = 0 } = this.agentsByName.get(name) ?? {};
        this.edit(name, { readyTimeS: Math.floor(times.switchNowS) + longestDelayS });
        again = isOurAgent;
        break;
      }
      case 'agent-max-no-answer':
        this.edit(name, { status: event['CC-Agent-No-Answer-Status'] ?? '' });
        break;
      case 'agent-add':
      case 'agent-contact-change':
        again = true;
        break;
      case 'member-queue-start':
      case 'member-queue-resume':
        if (isOurQueue) this.callers.set(event['CC-Member-UUID'] ?? '', times.nowMs);
        break;
      case 'member-queue-end':
        this.callers.delete(event['CC-Member-UUID'] ?? '');
        this.offered.delete(event['CC-Member-UUID'] ?? '');
        break;
    }
    this.refresh(times);
    return { concernsUs: isOurAgent || isOurQueue, again };
  }

  refresh({ now, switchNowS }: EslTimes): void {
    for (const agent of this.agentsByName.values()) {
      const { state, reason } = describeState(agent, this.doesSkipExternalCalls, switchNowS);
      const known = this.infos.get(agent.name);
      const isSame = known?.state === state && known.reason === reason;
      this.infos.set(agent.name, {
        agentId: agent.name,
        displayName: agent.name,
        state,
        ...(reason !== undefined && { reason }),
        since: isSame ? known.since : now,
        ...(state === 'WRAPUP' && {
          readyAt: new Date(Math.round(now.getTime() + (readyAtS(agent) - switchNowS) * 1000)),
        }),
      });
    }
    for (const [name, { state }] of this.infos) {
      if (this.agentsByName.has(name) || state === 'LOGGED_OUT') continue;
      this.infos.set(name, { agentId: name, displayName: name, state: 'LOGGED_OUT', since: now });
    }
  }

  /** Seconds of the switch's clock at which the next delay is over, for which there is no event. */
  nextReadyS(): number | undefined {
    const ends = [...this.agentsByName.values()]
      .filter(({ name }) => this.infos.get(name)?.state === 'WRAPUP')
      .map(readyAtS);
    return ends.length > 0 ? Math.min(...ends) : undefined;
  }

  /** An agent who has been about to get a call for much longer than any telephone rings. */
  stuckAgent(now: Date): AgentInfo | undefined {
    return this.agents().find(
      ({ state, since }) =>
        (state === 'RESERVED' || state === 'RINGING') && now.getTime() - since.getTime() > STUCK_AFTER_MS,
    );
  }

  private edit(name: string, change: Partial<CallcenterAgent>): void {
    const agent = this.agentsByName.get(name);
    if (agent) this.agentsByName.set(name, { ...agent, ...change });
  }

  /** The tier follows the agent without an event of its own. */
  private stateChanged(name: string, state: string): void {
    const { tierState = '' } = this.agentsByName.get(name) ?? {};
    const isBack = state === 'Waiting' && PASSING_TIER_STATES.has(tierState);
    this.edit(name, { state, ...(isBack && { tierState: 'Ready' }) });
  }

  /** A caller who is offered to one agent after another is one call. */
  private offer(event: EslRow, { nowMs }: EslTimes): void {
    const callerId = event['CC-Member-UUID'] ?? '';
    this.edit(event['CC-Agent'] ?? '', { state: 'Receiving' });
    if (this.offered.has(callerId)) return;
    this.offered.add(callerId);
    const callerNumber = event['CC-Member-CID-Number'] ?? '';
    this.calls.add({
      enteredAtMs: this.callers.get(callerId) ?? nowMs,
      ...(/\d/.test(callerNumber) && { callerNumber }),
    });
  }

  /** Answered members stay in the list, some of them for ever. */
  private takeMembers(members: readonly EslRow[], { nowMs, switchNowS }: EslTimes): void {
    const waiting = members.filter(({ state }) => state === 'Waiting' || state === 'Trying');
    const before = new Map(this.callers);
    this.callers.clear();
    for (const { uuid: callerId = '', joined_epoch: joined } of waiting) {
      const joinedMs = nowMs - Math.max(0, switchNowS - (toSeconds(joined) || switchNowS)) * 1000;
      this.callers.set(callerId, before.get(callerId) ?? joinedMs);
    }
    for (const callerId of this.offered) if (!this.callers.has(callerId)) this.offered.delete(callerId);
  }
}

function differ(before: ReadonlyMap<string, CallcenterAgent>, after: ReadonlyMap<string, CallcenterAgent>): boolean {
  if (before.size !== after.size) return true;
  return [...after.values()].some(({ name, status, state }) => {
    const known = before.get(name);
    return known?.status !== status || known.state !== state;
  });
}
