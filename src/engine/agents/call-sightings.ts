import type { TakenCall } from '../contracts/agent-source.js';

/** Many more than can become known between two looks at a snapshot. */
const KEPT_CALLS = 64;

/** The calls that free agents of a queue were seen to take; it outlives the connections of its source. */
export class CallSightings {
  private count = 0;
  private readonly calls: TakenCall[] = [];

  add(call: Omit<TakenCall, 'number'>): void {
    this.count++;
    this.calls.push({ ...call, number: this.count });
    if (this.calls.length > KEPT_CALLS) this.calls.shift();
  }

  get callsSeen(): number {
    return this.count;
  }

  lastCalls(): readonly TakenCall[] {
    return [...this.calls];
  }
}
