-- Work in hand: the journal of what is about to be done, how far each side was read, what waits.
create table intents (
  intent uuid primary key,
  kind text not null check (kind in ('create', 'update', 'delete')),
  sync_set integer not null references sync_sets (id) on delete cascade,
  side text not null check (side in ('master', 'target')),
  from_id text not null,
  to_id text,
  name text not null,
  at timestamptz not null,
  prints jsonb not null default '{}',
  -- The values an update replaces and writes: a run killed in between leaves its trace here.
  before jsonb,
  after jsonb
);
create index intents_by_set on intents (sync_set);

create table watermarks (
  sync_set integer not null references sync_sets (id) on delete cascade,
  side text not null check (side in ('master', 'target')),
  at timestamptz not null,
  swept_at timestamptz,
  primary key (sync_set, side)
);

create table pending_links (
  sync_set integer not null references sync_sets (id) on delete cascade,
  side text not null check (side in ('master', 'target')),
  id text not null,
  field text not null,
  awaited_type text not null,
  awaited_id text not null,
  primary key (sync_set, side, id, field)
);

create table quarantine (
  sync_set integer not null references sync_sets (id) on delete cascade,
  side text not null check (side in ('master', 'target')),
  id text not null,
  key text,
  name text,
  reason text not null,
  attempts integer not null,
  first_at timestamptz not null,
  next_at timestamptz not null,
  primary key (sync_set, side, id)
);

create table conflicts (
  sync_set integer not null references sync_sets (id) on delete cascade,
  master_id text not null,
  target_id text not null,
  field text not null,
  -- null: the field is empty on that side
  master_value jsonb,
  target_value jsonb,
  at timestamptz not null,
  primary key (sync_set, master_id, field)
);
