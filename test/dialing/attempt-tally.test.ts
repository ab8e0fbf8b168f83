import { expect, test } from '@jest/globals';
import { tallied, talliedCalls } from '../../src/dialing/attempt-tally.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeDatabase } from '../support/fake-database.js';
import { FakeTelephony, ports } from '../support/fake-telephony.js';
import { EngineBench } from '../support/engine-bench.js';

test('a call is counted when it is placed, and not when it may be', async () => {
  const counts = { placed: 0, ended: 0 };
  const tally = { callPlaced: () => counts.placed++, attemptEnded: () => counts.ended++ };
  const database = new FakeDatabase();
  database.addCampaign(new EngineBench().campaign());
  database.addLeads('campaign-1', 1);
  const store = tallied(database, tally);
  const at = new Date(0);
  const [lead] = await database.claim({
    ...{ campaignId: 'campaign-1', scheduleId: 'schedule-1', limit: 1, now: at, epoch: 1, expiresAt: at },
  });
  const attemptId = lead?.attemptId ?? '';
  await store.move({ attemptId, state: 'DIALING', at });
  expect(counts).toEqual({ placed: 0, ended: 0 });

  const telephony = talliedCalls(new FakeTelephony(new FakeClock(at), ports(1)), tally);
  const lineId = telephony.lines()[0]?.id ?? '';
  telephony.placeCall({
    ...{ attemptId, lineId, phoneNumber: '+4930123', callerId: null, ringTimeoutMs: 1_000 },
    onRinging: () => undefined,
  });
  expect(counts).toEqual({ placed: 1, ended: 0 });
});
