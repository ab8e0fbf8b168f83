import type { Rel } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLLocalDate, GraphQLLocalTime, GraphQLTimeZone, GraphQLDateTime } from 'graphql-scalars';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import {
  Weekday,
  CampaignState,
  CampaignType,
  DialingMode,
  AmdSensitivity,
  CampaignStopReason,
  LeadStatus,
} from './enums.js';
import { DncService } from './dnc-service.js';
import { Group } from './group.js';
import { Queue } from './queue.js';

@Entity({ tableName: 'campaign' })
@ObjectType({
  description: 'A campaign: leads that are called on given days and hours, and where the answered calls go.',
})
export class Campaign {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => Int, {
    description:
      'Version for `updateCampaign` and `updateRemainingSchedules`; it grows with every edit of the campaign or its schedules.',
  })
  @Property({ type: 'integer', version: true })
  version!: number;

  @Field(() => String, { description: 'Unique name.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { description: 'Free text; may be empty.' })
  @Property({ type: 'text' })
  description!: string;

  @Field(() => GraphQLLocalDate, {
    description: 'First day, as given on creation; the schedules say when it really dials.',
  })
  @Property({ type: 'date' })
  firstDay!: string;

  @Field(() => GraphQLLocalDate, { description: 'Last day, as given on creation, not before the first.' })
  @Property({ type: 'date' })
  lastDay!: string;

  @Field(() => GraphQLLocalTime, { description: 'Start of the working hours, as given on creation.' })
  @Property({ type: 'time' })
  startTime!: string;

  @Field(() => GraphQLLocalTime, { description: 'End of the working hours, as given on creation, after their start.' })
  @Property({ type: 'time' })
  endTime!: string;

  @Field(() => [Weekday], { description: 'Days of the week on which it dials, as given on creation; at least one.' })
  @Property({ type: 'array' })
  weekdays!: readonly Weekday[];

  @Field(() => GraphQLTimeZone, { description: 'Time zone of its days and hours.' })
  @Property({ type: 'text' })
  timeZone!: string;

  @Field(() => String, {
    description:
      'Number that reaches the queue or the IVR, to which answered calls are transferred; digits, a leading `+`, `*` and `#`.',
  })
  @Property({ type: 'text' })
  pilotNumber!: string;

  @Field(() => Int, { description: 'Attempts for each lead, 1 to 100.' })
  @Property({ type: 'integer' })
  maxAttempts!: number;

  @Field(() => Int, { description: 'Minutes from the end of a call to the next attempt, 1 to 1440.' })
  @Property({ type: 'integer' })
  retryMinutes!: number;

  @Field(() => [LeadStatus], { description: 'Statuses after which a lead is called again while it has attempts left.' })
  @Property({ type: 'array' })
  retryStatuses!: readonly LeadStatus[];

  @Field(() => Boolean, {
    description:
      'True: leads whose number cannot be reached (`FAILED` for the reason `number-not-reachable`) are called again too.',
  })
  @Property({ type: 'boolean' })
  retryUnreachable!: boolean;

  @Field(() => CampaignType, { description: 'Where answered calls go.' })
  @Property({ type: 'text' })
  type!: CampaignType;

  @Field(() => Boolean, { description: 'True: answering machine detection decides whether a call is transferred.' })
  @Property({ type: 'boolean' })
  amdEnabled!: boolean;

  @Field(() => AmdSensitivity, { description: 'How readily detection takes a greeting for a machine.' })
  @Property({ type: 'text' })
  amdSensitivity!: AmdSensitivity;

  @Field(() => DialingMode, { description: 'How the number of calls to place is decided.' })
  @Property({ type: 'text' })
  dialingMode!: DialingMode;

  @Field(() => String, {
    description: "Number that is shown to the called; null: the dialer port's or trunk's own.",
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  callerId!: string | null;

  @Field(() => String, {
    description:
      'Country for numbers without a country code, ISO 3166-1 alpha-2; null: every number must have its country code.',
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  defaultCountry!: string | null;

  @Field(() => Int, { description: 'Seconds that a call may ring before it is cancelled, 15 to 60.' })
  @Property({ type: 'integer' })
  ringTimeoutSeconds!: number;

  @Field(() => Int, {
    description: "Cap on the campaign's parallel calls, 1 or more; null: the installation's cap alone.",
    nullable: true,
  })
  @Property({ type: 'integer', nullable: true })
  maxParallelCalls!: number | null;

  @Field(() => Float, {
    description: "Cap on the campaign's calls per second; null: the caps of the installation and of the trunks alone.",
    nullable: true,
  })
  @Property({ type: 'double', nullable: true })
  maxCallsPerSecond!: number | null;

  @Field(() => CampaignState, { description: 'What the operator wants.' })
  @Property({ type: 'text' })
  state!: CampaignState;

  @Field(() => GraphQLDateTime, { description: 'When it was last started; null if never.', nullable: true })
  @Property({ type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When it last stopped; null if never.', nullable: true })
  @Property({ type: 'timestamptz', nullable: true })
  stoppedAt!: Date | null;

  @Field(() => CampaignStopReason, {
    description: 'Why it last stopped; null if it is started or never was.',
    nullable: true,
  })
  @Property({ type: 'text', nullable: true })
  stopReason!: CampaignStopReason | null;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When its settings or schedules were last edited.' })
  @Property({ type: 'timestamptz' })
  updatedAt!: Date;

  @ManyToOne(() => Group)
  group!: Rel<Group>;

  @ManyToOne(() => Queue)
  queue!: Rel<Queue>;

  @ManyToOne(() => DncService, { nullable: true })
  dncService!: Rel<DncService> | null;
}
