import { compareLocalTimes, datesOf, isLocalTime, isTimeZone } from '../engine/domain/calling-calendar.js';
import { isPhoneCountry } from '../engine/domain/phone-number.js';
import type { AmdSensitivity, CampaignType, DialingMode, Weekday } from '../entities/enums.js';
import { LeadStatus } from '../entities/enums.js';
import { InputCheck } from './input-check.js';

/** Settings that can be edited after the creation. */
export interface CampaignSettings {
  readonly name: string;
  readonly description: string;
  readonly groupId: string;
  readonly pilotNumber: string;
  readonly maxAttempts: number;
  readonly retryMinutes: number;
  readonly retryStatuses: readonly LeadStatus[];
  readonly retryUnreachable: boolean;
  readonly type: CampaignType;
  readonly queueId: string;
  readonly amdEnabled: boolean;
  readonly amdSensitivity: AmdSensitivity;
  readonly dialingMode: DialingMode;
  readonly ringTimeoutSeconds: number;
  readonly dncServiceId?: string | null;
  readonly callerId?: string | null;
  readonly defaultCountry?: string | null;
  readonly maxParallelCalls?: number | null;
  readonly maxCallsPerSecond?: number | null;
}

export type CampaignEdit = { readonly [K in keyof CampaignSettings]?: CampaignSettings[K] | null };

export interface NewCampaign extends CampaignSettings {
  readonly firstDay: string;
  readonly lastDay: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly weekdays: readonly Weekday[];
  readonly timeZone?: string | null;
}

/** For these, null means something: none, or the default. */
export const NULLABLE = [
  'dncServiceId',
  'callerId',
  'defaultCountry',
  'maxParallelCalls',
  'maxCallsPerSecond',
] as const;

/** A range of more days is a slip of the keyboard, not a campaign: it would make a schedule for each of them. */
const MAX_DAYS = 3660;
const NUMBER_TO_DIAL = /^\+?[0-9*#]+$/;
const NOT_RETRIED: readonly LeadStatus[] = [LeadStatus.NOT_CALLED, LeadStatus.DO_NOT_CALL];

export function checkNewCampaign(input: NewCampaign): void {
  const check = new InputCheck();
  checkSettings(check, input);
  const { firstDay, lastDay, weekdays } = input;
  check.require(weekdays.length > 0, 'input.weekdays', 'must name at least one day of the week');
  check.require(lastDay >= firstDay, 'input.lastDay', `${lastDay} is before the first day, ${firstDay}`);
  if (lastDay >= firstDay && weekdays.length > 0) {
    const isShort = daysBetween(firstDay, lastDay) <= MAX_DAYS;
    check.require(isShort, 'input.lastDay', `${lastDay} is more than ${MAX_DAYS} days after the first day`);
    check.require(
      !isShort || datesOf({ firstDate: firstDay, lastDate: lastDay, weekdays }).length > 0,
      'input.weekdays',
      `no day from ${firstDay} to ${lastDay} is a ${weekdays.join(' or ')}`,
    );
  }
  checkTimes(check, input.startTime, input.endTime);
  if (input.timeZone != null) {
    const isKnown = isTimeZone(input.timeZone);
    check.require(isKnown, 'input.timeZone', `${JSON.stringify(input.timeZone)} is not an IANA name of a time zone`);
  }
  check.throwIfAny();
}

export function checkCampaignEdit(edit: CampaignEdit): void {
  const check = new InputCheck();
  check.noNulls('input', edit, NULLABLE);
  checkSettings(check, edit);
  check.throwIfAny();
}

/** Start and end of a window, whole seconds; each may be absent. */
export function checkTimes(check: InputCheck, start?: string | null, end?: string | null): void {
  for (const [path, time] of [
    ['input.startTime', start],
    ['input.endTime', end],
  ] as const) {
    if (time != null) check.require(isLocalTime(time), path, `${time} is not a time of day in whole seconds`);
  }
  if (start == null || end == null || !isLocalTime(start) || !isLocalTime(end)) return;
  check.require(compareLocalTimes(end, start) > 0, 'input.endTime', `${end} is not after the start, ${start}`);
}

function checkSettings(check: InputCheck, input: CampaignEdit): void {
  check.notBlank('input.name', input.name);
  check.text('input.description', input.description);
  checkDialable(check, 'input.pilotNumber', input.pilotNumber);
  checkDialable(check, 'input.callerId', input.callerId);
  check.range('input.maxAttempts', input.maxAttempts, 1, 100);
  check.range('input.retryMinutes', input.retryMinutes, 1, 1440);
  check.range('input.ringTimeoutSeconds', input.ringTimeoutSeconds, 15, 60);
  check.range('input.maxParallelCalls', input.maxParallelCalls, 1, 1_000_000);
  check.above0('input.maxCallsPerSecond', input.maxCallsPerSecond);
  const refused = input.retryStatuses?.filter((status) => NOT_RETRIED.includes(status)) ?? [];
  check.require(refused.length === 0, 'input.retryStatuses', `${refused.join(' and ')} cannot be called again`);
  const country = input.defaultCountry;
  if (country != null) {
    const isKnown = isPhoneCountry(country.toUpperCase());
    check.require(isKnown, 'input.defaultCountry', `${JSON.stringify(country)} is not a country's code (ISO 3166-1)`);
  }
}

function checkDialable(check: InputCheck, path: string, number: string | null | undefined): void {
  if (number == null) return;
  const isDialable = number.length <= 64 && NUMBER_TO_DIAL.test(number);
  const shown = JSON.stringify(number.slice(0, 100));
  check.require(isDialable, path, `${shown} is not allowed: up to 64 digits, * and #, with a leading + if wanted`);
}

function daysBetween(first: string, last: string): number {
  return (Date.parse(last) - Date.parse(first)) / 86_400_000;
}
