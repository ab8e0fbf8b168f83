import { expect, test } from '@jest/globals';
import { EngineBench, HOUR } from '../support/engine-bench.js';
import type { Script } from '../support/fake-telephony.js';
import { lognormal, seeded } from '../support/random.js';

const WARM_UP_MS = 600_000;

/*
 * The reference load of the pacing model: 25 % people, 25 % machines, 10 % failed, 40 % no answer; talk 120 s, wrap-up
 * 20 s; detection off, so that a machine is told by script. The closed form of one call for one agent: a mean attempt of
 * 19.35 s, four of them for a person, 140 / (140 + 77.4) = 64.4 % of the agents' time.
 */
test('progressive pacing keeps agents as busy as the closed form says, and nobody is abandoned', async () => {
  const agents = 20;
  const bench = new EngineBench({ agents, ports: 40, leads: 0, campaign: { maxAttempts: 100, retryMinutes: 1 } });
  const random = seeded(20260302);
  let waited = 0;
  let attemptMs = 0;
  let attempts = 0;
  let people = 0;
  let handlingMs = 0;
  let busyMs = 0;
  let countedToMs = WARM_UP_MS;
  /** Adds up what the agents have worked since the last change of theirs. */
  const countWork = (): void => {
    const nowMs = bench.clock.monotonicMs();
    if (nowMs <= countedToMs) return;
    busyMs += bench.queue.snapshot().busy * (nowMs - countedToMs);
    countedToMs = nowMs;
  };
  bench.database.addLeads('campaign-1', 400);
  bench.telephony.script = (): Script => {
    const draw = random();
    const script = ((): Script => {
      if (draw < 0.25) {
        return { does: 'answer', afterMs: 2000 + 1000 * Math.min(24, lognormal(random, 9, 0.6)), transferMs: 0 };
      }
      // A machine costs its time, and gives no work to an agent.
      if (draw < 0.5) {
        const afterMs = 2000 + 1000 * (Math.min(28, lognormal(random, 18, 0.3)) + 2.5);
        return { does: 'fail', afterMs, sipStatus: 486, rang: true };
      }
      if (draw < 0.6) return { does: 'fail', afterMs: 1000 + 2000 * random(), sipStatus: 503 };
      return { does: 'fail', afterMs: 27_000, sipStatus: 480, rang: true };
    })();
    attempts++;
    if (script.does !== 'ring-on') attemptMs += script.afterMs;
    return script;
  };
  bench.telephony.onTransferred = () => {
    people++;
    if (bench.queue.snapshot().free === 0) waited++;
    countWork();
    bench.queue.takeCall();
    const handling = 1000 * (lognormal(random, 120, 0.8) + lognormal(random, 20, 0.5));
    handlingMs += handling;
    bench.clock.setTimer(handling, () => {
      countWork();
      bench.queue.finishCall();
    });
  };
  // People are called again as other people would be: the list must not run dry.
  const close = bench.database.close.bind(bench.database);
  bench.database.close = async (ending) => {
    const lead = { ...ending.lead, place: 'RETRY' as const, dueAt: ending.termination.at, attemptCount: 0 };
    return close({ ...ending, lead });
  };
  await bench.start();
  await bench.clock.advance(8 * HOUR - 1000);
  countWork();

  const utilisation = (100 * busyMs) / (countedToMs - WARM_UP_MS) / agents;
  // The closed form with the means that were drawn, so that chance is not measured.
  const meanHandling = handlingMs / people;
  const closedForm = (100 * meanHandling) / (meanHandling + attemptMs / people);
  expect(attempts).toBeGreaterThan(8000);
  expect(Math.abs(utilisation - closedForm)).toBeLessThan(1);
  expect(Math.abs(closedForm - 64.4)).toBeLessThan(2);
  expect(waited).toBe(0);
}, 120_000);
