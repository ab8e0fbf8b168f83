import { useApolloClient } from '@apollo/client/react';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useConnection } from '../../api/connection';
import type { LeadFilter, LeadOrderField, OrderDirection } from '../../api/generated/graphql';
import { LEADS } from './lead-operations';
import { LeadWindow, type LeadWindowState } from './lead-window';

interface LeadList {
  readonly campaignId: string;
  readonly filter: LeadFilter;
  readonly orderBy: { readonly field: LeadOrderField; readonly direction: OrderDirection };
}

/** The window of a list, at its start for each new filter or order. */
export function useLeadWindow({ campaignId, filter, orderBy }: LeadList): readonly [LeadWindow, LeadWindowState] {
  const client = useApolloClient();
  const { epoch } = useConnection();
  const window = useMemo(
    () =>
      new LeadWindow(async (place) => {
        const { data } = await client.query({
          query: LEADS,
          variables: { campaignId, filter, orderBy, ...place },
          // The cache would keep every lead that was ever scrolled by.
          fetchPolicy: 'no-cache',
        });
        if (!data?.campaign?.leads) throw new Error('There is no list of leads.');
        return data.campaign.leads;
      }),
    [client, campaignId, filter, orderBy],
  );
  // Again after a lost connection: what was read before it may be old.
  useEffect(() => {
    void window.toStart();
  }, [window, epoch]);
  return [window, useSyncExternalStore(window.watch, window.current)];
}
