import type { Clock } from '../contracts/clock.js';
import type { SilentTrunk } from '../contracts/engine.js';
import type { AmdFinding } from '../domain/amd/finding.js';

/** So many answered calls in a row without audio are no chance. */
const CALLS_THAT_TELL = 5;

/** A silence that no call has shown again for so long is over, for detection may be off by now: 1 h. */
const SILENCE_LASTS_MS = 3_600_000;

/** The trunks whose answered calls bring no audio, until one does: detection takes all of them for machines. */
export class SilentTrunks {
  private readonly silences = new Map<string, SilentTrunk & { readonly lastAtMs: number }>();

  constructor(private readonly clock: Clock) {}

  record(trunkId: string, { features }: AmdFinding): void {
    if (features['heardFrames'] !== 0) {
      this.silences.delete(trunkId);
      return;
    }
    const { since = this.clock.now(), occurrences = 0 } = this.silences.get(trunkId) ?? {};
    const lastAtMs = this.clock.monotonicMs();
    this.silences.set(trunkId, { trunkId, since, occurrences: occurrences + 1, lastAtMs });
  }

  list(): readonly SilentTrunk[] {
    const oldestMs = this.clock.monotonicMs() - SILENCE_LASTS_MS;
    for (const [trunkId, { lastAtMs }] of this.silences) if (lastAtMs <= oldestMs) this.silences.delete(trunkId);
    return [...this.silences.values()]
      .filter(({ occurrences }) => occurrences >= CALLS_THAT_TELL)
      .map(({ trunkId, since, occurrences }) => ({ trunkId, since, occurrences }));
  }
}
