import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { ContextFactory } from './api/context.js';
import { doNotCall } from './api/do-not-call.js';
import { downloads } from './api/downloads.js';
import { health } from './api/health.js';
import { TopicChanges } from './api/live-changes.js';
import { LiveEvents } from './api/live-events.js';
import { createSchema } from './api/schema.js';
import { startApi, type TlsFiles } from './api/server.js';
import { Topics } from './api/topics.js';
import { LoginThrottle } from './auth/login-throttle.js';
import { Sessions } from './auth/sessions.js';
import { type Config, logDir } from './config.js';
import { openDatabase, openPool } from './database/orm.js';
import { ConfiguredAgentSources } from './engine/agents/agent-sources.js';
import { AgentReports } from './engine/agents/push-source.js';
import type { EngineEvents } from './engine/contracts/engine-events.js';
import type { Engine } from './engine/contracts/engine.js';
import type { Log } from './engine/contracts/log.js';
import { ConfiguredDncServices } from './engine/dnc/configured-dnc-services.js';
import { createEngine } from './engine/index.js';
import { createRtpSessions } from './engine/media/rtp-session.js';
import { PostgresAttemptStore } from './engine/postgres/attempt-store.js';
import { PostgresCampaignStore } from './engine/postgres/campaign-store.js';
import { PostgresDncList } from './engine/postgres/dnc-list.js';
import { PostgresInstanceLease } from './engine/postgres/instance-lease.js';
import { PostgresLeadStore } from './engine/postgres/lead-store.js';
import { createSipTelephony, type SipTelephony } from './engine/sip/telephony.js';
import { InstallationSync } from './installation.js';
import { Metrics } from './metrics.js';
import type { Role } from './entities/enums.js';
import { AgentReportService, REPORTER_ROLES } from './services/agent-report-service.js';
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
import { LiveInstallation } from './services/installation-status.js';
import { LeadCallabilityReader } from './services/lead-callability.js';
import { LeadImport } from './services/lead-import.js';
import { LeadService } from './services/lead-service.js';
import { LogFiles } from './services/log-files.js';
import { QueueService } from './services/queue-service.js';
import { RejectedRows } from './services/rejected-rows.js';
import { ScheduleStatusReader } from './services/schedule-filter.js';
import { ScheduleService } from './services/schedule-service.js';
import { SessionService } from './services/session-service.js';
import { TrunkService } from './services/trunk-service.js';
import { UserService } from './services/user-service.js';
import { systemClock } from './system-clock.js';

export interface App {
  readonly url: string;
  /** Password of `master`, generated at the first start of an installation; to be printed once. */
  readonly generatedPassword: string | undefined;
  readonly orm: MikroORM;
  readonly services: Services;
  /** Where the engine tells what happens; whoever watches hears of it. */
  readonly events: EngineEvents;
  /** Drains: no new calls, those in flight finish; then everything closes. */
  close(): Promise<void>;
}

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  readonly databaseUrl: string;
  /** The lab is the carrier: said by `serverInfo`. */
  readonly lab?: boolean;
  /** For tests: SIP datagrams to lose. */
  readonly sipLoss?: { readonly rate: number; readonly random: () => number };
}

