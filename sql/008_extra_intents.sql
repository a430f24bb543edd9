-- Comments and attachments are begun in the journal too, where what was just written may not be seen yet: a run that was killed
-- in between leaves word that its copy may stand there.
alter table intents drop constraint intents_kind_check;
alter table intents add constraint intents_kind_check check (kind in ('create', 'update', 'delete', 'comment', 'attachment'));
