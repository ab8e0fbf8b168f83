import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Auth } from '../auth/roles.js';
import { Campaign } from '../entities/campaign.js';
import { Role } from '../entities/enums.js';
import { Lead } from '../entities/lead.js';
import type { Callability } from '../services/lead-callability.js';
import { attemptsOf, CallAttemptConnection } from './call-attempt-page.js';
import { PageArgs } from './connection.js';
import { CallAttemptFilter, CallAttemptOrder } from './inputs/call-attempt-inputs.js';
import { DeleteLeadsInput, RecycleLeadsInput, UpdateLeadInput } from './inputs/lead-inputs.js';
import { present } from './loaders.js';
import { type RequestContext, viewerOf } from './request-context.js';
import { DeleteLeadsPayload, LeadCallability, RecycleLeadsPayload, UpdateLeadPayload } from './types/lead-types.js';

@Resolver(() => Lead)
export class LeadResolver {
  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Query(() => Lead, {
    nullable: true,
    description:
      'One lead; null with `NOT_FOUND` if there is none. The leads of a campaign are listed by `Campaign.leads`.',
  })
  lead(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: "The lead's id." }) id: string,
  ): Promise<Lead> {
    return context.services.leads.find(context.em, viewerOf(context), id);
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => UpdateLeadPayload, {
    nullable: true,
    description: 'Edit a lead; its campaign must be `STOPPED`.',
  })
  async updateLead(
    @Ctx() context: RequestContext,
    @Arg('input', () => UpdateLeadInput, { description: 'The edit.' }) { id, version, ...edit }: UpdateLeadInput,
  ): Promise<UpdateLeadPayload> {
    const lead = await context.services.leads.update(context.em, viewerOf(context), id, version, edit);
    context.renew();
    return { lead };
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => DeleteLeadsPayload, {
    nullable: true,
    description: 'Delete leads of a campaign, which must be `STOPPED`. Their rows in the call log stay.',
  })
  async deleteLeads(
    @Ctx() context: RequestContext,
    @Arg('input', () => DeleteLeadsInput, { description: 'Which leads.' }) input: DeleteLeadsInput,
  ): Promise<DeleteLeadsPayload> {
    const result = await context.services.leads.delete(context.em, viewerOf(context), input);
    context.renew();
    return result;
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => RecycleLeadsPayload, {
    nullable: true,
    description:
      'Make leads with the chosen statuses callable again, with attempts back to zero; the campaign must be `STOPPED`.',
  })
  async recycleLeads(
    @Ctx() context: RequestContext,
    @Arg('input', () => RecycleLeadsInput, { description: 'Which leads.' }) { campaignId, statuses }: RecycleLeadsInput,
  ): Promise<RecycleLeadsPayload> {
    const result = await context.services.leads.recycle(context.em, viewerOf(context), campaignId, statuses);
    context.renew();
    return result;
  }

  @FieldResolver(() => Campaign, { description: 'The campaign.' })
  campaign(@Root() lead: Lead, @Ctx() { loaders }: RequestContext): Promise<Campaign> {
    return present(loaders.campaign, lead.campaign.id);
  }

  @FieldResolver(() => LeadCallability, {
    description: 'Whether it may be called now, and if not, why not and when next.',
  })
  callability(@Root() lead: Lead, @Ctx() { loaders }: RequestContext): Promise<Callability> {
    return present(loaders.callability, lead.id);
  }

  @FieldResolver(() => CallAttemptConnection, { description: 'Its rows of the call log.' })
  attempts(
    @Root() lead: Lead,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CallAttemptFilter, {
      nullable: true,
      description: 'Conditions that all must hold; absent or null: every attempt of the lead.',
    })
    filter: CallAttemptFilter | null,
    @Arg('orderBy', () => CallAttemptOrder, {
      defaultValue: { field: 'QUEUED_AT', direction: 'DESC' },
      description: 'Order of the list.',
    })
    orderBy: CallAttemptOrder,
  ): CallAttemptConnection {
    return attemptsOf(context, lead, 'leadId', page, filter, orderBy);
  }
}
