import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useSubscription } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import { useConnection } from './connection';
import { type Failure, type FailureCode, failureOf } from './failure';

/** How a subscription ended; it stays until something has come over the next one. */
interface Ending {
  readonly epoch: number;
  /** Undefined if the server ended it in good order, as it does when it shuts down or the object is deleted. */
  readonly failure: Failure | undefined;
  readonly isAskedAgain: boolean;
}

interface LastingSubscriptionOptions<T, V> {
  readonly variables: V;
  readonly fetchPolicy: 'cache-first' | 'no-cache';
  readonly onData: (data: T) => void;
}

/** Answers that asking again on the same connection would not change. */
const FINAL: ReadonlySet<FailureCode> = new Set(['FORBIDDEN', 'NOT_FOUND']);
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/**
 * A subscription that begins again, whatever ended it: at once on a new connection, after a growing wait on one that is
 * still there. Nothing may come of one that was begun again, if nothing happens: who needs more than `isAskedAgain` waits
 * for `onData`.
 */
export function useLastingSubscription<T, V extends OperationVariables>(
  document: TypedDocumentNode<T, V>,
  { variables, fetchPolicy, onData }: LastingSubscriptionOptions<T, V>,
): Ending | undefined {
  const { status, epoch } = useConnection();
  const [ending, setEnding] = useState<Ending>();
  const retries = useRef(0);
  const { restart } = useSubscription<T>(document, {
    variables,
    ignoreResults: true,
    fetchPolicy,
    onData: ({ data: { data } }) => {
      if (!data) return;
      retries.current = 0;
      setEnding(undefined);
      onData(data);
    },
    onError: (error) => {
      setEnding({ epoch, failure: failureOf(error), isAskedAgain: false });
    },
    // It follows an error too.
    onComplete: () => {
      setEnding((known) => ({ epoch, failure: known?.failure, isAskedAgain: false }));
    },
  });

  useEffect(() => {
    if (!ending || ending.isAskedAgain || status !== 'LIVE') return;
    const isNewConnection = ending.epoch < epoch;
    if (!isNewConnection && ending.failure && FINAL.has(ending.failure.code)) return;
    const waitMs = isNewConnection ? 0 : Math.min(FIRST_WAIT_MS * 2 ** retries.current, LONGEST_WAIT_MS);
    const timer = setTimeout(() => {
      retries.current += 1;
      setEnding({ ...ending, isAskedAgain: true });
      restart();
    }, waitMs);
    return () => {
      clearTimeout(timer);
    };
  }, [ending, status, epoch, restart]);

  return ending;
}
