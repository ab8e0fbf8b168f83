import { Migration } from '@mikro-orm/migrations';

/**
 * Conversations that go on after the end of their attempt (docs/decisions/0017): what a restarted dialer needs to pass on
 * what one side does to the other. Plain ids, for a row outlives what is deleted meanwhile.
 */
export class Migration20261125040000 extends Migration {
  override up(): void {
    this.addSql(`
      create table conversation (
        attempt_id uuid primary key,
        queue_id uuid not null,
        since timestamptz not null,
        customer jsonb not null,
        pilot jsonb not null
      );
    `);
  }
}
