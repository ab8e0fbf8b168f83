import { Field, ID, ObjectType } from 'type-graphql';
import { User } from '../../entities/user.js';

@ObjectType({ description: 'Result of `createUser`.' })
export class CreateUserPayload {
  @Field(() => User, { description: 'The new user.' })
  user!: User;
}

@ObjectType({ description: 'Result of `updateUser`.' })
export class UpdateUserPayload {
  @Field(() => User, { description: 'The user after the edit.' })
  user!: User;
}

@ObjectType({ description: 'Result of `deleteUser`.' })
export class DeleteUserPayload {
  @Field(() => ID, { description: 'Id of the user who was deleted.' })
  deletedUserId!: string;
}

@ObjectType({ description: 'Result of `resetPassword`.' })
export class ResetPasswordPayload {
  @Field(() => User, { description: 'The user whose password was reset.' })
  user!: User;
}
