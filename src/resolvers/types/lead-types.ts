import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Int, ObjectType } from 'type-graphql';
import { LeadBlockReason, RejectedRowReason } from '../../entities/enums.js';
import { Campaign } from '../../entities/campaign.js';
import { Lead } from '../../entities/lead.js';
import { LeadUpload } from '../../entities/lead-upload.js';

@ObjectType({
  description: 'Whether a lead may be called now. Free agents and ports are not part of it: see `Campaign.idleReason`.',
})
export class LeadCallability {
  @Field(() => Boolean, { description: 'True if it may be called now.' })
  callable!: boolean;

  @Field(() => [LeadBlockReason], { description: 'All reasons against it; empty if it may be called now.' })
  reasons!: readonly LeadBlockReason[];

  @Field(() => GraphQLDateTime, {
    description:
      'Earliest instant at which it may be called, as if its campaign were started; past or present if it is due. Null if it never may under the present settings and schedules.',
    nullable: true,
  })
  nextDueAt!: Date | null;
}

@ObjectType({ description: 'Result of `uploadLeads`.' })
export class UploadLeadsPayload {
  @Field(() => LeadUpload, { description: 'The upload, which is `DONE`.' })
  upload!: LeadUpload;
}

@ObjectType({ description: 'A row of an uploaded file that is not acceptable.' })
export class RejectedRow {
  @Field(() => Int, { description: 'Line of the file on which the row begins, from 1.' })
  line!: number;

  @Field(() => RejectedRowReason, { description: 'Why it is not acceptable.' })
  reason!: RejectedRowReason;

  @Field(() => String, { description: 'The same in English, with the value and what is allowed.' })
  message!: string;
}

@ObjectType({ description: 'Result of `updateLead`.' })
export class UpdateLeadPayload {
  @Field(() => Lead, { description: 'The lead after the edit.' })
  lead!: Lead;
}

@ObjectType({ description: 'Result of `deleteLeads`.' })
export class DeleteLeadsPayload {
  @Field(() => Int, { description: 'Number of leads that were deleted.' })
  deletedCount!: number;

  @Field(() => Campaign, { description: 'The campaign after the deletion.' })
  campaign!: Campaign;
}

@ObjectType({ description: 'Result of `recycleLeads`.' })
export class RecycleLeadsPayload {
  @Field(() => Int, { description: 'Number of leads that were recycled; they are `NOT_CALLED` again.' })
  recycledCount!: number;

  @Field(() => Campaign, { description: 'The campaign after the change.' })
  campaign!: Campaign;
}
