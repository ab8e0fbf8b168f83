import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Campaign } from '../../entities/campaign.js';
import { Schedule } from '../../entities/schedule.js';

@ObjectType({ description: 'What changed in the schedules of a campaign.' })
export class ScheduleChange {
  @Field(() => ID, { description: "The campaign's id." })
  campaignId!: string;

  @Field(() => [Schedule], {
    description: "Schedules that are new or have changed, by day; on subscribing, today's and all later ones.",
  })
  changed!: readonly Schedule[];

  @Field(() => [ID], { description: 'Ids of schedules that were deleted.' })
  deletedScheduleIds!: readonly string[];
}

@ObjectType({ description: 'Result of `addSchedule`.' })
export class AddSchedulePayload {
  @Field(() => Schedule, { description: 'The new schedule.' })
  schedule!: Schedule;
}

@ObjectType({ description: 'Result of `updateRemainingSchedules`.' })
export class UpdateRemainingSchedulesPayload {
  @Field(() => Campaign, { description: 'The campaign after the edit.' })
  campaign!: Campaign;

  @Field(() => Int, { description: 'Number of schedules that were changed.' })
  updatedCount!: number;
}

@ObjectType({ description: 'Result of `deleteSchedule`.' })
export class DeleteSchedulePayload {
  @Field(() => ID, { description: 'Id of the schedule that was deleted.' })
  deletedScheduleId!: string;

  @Field(() => Campaign, { description: 'The campaign after the deletion.' })
  campaign!: Campaign;
}
