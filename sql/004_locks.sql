-- Who works on what. The row is for people and for the fence; on a server a session advisory lock decides.
create table locks (
  name text primary key,
  host text not null,
  pid integer not null,
  script text not null,
  since timestamptz not null,
  -- Grows with every holder: a holder that lost its lock is told by it.
  fence bigint not null,
  held boolean not null
);

create table connections (
  name text primary key,
  started boolean not null,
  changed_at timestamptz not null,
  changed_by text not null,
  note text
);
