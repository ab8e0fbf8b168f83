import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { Auth } from '../auth/roles.js';
import { CallAttempt } from '../entities/call-attempt.js';
import { Campaign } from '../entities/campaign.js';
import { Role } from '../entities/enums.js';
import { Lead } from '../entities/lead.js';
import { Schedule } from '../entities/schedule.js';
import { amdRecordingPath } from '../services/amd-recordings.js';
import { abandonedAfterMs } from '../services/call-log.js';
import { attemptPage, CallAttemptConnection } from './call-attempt-page.js';
import { PageArgs } from './connection.js';
import { CallAttemptFilter, CallAttemptOrder } from './inputs/call-attempt-inputs.js';
import { type RequestContext, viewerOf } from './request-context.js';
import { AmdResult, CallTermination } from './types/call-attempt-types.js';

@Resolver(() => CallAttempt)
export class CallAttemptResolver {
  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Query(() => CallAttemptConnection, { description: "The call log of all campaigns of the user's groups." })
  callAttempts(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CallAttemptFilter, {
      nullable: true,
      description: 'Conditions that all must hold; absent or null: every attempt.',
    })
    filter: CallAttemptFilter | null,
    @Arg('orderBy', () => CallAttemptOrder, {
      defaultValue: { field: 'QUEUED_AT', direction: 'DESC' },
      description: 'Order of the list.',
    })
    orderBy: CallAttemptOrder,
  ): Promise<CallAttemptConnection> {
    return attemptPage(context, page, filter, orderBy);
  }

  @Auth(Role.CAMPAIGN_ADMINISTRATOR)
  @Query(() => CallAttempt, { nullable: true, description: 'One attempt; null with `NOT_FOUND` if there is none.' })
  callAttempt(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: "The attempt's id." }) id: string,
  ): Promise<CallAttempt> {
    return context.services.callLog.find(context.em, viewerOf(context), id);
  }

  @FieldResolver(() => Campaign, { nullable: true, description: 'The campaign; null if it has been deleted.' })
  campaign(@Root() attempt: CallAttempt, @Ctx() { loaders }: RequestContext): Promise<Campaign | null> {
    return loaders.campaign.load(attempt.campaignId);
  }

  @FieldResolver(() => Schedule, {
    nullable: true,
    description: 'The schedule in which it was made; null if it has been deleted.',
  })
  schedule(@Root() attempt: CallAttempt, @Ctx() { loaders }: RequestContext): Promise<Schedule | null> {
    return loaders.schedule.load(attempt.scheduleId);
  }

  @FieldResolver(() => Lead, { nullable: true, description: 'The lead; null if it has been deleted.' })
  lead(@Root() attempt: CallAttempt, @Ctx() { loaders }: RequestContext): Promise<Lead | null> {
    return loaders.lead.load(attempt.leadId);
  }

  @FieldResolver(() => CallTermination, {
    nullable: true,
    description: 'Who ended it, and why; null while it is in flight.',
  })
  termination(@Root() attempt: CallAttempt): CallTermination | null {
    const { attributedTo, reason, sipStatus, sipPhrase, sipWarning, retryAfterSeconds, q850Cause, sipReason } = attempt;
    if (attributedTo === null || reason === null) return null;
    return { attributedTo, reason, sipStatus, sipPhrase, sipWarning, retryAfterSeconds, q850Cause, sipReason };
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'Milliseconds from the answer until the dialer hung up on a person whom it could not transfer; null unless the call was abandoned.',
  })
  abandonedAfterMs(@Root() attempt: CallAttempt): number | null {
    return abandonedAfterMs(attempt);
  }

  @FieldResolver(() => AmdResult, { nullable: true, description: 'What detection found; null if it gave no verdict.' })
  amd(@Root() attempt: CallAttempt): AmdResult | null {
    const { amdVerdict: verdict, amdReason: reason, amdDecisionMs, amdConfidence } = attempt;
    if (verdict === null || reason === null) return null;
    const features = Object.entries(attempt.amdFeatures ?? {})
      .filter(([, value]) => Number.isFinite(value))
      .map(([name, value]) => ({ name, value }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    const { amdKind: kind } = attempt;
    return { verdict, reason, kind, decisionMs: amdDecisionMs ?? 0, confidence: amdConfidence ?? 0, features };
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      "Path on this server from which the first seconds of the call are downloaded as a WAV file of 8 kHz in µ-law, with GET and the session's token or cookie; null if they were not recorded, or not kept any more.",
  })
  async recordingUrl(@Root() { id }: CallAttempt, @Ctx() { loaders }: RequestContext): Promise<string | null> {
    return (await loaders.amdRecording.load(id)) && amdRecordingPath(id);
  }
}
