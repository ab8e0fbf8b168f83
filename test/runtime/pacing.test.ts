import { describe, expect, test } from '@jest/globals';
import { FixedChannels } from '../../src/engine/agents/fixed-channels.js';
import { EngineBench, MINUTE } from '../support/engine-bench.js';
import { ports } from '../support/fake-telephony.js';

describe('progressive pacing', () => {
  test('has as many calls in flight as agents are free, and no more', async () => {
    const bench = new EngineBench({ agents: 3 });
    await bench.start();
    expect(bench.telephony.open()).toHaveLength(3);
    await bench.clock.advance(10_000);
    expect(bench.telephony.open()).toHaveLength(3);
  });

  test('dials for an agent who becomes free within 100 ms', async () => {
    const bench = new EngineBench({ agents: 0 });
    await bench.start();
    expect(bench.idleReason()).toBe('NO_AGENTS');
    await bench.clock.advance(1234);
    bench.queue.setFree(1);
    await bench.clock.advance(100);
    expect(bench.telephony.calls).toHaveLength(1);
    expect(bench.telephony.last.placedAtMs).toBeLessThanOrEqual(1334);
    expect(bench.idleReason()).toBeNull();
  });

  test('race 14: counts a handed-over call until the source shows the agent', async () => {
    const bench = new EngineBench({ agents: 1 });
    bench.telephony.onTransferred = () => undefined;
    await bench.start();
    bench.telephony.last.answer();
    await bench.clock.advance(5000);
    expect(bench.telephony.calls).toHaveLength(1);
    expect(bench.engine.status().reservedByQueue.get('queue-1')).toBe(1);
    bench.queue.takeCall();
    await bench.clock.advance(0);
    expect(bench.engine.status().reservedByQueue.get('queue-1')).toBe(0);
    bench.queue.finishCall();
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(2);
  });

  test('lets go of a handed-over call that the source never shows, after 10 s', async () => {
    const bench = new EngineBench({ agents: 1 });
    bench.telephony.onTransferred = () => undefined;
    await bench.start();
    bench.telephony.last.answer();
    await bench.clock.advance(9_999);
    expect(bench.telephony.calls).toHaveLength(1);
    await bench.clock.advance(1);
    expect(bench.telephony.calls).toHaveLength(2);
  });

  test('an agent who becomes free beside hundreds of calls gets the next one soon', async () => {
    const bench = new EngineBench({ agents: 300, leads: 400, ports: 400, limits: { maxParallelCalls: 400 } });
    await bench.start();
    await bench.clock.advance(2_000);
    expect(bench.telephony.calls).toHaveLength(300);
    bench.telephony.last.ring();
    bench.queue.setFree(301);
    await bench.clock.advance(20);
    expect(bench.telephony.calls).toHaveLength(301);
  });

  test('dials for another agent while the first one is already ringing', async () => {
    const bench = new EngineBench({ agents: 1 });
    bench.telephony.onTransferred = () => undefined;
    await bench.start();
    bench.telephony.last.answer({ transferMs: 5000 });
    await bench.clock.advance(1000);
    bench.queue.takeCall();
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(1);
    bench.queue.setFree(1);
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(2);
  });

  test('shares the agents of a queue among its campaigns in turn', async () => {
    const bench = new EngineBench({ agents: 4 });
    bench.database.addCampaign(bench.campaign({ id: 'campaign-2', windows: bench.campaign().windows }));
    bench.database.addLeads('campaign-2', 20, 5_000_000);
    await bench.start();
    expect(callsByCampaign(bench)).toEqual([2, 2]);
    for (let round = 0; round < 8; round++) {
      bench.telephony.open()[0]?.fail({ sipStatus: 486 });
      await bench.clock.advance(100);
    }
    const [one = 0, two = 0] = callsByCampaign(bench);
    expect(one + two).toBe(12);
    expect(Math.abs(one - two)).toBeLessThanOrEqual(1);
  });

  test('shares a single agent in turn too', async () => {
    const bench = new EngineBench({ agents: 1 });
    bench.database.addCampaign(bench.campaign({ id: 'campaign-2' }));
    bench.database.addLeads('campaign-2', 20, 5_000_000);
    await bench.start();
    for (let round = 0; round < 9; round++) {
      bench.telephony.last.fail({ sipStatus: 486 });
      await bench.clock.advance(100);
    }
    expect(callsByCampaign(bench)).toEqual([5, 5]);
  });

  test('counts what is being claimed', async () => {
    const bench = new EngineBench({ agents: 1 });
    bench.database.addCampaign(bench.campaign({ id: 'campaign-2' }));
    bench.database.addLeads('campaign-2', 20, 5_000_000);
    const answers: (() => void)[] = [];
    bench.database.afterClaim = () => new Promise((resolve) => answers.push(resolve));
    await bench.start();
    bench.engine.nudge();
    await bench.clock.advance(100);
    expect(answers).toHaveLength(1);
  });

  test('dials nothing while the source is not healthy', async () => {
    const bench = new EngineBench({ agents: 2 });
    bench.queue.setStatus('STALE');
    await bench.start();
    expect(bench.telephony.calls).toHaveLength(0);
    expect(bench.idleReason()).toBe('AGENT_SOURCE_DOWN');
    expect(bench.engine.campaignStatus('campaign-1').freeAgents).toBe(0);
    bench.queue.setStatus('SYNCED');
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(2);
  });

  test('gives a call back whose agent went before the INVITE left', async () => {
    const bench = new EngineBench({ agents: 1 });
    let commit: () => void = () => undefined;
    bench.database.beforeMove = () => new Promise((resolve) => (commit = resolve));
    await bench.start();
    bench.queue.setFree(0);
    bench.database.beforeMove = () => Promise.resolve();
    commit();
    await bench.clock.advance(1000);
    expect(bench.telephony.calls).toHaveLength(0);
    expect(bench.database.results()).toEqual(['NOT_CALLED no-agents']);
    expect(bench.database.lead(0)).toMatchObject({ place: 'NEW', attemptCount: 0 });
  });

  test('of calls that one commit lets go at once, no more leave than agents are left', async () => {
    const bench = new EngineBench({ agents: 5 });
    const commits: (() => void)[] = [];
    bench.database.beforeMove = () => new Promise((resolve) => commits.push(resolve));
    await bench.start();
    expect(commits).toHaveLength(5);
    bench.queue.setFree(1);
    for (const commit of commits) commit();
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(1);
    expect(bench.database.results()).toEqual(['-', ...Array<string>(4).fill('NOT_CALLED no-agents')]);
  });
});

