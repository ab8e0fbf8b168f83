import { GraphQLLocalDate, GraphQLLocalTime } from 'graphql-scalars';
import { Field, ID, InputType, Int } from 'type-graphql';
import { ScheduleStatus } from '../../entities/enums.js';
import { OrderDirection, ScheduleOrderField } from '../order-enums.js';

@InputType({ description: 'Conditions on schedules; all that are given must hold.' })
export class ScheduleFilter {
  @Field(() => [ScheduleStatus], { description: 'Only these statuses.', nullable: true })
  statuses?: readonly ScheduleStatus[] | null;

  @Field(() => GraphQLLocalDate, { description: 'Only this day and later ones.', nullable: true })
  from?: string | null;

  @Field(() => GraphQLLocalDate, { description: 'Only this day and earlier ones.', nullable: true })
  to?: string | null;
}

@InputType({ description: 'Order of schedules.' })
export class ScheduleOrder {
  @Field(() => ScheduleOrderField, { description: 'What decides the order; equal entries follow each other by id.' })
  field!: ScheduleOrderField;

  @Field(() => OrderDirection, { description: 'Direction.', defaultValue: 'ASC' })
  direction!: OrderDirection;
}

@InputType({ description: 'One more day of a campaign.' })
export class AddScheduleInput {
  @Field(() => ID, { description: "The campaign's id." })
  campaignId!: string;

  @Field(() => GraphQLLocalDate, {
    description: "The day, today or later in the campaign's time zone, which has no schedule yet.",
  })
  date!: string;

  @Field(() => GraphQLLocalTime, { description: 'Start of the window.' })
  startTime!: string;

  @Field(() => GraphQLLocalTime, { description: 'End of the window, after its start; for today, still to come.' })
  endTime!: string;
}

@InputType({
  description:
    "New times of today's and all later schedules of a campaign; what is absent stays as it is, and the end must be after the start on each day.",
})
export class UpdateRemainingSchedulesInput {
  @Field(() => ID, { description: "The campaign's id." })
  campaignId!: string;

  @Field(() => Int, {
    description: 'Version of the campaign that the edit is based on; `CONFLICT` if it is not the present one.',
  })
  version!: number;

  @Field(() => GraphQLLocalTime, { description: 'Start of the windows.', nullable: true })
  startTime?: string | null;

  @Field(() => GraphQLLocalTime, { description: 'End of the windows.', nullable: true })
  endTime?: string | null;
}

@InputType({ description: 'Which schedule is deleted.' })
export class DeleteScheduleInput {
  @Field(() => ID, { description: "The schedule's id." })
  id!: string;
}
