import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openAmiSession } from '../../src/engine/agents/asterisk-ami.js';
import { RemoteSource } from '../../src/engine/agents/remote-source.js';
import type { AgentInfo } from '../../src/engine/contracts/agent-source.js';
import { until } from '../support/network-settle.js';
import { type AmiScript, ScriptedAmi } from '../support/scripted-ami.js';
import { networkClock, startAmi } from '../support/source-harnesses.js';
import { describeAgentSource } from './agent-source-contract.js';

const WRAP_UP_S = 10;

const traits = {
  knowsAgents: true,
  canBeAway: true,
  isRead: true,
  wrapUpMs: WRAP_UP_S * 1000,
  staleAfterMs: 3_000,
  secrets: ['geheim-ami'],
};

describeAgentSource('asterisk-ami with a wrap-up that is set', {
  ...traits,
  start: () => startAmi({ script: { wrapUpSeconds: WRAP_UP_S }, wrapUpSeconds: WRAP_UP_S }),
  startWithUnknownQueue: () => startAmi({ queueName: 'nowhere' }),
});

describeAgentSource('asterisk-ami with a wrap-up that is learnt', {
  ...traits,
  start: () => startAmi({ script: { wrapUpSeconds: WRAP_UP_S, clockOffsetMs: -7_200_000 } }),
});

