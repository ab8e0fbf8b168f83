import { beforeEach, describe, expect, test } from '@jest/globals';
import { AgentReports, PushSource } from '../../src/engine/agents/push-source.js';
import type { AgentReport } from '../../src/engine/contracts/agent-report.js';
import type { AgentState } from '../../src/engine/domain/agent-state.js';
import { FakeClock } from '../support/fake-clock.js';

const START = new Date('2026-11-25T10:00:00Z');
const REPORTER = 'integrator';

describe('the push source', () => {
  let clock: FakeClock;
  let reports: AgentReports;
  let sales: PushSource;
  let service: PushSource;
  let sequence: number;

  beforeEach(() => {
    clock = new FakeClock(START);
    reports = new AgentReports(clock);
    sales = new PushSource('sales', REPORTER, reports);
    service = new PushSource('service', REPORTER, reports);
    sequence = 0;
  });

  const agent = (agentId: string, state: AgentState, queueIds = ['sales']) => ({ agentId, state, queueIds });
  const send = (more: Partial<AgentReport>): boolean =>
    reports.take(REPORTER, {
      ...{ sequence: ++sequence, ttlMs: 60_000, mode: 'CHANGES', agents: [], counts: [] },
      ...more,
    });
  const snapshot = (...agents: ReturnType<typeof agent>[]) => send({ mode: 'SNAPSHOT', agents });

  test('before the first snapshot nobody is free and changes are not taken', () => {
    expect(reports.needsSnapshot(REPORTER)).toBe(true);
    expect(send({ agents: [agent('a', 'AVAILABLE')] })).toBe(false);
    expect(sales.health().status).toBe('CONNECTING');
    expect(sales.snapshot()).toMatchObject({ free: 0, loggedIn: 0, exact: true });
    expect(snapshot(agent('a', 'AVAILABLE'))).toBe(true);
    expect(sales.health()).toMatchObject({ status: 'SYNCED', lastSyncAt: START });
  });

  test('a queue counts its own agents, and an agent of two queues in both', () => {
    snapshot(
      agent('a', 'AVAILABLE'),
      agent('b', 'AVAILABLE', ['sales', 'service']),
      agent('c', 'TALKING', ['service']),
    );
    expect(sales.snapshot()).toMatchObject({ free: 2, busy: 0, loggedIn: 2 });
    expect(service.snapshot()).toMatchObject({ free: 1, busy: 1, loggedIn: 2 });
  });

  test('a call is seen when a free agent gets one, and only then', () => {
    snapshot(agent('a', 'AVAILABLE'), agent('b', 'AVAILABLE'), agent('c', 'WRAPUP'));
    const seen = (): number => sales.snapshot().callsSeen;
    send({ agents: [agent('a', 'RINGING')] });
    expect(seen()).toBe(1);
    send({ agents: [agent('a', 'TALKING')] });
    send({ agents: [agent('b', 'UNAVAILABLE'), agent('c', 'AVAILABLE')] });
    expect(seen()).toBe(1);
    snapshot(agent('a', 'WRAPUP'), agent('c', 'TALKING'));
    expect(seen()).toBe(2);
    expect(service.snapshot().callsSeen).toBe(0);
  });

  test('of counts, the calls seen are those that have become busy', () => {
    const count = (capacity: number, free: number) =>
      send({ mode: 'SNAPSHOT', counts: [{ queueId: 'sales', capacity, free }] });
    count(10, 10);
    count(10, 7);
    expect(sales.snapshot()).toMatchObject({ callsSeen: 3, free: 7, busy: 3, capacity: 10 });
    count(8, 5);
    count(8, 8);
    count(10, 8);
    count(8, 6);
    expect(sales.snapshot().callsSeen).toBe(3);
  });

  test('a report that comes late or twice is not taken', () => {
    snapshot(agent('a', 'AVAILABLE'));
    sequence = 9;
    expect(send({})).toBe(true);
    sequence = 9;
    expect(send({ agents: [agent('a', 'TALKING')] })).toBe(false);
    sequence = 3;
    expect(snapshot()).toBe(false);
    expect(sales.snapshot().free).toBe(1);
  });

  test('each report holds for its own time, counted from its arrival; then whoever listens is told that nobody is free', async () => {
    let told = 0;
    sales.onChanged(() => told++);
    snapshot(agent('a', 'AVAILABLE'));
    await clock.advance(59_000);
    send({ ttlMs: 5_000 });
    await clock.advance(4_999);
    expect(sales.snapshot().free).toBe(1);
    expect(told).toBe(2);
    await clock.advance(1);
    expect(told).toBe(3);
    expect(sales.snapshot()).toMatchObject({ free: 0, unknown: 1, loggedIn: 0, callsSeen: 0 });
    expect(sales.health().status).toBe('STALE');
    reports.stop();
    expect(clock.timerCount()).toBe(0);
  });

  test('a reporter who is forgotten leaves nobody, and begins anew with a snapshot', () => {
    snapshot(agent('a', 'AVAILABLE'));
    reports.forget(REPORTER);
    expect(sales.snapshot()).toMatchObject({ free: 0, loggedIn: 0 });
    expect(reports.needsSnapshot(REPORTER)).toBe(true);
    expect(clock.timerCount()).toBe(0);
  });

  test('the same state said again keeps its beginning', async () => {
    snapshot(agent('a', 'UNAVAILABLE'));
    await clock.advance(30_000);
    snapshot(agent('a', 'UNAVAILABLE'));
    expect(sales.agents()).toMatchObject([{ agentId: 'a', since: START }]);
    send({ agents: [agent('a', 'AVAILABLE')] });
    expect(sales.agents()[0]?.since).toEqual(clock.now());
  });
});
