import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useState } from 'react';
import { useConnection } from './connection';
import type { Failure } from './failure';
import { useLastingSubscription } from './use-lasting-subscription';

export interface Live<T> {
  /** The newest, which stays when the connection is lost; then `isStale` says that it is not live. */
  readonly data: T | undefined;
  readonly isStale: boolean;
  readonly receivedAt: Date | undefined;
  /** The server has refused or ended it, for example because the right to it was taken away. */
  readonly failure: Failure | undefined;
}

interface Receipt<T> {
  readonly data: T;
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
  const [receipt, setReceipt] = useState<Receipt<T>>();
  const ending = useLastingSubscription(document, {
    variables,
    fetchPolicy,
    onData: (data) => {
      setReceipt({ data, epoch, at: new Date() });
    },
  });
  return {
    data: receipt?.data,
    isStale: status !== 'LIVE' || receipt?.epoch !== epoch || ending !== undefined,
    receivedAt: receipt?.at,
    failure: ending?.failure,
  };
}