describe('the asterisk-ami source', () => {
  let bench: Awaited<ReturnType<typeof startAmi>>;

  afterEach(async () => {
    await bench.source.stop();
    await bench.end();
  });

  const synced = async (script: Partial<AmiScript> = {}, wrapUpSeconds?: number): Promise<typeof bench> => {
    bench = await startAmi({ script, ...(wrapUpSeconds !== undefined && { wrapUpSeconds }) });
    bench.source.start();
    await reaches(() => bench.source.health().status === 'SYNCED');
    return bench;
  };
  const reaches = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await bench.clock.advance(50);
  };
  const stateOf = (name: string): AgentInfo | undefined =>
    bench.source.agents?.().find(({ agentId }) => agentId === `PJSIP/${name}`);

  test.each([
    [0, 'UNKNOWN'],
    [1, 'AVAILABLE'],
    [2, 'TALKING'],
    [3, 'TALKING'],
    [4, 'LOGGED_OUT'],
    [5, 'LOGGED_OUT'],
    [6, 'RINGING'],
    [7, 'TALKING'],
    [8, 'HELD'],
  ])('the device state %i is %s, with ring-in-use too', async (status, state) => {
    const { peer, clock } = await synced();
    peer.change('a', { status });
    await clock.advance(0);
    expect(stateOf('a')?.state).toBe(state);
  });

  test('a pause has its reason; a paused member who rings is ringing', async () => {
    const { peer, clock } = await synced();
    peer.change('a', { paused: true, reason: 'Lunch' }, 'QueueMemberPause');
    await clock.advance(0);
    expect(stateOf('a')).toMatchObject({ state: 'UNAVAILABLE', reason: 'Lunch', displayName: 'PJSIP/a' });
    peer.change('a', { status: 6 });
    await clock.advance(0);
    expect(stateOf('a')).toMatchObject({ state: 'RINGING' });
    expect(stateOf('a')?.reason).toBeUndefined();
  });

  test('a telephone that is busy while it rings is ringing until AgentConnect', async () => {
    const { peer, clock } = await synced();
    const caller = peer.join('551140001000');
    peer.tell({ Event: 'AgentCalled', Interface: 'PJSIP/a', Uniqueid: caller });
    peer.change('a', { status: 3 });
    await clock.advance(0);
    expect(stateOf('a')?.state).toBe('RINGING');
    peer.leave(caller);
    peer.tell({ Event: 'AgentConnect', Interface: 'PJSIP/a', Uniqueid: caller });
    await clock.advance(0);
    expect(stateOf('a')?.state).toBe('TALKING');
    peer.hangUp('a');
    await clock.advance(200);
    expect(stateOf('a')?.state).toBe('AVAILABLE');
  });

  test('a caller who is offered to all agents at once, or to one after another, is one call with its number', async () => {
    const { peer, clock, source } = await synced();
    const caller = peer.join('551140001000');
    await clock.advance(700);
    for (const name of ['a', 'b']) peer.ring(name, caller);
    await clock.advance(0);
    expect(source.snapshot()).toMatchObject({
      free: 1,
      ringing: 2,
      callersWaiting: 1,
      oldestWaitMs: 700,
      callsSeen: 1,
    });
    for (const name of ['a', 'b']) {
      peer.tell({ Event: 'AgentRingNoAnswer', Interface: `PJSIP/${name}`, Uniqueid: caller });
      peer.change(name, { status: 1 });
    }
    peer.ring('c', caller);
    peer.answer('c', caller);
    await clock.advance(0);
    expect(source.snapshot()).toMatchObject({ free: 2, busy: 1, callersWaiting: 0, callsSeen: 1 });
    expect(source.snapshot().lastCalls).toMatchObject([{ number: 1, callerNumber: '551140001000' }]);
  });

  test('a call that did not come through the queue makes the agent busy and is not counted as one that may be ours', async () => {
    const { peer, clock, source } = await synced();
    peer.change('a', { status: 2 });
    await clock.advance(0);
    expect(source.snapshot()).toMatchObject({ free: 2, busy: 1, callsSeen: 0 });
    peer.change('a', { status: 1 });
    await clock.advance(0);
    expect(source.snapshot().free).toBe(3);
  });

  test("a member's own wrap-up goes before the queue's, and an attended transfer does not end it early", async () => {
    const { peer, clock } = await synced({ wrapUpSeconds: 4 }, 4);
    peer.member('a').ownWrapUp = 20;
    peer.takeCall('a');
    peer.hangUp('a');
    peer.change('a', { lastCall: 0 });
    await clock.advance(19_000);
    expect(stateOf('a')?.state).toBe('WRAPUP');
    expect(stateOf('a')?.readyAt?.getTime()).toBeGreaterThan(clock.now().getTime());
    await clock.advance(1_500);
    expect(stateOf('a')?.state).toBe('AVAILABLE');
  });

  test('a wrap-up that was learnt is asked for when it is about to end, and not before', async () => {
    const { peer, clock } = await synced({ wrapUpSeconds: 10 });
    peer.takeCall('a');
    peer.hangUp('a');
    await clock.advance(12_000);
    expect(stateOf('a')?.state).toBe('AVAILABLE');
    peer.takeCall('a');
    peer.hangUp('a');
    await clock.advance(100);
    const asked = (): number => peer.actions.filter((action) => action === 'Getvar').length;
    const before = asked();
    await clock.advance(8_000);
    expect(asked() - before).toBeLessThan(3);
    expect(stateOf('a')?.readyAt).toBeInstanceOf(Date);
    await clock.advance(3_000);
    expect(stateOf('a')?.state).toBe('AVAILABLE');
  });

  test("a member who is about to ring does not end another one's wrap-up", async () => {
    const { peer, clock } = await synced({ wrapUpSeconds: 10 });
    for (let call = 0; call < 2; call++) {
      peer.takeCall('a');
      peer.hangUp('a');
      const caller = { Interface: 'PJSIP/b', Uniqueid: peer.join('551140001000') };
      peer.tell({ Event: 'AgentCalled', ...caller });
      await clock.advance(500);
      expect([stateOf('a')?.state, stateOf('b')?.state]).toEqual(['WRAPUP', 'RINGING']);
      peer.tell({ Event: 'AgentRingNoAnswer', ...caller });
      await clock.advance(8_500);
      expect(stateOf('a')?.state).toBe('WRAPUP');
      await clock.advance(3_000);
      expect(stateOf('a')?.state).toBe('AVAILABLE');
    }
  });

  test.each([
    ['a queue whose name is written in another case', 'Sales'],
    ['a queue of another name', 'support'],
  ])('%s is none, at first and when it takes the place of the right one', async (_label, queue) => {
    bench = await startAmi({ script: { queue } });
    const { peer, source } = bench;
    const isMissing = { status: 'DOWN', fault: 'UNKNOWN_POOL', message: expect.stringContaining('"sales"') };
    source.start();
    await reaches(() => source.health().status === 'DOWN');
    expect(source.health()).toMatchObject(isMissing);
    peer.script.queue = 'sales';
    await reaches(() => source.health().status === 'SYNCED');
    peer.script.queue = queue;
    await reaches(() => source.health().status === 'DOWN');
    expect(source.health()).toMatchObject(isMissing);
    expect(source.snapshot().free).toBe(0);
  });

  test('where the switch counts fewer, the smaller number holds and the source is degraded', async () => {
    const { peer, clock, source } = await synced();
    peer.script.countsLess = 2;
    await reaches(() => source.health().status === 'DEGRADED');
    expect(source.snapshot()).toMatchObject({ free: 1, unknown: 2 });
    expect(source.health()).toMatchObject({ fault: 'PROTOCOL' });
    peer.script.countsLess = 0;
    await reaches(() => source.health().status === 'SYNCED');
    expect(source.snapshot().free).toBe(3);
    await clock.advance(0);
  });

  test('a user without the read class, who gets no events, makes the source degraded and is named', async () => {
    const { peer, source } = await synced({ sendsEvents: false });
    peer.change('a', { status: 2 });
    await reaches(() => source.health().status === 'DEGRADED');
    expect(source.health()).toMatchObject({ fault: 'PERMISSION' });
    expect(source.health().message).toContain('read = agent');
    expect(source.snapshot().free).toBe(2);
  });

  test.each([
    ['a wrong secret', { secret: 'another' }, 'AUTH', /refused/],
    ['a user who may not read variables', { mayGetVariables: false }, 'PERMISSION', /write = call or reporting/],
    ['Asterisk 11', { version: '1.3' }, 'VERSION', /Asterisk 12/],
    ['something else on the port', { version: 'x' }, 'PROTOCOL', /first line/],
  ] as const)('%s is told in words, and tried again later', async (_label, change, fault, words) => {
    bench = await startAmi();
    const { source, peer, clock } = bench;
    const before = { ...peer.script };
    Object.assign(peer.script, change);
    source.start();
    await reaches(() => source.health().status === 'DOWN');
    expect(source.health()).toMatchObject({ fault });
    expect(source.health().message).toMatch(words);
    expect(source.health().message).not.toContain('geheim');
    expect(source.health().nextTryAt?.getTime()).toBeGreaterThan(clock.now().getTime());
    Object.assign(peer.script, before);
    await reaches(() => source.health().status === 'SYNCED');
    expect(source.snapshot().free).toBe(3);
  });

  test('tries to connect come later and later, up to half a minute', async () => {
    const { source, peer, clock } = await synced();
    await peer.server.close();
    await reaches(() => source.health().status === 'DOWN');
    const waits: number[] = [];
    for (let turn = 0; turn < 7; turn++) {
      const { nextTryAt } = source.health();
      waits.push((nextTryAt?.getTime() ?? 0) - clock.now().getTime());
      await reaches(() => source.health().nextTryAt?.getTime() !== nextTryAt?.getTime());
    }
    expect(waits[0]).toBeLessThanOrEqual(1_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    expect(waits.at(-1)).toBeGreaterThan(20_000);
  });

  test('a member who begins to ring while the full state is being read stays ringing, though the row is older', async () => {
    const { peer, clock } = await synced();
    peer.script.duringSnapshot = () => {
      peer.tell({ Event: 'AgentCalled', Interface: 'PJSIP/a', Uniqueid: peer.join('551140001000') });
    };
    await clock.advance(31_000);
    expect(peer.script.duringSnapshot).toBeUndefined();
    expect(peer.actions).toContain('QueueStatus');
    await clock.advance(0);
    expect(stateOf('a')?.state).toBe('RINGING');
  });

  test('a member who is removed is logged out, and forgotten by the next full state', async () => {
    const { peer, clock } = await synced();
    peer.remove('a');
    await clock.advance(0);
    expect(stateOf('a')?.state).toBe('LOGGED_OUT');
    await clock.advance(31_000);
    expect(stateOf('a')).toBeUndefined();
  });

  test('over TLS a certificate that does not convince is refused', async () => {
    const clock = networkClock();
    const read = (name: string): string => readFileSync(new URL(`../fixtures/dnc/${name}`, import.meta.url), 'utf8');
    const peer = await ScriptedAmi.start(clock, {}, { cert: read('good.pem'), key: read('good.key') });
    const { username, secret } = peer.script;
    const settings = { host: '127.0.0.1', amiPort: peer.server.port, tls: true, username, secret };
    const source = new RemoteSource(
      'ASTERISK_AMI',
      (listener, calls) =>
        openAmiSession({ ...settings, queueName: 'sales', wrapUpSeconds: 0 }, clock, listener, calls),
      clock,
    );
    source.start();
    await until(() => source.health().status === 'DOWN');
    expect(source.health()).toMatchObject({ fault: 'NETWORK' });
    expect(source.health().message).toMatch(/certificate/);
    const usual = tls.getCACertificates('default');
    tls.setDefaultCACertificates([read('authority.pem')]);
    for (let turn = 0; source.health().status !== 'SYNCED' && turn < 1000; turn++) await clock.advance(50);
    // They are those of the whole process, in which other suites follow.
    tls.setDefaultCACertificates(usual);
    expect(source.health().status).toBe('SYNCED');
    await source.stop();
    await peer.server.close();
    bench = await startAmi();
  });
});
