import { Migration } from '@mikro-orm/migrations';

/** The INVITE of a call that rings, so that a restart can cancel it. */
export class Migration20261125100000 extends Migration {
  override up(): void {
    this.addSql(`alter table call_attempt add column invite jsonb;`);
  }
}
