import { describe, expect, test } from '@jest/globals';
import { EngineBench } from '../support/engine-bench.js';
import { ports } from '../support/fake-telephony.js';

/** When the calls to numbers that begin so were placed. */
const placedAtMs = (bench: EngineBench, prefix = ''): number[] =>
  bench.telephony.calls.filter(({ request }) => request.phoneNumber.startsWith(prefix)).map((call) => call.placedAtMs);
const busiestSecond = (times: readonly number[]): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));

describe("a campaign's cap on calls per second", () => {
  test('holds in any second, and is used up', async () => {
    const bench = new EngineBench({ agents: 40, ports: 40, leads: 60, campaign: { maxCallsPerSecond: 4 } });
    await bench.start();
    await bench.clock.advance(5000);
    const times = placedAtMs(bench);
    expect(times.length).toBeGreaterThanOrEqual(18);
    expect(busiestSecond(times)).toBeLessThanOrEqual(4);
  });

  test('holds when a slow do-not-call service answers for all at once', async () => {
    const campaign = { maxCallsPerSecond: 5, dncServiceId: 'dnc-1' };
    const bench = new EngineBench({ agents: 20, ports: 20, leads: 40, campaign });
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    bench.dnc.answer = () => released.then(() => 'MAY_CALL' as const);
    await bench.start();
    await bench.clock.advance(2000);
    release();
    await bench.clock.advance(3000);
    expect(placedAtMs(bench).length).toBeGreaterThanOrEqual(10);
    expect(busiestSecond(placedAtMs(bench))).toBeLessThanOrEqual(5);
  });

  test('holds up no other campaign, whether that is without a cap or at another one', async () => {
    const bench = new EngineBench({ agents: 30, ports: 30, leads: 30, campaign: { maxCallsPerSecond: 2 } });
    bench.database.addCampaign(bench.campaign({ id: 'campaign-2' }));
    bench.database.addLeads('campaign-2', 10, 2_000_000);
    bench.database.addCampaign(bench.campaign({ id: 'campaign-3', maxParallelCalls: 1 }));
    bench.database.addLeads('campaign-3', 10, 3_000_000);
    await bench.start();
    await bench.clock.advance(100);
    expect(placedAtMs(bench, '+49302')).toHaveLength(10);
    expect(placedAtMs(bench, '+49303')).toHaveLength(1);
    await bench.clock.advance(4400);
    expect(placedAtMs(bench, '+49301').length).toBeGreaterThanOrEqual(9);
    expect(busiestSecond(placedAtMs(bench, '+49301'))).toBe(2);
  });
});

describe("the installation's cap on calls per second", () => {
  test('is used up though time goes on while the engine looks at it', async () => {
    const bench = new EngineBench({ agents: 300, ports: 300, leads: 300, limits: { maxCallsPerSecond: 40 } });
    const standsStill = bench.clock.monotonicMs.bind(bench.clock);
    let workedMs = 0;
    bench.clock.monotonicMs = () => standsStill() + (workedMs += 0.2);
    await bench.start();
    await bench.clock.advance(6000);
    expect(placedAtMs(bench).length).toBeGreaterThanOrEqual(230);
  });
});

describe("a trunk's cap on parallel calls", () => {
  test('holds though more of its ports are free, and the next call goes when one ends', async () => {
    const bench = new EngineBench({ agents: 10 });
    bench.telephony.setLines(ports(10, { maxParallelCalls: 3 }));
    await bench.start();
    await bench.clock.advance(5000);
    expect(bench.telephony.calls).toHaveLength(3);
    // Nothing that cannot go out holds an agent meanwhile.
    expect(bench.database.open()).toHaveLength(3);
    bench.telephony.last.fail({ sipStatus: 486 });
    await bench.clock.advance(100);
    expect(bench.telephony.calls).toHaveLength(4);
  });

  test('leaves the rest to other trunks', async () => {
    const bench = new EngineBench({ agents: 10 });
    bench.telephony.setLines([
      ...ports(10, { maxParallelCalls: 2 }),
      ...ports(4).map((line) => ({ ...line, id: `other-${line.id}`, trunkId: 'other' })),
    ]);
    await bench.start();
    const lines = bench.telephony.calls.map(({ request }) => request.lineId);
    expect(lines.filter((line) => line.startsWith('other'))).toHaveLength(4);
    expect(lines).toHaveLength(6);
  });

  test('is named as the reason why nothing more is dialed', async () => {
    const bench = new EngineBench({ agents: 10, leads: 5 });
    bench.telephony.setLines(ports(10, { maxParallelCalls: 1 }));
    bench.telephony.script = () => ({ does: 'answer', afterMs: 200, transferMs: 60_000 });
    await bench.start();
    await bench.clock.advance(1000);
    expect(bench.idleReason()).toBe('CALL_LIMIT');
  });
});
