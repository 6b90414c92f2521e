-- A policy says itself how long its task stays large after a streak of weak small answers; the setting is what counts without.

create function private.demotion_cooldown(p_org_id uuid, p_task text)
returns interval
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((private.policy_for(p_org_id, p_task)).demotion_cooldown,
    (private.setting('ai.routing.demotion.cooldown', p_org_id, null) #>> '{}')::interval, interval '30 minutes');
end
$$;
comment on function private.demotion_cooldown(uuid, text) is
  'How long the small tier of a task is skipped after a streak of weak answers: the policy in force, else the setting, else half an hour.';
revoke execute on function private.demotion_cooldown(uuid, text) from public;
