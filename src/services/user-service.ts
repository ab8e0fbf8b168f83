import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import { groupAccess } from '../auth/group-access.js';
import { hashPassword } from '../auth/passwords.js';
import type { Sessions } from '../auth/sessions.js';
import type { Viewer } from '../auth/viewer.js';
import { Role } from '../entities/enums.js';
import { Group } from '../entities/group.js';
import { User } from '../entities/user.js';
import { AppError, conflict, ErrorCode, notFound } from '../errors.js';
import { InputCheck, isId, requireVersion, rethrowTaken } from './input-check.js';
import { checkPassword } from './session-service.js';

export interface NewUser {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
  readonly groupIds: readonly string[];
  readonly mustChangePassword: boolean;
}

export interface UserEdit {
  readonly username?: string | null;
  readonly role?: Role | null;
  readonly groupIds?: readonly string[] | null;
  readonly enabled?: boolean | null;
}

/**
 * Users, their roles and their groups (product.md, Roles). What changes a user's rights ends the user's sessions in the
 * same transaction, and the open WebSockets right after it.
 */
export class UserService {
  constructor(private readonly sessions: Sessions) {}

  async find(em: EntityManager, viewer: Viewer, id: string): Promise<User> {
    const user = isId(id) ? await em.findOne(User, { $and: [{ id }, groupAccess.users(viewer)] }) : null;
    if (!user) throw notFound('user', id);
    return user;
  }

  async create(em: EntityManager, viewer: Viewer, input: NewUser): Promise<User> {
    forbidMaking(viewer, input.role);
    const check = new InputCheck();
    check.notBlank('input.username', input.username);
    checkPassword(check, 'input.password', input.password);
    check.require(
      viewer.role === Role.MASTER || input.groupIds.length > 0,
      'input.groupIds',
      'must name at least one of your groups: a user without one is nobody that you manage',
    );
    const groups = await findGroups(em, viewer, check, input.groupIds);
    check.throwIfAny();

    const now = new Date();
    const user = em.create(User, {
      id: uuidv7(),
      version: 1,
      username: input.username.trim(),
      role: input.role,
      enabled: true,
      mustChangePassword: input.mustChangePassword,
      passwordHash: await hashPassword(input.password),
      createdAt: now,
      updatedAt: now,
    });
    user.groups.set(groups);
    await flushNamed(em, user.username);
    return user;
  }

  async update(em: EntityManager, viewer: Viewer, id: string, version: number, edit: UserEdit): Promise<User> {
    if (edit.role != null) forbidMaking(viewer, edit.role);
    const check = new InputCheck();
    check.noNulls('input', edit);
    check.notBlank('input.username', edit.username);
    const groups = edit.groupIds == null ? undefined : await findGroups(em, viewer, check, edit.groupIds);
    check.throwIfAny();

    const { user, finish } = await em.transactional(async (tx) => {
      const user = await this.lock(tx, viewer, id);
      requireVersion(user.version, version);
      const wasActiveMaster = isActiveMaster(user);
      const rightsBefore = rightsOf(user);
      if (edit.username != null) user.username = edit.username.trim();
      if (edit.role != null) user.role = edit.role;
      if (edit.enabled != null) user.enabled = edit.enabled;
      if (groups) {
        const untouched = user.groups.getItems().filter((group) => !groupAccess.maySee(viewer, group.id));
        user.groups.set([...untouched, ...groups.map((group) => tx.getReference(Group, group.id))]);
      }
      if (wasActiveMaster && !isActiveMaster(user)) {
        await requireAnotherMaster(tx, user.id, user.role === Role.MASTER ? 'input.enabled' : 'input.role');
      }
      user.updatedAt = new Date();
      await flushNamed(tx, user.username);
      const isSame = rightsOf(user) === rightsBefore;
      return { user, finish: isSame ? undefined : await this.sessions.end(tx, user.id) };
    });
    finish?.();
    return user;
  }

