import type { Line, Telephony } from '../contracts/telephony.js';
import type { EngineStatus } from '../contracts/engine.js';
import type { CallGate } from './call-gate.js';
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
    return this.telephony.lines().some((line) => line.id === lineId && line.health.state === 'IN_SERVICE');
  }

  /** The trunk's rate is looked at, so that a slow trunk does not hold up what another could carry. */
  choose(): Line | undefined {
    const busy = this.attempts.busyByLine();
    const lines = this.telephony.lines();
    let best: { line: Line; load: number } | undefined;
    for (let offset = 0; offset < lines.length; offset++) {
      const line = lines[(this.turn + offset) % lines.length];
      if (!line || line.health.state !== 'IN_SERVICE') continue;
      const calls = busy.get(line.id) ?? 0;
      if (calls >= line.capacity) continue;
      const load = calls / line.capacity + (this.gate.available(line) > 0 ? 0 : 1);
      if (!best || load < best.load) best = { line, load };
      if (best.load === 0) break;
    }
    if (best) this.turn = (lines.indexOf(best.line) + 1) % lines.length;
    return best?.line;
  }

  /** What the lines can carry now, calls that have no line yet taken off. */
  capacity(): LineCapacity {
    const busy = this.attempts.busyByLine();
    const byTrunk = new Map<string, { free: number; rate: number }>();
    let inService = 0;
    let free = 0;
    for (const line of this.telephony.lines()) {
      if (line.health.state !== 'IN_SERVICE') continue;
      inService++;
      const left = Math.max(0, line.capacity - (busy.get(line.id) ?? 0));
      free += left;
      const trunk = byTrunk.get(line.trunkId) ?? { free: 0, rate: this.gate.trunkAvailable(line) };
      byTrunk.set(line.trunkId, { ...trunk, free: trunk.free + left });
    }
    const allotted = this.attempts.withoutLine();
    let withinRate = 0;
    for (const trunk of byTrunk.values()) withinRate += Math.min(trunk.free, trunk.rate);
    return { inService, free: free - allotted, withinRate: withinRate - allotted };
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
  /** Of these, what the trunks' calls per second allow now. */
  readonly withinRate: number;
}
