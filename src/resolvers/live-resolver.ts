import { Arg, Ctx, ID, Resolver, Root, Subscription } from 'type-graphql';
import { Auth, campaignReaders } from '../auth/roles.js';
import { CallAttempt } from '../entities/call-attempt.js';
import { Role } from '../entities/enums.js';
import { type RequestContext, viewerOf } from './request-context.js';
import { CampaignCounters } from './types/campaign-types.js';

interface Watch {
  readonly args: { readonly campaignId: string };
  readonly context: RequestContext;
}

/** All subscriptions. Each checks that the viewer may see what is watched before it subscribes. */
@Resolver()
export class LiveResolver {
  @Auth(...campaignReaders)
  @Subscription(() => CampaignCounters, {
    description:
      'The counters of a campaign: all of them at once on subscribing, then after changes at most 4 times a second, the newest always last.',
    subscribe: async ({ args, context }: Watch) => {
      const { services, em, live } = context;
      const { id } = await services.campaigns.find(em, viewerOf(context), args.campaignId);
      return live.counters(id);
    },
  })
  campaignCounters(
    // `subscribe` has used it; here it only declares the argument.
    @Arg('campaignId', () => ID, { description: "The campaign's id." }) _campaignId: string,
    @Root() counters: CampaignCounters,
  ): CampaignCounters {
    return counters;
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Subscription(() => CallAttempt, {
    description:
      'Every step of every attempt of a campaign: the attempts in flight on subscribing, then each attempt as it is after each step.',
    subscribe: async ({ args, context }: Watch) => {
      const { services, em, live } = context;
      const { id } = await services.campaigns.find(em, viewerOf(context), args.campaignId);
      return live.attempts(id, () => context.cutOffSlowReader?.());
    },
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
}
