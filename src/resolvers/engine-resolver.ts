import { Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { Auth } from '../auth/roles.js';
import { Role } from '../entities/enums.js';
import type { EngineStatus as KnownStatus } from '../engine/contracts/engine.js';
import type { Fault } from '../services/installation-status.js';
import type { RequestContext } from './request-context.js';
import { availabilityOf } from './queue-availability.js';
import { EngineFault, EngineQueue, EngineStatus } from './types/engine-types.js';

@Resolver(() => EngineStatus)
export class EngineResolver {
  @Auth(Role.MASTER, Role.CAMPAIGN_ADMINISTRATOR)
  @Query(() => EngineStatus, { description: 'The present state of the dialing engine.' })
  engineStatus(@Ctx() { services }: RequestContext): KnownStatus {
    return services.installation.engine();
  }

  @FieldResolver(() => [EngineFault], {
    description: 'What is not in order, the oldest first, at most 500; empty if all is well.',
  })
  faults(@Ctx() { services }: RequestContext): readonly Fault[] {
    return services.installation.faults();
  }

  @FieldResolver(() => [EngineQueue], { description: 'The queues with their agents, as the engine knows them.' })
  queues(@Ctx() { services: { installation } }: RequestContext): Promise<readonly EngineQueue[]> {
    return Promise.all(
      installation.queues().map(async (queue) => ({
        ...queue,
        availability: availabilityOf(queue),
        agents: await installation.agents(queue.id),
      })),
    );
  }
}
