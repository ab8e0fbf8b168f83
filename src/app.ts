import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { certificateReader } from './certificate-files.js';
import { trustedProxies } from './api/client-address.js';
import { ContextFactory } from './api/context.js';
import { doNotCall } from './api/do-not-call.js';
import { downloads } from './api/downloads.js';
import { health } from './api/health.js';
import { TopicChanges } from './api/live-changes.js';
import { LiveEvents } from './api/live-events.js';
import { createSchema } from './api/schema.js';
import { startApi } from './api/server.js';
import { Topics } from './api/topics.js';
import { LoginThrottle } from './auth/login-throttle.js';
import { Sessions } from './auth/sessions.js';
import { type Config, logDir } from './config.js';
import { openDatabase } from './database/orm.js';
import { openPool } from './database/pool.js';
import type { Dialing, DialingSettings } from './dialing/dialing.js';
import { type DialingListeners, startDialing } from './dialing/local-dialing.js';
import { startThreadedDialing } from './dialing/threaded-dialing.js';
import type { EngineEvents } from './engine/contracts/engine-events.js';
import type { Log } from './engine/contracts/log.js';
import { PostgresDncList } from './engine/postgres/dnc-list.js';
import { Metrics } from './metrics.js';
import type { Role } from './entities/enums.js';
import { AgentReportService, REPORTER_ROLES } from './services/agent-report-service.js';
import { AmdRecordings } from './services/amd-recordings.js';
import { prepareFirstStart } from './services/first-start.js';
import { AuditLog } from './services/audit-log.js';
import { CallLog } from './services/call-log.js';
import { CampaignControl } from './services/campaign-control.js';
import { CampaignCountersReader } from './services/campaign-counters.js';
import { CampaignService } from './services/campaign-service.js';
import { DialerPortService } from './services/dialer-port-service.js';
import { DncImport } from './services/dnc-import.js';
import { DoNotCallService } from './services/do-not-call-service.js';
import { GroupService } from './services/group-service.js';
import type { Services } from './services/index.js';
import { InterruptedUploads } from './services/interrupted-uploads.js';
import { LiveInstallation } from './services/installation-status.js';
import { LeadCallabilityReader } from './services/lead-callability.js';
import { LeadImport } from './services/lead-import.js';
import { LeadService } from './services/lead-service.js';
import { LogFiles } from './services/log-files.js';
import { QueueService } from './services/queue-service.js';
import { RejectedRows } from './services/rejected-rows.js';
import { ScheduleStatusReader } from './services/schedule-status-reader.js';
import { ScheduleService } from './services/schedule-service.js';
import { SessionService } from './services/session-service.js';
import { TrunkService } from './services/trunk-service.js';
import { UserService } from './services/user-service.js';
import { VoicemailMessages } from './services/voicemail-messages.js';
import { systemClock } from './system-clock.js';

export interface App {
  readonly url: string;
  /** Password of `master`, generated at the first start of an installation; to be printed once. */
  readonly generatedPassword: string | undefined;
  readonly orm: MikroORM;
  readonly services: Services;
  /** Where the engine tells what happens; whoever watches hears of it. */
  readonly events: EngineEvents;
  /** Resolves if the engine ends by itself: nothing is dialed any more, and the process has to be started anew. */
  readonly engineLost: Promise<Error>;
  /**
   * Drains: no new calls, those in flight finish; then everything closes. Resolves to the number of attempts whose end could
   * not be written since the database is away: the next start closes them.
   */
  close(): Promise<number>;
}

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  readonly databaseUrl: string;
  /** The lab is the carrier: said by `serverInfo`. */
  readonly lab?: boolean;
  /** The engine has a thread of its own. That needs the build: sources that are compiled on the fly run without. */
  readonly engineThread?: boolean;
}

/** Files that are loaded at the same time; the others, which are on the disk by then, wait. */
const LOADS_AT_ONCE = 2;
/** How long a database that is away is waited for when everything else is closed: 5 s. */
const CONNECTIONS_PATIENCE_MS = 5_000;
/** Statements of the API that take longer are ended, so that a few broad questions do not keep all connections: 30 s. */
const API_STATEMENT_TIMEOUT_MS = 30_000;

