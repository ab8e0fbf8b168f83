import { createContext, type ReactNode, use } from 'react';
import type { CampaignCountersSubscription } from '../../api/generated/graphql';
import { type Live, useLive } from '../../api/use-live';
import { useCallRateRecording } from './call-rates';
import { CAMPAIGN_COUNTERS } from './counters-operations';

export type LiveCounters = Live<CampaignCountersSubscription>;

const CountersContext = createContext<LiveCounters | null>(null);

interface CampaignCountersProps {
  readonly campaignId: string;
  readonly children: ReactNode;
}

/** One subscription to the counters of a campaign for all of its tabs, so that the chart has no gap for a visited tab. */
export function CampaignCounters({ campaignId, children }: CampaignCountersProps) {
  const live = useLive(CAMPAIGN_COUNTERS, { campaignId }, 'no-cache');
  useCallRateRecording(campaignId, live);
  return <CountersContext value={live}>{children}</CountersContext>;
}

export function useCampaignCounters(): LiveCounters {
  const live = use(CountersContext);
  if (!live) throw new Error('There are no counters outside the pages of a campaign.');
  return live;
}
