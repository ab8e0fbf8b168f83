import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { IdleReason, CampaignStartRefusal } from '../../entities/enums.js';
import { Campaign } from '../../entities/campaign.js';

@ObjectType({ description: 'Whether a campaign can be started.' })
export class CampaignStartability {
  @Field(() => Boolean, { description: 'True if `startCampaign` would start it now.' })
  canStart!: boolean;

  @Field(() => [CampaignStartRefusal], { description: 'All reasons against it; empty if it can be started.' })
  reasons!: readonly CampaignStartRefusal[];
}

@ObjectType({ description: 'Leads of a campaign, counted by status; the counts add up to the total.' })
export class LeadCounts {
  @Field(() => Int, { description: 'All leads.' })
  total!: number;

  @Field(() => Int, { description: 'Leads with the status `NOT_CALLED`.' })
  notCalled!: number;

  @Field(() => Int, { description: 'Leads with the status `SUCCESS`.' })
  success!: number;

  @Field(() => Int, { description: 'Leads with the status `FAILED`.' })
  failed!: number;

  @Field(() => Int, { description: 'Leads with the status `BUSY`.' })
  busy!: number;

  @Field(() => Int, { description: 'Leads with the status `DECLINED`.' })
  declined!: number;

  @Field(() => Int, { description: 'Leads with the status `AMD`.' })
  amd!: number;

  @Field(() => Int, { description: 'Leads with the status `SERVICE_TEMPORARILY_UNAVAILABLE`.' })
  serviceTemporarilyUnavailable!: number;

  @Field(() => Int, { description: 'Leads with the status `DO_NOT_CALL`.' })
  doNotCall!: number;

  @Field(() => Int, { description: 'Leads with the status `UNKNOWN`.' })
  unknown!: number;
}

@ObjectType({
  description: 'Attempts of a campaign that have not ended, counted by state; the counts add up to the total.',
})
export class CallsInFlight {
  @Field(() => Int, { description: 'All attempts that have not ended.' })
  total!: number;

  @Field(() => Int, { description: 'Attempts in the state `QUEUED`.' })
  queued!: number;

  @Field(() => Int, { description: 'Attempts in the state `CHECKING_DNC`.' })
  checkingDnc!: number;

  @Field(() => Int, { description: 'Attempts in the state `DIALING`.' })
  dialing!: number;

  @Field(() => Int, { description: 'Attempts in the state `RINGING`.' })
  ringing!: number;

  @Field(() => Int, { description: 'Attempts in the state `ANSWERED`.' })
  answered!: number;

  @Field(() => Int, { description: 'Attempts in the state `DETECTING`.' })
  detecting!: number;

  @Field(() => Int, { description: 'Attempts in the state `TRANSFERRING`.' })
  transferring!: number;
}

@ObjectType({
  description: "The live counters of a campaign, all of the same instant; totals run from the campaign's creation.",
})
export class CampaignCounters {
  @Field(() => ID, { description: "The campaign's id." })
  campaignId!: string;

  @Field(() => GraphQLDateTime, { description: 'Instant of the counts.' })
  at!: Date;

  @Field(() => LeadCounts, { description: 'Leads by status.' })
  leads!: LeadCounts;

  @Field(() => CallsInFlight, { description: 'Attempts that have not ended, by state.' })
  inFlight!: CallsInFlight;

  @Field(() => Int, {
    description: 'Rows of the call log: all attempts, those in flight and do-not-call refusals included.',
  })
  attempts!: number;

  @Field(() => Int, { description: 'Calls that were answered, by a person or a machine.' })
  answered!: number;

  @Field(() => Int, { description: 'Calls that were handed over to the pilot number.' })
  transferred!: number;

  @Field(() => Int, { description: 'Calls answered by a person whose transfer was refused or failed.' })
  abandoned!: number;

  @Field(() => Int, {
    description: 'Calls answered by a person who hung up before the transfer was complete; not among the abandoned.',
  })
  customerHungUp!: number;

  @Field(() => Int, { description: 'Calls that reached an answering machine (messages).' })
  machines!: number;

  @Field(() => Int, { description: 'Calls placed in the last 60 seconds.' })
  callsPerMinute!: number;

  @Field(() => Int, { description: 'Free agents or channels of the queue; 0 if the agent source is not healthy.' })
  freeAgents!: number;

  @Field(() => IdleReason, {
    description: 'Why nothing is being dialed now; null while calls are placed, and while the campaign is `STOPPED`.',
    nullable: true,
  })
  idleReason!: IdleReason | null;
}

@ObjectType({ description: 'Result of `createCampaign`.' })
export class CreateCampaignPayload {
  @Field(() => Campaign, { description: 'The new campaign.' })
  campaign!: Campaign;
}

@ObjectType({ description: 'Result of `updateCampaign`.' })
export class UpdateCampaignPayload {
  @Field(() => Campaign, { description: 'The campaign after the edit.' })
  campaign!: Campaign;
}

@ObjectType({ description: 'Result of `deleteCampaign`.' })
export class DeleteCampaignPayload {
  @Field(() => ID, { description: 'Id of the campaign that was deleted.' })
  deletedCampaignId!: string;
}

@ObjectType({ description: 'Result of `startCampaign`.' })
export class StartCampaignPayload {
  @Field(() => Campaign, { description: 'The campaign, which is `STARTED`.' })
  campaign!: Campaign;
}

@ObjectType({ description: 'Result of `stopCampaign`.' })
export class StopCampaignPayload {
  @Field(() => Campaign, { description: 'The campaign, which is `STOPPED`.' })
  campaign!: Campaign;
}
