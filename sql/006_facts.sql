-- Small things to remember between runs: what was notified when, when was last purged, which alarm is on.
create table facts (
  name text collate "C" primary key,
  value jsonb not null,
  at timestamptz not null
);
