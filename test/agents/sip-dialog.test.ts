import { describe, expect, test } from '@jest/globals';
import { SipDialogSource } from '../../src/engine/agents/sip-dialog.js';
import type { AgentInfo } from '../../src/engine/contracts/agent-source.js';
import { dialogDocument } from '../support/dialog-documents.js';
import { FakeClock } from '../support/fake-clock.js';
import { ScriptedNotifier } from '../support/scripted-notifier.js';
import { addressOf, incoming, startSipDialog } from '../support/sip-dialog-harness.js';
import { describeAgentSource } from './agent-source-contract.js';

const MIN_IDLE_SECONDS = 15;
const ALL = ['a', 'b', 'c'].map(addressOf);

interface Bench {
  readonly source: SipDialogSource;
  readonly notifier: ScriptedNotifier;
  readonly clock: FakeClock;
  readonly state: (name: string) => AgentInfo['state'] | undefined;
}

function open(minIdleSeconds = MIN_IDLE_SECONDS, known: readonly string[] = ALL): Bench {
  const clock = new FakeClock(new Date('2026-11-25T10:00:00.300Z'));
  const notifier = new ScriptedNotifier(clock, known);
  const source = new SipDialogSource({ trunkId: 'trunk', addresses: ALL, minIdleSeconds }, notifier, clock);
  const state = (name: string): AgentInfo['state'] | undefined =>
    source.agents().find(({ agentId }) => agentId === addressOf(name))?.state;
  return { source, notifier, clock, state };
}

async function started(minIdleSeconds?: number, known?: readonly string[]): Promise<Bench> {
  const bench = open(minIdleSeconds, known);
  bench.source.start();
  await bench.clock.advance(0);
  return bench;
}

describeAgentSource('sip-dialog', {
  // It does, but an extension has no pauses, of which that rule of the suite makes use.
  knowsAgents: false,
  canBeAway: true,
  isRead: true,
  wrapUpMs: MIN_IDLE_SECONDS * 1_000,
  secrets: [],
  start: () => Promise.resolve(startSipDialog({ minIdleSeconds: MIN_IDLE_SECONDS })),
});

