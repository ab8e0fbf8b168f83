// Generated from operations.graphql and the schema by generate.mjs: do not edit.

/** An operation with the types of its answer and its variables, which exist for the compiler only. */
export interface Operation<Answer, Variables> {
  readonly text: string;
  readonly answer?: Answer;
  readonly variables?: Variables;
}

export interface LoginInput {
  readonly password: string;
  readonly setCookie?: boolean;
  readonly username: string;
}

export type Role = 'CAMPAIGN_ADMINISTRATOR' | 'CAMPAIGN_SUPERVISOR' | 'GROUP_MANAGER' | 'MASTER';

export type CampaignType = 'IVR' | 'OSCC';

export interface CreateCampaignInput {
  readonly amdEnabled?: boolean;
  readonly amdSensitivity?: AmdSensitivity;
  readonly callerId?: string | null;
  readonly defaultCountry?: string | null;
  readonly description?: string;
  readonly dialingMode?: DialingMode;
  readonly dncServiceId?: string | null;
  readonly endTime: string;
  readonly firstDay: string;
  readonly groupId: string;
  readonly lastDay: string;
  readonly maxAttempts?: number;
  readonly maxCallsPerSecond?: number | null;
  readonly maxParallelCalls?: number | null;
  readonly name: string;
  readonly pilotNumber: string;
  readonly queueId: string;
  readonly retryMinutes?: number;
  readonly retryStatuses?: readonly LeadStatus[];
  readonly retryUnreachable?: boolean;
  readonly ringTimeoutSeconds?: number;
  readonly startTime: string;
  readonly timeZone?: string | null;
  readonly type: CampaignType;
  readonly weekdays: readonly Weekday[];
}

export type AmdSensitivity = 'HIGH' | 'LOW' | 'MEDIUM';

export type DialingMode = 'PROGRESSIVE';

export type LeadStatus =
  | 'AMD'
  | 'BUSY'
  | 'DECLINED'
  | 'DO_NOT_CALL'
  | 'FAILED'
  | 'NOT_CALLED'
  | 'SERVICE_TEMPORARILY_UNAVAILABLE'
  | 'SUCCESS'
  | 'UNKNOWN';

export type Weekday = 'FRIDAY' | 'MONDAY' | 'SATURDAY' | 'SUNDAY' | 'THURSDAY' | 'TUESDAY' | 'WEDNESDAY';

export interface UploadLeadsInput {
  readonly campaignId: string;
  readonly uploadId?: string | null;
}

export type RejectedRowReason = 'INVALID_PHONE_NUMBER' | 'MALFORMED_ROW' | 'MISSING_PHONE_NUMBER';

export interface StartCampaignInput {
  readonly id: string;
}

export type CampaignState = 'STARTED' | 'STOPPED';

export type CampaignStopReason = 'NO_LEADS_LEFT' | 'NO_SCHEDULE_LEFT' | 'OPERATOR';

export type IdleReason =
  | 'AGENT_SOURCE_DOWN'
  | 'CALL_LIMIT'
  | 'DATABASE_DOWN'
  | 'DNC_OUT_OF_SERVICE'
  | 'NOT_LEASED'
  | 'NO_AGENTS'
  | 'NO_DUE_LEADS'
  | 'NO_FREE_PORTS'
  | 'OUTSIDE_SCHEDULE'
  | 'TRUNK_DOWN';

export const login: Operation<
  {
    readonly login: {
      readonly token: string;
      readonly user: {
        readonly username: string;
        readonly role: Role;
        readonly groups: readonly { readonly id: string; readonly name: string; readonly enabled: boolean }[];
      };
    } | null;
  },
  { readonly input: LoginInput }
> = {
  text: 'mutation Login($input: LoginInput!) { login(input: $input) { token user { username role groups { id name enabled } } } }',
};

export const queues: Operation<
  {
    readonly queues: {
      readonly nodes: readonly {
        readonly id: string;
        readonly name: string;
        readonly type: CampaignType;
        readonly availability: { readonly free: number };
      }[];
    };
  },
  Record<string, never>
> = {
  text: 'query Queues { queues(first: 100) { nodes { id name type availability { free } } } }',
};

export const createCampaign: Operation<
  { readonly createCampaign: { readonly campaign: { readonly id: string; readonly name: string } } | null },
  { readonly input: CreateCampaignInput }
> = {
  text: 'mutation CreateCampaign($input: CreateCampaignInput!) { createCampaign(input: $input) { campaign { id name } } }',
};

export const uploadLeads: Operation<
  {
    readonly uploadLeads: {
      readonly upload: {
        readonly rowsRead: number;
        readonly loaded: number;
        readonly rejected: number;
        readonly rejectedRows: readonly {
          readonly line: number;
          readonly reason: RejectedRowReason;
          readonly message: string;
        }[];
      };
    } | null;
  },
  { readonly input: UploadLeadsInput; readonly file: Blob }
> = {
  text: 'mutation UploadLeads($input: UploadLeadsInput!, $file: Upload!) { uploadLeads(input: $input, file: $file) { upload { rowsRead loaded rejected rejectedRows { line reason message } } } }',
};

export const startCampaign: Operation<
  { readonly startCampaign: { readonly campaign: { readonly state: CampaignState } } | null },
  { readonly input: StartCampaignInput }
> = {
  text: 'mutation StartCampaign($input: StartCampaignInput!) { startCampaign(input: $input) { campaign { state } } }',
};

export const watchState: Operation<
  {
    readonly campaignChanged: {
      readonly state: CampaignState;
      readonly stopReason: CampaignStopReason | null;
      readonly summary: { readonly total: number; readonly success: number };
    };
  },
  { readonly campaignId: string }
> = {
  text: 'subscription WatchState($campaignId: ID!) { campaignChanged(campaignId: $campaignId) { state stopReason summary { total success } } }',
};

export const watchCounters: Operation<
  {
    readonly campaignCounters: {
      readonly leads: {
        readonly total: number;
        readonly notCalled: number;
        readonly success: number;
        readonly busy: number;
        readonly declined: number;
        readonly failed: number;
      };
      readonly inFlight: { readonly total: number };
      readonly callsPerMinute: number;
      readonly freeAgents: number;
      readonly idleReason: IdleReason | null;
    };
  },
  { readonly campaignId: string }
> = {
  text: 'subscription WatchCounters($campaignId: ID!) { campaignCounters(campaignId: $campaignId) { leads { total notCalled success busy declined failed } inFlight { total } callsPerMinute freeAgents idleReason } }',
};
