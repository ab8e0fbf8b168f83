import { describe, expect, test } from '@jest/globals';
import { EngineBench, HOUR, MINUTE } from '../support/engine-bench.js';
import { ports } from '../support/fake-telephony.js';

describe('a wall clock that jumps', () => {
  test('forward over the end of the window stops new calls, and lets those in flight finish', async () => {
    const bench = new EngineBench({ agents: 2 });
    await bench.start();
    bench.clock.jumpWallClock(9 * HOUR);
    bench.telephony.calls[0]?.answer({ transferMs: 1_000 });
    bench.telephony.calls[1]?.fail({ sipStatus: 486 });
    await bench.clock.advance(10_000);
    expect(bench.database.results()).toEqual(['SUCCESS transferred', 'BUSY busy']);
    expect(bench.telephony.calls).toHaveLength(2);
    expect(bench.database.open()).toEqual([]);
  });

  test('back before the beginning of the window stops new calls until it is there again', async () => {
    const bench = new EngineBench({ agents: 1 });
    await bench.start();
    bench.clock.jumpWallClock(-HOUR);
    bench.telephony.last.fail({ sipStatus: 486 });
    await bench.clock.advance(MINUTE);
    expect(bench.telephony.calls).toHaveLength(1);
    await bench.clock.advance(HOUR);
    expect(bench.telephony.calls.length).toBeGreaterThan(1);
  });

  test.each([-6, 6])(
    'by %i hours changes no duration: rates and reservations go by the monotonic clock',
    async (hours) => {
      const windows = [
        { scheduleId: 's', startsAt: new Date(0), endsAt: new Date('2030-01-01T00:00:00Z'), ran: false },
      ];
      const bench = new EngineBench({ agents: 1, campaign: { windows } });
      bench.telephony.onTransferred = () => undefined;
      await bench.start();
      bench.telephony.last.answer({ transferMs: 0 });
      await bench.clock.advance(1_000);
      bench.clock.jumpWallClock(hours * HOUR);
      // The source never shows the call: its agent is reserved for 10 s after the transfer, whatever the wall clock says.
      await bench.clock.advance(8_000);
      expect(bench.telephony.calls).toHaveLength(1);
      await bench.clock.advance(2_000);
      expect(bench.telephony.calls).toHaveLength(2);
      expect(bench.engine.status().callsPerMinute).toBe(2);
    },
  );

  test('forward past the expiry of claims does not close the calls that this process holds', async () => {
    const bench = new EngineBench({ agents: 1, leads: 1 });
    await bench.start();
    bench.telephony.last.answer({ transferMs: 3 * MINUTE });
    bench.clock.jumpWallClock(HOUR);
    await bench.clock.advance(2 * MINUTE);
    expect(bench.database.results()).toEqual(['-']);
    await bench.clock.advance(MINUTE);
    expect(bench.database.results()).toEqual(['SUCCESS transferred']);
  });
});

test('a campaign that is edited while it is stopped takes its new settings when it is started again', async () => {
  const bench = new EngineBench({ agents: 1, campaign: { callerId: '+493090182001' } });
  await bench.start();
  expect(bench.telephony.last.request).toMatchObject({ callerId: '+493090182001', ringTimeoutMs: 30_000 });
  bench.database.stopped.set('campaign-1', 'OPERATOR');
  bench.engine.campaignStopped('campaign-1');
  await bench.clock.advance(100);

  const edited = { callerId: '+493090182002', ringTimeoutMs: 45_000, pilotNumber: '9100', maxAttempts: 1 };
  bench.database.addCampaign(bench.campaign(edited));
  bench.engine.nudge('campaign-1');
  await bench.clock.advance(MINUTE);
  expect(bench.telephony.calls).toHaveLength(1);

  bench.database.stopped.delete('campaign-1');
  bench.engine.nudge('campaign-1');
  await bench.clock.advance(100);
  expect(bench.telephony.last.request).toMatchObject({ callerId: '+493090182002', ringTimeoutMs: 45_000 });
  bench.telephony.last.answer();
  await bench.clock.advance(100);
  const transferring = bench.database.attempts()[1]?.steps.find(({ state }) => state === 'TRANSFERRING');
  expect(transferring?.transferTarget).toBe('9100');
});

test('an installation without a line dials nothing and says so, and dials over the first one at once', async () => {
  const bench = new EngineBench({ agents: 3, ports: 0 });
  await bench.start();
  await bench.clock.advance(MINUTE);
  expect(bench.database.attempts()).toEqual([]);
  expect([bench.idleReason(), bench.engine.status().idleReason]).toEqual(['TRUNK_DOWN', 'TRUNK_DOWN']);
  bench.telephony.setLines(ports(1));
  await bench.clock.advance(10);
  expect(bench.telephony.calls).toHaveLength(1);
  expect(bench.engine.status().ports).toMatchObject({ free: 0, busy: 1 });
});
