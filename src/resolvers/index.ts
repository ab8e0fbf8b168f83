import { CallAttemptResolver } from './call-attempt-resolver.js';
import { CampaignFields } from './campaign-fields.js';
import { CampaignResolver } from './campaign-resolver.js';
import { DialerPortResolver } from './dialer-port-resolver.js';
import { EngineResolver } from './engine-resolver.js';
import { GroupResolver } from './group-resolver.js';
import { LeadResolver } from './lead-resolver.js';
import { LeadUploadResolver } from './lead-upload-resolver.js';
import { LiveResolver } from './live-resolver.js';
import { QueueResolver } from './queue-resolver.js';
import { ScheduleResolver } from './schedule-resolver.js';
import { SessionResolver } from './session-resolver.js';
import { TrunkResolver } from './trunk-resolver.js';
import { UserResolver } from './user-resolver.js';

export const resolvers = [
  ...[SessionResolver, UserResolver, GroupResolver],
  ...[CampaignResolver, CampaignFields, ScheduleResolver, LeadResolver, LeadUploadResolver, CallAttemptResolver],
  ...[LiveResolver],
  ...[TrunkResolver, DialerPortResolver, QueueResolver, EngineResolver],
] as const;
