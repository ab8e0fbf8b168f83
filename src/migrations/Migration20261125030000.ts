import { Migration } from '@mikro-orm/migrations';

/** Sequence numbers of the reports of agent states outlive a restart; the states themselves must not. */
export class Migration20261125030000 extends Migration {
  override up(): void {
    this.addSql(`
      create table agent_report (
        user_id uuid primary key references app_user on delete cascade,
        last_sequence int not null
      ) with (fillfactor = 50);
    `);
  }
}
