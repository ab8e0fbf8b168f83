import { Field, ObjectType } from 'type-graphql';
import { CallAttempt } from '../entities/call-attempt.js';
import { attemptConditions, type AttemptConditions } from '../services/call-log.js';
import { connectionType, edgeType, findPage, type Page, PageArgs, type PageQuery } from './connection.js';
import { attemptsCsvPath } from './csv-links.js';
import type { CallAttemptOrder } from './inputs/call-attempt-inputs.js';
import { OrderDirection } from './order-enums.js';
import { type RequestContext, viewerOf } from './request-context.js';

@ObjectType({ description: 'An attempt in a page.' })
class CallAttemptEdge extends edgeType(CallAttempt, 'An attempt') {}

@ObjectType({ description: 'A page of attempts.' })
export class CallAttemptConnection extends connectionType(CallAttempt, CallAttemptEdge, 'attempts') {
  @Field(() => String, {
    description:
      "Path on this server from which the whole list is downloaded as CSV in UTF-8, with the same filter and order, by GET and the session's token or cookie.",
  })
  readonly csvUrl: string;

  constructor(page: Page<CallAttempt>, csvUrl: string) {
    super(page);
    this.csvUrl = csvUrl;
  }
}

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
  const direction = orderBy.direction === OrderDirection.DESC ? OrderDirection.DESC : OrderDirection.ASC;
  const where: PageQuery<CallAttempt>['where'] =
    'id' in owner
      ? { $and: [{ [owner.property]: owner.id }, attemptConditions(owner.filter)] }
      : await context.services.callLog.conditions(context.em, viewerOf(context), owner.filter);
  const found: Page<CallAttempt> = await findPage(context.em, CallAttempt, page, {
    where,
    orderBy: attemptOrder(direction),
    ...('id' in owner && owner.count && { count: owner.count }),
  });
  const filter = 'id' in owner ? filterOfOwner(owner) : (owner.filter ?? {});
  return new CallAttemptConnection(found, attemptsCsvPath({ filter, direction }));
}

/** What the list of an owner is in the call log. A filter that asks for another owner's attempts finds none. */
function filterOfOwner({ property, id, filter }: Owner): AttemptConditions {
  const isOther = filter?.[property] != null && filter[property] !== id;
  return { ...filter, [property]: id, ...(isOther && { results: [] }) };
}

export function attemptOrder(orderDirection: OrderDirection): PageQuery<CallAttempt>['orderBy'] {
  const direction = orderDirection === OrderDirection.DESC ? 'desc' : 'asc';
  return [{ queuedAt: direction }, { id: direction }];
}
