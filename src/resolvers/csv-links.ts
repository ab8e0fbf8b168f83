import { AmdVerdict, AttemptState, LeadStatus } from '../entities/enums.js';
import { badUserInput } from '../errors.js';
import type { AttemptConditions } from '../services/call-log.js';
import type { LeadConditions } from '../services/lead-filter.js';
import { LeadOrderField, OrderDirection } from './order-enums.js';

/**
 * Paths of downloads: they carry the filter and order of the list that they were given with. What comes back in one was
 * in the hands of the client, and is read as strictly as any other input.
 */
export interface LeadsExport {
  readonly filter: LeadConditions;
  readonly field: LeadOrderField;
  readonly direction: OrderDirection;
}

export interface AttemptsExport {
  readonly filter: AttemptConditions;
  readonly direction: OrderDirection;
}

export function leadsCsvPath(campaignId: string, { filter, field, direction }: LeadsExport): string {
  return `/campaigns/${campaignId}/leads.csv?${query(filter, { field, direction })}`;
}

export function attemptsCsvPath({ filter, direction }: AttemptsExport): string {
  return `/call-attempts.csv?${query(filter, { direction })}`;
}

type Query = Readonly<Record<string, unknown>>;

export function readLeadsExport(given: Query): LeadsExport {
  const filter = filterOf(given);
  return {
    filter: {
      pending: typed(filter, 'pending', (value) => typeof value === 'boolean'),
      statuses: typed(filter, 'statuses', listOf(LeadStatus)),
      search: typed(filter, 'search', isText),
    },
    field: oneOf(LeadOrderField, given, 'field', LeadOrderField.FILE_ORDER),
    direction: oneOf(OrderDirection, given, 'direction', OrderDirection.ASC),
  };
}

export function readAttemptsExport(given: Query): AttemptsExport {
  const filter = filterOf(given);
  return {
    filter: {
      campaignId: typed(filter, 'campaignId', isText),
      scheduleId: typed(filter, 'scheduleId', isText),
      leadId: typed(filter, 'leadId', isText),
      states: typed(filter, 'states', listOf(AttemptState)),
      results: typed(filter, 'results', listOf(LeadStatus)),
      reason: typed(filter, 'reason', isText),
      amdVerdict: typed(filter, 'amdVerdict', (value): value is AmdVerdict => isMember(AmdVerdict, value)),
      search: typed(filter, 'search', isText),
      from: instant(typed(filter, 'from', isText)),
      to: instant(typed(filter, 'to', isText)),
    },
    direction: oneOf(OrderDirection, given, 'direction', OrderDirection.DESC),
  };
}

function query(filter: object, order: Readonly<Record<string, string>>): string {
  const conditions = Object.fromEntries(Object.entries(filter).filter(([, value]) => value != null));
  return new URLSearchParams({ ...order, filter: JSON.stringify(conditions) }).toString();
}

function filterOf(given: Query): Query {
  const text = given['filter'] ?? '{}';
  try {
    const filter: unknown = typeof text === 'string' ? JSON.parse(text) : null;
    if (typeof filter === 'object' && filter !== null) return filter as Query;
  } catch {
    // Answered below.
  }
  throw refused('filter');
}

function typed<T>(filter: Query, name: string, isRight: (value: unknown) => value is T): T | null {
  const value = filter[name] ?? null;
  if (value === null) return null;
  if (!isRight(value)) throw refused(`filter.${name}`);
  return value;
}

function oneOf<T extends string>(allowed: Readonly<Record<string, T>>, given: Query, name: string, otherwise: T): T {
  const value = given[name];
  if (value === undefined) return otherwise;
  if (!isMember(allowed, value)) throw refused(name);
  return value;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isMember<T extends string>(allowed: Readonly<Record<string, T>>, value: unknown): value is T {
  return Object.values(allowed).some((member) => member === value);
}

function listOf<T extends string>(allowed: Readonly<Record<string, T>>) {
  return (value: unknown): value is T[] => Array.isArray(value) && value.every((item) => isMember(allowed, item));
}

function instant(text: string | null): Date | null {
  if (text === null) return null;
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw refused('filter');
  return at;
}

function refused(path: string) {
  return badUserInput([{ path, message: 'is not as csvUrl gives it' }]);
}
