-- The platform's own tables. Touches nothing that exists, so it locks nothing.

-- Who is calling, as the pipeline bound it to this unit or transaction; null when nobody is.
create function platform.caller_id() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('plinth.caller', true), '')::uuid;

-- What acts for the caller: {"kind", "id", "name"}.
create function platform.actor() returns jsonb
  language sql stable parallel safe
  return coalesce(nullif(current_setting('plinth.actor', true), '')::jsonb, '{}'::jsonb);

-- The call that everything in this transaction belongs to.
create function platform.call_id() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('plinth.call', true), '')::uuid;

-- The lengths and words of the three tables below are part of their types: PostgreSQL reads a check
-- constraint anew from its text for each statement, which costs these tables, written by every call,
-- as much as the row itself.
create type platform.call_surface as enum ('http', 'mcp', 'cli', 'direct', 'job', 'live');
create type platform.call_outcome as enum ('done', 'refused', 'failed');
create type platform.change_kind as enum ('created', 'changed', 'removed');

-- One row per committed write, per refusal after identity and decoding, per recorded read.
create table platform.call (
  id             uuid not null,
  at             timestamptz not null default transaction_timestamp(),
  person_id      uuid,
  actor          jsonb not null,
  operation      varchar(64) not null,
  surface        platform.call_surface not null,
  subject        varchar(200) not null,
  reason         varchar(1000),
  outcome        platform.call_outcome not null,
  code           varchar(64),
  request_id     varchar(128) not null,
  correlation_id varchar(128),
  address        inet,
  duration_us    integer not null,
  primary key (at, id)
) partition by range (at);
create index call_by_person on platform.call (person_id, at);

comment on column platform.call.id is 'subject=none purpose=audit retain=6y erase=keep';
comment on column platform.call.at is 'subject=none purpose=audit retain=6y erase=keep';
comment on column platform.call.person_id is 'subject=person_id purpose=audit retain=6y erase=keep';
comment on column platform.call.actor is 'subject=person_id purpose=audit retain=6y erase=redact';
comment on column platform.call.operation is 'subject=none purpose=audit retain=6y erase=keep';
comment on column platform.call.surface is 'subject=none purpose=audit retain=6y erase=keep';
comment on column platform.call.subject is 'subject=person_id purpose=audit retain=6y erase=keep';
comment on column platform.call.reason is 'subject=person_id purpose=audit retain=6y erase=redact';
comment on column platform.call.outcome is 'subject=none purpose=audit retain=6y erase=keep';
comment on column platform.call.code is 'subject=none purpose=audit retain=6y erase=keep';
comment on column platform.call.request_id is 'subject=none purpose=audit retain=6y erase=keep';
comment on column platform.call.correlation_id is 'subject=none purpose=audit retain=6y erase=keep';
comment on column platform.call.address is 'subject=person_id purpose=security retain=6y erase=redact';
comment on column platform.call.duration_us is 'subject=none purpose=operations retain=6y erase=keep';

-- Before and after of every changed row.
create table platform.change (
  id         uuid not null default uuidv7(),
  at         timestamptz not null default transaction_timestamp(),
  call_id    uuid,
  table_name text not null,
  row_key    text not null,
  owner_id   uuid,
  kind       platform.change_kind not null,
  before     jsonb,
  after      jsonb,
  primary key (at, id)
) partition by range (at);
create index change_by_row on platform.change (row_key, at, id);

comment on column platform.change.id is 'subject=none purpose=history retain=6y erase=keep';
comment on column platform.change.at is 'subject=none purpose=history retain=6y erase=keep';
comment on column platform.change.call_id is 'subject=none purpose=history retain=6y erase=keep';
comment on column platform.change.table_name is 'subject=none purpose=history retain=6y erase=keep';
comment on column platform.change.row_key is 'subject=owner_id purpose=history retain=6y erase=keep';
comment on column platform.change.owner_id is 'subject=owner_id purpose=history retain=6y erase=keep';
comment on column platform.change.kind is 'subject=none purpose=history retain=6y erase=keep';
comment on column platform.change.before is 'subject=owner_id purpose=history retain=6y erase=delete';
comment on column platform.change.after is 'subject=owner_id purpose=history retain=6y erase=delete';

-- The answers of writes that carried an idempotency key.
create table platform.replay (
  person_id  uuid not null,
  client     varchar(80) not null,
  operation  varchar(64) not null,
  key        varchar(255) not null,
  input_hash bytea not null,
  -- Not jsonb, which would give the members back in another order than the first answer had.
  answer     json,
  call_id    uuid not null,
  expires_at timestamptz not null,
  primary key (person_id, client, operation, key)
);
create index replay_by_end on platform.replay (expires_at);

comment on column platform.replay.person_id is 'subject=person_id purpose=replay retain=24h erase=delete';
comment on column platform.replay.client is 'subject=person_id purpose=replay retain=24h erase=delete';
comment on column platform.replay.operation is 'subject=none purpose=replay retain=24h erase=delete';
comment on column platform.replay.key is 'subject=person_id purpose=replay retain=24h erase=delete';
comment on column platform.replay.input_hash is 'subject=person_id purpose=replay retain=24h erase=delete';
comment on column platform.replay.answer is 'subject=person_id purpose=replay retain=24h erase=delete';
comment on column platform.replay.call_id is 'subject=none purpose=replay retain=24h erase=delete';
comment on column platform.replay.expires_at is 'subject=none purpose=replay retain=24h erase=delete';

