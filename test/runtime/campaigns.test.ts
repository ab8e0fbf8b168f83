import { describe, expect, test } from '@jest/globals';
import { EngineBench, HOUR, MINUTE } from '../support/engine-bench.js';

/** What the campaign service does when an operator stops a campaign. */
function stop(bench: EngineBench, campaignId = 'campaign-1'): void {
  bench.database.stopped.set(campaignId, 'OPERATOR');
  bench.engine.campaignStopped(campaignId);
}

describe('an operator who stops a campaign', () => {
  test('cancels what rings, and the lead is as it was before', async () => {
    const bench = new EngineBench({ agents: 2 });
    await bench.start();
    stop(bench);
    await bench.clock.advance(0);
    expect(bench.telephony.calls.map(({ cancelled }) => cancelled)).toEqual(['campaign-stopped', 'campaign-stopped']);
    expect(bench.database.results()).toEqual(['NOT_CALLED campaign-stopped', 'NOT_CALLED campaign-stopped']);
    expect(bench.database.lead(0)).toMatchObject({ status: 'NOT_CALLED', place: 'NEW', attemptCount: 0 });
    await bench.clock.advance(MINUTE);
    expect(bench.telephony.calls).toHaveLength(2);
    expect(bench.idleReason()).toBeNull();
  });

  test('race 3: lets an answered call finish its detection and transfer', async () => {
    const bench = new EngineBench({ agents: 1 });
    await bench.start();
    bench.telephony.last.answer({ transferMs: 5000 });
    await bench.clock.advance(10);
    stop(bench);
    await bench.clock.advance(5000);
    expect(bench.database.results()).toEqual(['SUCCESS transferred']);
  });

  test.each(['campaign-stopped', 'ring-timeout'])(
    'an answer that crosses the CANCEL (%s) is carried on with',
    async (why) => {
      const bench = new EngineBench({ agents: 1 });
      bench.telephony.cancelByHand = true;
      await bench.start();
      if (why === 'campaign-stopped') stop(bench);
      bench.telephony.last.answer({ transferMs: 100 });
      await bench.clock.advance(200);
      expect(bench.database.results()[0]).toBe('SUCCESS transferred');
      expect(bench.told('attempt-1').filter((state) => state === 'ENDED')).toHaveLength(1);
    },
  );

  test('while leads are being claimed or asked about gets them back', async () => {
    const bench = new EngineBench({ agents: 1, campaign: { dncServiceId: 'dnc-1' } });
    let answer: (may: 'MAY_CALL') => void = () => undefined;
    bench.dnc.answer = () => new Promise((resolve) => (answer = resolve));
    await bench.start();
    stop(bench);
    answer('MAY_CALL');
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(0);
    expect(bench.database.results()).toEqual(['NOT_CALLED campaign-stopped']);
  });

  test('while a claim is under way gets its leads back, undialed', async () => {
    const bench = new EngineBench({ agents: 1 });
    let answer: () => void = () => undefined;
    bench.database.afterClaim = () => new Promise((resolve) => (answer = resolve));
    await bench.start();
    stop(bench);
    answer();
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(0);
    expect(bench.database.results()).toEqual(['NOT_CALLED campaign-stopped']);
  });

  test('in another process has its ringing calls cancelled all the same, at the next poll', async () => {
    const bench = new EngineBench({ agents: 1 });
    await bench.start();
    bench.database.stopped.set('campaign-1', 'OPERATOR');
    await bench.clock.advance(5000);
    expect(bench.database.results()).toEqual(['NOT_CALLED campaign-stopped']);
  });

  test('and starts it again has it dial on', async () => {
    const bench = new EngineBench({ agents: 1 });
    await bench.start();
    stop(bench);
    await bench.clock.advance(1000);
    bench.database.stopped.clear();
    bench.engine.nudge('campaign-1');
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(2);
  });
});

