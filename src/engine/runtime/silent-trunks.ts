import type { Clock } from '../contracts/clock.js';
import type { SilentTrunk } from '../contracts/engine.js';
import type { AmdFinding } from '../domain/amd/finding.js';

/** So many answered calls in a row without audio are no chance. */
const CALLS_THAT_TELL = 5;

/** The trunks whose answered calls bring no audio, until one does: detection takes all of them for machines. */
export class SilentTrunks {
  private readonly silences = new Map<string, SilentTrunk>();

  constructor(private readonly clock: Clock) {}

  record(trunkId: string, { features }: AmdFinding): void {
    if (features['heardFrames'] !== 0) {
      this.silences.delete(trunkId);
      return;
    }
    const { since = this.clock.now(), occurrences = 0 } = this.silences.get(trunkId) ?? {};
    this.silences.set(trunkId, { trunkId, since, occurrences: occurrences + 1 });
  }

  list(): readonly SilentTrunk[] {
    return [...this.silences.values()].filter(({ occurrences }) => occurrences >= CALLS_THAT_TELL);
  }
}
