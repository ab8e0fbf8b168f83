import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { classifyFailure } from '../../src/engine/domain/sip-outcome.js';
import type { RawEvidence } from '../../src/engine/domain/termination.js';
import { connectionLost, transferFailed } from '../../src/engine/domain/terminations.js';
import { ending, EngineStores } from '../support/engine-stores.js';
import { judgedAgain } from '../support/judged-again.js';
import { phoneNumbers } from '../support/stored-campaign.js';

let stores: EngineStores;
beforeAll(async () => {
  stores = await EngineStores.open();
});
beforeEach(() => stores.newCampaign());
afterAll(() => stores.close());

test('an end changes attempt, lead and counters together, and happens once', async () => {
  await stores.storeLeads(phoneNumbers(2, 500));
  const lead = await stores.claimOne();
  const step = { attemptId: lead.attemptId, at: new Date() };
  void stores.attempts.move({ ...step, state: 'DIALING' });
  void stores.attempts.move({ ...step, state: 'ANSWERED' });
  const end = ending(lead, { status: 'SUCCESS', reason: 'transferred' });
  const closed = await Promise.all([
    stores.attempts.close({ ...end, transferredAt: new Date() }),
    stores.attempts.close({ ...end, transferredAt: new Date() }),
  ]);
  expect(closed).toEqual([true, false]);
  expect(await stores.counters()).toMatchObject({
    total: 2,
    not_called: 1,
    success: 1,
    pending: 1,
    attempts_ended: 1,
    answered: 1,
    transferred: 1,
  });
  const { rows } = await stores.pool.query('select status, place, attempt_count from lead where id = $1', [
    lead.leadId,
  ]);
  expect(rows).toEqual([{ status: 'SUCCESS', place: 'DONE', attempt_count: 1 }]);
});

test('an attempt that has ended, by another instance perhaps, takes no step: its INVITE must not leave', async () => {
  await stores.storeLeads(phoneNumbers(1, 570));
  const lead = await stores.claimOne();
  await stores.attempts.close(ending(lead, { givenBack: true, status: 'NOT_CALLED', countsAsAttempt: false }));
  await expect(stores.attempts.move({ attemptId: lead.attemptId, state: 'DIALING', at: new Date() })).rejects.toThrow(
    'ended',
  );
});

test('what detection found is kept with the attempt, from the transfer or from the end', async () => {
  const [person = '', machine = ''] = phoneNumbers(2, 450);
  await stores.storeLeads([person, machine]);
  const one = await stores.claimOne();
  const two = await stores.claimOne();
  const at = new Date();
  const found = { decisionMs: 900, confidence: 0.5, at, features: { speechMs: 420, gaps: 1 } } as const;
  await stores.attempts.move({
    ...{ attemptId: one.attemptId, state: 'TRANSFERRING', at },
    amd: { ...found, verdict: 'HUMAN', reason: 'SILENCE_AFTER_UTTERANCE', kind: 'HUMAN' },
  });
  await stores.attempts.close(ending(one, { status: 'SUCCESS', reason: 'transferred' }));
  await stores.attempts.close({
    ...ending(two, { status: 'AMD', reason: 'machine' }),
    amd: { ...found, verdict: 'MACHINE', reason: 'BEEP', kind: 'MACHINE' },
    messageLeft: true,
  });
  const { rows } = await stores.pool.query(
    `select amd_verdict, amd_kind, amd_features, message_left from call_attempt where id = any ($1) order by amd_kind`,
    [[one.attemptId, two.attemptId]],
  );
  const features = { speechMs: 420, gaps: 1 };
  expect(rows).toEqual([
    { amd_verdict: 'HUMAN', amd_kind: 'HUMAN', amd_features: features, message_left: null },
    { amd_verdict: 'MACHINE', amd_kind: 'MACHINE', amd_features: features, message_left: true },
  ]);
});

test('what a peer said is kept, and no character of it keeps the end from being written', async () => {
  await stores.storeLeads(phoneNumbers(1, 580));
  const lead = await stores.claimOne();
  // PostgreSQL stores neither NUL nor half a surrogate pair; a header cut to its length can end in one.
  const sipReason = 'Q.850;cause=17;text="a\u0000b\ud83d';
  expect(await stores.attempts.close(ending(lead, { sipReason }))).toBe(true);
  const { rows } = await stores.pool.query<{ sip_reason: string }>(
    'select sip_reason from call_attempt where id = $1',
    [lead.attemptId],
  );
  expect(rows[0]?.sip_reason).toMatch(/^Q\.850;cause=17;text="a.?b.?$/);
});

test('a call that was not answered can be judged again from its row', async () => {
  await stores.storeLeads(phoneNumbers(1, 585));
  const lead = await stores.claimOne();
  const facts = {
    ...{ sipStatus: 403, reasonPhrase: 'Forbidden', reasonHeaders: ['SIP;cause=403', 'Q.850;cause=21'] },
    ...{ lastProvisional: 180, rang: true, provisionalSeen: true },
  };
  const judged = classifyFailure(facts, 'NOT_CALLED', new Date());
  await stores.attempts.close(ending(lead, judged));
  const { rows } = await stores.pool.query<{ reason: string } & RawEvidence>(
    `select reason, local_cause as "localCause", last_provisional as "lastProvisional", sip_status as "sipStatus",
            sip_phrase as "sipPhrase", sip_reason as "sipReason" from call_attempt where id = $1`,
    [lead.attemptId],
  );
  const [row] = rows;
  if (!row) throw new Error('no row');
  expect(judgedAgain(row, row.reason)).toEqual({ ...judged, at: new Date(0) });
  expect(judged).toMatchObject({ status: 'DECLINED', reason: 'rejected', lastProvisional: 180 });
});

test('a call that was lost is not counted as abandoned, one whose transfer failed is', async () => {
  await stores.storeLeads(phoneNumbers(2, 590));
  const lost = await stores.claimOne();
  const failed = await stores.claimOne();
  for (const { attemptId } of [lost, failed])
    await stores.attempts.move({ attemptId, state: 'ANSWERED', at: new Date() });
  await stores.attempts.close(ending(lost, connectionLost(new Date(), { localCause: 'no-response' })));
  await stores.attempts.close(ending(failed, transferFailed(new Date(), { sipStatus: 486 })));
  expect(await stores.counters()).toMatchObject({ answered: 2, abandoned: 1, unknown: 1, failed: 1 });
});
