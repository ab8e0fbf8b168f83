import { Migration } from '@mikro-orm/migrations';

/**
 * More of what an attempt's end is judged by: the last provisional response, and what the dialer did itself. And the dialog of
 * the pilot's call until the two are joined, so that a restart can end it.
 */
export class Migration20261125080000 extends Migration {
  override up(): void {
    this.addSql(`
      alter table call_attempt
        add column last_provisional integer,
        add column local_cause text,
        add column pilot_dialog jsonb;
    `);
  }
}
