import { expect, test } from '@jest/globals';
import type { AgentSource, QueueSnapshot, TakenCall } from '../../src/engine/contracts/agent-source.js';
import { pace } from '../../src/engine/domain/pacing.js';
import { OpenAttempts, type OpenAttempt } from '../../src/engine/runtime/open-attempts.js';
import { QueueWatch } from '../../src/engine/runtime/queue-watch.js';
import { ReservationLedger } from '../../src/engine/runtime/reservation-ledger.js';
import { FakeAgentSources } from '../support/fake-agents.js';
import { FakeClock } from '../support/fake-clock.js';
import { lognormal, seeded } from '../support/random.js';
import { SilentLog } from '../support/silent-log.js';

const HOUR = 3_600_000;
const QUEUE = 'queue';
const AGENTS = 200;
/** From what the switch does to what the source shows. */
const LAG_MS = 300;

type State = 'free' | 'ringing' | 'busy' | 'wrap-up' | 'paused';
interface Caller {
  readonly number: string;
  readonly enteredAtMs: number;
  /** Absent for an inbound call. */
  readonly ours?: { shown: boolean };
}

/** A contact centre whose source shows everything a moment late, with the numbers of the callers. */
class SimulatedCentre implements AgentSource {
  readonly kind = 'ASTERISK_AMI';
  private readonly listeners = new Set<() => void>();
  private readonly idle: number[] = Array.from({ length: AGENTS }, (_, index) => index);
  private readonly waiting: Caller[] = [];
  private readonly shown: Record<State | 'waiting', number> = {
    ...{ free: AGENTS, ringing: 0, busy: 0, 'wrap-up': 0, paused: 0, waiting: 0 },
  };
  private readonly counts: Record<State, number> = { free: AGENTS, ringing: 0, busy: 0, 'wrap-up': 0, paused: 0 };
  private callsSeen = 0;
  private lastCalls: readonly TakenCall[] = [];
  readonly handledMs = { ours: 0, inbound: 0 };
  ownCallers = 0;
  freeMs = 0;
  private countedMs = 0;

  constructor(
    private readonly clock: FakeClock,
    private readonly random: () => number,
  ) {}

  enters(caller: Caller): void {
    this.waiting.push(caller);
    this.show(() => this.shown.waiting++);
    this.distribute();
  }

  /** Somebody who is free gets a call that does not come through the queue. */
  directCall(): void {
    const agent = this.pick();
    if (agent === undefined) return;
    this.moves('free', 'busy');
    this.clock.setTimer(60_000 * this.random(), () => this.frees(agent, 'busy'));
  }

  pause(): void {
    const agent = this.pick();
    if (agent === undefined) return;
    this.moves('free', 'paused');
    this.clock.setTimer(600_000 * this.random(), () => this.frees(agent, 'paused'));
  }

  /** Adds up how long agents have been free. */
  count(): void {
    const nowMs = this.clock.monotonicMs();
    this.freeMs += this.counts.free * (nowMs - this.countedMs);
    this.countedMs = nowMs;
  }

  snapshot(): QueueSnapshot {
    const { free, ringing, busy, paused: unavailable, waiting: callersWaiting, 'wrap-up': wrapUp } = this.shown;
    const none = { reserved: 0, unknown: 0, exact: true };
    const { callsSeen, lastCalls } = this;
    const at = this.clock.now();
    return {
      at,
      loggedIn: AGENTS,
      free,
      ringing,
      busy,
      unavailable,
      wrapUp,
      callersWaiting,
      ...none,
      callsSeen,
      lastCalls,
    };
  }

  health() {
    return { status: 'SYNCED' as const, since: new Date(0) };
  }

