-- People, how they sign in, and what acts for them. Touches nothing that exists: locks nothing.

-- A person. The engine for accounts calls this its user.
create table identity.person (
  id                 uuid primary key default uuidv7(),
  email              text not null check (char_length(email) between 3 and 254),
  -- The address as it is compared: NFC, lower case.
  email_key          text not null check (char_length(email_key) between 3 and 254),
  name               text not null check (char_length(name) between 1 and 120),
  time_zone          text not null default 'UTC' check (char_length(time_zone) between 1 and 64),
  is_email_confirmed boolean not null default false,
  is_locked          boolean not null default false,
  created_at         timestamptz not null,
  updated_at         timestamptz not null,
  version            integer not null default 1 check (version >= 1),
  constraint person_has_own_email unique (email_key)
);

-- A way to sign in: a password, later an account elsewhere.
create table identity.account (
  id                       uuid primary key default uuidv7(),
  person_id                uuid not null references identity.person on delete cascade,
  provider_id              text not null check (char_length(provider_id) between 1 and 64),
  account_id               text not null check (char_length(account_id) between 1 and 255),
  password_hash            text check (char_length(password_hash) <= 512),
  access_token             text check (char_length(access_token) <= 8192),
  refresh_token            text check (char_length(refresh_token) <= 8192),
  id_token                 text check (char_length(id_token) <= 16384),
  access_token_expires_at  timestamptz,
  refresh_token_expires_at timestamptz,
  scope                    text check (char_length(scope) <= 2048),
  created_at               timestamptz not null,
  updated_at               timestamptz not null,
  constraint account_is_of_one_person unique (provider_id, account_id)
);
create index account_by_person on identity.account (person_id);

-- A browser in which a person is signed in. It ends by being deleted.
create table identity.session (
  id           uuid primary key default uuidv7(),
  person_id    uuid not null references identity.person on delete cascade,
  token_hash   bytea not null check (octet_length(token_hash) = 32),
  created_at   timestamptz not null,
  last_used_at timestamptz not null,
  expires_at   timestamptz not null,
  constraint session_has_own_token unique (token_hash)
);
create index session_by_person on identity.session (person_id);
create index session_by_end on identity.session (expires_at);

