import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import type { LiveCounters } from './campaign-counters';

/** Calls placed in the 60 seconds before an instant of the server. */
export interface CallRate {
  readonly atMs: number;
  readonly callsPerMinute: number;
}

/** What is kept, and shown. */
export const RATES_SPAN_MS = 15 * 60_000;
const RECORD_EVERY_MS = 5000;
/** Nearer to what was seen live, the call log has nothing to add. */
const FILL_DISTANCE_MS = 45_000;

/** The call rates of campaigns that were looked at in this session, whichever tab is open. */
class CallRates {
  private readonly rates = new Map<string, readonly CallRate[]>();
  private readonly listeners = new Set<() => void>();

  readonly watch = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  of(campaignId: string): readonly CallRate[] {
    return this.rates.get(campaignId) ?? NONE;
  }

  record(campaignId: string, rate: CallRate): void {
    this.set(campaignId, [...this.of(campaignId), rate]);
  }

  /** Adds what was not seen live. */
  fill(campaignId: string, rates: readonly CallRate[]): void {
    const known = this.of(campaignId);
    const missing = rates.filter(({ atMs }) => known.every((rate) => Math.abs(rate.atMs - atMs) > FILL_DISTANCE_MS));
    this.set(campaignId, [...known, ...missing]);
  }

  private set(campaignId: string, rates: readonly CallRate[]): void {
    const inOrder = rates.toSorted((a, b) => a.atMs - b.atMs);
    const from = (inOrder.at(-1)?.atMs ?? 0) - RATES_SPAN_MS;
    this.rates.set(
      campaignId,
      inOrder.filter(({ atMs }) => atMs >= from),
    );
    for (const listener of this.listeners) listener();
  }
}

const NONE: readonly CallRate[] = [];

/** As long as the client of their session: nothing is left for the next user. */
const ofClients = new WeakMap<ApolloClient, CallRates>();

export function callRatesOf(client: ApolloClient): CallRates {
  const rates = ofClients.get(client) ?? new CallRates();
  ofClients.set(client, rates);
  return rates;
}

export function useCallRates(campaignId: string): readonly CallRate[] {
  const rates = callRatesOf(useApolloClient());
  return useSyncExternalStore(
    rates.watch,
    useCallback(() => rates.of(campaignId), [rates, campaignId]),
  );
}

/** Counters come when they change; as long as they are live, the last ones hold. */
export function useCallRateRecording(campaignId: string, live: LiveCounters): void {
  const client = useApolloClient();
  const latest = useRef(live);
  useEffect(() => {
    latest.current = live;
  });
  const isLive = live.data !== undefined && !live.isStale;
  useEffect(() => {
    if (!isLive) return undefined;
    const record = (): void => {
      const { data, receivedAt } = latest.current;
      if (!data || !receivedAt) return;
      const { at, callsPerMinute } = data.campaignCounters;
      const atMs = Date.parse(at) + (Date.now() - receivedAt.getTime());
      callRatesOf(client).record(campaignId, { atMs, callsPerMinute });
    };
    record();
    const timer = setInterval(record, RECORD_EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [isLive, client, campaignId]);
}
