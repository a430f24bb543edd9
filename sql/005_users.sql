-- User maps: one person, any number of names in data sources. A name in a data source belongs to one person.
-- Two names of a person to a row, as most have one in each of two systems: it is rows and entries of indexes that an import
-- takes its time for. Further names stand in further rows. Across the two columns the writers see to it that no name stands
-- twice: they compare with all of them under a lock of the table.
-- No table of people: one is there as long as a name is, and a second list of a million costs a quarter of an import.
create table user_maps (
  person text collate "C" not null,
  data_source text collate "C" not null,
  user_name text collate "C" not null,
  other_data_source text collate "C",
  other_user_name text collate "C",
  -- The name first: it alone tells nearly all apart, and an index of a million of them is made in two thirds of the time.
  constraint user_maps_pkey primary key (user_name, data_source),
  constraint user_maps_both check ((other_data_source is null) = (other_user_name is null))
);
create unique index user_maps_by_other_name on user_maps (other_user_name, other_data_source);
create index user_maps_by_person on user_maps (person);

-- Files of which every name stands here: the same bytes again need not be read. Whatever takes a name away or moves it,
-- by hand too, makes this list empty; a name that is added does not.
create table user_map_files (
  digest text primary key,
  people integer not null,
  nameless integer not null,
  names integer not null,
  -- Of everybody, when this file was brought.
  all_people integer not null,
  all_names integer not null,
  at timestamptz not null
);
create function forget_user_map_files() returns trigger
language plpgsql as $function$
  begin
    execute format('delete from %I.user_map_files', tg_table_schema);
    return null;
  end
$function$;
create trigger user_maps_taken after delete or update or truncate on user_maps for each statement execute function forget_user_map_files();
