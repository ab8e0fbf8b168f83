import { Field, ID, InputType, Int } from 'type-graphql';
import { OrderDirection, GroupOrderField } from '../order-enums.js';

@InputType({ description: 'Conditions on groups; all that are given must hold.' })
export class GroupFilter {
  @Field(() => String, { description: 'Part of the name, in any case.', nullable: true })
  search?: string | null;

  @Field(() => Boolean, { description: 'Only enabled groups (true) or disabled ones (false).', nullable: true })
  enabled?: boolean | null;
}

@InputType({ description: 'Order of groups.' })
export class GroupOrder {
  @Field(() => GroupOrderField, { description: 'What decides the order; equal entries follow each other by id.' })
  field!: GroupOrderField;

  @Field(() => OrderDirection, { description: 'Direction.', defaultValue: 'ASC' })
  direction!: OrderDirection;
}

@InputType({ description: 'A new group.' })
export class CreateGroupInput {
  @Field(() => String, { description: 'Unique name, not blank.' })
  name!: string;

  @Field(() => String, { description: 'Free text.', defaultValue: '' })
  description!: string;
}

@InputType({ description: 'Edit of a group; what is absent stays as it is.' })
export class UpdateGroupInput {
  @Field(() => ID, { description: "The group's id." })
  id!: string;

  @Field(() => Int, { description: 'Version that the edit is based on; `CONFLICT` if it is not the present one.' })
  version!: number;

  @Field(() => String, { description: 'Unique name, not blank.', nullable: true })
  name?: string | null;

  @Field(() => String, { description: 'Free text.', nullable: true })
  description?: string | null;
}

@InputType({ description: 'A group and the state that it gets.' })
export class SetGroupEnabledInput {
  @Field(() => ID, { description: "The group's id." })
  id!: string;

  @Field(() => Boolean, { description: 'True: enabled; false: disabled. A group that is so already stays so.' })
  enabled!: boolean;
}
