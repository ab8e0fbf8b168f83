import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Campaign } from '../../entities/campaign.js';
import { Schedule } from '../../entities/schedule.js';

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
