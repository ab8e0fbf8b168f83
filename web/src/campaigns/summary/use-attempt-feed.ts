import { useQuery } from '@apollo/client/react';
import { useMemo, useState } from 'react';
import { failureOf } from '../../api/failure';
import type { AttemptRowFragment, AttemptState } from '../../api/generated/graphql';
import type { Live } from '../../api/use-live';
import { useLiveEvents } from '../../api/use-live-events';
import { ATTEMPT_STEPS, NEWEST_ATTEMPTS } from './summary-operations';

const FEED_LENGTH = 50;

const stepOrder: Readonly<Record<AttemptState, number>> = {
  QUEUED: 0,
  CHECKING_DNC: 1,
  DIALING: 2,
  RINGING: 3,
  ANSWERED: 4,
  DETECTING: 5,
  TRANSFERRING: 6,
  ENDED: 7,
};

/**
 * The newest attempts of a campaign, the last one first, each as it is now. The call log has those from before, and after
 * a loss it is read again.
 */
export function useAttemptFeed(
  campaignId: string,
): Live<readonly AttemptRowFragment[]> & { readonly refetch: () => void } {
  const { data, error, refetch } = useQuery(NEWEST_ATTEMPTS, {
    variables: { campaignId, first: FEED_LENGTH },
    fetchPolicy: 'network-only',
  });
  const [seen, setSeen] = useState<readonly AttemptRowFragment[]>([]);
  const events = useLiveEvents(ATTEMPT_STEPS, { campaignId }, (steps) => {
    setSeen((before) => newestOf([...before, ...steps.map(({ callAttempts }) => callAttempts)]));
  });
  const logged = data?.callAttempts.nodes;
  const rows = useMemo(() => (logged ? newestOf([...logged, ...seen]) : undefined), [logged, seen]);
  const failure = events.failure ?? (error && failureOf(error));
  return { ...events, data: rows, failure, refetch: () => void refetch() };
}

/** Of an attempt that is there several times, the one that is further counts. */
function newestOf(rows: readonly AttemptRowFragment[]): readonly AttemptRowFragment[] {
  const byId = new Map<string, AttemptRowFragment>();
  for (const row of rows) {
    const known = byId.get(row.id);
    if (!known || stepOrder[row.state] >= stepOrder[known.state]) byId.set(row.id, row);
  }
  return [...byId.values()]
    .sort((a, b) => b.queuedAt.localeCompare(a.queuedAt) || b.id.localeCompare(a.id))
    .slice(0, FEED_LENGTH);
}
