import { GraphQLLocalDate, GraphQLLocalTime, GraphQLTimeZone } from 'graphql-scalars';
import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { Weekday, CampaignState, CampaignType, DialingMode, AmdSensitivity, LeadStatus } from '../../entities/enums.js';
import { OrderDirection, CampaignOrderField } from '../order-enums.js';

@InputType({ description: 'Conditions on campaigns; all that are given must hold.' })
export class CampaignFilter {
  @Field(() => String, { description: 'Part of the name, in any case.', nullable: true })
  search?: string | null;

  @Field(() => CampaignState, { description: 'Only this state.', nullable: true })
  state?: CampaignState | null;

  @Field(() => CampaignType, { description: 'Only this type.', nullable: true })
  type?: CampaignType | null;

  @Field(() => ID, { description: 'Only campaigns of this group.', nullable: true })
  groupId?: string | null;
}

@InputType({ description: 'Order of campaigns.' })
export class CampaignOrder {
  @Field(() => CampaignOrderField, { description: 'What decides the order; equal entries follow each other by id.' })
  field!: CampaignOrderField;

  @Field(() => OrderDirection, { description: 'Direction.', defaultValue: 'ASC' })
  direction!: OrderDirection;
}

@InputType({ description: 'A new campaign.' })
export class CreateCampaignInput {
  @Field(() => String, { description: 'Unique name, not blank.' })
  name!: string;

  @Field(() => String, { description: 'Free text.', defaultValue: '' })
  description!: string;

  @Field(() => ID, { description: "An enabled group of the user's." })
  groupId!: string;

  @Field(() => GraphQLLocalDate, { description: 'First day.' })
  firstDay!: string;

  @Field(() => GraphQLLocalDate, {
    description: 'Last day, not before the first; at least one day of the range must match the weekdays.',
  })
  lastDay!: string;

  @Field(() => GraphQLLocalTime, { description: 'Start of the working hours.' })
  startTime!: string;

  @Field(() => GraphQLLocalTime, { description: 'End of the working hours, after their start.' })
  endTime!: string;

  @Field(() => [Weekday], { description: 'Days of the week on which it dials; at least one.' })
  weekdays!: readonly Weekday[];

  @Field(() => GraphQLTimeZone, {
    description: "Time zone of the days and hours; absent or null: the installation's.",
    nullable: true,
  })
  timeZone?: string | null;

  @Field(() => String, {
    description: 'Number that reaches the queue or the IVR; digits, a leading `+`, `*` and `#`, not blank.',
  })
  pilotNumber!: string;

  @Field(() => Int, { description: 'Attempts for each lead, 1 to 100.', defaultValue: 5 })
  maxAttempts!: number;

  @Field(() => Int, { description: 'Minutes from the end of a call to the next attempt, 1 to 1440.', defaultValue: 60 })
  retryMinutes!: number;

  @Field(() => [LeadStatus], {
    description:
      'Statuses after which a lead is called again while it has attempts left; `NOT_CALLED` and `DO_NOT_CALL` are refused.',
    defaultValue: ['FAILED', 'BUSY', 'DECLINED', 'AMD', 'SERVICE_TEMPORARILY_UNAVAILABLE', 'UNKNOWN'],
  })
  retryStatuses!: readonly LeadStatus[];

  @Field(() => Boolean, {
    description:
      'True: leads whose number cannot be reached (`FAILED` for the reason `number-not-reachable`) are called again too.',
    defaultValue: false,
  })
  retryUnreachable!: boolean;

  @Field(() => CampaignType, { description: 'Where answered calls go.' })
  type!: CampaignType;

  @Field(() => ID, { description: 'A queue of that type, reachable through the pilot number.' })
  queueId!: string;

  @Field(() => Boolean, {
    description: 'True: answering machine detection decides whether a call is transferred.',
    defaultValue: false,
  })
  amdEnabled!: boolean;

  @Field(() => AmdSensitivity, {
    description: 'How readily detection takes a greeting for a machine.',
    defaultValue: 'LOW',
  })
  amdSensitivity!: AmdSensitivity;

  @Field(() => ID, {
    description: 'The do-not-call service that is asked before every call; absent or null: none.',
    nullable: true,
  })
  dncServiceId?: string | null;

  @Field(() => DialingMode, {
    description: 'How the number of calls to place is decided.',
    defaultValue: 'PROGRESSIVE',
  })
  dialingMode!: DialingMode;

  @Field(() => String, {
    description: "Number that is shown to the called; absent or null: the dialer port's or trunk's own.",
    nullable: true,
  })
  callerId?: string | null;

  @Field(() => String, {
    description:
      'Country for numbers without a country code, ISO 3166-1 alpha-2; absent or null: every number must have its country code.',
    nullable: true,
  })
  defaultCountry?: string | null;

