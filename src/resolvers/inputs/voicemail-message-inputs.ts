import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'Which campaign gets the message.' })
export class UploadCampaignMessageInput {
  @Field(() => ID, { description: "The campaign's id." })
  campaignId!: string;
}

@InputType({ description: 'Which campaign loses its message.' })
export class DeleteCampaignMessageInput {
  @Field(() => ID, { description: "The campaign's id." })
  campaignId!: string;
}
