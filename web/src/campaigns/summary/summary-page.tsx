import { SimpleGrid, Stack } from '@mantine/core';
import { useParams } from 'react-router';
import { useLive } from '../../api/use-live';
import { FailureAlert } from '../../components/failure-alert';
import { LiveValue } from '../../components/live-value';
import { useMe } from '../../session/session';
import { useCampaignCounters } from '../live/campaign-counters';
import { AttemptFeed } from './attempt-feed';
import { CallRate } from './call-rate';
import { CampaignFacts } from './campaign-facts';
import { DialingState } from './dialing-state';
import { Funnel } from './funnel';
import { InFlight } from './in-flight';
import { KeyFigures } from './key-figures';
import { LeadsByStatus } from './leads-by-status';
import { CAMPAIGN_FACTS } from './summary-operations';

/** What a campaign does at this moment. */
export function Component() {
  const { id: campaignId = '' } = useParams();
  const counters = useCampaignCounters();
  const facts = useLive(CAMPAIGN_FACTS, { campaignId });
  const mayReadCalls = useMe().role === 'CAMPAIGN_ADMINISTRATOR';
  const failure = counters.failure ?? facts.failure;
  return (
    <Stack gap="md">
      {failure && <FailureAlert failure={failure} />}
      <LiveValue live={counters}>
        {({ campaignCounters: figures }) => (
          <Stack gap="md">
            <DialingState
              idleReason={figures.idleReason}
              campaign={facts.isStale ? undefined : facts.data?.campaignChanged}
            />
            <KeyFigures counters={figures} />
            <LeadsByStatus leads={figures.leads} />
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              <Funnel counters={figures} />
              <InFlight calls={figures.inFlight} />
            </SimpleGrid>
            <CallRate campaignId={campaignId} at={figures.at} canReadCalls={mayReadCalls && !counters.isStale} />
          </Stack>
        )}
      </LiveValue>
      {mayReadCalls && <AttemptFeed campaignId={campaignId} />}
      <LiveValue live={facts}>{({ campaignChanged }) => <CampaignFacts campaign={campaignChanged} />}</LiveValue>
    </Stack>
  );
}
