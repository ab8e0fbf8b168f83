import type { EntityManager } from '@mikro-orm/postgresql';
import { groupAccess } from '../auth/group-access.js';
import type { Viewer } from '../auth/viewer.js';
import type { RejectedRowReason } from '../entities/enums.js';
import { LeadUpload } from '../entities/lead-upload.js';
import { notFound } from '../errors.js';
import { isId } from './input-check.js';

/** Rejected rows that `LeadUpload.rejectedRows` lists; the download has them all. */
export const LISTED_REJECTIONS = 1000;
const ROWS_AT_ONCE = 5000;

export interface Rejection {
  readonly line: number;
  readonly reason: RejectedRowReason;
  readonly message: string;
}

export function rejectedRowsPath(uploadId: string): string {
  return `/uploads/${uploadId}/rejected-rows.csv`;
}

/** Rows of uploaded files that were not acceptable. */
export class RejectedRows {
  async findUpload(em: EntityManager, viewer: Viewer, id: string): Promise<LeadUpload> {
    const upload = isId(id) ? await em.findOne(LeadUpload, { id, campaign: groupAccess.campaigns(viewer) }) : null;
    if (!upload) throw notFound('upload', id);
    return upload;
  }

  /** In file order, from the line after `after` on. */
  list(em: EntityManager, uploadId: string, limit: number, after = 0): Promise<Rejection[]> {
    return em.execute<Rejection[]>(
      'select line, reason, message from lead_upload_rejection where upload_id = ? and line > ? order by line limit ?',
      [uploadId, after, limit],
    );
  }

  /** All of them, a few thousand at a time. */
  async *all(em: EntityManager, uploadId: string): AsyncGenerator<Rejection[]> {
    let after = 0;
    for (;;) {
      const rows = await this.list(em, uploadId, ROWS_AT_ONCE, after);
      const last = rows.at(-1);
      if (!last) return;
      yield rows;
      after = last.line;
    }
  }
}
