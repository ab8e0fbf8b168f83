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
  readonly id: string;
}
type OwnerProperty = 'campaignId' | 'leadId';

/** A page of the attempts of a campaign or lead. */
export function attemptsOf(
  { loaders }: RequestContext,
  owner: Owner,
  property: OwnerProperty,
  page: PageArgs,
  filter: AttemptConditions | null,
  orderBy: CallAttemptOrder,
  keptCount?: () => Promise<number | undefined>,
): CallAttemptConnection {
  const direction = directionOf(orderBy);
  const conditions = attemptConditions(filter);
  const found = loaders.pages.of(owner, CallAttempt, page, {
    parent: property,
    parentIdOf: (attempt) => attempt[property],
    filter,
    where: () => conditions,
    orderBy: attemptOrder(direction),
    ...(keptCount && { keptCount }),
  });
  return new CallAttemptConnection(
    found,
    attemptsCsvPath({ filter: filterOfOwner(property, owner.id, filter), direction }),
  );
}

/** A page of the call log of all campaigns of the viewer's groups. */
export async function attemptPage(
  context: RequestContext,
  page: PageArgs,
  filter: AttemptConditions | null,
  orderBy: CallAttemptOrder,
): Promise<CallAttemptConnection> {
  const direction = directionOf(orderBy);
  const where = await context.services.callLog.conditions(context.em, viewerOf(context), filter);
  const found = await findPage(context.em, CallAttempt, page, { where, orderBy: attemptOrder(direction) });
  return new CallAttemptConnection(found, attemptsCsvPath({ filter: filter ?? {}, direction }));
}

/** What the list of an owner is in the call log. A filter that asks for another owner's attempts finds none. */
function filterOfOwner(property: OwnerProperty, id: string, filter: AttemptConditions | null): AttemptConditions {
  const isOther = filter?.[property] != null && filter[property] !== id;
  return { ...filter, [property]: id, ...(isOther && { results: [] }) };
}

function directionOf({ direction }: CallAttemptOrder): OrderDirection {
  return direction === OrderDirection.DESC ? OrderDirection.DESC : OrderDirection.ASC;
}

export function attemptOrder(orderDirection: OrderDirection): PageQuery<CallAttempt>['orderBy'] {
  const direction = orderDirection === OrderDirection.DESC ? 'desc' : 'asc';
  return [{ queuedAt: direction }, { id: direction }];
}
