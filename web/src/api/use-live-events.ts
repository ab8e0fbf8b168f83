import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useEffect, useRef, useState } from 'react';
import { useConnection } from './connection';
import { useLastingSubscription } from './use-lasting-subscription';
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
  const { status } = useConnection();
  const [receivedAt, setReceivedAt] = useState<Date>();
  const waiting = useRef<T[]>([]);
  const frame = useRef<number>(undefined);
  const takeBatch = (): void => {
    frame.current = undefined;
    const events = waiting.current;
    waiting.current = [];
    setReceivedAt(new Date());
    onBatch(events);
  };

  const ending = useLastingSubscription(document, {
    variables,
    fetchPolicy: 'no-cache',
    onData: (data) => {
      waiting.current.push(data);
      if (waiting.current.length > LONGEST_BATCH) waiting.current.shift();
      frame.current ??= requestAnimationFrame(takeBatch);
    },
  });
  useEffect(
    () => () => {
      if (frame.current !== undefined) cancelAnimationFrame(frame.current);
    },
    [],
  );

  // Nothing need come after it has begun again.
  const present = ending?.isAskedAgain ? undefined : ending;
  return { isStale: status !== 'LIVE' || present !== undefined, receivedAt, failure: present?.failure };
}
