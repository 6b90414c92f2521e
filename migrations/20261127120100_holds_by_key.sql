-- A hold is found by its key and by nothing else. A session that met the table while it was small could plan to walk all holds of the
-- organization, or all that live, and kept that plan: on the first day of a project a settlement then took longer with each request before it.

drop index public.ai_holds_day_idx;
create index ai_holds_day_idx on public.ai_holds (day, org_id);
