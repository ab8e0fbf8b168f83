import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { openPool } from '../../src/database/pool.js';
import type { AttemptEnding } from '../../src/engine/contracts/attempt-store.js';
import type { Log } from '../../src/engine/contracts/log.js';
import { afterAttempt } from '../../src/engine/domain/retry-policy.js';
import type { Termination } from '../../src/engine/domain/termination.js';
import { PostgresAttemptStore } from '../../src/engine/postgres/attempt-store.js';
import { PostgresInstanceLease } from '../../src/engine/postgres/instance-lease.js';
import { PostgresLeadStore } from '../../src/engine/postgres/lead-store.js';
import { systemClock } from '../../src/system-clock.js';
import { SilentLink } from '../support/silent-link.js';
import { phoneNumbers, storeCampaign, storeLeads, type StoredCampaign } from '../support/stored-campaign.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const STATEMENT_TIMEOUT_MS = 300;
const policy = { maxAttempts: 5, retryMinutes: 60, retryStatuses: ['BUSY'] as const, retryUnreachable: false };

/** Resolves its promise at the next warning, which says that writes wait. */
class WarningLog implements Log {
  private tell: () => void = () => undefined;
  nextWarning(): Promise<void> {
    return new Promise((resolve) => (this.tell = resolve));
  }
  warn(): void {
    this.tell();
  }
  debug = (): void => undefined;
  info = (): void => undefined;
  error = (): void => undefined;
  child = (): Log => this;
}

