-- Which changes are audited: whatever decides about money, models, rights and what is said to models.

create trigger organizations_audit after insert or update or delete on public.organizations
  for each row execute function private.audit_change('id');
create trigger organization_members_audit after insert or update or delete on public.organization_members
  for each row execute function private.audit_change('org_id');
create trigger platform_operators_audit after insert or update or delete on public.platform_operators
  for each row execute function private.audit_change('');
create trigger ai_tasks_audit after insert or update or delete on public.ai_tasks
  for each row execute function private.audit_change('');
create trigger ai_providers_audit after insert or update or delete on public.ai_providers
  for each row execute function private.audit_change('org_id');
create trigger ai_models_audit after insert or update or delete on public.ai_models
  for each row execute function private.audit_change('org_id');
create trigger ai_model_prices_audit after insert or update or delete on public.ai_model_prices
  for each row execute function private.audit_change('org_id');
create trigger ai_exchange_rates_audit after insert or update or delete on public.ai_exchange_rates
  for each row execute function private.audit_change('');
create trigger ai_policies_audit after insert or update or delete on public.ai_policies
  for each row execute function private.audit_change('org_id');
create trigger ai_prompts_audit after insert or update or delete on public.ai_prompts
  for each row execute function private.audit_change('org_id');
create trigger ai_keys_audit after insert or update or delete on public.ai_keys
  for each row execute function private.audit_change('org_id', 'hash');
create trigger ai_budgets_audit after insert or update or delete on public.ai_budgets
  for each row execute function private.audit_change('org_id');
create trigger ai_limits_audit after insert or update or delete on public.ai_limits
  for each row execute function private.audit_change('org_id');
create trigger ai_cost_inputs_audit after insert or update or delete on public.ai_cost_inputs
  for each row execute function private.audit_change('org_id');
create trigger ai_setting_definitions_audit after insert or update or delete on public.ai_setting_definitions
  for each row execute function private.audit_change('');
-- What a user chooses for himself, in every organization, binds nobody else: it is his own business.
create trigger ai_settings_audit after insert or update on public.ai_settings
  for each row when (new.org_id is not null or new.user_id is null) execute function private.audit_change('org_id');
create trigger ai_settings_audit_delete after delete on public.ai_settings
  for each row when (old.org_id is not null or old.user_id is null) execute function private.audit_change('org_id');