/** The composition root: the one place that names concrete adapters. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, log, databaseUrl } = options;
  // The engine has connections of its own: a busy API does not keep it waiting.
  const poolSize = Math.floor(config.DATABASE_POOL_SIZE / 4);
  const orm = await openDatabase({ url: databaseUrl, poolSize: config.DATABASE_POOL_SIZE - 2 * poolSize });
  const pool = openPool({ url: databaseUrl, poolSize });
  const enginePool = openPool({ url: databaseUrl, poolSize });
  let closing: Promise<void> | undefined;
  // A pool drops a connection that fails while it is idle; without a listener the error would end the process.
  for (const each of [pool, enginePool]) {
    each.on('error', (error) => {
      if (!closing) log.warn({ err: error }, 'idle database connection lost');
    });
  }
  const generatedPassword = await prepareFirstStart(orm.em.fork(), config.MASTER_PASSWORD);

  const topics = new Topics();
  const sessions = new Sessions(pool, config.SESSION_HOURS * 3_600_000);
  const live = new TopicChanges(topics);
  const events = new LiveEvents(topics);
  const metrics = new Metrics();
  const dialing = await startDialing(options, enginePool, events, metrics);
  const installationChanged = (): void => {
    void dialing.installation.changed().then(() => {
      dialing.engine.nudge();
    });
  };
  const { engine } = dialing;
  const audit = new AuditLog(pool, log.child({ component: 'audit' }));
  await audit.settle();
  const services: Services = {
    audit,
    agentReports: new AgentReportService(dialing.agentReports, sessions, userHasRole(pool, REPORTER_ROLES), () =>
      dialing.installation.settled(),
    ),
    callability: new LeadCallabilityReader(engine),
    callLog: new CallLog(),
    campaignControl: new CampaignControl(engine, live),
    campaigns: new CampaignService(live, config.TIME_ZONE),
    counters: new CampaignCountersReader(engine),
    dialerPorts: new DialerPortService(installationChanged),
    dncImport: new DncImport(pool),
    doNotCall: new DoNotCallService(dialing.dncServices, installationChanged),
    engine,
    groups: new GroupService(),
    installation: new LiveInstallation(engine, dialing.telephony, dialing.agentSources, dialing.dncServices),
    leadImport: new LeadImport(pool, live),
    leads: new LeadService(live),
    logFiles: new LogFiles(logDir(config)),
    queues: new QueueService(installationChanged),
    rejectedRows: new RejectedRows(),
    schedules: new ScheduleService(live),
    scheduleStatus: new ScheduleStatusReader(engine),
    sessions: new SessionService(sessions, new LoginThrottle()),
    trunks: new TrunkService(installationChanged),
    users: new UserService(sessions),
    server: { version: productVersion(), lab: options.lab ?? false },
  };
  const tls = await readTls(config);
  const contexts = new ContextFactory(orm, sessions, services, topics);
  const api = await startApi({
    host: config.HTTP_HOST,
    port: tls ? config.HTTPS_PORT : config.HTTP_PORT,
    tls,
    schema: await createSchema(),
    contexts,
    introspection: config.INTROSPECTION,
    uploadMaxBytes: config.UPLOAD_MAX_MEGABYTES * 1_000_000,
    routes: (express) => {
      health(contexts, {
        pingDatabase: () => pool.query('select 1'),
        engine: () => engine.status(),
        metrics,
      })(express);
      downloads(contexts)(express);
      doNotCall(dialing.dncList)(express);
    },
    log: log.child({ component: 'api' }),
  });
  metrics.watch({
    engine: () => engine.status(),
    lines: () => dialing.telephony.lines(),
    sipCounters: () => dialing.telephony.counters,
    pools: { engine: enginePool, plain: pool, api: await orm.em.getConnection().getNativeClient() },
    webSockets: () => api.webSockets(),
    connections: () => api.connections(),
  });
  dialing.engine.start();

  const closeAll = async (): Promise<void> => {
    // Who watches sees the calls in flight come to their ends.
    await dialing.drain();
    topics.endAll();
    await api.close();
    audit.stop();
    metrics.close();
    await Promise.all([pool.end(), enginePool.end()]);
    await orm.close(true);
  };
  return { url: api.url, generatedPassword, orm, services, events, close: () => (closing ??= closeAll()) };
}

interface Dialing {
  readonly engine: Engine;
  readonly telephony: SipTelephony;
  readonly agentReports: AgentReports;
  readonly agentSources: ConfiguredAgentSources;
  readonly dncList: PostgresDncList;
  readonly dncServices: ConfiguredDncServices;
  readonly installation: InstallationSync;
  drain(): Promise<void>;
}

async function startDialing(options: AppOptions, pool: Pool, events: EngineEvents, metrics: Metrics): Promise<Dialing> {
  const { config, databaseUrl } = options;
  const log = options.log.child({ component: 'engine' });
  const clock = systemClock;
  const telephony = await createSipTelephony({
    clock,
    log: options.log.child({ component: 'sip' }),
    media: createRtpSessions({ clock, log, host: config.SIP_HOST, portRange: config.RTP_PORTS }),
    localHost: config.SIP_HOST,
    sipPort: config.SIP_PORT,
    userAgent: `Outdial/${productVersion()}`,
    ...(options.sipLoss && { loss: options.sipLoss }),
  });
  const agentReports = new AgentReports(clock);
  const agentSources = new ConfiguredAgentSources(clock, agentReports);
  const dncList = new PostgresDncList(pool, clock, log);
  const dncServices = new ConfiguredDncServices(dncList);
  const installation = new InstallationSync(pool, telephony, agentSources, dncServices, log);
  await installation.start();
  const attempts = new PostgresAttemptStore(pool, clock, log);
  const engine = createEngine({
    clock,
    log,
    telephony,
    leads: new PostgresLeadStore(pool),
    attempts: metrics.counting(attempts),
    campaigns: new PostgresCampaignStore(pool),
    lease: new PostgresInstanceLease(databaseUrl),
    agentSources,
    dncServices,
    events,
    limits: { maxParallelCalls: config.MAX_PARALLEL_CALLS, maxCallsPerSecond: config.MAX_CALLS_PER_SECOND },
  });
  return {
    engine,
    telephony,
    agentReports,
    agentSources,
    dncList,
    dncServices,
    installation,
    drain: async () => {
      await engine.drain();
      installation.stop();
      agentSources.stop();
      dncServices.stop();
      agentReports.stop();
      attempts.stop();
      await telephony.close();
    },
  };
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

async function readTls({ TLS_CERT_FILE, TLS_KEY_FILE }: Config): Promise<TlsFiles | undefined> {
  if (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined) return undefined;
  const [cert, key] = await Promise.all([readFile(TLS_CERT_FILE, 'utf8'), readFile(TLS_KEY_FILE, 'utf8')]);
  return { cert, key };
}

function productVersion(): string {
  return (createRequire(import.meta.url)('../package.json') as { version: string }).version;
}
