-- Sync sets and their cross references. prints: field key -> fingerprint of the value as that side last gave it back.
create table sync_sets (
  id integer generated always as identity primary key,
  connection text not null,
  key text not null,
  fingerprint text not null,
  field_fingerprints jsonb not null,
  -- How often its cross references were deleted on purpose: what is created afterwards is another item.
  generation integer not null default 0,
  -- The restored backup (fact "restored") up to which what was made since has been looked for.
  restored_seen timestamptz,
  unique (connection, key)
);

create table links (
  sync_set integer not null references sync_sets (id) on delete cascade,
  master_id text collate "C" not null,
  target_id text collate "C" not null,
  master_key text,
  target_key text,
  master_url text,
  target_url text,
  master_version text,
  target_version text,
  master_changed_at timestamptz,
  target_changed_at timestamptz,
  master_prints jsonb not null default '{}',
  target_prints jsonb not null default '{}',
  state text not null default 'active' check (state in ('active', 'adopting', 'gone', 'unlinked')),
  created_at timestamptz not null default now(),
  primary key (sync_set, master_id),
  constraint links_one_master unique (sync_set, target_id)
);
create index links_by_master_id on links (master_id);
create index links_by_target_id on links (target_id);
create index links_by_master_key on links (master_key) where master_key is not null;
create index links_by_target_key on links (target_key) where target_key is not null;

-- Comments and attachments below a pair. print: fingerprint of the original as it was last carried over.
create table sub_links (
  sync_set integer not null references sync_sets (id) on delete cascade,
  kind text not null check (kind in ('comment', 'attachment')),
  master_item text collate "C" not null,
  target_item text collate "C" not null,
  master_id text collate "C" not null,
  target_id text collate "C" not null,
  origin text not null check (origin in ('master', 'target')),
  print text not null,
  primary key (sync_set, kind, master_item, master_id),
  constraint sub_links_one_master unique (sync_set, kind, target_item, target_id)
);

-- What both ends of a link last held of a text field, where conversion makes them differ: the base of the next merge.
create table base_texts (
  sync_set integer not null references sync_sets (id) on delete cascade,
  master_id text collate "C" not null,
  field text not null,
  master_text text not null,
  target_text text not null,
  primary key (sync_set, master_id, field),
  foreign key (sync_set, master_id) references links (sync_set, master_id) on delete cascade
);
