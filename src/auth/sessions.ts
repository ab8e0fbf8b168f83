import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { Clock, Timer } from '../engine/contracts/clock.js';
import type { Role } from '../entities/enums.js';
import type { Viewer } from './viewer.js';

/** How long a session that another process has ended still watches here. */
const LOOK_MS = 5_000;

/** Who may use a session's token: opaque, known to the client alone, revoked at once by deleting its row. */
export class Sessions {
  private readonly onEnded = new Set<(ended: EndedSessions) => void>();
  private readonly watched = new Map<Viewer, () => void>();
  private nextLook: Timer | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly lifetimeMs: number,
    private readonly clock: Clock,
  ) {}

  /**
   * Undefined if the password is not the user's any more, or the user is disabled or gone: a reset that commits while
   * the login runs must not leave a session behind. `for share` waits for such a transaction to end.
   */
  async begin(userId: string, passwordHash: string): Promise<{ token: string; expiresAt: Date } | undefined> {
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(Date.now() + this.lifetimeMs);
    await this.pool.query('delete from session where expires_at < now()');
    const { rowCount } = await this.pool.query(
      `insert into session (token_hash, user_id, expires_at)
       select $1, u.id, $3 from app_user u where u.id = $2 and u.password_hash = $4 and u.enabled for share`,
      [hashToken(token), userId, expiresAt, passwordHash],
    );
    return rowCount === 1 ? { token, expiresAt } : undefined;
  }

  /** The user of the token, with present rights; undefined for a token that is unknown, expired, or of a disabled user. */
  async find(token: string): Promise<Viewer | undefined> {
    const tokenHash = hashToken(token);
    const { rows } = await this.pool.query<SessionRow>({
      name: 'session-find',
      text: `select s.expires_at, u.id, u.username, u.role, u.must_change_password,
                    array(select m.group_id from group_member m where m.user_id = u.id) as group_ids
             from session s join app_user u on u.id = s.user_id
             where s.token_hash = $1 and s.expires_at > now() and u.enabled`,
      values: [tokenHash],
    });
    const row = rows[0];
    if (!row) return undefined;
    return {
      userId: row.id,
      username: row.username,
      role: row.role,
      groupIds: row.group_ids,
      mustChangePassword: row.must_change_password,
      session: { tokenHash, expiresAt: row.expires_at },
    };
  }

  /**
   * Ends sessions of a user, open WebSockets included. Call it inside the transaction that takes the rights away, and
   * the function that it returns after the commit.
   */
  async end(em: EntityManager, userId: string, which: WhichSessions = {}): Promise<() => number> {
    const rows = await em.execute<{ token_hash: Buffer }[]>(
      `delete from session where user_id = ?
         and (?::bytea is null or token_hash = ?) and (?::bytea is null or token_hash <> ?)
       returning token_hash`,
      [userId, which.only ?? null, which.only ?? null, which.except ?? null, which.except ?? null],
    );
    const tokenHashes = new Set(rows.map((row) => row.token_hash.toString('hex')));
    return () => {
      for (const [{ session }, ended] of [...this.watched])
        if (tokenHashes.has(session.tokenHash.toString('hex'))) ended();
      for (const listener of this.onEnded) listener({ userId });
      return tokenHashes.size;
    };
  }

  /**
   * Calls back when the viewer's session is ended by log-out, or because rights change: at once if this process ends it,
   * within `LOOK_MS` if another one on the same database does. Expiry is not told. Returns the function that ends it.
   */
  watch(viewer: Viewer, ended: () => void): () => void {
    this.watched.set(viewer, ended);
    this.lookLater();
    return () => {
      this.watched.delete(viewer);
      if (this.watched.size > 0) return;
      this.nextLook?.cancel();
      this.nextLook = undefined;
    };
  }

  private lookLater(): void {
    this.nextLook ??= this.clock.setTimer(LOOK_MS, () => {
      this.nextLook = undefined;
      void this.look().finally(() => {
        if (this.watched.size > 0) this.lookLater();
      });
    });
  }

  /** Never rejects: a database that is away tells nothing, and is asked again. */
  private async look(): Promise<void> {
    const looked = [...this.watched];
    try {
      const { rows } = await this.pool.query<{ token_hash: Buffer }>(
        'select token_hash from session where token_hash = any ($1)',
        [looked.map(([{ session }]) => session.tokenHash)],
      );
      const present = new Set(rows.map((row) => row.token_hash.toString('hex')));
      for (const [{ session }, ended] of looked) if (!present.has(session.tokenHash.toString('hex'))) ended();
    } catch {
      return;
    }
  }

  /** Returns the function that ends the listening. */
  whenEnded(listener: (ended: EndedSessions) => void): () => void {
    this.onEnded.add(listener);
    return () => this.onEnded.delete(listener);
  }
}

export interface EndedSessions {
  readonly userId: string;
}

interface WhichSessions {
  readonly only?: Buffer;
  readonly except?: Buffer;
}

interface SessionRow {
  expires_at: Date;
  id: string;
  username: string;
  role: Role;
  must_change_password: boolean;
  group_ids: string[];
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
