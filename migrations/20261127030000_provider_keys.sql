-- Providers of the platform with a key of their own: in a function secret, or in the Vault, where an operator puts it without a
-- deploy. Which secret goes to which address stays a matter of operators alone.

create function private.keyed_providers()
returns text[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(pr.slug order by pr.slug), '{}') from public.ai_providers as pr
    where pr.active and pr.org_id is null and pr.secret_name is not null
  );
end
$$;
comment on function private.keyed_providers() is
  'Providers of the platform that bring their own key. Whether a function secret of that name is set only the functions can see.';

create function private.card_models(
  p private.admission_request, p_org_id uuid, p_policy public.ai_policies, p_price_unknown text, p_now timestamptz
)
returns private.card_model[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_tools  boolean := 'responses_tools' = any (p.needs);
  v_models private.card_model[];
begin
  p.providers := p.providers || private.keyed_providers();
  p.needs := array_remove(p.needs, 'responses_tools');
  v_models := private.card_models_at(p, p_org_id, p_policy, p_price_unknown, p_now);
  if v_tools then
    for n in 1 .. coalesce(cardinality(v_models), 0) loop
      if v_models[n].problem is null and not private.takes_tools_in_responses(v_models[n].provider, v_models[n].model, p_org_id) then
        v_models[n].problem := 'lacks_capability';
      end if;
    end loop;
  end if;
  return v_models;
end
$$;
comment on function private.card_models(private.admission_request, uuid, public.ai_policies, text, timestamptz) is
  'The models a request may use, in order: those the caller named, else the policy''s. At providers the deployment has a key for, and at those that bring their own. The need responses_tools is met by tools as well.';

-- Keys in the Vault ----------------------------------------------------------------------------------------------------

create function private.set_ai_provider_key(p_provider text, p_key text)
returns void
language plpgsql
security definer -- writes the Vault, which no API role may; who may is checked here
set search_path = ''
as $$
declare
  v_row    public.ai_providers;
  v_secret uuid;
begin
  if not coalesce(private.is_operator(), false) then
    raise exception 'Cannot set the key: only operators of the platform may' using errcode = '42501';
  end if;
  select * into v_row from public.ai_providers as pr where pr.slug = p_provider for update;
  if not found then
    raise exception 'Cannot set the key: the provider is not known' using errcode = '22023';
  elsif to_regclass('vault.secrets') is null then
    raise exception 'Cannot set the key: this database has no Vault, set a function secret instead' using errcode = '22023';
  elsif p_key ~ '[[:cntrl:][:space:]]' or length(p_key) not between 1 and 2000 then
    raise exception 'Cannot set the key: it is empty, too long, or has blanks in it' using errcode = '22023';
  elsif v_row.secret_name !~ '^SIGNALBOX_PROVIDER_' then
    raise exception 'Cannot set the key: the provider''s secret_name must begin with SIGNALBOX_PROVIDER_' using errcode = '22023';
  end if;
  if v_row.secret_name is null then
    v_row.secret_name := 'SIGNALBOX_PROVIDER_' || upper(replace(p_provider, '-', '_')) || '_API_KEY';
    update public.ai_providers as pr set secret_name = v_row.secret_name where pr.slug = p_provider;
  end if;
  select s.id into v_secret from vault.secrets as s where s.name = v_row.secret_name;
  if p_key is null then
    delete from vault.secrets as s where s.id = v_secret;
  elsif v_secret is null then
    perform vault.create_secret(p_key, v_row.secret_name, 'Key of the model provider ' || p_provider);
  else
    perform vault.update_secret(v_secret, p_key);
  end if;
end
$$;
comment on function private.set_ai_provider_key(text, text) is 'Behind public.set_ai_provider_key.';
revoke execute on function private.set_ai_provider_key(text, text) from public;
grant execute on function private.set_ai_provider_key(text, text) to authenticated, service_role;

create function public.set_ai_provider_key(p_provider text, p_key text)
returns void
language sql
set search_path = ''
as $$
  select private.set_ai_provider_key(p_provider, p_key)
$$;
comment on function public.set_ai_provider_key(text, text) is
  'Puts the key of a provider into the Vault, under its secret_name (made where it has none); NULL removes it. Operators only. A function secret of that name stands before it. Running functions see a new key within a minute.';
revoke execute on function public.set_ai_provider_key(text, text) from public, anon;
grant execute on function public.set_ai_provider_key(text, text) to authenticated, service_role;

create function public.ai_provider_key(p_provider text)
returns text
language plpgsql
stable
security definer -- reads the Vault; executable by the service role alone
set search_path = ''
as $$
declare
  v_key text;
begin
  if to_regclass('vault.decrypted_secrets') is not null then
    select s.decrypted_secret into v_key
    from public.ai_providers as pr
    join vault.decrypted_secrets as s on s.name = pr.secret_name
    -- Whatever else is in the Vault is nobody's key to a provider.
    where pr.slug = p_provider and pr.active and pr.secret_name ~ '^SIGNALBOX_PROVIDER_';
  end if;
  return v_key;
end
$$;
comment on function public.ai_provider_key(text) is 'The key the Vault holds for a provider; NULL without one. Service role only.';
revoke execute on function public.ai_provider_key(text) from public, anon, authenticated;
grant execute on function public.ai_provider_key(text) to service_role;

revoke execute on function private.keyed_providers(),
  private.card_models(private.admission_request, uuid, public.ai_policies, text, timestamptz) from public;
