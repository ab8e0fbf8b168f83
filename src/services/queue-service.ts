import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import { Campaign } from '../entities/campaign.js';
import type { CampaignType, TransferMode } from '../entities/enums.js';
import { Queue } from '../entities/queue.js';
import { Trunk } from '../entities/trunk.js';
import { User } from '../entities/user.js';
import { conflict, notFound } from '../errors.js';
import { REPORTER_ROLES } from './agent-report-service.js';
import {
  type AgentSourceValue,
  isSameServer,
  readAgentSource,
  type ReadAgentSource,
  requireSecret,
} from './agent-source-input.js';
import { InputCheck, isId, requireVersion, rethrowTaken } from './input-check.js';
import type { InstallationChanged } from './installation-changes.js';

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
  constructor(
    private readonly installationChanged: InstallationChanged,
    private readonly options: { readonly osccEnabled: boolean },
  ) {}

  async create(em: EntityManager, input: NewQueue): Promise<Queue> {
    const { check, agentSource } = this.check(input);
    await checkReporter(em, check, agentSource);
    await checkTrunk(em, check, agentSource);
    if (agentSource) requireSecret(check, agentSource, false);
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
      agentSource: agentSource.settings,
      agentSourceSecret: agentSource.secret ?? null,
      createdAt: new Date(),
      updatedAt: new Date(),
    });
    await flushNamed(em, queue.name);
    this.installationChanged();
    return queue;
  }

  async update(em: EntityManager, id: string, version: number, edit: QueueEdit): Promise<Queue> {
    const { check, agentSource } = this.check(edit);
    check.noNulls('input', edit);
    await checkReporter(em, check, agentSource);
    await checkTrunk(em, check, agentSource);
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
      if (agentSource) replaceSource(check, queue, agentSource);
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

  private check(edit: QueueEdit): { check: InputCheck; agentSource: ReadAgentSource | undefined } {
    const check = new InputCheck();
    check.notBlank('input.name', edit.name);
    check.range('input.transferTimeoutSeconds', edit.transferTimeoutSeconds, 5, 600);
    const agentSource = edit.agentSource ? readAgentSource(check, edit.agentSource, this.options) : undefined;
    return { check, agentSource };
  }
}

function replaceSource(check: InputCheck, queue: Queue, source: ReadAgentSource): void {
  const stored = isSameServer(queue.agentSource, source.settings) ? queue.agentSourceSecret : null;
  requireSecret(check, source, stored !== null);
  check.throwIfAny();
  queue.agentSource = source.settings;
  queue.agentSourceSecret = source.secret ?? stored;
}

/** With the row locked no campaign can begin to use the queue: its foreign key waits. */
async function lockQueue(tx: EntityManager, id: string): Promise<Queue> {
  const queue = isId(id)
    ? await tx.findOne(Queue, id, {
        populate: ['agentSourceSecret'],
        lockMode: LockMode.PESSIMISTIC_WRITE,
        refresh: true,
      })
    : null;
  if (!queue) throw notFound('queue', id);
  return queue;
}

async function requireUnused(tx: EntityManager, id: string, path: string, message: string): Promise<void> {
  const count = await tx.count(Campaign, { queue: id });
  if (count > 0) throw conflict(path, `${message} (campaigns: ${count})`);
}

/** Who cannot report would leave the queue without a free agent for ever. */
async function checkReporter(
  em: EntityManager,
  check: InputCheck,
  agentSource: ReadAgentSource | undefined,
): Promise<void> {
  if (agentSource?.settings.kind !== 'PUSH') return;
  const { reporterId } = agentSource.settings;
  const reporter = isId(reporterId) ? await em.findOne(User, reporterId) : null;
  check.require(
    reporter !== null && REPORTER_ROLES.includes(reporter.role),
    'input.agentSource.push.reporterId',
    `${JSON.stringify(reporterId)} is not the id of a ${REPORTER_ROLES.join(' or ')}`,
  );
}

async function checkTrunk(
  em: EntityManager,
  check: InputCheck,
  agentSource: ReadAgentSource | undefined,
): Promise<void> {
  if (agentSource?.settings.kind !== 'SIP_DIALOG') return;
  const { trunkId } = agentSource.settings;
  check.require(
    isId(trunkId) && (await em.count(Trunk, { id: trunkId })) > 0,
    'input.agentSource.sipDialog.trunkId',
    `${JSON.stringify(trunkId)} is not the id of a trunk`,
  );
}

async function flushNamed(em: EntityManager, name: string): Promise<void> {
  try {
    await em.flush();
  } catch (error) {
    rethrowTaken(error, 'queue_name_key', 'input.name', name);
  }
}