  onChanged(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  start(): void {
    // It is there.
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  private distribute(): void {
    while (this.waiting.length > 0) {
      const agent = this.pick();
      if (agent === undefined) return;
      const caller = this.waiting.shift();
      if (caller) this.rings(agent, caller);
    }
  }

  private rings(agent: number, caller: Caller): void {
    this.moves('free', 'ringing', () => {
      this.callsSeen++;
      const { number: callerNumber, enteredAtMs } = caller;
      this.lastCalls = [...this.lastCalls.slice(-20), { number: this.callsSeen, callerNumber, enteredAtMs }];
      if (caller.ours) caller.ours.shown = true;
    });
    this.clock.setTimer(500 + 1000 * this.random(), () => {
      this.moves('ringing', 'busy', () => this.shown.waiting--);
      const talkMs = 1000 * lognormal(this.random, 120, 0.8);
      const wrapUpMs = 1000 * lognormal(this.random, 20, 0.5);
      this.handledMs[caller.ours ? 'ours' : 'inbound'] += talkMs + wrapUpMs;
      if (caller.ours) this.ownCallers++;
      this.clock.setTimer(talkMs, () => {
        this.moves('busy', 'wrap-up');
        this.clock.setTimer(wrapUpMs, () => this.frees(agent, 'wrap-up'));
      });
    });
  }

  private frees(agent: number, from: State): void {
    this.idle.push(agent);
    this.moves(from, 'free');
    this.distribute();
  }

  private pick(): number | undefined {
    return this.idle.length > 0 ? this.idle.splice(Math.floor(this.random() * this.idle.length), 1)[0] : undefined;
  }

  private moves(from: State, to: State, more: () => void = () => undefined): void {
    this.count();
    this.counts[from]--;
    this.counts[to]++;
    this.show(() => {
      this.shown[from]--;
      this.shown[to]++;
      more();
    });
  }

  private show(change: () => void): void {
    this.clock.setTimer(LAG_MS, () => {
      change();
      for (const listener of this.listeners) listener();
    });
  }
}

/*
 * The reference load of the pacing model (detection off) for 200 agents who also pause, take inbound calls through the same
 * queue, and direct ones. The closed form holds for the time that agents have for the campaign: a person takes four
 * attempts of 19.35 s on average, for each of which an agent is kept free.
 */
test('200 agents, 8 hours, pauses, wrap-ups and inbound calls: no agent is reserved twice, and they are as busy as can be', async () => {
  const clock = new FakeClock(new Date('2026-03-02T09:00:00Z'), () => Promise.resolve());
  const random = seeded(20260302);
  const centre = new SimulatedCentre(clock, random);
  const sources = new FakeAgentSources();
  sources.add(QUEUE, centre);
  const attempts = new OpenAttempts();
  const ledger = new ReservationLedger(clock, new SilentLog(), () => tick());
  const watch = new QueueWatch(sources, attempts, ledger);
  /** Calls that need an agent, until the centre shows him with the call. */
  const unshown = new Map<string, { shown: boolean }>();
  let placed = 0;
  let attemptMs = 0;
  let people = 0;
  let doubleReservations = 0;

  const end = (attempt: { phase: OpenAttempt['phase']; attemptId: string }): void => {
    attempt.phase = 'over';
    attempts.remove(attempt.attemptId);
    tick();
  };
  const place = (): void => {
    const attemptId = `attempt-${++placed}`;
    const number = `+5541${900_000_000 + placed}`;
    const attempt = {
      attemptId,
      campaignId: 'c',
      queueId: QUEUE,
      lineId: null,
      lineCalls: 1,
      state: 'DIALING' as const,
    };
    const open: OpenAttempt & { phase: OpenAttempt['phase'] } = { ...attempt, phase: 'calling' };
    attempts.add(open);
    const ours = { shown: false };
    unshown.set(attemptId, ours);
    const draw = random();
    const [isPerson, lastsMs] = outcome(draw, random);
    attemptMs += lastsMs;
    clock.setTimer(lastsMs, () => {
      if (!isPerson) {
        unshown.delete(attemptId);
        end(open);
        return;
      }
      people++;
      open.phase = 'answered';
      ledger.transferring(attemptId, QUEUE, number);
      // The switch rings the agent before or after it tells that the transfer has come about.
      clock.setTimer(300 * random(), () => centre.enters({ number, enteredAtMs: clock.monotonicMs(), ours }));
      clock.setTimer(150 + 300 * random(), () => {
        watch.handedOver(QUEUE, attemptId, false);
        end(open);
      });
    });
  };
  /** By what really happened, the ledger apart: every call, in flight or handed over, whose agent is still shown as free. */
  const claims = (): number => {
    for (const [attemptId, { shown }] of unshown) if (shown) unshown.delete(attemptId);
    return unshown.size;
  };
  const tick = (): void => {
    const { healthy, free, reserved } = watch.facts(QUEUE);
    const { callsToPlace } = pace({
      ...{ mode: 'PROGRESSIVE', databaseUp: true, leased: true, windowOpen: true, dncInService: true },
      ...{ agentSourceHealthy: healthy, linesInService: 400, freeAgents: free, reservedAgents: reserved },
      ...{ freeLines: 400, callsAllowed: 400, leadDue: true },
    });
    for (let call = 0; call < callsToPlace; call++) {
      if (claims() + 1 > centre.snapshot().free) doubleReservations++;
      place();
    }
  };
  const repeat = (meanMs: number, happens: () => void): void => {
    clock.setTimer(-meanMs * Math.log(1 - random()), () => {
      happens();
      repeat(meanMs, happens);
    });
  };

  centre.onChanged(tick);
  repeat(8_000, () =>
    centre.enters({ number: `+5511${Math.floor(9e8 * random())}`, enteredAtMs: clock.monotonicMs() }),
  );
  repeat(60_000, () => centre.directCall());
  repeat(20_000, () => centre.pause());
  tick();
  await clock.advance(8 * HOUR);
  centre.count();

  const utilisation = (100 * centre.handledMs.ours) / (centre.handledMs.ours + centre.freeMs);
  const meanHandling = centre.handledMs.ours / centre.ownCallers;
  // With the means that were drawn, so that chance is not measured.
  const closedForm = (100 * meanHandling) / (meanHandling + attemptMs / people);
  expect(doubleReservations).toBe(0);
  expect(placed).toBeGreaterThan(80_000);
  expect(ledger.unshownCalls()).toEqual([]);
  expect(Math.abs(closedForm - 64.4)).toBeLessThan(1);
  expect(Math.abs(utilisation - closedForm)).toBeLessThan(1);
}, 60_000);

/** Whether a person answers, and how long it takes until the end of the attempt is known. */
function outcome(draw: number, random: () => number): readonly [boolean, number] {
  if (draw < 0.25) return [true, 2000 + 1000 * Math.min(24, lognormal(random, 9, 0.6))];
  if (draw < 0.5) return [false, 2000 + 1000 * (Math.min(28, lognormal(random, 18, 0.3)) + 2.5)];
  if (draw < 0.6) return [false, 1000 + 2000 * random()];
  return [false, 27_000];
}
