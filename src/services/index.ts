import type { AuditLog } from './audit-log.js';
import type { AgentReportService } from './agent-report-service.js';
import type { AmdRecordings } from './amd-recordings.js';
import type { CallLog } from './call-log.js';
import type { CampaignControl } from './campaign-control.js';
import type { CampaignCountersReader } from './campaign-counters.js';
import type { CampaignService } from './campaign-service.js';
import type { DialerPortService } from './dialer-port-service.js';
import type { DncImport } from './dnc-import.js';
import type { DoNotCallService } from './do-not-call-service.js';
import type { EngineDoor } from './engine-door.js';
import type { GroupService } from './group-service.js';
import type { InstallationStatus } from './installation-status.js';
import type { LeadCallabilityReader } from './lead-callability.js';
import type { LeadImport } from './lead-import.js';
import type { LeadService } from './lead-service.js';
import type { LogFiles } from './log-files.js';
import type { QueueService } from './queue-service.js';
import type { RejectedRows } from './rejected-rows.js';
import type { ScheduleStatusReader } from './schedule-status-reader.js';
import type { ScheduleService } from './schedule-service.js';
import type { SessionService } from './session-service.js';
import type { TrunkService } from './trunk-service.js';
import type { UserService } from './user-service.js';
import type { VoicemailMessages } from './voicemail-messages.js';

/** The use cases; one object of each serves the whole process. */
export interface Services {
  readonly agentReports: AgentReportService;
  readonly amdRecordings: AmdRecordings;
  readonly audit: AuditLog;
  readonly callability: LeadCallabilityReader;
  readonly callLog: CallLog;
  readonly campaignControl: CampaignControl;
  readonly campaigns: CampaignService;
  readonly counters: CampaignCountersReader;
  readonly dialerPorts: DialerPortService;
  readonly dncImport: DncImport;
  readonly doNotCall: DoNotCallService;
  /** What the engine knows of campaigns. */
  readonly engine: EngineDoor;
  readonly groups: GroupService;
  /** What the engine knows of trunks, ports and queues. */
  readonly installation: InstallationStatus;
  readonly leadImport: LeadImport;
  readonly leads: LeadService;
  readonly logFiles: LogFiles;
  readonly queues: QueueService;
  readonly rejectedRows: RejectedRows;
  readonly schedules: ScheduleService;
  readonly scheduleStatus: ScheduleStatusReader;
  readonly sessions: SessionService;
  readonly trunks: TrunkService;
  readonly users: UserService;
  readonly voicemailMessages: VoicemailMessages;
  /** What `serverInfo` tells. */
  readonly server: { readonly version: string; readonly lab: boolean };
}
