import type { AgentInfo } from '../../contracts/agent-source.js';
import type { AgentState } from '../../domain/agent-state.js';
import type { CallSightings } from '../call-sightings.js';
import type { AmiMessage } from './ami-codec.js';
import { AmiRows, type AmiMember } from './ami-rows.js';
import { AmiWrapUp } from './ami-wrap-up.js';

/** What the queue did with a member's telephone last; device states may not tell (`device_state_busy_at=1`). */
type Handling = 'ringing' | 'talking';

export interface AmiTimes {
  readonly now: Date;
  readonly nowMs: number;
  /** Seconds of the switch's clock, with fractions. */
  readonly switchNowS: number;
}

/** The members of one queue and what they do, from the messages of one connection. */
export class AmiQueue {
  private rows = new AmiRows();
  /** Being built up by a snapshot that has not ended. Events count for both. */
  private fresh: AmiRows | undefined;
  private readonly handling = new Map<string, { readonly what: Handling; readonly sinceMs: number }>();
  private readonly infos = new Map<string, AgentInfo>();
  /** Callers who were seen to be offered to an agent. */
  private readonly offered = new Set<string>();
  private readonly wrapUp: AmiWrapUp;
  private isFirstSnapshot = true;
  private snapshotBeganMs = 0;

  constructor(
    configuredWrapUpS: number | undefined,
    private readonly calls: CallSightings,
  ) {
    this.wrapUp = new AmiWrapUp(configuredWrapUpS);
  }

  agents(): readonly AgentInfo[] {
    return [...this.infos.values()];
  }

  callersWaiting(): number {
    return this.rows.callers.size;
  }

  oldestWaitMs(nowMs: number): number | undefined {
    const entered = [...this.rows.callers.values()].map(({ enteredAtMs }) => enteredAtMs);
    return entered.length > 0 ? Math.max(0, nowMs - Math.min(...entered)) : undefined;
  }

  beginSnapshot({ nowMs }: AmiTimes): void {
    this.snapshotBeganMs = nowMs;
    this.fresh = new AmiRows();
  }

  snapshotRow(row: AmiMessage, times: AmiTimes): void {
    this.fresh?.apply(row, times.nowMs);
  }

  /** True if it showed what no event had told. */
  endSnapshot(times: AmiTimes): boolean {
    const { rows, fresh } = this;
    if (!fresh) return false;
    const isNews = !this.isFirstSnapshot && differ(rows, fresh);
    this.rows = fresh;
    this.fresh = undefined;
    for (const member of fresh.members.values()) {
      // A row that is older than the ringing does not end it.
      const isOlder = (this.handling.get(member.id)?.sinceMs ?? 0) < this.snapshotBeganMs;
      if (member.status === 1 && !member.isInCall && isOlder) this.handling.delete(member.id);
      this.wrapUp.callEnded(member.id, member.lastCallS, !this.isFirstSnapshot);
    }
    for (const id of this.offered) if (!fresh.callers.has(id)) this.offered.delete(id);
    for (const [id, { state }] of this.infos) {
      if (state === 'LOGGED_OUT' && !fresh.members.has(id)) this.infos.delete(id);
    }
    this.isFirstSnapshot = false;
    this.refresh(times);
    return isNews;
  }

  /** An event about this queue. True if something is another than before. */
  event(event: AmiMessage, times: AmiTimes): boolean {
    const memberId = event.text('Interface');
    const before = this.rows.members.get(memberId);
    const isRow = this.rows.apply(event, times.nowMs);
    this.fresh?.apply(event, times.nowMs);
    const after = this.rows.members.get(memberId);
    switch (event.text('Event')) {
      case 'AgentCalled':
        this.offer(event, times);
        this.handling.set(memberId, { what: 'ringing', sinceMs: times.nowMs });
        break;
      case 'AgentConnect':
        this.handling.set(memberId, { what: 'talking', sinceMs: times.nowMs });
        break;
      case 'AgentRingNoAnswer':
      case 'AgentDump':
        this.handling.delete(memberId);
        break;
      case 'AgentComplete':
        this.handling.delete(memberId);
        this.wrapUp.callEnded(memberId, Math.floor(times.switchNowS), true);
        break;
      case 'QueueCallerLeave':
      case 'QueueCallerAbandon':
        this.offered.delete(event.text('Uniqueid'));
        break;
      default:
        if (!isRow) return false;
        // Back from ringing or from a call of which no end was told.
        if (after?.status === 1 && before?.status !== 1) this.handling.delete(memberId);
    }
    if (after) this.wrapUp.callEnded(after.id, after.lastCallS, true);
    this.refresh(times);
    return true;
  }

