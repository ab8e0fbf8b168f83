import { readFile } from 'node:fs/promises';
import { certificateReader, followCertificate } from '../certificate-files.js';
import { openPool } from '../database/pool.js';
import { ConfiguredAgentSources } from '../engine/agents/agent-sources.js';
import { AgentReports } from '../engine/agents/push-source.js';
import type { AgentSources } from '../engine/contracts/agent-source.js';
import type { EngineEvents } from '../engine/contracts/engine-events.js';
import type { Log } from '../engine/contracts/log.js';
import type { Telephony } from '../engine/contracts/telephony.js';
import { ConfiguredDncServices } from '../engine/dnc/configured-dnc-services.js';
import { createDetection } from '../engine/domain/amd/greeting-detection.js';
import { createEngine, type Engine } from '../engine/index.js';
import { createAmdDetectors } from '../engine/media/amd-detectors.js';
import { createRtpSessions } from '../engine/media/rtp-session.js';
import { PostgresAmdRecordings } from '../engine/postgres/amd-recordings.js';
import { PostgresAttemptStore } from '../engine/postgres/attempt-store.js';
import { PostgresCampaignStore } from '../engine/postgres/campaign-store.js';
import { PostgresConversationStore } from '../engine/postgres/conversation-store.js';
import { PostgresDncList } from '../engine/postgres/dnc-list.js';
import { PostgresInstanceLease } from '../engine/postgres/instance-lease.js';
import { PostgresLeadStore } from '../engine/postgres/lead-store.js';
import { PostgresVoicemailMessages } from '../engine/postgres/voicemail-messages.js';
import { createSipTelephony } from '../engine/sip/telephony.js';
import { InstallationSync } from '../installation.js';
import { systemClock } from '../system-clock.js';
import { type AttemptTally, tallied, talliedCalls } from './attempt-tally.js';
import type { Dialing, DialingSettings } from './dialing.js';

export interface DialingListeners {
  readonly log: Log;
  readonly events: EngineEvents;
  readonly tally: AttemptTally;
}

/** The engine in this thread, which can also be listened to. */
export interface LocalDialing extends Dialing {
  readonly engine: Engine;
  readonly telephony: Telephony;
  readonly agentSources: AgentSources;
}

/** A statement of the engine takes milliseconds; after this time the database counts as away. */
const STATEMENT_TIMEOUT_MS = 15_000;

/** Makes the engine with its adapters, all of them in this thread. Rejects if an address cannot be bound. */
export async function startDialing(settings: DialingSettings, listeners: DialingListeners): Promise<LocalDialing> {
  const { config, databaseUrl, poolSize } = settings;
  const { events, tally } = listeners;
  const log = listeners.log.child({ component: 'engine' });
  const clock = systemClock;
  const pool = openPool({ url: databaseUrl, poolSize, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  let isEnding = false;
  // A pool drops a connection that fails while it is idle; without a listener the error would end the process.
  pool.on('error', (error) => {
    if (!isEnding) log.warn({ err: error }, 'idle database connection lost');
  });
  const readCertificate = certificateReader(config.SIP_TLS_CERT_FILE, config.SIP_TLS_KEY_FILE);
  const certificate = await readCertificate?.();
  const { SIP_TLS_CA_FILE: authoritiesFile } = config;
  const telephony = await createSipTelephony({
    clock,
    log: listeners.log.child({ component: 'sip' }),
    media: createRtpSessions({ clock, log, hosts: config.SIP_HOST, portRange: config.RTP_PORTS }),
    localHosts: config.SIP_HOST,
    ...(config.SIP_ADVERTISED_HOST && { advertisedHosts: config.SIP_ADVERTISED_HOST }),
    sipPort: config.SIP_PORT,
    tls: {
      port: config.SIP_TLS_PORT,
      ...(certificate && { certificate }),
      ...(authoritiesFile !== undefined && { authorities: await readFile(authoritiesFile, 'utf8') }),
    },
    userAgent: settings.userAgent,
    awaitEarlierCalls: true,
  });
  const endRenewal =
    readCertificate &&
    certificate &&
    followCertificate({
      ...{ clock, log, of: 'SIP', present: certificate, read: readCertificate },
      use: (renewed) => telephony.useCertificate(renewed),
    });
  const reports = new AgentReports(clock);
  const agentSources = new ConfiguredAgentSources(clock, reports, telephony.dialogs, log, {
    osccEnabled: config.OSCC_ENABLED,
  });
  const dncServices = new ConfiguredDncServices(new PostgresDncList(pool, clock, log));
  const installation = new InstallationSync(pool, telephony, agentSources, dncServices, log);
  await installation.start();
  const attempts = new PostgresAttemptStore(pool, clock, log);
  const engine = createEngine({
    clock,
    log,
    telephony: talliedCalls(telephony, tally),
    conversations: new PostgresConversationStore(pool),
    leads: new PostgresLeadStore(pool),
    attempts: tallied(attempts, tally),
    campaigns: new PostgresCampaignStore(pool),
    lease: new PostgresInstanceLease(databaseUrl),
    agentSources,
    dncServices,
    events,
    amdDetectors: createAmdDetectors({
      ...{ clock, log, createDetection },
      recordingSeconds: config.AMD_RECORDING_SECONDS,
    }),
    amdRecordings: new PostgresAmdRecordings(pool),
    voicemailMessages: new PostgresVoicemailMessages(pool),
    limits: { maxParallelCalls: config.MAX_PARALLEL_CALLS, maxCallsPerSecond: config.MAX_CALLS_PER_SECOND },
  });
  return {
    engine,
    telephony,
    agentSources,
    queues: {
      list: () => agentSources.list(),
      find: (queueId) => {
        const source = agentSources.forQueue(queueId);
        return source && { snapshot: source.snapshot(), health: source.health() };
      },
      agents: (queueId) => Promise.resolve(agentSources.forQueue(queueId)?.agents?.() ?? []),
    },
    agentReports: {
      needsSnapshot: (reporterId) => Promise.resolve(reports.needsSnapshot(reporterId)),
      take: (reporterId, report) => Promise.resolve(reports.take(reporterId, report)),
      forget: (reporterId) => {
        reports.forget(reporterId);
        return Promise.resolve();
      },
    },
    dncServices,
    installation,
    vitals: () => {
      const { totalCount, idleCount, waitingCount } = pool;
      return Promise.resolve({
        sipCounters: { ...telephony.counters },
        pool: { totalCount, idleCount, waitingCount },
      });
    },
    // What ends it would end the process.
    lost: new Promise(() => undefined),
    drain: async () => {
      isEnding = true;
      const leftOpen = await engine.drain();
      installation.stop();
      await agentSources.stop();
      dncServices.stop();
      reports.stop();
      attempts.stop();
      endRenewal?.();
      await telephony.close();
      return leftOpen;
    },
    close: () => pool.end(),
  };
}
