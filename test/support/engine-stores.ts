import pg from 'pg';
import type { AttemptEnding } from '../../src/engine/contracts/attempt-store.js';
import type { ClaimedLead } from '../../src/engine/contracts/lead-store.js';
import { afterAttempt } from '../../src/engine/domain/retry-policy.js';
import type { Termination } from '../../src/engine/domain/termination.js';
import { PostgresAttemptStore } from '../../src/engine/postgres/attempt-store.js';
import { PostgresCampaignStore } from '../../src/engine/postgres/campaign-store.js';
import { PostgresLeadStore } from '../../src/engine/postgres/lead-store.js';
import { systemClock } from '../../src/system-clock.js';
import { SilentLog } from './silent-log.js';
import { storeCampaign, storeLeads, type StoredCampaign } from './stored-campaign.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const CLAIM_EXPIRY_MS = 600_000;
const policy = {
  maxAttempts: 5,
  retryMinutes: 60,
  retryStatuses: ['FAILED', 'BUSY', 'SERVICE_TEMPORARILY_UNAVAILABLE', 'UNKNOWN'] as const,
  retryUnreachable: false,
};

/** The stores of the engine on a database of the test file's own, and the campaign that the present test is about. */
export class EngineStores {
  readonly leads: PostgresLeadStore;
  readonly attempts: PostgresAttemptStore;
  readonly campaigns: PostgresCampaignStore;
  campaign!: StoredCampaign;
  /** Of the tenure in whose name leads are claimed. */
  epoch = 0;

  private constructor(
    private readonly database: TestDatabase,
    readonly pool: pg.Pool,
  ) {
    this.leads = new PostgresLeadStore(pool);
    this.attempts = new PostgresAttemptStore(pool, systemClock, new SilentLog());
    this.campaigns = new PostgresCampaignStore(pool);
  }

  static async open(): Promise<EngineStores> {
    const database = await createTestDatabase();
    const pool = new pg.Pool({ connectionString: database.url, max: 8 });
    // Some tests cut connections, idle ones too.
    pool.on('error', () => undefined);
    return new EngineStores(database, pool);
  }

  get url(): string {
    return this.database.url;
  }

  /** Before each test: the leads that others have left over are not the next test's to claim. */
  async newCampaign(): Promise<void> {
    this.campaign = await storeCampaign(this.pool);
    const { rows } = await this.pool.query<{ epoch: string }>('select epoch from engine_lease');
    this.epoch = Number(rows[0]?.epoch);
  }

  storeLeads(phoneNumbers: readonly string[], of = this.campaign): Promise<void> {
    return storeLeads(this.pool, of.campaignId, phoneNumbers);
  }

  claim(limit: number, now = new Date(), of = this.campaign): Promise<readonly ClaimedLead[]> {
    const expiresAt = new Date(now.getTime() + CLAIM_EXPIRY_MS);
    return this.leads.claim({ ...of, limit, now, epoch: this.epoch, expiresAt });
  }

  async claimOne(): Promise<ClaimedLead> {
    const [lead] = await this.claim(1);
    if (!lead) throw new Error('nothing claimed');
    return lead;
  }

  async counters(of = this.campaign): Promise<Record<string, number>> {
    const { rows } = await this.pool.query<Record<string, number>>(
      'select * from campaign_counters where campaign_id = $1',
      [of.campaignId],
    );
    return rows[0] ?? {};
  }

  async close(): Promise<void> {
    this.attempts.stop();
    await this.pool.end();
    await this.database.drop();
  }
}

/** How the attempt at a claimed lead ends: `BUSY`, unless `result` says otherwise. */
export function ending(
  lead: Pick<ClaimedLead, 'attemptId' | 'attemptCount'>,
  result: Partial<Termination> = {},
): AttemptEnding {
  const termination: Termination = {
    ...{ status: 'BUSY', attributedTo: 'CALLEE', reason: 'busy', countsAsAttempt: true, at: new Date() },
    ...result,
  };
  const ended = { termination, statusBefore: 'NOT_CALLED' as const, attemptCount: lead.attemptCount };
  return { attemptId: lead.attemptId, termination, lead: afterAttempt(ended, policy) };
}
