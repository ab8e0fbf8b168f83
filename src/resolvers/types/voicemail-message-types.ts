import { Field, ObjectType } from 'type-graphql';
import { Campaign } from '../../entities/campaign.js';

@ObjectType({ description: 'Result of `uploadCampaignMessage`.' })
export class UploadCampaignMessagePayload {
  @Field(() => Campaign, { description: 'The campaign with its message.' })
  campaign!: Campaign;
}

@ObjectType({ description: 'Result of `deleteCampaignMessage`.' })
export class DeleteCampaignMessagePayload {
  @Field(() => Campaign, { description: 'The campaign without a message.' })
  campaign!: Campaign;
}
