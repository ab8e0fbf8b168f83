import { Migration } from '@mikro-orm/migrations';

/**
 * The built-in do-not-call service and its list.
 *
 * The numbers are compared byte by byte (`collate "C"`), so that one index serves the lookup before a call, the order of
 * the list and a search by the beginning of a number. Times have milliseconds, which is what a cursor can carry.
 * `dnc_list` keeps the length of the list, which takes a second to count once it has ten million numbers; who loads
 * numbers locks its row, and so waits for the load before.
 */
export class Migration20261125010000 extends Migration {
  override up(): void {
    this.addSql(`
      insert into dnc_service (id, name, url, built_in)
      values ('01937000-0000-7000-8000-000000000dc1', 'Built-in', '/donotcall', true);
      create unique index dnc_service_built_in_key on dnc_service (built_in) where built_in;

      create table dnc_number (
        phone_number text collate "C" primary key,
        added_at timestamptz(3) not null
      );
      create index dnc_number_added_idx on dnc_number (added_at, phone_number);

      create table dnc_list (
        id int primary key check (id = 1),
        total bigint not null
      );
      insert into dnc_list (id, total) values (1, 0);
    `);
  }
}