  /** Brings the agents up to date. */
  refresh(times: AmiTimes): void {
    for (const member of this.rows.members.values()) {
      const info = this.describe(member, times);
      const known = this.infos.get(member.id);
      const isSame = known?.state === info.state && known.reason === info.reason;
      this.infos.set(member.id, isSame ? { ...info, since: known.since } : info);
    }
    for (const [id, info] of this.infos) {
      if (this.rows.members.has(id) || info.state === 'LOGGED_OUT') continue;
      const { agentId, displayName = agentId } = info;
      this.infos.set(id, { agentId, displayName, state: 'LOGGED_OUT', since: times.now });
    }
  }

  /**
   * The switch counts so many members as ready. Wrap-ups that are over by that count end here.
   *
   * @returns how many members are shown as free although the switch does not count them, 0 or more
   */
  switchCountsReady(ready: number, times: AmiTimes): number {
    const room = ready - this.free();
    if (room <= 0) return -room;
    this.wrapUp.switchCounts(room - this.busyThoughNotInUse(times), this.inWrapUp(times), times.switchNowS);
    this.refresh(times);
    return 0;
  }

  /** Seconds of the switch's clock at which the next wrap-up may be over; undefined if there is none. */
  nextWrapUpEndS(times: AmiTimes): number | undefined {
    const ends = this.inWrapUp(times).map((member) => this.wrapUp.endsAtS(member) ?? times.switchNowS);
    return ends.length > 0 ? Math.min(...ends) : undefined;
  }

  private free(): number {
    return this.agents().filter(({ state }) => state === 'AVAILABLE').length;
  }

  /** Members who are shown in a call before their device tells of it, so that the switch still counts them as ready. */
  private busyThoughNotInUse({ switchNowS }: AmiTimes): number {
    return [...this.rows.members.values()].filter((member) => {
      const state = this.infos.get(member.id)?.state;
      const isReady = member.status === 1 && !member.isPaused && !this.wrapUp.isInWrapUp(member, switchNowS);
      return isReady && (state === 'RINGING' || state === 'TALKING');
    }).length;
  }

  /** Members who wait for nothing but the end of their wrap-up. */
  private inWrapUp({ switchNowS }: AmiTimes): readonly AmiMember[] {
    return [...this.rows.members.values()].filter(
      (member) => this.infos.get(member.id)?.state === 'WRAPUP' && this.wrapUp.isInWrapUp(member, switchNowS),
    );
  }

  /** A caller who is offered to one agent after another, or to all of them at once, is one call. */
  private offer(event: AmiMessage, { nowMs }: AmiTimes): void {
    const callerId = event.text('Uniqueid');
    if (this.offered.has(callerId)) return;
    this.offered.add(callerId);
    const caller = this.rows.callers.get(callerId);
    const callerNumber = caller?.number || event.text('CallerIDNum');
    this.calls.add({
      enteredAtMs: caller?.enteredAtMs ?? nowMs,
      ...(/\d/.test(callerNumber) && { callerNumber }),
    });
  }

  private describe(member: AmiMember, times: AmiTimes): AgentInfo {
    const state = this.stateOf(member, times.switchNowS);
    const endsAtS = state === 'WRAPUP' ? this.wrapUp.endsAtS(member) : undefined;
    return {
      agentId: member.id,
      displayName: member.name,
      state,
      ...(state === 'UNAVAILABLE' && member.pausedReason !== '' && { reason: member.pausedReason }),
      since: times.now,
      ...(endsAtS !== undefined && {
        readyAt: new Date(Math.round(times.now.getTime() + (endsAtS - times.switchNowS) * 1000)),
      }),
    };
  }

  /** What the telephone does goes before what the queue would allow: a member on a direct call is busy. */
  private stateOf(member: AmiMember, switchNowS: number): AgentState {
    const handling = this.handling.get(member.id)?.what;
    switch (member.status) {
      case 4:
      case 5:
        return 'LOGGED_OUT';
      case 2:
      case 7:
        return 'TALKING';
      case 3:
        // With device_state_busy_at=1 a telephone that rings is busy, too.
        return handling === 'ringing' ? 'RINGING' : 'TALKING';
      case 6:
        return handling === 'talking' ? 'TALKING' : 'RINGING';
      case 8:
        return 'HELD';
    }
    if (handling) return handling === 'ringing' ? 'RINGING' : 'TALKING';
    if (member.isInCall) return 'TALKING';
    if (member.isPaused) return 'UNAVAILABLE';
    if (this.wrapUp.isInWrapUp(member, switchNowS)) return 'WRAPUP';
    // The queue rings a member whose device has no state, but nobody knows whether it is free.
    return member.status === 1 ? 'AVAILABLE' : 'UNKNOWN';
  }
}

function differ(before: AmiRows, after: AmiRows): boolean {
  if (before.members.size !== after.members.size) return true;
  return [...after.members.values()].some((member) => {
    const known = before.members.get(member.id);
    return known?.status !== member.status || known.isPaused !== member.isPaused;
  });
}
