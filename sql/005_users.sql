-- User maps: one person, any number of names in data sources. A name in a data source belongs to one person.
create table user_maps (
  name text collate "C" primary key
);
create table user_names (
  data_source text collate "C" not null,
  user_name text collate "C" not null,
  -- Of user_maps; no foreign key: a check for each of a million names would take longer than all else. The store keeps both.
  person text collate "C" not null,
  -- The name first: it alone tells nearly all apart, and an index of a million of them is made in two thirds of the time.
  primary key (user_name, data_source)
);
create index user_names_by_person on user_names (person);
