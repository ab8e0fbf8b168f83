import { NetworkStatus, type OperationVariables, type TypedDocumentNode } from '@apollo/client';
import { useQuery } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { useConnection } from './connection';
import { failureOf } from './failure';
import type { Live } from './use-live';

export interface Polled<T> extends Live<T> {
  /** The first answer to these variables has not come; what is there is that of the ones before. */
  readonly isLoading: boolean;
  readonly refetch: () => void;
}

/**
 * A query that is asked again every `everyMs`, for what the API has no subscription to. While the connection is lost
 * nothing is asked, and what was read is stale.
 */
export function usePolled<T, V extends OperationVariables>(
  document: TypedDocumentNode<T, V>,
  variables: V,
  everyMs: number,
): Polled<T> {
  const { status } = useConnection();
  const isLive = status === 'LIVE';
  const [receivedAt, setReceivedAt] = useState<Date>();
  const { data, previousData, error, networkStatus, observable, refetch } = useQuery(document, {
    variables,
    pollInterval: isLive ? everyMs : 0,
  });
  useEffect(() => {
    const answers = observable.subscribe((result) => {
      if (result.networkStatus === NetworkStatus.ready) setReceivedAt(new Date());
    });
    return () => {
      answers.unsubscribe();
    };
  }, [observable]);

  return {
    data: data ?? previousData,
    isStale: !isLive || error !== undefined,
    receivedAt,
    failure: error ? failureOf(error) : undefined,
    isLoading: networkStatus === NetworkStatus.loading || networkStatus === NetworkStatus.setVariables,
    refetch: () => void refetch(),
  };
}
