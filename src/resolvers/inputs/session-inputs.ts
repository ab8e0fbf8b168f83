import { Field, InputType } from 'type-graphql';

@InputType({ description: 'Who logs in.' })
export class LoginInput {
  @Field(() => String, { description: 'User name.' })
  username!: string;

  @Field(() => String, { description: 'Password.' })
  password!: string;

  @Field(() => Boolean, {
    description: 'True: the session is also set as an HttpOnly, SameSite=Strict cookie, for browsers.',
    defaultValue: false,
  })
  setCookie!: boolean;
}

@InputType({ description: 'Which sessions end.' })
export class LogoutInput {
  @Field(() => Boolean, { description: 'True: all sessions of the user; false: this one only.', defaultValue: false })
  allSessions!: boolean;
}

@InputType({ description: 'The present and the new password.' })
export class ChangePasswordInput {
  @Field(() => String, { description: 'The present password.' })
  currentPassword!: string;

  @Field(() => String, { description: 'The new password, which must differ from the present one.' })
  newPassword!: string;
}
