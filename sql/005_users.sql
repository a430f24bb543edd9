-- User maps: one person, any number of names in data sources. A name in a data source belongs to one person.
create table user_maps (
  name text collate "C" primary key
);
create table user_names (
  data_source text collate "C" not null,
  user_name text collate "C" not null,
  person text collate "C" not null references user_maps (name) on delete cascade deferrable initially deferred,
  primary key (data_source, user_name)
);
create index user_names_by_person on user_names (person, data_source);
