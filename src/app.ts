import type { Config } from './config.js';
import type { Log } from './engine/contracts/log.js';
import { type Api, startApi } from './api/server.js';
import { ContextFactory } from './api/context.js';
import { createSchema } from './api/schema.js';
import { Topics } from './api/topics.js';
import { LoginThrottle } from './auth/login-throttle.js';
import { Sessions } from './auth/sessions.js';
import { nativePool, openDatabase } from './database/orm.js';
import type { Services } from './services/index.js';
import { GroupService } from './services/group-service.js';
import { prepareFirstStart } from './services/first-start.js';
import { SessionService } from './services/session-service.js';

export interface App {
  readonly url: string;
  /** Password of `master`, generated at the first start of an installation; to be printed once. */
  readonly generatedPassword: string | undefined;
  /** Drains: no new calls, those in flight finish; then everything closes. */
  close(): Promise<void>;
}

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  readonly databaseUrl: string;
}

/** The composition root: the one place that names concrete adapters. */
export async function startApp({ config, log, databaseUrl }: AppOptions): Promise<App> {
  const orm = await openDatabase({ url: databaseUrl, poolSize: config.DATABASE_POOL_SIZE });
  const pool = await nativePool(orm);
  const generatedPassword = await prepareFirstStart(orm.em.fork(), config.MASTER_PASSWORD);
  const topics = new Topics();
  const sessions = new Sessions(pool, config.SESSION_HOURS * 3_600_000);
  const services: Services = {
    groups: new GroupService(),
    sessions: new SessionService(sessions, new LoginThrottle()),
    server: { version: '0.1.0', lab: false },
  };
  const api: Api = await startApi({
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    schema: await createSchema(),
    contexts: new ContextFactory(orm, sessions, services, topics),
    introspection: config.INTROSPECTION,
    uploadMaxBytes: config.UPLOAD_MAX_MEGABYTES * 1_000_000,
    routes: () => undefined,
    log: log.child({ component: 'api' }),
  });
  return {
    url: api.url,
    generatedPassword,
    close: async () => {
      topics.endAll();
      await api.close();
      await orm.close(true);
    },
  };
}
