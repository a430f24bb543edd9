-- Runs and what they did. Outcomes are partitioned by month, so that purging is dropping partitions.
create table runs (
  id uuid primary key,
  connection text not null,
  script text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  status text not null check (status in ('running', 'done', 'partly', 'failed', 'stopped', 'refused')),
  host text not null,
  pid integer not null,
  counts jsonb not null default '{}',
  message text
);
create index runs_by_connection on runs (connection, started_at desc);

-- PostgreSQL below 17 has no identity columns on partitioned tables.
create sequence outcome_seq;
create table outcomes (
  run_id uuid not null,
  at timestamptz not null,
  -- Order within a run: several outcomes share a clock tick.
  seq bigint not null default nextval('outcome_seq'),
  sync_set integer not null,
  side text not null,
  action text not null,
  reason text not null,
  master_id text,
  target_id text,
  name text,
  before jsonb,
  after jsonb
) partition by range (at);
create index outcomes_by_run on outcomes (run_id, seq);
create index outcomes_by_master on outcomes (sync_set, master_id, at);
create index outcomes_by_target on outcomes (sync_set, target_id, at);
