import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { AttemptEnding } from '../../src/engine/contracts/attempt-store.js';
import type { Log } from '../../src/engine/contracts/log.js';
import { PostgresConversationStore } from '../../src/engine/postgres/conversation-store.js';
import { PostgresAttemptStore } from '../../src/engine/postgres/attempt-store.js';
import { PostgresCampaignStore } from '../../src/engine/postgres/campaign-store.js';
import { PostgresInstanceLease } from '../../src/engine/postgres/instance-lease.js';
import { PostgresLeadStore } from '../../src/engine/postgres/lead-store.js';
import { classifyFailure } from '../../src/engine/domain/sip-outcome.js';
import { connectionLost, transferFailed } from '../../src/engine/domain/terminations.js';
import { afterAttempt } from '../../src/engine/domain/retry-policy.js';
import type { RawEvidence, Termination } from '../../src/engine/domain/termination.js';
import { systemClock } from '../../src/system-clock.js';
import { phoneNumbers, storeCampaign, storeLeads, type StoredCampaign } from '../support/stored-campaign.js';
import { judgedAgain } from '../support/judged-again.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quiet,
};
const policy = {
  maxAttempts: 5,
  retryMinutes: 60,
  retryStatuses: ['FAILED', 'BUSY', 'SERVICE_TEMPORARILY_UNAVAILABLE', 'UNKNOWN'] as const,
  retryUnreachable: false,
};

