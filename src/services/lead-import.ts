import type { Readable } from 'node:stream';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool, PoolClient } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../auth/viewer.js';
import { LeadUpload } from '../entities/lead-upload.js';
import { AppError, badUserInput, ErrorCode, notFound } from '../errors.js';
import { findCampaign, requireStopped } from './campaign-access.js';
import { isId, rethrowTaken } from './input-check.js';
import { holdUpload } from './interrupted-uploads.js';
import { type LoadCounts, loadStaged } from './lead-import/load-staged.js';
import { type RowCounts, stageLeads } from './lead-import/stage-leads.js';
import type { LiveChanges } from './live-changes.js';

export interface UploadedFile {
  /** As the client sent it. */
  readonly name: string;
  readonly open: () => Readable;
}

/** How often the stored count of rows is brought up to date while the file is read. */
const PROGRESS_MS = 500;

/**
 * Loads leads from a file (product.md, Leads): all acceptable rows or none, in one transaction. The `lead_upload` row is
 * written apart from it, so that it tells of an upload that failed too.
 */
export class LeadImport {
  constructor(
    private readonly pool: Pool,
    private readonly live: LiveChanges,
  ) {}

  async run(
    em: EntityManager,
    viewer: Viewer,
    input: { readonly campaignId: string; readonly uploadId?: string | null },
    file: UploadedFile,
  ): Promise<LeadUpload> {
    const { uploadId = null } = input;
    if (uploadId !== null && !isId(uploadId)) {
      throw badUserInput([{ path: 'input.uploadId', message: `${JSON.stringify(uploadId)} is not a UUID` }]);
    }
    const campaign = await findCampaign(em, viewer, input.campaignId);
    requireStopped(campaign);
    const id = uploadId?.toLowerCase() ?? uuidv7();
    await this.begin(id, campaign.id, viewer, file.name);
    const counts: RowCounts = { rowsRead: 0, rejected: 0 };
    const progress = setInterval(() => void this.note(id, 'READING', counts), PROGRESS_MS);
    try {
      await this.load(id, campaign, file, counts, () => {
        clearInterval(progress);
        void this.note(id, 'LOADING', counts);
      });
    } catch (error) {
      clearInterval(progress);
      await this.fail(id, counts, error);
      throw error instanceof AppError ? withUpload(error, id) : error;
    }
    this.live.countersChanged(campaign.id);
    this.live.campaignChanged(campaign.id);
    return em.findOneOrFail(LeadUpload, id, { refresh: true });
  }

  private async begin(id: string, campaignId: string, viewer: Viewer, fileName: string): Promise<void> {
    try {
      await this.pool.query(
        `insert into lead_upload (id, campaign_id, user_id, file_name, phase, started_at)
         values ($1, $2, $3, $4, 'READING', now())`,
        [id, campaignId, viewer.userId, fileName.replaceAll('\u0000', '').slice(0, 255)],
      );
    } catch (error) {
      rethrowTaken(error, 'lead_upload_pkey', 'input.uploadId', id);
    }
    this.live.uploadMoved(id);
  }

  private async load(
    id: string,
    campaign: { readonly id: string; readonly defaultCountry: string | null },
    file: UploadedFile,
    counts: RowCounts,
    whenRead: () => void,
  ): Promise<void> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('begin');
      await holdUpload(client, id);
      await stageLeads(client, () => file.open(), campaign.defaultCountry ?? undefined, counts);
      // Only now, so that a slow sender does not keep the campaign from being edited or started.
      await lockUnchanged(client, campaign);
      whenRead();
      await finish(client, id, counts, await loadStaged(client, campaign.id, id));
      await client.query('commit');
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      await client.query('rollback').then(
        () => (failure = undefined),
        () => undefined,
      );
      throw error;
    } finally {
      // A connection that could not roll back is not used again.
      client.release(failure);
    }
    this.live.uploadMoved(id);
  }

  /** Never rejects: progress is a courtesy. */
  private async note(id: string, phase: 'READING' | 'LOADING', counts: RowCounts): Promise<void> {
    try {
      await this.pool.query(
        `update lead_upload set phase = $2, rows_read = $3, rejected = $4
         where id = $1 and phase in ('READING', 'LOADING')`,
        [id, phase, counts.rowsRead, counts.rejected],
      );
      this.live.uploadMoved(id);
    } catch {
      // The upload itself meets the same fault and reports it.
    }
  }

  private async fail(id: string, counts: RowCounts, error: unknown): Promise<void> {
    const message = error instanceof AppError || isAbort(error) ? (error as Error).message : 'The server failed.';
    await this.pool
      .query(
        `update lead_upload set phase = 'FAILED', failure = $2, rows_read = $3, rejected = $4, finished_at = now()
         where id = $1`,
        [id, message, counts.rowsRead, counts.rejected],
      )
      // A deleted campaign has taken the row with it; a database that is away is reported by the first error.
      .catch(() => undefined);
    this.live.uploadMoved(id);
  }
}

/**
 * Holds the campaign until the end of the transaction, and makes sure that it may be loaded into and that the rows were
 * read by the rules that it has now.
 */
async function lockUnchanged(
  client: PoolClient,
  campaign: { readonly id: string; readonly defaultCountry: string | null },
): Promise<void> {
  const { rows } = await client.query<{ name: string; state: string; default_country: string | null }>(
    'select name, state, default_country from campaign where id = $1 for no key update',
    [campaign.id],
  );
  const locked = rows[0];
  if (!locked) throw notFound('campaign', campaign.id);
  if (locked.state !== 'STOPPED') {
    throw new AppError(
      ErrorCode.CAMPAIGN_NOT_STOPPED,
      `The campaign ${JSON.stringify(locked.name)} was started while the file was read. Nothing was loaded.`,
    );
  }
  if (locked.default_country !== campaign.defaultCountry) {
    throw new AppError(
      ErrorCode.CONFLICT,
      'The default country of the campaign was edited while the file was read. Nothing was loaded; load it again.',
    );
  }
}

async function finish(client: PoolClient, id: string, counts: RowCounts, load: LoadCounts): Promise<void> {
  await client.query(
    `update lead_upload set phase = 'DONE', rows_read = $2, rejected = $3, loaded = $4, duplicates_in_file = $5,
       duplicates_in_campaign = $6, finished_at = clock_timestamp() where id = $1`,
    [id, counts.rowsRead, counts.rejected, load.loaded, load.duplicatesInFile, load.duplicatesInCampaign],
  );
}

/** The sender went away: the upload's stream fails with a status of the 4xx. */
function isAbort(error: unknown): boolean {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500;
}

function withUpload(error: AppError, uploadId: string): AppError {
  return new AppError(error.code, error.message, { ...error.details, uploadId }, { cause: error });
}
