import { afterEach, describe, expect, test } from '@jest/globals';
import type { SourceHarness } from '../agents/agent-source-contract.js';
import { EngineBench, MINUTE } from '../support/engine-bench.js';
import type { FakeClock } from '../support/fake-clock.js';
import { settleNetwork } from '../support/network-settle.js';
import { startSipDialog } from '../support/sip-dialog-harness.js';
import { startAmi, startEsl, startFixed, startOscc, startPush } from '../support/source-harnesses.js';

const HOLD_MS = 5_000;

const kinds: readonly (readonly [string, (clock: FakeClock) => SourceHarness | Promise<SourceHarness>])[] = [
  ['asterisk-ami', (clock) => startAmi({ clock })],
  ['freeswitch-esl', (clock) => startEsl({ clock })],
  ['oscc, against a simulator of our own', startOscc],
  ['sip-dialog', (clock) => startSipDialog({ clock })],
  ['push', startPush],
  ['fixed', (clock) => startFixed(HOLD_MS, clock)],
];

describe.each(kinds)('a campaign over the source %s', (_kind, startSource) => {
  let harness: SourceHarness;
  let bench: EngineBench;
  /** Agents who are in a call. */
  let talking: Set<string>;
  /** Calls that were placed although no agent was free for them. */
  let tooMany: number;

  /** Three agents, and calls that ring until the test answers them. */
  const begin = async (): Promise<void> => {
    bench = new EngineBench({ ports: 10, leads: 200, settle: settleNetwork });
    harness = await startSource(bench.clock);
    talking = new Set();
    bench.sources.add('queue-1', harness.source);
    tooMany = 0;
    bench.telephony.onPlaced = () => {
      if (bench.telephony.open().length > harness.source.snapshot().free) tooMany++;
    };
    bench.telephony.onTransferred = ({ request }) => {
      const agent = ['a', 'b', 'c'].find((name) => !talking.has(name));
      if (agent === undefined) throw new Error('a customer without an agent');
      talking.add(agent);
      if (harness.dies) harness.takesCall(agent, request.phoneNumber);
    };
    harness.source.start();
    await bench.start();
    await reaches(() => bench.telephony.open().length === 3);
  };
  const reaches = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await bench.clock.advance(20);
  };
  const frees = (agent: string): void => {
    talking.delete(agent);
    harness.endsCall(agent);
  };

  afterEach(async () => {
    await bench.engine.stop();
    await harness.source.stop();
    await harness.end();
  });

  test('places as many calls as agents are free, and one more when one frees up', async () => {
    await begin();
    bench.telephony.last.answer({ transferMs: 100 });
    await bench.clock.advance(1_000);
    expect(talking.size).toBe(1);
    expect(bench.telephony.open()).toHaveLength(2);
    const placed = bench.telephony.calls.length;
    frees('a');
    await bench.clock.advance(harness.dies ? 1_500 : HOLD_MS);
    expect(bench.telephony.calls).toHaveLength(placed + 1);
    expect(bench.telephony.open()).toHaveLength(3);
    expect(tooMany).toBe(0);
  });

  test('after ten minutes of calls nobody was promised twice', async () => {
    await begin();
    bench.telephony.script = () => ({ does: 'answer', afterMs: 3_000, transferMs: 200 });
    const handOver = bench.telephony.onTransferred;
    bench.telephony.onTransferred = (call) => {
      handOver(call);
      const agent = [...talking].at(-1) ?? '';
      bench.clock.setTimer(harness.dies ? 40_000 : HOLD_MS, () => frees(agent));
    };
    await bench.clock.advance(10 * MINUTE);
    expect(bench.telephony.calls.length).toBeGreaterThan(30);
    expect(tooMany).toBe(0);
  });
});

describe.each(kinds.filter(([kind]) => kind !== 'fixed'))('a campaign whose source %s dies', (_kind, startSource) => {
  test('places no call from then on, and goes on when the source is back', async () => {
    const bench = new EngineBench({ ports: 10, leads: 200, settle: settleNetwork });
    const { source, dies, comesBack, end } = await startSource(bench.clock);
    bench.sources.add('queue-1', source);
    source.start();
    await bench.start();
    while (bench.telephony.open().length < 3) await bench.clock.advance(20);
    await dies?.();
    while (source.health().status === 'SYNCED') await bench.clock.advance(1);
    const placed = bench.telephony.calls.length;
    for (const call of bench.telephony.open()) call.fail({ sipStatus: 486 });
    await bench.clock.advance(MINUTE);
    expect(bench.telephony.calls).toHaveLength(placed);
    expect(bench.idleReason()).toBe('AGENT_SOURCE_DOWN');
    await comesBack?.();
    while (bench.telephony.open().length < 3) await bench.clock.advance(100);
    expect(source.health().status).toBe('SYNCED');
    await bench.engine.stop();
    await source.stop();
    await end();
  });
});
