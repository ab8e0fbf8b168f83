import type { AgentReport, ReportedAgent, ReportedCount } from '../contracts/agent-report.js';
import type { AgentInfo, AgentSource, AgentSourceHealth, QueueSnapshot } from '../contracts/agent-source.js';
import type { Clock, Timer } from '../contracts/clock.js';
import { AgentSourceKind, type AgentState } from '../domain/agent-state.js';
import { countAgents } from './agent-counts.js';

interface KnownAgent extends ReportedAgent {
  readonly since: Date;
  /** The last snapshot did not name it: it is logged out, and the next snapshot that does not name it drops it. */
  readonly isMissing: boolean;
}

interface Reporter {
  readonly agents: Map<string, KnownAgent>;
  readonly counts: Map<string, ReportedCount>;
  /** Calls that were seen to be taken, by queue. */
  readonly callsSeen: Map<string, number>;
  readonly syncedSince: Date;
  lastSequence: number;
  lastSnapshotAt: Date;
  lastReportAt: Date;
  /** The time to live has passed without another report. */
  expiredAt: Date | undefined;
  expiry: Timer | undefined;
}

/** States in which an agent who was free a moment ago has been given a call. */
const taken: ReadonlySet<AgentState> = new Set<AgentState>(['RESERVED', 'RINGING', 'TALKING', 'HELD']);

/**
 * What the reporters have said, in memory (the `AgentReportSink` is made of it): after a restart each must send a snapshot first. A reporter speaks for any
 * number of queues; one that falls silent past its time to live leaves nobody free.
 */
export class AgentReports {
  private readonly reporters = new Map<string, Reporter>();
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(private readonly clock: Clock) {}

  needsSnapshot(reporterId: string): boolean {
    return !this.reporters.has(reporterId);
  }

  take(reporterId: string, report: AgentReport): boolean {
    const now = this.clock.now();
    const before = this.reporters.get(reporterId);
    if (before && report.sequence <= before.lastSequence) return false;
    if (!before && report.mode !== 'SNAPSHOT') return false;
    const reporter = before ?? newReporter(now);
    this.reporters.set(reporterId, reporter);
    reporter.lastSequence = report.sequence;
    reporter.lastReportAt = now;
    if (reporter.expiredAt) forgetStates(reporter);
    if (report.mode === 'SNAPSHOT') {
      reporter.lastSnapshotAt = now;
      logOutUnnamed(reporter, report, now);
    }
    for (const agent of report.agents) note(reporter, agent, now);
    for (const count of report.counts) noteCount(reporter, count);
    this.holdFor(reporterId, reporter, report.ttlMs);
    this.tell(reporterId);
    return true;
  }

  forget(reporterId: string): void {
    this.reporters.get(reporterId)?.expiry?.cancel();
    this.reporters.delete(reporterId);
    this.tell(reporterId);
  }

  of(reporterId: string): Readonly<Reporter> | undefined {
    return this.reporters.get(reporterId);
  }

  now(): Date {
    return this.clock.now();
  }

  onChanged(reporterId: string, changed: () => void): () => void {
    const listeners = this.listeners.get(reporterId) ?? new Set();
    listeners.add(changed);
    this.listeners.set(reporterId, listeners);
    return () => {
      listeners.delete(changed);
      if (listeners.size === 0) this.listeners.delete(reporterId);
    };
  }

  stop(): void {
    for (const { expiry } of this.reporters.values()) expiry?.cancel();
  }

  private holdFor(reporterId: string, reporter: Reporter, ttlMs: number): void {
    reporter.expiry?.cancel();
    reporter.expiredAt = undefined;
    reporter.expiry = this.clock.setTimer(ttlMs, () => {
      reporter.expiredAt = this.clock.now();
      this.tell(reporterId);
    });
  }

  private tell(reporterId: string): void {
    for (const changed of this.listeners.get(reporterId) ?? []) changed();
  }
}

/** The queue kind `push`: its share of what its reporter says. It counts exactly, and fails closed. */
export class PushSource implements AgentSource {
  readonly kind = AgentSourceKind.PUSH;
  private readonly createdAt: Date;

  constructor(
    private readonly queueId: string,
    private readonly reporterId: string,
    private readonly reports: AgentReports,
  ) {
    this.createdAt = reports.now();
  }

