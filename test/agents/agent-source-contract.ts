import { afterEach, describe, expect, test } from '@jest/globals';
import type { AgentSource, QueueSnapshot } from '../../src/engine/contracts/agent-source.js';
import { SilentLog } from '../support/silent-log.js';
import type { FakeClock } from '../support/fake-clock.js';

/** A source with its peer, which does what the suite says. The agents are called `a`, `b` and `c`, all free at first. */
export interface SourceHarness {
  readonly source: AgentSource;
  /** Its `settle` lets messages to the peer and back arrive. */
  readonly clock: FakeClock;
  /** The agent is in a call, and the source has been told. */
  readonly takesCall: (agentId: string, callerNumber?: string) => void;
  /** The call is over; where the peer has a wrap-up, it begins. */
  readonly endsCall: (agentId: string) => void;
  /** The agent is paused or away. */
  readonly pauses?: (agentId: string) => void;
  /** The peer is killed. */
  readonly dies?: () => Promise<void>;
  /** The peer is back; what it says is true from then on. */
  readonly comesBack?: () => Promise<void>;
  /** The peer is there and says nothing any more. */
  readonly fallsSilent?: () => void;
  readonly speaksAgain?: () => void;
  /** The next full state is interrupted by what `meanwhile` does, in its middle. */
  readonly duringNextSnapshot?: (meanwhile: () => void) => void;
  /** Connections that the peer has. */
  readonly connections?: () => number;
  readonly end: () => Promise<void>;
}

export interface SourceTraits {
  /** Agents are known one by one. */
  readonly knowsAgents: boolean;
  /** Milliseconds after the end of a call until the agent is free, of which the peer tells nothing; 0: it is free at once. */
  readonly wrapUpMs: number;
  /** There is a peer or a reporter, who can be away. */
  readonly canBeAway: boolean;
  /** The full state is read from the peer, while events go on. */
  readonly isRead: boolean;
  /** What must not be seen anywhere. */
  readonly secrets: readonly string[];
  /** Milliseconds until a peer that fell silent is not believed. */
  readonly staleAfterMs?: number;
  readonly start: () => Promise<SourceHarness>;
  /** The same, with a queue that the peer does not have. */
  readonly startWithUnknownQueue?: () => Promise<SourceHarness>;
}

