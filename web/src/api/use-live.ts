import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useSubscription } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { type Failure, failureOf } from './failure';
import { useConnection } from './connection';

export interface Live<T> {
  /** The newest, which stays when the connection is lost; then `isStale` says that it is not live. */
  readonly data: T | undefined;
  readonly isStale: boolean;
  readonly receivedAt: Date | undefined;
  /** The server has refused or ended it, for example because the right to it was taken away. */
  readonly failure: Failure | undefined;
}

interface Receipt {
  readonly epoch: number;
  readonly at: Date;
}

/**
 * A subscription whose every value says whether it is live. After a loss the server sends the present state first: until
 * that has come, the old one is stale.
 * @param fetchPolicy `no-cache` for values that nobody reads but who subscribes: the cache would be written for nothing
 */
export function useLive<T, V extends OperationVariables>(
  document: TypedDocumentNode<T, V>,
  variables: V,
  fetchPolicy: 'cache-first' | 'no-cache' = 'cache-first',
): Live<T> {
  const { status, epoch } = useConnection();
  const [receipt, setReceipt] = useState<Receipt>();
  const [endedInEpoch, setEndedInEpoch] = useState<number>();
  const { data, error, restart } = useSubscription<T>(document, {
    variables,
    fetchPolicy,
    onData: () => {
      setReceipt({ epoch, at: new Date() });
      setEndedInEpoch(undefined);
    },
    // A server that shuts down ends what it sends in good order; the next one is asked again.
    onComplete: () => {
      setEndedInEpoch(epoch);
    },
  });
  const mustRestart = status === 'LIVE' && endedInEpoch !== undefined && endedInEpoch < epoch;
  useEffect(() => {
    if (mustRestart) restart();
  }, [mustRestart, restart]);

  return {
    data,
    isStale: status !== 'LIVE' || receipt?.epoch !== epoch || endedInEpoch !== undefined,
    receivedAt: receipt?.at,
    failure: error ? failureOf(error) : undefined,
  };
}
