import { Migration } from '@mikro-orm/migrations';

/** What a refused call's final response said besides its status: the words, the Warning headers and Retry-After. */
export class Migration20261125060000 extends Migration {
  override up(): void {
    this.addSql(`
      alter table call_attempt
        add column sip_phrase text,
        add column sip_warning text,
        add column retry_after_seconds integer;
    `);
  }
}
