import { useQuery } from '@apollo/client/react';
import { useEffect } from 'react';
import { type Failure, failureOf } from '../../api/failure';
import type { ScheduleRowFragment } from '../../api/generated/graphql';
import { type Live, useLive } from '../../api/use-live';
import { monthOf } from './days';
import { SCHEDULE_CHANGED, SCHEDULES } from './schedule-operations';

/** The schedules of a month as they are now. `data` is undefined until the first answer, and until they are live. */
export function useSchedules(
  campaignId: string,
  day: string,
): Live<readonly ScheduleRowFragment[]> & {
  readonly refetch: () => void;
} {
  const live = useLive(SCHEDULE_CHANGED, { campaignId });
  const { data, previousData, error, refetch } = useQuery(SCHEDULES, {
    variables: { campaignId, ...monthOf(day) },
  });
  const change = live.data?.scheduleChanged;
  // The cache follows what has changed in a schedule; which ones there are is asked again.
  useEffect(() => {
    if (change) refetch().catch(() => undefined);
  }, [change, refetch]);

  const failure: Failure | undefined = live.failure ?? (error && failureOf(error));
  const answer = data ?? previousData;
  return {
    data: live.data && answer?.campaign?.schedules.nodes,
    isStale: live.isStale,
    receivedAt: live.receivedAt,
    failure,
    refetch: () => void refetch(),
  };
}
