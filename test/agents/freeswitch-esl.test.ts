import { afterEach, describe, expect, test } from '@jest/globals';
import type { AgentInfo } from '../../src/engine/contracts/agent-source.js';
import type { EslScript, ScriptedAgent } from '../support/scripted-esl.js';
import { startEsl } from '../support/source-harnesses.js';
import { describeAgentSource } from './agent-source-contract.js';

const WRAP_UP_S = 10;

describeAgentSource('freeswitch-esl', {
  knowsAgents: true,
  canBeAway: true,
  isRead: true,
  // last_bridge_end < now - wrap_up_time: one second more than the wrap-up goes by.
  wrapUpMs: (WRAP_UP_S + 1) * 1000,
  staleAfterMs: 3_000,
  secrets: ['geheim-esl'],
  start: () => startEsl({ script: { clockOffsetMs: 3_600_000 }, agent: { wrapUp: WRAP_UP_S } }),
  startWithUnknownQueue: () => startEsl({ queueName: 'nowhere@default' }),
});

describe('the freeswitch-esl source', () => {
  let bench: Awaited<ReturnType<typeof startEsl>>;

  afterEach(async () => {
    await bench.source.stop();
    await bench.end();
  });

  const synced = async (script: Partial<EslScript> = {}, agent: Partial<ScriptedAgent> = {}): Promise<typeof bench> => {
    bench = await startEsl({ script, agent });
    bench.source.start();
    await reaches(() => bench.source.health().status === 'SYNCED');
    return bench;
  };
  const reaches = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await bench.clock.advance(50);
  };
  const stateOf = (name: string): AgentInfo | undefined =>
    bench.source.agents?.().find(({ agentId }) => agentId === name);

  test.each<[string, Partial<ScriptedAgent>, string]>([
    ['waiting and ready', {}, 'AVAILABLE'],
    ['on demand', { status: 'Available (On Demand)' }, 'AVAILABLE'],
    ['in a tier that was not answered', { tier: 'No Answer' }, 'AVAILABLE'],
    ['on a break', { status: 'On Break' }, 'UNAVAILABLE'],
    ['logged out', { status: 'Logged Out' }, 'LOGGED_OUT'],
    ['of unknown status', { status: 'Unknown' }, 'UNKNOWN'],
    ['idle after a call on demand', { status: 'Available (On Demand)', state: 'Idle' }, 'UNAVAILABLE'],
    ['receiving', { state: 'Receiving' }, 'RINGING'],
    ['reserved', { state: 'Reserved' }, 'RESERVED'],
    ['in a queue call, and on a break already', { status: 'On Break', state: 'In a queue call' }, 'TALKING'],
    ['standby in the tier', { tier: 'Standby' }, 'UNAVAILABLE'],
    ['in an external call', { externalCalls: 1 }, 'TALKING'],
    ['not ready yet', { readyTime: 2e9 }, 'WRAPUP'],
  ])('an agent who is %s', async (_label, agent, state) => {
    await synced({}, agent);
    expect(stateOf('a')?.state).toBe(state);
  });

  test('a queue that does not skip agents with external calls offers them calls', async () => {
    const { source } = await synced({ skipsExternalCalls: false }, { externalCalls: 1 });
    expect(source.snapshot().free).toBe(3);
  });

  test('wrap-up holds although the state is Waiting at once and the row still has the old end of a call', async () => {
    const { peer, clock, source } = await synced({}, { wrapUp: 30 });
    peer.takeCall('a');
    await clock.advance(1_000);
    peer.endCall('a', false);
    await clock.advance(10_000);
    expect(stateOf('a')?.state).toBe('WRAPUP');
    expect(source.snapshot().free).toBe(2);
    await clock.advance(21_500);
    expect(stateOf('a')?.state).toBe('AVAILABLE');
  });

  test('after a call that was not taken, the delay of the agent holds: at once, and as the row says it', async () => {
    const { peer, clock } = await synced({}, { noAnswerDelay: 20 });
    const caller = peer.join('551140001000');
    peer.offer('a', caller);
    peer.fail('a', caller);
    await clock.advance(0);
    expect(stateOf('a')?.state).toBe('WRAPUP');
    await clock.advance(19_000);
    expect(stateOf('a')?.state).toBe('WRAPUP');
    await clock.advance(2_000);
    expect(stateOf('a')?.state).toBe('AVAILABLE');
  });

  test('an agent who has not answered too often takes the status that the queue gives', async () => {
    const { peer, clock } = await synced();
    peer.tell({ 'CC-Action': 'agent-max-no-answer', 'CC-Agent': 'a', 'CC-Agent-No-Answer-Status': 'On Break' });
    await clock.advance(0);
    expect(stateOf('a')).toMatchObject({ state: 'UNAVAILABLE', reason: 'On Break' });
  });

  test('a caller who is offered to one agent after another is one call with its number', async () => {
    const { peer, clock, source } = await synced();
    const caller = peer.join('551140001000');
    await clock.advance(400);
    peer.offer('a', caller);
    await clock.advance(0);
    expect(source.snapshot()).toMatchObject({ free: 2, ringing: 1, callersWaiting: 1, callsSeen: 1 });
    peer.fail('a', caller);
    peer.offer('b', caller);
    await clock.advance(0);
    expect(source.snapshot().callsSeen).toBe(1);
    expect(source.snapshot().lastCalls).toMatchObject([{ callerNumber: '551140001000' }]);
  });

  test('a caller who talks does not wait, though the queue ends his membership only after the conversation', async () => {
    const { peer, clock, source } = await synced({}, { wrapUp: 5 });
    peer.takeCall('a');
    await clock.advance(0);
    expect(source.snapshot()).toMatchObject({ free: 2, busy: 1, callersWaiting: 0 });
    await clock.advance(31_000);
    expect(source.snapshot()).toMatchObject({ free: 2, busy: 1, callersWaiting: 0, callsSeen: 1 });
    peer.endCall('a');
    await clock.advance(0);
    expect(source.snapshot()).toMatchObject({ free: 2, wrapUp: 1, callersWaiting: 0 });
  });

  test('a caller is the same one in events and in rows, which have the id of his channel, too', async () => {
    const { peer, clock, source } = await synced();
    const caller = peer.join('551140001000');
    peer.offer('a', caller);
    await clock.advance(2_500);
    expect(source.snapshot()).toMatchObject({ callersWaiting: 1, callsSeen: 1 });
    peer.fail('a', caller);
    peer.offer('b', caller);
    await clock.advance(0);
    expect(source.snapshot()).toMatchObject({ callersWaiting: 1, callsSeen: 1 });
    peer.abandon(caller);
    await clock.advance(0);
    expect(source.snapshot().callersWaiting).toBe(0);
  });

  test('an agent who is back from a call of another queue is free at once', async () => {
    await synced({ skipsExternalCalls: false }, { state: 'In a queue call', tier: 'Standby' });
    expect(stateOf('a')?.state).toBe('TALKING');
    bench.peer.agent('a').tier = 'Ready';
    bench.peer.setState('a', 'Waiting');
    await bench.clock.advance(0);
    expect(stateOf('a')?.state).toBe('AVAILABLE');
  });

  test('an external call, of which nothing tells, is noticed within two seconds', async () => {
    const { peer, clock, source } = await synced();
    peer.setStatus('b', 'On Break');
    await clock.advance(10_000);
    peer.agent('a').externalCalls = 1;
    await clock.advance(2_100);
    expect(stateOf('a')?.state).toBe('TALKING');
    expect(source.health().status).toBe('SYNCED');
  });

  test('rows that are wanted soon are read soon, though it was told while they were being read', async () => {
    const { peer, clock } = await synced({ skipsExternalCalls: false }, { noAnswerDelay: 20 });
    const caller = peer.join('551140001000');
    peer.offer('a', caller);
    peer.script.duringSnapshot = () => {
      peer.fail('a', caller);
      // It was cancelled, which brings no delay.
      peer.agent('a').readyTime = 0;
    };
    await reaches(() => peer.script.duringSnapshot === undefined);
    expect(stateOf('a')?.state).toBe('WRAPUP');
    await clock.advance(300);
    expect(stateOf('a')?.state).toBe('AVAILABLE');
  });

  test('a call of another queue makes the agent busy and is not counted as one that may be ours', async () => {
    const { peer, clock, source } = await synced();
    peer.tell({ 'CC-Action': 'agent-offering', 'CC-Agent': 'a', 'CC-Queue': 'other@default', 'CC-Member-UUID': 'x' });
    peer.setState('a', 'In a queue call');
    await clock.advance(0);
    expect(source.snapshot()).toMatchObject({ free: 2, busy: 1, callsSeen: 0 });
  });

  test('members who are answered, and stay in the list for ever, do not wait', async () => {
    const { peer, source } = await synced();
    peer.members.set('old', { number: '1', state: 'Answered', joinedS: 1 });
    peer.members.set('new', { number: '2', state: 'Trying', joinedS: Math.floor(peer.nowS()) - 4 });
    await peer.server.close();
    await peer.server.listen();
    await reaches(() => source.health().status === 'DOWN');
    await reaches(() => source.health().status === 'SYNCED');
    expect(source.snapshot().callersWaiting).toBe(1);
    expect(source.snapshot().oldestWaitMs).toBeGreaterThanOrEqual(4_000);
  });

  test('an agent who is stuck makes the source degraded', async () => {
    const { peer, source } = await synced();
    peer.setState('a', 'Reserved');
    await reaches(() => source.health().status === 'DEGRADED');
    expect(source.health().message).toContain('"a" is stuck in RESERVED');
    expect(source.snapshot().free).toBe(2);
    peer.setState('a', 'Waiting');
    await reaches(() => source.health().status === 'SYNCED');
  });

  test('a user who gets no events makes the source degraded and is named', async () => {
    const { peer, source } = await synced({ sendsEvents: false });
    peer.setStatus('a', 'On Break');
    await reaches(() => source.health().status === 'DEGRADED');
    expect(source.health()).toMatchObject({ fault: 'PERMISSION' });
    expect(source.snapshot().free).toBe(2);
  });

  test.each([
    ['a wrong password', { password: 'another' }, 'AUTH', /password/],
    ['an access list that refuses us', { greets: 'rude-rejection' }, 'PERMISSION', /acl/],
    ['a FreeSWITCH without mod_callcenter', { hasCallcenter: false }, 'VERSION', /mod_callcenter/],
  ] as const)('%s is told in words, and tried again later', async (_label, change, fault, words) => {
    bench = await startEsl();
    const { source, peer } = bench;
    const before = { ...peer.script };
    Object.assign(peer.script, change);
    source.start();
    await reaches(() => source.health().status === 'DOWN');
    expect(source.health()).toMatchObject({ fault });
    expect(source.health().message).toMatch(words);
    expect(source.health().message).not.toContain('geheim');
    Object.assign(peer.script, before);
    await reaches(() => source.health().status === 'SYNCED');
    expect(source.snapshot().free).toBe(3);
  });
});
