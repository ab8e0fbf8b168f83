import { useApolloClient } from '@apollo/client/react';
import { Box, Text } from '@mantine/core';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/use-format';
import { callRatesOf, useCallRates } from '../live/call-rates';
import { readRatesOfLog } from './call-rate-history';
import { Card } from './card';

/** A server that went away before the charts were fetched takes nothing but the chart from the page. */
const CallRateChart = lazy(() => import('./call-rate-chart').catch(() => ({ default: NoChart })));

const HEIGHT_PX = 220;

interface CallRateProps {
  readonly campaignId: string;
  /** Instant of the newest counters. */
  readonly at: string;
  /** False: the reader may not, or the server is away. */
  readonly canReadCalls: boolean;
}

/** Calls per minute over the last minutes: as seen live, and for who may read it, as the call log has it. */
export function CallRate({ campaignId, at, canReadCalls }: CallRateProps) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const client = useApolloClient();
  const rates = useCallRates(campaignId);
  const [firstAt] = useState(at);
  useEffect(() => {
    if (!canReadCalls) return;
    // Without it, the chart begins at this visit.
    readRatesOfLog(client, campaignId, firstAt)
      .then((history) => {
        callRatesOf(client).fill(campaignId, history);
      })
      .catch(() => undefined);
  }, [client, campaignId, firstAt, canReadCalls]);
  const now = rates.at(-1)?.callsPerMinute ?? 0;
  const most = Math.max(0, ...rates.map(({ callsPerMinute }) => callsPerMinute));
  return (
    <Card title={t('live.callRate')}>
      <Box role="img" aria-label={t('live.callRateSpoken', { now: number(now), most: number(most) })} h={HEIGHT_PX}>
        <Suspense fallback={<Text c="dimmed">{t('states.loading')}</Text>}>
          <CallRateChart rates={rates} heightPx={HEIGHT_PX} />
        </Suspense>
      </Box>
    </Card>
  );
}

function NoChart() {
  const { t } = useTranslation();
  return <Text c="dimmed">{t('live.noChart')}</Text>;
}
