-- A table for tests of the road. Touches nothing that exists, so it locks nothing.
create table probe.thing (
  id       uuid primary key default uuidv7(),
  owner_id uuid not null,
  name     text not null check (char_length(name) between 1 and 50),
  version  integer not null default 1
);
create index thing_by_owner on probe.thing (owner_id, id);
alter table probe.thing enable row level security;
alter table probe.thing force row level security;
create policy to_owner on probe.thing to plinth_owner using (true) with check (true);
create policy own on probe.thing to plinth_app
  using (owner_id = (select platform.caller_id()))
  with check (owner_id = (select platform.caller_id()));
grant usage on schema probe to plinth_app;
grant select, insert, update, delete on probe.thing to plinth_app;
create trigger keep_image after insert or update or delete on probe.thing
  for each row execute function platform.keep_image('id', 'owner_id');
comment on column probe.thing.id is 'subject=owner_id purpose=test retain=account erase=delete';
comment on column probe.thing.owner_id is 'subject=owner_id purpose=test retain=account erase=delete';
comment on column probe.thing.name is 'subject=owner_id purpose=test retain=account erase=delete';
comment on column probe.thing.version is 'subject=owner_id purpose=test retain=account erase=delete';
