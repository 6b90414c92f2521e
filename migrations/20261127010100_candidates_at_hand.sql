-- The same candidates and choices, put together in variables of their own: an array inside a row is copied whole for every
-- element that is added to it. And a look at the budgets that says how far the soft share is, so that several requests can be
-- decided after one look.

alter type private.budget_room add attribute soft_room numeric;
comment on type private.budget_room is
  'What the budgets of a request leave, in the organization''s currency. soft_room: until the first soft share is passed, below zero once it is; NULL = no budget applies.';

create function private.room_after(p_room private.budget_room, p_held numeric)
returns private.budget_room
language plpgsql
immutable
set search_path = ''
as $$
begin
  return row(p_room.room - p_held, p_room.per_request, p_room.remaining - p_held, coalesce(p_room.soft_room - p_held < 0, false),
    p_room.soft_room - p_held)::private.budget_room;
end
$$;
comment on function private.room_after(private.budget_room, numeric) is
  'What the same budgets leave once a hold of the given amount counts in all of them.';

revoke execute on all functions in schema private from public;
