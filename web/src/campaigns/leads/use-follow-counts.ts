import { useThrottledCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useCampaignCounters } from '../live/campaign-counters';
import { isAtStart, type LeadWindow, type LeadWindowState } from './lead-window';

const READ_EVERY_MS = 2000;

/**
 * The list is no subscription, but the counters are: when they change, a list that stands at its start is read again.
 * Elsewhere nobody is thrown back to the start: the answer is then that the list has changed.
 */
export function useFollowCounts(window: LeadWindow, state: LeadWindowState): boolean {
  const { data } = useCampaignCounters();
  const counts = data && JSON.stringify(data.campaignCounters.leads);
  const { readAt } = state;
  // The counts that belong to what was read last.
  const [seen, setSeen] = useState({ readAt, counts });
  if (seen.readAt !== readAt || (seen.counts === undefined && counts !== undefined)) setSeen({ readAt, counts });
  const hasChanged = readAt !== undefined && seen.counts !== counts;

  const refresh = useThrottledCallback(() => void window.refreshStart(), READ_EVERY_MS);
  const mustRefresh = hasChanged && isAtStart(state);
  useEffect(() => {
    if (mustRefresh) refresh();
  }, [mustRefresh, counts, refresh]);
  return hasChanged && !isAtStart(state);
}
