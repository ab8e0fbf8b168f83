import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { AmdVerdict, CallAttemptFilter, LeadStatus } from '../../api/generated/graphql';

/** Conditions on the call log, as the fields show them; empty: none. */
export interface CallConditions {
  /** In the browser's time zone, `YYYY-MM-DDTHH:mm`. */
  readonly from: string;
  readonly to: string;
  readonly results: readonly LeadStatus[];
  readonly reason: string;
  readonly verdict: AmdVerdict | '';
}

export interface CallFilter {
  readonly conditions: CallConditions;
  readonly filter: CallAttemptFilter;
  readonly change: (edit: Partial<CallConditions>) => void;
}

/** In the address, as everything that decides what a list shows. */
export function useCallFilter(): CallFilter {
  const [parameters, setParameters] = useSearchParams();
  const conditions = useMemo<CallConditions>(
    () => ({
      from: parameters.get('from') ?? '',
      to: parameters.get('to') ?? '',
      results: parameters.getAll('result') as LeadStatus[],
      reason: parameters.get('reason') ?? '',
      verdict: (parameters.get('verdict') ?? '') as AmdVerdict | '',
    }),
    [parameters],
  );
  return {
    conditions,
    filter: useMemo(() => filterOf(conditions), [conditions]),
    change: (edit) => {
      setParameters(
        (before) => {
          const after = new URLSearchParams(before);
          const { results, ...others } = { ...conditions, ...edit };
          for (const name of ['after', 'before', 'result']) after.delete(name);
          for (const result of results) after.append('result', result);
          for (const [name, value] of Object.entries(others)) {
            if (value) after.set(name, value);
            else after.delete(name);
          }
          return after;
        },
        { replace: true },
      );
    },
  };
}

function filterOf({ from, to, results, reason, verdict }: CallConditions): CallAttemptFilter {
  return {
    ...instant('from', from),
    ...instant('to', to),
    ...(results.length > 0 && { results: [...results] }),
    ...(reason && { reason }),
    ...(verdict && { amdVerdict: verdict }),
  };
}

/** What is half typed is no condition yet. */
function instant(name: 'from' | 'to', localTime: string): CallAttemptFilter {
  const at = new Date(localTime);
  return Number.isNaN(at.getTime()) ? {} : { [name]: at.toISOString() };
}
