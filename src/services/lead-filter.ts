import type { FilterQuery } from '@mikro-orm/postgresql';
import { LeadPlace } from '../engine/domain/lead-state.js';
import type { LeadStatus } from '../entities/enums.js';
import type { Lead } from '../entities/lead.js';
import { COUNT_OF_STATUS, type CountersNow } from './campaign-counters.js';
import { escapeLike } from './input-check.js';

/** Conditions on the leads of a campaign; all that are given must hold. */
export interface LeadConditions {
  readonly pending?: boolean | null;
  readonly statuses?: readonly LeadStatus[] | null;
  readonly search?: string | null;
}

export function leadConditions(filter: LeadConditions | null): FilterQuery<Lead> {
  const { pending, statuses, search } = filter ?? {};
  return {
    $and: [
      // "Pending" as the index on the default list has it.
      pending == null ? {} : { place: pending ? { $ne: LeadPlace.DONE } : LeadPlace.DONE },
      statuses == null ? {} : { status: { $in: [...statuses] } },
      search ? { $or: nameOrNumber('name', search) } : {},
    ],
  };
}

/** Part of a name, in any case, or part of a number however it is written. */
export function nameOrNumber(nameProperty: string, search: string): object[] {
  const digits = search.replace(/[\s().\/-]/g, '');
  return [
    { [nameProperty]: { $ilike: `%${escapeLike(search)}%` } },
    ...(/^\+?\d+$/.test(digits) ? [{ phoneNumber: { $like: `%${digits}%` } }] : []),
  ];
}

/** The number of leads that meet the filter, if the kept counters tell it. */
export function countKept(filter: LeadConditions | null, counters: CountersNow): number | undefined {
  const { pending, statuses, search } = filter ?? {};
  if (search) return undefined;
  if (statuses == null) {
    if (pending == null) return counters.leads.total;
    return pending ? counters.pending : counters.leads.total - counters.pending;
  }
  if (pending != null) return undefined;
  return [...new Set(statuses)].reduce((sum, status) => sum + counters.leads[COUNT_OF_STATUS[status]], 0);
}