describe('schedules', () => {
  test('open and close by the clock, and are marked as run', async () => {
    const bench = new EngineBench({ agents: 1 });
    const at = (hours: number): Date => new Date(bench.clock.now().getTime() + hours * HOUR);
    const windows = [
      { scheduleId: 'schedule-1', startsAt: at(1), endsAt: at(2), ran: false },
      { scheduleId: 'schedule-2', startsAt: at(25), endsAt: at(26), ran: false },
    ];
    bench.database.addCampaign(bench.campaign({ windows }));
    bench.telephony.script = () => ({ does: 'fail', afterMs: 20_000, sipStatus: 480 });
    await bench.start();
    expect(bench.idleReason()).toBe('OUTSIDE_SCHEDULE');
    await bench.clock.advance(HOUR - 1);
    expect(bench.telephony.calls).toHaveLength(0);
    expect(bench.database.ran.size).toBe(0);
    await bench.clock.advance(1);
    expect(bench.telephony.calls).toHaveLength(1);
    expect([...bench.database.ran]).toEqual(['schedule-1']);
    expect(bench.eventsOf('schedule-changed')[0]).toMatchObject({ scheduleId: 'schedule-1' });
    await bench.clock.advance(HOUR);
    const calls = bench.telephony.calls.length;
    bench.events.length = 0;
    await bench.clock.advance(HOUR);
    expect(bench.telephony.calls).toHaveLength(calls);
    expect(bench.idleReason()).toBe('OUTSIDE_SCHEDULE');
    await bench.clock.advance(22 * HOUR);
    expect(bench.telephony.calls.length).toBeGreaterThan(calls);
    expect([...bench.database.ran]).toEqual(['schedule-1', 'schedule-2']);
  });

  test('have a call of 17:00 with a retry time of a day called again at 17:00', async () => {
    const campaign = { retryMinutes: 1440 };
    const bench = new EngineBench({ agents: 1, leads: 1, campaign });
    const nine = bench.clock.now().getTime();
    const windows = [0, 1, 2].map((day) => ({
      scheduleId: `schedule-${day}`,
      startsAt: new Date(nine + day * 24 * HOUR),
      endsAt: new Date(nine + (day * 24 + 9) * HOUR),
      ran: false,
    }));
    bench.database.addCampaign(bench.campaign({ ...campaign, windows }));
    bench.queue.setFree(0);
    await bench.start();
    await bench.clock.advance(8 * HOUR - 5000);
    bench.queue.setFree(1);
    await bench.clock.advance(5000);
    bench.telephony.last.fail({ sipStatus: 486 });
    await bench.clock.advance(24 * HOUR - 1);
    expect(bench.telephony.calls).toHaveLength(1);
    await bench.clock.advance(1);
    expect(bench.telephony.calls).toHaveLength(2);
    expect(bench.clock.now().toISOString()).toBe('2026-03-03T17:00:00.000Z');
  });

  test('have a lead that comes due at night called first thing in the morning, before new ones', async () => {
    const bench = new EngineBench({ agents: 1, leads: 2 });
    const nine = bench.clock.now().getTime();
    const windows = [0, 1].map((day) => ({
      scheduleId: `schedule-${day}`,
      startsAt: new Date(nine + day * 24 * HOUR),
      endsAt: new Date(nine + day * 24 * HOUR + 10_000),
      ran: false,
    }));
    bench.database.addCampaign(bench.campaign({ windows }));
    bench.telephony.script = () => ({ does: 'fail', afterMs: 9_999, sipStatus: 486 });
    await bench.start();
    await bench.clock.advance(24 * HOUR);
    const numbers = bench.telephony.calls.map(({ request }) => request.phoneNumber);
    expect(numbers.slice(-1)).toEqual([bench.database.lead(0).phoneNumber]);
  });

  test('are noticed when the wall clock jumps into one', async () => {
    const bench = new EngineBench({ agents: 1 });
    const startsAt = new Date(bench.clock.now().getTime() + HOUR);
    const endsAt = new Date(startsAt.getTime() + HOUR);
    bench.database.addCampaign(bench.campaign({ windows: [{ scheduleId: 's', startsAt, endsAt, ran: false }] }));
    await bench.start();
    bench.clock.jumpWallClock(HOUR);
    await bench.clock.advance(5000);
    expect(bench.telephony.calls).toHaveLength(1);
  });
});