describe('fixed channels', () => {
  test('are occupied by what the dialer handed over, for the hold time', async () => {
    const bench = new EngineBench({ campaign: { type: 'IVR', queueId: 'ivr' }, agents: 0 });
    bench.sources.add('ivr', new FixedChannels({ channels: 2, holdMs: 3 * MINUTE }, bench.clock));
    bench.telephony.onTransferred = () => undefined;
    bench.telephony.script = () => ({ does: 'answer', afterMs: 1000 });
    await bench.start();
    await bench.clock.advance(3 * MINUTE);
    expect(bench.telephony.calls).toHaveLength(2);
    expect(bench.idleReason()).toBe('NO_AGENTS');
    await bench.clock.advance(1000);
    expect(bench.telephony.calls).toHaveLength(4);
  });

  test('that calls of an earlier run took are not free before the hold time of those calls is over', async () => {
    const bench = new EngineBench({ campaign: { type: 'IVR', queueId: 'ivr' }, agents: 0 });
    bench.sources.add('ivr', new FixedChannels({ channels: 2, holdMs: 3 * MINUTE }, bench.clock));
    const handedOverAt = new Date(bench.clock.now().getTime() - MINUTE);
    bench.database.onChannels = [{ attemptId: 'of-an-earlier-run', queueId: 'ivr', handedOverAt }];
    await bench.start();
    await bench.clock.advance(2 * MINUTE - 1000);
    expect(bench.telephony.open()).toHaveLength(1);
    await bench.clock.advance(1000);
    expect(bench.telephony.open()).toHaveLength(2);
  });
});

