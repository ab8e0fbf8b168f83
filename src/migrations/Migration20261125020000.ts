import { Migration } from '@mikro-orm/migrations';

/**
 * The audit log. `audit_event` is written once and never changed: a trigger refuses everything else. It has no foreign
 * keys, since it outlives whom and what it names. `audit_pending` holds the entries of mutations that run at this
 * instant (`services/audit-log.ts`).
 */
export class Migration20261125020000 extends Migration {
  override up(): void {
    const columns = `
        id uuid primary key,
        at timestamptz not null,
        username text,
        user_id uuid,
        address text,
        action text not null,
        object_type text,
        object_id text,
        details jsonb`;
    this.addSql(`
      create table audit_event (${columns},
        error_code text
      );
      create index audit_event_at_idx on audit_event (at, id);
      create index audit_event_user_idx on audit_event (user_id, at, id);
      create index audit_event_action_idx on audit_event (action, at, id);
      create index audit_event_object_idx on audit_event (object_id, at, id);
      create index audit_event_refused_idx on audit_event (at, id) where error_code is not null;

      create function refuse_audit_change() returns trigger language plpgsql as $$
      begin
        raise exception 'Entries of the audit log are never changed.' using errcode = 'insufficient_privilege';
      end $$;
      create trigger audit_event_is_append_only before update or delete or truncate on audit_event
        for each statement execute function refuse_audit_change();

      create table audit_pending (${columns});
      create index audit_pending_at_idx on audit_pending (at);
    `);
  }
}
