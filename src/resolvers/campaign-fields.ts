import { Arg, Args, Ctx, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import { Auth } from '../auth/roles.js';
import { Campaign } from '../entities/campaign.js';
import { DncService } from '../entities/dnc-service.js';
import { type CampaignStartRefusal, CampaignState, IdleReason, Role } from '../entities/enums.js';
import { Group } from '../entities/group.js';
import { Queue } from '../entities/queue.js';
import { Schedule } from '../entities/schedule.js';
import { VoicemailMessage } from '../entities/voicemail-message.js';
import { attemptsOf, CallAttemptConnection } from './call-attempt-page.js';
import { connectionType, edgeType, PageArgs } from './connection.js';
import { CallAttemptFilter, CallAttemptOrder } from './inputs/call-attempt-inputs.js';
import { LeadFilter, LeadOrder } from './inputs/lead-inputs.js';
import { ScheduleFilter, ScheduleOrder } from './inputs/schedule-inputs.js';
import { LeadConnection, leadsOf } from './lead-page.js';
import { present } from './loaders.js';
import { OrderDirection } from './order-enums.js';
import type { RequestContext } from './request-context.js';
import { CampaignCounters, CampaignStartability, LeadCounts } from './types/campaign-types.js';

@ObjectType({ description: 'A schedule in a page.' })
class ScheduleEdge extends edgeType(Schedule, 'A schedule') {}

@ObjectType({ description: 'A page of schedules.' })
class ScheduleConnection extends connectionType(Schedule, ScheduleEdge, 'schedules') {}

/** What a campaign leads to. */
@Resolver(() => Campaign)
export class CampaignFields {
  @FieldResolver(() => Group, { description: 'The group that the campaign belongs to.' })
  group(@Root() campaign: Campaign, @Ctx() { loaders }: RequestContext): Promise<Group> {
    return present(loaders.group, campaign.group.id);
  }

  @FieldResolver(() => Queue, { description: 'The queue whose agents or channels take the calls.' })
  queue(@Root() campaign: Campaign, @Ctx() { loaders }: RequestContext): Promise<Queue> {
    return present(loaders.queue, campaign.queue.id);
  }

  @FieldResolver(() => DncService, {
    nullable: true,
    description: 'The do-not-call service that is asked before every call; null: none.',
  })
  async dncService(@Root() campaign: Campaign, @Ctx() { loaders }: RequestContext): Promise<DncService | null> {
    return campaign.dncService && loaders.dncService.load(campaign.dncService.id);
  }

  @FieldResolver(() => VoicemailMessage, {
    nullable: true,
    description:
      'The message that is left after the beep on what detection takes for an answering machine; null: calls to machines are hung up.',
  })
  voicemailMessage(@Root() campaign: Campaign, @Ctx() { loaders }: RequestContext): Promise<VoicemailMessage | null> {
    return loaders.voicemailMessage.load(campaign.id);
  }

  @FieldResolver(() => CampaignStartability, { description: 'Whether it can be started, and if not, why not.' })
  async startability(
    @Root() campaign: Campaign,
    @Ctx() { loaders }: RequestContext,
  ): Promise<{ canStart: boolean; reasons: readonly CampaignStartRefusal[] }> {
    const reasons = await present(loaders.startRefusals, campaign.id);
    return { canStart: reasons.length === 0, reasons };
  }

  @FieldResolver(() => IdleReason, {
    nullable: true,
    description: 'Why nothing is being dialed now; null while calls are placed, and while it is `STOPPED`.',
  })
  idleReason(@Root() campaign: Campaign, @Ctx() { services }: RequestContext): IdleReason | null {
    return campaign.state === CampaignState.STOPPED ? null : services.engine.campaignStatus(campaign.id).idleReason;
  }

  @FieldResolver(() => LeadCounts, { description: 'The leads, counted by status.' })
  async summary(@Root() campaign: Campaign, @Ctx() { loaders }: RequestContext): Promise<LeadCounts> {
    return (await present(loaders.counters, campaign.id)).leads;
  }

  @FieldResolver(() => CampaignCounters, {
    description: 'The live counters at this instant, the same as in the subscription `campaignCounters`.',
  })
  counters(@Root() campaign: Campaign, @Ctx() { loaders }: RequestContext): Promise<CampaignCounters> {
    return present(loaders.counters, campaign.id);
  }

  @FieldResolver(() => ScheduleConnection, { description: 'Its schedules.' })
  schedules(
    @Root() campaign: Campaign,
    @Ctx() { loaders, services }: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ScheduleFilter, {
      nullable: true,
      description: 'Conditions that all must hold; absent or null: every schedule.',
    })
    filter: ScheduleFilter | null,
    @Arg('orderBy', () => ScheduleOrder, { defaultValue: { field: 'DATE' }, description: 'Order of the list.' })
    orderBy: ScheduleOrder,
  ): ScheduleConnection {
    const direction = orderBy.direction === OrderDirection.DESC ? 'desc' : 'asc';
    return new ScheduleConnection(
      loaders.pages.of(campaign, Schedule, page, {
        parent: 'campaign',
        parentIdOf: (schedule) => schedule.campaign.id,
        filter,
        where: (campaigns: readonly Campaign[]) => services.scheduleStatus.conditions(campaigns, filter, new Date()),
        // A day is unique in a campaign.
        orderBy: [{ date: direction }],
      }),
    );
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @FieldResolver(() => LeadConnection, {
    nullable: true,
    description:
      'Its leads; without a filter those not executed yet, which the engine may still call. Null with `FORBIDDEN` for a `CAMPAIGN_SUPERVISOR`.',
  })
  leads(
    @Root() campaign: Campaign,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => LeadFilter, {
      nullable: true,
      defaultValue: { pending: true },
      description: 'Conditions that all must hold; null or an empty filter: every lead.',
    })
    filter: LeadFilter | null,
    @Arg('orderBy', () => LeadOrder, { defaultValue: { field: 'FILE_ORDER' }, description: 'Order of the list.' })
    orderBy: LeadOrder,
  ): LeadConnection {
    return leadsOf(context, campaign, page, filter, orderBy);
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @FieldResolver(() => CallAttemptConnection, {
    nullable: true,
    description: 'Its call log. Null with `FORBIDDEN` for a `CAMPAIGN_SUPERVISOR`.',
  })
  callAttempts(
    @Root() campaign: Campaign,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CallAttemptFilter, {
      nullable: true,
      description: 'Conditions that all must hold; absent or null: every attempt of the campaign.',
    })
    filter: CallAttemptFilter | null,
    @Arg('orderBy', () => CallAttemptOrder, {
      defaultValue: { field: 'QUEUED_AT', direction: 'DESC' },
      description: 'Order of the list.',
    })
    orderBy: CallAttemptOrder,
  ): CallAttemptConnection {
    const isWhole = filter == null || Object.values(filter).every((condition) => condition == null);
    const keptCount = async (): Promise<number> => (await present(context.loaders.counters, campaign.id)).attempts;
    return attemptsOf(context, campaign, 'campaignId', page, filter, orderBy, isWhole ? keptCount : undefined);
  }
}
