import { Arg, Args, Ctx, FieldResolver, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Auth } from '../auth/roles.js';
import { AgentSourceStatus, Role } from '../entities/enums.js';
import { Queue } from '../entities/queue.js';
import { Trunk } from '../entities/trunk.js';
import { User } from '../entities/user.js';
import { notFound } from '../errors.js';
import type { AgentInfo, AgentSourceHealth as KnownHealth } from '../engine/contracts/agent-source.js';
import { escapeLike } from '../services/input-check.js';
import { connectionType, edgeType, findPage, PageArgs } from './connection.js';
import {
  CreateQueueInput,
  DeleteQueueInput,
  QueueFilter,
  QueueOrder,
  SetAgentStatesInput,
  UpdateQueueInput,
} from './inputs/queue-inputs.js';
import { OrderDirection, QueueOrderField } from './order-enums.js';
import { availabilityOf } from './queue-availability.js';
import { type RequestContext, viewerOf } from './request-context.js';
import {
  Agent,
  AgentSource,
  AgentSourceHealth,
  CreateQueuePayload,
  DeleteQueuePayload,
  PushAgentSource,
  QueueAvailability,
  SetAgentStatesPayload,
  SipDialogAgentSource,
  UpdateQueuePayload,
} from './types/queue-types.js';

@ObjectType({ description: 'A queue in a page.' })
class QueueEdge extends edgeType(Queue, 'A queue') {}

@ObjectType({ description: 'A page of queues.' })
class QueueConnection extends connectionType(Queue, QueueEdge, 'queues') {}

@Resolver(() => Queue)
export class QueueResolver {
  @Auth(Role.MASTER, Role.CAMPAIGN_ADMINISTRATOR)
  @Query(() => QueueConnection, { description: 'The configured queues of the installation.' })
  async queues(
    @Ctx() { em }: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => QueueFilter, {
      nullable: true,
      description: 'Conditions that all must hold; absent or null: every queue.',
    })
    filter: QueueFilter | null,
    @Arg('orderBy', () => QueueOrder, { defaultValue: { field: 'NAME' }, description: 'Order of the list.' })
    orderBy: QueueOrder,
  ): Promise<QueueConnection> {
    const direction = orderBy.direction === OrderDirection.DESC ? 'desc' : 'asc';
    const property = orderBy.field === QueueOrderField.NAME ? 'name' : 'createdAt';
    return new QueueConnection(
      await findPage(em, Queue, page, {
        where: {
          $and: [
            filter?.search ? { name: { $ilike: `%${escapeLike(filter.search)}%` } } : {},
            filter?.type == null ? {} : { type: filter.type },
          ],
        },
        orderBy: [{ [property]: direction }, { id: direction }],
      }),
    );
  }

  @Auth(Role.MASTER)
  @Mutation(() => CreateQueuePayload, { nullable: true, description: 'Configure a queue.' })
  async createQueue(
    @Ctx() { services, em }: RequestContext,
    @Arg('input', () => CreateQueueInput, { description: 'The new queue.' }) input: CreateQueueInput,
  ): Promise<CreateQueuePayload> {
    return { queue: await services.queues.create(em, input) };
  }

  @Auth(Role.MASTER)
  @Mutation(() => UpdateQueuePayload, { nullable: true, description: 'Edit a queue.' })
  async updateQueue(
    @Ctx() { services, em }: RequestContext,
    @Arg('input', () => UpdateQueueInput, { description: 'The edit.' }) { id, version, ...edit }: UpdateQueueInput,
  ): Promise<UpdateQueuePayload> {
    return { queue: await services.queues.update(em, id, version, edit) };
  }

  @Auth(Role.MASTER)
  @Mutation(() => DeleteQueuePayload, {
    nullable: true,
    description: 'Delete a queue, but not one that a campaign uses (`CONFLICT`).',
  })
  async deleteQueue(
    @Ctx() { services, em }: RequestContext,
    @Arg('input', () => DeleteQueueInput, { description: 'Which queue.' }) { id }: DeleteQueueInput,
  ): Promise<DeleteQueuePayload> {
    return { deletedQueueId: await services.queues.delete(em, id) };
  }

  @Auth(Role.MASTER)
  @FieldResolver(() => AgentSource, {
    nullable: true,
    description:
      'Where the state of its agents or channels comes from. Null with `FORBIDDEN` for others than a `MASTER`.',
  })
  agentSource(@Root() { agentSource }: Queue): AgentSource {
    return agentSource;
  }

  @FieldResolver(() => AgentSourceHealth, { description: 'Health of the agent source.' })
  health(@Root() queue: Queue, @Ctx() { services }: RequestContext): KnownHealth {
    const known = services.installation.queue(queue.id)?.health;
    return known ?? { status: AgentSourceStatus.CONNECTING, since: queue.updatedAt };
  }

  @FieldResolver(() => QueueAvailability, { description: 'Its agents or channels, counted by state.' })
  availability(@Root() queue: Queue, @Ctx() { services }: RequestContext): QueueAvailability {
    const known = services.installation.queue(queue.id);
    return known ? availabilityOf(known) : nobody();
  }

  @FieldResolver(() => [Agent], {
    description: 'Its agents, where the source knows them one by one; otherwise empty.',
  })
  agents(@Root() queue: Queue, @Ctx() { services }: RequestContext): Promise<readonly AgentInfo[]> {
    return services.installation.agents(queue.id);
  }

  @Auth(Role.MASTER, Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => SetAgentStatesPayload, {
    nullable: true,
    description:
      "Report who is free, from an integrator's own contact centre, for the `PUSH` queues whose reporter the user is. An unacceptable value refuses the whole report.",
  })
  async setAgentStates(
    @Ctx() context: RequestContext,
    @Arg('input', () => SetAgentStatesInput, { description: 'The report.' }) input: SetAgentStatesInput,
  ): Promise<SetAgentStatesPayload> {
    const { services, em } = context;
    const queues = await services.agentReports.report(em, viewerOf(context), input);
    return { lastSequence: input.sequence, queues };
  }
}

@Resolver(() => PushAgentSource)
export class PushAgentSourceFields {
  @FieldResolver(() => User, {
    nullable: true,
    description:
      'The only user whose reports count for this queue; null if that user has been deleted, and then nobody is free.',
  })
  reporter(@Root() { reporterId }: PushAgentSource, @Ctx() { loaders }: RequestContext): Promise<User | null> {
    return loaders.user.load(reporterId);
  }
}

@Resolver(() => SipDialogAgentSource)
export class SipDialogAgentSourceFields {
  @FieldResolver(() => Trunk, { description: 'Trunk over which the subscriptions go.' })
  async trunk(@Root() { trunkId }: SipDialogAgentSource, @Ctx() { loaders }: RequestContext): Promise<Trunk> {
    const trunk = await loaders.trunk.load(trunkId);
    // No trunk is deleted while a queue names it.
    if (!trunk) throw notFound('trunk', trunkId);
    return trunk;
  }
}

/** The engine reads a new queue right after the commit; until then nobody counts as free. */
function nobody(): QueueAvailability {
  const counts = { loggedIn: 0, free: 0, dialable: 0, reserved: 0, ringing: 0, busy: 0, wrapUp: 0 };
  const unknown = { unavailable: 0, unknown: 0, capacity: null, callersWaiting: null, oldestWaitMs: null };
  return { at: new Date(), ...counts, ...unknown, exact: false };
}
