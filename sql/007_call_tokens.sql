-- The rate of calls to an endpoint that all processes keep together. Not logged: after a crash of the server it begins anew
-- with nothing waiting, which breaks no limit, and a call costs no write to the disk.
create unlogged table call_tokens (
  endpoint text collate "C" primary key,
  -- The next call may be made at this instant of the database's clock, never earlier.
  free_at timestamptz not null,
  -- Calls given leave so far.
  given bigint not null
);
