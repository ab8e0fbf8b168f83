import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import { Campaign } from '../entities/campaign.js';
import { type CampaignType, TransferMode } from '../entities/enums.js';
import { type AgentSourceSettings, Queue } from '../entities/queue.js';
import { User } from '../entities/user.js';
import { conflict, notFound } from '../errors.js';
import { REPORTER_ROLES } from './agent-report-service.js';
import { InputCheck, isId, requireVersion, rethrowTaken } from './input-check.js';
import type { InstallationChanged } from './installation-changes.js';

/** An agent source as it is given: the one field that is set decides the kind. */
export interface AgentSourceValue {
  readonly oscc?: object | null;
  readonly asteriskAmi?: object | null;
  readonly sipDialog?: object | null;
  readonly push?: { readonly reporterId: string } | null;
  readonly fixed?: { readonly channels: number; readonly holdSeconds: number } | null;
}

export interface QueueEdit {
  readonly name?: string | null;
  readonly type?: CampaignType | null;
  readonly transferMode?: TransferMode | null;
  readonly transferTimeoutSeconds?: number | null;
  readonly agentSource?: AgentSourceValue | null;
}

export type NewQueue = { readonly [K in keyof QueueEdit]-?: NonNullable<QueueEdit[K]> };

/** Who takes the answered calls. The engine reads the queues again after every commit. */
export class QueueService {
  constructor(private readonly installationChanged: InstallationChanged) {}

  async create(em: EntityManager, input: NewQueue): Promise<Queue> {
    const { check, agentSource } = checkQueue(input);
    await checkReporter(em, check, agentSource);
    check.throwIfAny();
    // Without a problem there is a source.
    if (!agentSource) throw new Error('A queue without an agent source was accepted');
    const queue = em.create(Queue, {
      id: uuidv7(),
      version: 1,
      name: input.name.trim(),
      type: input.type,
      transferMode: input.transferMode,
      transferTimeoutSeconds: input.transferTimeoutSeconds,
      agentSource,
      agentSourceSecret: null,
      createdAt: new Date(),
      updatedAt: new Date(),
    });
    await flushNamed(em, queue.name);
    this.installationChanged();
    return queue;
  }

  async update(em: EntityManager, id: string, version: number, edit: QueueEdit): Promise<Queue> {
    const { check, agentSource } = checkQueue(edit);
    check.noNulls('input', edit);
    await checkReporter(em, check, agentSource);
    check.throwIfAny();
    const queue = await em.transactional(async (tx) => {
      const queue = await lockQueue(tx, id);
      requireVersion(queue.version, version);
      if (edit.type != null && edit.type !== queue.type) {
        await requireUnused(tx, id, 'input.type', 'the type cannot change while campaigns have the queue');
        queue.type = edit.type;
      }
      if (edit.name != null) queue.name = edit.name.trim();
      if (edit.transferMode != null) queue.transferMode = edit.transferMode;
      if (edit.transferTimeoutSeconds != null) queue.transferTimeoutSeconds = edit.transferTimeoutSeconds;
      if (agentSource) queue.agentSource = agentSource;
      queue.updatedAt = new Date();
      await flushNamed(tx, queue.name);
      return queue;
    });
    this.installationChanged();
    return queue;
  }

  async delete(em: EntityManager, id: string): Promise<string> {
    await em.transactional(async (tx) => {
      await lockQueue(tx, id);
      await requireUnused(tx, id, 'input.id', 'a campaign uses the queue');
      await tx.nativeDelete(Queue, { id });
    });
    this.installationChanged();
    return id;
  }
}

/** With the row locked no campaign can begin to use the queue: its foreign key waits. */
async function lockQueue(tx: EntityManager, id: string): Promise<Queue> {
  const queue = isId(id) ? await tx.findOne(Queue, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true }) : null;
  if (!queue) throw notFound('queue', id);
  return queue;
}

async function requireUnused(tx: EntityManager, id: string, path: string, message: string): Promise<void> {
  const count = await tx.count(Campaign, { queue: id });
  if (count > 0) throw conflict(path, `${message} (campaigns: ${count})`);
}

function checkQueue(edit: QueueEdit): { check: InputCheck; agentSource: AgentSourceSettings | undefined } {
  const check = new InputCheck();
  check.notBlank('input.name', edit.name);
  check.require(
    edit.transferMode !== TransferMode.REINVITE,
    'input.transferMode',
    'REINVITE, which is also the default, comes in a later version; give REFER for now',
  );
  check.range('input.transferTimeoutSeconds', edit.transferTimeoutSeconds, 5, 600);
  const agentSource = edit.agentSource ? readAgentSource(check, edit.agentSource) : undefined;
  return { check, agentSource };
}

/** Undefined if it is not acceptable, and then the check knows why. */
function readAgentSource(check: InputCheck, value: AgentSourceValue): AgentSourceSettings | undefined {
  const given = Object.entries(value).filter(([, settings]) => settings != null);
  const [only] = given;
  if (!only || given.length > 1) {
    const names = given.map(([name]) => name).join(', ') || 'none';
    check.require(false, 'input.agentSource', `exactly one source must be given, not ${names}`);
    return undefined;
  }
  const { fixed, push } = value;
  if (push) return { kind: 'PUSH', reporterId: push.reporterId.toLowerCase() };
  if (!fixed) {
    check.require(
      false,
      `input.agentSource.${only[0]}`,
      'this kind of source comes in a later version; give fixed or push',
    );
    return undefined;
  }
  const { channels, holdSeconds } = fixed;
  check.require(channels >= 1, 'input.agentSource.fixed.channels', `${channels} is not allowed: 1 or more`);
  check.range('input.agentSource.fixed.holdSeconds', holdSeconds, 1, 86_400);
  return { kind: 'FIXED', channels, holdSeconds };
}

/** Who cannot report would leave the queue without a free agent for ever. */
async function checkReporter(
  em: EntityManager,
  check: InputCheck,
  agentSource: AgentSourceSettings | undefined,
): Promise<void> {
  if (agentSource?.kind !== 'PUSH') return;
  const { reporterId } = agentSource;
  const reporter = isId(reporterId) ? await em.findOne(User, reporterId) : null;
  check.require(
    reporter !== null && REPORTER_ROLES.includes(reporter.role),
    'input.agentSource.push.reporterId',
    `${JSON.stringify(reporterId)} is not the id of a ${REPORTER_ROLES.join(' or ')}`,
  );
}

async function flushNamed(em: EntityManager, name: string): Promise<void> {
  try {
    await em.flush();
  } catch (error) {
    rethrowTaken(error, 'queue_name_key', 'input.name', name);
  }
}