  @Field(() => Int, { description: 'Seconds that a call may ring before it is cancelled, 15 to 60.', defaultValue: 30 })
  ringTimeoutSeconds!: number;

  @Field(() => Int, {
    description: "Cap on the campaign's parallel calls, 1 or more; absent or null: the installation's cap alone.",
    nullable: true,
  })
  maxParallelCalls?: number | null;

  @Field(() => Float, {
    description:
      "Cap on the campaign's calls per second, above 0; absent or null: the caps of the installation and of the trunks alone.",
    nullable: true,
  })
  maxCallsPerSecond?: number | null;
}

@InputType({ description: 'Edit of a campaign; what is absent stays as it is.' })
export class UpdateCampaignInput {
  @Field(() => ID, { description: "The campaign's id." })
  id!: string;

  @Field(() => Int, { description: 'Version that the edit is based on; `CONFLICT` if it is not the present one.' })
  version!: number;

  @Field(() => String, { description: 'Unique name, not blank.', nullable: true })
  name?: string | null;

  @Field(() => String, { description: 'Free text.', nullable: true })
  description?: string | null;

  @Field(() => ID, { description: "An enabled group of the user's.", nullable: true })
  groupId?: string | null;

  @Field(() => String, {
    description: 'Number that reaches the queue or the IVR; digits, a leading `+`, `*` and `#`, not blank.',
    nullable: true,
  })
  pilotNumber?: string | null;

  @Field(() => Int, { description: 'Attempts for each lead, 1 to 100.', nullable: true })
  maxAttempts?: number | null;

  @Field(() => Int, { description: 'Minutes from the end of a call to the next attempt, 1 to 1440.', nullable: true })
  retryMinutes?: number | null;

  @Field(() => [LeadStatus], {
    description:
      'Statuses after which a lead is called again while it has attempts left; `NOT_CALLED` and `DO_NOT_CALL` are refused.',
    nullable: true,
  })
  retryStatuses?: readonly LeadStatus[] | null;

  @Field(() => Boolean, {
    description:
      'True: leads whose number cannot be reached (`FAILED` for the reason `number-not-reachable`) are called again too.',
    nullable: true,
  })
  retryUnreachable?: boolean | null;

  @Field(() => CampaignType, {
    description: 'Where answered calls go; the queue must be of the same type.',
    nullable: true,
  })
  type?: CampaignType | null;

  @Field(() => ID, {
    description: "A queue of the campaign's type, reachable through the pilot number.",
    nullable: true,
  })
  queueId?: string | null;

  @Field(() => Boolean, {
    description: 'True: answering machine detection decides whether a call is transferred.',
    nullable: true,
  })
  amdEnabled?: boolean | null;

  @Field(() => AmdSensitivity, { description: 'How readily detection takes a greeting for a machine.', nullable: true })
  amdSensitivity?: AmdSensitivity | null;

  @Field(() => ID, {
    description: 'The do-not-call service that is asked before every call; null: none.',
    nullable: true,
  })
  dncServiceId?: string | null;

  @Field(() => DialingMode, { description: 'How the number of calls to place is decided.', nullable: true })
  dialingMode?: DialingMode | null;

  @Field(() => String, {
    description: "Number that is shown to the called; null: the dialer port's or trunk's own.",
    nullable: true,
  })
  callerId?: string | null;

  @Field(() => String, {
    description:
      'Country for numbers without a country code, ISO 3166-1 alpha-2; null: every number must have its country code.',
    nullable: true,
  })
  defaultCountry?: string | null;

  @Field(() => Int, { description: 'Seconds that a call may ring before it is cancelled, 15 to 60.', nullable: true })
  ringTimeoutSeconds?: number | null;

  @Field(() => Int, {
    description: "Cap on the campaign's parallel calls, 1 or more; null: the installation's cap alone.",
    nullable: true,
  })
  maxParallelCalls?: number | null;

  @Field(() => Float, {
    description:
      "Cap on the campaign's calls per second, above 0; null: the caps of the installation and of the trunks alone.",
    nullable: true,
  })
  maxCallsPerSecond?: number | null;
}

@InputType({ description: 'Which campaign is deleted.' })
export class DeleteCampaignInput {
  @Field(() => ID, { description: "The campaign's id." })
  id!: string;
}

@InputType({ description: 'Which campaign is started.' })
export class StartCampaignInput {
  @Field(() => ID, { description: "The campaign's id." })
  id!: string;
}

@InputType({ description: 'Which campaign is stopped.' })
export class StopCampaignInput {
  @Field(() => ID, { description: "The campaign's id." })
  id!: string;
}
