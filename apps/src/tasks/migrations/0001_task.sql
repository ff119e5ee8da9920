-- Locks nothing that exists: makes the two tables of the schema tasks.
grant usage on schema tasks to plinth_app;

create table tasks.task (
  id uuid primary key default uuidv7(),
  owner_id uuid not null,
  number int not null,
  title text not null,
  description text,
  priority text not null,
  labels text[] not null,
  due_kind text,
  due_date date,
  due_time time(0),
  due_zone text,
  due_at timestamptz,
  status text not null default 'open',
  status_before_trash text,
  completed_at timestamptz,
  trashed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version int not null default 1,

  -- What search, the label filter and the order by title compare: folded by the app, so that every
  -- database collation gives the same answer.
  search_text text not null,
  label_keys text[] not null,
  title_order text collate "C" not null,
  priority_rank smallint not null generated always as (
    case priority when 'low' then 1 when 'medium' then 2 when 'high' then 3 else 4 end
  ) stored,
  -- The wall clock as one number, 202603020930. A date alone is due by the end of its day: …2400.
  due_order bigint generated always as (
    extract(year from due_date)::bigint * 100000000
      + extract(month from due_date)::bigint * 1000000
      + extract(day from due_date)::bigint * 10000
      + coalesce(
          extract(hour from due_time)::bigint * 100 + extract(minute from due_time)::bigint,
          2400
        )
  ) stored,

  constraint task_number_is_unique unique (owner_id, number),
  constraint task_number_is_positive check (number > 0),
  constraint task_version_is_positive check (version > 0),
  constraint task_title_length check (char_length(title) between 1 and 200),
  constraint task_description_length check (char_length(description) between 1 and 1000),
  constraint task_priority_is_known check (priority in ('low', 'medium', 'high', 'urgent')),
  constraint task_labels_are_bounded check (
    cardinality(labels) <= 10
    and array_position(labels, null) is null
    and char_length(array_to_string(labels, '')) <= 500
  ),
  constraint task_label_keys_match check (cardinality(label_keys) = cardinality(labels)),
  -- Folding may make three characters of one.
  constraint task_search_text_length check (char_length(search_text) <= 6000),
  constraint task_title_order_length check (char_length(title_order) <= 60),
  constraint task_due_is_whole check (
    case due_kind
      when 'date' then
        due_date is not null and due_time is null and due_zone is null and due_at is null
      when 'floating' then
        due_date is not null and due_time is not null and due_zone is null and due_at is null
      when 'zoned' then
        due_date is not null and due_time is not null
        and char_length(due_zone) between 1 and 64 and due_at is not null
      else
        due_kind is null and due_date is null and due_time is null
        and due_zone is null and due_at is null
    end
  ),
  constraint task_status_is_known check (status in ('open', 'done', 'trashed')),
  constraint task_trash_is_whole check (
    (status = 'trashed') = (trashed_at is not null)
    and (status = 'trashed') = (status_before_trash is not null)
    and coalesce(status_before_trash in ('open', 'done'), true)
  ),
  constraint task_completion_is_whole check (
    (coalesce(status_before_trash, status) = 'done') = (completed_at is not null)
  )
);

-- Every list is one person's: each index is led by the owner, and only leakproof operators follow,
-- so that row security does not keep the planner from using it.
create index task_by_created on tasks.task (owner_id, created_at, number)
  where status <> 'trashed';
create index task_open_by_created on tasks.task (owner_id, created_at, number)
  where status = 'open';
create index task_by_due on tasks.task (owner_id, due_order, number)
  where status <> 'trashed';
create index task_by_priority on tasks.task (owner_id, priority_rank, number)
  where status <> 'trashed';
create index task_by_title on tasks.task (owner_id, title_order, number)
  where status <> 'trashed';
create index task_trashed on tasks.task (owner_id, trashed_at, number)
  where status = 'trashed';

alter table tasks.task enable row level security;
alter table tasks.task force row level security;
create policy own on tasks.task for all to plinth_app
  using (owner_id = (select platform.caller_id()))
  with check (owner_id = (select platform.caller_id()));
create policy to_owner on tasks.task for all to plinth_owner
  using (true) with check (true);
grant select, insert, update on tasks.task to plinth_app;

create trigger keep_image after insert or update or delete on tasks.task
  for each row execute function platform.keep_image('id', 'owner_id');

-- The number that people say, "task 3", is counted per person: a sequence would leave gaps and tell
-- how many tasks all others have.
create table tasks.counter (
  owner_id uuid primary key,
  last_number int not null,
  constraint counter_is_positive check (last_number > 0)
);

alter table tasks.counter enable row level security;
alter table tasks.counter force row level security;
create policy own on tasks.counter for all to plinth_app
  using (owner_id = (select platform.caller_id()))
  with check (owner_id = (select platform.caller_id()));
create policy to_owner on tasks.counter for all to plinth_owner
  using (true) with check (true);
grant select, insert, update on tasks.counter to plinth_app;

comment on table tasks.task is 'A task: something that a person wants to get done.';
comment on column tasks.task.id is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.owner_id is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.number is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.title is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.description is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.priority is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.labels is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.due_kind is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.due_date is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.due_time is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.due_zone is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.due_at is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.status is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.status_before_trash is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.completed_at is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.trashed_at is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.created_at is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.updated_at is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.version is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.task.search_text is 'subject=owner_id purpose=search retain=account erase=delete';
comment on column tasks.task.label_keys is 'subject=owner_id purpose=search retain=account erase=delete';
comment on column tasks.task.title_order is 'subject=owner_id purpose=search retain=account erase=delete';
comment on column tasks.task.priority_rank is 'subject=owner_id purpose=search retain=account erase=delete';
comment on column tasks.task.due_order is 'subject=owner_id purpose=search retain=account erase=delete';
comment on table tasks.counter is 'The last number given to a task, per person.';
comment on column tasks.counter.owner_id is 'subject=owner_id purpose=app retain=account erase=delete';
comment on column tasks.counter.last_number is 'subject=owner_id purpose=app retain=account erase=delete';
