import { Arg, Args, Ctx, ID, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { groupAccess } from '../auth/group-access.js';
import { Auth, campaignReaders } from '../auth/roles.js';
import { Campaign } from '../entities/campaign.js';
import { Role } from '../entities/enums.js';
import { escapeLike, isId } from '../services/input-check.js';
import { connectionType, edgeType, findPage, PageArgs } from './connection.js';
import {
  CampaignFilter,
  CampaignOrder,
  CreateCampaignInput,
  DeleteCampaignInput,
  StartCampaignInput,
  StopCampaignInput,
  UpdateCampaignInput,
} from './inputs/campaign-inputs.js';
import { CampaignOrderField, OrderDirection } from './order-enums.js';
import { type RequestContext, viewerOf } from './request-context.js';
import {
  CreateCampaignPayload,
  DeleteCampaignPayload,
  StartCampaignPayload,
  StopCampaignPayload,
  UpdateCampaignPayload,
} from './types/campaign-types.js';

@ObjectType({ description: 'A campaign in a page.' })
class CampaignEdge extends edgeType(Campaign, 'A campaign') {}

@ObjectType({ description: 'A page of campaigns.' })
class CampaignConnection extends connectionType(Campaign, CampaignEdge, 'campaigns') {}

const PROPERTY_OF_ORDER = { NAME: 'name', FIRST_DAY: 'firstDay', CREATED_AT: 'createdAt' } as const satisfies Record<
  CampaignOrderField,
  keyof Campaign
>;

@Resolver(() => Campaign)
export class CampaignResolver {
  @Auth(...campaignReaders)
  @Query(() => CampaignConnection, { description: "Campaigns of the user's groups." })
  async campaigns(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CampaignFilter, {
      nullable: true,
      description: 'Conditions that all must hold; absent or null: every campaign.',
    })
    filter: CampaignFilter | null,
    @Arg('orderBy', () => CampaignOrder, { defaultValue: { field: 'NAME' }, description: 'Order of the list.' })
    orderBy: CampaignOrder,
  ): Promise<CampaignConnection> {
    const direction = orderBy.direction === OrderDirection.DESC ? 'desc' : 'asc';
    const groupIds = filter?.groupId == null ? null : [filter.groupId].filter(isId);
    return new CampaignConnection(
      await findPage(context.em, Campaign, page, {
        where: {
          $and: [
            groupAccess.campaigns(viewerOf(context)),
            filter?.search ? { name: { $ilike: `%${escapeLike(filter.search)}%` } } : {},
            filter?.state == null ? {} : { state: filter.state },
            filter?.type == null ? {} : { type: filter.type },
            groupIds === null ? {} : { group: { $in: groupIds } },
          ],
        },
        orderBy: [{ [PROPERTY_OF_ORDER[orderBy.field]]: direction }, { id: direction }],
      }),
    );
  }

  @Auth(...campaignReaders)
  @Query(() => Campaign, { nullable: true, description: 'One campaign; null with `NOT_FOUND` if there is none.' })
  campaign(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: "The campaign's id." }) id: string,
  ): Promise<Campaign> {
    return context.services.campaigns.find(context.em, viewerOf(context), id);
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => CreateCampaignPayload, {
    nullable: true,
    description: 'Create a campaign, `STOPPED`, with one schedule for each day of the range that matches the weekdays.',
  })
  async createCampaign(
    @Ctx() context: RequestContext,
    @Arg('input', () => CreateCampaignInput, { description: 'The new campaign.' }) input: CreateCampaignInput,
  ): Promise<CreateCampaignPayload> {
    return { campaign: await context.services.campaigns.create(context.em, viewerOf(context), input) };
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => UpdateCampaignPayload, {
    nullable: true,
    description: 'Edit a campaign, which must be `STOPPED`. Days and hours change through its schedules.',
  })
  async updateCampaign(
    @Ctx() context: RequestContext,
    @Arg('input', () => UpdateCampaignInput, { description: 'The edit.' })
    { id, version, ...edit }: UpdateCampaignInput,
  ): Promise<UpdateCampaignPayload> {
    const campaign = await context.services.campaigns.update(context.em, viewerOf(context), id, version, edit);
    context.renew();
    return { campaign };
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => DeleteCampaignPayload, {
    nullable: true,
    description: 'Delete a campaign with its schedules and leads; it must be `STOPPED`. Its call log stays.',
  })
  async deleteCampaign(
    @Ctx() context: RequestContext,
    @Arg('input', () => DeleteCampaignInput, { description: 'Which campaign.' }) { id }: DeleteCampaignInput,
  ): Promise<DeleteCampaignPayload> {
    const deletedCampaignId = await context.services.campaigns.delete(context.em, viewerOf(context), id);
    context.renew();
    return { deletedCampaignId };
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => StartCampaignPayload, {
    nullable: true,
    description:
      'Start a campaign. `CAMPAIGN_NOT_STARTABLE` gives all the reasons against it, as `Campaign.startability` does.',
  })
  async startCampaign(
    @Ctx() context: RequestContext,
    @Arg('input', () => StartCampaignInput, { description: 'Which campaign.' }) { id }: StartCampaignInput,
  ): Promise<StartCampaignPayload> {
    const campaign = await context.services.campaignControl.start(context.em, viewerOf(context), id);
    context.renew();
    return { campaign };
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => StopCampaignPayload, {
    nullable: true,
    description:
      'Stop a campaign at once: ringing calls are cancelled and do not count, answered ones finish detection and transfer. A campaign that is `STOPPED` stays so.',
  })
  async stopCampaign(
    @Ctx() context: RequestContext,
    @Arg('input', () => StopCampaignInput, { description: 'Which campaign.' }) { id }: StopCampaignInput,
  ): Promise<StopCampaignPayload> {
    const campaign = await context.services.campaignControl.stop(context.em, viewerOf(context), id);
    context.renew();
    return { campaign };
  }
}
