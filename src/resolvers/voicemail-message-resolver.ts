import type { FileUpload } from 'graphql-upload/processRequest.mjs';
import GraphQLUpload from 'graphql-upload/GraphQLUpload.mjs';
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Auth } from '../auth/roles.js';
import { Role } from '../entities/enums.js';
import { VoicemailMessage } from '../entities/voicemail-message.js';
import { voicemailMessagePath } from '../services/voicemail-messages.js';
import { DeleteCampaignMessageInput, UploadCampaignMessageInput } from './inputs/voicemail-message-inputs.js';
import { type RequestContext, viewerOf } from './request-context.js';
import { DeleteCampaignMessagePayload, UploadCampaignMessagePayload } from './types/voicemail-message-types.js';

@Resolver(() => VoicemailMessage)
export class VoicemailMessageResolver {
  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => UploadCampaignMessagePayload, {
    nullable: true,
    description:
      'Give a campaign, which must be `STOPPED`, the message that is left on answering machines; it takes the place of the one before.',
  })
  async uploadCampaignMessage(
    @Ctx() context: RequestContext,
    @Arg('input', () => UploadCampaignMessageInput, { description: 'Which campaign.' })
    { campaignId }: UploadCampaignMessageInput,
    @Arg('file', () => GraphQLUpload, {
      description:
        'WAV file of up to 60 seconds, with 16 or 24 bits a sample, µ-law or A-law, one or two channels, and 8000, 11025, 16000, 22050, 24000, 32000, 44100 or 48000 samples a second.',
    })
    file: Promise<FileUpload>,
  ): Promise<UploadCampaignMessagePayload> {
    const { filename: name, createReadStream } = await file;
    const { services, em } = context;
    const campaign = await services.voicemailMessages.upload(em, viewerOf(context), campaignId, {
      name,
      open: createReadStream,
    });
    context.renew();
    return { campaign };
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => DeleteCampaignMessagePayload, {
    nullable: true,
    description: 'Leave no message on answering machines any more. The campaign must be `STOPPED`.',
  })
  async deleteCampaignMessage(
    @Ctx() context: RequestContext,
    @Arg('input', () => DeleteCampaignMessageInput, { description: 'Which campaign.' })
    { campaignId }: DeleteCampaignMessageInput,
  ): Promise<DeleteCampaignMessagePayload> {
    const campaign = await context.services.voicemailMessages.delete(context.em, viewerOf(context), campaignId);
    context.renew();
    return { campaign };
  }

  @FieldResolver(() => String, {
    description:
      "Path on this server from which a `CAMPAIGN_ADMINISTRATOR` downloads it as it is played, a WAV file of 8 kHz, with GET and the session's token or cookie.",
  })
  downloadUrl(@Root() { campaignId }: VoicemailMessage): string {
    return voicemailMessagePath(campaignId);
  }
}
