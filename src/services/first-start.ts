import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import { generatePassword, hashPassword } from '../auth/passwords.js';
import { Role } from '../entities/enums.js';
import { Group } from '../entities/group.js';
import { User } from '../entities/user.js';
import { InputCheck } from './input-check.js';
import { checkPassword } from './session-service.js';

export const DEFAULT_GROUP = 'Default Dialer Group';
export const MASTER_USERNAME = 'master';

/**
 * A new installation has one group and one user, `master` (product.md, Roles). Returns the password if it was generated:
 * it is to be printed once, and must be changed at the first login. Undefined if there was nothing to do, or if it was
 * given.
 */
export async function prepareFirstStart(em: EntityManager, givenPassword?: string): Promise<string | undefined> {
  return em.transactional(async (tx) => {
    // Two processes that start at once on an empty database: the second waits here, and finds it done.
    await tx.execute("select pg_advisory_xact_lock(hashtext('outdial:first-start'))");
    if ((await tx.count(User)) > 0) return undefined;
    if (givenPassword !== undefined) {
      const check = new InputCheck();
      checkPassword(check, 'MASTER_PASSWORD', givenPassword);
      check.throwIfAny();
    }
    const password = givenPassword ?? generatePassword();
    const now = new Date();
    const common = { version: 1, enabled: true, createdAt: now, updatedAt: now };
    if ((await tx.count(Group)) === 0) {
      tx.create(Group, { id: uuidv7(), name: DEFAULT_GROUP, description: '', ...common });
    }
    tx.create(User, {
      id: uuidv7(),
      username: MASTER_USERNAME,
      role: Role.MASTER,
      passwordHash: await hashPassword(password),
      mustChangePassword: givenPassword === undefined,
      ...common,
    });
    return givenPassword === undefined ? password : undefined;
  });
}
