import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EngineBench, FakeDetectors, HOUR } from '../support/engine-bench.js';
import type { Script } from '../support/fake-telephony.js';

const script: fc.Arbitrary<Script> = fc.oneof(
  fc.record({
    does: fc.constant('fail' as const),
    afterMs: fc.integer({ min: 0, max: 40_000 }),
    rang: fc.boolean(),
    sipStatus: fc.constantFrom(302, 403, 404, 408, 480, 486, 487, 488, 500, 503, 600, 603, 607, 608),
  }),
  fc.constant({ does: 'ring-on' } as const),
  fc.record(
    {
      does: fc.constant('answer' as const),
      afterMs: fc.integer({ min: 0, max: 35_000 }),
      transferMs: fc.integer({ min: 0, max: 8_000 }),
      transfer: fc.constantFrom(
        { kind: 'completed' } as const,
        { kind: 'completed' } as const,
        { kind: 'failed', cause: 'refused', evidence: { sipStatus: 503 } } as const,
      ),
      hangsUpMs: fc.integer({ min: 1, max: 6_000 }),
    },
    { requiredKeys: ['does', 'afterMs'] },
  ),
);

const happening = fc.record({
  afterMs: fc.integer({ min: 0, max: 60_000 }),
  what: fc.constantFrom(
    'stop-campaign',
    'start-campaign',
    'agents',
    'source-stale',
    'source-synced',
    'database-away',
    'database-back',
    'lose-lease',
    'dnc-down',
    'dnc-up',
    'nudge',
  ),
  agents: fc.integer({ min: 0, max: 4 }),
});

test('whatever happens: no lead twice in a call, no attempt ends twice, no more calls than free agents, all adds up', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(script, { minLength: 1, maxLength: 12 }),
      fc.array(happening, { maxLength: 25 }),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      async (scripts, happenings, cps, slowCommits) => {
        const detectors = new FakeDetectors((control) => {
          const isMachine = detectors.made.length % 3 === 0;
          bench.clock.setTimer(1500, () => control.find(isMachine ? { verdict: 'MACHINE' } : {}));
        });
        const bench: EngineBench = new EngineBench({
          agents: 3,
          ports: 3,
          leads: 12,
          limits: { maxParallelCalls: 3, maxCallsPerSecond: cps },
          campaign: { retryMinutes: 1, dncServiceId: 'dnc-1' },
          amd: detectors,
        });
        bench.database.addCampaign(bench.campaign({ id: 'campaign-2', retryMinutes: 2, amdEnabled: true }));
        bench.database.addLeads('campaign-2', 12, 1_000_006);
        if (slowCommits) {
          bench.database.beforeMove = () => new Promise((resolve) => bench.clock.setTimer(700, resolve));
          bench.database.afterClaim = () => new Promise((resolve) => bench.clock.setTimer(900, resolve));
        }
        const faults: string[] = [];
        let count = 0;
        bench.telephony.script = () => scripts[count++ % scripts.length] ?? { does: 'ring-on' };
        bench.telephony.onPlaced = (call) => {
          const inCall = bench.telephony.open().map(({ request }) => request.phoneNumber);
          if (new Set(inCall).size !== inCall.length) faults.push('a number twice in a call');
          const lines = bench.telephony.open().map(({ request }) => request.lineId);
          if (new Set(lines).size !== lines.length) faults.push('a port twice in use');
          if (lines.length > 3) faults.push('more calls than allowed');
          // Transfers that the source has shown are not among the free any more; here it shows them at once.
          if (lines.length > bench.queue.snapshot().free) faults.push('more calls than free agents');
          const row = bench.database.attemptRows.get(call.request.attemptId);
          if (row?.state !== 'DIALING') faults.push(`dialed in state ${row?.state}`);
          const second = bench.telephony.calls.filter(({ placedAtMs }) => placedAtMs > call.placedAtMs - 1000);
          if (second.length > cps) faults.push('too many calls in a second');
        };
        bench.telephony.onTransferred = () => {
          bench.queue.takeCall();
          bench.clock.setTimer(20_000, () => bench.queue.finishCall());
        };
        await bench.start();
        for (const { afterMs, what, agents } of happenings) {
          await bench.clock.advance(afterMs);
          happen(bench, what, agents);
        }
        bench.database.comeBack();
        bench.queue.setStatus('SYNCED');
        await bench.clock.advance(5 * 60_000);
        const drained = bench.engine.drain();
        await bench.clock.advance(HOUR);
        await drained;

        expect(faults).toEqual([]);
        expect(bench.engine.status()).toMatchObject({ callsInFlight: 0, ports: { free: 3, busy: 0 } });
        expect(bench.database.open()).toEqual([]);
        expect(detectors.made.filter(({ disposed }) => !disposed)).toEqual([]);
        expect(bench.database.leadRows.filter(({ place }) => place === 'IN_CALL')).toEqual([]);
        for (const attempt of bench.database.attempts()) {
          const told = bench.told(attempt.id);
          expect(told.filter((state) => state === 'ENDED')).toHaveLength(1);
          expect(told.at(-1)).toBe('ENDED');
          expect(told.slice(1, -1)).toEqual(attempt.steps.map(({ state }) => state));
        }
        for (const lead of bench.database.leadRows) {
          const counted = bench.database
            .attempts()
            .filter((attempt) => attempt.lead === lead && attempt.ending?.termination.countsAsAttempt);
          expect(lead.attemptCount).toBe(counted.length);
        }
      },
    ),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 60) },
  );
}, 120_000);

function happen(bench: EngineBench, what: string, agents: number): void {
  switch (what) {
    case 'stop-campaign':
      if (!bench.database.stopped.has('campaign-1')) bench.database.stopped.set('campaign-1', 'OPERATOR');
      bench.engine.campaignStopped('campaign-1');
      return;
    case 'start-campaign':
      bench.database.stopped.delete('campaign-1');
      bench.engine.nudge('campaign-1');
      return;
    case 'agents':
      bench.queue.setFree(agents);
      return;
    case 'source-stale':
      bench.queue.setStatus('STALE');
      return;
    case 'source-synced':
      bench.queue.setStatus('SYNCED');
      return;
    case 'database-away':
      bench.database.isDown = true;
      return;
    case 'database-back':
      bench.database.comeBack();
      return;
    case 'lose-lease':
      bench.database.loseLease();
      return;
    case 'dnc-down':
      bench.dnc.answer = () => 'OUT_OF_SERVICE';
      return;
    case 'dnc-up':
      bench.dnc.answer = () => 'MAY_CALL';
      return;
    case 'nudge':
      bench.engine.nudge();
  }
}
