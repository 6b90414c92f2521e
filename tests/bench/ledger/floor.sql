-- The floor: what any ledger in Postgres has to do at least. One budget row, one request row, two calls.
create table public.floor_budgets (
  id      integer primary key,
  cap     numeric not null,
  held    numeric not null default 0,
  settled numeric not null default 0
) with (fillfactor = 50);
insert into public.floor_budgets (id, cap) select n, 1e12 from generate_series(1000, 1999) as n;

create table public.floor_requests (
  id      uuid primary key,
  budget  integer not null,
  held    numeric not null,
  settled numeric,
  status  text not null
);

create function public.floor_reserve(p_id uuid, p_budget integer, p_amount numeric) returns jsonb language plpgsql as $$
declare
  v_budget public.floor_budgets;
begin
  select * into v_budget from public.floor_budgets where id = p_budget for update;
  if v_budget.settled + v_budget.held + p_amount > v_budget.cap then
    return jsonb_build_object('admitted', false);
  end if;
  update public.floor_budgets set held = held + p_amount where id = p_budget;
  insert into public.floor_requests values (p_id, p_budget, p_amount, null, 'held');
  return jsonb_build_object('admitted', true, 'remaining', v_budget.cap - v_budget.settled - v_budget.held - p_amount);
end
$$;

create function public.floor_settle(p_id uuid, p_cost numeric) returns jsonb language plpgsql as $$
declare
  v_request public.floor_requests;
begin
  update public.floor_requests set status = 'settled', settled = p_cost where id = p_id and status = 'held' returning * into v_request;
  if not found then
    return jsonb_build_object('settled', false);
  end if;
  update public.floor_budgets set held = held - v_request.held, settled = settled + p_cost where id = v_request.budget;
  return jsonb_build_object('settled', true);
end
$$;
