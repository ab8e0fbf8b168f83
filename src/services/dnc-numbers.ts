import type { EntityManager, FilterQuery } from '@mikro-orm/postgresql';
import type { DncNumber } from '../entities/dnc-number.js';
import { InputCheck } from './input-check.js';

/**
 * Part of a number, however it is written. With a leading `+` it is the beginning, which the index finds in a list of
 * any length; without, all numbers are looked through.
 */
export function dncNumberConditions(search: string | null | undefined): FilterQuery<DncNumber> {
  if (!search) return {};
  const check = new InputCheck();
  check.text('filter.search', search, 1000);
  check.throwIfAny();
  const compact = search.replace(/[\s().\/-]/g, '');
  // What is not digits is part of no number.
  if (!/^\+?\d*$/.test(compact)) return { phoneNumber: { $in: [] } };
  return { phoneNumber: { $like: compact.startsWith('+') ? `${compact}%` : `%${compact}%` } };
}

/** The length of the whole list, which is kept. */
export async function dncListLength(em: EntityManager): Promise<number> {
  const [row] = await em.execute<{ total: string }[]>('select total from dnc_list');
  return Number(row?.total ?? 0);
}
