import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, InputType, Int } from 'type-graphql';
import { AgentReportMode, AgentState, CampaignType, TransferMode } from '../../entities/enums.js';
import { OrderDirection, QueueOrderField } from '../order-enums.js';

@InputType({ description: 'Conditions on queues; all that are given must hold.' })
export class QueueFilter {
  @Field(() => String, { description: 'Part of the name, in any case.', nullable: true })
  search?: string | null;

  @Field(() => CampaignType, { description: 'Only this type.', nullable: true })
  type?: CampaignType | null;
}

@InputType({ description: 'Order of queues.' })
export class QueueOrder {
  @Field(() => QueueOrderField, { description: 'What decides the order; equal entries follow each other by id.' })
  field!: QueueOrderField;

  @Field(() => OrderDirection, { description: 'Direction.', defaultValue: 'ASC' })
  direction!: OrderDirection;
}

@InputType({ description: 'Settings of an agent source of the kind `OSCC`.' })
export class OsccAgentSourceInput {
  @Field(() => String, { description: 'Base address of the interface.' })
  url!: string;

  @Field(() => String, { description: 'User who logs on.' })
  username!: string;

  @Field(() => String, {
    description:
      'Password of the user, never returned. Required for a source that is new or had another kind or URL; otherwise absent keeps the stored one.',
    nullable: true,
  })
  password?: string | null;

  @Field(() => String, { description: 'Key of the group whose agents count.' })
  groupKey!: string;
}

@InputType({ description: 'Settings of an agent source of the kind `ASTERISK_AMI`.' })
export class AsteriskAmiAgentSourceInput {
  @Field(() => String, { description: 'Host name, IPv4 or IPv6 address.' })
  host!: string;

  @Field(() => Int, {
    description: 'Network port of the manager interface, 1 to 65535; absent or null: 5039 with TLS, otherwise 5038.',
    nullable: true,
  })
  amiPort?: number | null;

  @Field(() => Boolean, { description: 'True: TLS.', defaultValue: false })
  tls!: boolean;

  @Field(() => String, { description: 'User of the manager interface.' })
  username!: string;

  @Field(() => String, {
    description:
      'Secret of the user, never returned. Required for a source that is new or had another kind, host, port or TLS; otherwise absent keeps the stored one.',
    nullable: true,
  })
  secret?: string | null;

  @Field(() => String, { description: 'Name of the queue in Asterisk.' })
  queueName!: string;

  @Field(() => Int, {
    description: 'Seconds of wrap-up that the queue is set to, 0 or more; absent or null: learnt by observation.',
    nullable: true,
  })
  wrapUpSeconds?: number | null;
}

@InputType({ description: 'Settings of an agent source of the kind `FREESWITCH_ESL`.' })
export class FreeswitchEslAgentSourceInput {
  @Field(() => String, { description: 'Host name, IPv4 or IPv6 address.' })
  host!: string;

  @Field(() => Int, { description: 'Network port of the event socket, 1 to 65535.', defaultValue: 8021 })
  eslPort!: number;

  @Field(() => String, {
    description:
      'Password of the event socket, never returned. Required for a source that is new or had another kind, host or port; otherwise absent keeps the stored one.',
    nullable: true,
  })
  password?: string | null;

  @Field(() => String, {
    description: 'Name of the queue in mod_callcenter, with its domain, for example `support@default`.',
  })
  queueName!: string;
}

@InputType({ description: 'Settings of an agent source of the kind `SIP_DIALOG`.' })
export class SipDialogAgentSourceInput {
  @Field(() => ID, { description: 'Trunk over which the subscriptions go.' })
  trunkId!: string;

  @Field(() => [String], {
    description: 'SIP addresses of the extensions or channels, at least one, for example `sip:101@pbx.example`.',
  })
  addresses!: readonly string[];

  @Field(() => Int, {
    description: 'Seconds that one must be idle after a call before it counts as free, 0 or more.',
    defaultValue: 0,
  })
  minIdleSeconds!: number;
}

@InputType({ description: 'Settings of an agent source of the kind `PUSH`.' })
export class PushAgentSourceInput {
  @Field(() => ID, {
    description: 'The only user whose reports count for this queue, a `MASTER` or `CAMPAIGN_ADMINISTRATOR`.',
  })
  reporterId!: string;
}

@InputType({ description: 'Settings of an agent source of the kind `FIXED`.' })
export class FixedAgentSourceInput {
  @Field(() => Int, { description: 'Number of channels, 1 or more.' })
  channels!: number;

  @Field(() => Int, {
    description:
      'Seconds that a call which was handed over keeps its channel, because nobody tells the dialer when it ends there, 1 to 86400.',
    defaultValue: 180,
  })
  holdSeconds!: number;
}

@InputType({ description: 'An agent source; exactly one of the fields is given, and it decides the kind.' })
export class AgentSourceInput {
  @Field(() => OsccAgentSourceInput, { description: 'Source of the kind `OSCC`.', nullable: true })
  oscc?: OsccAgentSourceInput | null;

  @Field(() => AsteriskAmiAgentSourceInput, { description: 'Source of the kind `ASTERISK_AMI`.', nullable: true })
  asteriskAmi?: AsteriskAmiAgentSourceInput | null;

  @Field(() => FreeswitchEslAgentSourceInput, { description: 'Source of the kind `FREESWITCH_ESL`.', nullable: true })
  freeswitchEsl?: FreeswitchEslAgentSourceInput | null;

