import { expect, test } from '@jest/globals';
import { ConfiguredAgentSources } from '../../src/engine/agents/agent-sources.js';
import { AgentReports } from '../../src/engine/agents/push-source.js';
import { FakeClock } from '../support/fake-clock.js';
import { ScriptedNotifier } from '../support/scripted-notifier.js';
import { SilentLog } from '../support/silent-log.js';

const queue = (channels: number, holdSeconds = 60) => ({
  id: 'queue-1',
  name: 'Queue 1',
  agentSourceSecret: null,
  agentSource: { kind: 'FIXED' as const, channels, holdSeconds },
});

test('an edit of a queue leaves channels busy that calls occupy, for the hold time as it is now', async () => {
  const clock = new FakeClock(new Date('2026-03-02T09:00:00Z'));
  const sources = new ConfiguredAgentSources(
    clock,
    new AgentReports(clock),
    new ScriptedNotifier(clock, []),
    new SilentLog(),
    { osccEnabled: false },
  );
  const free = (): number | undefined => sources.forQueue('queue-1')?.snapshot().free;
  sources.configure([queue(2)]);
  sources.forQueue('queue-1')?.callHandedOver?.('attempt-1', false);
  await clock.advance(20_000);
  sources.forQueue('queue-1')?.callHandedOver?.('attempt-2', false);
  expect(free()).toBe(0);
  sources.configure([queue(3)]);
  expect(free()).toBe(1);
  await clock.advance(10_000);
  sources.configure([queue(3, 30)]);
  await clock.advance(0);
  expect(free()).toBe(2);
  await clock.advance(20_000);
  expect(free()).toBe(3);
  await sources.stop();
  expect(clock.timerCount()).toBe(0);
});
