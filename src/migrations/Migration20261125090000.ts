import { Migration } from '@mikro-orm/migrations';

/** When an upload last told how far it is: one that has fallen silent was cut off with its process. */
export class Migration20261125090000 extends Migration {
  override up(): void {
    this.addSql(`alter table lead_upload add column noted_at timestamptz;`);
  }
}
