import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, InputType } from 'type-graphql';
import { LeadStatus, AttemptState, AmdVerdict } from '../../entities/enums.js';
import { OrderDirection, CallAttemptOrderField } from '../order-enums.js';

@InputType({ description: 'Conditions on attempts; all that are given must hold.' })
export class CallAttemptFilter {
  @Field(() => ID, { description: 'Only attempts of this campaign.', nullable: true })
  campaignId?: string | null;

  @Field(() => ID, { description: 'Only attempts in this schedule.', nullable: true })
  scheduleId?: string | null;

  @Field(() => ID, { description: 'Only attempts of this lead.', nullable: true })
  leadId?: string | null;

  @Field(() => [AttemptState], { description: 'Only these states.', nullable: true })
  states?: readonly AttemptState[] | null;

  @Field(() => [LeadStatus], { description: 'Only these results.', nullable: true })
  results?: readonly LeadStatus[] | null;

  @Field(() => String, { description: 'Only this reason of termination, for example `no-answer`.', nullable: true })
  reason?: string | null;

  @Field(() => AmdVerdict, { description: 'Only this verdict of detection.', nullable: true })
  amdVerdict?: AmdVerdict | null;

  @Field(() => String, { description: "Part of the lead's name, in any case, or part of the number.", nullable: true })
  search?: string | null;

  @Field(() => GraphQLDateTime, { description: 'Only attempts queued at this instant or later.', nullable: true })
  from?: Date | null;

  @Field(() => GraphQLDateTime, { description: 'Only attempts queued before this instant.', nullable: true })
  to?: Date | null;
}

@InputType({ description: 'Order of attempts.' })
export class CallAttemptOrder {
  @Field(() => CallAttemptOrderField, { description: 'What decides the order; equal entries follow each other by id.' })
  field!: CallAttemptOrderField;

  @Field(() => OrderDirection, { description: 'Direction.', defaultValue: 'ASC' })
  direction!: OrderDirection;
}
