import type { IncomingMessage, Server } from 'node:http';
import {
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Viewer } from '../auth/viewer.js';
import type { Log } from '../engine/contracts/log.js';
import type { ContextFactory } from './context.js';
import type { errorFormatter } from './format-error.js';
import { checkComplexity, limitRule, limits } from './limits.js';
import { cookieOf } from './request-token.js';

/** Close codes of ours, beside those of graphql-transport-ws. */
export const SocketClose = {
  /** The session has ended: by log-out, by time, or because the user's rights changed. Log in again. */
  SESSION_ENDED: 4401,
  /** The client does not read what it has subscribed to. Connect again: the present state comes first. */
  SLOW_READER: 4508,
} as const;

const CLOSE_GRACE_MS = 5000;

interface SubscriptionsOptions {
  readonly httpServer: Server;
  readonly schema: GraphQLSchema;
  readonly contexts: ContextFactory;
  readonly introspection: boolean;
  readonly formatError: ReturnType<typeof errorFormatter>;
  readonly log: Log;
}

type Connection = Extra & { viewer?: Viewer | undefined } & Record<PropertyKey, unknown>;

/** Subscriptions over graphql-transport-ws, on the path of the API. Queries and mutations go over HTTP. */
export function serveSubscriptions(options: SubscriptionsOptions): {
  /** Open WebSockets. */
  count(): number;
  close(): Promise<void>;
} {
  const { schema, contexts, introspection, formatError } = options;
  const sockets = new WebSocketServer({
    server: options.httpServer,
    path: '/graphql',
    maxPayload: limits.maxBodyBytes,
    verifyClient: ({ origin, req }: { origin: string; req: IncomingMessage }) => isOwnOrigin(origin, req.headers.host),
  });
  const rules = [...specifiedRules, limitRule, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];

  const server = useServer<Record<string, unknown>, Connection>(
    {
      connectionInitWaitTimeout: 3000,
      onConnect: async ({ connectionParams, extra }) => {
        const token = tokenOfParams(connectionParams) ?? cookieOf(extra.request);
        const viewer = await contexts.viewer(token);
        if (!viewer) return false;
        closeWithSession(extra.socket, viewer, contexts);
        // Asked again: the session may have ended, or the rights changed, before anybody listened for it.
        extra.viewer = await contexts.viewer(token);
        return extra.viewer !== undefined;
      },
      onSubscribe: ({ extra }, _id, payload) => {
        const prepared = prepare(schema, rules, payload);
        if (Array.isArray(prepared)) return prepared.map((error) => refusal(error, formatError));
        const context = contexts.create(extra.viewer, extra.request, {
          cutOffSlowReader: () => {
            cutOff(extra.socket, SocketClose.SLOW_READER, 'Slow reader');
          },
        });
        return { ...prepared, contextValue: context };
      },
      onError: (_context, _id, _payload, errors) =>
        errors.map((error) => formatError(error instanceof GraphQLError ? error.toJSON() : error, error)),
      onNext: (_context, _id, _payload, _args, result) =>
        result.errors
          ? {
              data: result.data ?? null,
              errors: result.errors.map((error) => formatError(error.toJSON(), error)),
            }
          : undefined,
    },
    sockets,
    12_000,
  );
  return { count: () => sockets.clients.size, close: async () => server.dispose() };
}

/**
 * The close frame waits behind what the reader has not read: a reader that wakes up in time learns why, and one that
 * does not is disconnected.
 */
function cutOff(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const disconnect = setTimeout(() => {
    socket.terminate();
  }, CLOSE_GRACE_MS);
  socket.once('close', () => {
    clearTimeout(disconnect);
  });
}

/** A page of another origin must not use the visitor's cookie. Clients that are no browsers send no origin. */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
  if (!origin) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

function tokenOfParams(parameters: Record<string, unknown> | undefined): string | undefined {
  const given = parameters?.['Authorization'] ?? parameters?.['authorization'] ?? parameters?.['token'];
  return typeof given === 'string' ? given.replace(/^Bearer /i, '') : undefined;
}

function closeWithSession(socket: WebSocket, viewer: Viewer, contexts: ContextFactory): void {
  const close = (): void => {
    socket.close(SocketClose.SESSION_ENDED, 'Session ended');
  };
  const stopWatching = contexts.sessions.watch(viewer, close);
  // setTimeout counts to 24.8 days at the most; a session that is longer than that is checked again at its next use.
  const untilExpiry = Math.min(viewer.session.expiresAt.getTime() - Date.now(), 2 ** 31 - 1);
  const expiry = setTimeout(close, untilExpiry);
  socket.once('close', () => {
    stopWatching();
    clearTimeout(expiry);
  });
}

/** Apollo's limits end at HTTP: the same ones are applied here. */
function prepare(schema: GraphQLSchema, rules: Parameters<typeof validate>[2], payload: SubscribePayload) {
  try {
    const document = parse(payload.query, { maxLexicalTokens: limits.maxTokens });
    const errors = validate(schema, document, rules);
    if (errors.length > 0) return [...errors];
    if (getOperationAST(document, payload.operationName)?.operation !== OperationTypeNode.SUBSCRIPTION) {
      return [new GraphQLError('Only subscriptions go over the WebSocket; send queries and mutations by POST.')];
    }
    checkComplexity(schema, document, payload.variables ?? {}, payload.operationName);
    return {
      schema,
      document,
      operationName: payload.operationName ?? null,
      variableValues: payload.variables ?? {},
    };
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

function refusal(error: GraphQLError, formatError: ReturnType<typeof errorFormatter>): GraphQLError {
  const { message, extensions } = formatError(error.toJSON(), error);
  return new GraphQLError(message, { extensions: extensions ?? {} });
}
