import type { EntityManager, FilterQuery } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { Log } from '../engine/contracts/log.js';
import { AuditEvent } from '../entities/audit-event.js';
import type { ErrorCode } from '../errors.js';
import { type AuditChange, difference, plainText, recordable, type Snapshot } from './audit-details.js';
import { snapshot } from './audit-snapshot.js';
import { InputCheck, isId } from './input-check.js';

/** A mutation that was begun longer ago than this is not running any more: its process ended in the middle. */
const LONGEST_MUTATION_MINUTES = 15;
const SETTLE_MS = 60_000;
/** Mutations that make an object, whose id is known only at their end. */
const CREATION = /^(?:create|add|upload)[A-Z]/;

/** What is known of a mutation before it runs. */
export interface AuditedAction {
  readonly action: string;
  readonly userId: string | null;
  /** For a login: as given. */
  readonly username: string | null;
  readonly address: string | null;
  readonly objectType: string | null;
  readonly objectId: string | null;
  readonly input: Readonly<Record<string, unknown>>;
}

/** How it ended. */
export interface AuditedOutcome {
  readonly errorCode: ErrorCode | null;
  readonly userId: string | null;
  readonly username: string | null;
  readonly objectId: string | null;
}

export interface AuditConditions {
  readonly userId?: string | null;
  readonly action?: string | null;
  readonly objectId?: string | null;
  readonly refused?: boolean | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
}

/**
 * The audit log: one row a mutation, done or refused, which the database lets nobody change.
 *
 * The row of a mutation that was done cannot be lost silently, although services commit in transactions of their own:
 * the entry is committed to `audit_pending` before the mutation begins, and if that fails the mutation is refused with
 * nothing changed. At its end the pending entry is replaced by the final one in one statement. If that fails, because
 * the process or the database ended in between, the pending entry stays, and `settle` makes it a row that says that
 * the outcome was not recorded (`INTERNAL`).
 */
export class AuditLog {
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly pool: Pool,
    private readonly log: Log,
  ) {
    this.timer = setInterval(() => void this.settle(), SETTLE_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Commits the entry before the mutation runs. Rejects if it cannot: then the mutation must not run. */
  async begin(em: EntityManager, action: AuditedAction): Promise<AuditEntry> {
    const entry = new AuditEntry(uuidv7(), new Date(), action);
    const { objectType, objectId } = action;
    if (objectType !== null && objectId !== null) entry.before = await snapshot(em, objectType, objectId);
    await this.pool.query(
      `insert into audit_pending (id, at, username, user_id, address, action, object_type, object_id, details)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      entry.values({ ...action, errorCode: null }, {}).slice(0, -1),
    );
    return entry;
  }

  /** Never rejects: the mutation is over, and its answer must be told. */
  async finish(em: EntityManager, entry: AuditEntry, outcome: AuditedOutcome): Promise<void> {
    try {
      const change = outcome.errorCode === null ? await changeSince(em, entry, outcome.objectId) : {};
      await this.pool.query(
        `with gone as (delete from audit_pending where id = $1)
         insert into audit_event
           (id, at, username, user_id, address, action, object_type, object_id, details, error_code)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing`,
        entry.values(outcome, change),
      );
    } catch (error) {
      this.log.error({ err: error, auditId: entry.id, action: entry.action.action }, 'audit: outcome not recorded yet');
    }
  }

  /** The mutation was refused in a way that leaves no row. Never rejects: `settle` makes a row of what is left. */
  async forget(entry: AuditEntry): Promise<void> {
    try {
      await this.pool.query('delete from audit_pending where id = $1', [entry.id]);
    } catch (error) {
      this.log.warn({ err: error, auditId: entry.id }, 'audit: pending entry not forgotten');
    }
  }

  /** Makes rows of the entries that nobody will finish any more. Never rejects: it is tried again. */
  async settle(): Promise<void> {
    try {
      const { rowCount } = await this.pool.query(
        `with gone as (delete from audit_pending where at < now() - make_interval(mins => $1) returning *)
         insert into audit_event
           (id, at, username, user_id, address, action, object_type, object_id, details, error_code)
         select id, at, username, user_id, address, action, object_type, object_id,
                coalesce(details, '{}') || '{"outcome": "not recorded: the server ended before it could be"}', 'INTERNAL'
         from gone on conflict (id) do nothing`,
        [LONGEST_MUTATION_MINUTES],
      );
      if (rowCount) this.log.warn({ entries: rowCount }, 'audit: mutations without a recorded outcome');
    } catch (error) {
      this.log.warn({ err: error }, 'audit: pending entries not settled yet');
    }
  }

  conditions(filter: AuditConditions | null): FilterQuery<AuditEvent> {
    const { userId, action, objectId, refused, from, to } = filter ?? {};
    const check = new InputCheck();
    check.text('filter.action', action, 1000);
    check.text('filter.objectId', objectId, 1000);
    check.throwIfAny();
    return {
      $and: [
        // An id that is none has done nothing.
        userId == null ? {} : { userId: isId(userId) ? userId : { $in: [] } },
        action == null ? {} : { action },
        objectId == null ? {} : { objectId },
        refused == null ? {} : { errorCode: refused ? { $ne: null } : null },
        from == null ? {} : { at: { $gte: from } },
        to == null ? {} : { at: { $lt: to } },
      ],
    };
  }
}

/** The entry of one mutation, from its begin to its end. */
export class AuditEntry {
  before: Snapshot | undefined;

  constructor(
    readonly id: string,
    readonly at: Date,
    readonly action: AuditedAction,
  ) {}

  /** In the order of the table's columns. */
  values(outcome: AuditedOutcome, change: AuditChange): unknown[] {
    const { action, address, objectType, input } = this.action;
    const { username, userId, objectId, errorCode } = outcome;
    const text = (value: string | null): string | null => (value === null ? null : plainText(value, 200));
    const details = JSON.stringify(recordable({ input, ...change }));
    return [this.id, this.at, text(username), userId, address, action, objectType, text(objectId), details, errorCode];
  }
}

async function changeSince(em: EntityManager, entry: AuditEntry, objectId: string | null): Promise<AuditChange> {
  const { action, objectType, objectId: knownId } = entry.action;
  if (objectType === null || objectId === null) return {};
  // What it was before is not known: only of something new is the whole of it a change.
  if (knownId === null && !CREATION.test(action)) return {};
  return difference(entry.before, await snapshot(em, objectType, objectId));
}
