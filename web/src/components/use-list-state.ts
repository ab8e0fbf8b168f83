import { useDebouncedCallback } from '@mantine/hooks';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { OrderDirection } from '../api/generated/graphql';

const PAGE_SIZE = 25;
const SEARCH_PAUSE_MS = 250;
const opposite = { ASC: 'DESC', DESC: 'ASC' } as const;

interface PageInfo {
  readonly startCursor?: string | null;
  readonly endCursor?: string | null;
}

export interface ListState<Field extends string> {
  readonly search: string;
  readonly orderBy: { readonly field: Field; readonly direction: OrderDirection };
  /** The arguments of a connection: forwards from a cursor, or backwards. */
  readonly page: { first?: number; after?: string; last?: number; before?: string };
  /** A condition of the list beside the search, by its name in the address; empty if it is not set. */
  readonly filter: (name: string) => string;
  /** Null takes the condition away. */
  readonly setFilter: (name: string, value: string | null) => void;
  /** Searches when the typing pauses. */
  setSearch(text: string): void;
  /** The same field again turns the direction. */
  sortBy(field: Field): void;
  next(info: PageInfo): void;
  previous(info: PageInfo): void;
}

interface ListOptions {
  /** Entries of a page, 1 to 500. */
  readonly pageSize?: number;
  /** The direction of an order that nobody has turned. */
  readonly firstDirection?: OrderDirection;
}

/**
 * Search, order and place of a list. They are kept in the address: the browser's "back", a bookmark and a login in between
 * lead to the same list.
 */
export function useListState<Field extends string>(
  fields: readonly [Field, ...Field[]],
  { pageSize = PAGE_SIZE, firstDirection = 'ASC' }: ListOptions = {},
): ListState<Field> {
  const [parameters, setParameters] = useSearchParams();
  const change = (edit: Record<string, string | null | undefined>): void => {
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        for (const name of ['after', 'before']) after.delete(name);
        for (const [name, value] of Object.entries(edit)) {
          if (value) after.set(name, value);
          else after.delete(name);
        }
        return after;
      },
      { replace: true },
    );
  };
  const setSearch = useDebouncedCallback((text: string) => {
    change({ search: text });
  }, SEARCH_PAUSE_MS);

  const field = fields.find((name) => name === parameters.get('sort')) ?? fields[0];
  const isTurned = parameters.has('turned');
  const direction: OrderDirection = isTurned ? opposite[firstDirection] : firstDirection;
  const after = parameters.get('after');
  const before = parameters.get('before');
  const page = useMemo(
    () => (before ? { last: pageSize, before } : { first: pageSize, ...(after && { after }) }),
    [after, before, pageSize],
  );
  return {
    search: parameters.get('search') ?? '',
    orderBy: useMemo(() => ({ field, direction }), [field, direction]),
    page,
    filter: (name) => parameters.get(name) ?? '',
    setFilter: (name, value) => {
      change({ [name]: value });
    },
    setSearch,
    sortBy: (wanted) => {
      change({ sort: wanted, turned: wanted === field && !isTurned ? 'yes' : null });
    },
    next: ({ endCursor }) => {
      change({ after: endCursor });
    },
    previous: ({ startCursor }) => {
      change({ before: startCursor });
    },
  };
}
