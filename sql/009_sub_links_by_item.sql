-- The items first: without statistics any index that begins with sync_set and kind looks as good, and all of them are read.
alter table sub_links drop constraint sub_links_pkey, drop constraint sub_links_one_master;
alter table sub_links
  add constraint sub_links_pkey primary key (master_item, sync_set, kind, master_id),
  add constraint sub_links_one_master unique (target_item, sync_set, kind, target_id);
