import { describe, expect, test } from '@jest/globals';
import { EngineBench, MINUTE } from '../support/engine-bench.js';
import { ports } from '../support/fake-telephony.js';

describe('a trunk at its calls per second', () => {
  test('goes on in time while the other trunk is busy and has rate to spare', async () => {
    const bench = new EngineBench({ agents: 8, leads: 20 });
    bench.telephony.setLines([
      ...ports(10, { maxCallsPerSecond: 1 }).map((line) => ({ ...line, trunkId: 'slow' })),
      ...ports(1).map((line) => ({ ...line, id: `fast-${line.id}`, trunkId: 'fast' })),
    ]);
    const orig = bench.clock.setTimer.bind(bench.clock);
    const seen: unknown[] = [];
    bench.clock.setTimer = (ms, run) => {
      seen.push([bench.clock.monotonicMs(), ms, (new Error().stack ?? '').split('\n').slice(2, 4).join('|').replace(/\/work\/main\/src\/engine\/runtime/g, '')]);
      return orig(ms, run);
    };
    await bench.start();
    await bench.clock.advance(2_500);
    console.log(seen.map((x) => JSON.stringify(x)).join('\n'));
    await bench.clock.advance(5_000);
    console.log(bench.telephony.calls.map((c) => [c.placedAtMs, c.request.lineId]));
    // One over the fast trunk, and one a second over the slow one.
    expect(bench.telephony.calls).toHaveLength(8);
  });
});

describe('a fault of the dialer after the answer', () => {
  test('ends the call', async () => {
    const bench = new EngineBench({ agents: 1, leads: 1 });
    bench.telephony.refusesTransfers = true;
    await bench.start();
    bench.telephony.last.answer();
    await bench.clock.advance(MINUTE);
    expect(bench.database.results()[0]).toBe('UNKNOWN dialer-error');
    expect(bench.telephony.last.hungUp).toBe(true);
  });
});