  async delete(em: EntityManager, viewer: Viewer, id: string): Promise<string> {
    const finish = await em.transactional(async (tx) => {
      const user = await this.lock(tx, viewer, id);
      if (user.id === viewer.userId) throw new AppError(ErrorCode.FORBIDDEN, 'Nobody can delete themselves.');
      if (isActiveMaster(user)) await requireAnotherMaster(tx, user.id, 'input.id');
      const finish = await this.sessions.end(tx, user.id);
      await tx.nativeDelete(User, { id: user.id });
      return finish;
    });
    finish();
    return id;
  }

  /** Of anybody, oneself included; that only a `MASTER` may do it is said at the operation. */
  async resetPassword(
    em: EntityManager,
    viewer: Viewer,
    id: string,
    password: string,
    mustChangePassword: boolean,
  ): Promise<User> {
    const check = new InputCheck();
    checkPassword(check, 'input.newPassword', password);
    check.throwIfAny();
    await this.find(em, viewer, id);
    const passwordHash = await hashPassword(password);
    const { user, finish } = await em.transactional(async (tx) => {
      const user = await this.lock(tx, viewer, id);
      Object.assign(user, { passwordHash, mustChangePassword, updatedAt: new Date() });
      await tx.flush();
      return { user, finish: await this.sessions.end(tx, user.id) };
    });
    finish();
    return user;
  }

  /**
   * The user as it is now, for a change that nobody else makes at the same time: two masters who delete or demote each
   * other at once would leave none. The row is locked as well, so that no session begins on what is about to end.
   */
  private async lock(tx: EntityManager, viewer: Viewer, id: string): Promise<User> {
    if (!isId(id)) throw notFound('user', id);
    await tx.execute("select pg_advisory_xact_lock(hashtext('outdial:users'))");
    const user = await tx.findOne(
      User,
      { $and: [{ id }, groupAccess.users(viewer)] },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    );
    if (!user) throw notFound('user', id);
    if (user.role === Role.MASTER && viewer.role !== Role.MASTER) {
      throw new AppError(ErrorCode.FORBIDDEN, `A ${viewer.role} cannot change or delete a MASTER.`);
    }
    await tx.populate(user, ['groups'], { refresh: true });
    return user;
  }
}

function forbidMaking(viewer: Viewer, role: Role): void {
  if (role !== Role.MASTER || viewer.role === Role.MASTER) return;
  throw new AppError(ErrorCode.FORBIDDEN, `A ${viewer.role} cannot make a MASTER.`);
}

/** Groups that do not exist, for the viewer, are problems of the input. */
async function findGroups(
  em: EntityManager,
  viewer: Viewer,
  check: InputCheck,
  ids: readonly string[],
): Promise<Group[]> {
  if (ids.length === 0) return [];
  const groups = await em.find(Group, { $and: [{ id: { $in: ids.filter(isId) } }, groupAccess.groups(viewer)] });
  const known = new Set(groups.map((group) => group.id));
  for (const [index, id] of ids.entries()) {
    const message = `there is no group with the id ${JSON.stringify(id)}`;
    check.require(known.has(id), `input.groupIds[${index}]`, message);
  }
  return groups;
}

/** One text for all that a session depends on. */
function rightsOf(user: User): string {
  const groupIds = user.groups.getItems().map((group) => group.id);
  return JSON.stringify([user.role, user.enabled, groupIds.sort()]);
}

function isActiveMaster(user: User): boolean {
  return user.role === Role.MASTER && user.enabled;
}

/** A disabled one does not count: it could not enable itself again. */
async function requireAnotherMaster(tx: EntityManager, userId: string, path: string): Promise<void> {
  if ((await tx.count(User, { role: Role.MASTER, enabled: true, id: { $ne: userId } })) > 0) return;
  throw conflict(path, 'the last enabled MASTER cannot be deleted, disabled or demoted');
}

async function flushNamed(em: EntityManager, username: string): Promise<void> {
  try {
    await em.flush();
  } catch (error) {
    rethrowTaken(error, 'app_user_username_key', 'input.username', username);
  }
}
