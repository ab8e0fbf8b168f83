import type { FileUpload } from 'graphql-upload/processRequest.mjs';
import GraphQLUpload from 'graphql-upload/GraphQLUpload.mjs';
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Auth } from '../auth/roles.js';
import { Campaign } from '../entities/campaign.js';
import { Role } from '../entities/enums.js';
import { LeadUpload } from '../entities/lead-upload.js';
import { LISTED_REJECTIONS, rejectedRowsPath } from '../services/rejected-rows.js';
import { UploadLeadsInput } from './inputs/lead-inputs.js';
import { present } from './loaders.js';
import { type RequestContext, viewerOf } from './request-context.js';
import { RejectedRow, UploadLeadsPayload } from './types/lead-types.js';

/** Bytes that are read at once: small, since the rows in them are converted without a break. */
const PIECE_BYTES = 32_768;

@Resolver(() => LeadUpload)
export class LeadUploadResolver {
  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Mutation(() => UploadLeadsPayload, {
    nullable: true,
    description:
      'Load leads into a campaign, which must be `STOPPED`. Either every acceptable row is loaded or, if the upload fails, none.',
  })
  async uploadLeads(
    @Ctx() context: RequestContext,
    @Arg('input', () => UploadLeadsInput, { description: 'Where the leads go.' }) input: UploadLeadsInput,
    @Arg('file', () => GraphQLUpload, {
      description:
        'CSV file in UTF-8, UTF-16 with a byte order mark, or Windows-1252, separated by commas, semicolons or tabs; a lead a row: name, telephone number, description if wanted, then further columns that the header row names. The header row may be missing if there are none of these.',
    })
    file: Promise<FileUpload>,
  ): Promise<UploadLeadsPayload> {
    const { filename, createReadStream } = await file;
    const upload = await context.services.leadImport.run(context.em, viewerOf(context), input, {
      name: filename,
      open: () => createReadStream({ highWaterMark: PIECE_BYTES }),
    });
    context.renew();
    return { upload };
  }

  @FieldResolver(() => Campaign, { description: 'The campaign.' })
  campaign(@Root() upload: LeadUpload, @Ctx() { loaders }: RequestContext): Promise<Campaign> {
    return present(loaders.campaign, upload.campaign.id);
  }

  @FieldResolver(() => [RejectedRow], { description: `The first 1,000 rejected rows, in file order.` })
  rejectedRows(@Root() upload: LeadUpload, @Ctx() { services, em }: RequestContext): Promise<RejectedRow[]> {
    return services.rejectedRows.list(em, upload.id, LISTED_REJECTIONS);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      "Path on this server from which all rejected rows are downloaded as CSV, with GET and the session's token or cookie; null until the end, and if there are none.",
  })
  rejectedRowsCsvUrl(@Root() upload: LeadUpload): string | null {
    return upload.phase === 'DONE' && upload.rejected > 0 ? rejectedRowsPath(upload.id) : null;
  }
}