-- What a person must prove before something happens, such as that a mailbox is theirs.
create table identity.verification (
  id         uuid primary key default uuidv7(),
  identifier text not null check (char_length(identifier) between 1 and 512),
  value      text not null check (char_length(value) <= 8192),
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index verification_by_identifier on identity.verification (identifier);
create index verification_by_end on identity.verification (expires_at);

-- A credential for a script or an agent. It ends by being revoked or by its date; the row stays.
create table identity.api_key (
  id           uuid primary key default uuidv7(),
  owner_id     uuid not null references identity.person on delete cascade,
  name         text not null check (char_length(name) between 1 and 80),
  prefix       text not null check (char_length(prefix) = 12),
  key_hash     bytea not null check (octet_length(key_hash) = 32),
  scopes       text[] not null
    check (cardinality(scopes) between 1 and 50
      and char_length(array_to_string(scopes, ' ')) <= 4000),
  used_by      text not null check (used_by in ('agent', 'script')),
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  last_used_at timestamptz,
  revoked_at   timestamptz,
  constraint api_key_has_own_hash unique (key_hash)
);
create index api_key_by_owner on identity.api_key (owner_id, id);

-- A role that an administrator gave. The first administrator's was given by nobody.
create table identity.role_grant (
  person_id  uuid not null references identity.person on delete cascade,
  role       text not null check (role ~ '^[a-z]+:[a-z_]+$' and char_length(role) <= 64),
  granted_by uuid references identity.person on delete set null,
  granted_at timestamptz not null,
  primary key (person_id, role)
);
create index role_grant_by_role on identity.role_grant (role);
create index role_grant_by_giver on identity.role_grant (granted_by);

comment on column identity.person.id is 'subject=id purpose=account retain=account erase=delete';
comment on column identity.person.email is 'subject=id purpose=account retain=account erase=delete';
comment on column identity.person.email_key is
  'subject=id purpose=account retain=account erase=delete';
comment on column identity.person.name is 'subject=id purpose=account retain=account erase=delete';
comment on column identity.person.time_zone is
  'subject=id purpose=account retain=account erase=delete';
comment on column identity.person.is_email_confirmed is
  'subject=id purpose=account retain=account erase=delete';
comment on column identity.person.is_locked is
  'subject=id purpose=account retain=account erase=delete';
comment on column identity.person.created_at is
  'subject=id purpose=account retain=account erase=delete';
comment on column identity.person.updated_at is
  'subject=id purpose=account retain=account erase=delete';
comment on column identity.person.version is
  'subject=id purpose=account retain=account erase=delete';
comment on column identity.account.id is
  'subject=person_id purpose=sign-in retain=account erase=delete';
comment on column identity.account.person_id is
  'subject=person_id purpose=sign-in retain=account erase=delete';
comment on column identity.account.provider_id is
  'subject=person_id purpose=sign-in retain=account erase=delete';
comment on column identity.account.account_id is
  'subject=person_id purpose=sign-in retain=account erase=delete';
comment on column identity.account.password_hash is
  'subject=person_id purpose=sign-in retain=account erase=delete secret';
comment on column identity.account.access_token is
  'subject=person_id purpose=sign-in retain=account erase=delete secret';
comment on column identity.account.refresh_token is
  'subject=person_id purpose=sign-in retain=account erase=delete secret';
comment on column identity.account.id_token is
  'subject=person_id purpose=sign-in retain=account erase=delete secret';
comment on column identity.account.access_token_expires_at is
  'subject=person_id purpose=sign-in retain=account erase=delete';
comment on column identity.account.refresh_token_expires_at is
  'subject=person_id purpose=sign-in retain=account erase=delete';
comment on column identity.account.scope is
  'subject=person_id purpose=sign-in retain=account erase=delete';
comment on column identity.account.created_at is
  'subject=person_id purpose=sign-in retain=account erase=delete';
comment on column identity.account.updated_at is
  'subject=person_id purpose=sign-in retain=account erase=delete';
comment on column identity.session.id is
  'subject=person_id purpose=sign-in retain=90d erase=delete';
comment on column identity.session.person_id is
  'subject=person_id purpose=sign-in retain=90d erase=delete';
comment on column identity.session.token_hash is
  'subject=person_id purpose=sign-in retain=90d erase=delete secret';
comment on column identity.session.created_at is
  'subject=person_id purpose=sign-in retain=90d erase=delete';
comment on column identity.session.last_used_at is
  'subject=person_id purpose=security retain=90d erase=delete';
comment on column identity.session.expires_at is
  'subject=person_id purpose=sign-in retain=90d erase=delete';
comment on column identity.verification.id is
  'subject=identifier purpose=sign-in retain=1d erase=delete';
comment on column identity.verification.identifier is
  'subject=identifier purpose=sign-in retain=1d erase=delete';
comment on column identity.verification.value is
  'subject=identifier purpose=sign-in retain=1d erase=delete secret';
comment on column identity.verification.expires_at is
  'subject=identifier purpose=sign-in retain=1d erase=delete';
comment on column identity.verification.created_at is
  'subject=identifier purpose=sign-in retain=1d erase=delete';
comment on column identity.verification.updated_at is
  'subject=identifier purpose=sign-in retain=1d erase=delete';
comment on column identity.api_key.id is
  'subject=owner_id purpose=access retain=account erase=delete';
comment on column identity.api_key.owner_id is
  'subject=owner_id purpose=access retain=account erase=delete';
comment on column identity.api_key.name is
  'subject=owner_id purpose=access retain=account erase=delete';
comment on column identity.api_key.prefix is
  'subject=owner_id purpose=access retain=account erase=delete';
comment on column identity.api_key.key_hash is
  'subject=owner_id purpose=access retain=account erase=delete secret';
comment on column identity.api_key.scopes is
  'subject=owner_id purpose=access retain=account erase=delete';
comment on column identity.api_key.used_by is
  'subject=owner_id purpose=access retain=account erase=delete';
comment on column identity.api_key.created_at is
  'subject=owner_id purpose=access retain=account erase=delete';
comment on column identity.api_key.expires_at is
  'subject=owner_id purpose=access retain=account erase=delete';
comment on column identity.api_key.last_used_at is
  'subject=owner_id purpose=security retain=account erase=delete';
comment on column identity.api_key.revoked_at is
  'subject=owner_id purpose=access retain=account erase=delete';
comment on column identity.role_grant.person_id is
  'subject=person_id purpose=access retain=account erase=delete';
comment on column identity.role_grant.role is
  'subject=person_id purpose=access retain=account erase=delete';
comment on column identity.role_grant.granted_by is
  'subject=granted_by purpose=access retain=account erase=delete';
comment on column identity.role_grant.granted_at is
  'subject=person_id purpose=access retain=account erase=delete';

-- One's own rows, or any while nobody is calling: that is signing in, and finding out who a
-- credential is. Requests (plinth_app) see nothing here.
alter table identity.person enable row level security;
alter table identity.person force row level security;
create policy to_owner on identity.person to plinth_owner using (true) with check (true);
create policy own on identity.person to plinth_identity
  using (id = (select platform.caller_id()) or (select platform.caller_id()) is null)
  with check (id = (select platform.caller_id()) or (select platform.caller_id()) is null);
alter table identity.account enable row level security;
alter table identity.account force row level security;
create policy to_owner on identity.account to plinth_owner using (true) with check (true);
create policy own on identity.account to plinth_identity
  using (person_id = (select platform.caller_id()) or (select platform.caller_id()) is null)
  with check (person_id = (select platform.caller_id()) or (select platform.caller_id()) is null);
alter table identity.session enable row level security;
alter table identity.session force row level security;
create policy to_owner on identity.session to plinth_owner using (true) with check (true);
create policy own on identity.session to plinth_identity
  using (person_id = (select platform.caller_id()) or (select platform.caller_id()) is null)
  with check (person_id = (select platform.caller_id()) or (select platform.caller_id()) is null);
alter table identity.verification enable row level security;
alter table identity.verification force row level security;
create policy to_owner on identity.verification to plinth_owner using (true) with check (true);
create policy before_sign_in on identity.verification to plinth_identity
  using ((select platform.caller_id()) is null) with check ((select platform.caller_id()) is null);
alter table identity.api_key enable row level security;
alter table identity.api_key force row level security;
create policy to_owner on identity.api_key to plinth_owner using (true) with check (true);
create policy own on identity.api_key to plinth_identity
  using (owner_id = (select platform.caller_id()) or (select platform.caller_id()) is null)
  with check (owner_id = (select platform.caller_id()) or (select platform.caller_id()) is null);
alter table identity.role_grant enable row level security;
alter table identity.role_grant force row level security;
create policy to_owner on identity.role_grant to plinth_owner using (true) with check (true);
create policy own on identity.role_grant to plinth_identity
  using (person_id = (select platform.caller_id()) or (select platform.caller_id()) is null)
  with check (person_id = (select platform.caller_id()) or (select platform.caller_id()) is null);

grant usage on schema identity to plinth_identity;
grant select, insert, update on identity.person, identity.account, identity.api_key
  to plinth_identity;
grant select, insert, update, delete on identity.session, identity.verification to plinth_identity;
grant select, insert on identity.role_grant to plinth_identity;

-- Whoever changes a person, the engine included, moves its version and its time.
create function identity.grow_version() returns trigger
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.version := old.version + 1;
  new.updated_at := transaction_timestamp();
  return new;
end $$;
revoke all on function identity.grow_version from public;
create trigger grow_version before update on identity.person
  for each row when (old.* is distinct from new.*) execute function identity.grow_version();

-- Sessions leave no images: that they began and ended is in the calls, and they are not kept.
create trigger keep_image after insert or update or delete on identity.person
  for each row execute function platform.keep_image('id', 'id');
create trigger keep_image after insert or update or delete on identity.account
  for each row execute function platform.keep_image('id', 'person_id',
    'password_hash', 'access_token', 'refresh_token', 'id_token');
create trigger keep_image after insert or update or delete on identity.api_key
  for each row execute function platform.keep_image('id', 'owner_id', 'key_hash', 'last_used_at');
create trigger keep_image after insert or update or delete on identity.role_grant
  for each row execute function platform.keep_image('person_id', 'person_id');

-- Whether the credential that a call came with still stands, asked inside the write's transaction:
-- who a credential is comes from a cache, and it may have been revoked since. Expiry is not asked
-- here; it was judged at this very call, from the credential's own dates.
create function platform.credential_is_live(p_kind text, p_id uuid) returns boolean
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Two small plans instead of one that asks which: this runs with every write.
  case p_kind
    when 'session' then
      return exists (
        select from identity.session join identity.person on person.id = session.person_id
        where session.id = p_id and session.person_id = platform.caller_id()
          and not person.is_locked);
    when 'key' then
      return exists (
        select from identity.api_key join identity.person on person.id = api_key.owner_id
        where api_key.id = p_id and api_key.owner_id = platform.caller_id()
          and api_key.revoked_at is null and not person.is_locked);
    else
      return false;
  end case;
end $$;
revoke all on function platform.credential_is_live from public;
grant execute on function platform.credential_is_live to plinth_app, plinth_identity;
