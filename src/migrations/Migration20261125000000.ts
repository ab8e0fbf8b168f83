import { Migration } from '@mikro-orm/migrations';

/**
 * The first schema.
 *
 * `call_attempt` has no foreign keys to campaign, schedule and lead: its rows outlive all three (product.md, Call log).
 * Its partial indexes ask for `ended_at is null` rather than for a state, so that the steps of an attempt, which leave
 * `ended_at` alone, can be written without touching an index (heap-only updates; the fill factor leaves room for them).
 */
export class Migration20261125000000 extends Migration {
  override up(): void {
    this.addSql(`
      create table dialer_group (
        id uuid primary key,
        version int not null default 1,
        name text not null,
        description text not null default '',
        enabled boolean not null default true,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create unique index dialer_group_name_key on dialer_group (lower(name));

      create table app_user (
        id uuid primary key,
        version int not null default 1,
        username text not null,
        password_hash text not null,
        role text not null check (role in ('MASTER', 'GROUP_MANAGER', 'CAMPAIGN_ADMINISTRATOR', 'CAMPAIGN_SUPERVISOR')),
        enabled boolean not null default true,
        must_change_password boolean not null default false,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create unique index app_user_username_key on app_user (lower(username));

      create table group_member (
        user_id uuid not null references app_user on delete cascade,
        group_id uuid not null references dialer_group on delete cascade,
        primary key (user_id, group_id)
      );
      create index group_member_group_idx on group_member (group_id);

      create table session (
        token_hash bytea primary key,
        user_id uuid not null references app_user on delete cascade,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null
      );
      create index session_user_idx on session (user_id);
      create index session_expiry_idx on session (expires_at);

      create table trunk (
        id uuid primary key,
        version int not null default 1,
        name text not null,
        servers jsonb not null,
        transport text not null check (transport in ('UDP', 'TCP', 'TLS')),
        outbound_proxy jsonb,
        channels int check (channels >= 1),
        username text,
        password text,
        max_calls_per_second double precision check (max_calls_per_second > 0),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create unique index trunk_name_key on trunk (lower(name));

      create table dialer_port (
        id uuid primary key,
        trunk_id uuid not null references trunk on delete cascade,
        username text not null,
        password text not null,
        created_at timestamptz not null default now(),
        unique (trunk_id, username)
      );

      create table queue (
        id uuid primary key,
        version int not null default 1,
        name text not null,
        type text not null check (type in ('OSCC', 'IVR')),
        transfer_mode text not null check (transfer_mode in ('REFER', 'REINVITE')),
        transfer_timeout_seconds int not null check (transfer_timeout_seconds between 5 and 600),
        agent_source jsonb not null,
        agent_source_secret text,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create unique index queue_name_key on queue (lower(name));

      create table dnc_service (
        id uuid primary key,
        version int not null default 1,
        name text not null,
        url text not null,
        built_in boolean not null default false,
        ca_certificate text,
        timeout_ms int not null default 2000 check (timeout_ms between 100 and 10000),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create unique index dnc_service_name_key on dnc_service (lower(name));

      create table campaign (
        id uuid primary key,
        version int not null default 1,
        name text not null,
        description text not null default '',
        group_id uuid not null references dialer_group,
        first_day date not null,
        last_day date not null check (last_day >= first_day),
        start_time time not null,
        end_time time not null check (end_time > start_time),
        weekdays text[] not null check (cardinality(weekdays) > 0),
        time_zone text not null,
        pilot_number text not null,
        max_attempts int not null check (max_attempts between 1 and 100),
        retry_minutes int not null check (retry_minutes between 1 and 1440),
        retry_statuses text[] not null,
        retry_unreachable boolean not null default false,
        type text not null check (type in ('OSCC', 'IVR')),
        queue_id uuid not null references queue,
        amd_enabled boolean not null default false,
        amd_sensitivity text not null default 'LOW' check (amd_sensitivity in ('LOW', 'MEDIUM', 'HIGH')),
        dnc_service_id uuid references dnc_service,
        dialing_mode text not null default 'PROGRESSIVE' check (dialing_mode in ('PROGRESSIVE')),
        caller_id text,
        default_country text,
        ring_timeout_seconds int not null check (ring_timeout_seconds between 15 and 60),
        max_parallel_calls int check (max_parallel_calls >= 1),
        state text not null default 'STOPPED' check (state in ('STOPPED', 'STARTED')),
        started_at timestamptz,
        stopped_at timestamptz,
        stop_reason text check (stop_reason in ('OPERATOR', 'NO_SCHEDULE_LEFT', 'NO_LEADS_LEFT')),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create unique index campaign_name_key on campaign (lower(name));
      create index campaign_group_idx on campaign (group_id);
      create index campaign_queue_idx on campaign (queue_id);
      create index campaign_dnc_service_idx on campaign (dnc_service_id);
      create index campaign_started_idx on campaign (id) where state = 'STARTED';

      -- Of which group a campaign was: whoever may read the group's call log may read the rows of this one too.
      create table deleted_campaign (
        campaign_id uuid primary key,
        group_id uuid not null references dialer_group,
        deleted_at timestamptz not null default now()
      );
      create index deleted_campaign_group_idx on deleted_campaign (group_id);

      create table schedule (
        id uuid primary key,
        campaign_id uuid not null references campaign on delete cascade,
        date date not null,
        start_time time not null,
        end_time time not null check (end_time > start_time),
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        ran boolean not null default false,
        leads_done boolean not null default false,
        unique (campaign_id, date)
      );

      create table lead (
        id uuid primary key,
        version int not null default 1,
        campaign_id uuid not null references campaign on delete cascade,
        position bigint not null,
        name text not null default '',
        description text not null default '',
        phone_number text not null,
        extra_fields jsonb not null default '{}',
        status text not null default 'NOT_CALLED',
        attempt_count int not null default 0,
        place text not null default 'NEW' check (place in ('NEW', 'RETRY', 'IN_CALL', 'DONE')),
        due_at timestamptz,
        unreachable boolean not null default false,
        last_ended_at timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (campaign_id, phone_number),
        check ((place = 'RETRY') = (due_at is not null))
      ) with (fillfactor = 85);
      create unique index lead_position_key on lead (campaign_id, position);
      create index lead_pending_idx on lead (campaign_id, position) where place <> 'DONE';
      create index lead_new_idx on lead (campaign_id, position) where place = 'NEW';
      create index lead_retry_idx on lead (campaign_id, due_at, position) where place = 'RETRY';
      create index lead_name_idx on lead (campaign_id, name, id);
      create index lead_status_idx on lead (campaign_id, status, position);

      create table lead_upload (
        id uuid primary key,
        campaign_id uuid not null references campaign on delete cascade,
        user_id uuid references app_user on delete set null,
        file_name text not null,
        phase text not null check (phase in ('READING', 'LOADING', 'DONE', 'FAILED')),
        rows_read int not null default 0,
        loaded int not null default 0,
        duplicates_in_file int not null default 0,
        duplicates_in_campaign int not null default 0,
        rejected int not null default 0,
        failure text,
        started_at timestamptz not null,
        finished_at timestamptz
      );
      create index lead_upload_campaign_idx on lead_upload (campaign_id);

      create table lead_upload_rejection (
        upload_id uuid not null references lead_upload on delete cascade,
        line int not null,
        reason text not null,
        message text not null,
        primary key (upload_id, line)
      );

      create table call_attempt (
        id uuid primary key,
        campaign_id uuid not null,
        campaign_name text not null,
        schedule_id uuid not null,
        lead_id uuid not null,
        lead_name text not null,
        lead_status_before text not null,
        phone_number text not null,
        caller_id text,
        line_id uuid,
        trunk_name text,
        port_name text,
        state text not null,
        epoch bigint not null,
        claim_expires_at timestamptz not null,
        queued_at timestamptz not null,
        dialed_at timestamptz,
        ringing_at timestamptz,
        answered_at timestamptz,
        detected_at timestamptz,
        transferred_at timestamptz,
        ended_at timestamptz,
        result text,
        counts_as_attempt boolean,
        attributed_to text,
        reason text,
        sip_status int,
        q850_cause int,
        sip_reason text,
        amd_verdict text,
        amd_reason text,
        amd_decision_ms int,
        amd_confidence double precision,
        transfer_target text,
        dialog jsonb,
        check ((state = 'ENDED') = (ended_at is not null)),
        check ((ended_at is null) = (result is null))
      ) with (fillfactor = 60);
      create unique index call_attempt_open_lead_key on call_attempt (lead_id) where ended_at is null;
      create unique index call_attempt_open_number_key on call_attempt (phone_number) where ended_at is null;
      create index call_attempt_campaign_idx on call_attempt (campaign_id, queued_at, id);
      create index call_attempt_lead_idx on call_attempt (lead_id, queued_at);
      create index call_attempt_queued_idx on call_attempt (queued_at, id);
      create index call_attempt_uncounted_idx on call_attempt (phone_number, queued_at)
        where ended_at is not null and not counts_as_attempt and dialed_at is not null;

      create table campaign_counters (
        campaign_id uuid primary key references campaign on delete cascade,
        total int not null default 0,
        pending int not null default 0,
        not_called int not null default 0,
        success int not null default 0,
        failed int not null default 0,
        busy int not null default 0,
        declined int not null default 0,
        amd int not null default 0,
        service_temporarily_unavailable int not null default 0,
        do_not_call int not null default 0,
        unknown int not null default 0,
        attempts_ended int not null default 0,
        answered int not null default 0,
        transferred int not null default 0,
        abandoned int not null default 0,
        customer_hung_up int not null default 0,
        machines int not null default 0,
        check (total = not_called + success + failed + busy + declined + amd + service_temporarily_unavailable
                       + do_not_call + unknown)
      ) with (fillfactor = 50);

      create table suppressed_number (
        phone_number text primary key,
        reason text not null,
        suppressed_at timestamptz not null
      );

      create table engine_lease (
        id int primary key check (id = 1),
        epoch bigint not null
      );
      insert into engine_lease (id, epoch) values (1, 0);
    `);
  }
}
