import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, InterfaceType, ObjectType } from 'type-graphql';
import { AgentSourceKind, AgentState, AgentSourceStatus, AgentSourceFault } from '../../entities/enums.js';
import { Queue } from '../../entities/queue.js';

@ObjectType({ description: 'Health of an agent source.' })
export class AgentSourceHealth {
  @Field(() => AgentSourceStatus, { description: 'Its condition.' })
  status!: AgentSourceStatus;

  @Field(() => GraphQLDateTime, { description: 'Since when it is in this condition.' })
  since!: Date;

  @Field(() => GraphQLDateTime, {
    description: 'When its full state was last read or reported; null if never.',
    nullable: true,
  })
  lastSyncAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When it last gave a sign of life; null if never.', nullable: true })
  lastEventAt!: Date | null;

  @Field(() => AgentSourceFault, { description: 'What is wrong; null if nothing is.', nullable: true })
  fault!: AgentSourceFault | null;

  @Field(() => String, {
    description: 'The same in English, without secrets; null if nothing is wrong.',
    nullable: true,
  })
  message!: string | null;
}

@ObjectType({ description: 'Agents or channels of a queue, counted by state.' })
export class QueueAvailability {
  @Field(() => GraphQLDateTime, { description: 'Instant of the counts.' })
  at!: Date;

  @Field(() => Int, { description: 'Agents logged in, paused ones included; for channels, the capacity.' })
  loggedIn!: number;

  @Field(() => Int, { description: 'Free agents or channels; 0 if the source is not healthy.' })
  free!: number;

  @Field(() => Int, {
    description: 'Free ones that no call in flight is meant for: how many more calls may be placed.',
  })
  dialable!: number;

  @Field(() => Int, { description: 'Agents about to be offered a call.' })
  reserved!: number;

  @Field(() => Int, { description: 'Agents whose telephone rings.' })
  ringing!: number;

  @Field(() => Int, { description: 'Agents or channels in a call, on hold or not.' })
  busy!: number;

  @Field(() => Int, { description: 'Agents in the work after a call.' })
  wrapUp!: number;

  @Field(() => Int, { description: 'Agents who are paused or away.' })
  unavailable!: number;

  @Field(() => Int, { description: 'Agents whose state is not known; they do not count as free.' })
  unknown!: number;

  @Field(() => Int, { description: 'Number of channels; null for agents.', nullable: true })
  capacity!: number | null;

  @Field(() => Int, { description: 'Callers who wait in the queue; null if the source does not tell.', nullable: true })
  callersWaiting!: number | null;

  @Field(() => Int, {
    description: 'Milliseconds that the first of them has waited; null if nobody waits or the source does not tell.',
    nullable: true,
  })
  oldestWaitMs!: number | null;

  @Field(() => Boolean, {
    description: 'False: the number of free agents is derived, not reported, and pacing keeps a margin.',
  })
  exact!: boolean;
}

@ObjectType({ description: 'An agent, as the source reports it.' })
export class Agent {
  @Field(() => ID, { description: 'Id in the source.' })
  agentId!: string;

  @Field(() => String, { description: 'Name; null if the source does not tell.', nullable: true })
  displayName!: string | null;

  @Field(() => String, { description: 'Extension; null if the source does not tell.', nullable: true })
  extension!: string | null;

  @Field(() => AgentState, { description: 'State of the agent.' })
  state!: AgentState;

  @Field(() => String, {
    description: "Why the agent is paused or away, in the source's words; null if the source does not tell.",
    nullable: true,
  })
  reason!: string | null;

  @Field(() => GraphQLDateTime, { description: 'Since when the agent is in this state.' })
  since!: Date;

  @Field(() => GraphQLDateTime, {
    description: 'When the work after the call will end; null if it is not known.',
    nullable: true,
  })
  readyAt!: Date | null;
}

@InterfaceType({
  description: "Where the state of a queue's agents or channels comes from. Secrets are never returned.",
  resolveType: ({ kind }: AgentSource) => agentSourceTypes[kind],
})
export abstract class AgentSource {
  @Field(() => AgentSourceKind, { description: 'Kind of the source.' })
  kind!: AgentSourceKind;
}

@ObjectType({ description: 'An agent source of the kind `OSCC`.', implements: AgentSource })
class OsccAgentSource {
  @Field(() => AgentSourceKind, { description: '`OSCC`.' })
  kind!: AgentSourceKind;

  @Field(() => String, { description: 'Base address of the interface.' })
  url!: string;

