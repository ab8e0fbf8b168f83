import { PhoneNumberScalar } from '../../entities/phone-number-scalar.js';
import { Field, ID, InputType, Int } from 'type-graphql';
import { LeadStatus } from '../../entities/enums.js';
import { OrderDirection, LeadOrderField } from '../order-enums.js';

@InputType({ description: 'Conditions on leads; all that are given must hold.' })
export class LeadFilter {
  @Field(() => Boolean, {
    description:
      'True: only leads not executed yet, which the engine may still call; false: only those that it will not.',
    nullable: true,
  })
  pending?: boolean | null;

  @Field(() => [LeadStatus], { description: 'Only these statuses.', nullable: true })
  statuses?: readonly LeadStatus[] | null;

  @Field(() => String, { description: 'Part of the name, in any case, or part of the number.', nullable: true })
  search?: string | null;
}

@InputType({ description: 'Order of leads.' })
export class LeadOrder {
  @Field(() => LeadOrderField, { description: 'What decides the order; equal entries follow each other by id.' })
  field!: LeadOrderField;

  @Field(() => OrderDirection, { description: 'Direction.', defaultValue: 'ASC' })
  direction!: OrderDirection;
}

@InputType({ description: 'Where uploaded leads go.' })
export class UploadLeadsInput {
  @Field(() => ID, { description: "The campaign's id." })
  campaignId!: string;

  @Field(() => ID, {
    description:
      'Id that the upload gets, a new UUID chosen by the client so that `leadUploadProgress` can be watched from the beginning; absent or null: the server chooses.',
    nullable: true,
  })
  uploadId?: string | null;
}

@InputType({ description: 'Edit of a lead; what is absent stays as it is.' })
export class UpdateLeadInput {
  @Field(() => ID, { description: "The lead's id." })
  id!: string;

  @Field(() => Int, { description: 'Version that the edit is based on; `CONFLICT` if it is not the present one.' })
  version!: number;

  @Field(() => String, { description: 'Name of the person; may be empty.', nullable: true })
  name?: string | null;

  @Field(() => String, { description: 'Free text; may be empty.', nullable: true })
  description?: string | null;

  @Field(() => PhoneNumberScalar, {
    description: 'Telephone number, normalised as in an upload; `CONFLICT` if another lead of the campaign has it.',
    nullable: true,
  })
  phoneNumber?: string | null;
}

@InputType({ description: 'Which leads are deleted: exactly one of `leadIds` and `filter` is given.' })
export class DeleteLeadsInput {
  @Field(() => ID, { description: "The campaign's id." })
  campaignId!: string;

  @Field(() => [ID], { description: 'These leads, 1 to 500.', nullable: true })
  leadIds?: readonly string[] | null;

  @Field(() => LeadFilter, {
    description: 'All leads of the campaign that meet the filter; an empty filter: all.',
    nullable: true,
  })
  filter?: LeadFilter | null;
}

@InputType({ description: 'Which leads become callable again.' })
export class RecycleLeadsInput {
  @Field(() => ID, { description: "The campaign's id." })
  campaignId!: string;

  @Field(() => [LeadStatus], { description: 'Leads with these statuses, at least one; `DO_NOT_CALL` is refused.' })
  statuses!: readonly LeadStatus[];
}
