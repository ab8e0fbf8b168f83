import { Arg, Args, Ctx, FieldResolver, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Auth } from '../auth/roles.js';
import { DialerPort } from '../entities/dialer-port.js';
import { LineState, Role } from '../entities/enums.js';
import { Trunk } from '../entities/trunk.js';
import type { LineHealth as KnownHealth } from '../engine/contracts/telephony.js';
import { notFound } from '../errors.js';
import { escapeLike, isId } from '../services/input-check.js';
import { connectionType, edgeType, findPage, PageArgs } from './connection.js';
import {
  AddDialerPortsInput,
  DialerPortFilter,
  DialerPortOrder,
  RemoveDialerPortsInput,
} from './inputs/trunk-inputs.js';
import { DialerPortOrderField, OrderDirection } from './order-enums.js';
import type { RequestContext } from './request-context.js';
import { AddDialerPortsPayload, LineHealth, RemoveDialerPortsPayload } from './types/trunk-types.js';

@ObjectType({ description: 'A dialer port in a page.' })
class DialerPortEdge extends edgeType(DialerPort, 'A dialer port') {}

@ObjectType({ description: 'A page of dialer ports.' })
class DialerPortConnection extends connectionType(DialerPort, DialerPortEdge, 'dialer ports') {}

@Resolver(() => DialerPort)
export class DialerPortResolver {
  @Auth(Role.MASTER)
  @Query(() => DialerPortConnection, { description: 'The dialer ports of all trunks.' })
  async dialerPorts(
    @Ctx() { em }: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => DialerPortFilter, {
      nullable: true,
      description: 'Conditions that all must hold; absent or null: every port.',
    })
    filter: DialerPortFilter | null,
    @Arg('orderBy', () => DialerPortOrder, { defaultValue: { field: 'USERNAME' }, description: 'Order of the list.' })
    orderBy: DialerPortOrder,
  ): Promise<DialerPortConnection> {
    const direction = orderBy.direction === OrderDirection.DESC ? 'desc' : 'asc';
    const property = orderBy.field === DialerPortOrderField.USERNAME ? 'username' : 'createdAt';
    return new DialerPortConnection(
      await findPage(em, DialerPort, page, {
        where: {
          $and: [
            filter?.trunkId == null ? {} : { trunk: { $in: [filter.trunkId].filter(isId) } },
            filter?.search ? { username: { $ilike: `%${escapeLike(filter.search)}%` } } : {},
          ],
        },
        orderBy: [{ [property]: direction }, { id: direction }],
      }),
    );
  }

  @Auth(Role.MASTER)
  @Mutation(() => AddDialerPortsPayload, {
    nullable: true,
    description: 'Add dialer ports to a trunk: all or, if one is not acceptable, none. They register at once.',
  })
  async addDialerPorts(
    @Ctx() { services, em }: RequestContext,
    @Arg('input', () => AddDialerPortsInput, { description: 'The trunk and the ports.' })
    { trunkId, ports }: AddDialerPortsInput,
  ): Promise<AddDialerPortsPayload> {
    return { dialerPorts: await services.dialerPorts.add(em, trunkId, ports) };
  }

  @Auth(Role.MASTER)
  @Mutation(() => RemoveDialerPortsPayload, {
    nullable: true,
    description: 'Remove dialer ports; calls in flight on them finish first.',
  })
  async removeDialerPorts(
    @Ctx() { services, em }: RequestContext,
    @Arg('input', () => RemoveDialerPortsInput, { description: 'Which ports.' }) { ids }: RemoveDialerPortsInput,
  ): Promise<RemoveDialerPortsPayload> {
    return { removedDialerPortIds: await services.dialerPorts.remove(em, ids) };
  }

  @FieldResolver(() => Trunk, { description: 'The trunk at whose servers it registers.' })
  async trunk(@Root() port: DialerPort, @Ctx() { loaders }: RequestContext): Promise<Trunk> {
    const trunk = await loaders.trunk.load(port.trunk.id);
    if (!trunk) throw notFound('trunk', port.trunk.id);
    return trunk;
  }

  @FieldResolver(() => LineHealth, { description: 'Whether it is registered and can be used now.' })
  health(@Root() port: DialerPort, @Ctx() { services: { installation } }: RequestContext): KnownHealth {
    // The engine reads a new port right after the commit; until then it has not registered.
    return installation.lineHealth(port.id) ?? { state: LineState.CONNECTING, since: port.createdAt };
  }

  @FieldResolver(() => Boolean, { description: 'True if a call is in flight on it.' })
  busy(@Root() port: DialerPort, @Ctx() { services }: RequestContext): boolean {
    return services.installation.callsOnLine(port.id) > 0;
  }
}
