-- Both names of a row tell who somebody is and are never written; one who has names of either kind has them in different rows.
alter table user_maps add column read_only boolean not null default false;
