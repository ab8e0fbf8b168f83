import type { Line, Telephony } from '../contracts/telephony.js';
import type { EngineStatus } from '../contracts/engine.js';
import type { TransferMode } from '../domain/line-state.js';
import type { CallGate } from './call-gate.js';
import { callsTaken } from './line-use.js';
import type { OpenAttempts } from './open-attempts.js';

/** The lines that calls go out on. What is busy is derived from the open attempts, never counted on the side. */
export class PortPool {
  /** Where the search begins, so that equal lines are used in turn. */
  private turn = 0;

  constructor(
    private readonly telephony: Telephony,
    private readonly attempts: OpenAttempts,
    private readonly gate: CallGate,
  ) {}

  isInService(lineId: string): boolean {
    return this.telephony.line(lineId)?.health.state === 'IN_SERVICE';
  }

  /** Lines in service that can carry one more customer, to be transferred so. */
  free(transferMode: TransferMode): readonly Line[] {
    const busy = this.attempts.busyByLine();
    const calls = this.callsOfCappedTrunks(busy);
    return this.telephony
      .lines()
      .filter(
        (line) =>
          line.health.state === 'IN_SERVICE' &&
          (busy.get(line.id) ?? 0) + callsTaken(line, transferMode) <= line.capacity &&
          roomOfTrunk(line, calls) >= callsTaken(line, transferMode),
      );
  }

  /**
   * A line with room for the customer's call and for its transfer. The trunk's rate is looked at, so that a slow trunk does
   * not hold up what another could carry.
   * @param nowMs monotonic, in milliseconds
   */
  choose(transferMode: TransferMode, nowMs: number): Line | undefined {
    const busy = this.attempts.busyByLine();
    const lines = this.telephony.lines();
    const waiting = this.waitingByTrunk();
    const parallel = this.callsOfCappedTrunks(busy);
    let best: { line: Line; load: number } | undefined;
    for (let offset = 0; offset < lines.length; offset++) {
      const line = lines[(this.turn + offset) % lines.length];
      if (line?.health.state !== 'IN_SERVICE') continue;
      const calls = busy.get(line.id) ?? 0;
      const taken = callsTaken(line, transferMode);
      if (calls + taken > line.capacity || taken > roomOfTrunk(line, parallel)) continue;
      const isWithinRate = this.gate.trunkAvailable(line, nowMs) > (waiting.get(line.trunkId) ?? 0);
      const load = calls / line.capacity + (isWithinRate ? 0 : 1);
      if (!best || load < best.load) best = { line, load };
      if (best.load === 0) break;
    }
    if (best) this.turn = (lines.indexOf(best.line) + 1) % lines.length;
    return best?.line;
  }

  /**
   * How many customers the lines can carry now, to be transferred so; calls that have no line yet are taken off.
   * @param nowMs monotonic, in milliseconds
   */
  capacity(transferMode: TransferMode, nowMs: number): LineCapacity {
    const busy = this.attempts.busyByLine();
    const waiting = this.waitingByTrunk();
    const parallel = this.callsOfCappedTrunks(busy);
    const byTrunk = new Map<string, { free: number; now: number; inSecond: number }>();
    let inService = 0;
    let free = 0;
    for (const line of this.telephony.lines()) {
      if (line.health.state !== 'IN_SERVICE') continue;
      inService++;
      const room = line.capacity - (busy.get(line.id) ?? 0);
      const left = Math.max(0, Math.floor(room / callsTaken(line, transferMode)));
      free += left;
      let trunk = byTrunk.get(line.trunkId);
      if (!trunk) {
        // Once a trunk: it is the same for each of its 500 ports.
        const ahead = waiting.get(line.trunkId) ?? 0;
        const cap = Math.floor(roomOfTrunk(line, parallel) / callsTaken(line, transferMode));
        const within = (rate: number): number => Math.max(0, Math.min(rate - ahead, cap));
        const inSecond = Math.max(1, Math.floor(line.maxCallsPerSecond ?? Infinity));
        trunk = { free: 0, now: within(this.gate.trunkAvailable(line, nowMs)), inSecond: within(inSecond) };
        byTrunk.set(line.trunkId, trunk);
      }
      trunk.free += left;
    }
    const allotted = this.attempts.withoutLine();
    // What is being checked takes its line later: of the rate it may take a second's worth, which the trunk lets out then.
    let now = this.attempts.checking() - allotted;
    let inSecond = -allotted;
    for (const trunk of byTrunk.values()) {
      now += Math.min(trunk.free, trunk.now);
      inSecond += Math.min(trunk.free, trunk.inSecond);
    }
    return { inService, free: free - allotted, withinCaps: Math.min(now, inSecond) };
  }

  private callsOfCappedTrunks(busy: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const calls = new Map<string, number>();
    for (const { id, trunkId, maxParallelCalls } of this.telephony.lines()) {
      if (maxParallelCalls !== null) calls.set(trunkId, (calls.get(trunkId) ?? 0) + (busy.get(id) ?? 0));
    }
    return calls;
  }

  /**
   * Calls that have a line and whose INVITE has not left: they will use up the trunk's rate. Left out, every tick until
   * then would allot the same second once more, and the calls would hold their agents in the queue before the INVITE.
   */
  private waitingByTrunk(): ReadonlyMap<string, number> {
    const byLine = this.attempts.waitingByLine();
    const byTrunk = new Map<string, number>();
    for (const [lineId, calls] of byLine) {
      const line = this.telephony.line(lineId);
      if (line) byTrunk.set(line.trunkId, (byTrunk.get(line.trunkId) ?? 0) + calls);
    }
    return byTrunk;
  }

  counts(): EngineStatus['ports'] {
    const busyByLine = this.attempts.busyByLine();
    let total = 0;
    let free = 0;
    let busy = 0;
    for (const line of this.telephony.lines()) {
      const calls = Math.min(line.capacity, busyByLine.get(line.id) ?? 0);
      total += line.capacity;
      busy += calls;
      if (line.health.state === 'IN_SERVICE') free += line.capacity - calls;
    }
    return { total, free, busy, outOfService: total - free - busy };
  }
}

export interface LineCapacity {
  /** Lines in service, busy or not. */
  readonly inService: number;
  /** Calls that free lines can carry; may be below 0 after a line went. */
  readonly free: number;
  /** Of these, what the trunks' caps on calls per second and on parallel calls allow now. */
  readonly withinCaps: number;
}

/** Calls that the line's trunk may carry besides those that it carries. */
function roomOfTrunk({ trunkId, maxParallelCalls }: Line, calls: ReadonlyMap<string, number>): number {
  return maxParallelCalls === null ? Infinity : maxParallelCalls - (calls.get(trunkId) ?? 0);
}
