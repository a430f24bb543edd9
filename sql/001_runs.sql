-- Runs and what they did. Outcomes are partitioned by month, so that purging is dropping partitions.
create table runs (
  id uuid primary key,
  connection text not null,
  -- null: the run was one of the whole connection
  slice text,
  script text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  status text not null check (status in ('running', 'done', 'partly', 'failed', 'stopped', 'refused')),
  host text not null,
  pid integer not null,
  counts jsonb not null default '{}',
  message text
);
create index runs_by_connection on runs (connection, started_at desc, id);
create index runs_by_start on runs (started_at desc, id);

-- PostgreSQL below 17 has no identity columns on partitioned tables.
create sequence outcome_seq;
create table outcomes (
  run_id uuid not null,
  at timestamptz not null,
  -- Order within a run: several outcomes share a clock tick.
  seq bigint not null default nextval('outcome_seq'),
  sync_set integer not null,
  side text not null check (side in ('master', 'target')),
  action text not null,
  reason text not null,
  master_id text collate "C",
  target_id text collate "C",
  name text,
  before jsonb,
  after jsonb
) partition by range (at);
create index outcomes_by_run on outcomes (run_id, seq);
create index outcomes_by_master on outcomes (sync_set, master_id, at);
create index outcomes_by_target on outcomes (sync_set, target_id, at);

-- Makes the partition of a month where it is missing; answers whether it did. With the rights of the owner, so that a
-- role that owns no table can record. Attached, not created in place: that would lock out everybody who reads.
do $do$
begin
  execute format($create$
    create function ensure_outcomes_partition(month date) returns boolean
    language plpgsql security definer set search_path = %I, pg_temp set timezone = 'UTC' as $body$
    declare
      name text := 'outcomes_' || to_char(month, 'YYYY_MM');
      first timestamptz := date_trunc('month', month::timestamp);
    begin
      if exists (select 1 from pg_inherits where inhrelid = to_regclass(name)) then
        return false;
      end if;
      perform pg_advisory_xact_lock(7264836152);
      if to_regclass(name) is null then
        execute format('create table %%I (like outcomes including all)', name);
      end if;
      if not exists (select 1 from pg_inherits where inhrelid = to_regclass(name)) then
        execute format('alter table outcomes attach partition %%I for values from (%%L) to (%%L)', name, first, first + interval '1 month');
      end if;
      return true;
    end
    $body$
  $create$, current_schema());
end
$do$;
revoke all on function ensure_outcomes_partition(date) from public;
