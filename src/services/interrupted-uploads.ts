import type { Pool } from 'pg';
import type { Log } from '../engine/contracts/log.js';
import type { LiveChanges } from './live-changes.js';

const SETTLE_MS = 60_000;
/** An upload notes twice a second how far it is. One that another process runs is left alone by this. */
const SILENT_MINUTES = 2;
const FAILURE = 'The server ended while the file was loaded. Nothing of it was loaded; load it again.';

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

  /**
   * One that only could not note anything while the database was away still ends as it does: its own end is written
   * whatever is said here. Never rejects: it is tried again.
   */
  async settle(): Promise<void> {
    try {
      const { rows } = await this.pool.query<{ id: string }>(
        `update lead_upload set phase = 'FAILED', failure = $1, finished_at = now()
         where phase in ('READING', 'LOADING') and coalesce(noted_at, started_at) < now() - make_interval(mins => $2)
         returning id`,
        [FAILURE, SILENT_MINUTES],
      );
      for (const { id } of rows) this.live.uploadMoved(id);
    } catch (error) {
      this.log.warn({ err: error }, 'interrupted uploads not settled yet');
    }
  }
}
