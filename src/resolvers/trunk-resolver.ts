import { Arg, Args, Ctx, FieldResolver, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Auth } from '../auth/roles.js';
import { LineState, Role } from '../entities/enums.js';
import { type SipServerAddress, Trunk } from '../entities/trunk.js';
import type { LineHealth as KnownHealth } from '../engine/contracts/telephony.js';
import { escapeLike } from '../services/input-check.js';
import { connectionType, edgeType, findPage, PageArgs } from './connection.js';
import {
  CreateTrunkInput,
  DeleteTrunkInput,
  TrunkFilter,
  TrunkOrder,
  UpdateTrunkInput,
} from './inputs/trunk-inputs.js';
import { OrderDirection, TrunkOrderField } from './order-enums.js';
import type { RequestContext } from './request-context.js';
import {
  CreateTrunkPayload,
  DeleteTrunkPayload,
  LineHealth,
  SipServer,
  UpdateTrunkPayload,
} from './types/trunk-types.js';

@ObjectType({ description: 'A trunk in a page.' })
class TrunkEdge extends edgeType(Trunk, 'A trunk') {}

@ObjectType({ description: 'A page of trunks.' })
class TrunkConnection extends connectionType(Trunk, TrunkEdge, 'trunks') {}

@Resolver(() => Trunk)
export class TrunkResolver {
  @Auth(Role.MASTER)
  @Query(() => TrunkConnection, { description: 'The SIP trunks of the installation.' })
  async trunks(
    @Ctx() { em }: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TrunkFilter, {
      nullable: true,
      description: 'Conditions that all must hold; absent or null: every trunk.',
    })
    filter: TrunkFilter | null,
    @Arg('orderBy', () => TrunkOrder, { defaultValue: { field: 'NAME' }, description: 'Order of the list.' })
    orderBy: TrunkOrder,
  ): Promise<TrunkConnection> {
    const direction = orderBy.direction === OrderDirection.DESC ? 'desc' : 'asc';
    const property = orderBy.field === TrunkOrderField.NAME ? 'name' : 'createdAt';
    return new TrunkConnection(
      await findPage(em, Trunk, page, {
        where: filter?.search ? { name: { $ilike: `%${escapeLike(filter.search)}%` } } : {},
        orderBy: [{ [property]: direction }, { id: direction }],
      }),
    );
  }

  @Auth(Role.MASTER)
  @Mutation(() => CreateTrunkPayload, { nullable: true, description: 'Configure a SIP trunk.' })
  async createTrunk(
    @Ctx() { services, em }: RequestContext,
    @Arg('input', () => CreateTrunkInput, { description: 'The new trunk.' }) input: CreateTrunkInput,
  ): Promise<CreateTrunkPayload> {
    return { trunk: await services.trunks.create(em, input) };
  }

  @Auth(Role.MASTER)
  @Mutation(() => UpdateTrunkPayload, {
    nullable: true,
    description: 'Edit a SIP trunk. Calls in flight finish under the old settings.',
  })
  async updateTrunk(
    @Ctx() { services, em }: RequestContext,
    @Arg('input', () => UpdateTrunkInput, { description: 'The edit.' }) { id, version, ...edit }: UpdateTrunkInput,
  ): Promise<UpdateTrunkPayload> {
    return { trunk: await services.trunks.update(em, id, version, edit) };
  }

  @Auth(Role.MASTER)
  @Mutation(() => DeleteTrunkPayload, {
    nullable: true,
    description:
      'Delete a SIP trunk and its dialer ports; calls in flight finish. `CONFLICT` while an agent source uses it.',
  })
  async deleteTrunk(
    @Ctx() { services, em }: RequestContext,
    @Arg('input', () => DeleteTrunkInput, { description: 'Which trunk.' }) { id }: DeleteTrunkInput,
  ): Promise<DeleteTrunkPayload> {
    return { deletedTrunkId: await services.trunks.delete(em, id) };
  }

  @FieldResolver(() => [SipServer], {
    description: 'The SIP servers, in the order in which they are tried; at least one.',
  })
  servers(@Root() trunk: Trunk): readonly SipServerAddress[] {
    return trunk.servers;
  }

  @FieldResolver(() => SipServer, {
    nullable: true,
    description: 'Outbound proxy that requests go through; null: none.',
  })
  outboundProxy(@Root() trunk: Trunk): SipServerAddress | null {
    return trunk.outboundProxy;
  }

  @FieldResolver(() => LineHealth, { description: 'Whether it can be used now.' })
  health(@Root() trunk: Trunk, @Ctx() { services }: RequestContext): KnownHealth {
    // The engine reads a new trunk right after the commit; until then nobody has tried it.
    return services.installation.lineHealth(trunk.id) ?? { state: LineState.CONNECTING, since: trunk.updatedAt };
  }

  @FieldResolver(() => Int, {
    description:
      'Calls that it carries, or keeps room for: a call that is to be transferred by `REINVITE` takes two of its channels.',
  })
  callsInFlight(@Root() trunk: Trunk, @Ctx() { services }: RequestContext): number {
    return services.installation.callsOnTrunk(trunk.id);
  }
}