describe('the stores of the engine', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let leads: PostgresLeadStore;
  let attempts: PostgresAttemptStore;
  let campaigns: PostgresCampaignStore;
  let campaign: StoredCampaign;
  let epoch: number;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 8 });
    pool.on('error', () => undefined);
    leads = new PostgresLeadStore(pool);
    attempts = new PostgresAttemptStore(pool, systemClock, quiet);
    campaigns = new PostgresCampaignStore(pool);
  });

  beforeEach(async () => {
    campaign = await storeCampaign(pool);
    const { rows } = await pool.query<{ epoch: string }>('select epoch from engine_lease');
    epoch = Number(rows[0]?.epoch);
  });

  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  test('a conversation is kept as it is until it is over', async () => {
    const conversations = new PostgresConversationStore(pool);
    const dialog = {
      ...{ lineId: 'line', callId: 'call', localTag: 'l', remoteTag: 'r', localSequence: 2, remoteSequence: null },
      ...{ localUri: 'sip:l@x', remoteUri: 'sip:r@x', remoteTarget: 'sip:r@y', routeSet: ['<sip:p;lr>'] },
    };
    const leg = {
      dialog,
      localSdp: 'v=0\r\n',
      remoteSdp: 'v=0',
      sessionTimer: { intervalSeconds: 90, weRefresh: true },
    };
    const attemptId = randomUUID();
    const kept = { attemptId, queueId: randomUUID(), since: new Date(0), customer: leg, pilot: leg };
    await conversations.save(kept);
    const later = { ...kept, pilot: { ...leg, sessionTimer: null } };
    await conversations.save(later);
    expect(await conversations.load()).toEqual([later]);
    await conversations.delete(attemptId);
    await conversations.delete(attemptId);
    expect(await conversations.load()).toEqual([]);
  });

  const claim = (limit: number, now = new Date(), of = campaign) =>
    leads.claim({ ...of, limit, now, epoch, expiresAt: new Date(now.getTime() + 600_000) });

  function ending(lead: { attemptId: string; attemptCount: number }, result: Partial<Termination>): AttemptEnding {
    const termination: Termination = {
      status: 'BUSY',
      attributedTo: 'CALLEE',
      reason: 'busy',
      countsAsAttempt: true,
      at: new Date(),
      ...result,
    };
    const ended = { termination, statusBefore: 'NOT_CALLED' as const, attemptCount: lead.attemptCount };
    return { attemptId: lead.attemptId, termination, lead: afterAttempt(ended, policy) };
  }

  async function counters(of = campaign): Promise<Record<string, number>> {
    const { rows } = await pool.query<Record<string, number>>(
      'select * from campaign_counters where campaign_id = $1',
      [of.campaignId],
    );
    return rows[0] ?? {};
  }

  test('leads are claimed in file order, each with an open attempt', async () => {
    const numbers = phoneNumbers(5, 100);
    await storeLeads(pool, campaign.campaignId, numbers);
    const first = await claim(3);
    expect(first.map((lead) => lead.phoneNumber)).toEqual(numbers.slice(0, 3));
    const rest = await claim(3);
    expect(rest.map((lead) => lead.phoneNumber)).toEqual(numbers.slice(3));
    expect(await claim(3)).toEqual([]);
    const { rows } = await pool.query<{ state: string }>(
      'select state from call_attempt where campaign_id = $1 and ended_at is null',
      [campaign.campaignId],
    );
    expect(rows).toHaveLength(5);
  });

  test('retries that are due go before new leads, the earliest first, and early ones wait', async () => {
    const numbers = phoneNumbers(4, 200);
    await storeLeads(pool, campaign.campaignId, numbers);
    const [one, two] = await claim(2);
    if (!one || !two) throw new Error('nothing claimed');
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    await attempts.close(ending(one, { at: minutesAgo(70) }));
    await attempts.close(ending(two, { at: minutesAgo(90) }));
    const order = (await claim(3)).map((lead) => lead.phoneNumber);
    expect(order).toEqual([numbers[1], numbers[0], numbers[2]]);
    expect(await leads.nextDueAt(campaign.campaignId)).toEqual(new Date(0));
  });

  test('a number that is in a call of one campaign is not claimed by another', async () => {
    const [shared = '', other = ''] = phoneNumbers(2, 300);
    await storeLeads(pool, campaign.campaignId, [shared]);
    const second = await storeCampaign(pool);
    await storeLeads(pool, second.campaignId, [shared, other]);
    await claim(1);
    expect((await claim(5, new Date(), second)).map((lead) => lead.phoneNumber)).toEqual([other]);
  });

  test('the database refuses a second open attempt for a lead or a number', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(1, 350));
    const [lead] = await claim(1);
    const copy = pool.query(
      `insert into call_attempt (id, campaign_id, campaign_name, schedule_id, lead_id, lead_name, lead_status_before,
         phone_number, state, epoch, claim_expires_at, queued_at)
       select gen_random_uuid(), campaign_id, campaign_name, schedule_id, gen_random_uuid(), lead_name,
         lead_status_before, phone_number, state, epoch, claim_expires_at, queued_at
       from call_attempt where id = $1`,
      [lead?.attemptId],
    );
    await expect(copy).rejects.toMatchObject({ constraint: 'call_attempt_open_number_key' });
  });

  test('a number that asked never to be called again is not claimed, in any campaign, and is not left over', async () => {
    const [unwanted = '', next = ''] = phoneNumbers(2, 400);
    await storeLeads(pool, campaign.campaignId, [unwanted]);
    const [lead] = await claim(1);
    if (!lead) throw new Error('nothing claimed');
    await attempts.close(ending(lead, { status: 'DECLINED', reason: 'unwanted', suppressNumber: true }));
    const second = await storeCampaign(pool);
    await storeLeads(pool, second.campaignId, [unwanted, next]);
    const claimed = await claim(2, new Date(), second);
    expect(claimed.map((one) => one.phoneNumber)).toEqual([next]);
    expect(await counters(second)).toMatchObject({ total: 2, not_called: 2, pending: 1 });
  });

  test('what detection found is kept with the attempt, from the transfer or from the end', async () => {
    const [person = '', machine = ''] = phoneNumbers(2, 450);
    await storeLeads(pool, campaign.campaignId, [person, machine]);
    const [one, two] = await claim(2);
    if (!one || !two) throw new Error('nothing claimed');
    const at = new Date();
    const found = { decisionMs: 900, confidence: 0.5, at, features: { speechMs: 420, gaps: 1 } } as const;
    await attempts.move({
      ...{ attemptId: one.attemptId, state: 'TRANSFERRING', at },
      amd: { ...found, verdict: 'HUMAN', reason: 'SILENCE_AFTER_UTTERANCE', kind: 'HUMAN' },
    });
    await attempts.close(ending(one, { status: 'SUCCESS', reason: 'transferred' }));
    await attempts.close({
      ...ending(two, { status: 'AMD', reason: 'machine' }),
      amd: { ...found, verdict: 'MACHINE', reason: 'BEEP', kind: 'MACHINE' },
      messageLeft: true,
    });
    const { rows } = await pool.query(
      `select amd_verdict, amd_kind, amd_features, message_left from call_attempt where id = any ($1) order by amd_kind`,
      [[one.attemptId, two.attemptId]],
    );
    const features = { speechMs: 420, gaps: 1 };
    expect(rows).toEqual([
      { amd_verdict: 'HUMAN', amd_kind: 'HUMAN', amd_features: features, message_left: null },
      { amd_verdict: 'MACHINE', amd_kind: 'MACHINE', amd_features: features, message_left: true },
    ]);
  });

  test('many leads in front that may not be called hold up nobody behind them', async () => {
    const numbers = phoneNumbers(41, 5000);
    await storeLeads(pool, campaign.campaignId, numbers);
    await pool.query(
      `insert into suppressed_number (phone_number, reason, suppressed_at) select unnest($1::text[]), 'unwanted', now()`,
      [numbers.slice(0, 40)],
    );
    expect((await claim(1)).map((one) => one.phoneNumber)).toEqual(numbers.slice(40));
    expect(await counters()).toMatchObject({ total: 41, pending: 1 });
  });

  test('a number has at most 20 uncounted tries in 24 hours', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(1, 450));
    const start = new Date(Date.now() - 23 * 3_600_000);
    const at = (turn: number) => new Date(start.getTime() + turn * 65 * 60_000);
    for (let turn = 0; turn < 20; turn++) {
      const [lead] = await claim(1, at(turn));
      if (!lead) throw new Error(`nothing claimed in turn ${turn}`);
      await attempts.move({ attemptId: lead.attemptId, state: 'DIALING', at: at(turn) });
      const fault = {
        status: 'SERVICE_TEMPORARILY_UNAVAILABLE',
        reason: 'trunk-fault',
        countsAsAttempt: false,
      } as const;
      await attempts.close(ending(lead, { ...fault, at: at(turn) }));
    }
    expect(await claim(1, at(20))).toEqual([]);
    expect(await leads.nextDueAt(campaign.campaignId)).toEqual(new Date(start.getTime() + 24 * 3_600_000));
  });

  test('an attempt whose INVITE was kept back after all is no try, and has no time of dialing', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(1, 460));
    const at = new Date();
    for (let turn = 0; turn < 20; turn++) {
      const [lead] = await claim(1, at);
      if (!lead) throw new Error(`nothing claimed in turn ${turn}`);
      await attempts.move({ attemptId: lead.attemptId, state: 'DIALING', at });
      const back = { status: 'NOT_CALLED', reason: 'no-agents', givenBack: true, countsAsAttempt: false } as const;
      await attempts.close({ ...ending(lead, { ...back, at }), neverDialed: true });
    }
    expect(await claim(1, at)).toHaveLength(1);
    const { rows } = await pool.query('select distinct dialed_at from call_attempt where campaign_id = $1', [
      campaign.campaignId,
    ]);
    expect(rows).toEqual([{ dialed_at: null }]);
  });

  test('an end changes attempt, lead and counters together, and happens once', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(2, 500));
    const [lead] = await claim(1);
    if (!lead) throw new Error('nothing claimed');
    const step = { attemptId: lead.attemptId, at: new Date() };
    void attempts.move({ ...step, state: 'DIALING' });
    void attempts.move({ ...step, state: 'ANSWERED' });
    const end = ending(lead, { status: 'SUCCESS', reason: 'transferred' });
    const closed = await Promise.all([
      attempts.close({ ...end, transferredAt: new Date() }),
      attempts.close({ ...end, transferredAt: new Date() }),
    ]);
    expect(closed).toEqual([true, false]);
    expect(await counters()).toMatchObject({
      total: 2,
      not_called: 1,
      success: 1,
      pending: 1,
      attempts_ended: 1,
      answered: 1,
      transferred: 1,
    });
    const { rows } = await pool.query('select status, place, attempt_count from lead where id = $1', [lead.leadId]);
    expect(rows).toEqual([{ status: 'SUCCESS', place: 'DONE', attempt_count: 1 }]);
  });

  test('a write that the database refuses fails alone', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(2, 550));
    const [good, bad] = await claim(2);
    if (!good || !bad) throw new Error('nothing claimed');
    const broken = attempts.close(ending(bad, { sipStatus: 1e12 }));
    const fine = attempts.close(ending(good, {}));
    await expect(broken).rejects.toThrow();
    expect(await fine).toBe(true);
    expect(await attempts.close(ending(bad, {}))).toBe(true);
  });

  test('an attempt that has ended, by another instance perhaps, takes no step: its INVITE must not leave', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(1, 570));
    const [lead] = await claim(1);
    if (!lead) throw new Error('nothing claimed');
    await attempts.close(ending(lead, { givenBack: true, status: 'NOT_CALLED', countsAsAttempt: false }));
    await expect(attempts.move({ attemptId: lead.attemptId, state: 'DIALING', at: new Date() })).rejects.toThrow(
      'ended',
    );
  });

  test('what is written of an attempt without waiting is committed in its order', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(1, 575));
    const [lead] = await claim(1);
    if (!lead) throw new Error('nothing claimed');
    const { attemptId } = lead;
    const at = new Date('2026-03-02T12:00:00Z');
    const settled: string[] = [];
    const steps = (['DIALING', 'RINGING', 'ANSWERED'] as const).map(async (state) => {
      await attempts.move({ attemptId, state, at });
      settled.push(state);
    });
    expect(await attempts.close(ending(lead, {}))).toBe(true);
    await Promise.all(steps);
    expect(settled).toEqual(['DIALING', 'RINGING', 'ANSWERED']);
    const { rows } = await pool.query(
      'select state, dialed_at, ringing_at, answered_at from call_attempt where id = $1',
      [attemptId],
    );
    expect(rows).toEqual([{ state: 'ENDED', dialed_at: at, ringing_at: at, answered_at: at }]);
  });

  test('what a peer said is kept, and no character of it keeps the end from being written', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(1, 580));
    const [lead] = await claim(1);
    if (!lead) throw new Error('nothing claimed');
    // PostgreSQL stores neither NUL nor half a surrogate pair; a header cut to its length can end in one.
    const sipReason = 'Q.850;cause=17;text="a\u0000b\ud83d';
    expect(await attempts.close(ending(lead, { sipReason }))).toBe(true);
    const { rows } = await pool.query<{ sip_reason: string }>('select sip_reason from call_attempt where id = $1', [
      lead.attemptId,
    ]);
    expect(rows[0]?.sip_reason).toMatch(/^Q\.850;cause=17;text="a.?b.?$/);
  });

  test('a call that was not answered can be judged again from its row', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(1, 585));
    const [lead] = await claim(1);
    if (!lead) throw new Error('nothing claimed');
    const facts = {
      ...{ sipStatus: 403, reasonPhrase: 'Forbidden', reasonHeaders: ['SIP;cause=403', 'Q.850;cause=21'] },
      ...{ lastProvisional: 180, rang: true, provisionalSeen: true },
    };
    const judged = classifyFailure(facts, 'NOT_CALLED', new Date());
    await attempts.close(ending(lead, judged));
    const { rows } = await pool.query<{ reason: string } & RawEvidence>(
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
    await storeLeads(pool, campaign.campaignId, phoneNumbers(2, 590));
    const [lost, failed] = await claim(2);
    if (!lost || !failed) throw new Error('nothing claimed');
    for (const { attemptId } of [lost, failed]) await attempts.move({ attemptId, state: 'ANSWERED', at: new Date() });
    await attempts.close(ending(lost, connectionLost(new Date(), { localCause: 'no-response' })));
    await attempts.close(ending(failed, transferFailed(new Date(), { sipStatus: 486 })));
    expect(await counters()).toMatchObject({ answered: 2, abandoned: 1, unknown: 1, failed: 1 });
  });

  test('a transaction whose connection is cut is tried again, and the process goes on', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(1, 590));
    const [lead] = await claim(1);
    if (!lead) throw new Error('nothing claimed');
    const admin = new pg.Client(database.url);
    await admin.connect();
    await admin.query('begin');
    await admin.query('lock table call_attempt in access exclusive mode');
    void attempts.move({ attemptId: lead.attemptId, state: 'DIALING', at: new Date() });
    const closed = attempts.close(ending(lead, {}));
    let cut = 0;
    while (cut === 0) {
      const { rowCount } = await pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%update call_attempt%'`,
      );
      cut = rowCount ?? 0;
    }
    await admin.query('rollback');
    await admin.end();
    expect(await closed).toBe(true);
  });

  test('writes wait while the database cuts the connections, and nothing is lost or done twice', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(30, 600));
    const claimed = await claim(30);
    const admin = new pg.Client(database.url);
    await admin.connect();
    const writes = claimed.map((lead) => attempts.close(ending(lead, {})));
    await admin.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    const results = await Promise.all(writes);
    // A commit whose answer was lost is found done when it is tried again, and says so.
    expect(results).toHaveLength(30);
    // Over the connection that was left alone: the pool may hold one whose end it has not heard of.
    const { rows } = await admin.query('select * from campaign_counters where campaign_id = $1', [campaign.campaignId]);
    await admin.end();
    expect(rows).toMatchObject([{ total: 30, busy: 30, not_called: 0, attempts_ended: 30 }]);
  });

  test('a stopped campaign and an old epoch claim nothing', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(1, 700));
    await expect(
      leads.claim({ ...campaign, limit: 1, now: new Date(), epoch: epoch - 1, expiresAt: new Date() }),
    ).rejects.toThrow('lease');
    await pool.query(`update campaign set state = 'STOPPED' where id = $1`, [campaign.campaignId]);
    expect(await claim(1)).toEqual([]);
  });

  test('a campaign stops for want of leads only when none is left, not even in a call', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(1, 750));
    const [lead] = await claim(1);
    if (!lead) throw new Error('nothing claimed');
    expect(await campaigns.stop(campaign.campaignId, 'NO_LEADS_LEFT', new Date())).toBe(false);
    await attempts.close(ending(lead, { status: 'SUCCESS', reason: 'transferred' }));
    expect(await campaigns.stop(campaign.campaignId, 'NO_LEADS_LEFT', new Date())).toBe(true);
    expect(await campaigns.stop(campaign.campaignId, 'NO_LEADS_LEFT', new Date())).toBe(false);
  });

  test('one instance holds the lease, and the next finds what the last one left open', async () => {
    await storeLeads(pool, campaign.campaignId, phoneNumbers(1, 800));
    const first = await new PostgresInstanceLease(database.url).tryAcquire();
    expect(await new PostgresInstanceLease(database.url).tryAcquire()).toBeUndefined();
    epoch = first?.epoch ?? 0;
    const [lead] = await claim(1);
    await first?.release();
    const second = await acquireSoon();
    const abandoned = await attempts.findAbandoned(second.epoch, new Date(), new Set());
    expect(abandoned.map((attempt) => attempt.attemptId)).toContain(lead?.attemptId);
    await second.release();
  });

  test('a lease is told to be lost when the server cuts its connection, and the process goes on', async () => {
    const tenure = await acquireSoon();
    const ended = new Promise((resolve) => setTimeout(resolve, 200));
    await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'outdial lease'`,
    );
    await tenure.lost;
    // The server's word is one error, the end of the connection another.
    await ended;
    await tenure.release();
  });

  test('two campaigns that claim the same numbers at the same moment get each number once', async () => {
    const numbers = phoneNumbers(400, 1000);
    const second = await storeCampaign(pool);
    await storeLeads(pool, campaign.campaignId, numbers);
    await storeLeads(pool, second.campaignId, [...numbers].reverse());
    const claimed: string[] = [];
    for (let turn = 0; turn < 40; turn++) {
      const both = await Promise.all([claim(8), claim(8, new Date(), second)]);
      claimed.push(...both.flat().map(({ phoneNumber }) => phoneNumber));
    }
    expect(new Set(claimed).size).toBe(claimed.length);
    const { rows } = await pool.query<{ stuck: number }>(
      `select count(*)::int as stuck from lead l where l.place = 'IN_CALL' and l.campaign_id = any ($1)
         and not exists (select from call_attempt a where a.lead_id = l.id and a.ended_at is null)`,
      [[campaign.campaignId, second.campaignId]],
    );
    expect(rows[0]?.stuck).toBe(0);
  });

  test('started campaigns come with their caps, and the windows that are not over', async () => {
    await pool.query('update campaign set max_parallel_calls = 7, max_calls_per_second = 0.5 where id = $1', [
      campaign.campaignId,
    ]);
    const [found] = (await campaigns.loadStarted(new Date())).filter((one) => one.id === campaign.campaignId);
    expect(found).toMatchObject({
      pilotNumber: '9000',
      transferTimeoutMs: 60_000,
      maxParallelCalls: 7,
      maxCallsPerSecond: 0.5,
      windows: [{ scheduleId: campaign.scheduleId, ran: false }],
    });
    expect(found?.windows[0]?.startsAt).toBeInstanceOf(Date);
  });

  /** PostgreSQL gives the lock back when it notices that the connection has ended, which is not at once. */
  async function acquireSoon() {
    for (;;) {
      const tenure = await new PostgresInstanceLease(database.url).tryAcquire();
      if (tenure) return tenure;
    }
  }
});
