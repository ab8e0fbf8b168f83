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

  test('holds over an edit of it, though calls that began before wait with those that begin after', async () => {
    const campaign = { maxCallsPerSecond: 20, dncServiceId: 'dnc-1' };
    const bench = new EngineBench({ agents: 100, ports: 100, leads: 200, campaign });
    const until = bench.clock.monotonicMs() + 1000;
    bench.dnc.answer = () =>
      new Promise((resolve) =>
        bench.clock.setTimer(Math.max(1, until - bench.clock.monotonicMs()), () => resolve('MAY_CALL' as const)),
      );
    await bench.start();
    await bench.clock.advance(1200);
    bench.database.addCampaign(bench.campaign({ ...campaign, maxCallsPerSecond: 21 }));
    bench.engine.nudge();
    await bench.clock.advance(8000);
    expect(placedAtMs(bench)).toHaveLength(100);
    expect(busiestSecond(placedAtMs(bench))).toBeLessThanOrEqual(21);
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

  /** Checks that take so long for the campaigns that have a do-not-call service. */
  const slowChecks = (bench: EngineBench, ms: () => number): void => {
    bench.dnc.answer = () => new Promise((resolve) => bench.clock.setTimer(ms(), () => resolve('MAY_CALL' as const)));
  };
  const limits = { maxCallsPerSecond: 50 };

  test('is used up though each do-not-call check takes half a second', async () => {
    const bench = new EngineBench({ agents: 400, ports: 400, leads: 400, limits, campaign: { dncServiceId: 'dnc-1' } });
    slowChecks(bench, () => 500);
    await bench.start();
    await bench.clock.advance(5500);
    expect(placedAtMs(bench).length).toBeGreaterThanOrEqual(235);
    expect(busiestSecond(placedAtMs(bench))).toBeLessThanOrEqual(50);
  });

  test('is used up though one check takes seconds', async () => {
    const bench = new EngineBench({ agents: 400, ports: 400, leads: 400, limits, campaign: { dncServiceId: 'dnc-1' } });
    let checks = 0;
    slowChecks(bench, () => (++checks === 3 ? 4000 : 1));
    await bench.start();
    await bench.clock.advance(3000);
    expect(placedAtMs(bench).length).toBeGreaterThanOrEqual(140);
  });

  test('is used up by one campaign though the checks of another are slow', async () => {
    const campaign = { dncServiceId: 'dnc-1', maxParallelCalls: 6 };
    const bench = new EngineBench({ agents: 400, ports: 400, leads: 20, limits, campaign });
    bench.database.addCampaign(bench.campaign({ id: 'campaign-2' }));
    bench.database.addLeads('campaign-2', 400, 2_000_000);
    slowChecks(bench, () => 4000);
    await bench.start();
    await bench.clock.advance(3000);
    expect(placedAtMs(bench, '+49302').length).toBeGreaterThanOrEqual(135);
  });

  test('has no call wait long for it, and hold its agent, because second calls go before it', async () => {
    const bench = new EngineBench({
      agents: 400,
      ports: 400,
      leads: 800,
      limits,
      campaign: { transferMode: 'REINVITE' },
    });
    bench.telephony.takesSecondCalls = true;
    bench.telephony.script = () => ({ does: 'answer', afterMs: 400, transferMs: 200 });
    const waited: number[] = [];
    bench.telephony.onPlaced = ({ request }) => {
      const begun = bench.database.open().find(({ id }) => id === request.attemptId)?.steps[0]?.at;
      waited.push(bench.clock.now().getTime() - (begun?.getTime() ?? NaN));
    };
    await bench.start();
    await bench.clock.advance(8000);
    expect(waited.length + bench.telephony.secondCallsAtMs.length).toBeGreaterThanOrEqual(380);
    expect(Math.max(...waited.slice(100))).toBeLessThanOrEqual(300);
  });

  test('is used up though half of the numbers are on the do-not-call list', async () => {
    const bench = new EngineBench({ agents: 400, ports: 400, leads: 800, limits, campaign: { dncServiceId: 'dnc-1' } });
    let checks = 0;
    bench.dnc.answer = () => (++checks % 2 === 0 ? 'DO_NOT_CALL' : 'MAY_CALL');
    await bench.start();
    await bench.clock.advance(3000);
    expect(placedAtMs(bench).length).toBeGreaterThanOrEqual(140);
  });
});

describe("a trunk's cap on calls per second", () => {
  test('holds no more calls than it lets out in a second while they are checked', async () => {
    const bench = new EngineBench({ agents: 40, leads: 60, campaign: { dncServiceId: 'dnc-1' } });
    bench.telephony.setLines(ports(40, { maxCallsPerSecond: 2 }));
    bench.dnc.answer = () => new Promise((resolve) => bench.clock.setTimer(300, () => resolve('MAY_CALL' as const)));
    await bench.start();
    await bench.clock.advance(200);
    expect(bench.database.open()).toHaveLength(2);
    await bench.clock.advance(9800);
    expect(placedAtMs(bench).length).toBeGreaterThanOrEqual(12);
    expect(busiestSecond(placedAtMs(bench))).toBe(2);
  });

  test('is used up though another trunk has room for no customer who is to be joined', async () => {
    const bench = new EngineBench({ agents: 40, leads: 60, campaign: { transferMode: 'REINVITE' } });
    const full = ports(1, { id: 'full', trunkId: 'trunk-1', capacity: 3 });
    const slow = ports(1, { id: 'slow', trunkId: 'trunk-2', capacity: 60, maxCallsPerSecond: 1 });
    bench.telephony.setLines([...full, ...slow]);
    await bench.start();
    await bench.clock.advance(10_000);
    expect(placedAtMs(bench).length).toBeGreaterThanOrEqual(10);
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
