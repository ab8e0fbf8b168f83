import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useSubscription } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import { useConnection } from './connection';
import { type Failure, failureOf } from './failure';
import type { Live } from './use-live';

/** A page that is hidden draws no frame: the oldest events are let go, before they fill the memory. */
const LONGEST_BATCH = 1000;

/**
 * A subscription of which every event counts, and not the newest alone. However many come, they are handed over once a
 * frame, and none of them goes through the cache. What came before a loss is the caller's to read again.
 */
export function useLiveEvents<T, V extends OperationVariables>(
  document: TypedDocumentNode<T, V>,
  variables: V,
  onBatch: (events: readonly T[]) => void,
): Omit<Live<T>, 'data'> {
  const { status, epoch } = useConnection();
  const [failure, setFailure] = useState<Failure>();
  const [receivedAt, setReceivedAt] = useState<Date>();
  const [endedInEpoch, setEndedInEpoch] = useState<number>();
  const waiting = useRef<T[]>([]);
  const frame = useRef<number>(undefined);
  const takeBatch = (): void => {
    frame.current = undefined;
    const events = waiting.current;
    waiting.current = [];
    setReceivedAt(new Date());
    onBatch(events);
  };

  const { restart } = useSubscription<T>(document, {
    variables,
    ignoreResults: true,
    fetchPolicy: 'no-cache',
    onData: ({ data: { data } }) => {
      if (!data) return;
      waiting.current.push(data);
      if (waiting.current.length > LONGEST_BATCH) waiting.current.shift();
      frame.current ??= requestAnimationFrame(takeBatch);
    },
    onError: (error) => {
      setFailure(failureOf(error));
    },
    onComplete: () => {
      setEndedInEpoch(epoch);
    },
  });
  useEffect(
    () => () => {
      if (frame.current !== undefined) cancelAnimationFrame(frame.current);
    },
    [],
  );

  // As in useLive: a server that shuts down ends its subscriptions in good order. Here nothing need come after a restart.
  const hasEnded = endedInEpoch !== undefined && endedInEpoch >= epoch;
  const restartedInEpoch = useRef<number>(undefined);
  useEffect(() => {
    if (status !== 'LIVE' || endedInEpoch === undefined || hasEnded || restartedInEpoch.current === epoch) return;
    restartedInEpoch.current = epoch;
    restart();
  }, [status, endedInEpoch, hasEnded, epoch, restart]);

  return { isStale: status !== 'LIVE' || hasEnded, receivedAt, failure };
}