describe('limits', () => {
  test('of parallel calls of the installation', async () => {
    const bench = new EngineBench({ agents: 9, limits: { maxParallelCalls: 4 } });
    await bench.start();
    await bench.clock.advance(1000);
    expect(bench.telephony.open()).toHaveLength(4);
    bench.telephony.last.fail({ sipStatus: 486 });
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(5);
  });

  test('of parallel calls of a campaign', async () => {
    const bench = new EngineBench({ agents: 9, campaign: { maxParallelCalls: 2 } });
    await bench.start();
    await bench.clock.advance(1000);
    expect(bench.telephony.open()).toHaveLength(2);
  });

  test('of free ports', async () => {
    const bench = new EngineBench({ agents: 9, ports: 3 });
    await bench.start();
    await bench.clock.advance(1000);
    expect(bench.telephony.open()).toHaveLength(3);
    expect(new Set(bench.telephony.calls.map(({ request }) => request.lineId)).size).toBe(3);
    expect(bench.engine.status().ports).toEqual({ total: 3, free: 0, busy: 3, outOfService: 0 });
    bench.telephony.open().forEach((call) => call.answer({ transferMs: 60_000 }));
    await bench.clock.advance(100);
    expect(bench.idleReason()).toBe('NO_FREE_PORTS');
  });

  test('of ports that went after the call was allotted', async () => {
    const bench = new EngineBench({ agents: 2, ports: 2, campaign: { dncServiceId: 'dnc-1' } });
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    bench.dnc.answer = () => released.then(() => 'MAY_CALL' as const);
    await bench.start();
    bench.telephony.setLines(ports(1));
    release();
    await bench.clock.advance(100);
    expect(bench.telephony.calls).toHaveLength(1);
    expect(bench.database.results()).toEqual(['-', 'NOT_CALLED no-free-port']);
  });

  test('of trunks in service', async () => {
    const bench = new EngineBench({ agents: 2, ports: 0 });
    await bench.start();
    expect(bench.idleReason()).toBe('TRUNK_DOWN');
    bench.telephony.setLines(ports(2));
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(2);
  });

  test('of calls per second: never more in any second, evenly spread, and no waiting longer than that', async () => {
    const bench = new EngineBench({ agents: 40, ports: 40, leads: 60, limits: { maxCallsPerSecond: 10 } });
    await bench.start();
    await bench.clock.advance(4000);
    expect(bench.telephony.calls).toHaveLength(40);
    expect(busiestSecond(bench)).toBeLessThanOrEqual(10);
    const placed = bench.telephony.calls.map((call) => call.placedAtMs);
    const gaps = placed.slice(1).map((at, index) => at - (placed[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(150);
  });

  test('of calls per second of a trunk, while another trunk goes on', async () => {
    const bench = new EngineBench({ agents: 20, leads: 60 });
    bench.telephony.setLines([
      ...ports(10, { maxCallsPerSecond: 2 }).map((line) => ({ ...line, trunkId: 'slow' })),
      ...ports(10).map((line) => ({ ...line, id: `fast-${line.id}`, trunkId: 'fast' })),
    ]);
    await bench.start();
    await bench.clock.advance(4500);
    expect(bench.telephony.calls).toHaveLength(20);
    expect(busiestSecond(bench, (lineId) => !lineId.startsWith('fast'))).toBe(2);
  });

  test('of calls per second of a trunk, while the other trunk is full and has rate to spare', async () => {
    const bench = new EngineBench({ agents: 8, leads: 20 });
    bench.telephony.setLines([
      ...ports(10, { maxCallsPerSecond: 1 }).map((line) => ({ ...line, trunkId: 'slow' })),
      ...ports(1).map((line) => ({ ...line, id: 'fast-port', trunkId: 'fast' })),
    ]);
    await bench.start();
    // Nothing that must wait for seconds holds a line and an agent meanwhile.
    expect(bench.database.open()).toHaveLength(bench.telephony.calls.length);
    await bench.clock.advance(4500);
    const placed = bench.telephony.calls.map((call) => call.placedAtMs);
    expect(placed).toEqual([0, 0, 1000, 2000, 3000, 4000]);
  });

  test('of calls per second hold when a slow do-not-call service answers for all at once', async () => {
    const limits = { maxCallsPerSecond: 5 };
    const bench = new EngineBench({ agents: 20, ports: 20, leads: 40, limits, campaign: { dncServiceId: 'dnc-1' } });
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    bench.dnc.answer = () => released.then(() => 'MAY_CALL' as const);
    await bench.start();
    await bench.clock.advance(2000);
    release();
    await bench.clock.advance(3000);
    expect(bench.telephony.calls.length).toBeGreaterThanOrEqual(10);
    expect(busiestSecond(bench)).toBeLessThanOrEqual(5);
  });

  test('count calls per minute', async () => {
    const bench = new EngineBench({ agents: 3 });
    await bench.start();
    await bench.clock.advance(10_000);
    expect(bench.engine.status().callsPerMinute).toBe(3);
    expect(bench.engine.campaignStatus('campaign-1').callsPerMinute).toBe(3);
    bench.queue.setFree(0);
    await bench.clock.advance(51_000);
    expect(bench.engine.status().callsPerMinute).toBe(0);
  });
});

function callsByCampaign(bench: EngineBench): readonly number[] {
  const campaigns = bench.telephony.calls.map(
    ({ request }) => bench.database.attemptRows.get(request.attemptId)?.lead.campaignId,
  );
  return ['campaign-1', 'campaign-2'].map((id) => campaigns.filter((campaign) => campaign === id).length);
}

function busiestSecond(bench: EngineBench, counts: (lineId: string) => boolean = () => true): number {
  const times = bench.telephony.calls.filter((call) => counts(call.request.lineId)).map((call) => call.placedAtMs);
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
}
