import { useMemo } from 'react';
import type { LeadFilter, LeadOrderField, LeadStatus } from '../../api/generated/graphql';
import { type ListState, useListState } from '../../components/use-list-state';
import { leadStatuses } from '../live/lead-statuses';

/** Which leads are listed: those that the engine may still call, those that it will not, or all. */
export type LeadScope = 'PENDING' | 'DONE' | 'ALL';

export interface LeadListState {
  readonly list: ListState<LeadOrderField>;
  readonly scope: LeadScope;
  readonly statuses: readonly LeadStatus[];
  /** What the server is asked for. */
  readonly filter: LeadFilter;
  readonly setScope: (scope: LeadScope) => void;
  readonly setStatuses: (statuses: readonly string[]) => void;
}

const pendingOf = { PENDING: true, DONE: false, ALL: null } as const;

/** Search, conditions and order of the leads, in the address. */
export function useLeadList(): LeadListState {
  const list = useListState<LeadOrderField>(['FILE_ORDER', 'NAME', 'PHONE_NUMBER']);
  const wantedScope = list.filter('show');
  const scope: LeadScope = wantedScope === 'DONE' || wantedScope === 'ALL' ? wantedScope : 'PENDING';
  const wantedStatuses = list.filter('statuses');
  const statuses = useMemo(() => {
    const wanted = wantedStatuses.split(',');
    return leadStatuses.map(({ status }) => status).filter((status) => wanted.includes(status));
  }, [wantedStatuses]);
  const { search } = list;
  const filter = useMemo(
    () => ({ pending: pendingOf[scope], search, statuses: statuses.length > 0 ? statuses : null }),
    [scope, search, statuses],
  );
  return {
    ...{ list, scope, statuses, filter },
    setScope: (value) => {
      list.setFilter('show', value === 'PENDING' ? null : value);
    },
    setStatuses: (values) => {
      list.setFilter('statuses', values.join(','));
    },
  };
}
