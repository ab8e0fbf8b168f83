import type { Pool, PoolClient } from 'pg';
import type { Log } from '../engine/contracts/log.js';
import type { LiveChanges } from './live-changes.js';

const SETTLE_MS = 60_000;
/** An upload that is younger may have its row already, and the transaction that loads it not yet. */
const YOUNGEST_MINUTES = 1;
const FAILURE = 'The server ended while the file was loaded. Nothing of it was loaded; load it again.';
const LOCK = `hashtextextended('outdial:upload:' || $1::text, 0)`;

/** Shows that the upload is running, until the client's transaction ends, and with it if its process is killed. */
export async function holdUpload(client: PoolClient, id: string): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(${LOCK})`, [id]);
}

/** Uploads of leads whose process was killed in the middle: nobody else would tell their end. */
export class InterruptedUploads {
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly pool: Pool,
    private readonly live: Pick<LiveChanges, 'uploadMoved'>,
    private readonly log: Log,
  ) {
    this.timer = setInterval(() => void this.settle(), SETTLE_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Those that another process on the database loads at the moment stay as they are. Never rejects: it is tried again. */
  async settle(): Promise<void> {
    try {
      const { rows } = await this.pool.query<{ id: string }>(
        `select id from lead_upload where phase in ('READING', 'LOADING')
           and started_at < now() - make_interval(mins => $1)`,
        [YOUNGEST_MINUTES],
      );
      for (const { id } of rows) await this.settleOne(id);
    } catch (error) {
      this.log.warn({ err: error }, 'interrupted uploads not settled yet');
    }
  }

  private async settleOne(id: string): Promise<void> {
    const { rowCount } = await this.pool.query(
      `update lead_upload set phase = 'FAILED', failure = $2, finished_at = now()
       where id = $1 and phase in ('READING', 'LOADING') and pg_try_advisory_xact_lock(${LOCK})`,
      [id, FAILURE],
    );
    if (rowCount) this.live.uploadMoved(id);
  }
}
