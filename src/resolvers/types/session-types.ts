import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Int, ObjectType } from 'type-graphql';
import { User } from '../../entities/user.js';

@ObjectType({ description: 'Result of `login`.' })
export class LoginPayload {
  @Field(() => String, {
    description:
      'Bearer token of the session, for the `Authorization` header or the `connectionParams` of a WebSocket.',
  })
  token!: string;

  @Field(() => GraphQLDateTime, { description: 'When the session ends unless it is ended before.' })
  expiresAt!: Date;

  @Field(() => User, {
    description:
      'The user. If `mustChangePassword` is set, only `me`, `changePassword` and `logout` are allowed at first.',
  })
  user!: User;
}

@ObjectType({ description: 'Result of `logout`.' })
export class LogoutPayload {
  @Field(() => Int, { description: 'Number of sessions that were ended, 1 or more.' })
  endedSessions!: number;
}

@ObjectType({ description: 'Result of `changePassword`.' })
export class ChangePasswordPayload {
  @Field(() => User, { description: 'The user, who need not change the password any more.' })
  user!: User;
}