  @Field(() => SipDialogAgentSourceInput, { description: 'Source of the kind `SIP_DIALOG`.', nullable: true })
  sipDialog?: SipDialogAgentSourceInput | null;

  @Field(() => PushAgentSourceInput, { description: 'Source of the kind `PUSH`.', nullable: true })
  push?: PushAgentSourceInput | null;

  @Field(() => FixedAgentSourceInput, { description: 'Source of the kind `FIXED`.', nullable: true })
  fixed?: FixedAgentSourceInput | null;
}

@InputType({ description: 'A new queue.' })
export class CreateQueueInput {
  @Field(() => String, { description: 'Unique name, not blank.' })
  name!: string;

  @Field(() => CampaignType, { description: 'Type of the campaigns that can use it.' })
  type!: CampaignType;

  @Field(() => TransferMode, { description: 'How answered calls get to the pilot number.', defaultValue: 'REINVITE' })
  transferMode!: TransferMode;

  @Field(() => Int, {
    description: 'Seconds to wait for the outcome of a transfer, 5 to 600; at least the longest wait in the queue.',
    defaultValue: 60,
  })
  transferTimeoutSeconds!: number;

  @Field(() => AgentSourceInput, { description: 'Where the state of its agents or channels comes from.' })
  agentSource!: AgentSourceInput;
}

@InputType({ description: 'Edit of a queue; what is absent stays as it is.' })
export class UpdateQueueInput {
  @Field(() => ID, { description: "The queue's id." })
  id!: string;

  @Field(() => Int, { description: 'Version that the edit is based on; `CONFLICT` if it is not the present one.' })
  version!: number;

  @Field(() => String, { description: 'Unique name, not blank.', nullable: true })
  name?: string | null;

  @Field(() => CampaignType, {
    description: 'Type of the campaigns that can use it; it cannot change while campaigns have the queue.',
    nullable: true,
  })
  type?: CampaignType | null;

  @Field(() => TransferMode, { description: 'How answered calls get to the pilot number.', nullable: true })
  transferMode?: TransferMode | null;

  @Field(() => Int, {
    description: 'Seconds to wait for the outcome of a transfer, 5 to 600; at least the longest wait in the queue.',
    nullable: true,
  })
  transferTimeoutSeconds?: number | null;

  @Field(() => AgentSourceInput, {
    description:
      'Where the state of its agents or channels comes from: all settings of the source, a stored secret excepted.',
    nullable: true,
  })
  agentSource?: AgentSourceInput | null;
}

@InputType({ description: 'Which queue is deleted.' })
export class DeleteQueueInput {
  @Field(() => ID, { description: "The queue's id." })
  id!: string;
}

@InputType({ description: 'State of one agent.' })
export class AgentStateInput {
  @Field(() => ID, { description: "Id in the integrator's system, stable." })
  agentId!: string;

  @Field(() => [ID], { description: 'All queues that the agent serves, at least one.' })
  queueIds!: readonly string[];

  @Field(() => AgentState, { description: 'State of the agent.' })
  state!: AgentState;

  @Field(() => String, { description: 'Name; absent or null: not known.', nullable: true })
  displayName?: string | null;

  @Field(() => String, { description: 'Extension; absent or null: not known.', nullable: true })
  extension?: string | null;

  @Field(() => String, { description: 'Why the agent is paused or away; absent or null: not known.', nullable: true })
  reason?: string | null;

  @Field(() => GraphQLDateTime, {
    description: 'Since when the agent is in this state; absent or null: since the report arrived.',
    nullable: true,
  })
  since?: Date | null;

  @Field(() => GraphQLDateTime, {
    description: 'When the work after the call will end; absent or null: not known.',
    nullable: true,
  })
  readyAt?: Date | null;
}

@InputType({ description: 'Count of a queue whose agents or channels have no identities.' })
export class QueueCountInput {
  @Field(() => ID, { description: "The queue's id." })
  queueId!: string;

  @Field(() => Int, { description: 'Number of agents logged in or of channels, 0 or more.' })
  capacity!: number;

  @Field(() => Int, { description: 'How many of them are free, 0 to the capacity.' })
  free!: number;
}

@InputType({
  description:
    'A report of who is free. The user who sends it is the source: sequence, time to live and `SNAPSHOT` concern what the same user reported before.',
})
export class SetAgentStatesInput {
  @Field(() => Int, {
    description:
      'Number of the report, above that of every earlier one; otherwise `CONFLICT`, with the last one in `extensions.lastSequence`.',
  })
  sequence!: number;

  @Field(() => Int, {
    description:
      'Seconds for which everything reported so far holds, 5 to 3600. Without another report in time all agents become `UNKNOWN`, so that nothing is dialed for them.',
  })
  ttlSeconds!: number;

  @Field(() => AgentReportMode, {
    description: 'Whether the report names changes or everything.',
    defaultValue: 'CHANGES',
  })
  mode!: AgentReportMode;

  @Field(() => [AgentStateInput], { description: 'Agents with their states.', defaultValue: [] })
  agents!: readonly AgentStateInput[];

  @Field(() => [QueueCountInput], {
    description: 'Counts of queues whose agents or channels have no identities.',
    defaultValue: [],
  })
  counts!: readonly QueueCountInput[];
}
