import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Auth, everyone } from '../auth/roles.js';
import { User } from '../entities/user.js';
import { ChangePasswordInput, LoginInput, LogoutInput } from './inputs/session-inputs.js';
import { type RequestContext, viewerOf } from './request-context.js';
import { ServerInfo } from './types/server-types.js';
import { ChangePasswordPayload, LoginPayload, LogoutPayload } from './types/session-types.js';

@Resolver()
export class SessionResolver {
  @Query(() => ServerInfo, { description: 'What the server is; public.' })
  serverInfo(@Ctx() { services }: RequestContext): ServerInfo {
    return { name: 'Outdial', languages: ['en', 'es', 'pt', 'de'], ...services.server };
  }

  @Auth(...everyone)
  @Query(() => User, { description: 'The user of this session.' })
  me(@Ctx() context: RequestContext): Promise<User> {
    return context.em.findOneOrFail(User, viewerOf(context).userId);
  }

  @Mutation(() => LoginPayload, {
    nullable: true,
    description: 'Begin a session; public. Tries are limited per user name and per address: `RATE_LIMITED`.',
  })
  async login(
    @Ctx() context: RequestContext,
    @Arg('input', () => LoginInput, { description: 'Who logs in.' }) input: LoginInput,
  ): Promise<LoginPayload> {
    const { services, em, address } = context;
    const session = await services.sessions.login(em, input.username, input.password, address);
    if (input.setCookie) context.setSessionCookie?.(session.token, session.expiresAt);
    return session;
  }

  @Auth(...everyone)
  @Mutation(() => LogoutPayload, { nullable: true, description: 'End this session, or all sessions of its user.' })
  async logout(
    @Ctx() context: RequestContext,
    @Arg('input', () => LogoutInput, { defaultValue: {}, description: 'Which sessions end.' }) input: LogoutInput,
  ): Promise<LogoutPayload> {
    const { services, em } = context;
    const endedSessions = await services.sessions.logout(em, viewerOf(context), input.allSessions);
    context.setSessionCookie?.(null, new Date(0));
    return { endedSessions };
  }

  @Auth(...everyone)
  @Mutation(() => ChangePasswordPayload, {
    nullable: true,
    description: "Change one's own password. This session goes on, the user's other sessions end.",
  })
  async changePassword(
    @Ctx() context: RequestContext,
    @Arg('input', () => ChangePasswordInput, { description: 'The present and the new password.' })
    { currentPassword, newPassword }: ChangePasswordInput,
  ): Promise<ChangePasswordPayload> {
    const { services, em } = context;
    return { user: await services.sessions.changePassword(em, viewerOf(context), currentPassword, newPassword) };
  }
}
