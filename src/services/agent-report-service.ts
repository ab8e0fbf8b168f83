import type { EntityManager } from '@mikro-orm/postgresql';
import type { Sessions } from '../auth/sessions.js';
import type { Viewer } from '../auth/viewer.js';
import type { AgentReportSink, ReportedAgent, ReportedCount } from '../engine/contracts/agent-report.js';
import type { AgentState } from '../engine/domain/agent-state.js';
import { Role } from '../entities/enums.js';
import { Queue } from '../entities/queue.js';
import { AppError, ErrorCode } from '../errors.js';
import { InputCheck } from './input-check.js';

export interface AgentStatesInput {
  readonly sequence: number;
  readonly ttlSeconds: number;
  readonly mode: 'CHANGES' | 'SNAPSHOT';
  readonly agents: readonly AgentStateValue[];
  readonly counts: readonly ReportedCount[];
}

interface AgentStateValue {
  readonly agentId: string;
  readonly queueIds: readonly string[];
  readonly state: AgentState;
  readonly displayName?: string | null;
  readonly extension?: string | null;
  readonly reason?: string | null;
  readonly since?: Date | null;
  readonly readyAt?: Date | null;
}

/** Roles that may report, and that a queue's reporter must have. */
export const REPORTER_ROLES: readonly Role[] = [Role.MASTER, Role.CAMPAIGN_ADMINISTRATOR];

/** Agents that one reporter can have: many more than any contact centre, few enough to hold in memory. */
const MAX_AGENTS = 20_000;

/**
 * Takes reports of an integrator's own contact centre (`setAgentStates`). A report is taken as a whole or not at all.
 * Sequence numbers are kept in the database, so that a late report does not undo a newer one after a restart either.
 */
export class AgentReportService {
  constructor(
    private readonly sink: AgentReportSink,
    sessions: Sessions,
    private readonly isReporter: (userId: string) => Promise<boolean>,
    /** Resolves when queues that were configured before the call are known to the engine. */
    private readonly queuesKnown: () => Promise<void>,
  ) {
    sessions.whenEnded(({ userId }) => void this.forgetUnlessReporter(userId));
  }

  /** All queues whose reporter the viewer is, by name. */
  async report(em: EntityManager, viewer: Viewer, input: AgentStatesInput): Promise<Queue[]> {
    const reporterId = viewer.userId;
    const queues = (await em.find(Queue, {}, { orderBy: { name: 'asc', id: 'asc' } })).filter(
      ({ agentSource }) => agentSource.kind === 'PUSH' && agentSource.reporterId === reporterId,
    );
    checkReport(input, new Set(queues.map(({ id }) => id)));
    if (input.mode !== 'SNAPSHOT' && (await this.sink.needsSnapshot(reporterId))) {
      throw refused(
        'The first report after a restart must be a SNAPSHOT: what was reported before is not known any more.',
        await lastSequence(em, reporterId),
        { snapshotRequired: true },
      );
    }
    // The answer shows the queues as they are after the report, a queue that is a moment old included.
    await this.queuesKnown();
    const isTaken =
      (await advance(em, reporterId, input.sequence)) &&
      (await this.sink.take(reporterId, {
        sequence: input.sequence,
        ttlMs: input.ttlSeconds * 1000,
        mode: input.mode,
        agents: input.agents.map(reportedAgent),
        counts: input.counts,
      }));
    if (!isTaken) {
      const last = await lastSequence(em, reporterId);
      throw refused(`The sequence number ${input.sequence} is not above ${last}, that of the last report.`, last);
    }
    return queues;
  }

  /** Rights that end take effect at once, not when the time to live is over. */
  private async forgetUnlessReporter(userId: string): Promise<void> {
    if (await this.sink.needsSnapshot(userId)) return;
    const isReporter = await this.isReporter(userId).catch(() => false);
    if (!isReporter) await this.sink.forget(userId);
  }
}

function checkReport(input: AgentStatesInput, queueIds: ReadonlySet<string>): void {
  const check = new InputCheck();
  check.range('input.ttlSeconds', input.ttlSeconds, 5, 3600);
  const { agents, counts } = input;
  check.require(agents.length <= MAX_AGENTS, 'input.agents', `${agents.length} agents; ${MAX_AGENTS} are allowed`);
  check.throwIfAny();
  const requireOwn = (path: string, id: string): void => {
    check.require(queueIds.has(id), path, `you are not the reporter of a queue ${JSON.stringify(id)}`);
  };
  const places = new Map<string, number>();
  for (const [index, agent] of agents.entries()) {
    const path = `input.agents[${index}]`;
    const first = places.get(agent.agentId);
    places.set(agent.agentId, first ?? index);
    check.notBlank(`${path}.agentId`, agent.agentId);
    check.require(
      first === undefined,
      `${path}.agentId`,
      `${agent.agentId} is that of input.agents[${first ?? 0}] too`,
    );
    check.require(agent.queueIds.length > 0, `${path}.queueIds`, 'must name at least one queue');
    for (const [place, id] of agent.queueIds.entries()) requireOwn(`${path}.queueIds[${place}]`, id);
    for (const name of ['displayName', 'extension', 'reason'] as const) check.text(`${path}.${name}`, agent[name], 200);
  }
  const counted = new Set<string>();
  for (const [index, { queueId, capacity, free }] of counts.entries()) {
    const path = `input.counts[${index}]`;
    requireOwn(`${path}.queueId`, queueId);
    check.require(!counted.has(queueId), `${path}.queueId`, 'the queue is counted twice');
    counted.add(queueId);
    check.require(capacity >= 0, `${path}.capacity`, `${capacity} is not allowed: 0 or more`);
    check.require(free >= 0 && free <= capacity, `${path}.free`, `${free} is not allowed: 0 to ${capacity}`);
  }
  check.throwIfAny();
}

function reportedAgent(agent: AgentStateValue): ReportedAgent {
  const { agentId, state, displayName, extension, reason, since, readyAt } = agent;
  return {
    agentId,
    state,
    queueIds: [...new Set(agent.queueIds)],
    ...(displayName != null && { displayName }),
    ...(extension != null && { extension }),
    ...(reason != null && { reason }),
    ...(since != null && { since }),
    ...(readyAt != null && { readyAt }),
  };
}

/** False if a report with this number or a higher one came before. Of two at the same time the later one waits. */
async function advance(em: EntityManager, reporterId: string, sequence: number): Promise<boolean> {
  const rows = await em.execute<object[]>(
    `insert into agent_report (user_id, last_sequence) values (?, ?)
     on conflict (user_id) do update set last_sequence = excluded.last_sequence
       where agent_report.last_sequence < excluded.last_sequence
     returning user_id`,
    [reporterId, sequence],
  );
  return rows.length > 0;
}

/** Null if there was none. */
async function lastSequence(em: EntityManager, reporterId: string): Promise<number | null> {
  const rows = await em.execute<{ last_sequence: number }[]>(
    'select last_sequence from agent_report where user_id = ?',
    [reporterId],
  );
  return rows[0]?.last_sequence ?? null;
}

function refused(message: string, last: number | null, more: Readonly<Record<string, unknown>> = {}): AppError {
  return new AppError(ErrorCode.CONFLICT, message, { lastSequence: last, ...more });
}
