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
    await bench.start();
    const waiting = bench.database.open().length - bench.telephony.calls.length;
    await bench.clock.advance(7_500);
    console.log(waiting);
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
