-- How often the definition of the sync set had been edited when the pair was compared last; null: before any edit.
alter table links add column edition integer;
