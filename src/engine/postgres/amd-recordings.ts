import type { Pool } from 'pg';
import type { AmdRecordings } from '../contracts/amd-recordings.js';

/** The first seconds of calls in PostgreSQL; `services/amd-recordings.ts` gives them out and deletes them. */
export class PostgresAmdRecordings implements AmdRecordings {
  constructor(private readonly pool: Pool) {}

  async save(attemptId: string, muLaw: Uint8Array, at: Date): Promise<void> {
    await this.pool.query(
      'insert into amd_recording (attempt_id, mu_law, recorded_at) values ($1, $2, $3) on conflict do nothing',
      [attemptId, Buffer.from(muLaw.buffer, muLaw.byteOffset, muLaw.length), at],
    );
  }
}
