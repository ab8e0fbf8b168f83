import { Arg, Ctx, ID, Resolver, Root, Subscription } from 'type-graphql';
import { Auth, campaignReaders } from '../auth/roles.js';
import type { EngineStatus as KnownStatus } from '../engine/contracts/engine.js';
import { CallAttempt } from '../entities/call-attempt.js';
import { Campaign } from '../entities/campaign.js';
import { Role } from '../entities/enums.js';
import { LeadUpload } from '../entities/lead-upload.js';
import { whileAllowed } from './live/while-allowed.js';
import { type RequestContext, viewerOf } from './request-context.js';
import { CampaignCounters } from './types/campaign-types.js';
import { EngineStatus } from './types/engine-types.js';
import { ScheduleChange } from './types/schedule-types.js';

interface Watch<Args> {
  readonly args: Args;
  readonly context: RequestContext;
}
type CampaignWatch = Watch<{ readonly campaignId: string }>;

/** Begins to watch a campaign that the viewer may see, for as long as that is so. */
function ofCampaign<T>(
  { args, context }: CampaignWatch,
  open: (campaignId: string) => AsyncIterableIterator<T>,
): Promise<AsyncIterableIterator<T>> {
  const { services, em, topics } = context;
  const viewer = viewerOf(context);
  const { campaignId } = args;
  return whileAllowed(topics, viewer, campaignId, async () => {
    const { id } = await services.campaigns.find(em, viewer, campaignId);
    return open(id);
  });
}

/**
 * All subscriptions. Each checks that the viewer may see what is watched before it subscribes. In the methods below,
 * `subscribe` has used the arguments; there they only declare them.
 */
@Resolver()
export class LiveResolver {
  @Auth(...campaignReaders)
  @Subscription(() => CampaignCounters, {
    description:
      'The counters of a campaign: all of them at once on subscribing, then after changes at most 4 times a second, the newest always last.',
    subscribe: (watch: CampaignWatch) => ofCampaign(watch, (id) => watch.context.live.counters(id)),
  })
  campaignCounters(
    @Arg('campaignId', () => ID, { description: "The campaign's id." }) _campaignId: string,
    @Root() counters: CampaignCounters,
  ): CampaignCounters {
    return counters;
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Subscription(() => CallAttempt, {
    description:
      'Every step of every attempt of a campaign: the attempts in flight on subscribing, then each attempt as it is after each step.',
    subscribe: (watch: CampaignWatch) =>
      ofCampaign(watch, (id) => watch.context.live.attempts(id, () => watch.context.cutOffSlowReader?.())),
  })
  callAttempts(
    @Arg('campaignId', () => ID, { description: "The campaign's id." }) _campaignId: string,
    @Root() attempt: CallAttempt,
    @Ctx() context: RequestContext,
  ): CallAttempt {
    // The campaign, schedule and lead that an earlier event led to may have changed.
    context.renew();
    return attempt;
  }

  @Auth(...campaignReaders)
  @Subscription(() => Campaign, {
    description:
      'A campaign: as it is on subscribing, then after every change of its settings, state or idle reason. It ends when the campaign is deleted.',
    subscribe: (watch: CampaignWatch) => ofCampaign(watch, (id) => watch.context.live.campaign(id)),
  })
  campaignChanged(
    @Arg('campaignId', () => ID, { description: "The campaign's id." }) _campaignId: string,
    @Root() campaign: Campaign,
    @Ctx() context: RequestContext,
  ): Campaign {
    context.renew();
    return campaign;
  }

  @Auth(...campaignReaders)
  @Subscription(() => ScheduleChange, {
    description:
      "The schedules of a campaign: today's and all later ones on subscribing, then those that change, together.",
    subscribe: (watch: CampaignWatch) =>
      ofCampaign(watch, (id) => watch.context.live.schedules(id, () => watch.context.cutOffSlowReader?.())),
  })
  scheduleChanged(
    @Arg('campaignId', () => ID, { description: "The campaign's id." }) _campaignId: string,
    @Root() change: ScheduleChange,
    @Ctx() context: RequestContext,
  ): ScheduleChange {
    context.renew();
    return change;
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Subscription(() => LeadUpload, {
    description:
      "Progress of one's own upload of leads, to its end. It may begin before the upload, with the id that the upload will have.",
    subscribe: ({ args, context }: Watch<{ readonly uploadId: string }>) =>
      context.live.upload(viewerOf(context), args.uploadId),
  })
  leadUploadProgress(
    @Arg('uploadId', () => ID, { description: "The upload's id, as chosen in `UploadLeadsInput.uploadId`." })
    _uploadId: string,
    @Root() upload: LeadUpload,
    @Ctx() context: RequestContext,
  ): LeadUpload {
    context.renew();
    return upload;
  }

  @Auth(Role.MASTER, Role.CAMPAIGN_ADMINISTRATOR)
  @Subscription(() => EngineStatus, {
    description: 'The state of the dialing engine: as it is on subscribing, then after changes.',
    subscribe: ({ context }: Watch<object>) => context.live.engine(),
  })
  engineStatus(@Root() status: KnownStatus): KnownStatus {
    return status;
  }
}