describe('a campaign stops by itself', () => {
  test('when its last schedule has ended', async () => {
    const bench = new EngineBench({ agents: 0 });
    await bench.start();
    await bench.clock.advance(8 * HOUR);
    expect(bench.database.stopped.get('campaign-1')).toBe('NO_SCHEDULE_LEFT');
    expect(bench.eventsOf('campaign-stopped')).toEqual([
      { type: 'campaign-stopped', campaignId: 'campaign-1', reason: 'NO_SCHEDULE_LEFT' },
    ]);
  });

  test('when no lead is left, but not before the last attempt has ended', async () => {
    const bench = new EngineBench({ agents: 2, leads: 2 });
    await bench.start();
    bench.telephony.calls[0]?.answer();
    await bench.clock.advance(20_000);
    expect(bench.database.stopsAsked).toBe(0);
    bench.telephony.calls[1]?.answer();
    await bench.clock.advance(100);
    expect(bench.database.stopped.get('campaign-1')).toBe('NO_LEADS_LEFT');
  });

  test('not while a lead waits for its retry', async () => {
    const bench = new EngineBench({ agents: 1, leads: 1 });
    bench.telephony.script = () => ({ does: 'fail', afterMs: 10, sipStatus: 486 });
    await bench.start();
    await bench.clock.advance(30 * MINUTE);
    expect(bench.database.stopped.size).toBe(0);
    await bench.clock.advance(4.5 * HOUR);
    expect(bench.telephony.calls).toHaveLength(5);
    expect(bench.database.stopped.get('campaign-1')).toBe('NO_LEADS_LEFT');
  });

  test('at once if it was started with nothing to do, outside its schedule too', async () => {
    const bench = new EngineBench({ leads: 0 });
    const startsAt = new Date(bench.clock.now().getTime() + HOUR);
    const endsAt = new Date(startsAt.getTime() + HOUR);
    bench.database.addCampaign(bench.campaign({ windows: [{ scheduleId: 's', startsAt, endsAt, ran: false }] }));
    await bench.start();
    expect(bench.database.stopped.get('campaign-1')).toBe('NO_LEADS_LEFT');
  });
});