  @Field(() => String, { description: 'User who logs on.' })
  username!: string;

  @Field(() => String, { description: 'Key of the group whose agents count.' })
  groupKey!: string;
}

@ObjectType({ description: 'An agent source of the kind `ASTERISK_AMI`.', implements: AgentSource })
class AsteriskAmiAgentSource {
  @Field(() => AgentSourceKind, { description: '`ASTERISK_AMI`.' })
  kind!: AgentSourceKind;

  @Field(() => String, { description: 'Host name, IPv4 or IPv6 address.' })
  host!: string;

  @Field(() => Int, { description: 'Network port of the manager interface, 1 to 65535.' })
  amiPort!: number;

  @Field(() => Boolean, { description: 'True: TLS.' })
  tls!: boolean;

  @Field(() => String, { description: 'User of the manager interface.' })
  username!: string;

  @Field(() => String, { description: 'Name of the queue in Asterisk.' })
  queueName!: string;

  @Field(() => Int, {
    description: 'Seconds of wrap-up that the queue is set to; null: learnt by observation.',
    nullable: true,
  })
  wrapUpSeconds!: number | null;
}

@ObjectType({ description: 'An agent source of the kind `FREESWITCH_ESL`.', implements: AgentSource })
class FreeswitchEslAgentSource {
  @Field(() => AgentSourceKind, { description: '`FREESWITCH_ESL`.' })
  kind!: AgentSourceKind;

  @Field(() => String, { description: 'Host name, IPv4 or IPv6 address.' })
  host!: string;

  @Field(() => Int, { description: 'Network port of the event socket, 1 to 65535.' })
  eslPort!: number;

  @Field(() => String, { description: 'Name of the queue in mod_callcenter, with its domain.' })
  queueName!: string;
}

@ObjectType({ description: 'An agent source of the kind `SIP_DIALOG`.', implements: AgentSource })
export class SipDialogAgentSource {
  @Field(() => AgentSourceKind, { description: '`SIP_DIALOG`.' })
  kind!: AgentSourceKind;

  /** As it is stored; `trunk` shows it. */
  trunkId!: string;

  @Field(() => [String], { description: 'SIP addresses of the extensions or channels, one subscription each.' })
  addresses!: readonly string[];

  @Field(() => Int, { description: 'Seconds that one must be idle after a call before it counts as free.' })
  minIdleSeconds!: number;
}

@ObjectType({ description: 'An agent source of the kind `PUSH`.', implements: AgentSource })
export class PushAgentSource {
  @Field(() => AgentSourceKind, { description: '`PUSH`.' })
  kind!: AgentSourceKind;

  /** As it is stored; `reporter` shows who it is. */
  reporterId!: string;
}

@ObjectType({ description: 'An agent source of the kind `FIXED`.', implements: AgentSource })
class FixedAgentSource {
  @Field(() => AgentSourceKind, { description: '`FIXED`.' })
  kind!: AgentSourceKind;

  @Field(() => Int, { description: 'Number of channels.' })
  channels!: number;

  @Field(() => Int, {
    description:
      'Seconds that a call which was handed over keeps its channel, because nobody tells the dialer when it ends there.',
  })
  holdSeconds!: number;
}

const agentSourceTypes = {
  OSCC: OsccAgentSource,
  ASTERISK_AMI: AsteriskAmiAgentSource,
  FREESWITCH_ESL: FreeswitchEslAgentSource,
  SIP_DIALOG: SipDialogAgentSource,
  PUSH: PushAgentSource,
  FIXED: FixedAgentSource,
} as const;

@ObjectType({ description: 'Result of `createQueue`.' })
export class CreateQueuePayload {
  @Field(() => Queue, { description: 'The new queue.' })
  queue!: Queue;
}

@ObjectType({ description: 'Result of `updateQueue`.' })
export class UpdateQueuePayload {
  @Field(() => Queue, { description: 'The queue after the edit.' })
  queue!: Queue;
}

@ObjectType({ description: 'Result of `deleteQueue`.' })
export class DeleteQueuePayload {
  @Field(() => ID, { description: 'Id of the queue that was deleted.' })
  deletedQueueId!: string;
}

@ObjectType({ description: 'Result of `setAgentStates`.' })
export class SetAgentStatesPayload {
  @Field(() => Int, { description: 'Number of the report, now the last one.' })
  lastSequence!: number;

  @Field(() => [Queue], { description: 'All queues whose reporter the user is, as they are after the report.' })
  queues!: readonly Queue[];
}
