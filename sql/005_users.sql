-- User maps: one person, any number of names in data sources. A name in a data source belongs to one person.
-- No table of people: one is there as long as a name is, and a second list of a million costs a quarter of an import.
create table user_names (
  data_source text collate "C" not null,
  user_name text collate "C" not null,
  person text collate "C" not null,
  -- The name first: it alone tells nearly all apart, and an index of a million of them is made in two thirds of the time.
  primary key (user_name, data_source)
);
create index user_names_by_person on user_names (person);
