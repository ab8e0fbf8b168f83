import { Arg, Args, Ctx, FieldResolver, ID, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { groupAccess } from '../auth/group-access.js';
import { Auth, userManagers } from '../auth/roles.js';
import { Role } from '../entities/enums.js';
import { Group } from '../entities/group.js';
import { User } from '../entities/user.js';
import { escapeLike, isId } from '../services/input-check.js';
import { connectionType, edgeType, findPage, PageArgs } from './connection.js';
import {
  CreateUserInput,
  DeleteUserInput,
  ResetPasswordInput,
  UpdateUserInput,
  UserFilter,
  UserOrder,
} from './inputs/user-inputs.js';
import { OrderDirection, UserOrderField } from './order-enums.js';
import { type RequestContext, viewerOf } from './request-context.js';
import { CreateUserPayload, DeleteUserPayload, ResetPasswordPayload, UpdateUserPayload } from './types/user-types.js';

@ObjectType({ description: 'A user in a page.' })
class UserEdge extends edgeType(User, 'A user') {}

@ObjectType({ description: 'A page of users.' })
class UserConnection extends connectionType(User, UserEdge, 'users') {}

@Resolver(() => User)
export class UserResolver {
  @Auth(...userManagers)
  @Query(() => UserConnection, {
    description: "Users: all of them for a `MASTER`, those of one's own groups for a `GROUP_MANAGER`.",
  })
  async users(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => UserFilter, {
      nullable: true,
      description: 'Conditions that all must hold; absent or null: every user.',
    })
    filter: UserFilter | null,
    @Arg('orderBy', () => UserOrder, { defaultValue: { field: 'USERNAME' }, description: 'Order of the list.' })
    orderBy: UserOrder,
  ): Promise<UserConnection> {
    const direction = orderBy.direction === OrderDirection.DESC ? 'desc' : 'asc';
    const property = orderBy.field === UserOrderField.USERNAME ? 'username' : 'createdAt';
    const groupIds = filter?.groupId == null ? null : [filter.groupId].filter(isId);
    return new UserConnection(
      await findPage(context.em, User, page, {
        where: {
          $and: [
            groupAccess.users(viewerOf(context)),
            filter?.search ? { username: { $ilike: `%${escapeLike(filter.search)}%` } } : {},
            filter?.role == null ? {} : { role: filter.role },
            groupIds === null ? {} : { groups: { $some: { id: { $in: groupIds } } } },
            filter?.enabled == null ? {} : { enabled: filter.enabled },
          ],
        },
        orderBy: [{ [property]: direction }, { id: direction }],
      }),
    );
  }

  @Auth(...userManagers)
  @Query(() => User, { nullable: true, description: 'One user; null with `NOT_FOUND` if there is none.' })
  user(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: "The user's id." }) id: string,
  ): Promise<User> {
    return context.services.users.find(context.em, viewerOf(context), id);
  }

  @Auth(...userManagers)
  @Mutation(() => CreateUserPayload, {
    nullable: true,
    description: 'Create a user. A `GROUP_MANAGER` can only use their own groups, and cannot make a `MASTER`.',
  })
  async createUser(
    @Ctx() context: RequestContext,
    @Arg('input', () => CreateUserInput, { description: 'The new user.' }) input: CreateUserInput,
  ): Promise<CreateUserPayload> {
    return { user: await context.services.users.create(context.em, viewerOf(context), input) };
  }

  @Auth(...userManagers)
  @Mutation(() => UpdateUserPayload, {
    nullable: true,
    description:
      "Edit a user; a change of role, groups or enabled state ends the user's sessions. The last `MASTER` cannot be disabled or demoted, and a `GROUP_MANAGER` never touches a `MASTER`.",
  })
  async updateUser(
    @Ctx() context: RequestContext,
    @Arg('input', () => UpdateUserInput, { description: 'The edit.' }) { id, version, ...edit }: UpdateUserInput,
  ): Promise<UpdateUserPayload> {
    const user = await context.services.users.update(context.em, viewerOf(context), id, version, edit);
    context.loaders.groupsOfUser.clear(user.id);
    return { user };
  }

  @Auth(...userManagers)
  @Mutation(() => DeleteUserPayload, {
    nullable: true,
    description:
      "Delete a user and end the user's sessions. The last `MASTER` cannot be deleted, and nobody can delete themselves.",
  })
  async deleteUser(
    @Ctx() context: RequestContext,
    @Arg('input', () => DeleteUserInput, { description: 'Which user.' }) { id }: DeleteUserInput,
  ): Promise<DeleteUserPayload> {
    return { deletedUserId: await context.services.users.delete(context.em, viewerOf(context), id) };
  }

  @Auth(Role.MASTER)
  @Mutation(() => ResetPasswordPayload, {
    nullable: true,
    description: "Give a user a new password and end the user's sessions.",
  })
  async resetPassword(
    @Ctx() context: RequestContext,
    @Arg('input', () => ResetPasswordInput, { description: 'The user and the new password.' })
    { userId, newPassword, mustChangePassword }: ResetPasswordInput,
  ): Promise<ResetPasswordPayload> {
    const { services, em } = context;
    const viewer = viewerOf(context);
    return { user: await services.users.resetPassword(em, viewer, userId, newPassword, mustChangePassword) };
  }

  @FieldResolver(() => [Group], {
    description: "The user's groups by name; those that the reader may not see are left out.",
  })
  async groups(@Root() user: User, @Ctx() { loaders, viewer }: RequestContext): Promise<Group[]> {
    const groups = await loaders.groupsOfUser.load(user.id);
    // Without a session the reader is the user who has just logged in.
    return viewer ? groups.filter((group) => groupAccess.maySee(viewer, group.id)) : groups;
  }
}
