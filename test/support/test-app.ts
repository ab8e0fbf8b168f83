import 'reflect-metadata';
import { type App, startApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import { createLogger } from '../../src/logger.js';
import { GraphQLClient } from './graphql-client.js';
import { createTestDatabase } from './test-database.js';

export const MASTER_PASSWORD = 'correct horse battery';

export interface TestApp {
  readonly url: string;
  readonly databaseUrl: string;
  /** Where the engine tells what happens: a test can be the engine. */
  readonly events: App['events'];
  readonly audit: App['services']['audit'];
  /** A client without a session. */
  readonly anonymous: GraphQLClient;
  readonly master: GraphQLClient;
  /** A client with a new session of the user. */
  login(username: string, password: string): Promise<GraphQLClient>;
  close(): Promise<void>;
}

/** The whole product on a database of its own and free ports; every test file starts one. */
export async function startTestApp(environment: Record<string, string> = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const config = loadConfig({
    HTTP_PORT: '0',
    MASTER_PASSWORD,
    DEMO: 'off',
    LOG_LEVEL: 'error',
    TIME_ZONE: 'UTC',
    DATABASE_POOL_SIZE: '8',
    ...environment,
  });
  const app: App = await startApp({ config, log: createLogger(config.LOG_LEVEL), databaseUrl: database.url });
  const anonymous = new GraphQLClient(app.url);
  const login = (username: string, password: string) => anonymous.login(username, password);
  return {
    url: app.url,
    databaseUrl: database.url,
    events: app.events,
    audit: app.services.audit,
    anonymous,
    master: await login('master', MASTER_PASSWORD),
    login,
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}