describe('an extension', () => {
  test.each([
    ['an incoming call that is on its way', [incoming('trying')], 'RINGING'],
    ['an incoming call that is proceeding', [incoming('proceeding')], 'RINGING'],
    ['an incoming call that rings', [incoming('early')], 'RINGING'],
    ['a call that rings, of which the direction is not told', [{ id: '1', state: 'early' }], 'RINGING'],
    ['a call that is up', [incoming('confirmed')], 'TALKING'],
    ['a call that it dials', [{ id: '1', state: 'early', direction: 'initiator' as const }], 'TALKING'],
    ['a call that is up and one that rings', [incoming('confirmed'), incoming('early', '2')], 'TALKING'],
    ['a call on hold', [{ ...incoming('confirmed'), rendering: 'no' as const }], 'HELD'],
    [
      'one call on hold and another one up',
      [{ ...incoming('confirmed'), rendering: 'no' as const }, incoming('confirmed', '2')],
      'TALKING',
    ],
    ['a call that is over, and that alone', [incoming('terminated')], 'AVAILABLE'],
  ])('with %s', async (_what, dialogs, state) => {
    const { notifier, source, state: stateOf } = await started();
    notifier.tell(addressOf('a'), dialogs);
    expect(stateOf('a')).toBe(state);
    const by = (...states: readonly string[]): number =>
      source.agents().filter((agent) => states.includes(agent.state)).length;
    expect(source.snapshot()).toMatchObject({
      ...{ free: by('AVAILABLE'), ringing: by('RINGING'), busy: by('TALKING', 'HELD'), loggedIn: 3 },
      exact: false,
    });
    await source.stop();
  });

  test('must be idle for the time after a call, and tells until when', async () => {
    const { notifier, source, clock, state } = await started();
    notifier.tell(addressOf('a'), [incoming('confirmed')]);
    notifier.tell(addressOf('a'), []);
    expect(source.agents()[0]).toMatchObject({
      extension: 'a',
      state: 'WRAPUP',
      readyAt: new Date(clock.now().getTime() + MIN_IDLE_SECONDS * 1_000),
    });
    await clock.advance(MIN_IDLE_SECONDS * 1_000 - 1);
    expect(state('a')).toBe('WRAPUP');
    await clock.advance(1);
    expect(state('a')).toBe('AVAILABLE');
  });

  test('that rang and did not take the call needs no rest', async () => {
    const { notifier, state } = await started();
    notifier.tell(addressOf('a'), [incoming('early')]);
    notifier.tell(addressOf('a'), []);
    expect(state('a')).toBe('AVAILABLE');
  });

  test('that rang when it went out of sight may have talked, and rests when it is seen idle', async () => {
    const { notifier, state } = await started();
    notifier.tell(addressOf('a'), [incoming('early')]);
    notifier.die();
    notifier.calls.set(addressOf('a'), []);
    notifier.comeBack();
    expect([state('a'), state('b')]).toEqual(['WRAPUP', 'AVAILABLE']);
  });

  test('without a time to rest is free at once', async () => {
    const { notifier, state, clock, source } = await started(0);
    notifier.tell(addressOf('a'), [incoming('confirmed')]);
    notifier.tell(addressOf('a'), []);
    expect(state('a')).toBe('AVAILABLE');
    await clock.advance(100);
    await source.stop();
    expect(clock.timerCount()).toBe(0);
  });

  test('is seen to take a call once, with the number of the caller; a call that it made is none', async () => {
    const { notifier, source } = await started(0);
    const ring = { ...incoming('early'), remote: 'sip:+4930901820042@pbx.example' };
    notifier.tell(addressOf('a'), [ring]);
    notifier.tell(addressOf('a'), [{ ...ring, state: 'confirmed' }]);
    notifier.tell(addressOf('a'), []);
    notifier.tell(addressOf('b'), [{ id: '1', state: 'trying', direction: 'initiator' }]);
    expect(source.snapshot()).toMatchObject({
      callsSeen: 1,
      lastCalls: [{ number: 1, callerNumber: '+4930901820042' }],
    });
  });

  test('that takes a call in its rest is seen to take it', async () => {
    const { notifier, source, state } = await started();
    notifier.tell(addressOf('a'), [incoming('confirmed')]);
    notifier.tell(addressOf('a'), []);
    expect(state('a')).toBe('WRAPUP');
    notifier.tell(addressOf('a'), [incoming('early', '2')]);
    notifier.tell(addressOf('a'), [incoming('confirmed', '2')]);
    expect(source.snapshot().callsSeen).toBe(2);
    await source.stop();
  });

  test('with two telephones is busy while one of them is', async () => {
    const { notifier, state } = await started(0);
    notifier.tellText(addressOf('a'), dialogDocument([incoming('confirmed')]), 'mobile');
    notifier.tell(addressOf('a'), []);
    expect(state('a')).toBe('TALKING');
    notifier.notifierGone(addressOf('a'), 'mobile');
    expect(state('a')).toBe('AVAILABLE');
  });
});

describe('documents', () => {
  test('a partial one changes what it names', async () => {
    const { notifier, state } = await started(0);
    notifier.tell(addressOf('a'), [incoming('confirmed', '1'), incoming('early', '2')]);
    notifier.tell(addressOf('a'), [incoming('terminated', '1')], { state: 'partial' });
    expect(state('a')).toBe('RINGING');
    notifier.tell(addressOf('a'), [incoming('terminated', '2')], { state: 'partial' });
    expect(state('a')).toBe('AVAILABLE');
  });

  test('none in a NOTIFY makes the extension unknown until one comes, and is not asked for', async () => {
    const { notifier, state } = await started(0);
    notifier.tellText(addressOf('a'), dialogDocument([]), 'mobile');
    notifier.tellText(addressOf('a'), '');
    expect([state('a'), state('b')]).toEqual(['UNKNOWN', 'AVAILABLE']);
    expect(notifier.refreshed).toEqual([]);
    notifier.tell(addressOf('a'), [incoming('confirmed')]);
    expect(state('a')).toBe('TALKING');
  });

  test('one that comes late changes nothing', async () => {
    const { notifier, state } = await started(0);
    notifier.tell(addressOf('a'), [incoming('confirmed')], { version: 7 });
    notifier.tell(addressOf('a'), [], { version: 7 });
    notifier.tell(addressOf('a'), [], { version: 6 });
    expect(state('a')).toBe('TALKING');
  });

  test('numbers that begin anew with a full state are those of a notifier that has restarted', async () => {
    const { notifier, state } = await started(0);
    notifier.tell(addressOf('a'), [incoming('confirmed')], { version: 7 });
    notifier.tell(addressOf('a'), [], { version: 0 });
    expect(state('a')).toBe('AVAILABLE');
  });

  test('after a gap the full state is asked for, and until it comes the extension is unknown', async () => {
    const { notifier, state, source } = await started(0);
    notifier.tell(addressOf('a'), [incoming('terminated', '9')], { state: 'partial', version: 5 });
    expect(state('a')).toBe('UNKNOWN');
    expect(notifier.refreshed).toEqual([addressOf('a')]);
    expect(source.health()).toMatchObject({ status: 'DEGRADED' });
    notifier.tell(addressOf('a'), []);
    expect(state('a')).toBe('AVAILABLE');
    expect(source.health()).toMatchObject({ status: 'SYNCED' });
  });

  test.each([
    ['is cut off', '<dialog-info version="9" state="full" entity="sip:a@pbx.example">'],
    ['is no XML', 'busy'],
    ['is empty of sense', '<presence/>'],
    ['has a state that nobody knows', dialogDocument([{ id: '1', state: 'dozing' }], { version: 9 })],
    ['has a dialog without id', dialogDocument([{ id: '', state: 'early' }], { version: 9 })],
  ])('one that %s makes the extension unknown until a good one comes', async (_what, text) => {
    const { notifier, state } = await started(0);
    notifier.tellText(addressOf('a'), text);
    expect([state('a'), state('b')]).toEqual(['UNKNOWN', 'AVAILABLE']);
    expect(notifier.refreshed).toEqual([addressOf('a')]);
    notifier.tell(addressOf('a'), [], { version: 10 });
    expect(state('a')).toBe('AVAILABLE');
  });
});

