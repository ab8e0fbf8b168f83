import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Auth, campaignReaders } from '../auth/roles.js';
import { Campaign } from '../entities/campaign.js';
import { Role, ScheduleStatus } from '../entities/enums.js';
import { Schedule } from '../entities/schedule.js';
import { AddScheduleInput, DeleteScheduleInput, UpdateRemainingSchedulesInput } from './inputs/schedule-inputs.js';
import { present } from './loaders.js';
import { type RequestContext, viewerOf } from './request-context.js';
import { AddSchedulePayload, DeleteSchedulePayload, UpdateRemainingSchedulesPayload } from './types/schedule-types.js';

@Resolver(() => Schedule)
export class ScheduleResolver {
  @Auth(...campaignReaders)
  @Query(() => Schedule, {
    nullable: true,
    description: 'One schedule of a campaign; null with `NOT_FOUND` if there is none.',
  })
  schedule(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: "The schedule's id." }) id: string,
  ): Promise<Schedule> {
    return context.services.schedules.find(context.em, viewerOf(context), id);
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => AddSchedulePayload, {
    nullable: true,
    description: 'Add one more day to a campaign, which must be `STOPPED`; a campaign has one schedule a day at most.',
  })
  async addSchedule(
    @Ctx() context: RequestContext,
    @Arg('input', () => AddScheduleInput, { description: 'The new schedule.' }) input: AddScheduleInput,
  ): Promise<AddSchedulePayload> {
    const schedule = await context.services.schedules.add(context.em, viewerOf(context), input);
    context.renew();
    return { schedule };
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => UpdateRemainingSchedulesPayload, {
    nullable: true,
    description:
      "Set the times of today's and all later schedules of a campaign, which must be `STOPPED`. Past ones never change.",
  })
  async updateRemainingSchedules(
    @Ctx() context: RequestContext,
    @Arg('input', () => UpdateRemainingSchedulesInput, { description: 'The new times.' })
    { campaignId, version, ...times }: UpdateRemainingSchedulesInput,
  ): Promise<UpdateRemainingSchedulesPayload> {
    const { services, em } = context;
    const result = await services.schedules.updateRemaining(em, viewerOf(context), campaignId, version, times);
    context.renew();
    return result;
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => DeleteSchedulePayload, {
    nullable: true,
    description: 'Delete a future schedule of a campaign, which must be `STOPPED`.',
  })
  async deleteSchedule(
    @Ctx() context: RequestContext,
    @Arg('input', () => DeleteScheduleInput, { description: 'Which schedule.' }) { id }: DeleteScheduleInput,
  ): Promise<DeleteSchedulePayload> {
    const { deletedId, campaign } = await context.services.schedules.delete(context.em, viewerOf(context), id);
    context.renew();
    return { deletedScheduleId: deletedId, campaign };
  }

  @FieldResolver(() => Campaign, { description: 'The campaign.' })
  campaign(@Root() schedule: Schedule, @Ctx() { loaders }: RequestContext): Promise<Campaign> {
    return present(loaders.campaign, schedule.campaign.id);
  }

  @FieldResolver(() => ScheduleStatus, { description: 'Its present state.' })
  async status(@Root() schedule: Schedule, @Ctx() { loaders, services }: RequestContext): Promise<ScheduleStatus> {
    const campaign = await present(loaders.campaign, schedule.campaign.id);
    return services.scheduleStatus.statusOf(schedule, campaign, new Date());
  }
}
