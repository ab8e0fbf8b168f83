import { Migration } from '@mikro-orm/migrations';

/** A campaign's cap on calls per second, and a trunk's on parallel calls, whatever its dialer ports could carry. */
export class Migration20261125070000 extends Migration {
  override up(): void {
    this.addSql(`
      alter table campaign
        add column max_calls_per_second double precision check (max_calls_per_second > 0);
      alter table trunk
        add column max_parallel_calls int check (max_parallel_calls >= 1);
    `);
  }
}