-- Requests refused before anybody was identified: one row per address, reason and minute.
create table platform.refusal (
  minute  timestamptz not null,
  address inet not null,
  code    text not null check (char_length(code) <= 64),
  count   bigint not null check (count > 0),
  primary key (minute, address, code)
);
comment on column platform.refusal.minute is 'subject=none purpose=security retain=90d erase=keep';
comment on column platform.refusal.address is 'subject=none purpose=security retain=90d erase=keep';
comment on column platform.refusal.code is 'subject=none purpose=security retain=90d erase=keep';
comment on column platform.refusal.count is 'subject=none purpose=security retain=90d erase=keep';

alter table platform.call enable row level security;
alter table platform.call force row level security;
create policy to_owner on platform.call to plinth_owner using (true) with check (true);
alter table platform.change enable row level security;
alter table platform.change force row level security;
create policy to_owner on platform.change to plinth_owner using (true) with check (true);
alter table platform.replay enable row level security;
alter table platform.replay force row level security;
create policy to_owner on platform.replay to plinth_owner using (true) with check (true);
create policy own on platform.replay for select to plinth_app, plinth_identity
  using (person_id = (select platform.caller_id()));
alter table platform.refusal enable row level security;
alter table platform.refusal force row level security;
create policy to_owner on platform.refusal to plinth_owner using (true) with check (true);

grant usage on schema platform to plinth_app, plinth_identity;
grant select on platform.replay to plinth_app, plinth_identity;

-- Keeps the next months' partitions ready. A month without one would refuse every write.
create function platform.prepare_partitions(months integer) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  start timestamptz;
  parent text;
begin
  for month in 0..months loop
    start := date_trunc('month', transaction_timestamp(), 'UTC') + make_interval(months => month);
    foreach parent in array array['call', 'change'] loop
      execute format(
        'create table if not exists platform.%I partition of platform.%I for values from (%L) to (%L)',
        parent || '_' || to_char(start at time zone 'UTC', 'YYYY_MM'),
        parent, start, start + interval '1 month');
    end loop;
  end loop;
end $$;
revoke all on function platform.prepare_partitions(integer) from public;

-- The only way to write a call row. Who called comes from the settings, never from an argument.
create function platform.record_call(
  p_operation text, p_surface text, p_subject text, p_reason text, p_outcome text, p_code text,
  p_request_id text, p_correlation_id text, p_address text, p_duration_us integer
) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
  insert into platform.call (id, person_id, actor, operation, surface, subject, reason, outcome,
    code, request_id, correlation_id, address, duration_us)
  values (platform.call_id(), platform.caller_id(), platform.actor(), p_operation,
    p_surface::platform.call_surface, p_subject, p_reason, p_outcome::platform.call_outcome, p_code,
    p_request_id, p_correlation_id, p_address::inet, greatest(p_duration_us, 0));
end;
revoke all on function platform.record_call from public;
grant execute on function platform.record_call to plinth_app, plinth_identity;

-- Keeps the answer of a write for its idempotency key, in the write's own transaction.
create function platform.keep_answer(
  p_client text, p_operation text, p_key text, p_input_hash bytea, p_answer json, p_hours integer
) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
  insert into platform.replay (person_id, client, operation, key, input_hash, answer, call_id,
    expires_at)
  values (platform.caller_id(), p_client, p_operation, p_key, p_input_hash, p_answer,
    platform.call_id(), transaction_timestamp() + make_interval(hours => p_hours));
end;
revoke all on function platform.keep_answer from public;
grant execute on function platform.keep_answer to plinth_app, plinth_identity;

-- Adds refusals that were counted in memory: [{"minute", "address", "code", "count"}].
create function platform.count_refusals(p_counts jsonb) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into platform.refusal as known (minute, address, code, count)
  select given.minute, given.address, given.code, given.count
  from jsonb_to_recordset(p_counts)
    as given(minute timestamptz, address inet, code text, count bigint)
  on conflict (minute, address, code) do update set count = known.count + excluded.count;
end $$;
revoke all on function platform.count_refusals from public;
grant execute on function platform.count_refusals to plinth_app;

-- Removes what has outlived its purpose. Called hourly by every process; it is idempotent.
create function platform.purge() returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from platform.replay where expires_at < transaction_timestamp();
  delete from platform.refusal where minute < transaction_timestamp() - interval '90 days';
  perform platform.prepare_partitions(2);
end $$;
revoke all on function platform.purge from public;
grant execute on function platform.purge to plinth_app;

-- Writes the image of a changed row. Arguments: the key column, the owner column, and any columns
-- that hold secrets and are never imaged.
create function platform.keep_image() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_before jsonb;
  v_after  jsonb;
  v_row    jsonb;
begin
  if tg_op <> 'INSERT' then v_before := to_jsonb(old); end if;
  if tg_op <> 'DELETE' then v_after := to_jsonb(new); end if;
  if tg_nargs > 2 then
    v_before := v_before - tg_argv[2:];
    v_after := v_after - tg_argv[2:];
  end if;
  if tg_op = 'UPDATE' and v_before = v_after then
    return null;
  end if;
  v_row := coalesce(v_after, v_before);
  insert into platform.change (call_id, table_name, row_key, owner_id, kind, before, after)
  values (platform.call_id(), tg_table_schema || '.' || tg_table_name,
    v_row ->> tg_argv[0], (v_row ->> tg_argv[1])::uuid,
    (case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'changed' else 'removed' end)
      ::platform.change_kind,
    v_before, v_after);
  return null;
end $$;
revoke all on function platform.keep_image from public;

select platform.prepare_partitions(2);
