import { Migration } from '@mikro-orm/migrations';

/**
 * What answering machine detection leaves: its evidence with the attempt, the first seconds of calls where that is
 * wanted, and the messages that campaigns leave on machines.
 */
export class Migration20261125050000 extends Migration {
  override up(): void {
    this.addSql(`
      alter table call_attempt
        add column amd_kind text,
        add column amd_features jsonb,
        add column message_left boolean;

      -- 16 bits a sample, little-endian, 8 kHz. A new message is a new row: whoever has loaded one may keep it.
      create table voicemail_message (
        id uuid primary key,
        campaign_id uuid not null unique references campaign on delete cascade,
        file_name text not null,
        samples bytea not null,
        duration_seconds double precision not null,
        uploaded_at timestamptz not null
      );
      alter table voicemail_message alter column samples set storage external;

      -- µ-law, 8 kHz.
      create table amd_recording (
        attempt_id uuid primary key references call_attempt on delete cascade,
        mu_law bytea not null,
        recorded_at timestamptz not null
      );
      alter table amd_recording alter column mu_law set storage external;
      create index amd_recording_recorded_at_idx on amd_recording (recorded_at);
    `);
  }
}
