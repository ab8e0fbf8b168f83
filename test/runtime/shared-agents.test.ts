import { describe, expect, test } from '@jest/globals';
import { AgentReports, PushSource } from '../../src/engine/agents/push-source.js';
import type { AgentState } from '../../src/engine/domain/agent-state.js';
import { EngineBench } from '../support/engine-bench.js';

const REPORTER = 'integrator';

/** Two campaigns on two queues whose agents one system reports. */
function twoQueues(agents: Readonly<Record<string, readonly string[]>>) {
  const bench = new EngineBench({ campaign: { queueId: 'sales' } });
  bench.database.addCampaign(bench.campaign({ id: 'campaign-2', queueId: 'service' }));
  bench.database.addLeads('campaign-2', 20, 5_000_000);
  const reports = new AgentReports(bench.clock);
  bench.sources.shared = ['sales', 'service'];
  for (const queueId of bench.sources.shared) bench.sources.add(queueId, new PushSource(queueId, REPORTER, reports));
  bench.telephony.onTransferred = () => undefined;
  let sequence = 0;
  const report = (states: Readonly<Record<string, AgentState>>): void => {
    const known = Object.entries(states).map(([agentId, state]) => ({
      ...{ agentId, state },
      queueIds: agents[agentId] ?? [],
    }));
    reports.take(REPORTER, { sequence: ++sequence, ttlMs: 600_000, mode: 'SNAPSHOT', agents: known, counts: [] });
  };
  return { bench, report };
}

describe('an agent of two queues', () => {
  test('is promised to one call, whichever campaign comes first, and the other campaign gets its turn', async () => {
    const { bench, report } = twoQueues({ ada: ['sales', 'service'] });
    await bench.start();
    report({ ada: 'AVAILABLE' });
    await bench.clock.advance(1000);
    expect(bench.telephony.calls).toHaveLength(1);
    expect(bench.database.attempts()).toHaveLength(1);
    for (let round = 0; round < 5; round++) {
      bench.telephony.last.fail({ sipStatus: 486 });
      await bench.clock.advance(1000);
    }
    expect(bench.telephony.calls).toHaveLength(6);
    const byCampaign = bench.database.attempts().map(({ lead }) => lead.campaignId);
    expect(new Set(byCampaign)).toEqual(new Set(['campaign-1', 'campaign-2']));
  });

  test('leaves the agents of one queue alone to that queue', async () => {
    const { bench, report } = twoQueues({ ada: ['sales', 'service'], bert: ['sales'], cleo: ['service'] });
    await bench.start();
    report({ ada: 'AVAILABLE', bert: 'AVAILABLE', cleo: 'AVAILABLE' });
    await bench.clock.advance(1000);
    expect(bench.telephony.calls).toHaveLength(3);
  });

  test('who is lost between the commit and the INVITE costs one of the calls, not both', async () => {
    const { bench, report } = twoQueues({ ada: ['sales', 'service'], bert: ['sales'] });
    const commits: (() => void)[] = [];
    bench.database.beforeMove = () => new Promise((resolve) => commits.push(resolve));
    await bench.start();
    report({ ada: 'AVAILABLE', bert: 'AVAILABLE' });
    await bench.clock.advance(1000);
    expect(commits).toHaveLength(2);
    report({ ada: 'AVAILABLE', bert: 'UNAVAILABLE' });
    for (const commit of commits) commit();
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(1);
  });
});
