import { Field, ObjectType } from 'type-graphql';
import type { Campaign } from '../entities/campaign.js';
import { Lead } from '../entities/lead.js';
import { countKept, type LeadConditions, leadConditions } from '../services/lead-filter.js';
import { connectionType, edgeType, type Page, PageArgs, type PageQuery } from './connection.js';
import { leadsCsvPath } from './csv-links.js';
import { present } from './loaders.js';
import { type LeadOrderField, OrderDirection } from './order-enums.js';
import type { RequestContext } from './request-context.js';

@ObjectType({ description: 'A lead in a page.' })
class LeadEdge extends edgeType(Lead, 'A lead') {}

@ObjectType({ description: 'A page of leads.' })
export class LeadConnection extends connectionType(Lead, LeadEdge, 'leads') {
  @Field(() => String, {
    description:
      "Path on this server from which the whole list is downloaded as CSV in UTF-8, with the same filter and order, by GET and the session's token or cookie.",
  })
  readonly csvUrl: string;

  constructor(page: Page<Lead>, csvUrl: string) {
    super(page);
    this.csvUrl = csvUrl;
  }
}

interface Order {
  readonly field: LeadOrderField;
  readonly direction?: OrderDirection;
}

/** Position and number are unique in a campaign; names are not, and go on by id. */
const ORDER_OF_LEADS = {
  FILE_ORDER: ['position'],
  NAME: ['name', 'id'],
  PHONE_NUMBER: ['phoneNumber'],
} as const satisfies Record<LeadOrderField, readonly (keyof Lead)[]>;

export function leadsQuery(campaignId: string, filter: LeadConditions | null, order: Order): PageQuery<Lead> {
  return { where: { $and: [{ campaign: campaignId }, leadConditions(filter)] }, orderBy: orderOfLeads(order) };
}

function orderOfLeads({ field, direction }: Order): PageQuery<Lead>['orderBy'] {
  const towards = direction === OrderDirection.DESC ? 'desc' : 'asc';
  return ORDER_OF_LEADS[field].map((property) => ({ [property]: towards }));
}

/** A page of a campaign's leads; the kept counters tell the length of most lists. */
export function leadsOf(
  { loaders }: RequestContext,
  campaign: Campaign,
  page: PageArgs,
  filter: LeadConditions | null,
  order: Order,
): LeadConnection {
  const conditions = leadConditions(filter);
  const found = loaders.pages.of(campaign, Lead, page, {
    parent: 'campaign',
    parentIdOf: (lead) => lead.campaign.id,
    filter,
    where: () => conditions,
    orderBy: orderOfLeads(order),
    keptCount: async () => countKept(filter, await present(loaders.counters, campaign.id)),
  });
  const { field, direction = OrderDirection.ASC } = order;
  return new LeadConnection(found, leadsCsvPath(campaign.id, { filter: filter ?? {}, field, direction }));
}