/** The composition root: the one place that names concrete adapters. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, log, databaseUrl } = options;
  // The engine has connections of its own: a busy API does not keep it waiting.
  const poolSize = Math.floor(config.DATABASE_POOL_SIZE / 4);
  const orm = await openDatabase({
    url: databaseUrl,
    poolSize: config.DATABASE_POOL_SIZE - 2 * poolSize,
    statementTimeoutMs: API_STATEMENT_TIMEOUT_MS,
  });
  const pool = openPool({ url: databaseUrl, poolSize });
  const loadingPool = openPool({ url: databaseUrl, poolSize: LOADS_AT_ONCE });
  let closing: Promise<number> | undefined;
  for (const each of [pool, loadingPool]) {
    // A pool drops a connection that fails while it is idle; without a listener the error would end the process.
    each.on('error', (error) => {
      if (!closing) log.warn({ err: error }, 'idle database connection lost');
    });
  }
  const generatedPassword = await prepareFirstStart(orm.em.fork(), config.MASTER_PASSWORD);

  const topics = new Topics();
  const sessions = new Sessions(pool, config.SESSION_HOURS * 3_600_000, systemClock);
  const live = new TopicChanges(topics);
  const events = new LiveEvents(topics);
  const metrics = new Metrics();
  const version = productVersion();
  const dialing = await openDialing(
    { config, databaseUrl, poolSize, userAgent: `Outdial/${version}` },
    { log, events, tally: metrics },
    options.engineThread ?? false,
  );
  const installationChanged = (): void => {
    void dialing.installation.changed().then(() => {
      dialing.engine.nudge();
    });
  };
  const { engine } = dialing;
  const audit = new AuditLog(pool, log.child({ component: 'audit' }));
  await audit.settle();
  const interruptedUploads = new InterruptedUploads(pool, live, log.child({ component: 'api' }));
  await interruptedUploads.settle();
  const callLog = new CallLog();
  const recordingsLog = log.child({ component: 'recordings' });
  const amdRecordings = new AmdRecordings(pool, callLog, config.AMD_RECORDING_DAYS, recordingsLog);
  await amdRecordings.sweep();
  const services: Services = {
    amdRecordings,
    audit,
    agentReports: new AgentReportService(dialing.agentReports, sessions, userHasRole(pool, REPORTER_ROLES), () =>
      dialing.installation.settled(),
    ),
    callability: new LeadCallabilityReader(engine),
    callLog,
    campaignControl: new CampaignControl(engine, live),
    campaigns: new CampaignService(live, config.TIME_ZONE),
    counters: new CampaignCountersReader(engine),
    dialerPorts: new DialerPortService(installationChanged),
    dncImport: new DncImport(loadingPool),
    doNotCall: new DoNotCallService(dialing.dncServices, installationChanged),
    engine,
    groups: new GroupService(),
    installation: new LiveInstallation(engine, dialing.telephony, dialing.queues, dialing.dncServices),
    leadImport: new LeadImport(pool, loadingPool, live),
    leads: new LeadService(live),
    logFiles: new LogFiles(logDir(config)),
    queues: new QueueService(installationChanged, { osccEnabled: config.OSCC_ENABLED }),
    rejectedRows: new RejectedRows(),
    schedules: new ScheduleService(live),
    scheduleStatus: new ScheduleStatusReader(engine),
    sessions: new SessionService(sessions, new LoginThrottle()),
    trunks: new TrunkService(installationChanged),
    users: new UserService(sessions),
    voicemailMessages: new VoicemailMessages(live),
    server: { version, lab: options.lab ?? false },
  };
  const isTrustedProxy = trustedProxies(config.TRUSTED_PROXIES ?? []);
  const contexts = new ContextFactory(orm, sessions, services, topics, isTrustedProxy);
  const api = await startApi({
    host: config.HTTP_HOST,
    port: config.TLS_CERT_FILE === undefined ? config.HTTP_PORT : config.HTTPS_PORT,
    readTls: certificateReader(config.TLS_CERT_FILE, config.TLS_KEY_FILE),
    schema: await createSchema(),
    contexts,
    isTrustedProxy,
    introspection: config.INTROSPECTION,
    consoleDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    uploadMaxBytes: config.UPLOAD_MAX_MEGABYTES * 1_000_000,
    routes: (express) => {
      health(contexts, {
        pingDatabase: () => pool.query('select 1'),
        engine: () => engine.status(),
        metrics,
        metricsToken: config.METRICS_TOKEN,
      })(express);
      downloads(contexts)(express);
      // Others who ask do not take the engine's connections.
      doNotCall(new PostgresDncList(pool, systemClock, log.child({ component: 'api' })))(express);
    },
    log: log.child({ component: 'api' }),
  });
  metrics.watch({
    engine: () => engine.status(),
    lines: () => dialing.telephony.lines(),
    dialing: () => dialing.vitals(),
    pools: { plain: pool, loading: loadingPool, api: await orm.em.getConnection().getNativeClient() },
    webSockets: () => api.webSockets(),
    connections: () => api.connections(),
  });
  dialing.engine.start();

  const closeAll = async (): Promise<number> => {
    // Who watches sees the calls in flight come to their ends.
    const leftOpen = await dialing.drain();
    topics.endAll();
    await api.close();
    audit.stop();
    interruptedUploads.stop();
    amdRecordings.stop();
    metrics.close();
    const connectionsEnd = Promise.all([pool.end(), loadingPool.end(), dialing.close()]).then(() => orm.close(true));
    // Connections to a database that is away may never end.
    await Promise.race([connectionsEnd, setTimeout(CONNECTIONS_PATIENCE_MS, undefined, { ref: false })]);
    return leftOpen;
  };
  return {
    ...{ url: api.url, generatedPassword, orm, services, events },
    engineLost: dialing.lost,
    close: () => (closing ??= closeAll()),
  };
}

function openDialing(settings: DialingSettings, listeners: DialingListeners, ownThread: boolean): Promise<Dialing> {
  return ownThread ? startThreadedDialing(settings, listeners) : startDialing(settings, listeners);
}

/** Whether a user is there, is enabled, and has one of the roles. */
function userHasRole(pool: Pool, roles: readonly Role[]): (userId: string) => Promise<boolean> {
  return async (userId) => {
    const { rowCount } = await pool.query('select from app_user where id = $1 and enabled and role = any ($2)', [
      userId,
      roles,
    ]);
    return rowCount === 1;
  };
}

function productVersion(): string {
  return (createRequire(import.meta.url)('../package.json') as { version: string }).version;
}
