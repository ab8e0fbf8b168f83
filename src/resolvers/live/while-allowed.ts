import { topicNames, type Topics } from '../../api/topics.js';
import { groupAccess } from '../../auth/group-access.js';
import type { Viewer } from '../../auth/viewer.js';

/** Which group a campaign is in now; null: it was deleted. */
export interface CampaignAccess {
  readonly groupId: string | null;
}

/**
 * Ends a subscription to a campaign when the campaign leaves the viewer's groups. It listens before `open` checks the
 * rights, so that a move in between is not missed. A change of the viewer's own rights ends the session, and the socket
 * with it.
 */
export async function whileAllowed<T>(
  topics: Topics,
  viewer: Viewer,
  campaignId: string,
  open: () => Promise<AsyncIterableIterator<T>>,
): Promise<AsyncIterableIterator<T>> {
  let isLost = false;
  /** A function, since it may change while the next value is waited for. */
  const isOver = (): boolean => isLost;
  let source: AsyncIterableIterator<T> | undefined;
  const stopListening = topics.listen(topicNames.campaignAccess(campaignId), (access) => {
    const { groupId } = access as CampaignAccess;
    if (groupId !== null && groupAccess.isMember(viewer, groupId)) return;
    isLost = true;
    void source?.return?.();
  });
  let values: AsyncIterableIterator<T>;
  try {
    values = source = await open();
  } catch (error) {
    stopListening();
    throw error;
  }
  const finish = async (): Promise<IteratorResult<T>> => {
    stopListening();
    await values.return?.();
    return { value: undefined, done: true };
  };
  const allowed: AsyncIterableIterator<T> = {
    async next() {
      if (isOver()) return finish();
      try {
        const result = await values.next();
        // What still waited was of the time before, but is not for this viewer any more.
        return isOver() || result.done ? await finish() : result;
      } catch (error) {
        await finish();
        throw error;
      }
    },
    return: finish,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return allowed;
}
