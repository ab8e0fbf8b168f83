import type { ApolloClient } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';
import { createApiClient, openConnection } from '../api/client';
import { type Connection, ConnectionProvider } from '../api/connection';
import { failureOf } from '../api/failure';
import type { MeFragment } from '../api/generated/graphql';
import { LOGOUT, ME } from './session-operations';

export type Me = MeFragment;

export type SessionState =
  | { readonly kind: 'ASKING' }
  /** The server does not answer; it is asked again. */
  | { readonly kind: 'UNREACHABLE' }
  | { readonly kind: 'NONE'; readonly hasEnded: boolean }
  | { readonly kind: 'PASSWORD_CHANGE'; readonly me: Me }
  | { readonly kind: 'OPEN'; readonly me: Me; readonly connection: Connection };

export interface Session {
  readonly state: SessionState;
  /** After a login, and after a change of one's own password. */
  readonly begin: (me: Me) => void;
  /** Rejects if the server did not answer: then the session goes on. */
  readonly logout: () => Promise<void>;
}

const SessionContext = createContext<Session | null>(null);
const ASK_AGAIN_MS = 2000;

/** Who uses the console. Each session has a client of its own: nothing of one user is left in the cache for the next. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [{ number, hasEnded }, setGeneration] = useState({ number: 0, hasEnded: false });
  // An end is noticed in several places; the first one counts.
  const end = useCallback(
    (isUnexpected: boolean) => {
      setGeneration((now) => (now.number === number ? { number: number + 1, hasEnded: isUnexpected } : now));
    },
    [number],
  );
  return (
    <OneSession key={number} isFirst={number === 0} hasEnded={hasEnded} onEnd={end}>
      {children}
    </OneSession>
  );
}

interface OneSessionProps {
  /** There may be a cookie of an earlier visit. */
  readonly isFirst: boolean;
  readonly hasEnded: boolean;
  readonly onEnd: (isUnexpected: boolean) => void;
  readonly children: ReactNode;
}

function OneSession({ isFirst, hasEnded, onEnd, children }: OneSessionProps) {
  const [state, setState] = useState<SessionState>(isFirst ? { kind: 'ASKING' } : { kind: 'NONE', hasEnded });
  const noticeEnd = useCallback(() => {
    onEnd(true);
  }, [onEnd]);
  const [client] = useState(() => createApiClient(noticeEnd));
  const connection = state.kind === 'OPEN' ? state.connection : undefined;

  const begin = useCallback(
    (me: Me) => {
      if (me.mustChangePassword) setState({ kind: 'PASSWORD_CHANGE', me });
      else setState({ kind: 'OPEN', me, connection: connection ?? openConnection(client, noticeEnd) });
    },
    [client, connection, noticeEnd],
  );

  const isAsking = state.kind === 'ASKING' || state.kind === 'UNREACHABLE';
  useEffect(() => {
    if (!isAsking) return undefined;
    return askWhoItIs(client, {
      onAnswer: (me) => {
        if (me) begin(me);
        else setState({ kind: 'NONE', hasEnded: false });
      },
      onSilence: () => {
        setState({ kind: 'UNREACHABLE' });
      },
    });
  }, [isAsking, client, begin]);

  useEffect(() => () => connection?.close(), [connection]);

  const session = useMemo<Session>(
    () => ({
      state,
      begin,
      logout: async () => {
        // Its end is expected, and nobody is to be told of it.
        connection?.close();
        try {
          await client.mutate({ mutation: LOGOUT });
          onEnd(false);
        } catch (error) {
          if (state.kind === 'OPEN') setState({ ...state, connection: openConnection(client, noticeEnd) });
          throw error;
        }
      },
    }),
    [state, begin, client, connection, onEnd, noticeEnd],
  );
  return (
    <SessionContext value={session}>
      <ApolloProvider client={client}>
        <ConnectionProvider value={connection ?? null}>{children}</ConnectionProvider>
      </ApolloProvider>
    </SessionContext>
  );
}

interface Asking {
  readonly onAnswer: (me: Me | null) => void;
  readonly onSilence: () => void;
}

/** Asks until there is an answer; the answer of the function ends the asking. */
function askWhoItIs(client: ApolloClient, { onAnswer, onSilence }: Asking): () => void {
  let again: ReturnType<typeof setTimeout> | undefined;
  let isWanted = true;
  const ask = async (): Promise<void> => {
    try {
      const { data } = await client.query({ query: ME, fetchPolicy: 'network-only' });
      if (isWanted) onAnswer(data?.me ?? null);
    } catch (error) {
      if (!isWanted) return;
      if (failureOf(error).code === 'UNAUTHENTICATED') {
        onAnswer(null);
        return;
      }
      onSilence();
      again = setTimeout(() => void ask(), ASK_AGAIN_MS);
    }
  };
  void ask();
  return () => {
    isWanted = false;
    clearTimeout(again);
  };
}

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('There is no session outside SessionProvider.');
  return session;
}

/** The user who is logged in; only inside the shell, where there is one. */
export function useMe(): Me {
  const { state } = useSession();
  if (state.kind !== 'OPEN') throw new Error('Nobody is logged in here.');
  return state.me;
}