describe('the health', () => {
  test('is degraded while some are unknown, who count as such, and says why', async () => {
    const { source, notifier, state } = await started(0, [addressOf('a'), addressOf('b')]);
    expect(source.health()).toMatchObject({
      status: 'DEGRADED',
      fault: 'UNKNOWN_POOL',
      message: '1 of 3 addresses are unknown: The PBX refuses the subscription: 404 Not Found',
    });
    expect(source.snapshot()).toMatchObject({ free: 2, unknown: 1, loggedIn: 2 });
    expect(source.agents()[2]).toMatchObject({ reason: expect.stringContaining('404') });
    expect(JSON.stringify(source.health())).not.toContain('pbx.example');
    notifier.enter(addressOf('a'), { status: 'TERMINATED', fault: 'FORBIDDEN', message: 'no' });
    expect(state('a')).toBe('UNKNOWN');
  });

  test.each([
    ['UNREACHABLE', 'NETWORK'],
    ['CREDENTIALS', 'AUTH'],
    ['FORBIDDEN', 'PERMISSION'],
    ['NO_SUCH_ADDRESS', 'UNKNOWN_POOL'],
    ['NOT_SUPPORTED', 'VERSION'],
    ['REFUSED', 'PROTOCOL'],
  ] as const)('is down when all are %s, with the fault %s', async (fault, shown) => {
    const { source, notifier, clock } = await started(0);
    const nextTryAt = new Date(clock.now().getTime() + 30_000);
    for (const address of ALL) notifier.enter(address, { status: 'TERMINATED', fault, message: 'no', nextTryAt });
    expect(source.health()).toMatchObject({ status: 'DOWN', fault: shown, nextTryAt });
    expect(source.snapshot()).toMatchObject({ free: 0, unknown: 3 });
  });

  test('is connecting before anything is known, and stale when all is being asked for again', async () => {
    const { source, notifier, clock } = open();
    expect(source.health().status).toBe('CONNECTING');
    source.start();
    expect(source.health().status).toBe('CONNECTING');
    expect(source.snapshot()).toMatchObject({ free: 0, unknown: 3 });
    await clock.advance(0);
    expect(source.health()).toMatchObject({ status: 'SYNCED', lastSyncAt: clock.now() });
    for (const address of ALL) notifier.enter(address, { status: 'PENDING' });
    expect(source.health().status).toBe('STALE');
    expect(source.snapshot().free).toBe(0);
  });

  test('an active subscription without a document tells nothing', () => {
    const { source, notifier } = open();
    source.start();
    for (const address of ALL) notifier.enter(address, { status: 'ACTIVE' });
    expect(source.snapshot()).toMatchObject({ free: 0, unknown: 3 });
    expect(source.health().message).toBe('3 of 3 addresses are unknown: their state has not been told yet');
  });

  test('a storm of changes is told of a few times', async () => {
    const { source, notifier, clock } = await started(0);
    await clock.advance(100);
    let told = 0;
    source.onChanged(() => told++);
    for (let turn = 0; turn < 100; turn++) notifier.tell(addressOf('a'), turn % 2 === 0 ? [incoming('early')] : []);
    await clock.advance(50);
    expect(told).toBeLessThan(10);
  });
});
