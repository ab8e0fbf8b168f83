import { Arg, Args, Ctx, ID, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { groupAccess } from '../auth/group-access.js';
import { Auth, userManagers } from '../auth/roles.js';
import { Group } from '../entities/group.js';
import { Role } from '../entities/enums.js';
import { escapeLike } from '../services/input-check.js';
import { connectionType, edgeType, findPage, PageArgs } from './connection.js';
import {
  CreateGroupInput,
  GroupFilter,
  GroupOrder,
  SetGroupEnabledInput,
  UpdateGroupInput,
} from './inputs/group-inputs.js';
import { OrderDirection, GroupOrderField } from './order-enums.js';
import { type RequestContext, viewerOf } from './request-context.js';
import { CreateGroupPayload, SetGroupEnabledPayload, UpdateGroupPayload } from './types/group-types.js';

@ObjectType({ description: 'A group in a page.' })
class GroupEdge extends edgeType(Group, 'A group') {}

@ObjectType({ description: 'A page of groups.' })
class GroupConnection extends connectionType(Group, GroupEdge, 'groups') {}

@Resolver(() => Group)
export class GroupResolver {
  @Auth(...userManagers)
  @Query(() => GroupConnection, {
    description:
      "Groups: all of them for a `MASTER`, one's own for a `GROUP_MANAGER`. The other roles find theirs in `me`.",
  })
  async groups(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => GroupFilter, {
      nullable: true,
      description: 'Conditions that all must hold; absent or null: every group.',
    })
    filter: GroupFilter | null,
    @Arg('orderBy', () => GroupOrder, { defaultValue: { field: 'NAME' }, description: 'Order of the list.' })
    orderBy: GroupOrder,
  ): Promise<GroupConnection> {
    const direction = orderBy.direction === OrderDirection.DESC ? 'desc' : 'asc';
    const property = orderBy.field === GroupOrderField.NAME ? 'name' : 'createdAt';
    return new GroupConnection(
      await findPage(context.em, Group, page, {
        where: {
          $and: [
            groupAccess.groups(viewerOf(context)),
            filter?.search ? { name: { $ilike: `%${escapeLike(filter.search)}%` } } : {},
            filter?.enabled == null ? {} : { enabled: filter.enabled },
          ],
        },
        orderBy: [{ [property]: direction }, { id: direction }],
      }),
    );
  }

  @Auth(...userManagers)
  @Query(() => Group, { nullable: true, description: 'One group; null with `NOT_FOUND` if there is none.' })
  group(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: "The group's id." }) id: string,
  ): Promise<Group> {
    return context.services.groups.find(context.em, viewerOf(context), id);
  }

  @Auth(Role.MASTER)
  @Mutation(() => CreateGroupPayload, {
    nullable: true,
    description: 'Create a group; it is enabled. A group is never deleted, only disabled.',
  })
  async createGroup(
    @Ctx() context: RequestContext,
    @Arg('input', () => CreateGroupInput, { description: 'The new group.' }) input: CreateGroupInput,
  ): Promise<CreateGroupPayload> {
    return { group: await context.services.groups.create(context.em, input) };
  }

  @Auth(Role.MASTER)
  @Mutation(() => UpdateGroupPayload, { nullable: true, description: "Edit a group's name and description." })
  async updateGroup(
    @Ctx() context: RequestContext,
    @Arg('input', () => UpdateGroupInput, { description: 'The edit.' }) { id, version, ...edit }: UpdateGroupInput,
  ): Promise<UpdateGroupPayload> {
    const viewer = viewerOf(context);
    return { group: await context.services.groups.update(context.em, viewer, id, version, edit) };
  }

  @Auth(...userManagers)
  @Mutation(() => SetGroupEnabledPayload, {
    nullable: true,
    description:
      'Enable or disable a group. While it is disabled, its started campaigns run on, but none can be started, created in it or moved into it.',
  })
  async setGroupEnabled(
    @Ctx() context: RequestContext,
    @Arg('input', () => SetGroupEnabledInput, { description: 'The group and the state that it gets.' })
    { id, enabled }: SetGroupEnabledInput,
  ): Promise<SetGroupEnabledPayload> {
    const viewer = viewerOf(context);
    return { group: await context.services.groups.setEnabled(context.em, viewer, id, enabled) };
  }
}
