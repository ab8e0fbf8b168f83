import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { Viewer } from '../auth/viewer.js';
import type { Log } from '../engine/contracts/log.js';
import { notFound } from '../errors.js';
import type { CallLog } from './call-log.js';
import { wavOf } from './voicemail-message/wav-file.js';

const SWEEP_MS = 86_400_000;

export function amdRecordingPath(attemptId: string): string {
  return `/call-attempts/${attemptId}/recording.wav`;
}

/** The first seconds of calls, kept to tune detection where an installation wants that, and for some days only. */
export class AmdRecordings {
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly pool: Pool,
    private readonly callLog: CallLog,
    private readonly keptDays: number,
    private readonly log: Log,
  ) {
    this.timer = setInterval(() => void this.sweep(), SWEEP_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Which of the attempts have one. */
  async existing(em: EntityManager, attemptIds: readonly string[]): Promise<ReadonlyMap<string, true>> {
    const rows = await em.execute<{ attempt_id: string }[]>(
      'select attempt_id from amd_recording where attempt_id in (?)',
      [attemptIds],
    );
    return new Map(rows.map(({ attempt_id: id }) => [id, true]));
  }

  async wav(em: EntityManager, viewer: Viewer, attemptId: string): Promise<Buffer> {
    const { id } = await this.callLog.find(em, viewer, attemptId);
    const rows = await em.execute<{ mu_law: Buffer }[]>('select mu_law from amd_recording where attempt_id = ?', [id]);
    if (!rows[0]) throw notFound('recording of an attempt', attemptId);
    return wavOf(rows[0].mu_law, 'MU_LAW');
  }

  /** Deletes what is too old. Never rejects: it is tried again. */
  async sweep(): Promise<void> {
    try {
      await this.pool.query('delete from amd_recording where recorded_at < now() - make_interval(days => $1)', [
        this.keptDays,
      ]);
    } catch (error) {
      this.log.warn({ err: error }, 'recordings of calls not swept yet');
    }
  }
}
