import { AuditResolver } from './audit-resolver.js';
import { CallAttemptResolver } from './call-attempt-resolver.js';
import { CampaignFields } from './campaign-fields.js';
import { CampaignResolver } from './campaign-resolver.js';
import { DialerPortResolver } from './dialer-port-resolver.js';
import { DncResolver } from './dnc-resolver.js';
import { DiagnosticsResolver } from './diagnostics-resolver.js';
import { EngineResolver } from './engine-resolver.js';
import { GroupResolver } from './group-resolver.js';
import { LeadResolver } from './lead-resolver.js';
import { LeadUploadResolver } from './lead-upload-resolver.js';
import { LiveResolver } from './live-resolver.js';
import { PushAgentSourceFields, QueueResolver, SipDialogAgentSourceFields } from './queue-resolver.js';
import { ScheduleResolver } from './schedule-resolver.js';
import { SessionResolver } from './session-resolver.js';
import { TrunkResolver } from './trunk-resolver.js';
import { UserResolver } from './user-resolver.js';
import { VoicemailMessageResolver } from './voicemail-message-resolver.js';

export const resolvers = [
  ...[SessionResolver, UserResolver, GroupResolver, AuditResolver, DiagnosticsResolver],
  ...[CampaignResolver, CampaignFields, ScheduleResolver, LeadResolver, LeadUploadResolver, CallAttemptResolver],
  ...[VoicemailMessageResolver, LiveResolver],
  ...[
    TrunkResolver,
    DialerPortResolver,
    QueueResolver,
    PushAgentSourceFields,
    SipDialogAgentSourceFields,
    EngineResolver,
  ],
  ...[DncResolver],
] as const;
