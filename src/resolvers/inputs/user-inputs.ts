import { Field, ID, InputType, Int } from 'type-graphql';
import { Role } from '../../entities/enums.js';
import { OrderDirection, UserOrderField } from '../order-enums.js';

@InputType({ description: 'Conditions on users; all that are given must hold.' })
export class UserFilter {
  @Field(() => String, { description: 'Part of the user name, in any case.', nullable: true })
  search?: string | null;

  @Field(() => Role, { description: 'Only this role.', nullable: true })
  role?: Role | null;

  @Field(() => ID, { description: 'Only members of this group.', nullable: true })
  groupId?: string | null;

  @Field(() => Boolean, { description: 'Only enabled users (true) or disabled ones (false).', nullable: true })
  enabled?: boolean | null;
}

@InputType({ description: 'Order of users.' })
export class UserOrder {
  @Field(() => UserOrderField, { description: 'What decides the order; equal entries follow each other by id.' })
  field!: UserOrderField;

  @Field(() => OrderDirection, { description: 'Direction.', defaultValue: 'ASC' })
  direction!: OrderDirection;
}

@InputType({ description: 'A new user, who is enabled.' })
export class CreateUserInput {
  @Field(() => String, { description: 'Unique user name, not blank.' })
  username!: string;

  @Field(() => String, { description: 'First password.' })
  password!: string;

  @Field(() => Role, { description: "The user's role." })
  role!: Role;

  @Field(() => [ID], { description: "The user's groups.", defaultValue: [] })
  groupIds!: readonly string[];

  @Field(() => Boolean, {
    description: 'True: the user must change the password at the first login.',
    defaultValue: false,
  })
  mustChangePassword!: boolean;
}

@InputType({ description: 'Edit of a user; what is absent stays as it is.' })
export class UpdateUserInput {
  @Field(() => ID, { description: "The user's id." })
  id!: string;

  @Field(() => Int, { description: 'Version that the edit is based on; `CONFLICT` if it is not the present one.' })
  version!: number;

  @Field(() => String, { description: 'Unique user name, not blank.', nullable: true })
  username?: string | null;

  @Field(() => Role, { description: "The user's role.", nullable: true })
  role?: Role | null;

  @Field(() => [ID], {
    description:
      "All groups of the user from now on. A `GROUP_MANAGER` adds and removes their own groups only; the user's other groups stay.",
    nullable: true,
  })
  groupIds?: readonly string[] | null;

  @Field(() => Boolean, { description: 'False: the user cannot log in.', nullable: true })
  enabled?: boolean | null;
}

@InputType({ description: 'Which user is deleted.' })
export class DeleteUserInput {
  @Field(() => ID, { description: "The user's id." })
  id!: string;
}

@InputType({ description: "A user's new password." })
export class ResetPasswordInput {
  @Field(() => ID, { description: "The user's id." })
  userId!: string;

  @Field(() => String, { description: 'The new password.' })
  newPassword!: string;

  @Field(() => Boolean, { description: 'True: the user must change it at the next login.', defaultValue: false })
  mustChangePassword!: boolean;
}
