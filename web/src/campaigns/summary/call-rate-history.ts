import type { ApolloClient } from '@apollo/client';
import { type CallRate, RATES_SPAN_MS } from '../live/call-rates';
import { CALLS_BETWEEN } from './summary-operations';

const MINUTE_MS = 60_000;

/** The call log by the minute, up to an instant. It counts leads that were claimed: of these, nearly all are called. */
export function readRatesOfLog(client: ApolloClient, campaignId: string, until: string): Promise<CallRate[]> {
  const ends = Array.from({ length: RATES_SPAN_MS / MINUTE_MS }, (_, index) => Date.parse(until) - index * MINUTE_MS);
  return Promise.all(
    ends.map(async (atMs) => {
      const { data } = await client.query({
        query: CALLS_BETWEEN,
        variables: { campaignId, from: instant(atMs - MINUTE_MS), to: instant(atMs) },
        fetchPolicy: 'no-cache',
      });
      return { atMs, callsPerMinute: data?.callAttempts.totalCount ?? 0 };
    }),
  );
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
