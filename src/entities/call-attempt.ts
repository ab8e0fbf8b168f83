import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { LeadStatus, AttemptState } from './enums.js';
import { AmdReason, type AmdResultKind, AmdVerdict, Attribution } from './enums.js';
import { PhoneNumberScalar } from './phone-number-scalar.js';

@Entity({ tableName: 'call_attempt' })
@ObjectType({
  description:
    'One attempt to call a lead: a row of the call log. It stays when the lead, the campaign or the port is deleted.',
})
export class CallAttempt {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => String, { description: 'Name of the campaign at the time of the attempt.' })
  @Property({ type: 'text' })
  campaignName!: string;

  @Field(() => String, { description: 'Name of the lead at the time of the attempt; may be empty.' })
  @Property({ type: 'text' })
  leadName!: string;

  @Field(() => PhoneNumberScalar, { description: 'Telephone number of the attempt.' })
  @Property({ type: 'text' })
  phoneNumber!: string;

  @Field(() => String, {
    description: 'Number that was shown to the called; null if no call was placed.',
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  callerId!: string | null;

  @Field(() => String, {
    description: 'Name of the trunk at the time of the attempt; null if no call was placed.',
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  trunkName!: string | null;

  @Field(() => String, {
    description:
      'User name of the dialer port at the time of the attempt; null if no call was placed, or over a trunk without registration.',
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  portName!: string | null;

  @Field(() => AttemptState, { description: 'The present step.' })
  @Property({ type: 'text' })
  state!: AttemptState;

  @Field(() => GraphQLDateTime, { description: 'When the lead was claimed.' })
  @Property({ type: 'timestamptz' })
  queuedAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When the call was placed; null if it was not.', nullable: true })
  @Property({ type: 'timestamptz', nullable: true })
  dialedAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When it began to ring; null if it did not.', nullable: true })
  @Property({ type: 'timestamptz', nullable: true })
  ringingAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When it was answered; null if it was not.', nullable: true })
  @Property({ type: 'timestamptz', nullable: true })
  answeredAt!: Date | null;

  @Field(() => GraphQLDateTime, {
    description: 'When detection gave its verdict; null if it gave none.',
    nullable: true,
  })
  @Property({ type: 'timestamptz', nullable: true })
  detectedAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When the transfer was complete; null if it was not.', nullable: true })
  @Property({ type: 'timestamptz', nullable: true })
  transferredAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When the attempt ended; null while it is in flight.', nullable: true })
  @Property({ type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  @Field(() => LeadStatus, {
    description: 'Its result; null while it is in flight. A cancelled call has the status that the lead had before.',
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  result!: LeadStatus | null;

  @Field(() => Boolean, {
    description: "True if it counts against the lead's maximum of attempts; null while it is in flight.",
    nullable: true,
  })
  @Property({ type: 'boolean', nullable: true })
  countsAsAttempt!: boolean | null;

  @Field(() => String, {
    description: 'Number or SIP address to which the call was transferred; null if no transfer was tried.',
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  transferTarget!: string | null;

  @Field(() => Boolean, {
    description:
      'True if the message of the campaign was played whole to an answering machine, false if that was tried in vain; null if it was not tried.',
    nullable: true,
  })
  @Property({ type: 'boolean', nullable: true })
  messageLeft!: boolean | null;

  // Plain ids, not relations: the row outlives what they point at.

  @Property({ type: 'uuid' })
  campaignId!: string;

  @Property({ type: 'uuid' })
  scheduleId!: string;

  @Property({ type: 'uuid' })
  leadId!: string;

  @Property({ type: 'text', nullable: true })
  attributedTo!: Attribution | null;

  @Property({ type: 'text', nullable: true })
  reason!: string | null;

  @Property({ type: 'integer', nullable: true })
  sipStatus!: number | null;

  @Property({ type: 'integer', fieldName: 'q850_cause', nullable: true })
  q850Cause!: number | null;

  @Property({ type: 'text', nullable: true })
  sipReason!: string | null;

  @Property({ type: 'text', nullable: true })
  sipPhrase!: string | null;

  @Property({ type: 'text', nullable: true })
  sipWarning!: string | null;

  @Property({ type: 'integer', nullable: true })
  retryAfterSeconds!: number | null;

  @Property({ type: 'integer', nullable: true })
  lastProvisional!: number | null;

  @Property({ type: 'text', nullable: true })
  localCause!: string | null;

  @Property({ type: 'text', nullable: true })
  amdVerdict!: AmdVerdict | null;

  @Property({ type: 'text', nullable: true })
  amdReason!: AmdReason | null;

  @Property({ type: 'text', nullable: true })
  amdKind!: AmdResultKind | null;

  @Property({ type: 'json', nullable: true })
  amdFeatures!: Readonly<Record<string, number>> | null;

  @Property({ type: 'integer', nullable: true })
  amdDecisionMs!: number | null;

  @Property({ type: 'double', nullable: true })
  amdConfidence!: number | null;
}
