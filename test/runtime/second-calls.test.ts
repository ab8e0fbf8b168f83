import { afterEach, describe, expect, test } from '@jest/globals';
import type { Conversation } from '../../src/engine/contracts/telephony.js';
import { type BenchOptions, EngineBench } from '../support/engine-bench.js';
import { ports } from '../support/fake-telephony.js';

let bench: EngineBench;
const start = async (options: BenchOptions, trunk: Parameters<typeof ports>[1]): Promise<void> => {
  bench = new EngineBench({ agents: 10, leads: 20, ...options });
  bench.telephony.setLines(ports(1, { id: 'trunk-1', portName: null, ...trunk }));
  bench.telephony.takesSecondCalls = true;
  await bench.start();
};
afterEach(() => bench.engine.stop());

describe('room on a trunk', () => {
  test.each([
    ['REINVITE', 5, 2],
    ['REINVITE', 4, 2],
    ['REINVITE', 1, 1],
    ['REFER', 5, 5],
  ] as const)(
    'for calls that are transferred by %s: of %i channels, %i calls',
    async (transferMode, capacity, calls) => {
      await start({ campaign: { transferMode } }, { capacity });
      expect(bench.telephony.calls).toHaveLength(calls);
      expect(bench.idleReason()).toBeNull();
      expect(bench.engine.status().ports.busy).toBe(transferMode === 'REFER' || capacity === 1 ? calls : 2 * calls);
    },
  );

  test('is taken by both calls of a conversation, until its end', async () => {
    await start({}, { capacity: 5 });
    let finish: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (finish = resolve));
    const conversation: Conversation = {
      isRelayed: false,
      ended,
      save: () => {
        throw new Error('not kept');
      },
      end: () => ended,
    };
    bench.telephony.last.answer({ transfer: { kind: 'completed', conversation } });
    await bench.clock.advance(10);
    expect(bench.telephony.calls).toHaveLength(2);
    expect(bench.engine.status().busyByLine.get('trunk-1')).toBe(4);
    finish();
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(3);
  });

  test('is taken by the second call of a campaign by REFER, whose peer refuses that', async () => {
    await start({ agents: 2, campaign: { transferMode: 'REFER' } }, { capacity: 5 });
    bench.telephony.calls[0]?.answer({ transferMs: 5_000 });
    await bench.clock.advance(10);
    expect(bench.engine.status().busyByLine.get('trunk-1')).toBe(3);
  });

  test('is shared by campaigns that need one call of it and two', async () => {
    bench = new EngineBench({ agents: 10, leads: 10 });
    bench.database.addCampaign(bench.campaign({ id: 'campaign-2', transferMode: 'REFER' }));
    bench.database.addLeads('campaign-2', 10, 2_000_000);
    bench.telephony.setLines(ports(1, { id: 'trunk-1', portName: null, capacity: 6 }));
    await bench.start();
    await bench.clock.advance(1_000);
    const { busy, free } = bench.engine.status().ports;
    expect(busy + free).toBe(6);
    expect(free).toBeLessThan(2);
    expect(bench.database.results()).not.toContain('NOT_CALLED no-free-port');
  });
});

describe('calls per second', () => {
  test('let the second call of a transfer go before new ones, and never exceed their cap', async () => {
    await start({ limits: { maxCallsPerSecond: 1 } }, { capacity: 20 });
    expect(bench.telephony.calls).toHaveLength(1);
    await bench.clock.advance(500);
    bench.telephony.last.answer({ transferMs: 30_000 });
    await bench.clock.advance(10_000);
    const secondAtMs = bench.telephony.secondCallsAtMs[0] ?? NaN;
    const [first = NaN, ...later] = bench.telephony.calls.map(({ placedAtMs }) => placedAtMs);
    expect(secondAtMs - first).toBeLessThanOrEqual(1_000);
    const left = [first, secondAtMs, ...later].sort((one, other) => one - other);
    expect(left[1]).toBe(secondAtMs);
    left.slice(1).forEach((at, index) => expect(at - (left[index] ?? NaN)).toBeGreaterThanOrEqual(1_000));
  });

  test('are not used for the transfer of a customer who has hung up meanwhile', async () => {
    await start({ agents: 1, limits: { maxCallsPerSecond: 0.1 } }, { capacity: 20 });
    bench.telephony.last.answer({ transferMs: 30_000, hangsUpMs: 1_000 });
    await bench.clock.advance(30_000);
    expect(bench.telephony.secondCallsAtMs).toEqual([]);
    expect(bench.database.results()[0]).toBe('FAILED customer-hung-up');
    expect(bench.telephony.calls.length).toBeGreaterThan(1);
  });
});

test('a pilot who had answered before a crash is hung up by the next start, as the customer is', async () => {
  await start({ agents: 1 }, { capacity: 2 });
  const { attemptId } = bench.telephony.last.request;
  bench.telephony.last.answer({ transferMs: 30_000 });
  await bench.clock.advance(10);
  expect(bench.told(attemptId).filter((state) => state === 'TRANSFERRING')).toHaveLength(1);
  // As a kill leaves it: nobody holds the lease, and the first engine does not know.
  bench.database.freeLease();
  const second = bench.newEngine();
  second.start();
  await bench.clock.advance(100);
  expect(bench.telephony.leftOver.map(({ callId }) => callId)).toEqual([attemptId, `pilot of ${attemptId}`]);
  await second.stop();
});
