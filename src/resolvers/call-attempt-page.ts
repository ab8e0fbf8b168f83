import { ObjectType } from 'type-graphql';
import { CallAttempt } from '../entities/call-attempt.js';
import { attemptConditions, type AttemptConditions } from '../services/call-log.js';
import { connectionType, edgeType, findPage, type Page, PageArgs, type PageQuery } from './connection.js';
import type { CallAttemptOrder } from './inputs/call-attempt-inputs.js';
import { OrderDirection } from './order-enums.js';
import { type RequestContext, viewerOf } from './request-context.js';

@ObjectType({ description: 'An attempt in a page.' })
class CallAttemptEdge extends edgeType(CallAttempt, 'An attempt') {}

@ObjectType({ description: 'A page of attempts.' })
export class CallAttemptConnection extends connectionType(CallAttempt, CallAttemptEdge, 'attempts') {}

/** What the attempts are of; the viewer is known to see it. */
interface Owner {
  readonly property: 'campaignId' | 'leadId';
  readonly id: string;
  readonly filter: AttemptConditions | null;
  readonly count?: () => Promise<number>;
}

/** A page of the call log: of an owner, or of all campaigns of the viewer's groups. */
export async function attemptPage(
  context: RequestContext,
  page: PageArgs,
  orderBy: CallAttemptOrder,
  owner: Owner | { readonly filter: AttemptConditions | null },
): Promise<CallAttemptConnection> {
  const direction = orderBy.direction === OrderDirection.DESC ? 'desc' : 'asc';
  const where: PageQuery<CallAttempt>['where'] =
    'id' in owner
      ? { $and: [{ [owner.property]: owner.id }, attemptConditions(owner.filter)] }
      : await context.services.callLog.conditions(context.em, viewerOf(context), owner.filter);
  const found: Page<CallAttempt> = await findPage(context.em, CallAttempt, page, {
    where,
    orderBy: [{ queuedAt: direction }, { id: direction }],
    ...('id' in owner && owner.count && { count: owner.count }),
  });
  return new CallAttemptConnection(found);
}
