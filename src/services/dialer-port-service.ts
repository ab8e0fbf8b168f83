import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import { DialerPort } from '../entities/dialer-port.js';
import { AppError, ErrorCode, type FieldProblem } from '../errors.js';
import { InputCheck, isId } from './input-check.js';
import type { InstallationChanged } from './installation-changes.js';
import { checkSipPassword, checkSipUser } from './sip-input.js';
import { lockTrunk } from './trunk-service.js';

/** Ports in one mutation. */
const MAX_PORTS = 1000;

export interface NewDialerPort {
  readonly username: string;
  readonly password: string;
}

/** Dialer ports come and go many at a time: all of an input, or none. */
export class DialerPortService {
  constructor(private readonly installationChanged: InstallationChanged) {}

  /** In the order of the input. */
  async add(em: EntityManager, trunkId: string, ports: readonly NewDialerPort[]): Promise<DialerPort[]> {
    const check = new InputCheck();
    checkCount(check, 'input.ports', ports.length);
    const firstOf = new Map<string, number>();
    for (const [index, { username, password }] of ports.slice(0, MAX_PORTS).entries()) {
      checkSipUser(check, `input.ports[${index}].username`, username);
      checkSipPassword(check, `input.ports[${index}].password`, password);
      const first = firstOf.get(username);
      check.require(
        first === undefined,
        `input.ports[${index}].username`,
        `${JSON.stringify(username)} is that of input.ports[${first}] too`,
      );
      if (first === undefined) firstOf.set(username, index);
    }
    check.throwIfAny();

    const added = await em.transactional(async (tx) => {
      const trunk = await lockTrunk(tx, trunkId);
      check.require(
        trunk.channels === null,
        'input.trunkId',
        `the trunk ${JSON.stringify(trunk.name)} has channels; dialer ports need one with registration`,
      );
      check.throwIfAny();
      const taken = await tx.find(DialerPort, { trunk: trunk.id, username: { $in: [...firstOf.keys()] } });
      refuseTaken(taken.map((port) => ({ username: port.username, index: firstOf.get(port.username) ?? 0 })));
      const createdAt = new Date();
      const created = ports.map(({ username, password }) =>
        tx.create(DialerPort, { id: uuidv7(), trunk, username, password, createdAt }),
      );
      await tx.flush();
      return created;
    });
    this.installationChanged();
    return added;
  }

  /** Calls in flight on them finish first: the engine keeps what it needs for that. */
  async remove(em: EntityManager, ids: readonly string[]): Promise<string[]> {
    const check = new InputCheck();
    checkCount(check, 'input.ids', ids.length);
    check.throwIfAny();
    const wanted = [...new Set(ids)];
    await em.transactional(async (tx) => {
      const found = await tx.find(
        DialerPort,
        { id: { $in: wanted.filter(isId) } },
        { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } },
      );
      refuseUnknown(ids, new Set(found.map((port) => port.id)));
      await tx.nativeDelete(DialerPort, { id: { $in: wanted } });
    });
    this.installationChanged();
    return wanted;
  }
}

function checkCount(check: InputCheck, path: string, count: number): void {
  check.require(count >= 1 && count <= MAX_PORTS, path, `${count} entries; 1 to ${MAX_PORTS} are allowed`);
}

function refuseTaken(taken: readonly { readonly username: string; readonly index: number }[]): void {
  if (taken.length === 0) return;
  const fields: FieldProblem[] = taken
    .toSorted((a, b) => a.index - b.index)
    .map(({ username, index }) => ({
      path: `input.ports[${index}].username`,
      message: `${JSON.stringify(username)} is taken in this trunk`,
    }));
  throw new AppError(ErrorCode.CONFLICT, 'The trunk has ports with these user names already.', { fields });
}

function refuseUnknown(ids: readonly string[], known: ReadonlySet<string>): void {
  const fields: FieldProblem[] = ids
    .map((id, index) => ({ id, path: `input.ids[${index}]` }))
    .filter(({ id }) => !known.has(id))
    .map(({ id, path }) => ({ path, message: `there is no dialer port with the id ${JSON.stringify(id)}` }));
  if (fields.length > 0) throw new AppError(ErrorCode.NOT_FOUND, 'Some of the dialer ports do not exist.', { fields });
}
