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
create trigger user_names_taken after delete or update or truncate on user_names for each statement execute function forget_user_map_files();
