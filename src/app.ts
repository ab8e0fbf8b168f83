import { createRequire } from 'node:module';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { ContextFactory } from './api/context.js';
import { downloads } from './api/downloads.js';
import { TopicChanges } from './api/live-changes.js';
import { LiveEvents } from './api/live-events.js';
import { createSchema } from './api/schema.js';
import { startApi } from './api/server.js';
import { Topics } from './api/topics.js';
import { LoginThrottle } from './auth/login-throttle.js';
import { Sessions } from './auth/sessions.js';
import type { Config } from './config.js';
import { openDatabase, openPool } from './database/orm.js';
import { ConfiguredAgentSources } from './engine/agents/agent-sources.js';
import type { EngineEvents } from './engine/contracts/engine-events.js';
import type { Engine } from './engine/contracts/engine.js';
import type { Log } from './engine/contracts/log.js';
import { createEngine } from './engine/index.js';
import { createRtpSessions } from './engine/media/rtp-session.js';
import { PostgresAttemptStore } from './engine/postgres/attempt-store.js';
import { PostgresCampaignStore } from './engine/postgres/campaign-store.js';
import { PostgresInstanceLease } from './engine/postgres/instance-lease.js';
import { PostgresLeadStore } from './engine/postgres/lead-store.js';
import { createSipTelephony, type SipTelephony } from './engine/sip/telephony.js';
import { InstallationSync } from './installation.js';
import { prepareFirstStart } from './services/first-start.js';
import { CallLog } from './services/call-log.js';
import { CampaignControl } from './services/campaign-control.js';
import { CampaignCountersReader } from './services/campaign-counters.js';
import { CampaignService } from './services/campaign-service.js';
import { DialerPortService } from './services/dialer-port-service.js';
import { GroupService } from './services/group-service.js';
import type { Services } from './services/index.js';
import { LiveInstallation } from './services/installation-status.js';
import { LeadCallabilityReader } from './services/lead-callability.js';
import { LeadImport } from './services/lead-import.js';
import { LeadService } from './services/lead-service.js';
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
  const dialing = await startDialing(options, enginePool, events);
  const installationChanged = (): void => {
    void dialing.installation.changed().then(() => {
      dialing.engine.nudge();
    });
  };
  const { engine } = dialing;
  const services: Services = {
    callability: new LeadCallabilityReader(engine),
    callLog: new CallLog(),
    campaignControl: new CampaignControl(engine, live),
    campaigns: new CampaignService(live, config.TIME_ZONE),
    counters: new CampaignCountersReader(engine),
    dialerPorts: new DialerPortService(installationChanged),
    engine,
    groups: new GroupService(),
    installation: new LiveInstallation(dialing.engine, dialing.telephony, dialing.agentSources),
    leadImport: new LeadImport(pool, live),
    leads: new LeadService(live),
    queues: new QueueService(installationChanged),
    rejectedRows: new RejectedRows(),
    schedules: new ScheduleService(live),
    scheduleStatus: new ScheduleStatusReader(engine),
    sessions: new SessionService(sessions, new LoginThrottle()),
    trunks: new TrunkService(installationChanged),
    users: new UserService(sessions),
    server: { version: productVersion(), lab: options.lab ?? false },
  };
  const contexts = new ContextFactory(orm, sessions, services, topics);
  const api = await startApi({
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    schema: await createSchema(),
    contexts,
    introspection: config.INTROSPECTION,
    uploadMaxBytes: config.UPLOAD_MAX_MEGABYTES * 1_000_000,
    routes: downloads(contexts),
    log: log.child({ component: 'api' }),
  });
  dialing.engine.start();

  const closeAll = async (): Promise<void> => {
    // Who watches sees the calls in flight come to their ends.
    await dialing.drain();
    topics.endAll();
    await api.close();
    await Promise.all([pool.end(), enginePool.end()]);
    await orm.close(true);
  };
  return { url: api.url, generatedPassword, orm, services, events, close: () => (closing ??= closeAll()) };
}

interface Dialing {
  readonly engine: Engine;
  readonly telephony: SipTelephony;
  readonly agentSources: ConfiguredAgentSources;
  readonly installation: InstallationSync;
  drain(): Promise<void>;
}

async function startDialing(options: AppOptions, pool: Pool, events: EngineEvents): Promise<Dialing> {
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
  const agentSources = new ConfiguredAgentSources(clock);
  const installation = new InstallationSync(pool, telephony, agentSources, log);
  await installation.start();
  const attempts = new PostgresAttemptStore(pool, clock, log);
  const engine = createEngine({
    clock,
    log,
    telephony,
    leads: new PostgresLeadStore(pool),
    attempts,
    campaigns: new PostgresCampaignStore(pool),
    lease: new PostgresInstanceLease(databaseUrl),
    agentSources,
    // Do-not-call services are to come; a campaign that names one is not dialed: it fails closed.
    dncServices: { find: () => undefined },
    events,
    limits: { maxParallelCalls: config.MAX_PARALLEL_CALLS, maxCallsPerSecond: config.MAX_CALLS_PER_SECOND },
  });
  return {
    engine,
    telephony,
    agentSources,
    installation,
    drain: async () => {
      await engine.drain();
      installation.stop();
      agentSources.stop();
      attempts.stop();
      await telephony.close();
    },
  };
}

function productVersion(): string {
  return (createRequire(import.meta.url)('../package.json') as { version: string }).version;
}