  snapshot(): QueueSnapshot {
    const reporter = this.reports.of(this.reporterId);
    const count = reporter?.counts.get(this.queueId);
    const { capacity = 0, free = 0 } = count ?? {};
    const isExpired = reporter?.expiredAt !== undefined;
    const agents = countAgents(this.agents());
    return {
      at: this.reports.now(),
      ...agents,
      loggedIn: agents.loggedIn + (isExpired ? 0 : capacity),
      free: agents.free + (isExpired ? 0 : free),
      busy: agents.busy + (isExpired ? 0 : capacity - free),
      unknown: agents.unknown + (isExpired ? capacity : 0),
      ...(count && { capacity }),
      exact: true,
      callsSeen: reporter?.callsSeen.get(this.queueId) ?? 0,
    };
  }

  agents(): readonly AgentInfo[] {
    const reporter = this.reports.of(this.reporterId);
    if (!reporter) return [];
    const { expiredAt } = reporter;
    return [...reporter.agents.values()]
      .filter(({ queueIds }) => queueIds.includes(this.queueId))
      .map((agent) => (expiredAt ? unknownSince(agent, expiredAt) : agent));
  }

  health(): AgentSourceHealth {
    const reporter = this.reports.of(this.reporterId);
    if (!reporter) {
      return {
        status: 'CONNECTING',
        since: this.createdAt,
        message: 'No report has come yet; the first is a SNAPSHOT',
      };
    }
    const { lastSnapshotAt: lastSyncAt, lastReportAt: lastEventAt, expiredAt, syncedSince } = reporter;
    const common = { lastSyncAt, lastEventAt };
    return expiredAt
      ? { status: 'STALE', since: expiredAt, ...common, message: 'The time to live of the last report has passed' }
      : { status: 'SYNCED', since: syncedSince, ...common };
  }

  onChanged(changed: () => void): () => void {
    return this.reports.onChanged(this.reporterId, changed);
  }

  start(): void {
    // Reports come by themselves.
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

function newReporter(now: Date): Reporter {
  return {
    ...{ agents: new Map(), counts: new Map(), callsSeen: new Map() },
    ...{ lastSequence: -Infinity, syncedSince: now, lastSnapshotAt: now, lastReportAt: now },
    ...{ expiredAt: undefined, expiry: undefined },
  };
}

function note(reporter: Reporter, reported: ReportedAgent, now: Date): void {
  const before = reporter.agents.get(reported.agentId);
  const isSame = before?.state === reported.state;
  const since = reported.since ?? (isSame ? before.since : now);
  reporter.agents.set(reported.agentId, { ...reported, since, isMissing: false });
  if (before?.state !== 'AVAILABLE' || !taken.has(reported.state)) return;
  // The agent was among the free ones of each of these queues, and is not any more.
  for (const queueId of before.queueIds) callsTaken(reporter, queueId, 1);
}

function noteCount(reporter: Reporter, count: ReportedCount): void {
  const before = reporter.counts.get(count.queueId);
  reporter.counts.set(count.queueId, count);
  if (!before) return;
  const freed = count.free - before.free;
  const occupied = count.capacity - count.free - (before.capacity - before.free);
  // Who logs in on a break, or logs out while free, has taken no call.
  callsTaken(reporter, count.queueId, Math.max(0, Math.min(occupied, -freed)));
}

function callsTaken(reporter: Reporter, queueId: string, calls: number): void {
  reporter.callsSeen.set(queueId, (reporter.callsSeen.get(queueId) ?? 0) + calls);
}

function logOutUnnamed(reporter: Reporter, { agents, counts }: AgentReport, now: Date): void {
  const named = new Set(agents.map(({ agentId }) => agentId));
  for (const agent of [...reporter.agents.values()]) {
    if (named.has(agent.agentId)) continue;
    if (agent.isMissing) reporter.agents.delete(agent.agentId);
    else {
      reporter.agents.set(agent.agentId, { ...identityOf(agent), state: 'LOGGED_OUT', since: now, isMissing: true });
    }
  }
  const counted = new Set(counts.map(({ queueId }) => queueId));
  for (const queueId of [...reporter.counts.keys()]) if (!counted.has(queueId)) reporter.counts.delete(queueId);
}

/** After the time to live a report of changes speaks of those alone whom it names; the others stay unknown. */
function forgetStates(reporter: Reporter): void {
  const since = reporter.expiredAt;
  if (!since) return;
  for (const agent of reporter.agents.values()) {
    reporter.agents.set(agent.agentId, unknownSince(agent, since));
  }
  reporter.counts.clear();
}

function unknownSince(agent: KnownAgent, since: Date): KnownAgent {
  return { ...identityOf(agent), state: 'UNKNOWN', since, isMissing: agent.isMissing };
}

/** Who it is, without what is true of one state only. */
function identityOf({ agentId, queueIds, displayName, extension }: KnownAgent) {
  return { agentId, queueIds, ...(displayName && { displayName }), ...(extension && { extension }) };
}