/** The rules that every agent source follows (reference of agent sources, section 1). */
export function describeAgentSource(name: string, traits: SourceTraits): void {
  describe(`the contract of agent sources: ${name}`, () => {
    let harness: SourceHarness | undefined;

    afterEach(async () => {
      await harness?.source.stop();
      await harness?.end();
      harness = undefined;
    });

    const begin = async (): Promise<SourceHarness> => {
      const started = await traits.start();
      harness = started;
      started.source.start();
      await reaches(started, () => started.source.health().status === 'SYNCED');
      return started;
    };

    test('first the full state, then changes, of which it tells', async () => {
      const { source, clock, takesCall, endsCall } = await begin();
      let told = 0;
      const listening = source.onChanged(() => told++);
      expect(source.snapshot()).toMatchObject({ free: 3, loggedIn: 3, busy: 0 });
      expect(source.health().lastSyncAt).toBeInstanceOf(Date);
      takesCall('a');
      await clock.advance(50);
      expect(source.snapshot()).toMatchObject({ free: 2, busy: 1, callsSeen: 1 });
      expect(told).toBeGreaterThan(0);
      endsCall('a');
      await clock.advance(traits.wrapUpMs + 2_000);
      expect(source.snapshot()).toMatchObject({ free: 3, busy: 0, callsSeen: 1 });
      listening();
      const before = told;
      takesCall('b');
      await clock.advance(100);
      expect(source.snapshot().free).toBe(2);
      expect(told).toBe(before);
    });

    test('stop lets go of everything', async () => {
      const started = await begin();
      started.takesCall('a');
      await started.clock.advance(10);
      await started.source.stop();
      await started.clock.advance(0);
      expect(started.connections?.() ?? 0).toBe(0);
      await started.end();
      expect(started.clock.timerCount()).toBe(0);
    });

    if (traits.knowsAgents) {
      test('the counts are the sums over the agents', async () => {
        const started = await begin();
        const { source, clock } = started;
        started.takesCall('a');
        started.pauses?.('b');
        await clock.advance(0);
        expect(source.snapshot()).toMatchObject({ free: 1, busy: 1, unavailable: 1, loggedIn: 3 });
        expectSums(source);
        started.endsCall('a');
        await clock.advance(0);
        expectSums(source);
      });
    }

    if (traits.wrapUpMs > 0) {
      test('the end of the wrap-up is told of by a timer, and not before it is over', async () => {
        const { source, clock, takesCall, endsCall } = await begin();
        const notFreeYet = (): number => source.snapshot().wrapUp + source.snapshot().busy;
        takesCall('a');
        endsCall('a');
        await clock.advance(0);
        expect([source.snapshot().free, notFreeYet()]).toEqual([2, 1]);
        await clock.advance(traits.wrapUpMs - 1_100);
        expect([source.snapshot().free, notFreeYet()]).toEqual([2, 1]);
        let told = 0;
        source.onChanged(() => told++);
        await clock.advance(2_200);
        expect([source.snapshot().free, notFreeYet()]).toEqual([3, 0]);
        expect(told).toBeGreaterThan(0);
      });
    }

    if (traits.startWithUnknownQueue) {
      const { startWithUnknownQueue } = traits;
      test('a queue that the peer does not have is an error, not an empty queue', async () => {
        const started = await startWithUnknownQueue();
        harness = started;
        const { source } = started;
        source.start();
        await reaches(started, () => source.health().status === 'DOWN');
        expect(source.health()).toMatchObject({ fault: 'UNKNOWN_POOL' });
        expect(source.health().message).toMatch(/no queue/);
        expect(source.snapshot().free).toBe(0);
        expectNoSecrets(source, traits.secrets);
      });
    }

    if (traits.canBeAway) {
      test('while the peer is away nobody is free, and what it says when it is back replaces all that was known', async () => {
        const started = await begin();
        const { source, clock } = started;
        started.takesCall('a');
        await clock.advance(0);
        const { callsSeen } = source.snapshot();
        let told = 0;
        source.onChanged(() => told++);
        await started.dies?.();
        await reaches(started, () => source.health().status !== 'SYNCED');
        expect(told).toBeGreaterThan(0);
        expect(source.snapshot().free).toBe(0);
        if (traits.knowsAgents) {
          expectSums(source);
          expect(source.agents?.().some(({ state }) => state === 'AVAILABLE')).toBe(false);
        }
        started.endsCall('a');
        started.takesCall('b');
        started.takesCall('c');
        await clock.advance(1_000);
        expect(source.snapshot().free).toBe(0);
        await started.comesBack?.();
        await reaches(started, () => source.health().status === 'SYNCED');
        await clock.advance(traits.wrapUpMs + 2_000);
        expect(source.snapshot()).toMatchObject({ free: 1, busy: 2 });
        expect(source.snapshot().callsSeen).toBeGreaterThanOrEqual(callsSeen);
        expectNoSecrets(source, traits.secrets);
      });
    }

    const { staleAfterMs } = traits;
    if (staleAfterMs !== undefined) {
      test('a storm of changes is told of a few times', async () => {
        const { source, clock, takesCall, endsCall } = await begin();
        await clock.advance(100);
        let told = 0;
        source.onChanged(() => told++);
        for (let turn = 0; turn < 100; turn++) {
          takesCall('a');
          endsCall('a');
        }
        await clock.advance(0);
        expect(told).toBeLessThan(10);
        takesCall('a');
        await clock.advance(50);
        expect(source.snapshot().busy).toBe(1);
      });

      test('a peer that falls silent is not believed after the time-out, and when it speaks again it is asked for everything', async () => {
        const started = await begin();
        const { source, clock, fallsSilent, speaksAgain } = started;
        fallsSilent?.();
        started.takesCall('a');
        await clock.advance(staleAfterMs - 1_100);
        expect(source.health().status).toBe('SYNCED');
        await clock.advance(2_200);
        expect(source.health().status).toBe('STALE');
        expect(source.snapshot().free).toBe(0);
        speaksAgain?.();
        await reaches(started, () => source.health().status === 'SYNCED');
        expect(source.snapshot()).toMatchObject({ free: 2, busy: 1 });
      });
    }

    if (traits.isRead) {
      test('events that come in the middle of a full state hold, and older ones do not come back', async () => {
        const started = await begin();
        const { source, clock } = started;
        await started.dies?.();
        await reaches(started, () => source.health().status === 'DOWN');
        started.duringNextSnapshot?.(() => {
          started.takesCall('a');
          started.takesCall('c');
        });
        await started.comesBack?.();
        await reaches(started, () => source.health().status === 'SYNCED');
        await clock.advance(0);
        expect(source.snapshot()).toMatchObject({ free: 1, busy: 2 });
      });
    }
  });
}

/** Time goes on in small steps until it holds. */
async function reaches({ clock }: SourceHarness, holds: () => boolean): Promise<void> {
  while (!holds()) await clock.advance(50);
}

function expectSums(source: AgentSource): void {
  const agents = source.agents?.() ?? [];
  const by = (...states: readonly string[]): number => agents.filter(({ state }) => states.includes(state)).length;
  const { free, busy, wrapUp, unavailable, unknown, ringing, reserved, loggedIn }: QueueSnapshot = source.snapshot();
  expect({ free, busy, wrapUp, unavailable, unknown, ringing, reserved }).toEqual({
    ...{ free: by('AVAILABLE'), busy: by('TALKING', 'HELD'), wrapUp: by('WRAPUP'), unavailable: by('UNAVAILABLE') },
    ...{ unknown: by('UNKNOWN'), ringing: by('RINGING'), reserved: by('RESERVED') },
  });
  expect(loggedIn).toBe(agents.length - by('LOGGED_OUT', 'UNKNOWN'));
}

function expectNoSecrets(source: AgentSource, secrets: readonly string[]): void {
  const log = new SilentLog();
  log.warn({ health: source.health(), snapshot: source.snapshot(), agents: source.agents?.() }, 'all that is shown');
  for (const secret of secrets) expect(log.lines.join()).not.toContain(secret);
}
