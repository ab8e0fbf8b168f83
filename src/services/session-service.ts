import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { LoginThrottle } from '../auth/login-throttle.js';
import { hashPassword, PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH, verifyPassword } from '../auth/passwords.js';
import type { Sessions } from '../auth/sessions.js';
import type { Viewer } from '../auth/viewer.js';
import { Role } from '../entities/enums.js';
import { User } from '../entities/user.js';
import { AppError, badUserInput, ErrorCode } from '../errors.js';
import { InputCheck } from './input-check.js';

export interface BegunSession {
  readonly token: string;
  readonly expiresAt: Date;
  readonly user: User;
}

/** Sessions begin with a name and a password and end by log-out, by time, or when the user's rights change. */
export class SessionService {
  constructor(
    private readonly sessions: Sessions,
    private readonly throttle: LoginThrottle,
  ) {}

  /** An unknown name, a wrong password and a disabled user are one answer, after the same time. */
  async login(em: EntityManager, username: string, password: string, address: string): Promise<BegunSession> {
    const name = username.trim().toLowerCase();
    const retryAfterSeconds = this.throttle.admit(name, address);
    if (retryAfterSeconds > 0) {
      throw new AppError(ErrorCode.RATE_LIMITED, `Too many failed logins. Try again in ${retryAfterSeconds} s.`, {
        retryAfterSeconds,
      });
    }
    const user = await findByPassword(em, name, password).catch((error: unknown) => {
      this.throttle.takeBack(name, address);
      throw error;
    });
    if (!user) throw loginRefused();
    this.throttle.succeeded(name, address);
    requireEnabledGroup(user);
    const session = await this.sessions.begin(user.id, user.passwordHash);
    if (!session) throw loginRefused();
    return { ...session, user };
  }

  async logout(em: EntityManager, viewer: Viewer, allSessions: boolean): Promise<number> {
    const finish = await this.sessions.end(em, viewer.userId, allSessions ? {} : { only: viewer.session.tokenHash });
    return finish();
  }

  async changePassword(em: EntityManager, viewer: Viewer, current: string, wanted: string): Promise<User> {
    const check = new InputCheck();
    checkPassword(check, 'input.newPassword', wanted);
    check.require(wanted !== current, 'input.newPassword', 'must differ from the present one');
    check.throwIfAny();
    const { passwordHash: verified } = await em.findOneOrFail(User, viewer.userId, { populate: ['passwordHash'] });
    const matches = await verifyPassword(verified, current.slice(0, PASSWORD_MAX_LENGTH));
    const passwordHash = matches ? await hashPassword(wanted) : '';
    const { user, finish } = await em.transactional(async (tx) => {
      const user = await tx.findOne(User, viewer.userId, {
        populate: ['passwordHash'],
        lockMode: LockMode.PESSIMISTIC_WRITE,
        refresh: true,
      });
      // A reset may have come in between: then what was verified is the present password no more.
      if (!matches || user?.passwordHash !== verified) {
        throw badUserInput([{ path: 'input.currentPassword', message: 'is not the present password' }]);
      }
      Object.assign(user, { passwordHash, mustChangePassword: false, updatedAt: new Date() });
      await tx.flush();
      return { user, finish: await this.sessions.end(tx, user.id, { except: viewer.session.tokenHash }) };
    });
    finish();
    return user;
  }
}

/** One answer for everything, so that it tells nothing of who exists. */
function loginRefused(): AppError {
  return new AppError(ErrorCode.UNAUTHENTICATED, 'The user name or the password is wrong, or the user is disabled.');
}

export function checkPassword(check: InputCheck, path: string, password: string): void {
  check.require(
    password.length >= PASSWORD_MIN_LENGTH && password.length <= PASSWORD_MAX_LENGTH,
    path,
    `has ${password.length} characters; ${PASSWORD_MIN_LENGTH} to ${PASSWORD_MAX_LENGTH} are allowed`,
  );
}

async function findByPassword(em: EntityManager, lowerCaseName: string, password: string): Promise<User | null> {
  const user = password.length > PASSWORD_MAX_LENGTH ? null : await findByName(em, lowerCaseName);
  const matches = await verifyPassword(user?.passwordHash, password.slice(0, PASSWORD_MAX_LENGTH));
  return user?.enabled && matches ? user : null;
}

async function findByName(em: EntityManager, lowerCaseName: string): Promise<User | null> {
  // PostgreSQL has no place for U+0000 in a text.
  if (lowerCaseName.includes('\u0000')) return null;
  return em
    .createQueryBuilder(User, 'u')
    .select(['*', 'u.passwordHash'])
    .where('lower(u.username) = ?', [lowerCaseName])
    .getSingleResult()
    .then(async (user) => {
      if (user) await em.populate(user, ['groups']);
      return user;
    });
}

/** Supervisors and administrators need one enabled group; a `GROUP_MANAGER` must be able to enable it, so does not. */
function requireEnabledGroup(user: User): void {
  const isExempt = user.role === Role.MASTER || user.role === Role.GROUP_MANAGER;
  if (isExempt || user.groups.getItems().some((group) => group.enabled)) return;
  throw new AppError(ErrorCode.GROUP_DISABLED, 'All groups of the user are disabled.');
}
