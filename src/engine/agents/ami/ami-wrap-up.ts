import type { AmiMember } from './ami-rows.js';

/** Longer than any wrap-up that somebody sets; a last call before that says nothing, where the wrap-up is not known. */
const LONGEST_WRAP_UP_S = 900;
/** How long the switch may disagree before its count as a whole is doubted. */
const PATIENCE_S = 5;

interface LastCall {
  readonly atS: number;
  /** It ended while we watched, so that its age at the end of the wrap-up is the length of it. */
  readonly wasWatched: boolean;
  isOver: boolean;
}

/**
 * Who is still in the work after a call. No event tells its end, and the queue's wrap-up time is in no message: it is set,
 * or learnt from the moments at which the switch's own count of ready members grew.
 */
export class AmiWrapUp {
  private readonly lastCalls = new Map<string, LastCall>();
  private learntS: number | undefined;

  constructor(private readonly configuredS: number | undefined) {}

  /** Of several ends the latest holds: the switch forgets one after an attended transfer. */
  callEnded(memberId: string, atS: number, wasWatched: boolean): void {
    const known = this.lastCalls.get(memberId);
    if (atS > (known?.atS ?? 0)) this.lastCalls.set(memberId, { atS, wasWatched, isOver: false });
  }

  isInWrapUp(member: AmiMember, nowS: number): boolean {
    const last = this.lastCalls.get(member.id);
    if (!last || last.isOver) return false;
    const lengthS = this.lengthOf(member);
    return lengthS !== 0 && nowS < last.atS + (lengthS === undefined ? LONGEST_WRAP_UP_S : lengthS + PATIENCE_S);
  }

  /** Seconds of the switch's clock; undefined if the length is not known yet. */
  endsAtS(member: AmiMember): number | undefined {
    const last = this.lastCalls.get(member.id);
    const lengthS = this.lengthOf(member);
    return last && lengthS !== undefined ? last.atS + lengthS : undefined;
  }

  /**
   * The switch counts `room` more members as ready than are shown as free. Those of the members, all of them in wrap-up,
   * whose wrap-up would end first are past it then, unless a length that is set says otherwise. Returns how many.
   */
  switchCounts(room: number, members: readonly AmiMember[], nowS: number): number {
    const endOf = (member: AmiMember): number => this.endsAtS(member) ?? this.lastCalls.get(member.id)?.atS ?? 0;
    const over = members
      .filter((member) => this.settingOf(member) === undefined || nowS >= endOf(member))
      .sort((a, b) => endOf(a) - endOf(b))
      .slice(0, Math.max(0, room));
    for (const member of over) {
      const last = this.lastCalls.get(member.id);
      if (!last) continue;
      last.isOver = true;
      if (last.wasWatched && this.settingOf(member) === undefined) this.learntS = Math.floor(nowS) - last.atS;
    }
    return over.length;
  }

  private settingOf({ wrapUpS }: AmiMember): number | undefined {
    return wrapUpS > 0 ? wrapUpS : this.configuredS;
  }

  private lengthOf(member: AmiMember): number | undefined {
    // Learnt to be nothing is not set to nothing: it is still asked for after every call.
    return this.settingOf(member) ?? (this.learntS === undefined ? undefined : Math.max(1, this.learntS));
  }
}
