import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import { DialerPort } from '../entities/dialer-port.js';
import type { SipTransport } from '../entities/enums.js';
import { Trunk } from '../entities/trunk.js';
import { conflict, notFound } from '../errors.js';
import { InputCheck, isId, requireVersion, rethrowTaken } from './input-check.js';
import type { InstallationChanged } from './installation-changes.js';
import { checkSipPassword, checkSipServer, checkSipUser, type SipServerValue, storedServer } from './sip-input.js';

/** Servers that a trunk has at the most. */
const MAX_SERVERS = 16;

export interface TrunkEdit {
  readonly name?: string | null;
  readonly servers?: readonly SipServerValue[] | null;
  readonly transport?: SipTransport | null;
  readonly outboundProxy?: SipServerValue | null;
  readonly channels?: number | null;
  readonly username?: string | null;
  readonly password?: string | null;
  readonly maxCallsPerSecond?: number | null;
  readonly maxParallelCalls?: number | null;
}

export interface NewTrunk extends TrunkEdit {
  readonly name: string;
  readonly servers: readonly SipServerValue[];
  readonly transport: SipTransport;
}

/** Fields in which null has a meaning of its own. */
const NULLABLE = ['outboundProxy', 'channels', 'username', 'password', 'maxCallsPerSecond', 'maxParallelCalls'];

/** The ways to the telephone network. The engine reads them again after every commit. */
export class TrunkService {
  constructor(private readonly installationChanged: InstallationChanged) {}

  async create(em: EntityManager, input: NewTrunk): Promise<Trunk> {
    const check = checkTrunk(input);
    check.require(input.password == null || input.username != null, 'input.password', 'needs a user name');
    check.throwIfAny();
    const trunk = em.create(Trunk, {
      id: uuidv7(),
      version: 1,
      name: input.name.trim(),
      servers: input.servers.map(storedServer),
      transport: input.transport,
      outboundProxy: input.outboundProxy ? storedServer(input.outboundProxy) : null,
      channels: input.channels ?? null,
      username: input.username ?? null,
      password: input.password ?? null,
      maxCallsPerSecond: input.maxCallsPerSecond ?? null,
      maxParallelCalls: input.maxParallelCalls ?? null,
      createdAt: new Date(),
      updatedAt: new Date(),
    });
    await flushNamed(em, trunk.name);
    this.installationChanged();
    return trunk;
  }

  async update(em: EntityManager, id: string, version: number, edit: TrunkEdit): Promise<Trunk> {
    const check = checkTrunk(edit);
    check.noNulls('input', edit, NULLABLE);
    check.throwIfAny();
    const trunk = await em.transactional(async (tx) => {
      const trunk = await lockTrunk(tx, id);
      requireVersion(trunk.version, version);
      apply(trunk, edit);
      check.require(
        trunk.password === null || trunk.username !== null,
        edit.password == null ? 'input.username' : 'input.password',
        'a password needs a user name; give null for both to have none',
      );
      check.throwIfAny();
      if (trunk.channels !== null && (await tx.count(DialerPort, { trunk: id })) > 0) {
        throw conflict('input.channels', 'the trunk has dialer ports, which register; remove them first');
      }
      await flushNamed(tx, trunk.name);
      return trunk;
    });
    this.installationChanged();
    return trunk;
  }

  /** Its dialer ports go with it. Calls in flight finish. */
  async delete(em: EntityManager, id: string): Promise<string> {
    await em.transactional(async (tx) => {
      await lockTrunk(tx, id);
      const users = await tx.execute("select 1 from queue where agent_source ->> 'trunkId' = ? limit 1", [id]);
      if (users.length > 0) throw conflict('input.id', 'the agent source of a queue uses the trunk');
      await tx.nativeDelete(Trunk, { id });
    });
    this.installationChanged();
    return id;
  }
}

/** For a change that concerns the trunk as a whole: nobody else edits it, or adds ports to it, meanwhile. */
export async function lockTrunk(tx: EntityManager, id: string): Promise<Trunk> {
  const trunk = isId(id)
    ? await tx.findOne(Trunk, id, { populate: ['password'], lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true })
    : null;
  if (!trunk) throw notFound('trunk', id);
  return trunk;
}

function checkTrunk(edit: TrunkEdit): InputCheck {
  const check = new InputCheck();
  check.notBlank('input.name', edit.name);
  if (edit.servers) {
    const count = edit.servers.length;
    check.require(
      count >= 1 && count <= MAX_SERVERS,
      'input.servers',
      `${count} servers; 1 to ${MAX_SERVERS} are allowed`,
    );
    for (const [index, server] of edit.servers.slice(0, MAX_SERVERS).entries()) {
      checkSipServer(check, `input.servers[${index}]`, server);
    }
  }
  if (edit.outboundProxy) checkSipServer(check, 'input.outboundProxy', edit.outboundProxy);
  check.require((edit.channels ?? 1) >= 1, 'input.channels', `${edit.channels} is not allowed: 1 or more`);
  checkSipUser(check, 'input.username', edit.username);
  checkSipPassword(check, 'input.password', edit.password);
  check.above0('input.maxCallsPerSecond', edit.maxCallsPerSecond);
  check.range('input.maxParallelCalls', edit.maxParallelCalls, 1, 1_000_000);
  return check;
}

/** Absent stays as it is; null is told from absent. */
function apply(trunk: Trunk, edit: TrunkEdit): void {
  if (edit.name != null) trunk.name = edit.name.trim();
  if (edit.servers != null) trunk.servers = edit.servers.map(storedServer);
  if (edit.transport != null) trunk.transport = edit.transport;
  if (edit.outboundProxy !== undefined) {
    trunk.outboundProxy = edit.outboundProxy === null ? null : storedServer(edit.outboundProxy);
  }
  if (edit.channels !== undefined) trunk.channels = edit.channels;
  if (edit.username !== undefined) trunk.username = edit.username;
  if (edit.password !== undefined) trunk.password = edit.password;
  if (edit.maxCallsPerSecond !== undefined) trunk.maxCallsPerSecond = edit.maxCallsPerSecond;
  if (edit.maxParallelCalls !== undefined) trunk.maxParallelCalls = edit.maxParallelCalls;
  trunk.updatedAt = new Date();
}

async function flushNamed(em: EntityManager, name: string): Promise<void> {
  try {
    await em.flush();
  } catch (error) {
    rethrowTaken(error, 'trunk_name_key', 'input.name', name);
  }
}
