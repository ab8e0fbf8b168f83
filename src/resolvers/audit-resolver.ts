import { Arg, Args, Ctx, FieldResolver, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Auth } from '../auth/roles.js';
import { AuditEvent } from '../entities/audit-event.js';
import { Role } from '../entities/enums.js';
import { User } from '../entities/user.js';
import { connectionType, edgeType, findPage, PageArgs } from './connection.js';
import { AuditEventFilter, AuditEventOrder } from './inputs/audit-inputs.js';
import { AuditEventOrderField, OrderDirection } from './order-enums.js';
import type { RequestContext } from './request-context.js';

@ObjectType({ description: 'An entry of the audit log in a page.' })
class AuditEventEdge extends edgeType(AuditEvent, 'An entry of the audit log') {}

@ObjectType({ description: 'A page of entries of the audit log.' })
class AuditEventConnection extends connectionType(AuditEvent, AuditEventEdge, 'entries of the audit log') {}

@Resolver(() => AuditEvent)
export class AuditResolver {
  @Auth(Role.MASTER)
  @Query(() => AuditEventConnection, { description: 'The audit log.' })
  async auditEvents(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AuditEventFilter, {
      nullable: true,
      description: 'Conditions that all must hold; absent or null: every event.',
    })
    filter: AuditEventFilter | null,
    @Arg('orderBy', () => AuditEventOrder, {
      defaultValue: { field: AuditEventOrderField.AT, direction: OrderDirection.DESC },
      description: 'Order of the list.',
    })
    orderBy: AuditEventOrder,
  ): Promise<AuditEventConnection> {
    const direction = orderBy.direction === OrderDirection.DESC ? 'desc' : 'asc';
    return new AuditEventConnection(
      await findPage(context.em, AuditEvent, page, {
        where: context.services.audit.conditions(filter),
        orderBy: [{ at: direction }, { id: direction }],
      }),
    );
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: 'The user; null if there is none, or if the user has been deleted.',
  })
  user(@Root() { userId }: AuditEvent, @Ctx() { loaders }: RequestContext): Promise<User | null> {
    return userId === null ? Promise.resolve(null) : loaders.user.load(userId);
  }
}
