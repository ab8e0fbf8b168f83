import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SilentTrunk } from '../../src/engine/contracts/engine.js';
import { EngineBench, FakeDetectors, HOUR } from '../support/engine-bench.js';

describe('a trunk whose answered calls bring no audio', () => {
  let bench: EngineBench;
  let heardFrames: number;

  beforeEach(async () => {
    const amd = new FakeDetectors((detector) =>
      detector.find({ verdict: 'MACHINE', kind: 'SILENCE', features: { heardFrames } }),
    );
    bench = new EngineBench({ agents: 1, leads: 20, campaign: { amdEnabled: true }, amd });
    await bench.start();
  });

  const listed = (): readonly SilentTrunk[] => bench.engine.status().silentTrunks;
  const areAnswered = async (calls: number, frames: number): Promise<void> => {
    heardFrames = frames;
    for (let n = 0; n < calls; n++) {
      bench.telephony.last.answer();
      await bench.clock.advance(1000);
    }
  };

  test('is told of after five in a row, with when it began', async () => {
    const since = bench.clock.now();
    await areAnswered(4, 0);
    expect(listed()).toEqual([]);
    await areAnswered(2, 0);
    expect(listed()).toEqual([{ trunkId: 'trunk-1', since, occurrences: 6 }]);
    expect(bench.eventsOf('engine-status-changed').length).toBeGreaterThan(0);
  });

  test('is taken for well an hour after the last of them', async () => {
    await areAnswered(5, 0);
    await bench.clock.advance(HOUR - 5 * 1000);
    expect(listed()).toHaveLength(1);
    await bench.clock.advance(5 * 1000);
    expect(listed()).toEqual([]);
  });

  test('is well again after one that does', async () => {
    await areAnswered(5, 0);
    expect(listed()).toHaveLength(1);
    await areAnswered(1, 40);
    await areAnswered(4, 0);
    expect(listed()).toEqual([]);
  });
});
