import { beforeEach, describe, expect, test } from '@jest/globals';
import type { EngineEvent } from '../../src/engine/contracts/engine-events.js';
import type { FromEngine, StatusUpdate } from '../../src/dialing/messages.js';
import { StatusFeed } from '../../src/dialing/status-feed.js';
import { StatusMirror } from '../../src/dialing/status-mirror.js';
import { EngineBench } from '../support/engine-bench.js';
import { FakeQueue } from '../support/fake-agents.js';
import { ports } from '../support/fake-telephony.js';

const CAMPAIGN = 'campaign-1';

describe('the status of the engine, in the thread of the API', () => {
  let bench: EngineBench;
  let feed: StatusFeed;
  let mirror: StatusMirror;
  let heard: FromEngine[];
  let listed: string[];

  beforeEach(() => {
    bench = new EngineBench({ agents: 3 });
    mirror = new StatusMirror();
    heard = [];
    listed = ['queue-1'];
    feed = new StatusFeed(bench.clock, (message) => {
      // As between threads.
      const arrived = structuredClone(message);
      heard.push(arrived);
      if (arrived.type === 'status') mirror.apply(arrived.update);
    });
    const source = (queueId: string) => bench.sources.forQueue(queueId);
    feed.watch({
      engine: bench.engine,
      telephony: bench.telephony,
      agentSources: bench.sources,
      queues: {
        list: () =>
          listed.flatMap((queueId) => {
            const health = source(queueId)?.health();
            return health ? [{ queueId, queueName: `Name of ${queueId}`, health }] : [];
          }),
        find: (queueId) => {
          const found = source(queueId);
          return found && { snapshot: found.snapshot(), health: found.health() };
        },
        agents: () => Promise.resolve([]),
      },
      dncServices: {
        describe: () => ({ name: 'Robinson', lastMessage: 'It is down.' }),
        ask: () => Promise.resolve({ answer: 'MAY_CALL', message: null }),
      },
    });
  });

  const updates = (): StatusUpdate[] => heard.flatMap((message) => (message.type === 'status' ? [message.update] : []));
  const moved: EngineEvent = {
    ...{ type: 'attempt-moved', campaignId: CAMPAIGN, attemptId: 'attempt-1' },
    ...{ state: 'DIALING', at: new Date() },
  };
  const statusChanged: EngineEvent = { type: 'engine-status-changed' };

  test('is there from the beginning', () => {
    expect(mirror.status()).toMatchObject({ state: 'STOPPED', callsInFlight: 0 });
    expect(mirror.lines()).toEqual(bench.telephony.lines());
    expect(mirror.line('port-1')).toEqual(bench.telephony.line('port-1'));
    expect(mirror.trunks()).toEqual(bench.telephony.trunks());
    expect(mirror.list()).toMatchObject([{ queueId: 'queue-1', queueName: 'Name of queue-1' }]);
    expect(mirror.find('queue-1')).toMatchObject({ snapshot: { free: 3 }, health: { status: 'SYNCED' } });
  });

  test('is that of the engine, a tenth of a second later at the most', async () => {
    await bench.start();
    feed.publish(statusChanged);
    await bench.clock.advance(100);
    const { state, callsInFlight, ports: counts, busyByLine } = bench.engine.status();
    expect(callsInFlight).toBe(3);
    expect(mirror.status()).toMatchObject({ state, callsInFlight, ports: counts });
    expect([...mirror.status().busyByLine]).toEqual([...busyByLine]);
    expect(mirror.campaignStatus(CAMPAIGN)).toEqual(bench.engine.campaignStatus(CAMPAIGN));
    bench.queue.setFree(2);
    await bench.clock.advance(100);
    expect(mirror.find('queue-1')?.snapshot.free).toBe(2);
  });

  test('is told at most ten times a second, and the last word is the newest', async () => {
    const before = updates().length;
    for (let free = 1; free <= 50; free++) {
      bench.queue.setFree(free);
      await bench.clock.advance(10);
    }
    await bench.clock.advance(100);
    expect(updates().length - before).toBeLessThanOrEqual(6);
    expect(mirror.find('queue-1')?.snapshot.free).toBe(50);
  });

  test('repeats no lines, trunks, campaigns or queues that are as before', async () => {
    await bench.clock.advance(100);
    heard.length = 0;
    await bench.clock.advance(10_000);
    for (const update of updates()) {
      expect(update).toEqual({ engine: expect.anything(), snapshots: new Map(), dncServices: new Map() });
    }
    bench.telephony.setLines(ports(4));
    await bench.clock.advance(100);
    expect(updates().filter(({ lines }) => lines !== undefined)).toHaveLength(1);
    expect(mirror.lines()).toHaveLength(4);
  });

  test('says every second of which instant it is, and a queue that did not change is of that instant too', async () => {
    await bench.clock.advance(60_000);
    const ageMs = bench.clock.now().getTime() - mirror.status().at.getTime();
    expect(ageMs).toBeLessThanOrEqual(1000);
    expect(mirror.find('queue-1')?.snapshot.at).toEqual(mirror.status().at);
  });

  test('has new queues, and no longer those that are gone', async () => {
    bench.sources.add('queue-2', new FakeQueue(bench.clock, 8));
    listed = ['queue-2'];
    await bench.clock.advance(1000);
    expect(mirror.find('queue-1')).toBeUndefined();
    expect(mirror.find('queue-2')?.snapshot.free).toBe(8);
  });

  test('forgets a campaign at once when it is stopped', async () => {
    await bench.start();
    await bench.clock.advance(1000);
    expect(mirror.campaignStatus(CAMPAIGN).freeAgents).toBe(3);
    mirror.campaignStopped(CAMPAIGN);
    expect(mirror.campaignStatus(CAMPAIGN)).toEqual({ idleReason: null, callsPerMinute: 0, freeAgents: 0 });
  });

  test('comes before the event that makes its readers look, which is told once', async () => {
    await bench.clock.advance(500);
    heard.length = 0;
    bench.queue.setFree(1);
    for (let time = 0; time < 5; time++) feed.publish(statusChanged);
    await bench.clock.advance(100);
    expect(heard.map(({ type }) => type)).toEqual(['status', 'news']);
    expect(heard.at(-1)).toMatchObject({ events: [statusChanged] });
  });

  test('keeps no step of a call waiting; what happens in one turn is told at once', async () => {
    await bench.clock.advance(50);
    heard.length = 0;
    feed.publish(moved);
    feed.callPlaced();
    feed.publish({ ...moved, state: 'ENDED' });
    feed.attemptEnded({ status: 'BUSY', reason: 'busy', sipStatus: 486 });
    await bench.clock.advance(0);
    expect(heard.filter(({ type }) => type === 'news')).toEqual([
      {
        type: 'news',
        events: [moved, { ...moved, state: 'ENDED' }],
        callsPlaced: 1,
        attemptsEnded: [{ status: 'BUSY', reason: 'busy', sipStatus: 486 }],
      },
    ]);
  });

  test('tells of many steps in few messages, in their order', async () => {
    const steps = Array.from({ length: 100 }, (_, index): EngineEvent => ({ ...moved, attemptId: `attempt-${index}` }));
    heard.length = 0;
    for (const step of steps) {
      feed.publish(step);
      await bench.clock.advance(2);
    }
    await bench.clock.advance(100);
    const told = heard.flatMap((message) => (message.type === 'news' ? [message.events] : []));
    expect(told.flat()).toEqual(steps);
    expect(told.length).toBeLessThanOrEqual(15);
  });

  test('leaves no timer behind when it is stopped', () => {
    feed.publish(moved);
    feed.publish(statusChanged);
    feed.stop();
    expect(bench.clock.timerCount()).toBe(0);
  });
});
