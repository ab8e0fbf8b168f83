import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { AgentInfo, AgentSourceHealth as KnownHealth } from '../../engine/contracts/agent-source.js';
import { IdleReason, EngineState, EngineFaultSubject } from '../../entities/enums.js';
import { Agent, AgentSourceHealth, QueueAvailability } from './queue-types.js';

@ObjectType({
  description:
    'Dialer ports and channels of trunks without registration, counted; free, busy and out of service add up to the total.',
})
export class PortCounts {
  @Field(() => Int, { description: 'All of them.' })
  total!: number;

  @Field(() => Int, { description: 'Ready for a call.' })
  free!: number;

  @Field(() => Int, { description: 'With a call in flight.' })
  busy!: number;

  @Field(() => Int, { description: 'Without a call and not to be used now.' })
  outOfService!: number;
}

@ObjectType({ description: 'Something that is not in order, as long as it is so.' })
export class EngineFault {
  @Field(() => EngineFaultSubject, { description: 'What it concerns.' })
  subject!: EngineFaultSubject;

  @Field(() => String, {
    description:
      'Name of the trunk, queue or service, user name of the dialer port, or the caller-ID; null for the database.',
    nullable: true,
  })
  name!: string | null;

  @Field(() => String, { description: 'The reason in kebab-case, for example `blocked-by-analytics`.' })
  reason!: string;

  @Field(() => String, { description: 'What is wrong, in English and without secrets.' })
  message!: string;

  @Field(() => Int, {
    description: 'Status code of the SIP response, 300 to 699; null if there was none.',
    nullable: true,
  })
  sipStatus!: number | null;

  @Field(() => Int, { description: 'How often it was seen since it began, 1 or more.' })
  occurrences!: number;

  @Field(() => GraphQLDateTime, { description: 'Since when.' })
  since!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it is tried again; null if no try is planned.', nullable: true })
  nextTryAt!: Date | null;
}

@ObjectType({ description: 'A queue as the engine knows it at this instant.' })
export class EngineQueue {
  @Field(() => ID, { description: "The queue's id." })
  id!: string;

  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => AgentSourceHealth, { description: 'Health of the agent source.' })
  health!: KnownHealth;

  @Field(() => QueueAvailability, { description: 'Its agents or channels, counted by state.' })
  availability!: QueueAvailability;

  @Field(() => [Agent], {
    description: 'Its agents, where the source knows them one by one; otherwise empty.',
  })
  agents!: readonly AgentInfo[];
}

@ObjectType({ description: 'The dialing engine at an instant.' })
export class EngineStatus {
  @Field(() => GraphQLDateTime, { description: 'Instant of the status.' })
  at!: Date;

  @Field(() => EngineState, { description: 'Its state.' })
  state!: EngineState;

  @Field(() => GraphQLDateTime, { description: 'Since when it is in this state.' })
  since!: Date;

  @Field(() => IdleReason, {
    description:
      'Why nothing is being dialed in the whole installation; null while calls are placed, and while no campaign is started.',
    nullable: true,
  })
  idleReason!: IdleReason | null;

  @Field(() => Int, { description: 'Calls in flight, of all campaigns.' })
  callsInFlight!: number;

  @Field(() => Int, { description: "The installation's cap on parallel calls." })
  maxParallelCalls!: number;

  @Field(() => Int, { description: 'Calls placed in the last 60 seconds, second calls of transfers included.' })
  callsPerMinute!: number;

  @Field(() => Float, { description: "The installation's cap on calls per second." })
  maxCallsPerSecond!: number;

  @Field(() => PortCounts, { description: 'The lines that calls can go out on.' })
  ports!: PortCounts;
}
