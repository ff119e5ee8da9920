-- Reading a thing's history. Touches nothing that exists, so it locks nothing.

-- The changes of one row, newest first, for the person who owns it. It runs as the owner of the
-- tables, because nobody else may read them, and so repeats the rule: only one's own.
create function platform.history(
  p_table text, p_key text, p_before_at timestamptz, p_before_id uuid, p_limit integer
) returns table (
  id uuid, at timestamptz, operation text, person_name text, actor jsonb, kind text,
  before jsonb, after jsonb
)
  language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select change.id, change.at, coalesce(call.operation, 'unknown'), coalesce(person.name, ''),
    coalesce(call.actor, '{}'::jsonb), change.kind::text, change.before, change.after
  from platform.change
  left join platform.call on call.id = change.call_id and call.at = change.at
  left join identity.person on person.id = call.person_id
  where change.row_key = p_key
    and change.table_name = p_table
    and change.owner_id = platform.caller_id()
    and (p_before_at is null or (change.at, change.id) < (p_before_at, p_before_id))
  order by change.at desc, change.id desc
  limit least(p_limit, 101);
end;
revoke all on function platform.history from public;
grant execute on function platform.history to plinth_app;
