import { ApolloClient, ApolloLink, InMemoryCache } from '@apollo/client';
import { ErrorLink } from '@apollo/client/link/error';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs';
import { OperationTypeNode } from 'graphql';
import { Connection } from './connection';
import { refusalsOf } from './failure';
import { fragments } from './graphql';

/** Operations to which `UNAUTHENTICATED` is an answer, and not the end of a session. */
const BEFORE_A_SESSION = new Set(['Login', 'Me']);

/**
 * The client of one session, with a cache that holds what this user may see: the next session gets another one. The
 * session itself is a cookie that no script can read.
 */
export function createApiClient(onSessionEnded: () => void): ApolloClient {
  return new ApolloClient({
    cache: new InMemoryCache({ fragments }),
    link: httpLink(onSessionEnded),
    defaultOptions: {
      // What others change is seen at the next visit of a page; in the meantime the last known list is shown.
      watchQuery: { fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' },
    },
  });
}

/** Opens the WebSocket of a session that has begun, over which the client's subscriptions go from now on. */
export function openConnection(client: ApolloClient, onSessionEnded: () => void): Connection {
  const connection = new Connection({
    onSessionEnded,
    onRecovered: () => void client.refetchObservableQueries(),
  });
  client.setLink(
    ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(connection.client),
      httpLink(onSessionEnded),
    ),
  );
  return connection;
}

function httpLink(onSessionEnded: () => void): ApolloLink {
  const noticeEnd = new ErrorLink(({ error, operation }) => {
    if (BEFORE_A_SESSION.has(operation.operationName ?? '')) return;
    if (refusalsOf(error).some(({ extensions }) => extensions?.['code'] === 'UNAUTHENTICATED')) onSessionEnded();
  });
  // The header shows that the request comes from a script of this page: no form of another one can send it.
  const http = new UploadHttpLink({
    uri: '/graphql',
    credentials: 'same-origin',
    headers: { 'apollo-require-preflight': 'true' },
  });
  return ApolloLink.from([noticeEnd, http]);
}