describe('the end of an attempt', () => {
  let database: TestDatabase;
  let link: SilentLink;
  let admin: pg.Pool;
  let pool: pg.Pool;
  let log: WarningLog;
  let attempts: PostgresAttemptStore;
  let campaign: StoredCampaign;
  let firstNumber = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Pool({ connectionString: database.url, max: 2 });
    admin.on('error', () => undefined);
  });

  beforeEach(async () => {
    link = await SilentLink.open(database.url);
    pool = openPool({ url: link.url, poolSize: 2, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
    pool.on('error', () => undefined);
    log = new WarningLog();
    attempts = new PostgresAttemptStore(pool, systemClock, log);
    campaign = await storeCampaign(admin);
  });

  afterEach(async () => {
    attempts.stop();
    await pool.end();
    await link.close();
  });

  afterAll(async () => {
    await admin.end();
    await database.drop();
  });

  async function claimOne(): Promise<{ attemptId: string; leadId: string }> {
    await storeLeads(admin, campaign.campaignId, phoneNumbers(1, firstNumber++));
    return claim();
  }

  async function claim(): Promise<{ attemptId: string; leadId: string }> {
    const { rows } = await admin.query<{ epoch: string }>('select epoch from engine_lease');
    const now = new Date();
    const claims = await new PostgresLeadStore(pool).claim({
      ...{ ...campaign, limit: 1, now, epoch: Number(rows[0]?.epoch) },
      expiresAt: new Date(now.getTime() + 600_000),
    });
    const [lead] = claims;
    if (!lead) throw new Error('nothing claimed');
    return lead;
  }

  function busy(attemptId: string, result: Partial<Termination> = {}): AttemptEnding {
    const termination: Termination = {
      ...{ status: 'BUSY', attributedTo: 'CALLEE', reason: 'busy', countsAsAttempt: true, at: new Date() },
      ...result,
    };
    const ended = { termination, statusBefore: 'NOT_CALLED' as const, attemptCount: 0 };
    return { attemptId, termination, lead: afterAttempt(ended, policy) };
  }

  const resultOf = async (attemptId: string): Promise<unknown> => {
    const { rows } = await admin.query('select result from call_attempt where id = $1', [attemptId]);
    return rows;
  };

  /** The next statement fails so, as if the driver had met it. */
  function failNext(error: Error): void {
    Reflect.set(pool, 'query', () => {
      Reflect.deleteProperty(pool, 'query');
      return Promise.reject(error);
    });
  }

  test.each([
    ['a network that is unreachable', 'ENETUNREACH', 'connect ENETUNREACH'],
    ['a network interface that is down', 'ENETDOWN', 'read ENETDOWN'],
    ['a connection that the system has given up', 'ECONNABORTED', 'write ECONNABORTED'],
    ['a certificate that has expired', 'CERT_HAS_EXPIRED', 'certificate has expired'],
    ['a pooler that is at its limit', '08P01', 'no more connections allowed'],
    ['a statement prepared on another connection', '26000', 'prepared statement does not exist'],
    ['a table that a restore has not made yet', '42P01', 'relation "call_attempt" does not exist'],
    ['a connection that is broken', undefined, 'Client has encountered a connection error and is not queryable'],
    ['a server that is silent', undefined, 'Query read timeout'],
    ['a server that takes no connection', undefined, 'timeout expired'],
  ])('is written after %s', async (_what, code, message) => {
    const { attemptId } = await claimOne();
    failNext(Object.assign(new Error(message), code === undefined ? {} : { code }));
    expect(await attempts.close(busy(attemptId))).toBe(true);
    expect(await resultOf(attemptId)).toEqual([{ result: 'BUSY' }]);
  });

  test('waits while a fail-over has left the database read-only', async () => {
    const { attemptId } = await claimOne();
    const name = new URL(database.url).pathname.slice(1);
    // A setting of the database holds for sessions that begin later.
    const before = await admin.connect();
    await before.query(`alter database ${name} set default_transaction_read_only = on`);
    await before.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    const writesWait = log.nextWarning();
    const closed = attempts.close(busy(attemptId));
    await writesWait;
    await before.query(`alter database ${name} reset default_transaction_read_only`);
    before.release(true);
    expect(await closed).toBe(true);
  });

  test('waits behind a lock that outlasts the time-out of statements', async () => {
    const { attemptId, leadId } = await claimOne();
    const holder = await admin.connect();
    await holder.query('begin');
    await holder.query('select from lead where id = $1 for update', [leadId]);
    const writesWait = log.nextWarning();
    const closed = attempts.close(busy(attemptId));
    await writesWait;
    await holder.query('rollback');
    holder.release();
    expect(await closed).toBe(true);
  });

  test('is written once a server that fell silent under the statement speaks again', async () => {
    const { attemptId } = await claimOne();
    link.fallSilent();
    const writesWait = log.nextWarning();
    const closed = attempts.close(busy(attemptId));
    await writesWait;
    link.speakAgain();
    expect(await closed).toBe(true);
    const { rows } = await admin.query('select attempts_ended, busy from campaign_counters where campaign_id = $1', [
      campaign.campaignId,
    ]);
    expect(rows).toEqual([{ attempts_ended: 1, busy: 1 }]);
  });

  test('is refused for what is in it, and for a fault of ours in it', async () => {
    const { attemptId } = await claimOne();
    await expect(attempts.close(busy(attemptId, { sipStatus: 1e12 }))).rejects.toMatchObject({ code: '22003' });
    const unwritable = Object.assign(busy(attemptId), { termination: null }) as unknown as AttemptEnding;
    await expect(attempts.close(unwritable)).rejects.toBeInstanceOf(TypeError);
    expect(await attempts.close(busy(attemptId))).toBe(true);
  });

  test('is not preceded by a step that arrives late, from a connection that was given up', async () => {
    const { attemptId } = await claimOne();
    const step = { attemptId, at: new Date('2026-03-02T12:00:00Z') };
    await attempts.move({ ...step, state: 'DIALING' });
    await attempts.move({ ...step, state: 'CHECKING_DNC' });
    const { rows } = await admin.query('select state, dialed_at from call_attempt where id = $1', [attemptId]);
    expect(rows).toEqual([{ state: 'DIALING', dialed_at: step.at }]);
  });

  test('a claim over a server that is silent fails in time', async () => {
    await storeLeads(admin, campaign.campaignId, phoneNumbers(1, firstNumber++));
    link.fallSilent();
    await expect(claim()).rejects.toThrow(/time-?out/i);
  });

  test('a silent server neither gives the lease nor keeps from asking again', async () => {
    link.fallSilent();
    const lease = new PostgresInstanceLease(link.url);
    await expect(lease.tryAcquire()).rejects.toThrow(/timeout/);
    link.speakAgain();
    const tenure = await lease.tryAcquire();
    expect(tenure?.epoch).toBeGreaterThan(0);
    await tenure?.release();
  });
});
