import type { MikroORM } from '@mikro-orm/postgresql';
import { topicNames, type Topics } from '../../api/topics.js';
import { groupAccess } from '../../auth/group-access.js';
import type { Viewer } from '../../auth/viewer.js';
import { LeadUploadPhase } from '../../entities/enums.js';
import { LeadUpload } from '../../entities/lead-upload.js';
import { notFound } from '../../errors.js';
import { isId } from '../../services/input-check.js';

/**
 * The viewer's own upload as it is, then after each progress, to its end. Rights are asked for at each step, because
 * the campaign may leave the viewer's groups meanwhile. Where there is no such upload yet, it waits for one.
 */
export async function watchUpload(
  orm: MikroORM,
  topics: Topics,
  viewer: Viewer,
  id: string,
): Promise<AsyncIterableIterator<LeadUpload>> {
  if (!isId(id)) throw notFound('upload', id);
  const read = (): Promise<LeadUpload | null> =>
    orm.em.fork().findOne(LeadUpload, { id, user: viewer.userId, campaign: groupAccess.campaigns(viewer) });
  // Progress replaces progress: a slow reader gets the newest, and that one is read when it is wanted.
  const marks = topics.subscribe<object>(topicNames.upload(id), {
    keyOf: () => 'newest',
    snapshot: () => Promise.resolve([{}]),
  });
  const finish = async (): Promise<IteratorResult<LeadUpload>> => {
    await marks.return?.();
    return { value: undefined, done: true };
  };
  try {
    if (!(await read()) && (await orm.em.fork().count(LeadUpload, { id })) > 0) throw notFound('upload', id);
  } catch (error) {
    await finish();
    throw error;
  }
  let isOver = false;
  let isFirst = true;
  const progress: AsyncIterableIterator<LeadUpload> = {
    async next() {
      for (;;) {
        if (isOver) return finish();
        const mark = await marks.next();
        if (mark.done) return finish();
        const upload = await read();
        const wasFirst = isFirst;
        isFirst = false;
        if (upload) {
          isOver = upload.phase === LeadUploadPhase.DONE || upload.phase === LeadUploadPhase.FAILED;
          return { value: upload, done: false };
        }
        // It is somebody else's, its campaign has been deleted, or has left the viewer's groups.
        if (!wasFirst) return finish();
      }
    },
    return: finish,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return progress;
}