describe('do not call', () => {
  test('closes the attempt without a call, and the lead for good', async () => {
    const bench = new EngineBench({ agents: 1, leads: 2, campaign: { dncServiceId: 'dnc-1' } });
    const refused = bench.database.lead(0).phoneNumber;
    bench.dnc.answer = (number) => (number === refused ? 'DO_NOT_CALL' : 'MAY_CALL');
    await bench.start();
    expect(bench.told('attempt-1')).toEqual(['QUEUED', 'CHECKING_DNC', 'ENDED']);
    expect(bench.database.results()[0]).toBe('DO_NOT_CALL do-not-call');
    expect(bench.database.lead(0)).toMatchObject({ status: 'DO_NOT_CALL', place: 'DONE', attemptCount: 0 });
    expect(bench.telephony.calls.map(({ request }) => request.phoneNumber)).toEqual([
      bench.database.lead(1).phoneNumber,
    ]);
  });

  test('blocks everything while the service does not answer, and resumes by itself', async () => {
    const bench = new EngineBench({ agents: 3, campaign: { dncServiceId: 'dnc-1' } });
    bench.dnc.answer = () => 'OUT_OF_SERVICE';
    await bench.start();
    await bench.clock.advance(10 * MINUTE);
    expect(bench.telephony.calls).toHaveLength(0);
    expect(bench.idleReason()).toBe('DNC_OUT_OF_SERVICE');
    expect(bench.database.attempts()).toHaveLength(3);
    expect(bench.database.lead(0)).toMatchObject({ status: 'NOT_CALLED', place: 'NEW' });
    bench.dnc.answer = () => 'MAY_CALL';
    await bench.clock.advance(5000);
    expect(bench.telephony.calls).toHaveLength(3);
    expect(bench.idleReason()).toBeNull();
    expect(bench.telephony.calls[0]?.request.phoneNumber).toBe(bench.database.lead(0).phoneNumber);
  });

  test('fails closed when the service is not known', async () => {
    const bench = new EngineBench({ agents: 1, campaign: { dncServiceId: 'gone' } });
    await bench.start();
    await bench.clock.advance(MINUTE);
    expect(bench.telephony.calls).toHaveLength(0);
    expect(bench.idleReason()).toBe('DNC_OUT_OF_SERVICE');
  });

  test('out of service holds up only the campaigns that use it', async () => {
    const bench = new EngineBench({ agents: 2, campaign: { dncServiceId: 'dnc-1' } });
    bench.dnc.answer = () => 'OUT_OF_SERVICE';
    bench.database.addCampaign(bench.campaign({ id: 'campaign-2' }));
    bench.database.addLeads('campaign-2', 5, 5_000_000);
    await bench.start();
    await bench.clock.advance(1000);
    expect(bench.telephony.calls).toHaveLength(2);
    expect([bench.idleReason(), bench.idleReason('campaign-2')]).toEqual(['DNC_OUT_OF_SERVICE', null]);
    expect(bench.engine.status().idleReason).toBeNull();
  });
});

describe('statuses', () => {
  test('are told of only when they change', async () => {
    const bench = new EngineBench({ agents: 0 });
    await bench.start();
    bench.events.length = 0;
    await bench.clock.advance(10 * MINUTE);
    expect(bench.eventsOf('campaign-status-changed')).toHaveLength(0);
    expect(bench.eventsOf('engine-status-changed')).toHaveLength(0);
    bench.queue.setFree(1);
    await bench.clock.advance(0);
    expect(bench.eventsOf('campaign-status-changed').length).toBeGreaterThan(0);
  });

  test('are zeros for a campaign that is not started', () => {
    const bench = new EngineBench();
    expect(bench.engine.campaignStatus('x')).toEqual({ idleReason: null, callsPerMinute: 0, freeAgents: 0 });
  });
});

test('leads that the claim puts out of the way hold up the others for moments only', async () => {
  const bench = new EngineBench({ agents: 1, leads: 5 });
  const claim = bench.database.claim.bind(bench.database);
  let suppressed = 4;
  bench.database.claim = (request) => {
    const lead = bench.database.leadRows.find(({ place }) => place === 'NEW');
    if (suppressed-- <= 0 || !lead) return claim(request);
    lead.place = 'DONE';
    return Promise.resolve([]);
  };
  await bench.start();
  await bench.clock.advance(1000);
  expect(bench.telephony.calls.map(({ request }) => request.phoneNumber)).toEqual([bench.database.lead(4).phoneNumber]);
});

test('a campaign with nothing to dial does not ask the database over and over', async () => {
  const bench = new EngineBench({ agents: 1, leads: 1 });
  bench.telephony.script = () => ({ does: 'fail', afterMs: 10, sipStatus: 486 });
  await bench.start();
  await bench.clock.advance(59 * MINUTE);
  expect(bench.database.claims).toBeLessThanOrEqual(3);
});

test('one telephone number is never in two calls, and its second lead is called when the first call is over', async () => {
  const bench = new EngineBench({ agents: 2, leads: 1 });
  bench.database.addCampaign(bench.campaign({ id: 'campaign-2' }));
  bench.database.addLeads('campaign-2', 1);
  await bench.start();
  await bench.clock.advance(7000);
  expect(bench.telephony.calls).toHaveLength(1);
  bench.telephony.last.fail({ sipStatus: 486 });
  await bench.clock.advance(100);
  expect(bench.telephony.calls).toHaveLength(2);
});
