import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { CampaignType, TransferMode } from './enums.js';

/** Settings of an agent source as they are stored, its secret excepted. */
export interface FixedAgentSourceSettings {
  readonly kind: 'FIXED';
  /** 1 or more. */
  readonly channels: number;
  /** Seconds that a call which was handed over keeps its channel: nobody tells the dialer when it ends there. */
  readonly holdSeconds: number;
}
export interface PushAgentSourceSettings {
  readonly kind: 'PUSH';
  /** The only user whose reports count; that user may have been deleted. */
  readonly reporterId: string;
}
export interface AsteriskAmiAgentSourceSettings {
  readonly kind: 'ASTERISK_AMI';
  readonly host: string;
  readonly amiPort: number;
  readonly tls: boolean;
  readonly username: string;
  readonly queueName: string;
  /** Null: learnt by observation. */
  readonly wrapUpSeconds: number | null;
}
export interface FreeswitchEslAgentSourceSettings {
  readonly kind: 'FREESWITCH_ESL';
  readonly host: string;
  readonly eslPort: number;
  readonly queueName: string;
}
export interface OsccAgentSourceSettings {
  readonly kind: 'OSCC';
  readonly url: string;
  readonly username: string;
  readonly groupKey: string;
}
export interface SipDialogAgentSourceSettings {
  readonly kind: 'SIP_DIALOG';
  /** No trunk is deleted while a queue names it. */
  readonly trunkId: string;
  readonly addresses: readonly string[];
  readonly minIdleSeconds: number;
}
export type AgentSourceSettings =
  | FixedAgentSourceSettings
  | PushAgentSourceSettings
  | AsteriskAmiAgentSourceSettings
  | FreeswitchEslAgentSourceSettings
  | OsccAgentSourceSettings
  | SipDialogAgentSourceSettings;

@Entity({ tableName: 'queue' })
@ObjectType({
  description:
    'A queue of a contact centre or an IVR: who takes the answered calls, and how the dialer learns that they are free.',
})
export class Queue {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => Int, { description: 'Version for `updateQueue`; it grows with every edit.' })
  @Property({ type: 'integer', version: true })
  version!: number;

  @Field(() => String, { description: 'Unique name.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => CampaignType, { description: 'Type of the campaigns that can use it.' })
  @Property({ type: 'text' })
  type!: CampaignType;

  @Field(() => TransferMode, { description: 'How answered calls get to the pilot number.' })
  @Property({ type: 'text' })
  transferMode!: TransferMode;

  @Field(() => Int, { description: 'Seconds to wait for the outcome of a transfer.' })
  @Property({ type: 'integer' })
  transferTimeoutSeconds!: number;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it was last edited.' })
  @Property({ type: 'timestamptz' })
  updatedAt!: Date;

  @Property({ type: 'json' })
  agentSource!: AgentSourceSettings;

  /** Password or secret of the source. Never leaves the server. */
  @Property({ type: 'text', nullable: true, lazy: true })
  agentSourceSecret!: string | null;
}
