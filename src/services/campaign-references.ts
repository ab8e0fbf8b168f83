import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { Viewer } from '../auth/viewer.js';
import { DncService } from '../entities/dnc-service.js';
import type { CampaignType } from '../entities/enums.js';
import { Group } from '../entities/group.js';
import { Queue } from '../entities/queue.js';
import { AppError, badUserInput, ErrorCode, type FieldProblem } from '../errors.js';
import { isId } from './input-check.js';

interface Wanted {
  readonly groupId?: string | null | undefined;
  readonly queueId?: string | null | undefined;
  readonly dncServiceId?: string | null | undefined;
}

interface References {
  readonly group: Group | null;
  readonly queue: Queue | null;
  readonly dncService: DncService | null;
}

/**
 * What a campaign refers to, locked until the end of the transaction against being disabled or deleted. All that is not
 * there, or not in the viewer's groups, is named at once; null for what was not asked for.
 */
export async function findReferences(tx: EntityManager, viewer: Viewer, wanted: Wanted): Promise<References> {
  const lock = { lockMode: LockMode.PESSIMISTIC_READ, refresh: true } as const;
  const { groupId, queueId, dncServiceId } = wanted;
  const group = isGiven(groupId)
    ? await tx.findOne(Group, { $and: [{ id: groupId }, { id: { $in: viewer.groupIds } }] }, lock)
    : null;
  const queue = isGiven(queueId) ? await tx.findOne(Queue, { id: queueId }, lock) : null;
  const dncService = isGiven(dncServiceId) ? await tx.findOne(DncService, { id: dncServiceId }, lock) : null;

  const missing: FieldProblem[] = [];
  const require = (found: unknown, path: string, noun: string, id: string | null | undefined): void => {
    if (id != null && !found) missing.push({ path, message: `there is no ${noun} with the id ${JSON.stringify(id)}` });
  };
  require(group, 'input.groupId', 'group', groupId);
  require(queue, 'input.queueId', 'queue', queueId);
  require(dncService, 'input.dncServiceId', 'do-not-call service', dncServiceId);
  if (missing.length > 0) {
    const summary = missing.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new AppError(ErrorCode.NOT_FOUND, `Not found: ${summary}.`, { fields: missing });
  }
  return { group, queue, dncService };
}

export function requireEnabled(group: Group): void {
  if (group.enabled) return;
  const problem = { path: 'input.groupId', message: 'the group is disabled' };
  throw new AppError(ErrorCode.GROUP_DISABLED, `The group ${JSON.stringify(group.name)} is disabled.`, {
    fields: [problem],
  });
}

export function requireSameType(queue: Queue, type: CampaignType, path: string): void {
  if (queue.type === type) return;
  const message = `the queue ${JSON.stringify(queue.name)} is for campaigns of type ${queue.type}, not ${type}`;
  throw badUserInput([{ path, message }]);
}

function isGiven(id: string | null | undefined): id is string {
  return id != null && isId(id);
}
