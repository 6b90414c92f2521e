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

create or replace function private.note_streak(p_org_id uuid, p_task text, p_weak boolean, p_small boolean, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  -- Twice is chance.
  c_streak constant integer := 3;
begin
  if p_weak then
    insert into public.ai_demotions as d (org_id, task, weak_streak) values (p_org_id, p_task, 1)
    on conflict (org_id, task) do update set
      weak_streak = case when d.weak_streak >= c_streak - 1 then 0 else d.weak_streak + 1 end,
      large_until = case when d.weak_streak >= c_streak - 1 then p_now + private.demotion_cooldown(p_org_id, p_task) else d.large_until end;
  elsif p_small then
    update public.ai_demotions as d set weak_streak = 0 where d.org_id = p_org_id and d.task = p_task and d.weak_streak > 0;
  end if;
end
$$;
comment on function private.note_streak(uuid, text, boolean, boolean, timestamptz) is
  'Counts weak small answers of a task in a row; the third starts the demotion cooldown.';
comment on table public.ai_demotions is
  'Streaks of weak small answers by task. After three in a row the task starts large until large_until (the policy''s demotion_cooldown, else ai.routing.demotion.cooldown).';
