import type {
  AmdSensitivity,
  CampaignDetailsFragment,
  CampaignType,
  CreateCampaignInput,
  LeadStatus,
  Weekday,
} from '../../api/generated/graphql';

/** A number that may be left out; an empty field has the empty text. */
type OptionalNumber = number | '';

/** What can be edited after the creation too. */
export interface CampaignValues extends Record<string, unknown> {
  readonly name: string;
  readonly description: string;
  readonly groupId: string | null;
  readonly type: CampaignType;
  readonly queueId: string | null;
  readonly pilotNumber: string;
  readonly callerId: string;
  readonly defaultCountry: string;
  readonly maxAttempts: OptionalNumber;
  readonly retryMinutes: OptionalNumber;
  readonly retryStatuses: LeadStatus[];
  readonly retryUnreachable: boolean;
  readonly ringTimeoutSeconds: OptionalNumber;
  readonly maxParallelCalls: OptionalNumber;
  readonly maxCallsPerSecond: OptionalNumber;
  readonly amdEnabled: boolean;
  readonly amdSensitivity: AmdSensitivity;
  readonly dncServiceId: string | null;
}

export interface NewCampaignValues extends CampaignValues {
  readonly firstDay: string;
  readonly lastDay: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly weekdays: Weekday[];
  /** Null: the installation's. */
  readonly timeZone: string | null;
}

export const weekdays: readonly Weekday[] = [
  ...(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const),
];

/** `DO_NOT_CALL` and `NOT_CALLED` are refused. */
export const retriedStatuses: readonly LeadStatus[] = [
  ...(['FAILED', 'BUSY', 'DECLINED', 'AMD', 'SERVICE_TEMPORARILY_UNAVAILABLE', 'UNKNOWN', 'SUCCESS'] as const),
];

/** The defaults of the API. */
export const newCampaign: NewCampaignValues = {
  name: '',
  description: '',
  groupId: null,
  type: 'OSCC',
  queueId: null,
  pilotNumber: '',
  callerId: '',
  defaultCountry: '',
  maxAttempts: 5,
  retryMinutes: 60,
  retryStatuses: retriedStatuses.filter((status) => status !== 'SUCCESS'),
  retryUnreachable: false,
  ringTimeoutSeconds: 30,
  maxParallelCalls: '',
  maxCallsPerSecond: '',
  amdEnabled: false,
  amdSensitivity: 'LOW',
  dncServiceId: null,
  firstDay: '',
  lastDay: '',
  startTime: '09:00',
  endTime: '18:00',
  weekdays: weekdays.slice(0, 5),
  timeZone: null,
};

export function campaignValues(campaign: CampaignDetailsFragment): CampaignValues {
  const { name, description, group, type, queue, pilotNumber, callerId, defaultCountry, dncService } = campaign;
  const { maxAttempts, retryMinutes, retryStatuses, retryUnreachable, ringTimeoutSeconds, maxParallelCalls } = campaign;
  return {
    ...{ name, description, type, pilotNumber, maxAttempts, retryMinutes, retryUnreachable, ringTimeoutSeconds },
    groupId: group.id,
    queueId: queue.id,
    callerId: callerId ?? '',
    defaultCountry: defaultCountry ?? '',
    retryStatuses: [...retryStatuses],
    maxParallelCalls: maxParallelCalls ?? '',
    maxCallsPerSecond: campaign.maxCallsPerSecond ?? '',
    amdEnabled: campaign.amdEnabled,
    amdSensitivity: campaign.amdSensitivity,
    dncServiceId: dncService?.id ?? null,
  };
}

/** A new campaign like another one; its name is to be chosen, and its days are to come. */
export function copiedValues(campaign: CampaignDetailsFragment): NewCampaignValues {
  return {
    ...newCampaign,
    ...campaignValues(campaign),
    name: '',
    groupId: campaign.group.enabled ? campaign.group.id : null,
    startTime: timeOfDay(campaign.startTime),
    endTime: timeOfDay(campaign.endTime),
    weekdays: [...campaign.weekdays],
    timeZone: campaign.timeZone,
  };
}

/** The edit of a campaign; what is there of a creation is the same. */
export function campaignInput(values: CampaignValues) {
  const { name, description, type, pilotNumber, retryStatuses, retryUnreachable, amdEnabled, amdSensitivity } = values;
  return {
    ...{ name, description, type, retryStatuses, retryUnreachable, amdEnabled, amdSensitivity },
    groupId: values.groupId ?? '',
    queueId: values.queueId ?? '',
    dncServiceId: values.dncServiceId,
    pilotNumber: pilotNumber.trim(),
    callerId: values.callerId.trim() || null,
    defaultCountry: values.defaultCountry.trim().toUpperCase() || null,
    maxAttempts: Number(values.maxAttempts),
    retryMinutes: Number(values.retryMinutes),
    ringTimeoutSeconds: Number(values.ringTimeoutSeconds),
    maxParallelCalls: values.maxParallelCalls === '' ? null : values.maxParallelCalls,
    maxCallsPerSecond: values.maxCallsPerSecond === '' ? null : values.maxCallsPerSecond,
  };
}

export function newCampaignInput(values: NewCampaignValues): CreateCampaignInput {
  const { firstDay, lastDay, startTime, endTime, timeZone } = values;
  return {
    ...campaignInput(values),
    ...{ firstDay, lastDay, startTime, endTime, timeZone },
    weekdays: weekdays.filter((day) => values.weekdays.includes(day)),
  };
}

/** A `LocalTime` as fields have it and people read it: seconds where they are not 0. */
export function timeOfDay(localTime: string): string {
  return localTime.replace(/\.\d+$/, '').replace(/^(\d\d:\d\d):00$/, '$1');
}
