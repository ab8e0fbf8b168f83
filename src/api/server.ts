import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { GraphQLSchema } from 'graphql';
import graphqlUploadExpress from 'graphql-upload/graphqlUploadExpress.mjs';
import type { Log } from '../engine/contracts/log.js';
import type { RequestContext } from '../resolvers/request-context.js';
import { systemClock } from '../system-clock.js';
import { bodyPatience } from './body-patience.js';
import { followCertificate, type TlsFiles } from '../certificate-files.js';
import type { IsTrustedProxy } from './client-address.js';
import { webConsole } from './console.js';
import type { ContextFactory } from './context.js';
import { explorer } from './explorer.js';
import { errorFormatter } from './format-error.js';
import { securityHeaders } from './http-security.js';
import { checkComplexity, limitRule, limits } from './limits.js';
import { admitUploads, jsonBody, refuseBatches } from './request-bodies.js';
import { serveSubscriptions } from './subscriptions.js';

export interface ApiOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Reads certificate and key, again when they are renewed; absent: plain HTTP. */
  readonly readTls?: (() => Promise<TlsFiles>) | undefined;
  readonly schema: GraphQLSchema;
  readonly contexts: ContextFactory;
  readonly isTrustedProxy: IsTrustedProxy;
  readonly introspection: boolean;
  readonly uploadMaxBytes: number;
  /** The built console; a folder that is missing or empty means that none is served. */
  readonly consoleDir: string;
  /** Further routes of the same server, for example downloads. */
  readonly routes: (app: express.Express) => void;
  readonly log: Log;
}

export interface Api {
  readonly url: string;
  /** Open WebSockets. */
  webSockets(): number;
  /** Open connections, WebSockets included. */
  connections(): Promise<number>;
  /** Finishes the requests in flight and closes the WebSockets. */
  close(): Promise<void>;
}

/** The one HTTP server: GraphQL over HTTP and WebSocket, uploads, the explorer, downloads, the console. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { schema, contexts, introspection, log } = options;
  const app = express();
  app.disable('x-powered-by');
  // So that `X-Forwarded-Proto` tells whether a request came by HTTPS.
  app.set('trust proxy', options.isTrustedProxy);
  app.use(securityHeaders, bodyPatience(systemClock));
  const secured = options.readTls && (await securedServer(options.readTls, app, log));
  const httpServer = secured?.server ?? createServer(app);
  // Node's bound on a whole request would cut off large files: `bodyPatience` takes its place.
  httpServer.requestTimeout = 0;
  const formatError = errorFormatter(log);
  const subscriptions = serveSubscriptions({ httpServer, schema, contexts, introspection, formatError, log });

  const apollo = new ApolloServer<RequestContext>({
    schema,
    introspection,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    parseOptions: { maxLexicalTokens: limits.maxTokens },
    validationRules: [limitRule],
    formatError,
    logger: silent,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginDrainHttpServer({ httpServer }),
      {
        requestDidStart: () =>
          Promise.resolve({
            didResolveOperation: ({ document, request }) => {
              checkComplexity(schema, document, request.variables ?? {}, request.operationName);
              return Promise.resolve();
            },
          }),
        serverWillStart: () => Promise.resolve({ drainServer: () => subscriptions.close() }),
      },
    ],
  });
  await apollo.start();

  // The last option is of graphql-upload 17 and not in its types: without it, Express's `send` is wrapped.
  const uploads = { maxFileSize: options.uploadMaxBytes, maxFiles: 1, overrideSendResponse: false };

  options.routes(app);
  app.use(
    '/graphql',
    explorer(introspection),
    admitUploads(contexts),
    jsonBody(contexts),
    refuseBatches,
    graphqlUploadExpress(uploads),
    expressMiddleware(apollo, { context: ({ req, res }) => contexts.http(req, res) }),
  );
  app.use(webConsole(options.consoleDir));
  // Express's own answer would bring headers of its own.
  app.use((_request, response) => {
    response.status(404).type('text').send('There is nothing here.\n');
  });
  app.use(answerFailure(formatError));

  await listen(httpServer, options.port, options.host);
  const endRenewal = secured?.followCertificate();
  const { port } = httpServer.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `${secured ? 'https' : 'http'}://${host}:${port}`,
    webSockets: () => subscriptions.count(),
    connections: promisify(httpServer.getConnections.bind(httpServer)),
    close: async () => {
      endRenewal?.();
      await apollo.stop();
    },
  };
}

async function securedServer(read: () => Promise<TlsFiles>, app: express.Express, log: Log) {
  const present = await read();
  const minVersion = 'TLSv1.2';
  const server = createTlsServer({ ...present, minVersion }, app);
  const use = (files: TlsFiles): void => {
    server.setSecureContext({ ...files, minVersion });
  };
  const renewal = { clock: systemClock, log, of: 'API', present, read, use } as const;
  return { server, followCertificate: () => followCertificate(renewal) };
}

/** What fails outside GraphQL, such as a body that is no JSON or too large, is answered in GraphQL's form too. */
function answerFailure(formatError: ReturnType<typeof errorFormatter>) {
  return (error: Error & { status?: number }, _request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(error);
      return;
    }
    response.status(error.status ?? 500).json({ errors: [formatError({ message: error.message }, error)] });
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      done();
    });
  });
}

/** Apollo's own lines would go to the console; what matters is logged where errors are formatted. */
const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
