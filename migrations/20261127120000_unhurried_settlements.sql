-- Whom nobody waits for may be settled a moment later, together with others: one statement and one commit for many.
-- docs/decisions/2026-11-27-unhurried-settlements.md

create or replace function private.admitted(
  p_draft private.admission_draft, p_card private.route_cards, p_hold public.ai_holds, p_room private.budget_room, p_choice private.choice, p_wire text
)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- So many holds like this one fit before the first budget comes to its soft share: then nobody is refused, or given a smaller model,
  -- because this one is released some tens of milliseconds later.
  c_comfortable constant integer := 100;
  v_settings  private.card_settings := p_draft.settings;
  v_wire      text := p_wire;
  -- What is still held counts in limits; and what a probe has found is waited for.
  v_unhurried boolean := cardinality(p_card.limits) = 0 and coalesce(p_hold.held * c_comfortable <= p_room.soft_room, true);
begin
  -- The probe is claimed last: the one thing here that another provider's health hangs on.
  if position('"half_open"' in v_wire) > 0 then
    v_wire := private.wire_candidates(private.claim_probes(p_choice.chosen, p_hold.created_at));
    v_unhurried := false;
  end if;
  return concat(
    '{"outcome": "admitted", "plan": {"request_id": "', p_hold.request_id, '", "org_id": "', p_hold.org_id, '", "candidates": ', v_wire,
    ', "tier": "', p_choice.tier, '", "prompt": ', p_draft.prompt, ', "thresholds": ', v_settings.thresholds, ', "calibration": ', v_settings.calibration,
    ', "settings": ', v_settings.as_json,
    ', "budget": ', coalesce(private.describe_room(p_room, p_card.currency, p_card.per_usd)::text, 'null'),
    ', "hold_usd": "', p_hold.held_usd, '", "expires_at": ', to_json(p_hold.expires_at), ', "items": ', coalesce(p_draft.items::text, 'null'),
    case when v_unhurried then ', "unhurried": true' end, '}}')::json;
end
$$;
