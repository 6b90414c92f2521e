-- Generated from migrations/ by `deno task schema`: read it, never edit it. CI fails when it is stale.
-- Sorted by object, with all that belongs to an object below it: for reading and for diffs, not for running.

-- Name: private; Type: SCHEMA; Schema: -; Owner: postgres

CREATE SCHEMA private;


ALTER SCHEMA private OWNER TO postgres;

-- Name: SCHEMA private; Type: COMMENT; Schema: -; Owner: postgres

COMMENT ON SCHEMA private IS 'Internals: not exposed over the Data API. Every function and table in it still needs its own grant.';

-- Name: SCHEMA private; Type: ACL; Schema: -; Owner: postgres

GRANT USAGE ON SCHEMA private TO authenticated;
GRANT USAGE ON SCHEMA private TO service_role;

-- Name: acknowledge_alert(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.acknowledge_alert(p_alert_id uuid) RETURNS public.ai_alerts
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_alert public.ai_alerts := private.open_alert_of(p_alert_id, 'acknowledge');
begin
  if v_alert.acknowledged_at is null and v_alert.resolved_at is null then
    update public.ai_alerts as a set acknowledged_at = private.clock(), acknowledged_by = (select auth.uid())
    where a.id = p_alert_id returning * into v_alert;
  end if;
  return v_alert;
end
$$;


ALTER FUNCTION private.acknowledge_alert(p_alert_id uuid) OWNER TO postgres;

-- Name: FUNCTION acknowledge_alert(p_alert_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.acknowledge_alert(p_alert_id uuid) IS 'Behind public.acknowledge_alert.';

-- Name: FUNCTION acknowledge_alert(p_alert_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.acknowledge_alert(p_alert_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.acknowledge_alert(p_alert_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.acknowledge_alert(p_alert_id uuid) TO service_role;

-- Name: acquisition_costs(date); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.acquisition_costs(p_since date DEFAULT NULL::date) RETURNS TABLE(org_id uuid, month date, currency text, ai_cost numeric, infra_cost numeric, sales_minutes numeric, sales_rate numeric, sales_cost numeric, total_cost numeric, known_cost numeric, new_leads bigint, new_orders integer, assumed text[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    SET jit TO 'off'
    AS $$
  with org as materialized (
    select o.id, o.currency, o.time_zone, private.settings_for(o.id, null, 'kpi.') as settings
    from public.organizations as o
    where o.id in (select m.id from private.managed_org_ids() as m (id))
  ),
  spent as (
    -- A counter row moves its month to the closed ones when it is next used: it may still be an old one.
    select s.org_id, s.month, s.month_settled as cost from public.ai_budget_states as s where s.account = 'organization:' || s.org_id
    union all
    select c.org_id, c.period_start, c.settled from public.ai_closed_periods as c where c.account = 'organization:' || c.org_id and c.period = 'month'
  ),
  arrived as (
    select l.org_id, date_trunc('month', l.created_at at time zone org.time_zone)::date as month, count(*) as leads
    from public.leads as l
    join org on org.id = l.org_id
    where p_since is null or l.created_at >= p_since::timestamp at time zone org.time_zone
    group by 1, 2
  ),
  months as (
    select s.org_id, s.month from spent as s
    union
    select a.org_id, a.month from arrived as a
    union
    select i.org_id, i.month from public.ai_cost_inputs as i
  ),
  known as (
    select m.org_id, m.month, org.currency, coalesce(s.cost, 0) as ai_cost,
           coalesce(i.infra_cost, (org.settings ->> 'kpi.infra.monthly_cost')::numeric) as infra_cost,
           coalesce(i.sales_minutes, (org.settings ->> 'kpi.sales.minutes_per_lead')::numeric * coalesce(a.leads, 0)) as sales_minutes,
           (org.settings ->> 'kpi.sales.eur_per_hour')::numeric
             * case when org.currency = 'EUR' then 1 else rate.own / rate.eur end as sales_rate,
           coalesce(a.leads, 0) as new_leads, i.new_orders,
           array_remove(array[
             case when i.infra_cost is null and org.settings ->> 'kpi.infra.monthly_cost' is not null
               then 'infra_cost: setting kpi.infra.monthly_cost' end,
             case when i.sales_minutes is null and org.settings ->> 'kpi.sales.minutes_per_lead' is not null
               then 'sales_minutes: new leads × setting kpi.sales.minutes_per_lead' end,
             'sales_rate: setting kpi.sales.eur_per_hour'
           ], null) as assumed
    from months as m
    join org on org.id = m.org_id
    left join spent as s on s.org_id = m.org_id and s.month = m.month
    left join arrived as a on a.org_id = m.org_id and a.month = m.month
    left join public.ai_cost_inputs as i on i.org_id = m.org_id and i.month = m.month
    cross join lateral (
      select private.per_usd(org.currency, (m.month + interval '1 month') at time zone org.time_zone) as own,
             private.per_usd('EUR', (m.month + interval '1 month') at time zone org.time_zone) as eur
    ) as rate
    where p_since is null or m.month >= p_since
  )
  select k.org_id, k.month, k.currency, k.ai_cost, k.infra_cost, k.sales_minutes, k.sales_rate, k.sales_minutes / 60 * k.sales_rate,
         k.ai_cost + k.infra_cost + k.sales_minutes / 60 * k.sales_rate,
         k.ai_cost + coalesce(k.infra_cost, 0) + coalesce(k.sales_minutes / 60 * k.sales_rate, 0),
         k.new_leads, k.new_orders, k.assumed
  from known as k
$$;


ALTER FUNCTION private.acquisition_costs(p_since date) OWNER TO postgres;

-- Name: FUNCTION acquisition_costs(p_since date); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.acquisition_costs(p_since date) IS 'Behind public.ai_cost_per_lead and public.ai_cost_per_order: a row per month of each organization the caller manages, from a month on.';

-- Name: FUNCTION acquisition_costs(p_since date); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.acquisition_costs(p_since date) FROM PUBLIC;
GRANT ALL ON FUNCTION private.acquisition_costs(p_since date) TO authenticated;
GRANT ALL ON FUNCTION private.acquisition_costs(p_since date) TO service_role;

-- Name: add_costs(bigint, bigint, public.ai_request_logs[]); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.add_costs(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  insert into private.ai_job_days as t
  select f.job_id, f.org_id, f.day, sum(f.sign), sum(f.failed), sum(f.input_tokens), sum(f.output_tokens), sum(f.cost_usd), sum(f.unpriced)
  from private.cost_measures(p_from, p_to, p_withdrawn) as f
  where f.job_id is not null
  group by f.job_id, f.org_id, f.day
  on conflict (job_id, org_id, day) do update set
    requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, input_tokens = t.input_tokens + excluded.input_tokens,
    output_tokens = t.output_tokens + excluded.output_tokens, cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced;

  insert into private.ai_subject_days as t
  select f.subject_type, f.subject_id, f.org_id, f.day, sum(f.sign), sum(f.failed), sum(f.input_tokens), sum(f.output_tokens), sum(f.cost_usd),
         sum(f.unpriced)
  from private.cost_measures(p_from, p_to, p_withdrawn) as f
  where f.subject_type is not null and f.subject_id is not null
  group by f.subject_type, f.subject_id, f.org_id, f.day
  on conflict (subject_type, subject_id, org_id, day) do update set
    requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, input_tokens = t.input_tokens + excluded.input_tokens,
    output_tokens = t.output_tokens + excluded.output_tokens, cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced;

  -- The first stage has added everything else of a user's day.
  insert into private.ai_user_days as t (org_id, day, user_id, requests, input_tokens, output_tokens, cost_usd, unpriced)
  select f.org_id, f.day, f.user_id, 0, 0, 0, 0, sum(f.unpriced)
  from private.cost_measures(p_from, p_to, p_withdrawn) as f
  where f.user_id is not null and f.unpriced <> 0
  group by f.org_id, f.day, f.user_id
  on conflict (org_id, day, user_id) do update set unpriced = t.unpriced + excluded.unpriced;
end
$$;


ALTER FUNCTION private.add_costs(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[]) OWNER TO postgres;

-- Name: FUNCTION add_costs(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[]); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.add_costs(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[]) IS 'Adds a range of transactions to the cost rollups and subtracts withdrawn rows.';

-- Name: FUNCTION add_costs(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[]); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.add_costs(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[]) FROM PUBLIC;

-- Name: add_default_budget(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.add_default_budget() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into public.ai_budgets (org_id, scope, period) values (new.id, 'organization', 'month');
  return new;
end
$$;


ALTER FUNCTION private.add_default_budget() OWNER TO postgres;

-- Name: FUNCTION add_default_budget(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.add_default_budget() IS 'Every organization starts with a hard monthly budget whose cap is the setting ai.budget.monthly.cap.';

-- Name: FUNCTION add_default_budget(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.add_default_budget() FROM PUBLIC;

-- Name: admission_request; Type: TYPE; Schema: private; Owner: postgres

CREATE TYPE private.admission_request AS (
	request_id uuid,
	org_id uuid,
	user_id uuid,
	key_hash text,
	service boolean,
	task text,
	operation text,
	importance text,
	cost_sensitivity text,
	models text[],
	cache text,
	stream boolean,
	job_id uuid,
	subject_type text,
	subject_id text,
	idempotency_key text,
	body_hash text,
	language text,
	input_hash text,
	visibility text,
	output_settings jsonb,
	input_tokens integer,
	prompt_tokens integer,
	prompt jsonb,
	max_output_tokens integer,
	complexity real,
	complexity_features jsonb,
	needs text[],
	providers text[],
	items jsonb,
	deadline_ms integer,
	labels jsonb
);


ALTER TYPE private.admission_request OWNER TO postgres;

-- Name: TYPE admission_request; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TYPE private.admission_request IS 'The argument of ai_admit: shared/budget/admission.ts, AdmissionRequest.';

-- Name: ai_audit_heads; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_audit_heads (
    org_id uuid NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL
);


ALTER TABLE private.ai_audit_heads OWNER TO postgres;

-- Name: TABLE ai_audit_heads; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_audit_heads IS 'The last entry of each chain: the lock that makes a chain''s entries one after another, and what shows that its end was cut off.';

-- Name: ai_audit_heads ai_audit_heads_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_audit_heads
    ADD CONSTRAINT ai_audit_heads_pkey PRIMARY KEY (org_id);

-- Name: ai_audit_heads; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_audit_heads ENABLE ROW LEVEL SECURITY;

-- Name: ai_call_days; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_call_days (
    org_id uuid NOT NULL,
    day date NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    calls bigint NOT NULL,
    failed bigint NOT NULL,
    rate_limited bigint NOT NULL,
    timed_out bigint NOT NULL,
    stand_in bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    cache_read_input_tokens bigint NOT NULL,
    cost_usd numeric NOT NULL,
    unpriced bigint NOT NULL,
    latency_ms bigint NOT NULL,
    time_to_first_token_ms bigint NOT NULL,
    with_first_token bigint NOT NULL
);


ALTER TABLE private.ai_call_days OWNER TO postgres;

-- Name: TABLE ai_call_days; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_call_days IS 'Calls by organization, day, provider and model asked. Additive.';

-- Name: ai_call_days ai_call_days_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_call_days
    ADD CONSTRAINT ai_call_days_pkey PRIMARY KEY (org_id, day, provider, model);

-- Name: ai_call_days; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_call_days ENABLE ROW LEVEL SECURITY;

-- Name: ai_call_latency_days; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_call_latency_days (
    org_id uuid NOT NULL,
    day date NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    bucket smallint NOT NULL,
    calls bigint NOT NULL
);


ALTER TABLE private.ai_call_latency_days OWNER TO postgres;

-- Name: TABLE ai_call_latency_days; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_call_latency_days IS 'Latency histogram of calls that answered: bucket b holds 1.1^(b-1) to 1.1^b milliseconds.';

-- Name: ai_call_latency_days ai_call_latency_days_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_call_latency_days
    ADD CONSTRAINT ai_call_latency_days_pkey PRIMARY KEY (org_id, day, provider, model, bucket);

-- Name: ai_call_latency_days; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_call_latency_days ENABLE ROW LEVEL SECURITY;

-- Name: ai_call_logs_2026_11; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_call_logs_2026_11 (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    request_id uuid NOT NULL,
    org_id uuid NOT NULL,
    attempt smallint NOT NULL,
    purpose text NOT NULL,
    provider text NOT NULL,
    request_model text NOT NULL,
    response_model text,
    price_id uuid,
    input_tokens integer,
    output_tokens integer,
    cache_read_input_tokens integer,
    cache_write_input_tokens integer,
    cost_usd numeric,
    usage_source text DEFAULT 'provider'::text NOT NULL,
    latency_ms integer,
    time_to_first_token_ms integer,
    finish_reason text,
    error_code text,
    stand_in boolean DEFAULT false NOT NULL,
    settled_tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT ai_call_logs_attempt_positive CHECK ((attempt >= 1)),
    CONSTRAINT ai_call_logs_cost_not_negative CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT ai_call_logs_tokens_not_negative CHECK (((input_tokens >= 0) AND (output_tokens >= 0) AND (cache_read_input_tokens >= 0) AND (cache_write_input_tokens >= 0))),
    CONSTRAINT ai_call_logs_usage_source_known CHECK ((usage_source = ANY (ARRAY['provider'::text, 'estimated'::text, 'none'::text])))
);


ALTER TABLE private.ai_call_logs_2026_11 OWNER TO postgres;

-- Name: TABLE ai_call_logs_2026_11; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_call_logs_2026_11 IS 'Rows of 2026-11 (UTC).';

-- Name: ai_call_logs_2026_11 ai_call_logs_2026_11_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_call_logs_2026_11
    ADD CONSTRAINT ai_call_logs_2026_11_pkey PRIMARY KEY (request_id, attempt, created_at, org_id);

-- Name: ai_call_logs_2026_11; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_call_logs_2026_11 ENABLE ROW LEVEL SECURITY;

-- Name: ai_call_logs_2026_11; Type: TABLE ATTACH; Schema: private; Owner: postgres

ALTER TABLE ONLY public.ai_call_logs ATTACH PARTITION private.ai_call_logs_2026_11 FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00');

-- Name: ai_call_logs_2026_11_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_call_logs_2026_11_created_at_idx ON private.ai_call_logs_2026_11 USING brin (created_at);

-- Name: ai_call_logs_2026_11_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_created_at_idx ATTACH PARTITION private.ai_call_logs_2026_11_created_at_idx;

-- Name: ai_call_logs_2026_11_org_id_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_call_logs_2026_11_org_id_created_at_idx ON private.ai_call_logs_2026_11 USING btree (org_id, created_at DESC);

-- Name: ai_call_logs_2026_11_org_id_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_org_id_created_at_idx ATTACH PARTITION private.ai_call_logs_2026_11_org_id_created_at_idx;

-- Name: ai_call_logs_2026_11_pkey; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_pkey ATTACH PARTITION private.ai_call_logs_2026_11_pkey;

-- Name: ai_call_logs_2026_11_settled_tx_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_call_logs_2026_11_settled_tx_idx ON private.ai_call_logs_2026_11 USING brin (settled_tx) WITH (pages_per_range='16');

-- Name: ai_call_logs_2026_11_settled_tx_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_settled_tx_idx ATTACH PARTITION private.ai_call_logs_2026_11_settled_tx_idx;

-- Name: ai_call_logs_2026_12; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_call_logs_2026_12 (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    request_id uuid NOT NULL,
    org_id uuid NOT NULL,
    attempt smallint NOT NULL,
    purpose text NOT NULL,
    provider text NOT NULL,
    request_model text NOT NULL,
    response_model text,
    price_id uuid,
    input_tokens integer,
    output_tokens integer,
    cache_read_input_tokens integer,
    cache_write_input_tokens integer,
    cost_usd numeric,
    usage_source text DEFAULT 'provider'::text NOT NULL,
    latency_ms integer,
    time_to_first_token_ms integer,
    finish_reason text,
    error_code text,
    stand_in boolean DEFAULT false NOT NULL,
    settled_tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT ai_call_logs_attempt_positive CHECK ((attempt >= 1)),
    CONSTRAINT ai_call_logs_cost_not_negative CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT ai_call_logs_tokens_not_negative CHECK (((input_tokens >= 0) AND (output_tokens >= 0) AND (cache_read_input_tokens >= 0) AND (cache_write_input_tokens >= 0))),
    CONSTRAINT ai_call_logs_usage_source_known CHECK ((usage_source = ANY (ARRAY['provider'::text, 'estimated'::text, 'none'::text])))
);


ALTER TABLE private.ai_call_logs_2026_12 OWNER TO postgres;

-- Name: TABLE ai_call_logs_2026_12; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_call_logs_2026_12 IS 'Rows of 2026-12 (UTC).';

-- Name: ai_call_logs_2026_12 ai_call_logs_2026_12_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_call_logs_2026_12
    ADD CONSTRAINT ai_call_logs_2026_12_pkey PRIMARY KEY (request_id, attempt, created_at, org_id);

-- Name: ai_call_logs_2026_12; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_call_logs_2026_12 ENABLE ROW LEVEL SECURITY;

-- Name: ai_call_logs_2026_12; Type: TABLE ATTACH; Schema: private; Owner: postgres

ALTER TABLE ONLY public.ai_call_logs ATTACH PARTITION private.ai_call_logs_2026_12 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');

-- Name: ai_call_logs_2026_12_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_call_logs_2026_12_created_at_idx ON private.ai_call_logs_2026_12 USING brin (created_at);

-- Name: ai_call_logs_2026_12_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_created_at_idx ATTACH PARTITION private.ai_call_logs_2026_12_created_at_idx;

-- Name: ai_call_logs_2026_12_org_id_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_call_logs_2026_12_org_id_created_at_idx ON private.ai_call_logs_2026_12 USING btree (org_id, created_at DESC);

-- Name: ai_call_logs_2026_12_org_id_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_org_id_created_at_idx ATTACH PARTITION private.ai_call_logs_2026_12_org_id_created_at_idx;

-- Name: ai_call_logs_2026_12_pkey; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_pkey ATTACH PARTITION private.ai_call_logs_2026_12_pkey;

-- Name: ai_call_logs_2026_12_settled_tx_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_call_logs_2026_12_settled_tx_idx ON private.ai_call_logs_2026_12 USING brin (settled_tx) WITH (pages_per_range='16');

-- Name: ai_call_logs_2026_12_settled_tx_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_settled_tx_idx ATTACH PARTITION private.ai_call_logs_2026_12_settled_tx_idx;

-- Name: ai_call_logs_2027_01; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_call_logs_2027_01 (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    request_id uuid NOT NULL,
    org_id uuid NOT NULL,
    attempt smallint NOT NULL,
    purpose text NOT NULL,
    provider text NOT NULL,
    request_model text NOT NULL,
    response_model text,
    price_id uuid,
    input_tokens integer,
    output_tokens integer,
    cache_read_input_tokens integer,
    cache_write_input_tokens integer,
    cost_usd numeric,
    usage_source text DEFAULT 'provider'::text NOT NULL,
    latency_ms integer,
    time_to_first_token_ms integer,
    finish_reason text,
    error_code text,
    stand_in boolean DEFAULT false NOT NULL,
    settled_tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT ai_call_logs_attempt_positive CHECK ((attempt >= 1)),
    CONSTRAINT ai_call_logs_cost_not_negative CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT ai_call_logs_tokens_not_negative CHECK (((input_tokens >= 0) AND (output_tokens >= 0) AND (cache_read_input_tokens >= 0) AND (cache_write_input_tokens >= 0))),
    CONSTRAINT ai_call_logs_usage_source_known CHECK ((usage_source = ANY (ARRAY['provider'::text, 'estimated'::text, 'none'::text])))
);


ALTER TABLE private.ai_call_logs_2027_01 OWNER TO postgres;

-- Name: TABLE ai_call_logs_2027_01; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_call_logs_2027_01 IS 'Rows of 2027-01 (UTC).';

-- Name: ai_call_logs_2027_01 ai_call_logs_2027_01_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_call_logs_2027_01
    ADD CONSTRAINT ai_call_logs_2027_01_pkey PRIMARY KEY (request_id, attempt, created_at, org_id);

-- Name: ai_call_logs_2027_01; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_call_logs_2027_01 ENABLE ROW LEVEL SECURITY;

-- Name: ai_call_logs_2027_01; Type: TABLE ATTACH; Schema: private; Owner: postgres

ALTER TABLE ONLY public.ai_call_logs ATTACH PARTITION private.ai_call_logs_2027_01 FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-02-01 00:00:00+00');

-- Name: ai_call_logs_2027_01_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_call_logs_2027_01_created_at_idx ON private.ai_call_logs_2027_01 USING brin (created_at);

-- Name: ai_call_logs_2027_01_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_created_at_idx ATTACH PARTITION private.ai_call_logs_2027_01_created_at_idx;

-- Name: ai_call_logs_2027_01_org_id_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_call_logs_2027_01_org_id_created_at_idx ON private.ai_call_logs_2027_01 USING btree (org_id, created_at DESC);

-- Name: ai_call_logs_2027_01_org_id_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_org_id_created_at_idx ATTACH PARTITION private.ai_call_logs_2027_01_org_id_created_at_idx;

-- Name: ai_call_logs_2027_01_pkey; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_pkey ATTACH PARTITION private.ai_call_logs_2027_01_pkey;

-- Name: ai_call_logs_2027_01_settled_tx_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_call_logs_2027_01_settled_tx_idx ON private.ai_call_logs_2027_01 USING brin (settled_tx) WITH (pages_per_range='16');

-- Name: ai_call_logs_2027_01_settled_tx_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_settled_tx_idx ATTACH PARTITION private.ai_call_logs_2027_01_settled_tx_idx;

-- Name: ai_call_logs_default; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_call_logs_default (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    request_id uuid NOT NULL,
    org_id uuid NOT NULL,
    attempt smallint NOT NULL,
    purpose text NOT NULL,
    provider text NOT NULL,
    request_model text NOT NULL,
    response_model text,
    price_id uuid,
    input_tokens integer,
    output_tokens integer,
    cache_read_input_tokens integer,
    cache_write_input_tokens integer,
    cost_usd numeric,
    usage_source text DEFAULT 'provider'::text NOT NULL,
    latency_ms integer,
    time_to_first_token_ms integer,
    finish_reason text,
    error_code text,
    stand_in boolean DEFAULT false NOT NULL,
    settled_tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT ai_call_logs_attempt_positive CHECK ((attempt >= 1)),
    CONSTRAINT ai_call_logs_cost_not_negative CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT ai_call_logs_tokens_not_negative CHECK (((input_tokens >= 0) AND (output_tokens >= 0) AND (cache_read_input_tokens >= 0) AND (cache_write_input_tokens >= 0))),
    CONSTRAINT ai_call_logs_usage_source_known CHECK ((usage_source = ANY (ARRAY['provider'::text, 'estimated'::text, 'none'::text])))
);


ALTER TABLE private.ai_call_logs_default OWNER TO postgres;

-- Name: TABLE ai_call_logs_default; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_call_logs_default IS 'Rows of months whose partition does not exist yet; drained by private.ensure_log_partitions().';

-- Name: ai_call_logs_default ai_call_logs_default_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_call_logs_default
    ADD CONSTRAINT ai_call_logs_default_pkey PRIMARY KEY (request_id, attempt, created_at, org_id);

-- Name: ai_call_logs_default; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_call_logs_default ENABLE ROW LEVEL SECURITY;

-- Name: ai_call_logs_default; Type: TABLE ATTACH; Schema: private; Owner: postgres

ALTER TABLE ONLY public.ai_call_logs ATTACH PARTITION private.ai_call_logs_default DEFAULT;

-- Name: ai_call_logs_default_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_call_logs_default_created_at_idx ON private.ai_call_logs_default USING brin (created_at);

-- Name: ai_call_logs_default_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_created_at_idx ATTACH PARTITION private.ai_call_logs_default_created_at_idx;

-- Name: ai_call_logs_default_org_id_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_call_logs_default_org_id_created_at_idx ON private.ai_call_logs_default USING btree (org_id, created_at DESC);

-- Name: ai_call_logs_default_org_id_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_org_id_created_at_idx ATTACH PARTITION private.ai_call_logs_default_org_id_created_at_idx;

-- Name: ai_call_logs_default_pkey; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_pkey ATTACH PARTITION private.ai_call_logs_default_pkey;

-- Name: ai_call_logs_default_settled_tx_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_call_logs_default_settled_tx_idx ON private.ai_call_logs_default USING brin (settled_tx) WITH (pages_per_range='16');

-- Name: ai_call_logs_default_settled_tx_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_call_logs_settled_tx_idx ATTACH PARTITION private.ai_call_logs_default_settled_tx_idx;

-- Name: ai_confidence_days; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_confidence_days (
    org_id uuid NOT NULL,
    day date NOT NULL,
    task text NOT NULL,
    bin smallint NOT NULL,
    requests bigint NOT NULL
);


ALTER TABLE private.ai_confidence_days OWNER TO postgres;

-- Name: TABLE ai_confidence_days; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_confidence_days IS 'Confidence histogram: bin 0 is 0 to below 0.2, …, bin 4 is 0.8 to 1. Requests without a confidence are not in it.';

-- Name: ai_confidence_days ai_confidence_days_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_confidence_days
    ADD CONSTRAINT ai_confidence_days_pkey PRIMARY KEY (org_id, day, task, bin);

-- Name: ai_confidence_days; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_confidence_days ENABLE ROW LEVEL SECURITY;

-- Name: ai_cost_tail; Type: VIEW; Schema: private; Owner: postgres

CREATE VIEW private.ai_cost_tail WITH (security_invoker='true') AS
 SELECT f.org_id,
    ((f.created_at AT TIME ZONE o.time_zone))::date AS day,
    f.user_id,
    f.job_id,
    f.subject_type,
    f.subject_id,
    f.sign AS requests,
    (f.sign * ((f.status = ANY (ARRAY['failed'::text, 'cancelled'::text, 'swept'::text])))::integer) AS failed,
    (f.sign * COALESCE(f.input_tokens, 0)) AS input_tokens,
    (f.sign * COALESCE(f.output_tokens, 0)) AS output_tokens,
    ((f.sign)::numeric * COALESCE(f.cost_usd, (0)::numeric)) AS cost_usd,
    (f.sign * ((f.cost_usd IS NULL))::integer) AS unpriced
   FROM (( SELECT 1 AS sign,
            l.org_id,
            l.created_at,
            l.user_id,
            l.job_id,
            l.subject_type,
            l.subject_id,
            l.status,
            l.input_tokens,
            l.output_tokens,
            l.cost_usd
           FROM public.ai_request_logs l
          WHERE (l.settled_tx >= ( SELECT private.rolled_up_to() AS rolled_up_to))
        UNION ALL
         SELECT '-1'::integer,
            w.org_id,
            w.created_at,
            w.user_id,
            w.job_id,
            w.subject_type,
            w.subject_id,
            w.status,
            w.input_tokens,
            w.output_tokens,
            w.cost_usd
           FROM private.withdrawn_requests() w(id, created_at, org_id, user_id, key_id, task, job_id, subject_type, subject_id, tier, provider, model, importance, cost_sensitivity, complexity, prompt_key, prompt_version, prompt_variant, input_tokens, output_tokens, cache_read_input_tokens, cost_usd, latency_ms, time_to_first_token_ms, calls, cached, escalated, fell_back, confidence_score, confidence_breakdown, action, fallback_reason, needs_review, status, error_code, decision, settled_tx)) f
     JOIN public.organizations o ON ((o.id = f.org_id)));


ALTER VIEW private.ai_cost_tail OWNER TO postgres;

-- Name: VIEW ai_cost_tail; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON VIEW private.ai_cost_tail IS 'What the cost rollups do not have yet, of requests the caller may see.';

-- Name: TABLE ai_cost_tail; Type: ACL; Schema: private; Owner: postgres

GRANT SELECT ON TABLE private.ai_cost_tail TO authenticated;
GRANT SELECT ON TABLE private.ai_cost_tail TO service_role;

-- Name: ai_job_days; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_job_days (
    job_id uuid NOT NULL,
    org_id uuid NOT NULL,
    day date NOT NULL,
    requests bigint NOT NULL,
    failed bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    cost_usd numeric NOT NULL,
    unpriced bigint NOT NULL
);


ALTER TABLE private.ai_job_days OWNER TO postgres;

-- Name: COLUMN ai_job_days.cost_usd; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON COLUMN private.ai_job_days.cost_usd IS 'US dollars, of what is known; unpriced counts the requests whose cost is not.';

-- Name: TABLE ai_job_days; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_job_days IS 'Requests by job and day (the organization''s). Additive.';

-- Name: TABLE ai_job_days; Type: ACL; Schema: private; Owner: postgres

GRANT SELECT ON TABLE private.ai_job_days TO authenticated;
GRANT SELECT ON TABLE private.ai_job_days TO service_role;

-- Name: ai_job_days ai_job_days_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_job_days
    ADD CONSTRAINT ai_job_days_pkey PRIMARY KEY (job_id, org_id, day);

-- Name: ai_job_days ai_job_days_select_managed; Type: POLICY; Schema: private; Owner: postgres

CREATE POLICY ai_job_days_select_managed ON private.ai_job_days FOR SELECT TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)));

-- Name: ai_job_days; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_job_days ENABLE ROW LEVEL SECURITY;

-- Name: ai_job_days_org_id_day_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_job_days_org_id_day_idx ON private.ai_job_days USING btree (org_id, day);

-- Name: ai_job_metrics(uuid, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.ai_job_metrics(p_org_id uuid, p_job_id uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    SET jit TO 'off'
    AS $$
declare
  v_org_id uuid := private.reported_org(p_org_id);
begin
  if not exists (select from public.ai_request_logs as l where l.job_id = p_job_id and l.org_id = v_org_id) then
    raise exception 'Cannot report on the job: the log has no request of it' using errcode = 'PT404';
  end if;
  return jsonb_build_object('org_id', v_org_id, 'job_id', p_job_id)
    || (select jsonb_build_object('from', min(l.created_at), 'to', max(l.created_at)) from public.ai_request_logs as l
        where l.job_id = p_job_id and l.org_id = v_org_id)
    || private.metrics_of(v_org_id, null, null, p_job_id)
    || jsonb_build_object('steps', (
      -- What it cost up to and with this step: of what is known.
      select jsonb_agg(jsonb_build_object(
        'request_id', s.id, 'created_at', s.created_at, 'task', s.task, 'provider', s.provider, 'model', s.model, 'status', s.status,
        'input_tokens', s.input_tokens, 'output_tokens', s.output_tokens, 'cost_usd', s.cost_usd, 'running_cost_usd', s.running_cost_usd,
        'latency_ms', s.latency_ms, 'confidence_score', s.confidence_score, 'action', s.action) order by s.created_at, s.id)
      from (
        select l.*, sum(coalesce(l.cost_usd, 0)) over (order by l.created_at, l.id) as running_cost_usd
        from public.ai_request_logs as l
        where l.job_id = p_job_id and l.org_id = v_org_id
        order by l.created_at, l.id limit 500
      ) as s
    ));
end
$$;


ALTER FUNCTION private.ai_job_metrics(p_org_id uuid, p_job_id uuid) OWNER TO postgres;

-- Name: FUNCTION ai_job_metrics(p_org_id uuid, p_job_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.ai_job_metrics(p_org_id uuid, p_job_id uuid) IS 'Behind public.ai_job_metrics.';

-- Name: FUNCTION ai_job_metrics(p_org_id uuid, p_job_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.ai_job_metrics(p_org_id uuid, p_job_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.ai_job_metrics(p_org_id uuid, p_job_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.ai_job_metrics(p_org_id uuid, p_job_id uuid) TO service_role;

-- Name: ai_latency_days; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_latency_days (
    org_id uuid NOT NULL,
    day date NOT NULL,
    task text NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    bucket smallint NOT NULL,
    requests bigint NOT NULL
);


ALTER TABLE private.ai_latency_days OWNER TO postgres;

-- Name: TABLE ai_latency_days; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_latency_days IS 'Latency histogram of answered requests: bucket b holds 1.1^(b-1) to 1.1^b milliseconds. Mergeable, so any percentile over any period is right to 5 %.';

-- Name: ai_latency_days ai_latency_days_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_latency_days
    ADD CONSTRAINT ai_latency_days_pkey PRIMARY KEY (org_id, day, task, provider, model, bucket);

-- Name: ai_latency_days; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_latency_days ENABLE ROW LEVEL SECURITY;

-- Name: ai_metrics(uuid, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.ai_metrics(p_org_id uuid, p_time_period text) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    SET jit TO 'off'
    AS $$
declare
  v_org_id uuid := private.reported_org(p_org_id);
  v_now    timestamptz := private.clock();
  v_zone   text := (select o.time_zone from public.organizations as o where o.id = v_org_id);
  v_since  timestamptz;
  v_day    date;
begin
  if p_time_period is null or p_time_period not in ('1h', '24h', '7d', '30d', 'all') then
    raise exception 'Cannot report on the period: it is not one of 1h, 24h, 7d, 30d, all' using errcode = 'PT400';
  end if;
  v_since := case p_time_period when '1h' then v_now - interval '1 hour' when '24h' then v_now - interval '24 hours' end;
  v_day := case p_time_period when '7d' then (v_now at time zone v_zone)::date - 6 when '30d' then (v_now at time zone v_zone)::date - 29 end;
  return jsonb_build_object(
    'org_id', v_org_id, 'time_period', p_time_period, 'from', coalesce(v_since, v_day::timestamp at time zone v_zone), 'to', v_now
  ) || private.metrics_of(v_org_id, v_since, v_day, null) || jsonb_build_object('last_calls', (
    select coalesce(jsonb_agg(last.call order by last.created_at desc, last.id), '[]')
    from (
      select c.created_at, c.id, jsonb_build_object(
        'id', c.id, 'request_id', c.request_id, 'created_at', c.created_at, 'task', l.task, 'job_id', l.job_id, 'purpose', c.purpose,
        'provider', c.provider, 'model', c.request_model, 'input_tokens', c.input_tokens, 'output_tokens', c.output_tokens,
        'cost_usd', c.cost_usd, 'latency_ms', c.latency_ms, 'confidence_score', l.confidence_score, 'action', l.action,
        'error_code', c.error_code, 'stand_in', c.stand_in) as call
      from (
        select x.* from public.ai_call_logs as x
        where x.org_id = v_org_id and (coalesce(v_since, v_day::timestamp at time zone v_zone) is null
              or x.created_at >= coalesce(v_since, v_day::timestamp at time zone v_zone))
        order by x.created_at desc limit 20
      ) as c
      left join public.ai_request_logs as l on l.id = c.request_id and l.org_id = c.org_id
    ) as last
  ));
end
$$;


ALTER FUNCTION private.ai_metrics(p_org_id uuid, p_time_period text) OWNER TO postgres;

-- Name: FUNCTION ai_metrics(p_org_id uuid, p_time_period text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.ai_metrics(p_org_id uuid, p_time_period text) IS 'Behind public.ai_metrics.';

-- Name: FUNCTION ai_metrics(p_org_id uuid, p_time_period text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.ai_metrics(p_org_id uuid, p_time_period text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.ai_metrics(p_org_id uuid, p_time_period text) TO authenticated;
GRANT ALL ON FUNCTION private.ai_metrics(p_org_id uuid, p_time_period text) TO service_role;

-- Name: ai_model_performance_closed; Type: MATERIALIZED VIEW; Schema: private; Owner: postgres

CREATE MATERIALIZED VIEW private.ai_model_performance_closed AS
 SELECT d.org_id,
    d.day,
    d.provider,
    d.model,
    d.calls,
    d.failed,
    d.rate_limited,
    d.timed_out,
    d.stand_in,
    d.input_tokens,
    d.output_tokens,
    d.cache_read_input_tokens,
    d.cost_usd,
    d.unpriced,
    d.latency_ms,
    d.time_to_first_token_ms,
    d.with_first_token,
    l.buckets,
    l.counts
   FROM (private.ai_call_days d
     LEFT JOIN ( SELECT h.org_id,
            h.day,
            h.provider,
            h.model,
            array_agg(h.bucket ORDER BY h.bucket) AS buckets,
            array_agg(h.calls ORDER BY h.bucket) AS counts
           FROM private.ai_call_latency_days h
          GROUP BY h.org_id, h.day, h.provider, h.model) l USING (org_id, day, provider, model))
  WITH NO DATA;


ALTER MATERIALIZED VIEW private.ai_model_performance_closed OWNER TO postgres;

-- Name: MATERIALIZED VIEW ai_model_performance_closed; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON MATERIALIZED VIEW private.ai_model_performance_closed IS 'Rollups of calls by day and model with their latency histogram. Read below private.ai_rollup_state.views_from; refreshed by cron.';

-- Name: ai_model_performance_closed_key; Type: INDEX; Schema: private; Owner: postgres

CREATE UNIQUE INDEX ai_model_performance_closed_key ON private.ai_model_performance_closed USING btree (org_id, day, provider, model);

-- Name: ai_org_hours; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_org_hours (
    org_id uuid NOT NULL,
    hour timestamp with time zone NOT NULL,
    requests bigint NOT NULL,
    failed bigint NOT NULL,
    refused bigint NOT NULL,
    cached bigint NOT NULL,
    escalated bigint NOT NULL,
    fell_back bigint NOT NULL,
    by_rules bigint NOT NULL,
    for_review bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    cost_usd numeric NOT NULL,
    unpriced bigint NOT NULL
);


ALTER TABLE private.ai_org_hours OWNER TO postgres;

-- Name: TABLE ai_org_hours; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_org_hours IS 'Requests of an organization by UTC hour. Additive.';

-- Name: ai_org_hours ai_org_hours_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_org_hours
    ADD CONSTRAINT ai_org_hours_pkey PRIMARY KEY (org_id, hour);

-- Name: ai_org_hours; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_org_hours ENABLE ROW LEVEL SECURITY;

-- Name: ai_otlp_state; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_otlp_state (
    singleton boolean DEFAULT true NOT NULL,
    endpoint text NOT NULL,
    exported_to bigint NOT NULL,
    batch_to bigint,
    net_request_id bigint,
    posted_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    sent_spans bigint DEFAULT 0 NOT NULL,
    dropped_batches bigint DEFAULT 0 NOT NULL,
    problem text,
    CONSTRAINT ai_otlp_state_one_row CHECK (singleton)
);


ALTER TABLE private.ai_otlp_state OWNER TO postgres;

-- Name: COLUMN ai_otlp_state.batch_to; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON COLUMN private.ai_otlp_state.batch_to IS 'End of the batch that is on its way; NULL: none is.';

-- Name: COLUMN ai_otlp_state.dropped_batches; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON COLUMN private.ai_otlp_state.dropped_batches IS 'Batches the collector refused for good: sending them again would not help.';

-- Name: COLUMN ai_otlp_state.exported_to; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON COLUMN private.ai_otlp_state.exported_to IS 'Log rows with a settled_tx below this have been taken by the collector, or dropped.';

-- Name: TABLE ai_otlp_state; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_otlp_state IS 'How far spans have been sent. No row: none ever were to the present endpoint.';

-- Name: ai_otlp_state ai_otlp_state_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_otlp_state
    ADD CONSTRAINT ai_otlp_state_pkey PRIMARY KEY (singleton);

-- Name: ai_otlp_state; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_otlp_state ENABLE ROW LEVEL SECURITY;

-- Name: ai_prompt_days; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_prompt_days (
    org_id uuid NOT NULL,
    day date NOT NULL,
    prompt_key text NOT NULL,
    prompt_version integer NOT NULL,
    prompt_variant text NOT NULL,
    requests bigint NOT NULL,
    failed bigint NOT NULL,
    escalated bigint NOT NULL,
    cost_usd numeric NOT NULL,
    latency_ms bigint NOT NULL,
    timed bigint NOT NULL,
    confidence numeric NOT NULL,
    with_confidence bigint NOT NULL
);


ALTER TABLE private.ai_prompt_days OWNER TO postgres;

-- Name: TABLE ai_prompt_days; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_prompt_days IS 'Requests answered by a model, by prompt version and variant. Additive.';

-- Name: ai_prompt_days ai_prompt_days_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_prompt_days
    ADD CONSTRAINT ai_prompt_days_pkey PRIMARY KEY (org_id, day, prompt_key, prompt_version, prompt_variant);

-- Name: ai_prompt_days; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_prompt_days ENABLE ROW LEVEL SECURITY;

-- Name: ai_request_logs_2026_11; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_request_logs_2026_11 (
    id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    org_id uuid NOT NULL,
    user_id uuid,
    key_id uuid,
    task text NOT NULL,
    job_id uuid,
    subject_type text,
    subject_id text,
    tier text,
    provider text,
    model text,
    importance text,
    cost_sensitivity text,
    complexity real,
    prompt_key text,
    prompt_version integer,
    prompt_variant text,
    input_tokens integer,
    output_tokens integer,
    cache_read_input_tokens integer,
    cost_usd numeric,
    latency_ms integer,
    time_to_first_token_ms integer,
    calls smallint DEFAULT 0 NOT NULL,
    cached boolean DEFAULT false NOT NULL,
    escalated boolean DEFAULT false NOT NULL,
    fell_back boolean DEFAULT false NOT NULL,
    confidence_score numeric(3,2),
    confidence_breakdown jsonb,
    action text,
    fallback_reason text,
    needs_review boolean DEFAULT false NOT NULL,
    status text NOT NULL,
    error_code text,
    decision jsonb,
    settled_tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT ai_request_logs_action_known CHECK ((action = ANY (ARRAY['use_ai_result'::text, 'fallback_to_rules'::text]))),
    CONSTRAINT ai_request_logs_confidence_in_range CHECK (((confidence_score >= (0)::numeric) AND (confidence_score <= (1)::numeric))),
    CONSTRAINT ai_request_logs_cost_not_negative CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT ai_request_logs_status_known CHECK ((status = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text, 'refused'::text, 'swept'::text]))),
    CONSTRAINT ai_request_logs_tier_known CHECK ((tier = ANY (ARRAY['small'::text, 'large'::text, 'frontier'::text])))
);


ALTER TABLE private.ai_request_logs_2026_11 OWNER TO postgres;

-- Name: TABLE ai_request_logs_2026_11; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_request_logs_2026_11 IS 'Rows of 2026-11 (UTC).';

-- Name: ai_request_logs_2026_11 ai_request_logs_2026_11_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_request_logs_2026_11
    ADD CONSTRAINT ai_request_logs_2026_11_pkey PRIMARY KEY (id, created_at, org_id);

-- Name: ai_request_logs_2026_11; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_request_logs_2026_11 ENABLE ROW LEVEL SECURITY;

-- Name: ai_request_logs_2026_11; Type: TABLE ATTACH; Schema: private; Owner: postgres

ALTER TABLE ONLY public.ai_request_logs ATTACH PARTITION private.ai_request_logs_2026_11 FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00');

-- Name: ai_request_logs_2026_11_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2026_11_created_at_idx ON private.ai_request_logs_2026_11 USING brin (created_at);

-- Name: ai_request_logs_2026_11_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_created_at_idx ATTACH PARTITION private.ai_request_logs_2026_11_created_at_idx;

-- Name: ai_request_logs_2026_11_job_id_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2026_11_job_id_idx ON private.ai_request_logs_2026_11 USING btree (job_id) WHERE (job_id IS NOT NULL);

-- Name: ai_request_logs_2026_11_job_id_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_job_id_idx ATTACH PARTITION private.ai_request_logs_2026_11_job_id_idx;

-- Name: ai_request_logs_2026_11_org_id_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2026_11_org_id_created_at_idx ON private.ai_request_logs_2026_11 USING btree (org_id, created_at DESC);

-- Name: ai_request_logs_2026_11_org_id_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_org_id_created_at_idx ATTACH PARTITION private.ai_request_logs_2026_11_org_id_created_at_idx;

-- Name: ai_request_logs_2026_11_org_id_subject_type_subject_id_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2026_11_org_id_subject_type_subject_id_idx ON private.ai_request_logs_2026_11 USING btree (org_id, subject_type, subject_id) WHERE (subject_id IS NOT NULL);

-- Name: ai_request_logs_2026_11_org_id_subject_type_subject_id_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_subject_idx ATTACH PARTITION private.ai_request_logs_2026_11_org_id_subject_type_subject_id_idx;

-- Name: ai_request_logs_2026_11_pkey; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_pkey ATTACH PARTITION private.ai_request_logs_2026_11_pkey;

-- Name: ai_request_logs_2026_11_settled_tx_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2026_11_settled_tx_idx ON private.ai_request_logs_2026_11 USING brin (settled_tx) WITH (pages_per_range='16');

-- Name: ai_request_logs_2026_11_settled_tx_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_settled_tx_idx ATTACH PARTITION private.ai_request_logs_2026_11_settled_tx_idx;

-- Name: ai_request_logs_2026_12; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_request_logs_2026_12 (
    id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    org_id uuid NOT NULL,
    user_id uuid,
    key_id uuid,
    task text NOT NULL,
    job_id uuid,
    subject_type text,
    subject_id text,
    tier text,
    provider text,
    model text,
    importance text,
    cost_sensitivity text,
    complexity real,
    prompt_key text,
    prompt_version integer,
    prompt_variant text,
    input_tokens integer,
    output_tokens integer,
    cache_read_input_tokens integer,
    cost_usd numeric,
    latency_ms integer,
    time_to_first_token_ms integer,
    calls smallint DEFAULT 0 NOT NULL,
    cached boolean DEFAULT false NOT NULL,
    escalated boolean DEFAULT false NOT NULL,
    fell_back boolean DEFAULT false NOT NULL,
    confidence_score numeric(3,2),
    confidence_breakdown jsonb,
    action text,
    fallback_reason text,
    needs_review boolean DEFAULT false NOT NULL,
    status text NOT NULL,
    error_code text,
    decision jsonb,
    settled_tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT ai_request_logs_action_known CHECK ((action = ANY (ARRAY['use_ai_result'::text, 'fallback_to_rules'::text]))),
    CONSTRAINT ai_request_logs_confidence_in_range CHECK (((confidence_score >= (0)::numeric) AND (confidence_score <= (1)::numeric))),
    CONSTRAINT ai_request_logs_cost_not_negative CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT ai_request_logs_status_known CHECK ((status = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text, 'refused'::text, 'swept'::text]))),
    CONSTRAINT ai_request_logs_tier_known CHECK ((tier = ANY (ARRAY['small'::text, 'large'::text, 'frontier'::text])))
);


ALTER TABLE private.ai_request_logs_2026_12 OWNER TO postgres;

-- Name: TABLE ai_request_logs_2026_12; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_request_logs_2026_12 IS 'Rows of 2026-12 (UTC).';

-- Name: ai_request_logs_2026_12 ai_request_logs_2026_12_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_request_logs_2026_12
    ADD CONSTRAINT ai_request_logs_2026_12_pkey PRIMARY KEY (id, created_at, org_id);

-- Name: ai_request_logs_2026_12; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_request_logs_2026_12 ENABLE ROW LEVEL SECURITY;

-- Name: ai_request_logs_2026_12; Type: TABLE ATTACH; Schema: private; Owner: postgres

ALTER TABLE ONLY public.ai_request_logs ATTACH PARTITION private.ai_request_logs_2026_12 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');

-- Name: ai_request_logs_2026_12_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2026_12_created_at_idx ON private.ai_request_logs_2026_12 USING brin (created_at);

-- Name: ai_request_logs_2026_12_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_created_at_idx ATTACH PARTITION private.ai_request_logs_2026_12_created_at_idx;

-- Name: ai_request_logs_2026_12_job_id_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2026_12_job_id_idx ON private.ai_request_logs_2026_12 USING btree (job_id) WHERE (job_id IS NOT NULL);

-- Name: ai_request_logs_2026_12_job_id_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_job_id_idx ATTACH PARTITION private.ai_request_logs_2026_12_job_id_idx;

-- Name: ai_request_logs_2026_12_org_id_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2026_12_org_id_created_at_idx ON private.ai_request_logs_2026_12 USING btree (org_id, created_at DESC);

-- Name: ai_request_logs_2026_12_org_id_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_org_id_created_at_idx ATTACH PARTITION private.ai_request_logs_2026_12_org_id_created_at_idx;

-- Name: ai_request_logs_2026_12_org_id_subject_type_subject_id_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2026_12_org_id_subject_type_subject_id_idx ON private.ai_request_logs_2026_12 USING btree (org_id, subject_type, subject_id) WHERE (subject_id IS NOT NULL);

-- Name: ai_request_logs_2026_12_org_id_subject_type_subject_id_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_subject_idx ATTACH PARTITION private.ai_request_logs_2026_12_org_id_subject_type_subject_id_idx;

-- Name: ai_request_logs_2026_12_pkey; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_pkey ATTACH PARTITION private.ai_request_logs_2026_12_pkey;

-- Name: ai_request_logs_2026_12_settled_tx_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2026_12_settled_tx_idx ON private.ai_request_logs_2026_12 USING brin (settled_tx) WITH (pages_per_range='16');

-- Name: ai_request_logs_2026_12_settled_tx_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_settled_tx_idx ATTACH PARTITION private.ai_request_logs_2026_12_settled_tx_idx;

-- Name: ai_request_logs_2027_01; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_request_logs_2027_01 (
    id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    org_id uuid NOT NULL,
    user_id uuid,
    key_id uuid,
    task text NOT NULL,
    job_id uuid,
    subject_type text,
    subject_id text,
    tier text,
    provider text,
    model text,
    importance text,
    cost_sensitivity text,
    complexity real,
    prompt_key text,
    prompt_version integer,
    prompt_variant text,
    input_tokens integer,
    output_tokens integer,
    cache_read_input_tokens integer,
    cost_usd numeric,
    latency_ms integer,
    time_to_first_token_ms integer,
    calls smallint DEFAULT 0 NOT NULL,
    cached boolean DEFAULT false NOT NULL,
    escalated boolean DEFAULT false NOT NULL,
    fell_back boolean DEFAULT false NOT NULL,
    confidence_score numeric(3,2),
    confidence_breakdown jsonb,
    action text,
    fallback_reason text,
    needs_review boolean DEFAULT false NOT NULL,
    status text NOT NULL,
    error_code text,
    decision jsonb,
    settled_tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT ai_request_logs_action_known CHECK ((action = ANY (ARRAY['use_ai_result'::text, 'fallback_to_rules'::text]))),
    CONSTRAINT ai_request_logs_confidence_in_range CHECK (((confidence_score >= (0)::numeric) AND (confidence_score <= (1)::numeric))),
    CONSTRAINT ai_request_logs_cost_not_negative CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT ai_request_logs_status_known CHECK ((status = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text, 'refused'::text, 'swept'::text]))),
    CONSTRAINT ai_request_logs_tier_known CHECK ((tier = ANY (ARRAY['small'::text, 'large'::text, 'frontier'::text])))
);


ALTER TABLE private.ai_request_logs_2027_01 OWNER TO postgres;

-- Name: TABLE ai_request_logs_2027_01; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_request_logs_2027_01 IS 'Rows of 2027-01 (UTC).';

-- Name: ai_request_logs_2027_01 ai_request_logs_2027_01_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_request_logs_2027_01
    ADD CONSTRAINT ai_request_logs_2027_01_pkey PRIMARY KEY (id, created_at, org_id);

-- Name: ai_request_logs_2027_01; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_request_logs_2027_01 ENABLE ROW LEVEL SECURITY;

-- Name: ai_request_logs_2027_01; Type: TABLE ATTACH; Schema: private; Owner: postgres

ALTER TABLE ONLY public.ai_request_logs ATTACH PARTITION private.ai_request_logs_2027_01 FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-02-01 00:00:00+00');

-- Name: ai_request_logs_2027_01_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2027_01_created_at_idx ON private.ai_request_logs_2027_01 USING brin (created_at);

-- Name: ai_request_logs_2027_01_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_created_at_idx ATTACH PARTITION private.ai_request_logs_2027_01_created_at_idx;

-- Name: ai_request_logs_2027_01_job_id_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2027_01_job_id_idx ON private.ai_request_logs_2027_01 USING btree (job_id) WHERE (job_id IS NOT NULL);

-- Name: ai_request_logs_2027_01_job_id_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_job_id_idx ATTACH PARTITION private.ai_request_logs_2027_01_job_id_idx;

-- Name: ai_request_logs_2027_01_org_id_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2027_01_org_id_created_at_idx ON private.ai_request_logs_2027_01 USING btree (org_id, created_at DESC);

-- Name: ai_request_logs_2027_01_org_id_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_org_id_created_at_idx ATTACH PARTITION private.ai_request_logs_2027_01_org_id_created_at_idx;

-- Name: ai_request_logs_2027_01_org_id_subject_type_subject_id_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2027_01_org_id_subject_type_subject_id_idx ON private.ai_request_logs_2027_01 USING btree (org_id, subject_type, subject_id) WHERE (subject_id IS NOT NULL);

-- Name: ai_request_logs_2027_01_org_id_subject_type_subject_id_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_subject_idx ATTACH PARTITION private.ai_request_logs_2027_01_org_id_subject_type_subject_id_idx;

-- Name: ai_request_logs_2027_01_pkey; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_pkey ATTACH PARTITION private.ai_request_logs_2027_01_pkey;

-- Name: ai_request_logs_2027_01_settled_tx_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_2027_01_settled_tx_idx ON private.ai_request_logs_2027_01 USING brin (settled_tx) WITH (pages_per_range='16');

-- Name: ai_request_logs_2027_01_settled_tx_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_settled_tx_idx ATTACH PARTITION private.ai_request_logs_2027_01_settled_tx_idx;

-- Name: ai_request_logs_default; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_request_logs_default (
    id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    org_id uuid NOT NULL,
    user_id uuid,
    key_id uuid,
    task text NOT NULL,
    job_id uuid,
    subject_type text,
    subject_id text,
    tier text,
    provider text,
    model text,
    importance text,
    cost_sensitivity text,
    complexity real,
    prompt_key text,
    prompt_version integer,
    prompt_variant text,
    input_tokens integer,
    output_tokens integer,
    cache_read_input_tokens integer,
    cost_usd numeric,
    latency_ms integer,
    time_to_first_token_ms integer,
    calls smallint DEFAULT 0 NOT NULL,
    cached boolean DEFAULT false NOT NULL,
    escalated boolean DEFAULT false NOT NULL,
    fell_back boolean DEFAULT false NOT NULL,
    confidence_score numeric(3,2),
    confidence_breakdown jsonb,
    action text,
    fallback_reason text,
    needs_review boolean DEFAULT false NOT NULL,
    status text NOT NULL,
    error_code text,
    decision jsonb,
    settled_tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT ai_request_logs_action_known CHECK ((action = ANY (ARRAY['use_ai_result'::text, 'fallback_to_rules'::text]))),
    CONSTRAINT ai_request_logs_confidence_in_range CHECK (((confidence_score >= (0)::numeric) AND (confidence_score <= (1)::numeric))),
    CONSTRAINT ai_request_logs_cost_not_negative CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT ai_request_logs_status_known CHECK ((status = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text, 'refused'::text, 'swept'::text]))),
    CONSTRAINT ai_request_logs_tier_known CHECK ((tier = ANY (ARRAY['small'::text, 'large'::text, 'frontier'::text])))
);


ALTER TABLE private.ai_request_logs_default OWNER TO postgres;

-- Name: TABLE ai_request_logs_default; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_request_logs_default IS 'Rows of months whose partition does not exist yet; drained by private.ensure_log_partitions().';

-- Name: ai_request_logs_default ai_request_logs_default_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_request_logs_default
    ADD CONSTRAINT ai_request_logs_default_pkey PRIMARY KEY (id, created_at, org_id);

-- Name: ai_request_logs_default; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_request_logs_default ENABLE ROW LEVEL SECURITY;

-- Name: ai_request_logs_default; Type: TABLE ATTACH; Schema: private; Owner: postgres

ALTER TABLE ONLY public.ai_request_logs ATTACH PARTITION private.ai_request_logs_default DEFAULT;

-- Name: ai_request_logs_default_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_default_created_at_idx ON private.ai_request_logs_default USING brin (created_at);

-- Name: ai_request_logs_default_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_created_at_idx ATTACH PARTITION private.ai_request_logs_default_created_at_idx;

-- Name: ai_request_logs_default_job_id_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_default_job_id_idx ON private.ai_request_logs_default USING btree (job_id) WHERE (job_id IS NOT NULL);

-- Name: ai_request_logs_default_job_id_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_job_id_idx ATTACH PARTITION private.ai_request_logs_default_job_id_idx;

-- Name: ai_request_logs_default_org_id_created_at_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_default_org_id_created_at_idx ON private.ai_request_logs_default USING btree (org_id, created_at DESC);

-- Name: ai_request_logs_default_org_id_created_at_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_org_id_created_at_idx ATTACH PARTITION private.ai_request_logs_default_org_id_created_at_idx;

-- Name: ai_request_logs_default_org_id_subject_type_subject_id_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_default_org_id_subject_type_subject_id_idx ON private.ai_request_logs_default USING btree (org_id, subject_type, subject_id) WHERE (subject_id IS NOT NULL);

-- Name: ai_request_logs_default_org_id_subject_type_subject_id_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_subject_idx ATTACH PARTITION private.ai_request_logs_default_org_id_subject_type_subject_id_idx;

-- Name: ai_request_logs_default_pkey; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_pkey ATTACH PARTITION private.ai_request_logs_default_pkey;

-- Name: ai_request_logs_default_settled_tx_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_request_logs_default_settled_tx_idx ON private.ai_request_logs_default USING brin (settled_tx) WITH (pages_per_range='16');

-- Name: ai_request_logs_default_settled_tx_idx; Type: INDEX ATTACH; Schema: private; Owner: postgres

ALTER INDEX public.ai_request_logs_settled_tx_idx ATTACH PARTITION private.ai_request_logs_default_settled_tx_idx;

-- Name: ai_rollup_state; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_rollup_state (
    singleton boolean DEFAULT true NOT NULL,
    rolled_up_to bigint NOT NULL,
    views_from date NOT NULL,
    rolled_up_at timestamp with time zone NOT NULL,
    refreshed_at timestamp with time zone,
    CONSTRAINT ai_rollup_state_one_row CHECK (singleton)
);


ALTER TABLE private.ai_rollup_state OWNER TO postgres;

-- Name: COLUMN ai_rollup_state.rolled_up_to; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON COLUMN private.ai_rollup_state.rolled_up_to IS 'Log rows with a settled_tx below this are in the rollups; the others are the live tail.';

-- Name: COLUMN ai_rollup_state.views_from; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON COLUMN private.ai_rollup_state.views_from IS 'First day the usage views read from the rollups; older days come from the materialized views.';

-- Name: TABLE ai_rollup_state; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_rollup_state IS 'How far the rollups and the materialized views are.';

-- Name: ai_rollup_state ai_rollup_state_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_rollup_state
    ADD CONSTRAINT ai_rollup_state_pkey PRIMARY KEY (singleton);

-- Name: ai_rollup_state; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_rollup_state ENABLE ROW LEVEL SECURITY;

-- Name: ai_rollup_state ai_rollup_state_follow; Type: TRIGGER; Schema: private; Owner: postgres

CREATE TRIGGER ai_rollup_state_follow AFTER UPDATE OF rolled_up_to ON private.ai_rollup_state FOR EACH ROW WHEN ((old.rolled_up_to <> new.rolled_up_to)) EXECUTE FUNCTION private.follow_roll_up();

-- Name: ai_subject_days; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_subject_days (
    subject_type text NOT NULL,
    subject_id text NOT NULL,
    org_id uuid NOT NULL,
    day date NOT NULL,
    requests bigint NOT NULL,
    failed bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    cost_usd numeric NOT NULL,
    unpriced bigint NOT NULL
);


ALTER TABLE private.ai_subject_days OWNER TO postgres;

-- Name: COLUMN ai_subject_days.cost_usd; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON COLUMN private.ai_subject_days.cost_usd IS 'US dollars, of what is known; unpriced counts the requests whose cost is not.';

-- Name: TABLE ai_subject_days; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_subject_days IS 'Requests by subject (the business row they were about) and day (the organization''s). Additive.';

-- Name: TABLE ai_subject_days; Type: ACL; Schema: private; Owner: postgres

GRANT SELECT ON TABLE private.ai_subject_days TO authenticated;
GRANT SELECT ON TABLE private.ai_subject_days TO service_role;

-- Name: ai_subject_days ai_subject_days_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_subject_days
    ADD CONSTRAINT ai_subject_days_pkey PRIMARY KEY (subject_type, subject_id, org_id, day);

-- Name: ai_subject_days ai_subject_days_select_managed; Type: POLICY; Schema: private; Owner: postgres

CREATE POLICY ai_subject_days_select_managed ON private.ai_subject_days FOR SELECT TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)));

-- Name: ai_subject_days; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_subject_days ENABLE ROW LEVEL SECURITY;

-- Name: ai_subject_days_org_id_day_idx; Type: INDEX; Schema: private; Owner: postgres

CREATE INDEX ai_subject_days_org_id_day_idx ON private.ai_subject_days USING btree (org_id, day);

-- Name: ai_task_days; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_task_days (
    org_id uuid NOT NULL,
    day date NOT NULL,
    task text NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    requests bigint NOT NULL,
    failed bigint NOT NULL,
    refused bigint NOT NULL,
    cached bigint NOT NULL,
    escalated bigint NOT NULL,
    fell_back bigint NOT NULL,
    by_rules bigint NOT NULL,
    for_review bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    cost_usd numeric NOT NULL,
    unpriced bigint NOT NULL,
    latency_ms bigint NOT NULL,
    timed bigint NOT NULL,
    confidence numeric NOT NULL,
    with_confidence bigint NOT NULL
);


ALTER TABLE private.ai_task_days OWNER TO postgres;

-- Name: TABLE ai_task_days; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_task_days IS 'Requests by organization, day, task, provider and model of the answer (empty text where no model answered). Additive: sums and their counts.';

-- Name: ai_task_days ai_task_days_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_task_days
    ADD CONSTRAINT ai_task_days_pkey PRIMARY KEY (org_id, day, task, provider, model);

-- Name: ai_task_days; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_task_days ENABLE ROW LEVEL SECURITY;

-- Name: ai_usage_daily_closed; Type: MATERIALIZED VIEW; Schema: private; Owner: postgres

CREATE MATERIALIZED VIEW private.ai_usage_daily_closed AS
 SELECT d.org_id,
    d.day,
    d.task,
    d.provider,
    d.model,
    d.requests,
    d.failed,
    d.refused,
    d.cached,
    d.escalated,
    d.fell_back,
    d.by_rules,
    d.for_review,
    d.input_tokens,
    d.output_tokens,
    d.cost_usd,
    d.unpriced,
    d.latency_ms,
    d.timed,
    d.confidence,
    d.with_confidence,
    l.buckets,
    l.counts
   FROM (private.ai_task_days d
     LEFT JOIN ( SELECT h.org_id,
            h.day,
            h.task,
            h.provider,
            h.model,
            array_agg(h.bucket ORDER BY h.bucket) AS buckets,
            array_agg(h.requests ORDER BY h.bucket) AS counts
           FROM private.ai_latency_days h
          GROUP BY h.org_id, h.day, h.task, h.provider, h.model) l USING (org_id, day, task, provider, model))
  WITH NO DATA;


ALTER MATERIALIZED VIEW private.ai_usage_daily_closed OWNER TO postgres;

-- Name: MATERIALIZED VIEW ai_usage_daily_closed; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON MATERIALIZED VIEW private.ai_usage_daily_closed IS 'Rollups by day, task and model with their latency histogram. Read below private.ai_rollup_state.views_from; refreshed by cron.';

-- Name: ai_usage_daily_closed_key; Type: INDEX; Schema: private; Owner: postgres

CREATE UNIQUE INDEX ai_usage_daily_closed_key ON private.ai_usage_daily_closed USING btree (org_id, day, task, provider, model);

-- Name: ai_user_days; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_user_days (
    org_id uuid NOT NULL,
    day date NOT NULL,
    user_id uuid NOT NULL,
    requests bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    cost_usd numeric NOT NULL,
    unpriced bigint DEFAULT 0 NOT NULL
);


ALTER TABLE private.ai_user_days OWNER TO postgres;

-- Name: COLUMN ai_user_days.cost_usd; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON COLUMN private.ai_user_days.cost_usd IS 'US dollars, of what is known.';

-- Name: COLUMN ai_user_days.unpriced; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON COLUMN private.ai_user_days.unpriced IS 'Requests whose cost is not known.';

-- Name: TABLE ai_user_days; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_user_days IS 'Requests by organization, day and user. Additive.';

-- Name: TABLE ai_user_days; Type: ACL; Schema: private; Owner: postgres

GRANT SELECT ON TABLE private.ai_user_days TO authenticated;
GRANT SELECT ON TABLE private.ai_user_days TO service_role;

-- Name: ai_user_days ai_user_days_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_user_days
    ADD CONSTRAINT ai_user_days_pkey PRIMARY KEY (org_id, day, user_id);

-- Name: ai_user_days ai_user_days_select_visible; Type: POLICY; Schema: private; Owner: postgres

CREATE POLICY ai_user_days_select_visible ON private.ai_user_days FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR ((user_id = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['member'::text]) AS my_org_ids_as)))));

-- Name: ai_user_days; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_user_days ENABLE ROW LEVEL SECURITY;

-- Name: ai_withdrawn_requests; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.ai_withdrawn_requests (
    row_data public.ai_request_logs NOT NULL,
    settled_tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL
);


ALTER TABLE private.ai_withdrawn_requests OWNER TO postgres;

-- Name: TABLE ai_withdrawn_requests; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.ai_withdrawn_requests IS 'Log rows a late settle replaced after they were rolled up: the next rollup subtracts them.';

-- Name: ai_withdrawn_requests ai_withdrawn_requests_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.ai_withdrawn_requests
    ADD CONSTRAINT ai_withdrawn_requests_pkey PRIMARY KEY (id);

-- Name: ai_withdrawn_requests; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.ai_withdrawn_requests ENABLE ROW LEVEL SECURITY;

-- Name: ai_withdrawn_requests ai_withdrawn_requests_follow; Type: TRIGGER; Schema: private; Owner: postgres

CREATE TRIGGER ai_withdrawn_requests_follow AFTER DELETE ON private.ai_withdrawn_requests REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION private.follow_withdrawal();

-- Name: alert_address(public.ai_alert_channels); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.alert_address(p_channel public.ai_alert_channels) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_address jsonb := jsonb_build_object('url', p_channel.url);
begin
  if p_channel.url is null and to_regclass('vault.decrypted_secrets') is not null then
    select s.decrypted_secret::jsonb into v_address from vault.decrypted_secrets as s where s.name = 'alert_channel:' || p_channel.id;
  end if;
  return v_address;
end
$$;


ALTER FUNCTION private.alert_address(p_channel public.ai_alert_channels) OWNER TO postgres;

-- Name: FUNCTION alert_address(p_channel public.ai_alert_channels); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.alert_address(p_channel public.ai_alert_channels) IS 'Address and authorization of a channel: {url, authorization}. NULL when the Vault has lost it.';

-- Name: FUNCTION alert_address(p_channel public.ai_alert_channels); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.alert_address(p_channel public.ai_alert_channels) FROM PUBLIC;

-- Name: alert_body(public.ai_alert_deliveries, public.ai_alerts, public.ai_alert_channels); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.alert_body(p_delivery public.ai_alert_deliveries, p_alert public.ai_alerts, p_channel public.ai_alert_channels) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select case p_channel.kind
    when 'slack' then jsonb_build_object('text',
      format('%s *%s %s* · %s · %s', mark.sign, upper(p_alert.severity), p_delivery.transition, mark.owner, p_alert.kind) || E'\n'
      || replace(replace(replace(p_alert.message, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'))
    when 'email' then jsonb_build_object('from', p_channel.email_from, 'to', to_jsonb(p_channel.email_to),
      'subject', format('[%s %s] %s', p_alert.severity, p_delivery.transition, left(p_alert.message, 150)),
      'text', concat_ws(E'\n', p_alert.message, '', 'Organization: ' || mark.owner, 'Opened: ' || p_alert.opened_at,
        'Respond by: ' || p_alert.respond_by, 'Alert: ' || p_alert.id))
    else jsonb_build_object('delivery_id', p_delivery.id, 'transition', p_delivery.transition, 'alert', jsonb_build_object(
      'id', p_alert.id, 'org_id', p_alert.org_id, 'kind', p_alert.kind, 'severity', p_alert.severity, 'message', p_alert.message, 'facts', p_alert.facts,
      'opened_at', p_alert.opened_at, 'respond_by', p_alert.respond_by, 'acknowledged_at', p_alert.acknowledged_at, 'resolved_at', p_alert.resolved_at))
  end
  from (
    select case when p_delivery.transition = 'resolved' then ':white_check_mark:' when p_alert.severity = 'critical' then ':rotating_light:'
                when p_alert.severity = 'warning' then ':warning:' else ':information_source:' end as sign,
           coalesce((select o.name from public.organizations as o where o.id = p_alert.org_id), 'platform') as owner
  ) as mark
$$;


ALTER FUNCTION private.alert_body(p_delivery public.ai_alert_deliveries, p_alert public.ai_alerts, p_channel public.ai_alert_channels) OWNER TO postgres;

-- Name: FUNCTION alert_body(p_delivery public.ai_alert_deliveries, p_alert public.ai_alerts, p_channel public.ai_alert_channels); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.alert_body(p_delivery public.ai_alert_deliveries, p_alert public.ai_alerts, p_channel public.ai_alert_channels) IS 'What a channel is sent: the alert as JSON, Slack''s {text}, or a mail as {from, to, subject, text}.';

-- Name: FUNCTION alert_body(p_delivery public.ai_alert_deliveries, p_alert public.ai_alerts, p_channel public.ai_alert_channels); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.alert_body(p_delivery public.ai_alert_deliveries, p_alert public.ai_alerts, p_channel public.ai_alert_channels) FROM PUBLIC;

-- Name: alert_condition; Type: TYPE; Schema: private; Owner: postgres

CREATE TYPE private.alert_condition AS (
	org_id uuid,
	rule_id uuid,
	severity text,
	dedup_key text,
	message text,
	facts jsonb
);


ALTER TYPE private.alert_condition OWNER TO postgres;

-- Name: TYPE alert_condition; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TYPE private.alert_condition IS 'A condition of a rule that holds right now.';

-- Name: alert_conditions(text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.alert_conditions(p_kind text) RETURNS SETOF private.alert_condition
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  -- Statement by statement, so that a kind that cannot be planned fails alone.
  if p_kind in ('budget_90', 'budget_100') then
    return query select c.* from private.budget_conditions(p_kind) as c;
  elsif p_kind = 'cost_per_lead' then
    return query select c.* from private.cost_per_lead_conditions() as c;
  elsif p_kind in ('error_rate', 'fallback_rate', 'escalation_rate') then
    return query select c.* from private.rate_conditions(p_kind) as c;
  elsif p_kind = 'provider_down' then
    return query select c.* from private.provider_conditions() as c;
  elsif p_kind = 'stale_prices' then
    return query select c.* from private.stale_price_conditions() as c;
  elsif p_kind = 'overrun' then
    return query select c.* from private.overrun_conditions() as c;
  elsif p_kind = 'spend_anomaly' then
    return query select c.* from private.anomaly_conditions() as c;
  end if;
end
$$;


ALTER FUNCTION private.alert_conditions(p_kind text) OWNER TO postgres;

-- Name: FUNCTION alert_conditions(p_kind text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.alert_conditions(p_kind text) IS 'The conditions of one kind that hold now.';

-- Name: FUNCTION alert_conditions(p_kind text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.alert_conditions(p_kind text) FROM PUBLIC;

-- Name: alert_rules_for(text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.alert_rules_for(p_kind text) RETURNS TABLE(rule_id uuid, org_id uuid, severity text, threshold numeric, look_back interval, min_count integer)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select r.id, o.id, r.severity, r.threshold, r.look_back, r.min_count
  from public.ai_alert_rules as r
  join public.organizations as o on o.id = r.org_id
  where r.kind = p_kind and r.active
  union all
  select r.id, o.id, r.severity, r.threshold, r.look_back, r.min_count
  from public.ai_alert_rules as r
  cross join public.organizations as o
  where r.kind = p_kind and r.active and r.org_id is null and p_kind not in ('provider_down', 'stale_prices')
    and not exists (select from public.ai_alert_rules as own where own.org_id = o.id and own.kind = p_kind)
  union all
  -- What is about the platform is the platform's alert.
  select r.id, null, r.severity, r.threshold, r.look_back, r.min_count
  from public.ai_alert_rules as r
  where r.kind = p_kind and r.active and r.org_id is null and p_kind in ('provider_down', 'stale_prices')
$$;


ALTER FUNCTION private.alert_rules_for(p_kind text) OWNER TO postgres;

-- Name: FUNCTION alert_rules_for(p_kind text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.alert_rules_for(p_kind text) IS 'Rules of a kind as they count for each organization; org_id NULL for the platform itself.';

-- Name: FUNCTION alert_rules_for(p_kind text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.alert_rules_for(p_kind text) FROM PUBLIC;

-- Name: alert_url_problem(text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.alert_url_problem(p_url text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $_$
declare
  v_host text := substring(p_url from '^https://([A-Za-z0-9.-]+)(?::443)?(?:[/?]|$)');
begin
  if p_url is null or length(p_url) > 2000 or p_url ~ '[[:space:][:cntrl:]#\\]' or v_host is null then
    return 'it is not an https address of a host name on port 443';
  end if;
  v_host := lower(v_host);
  -- Addresses in numbers, in every notation a resolver takes, have a last part that begins with a digit.
  if v_host !~ '^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$'
    or v_host ~ '(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|test|invalid|onion|arpa)$'
    or v_host ~ '(^|\.)(nip|sslip|xip)\.(io|name)$|(^|\.)(localtest|lvh)\.me$'
  then
    return 'its host is not public';
  end if;
  if not exists (
    select from jsonb_array_elements_text(private.setting('ai.alert.hosts', null, null)) as allowed (host)
    where allowed.host = '*' or allowed.host = v_host
       or (starts_with(allowed.host, '*.') and right(v_host, length(allowed.host) - 1) = substr(allowed.host, 2))
  ) then
    return format('its host %s is not listed in the setting ai.alert.hosts', v_host);
  end if;
  return null;
end
$_$;


ALTER FUNCTION private.alert_url_problem(p_url text) OWNER TO postgres;

-- Name: FUNCTION alert_url_problem(p_url text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.alert_url_problem(p_url text) IS 'Why the database must not call an address; NULL when it may.';

-- Name: FUNCTION alert_url_problem(p_url text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.alert_url_problem(p_url text) FROM PUBLIC;

-- Name: announce_setting(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.announce_setting() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  changed public.ai_settings := coalesce(new, old);
begin
  -- No value in the notice: whoever listens to a channel is not asked for a role.
  perform pg_catalog.pg_notify(
    'settings_changed',
    jsonb_build_object('key', changed.key, 'org_id', changed.org_id, 'user_id', changed.user_id)::text
  );
  return null;
end
$$;


ALTER FUNCTION private.announce_setting() OWNER TO postgres;

-- Name: FUNCTION announce_setting(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.announce_setting() IS 'Notifies channel settings_changed with key and scope after every change.';

-- Name: FUNCTION announce_setting(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.announce_setting() FROM PUBLIC;

-- Name: anomaly_conditions(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.anomaly_conditions() RETURNS SETOF private.alert_condition
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  -- Weeks where there are enough of them, else days: a young organization has no weeks.
  select distinct on (r.org_id, r.severity)
         r.org_id, r.rule_id, r.severity, format('spend_anomaly:%s', r.severity),
         format('%s US dollars in the hour from %s, where %s is usual', round(s.spent_usd, 2), to_char(s.hour at time zone o.time_zone, 'YYYY-MM-DD HH24:MI'),
                round(s.typical_usd, 2)),
         jsonb_build_object('hour', s.hour, 'spent_usd', s.spent_usd, 'typical_usd', s.typical_usd, 'spread_usd', s.spread_usd, 'score', s.score,
           'basis', s.basis, 'history', s.history)
  from private.alert_rules_for('spend_anomaly') as r
  join public.organizations as o on o.id = r.org_id
  join private.spending_scores() as s on s.org_id = r.org_id
  where s.score >= r.threshold and s.spent_usd - s.typical_usd >= 1
    and (
      (s.basis = 'same hour of the weekday' and s.history >= r.min_count)
      or (s.basis = 'same hour of the day' and s.history >= 10 and not exists (
        select from private.ai_org_hours as first
        where first.org_id = r.org_id and first.hour <= s.hour - r.min_count * interval '7 days'
      ))
    )
  order by r.org_id, r.severity, s.score desc
$$;


ALTER FUNCTION private.anomaly_conditions() OWNER TO postgres;

-- Name: FUNCTION anomaly_conditions(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.anomaly_conditions() IS 'Organizations that spent, in the running or the last hour, at least a dollar more than usual and more than a rule''s robust standard deviations.';

-- Name: FUNCTION anomaly_conditions(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.anomaly_conditions() FROM PUBLIC;

-- Name: any_word(regconfig, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.any_word(p_config regconfig, p_text text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  -- AND-ed terms find next to nothing for a question in whole sentences.
  select string_agg(quote_literal(term.lexeme), ' | ')::tsquery
  from unnest(to_tsvector(p_config, private.searchable_text(p_text))) as term
$$;


ALTER FUNCTION private.any_word(p_config regconfig, p_text text) OWNER TO postgres;

-- Name: FUNCTION any_word(p_config regconfig, p_text text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.any_word(p_config regconfig, p_text text) IS 'Finds what has any of the words. NULL: there is none but stop words.';

-- Name: FUNCTION any_word(p_config regconfig, p_text text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.any_word(p_config regconfig, p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.any_word(p_config regconfig, p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.any_word(p_config regconfig, p_text text) TO service_role;

-- Name: assistant_config(public.ai_assistants); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.assistant_config(p_assistant public.ai_assistants) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select jsonb_build_object(
    'name', p_assistant.name, 'description', p_assistant.description, 'personality', p_assistant.personality,
    'instructions', p_assistant.instructions, 'model', p_assistant.model, 'importance', p_assistant.importance,
    'temperature', p_assistant.temperature, 'max_output_tokens', p_assistant.max_output_tokens,
    'languages', p_assistant.languages, 'tags', p_assistant.tags
  )
$$;


ALTER FUNCTION private.assistant_config(p_assistant public.ai_assistants) OWNER TO postgres;

-- Name: FUNCTION assistant_config(p_assistant public.ai_assistants); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.assistant_config(p_assistant public.ai_assistants) IS 'What of an assistant is versioned.';

-- Name: FUNCTION assistant_config(p_assistant public.ai_assistants); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.assistant_config(p_assistant public.ai_assistants) FROM PUBLIC;
GRANT ALL ON FUNCTION private.assistant_config(p_assistant public.ai_assistants) TO authenticated;
GRANT ALL ON FUNCTION private.assistant_config(p_assistant public.ai_assistants) TO service_role;

-- Name: assistant_schema(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.assistant_schema() RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select '{
    "type": "object", "additionalProperties": false,
    "properties": {
      "name": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S"},
      "description": {"type": "string", "maxLength": 1000},
      "personality": {"type": "string", "maxLength": 4000},
      "instructions": {"type": "string", "maxLength": 20000},
      "model": {"type": ["string", "null"], "minLength": 1, "maxLength": 200},
      "importance": {"type": "string", "enum": ["low", "medium", "high"]},
      "temperature": {"type": "number", "minimum": 0, "maximum": 2},
      "max_output_tokens": {"type": "integer", "minimum": 1, "maximum": 16000},
      "languages": {"type": "array", "maxItems": 4, "items": {"type": "string", "enum": ["en", "de", "fr", "es"]}},
      "tags": {"type": "array", "maxItems": 20, "items": {"type": "string", "minLength": 1, "maxLength": 50}},
      "status": {"type": "string", "enum": ["draft", "active", "inactive"]},
      "visibility": {"type": "string", "enum": ["private", "organization", "public"]},
      "is_template": {"type": "boolean"}
    }
  }'::jsonb
$$;


ALTER FUNCTION private.assistant_schema() OWNER TO postgres;

-- Name: FUNCTION assistant_schema(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.assistant_schema() IS 'What save_assistant takes, as a JSON Schema.';

-- Name: FUNCTION assistant_schema(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.assistant_schema() FROM PUBLIC;
GRANT ALL ON FUNCTION private.assistant_schema() TO authenticated;
GRANT ALL ON FUNCTION private.assistant_schema() TO service_role;

-- Name: audit(uuid, text, text, jsonb, jsonb, jsonb); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.audit(p_org_id uuid, p_action text, p_subject text, p_subject_key jsonb, p_old_values jsonb, p_new_values jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_head  private.ai_audit_heads;
  v_entry public.ai_audit_log;
begin
  v_entry.org_id := coalesce(p_org_id, '00000000-0000-0000-0000-000000000000');
  insert into private.ai_audit_heads (org_id, seq, hash) values (v_entry.org_id, 0, repeat('0', 64)) on conflict do nothing;
  select * into v_head from private.ai_audit_heads as h where h.org_id = v_entry.org_id for update;
  v_entry.seq := v_head.seq + 1;
  v_entry.happened_at := private.clock();
  v_entry.actor_id := (select auth.uid());
  v_entry.actor_role := private.caller_role();
  v_entry.action := p_action;
  v_entry.subject := p_subject;
  v_entry.subject_key := p_subject_key;
  v_entry.old_values := p_old_values;
  v_entry.new_values := p_new_values;
  v_entry.previous_hash := v_head.hash;
  v_entry.hash := private.audit_hash(v_entry);
  insert into public.ai_audit_log select (v_entry).*;
  update private.ai_audit_heads as h set seq = v_entry.seq, hash = v_entry.hash where h.org_id = v_entry.org_id;
end
$$;


ALTER FUNCTION private.audit(p_org_id uuid, p_action text, p_subject text, p_subject_key jsonb, p_old_values jsonb, p_new_values jsonb) OWNER TO postgres;

-- Name: FUNCTION audit(p_org_id uuid, p_action text, p_subject text, p_subject_key jsonb, p_old_values jsonb, p_new_values jsonb); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.audit(p_org_id uuid, p_action text, p_subject text, p_subject_key jsonb, p_old_values jsonb, p_new_values jsonb) IS 'Appends an entry to an organization''s chain; NULL = the platform''s. One writer a chain at a time.';

-- Name: FUNCTION audit(p_org_id uuid, p_action text, p_subject text, p_subject_key jsonb, p_old_values jsonb, p_new_values jsonb); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.audit(p_org_id uuid, p_action text, p_subject text, p_subject_key jsonb, p_old_values jsonb, p_new_values jsonb) FROM PUBLIC;

-- Name: audit_change(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.audit_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_secret constant text[] := tg_argv[1:];
  v_old     jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_new     jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  v_row     jsonb := coalesce(v_new, v_old);
  v_key     jsonb;
  v_columns text[];
begin
  select jsonb_object_agg(a.attname, v_row -> a.attname::text) into v_key
  from pg_catalog.pg_index as i
  join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
  where i.indrelid = tg_relid and i.indisprimary;

  if tg_op = 'UPDATE' then
    select array_agg(c.name) into v_columns
    from jsonb_object_keys(v_new) as c (name)
    where v_old -> c.name is distinct from v_new -> c.name and c.name <> 'updated_at';
    if v_columns is null then
      return null;
    end if;
  else
    v_columns := array(select jsonb_object_keys(v_row));
  end if;
  perform private.audit(
    (v_row ->> nullif(tg_argv[0], ''))::uuid, lower(tg_op), tg_table_name, v_key,
    (select jsonb_object_agg(c.name, case when c.name = any (v_secret) then '"(not shown)"' else v_old -> c.name end) from unnest(v_columns) as c (name)
     where v_old is not null),
    (select jsonb_object_agg(c.name, case when c.name = any (v_secret) then '"(not shown)"' else v_new -> c.name end) from unnest(v_columns) as c (name)
     where v_new is not null)
  );
  return null;
end
$$;


ALTER FUNCTION private.audit_change() OWNER TO postgres;

-- Name: FUNCTION audit_change(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.audit_change() IS 'Row trigger: writes a change to the audit log. Arguments: the column that holds the organization (empty = the platform), then columns whose values are not shown.';

-- Name: FUNCTION audit_change(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.audit_change() FROM PUBLIC;

-- Name: audit_hash(public.ai_audit_log); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.audit_hash(p_entry public.ai_audit_log) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select encode(sha256(convert_to(jsonb_build_array(
    (p_entry).previous_hash, (p_entry).org_id, (p_entry).seq, (extract(epoch from (p_entry).happened_at) * 1000000)::bigint, (p_entry).actor_id,
    (p_entry).actor_role, (p_entry).action, (p_entry).subject, (p_entry).subject_key, (p_entry).old_values, (p_entry).new_values
  )::text, 'UTF8')), 'hex')
$$;


ALTER FUNCTION private.audit_hash(p_entry public.ai_audit_log) OWNER TO postgres;

-- Name: FUNCTION audit_hash(p_entry public.ai_audit_log); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.audit_hash(p_entry public.ai_audit_log) IS 'SHA-256 (hex) of everything in an entry but its own hash.';

-- Name: FUNCTION audit_hash(p_entry public.ai_audit_log); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.audit_hash(p_entry public.ai_audit_log) FROM PUBLIC;

-- Name: audit_heads(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.audit_heads() RETURNS TABLE(org_id uuid, seq bigint, hash text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select h.org_id, h.seq, h.hash from private.ai_audit_heads as h
  where private.is_trusted()
     or h.org_id in (select private.my_org_ids_as('owner', 'admin'))
     or (h.org_id = '00000000-0000-0000-0000-000000000000' and private.is_operator())
$$;


ALTER FUNCTION private.audit_heads() OWNER TO postgres;

-- Name: FUNCTION audit_heads(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.audit_heads() IS 'Behind public.ai_audit_heads.';

-- Name: FUNCTION audit_heads(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.audit_heads() FROM PUBLIC;
GRANT ALL ON FUNCTION private.audit_heads() TO authenticated;
GRANT ALL ON FUNCTION private.audit_heads() TO service_role;

-- Name: authorize_setting(public.ai_setting_definitions, uuid, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.authorize_setting(p_definition public.ai_setting_definitions, p_org_id uuid, p_user_id uuid) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  scope constant text := case
    when p_user_id is not null then 'user' when p_org_id is not null then 'organization' else 'global'
  end;
begin
  if scope <> all (p_definition.scopes) then
    raise exception 'Cannot set %: it has no value at scope %', p_definition.key, scope
      using errcode = '22023', hint = 'Scopes: ' || array_to_string(p_definition.scopes, ', ');
  end if;
  if private.is_operator() then
    return;
  end if;
  -- One answer for a foreign organization and for one that does not exist.
  if p_org_id is not null and private.my_role(p_org_id) is null
    or scope = 'user' and p_user_id is distinct from auth.uid()
    or scope = 'organization' and not (private.is_org_admin(p_org_id) and p_definition.admin_writable)
    or scope = 'global'
  then
    raise exception 'Cannot set %: the caller may not write it at scope %', p_definition.key, scope using errcode = '42501';
  end if;
end
$$;


ALTER FUNCTION private.authorize_setting(p_definition public.ai_setting_definitions, p_org_id uuid, p_user_id uuid) OWNER TO postgres;

-- Name: FUNCTION authorize_setting(p_definition public.ai_setting_definitions, p_org_id uuid, p_user_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.authorize_setting(p_definition public.ai_setting_definitions, p_org_id uuid, p_user_id uuid) IS 'Raises 22023 for a scope the definition does not have, 42501 for one this caller may not write.';

-- Name: FUNCTION authorize_setting(p_definition public.ai_setting_definitions, p_org_id uuid, p_user_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.authorize_setting(p_definition public.ai_setting_definitions, p_org_id uuid, p_user_id uuid) FROM PUBLIC;

-- Name: begin_ingestion(uuid, uuid, uuid, text, text, text, text, bigint, text[]); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_org      uuid := private.knowledge_org(p_org_id);
  v_trusted  boolean := coalesce(private.is_trusted(), false);
  v_base     uuid := p_base_id;
  v_document public.documents;
  v_settings jsonb := private.settings_for(v_org, auth.uid(), 'kb.');
  v_attempt  uuid := gen_random_uuid();
  v_created  boolean := false;
begin
  if not v_trusted and private.my_role(v_org) = 'guest' then
    raise exception 'Cannot ingest: guests only read' using errcode = 'PT403';
  end if;
  if p_size_bytes > (v_settings ->> 'kb.maxFileSizeMb')::bigint * 1000000 then
    raise exception 'Cannot ingest: the document is larger than kb.maxFileSizeMb' using errcode = 'PT413';
  end if;

  if p_document_id is not null then
    select d.* into v_document from public.documents as d
    where d.org_id = v_org and d.id = p_document_id and (v_trusted or d.id in (select private.my_document_ids()))
    for update;
    if not found then
      raise exception 'Cannot ingest: there is no such document' using errcode = 'PT404';
    elsif not v_trusted and v_document.created_by is distinct from auth.uid() and not private.can_see_org_requests(v_org) then
      raise exception 'Cannot ingest: the document is somebody else''s' using errcode = 'PT403';
    elsif p_content_hash is not null and exists (
      select from public.documents as d
      where d.org_id = v_org and d.base_id = v_document.base_id and d.content_hash = p_content_hash and d.id <> v_document.id
    ) then
      raise exception 'Cannot ingest: another document of the base has this very text' using errcode = 'PT400';
    end if;
  else
    if v_base is null then
      insert into public.knowledge_bases (org_id, name, created_by) values (v_org, 'General', auth.uid())
      on conflict on constraint knowledge_bases_name_key do nothing;
      select b.id into v_base from public.knowledge_bases as b
      where b.org_id = v_org and b.name = 'General' and (v_trusted or b.id in (select private.my_base_ids()));
    else
      select b.id into v_base from public.knowledge_bases as b
      where b.org_id = v_org and b.id = p_base_id and (v_trusted or b.id in (select private.my_base_ids()));
    end if;
    if v_base is null then
      raise exception 'Cannot ingest: there is no such base' using errcode = 'PT404';
    end if;
    insert into public.documents as d
      (org_id, base_id, name, mime_type, size_bytes, content_hash, source_text, tags, created_by)
    values (v_org, v_base, p_name, p_mime_type, p_size_bytes, p_content_hash, p_text, coalesce(p_tags, '{}'), auth.uid())
    on conflict on constraint documents_content_hash_key do nothing
    returning d.* into v_document;
    v_created := found;
    if not v_created then
      select d.* into v_document from public.documents as d
      where d.org_id = v_org and d.base_id = v_base and d.content_hash = p_content_hash
        and (v_trusted or d.id in (select private.my_document_ids()))
      for update;
      if not found then
        raise exception 'Cannot ingest: the base has this very text in a document the caller may not read' using errcode = 'PT403';
      elsif v_document.state = 'processed' then
        return jsonb_build_object('org_id', v_org, 'document_id', v_document.id, 'base_id', v_base, 'duplicate', true,
          'name', v_document.name, 'language', v_document.language, 'chunks', v_document.chunk_count);
      end if;
    end if;
  end if;

  -- An attempt that died is not waited for.
  if v_document.attempt_id is not null and v_document.started_at > private.clock() - interval '5 minutes' then
    raise exception 'Cannot ingest: the document is being processed' using errcode = 'PT409';
  end if;
  delete from private.document_chunk_drafts as draft where draft.org_id = v_org and draft.document_id = v_document.id;
  update public.documents as d
  set state = case when d.processed_at is null then 'processing' else 'reprocessing' end, progress = 0, attempts = d.attempts + 1,
      attempt_id = v_attempt, started_at = private.clock()
  where d.org_id = v_org and d.id = v_document.id;
  return jsonb_build_object('org_id', v_org, 'document_id', v_document.id, 'base_id', v_document.base_id, 'duplicate', false,
    'attempt_id', v_attempt, 'name', v_document.name, 'mime_type', coalesce(p_mime_type, v_document.mime_type),
    'text', coalesce(p_text, v_document.source_text),
    'chunk_size', v_settings -> 'kb.chunkSize', 'chunk_overlap', v_settings -> 'kb.chunkOverlap');
end
$$;


ALTER FUNCTION private.begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]) OWNER TO postgres;

-- Name: FUNCTION begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]) IS 'Body of public.begin_ingestion.';

-- Name: FUNCTION begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION private.begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]) TO authenticated;
GRANT ALL ON FUNCTION private.begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]) TO service_role;

-- Name: binomial_at_most(integer, integer, double precision); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.binomial_at_most(p_successes integer, p_trials integer, p_probability double precision) RETURNS double precision
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_odds float8;
  v_term float8;
  v_top  float8;
  v_sum  float8 := 0;
begin
  if p_successes >= p_trials or p_probability <= 0 then
    return 1;
  elsif p_probability >= 1 then
    return 0;
  end if;
  -- In logarithms: a thousand trials at one half underflow otherwise. Terms are added relative to the largest so far.
  v_odds := ln(p_probability) - ln(1 - p_probability);
  v_term := p_trials * ln(1 - p_probability);
  v_top := v_term;
  v_sum := 1;
  for k in 1 .. p_successes loop
    v_term := v_term + ln((p_trials - k + 1)::float8 / k) + v_odds;
    if v_term > v_top then
      v_sum := v_sum * exp(greatest(v_top - v_term, -700)) + 1;
      v_top := v_term;
    elsif v_term - v_top > -700 then
      v_sum := v_sum + exp(v_term - v_top);
    end if;
  end loop;
  return case when v_top + ln(v_sum) < -700 then 0 else least(1, exp(v_top + ln(v_sum))) end;
end
$$;


ALTER FUNCTION private.binomial_at_most(p_successes integer, p_trials integer, p_probability double precision) OWNER TO postgres;

-- Name: FUNCTION binomial_at_most(p_successes integer, p_trials integer, p_probability double precision); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.binomial_at_most(p_successes integer, p_trials integer, p_probability double precision) IS 'Chance of at most so many successes in so many independent trials.';

-- Name: FUNCTION binomial_at_most(p_successes integer, p_trials integer, p_probability double precision); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.binomial_at_most(p_successes integer, p_trials integer, p_probability double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION private.binomial_at_most(p_successes integer, p_trials integer, p_probability double precision) TO authenticated;
GRANT ALL ON FUNCTION private.binomial_at_most(p_successes integer, p_trials integer, p_probability double precision) TO service_role;

-- Name: binomial_upper(integer, integer, double precision); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.binomial_upper(p_successes integer, p_trials integer, p_confidence double precision) RETURNS double precision
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_low  float8 := p_successes::float8 / p_trials;
  v_high float8 := 1;
begin
  if p_successes >= p_trials then
    return 1;
  end if;
  for step in 1 .. 40 loop
    if private.binomial_at_most(p_successes, p_trials, (v_low + v_high) / 2) > 1 - p_confidence then
      v_low := (v_low + v_high) / 2;
    else
      v_high := (v_low + v_high) / 2;
    end if;
  end loop;
  return v_high;
end
$$;


ALTER FUNCTION private.binomial_upper(p_successes integer, p_trials integer, p_confidence double precision) OWNER TO postgres;

-- Name: FUNCTION binomial_upper(p_successes integer, p_trials integer, p_confidence double precision); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.binomial_upper(p_successes integer, p_trials integer, p_confidence double precision) IS 'Clopper–Pearson: the highest success rate that so few successes still allow at this confidence.';

-- Name: FUNCTION binomial_upper(p_successes integer, p_trials integer, p_confidence double precision); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.binomial_upper(p_successes integer, p_trials integer, p_confidence double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION private.binomial_upper(p_successes integer, p_trials integer, p_confidence double precision) TO authenticated;
GRANT ALL ON FUNCTION private.binomial_upper(p_successes integer, p_trials integer, p_confidence double precision) TO service_role;

-- Name: book_correction(uuid, uuid, numeric, bigint, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.book_correction(p_org_id uuid, p_request_id uuid, p_cost_usd numeric, p_rolled_up_to bigint, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_hold public.ai_holds;
begin
  insert into private.ai_withdrawn_requests (row_data)
  select l from public.ai_request_logs as l
  where l.id = p_request_id and l.org_id = p_org_id and l.settled_tx < p_rolled_up_to and l.cost_usd is distinct from p_cost_usd;
  update public.ai_request_logs as l
  set cost_usd = p_cost_usd, settled_tx = pg_current_xact_id()::text::bigint
  where l.id = p_request_id and l.org_id = p_org_id and l.cost_usd is distinct from p_cost_usd;

  select * into v_hold from public.ai_holds as h where h.org_id = p_org_id and h.request_id = p_request_id;
  if v_hold.settled_usd <> p_cost_usd then
    perform private.settle_hold(v_hold, v_hold.status, p_cost_usd, p_now);
    -- It was settled when it was settled; the correction's own time is in its line.
    update public.ai_holds as h set settled_at = v_hold.settled_at where h.org_id = p_org_id and h.request_id = p_request_id;
    delete from public.ai_overruns as o where o.org_id = p_org_id and o.request_id = p_request_id and p_cost_usd <= v_hold.held_usd;
  end if;
end
$$;


ALTER FUNCTION private.book_correction(p_org_id uuid, p_request_id uuid, p_cost_usd numeric, p_rolled_up_to bigint, p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION book_correction(p_org_id uuid, p_request_id uuid, p_cost_usd numeric, p_rolled_up_to bigint, p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.book_correction(p_org_id uuid, p_request_id uuid, p_cost_usd numeric, p_rolled_up_to bigint, p_now timestamp with time zone) IS 'Gives a settled request another cost: log row (and through it the rollups), hold, counters of its own periods.';

-- Name: FUNCTION book_correction(p_org_id uuid, p_request_id uuid, p_cost_usd numeric, p_rolled_up_to bigint, p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.book_correction(p_org_id uuid, p_request_id uuid, p_cost_usd numeric, p_rolled_up_to bigint, p_now timestamp with time zone) FROM PUBLIC;

-- Name: book_corrections(uuid, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.book_corrections(p_correction_id uuid, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_rolled_up_to bigint;
  v_corrected    record;
begin
  -- Locks in the order of a late settle: holds, the rollups' mark, counters.
  perform from public.ai_holds as h
  where (h.org_id, h.request_id) in (select k.org_id, k.request_id from public.ai_cost_corrections as k where k.correction_id = p_correction_id)
  order by h.org_id, h.request_id for update;
  select s.rolled_up_to into v_rolled_up_to from private.ai_rollup_state as s for update;

  -- Call rows keep their transaction, so the rollups count them once; what the rollups have already, they get the difference of.
  update private.ai_call_days as d
  set cost_usd = d.cost_usd + x.difference, unpriced = d.unpriced - x.priced
  from (
    select c.org_id, (c.created_at at time zone o.time_zone)::date as day, c.provider, c.request_model as model,
           sum(k.new_cost_usd - coalesce(k.old_cost_usd, 0)) as difference, count(*) filter (where k.old_cost_usd is null) as priced
    from public.ai_cost_corrections as k
    join public.ai_call_logs as c
      on c.request_id = k.request_id and c.attempt = k.attempt and c.created_at = k.call_created_at and c.org_id = k.org_id
    join public.organizations as o on o.id = c.org_id
    where k.correction_id = p_correction_id and c.settled_tx < v_rolled_up_to
    group by 1, 2, 3, 4
  ) as x
  where d.org_id = x.org_id and d.day = x.day and d.provider = x.provider and d.model = x.model;
  update public.ai_call_logs as c
  set cost_usd = k.new_cost_usd, price_id = k.new_price_id
  from public.ai_cost_corrections as k
  where k.correction_id = p_correction_id
    and c.request_id = k.request_id and c.attempt = k.attempt and c.created_at = k.call_created_at and c.org_id = k.org_id;

  for v_corrected in
    select k.org_id, k.request_id, (
      select case when count(*) = count(c.cost_usd) then sum(c.cost_usd) end
      from public.ai_call_logs as c where c.request_id = k.request_id and c.org_id = k.org_id
    ) as cost_usd
    from (select distinct x.org_id, x.request_id from public.ai_cost_corrections as x where x.correction_id = p_correction_id) as k
    order by k.org_id, k.request_id
  loop
    -- A request with another call of unknown cost stays unknown, and its whole hold charged.
    continue when v_corrected.cost_usd is null;
    perform private.book_correction(v_corrected.org_id, v_corrected.request_id, v_corrected.cost_usd, v_rolled_up_to, p_now);
  end loop;

  -- Until the materialized views are refreshed, the corrected days are read from the rollups.
  update private.ai_rollup_state as s
  set views_from = least(s.views_from, (select min(k.day) - 1 from public.ai_cost_corrections as k where k.correction_id = p_correction_id));
end
$$;


ALTER FUNCTION private.book_corrections(p_correction_id uuid, p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION book_corrections(p_correction_id uuid, p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.book_corrections(p_correction_id uuid, p_now timestamp with time zone) IS 'Carries out the lines of one correction.';

-- Name: FUNCTION book_corrections(p_correction_id uuid, p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.book_corrections(p_correction_id uuid, p_now timestamp with time zone) FROM PUBLIC;

-- Name: breaker_fails_on(text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.breaker_fails_on(p_error_code text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select coalesce(p_error_code in ('timeout', 'server', 'network', 'cut', 'malformed', 'authentication', 'quota', 'not_found', 'rate_limited'), false)
$$;


ALTER FUNCTION private.breaker_fails_on(p_error_code text) OWNER TO postgres;

-- Name: FUNCTION breaker_fails_on(p_error_code text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.breaker_fails_on(p_error_code text) IS 'Whether an error kind speaks against the provider''s health. Our own mistakes (invalid_request, context_length) and refusals of content do not.';

-- Name: FUNCTION breaker_fails_on(p_error_code text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.breaker_fails_on(p_error_code text) FROM PUBLIC;

-- Name: bucket_latency(numeric); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.bucket_latency(p_bucket numeric) RETURNS integer
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select round(power(1.1, p_bucket - 0.5))::integer
$$;


ALTER FUNCTION private.bucket_latency(p_bucket numeric) OWNER TO postgres;

-- Name: FUNCTION bucket_latency(p_bucket numeric); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.bucket_latency(p_bucket numeric) IS 'Milliseconds in the (geometric) middle of a bucket.';

-- Name: FUNCTION bucket_latency(p_bucket numeric); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.bucket_latency(p_bucket numeric) FROM PUBLIC;

-- Name: budget_conditions(text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.budget_conditions(p_kind text) RETURNS SETOF private.alert_condition
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with refused as (
    -- A hard budget comes to rest a little below its cap: what tells is that requests are refused for it, be it for want of
    -- room or because only small models are left and none fits.
    select l.org_id, l.said[1] as period, l.said[2] as account, count(*) as requests, max(l.created_at) as last_at
    from (
      select x.org_id, x.created_at, regexp_match(x.decision ->> 'refused', 'the (\w+) budget of (\S+) (?:has|is above its soft limit)') as said
      from public.ai_request_logs as x
      where p_kind = 'budget_100' and x.error_code = 'budget_exhausted' and x.created_at > (select private.clock()) - interval '60 minutes'
    ) as l
    where l.said is not null
    group by l.org_id, l.said[1], l.said[2]
  )
  select r.org_id, r.rule_id, r.severity,
         format('%s:%s:%s:%s:%s', p_kind, r.severity, b.budget_id, named.account, coalesce(b.period_start::text, 'total')),
         case when used.up_to
           then format('%s %% of the %s budget of %s is used: %s of %s %s', round(b.used_percent, 1), b.period, named.readable,
                       round(b.settled + b.held, 2), round(b.cap, 2), b.currency)
           else format('The %s budget of %s refuses requests: %s lately, with %s of %s %s used', b.period, named.readable, f.requests,
                       round(b.settled + b.held, 2), round(b.cap, 2), b.currency) end,
         jsonb_build_object('budget_id', b.budget_id, 'scope', b.scope, 'scope_key', b.scope_key, 'period', b.period, 'period_start', b.period_start,
           'used', b.settled + b.held, 'cap', b.cap, 'currency', b.currency, 'used_percent', b.used_percent, 'refused_requests', coalesce(f.requests, 0))
  from private.alert_rules_for(p_kind) as r
  join private.budget_status() as b on b.org_id = r.org_id
  cross join lateral (
    select case when b.scope = 'organization' then 'organization:' || b.org_id else b.scope || ':' || coalesce(b.scope_key, '*') end as account,
           case when b.scope = 'organization' then 'the organization' else b.scope || ' ' || coalesce(b.scope_key, '*') end as readable
  ) as named
  -- Not used_percent, which is rounded.
  cross join lateral (select b.cap > 0 and (b.settled + b.held) * 100 >= r.threshold * b.cap as up_to) as used
  left join refused as f
    on f.org_id = b.org_id and f.period = b.period and f.account = named.account and f.last_at > (select private.clock()) - r.look_back
  -- Leads and jobs reach their caps every day: that is what those are for.
  where b.scope in ('organization', 'user', 'task', 'key') and (used.up_to or f.requests > 0)
$$;


ALTER FUNCTION private.budget_conditions(p_kind text) OWNER TO postgres;

-- Name: FUNCTION budget_conditions(p_kind text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.budget_conditions(p_kind text) IS 'Budgets at or above the share of a budget_90 or budget_100 rule, or (budget_100) refusing requests.';

-- Name: FUNCTION budget_conditions(p_kind text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.budget_conditions(p_kind text) FROM PUBLIC;

-- Name: budget_forecast(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.budget_forecast() RETURNS TABLE(org_id uuid, budget_id uuid, scope text, scope_key text, period text, period_start date, period_end date, cap numeric, currency text, used numeric, elapsed numeric, linear_forecast numeric, trend_forecast numeric, trend_basis_days integer, exhausted_on date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    SET jit TO 'off'
    AS $$
  with current as (
    select s.*, o.time_zone, ends.at as period_end, here.now_at, here.now_at::date as today,
           extract(epoch from here.now_at - s.period_start) / extract(epoch from ends.at::timestamp - s.period_start) as elapsed
    from private.budget_status() as s
    join public.organizations as o on o.id = s.org_id
    cross join lateral (
      select (s.period_start + case s.period when 'day' then interval '1 day' when 'week' then interval '7 days' else interval '1 month' end)::date as at
    ) as ends
    cross join lateral (select private.clock() at time zone o.time_zone as now_at) as here
    where s.period in ('day', 'week', 'month')
  ),
  lined as (
    select c.*, line.slope, line.intercept, line.days
    from current as c
    left join lateral (
      -- From the first day with spending on: a scope that is new has no past of zeros.
      select count(*)::integer as days, regr_slope(y.spent, y.x) as slope, regr_intercept(y.spent, y.x) as intercept
      from (
        select (n.day::date - c.today)::float8 as x,
               (coalesce(d.cost_usd, 0) * private.per_usd(c.currency, (n.day::date + 1)::timestamp at time zone c.time_zone))::float8 as spent,
               max(d.cost_usd) over (order by n.day) is not null as begun
        from generate_series((c.today - 28)::timestamp, (c.today - 1)::timestamp, interval '1 day') as n (day)
        left join private.daily_spending(c.org_id, c.scope, case when c.scope <> 'organization' then c.scope_key end, c.today - 28, c.today) as d
          on d.day = n.day::date
      ) as y
      where y.begun
    ) as line on c.settled + c.held > 0
  ),
  ahead as (
    select l.*, coming.rest, coming.exhausted_on as trend_exhausted_on
    from lined as l
    left join lateral (
      select sum(f.spending)::numeric as rest,
             min(f.day) filter (where l.settled + l.held + f.up_to::numeric >= l.cap) as exhausted_on
      from (
        select e.day, e.spending, sum(e.spending) over (order by e.day) as up_to
        from (
          select n.day::date as day,
                 greatest(0, l.intercept + l.slope * (n.day::date - l.today))
                   -- Of today only what is left of it.
                   * case when n.day::date = l.today then 1 - extract(epoch from l.now_at::time) / 86400 else 1 end as spending
          from generate_series(l.today::timestamp, (l.period_end - 1)::timestamp, interval '1 day') as n (day)
        ) as e
      ) as f
    ) as coming on l.days >= 7
  )
  select a.org_id, a.budget_id, a.scope, a.scope_key, a.period, a.period_start, a.period_end, a.cap, a.currency, a.settled + a.held,
         round(a.elapsed, 4),
         case when a.elapsed >= 0.01 then round((a.settled + a.held) / a.elapsed, 6) end,
         round(a.settled + a.held + a.rest, 6), a.days,
         case
           when a.settled + a.held >= a.cap then a.today
           when a.rest is not null then a.trend_exhausted_on
           when a.elapsed >= 0.01 and (a.settled + a.held) / a.elapsed >= a.cap
             then a.period_start + floor((a.period_end - a.period_start) * a.elapsed * a.cap / nullif(a.settled + a.held, 0))::integer
         end
  from ahead as a
$$;


ALTER FUNCTION private.budget_forecast() OWNER TO postgres;

-- Name: FUNCTION budget_forecast(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.budget_forecast() IS 'Behind public.ai_budget_forecast.';

-- Name: FUNCTION budget_forecast(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.budget_forecast() FROM PUBLIC;
GRANT ALL ON FUNCTION private.budget_forecast() TO authenticated;
GRANT ALL ON FUNCTION private.budget_forecast() TO service_role;

-- Name: budget_room; Type: TYPE; Schema: private; Owner: postgres

CREATE TYPE private.budget_room AS (
	room numeric,
	per_request numeric,
	remaining numeric,
	soft boolean,
	tightest text
);


ALTER TYPE private.budget_room OWNER TO postgres;

-- Name: TYPE budget_room; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TYPE private.budget_room IS 'What the budgets of a request leave, in the organization''s currency.';

-- Name: budget_status(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.budget_status() RETURNS TABLE(org_id uuid, budget_id uuid, scope text, scope_key text, period text, period_start date, cap numeric, currency text, settled numeric, held numeric, remaining numeric, used_percent numeric, state text, hard boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  with shown as (
    select b.*, o.currency, private.periods_at(private.clock(), o.time_zone) as now_in, private.settings_for(o.id, null) as settings
    from public.ai_budgets as b
    join public.organizations as o on o.id = b.org_id
    where b.active and b.period <> 'request' and o.id in (select v.id from private.visible_org_ids() as v (id))
  ),
  measured as (
    select b.org_id, b.id, b.scope, coalesce(s.scope_key, b.scope_key) as scope_key, b.period, b.hard, b.currency,
           case b.period when 'day' then (b.now_in).day when 'week' then (b.now_in).week when 'month' then (b.now_in).month end as period_start,
           coalesce(b.cap, (b.settings ->> 'ai.budget.monthly.cap')::numeric) as cap,
           coalesce(b.soft_percent, (b.settings ->> 'ai.budget.soft.percent')::numeric) as soft_percent,
           coalesce(case b.period
             when 'day' then case when s.day = (b.now_in).day then s.day_settled end
             when 'week' then case when s.week = (b.now_in).week then s.week_settled end
             when 'month' then case when s.month = (b.now_in).month then s.month_settled end
             when 'total' then s.total_settled end, 0) as settled,
           coalesce(case b.period
             when 'day' then case when s.day = (b.now_in).day then s.day_held end
             when 'week' then case when s.week = (b.now_in).week then s.week_held end
             when 'month' then case when s.month = (b.now_in).month then s.month_held end
             when 'total' then s.total_held end, 0) as held
    from shown as b
    left join public.ai_budget_states as s
      on s.org_id = b.org_id and s.scope = b.scope
     and (b.scope_key is null or b.scope_key = s.scope_key
          or (b.scope = 'subject' and right(b.scope_key, 2) = ':*' and starts_with(s.scope_key, left(b.scope_key, -1))))
  )
  select m.org_id, m.id, m.scope, case when m.scope <> 'organization' then m.scope_key end, m.period, m.period_start, m.cap, m.currency,
         m.settled, m.held, m.cap - m.settled - m.held,
         round((m.settled + m.held) * 100 / nullif(m.cap, 0), 2),
         case when m.settled + m.held >= m.cap then 'exhausted'
              when m.settled + m.held > m.cap * m.soft_percent / 100 then 'soft_limit'
              else 'ok' end,
         m.hard
  from measured as m
  -- A member sees the budgets he spends from, not what others spend.
  where m.org_id in (select v.id from private.visible_org_ids() as v (id) where private.is_trusted())
     or m.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
     or (m.org_id in (select private.my_org_ids_as('member'))
         and (m.scope = 'organization' or (m.scope = 'user' and m.scope_key = (select auth.uid())::text)))
$$;


ALTER FUNCTION private.budget_status() OWNER TO postgres;

-- Name: FUNCTION budget_status(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.budget_status() IS 'Behind public.ai_budget_status.';

-- Name: FUNCTION budget_status(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.budget_status() FROM PUBLIC;
GRANT ALL ON FUNCTION private.budget_status() TO authenticated;
GRANT ALL ON FUNCTION private.budget_status() TO service_role;

-- Name: bump_registry_version(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.bump_registry_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update private.registry_version as v set version = v.version + 1;
  return null;
end
$$;


ALTER FUNCTION private.bump_registry_version() OWNER TO postgres;

-- Name: FUNCTION bump_registry_version(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.bump_registry_version() IS 'Makes every route card old.';

-- Name: FUNCTION bump_registry_version(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.bump_registry_version() FROM PUBLIC;

-- Name: cache_key(private.admission_request, private.caller, public.ai_policies, jsonb); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.cache_key(p private.admission_request, p_caller private.caller, p_policy public.ai_policies, p_prompt jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select encode(sha256(convert_to(jsonb_build_array(
    coalesce((p).visibility, 'user:' || (p_caller).user_id, 'key:' || (p_caller).key_id, 'service'),
    (p).task, p_prompt -> 'key', p_prompt -> 'version', p_prompt -> 'variant', (p).language,
    coalesce(to_jsonb((p).models), to_jsonb((p_policy).id)), to_jsonb((p_caller).allowed_models),
    coalesce((p).output_settings, '{}'), (p).input_hash
  )::text, 'UTF8')), 'hex')
$$;


ALTER FUNCTION private.cache_key(p private.admission_request, p_caller private.caller, p_policy public.ai_policies, p_prompt jsonb) OWNER TO postgres;

-- Name: FUNCTION cache_key(p private.admission_request, p_caller private.caller, p_policy public.ai_policies, p_prompt jsonb); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.cache_key(p private.admission_request, p_caller private.caller, p_policy public.ai_policies, p_prompt jsonb) IS 'SHA-256 over everything an answer depends on; the organization is the other half of the primary key.';

-- Name: FUNCTION cache_key(p private.admission_request, p_caller private.caller, p_policy public.ai_policies, p_prompt jsonb); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.cache_key(p private.admission_request, p_caller private.caller, p_policy public.ai_policies, p_prompt jsonb) FROM PUBLIC;

-- Name: calibrated(jsonb, double precision); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.calibrated(p_map jsonb, p_score double precision) RETURNS double precision
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_score float8 := least(1, greatest(0, p_score));
  v_inner float8;
  v_n     integer;
  v_low   float8;
  v_high  float8;
begin
  case p_map ->> 'kind'
    when 'logistic' then
      v_inner := least(0.9999, greatest(0.0001, v_score));
      return 1 / (1 + exp(-((p_map ->> 'slope')::float8 * ln(v_inner / (1 - v_inner)) + (p_map ->> 'offset')::float8)));
    when 'isotonic' then
      select x.n into v_n from jsonb_array_elements_text(p_map -> 'scores') with ordinality as x (knot, n)
      where x.knot::float8 >= v_score order by x.n limit 1;
      if v_n is null then
        return (p_map #>> '{values,-1}')::float8;
      end if;
      v_high := (p_map -> 'scores' ->> (v_n - 1))::float8;
      if v_n = 1 or v_high = v_score then
        return (p_map -> 'values' ->> (v_n - 1))::float8;
      end if;
      v_low := (p_map -> 'scores' ->> (v_n - 2))::float8;
      return (p_map -> 'values' ->> (v_n - 2))::float8 + (v_score - v_low) / (v_high - v_low)
        * ((p_map -> 'values' ->> (v_n - 1))::float8 - (p_map -> 'values' ->> (v_n - 2))::float8);
    else
      return v_score;
  end case;
end
$$;


ALTER FUNCTION private.calibrated(p_map jsonb, p_score double precision) OWNER TO postgres;

-- Name: FUNCTION calibrated(p_map jsonb, p_score double precision); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.calibrated(p_map jsonb, p_score double precision) IS 'The probability that an answer of this score is right, by a calibration: applyCalibration() in shared/statistics. The score itself without one.';

-- Name: FUNCTION calibrated(p_map jsonb, p_score double precision); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.calibrated(p_map jsonb, p_score double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION private.calibrated(p_map jsonb, p_score double precision) TO authenticated;
GRANT ALL ON FUNCTION private.calibrated(p_map jsonb, p_score double precision) TO service_role;

-- Name: calibration_maps(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.calibration_maps() RETURNS TABLE(org_id uuid, task text, map jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select v.id, t.task, (
    select c.map from public.ai_calibrations as c
    where c.task = t.task and c.active and (c.org_id = v.id or c.org_id is null)
    order by c.org_id nulls last limit 1)
  from private.visible_org_ids() as v (id)
  cross join (select distinct c.task from public.ai_calibrations as c where c.active) as t
$$;


ALTER FUNCTION private.calibration_maps() OWNER TO postgres;

-- Name: FUNCTION calibration_maps(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.calibration_maps() IS 'The calibration applied to each task of the organizations the caller may see.';

-- Name: FUNCTION calibration_maps(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.calibration_maps() FROM PUBLIC;
GRANT ALL ON FUNCTION private.calibration_maps() TO authenticated;
GRANT ALL ON FUNCTION private.calibration_maps() TO service_role;

-- Name: call_cost(uuid, jsonb); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.call_cost(p_price_id uuid, p_call jsonb) RETURNS numeric
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_price public.ai_model_prices;
  v_read  numeric := coalesce((p_call ->> 'cache_read_input_tokens')::numeric, 0);
  v_write numeric := coalesce((p_call ->> 'cache_write_input_tokens')::numeric, 0);
begin
  if p_call ->> 'usage_source' = 'none' then
    return 0;
  elsif p_call ->> 'input_tokens' is null or p_call ->> 'output_tokens' is null then
    return null;
  end if;
  select * into v_price from public.ai_model_prices as price where price.id = p_price_id;
  return trim_scale((
    greatest((p_call ->> 'input_tokens')::numeric - v_read - v_write, 0) * v_price.input_usd_per_mtok
    + v_read * coalesce(v_price.cache_read_usd_per_mtok, v_price.input_usd_per_mtok)
    + v_write * coalesce(v_price.cache_write_usd_per_mtok, v_price.input_usd_per_mtok)
    + (p_call ->> 'output_tokens')::numeric * coalesce(v_price.output_usd_per_mtok, 0)
  ) * 0.000001);
end
$$;


ALTER FUNCTION private.call_cost(p_price_id uuid, p_call jsonb) OWNER TO postgres;

-- Name: FUNCTION call_cost(p_price_id uuid, p_call jsonb); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.call_cost(p_price_id uuid, p_call jsonb) IS 'US dollars of one call, exact: the same arithmetic as costUsd in shared/pricing. NULL when tokens or price are unknown.';

-- Name: FUNCTION call_cost(p_price_id uuid, p_call jsonb); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.call_cost(p_price_id uuid, p_call jsonb) FROM PUBLIC;

-- Name: caller; Type: TYPE; Schema: private; Owner: postgres

CREATE TYPE private.caller AS (
	org_id uuid,
	user_id uuid,
	key_id uuid,
	allowed_models text[],
	code text,
	detail text
);


ALTER TYPE private.caller OWNER TO postgres;

-- Name: TYPE caller; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TYPE private.caller IS 'A resolved caller, or the code and detail of why it is refused (org_id NULL then).';

-- Name: caller_name(private.caller); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.caller_name(p_caller private.caller) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select coalesce('key:' || (p_caller).key_id, 'user:' || (p_caller).user_id, 'service')
$$;


ALTER FUNCTION private.caller_name(p_caller private.caller) OWNER TO postgres;

-- Name: FUNCTION caller_name(p_caller private.caller); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.caller_name(p_caller private.caller) IS 'Whose idempotency keys these are.';

-- Name: FUNCTION caller_name(p_caller private.caller); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.caller_name(p_caller private.caller) FROM PUBLIC;

-- Name: caller_role(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.caller_role() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select coalesce(nullif(nullif(current_setting('role', true), 'none'), ''), session_user::text)
$$;


ALTER FUNCTION private.caller_role() OWNER TO postgres;

-- Name: FUNCTION caller_role(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.caller_role() IS 'The database role of the session (authenticated, service_role, postgres …), also inside security definer functions, where current_user is the owner.';

-- Name: FUNCTION caller_role(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.caller_role() FROM PUBLIC;
GRANT ALL ON FUNCTION private.caller_role() TO authenticated;
GRANT ALL ON FUNCTION private.caller_role() TO service_role;

-- Name: can_see_org_requests(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.can_see_org_requests(p_org_id uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select coalesce(private.my_role(p_org_id) in ('owner', 'admin', 'manager'), false)
$$;


ALTER FUNCTION private.can_see_org_requests(p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION can_see_org_requests(p_org_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.can_see_org_requests(p_org_id uuid) IS 'Whether the caller may see all requests of an organization (owner, admin, manager). Never NULL.';

-- Name: FUNCTION can_see_org_requests(p_org_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.can_see_org_requests(p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.can_see_org_requests(p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.can_see_org_requests(p_org_id uuid) TO service_role;

-- Name: candidate; Type: TYPE; Schema: private; Owner: postgres

CREATE TYPE private.candidate AS (
	rank integer,
	provider text,
	model text,
	tier text,
	problem text,
	breaker text,
	worst_usd numeric,
	input_tokens integer,
	max_output_tokens integer,
	wire jsonb
);


ALTER TYPE private.candidate OWNER TO postgres;

-- Name: TYPE candidate; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TYPE private.candidate IS 'A model considered for a request, with why it does or does not qualify.';

-- Name: card_model; Type: TYPE; Schema: private; Owner: postgres

CREATE TYPE private.card_model AS (
	rank integer,
	provider text,
	model text,
	tier text,
	kind text,
	capabilities text[],
	context_window integer,
	max_output_tokens integer,
	provider_on boolean,
	own_key boolean,
	wire jsonb,
	prices jsonb
);


ALTER TYPE private.card_model OWNER TO postgres;

-- Name: TYPE card_model; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TYPE private.card_model IS 'A model on a route card.';

-- Name: card_price(jsonb, integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.card_price(p_prices jsonb, p_input_tokens integer) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select price from jsonb_array_elements(p_prices) as price where (price ->> 'from')::integer <= p_input_tokens limit 1
$$;


ALTER FUNCTION private.card_price(p_prices jsonb, p_input_tokens integer) OWNER TO postgres;

-- Name: FUNCTION card_price(p_prices jsonb, p_input_tokens integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.card_price(p_prices jsonb, p_input_tokens integer) IS 'The price of the context tier that an input falls in, from a card''s prices.';

-- Name: FUNCTION card_price(p_prices jsonb, p_input_tokens integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.card_price(p_prices jsonb, p_input_tokens integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.card_price(p_prices jsonb, p_input_tokens integer) TO authenticated;
GRANT ALL ON FUNCTION private.card_price(p_prices jsonb, p_input_tokens integer) TO service_role;

-- Name: card_prices(text, text, uuid, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.card_prices(p_provider text, p_model text, p_org_id uuid, p_at timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select jsonb_agg(jsonb_build_object(
    'id', own.id, 'from', own.min_input_tokens, 'input', own.input_usd_per_mtok, 'output', own.output_usd_per_mtok,
    'read', own.cache_read_usd_per_mtok, 'write', own.cache_write_usd_per_mtok
  ) order by own.min_input_tokens desc)
  from (
    -- The organization's own price of a context tier stands before the platform's.
    select distinct on (price.min_input_tokens) price.*
    from public.ai_model_prices as price
    where price.provider = p_provider and price.model = p_model and (price.org_id is null or price.org_id = p_org_id)
      and price.effective_from <= p_at and (price.effective_to is null or price.effective_to > p_at)
    order by price.min_input_tokens, price.org_id is null
  ) as own
$$;


ALTER FUNCTION private.card_prices(p_provider text, p_model text, p_org_id uuid, p_at timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION card_prices(p_provider text, p_model text, p_org_id uuid, p_at timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.card_prices(p_provider text, p_model text, p_org_id uuid, p_at timestamp with time zone) IS 'Prices in force of a model, highest context tier first. NULL = unpriced.';

-- Name: FUNCTION card_prices(p_provider text, p_model text, p_org_id uuid, p_at timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.card_prices(p_provider text, p_model text, p_org_id uuid, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION private.card_prices(p_provider text, p_model text, p_org_id uuid, p_at timestamp with time zone) TO authenticated;
GRANT ALL ON FUNCTION private.card_prices(p_provider text, p_model text, p_org_id uuid, p_at timestamp with time zone) TO service_role;

-- Name: check_audit_chain(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.check_audit_chain(p_org_id uuid DEFAULT NULL::uuid) RETURNS TABLE(org_id uuid, seq bigint, problem text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  with chains as materialized (
    select c.org_id
    from (select h.org_id from private.ai_audit_heads as h union select distinct l.org_id from public.ai_audit_log as l) as c
    where (p_org_id is null or c.org_id = p_org_id)
      and (private.is_trusted()
           or c.org_id in (select private.my_org_ids_as('owner', 'admin'))
           or (c.org_id = '00000000-0000-0000-0000-000000000000' and private.is_operator()))
  ),
  linked as (
    select l.org_id, l.seq, l.hash, l.previous_hash, private.audit_hash(l) as right_hash,
           lag(l.seq, 1, 0::bigint) over chain as last_seq, lag(l.hash, 1, repeat('0', 64)) over chain as last_hash
    from public.ai_audit_log as l
    where l.org_id in (select c.org_id from chains as c)
    window chain as (partition by l.org_id order by l.seq)
  ),
  ends as (
    select distinct on (k.org_id) k.org_id, k.seq, k.hash from linked as k order by k.org_id, k.seq desc
  )
  select k.org_id, k.seq, 'the entry was changed: its hash does not fit it' from linked as k where k.hash <> k.right_hash
  union all
  select k.org_id, k.seq, format('%s entries before it are missing', k.seq - k.last_seq - 1) from linked as k where k.seq <> k.last_seq + 1
  union all
  select k.org_id, k.seq, 'it does not follow from the entry before it' from linked as k where k.seq = k.last_seq + 1 and k.previous_hash <> k.last_hash
  union all
  select c.org_id, coalesce(e.seq, 0),
         case when h.seq is null then 'the chain''s head is missing'
              when h.seq > coalesce(e.seq, 0) then format('%s entries after it are missing', h.seq - coalesce(e.seq, 0))
              else 'the chain''s head does not fit its last entry' end
  from chains as c
  left join ends as e on e.org_id = c.org_id
  left join private.ai_audit_heads as h on h.org_id = c.org_id
  where h.seq is null or h.seq <> coalesce(e.seq, 0) or h.hash <> coalesce(e.hash, repeat('0', 64))
$$;


ALTER FUNCTION private.check_audit_chain(p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION check_audit_chain(p_org_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.check_audit_chain(p_org_id uuid) IS 'Every place where a chain was tampered with: changed, removed, reordered or cut off entries. Empty for a sound chain. NULL = every chain the caller may read.';

-- Name: FUNCTION check_audit_chain(p_org_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.check_audit_chain(p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.check_audit_chain(p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.check_audit_chain(p_org_id uuid) TO service_role;

-- Name: check_limits(uuid, text[], integer, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.check_limits(p_org_id uuid, p_accounts text[], p_tokens integer, p_minute timestamp with time zone, p_now timestamp with time zone) RETURNS private.limit_breach
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_breach private.limit_breach;
  v_limit  record;
  v_live   integer;
begin
  for v_limit in
    select l.*, s.account,
           case when s.minute = p_minute then s.minute_requests else 0 end as used_requests,
           case when s.minute = p_minute then s.minute_tokens else 0 end as used_tokens
    from unnest(p_accounts) as want (account)
    join public.ai_budget_states as s
      on s.org_id = p_org_id and s.account = want.account
    join public.ai_limits as l
      on l.org_id = p_org_id and l.active and l.scope = s.scope and (l.scope_key is null or l.scope_key = s.scope_key)
  loop
    if v_limit.used_requests + 1 > v_limit.requests_per_minute then
      v_breach.detail := format('Cannot admit the request: %s requests a minute for %s are used up',
                                v_limit.requests_per_minute, v_limit.account);
    elsif v_limit.used_tokens + p_tokens > v_limit.tokens_per_minute then
      v_breach.detail := format('Cannot admit the request: %s tokens a minute for %s leave too little',
                                v_limit.tokens_per_minute, v_limit.account);
    end if;
    if v_breach.detail is not null then
      v_breach.retry_after_ms := greatest(1, ceil(extract(epoch from p_minute + interval '1 minute' - p_now) * 1000));
      return v_breach;
    end if;
    if v_limit.concurrent_requests is not null then
      select count(*) into v_live
      from public.ai_holds as h
      where h.org_id = p_org_id and h.status = 'held' and h.expires_at > p_now and v_limit.account = any (h.accounts);
      if v_live >= v_limit.concurrent_requests then
        v_breach.detail := format('Cannot admit the request: %s of %s concurrent requests for %s are running',
                                  v_live, v_limit.concurrent_requests, v_limit.account);
        v_breach.retry_after_ms := 1000;
        return v_breach;
      end if;
    end if;
  end loop;
  return v_breach;
end
$$;


ALTER FUNCTION private.check_limits(p_org_id uuid, p_accounts text[], p_tokens integer, p_minute timestamp with time zone, p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION check_limits(p_org_id uuid, p_accounts text[], p_tokens integer, p_minute timestamp with time zone, p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.check_limits(p_org_id uuid, p_accounts text[], p_tokens integer, p_minute timestamp with time zone, p_now timestamp with time zone) IS 'The first rate or concurrency limit a request would break. Call it with the state rows locked.';

-- Name: FUNCTION check_limits(p_org_id uuid, p_accounts text[], p_tokens integer, p_minute timestamp with time zone, p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.check_limits(p_org_id uuid, p_accounts text[], p_tokens integer, p_minute timestamp with time zone, p_now timestamp with time zone) FROM PUBLIC;

-- Name: check_time_zone(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.check_time_zone() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  -- A cast would also take abbreviations and POSIX rules ('FOO+3'), which are not places.
  if not exists (select from pg_catalog.pg_timezone_names as zone where zone.name = new.time_zone)
    or new.time_zone !~ '^[A-Z]'
  then
    raise exception 'Cannot use time zone %: it is not an IANA name', new.time_zone
      using errcode = '22023', hint = 'For example Europe/Berlin';
  end if;
  return new;
end
$$;


ALTER FUNCTION private.check_time_zone() OWNER TO postgres;

-- Name: FUNCTION check_time_zone(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.check_time_zone() IS 'Refuses a time zone that pg_timezone_names does not know.';

-- Name: FUNCTION check_time_zone(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.check_time_zone() FROM PUBLIC;

-- Name: choose_prompt(uuid, text, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.choose_prompt(p_org uuid, p_key text, p_sticky text) RETURNS public.ai_prompts
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  chosen public.ai_prompts;
  point numeric := 0;
begin
  select prompt.* into chosen
  from public.ai_prompts as prompt
  where prompt.key = p_key and prompt.status = 'active' and (prompt.org_id = p_org or prompt.org_id is null)
  order by prompt.org_id is null, prompt.variant
  limit 1;
  if not found then
    return null;
  end if;

  if p_sticky is not null then
    -- 0 <= point < 1, the same for the same key, version and sticky value, in every session.
    point := (
      pg_catalog.hashtextextended(concat_ws('/', chosen.key, chosen.version, p_sticky), 0)::numeric + 9223372036854775808
    ) / 18446744073709551616;
  end if;
  -- The variants lie side by side on a line, each as long as its weight; the point falls into one of them.
  select (variant.prompt).* into chosen
  from (
    select
      prompt,
      sum(prompt.weight) over (order by prompt.variant) as upper_end,
      sum(prompt.weight) over () as total
    from public.ai_prompts as prompt
    where prompt.key = chosen.key
      and prompt.version = chosen.version
      and prompt.status = 'active'
      and prompt.org_id is not distinct from chosen.org_id
  ) as variant
  where variant.upper_end > point * variant.total or variant.total = 0
  order by (variant.prompt).variant
  limit 1;
  return chosen;
end
$$;


ALTER FUNCTION private.choose_prompt(p_org uuid, p_key text, p_sticky text) OWNER TO postgres;

-- Name: FUNCTION choose_prompt(p_org uuid, p_key text, p_sticky text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.choose_prompt(p_org uuid, p_key text, p_sticky text) IS 'The active prompt of a key: the organization''s own version, else the platform''s; among its variants by weight, always the same one for the same p_sticky (NULL = the first with weight). A row of NULLs when the registry has none.';

-- Name: FUNCTION choose_prompt(p_org uuid, p_key text, p_sticky text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.choose_prompt(p_org uuid, p_key text, p_sticky text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.choose_prompt(p_org uuid, p_key text, p_sticky text) TO service_role;

-- Name: choose_start(private.admission_request, public.ai_policies, text, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.choose_start(p private.admission_request, p_policy public.ai_policies, p_base_tier text, p_large_until timestamp with time zone, p_now timestamp with time zone) RETURNS private.start
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_start private.start;
begin
  v_start.tier := coalesce(p_policy.base_tier, p_base_tier, 'small');
  v_start.reasons := array['base:' || v_start.tier];
  -- Importance and cost sensitivity: domain.md 1.1. Both steps are single: high importance never buys the frontier.
  if v_start.tier = 'large' and (p).cost_sensitivity = 'high' and (p).importance = 'low' then
    v_start.tier := 'small';
    v_start.reasons := v_start.reasons || 'downgrade:cost_high_importance_low'::text;
  elsif v_start.tier = 'small' and (p).importance = 'high' then
    v_start.tier := 'large';
    v_start.reasons := v_start.reasons || 'upgrade:importance_high'::text;
  end if;
  if v_start.tier = 'small' and (p).complexity >= p_policy.complexity_large_from and (p).cost_sensitivity <> 'high' then
    v_start.tier := 'large';
    v_start.reasons := v_start.reasons || format('upgrade:complexity_%s', round((p).complexity::numeric, 2));
  end if;
  if v_start.tier = 'small' and p_large_until > p_now then
    v_start.tier := 'large';
    v_start.reasons := v_start.reasons || 'upgrade:demotion_cooldown'::text;
  end if;
  if v_start.tier = 'small' and p_policy.requires_large then
    v_start.tier := 'large';
    v_start.reasons := v_start.reasons || 'upgrade:task_requires_large'::text;
  end if;
  if private.tier_rank(v_start.tier) > private.tier_rank(p_policy.max_tier) then
    v_start.tier := p_policy.max_tier;
    v_start.reasons := v_start.reasons || ('limit:max_tier_' || p_policy.max_tier);
  end if;
  return v_start;
end
$$;


ALTER FUNCTION private.choose_start(p private.admission_request, p_policy public.ai_policies, p_base_tier text, p_large_until timestamp with time zone, p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION choose_start(p private.admission_request, p_policy public.ai_policies, p_base_tier text, p_large_until timestamp with time zone, p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.choose_start(p private.admission_request, p_policy public.ai_policies, p_base_tier text, p_large_until timestamp with time zone, p_now timestamp with time zone) IS 'The tier a request starts with: the policy''s, moved by importance, cost sensitivity, complexity and the demotion cooldown.';

-- Name: FUNCTION choose_start(p private.admission_request, p_policy public.ai_policies, p_base_tier text, p_large_until timestamp with time zone, p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.choose_start(p private.admission_request, p_policy public.ai_policies, p_base_tier text, p_large_until timestamp with time zone, p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION private.choose_start(p private.admission_request, p_policy public.ai_policies, p_base_tier text, p_large_until timestamp with time zone, p_now timestamp with time zone) TO authenticated;
GRANT ALL ON FUNCTION private.choose_start(p private.admission_request, p_policy public.ai_policies, p_base_tier text, p_large_until timestamp with time zone, p_now timestamp with time zone) TO service_role;

-- Name: claim_idempotency(private.admission_request, private.caller, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.claim_idempotency(p private.admission_request, p_caller private.caller, p_now timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_key  public.ai_idempotency_keys;
begin
  insert into public.ai_idempotency_keys (org_id, caller, key, body_hash, request_id, expires_at)
  values ((p_caller).org_id, private.caller_name(p_caller), (p).idempotency_key, coalesce((p).body_hash, ''),
          (p).request_id, p_now + interval '24 hours')
  on conflict (org_id, caller, key) do nothing;
  if found then
    return null;
  end if;
  select * into v_key from public.ai_idempotency_keys as i
  where i.org_id = (p_caller).org_id and i.caller = private.caller_name(p_caller) and i.key = (p).idempotency_key
  for update;
  if v_key.expires_at > p_now then
    if v_key.body_hash <> coalesce((p).body_hash, '') then
      return jsonb_build_object('code', 'idempotency_conflict',
        'detail', 'Cannot use the idempotency key: it was used with another body');
    end if;
    if v_key.answer is not null then
      return jsonb_build_object('outcome', 'replayed', 'request_id', v_key.request_id, 'org_id', v_key.org_id, 'answer', v_key.answer);
    end if;
    perform from public.ai_holds as h
    where h.org_id = v_key.org_id and h.request_id = v_key.request_id and h.status = 'held' and h.expires_at > p_now;
    if found then
      return jsonb_build_object('code', 'idempotency_conflict', 'retry_after_ms', 1000,
        'detail', 'Cannot run the request again: the one with this idempotency key is still in flight');
    end if;
  end if;
  -- Expired, or left behind by a request that died: the key is free again.
  update public.ai_idempotency_keys as i
  set body_hash = coalesce((p).body_hash, ''), request_id = (p).request_id, answer = null, expires_at = p_now + interval '24 hours'
  where i.org_id = v_key.org_id and i.caller = v_key.caller and i.key = v_key.key;
  return null;
end
$$;


ALTER FUNCTION private.claim_idempotency(p private.admission_request, p_caller private.caller, p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION claim_idempotency(p private.admission_request, p_caller private.caller, p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.claim_idempotency(p private.admission_request, p_caller private.caller, p_now timestamp with time zone) IS 'NULL when the key is this request''s now; else the replayed answer, or code and detail of the conflict.';

-- Name: FUNCTION claim_idempotency(p private.admission_request, p_caller private.caller, p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.claim_idempotency(p private.admission_request, p_caller private.caller, p_now timestamp with time zone) FROM PUBLIC;

-- Name: claim_probe(text, text, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.claim_probe(p_provider text, p_model text, p_now timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  -- Long enough for a slow model's answer, short enough that a crashed prober does not block recovery.
  c_lease constant interval := interval '60 seconds';
begin
  update public.ai_breakers
  set state = 'half_open', opened_at = p_now, probe_until = p_now + c_lease, updated_at = p_now
  where provider = p_provider and model in (p_model, '*')
    and state in ('open', 'half_open') and open_until <= p_now
    and (probe_until is null or probe_until <= p_now);
  return found;
end
$$;


ALTER FUNCTION private.claim_probe(p_provider text, p_model text, p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION claim_probe(p_provider text, p_model text, p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.claim_probe(p_provider text, p_model text, p_now timestamp with time zone) IS 'Claims the one half-open probe of a breaker whose pause is over. False when another request holds it.';

-- Name: FUNCTION claim_probe(p_provider text, p_model text, p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.claim_probe(p_provider text, p_model text, p_now timestamp with time zone) FROM PUBLIC;

-- Name: claim_review(uuid, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.claim_review(p_id uuid, p_org_id uuid) RETURNS public.ai_reviews
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_me     uuid := (select auth.uid());
  v_review public.ai_reviews;
begin
  if v_me is null then
    raise exception 'Cannot claim a review: only a person can' using errcode = '42501';
  end if;
  -- The next: escalated ones for owners and admins first, then by priority and age. Two who ask at once get two.
  select r.* into v_review
  from public.ai_reviews as r
  where (p_id is null or r.id = p_id) and (p_org_id is null or r.org_id = p_org_id)
    and r.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    and (r.status = 'pending' or (r.status = 'escalated' and private.is_org_admin(r.org_id)))
  order by (r.status = 'escalated') desc, array_position(array['urgent', 'high', 'medium', 'low'], r.priority), r.created_at
  limit 1
  for update skip locked;
  if not found then
    if p_id is null then
      return null;
    end if;
    if exists (select from public.ai_reviews as r where r.id = p_id and r.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))) then
      raise exception 'Cannot claim the review: it is taken or decided' using errcode = 'PT409';
    end if;
    raise exception 'Cannot claim the review: no such review' using errcode = 'PT404';
  end if;
  update public.ai_reviews as r
  set status = 'in_progress', assigned_to = v_me, claimed_at = private.clock()
  where r.org_id = v_review.org_id and r.id = v_review.id
  returning * into v_review;
  return v_review;
end
$$;


ALTER FUNCTION private.claim_review(p_id uuid, p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION claim_review(p_id uuid, p_org_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.claim_review(p_id uuid, p_org_id uuid) IS 'Body of public.claim_review.';

-- Name: FUNCTION claim_review(p_id uuid, p_org_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.claim_review(p_id uuid, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.claim_review(p_id uuid, p_org_id uuid) TO authenticated;

-- Name: clear_rollups(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.clear_rollups() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  truncate private.ai_org_hours, private.ai_task_days, private.ai_latency_days, private.ai_confidence_days, private.ai_user_days,
    private.ai_prompt_days, private.ai_call_days, private.ai_call_latency_days, private.ai_withdrawn_requests;
  update private.ai_rollup_state as s set rolled_up_to = 0, views_from = '2000-01-01';
end
$$;


ALTER FUNCTION private.clear_rollups() OWNER TO postgres;

-- Name: FUNCTION clear_rollups(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.clear_rollups() IS 'Empties the rollups; the next roll_up() counts the whole log again. Days whose partitions are gone are lost: for restores and repairs only.';

-- Name: FUNCTION clear_rollups(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.clear_rollups() FROM PUBLIC;

-- Name: clock(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.clock() RETURNS timestamp with time zone
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  -- Called several times a request: the common case looks nothing up.
  if coalesce(current_setting('signalbox.now', true), '') = '' then
    return clock_timestamp();
  -- Data API sessions log in as authenticator: even a caller who could set the setting would not move the clock.
  elsif (select role.rolsuper or role.rolname = 'postgres' from pg_catalog.pg_roles as role where role.rolname = session_user) then
    return current_setting('signalbox.now', true)::timestamptz;
  end if;
  return clock_timestamp();
end
$$;


ALTER FUNCTION private.clock() OWNER TO postgres;

-- Name: FUNCTION clock(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.clock() IS 'Current time, also inside a transaction. A postgres or superuser session may fix it with the setting signalbox.now (tests).';

-- Name: FUNCTION clock(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.clock() FROM PUBLIC;
GRANT ALL ON FUNCTION private.clock() TO authenticated;
GRANT ALL ON FUNCTION private.clock() TO service_role;

-- Name: close_periods(uuid, text[], private.periods); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.close_periods(p_org_id uuid, p_accounts text[], p_periods private.periods) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  insert into public.ai_closed_periods as c (org_id, account, period, period_start, settled, held)
  select s.org_id, s.account, past.period, past.period_start, past.settled, past.held
  from public.ai_budget_states as s
  join unnest(p_accounts) as want (account)
    on s.account = want.account
  cross join lateral (
    values ('day', s.day, s.day_settled, s.day_held, p_periods.day),
           ('week', s.week, s.week_settled, s.week_held, p_periods.week),
           ('month', s.month, s.month_settled, s.month_held, p_periods.month)
  ) as past (period, period_start, settled, held, current_start)
  where s.org_id = p_org_id and past.period_start < past.current_start
  on conflict (org_id, account, period, period_start)
  do update set settled = c.settled + excluded.settled, held = c.held + excluded.held;

  update public.ai_budget_states as s
  set day_settled = case when s.day < p_periods.day then 0 else s.day_settled end,
      day_held = case when s.day < p_periods.day then 0 else s.day_held end,
      day = greatest(s.day, p_periods.day),
      week_settled = case when s.week < p_periods.week then 0 else s.week_settled end,
      week_held = case when s.week < p_periods.week then 0 else s.week_held end,
      week = greatest(s.week, p_periods.week),
      month_settled = case when s.month < p_periods.month then 0 else s.month_settled end,
      month_held = case when s.month < p_periods.month then 0 else s.month_held end,
      month = greatest(s.month, p_periods.month)
  from unnest(p_accounts) as want (account)
  where s.org_id = p_org_id
    and s.account = want.account
    and (s.day < p_periods.day or s.week < p_periods.week or s.month < p_periods.month);
end
$$;


ALTER FUNCTION private.close_periods(p_org_id uuid, p_accounts text[], p_periods private.periods) OWNER TO postgres;

-- Name: FUNCTION close_periods(p_org_id uuid, p_accounts text[], p_periods private.periods); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.close_periods(p_org_id uuid, p_accounts text[], p_periods private.periods) IS 'Moves counters of past days, weeks and months of locked state rows to ai_closed_periods and starts the current ones at zero.';

-- Name: FUNCTION close_periods(p_org_id uuid, p_accounts text[], p_periods private.periods); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.close_periods(p_org_id uuid, p_accounts text[], p_periods private.periods) FROM PUBLIC;

-- Name: collect_alert_answers(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.collect_alert_answers() RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  c_most_attempts constant integer := 10;
  v_now      timestamptz := private.clock();
  v_delivery record;
  v_done     integer := 0;
  v_final    boolean;
begin
  for v_delivery in
    select d.id, d.attempts, d.posted_at, r.status_code, r.error_msg, r.id is not null as answered
    from public.ai_alert_deliveries as d
    left join net._http_response as r on r.id = d.net_request_id
    where d.status = 'sending'
    for update of d skip locked
  loop
    if v_delivery.answered and v_delivery.status_code between 200 and 299 then
      update public.ai_alert_deliveries as d
      set status = 'sent', response_status = v_delivery.status_code, problem = null, finished_at = v_now where d.id = v_delivery.id;
      v_done := v_done + 1;
    elsif v_delivery.answered or v_delivery.posted_at < v_now - interval '2 minutes' then
      -- Asking again does not help against an address or a request that is wrong.
      v_final := v_delivery.attempts >= c_most_attempts or v_delivery.status_code in (400, 401, 403, 404, 405, 410, 413, 415, 422);
      update public.ai_alert_deliveries as d
      set status = case when v_final then 'failed' else 'pending' end,
          response_status = v_delivery.status_code,
          problem = coalesce(v_delivery.error_msg, 'answered with ' || v_delivery.status_code, 'no answer in two minutes'),
          next_attempt_at = v_now + least(interval '30 seconds' * power(2, v_delivery.attempts - 1), interval '1 hour'),
          finished_at = case when v_final then v_now end
      where d.id = v_delivery.id;
      v_done := v_done + 1;
    end if;
  end loop;
  return v_done;
end
$$;


ALTER FUNCTION private.collect_alert_answers() OWNER TO postgres;

-- Name: FUNCTION collect_alert_answers(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.collect_alert_answers() IS 'Reads pg_net''s answers to posted deliveries: sent, to be tried again after a doubling pause, or failed. Returns how many were decided.';

-- Name: FUNCTION collect_alert_answers(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.collect_alert_answers() FROM PUBLIC;

-- Name: combine_setting(text, jsonb, jsonb); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.combine_setting(p_merge text, p_wide jsonb, p_narrow jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  if p_narrow is null then
    return p_wide;
  elsif p_merge = 'merge' then
    return private.merge_json(p_wide, p_narrow);
  elsif p_merge = 'append' and jsonb_typeof(p_wide) = 'array' and jsonb_typeof(p_narrow) = 'array' then
    return (
      select coalesce(jsonb_agg(item.value order by item.place), '[]')
      from (
        select part.value, min(part.ordinality) as place
        from jsonb_array_elements(p_wide || p_narrow) with ordinality as part
        group by part.value
      ) as item
    );
  end if;
  return p_narrow;
end
$$;


ALTER FUNCTION private.combine_setting(p_merge text, p_wide jsonb, p_narrow jsonb) OWNER TO postgres;

-- Name: FUNCTION combine_setting(p_merge text, p_wide jsonb, p_narrow jsonb); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.combine_setting(p_merge text, p_wide jsonb, p_narrow jsonb) IS 'One step from a wider to a narrower scope under a merge strategy; a NULL narrower value changes nothing.';

-- Name: FUNCTION combine_setting(p_merge text, p_wide jsonb, p_narrow jsonb); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.combine_setting(p_merge text, p_wide jsonb, p_narrow jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.combine_setting(p_merge text, p_wide jsonb, p_narrow jsonb) TO service_role;

-- Name: confidence_histogram(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.confidence_histogram() RETURNS TABLE(org_id uuid, task text, bin smallint, bin_from numeric, bin_to numeric, request_count bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  with visible as materialized (select v.id from private.reported_org_ids() as v (id)),
  parts as (
    select d.org_id, d.task, d.bin, d.requests::bigint as n
    from private.ai_confidence_days as d
    where d.org_id in (select id from visible) and d.day >= (private.clock() at time zone 'UTC')::date - 30
    union all
    select f.org_id, f.task, f.bin, f.requests
    from private.fresh_requests((select s.rolled_up_to from private.ai_rollup_state as s), 9223372036854775807) as f
    where f.bin is not null and f.org_id in (select id from visible)
  )
  select t.org_id, t.task, b.bin::smallint, b.bin * 0.2, (b.bin + 1) * 0.2, coalesce(sum(p.n) filter (where p.bin = b.bin), 0)::bigint
  from (select distinct x.org_id, x.task from parts as x) as t
  cross join generate_series(0, 4) as b (bin)
  join parts as p on p.org_id = t.org_id and p.task = t.task
  group by t.org_id, t.task, b.bin
$$;


ALTER FUNCTION private.confidence_histogram() OWNER TO postgres;

-- Name: FUNCTION confidence_histogram(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.confidence_histogram() IS 'Behind public.ai_confidence_histogram.';

-- Name: FUNCTION confidence_histogram(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.confidence_histogram() FROM PUBLIC;
GRANT ALL ON FUNCTION private.confidence_histogram() TO authenticated;
GRANT ALL ON FUNCTION private.confidence_histogram() TO service_role;

-- Name: context_tokens(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.context_tokens(p_org_id uuid) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select (private.setting('ai.context.max_tokens', own.id, null) #>> '{}')::integer
  from private.my_org_ids() as own (id)
  where own.id = p_org_id
$$;


ALTER FUNCTION private.context_tokens(p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION context_tokens(p_org_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.context_tokens(p_org_id uuid) IS 'Most tokens of system text, history and question together (ai.context.max_tokens). NULL for a foreign organization.';

-- Name: FUNCTION context_tokens(p_org_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.context_tokens(p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.context_tokens(p_org_id uuid) TO authenticated;

-- Name: cost_corrections(timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.cost_corrections(p_from timestamp with time zone, p_to timestamp with time zone) RETURNS TABLE(org_id uuid, request_id uuid, attempt smallint, call_created_at timestamp with time zone, day date, provider text, model text, old_price_id uuid, new_price_id uuid, old_cost_usd numeric, new_cost_usd numeric)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select c.org_id, c.request_id, c.attempt, c.created_at, h.day, c.provider, c.request_model, c.price_id, price.id, c.cost_usd, price.cost_usd
  from public.ai_call_logs as c
  join public.ai_holds as h on h.org_id = c.org_id and h.request_id = c.request_id and h.status in ('settled', 'recovered')
  cross join lateral (
    select p.id, private.call_cost(p.id, to_jsonb(c)) as cost_usd
    from private.price_for(c.provider, c.request_model, c.org_id, h.created_at, c.input_tokens) as p
  ) as price
  where c.created_at >= p_from and c.created_at < p_to and c.usage_source <> 'none'
    -- A price that is gone makes nothing unknown that was known.
    and price.cost_usd is not null and price.cost_usd is distinct from c.cost_usd
$$;


ALTER FUNCTION private.cost_corrections(p_from timestamp with time zone, p_to timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION cost_corrections(p_from timestamp with time zone, p_to timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.cost_corrections(p_from timestamp with time zone, p_to timestamp with time zone) IS 'Calls of a range whose cost is not what the price in force at their admission makes it, by today''s price rows.';

-- Name: FUNCTION cost_corrections(p_from timestamp with time zone, p_to timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.cost_corrections(p_from timestamp with time zone, p_to timestamp with time zone) FROM PUBLIC;

-- Name: cost_measures(bigint, bigint, public.ai_request_logs[]); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.cost_measures(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[]) RETURNS TABLE(org_id uuid, day date, user_id uuid, job_id uuid, subject_type text, subject_id text, sign integer, failed integer, input_tokens integer, output_tokens integer, cost_usd numeric, unpriced integer)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select f.org_id, (f.created_at at time zone o.time_zone)::date, f.user_id, f.job_id, f.subject_type, f.subject_id, f.sign,
         f.sign * (f.status in ('failed', 'cancelled', 'swept'))::integer, f.sign * coalesce(f.input_tokens, 0),
         f.sign * coalesce(f.output_tokens, 0), f.sign * coalesce(f.cost_usd, 0), f.sign * (f.cost_usd is null)::integer
  from (
    select 1 as sign, l.* from public.ai_request_logs as l where l.settled_tx >= p_from and l.settled_tx < p_to
    union all
    select -1, w.* from unnest(p_withdrawn) as w
  ) as f
  join public.organizations as o on o.id = f.org_id
$$;


ALTER FUNCTION private.cost_measures(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[]) OWNER TO postgres;

-- Name: FUNCTION cost_measures(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[]); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.cost_measures(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[]) IS 'Log rows written by transactions of a range as measures to add, the given rows as measures to subtract.';

-- Name: FUNCTION cost_measures(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[]); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.cost_measures(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[]) FROM PUBLIC;

-- Name: cost_parts(uuid, date, date, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.cost_parts(p_org_id uuid, p_from date, p_to date, p_by text) RETURNS TABLE(day date, key text, requests bigint, failed bigint, fell_back bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select u.day,
         case p_by when 'task' then u.task when 'model' then case when u.model <> '' then u.provider || '/' || u.model else '' end else 'all' end,
         u.requests, u.failed, u.fell_back, u.input_tokens, u.output_tokens, u.cost_usd, u.unpriced
  from private.usage_parts(p_org_id, p_from, p_to) as u
  where p_by in ('all', 'task', 'model') and p_org_id in (select v.id from private.reported_org_ids() as v (id))
  union all
  select d.day, d.user_id::text, d.requests, null, null, d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced
  from private.ai_user_days as d
  where p_by = 'user' and d.org_id = p_org_id and d.day between p_from and p_to
    and (p_org_id in (select m.id from private.managed_org_ids() as m (id))
         or (d.user_id = (select auth.uid()) and p_org_id in (select private.my_org_ids_as('member'))))
  union all
  select d.day, d.job_id::text, d.requests, d.failed, null, d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced
  from private.ai_job_days as d
  where p_by = 'job' and d.org_id = p_org_id and d.day between p_from and p_to
    and p_org_id in (select m.id from private.managed_org_ids() as m (id))
  union all
  select d.day, d.subject_type || ':' || d.subject_id, d.requests, d.failed, null, d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced
  from private.ai_subject_days as d
  where p_by = 'subject' and d.org_id = p_org_id and d.day between p_from and p_to
    and p_org_id in (select m.id from private.managed_org_ids() as m (id))
  union all
  select t.day, case p_by when 'user' then t.user_id::text when 'job' then t.job_id::text else t.subject_type || ':' || t.subject_id end,
         t.requests, t.failed, null, t.input_tokens, t.output_tokens, t.cost_usd, t.unpriced
  from private.ai_cost_tail as t
  where p_by in ('user', 'job', 'subject') and t.org_id = p_org_id and t.day between p_from and p_to
    and case p_by when 'user' then t.user_id is not null when 'job' then t.job_id is not null else t.subject_id is not null end
    and (p_org_id in (select m.id from private.managed_org_ids() as m (id))
         or (p_by = 'user' and t.user_id = (select auth.uid()) and p_org_id in (select private.my_org_ids_as('member'))))
$$;


ALTER FUNCTION private.cost_parts(p_org_id uuid, p_from date, p_to date, p_by text) OWNER TO postgres;

-- Name: FUNCTION cost_parts(p_org_id uuid, p_from date, p_to date, p_by text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.cost_parts(p_org_id uuid, p_from date, p_to date, p_by text) IS 'Additive measures by day and by all, task, model, user, job or subject. Totals, tasks and models: whoever may see an organization''s totals; users: owner, admin, manager everyone''s, a member his own; jobs and subjects: owner, admin, manager.';

-- Name: FUNCTION cost_parts(p_org_id uuid, p_from date, p_to date, p_by text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.cost_parts(p_org_id uuid, p_from date, p_to date, p_by text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.cost_parts(p_org_id uuid, p_from date, p_to date, p_by text) TO authenticated;
GRANT ALL ON FUNCTION private.cost_parts(p_org_id uuid, p_from date, p_to date, p_by text) TO service_role;

-- Name: cost_per_lead_conditions(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.cost_per_lead_conditions() RETURNS SETOF private.alert_condition
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select r.org_id, r.rule_id, r.severity, format('cost_per_lead:%s:%s', r.severity, c.month),
         format('A new lead costs %s%s %s in %s, more than %s', case when c.total_cost is null then 'at least ' else '' end,
                round(c.known_cost / c.new_leads, 2), c.currency, to_char(c.month, 'YYYY-MM'), round(r.threshold, 2)),
         jsonb_build_object('month', c.month, 'cost_per_lead_at_least', round(c.known_cost / c.new_leads, 4), 'complete', c.total_cost is not null,
           'new_leads', c.new_leads, 'ai_cost', c.ai_cost, 'infra_cost', c.infra_cost, 'sales_cost', c.sales_cost, 'currency', c.currency)
  from private.alert_rules_for('cost_per_lead') as r
  join private.acquisition_costs(((select private.clock()) at time zone 'UTC')::date - 31) as c on c.org_id = r.org_id
  join public.organizations as o on o.id = c.org_id
  where c.month = date_trunc('month', (select private.clock()) at time zone o.time_zone)::date
    and c.new_leads >= r.min_count and c.known_cost > r.threshold * c.new_leads
$$;


ALTER FUNCTION private.cost_per_lead_conditions() OWNER TO postgres;

-- Name: FUNCTION cost_per_lead_conditions(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.cost_per_lead_conditions() IS 'Organizations whose new leads of this month cost more than a rule allows, by what of the cost is known.';

-- Name: FUNCTION cost_per_lead_conditions(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.cost_per_lead_conditions() FROM PUBLIC;

-- Name: count_assistant_version(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.count_assistant_version() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.updated_at := private.clock();
  new.version := case
    when private.assistant_config(new) = private.assistant_config(old) then old.version
    else old.version + 1
  end;
  return new;
end
$$;


ALTER FUNCTION private.count_assistant_version() OWNER TO postgres;

-- Name: FUNCTION count_assistant_version(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.count_assistant_version() IS 'A changed configuration is a new version, whoever changes it.';

-- Name: FUNCTION count_assistant_version(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.count_assistant_version() FROM PUBLIC;

-- Name: create_ai_key(uuid, text, uuid, text[], text[], timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  -- 24 random bytes: 192 bits, beyond guessing; hex keeps it safe in every header.
  v_key text := 'sbx_' || encode(extensions.gen_random_bytes(24), 'hex');
  v_id  uuid;
begin
  if (select auth.uid()) is not null
     and not exists (select from private.my_org_ids_as('owner', 'admin') as a (id) where a.id = p_org_id) then
    raise exception 'Cannot create a key: the caller is neither owner nor admin of the organization' using errcode = '42501';
  end if;
  if p_user_id is not null and not exists (
    select from public.organization_members as m where m.org_id = p_org_id and m.user_id = p_user_id
  ) then
    raise exception 'Cannot create a key: the user is not a member of the organization' using errcode = '22023';
  end if;
  insert into public.ai_keys (org_id, user_id, name, prefix, hash, allowed_models, allowed_tasks, expires_at, created_by)
  values (p_org_id, p_user_id, p_name, left(v_key, 10), encode(sha256(convert_to(v_key, 'UTF8')), 'hex'),
          p_allowed_models, p_allowed_tasks, p_expires_at, (select auth.uid()))
  returning id into v_id;
  return jsonb_build_object('id', v_id, 'key', v_key, 'prefix', left(v_key, 10));
end
$$;


ALTER FUNCTION private.create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone) IS 'Behind public.create_ai_key.';

-- Name: FUNCTION create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION private.create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone) TO authenticated;
GRANT ALL ON FUNCTION private.create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone) TO service_role;

-- Name: create_alert_channel(uuid, text, text, text, text, text[], text, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_id      uuid := gen_random_uuid();
  v_problem text;
  v_vault   boolean := to_regclass('vault.decrypted_secrets') is not null;
begin
  if not coalesce(case when p_org_id is null then private.is_operator() else private.is_trusted() or private.is_org_admin(p_org_id) end, false) then
    raise exception 'Cannot create the channel: the caller is neither owner nor admin of the organization' using errcode = '42501';
  end if;
  v_problem := private.alert_url_problem(p_url);
  if v_problem is not null then
    raise exception 'Cannot create the channel: the address cannot be used, %', v_problem using errcode = '22023';
  elsif p_authorization is not null and (p_authorization ~ '[[:cntrl:]]' or length(p_authorization) > 2000) then
    raise exception 'Cannot create the channel: the authorization is not a header' using errcode = '22023';
  elsif p_authorization is not null and not v_vault then
    raise exception 'Cannot create the channel: an authorization needs the Vault, and this database has none' using errcode = '22023';
  end if;
  insert into public.ai_alert_channels (id, org_id, name, kind, host, url, email_to, email_from, min_severity, created_by)
  values (v_id, p_org_id, p_name, p_kind, lower(substring(p_url from '^https://([^/?:]+)')), case when not v_vault then p_url end,
          p_email_to, p_email_from, p_min_severity, (select auth.uid()));
  if v_vault then
    perform vault.create_secret(jsonb_strip_nulls(jsonb_build_object('url', p_url, 'authorization', p_authorization))::text, 'alert_channel:' || v_id);
  end if;
  return v_id;
end
$$;


ALTER FUNCTION private.create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text) OWNER TO postgres;

-- Name: FUNCTION create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text) IS 'Behind public.create_alert_channel.';

-- Name: FUNCTION create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text) TO authenticated;
GRANT ALL ON FUNCTION private.create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text) TO service_role;

-- Name: create_organization(text, text, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.create_organization(p_name text, p_currency text, p_time_zone text) RETURNS public.organizations
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  caller uuid := auth.uid();
  most integer := (private.setting('organization.owned.max', null, null) #>> '{}')::integer;
  base text;
  created public.organizations;
begin
  if caller is null then
    raise exception 'Cannot create an organization: nobody is signed in' using errcode = '42501';
  end if;
  -- Two calls at once must not both be the last one allowed.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('create_organization:' || caller, 0));
  if not private.is_operator() and most <= (
    select count(*) from public.organization_members as member where member.user_id = caller and member.role = 'owner'
  ) then
    raise exception 'Cannot create an organization: this user already owns %, the most allowed', most
      using errcode = '42501', hint = 'An operator can raise the setting organization.owned.max';
  end if;

  base := left(btrim(regexp_replace(lower(extensions.unaccent(p_name)), '[^a-z0-9]+', '-', 'g'), '-'), 60);
  base := coalesce(nullif(btrim(base, '-'), ''), 'organization');
  insert into public.organizations (name, slug, currency, time_zone)
  values (
    btrim(p_name),
    case
      when exists (select from public.organizations as taken where taken.slug = base)
        then base || '-' || left(replace(gen_random_uuid()::text, '-', ''), 8)
      else base
    end,
    p_currency,
    p_time_zone
  )
  returning * into created;
  insert into public.organization_members (org_id, user_id, role) values (created.id, caller, 'owner');
  return created;
end
$$;


ALTER FUNCTION private.create_organization(p_name text, p_currency text, p_time_zone text) OWNER TO postgres;

-- Name: FUNCTION create_organization(p_name text, p_currency text, p_time_zone text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.create_organization(p_name text, p_currency text, p_time_zone text) IS 'Body of public.create_organization.';

-- Name: FUNCTION create_organization(p_name text, p_currency text, p_time_zone text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.create_organization(p_name text, p_currency text, p_time_zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.create_organization(p_name text, p_currency text, p_time_zone text) TO authenticated;

-- Name: daily_spending(uuid, text, text, date, date); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.daily_spending(p_org_id uuid, p_scope text, p_scope_key text, p_from date, p_to date) RETURNS TABLE(day date, cost_usd numeric)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select d.day, sum(d.cost_usd) from private.ai_task_days as d
  where p_scope = 'organization' and d.org_id = p_org_id and d.day >= p_from and d.day < p_to group by d.day
  union all
  select d.day, sum(d.cost_usd) from private.ai_task_days as d
  where p_scope = 'task' and d.org_id = p_org_id and d.task = p_scope_key and d.day >= p_from and d.day < p_to group by d.day
  union all
  select d.day, d.cost_usd from private.ai_user_days as d
  where p_scope = 'user' and d.org_id = p_org_id and d.user_id::text = p_scope_key and d.day >= p_from and d.day < p_to
  union all
  select d.day, d.cost_usd from private.ai_job_days as d
  where d.job_id = case when p_scope = 'job' then p_scope_key::uuid end and d.org_id = p_org_id and d.day >= p_from and d.day < p_to
  union all
  select d.day, d.cost_usd from private.ai_subject_days as d
  where p_scope = 'subject' and d.subject_type = split_part(p_scope_key, ':', 1) and d.subject_id = substr(p_scope_key, strpos(p_scope_key, ':') + 1)
    and d.org_id = p_org_id and d.day >= p_from and d.day < p_to
$$;


ALTER FUNCTION private.daily_spending(p_org_id uuid, p_scope text, p_scope_key text, p_from date, p_to date) OWNER TO postgres;

-- Name: FUNCTION daily_spending(p_org_id uuid, p_scope text, p_scope_key text, p_from date, p_to date); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.daily_spending(p_org_id uuid, p_scope text, p_scope_key text, p_from date, p_to date) IS 'US dollars by day that a budget''s scope spent, from the rollups; a day without spending has no row. Nothing for virtual keys: no rollup has them.';

-- Name: FUNCTION daily_spending(p_org_id uuid, p_scope text, p_scope_key text, p_from date, p_to date); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.daily_spending(p_org_id uuid, p_scope text, p_scope_key text, p_from date, p_to date) FROM PUBLIC;

-- Name: day_rates(uuid, date, date); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.day_rates(p_org_id uuid, p_from date, p_to date) RETURNS TABLE(day date, per_usd numeric)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select n.day::date, private.per_usd(o.currency, (n.day::date + 1)::timestamp at time zone o.time_zone)
  from public.organizations as o
  cross join generate_series(p_from::timestamp, p_to::timestamp, interval '1 day') as n (day)
  where o.id = p_org_id
$$;


ALTER FUNCTION private.day_rates(p_org_id uuid, p_from date, p_to date) OWNER TO postgres;

-- Name: FUNCTION day_rates(p_org_id uuid, p_from date, p_to date); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.day_rates(p_org_id uuid, p_from date, p_to date) IS 'The organization''s currency for one US dollar, day by day. NULL before its first rate.';

-- Name: FUNCTION day_rates(p_org_id uuid, p_from date, p_to date); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.day_rates(p_org_id uuid, p_from date, p_to date) FROM PUBLIC;
GRANT ALL ON FUNCTION private.day_rates(p_org_id uuid, p_from date, p_to date) TO authenticated;
GRANT ALL ON FUNCTION private.day_rates(p_org_id uuid, p_from date, p_to date) TO service_role;

-- Name: decide_review(uuid, text, text, jsonb); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb) RETURNS public.ai_reviews
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_me     uuid := (select auth.uid());
  v_review public.ai_reviews;
begin
  select r.* into v_review
  from public.ai_reviews as r
  where r.id = p_id and (private.is_trusted() or r.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')))
  for update;
  if not found then
    raise exception 'Cannot decide the review: no such review' using errcode = 'PT404';
  elsif p_decision is null or p_decision not in ('approved', 'rejected', 'needs_improvement', 'escalated') then
    raise exception 'Cannot decide the review: % is not approved, rejected, needs_improvement or escalated', p_decision using errcode = '22023';
  elsif not (private.is_trusted() or private.is_org_admin(v_review.org_id)) then
    if v_review.status = 'escalated' then
      raise exception 'Cannot decide the review: it was handed to an owner or admin' using errcode = '42501';
    elsif v_review.status = 'in_progress' and v_review.assigned_to is distinct from v_me then
      raise exception 'Cannot decide the review: somebody else has it' using errcode = 'PT409';
    elsif v_review.decided_at is not null and v_review.decided_by is distinct from v_me then
      raise exception 'Cannot decide the review: it is decided' using errcode = 'PT409';
    end if;
  end if;

  -- One label per review: a decision that changes replaces the one before.
  delete from public.ai_quality_metrics as q
  where q.org_id = v_review.org_id and q.request_id = v_review.request_id and q.source = 'review';
  if p_decision = 'escalated' then
    update public.ai_reviews as r
    set status = 'escalated', note = coalesce(p_note, r.note), correction = null, assigned_to = null, decided_by = null, decided_at = null,
        priority = case r.priority when 'low' then 'medium' when 'medium' then 'high' else 'urgent' end
    where r.org_id = v_review.org_id and r.id = p_id returning * into v_review;
    return v_review;
  end if;
  update public.ai_reviews as r
  set status = p_decision, note = coalesce(p_note, r.note), correction = p_correction, decided_by = v_me, decided_at = private.clock(),
      assigned_to = coalesce(r.assigned_to, v_me), claimed_at = coalesce(r.claimed_at, private.clock())
  where r.org_id = v_review.org_id and r.id = p_id returning * into v_review;
  insert into public.ai_quality_metrics (org_id, request_id, task, user_id, source, outcome, feedback_text, correction)
  values (v_review.org_id, v_review.request_id, v_review.task, v_me, 'review',
          case p_decision when 'approved' then 'accepted' when 'needs_improvement' then 'edited' else 'rejected' end, p_note, p_correction);
  return v_review;
end
$$;


ALTER FUNCTION private.decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb) OWNER TO postgres;

-- Name: FUNCTION decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb) IS 'Body of public.decide_review.';

-- Name: FUNCTION decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb) TO service_role;

-- Name: deliver_alerts(integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.deliver_alerts(p_limit integer DEFAULT 100) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_now      timestamptz := private.clock();
  v_delivery public.ai_alert_deliveries;
  v_alert    public.ai_alerts;
  v_channel  public.ai_alert_channels;
  v_address  jsonb;
  v_problem  text;
  v_sent     integer := 0;
begin
  if to_regclass('net._http_response') is null then
    return 0; -- no pg_net: the rows wait
  end if;
  perform private.collect_alert_answers();
  for v_delivery in
    select * from public.ai_alert_deliveries as d
    where d.status = 'pending' and d.next_attempt_at <= v_now
    order by d.next_attempt_at, d.created_at
    limit p_limit
    for update skip locked
  loop
    select * into v_alert from public.ai_alerts as a where a.id = v_delivery.alert_id;
    select * into v_channel from public.ai_alert_channels as c where c.id = v_delivery.channel_id;
    v_address := private.alert_address(v_channel);
    -- Checked again: the list of hosts may have become shorter, and the Vault has other writers.
    v_problem := case when not v_channel.active then 'the channel is switched off' else private.alert_url_problem(v_address ->> 'url') end;
    if v_problem is not null then
      update public.ai_alert_deliveries as d set status = 'failed', problem = v_problem, finished_at = v_now where d.id = v_delivery.id;
      continue;
    end if;
    update public.ai_alert_deliveries as d
    set status = 'sending', attempts = d.attempts + 1, posted_at = v_now, response_status = null,
        net_request_id = net.http_post(
          url := v_address ->> 'url',
          body := private.alert_body(v_delivery, v_alert, v_channel),
          headers := jsonb_strip_nulls(jsonb_build_object('Content-Type', 'application/json', 'Idempotency-Key', v_delivery.id,
            'Authorization', v_address ->> 'authorization')),
          timeout_milliseconds := 10000)
    where d.id = v_delivery.id;
    v_sent := v_sent + 1;
  end loop;
  return v_sent;
end
$$;


ALTER FUNCTION private.deliver_alerts(p_limit integer) OWNER TO postgres;

-- Name: FUNCTION deliver_alerts(p_limit integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.deliver_alerts(p_limit integer) IS 'Posts due deliveries over pg_net and takes in the answers to earlier ones. Called by cron. Returns how many were posted.';

-- Name: FUNCTION deliver_alerts(p_limit integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.deliver_alerts(p_limit integer) FROM PUBLIC;

-- Name: describe_budget(public.organizations, text[], jsonb, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.describe_budget(p_org public.organizations, p_accounts text[], p_settings jsonb, p_now timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_room private.budget_room;
begin
  v_room := private.measure_room((p_org).id, p_accounts, private.periods_at(p_now, (p_org).time_zone), p_settings);
  if v_room.remaining is null then
    return null;
  end if;
  return jsonb_build_object(
    'state', case when v_room.soft then 'soft_limit' else 'ok' end,
    'remaining', v_room.remaining::text, 'currency', (p_org).currency, 'per_usd', '0');
end
$$;


ALTER FUNCTION private.describe_budget(p_org public.organizations, p_accounts text[], p_settings jsonb, p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION describe_budget(p_org public.organizations, p_accounts text[], p_settings jsonb, p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.describe_budget(p_org public.organizations, p_accounts text[], p_settings jsonb, p_now timestamp with time zone) IS 'The budget part of a cached answer, which costs nothing. NULL when no budget applies.';

-- Name: FUNCTION describe_budget(p_org public.organizations, p_accounts text[], p_settings jsonb, p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.describe_budget(p_org public.organizations, p_accounts text[], p_settings jsonb, p_now timestamp with time zone) FROM PUBLIC;

-- Name: dispatch_jobs(integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.dispatch_jobs(p_limit integer DEFAULT 50) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  -- Longer than a request may take with its hold: an attempt given up for lost cannot still be running.
  c_lease constant interval := interval '8 minutes';
  v_now  timestamptz := private.clock();
  v_url  text;
  v_key  text;
  v_job  public.ai_job_queue;
  v_sent integer := 0;
begin
  select s.decrypted_secret into v_url from vault.decrypted_secrets as s where s.name = 'project_url';
  select s.decrypted_secret into v_key from vault.decrypted_secrets as s where s.name = 'automations_key';
  if v_url is null or v_key is null then
    return 0; -- not set up yet: the rows wait
  end if;
  for v_job in
    select * from public.ai_job_queue as j
    where j.status in ('pending', 'running') and j.run_at <= v_now
    order by j.run_at
    limit p_limit
    for update skip locked
  loop
    if v_job.attempts >= v_job.max_attempts then
      update public.ai_job_queue as j set status = 'failed', error_code = coalesce(j.error_code, 'timeout'), finished_at = v_now
      where j.org_id = v_job.org_id and j.id = v_job.id;
      continue;
    end if;
    perform net.http_post(
      url := v_url || '/functions/v1/' || v_job.task,
      body := jsonb_build_object('input', v_job.input, 'org_id', v_job.org_id,
        'options', v_job.options || jsonb_build_object('idempotency_key', 'queue:' || v_job.id)),
      headers := jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key),
      timeout_milliseconds := 120000
    );
    update public.ai_job_queue as j
    set status = 'running', attempts = j.attempts + 1, run_at = v_now + c_lease
    where j.org_id = v_job.org_id and j.id = v_job.id;
    v_sent := v_sent + 1;
  end loop;
  return v_sent;
end
$$;


ALTER FUNCTION private.dispatch_jobs(p_limit integer) OWNER TO postgres;

-- Name: FUNCTION dispatch_jobs(p_limit integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.dispatch_jobs(p_limit integer) IS 'Posts due queue rows to their functions. Called by the queue''s trigger and by cron. Returns how many were sent; 0 until Vault has project_url and automations_key.';

-- Name: FUNCTION dispatch_jobs(p_limit integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.dispatch_jobs(p_limit integer) FROM PUBLIC;

-- Name: dispatch_new_jobs(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.dispatch_new_jobs() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  perform private.dispatch_jobs();
  return null;
exception when others then
  -- A missing extension or a broken network must not refuse the business row: cron dispatches later.
  raise warning 'Cannot dispatch jobs now: %', sqlerrm;
  return null;
end
$$;


ALTER FUNCTION private.dispatch_new_jobs() OWNER TO postgres;

-- Name: FUNCTION dispatch_new_jobs(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.dispatch_new_jobs() IS 'Dispatches as soon as a row is queued; pg_net sends when the transaction commits.';

-- Name: FUNCTION dispatch_new_jobs(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.dispatch_new_jobs() FROM PUBLIC;

-- Name: document_chunk_drafts; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.document_chunk_drafts (
    org_id uuid NOT NULL,
    document_id uuid NOT NULL,
    attempt_id uuid NOT NULL,
    "position" integer NOT NULL,
    chunk jsonb NOT NULL
);


ALTER TABLE private.document_chunk_drafts OWNER TO postgres;

-- Name: TABLE document_chunk_drafts; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.document_chunk_drafts IS 'Chunks of an ingestion under way; nobody sees them before all are there.';

-- Name: document_chunk_drafts document_chunk_drafts_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.document_chunk_drafts
    ADD CONSTRAINT document_chunk_drafts_pkey PRIMARY KEY (org_id, document_id, attempt_id, "position");

-- Name: document_chunk_drafts document_chunk_drafts_document_fkey; Type: FK CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.document_chunk_drafts
    ADD CONSTRAINT document_chunk_drafts_document_fkey FOREIGN KEY (org_id, document_id) REFERENCES public.documents(org_id, id) ON DELETE CASCADE;

-- Name: document_chunk_drafts; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.document_chunk_drafts ENABLE ROW LEVEL SECURITY;

-- Name: drop_old_log_partitions(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.drop_old_log_partitions() RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $_$
declare
  v_dropped integer := 0;
  v_oldest  date;
  v_name    text;
begin
  -- The longest retention of any organization decides: a partition holds the rows of all of them.
  select date_trunc('month', private.clock() at time zone 'UTC')::date
         - (max((private.settings_for(o.id, null) ->> 'ai.log.retention_days')::integer) || ' days')::interval
  into v_oldest
  from public.organizations as o;
  for v_name in
    select c.relname
    from pg_catalog.pg_inherits as i
    join pg_catalog.pg_class as c on c.oid = i.inhrelid
    where i.inhparent in ('public.ai_request_logs'::regclass, 'public.ai_call_logs'::regclass)
      and c.relname ~ '_\d{4}_\d{2}$'
      and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= v_oldest
  loop
    execute format('drop table private.%I', v_name);
    v_dropped := v_dropped + 1;
  end loop;
  return v_dropped;
end
$_$;


ALTER FUNCTION private.drop_old_log_partitions() OWNER TO postgres;

-- Name: FUNCTION drop_old_log_partitions(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.drop_old_log_partitions() IS 'Drops partitions whose newest row is older than the longest ai.log.retention_days. Returns how many were dropped.';

-- Name: FUNCTION drop_old_log_partitions(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.drop_old_log_partitions() FROM PUBLIC;

-- Name: effective_settings(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.effective_settings(p_org_id uuid) RETURNS TABLE(key text, value jsonb, source text, version integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if p_org_id is not null and private.my_role(p_org_id) is null and not private.is_operator() then
    raise exception 'Cannot read the settings of organization %: the caller is not a member', p_org_id
      using errcode = '42501';
  end if;
  return query
  select setting.key, setting.value, setting.source, setting.version
  from private.settings_in_force(p_org_id, auth.uid()) as setting
  join public.ai_setting_definitions as definition on definition.key = setting.key
  where definition.public
    or (select private.is_operator())
    or (select private.can_see_org_requests(p_org_id))
  order by setting.key;
end
$$;


ALTER FUNCTION private.effective_settings(p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION effective_settings(p_org_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.effective_settings(p_org_id uuid) IS 'Body of public.effective_settings.';

-- Name: FUNCTION effective_settings(p_org_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.effective_settings(p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.effective_settings(p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.effective_settings(p_org_id uuid) TO service_role;

-- Name: end_experiment(uuid, text, text, text, boolean); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.end_experiment(p_id uuid, p_status text, p_reason text, p_winner text, p_keep_shares boolean) RETURNS public.ai_experiments
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  e public.ai_experiments;
begin
  update public.ai_experiments as x
  set status = p_status, stop_reason = p_reason, winner = p_winner, ended_at = private.clock()
  where x.id = p_id and x.status = 'running'
  returning * into e;
  -- Everybody gets one text again: the winner, or the control where none was found.
  if found and not p_keep_shares then
    update public.ai_prompts as p
    set weight = case when p.variant = coalesce(p_winner, e.control) then 1 else 0 end
    where p.key = e.prompt_key and p.version = e.prompt_version and p.org_id is not distinct from e.org_id;
  end if;
  return e;
end
$$;


ALTER FUNCTION private.end_experiment(p_id uuid, p_status text, p_reason text, p_winner text, p_keep_shares boolean) OWNER TO postgres;

-- Name: FUNCTION end_experiment(p_id uuid, p_status text, p_reason text, p_winner text, p_keep_shares boolean); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.end_experiment(p_id uuid, p_status text, p_reason text, p_winner text, p_keep_shares boolean) IS 'Ends a running experiment and, unless the shares are kept, gives all traffic to the winner or the control. A row of NULLs when it was not running.';

-- Name: FUNCTION end_experiment(p_id uuid, p_status text, p_reason text, p_winner text, p_keep_shares boolean); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.end_experiment(p_id uuid, p_status text, p_reason text, p_winner text, p_keep_shares boolean) FROM PUBLIC;

-- Name: ensure_log_partition(text, date); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.ensure_log_partition(p_parent text, p_month date) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_name text := format('%s_%s', p_parent, to_char(p_month, 'YYYY_MM'));
  v_from timestamptz := p_month::timestamp at time zone 'UTC';
  v_to   timestamptz := (p_month + interval '1 month')::timestamp at time zone 'UTC';
begin
  if p_parent not in ('ai_request_logs', 'ai_call_logs') then
    raise exception 'Cannot make a partition: % is not a log', p_parent using errcode = '22023';
  end if;
  if to_regclass(format('private.%I', v_name)) is not null then
    return false;
  end if;
  -- Rows that arrived before their partition move in the same transaction: readers see them on one side or the other.
  execute format('create table private.%I (like public.%I including defaults including constraints)', v_name, p_parent);
  execute format(
    'with moved as (delete from private.%I where created_at >= %L and created_at < %L returning *) insert into private.%I select * from moved',
    p_parent || '_default', v_from, v_to, v_name
  );
  execute format('alter table public.%I attach partition private.%I for values from (%L) to (%L)', p_parent, v_name, v_from, v_to);
  execute format('alter table private.%I enable row level security', v_name);
  execute format('revoke all on private.%I from anon, authenticated, service_role', v_name);
  execute format('comment on table private.%I is %L', v_name, 'Rows of ' || to_char(p_month, 'YYYY-MM') || ' (UTC).');
  return true;
end
$$;


ALTER FUNCTION private.ensure_log_partition(p_parent text, p_month date) OWNER TO postgres;

-- Name: FUNCTION ensure_log_partition(p_parent text, p_month date); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.ensure_log_partition(p_parent text, p_month date) IS 'Makes the partition of one log for one month (UTC) and moves waiting rows in. False when it exists already.';

-- Name: FUNCTION ensure_log_partition(p_parent text, p_month date); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.ensure_log_partition(p_parent text, p_month date) FROM PUBLIC;

-- Name: ensure_log_partitions(integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.ensure_log_partitions(p_months_ahead integer DEFAULT 2) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_made   integer := 0;
  v_parent text;
  v_month  date;
begin
  foreach v_parent in array array['ai_request_logs', 'ai_call_logs'] loop
    for v_month in execute format(
      'select distinct date_trunc(''month'', created_at at time zone ''UTC'')::date from private.%I
       union
       select (date_trunc(''month'', private.clock() at time zone ''UTC'') + make_interval(months => n))::date
       from generate_series(0, %s) as n', v_parent || '_default', p_months_ahead)
    loop
      if private.ensure_log_partition(v_parent, v_month) then
        v_made := v_made + 1;
      end if;
    end loop;
  end loop;
  return v_made;
end
$$;


ALTER FUNCTION private.ensure_log_partitions(p_months_ahead integer) OWNER TO postgres;

-- Name: FUNCTION ensure_log_partitions(p_months_ahead integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.ensure_log_partitions(p_months_ahead integer) IS 'Makes the partitions of this month and the given number of months ahead, and of every month waiting in a default partition. Returns how many were made.';

-- Name: FUNCTION ensure_log_partitions(p_months_ahead integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.ensure_log_partitions(p_months_ahead integer) FROM PUBLIC;

-- Name: evaluate_alerts(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.evaluate_alerts() RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    SET jit TO 'off'
    AS $$
declare
  v_now     timestamptz := private.clock();
  v_kind    text;
  v_failed  text[] := array[]::text[];
  v_opened  integer := 0;
  v_count   integer;
begin
  -- One evaluation at a time: a slow one must not be overtaken by the next minute's.
  if not pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended('signalbox.evaluate_alerts', 0)) then
    return 0;
  end if;
  foreach v_kind in array array['budget_90', 'budget_100', 'cost_per_lead', 'error_rate', 'fallback_rate', 'escalation_rate', 'provider_down',
                                'stale_prices', 'overrun', 'spend_anomaly'] loop
    begin
      with holding as (
        select distinct on (c.org_id, c.dedup_key) c.* from private.alert_conditions(v_kind) as c order by c.org_id, c.dedup_key
      ),
      written as (
        insert into public.ai_alerts as a (org_id, rule_id, kind, severity, dedup_key, message, facts, opened_at, respond_by, last_seen_at)
        select h.org_id, h.rule_id, v_kind, h.severity, h.dedup_key, h.message, h.facts, v_now,
               v_now + case h.severity when 'critical' then interval '15 minutes' when 'warning' then interval '1 hour' else interval '4 hours' end, v_now
        from holding as h
        on conflict (org_id, dedup_key) where ended_at is null
        do update set message = excluded.message, facts = excluded.facts, last_seen_at = excluded.last_seen_at
        returning a.xmax = 0 as is_new -- an updated row has one
      )
      select (count(*) filter (where w.is_new))::integer into v_count from written as w;
      v_opened := v_opened + v_count;
    exception when others then
      -- One kind that cannot be told must not silence the others, nor look as if it were over.
      raise warning 'Cannot evaluate alerts of kind %: %', v_kind, sqlerrm;
      v_failed := v_failed || v_kind;
    end;
  end loop;

  update public.ai_alerts as a
  set ended_at = v_now, resolved_at = coalesce(a.resolved_at, v_now)
  where a.ended_at is null and a.kind <> all (v_failed)
    and a.last_seen_at <= v_now - coalesce((select r.resolve_after from public.ai_alert_rules as r where r.id = a.rule_id and r.active), interval '0')
    and a.last_seen_at < v_now;

  update public.ai_alerts as a
  set overdue_at = v_now
  where a.ended_at is null and a.resolved_at is null and a.acknowledged_at is null and a.overdue_at is null and a.respond_by < v_now;
  return v_opened;
end
$$;


ALTER FUNCTION private.evaluate_alerts() OWNER TO postgres;

-- Name: FUNCTION evaluate_alerts(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.evaluate_alerts() IS 'Compares every rule with the figures of this minute. Called by cron. Returns how many alerts were opened.';

-- Name: FUNCTION evaluate_alerts(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.evaluate_alerts() FROM PUBLIC;

-- Name: experiment_result; Type: TYPE; Schema: private; Owner: postgres

CREATE TYPE private.experiment_result AS (
	variant text,
	is_control boolean,
	requests bigint,
	trials bigint,
	successes bigint,
	rate numeric,
	avg_cost_usd numeric,
	avg_latency_ms integer,
	avg_confidence numeric,
	chi_square_p_value numeric,
	sequential_p_value numeric,
	difference_interval numrange,
	breach text
);


ALTER TYPE private.experiment_result OWNER TO postgres;

-- Name: TYPE experiment_result; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TYPE private.experiment_result IS 'One variant of an experiment so far.';

-- Name: experiment_results(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.experiment_results(p_id uuid) RETURNS SETOF private.experiment_result
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  e       public.ai_experiments;
begin
  select x.* into e from public.ai_experiments as x where x.id = p_id
    and (private.is_trusted() or private.is_operator() or x.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));
  if not found or e.started_at is null then
    return;
  end if;
  return query
  with answers as (
    select r.id, r.org_id, r.prompt_variant, r.cost_usd, r.latency_ms, r.confidence_score,
           r.action = 'use_ai_result' and not r.escalated and not r.needs_review as settled
    from public.ai_request_logs as r
    where r.prompt_key = e.prompt_key and r.prompt_version = e.prompt_version and (r.org_id = e.org_id or e.org_id is null)
      and r.created_at >= e.started_at and r.created_at <= coalesce(e.ended_at, 'infinity') and not r.cached and r.calls > 0
      and r.status in ('succeeded', 'failed')
  ),
  judged as (
    select q.org_id, q.request_id, bool_or(q.outcome = 'converted') as converted,
           max(q.user_rating) filter (where q.outcome = 'rated') as rating,
           (array_agg(q.outcome in ('accepted', 'converted') or (q.outcome = 'rated' and q.user_rating >= 4)
              order by (q.source = 'review') desc, q.created_at desc) filter (where q.outcome <> 'rated' or q.user_rating <> 3))[1] as is_right
    from public.ai_quality_metrics as q
    where (q.org_id = e.org_id or e.org_id is null) and q.created_at >= e.started_at
    group by q.org_id, q.request_id
  ),
  sums as (
    select a.prompt_variant as variant, count(*) as requests,
           case e.metric when 'accepted' then count(j.is_right) when 'rated' then count(j.rating) else count(*) end as trials,
           case e.metric
             when 'accepted' then count(*) filter (where j.is_right)
             when 'rated' then count(*) filter (where j.rating >= 4)
             when 'converted' then count(*) filter (where j.converted)
             else count(*) filter (where a.settled)
           end as successes,
           avg(a.cost_usd) as cost, coalesce(var_samp(a.cost_usd), 0) / nullif(count(a.cost_usd), 0) as cost_error,
           avg(a.latency_ms) as latency, coalesce(var_samp(a.latency_ms), 0) / nullif(count(a.latency_ms), 0) as latency_error,
           avg(a.confidence_score) as confidence, coalesce(var_samp(a.confidence_score), 0) / nullif(count(a.confidence_score), 0) as confidence_error
    from answers as a
    left join judged as j on j.org_id = a.org_id and j.request_id = a.id
    group by a.prompt_variant
  ),
  compared as (
    select s.*, c.requests as c_requests, c.trials as c_trials, c.successes as c_successes, c.cost as c_cost, c.cost_error as c_cost_error,
           c.latency as c_latency, c.latency_error as c_latency_error, c.confidence as c_confidence, c.confidence_error as c_confidence_error,
           s.variant = e.control as control, greatest(count(*) over () - 1, 1) as tests
    from sums as s left join sums as c on c.variant = e.control
  )
  select s.variant, s.control, s.requests, s.trials, s.successes, round(s.successes::numeric / nullif(s.trials, 0), 4),
         trim_scale(round(s.cost, 9)), round(s.latency)::integer, round(s.confidence, 4),
         case when not s.control then private.share_p_value(s.successes, s.trials, s.c_successes, s.c_trials) end,
         -- Several variants share alpha: each p-value is told as many times larger.
         case when not s.control then least(1, s.tests * private.sequential_p_value(s.successes, s.trials, s.c_successes, s.c_trials, e.expected_difference, e.min_sample)) end,
         case when not s.control then private.sequential_interval(s.successes, s.trials, s.c_successes, s.c_trials, e.expected_difference, e.alpha / s.tests) end,
         case
           when s.control or least(s.requests, s.c_requests) < 30 then null
           when s.cost - 2 * sqrt(s.cost_error) > (s.c_cost + 2 * sqrt(s.c_cost_error)) * (e.guardrails ->> 'cost_ratio')::numeric then 'cost'
           when s.latency - 2 * sqrt(s.latency_error) > (s.c_latency + 2 * sqrt(s.c_latency_error)) * (e.guardrails ->> 'latency_ratio')::numeric then 'latency'
           when s.confidence + 2 * sqrt(s.confidence_error) < s.c_confidence - 2 * sqrt(s.c_confidence_error) - (e.guardrails ->> 'confidence_drop')::numeric then 'confidence'
         end
  from compared as s
  order by s.control desc, s.variant;
end
$$;


ALTER FUNCTION private.experiment_results(p_id uuid) OWNER TO postgres;

-- Name: FUNCTION experiment_results(p_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.experiment_results(p_id uuid) IS 'The variants of a started experiment so far, the control first. Empty for a draft and for one the caller may not see.';

-- Name: FUNCTION experiment_results(p_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.experiment_results(p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.experiment_results(p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.experiment_results(p_id uuid) TO service_role;

-- Name: explanation_in_words(jsonb, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.explanation_in_words(p_facts jsonb, p_language text) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with d as (select p_language = 'de' as german, p_facts -> 'request' as r, p_facts -> 'budget' as b)
  select jsonb_agg(line.text order by line.n) from d
  cross join lateral (
    values
      (1, format(case when german then 'Aufgabe %s, Wichtigkeit %s, Kostenbewusstsein %s.' else 'Task %s, importance %s, cost sensitivity %s.' end,
                 r ->> 'task', coalesce(r ->> 'importance', '–'), coalesce(r ->> 'cost_sensitivity', '–'))),
      (2, case when p_facts ->> 'refused' is not null then
            format(case when german then 'Abgelehnt (%s): %s.' else 'Refused (%s): %s.' end, r ->> 'error_code', p_facts ->> 'refused') end),
      (3, case when (r ->> 'cached')::boolean then
            case when german then 'Aus dem Zwischenspeicher beantwortet, ohne Kosten.' else 'Answered from the cache, at no cost.' end end),
      (4, case when p_facts #>> '{complexity,score}' is not null then
            format(case when german then 'Schwierigkeit des Textes: %s von 1%s.' else 'Complexity of the text: %s of 1%s.' end,
                   round((p_facts #>> '{complexity,score}')::numeric, 2),
                   coalesce((select ' (' || string_agg(f.key || ' ' || case when f.value::text like '-%' then '' else '+' end || f.value::text, ', '
                               order by abs((f.value #>> '{}')::numeric) desc) || ')'
                             from jsonb_each(case jsonb_typeof(p_facts #> '{complexity,features}') when 'object' then p_facts #> '{complexity,features}' end) as f), '')) end),
      (5, case when p_facts #>> '{tier,start}' is not null then
            format(case when german then 'Begonnen mit der Stufe %s: %s.' else 'Started at the %s tier: %s.' end, p_facts #>> '{tier,start}',
                   (select string_agg(private.reason_in_words(x.reason, p_language), case when german then '; dann ' else '; then ' end order by x.n)
                    from jsonb_array_elements_text(p_facts #> '{tier,reasons}') with ordinality as x (reason, n))) end),
      (6, (select format(case when german then 'Zur Wahl standen %s.' else 'Candidates were %s.' end, string_agg(c.item ->> 'model', ', ' order by c.n))
           from jsonb_array_elements(p_facts -> 'candidates') with ordinality as c (item, n) where not c.item ? 'problem')),
      (7, (select format(case when german then 'Nicht in Frage kamen %s.' else 'Ruled out were %s.' end,
                         string_agg(format('%s (%s)', c.item ->> 'model', private.problem_in_words(c.item ->> 'problem', p_language)), ', ' order by c.n))
           from jsonb_array_elements(p_facts -> 'candidates') with ordinality as c (item, n) where c.item ? 'problem')),
      (8, case when b ->> 'hold_usd' is not null then
            format(case when german then 'Vorgemerkt wurden %s US-Dollar%s.' else 'Held %s US dollars%s.' end, b ->> 'hold_usd',
                   case when b ->> 'room' is null then '' else format(case when german then ', frei waren %s in der Währung der Organisation'
                     else '; the budgets had %s left, in the organization''s currency' end, round((b ->> 'room')::numeric, 2)) end) end),
      (9, (select string_agg(format(case when german then 'Anruf %s (%s) bei %s %s: %s, %s ms, %s.' else 'Call %s (%s) to %s %s: %s, %s ms, %s.' end,
                    c.item ->> 'attempt', c.item ->> 'purpose', c.item ->> 'provider', c.item ->> 'model',
                    coalesce(c.item ->> 'error_code', case when german then 'beantwortet' else 'answered' end), coalesce(c.item ->> 'latency_ms', '–'),
                    coalesce((c.item ->> 'cost_usd') || ' USD', case when german then 'Kosten unbekannt' else 'cost unknown' end)), ' ' order by c.n)
           from jsonb_array_elements(p_facts -> 'calls') with ordinality as c (item, n))),
      (10, case when p_facts #>> '{confidence,score}' is not null then
            format(case when german then 'Zutrauen %s%s: Modell %s, Vollständigkeit %s, Widerspruchsfreiheit %s, Regeln %s%s.'
                     else 'Confidence %s%s: model %s, completeness %s, consistency %s, validation %s%s.' end,
                   p_facts #>> '{confidence,score}',
                   case when p_facts #> '{confidence,raw_score}' <> p_facts #> '{confidence,score}' then
                     format(case when german then ' (geeicht aus %s)' else ' (calibrated from %s)' end, p_facts #>> '{confidence,raw_score}') else '' end,
                   coalesce(p_facts #>> '{confidence,model_confidence}', '–'),
                   coalesce(p_facts #>> '{confidence,completeness}', '–'), coalesce(p_facts #>> '{confidence,consistency}', '–'),
                   coalesce(p_facts #>> '{confidence,validation}', '–'),
                   coalesce(format(case when german then '; schwach wäre es unter %s' else '; weak would be below %s' end,
                     trim_scale((p_facts #>> '{thresholds,weak_below}')::numeric)), '')) end),
      (11, case r ->> 'status'
             when 'succeeded' then case
               when p_facts #>> '{action,action}' = 'fallback_to_rules' then
                 format(case when german then 'Die Regeln der Aufgabe haben geantwortet (%s).' else 'The task''s rules answered (%s).' end, p_facts #>> '{action,fallback_reason}')
               else format(case when german then '%s hat geantwortet%s.' else '%s answered%s.' end, r ->> 'model',
                 case when (r ->> 'escalated')::boolean then case when german then ', nach einer Stufe höher' else ', a tier further up' end else '' end
                 || case when (r ->> 'fell_back')::boolean then case when german then ', ersatzweise für einen anderen Anbieter' else ', in place of another provider' end else '' end) end
             when 'refused' then null
             when 'cancelled' then case when german then 'Der Aufrufer ist gegangen.' else 'The caller went away.' end
             when 'swept' then case when german then 'Nie abgeschlossen, voll berechnet.' else 'Never settled, charged in full.' end
             else format(case when german then 'Ohne Antwort: %s.' else 'No answer: %s.' end, r ->> 'error_code') end),
      (12, case when (p_facts #>> '{action,needs_review}')::boolean then
            case when german then 'Ein Mensch soll die Antwort prüfen.' else 'A person should check the answer.' end end)
  ) as line (n, text)
  where line.text is not null
$$;


ALTER FUNCTION private.explanation_in_words(p_facts jsonb, p_language text) OWNER TO postgres;

-- Name: FUNCTION explanation_in_words(p_facts jsonb, p_language text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.explanation_in_words(p_facts jsonb, p_language text) IS 'The facts of explain_request as sentences, in English or German (de).';

-- Name: FUNCTION explanation_in_words(p_facts jsonb, p_language text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.explanation_in_words(p_facts jsonb, p_language text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.explanation_in_words(p_facts jsonb, p_language text) TO authenticated;
GRANT ALL ON FUNCTION private.explanation_in_words(p_facts jsonb, p_language text) TO service_role;

-- Name: export_kpis(uuid, date, date, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.export_kpis(p_org_id uuid, p_from date, p_to date, p_task text) RETURNS TABLE(day date, task text, requests bigint, failed bigint, refused bigint, cached bigint, escalated bigint, fell_back bigint, by_rules bigint, for_review bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint, avg_latency_ms integer, avg_confidence numeric)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    SET jit TO 'off'
    AS $$
  select x.day, x.task, sum(x.requests)::bigint, sum(x.failed)::bigint, sum(x.refused)::bigint, sum(x.cached)::bigint, sum(x.escalated)::bigint,
         sum(x.fell_back)::bigint, sum(x.by_rules)::bigint, sum(x.for_review)::bigint, sum(x.input_tokens)::bigint, sum(x.output_tokens)::bigint,
         case when sum(x.unpriced) < sum(x.requests) or sum(x.cost_usd) > 0 then sum(x.cost_usd) end, sum(x.unpriced)::bigint,
         (sum(x.latency_ms) / nullif(sum(x.timed), 0))::integer, round(sum(x.confidence) / nullif(sum(x.with_confidence), 0), 4)
  from (
    select d.day, d.task, d.requests, d.failed, d.refused, d.cached, d.escalated, d.fell_back, d.by_rules, d.for_review, d.input_tokens,
           d.output_tokens, d.cost_usd, d.unpriced, d.latency_ms, d.timed, d.confidence, d.with_confidence
    from private.ai_task_days as d
    where d.org_id = p_org_id
    union all
    select f.day, f.task, f.requests, f.failed, f.refused, f.cached, f.escalated, f.fell_back, f.by_rules, f.for_review, f.input_tokens,
           f.output_tokens, f.cost_usd, f.unpriced, f.latency_ms, f.timed, f.confidence, f.with_confidence
    from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
    where f.org_id = p_org_id
  ) as x
  where p_org_id in (select v.id from private.reported_org_ids() as v (id))
    and (p_from is null or x.day >= p_from) and x.day < p_to and (p_task is null or x.task = p_task)
  group by x.day, x.task
  having sum(x.requests) > 0
$$;


ALTER FUNCTION private.export_kpis(p_org_id uuid, p_from date, p_to date, p_task text) OWNER TO postgres;

-- Name: FUNCTION export_kpis(p_org_id uuid, p_from date, p_to date, p_task text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.export_kpis(p_org_id uuid, p_from date, p_to date, p_task text) IS 'A row for each day and task of an organization in a range of days; p_from NULL = from the beginning, p_to exclusive.';

-- Name: FUNCTION export_kpis(p_org_id uuid, p_from date, p_to date, p_task text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.export_kpis(p_org_id uuid, p_from date, p_to date, p_task text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.export_kpis(p_org_id uuid, p_from date, p_to date, p_task text) TO authenticated;
GRANT ALL ON FUNCTION private.export_kpis(p_org_id uuid, p_from date, p_to date, p_task text) TO service_role;

-- Name: export_rows(text, uuid, timestamp with time zone, timestamp with time zone, text, jsonb, integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.export_rows(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer) RETURNS TABLE(at timestamp with time zone, tie text, row_data jsonb)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_at  timestamptz := coalesce((p_after ->> 'at')::timestamptz, p_from, '-infinity');
  v_tie text := coalesce(p_after ->> 'tie', '');
begin
  if p_kind = 'requests' then
    return query
    select l.created_at, l.id::text, to_jsonb(l) - 'decision' - 'settled_tx'
    from public.ai_request_logs as l
    where l.org_id = p_org_id and l.created_at >= v_at and l.created_at < p_to and (p_task is null or l.task = p_task)
      and (p_after is null or l.created_at > v_at or l.id::text collate "C" > v_tie)
    order by l.created_at, l.id::text collate "C"
    limit p_limit;
  elsif p_kind = 'calls' then
    return query
    select c.created_at, c.id::text, to_jsonb(c) - 'settled_tx' || jsonb_build_object('task', r.task, 'user_id', r.user_id, 'job_id', r.job_id)
    from public.ai_call_logs as c
    left join public.ai_request_logs as r on r.id = c.request_id and r.org_id = c.org_id
    where c.org_id = p_org_id and c.created_at >= v_at and c.created_at < p_to and (p_task is null or r.task = p_task)
      and (p_after is null or c.created_at > v_at or c.id::text collate "C" > v_tie)
    order by c.created_at, c.id::text collate "C"
    limit p_limit;
  end if;
end
$$;


ALTER FUNCTION private.export_rows(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer) OWNER TO postgres;

-- Name: FUNCTION export_rows(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.export_rows(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer) IS 'The next log rows of a range in order of time, as far as the caller may see them.';

-- Name: FUNCTION export_rows(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.export_rows(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.export_rows(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer) TO authenticated;
GRANT ALL ON FUNCTION private.export_rows(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer) TO service_role;

-- Name: export_spans(integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.export_spans(p_limit integer DEFAULT 200) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_now      timestamptz := private.clock();
  v_endpoint text := private.setting('ai.otlp.endpoint', null, null) #>> '{}';
  v_newest   bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  v_state    private.ai_otlp_state;
  v_spans    jsonb;
  v_secret   text;
begin
  if v_endpoint is null or to_regclass('net._http_response') is null then
    delete from private.ai_otlp_state;
    return 0;
  end if;
  select * into v_state from private.ai_otlp_state for update;
  if not found or v_state.endpoint <> v_endpoint then
    -- A new collector gets what is new: the past may be millions of rows.
    delete from private.ai_otlp_state;
    insert into private.ai_otlp_state (endpoint, exported_to, next_attempt_at) values (v_endpoint, v_newest, v_now);
    return 0;
  end if;
  if v_state.net_request_id is not null and v_state.batch_to is not null then
    perform private.take_otlp_answer(v_state, v_now);
    select * into v_state from private.ai_otlp_state;
  end if;
  if v_state.next_attempt_at > v_now or (v_state.batch_to is not null and v_state.net_request_id is not null) then
    return 0;
  end if;
  if v_state.batch_to is null then
    -- So many requests, and whatever the last one's transaction wrote beside it.
    select max(b.settled_tx) + 1 into v_state.batch_to
    from (
      select l.settled_tx from public.ai_request_logs as l
      where l.settled_tx >= v_state.exported_to and l.settled_tx < v_newest order by l.settled_tx limit p_limit
    ) as b;
    if v_state.batch_to is null then
      return 0;
    end if;
  end if;
  select jsonb_agg(s) into v_spans from private.otlp_spans(v_state.exported_to, v_state.batch_to) as s;
  if to_regclass('vault.decrypted_secrets') is not null then
    select s.decrypted_secret into v_secret from vault.decrypted_secrets as s where s.name = 'otlp_authorization';
  end if;
  update private.ai_otlp_state as s
  set batch_to = v_state.batch_to, attempts = s.attempts + 1, posted_at = v_now, next_attempt_at = v_now, net_request_id = net.http_post(
    url := v_endpoint,
    body := jsonb_build_object('resourceSpans', jsonb_build_array(jsonb_build_object(
      'resource', jsonb_build_object('attributes', private.otlp_attributes('{"service.name": "signalbox"}')),
      'scopeSpans', jsonb_build_array(jsonb_build_object('scope', jsonb_build_object('name', 'signalbox'), 'spans', coalesce(v_spans, '[]')))))),
    headers := jsonb_strip_nulls(jsonb_build_object('Content-Type', 'application/json', 'Authorization', v_secret)),
    timeout_milliseconds := 10000);
  return jsonb_array_length(coalesce(v_spans, '[]'));
end
$$;


ALTER FUNCTION private.export_spans(p_limit integer) OWNER TO postgres;

-- Name: FUNCTION export_spans(p_limit integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.export_spans(p_limit integer) IS 'Posts the next batch of spans to the collector of ai.otlp.endpoint, after the one before was taken. Called by cron. Returns how many spans were posted.';

-- Name: FUNCTION export_spans(p_limit integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.export_spans(p_limit integer) FROM PUBLIC;

-- Name: exported_org(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.exported_org(p_org_id uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_orgs uuid[];
begin
  if private.is_trusted() then
    return private.reported_org(p_org_id);
  end if;
  select array_agg(m.id) into v_orgs
  from (
    select own.id from private.my_org_ids_as('owner', 'admin', 'manager', 'member') as own (id) where p_org_id is null or own.id = p_org_id limit 2
  ) as m;
  if v_orgs is null then
    raise exception 'Cannot export: the caller is a member of no such organization' using errcode = 'PT403';
  elsif cardinality(v_orgs) > 1 then
    raise exception 'Cannot tell the organization: the caller is in several, so org_id is required' using errcode = 'PT400';
  end if;
  return v_orgs[1];
end
$$;


ALTER FUNCTION private.exported_org(p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION exported_org(p_org_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.exported_org(p_org_id uuid) IS 'The organization a caller may export from: the given one, else his only one; guests have none. What of it he gets is up to the log''s policies.';

-- Name: FUNCTION exported_org(p_org_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.exported_org(p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.exported_org(p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.exported_org(p_org_id uuid) TO service_role;

-- Name: finish_queued(uuid, text, uuid, text, jsonb, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.finish_queued(p_org_id uuid, p_queue_id text, p_request_id uuid, p_error_code text, p_answer jsonb, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if p_queue_id is null then
    return;
  end if;
  if p_answer is not null then
    update public.ai_job_queue as j
    set status = 'done', request_id = p_request_id, result = p_answer -> 'data', meta = p_answer -> 'meta', error_code = null, finished_at = p_now
    where j.org_id = p_org_id and j.id = p_queue_id::uuid and j.status in ('pending', 'running');
  else
    update public.ai_job_queue as j
    set status = case when j.attempts >= j.max_attempts then 'failed' else 'pending' end,
        request_id = p_request_id, error_code = p_error_code,
        run_at = p_now + interval '30 seconds' * power(2, least(j.attempts, 6)),
        finished_at = case when j.attempts >= j.max_attempts then p_now end
    where j.org_id = p_org_id and j.id = p_queue_id::uuid and j.status in ('pending', 'running');
  end if;
end
$$;


ALTER FUNCTION private.finish_queued(p_org_id uuid, p_queue_id text, p_request_id uuid, p_error_code text, p_answer jsonb, p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION finish_queued(p_org_id uuid, p_queue_id text, p_request_id uuid, p_error_code text, p_answer jsonb, p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.finish_queued(p_org_id uuid, p_queue_id text, p_request_id uuid, p_error_code text, p_answer jsonb, p_now timestamp with time zone) IS 'Marks the queue row a request was made for done, or pending again with a growing pause. Nothing when there is none.';

-- Name: FUNCTION finish_queued(p_org_id uuid, p_queue_id text, p_request_id uuid, p_error_code text, p_answer jsonb, p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.finish_queued(p_org_id uuid, p_queue_id text, p_request_id uuid, p_error_code text, p_answer jsonb, p_now timestamp with time zone) FROM PUBLIC;

-- Name: fit_calibration(jsonb); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.fit_calibration(p_labels jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_kinds   constant text[] := array['identity', 'platt', 'isotonic'];
  v_brier   float8[] := '{0,0,0}';
  v_said    float8[]; -- by kind and bin: sum of what was said, of what was right
  v_right   float8[];
  v_ece     float8[] := '{0,0,0}';
  v_training private.score_group[];
  v_all     private.score_group[];
  v_held    private.score_group;
  v_map     jsonb;
  v_best    integer := 1;
  v_n       float8;
  v_p       float8;
  v_bin     integer;
  v_auroc   numeric;
begin
  v_said := array_fill(0::float8, array[3, 10]);
  v_right := array_fill(0::float8, array[3, 10]);
  select array_agg(row(g.score, g.total, g.correct)::private.score_group order by g.score), sum(g.total) into v_all, v_n
  from (
    select (l.item ->> 0)::float8 as score, sum((l.item ->> 2)::integer)::integer as total, sum((l.item ->> 3)::integer)::integer as correct
    from jsonb_array_elements(p_labels) as l (item) group by 1
  ) as g;

  for fold in 0 .. 4 loop
    select array_agg(row(g.score, g.total, g.correct)::private.score_group order by g.score) into v_training
    from (
      select (l.item ->> 0)::float8 as score, sum((l.item ->> 2)::integer)::integer as total, sum((l.item ->> 3)::integer)::integer as correct
      from jsonb_array_elements(p_labels) as l (item) where (l.item ->> 1)::integer <> fold group by 1
    ) as g;
    for kind in 1 .. 3 loop
      v_map := case kind when 1 then '{"kind": "identity"}' when 2 then private.fit_platt(v_training) else private.fit_isotonic(v_training) end;
      for v_held in
        select (l.item ->> 0)::float8, (l.item ->> 2)::integer, (l.item ->> 3)::integer
        from jsonb_array_elements(p_labels) as l (item) where (l.item ->> 1)::integer = fold
      loop
        v_p := private.calibrated(v_map, v_held.score);
        v_brier[kind] := v_brier[kind] + (v_held.total * v_p * v_p - 2 * v_p * v_held.correct + v_held.correct) / v_n;
        v_bin := least(9, floor(v_p * 10)::integer) + 1;
        v_said[kind][v_bin] := v_said[kind][v_bin] + v_held.total * v_p;
        v_right[kind][v_bin] := v_right[kind][v_bin] + v_held.correct;
      end loop;
    end loop;
  end loop;
  for kind in 1 .. 3 loop
    for bin in 1 .. 10 loop
      v_ece[kind] := v_ece[kind] + abs(v_said[kind][bin] - v_right[kind][bin]) / v_n;
    end loop;
    if v_brier[kind] < v_brier[v_best] then
      v_best := kind;
    end if;
  end loop;
  v_map := case v_best when 1 then '{"kind": "identity"}' when 2 then private.fit_platt(v_all) else private.fit_isotonic(v_all) end;

  select round((sum(o.correct * (o.wrong_below + o.wrong / 2.0)) / nullif(max(o.all_right) * max(o.all_wrong), 0))::numeric, 4) into v_auroc
  from (
    select g.correct, g.total - g.correct as wrong, sum(g.correct) over () as all_right, sum(g.total - g.correct) over () as all_wrong,
           sum(g.total - g.correct) over (order by g.score) - (g.total - g.correct) as wrong_below
    from unnest(v_all) as g
  ) as o;
  return jsonb_build_object('method', v_kinds[v_best], 'map', v_map, 'labels', v_n, 'auroc', v_auroc,
    'ece_before', round(v_ece[1]::numeric, 4), 'ece_after', round(v_ece[v_best]::numeric, 4),
    'brier_before', round(v_brier[1]::numeric, 4), 'brier_after', round(v_brier[v_best]::numeric, 4));
end
$$;


ALTER FUNCTION private.fit_calibration(p_labels jsonb) OWNER TO postgres;

-- Name: FUNCTION fit_calibration(p_labels jsonb); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.fit_calibration(p_labels jsonb) IS 'The calibration that predicts labels it was not fitted on best (Brier score, five folds): none, logistic or isotonic. Labels come as [[score, fold 0..4, how many, how many right], …].';

-- Name: FUNCTION fit_calibration(p_labels jsonb); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.fit_calibration(p_labels jsonb) FROM PUBLIC;

-- Name: fit_calibrations(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.fit_calibrations() RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_now    timestamptz := private.clock();
  v_group  record;
  v_fit    jsonb;
  v_fitted integer := 0;
begin
  for v_group in
    with labels as (
      select l.*, row_number() over (partition by l.org_id, l.task order by l.labelled_at desc) as of_org,
             row_number() over (partition by l.task order by l.labelled_at desc) as of_all
      from public.ai_answer_labels as l
      where l.labelled_at > v_now - interval '180 days'
    ),
    -- Old labels say little about today's traffic: the newest 5,000 of half a year.
    scoped as (
      select l.org_id, l.task, l.request_id, l.raw_score, l.is_right, l.labelled_at from labels as l where l.of_org <= 5000
      union all
      select null, l.task, l.request_id, l.raw_score, l.is_right, l.labelled_at from labels as l where l.of_all <= 5000
    ),
    -- Dealt to folds by id, which has nothing to do with the outcome.
    dealt as (select s.*, (row_number() over (partition by s.org_id, s.task order by s.request_id) % 5)::integer as fold from scoped as s),
    counted as (
      select d.org_id, d.task, d.raw_score, d.fold, count(*) as total, count(*) filter (where d.is_right) as correct, max(d.labelled_at) as newest
      from dealt as d group by d.org_id, d.task, d.raw_score, d.fold
    )
    select c.org_id, c.task, jsonb_agg(jsonb_build_array(c.raw_score, c.fold, c.total, c.correct)) as labels,
           sum(c.correct) / sum(c.total) as right_share, max(c.newest) as newest
    from counted as c
    group by c.org_id, c.task
    having sum(c.total) >= 50 and sum(c.correct) between 1 and sum(c.total) - 1
  loop
    continue when exists (
      select from public.ai_calibrations as k
      where k.task = v_group.task and k.org_id is not distinct from v_group.org_id and k.active and k.fitted_at >= v_group.newest
        and k.fitted_at > v_now - interval '7 days');
    v_fit := private.fit_calibration(v_group.labels);
    update public.ai_calibrations as k set active = false
    where k.task = v_group.task and k.org_id is not distinct from v_group.org_id and k.active;
    insert into public.ai_calibrations
      (org_id, task, method, map, labels, right_share, ece_before, ece_after, brier_before, brier_after, auroc, fitted_at)
    values (v_group.org_id, v_group.task, v_fit ->> 'method', v_fit -> 'map', (v_fit ->> 'labels')::integer, round(v_group.right_share, 4),
            (v_fit ->> 'ece_before')::numeric, (v_fit ->> 'ece_after')::numeric, (v_fit ->> 'brier_before')::numeric,
            (v_fit ->> 'brier_after')::numeric, (v_fit ->> 'auroc')::numeric, v_now);
    v_fitted := v_fitted + 1;
  end loop;
  -- What nobody has confirmed for half a year is no longer known.
  update public.ai_calibrations as k set active = false where k.active and k.fitted_at < v_now - interval '180 days';
  delete from public.ai_calibrations as k where not k.active and k.fitted_at < v_now - interval '400 days';
  return v_fitted;
end
$$;


ALTER FUNCTION private.fit_calibrations() OWNER TO postgres;

-- Name: FUNCTION fit_calibrations(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.fit_calibrations() IS 'Refits the calibration of every task with at least 50 labels, for each organization and for the platform. Called by cron every night; returns how many were fitted.';

-- Name: FUNCTION fit_calibrations(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.fit_calibrations() FROM PUBLIC;
GRANT ALL ON FUNCTION private.fit_calibrations() TO service_role;

-- Name: fit_isotonic(private.score_group[]); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.fit_isotonic(p_groups private.score_group[]) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  -- Blocks side by side: from, to, labels, right ones.
  v_from   float8[] := '{}';
  v_to     float8[] := '{}';
  v_total  integer[] := '{}';
  v_right  integer[] := '{}';
  v_one    private.score_group;
  v_open   boolean := false;
  v_steps  integer := 0;
  v_blocks integer := 0;
  v_floor  float8 := 0;
  v_margin float8;
  v_scores jsonb := '[]';
  v_values jsonb := '[]';
begin
  -- Steps of at least ten labels; what is left over joins the last.
  foreach v_one in array p_groups loop
    if v_open then
      v_to[v_steps] := v_one.score;
      v_total[v_steps] := v_total[v_steps] + v_one.total;
      v_right[v_steps] := v_right[v_steps] + v_one.correct;
    else
      v_steps := v_steps + 1;
      v_from[v_steps] := v_one.score;
      v_to[v_steps] := v_one.score;
      v_total[v_steps] := v_one.total;
      v_right[v_steps] := v_one.correct;
    end if;
    v_open := v_total[v_steps] < 10;
  end loop;
  if v_open and v_steps > 1 then
    v_to[v_steps - 1] := v_to[v_steps];
    v_total[v_steps - 1] := v_total[v_steps - 1] + v_total[v_steps];
    v_right[v_steps - 1] := v_right[v_steps - 1] + v_right[v_steps];
    v_steps := v_steps - 1;
  end if;
  -- Pool adjacent violators, in place: blocks 1 to v_blocks are done.
  for n in 1 .. v_steps loop
    v_blocks := v_blocks + 1;
    v_from[v_blocks] := v_from[n];
    v_to[v_blocks] := v_to[n];
    v_total[v_blocks] := v_total[n];
    v_right[v_blocks] := v_right[n];
    while v_blocks > 1 and v_right[v_blocks - 1]::numeric * v_total[v_blocks] >= v_right[v_blocks]::numeric * v_total[v_blocks - 1] loop
      v_to[v_blocks - 1] := v_to[v_blocks];
      v_total[v_blocks - 1] := v_total[v_blocks - 1] + v_total[v_blocks];
      v_right[v_blocks - 1] := v_right[v_blocks - 1] + v_right[v_blocks];
      v_blocks := v_blocks - 1;
    end loop;
  end loop;
  for n in 1 .. v_blocks loop
    -- No nearer to 0 or 1 than the labels can show (rule of succession), and never falling.
    v_margin := 1 / (v_total[n] + 2)::float8;
    v_floor := greatest(v_floor, least(1 - v_margin, greatest(v_margin, v_right[n]::float8 / v_total[n])));
    v_scores := v_scores || to_jsonb(v_from[n]);
    v_values := v_values || to_jsonb(v_floor);
    if v_to[n] > v_from[n] then
      v_scores := v_scores || to_jsonb(v_to[n]);
      v_values := v_values || to_jsonb(v_floor);
    end if;
  end loop;
  return jsonb_build_object('kind', 'isotonic', 'scores', v_scores, 'values', v_values);
end
$$;


ALTER FUNCTION private.fit_isotonic(p_groups private.score_group[]) OWNER TO postgres;

-- Name: FUNCTION fit_isotonic(p_groups private.score_group[]); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.fit_isotonic(p_groups private.score_group[]) IS 'Isotonic regression by pooling adjacent violators, groups given by rising score: fitIsotonic() in shared/statistics.';

-- Name: FUNCTION fit_isotonic(p_groups private.score_group[]); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.fit_isotonic(p_groups private.score_group[]) FROM PUBLIC;

-- Name: fit_platt(private.score_group[]); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.fit_platt(p_groups private.score_group[]) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_slope  float8 := 1;
  v_offset float8 := 0;
  v_right  integer;
  v_all    integer;
  v_high   float8;
  v_low    float8;
  v_loss   float8;
  v_sum    record;
begin
  select sum(g.correct), sum(g.total) into v_right, v_all from unnest(p_groups) as g;
  v_high := (v_right + 1) / (v_right + 2)::float8;
  v_low := 1 / (v_all - v_right + 2)::float8;
  for step in 1 .. 50 loop
    select coalesce(sum((g.total * x.p - g.correct * v_high - (g.total - g.correct) * v_low) * x.z), 0) + v_slope - 1 as slope,
           coalesce(sum(g.total * x.p - g.correct * v_high - (g.total - g.correct) * v_low), 0) + v_offset as offset_,
           sum(g.total * x.p * (1 - x.p) * x.z * x.z) + 1 as slope_slope,
           sum(g.total * x.p * (1 - x.p) * x.z) as slope_offset,
           sum(g.total * x.p * (1 - x.p)) + 1 as offset_offset
    into v_sum
    from unnest(p_groups) as g
    cross join lateral (select ln(i.s / (1 - i.s)) as z from (select least(0.9999, greatest(0.0001, g.score)) as s) as i) as y
    cross join lateral (select y.z, 1 / (1 + exp(-(v_slope * y.z + v_offset))) as p) as x;
    -- Newton's step, halved until it gains.
    declare
      v_determinant float8 := v_sum.slope_slope * v_sum.offset_offset - v_sum.slope_offset ^ 2;
      v_by_slope    float8 := (v_sum.offset_offset * v_sum.slope - v_sum.slope_offset * v_sum.offset_) / v_determinant;
      v_by_offset   float8 := (v_sum.slope_slope * v_sum.offset_ - v_sum.slope_offset * v_sum.slope) / v_determinant;
      v_size        float8 := 1;
    begin
      v_loss := private.platt_loss(p_groups, v_slope, v_offset, v_high, v_low);
      while v_size > 1e-6
        and private.platt_loss(p_groups, v_slope - v_size * v_by_slope, v_offset - v_size * v_by_offset, v_high, v_low) > v_loss
      loop
        v_size := v_size / 2;
      end loop;
      v_slope := v_slope - v_size * v_by_slope;
      v_offset := v_offset - v_size * v_by_offset;
      exit when greatest(abs(v_by_slope), abs(v_by_offset)) < 1e-9;
    end;
  end loop;
  if v_slope < 0 then
    -- A better score is never a worse answer: then the score says nothing, and the base rate everything.
    v_slope := 0;
    v_offset := ln(v_right::float8 / nullif(v_all - v_right, 0));
  end if;
  return jsonb_build_object('kind', 'logistic', 'slope', v_slope, 'offset', v_offset);
end
$$;


ALTER FUNCTION private.fit_platt(p_groups private.score_group[]) OWNER TO postgres;

-- Name: FUNCTION fit_platt(p_groups private.score_group[]); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.fit_platt(p_groups private.score_group[]) IS 'Platt scaling on the log-odds of the score, with a slight pull towards leaving it as it is: fitLogistic() in shared/statistics.';

-- Name: FUNCTION fit_platt(p_groups private.score_group[]); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.fit_platt(p_groups private.score_group[]) FROM PUBLIC;

-- Name: follow_roll_up(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.follow_roll_up() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if new.rolled_up_to < old.rolled_up_to then
    -- private.clear_rollups(): everything is counted again from the log.
    truncate private.ai_job_days, private.ai_subject_days;
  else
    perform private.add_costs(old.rolled_up_to, new.rolled_up_to, '{}');
  end if;
  return null;
end
$$;


ALTER FUNCTION private.follow_roll_up() OWNER TO postgres;

-- Name: FUNCTION follow_roll_up(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.follow_roll_up() IS 'Brings the cost rollups to the mark that private.roll_up() has just reached.';

-- Name: FUNCTION follow_roll_up(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.follow_roll_up() FROM PUBLIC;

-- Name: follow_withdrawal(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.follow_withdrawal() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  perform private.add_costs(0, 0, (select coalesce(array_agg(g.row_data), '{}') from gone as g));
  return null;
end
$$;


ALTER FUNCTION private.follow_withdrawal() OWNER TO postgres;

-- Name: FUNCTION follow_withdrawal(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.follow_withdrawal() IS 'Subtracts from the cost rollups what private.roll_up() has just subtracted from its own.';

-- Name: FUNCTION follow_withdrawal(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.follow_withdrawal() FROM PUBLIC;

-- Name: forget_alert_channel(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.forget_alert_channel() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if to_regclass('vault.secrets') is not null then
    delete from vault.secrets as s where s.name = 'alert_channel:' || old.id;
  end if;
  return null;
end
$$;


ALTER FUNCTION private.forget_alert_channel() OWNER TO postgres;

-- Name: FUNCTION forget_alert_channel(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.forget_alert_channel() IS 'Removes a channel''s address from the Vault with the channel.';

-- Name: FUNCTION forget_alert_channel(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.forget_alert_channel() FROM PUBLIC;

-- Name: forget_alerts(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.forget_alerts() RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_count integer;
begin
  delete from public.ai_alerts as a where a.ended_at < (select private.clock()) - interval '400 days';
  get diagnostics v_count = row_count;
  return v_count;
end
$$;


ALTER FUNCTION private.forget_alerts() OWNER TO postgres;

-- Name: FUNCTION forget_alerts(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.forget_alerts() IS 'Deletes alerts that ended more than 400 days ago. Called by cron. Returns how many.';

-- Name: FUNCTION forget_alerts(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.forget_alerts() FROM PUBLIC;

-- Name: forget_expired(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.forget_expired() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_now timestamptz := private.clock();
begin
  delete from public.ai_cache_entries as e where e.expires_at <= v_now;
  delete from public.ai_embedding_cache as e where e.expires_at <= v_now;
  delete from public.ai_idempotency_keys as i where i.expires_at <= v_now;
  delete from public.ai_payloads as p
  using public.organizations as o
  where o.id = p.org_id
    and p.created_at < v_now - make_interval(days => (private.settings_for(o.id, null) ->> 'ai.log.payload_retention_days')::integer);
  if to_regclass('cron.job_run_details') is not null then
    delete from cron.job_run_details as d where d.end_time < v_now - interval '7 days';
  end if;
end
$$;


ALTER FUNCTION private.forget_expired() OWNER TO postgres;

-- Name: FUNCTION forget_expired(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.forget_expired() IS 'Deletes expired cache entries, idempotency keys and payloads, and cron history older than seven days. Called by cron.';

-- Name: FUNCTION forget_expired(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.forget_expired() FROM PUBLIC;

-- Name: fresh_calls(bigint, bigint); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.fresh_calls(p_from bigint, p_to bigint) RETURNS TABLE(org_id uuid, day date, provider text, model text, bucket smallint, calls integer, failed integer, rate_limited integer, timed_out integer, stand_in integer, input_tokens integer, output_tokens integer, cache_read_input_tokens integer, cost_usd numeric, unpriced integer, latency_ms integer, time_to_first_token_ms integer, with_first_token integer)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select c.org_id, (c.created_at at time zone o.time_zone)::date, c.provider, c.request_model,
         case when c.error_code is null then private.latency_bucket(c.latency_ms) end,
         1, (c.error_code is not null)::integer, (c.error_code is not distinct from 'rate_limited')::integer,
         (c.error_code is not distinct from 'timeout')::integer, c.stand_in::integer,
         coalesce(c.input_tokens, 0), coalesce(c.output_tokens, 0), coalesce(c.cache_read_input_tokens, 0),
         coalesce(c.cost_usd, 0), (c.cost_usd is null)::integer, coalesce(c.latency_ms, 0),
         coalesce(c.time_to_first_token_ms, 0), (c.time_to_first_token_ms is not null)::integer
  from public.ai_call_logs as c
  join public.organizations as o on o.id = c.org_id
  where c.settled_tx >= p_from and c.settled_tx < p_to
$$;


ALTER FUNCTION private.fresh_calls(p_from bigint, p_to bigint) OWNER TO postgres;

-- Name: FUNCTION fresh_calls(p_from bigint, p_to bigint); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.fresh_calls(p_from bigint, p_to bigint) IS 'Call rows written by transactions of a range as measures to add.';

-- Name: FUNCTION fresh_calls(p_from bigint, p_to bigint); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.fresh_calls(p_from bigint, p_to bigint) FROM PUBLIC;

-- Name: fresh_requests(bigint, bigint); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.fresh_requests(p_from bigint, p_to bigint) RETURNS TABLE(org_id uuid, hour timestamp with time zone, day date, task text, provider text, model text, user_id uuid, prompt_key text, prompt_version integer, prompt_variant text, bucket smallint, bin smallint, requests integer, failed integer, refused integer, cached integer, escalated integer, fell_back integer, by_rules integer, for_review integer, input_tokens integer, output_tokens integer, cost_usd numeric, unpriced integer, latency_ms integer, timed integer, confidence numeric, with_confidence integer)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with fresh as (
    select 1 as sign, l.* from public.ai_request_logs as l where l.settled_tx >= p_from and l.settled_tx < p_to
    union all
    select -1, (w.row_data).* from private.ai_withdrawn_requests as w where w.settled_tx >= p_from and w.settled_tx < p_to
  )
  select f.org_id, date_trunc('hour', f.created_at), (f.created_at at time zone o.time_zone)::date, f.task,
         coalesce(f.provider, ''), coalesce(f.model, ''), f.user_id, f.prompt_key, f.prompt_version, f.prompt_variant,
         case when f.status = 'succeeded' then private.latency_bucket(f.latency_ms) end,
         -- least() would take a missing confidence for the highest.
         case when f.confidence_score is not null then least(floor(f.confidence_score * 5), 4)::smallint end,
         f.sign,
         f.sign * (f.status in ('failed', 'cancelled', 'swept'))::integer,
         f.sign * (f.status = 'refused')::integer,
         f.sign * f.cached::integer, f.sign * f.escalated::integer, f.sign * f.fell_back::integer,
         f.sign * (f.action is not distinct from 'fallback_to_rules')::integer, f.sign * f.needs_review::integer,
         f.sign * coalesce(f.input_tokens, 0), f.sign * coalesce(f.output_tokens, 0),
         f.sign * coalesce(f.cost_usd, 0), f.sign * (f.cost_usd is null)::integer,
         case when f.status = 'succeeded' then f.sign * coalesce(f.latency_ms, 0) else 0 end,
         case when f.status = 'succeeded' then f.sign * (f.latency_ms is not null)::integer else 0 end,
         f.sign * coalesce(f.confidence_score, 0), f.sign * (f.confidence_score is not null)::integer
  from fresh as f
  join public.organizations as o on o.id = f.org_id
$$;


ALTER FUNCTION private.fresh_requests(p_from bigint, p_to bigint) OWNER TO postgres;

-- Name: FUNCTION fresh_requests(p_from bigint, p_to bigint); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.fresh_requests(p_from bigint, p_to bigint) IS 'Log rows written by transactions of a range as measures to add, those withdrawn in it as measures to subtract. Latency is of answered requests only.';

-- Name: FUNCTION fresh_requests(p_from bigint, p_to bigint); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.fresh_requests(p_from bigint, p_to bigint) FROM PUBLIC;

-- Name: guard_policy(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.guard_policy() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  problem text;
begin
  if tg_op = 'UPDATE' and old.status <> 'draft' and (to_jsonb(new) - 'status' <> to_jsonb(old) - 'status' or new.status = 'draft')
  then
    raise exception 'Cannot change version % of the policy for %: it is %', old.version, coalesce(old.task, 'all tasks'), old.status
      using errcode = '55000', hint = 'Decisions in the log name it; insert the next version instead';
  end if;
  problem := private.tiers_problem(new.tiers, new.org_id);
  if problem is not null and new.status <> 'retired' then
    raise exception 'Cannot store the policy for %: %', coalesce(new.task, 'all tasks'), problem using errcode = '22023';
  end if;
  if new.version is null then
    perform pg_catalog.pg_advisory_xact_lock(
      pg_catalog.hashtextextended(concat_ws('/', 'ai_policies', coalesce(new.task, '-'), new.org_id), 0)
    );
    select coalesce(max(policy.version), 0) + 1 into new.version
    from public.ai_policies as policy
    where policy.task is not distinct from new.task and policy.org_id is not distinct from new.org_id;
  end if;
  return new;
end
$$;


ALTER FUNCTION private.guard_policy() OWNER TO postgres;

-- Name: FUNCTION guard_policy(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.guard_policy() IS 'Numbers a new policy, refuses models that do not exist, and keeps policies that were ever active as they were.';

-- Name: FUNCTION guard_policy(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.guard_policy() FROM PUBLIC;

-- Name: guard_price(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.guard_price() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if tg_op = 'UPDATE' and row(
    new.id, new.provider, new.model, new.org_id, new.effective_from, new.min_input_tokens, new.input_usd_per_mtok,
    new.output_usd_per_mtok, new.cache_read_usd_per_mtok, new.cache_write_usd_per_mtok, new.batch_input_usd_per_mtok,
    new.batch_output_usd_per_mtok, new.image_usd, new.audio_minute_usd
  ) is distinct from row(
    old.id, old.provider, old.model, old.org_id, old.effective_from, old.min_input_tokens, old.input_usd_per_mtok,
    old.output_usd_per_mtok, old.cache_read_usd_per_mtok, old.cache_write_usd_per_mtok, old.batch_input_usd_per_mtok,
    old.batch_output_usd_per_mtok, old.image_usd, old.audio_minute_usd
  ) then
    raise exception 'Cannot change price %: calls may have used it', old.id
      using errcode = '55000', hint = 'Insert a row with the right price; it ends this one';
  end if;

  perform pg_catalog.pg_advisory_xact_lock(
    pg_catalog.hashtextextended(concat_ws('/', 'ai_model_prices', new.provider, new.model, new.org_id, new.min_input_tokens), 0)
  );
  if tg_op = 'INSERT' and new.effective_to is null then
    update public.ai_model_prices as earlier
    set effective_to = new.effective_from
    where earlier.provider = new.provider
      and earlier.model = new.model
      and earlier.org_id is not distinct from new.org_id
      and earlier.min_input_tokens = new.min_input_tokens
      and earlier.effective_from <= new.effective_from
      and earlier.effective_to is null;
  end if;
  if exists (
    select from public.ai_model_prices as other
    where other.id <> new.id
      and other.provider = new.provider
      and other.model = new.model
      and other.org_id is not distinct from new.org_id
      and other.min_input_tokens = new.min_input_tokens
      and tstzrange(other.effective_from, other.effective_to) && tstzrange(new.effective_from, new.effective_to)
  ) then
    raise exception 'Cannot price % from %: another price is in force in that time', new.model, new.effective_from
      using errcode = '23P01', hint = 'Without effective_to a new price ends the one before it by itself';
  end if;
  return new;
end
$$;


ALTER FUNCTION private.guard_price() OWNER TO postgres;

-- Name: FUNCTION guard_price(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.guard_price() IS 'A new open-ended price ends the one before it; two prices never overlap; figures of a stored price never change.';

-- Name: FUNCTION guard_price(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.guard_price() FROM PUBLIC;

-- Name: guard_prompt(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.guard_prompt() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if tg_op = 'UPDATE' and old.status <> 'draft' and row(
    new.org_id, new.key, new.version, new.variant, new.system, new.template, new.few_shot
  ) is distinct from row(
    old.org_id, old.key, old.version, old.variant, old.system, old.template, old.few_shot
  ) then
    raise exception 'Cannot change prompt % version %: it is %', old.key, old.version, old.status
      using errcode = '55000', hint = 'Log rows name it; create the next version instead';
  end if;
  if tg_op = 'UPDATE' and old.status <> 'draft' and new.status = 'draft' then
    raise exception 'Cannot make prompt % version % a draft again: it was %', old.key, old.version, old.status
      using errcode = '55000', hint = 'Create the next version instead';
  end if;

  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('ai_prompts/' || new.key, 0));
  if exists (
    select from public.ai_prompts as other
    where other.key = new.key and other.version = new.version and other.org_id is distinct from new.org_id
  ) then
    raise exception 'Cannot store prompt % version %: the number is taken', new.key, new.version
      using errcode = '23505', hint = 'create_prompt() without p_version finds the next one';
  end if;
  if new.status = 'active' and exists (
    select from public.ai_prompts as other
    where other.key = new.key
      and other.org_id is not distinct from new.org_id
      and other.status = 'active'
      and other.version <> new.version
  ) then
    raise exception 'Cannot activate prompt % version %: another version is active', new.key, new.version
      using errcode = '23505', hint = 'activate_prompt() retires it in the same step';
  end if;
  return new;
end
$$;


ALTER FUNCTION private.guard_prompt() OWNER TO postgres;

-- Name: FUNCTION guard_prompt(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.guard_prompt() IS 'Texts that were ever active never change (a changed prompt is a new version), a version belongs to one organization, and one version of a key is active at a time.';

-- Name: FUNCTION guard_prompt(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.guard_prompt() FROM PUBLIC;

-- Name: is_operator(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.is_operator() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select coalesce(private.is_trusted(), false)
    or exists (select from public.platform_operators as operator where operator.user_id = (select auth.uid()))
$$;


ALTER FUNCTION private.is_operator() OWNER TO postgres;

-- Name: FUNCTION is_operator(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.is_operator() IS 'Whether the caller may write what belongs to the platform: a platform operator, the service role or postgres. Never NULL.';

-- Name: FUNCTION is_operator(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.is_operator() FROM PUBLIC;
GRANT ALL ON FUNCTION private.is_operator() TO authenticated;
GRANT ALL ON FUNCTION private.is_operator() TO service_role;

-- Name: is_org_admin(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.is_org_admin(p_org_id uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select coalesce(private.my_role(p_org_id) in ('owner', 'admin'), false)
$$;


ALTER FUNCTION private.is_org_admin(p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION is_org_admin(p_org_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.is_org_admin(p_org_id uuid) IS 'Whether the caller is owner or admin of an organization. Never NULL.';

-- Name: FUNCTION is_org_admin(p_org_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.is_org_admin(p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.is_org_admin(p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.is_org_admin(p_org_id uuid) TO service_role;

-- Name: is_trusted(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.is_trusted() RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select role.rolbypassrls or role.rolsuper
  from pg_catalog.pg_roles as role
  where role.rolname = private.caller_role()
$$;


ALTER FUNCTION private.is_trusted() OWNER TO postgres;

-- Name: FUNCTION is_trusted(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.is_trusted() IS 'True for roles that row level security does not bind: the service role, postgres, Studio.';

-- Name: FUNCTION is_trusted(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.is_trusted() FROM PUBLIC;
GRANT ALL ON FUNCTION private.is_trusted() TO authenticated;
GRANT ALL ON FUNCTION private.is_trusted() TO service_role;

-- Name: judging_for(public.ai_policies, jsonb, uuid, uuid, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.judging_for(p_policy public.ai_policies, p_settings jsonb, p_org_id uuid, p_user_id uuid, p_task text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_asked numeric := (p_settings ->> 'ai.routing.confidence.threshold')::numeric;
  v_map   jsonb;
begin
  -- The default is nobody's wish: only a value that somebody set counts. Looked up only where it would change something.
  if v_asked > p_policy.escalate_below and not exists (
    select from public.ai_settings as s
    where s.key = 'ai.routing.confidence.threshold' and (s.org_id = p_org_id or s.org_id is null) and (s.user_id = p_user_id or s.user_id is null)
  ) then
    v_asked := null;
  end if;
  if (p_settings ->> 'ai.confidence.calibrated')::boolean is not false then
    select c.map into v_map from public.ai_calibrations as c
    where c.task = p_task and c.active and (c.org_id = p_org_id or c.org_id is null)
    order by c.org_id nulls last limit 1;
  end if;
  return jsonb_build_object(
    'thresholds', jsonb_build_object(
      'escalate_below', greatest(p_policy.escalate_below, v_asked), 'good_from', greatest(p_policy.good_from, v_asked),
      'excellent_from', greatest(p_policy.excellent_from, v_asked),
      'max_escalations', p_policy.max_escalations, 'critical', p_policy.critical,
      'stream_on_failure', p_policy.stream_on_failure, 'consensus', p_policy.consensus),
    'calibration', v_map);
end
$$;


ALTER FUNCTION private.judging_for(p_policy public.ai_policies, p_settings jsonb, p_org_id uuid, p_user_id uuid, p_task text) OWNER TO postgres;

-- Name: FUNCTION judging_for(p_policy public.ai_policies, p_settings jsonb, p_org_id uuid, p_user_id uuid, p_task text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.judging_for(p_policy public.ai_policies, p_settings jsonb, p_org_id uuid, p_user_id uuid, p_task text) IS 'The part of a plan that judges answers: thresholds (the policy''s, or higher where a setting asks for more) and calibration (NULL = scores as they are).';

-- Name: FUNCTION judging_for(p_policy public.ai_policies, p_settings jsonb, p_org_id uuid, p_user_id uuid, p_task text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.judging_for(p_policy public.ai_policies, p_settings jsonb, p_org_id uuid, p_user_id uuid, p_task text) FROM PUBLIC;

-- Name: keep_assistant_version(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.keep_assistant_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into public.ai_assistant_versions (org_id, assistant_id, version, config, changed_by, created_at)
  values (new.org_id, new.id, new.version, private.assistant_config(new), auth.uid(), private.clock())
  on conflict do nothing;
  return null;
end
$$;


ALTER FUNCTION private.keep_assistant_version() OWNER TO postgres;

-- Name: FUNCTION keep_assistant_version(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.keep_assistant_version() IS 'Keeps the configuration of every version.';

-- Name: FUNCTION keep_assistant_version(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.keep_assistant_version() FROM PUBLIC;

-- Name: keep_currency(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.keep_currency() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if new.currency is distinct from old.currency
     and exists (select from public.ai_holds as h where h.org_id = old.id) then
    raise exception 'Cannot change the currency: the organization has spent in %', old.currency using errcode = '22023';
  end if;
  return new;
end
$$;


ALTER FUNCTION private.keep_currency() OWNER TO postgres;

-- Name: FUNCTION keep_currency(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.keep_currency() IS 'An organization''s currency is fixed with its first hold: counters are sums in it.';

-- Name: FUNCTION keep_currency(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.keep_currency() FROM PUBLIC;

-- Name: keep_last_owner(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.keep_last_owner() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if tg_op = 'UPDATE' and new.role = 'owner' then
    return new;
  end if;
  perform from public.organizations as organization where organization.id = old.org_id for no key update;
  -- Not found: the organization itself is being deleted and takes its members along.
  if found and not exists (
    select from public.organization_members as other
    where other.org_id = old.org_id and other.role = 'owner' and other.user_id <> old.user_id
  ) then
    raise exception 'Cannot remove the last owner of organization %: it would belong to nobody', old.org_id
      using errcode = '23514', hint = 'Make another member owner first, or delete the organization';
  end if;
  return case tg_op when 'UPDATE' then new else old end;
end
$$;


ALTER FUNCTION private.keep_last_owner() OWNER TO postgres;

-- Name: FUNCTION keep_last_owner(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.keep_last_owner() IS 'An organization always has an owner: refuses to remove or demote the last one.';

-- Name: FUNCTION keep_last_owner(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.keep_last_owner() FROM PUBLIC;

-- Name: knowledge_org(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.knowledge_org(p_org_id uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_orgs uuid[];
begin
  if private.is_trusted() then
    if p_org_id is null then
      raise exception 'Cannot tell the organization: org_id is required with a secret key' using errcode = 'PT400';
    elsif not exists (select from public.organizations as o where o.id = p_org_id) then
      raise exception 'Cannot use the organization: it is unknown' using errcode = 'PT403';
    end if;
    return p_org_id;
  end if;
  select array_agg(own.id) into v_orgs from private.my_org_ids() as own (id) where p_org_id is null or own.id = p_org_id;
  if v_orgs is null then
    raise exception 'Cannot use the organization: the caller is not a member of %', case when p_org_id is null then 'any' else 'it' end
      using errcode = 'PT403';
  elsif cardinality(v_orgs) > 1 then
    raise exception 'Cannot tell the organization: the caller is in several, so org_id is required' using errcode = 'PT400';
  end if;
  return v_orgs[1];
end
$$;


ALTER FUNCTION private.knowledge_org(p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION knowledge_org(p_org_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.knowledge_org(p_org_id uuid) IS 'The given organization, else the caller''s only one. PT400 when it cannot be told, PT403 when he is not in it.';

-- Name: FUNCTION knowledge_org(p_org_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.knowledge_org(p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.knowledge_org(p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.knowledge_org(p_org_id uuid) TO service_role;

-- Name: latency_bucket(integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.latency_bucket(p_latency_ms integer) RETURNS smallint
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select ceil(ln(greatest(p_latency_ms, 1)::numeric) / ln(1.1))::smallint
$$;


ALTER FUNCTION private.latency_bucket(p_latency_ms integer) OWNER TO postgres;

-- Name: FUNCTION latency_bucket(p_latency_ms integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.latency_bucket(p_latency_ms integer) IS 'Which histogram bucket a latency falls in. NULL for NULL.';

-- Name: FUNCTION latency_bucket(p_latency_ms integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.latency_bucket(p_latency_ms integer) FROM PUBLIC;

-- Name: latency_parts(uuid, date, date); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.latency_parts(p_org_id uuid, p_from date, p_to date) RETURNS TABLE(task text, provider text, model text, bucket smallint, requests bigint)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select p.task, p.provider, p.model, p.bucket, sum(p.requests)::bigint
  from (
    select l.task, l.provider, l.model, l.bucket, l.requests
    from private.ai_latency_days as l
    where l.org_id = p_org_id and l.day between p_from and p_to
    union all
    select f.task, f.provider, f.model, f.bucket, f.requests
    from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
    where f.org_id = p_org_id and f.day between p_from and p_to and f.bucket is not null
  ) as p
  group by p.task, p.provider, p.model, p.bucket
$$;


ALTER FUNCTION private.latency_parts(p_org_id uuid, p_from date, p_to date) OWNER TO postgres;

-- Name: FUNCTION latency_parts(p_org_id uuid, p_from date, p_to date); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.latency_parts(p_org_id uuid, p_from date, p_to date) IS 'Latency histogram of an organization''s answered requests by task and model.';

-- Name: FUNCTION latency_parts(p_org_id uuid, p_from date, p_to date); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.latency_parts(p_org_id uuid, p_from date, p_to date) FROM PUBLIC;

-- Name: latency_profile(uuid, date, date); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.latency_profile(p_org_id uuid, p_from date, p_to date) RETURNS TABLE(task text, provider text, model text, request_count bigint, p5_latency_ms integer, p25_latency_ms integer, p50_latency_ms integer, p75_latency_ms integer, p95_latency_ms integer, p99_latency_ms integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select h.task, h.provider, h.model, h.requests, private.percentile_of(h.buckets, h.counts, 0.05), private.percentile_of(h.buckets, h.counts, 0.25),
         private.percentile_of(h.buckets, h.counts, 0.50), private.percentile_of(h.buckets, h.counts, 0.75),
         private.percentile_of(h.buckets, h.counts, 0.95), private.percentile_of(h.buckets, h.counts, 0.99)
  from (
    select x.task, x.provider, x.model, sum(x.n)::bigint as requests, array_agg(x.bucket) as buckets, array_agg(x.n) as counts
    from (
      select l.task, l.provider, l.model, l.bucket, sum(l.requests)::bigint as n
      from private.latency_parts(p_org_id, p_from, p_to) as l
      where l.model <> ''
      group by grouping sets ((l.task, l.provider, l.model, l.bucket), (l.provider, l.model, l.bucket))
    ) as x
    group by x.task, x.provider, x.model
  ) as h
  where h.requests > 0 and p_org_id in (select v.id from private.reported_org_ids() as v (id))
  order by h.task nulls first, h.provider, h.model
$$;


ALTER FUNCTION private.latency_profile(p_org_id uuid, p_from date, p_to date) OWNER TO postgres;

-- Name: FUNCTION latency_profile(p_org_id uuid, p_from date, p_to date); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.latency_profile(p_org_id uuid, p_from date, p_to date) IS 'Behind public.ai_latency_profile.';

-- Name: FUNCTION latency_profile(p_org_id uuid, p_from date, p_to date); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.latency_profile(p_org_id uuid, p_from date, p_to date) FROM PUBLIC;
GRANT ALL ON FUNCTION private.latency_profile(p_org_id uuid, p_from date, p_to date) TO authenticated;
GRANT ALL ON FUNCTION private.latency_profile(p_org_id uuid, p_from date, p_to date) TO service_role;

-- Name: ledger_disagreements(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.ledger_disagreements() RETURNS TABLE(org_id uuid, problem text, reference text, expected numeric, actual numeric)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  with visible as materialized (
    select v.id from private.visible_org_ids() as v (id)
  ),
  counted as (
    -- What the holds say about each account and period.
    select h.org_id, a.account, p.period, p.period_start,
           sum(coalesce(h.settled, 0)) as settled, sum(case when h.status = 'held' then h.held else 0 end) as held
    from public.ai_holds as h
    cross join lateral unnest(h.accounts) as a (account)
    cross join lateral (
      values ('day', h.day), ('week', h.week), ('month', h.month), ('total', null::date)
    ) as p (period, period_start)
    where h.org_id in (select id from visible)
    group by h.org_id, a.account, p.period, p.period_start
  ),
  booked as (
    -- What the counters say.
    select s.org_id, s.account, p.period, p.period_start, p.settled, p.held
    from public.ai_budget_states as s
    cross join lateral (
      values ('day', s.day, s.day_settled, s.day_held), ('week', s.week, s.week_settled, s.week_held),
             ('month', s.month, s.month_settled, s.month_held), ('total', null::date, s.total_settled, s.total_held)
    ) as p (period, period_start, settled, held)
    where s.org_id in (select id from visible)
    union all
    select c.org_id, c.account, c.period, c.period_start, c.settled, c.held
    from public.ai_closed_periods as c
    where c.org_id in (select id from visible)
  ),
  compared as (
    select coalesce(c.org_id, b.org_id) as org_id,
           coalesce(c.account, b.account) || ' '
             || coalesce(c.period, b.period) || coalesce(' ' || coalesce(c.period_start, b.period_start), '') as reference,
           coalesce(c.settled, 0) as hold_settled, coalesce(b.settled, 0) as counter_settled,
           coalesce(c.held, 0) as hold_held, coalesce(b.held, 0) as counter_held
    from counted as c
    full join booked as b
      on b.org_id = c.org_id and b.account = c.account and b.period = c.period
     and b.period_start is not distinct from c.period_start
  ),
  billed as (
    select l.org_id, l.request_id, sum(l.cost_usd) as cost_usd, count(*) filter (where l.cost_usd is null) as unknown
    from public.ai_call_logs as l
    where l.org_id in (select id from visible)
    group by l.org_id, l.request_id
  )
  select x.org_id, 'settled counter differs from holds', x.reference, x.hold_settled, x.counter_settled
  from compared as x where x.hold_settled <> x.counter_settled
  union all
  select x.org_id, 'held counter differs from holds', x.reference, x.hold_held, x.counter_held
  from compared as x where x.hold_held <> x.counter_held
  union all
  select h.org_id, 'call costs differ from settled hold', h.request_id::text, h.settled_usd, coalesce(b.cost_usd, 0)
  from public.ai_holds as h
  left join billed as b on b.org_id = h.org_id and b.request_id = h.request_id
  where h.org_id in (select id from visible) and h.status in ('settled', 'recovered')
    and coalesce(b.unknown, 0) = 0 and h.settled_usd <> coalesce(b.cost_usd, 0)
  union all
  select b.org_id, 'calls without a settled hold', b.request_id::text, 0, b.cost_usd
  from billed as b
  left join public.ai_holds as h on h.org_id = b.org_id and h.request_id = b.request_id and h.status in ('settled', 'recovered')
  where h.request_id is null
  union all
  select h.org_id, 'hold currency amount differs from its rate', h.request_id::text, h.held_usd * h.per_usd, h.held
  from public.ai_holds as h
  where h.org_id in (select id from visible)
    and (h.held <> h.held_usd * h.per_usd or h.settled <> h.settled_usd * h.per_usd)
$$;


ALTER FUNCTION private.ledger_disagreements() OWNER TO postgres;

-- Name: FUNCTION ledger_disagreements(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.ledger_disagreements() IS 'Behind public.ai_ledger_check: every place where calls, holds and counters disagree.';

-- Name: FUNCTION ledger_disagreements(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.ledger_disagreements() FROM PUBLIC;
GRANT ALL ON FUNCTION private.ledger_disagreements() TO authenticated;
GRANT ALL ON FUNCTION private.ledger_disagreements() TO service_role;

-- Name: limit_breach; Type: TYPE; Schema: private; Owner: postgres

CREATE TYPE private.limit_breach AS (
	detail text,
	retry_after_ms integer
);


ALTER TYPE private.limit_breach OWNER TO postgres;

-- Name: TYPE limit_breach; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TYPE private.limit_breach IS 'A rate or concurrency limit that refuses a request; detail NULL = none.';

-- Name: list_candidates(private.admission_request, private.card_model[], public.ai_policies, integer, text[], timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.list_candidates(p private.admission_request, p_models private.card_model[], p_policy public.ai_policies, p_prompt_tokens integer, p_allowed_models text[], p_now timestamp with time zone) RETURNS private.candidate[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_all    private.candidate[] := array[]::private.candidate[];
  v_one    private.candidate;
  v_model  private.card_model;
  v_price  jsonb;
  v_broken jsonb;
begin
  -- Breakers that are not closed are few: read them once.
  select jsonb_object_agg(b.provider || '/' || b.model,
    case when b.open_until > p_now or b.probe_until > p_now then 'open' else 'half_open' end) into v_broken
  from public.ai_breakers as b where b.state <> 'closed';

  foreach v_model in array p_models loop
    v_one.rank := v_model.rank;
    v_one.provider := v_model.provider;
    v_one.model := v_model.model;
    v_one.tier := v_model.tier;
    v_one.input_tokens := p.input_tokens + p_prompt_tokens;
    v_one.max_output_tokens := least(p.max_output_tokens, v_model.max_output_tokens);
    v_price := v_model.prices -> 0;
    if jsonb_array_length(v_model.prices) > 1 then
      v_price := private.card_price(v_model.prices, v_one.input_tokens);
    end if;
    -- An attempt costs at most all input at its dearest kind and all output that is allowed.
    v_one.worst_usd := trim_scale((
      v_one.input_tokens * greatest((v_price ->> 'input')::numeric, (v_price ->> 'write')::numeric, (v_price ->> 'read')::numeric)
      + v_one.max_output_tokens * coalesce((v_price ->> 'output')::numeric, 0)) * 0.000001);
    v_one.breaker := case
      when v_broken is null then 'closed'
      else coalesce(case when 'open' in (v_broken ->> (v_one.provider || '/*'), v_broken ->> (v_one.provider || '/' || v_one.model)) then 'open' end,
                    v_broken ->> (v_one.provider || '/*'), v_broken ->> (v_one.provider || '/' || v_one.model), 'closed')
    end;
    v_one.problem := case
      when v_model.kind is null then 'unknown'
      when v_model.kind <> p.operation then 'wrong_kind'
      when p_allowed_models is not null and not v_one.model = any (p_allowed_models) then 'not_allowed'
      when not coalesce(p.needs, '{}') <@ coalesce(v_model.capabilities, '{}') then 'lacks_capability'
      -- A bound counts bytes: only an input that is too long even at four bytes a token is refused here, the rest is the provider's to say.
      when p.operation = 'chat' and v_one.input_tokens / 4 > v_model.context_window then 'context_too_small'
      -- A price row that leaves out what this operation is billed by is no price: unknown is never free.
      when v_price ->> 'input' is null or (p.operation = 'chat' and v_price ->> 'output' is null) then 'unpriced'
      when not (v_model.provider_on and (v_model.own_key or v_one.provider = any (p.providers))) then 'provider_off'
      when v_one.breaker = 'open' then 'breaker_open'
      when p.models is null and v_one.worst_usd > p_policy.max_cost_usd then 'above_max_cost'
    end;
    v_one.wire := v_model.wire || jsonb_build_object(
      'price', jsonb_build_object(
        'id', v_price ->> 'id', 'input_usd_per_mtok', v_price ->> 'input', 'output_usd_per_mtok', coalesce(v_price ->> 'output', '0'),
        'cache_read_usd_per_mtok', v_price ->> 'read', 'cache_write_usd_per_mtok', v_price ->> 'write'),
      'max_output_tokens', v_one.max_output_tokens, 'worst_cost_usd', v_one.worst_usd::text, 'breaker', v_one.breaker);
    v_all := v_all || v_one;
  end loop;
  return v_all;
end
$$;


ALTER FUNCTION private.list_candidates(p private.admission_request, p_models private.card_model[], p_policy public.ai_policies, p_prompt_tokens integer, p_allowed_models text[], p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION list_candidates(p private.admission_request, p_models private.card_model[], p_policy public.ai_policies, p_prompt_tokens integer, p_allowed_models text[], p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.list_candidates(p private.admission_request, p_models private.card_model[], p_policy public.ai_policies, p_prompt_tokens integer, p_allowed_models text[], p_now timestamp with time zone) IS 'Every model of a route card in order of preference, with its worst cost, and the reason against those that do not qualify.';

-- Name: FUNCTION list_candidates(p private.admission_request, p_models private.card_model[], p_policy public.ai_policies, p_prompt_tokens integer, p_allowed_models text[], p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.list_candidates(p private.admission_request, p_models private.card_model[], p_policy public.ai_policies, p_prompt_tokens integer, p_allowed_models text[], p_now timestamp with time zone) FROM PUBLIC;

-- Name: lock_holds(jsonb); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.lock_holds(p_settlements jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select from public.ai_holds as h
  join jsonb_array_elements(p_settlements) as s (item)
    on h.org_id = (s.item ->> 'org_id')::uuid and h.request_id = (s.item ->> 'request_id')::uuid
  order by h.request_id
  for update of h
$$;


ALTER FUNCTION private.lock_holds(p_settlements jsonb) OWNER TO postgres;

-- Name: FUNCTION lock_holds(p_settlements jsonb); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.lock_holds(p_settlements jsonb) IS 'Locks the holds of a list of settlements, in one order for everyone.';

-- Name: FUNCTION lock_holds(p_settlements jsonb); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.lock_holds(p_settlements jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.lock_holds(p_settlements jsonb) TO service_role;

-- Name: lock_states(uuid, text[], private.periods); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.lock_states(p_org_id uuid, p_accounts text[], p_periods private.periods) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_stale boolean;
  v_count integer;
begin
  -- Rows are locked in the order of p_accounts: FOR UPDATE takes them as they come out of the sort.
  select count(*), coalesce(bool_or(locked.day < p_periods.day or locked.week < p_periods.week or locked.month < p_periods.month), false)
  into v_count, v_stale
  from (
    select s.day, s.week, s.month
    from public.ai_budget_states as s
    join unnest(p_accounts) with ordinality as want (account, rank)
      on s.account = want.account
    where s.org_id = p_org_id
    order by want.rank
    for update of s
  ) as locked;

  if v_count < cardinality(p_accounts) then
    insert into public.ai_budget_states (org_id, account, day, week, month, minute)
    select p_org_id, want.account, p_periods.day, p_periods.week, p_periods.month, p_periods.minute
    from unnest(p_accounts) with ordinality as want (account, rank)
    order by want.rank
    on conflict do nothing;
    -- Take the rows others made meanwhile, too. They are new, so nobody can hold them in another order for long.
    perform from public.ai_budget_states as s
    join unnest(p_accounts) with ordinality as want (account, rank)
      on s.account = want.account
    where s.org_id = p_org_id
    order by want.rank
    for update of s;
  end if;

  if v_stale then
    perform private.close_periods(p_org_id, p_accounts, p_periods);
  end if;
end
$$;


ALTER FUNCTION private.lock_states(p_org_id uuid, p_accounts text[], p_periods private.periods) OWNER TO postgres;

-- Name: FUNCTION lock_states(p_org_id uuid, p_accounts text[], p_periods private.periods); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.lock_states(p_org_id uuid, p_accounts text[], p_periods private.periods) IS 'Locks the state rows of the scopes in their order, makes missing ones, and moves counters of past periods to ai_closed_periods.';

-- Name: FUNCTION lock_states(p_org_id uuid, p_accounts text[], p_periods private.periods); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.lock_states(p_org_id uuid, p_accounts text[], p_periods private.periods) FROM PUBLIC;

-- Name: make_route_card(uuid, text, text[], timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.make_route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamp with time zone) RETURNS private.route_cards
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_card    private.route_cards;
  v_unknown text;
begin
  v_card.org_id := p_org_id;
  v_card.policy := private.policy_for(p_org_id, p_task);
  v_card.settings := private.settings_for(p_org_id, null);
  v_card.base_tier := (select t.base_tier from public.ai_tasks as t where t.slug = p_task);
  v_card.has_prompts := exists (
    select from public.ai_prompts as prompt
    where prompt.status = 'active' and (prompt.org_id is null or prompt.org_id = p_org_id)
      and prompt.key = coalesce((select t.prompt_key from public.ai_tasks as t where t.slug = p_task), p_task));
  v_unknown := v_card.settings ->> 'ai.price.unknown';

  with wanted as (
    -- Named models in the caller's order, at whichever providers have them …
    select (n * 100)::integer as rank, m.provider, m.model, m.tier
    from unnest(p_models) with ordinality as name (model, n)
    join public.ai_models as m
      on (m.model = name.model or name.model = any (m.aliases) or m.provider || '/' || m.model = name.model)
     and (m.org_id is null or m.org_id = p_org_id)
    union all
    -- … else the policy's, tier by tier.
    select (private.tier_rank(t.tier) * 100 + n)::integer, c.item ->> 'provider', c.item ->> 'model', t.tier
    from unnest(array['small', 'large', 'frontier']) as t (tier)
    cross join lateral jsonb_array_elements(coalesce((v_card.policy).tiers -> t.tier, '[]')) with ordinality as c (item, n)
    where p_models is null
      and private.tier_rank(t.tier) <= coalesce(private.tier_rank((v_card.policy).max_tier), 3)
  ),
  first as (
    select distinct on (w.provider, w.model) w.* from wanted as w order by w.provider, w.model, w.rank
  )
  select coalesce(array_agg(row(
    f.rank, f.provider, f.model, coalesce(f.tier, m.tier, 'small'), m.kind, m.capabilities, m.context_window, m.max_output_tokens,
    pr.slug is not null, pr.org_id is not null and pr.secret_name is not null,
    jsonb_build_object(
      'provider', f.provider, 'model', f.model, 'tier', coalesce(f.tier, m.tier, 'small'), 'context_window', m.context_window,
      'capabilities', to_jsonb(m.capabilities), 'dimensions', m.dimensions, 'base_url', pr.base_url, 'kind', pr.kind, 'secret_name', pr.secret_name),
    coalesce(
      private.card_prices(f.provider, f.model, p_org_id, p_now),
      private.card_prices(split_part(v_unknown, '/', 1), substr(v_unknown, strpos(v_unknown, '/') + 1), p_org_id, p_now))
  )::private.card_model order by f.rank), '{}')
  into v_card.models
  from first as f
  left join lateral (
    select x.* from public.ai_models as x
    where x.provider = f.provider and x.model = f.model and (x.org_id = p_org_id or x.org_id is null) and x.active
      and (x.shutdown_on is null or x.shutdown_on > p_now::date)
    order by x.org_id nulls last limit 1
  ) as m on true
  left join lateral (
    select x.* from public.ai_providers as x
    where x.slug = f.provider and (x.org_id = p_org_id or x.org_id is null) and x.active
    order by x.org_id nulls last limit 1
  ) as pr on true;

  select coalesce(min(moment.at), 'infinity') into v_card.valid_until
  from (
    select unnest(array[price.effective_from, price.effective_to]) from public.ai_model_prices as price
    union all
    select m.shutdown_on::timestamptz from public.ai_models as m where m.active
  ) as moment (at)
  where moment.at > p_now;
  return v_card;
end
$$;


ALTER FUNCTION private.make_route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION make_route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.make_route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamp with time zone) IS 'Joins policy, models, providers, prices and settings for one organization and task.';

-- Name: FUNCTION make_route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.make_route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamp with time zone) FROM PUBLIC;

-- Name: managed_org_ids(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.managed_org_ids() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select v.id from private.visible_org_ids() as v (id)
  where private.is_trusted() or v.id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
$$;


ALTER FUNCTION private.managed_org_ids() OWNER TO postgres;

-- Name: FUNCTION managed_org_ids(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.managed_org_ids() IS 'Organizations all of whose requests the caller may see: every one for postgres and the service role, else where he is owner, admin or manager.';

-- Name: FUNCTION managed_org_ids(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.managed_org_ids() FROM PUBLIC;
GRANT ALL ON FUNCTION private.managed_org_ids() TO authenticated;
GRANT ALL ON FUNCTION private.managed_org_ids() TO service_role;

-- Name: measure_room(uuid, text[], private.periods, jsonb); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.measure_room(p_org_id uuid, p_accounts text[], p_periods private.periods, p_settings jsonb) RETURNS private.budget_room
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_room   private.budget_room;
  v_budget record;
begin
  v_room.soft := false;
  for v_budget in
    select b.period, b.hard, want.account,
           coalesce(b.cap, (p_settings ->> 'ai.budget.monthly.cap')::numeric) as cap,
           coalesce(b.soft_percent, (p_settings ->> 'ai.budget.soft.percent')::numeric, 90) as soft_percent,
           coalesce(case b.period
             when 'day' then case when s.day = p_periods.day then s.day_settled + s.day_held end
             when 'week' then case when s.week = p_periods.week then s.week_settled + s.week_held end
             when 'month' then case when s.month = p_periods.month then s.month_settled + s.month_held end
             when 'total' then s.total_settled + s.total_held
           end, 0) as used
    from public.ai_budgets as b
    join (
      select w.account, split_part(w.account, ':', 1) as scope, substr(w.account, strpos(w.account, ':') + 1) as key
      from unnest(p_accounts) as w (account)
    ) as want
      on b.scope = want.scope
     and (b.scope_key is null or b.scope_key = want.key
          or (b.scope = 'subject' and right(b.scope_key, 2) = ':*' and starts_with(want.key, left(b.scope_key, -1))))
    left join public.ai_budget_states as s on s.org_id = p_org_id and s.account = want.account
    where b.org_id = p_org_id and b.active
  loop
    if v_budget.period = 'request' then
      if v_budget.hard then
        v_room.per_request := least(v_room.per_request, v_budget.cap);
        v_room.tightest := coalesce(v_room.tightest, format('request budget of %s', v_budget.account));
      end if;
      continue;
    end if;
    if v_budget.hard then
      v_room.room := least(v_room.room, v_budget.cap - v_budget.used);
    end if;
    if v_room.remaining is null or v_budget.cap - v_budget.used < v_room.remaining then
      v_room.remaining := v_budget.cap - v_budget.used;
      v_room.tightest := format('%s budget of %s', v_budget.period, v_budget.account);
    end if;
    v_room.soft := v_room.soft or v_budget.used * 100 > v_budget.cap * v_budget.soft_percent;
  end loop;
  return v_room;
end
$$;


ALTER FUNCTION private.measure_room(p_org_id uuid, p_accounts text[], p_periods private.periods, p_settings jsonb) OWNER TO postgres;

-- Name: FUNCTION measure_room(p_org_id uuid, p_accounts text[], p_periods private.periods, p_settings jsonb); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.measure_room(p_org_id uuid, p_accounts text[], p_periods private.periods, p_settings jsonb) IS 'What all budgets of the accounts leave. Call it with the state rows locked.';

-- Name: FUNCTION measure_room(p_org_id uuid, p_accounts text[], p_periods private.periods, p_settings jsonb); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.measure_room(p_org_id uuid, p_accounts text[], p_periods private.periods, p_settings jsonb) FROM PUBLIC;

-- Name: merge_json(jsonb, jsonb); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.merge_json(p_wide jsonb, p_narrow jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  merged jsonb;
  part record;
begin
  if p_narrow is null then
    return p_wide;
  elsif jsonb_typeof(p_narrow) <> 'object' then
    return p_narrow;
  end if;
  merged := case when jsonb_typeof(p_wide) = 'object' then p_wide else '{}' end;
  for part in select field.key, field.value from jsonb_each(p_narrow) as field loop
    merged := case
      when part.value = 'null' then merged - part.key
      else merged || jsonb_build_object(part.key, private.merge_json(merged -> part.key, part.value))
    end;
  end loop;
  return merged;
end
$$;


ALTER FUNCTION private.merge_json(p_wide jsonb, p_narrow jsonb) OWNER TO postgres;

-- Name: FUNCTION merge_json(p_wide jsonb, p_narrow jsonb); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.merge_json(p_wide jsonb, p_narrow jsonb) IS 'RFC 7386 merge of the narrower value into the wider one: objects deeply, null removes, everything else replaces.';

-- Name: FUNCTION merge_json(p_wide jsonb, p_narrow jsonb); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.merge_json(p_wide jsonb, p_narrow jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.merge_json(p_wide jsonb, p_narrow jsonb) TO service_role;

-- Name: metric_calls(uuid, timestamp with time zone, date, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.metric_calls(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) RETURNS TABLE(provider text, model text, calls bigint, failed bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint, latency_ms bigint, timed bigint)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select c.provider, c.request_model, count(*), count(*) filter (where c.error_code is not null), coalesce(sum(c.input_tokens), 0),
         coalesce(sum(c.output_tokens), 0), coalesce(sum(c.cost_usd), 0), count(*) filter (where c.cost_usd is null),
         coalesce(sum(c.latency_ms), 0), count(c.latency_ms)
  from public.ai_call_logs as c
  where c.org_id = p_org_id and p_job_id is null and c.created_at >= p_since
  group by c.provider, c.request_model
  union all
  select c.provider, c.request_model, count(*), count(*) filter (where c.error_code is not null), coalesce(sum(c.input_tokens), 0),
         coalesce(sum(c.output_tokens), 0), coalesce(sum(c.cost_usd), 0), count(*) filter (where c.cost_usd is null),
         coalesce(sum(c.latency_ms), 0), count(c.latency_ms)
  from public.ai_request_logs as l
  join public.ai_call_logs as c on c.request_id = l.id and c.org_id = l.org_id
  where l.job_id = p_job_id and l.org_id = p_org_id
  group by c.provider, c.request_model
  union all
  select x.provider, x.model, sum(x.calls)::bigint, sum(x.failed)::bigint, sum(x.input_tokens)::bigint, sum(x.output_tokens)::bigint,
         sum(x.cost_usd), sum(x.unpriced)::bigint, sum(x.latency_ms)::bigint, sum(x.calls)::bigint
  from (
    select d.provider, d.model, d.calls, d.failed, d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced, d.latency_ms
    from private.ai_call_days as d
    where p_since is null and p_job_id is null and d.org_id = p_org_id and (p_since_day is null or d.day >= p_since_day)
    union all
    select f.provider, f.model, f.calls, f.failed, f.input_tokens, f.output_tokens, f.cost_usd, f.unpriced, f.latency_ms
    from private.fresh_calls(private.rolled_up_to(), 9223372036854775807) as f
    where p_since is null and p_job_id is null and f.org_id = p_org_id and (p_since_day is null or f.day >= p_since_day)
  ) as x
  group by x.provider, x.model
$$;


ALTER FUNCTION private.metric_calls(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) OWNER TO postgres;

-- Name: FUNCTION metric_calls(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.metric_calls(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) IS 'Calls of an organization by provider and model asked, chosen as in private.metric_requests().';

-- Name: FUNCTION metric_calls(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.metric_calls(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) FROM PUBLIC;

-- Name: metric_confidence(uuid, timestamp with time zone, date, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.metric_confidence(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) RETURNS TABLE(bin integer, requests bigint)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select b.bin, coalesce(sum(x.requests), 0)::bigint
  from generate_series(0, 4) as b (bin)
  left join (
    select least(floor(l.confidence_score * 5), 4)::integer as bin, count(*) as requests
    from public.ai_request_logs as l
    where l.org_id = p_org_id and l.confidence_score is not null and ((p_job_id is null and l.created_at >= p_since) or l.job_id = p_job_id)
    group by 1
    union all
    select d.bin, d.requests from private.ai_confidence_days as d
    where p_since is null and p_job_id is null and d.org_id = p_org_id and (p_since_day is null or d.day >= p_since_day)
    union all
    select f.bin, f.requests from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
    where p_since is null and p_job_id is null and f.org_id = p_org_id and f.bin is not null and (p_since_day is null or f.day >= p_since_day)
  ) as x on x.bin = b.bin
  group by b.bin
$$;


ALTER FUNCTION private.metric_confidence(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) OWNER TO postgres;

-- Name: FUNCTION metric_confidence(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.metric_confidence(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) IS 'Requests by confidence in five bins of 0.2; those without a confidence are in none. Chosen as in private.metric_requests().';

-- Name: FUNCTION metric_confidence(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.metric_confidence(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) FROM PUBLIC;

-- Name: metric_requests(uuid, timestamp with time zone, date, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.metric_requests(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) RETURNS TABLE(task text, provider text, model text, requests bigint, failed bigint, refused bigint, cached bigint, escalated bigint, fell_back bigint, by_rules bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint, latency_ms bigint, timed bigint, confidence numeric, with_confidence bigint)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select l.task, l.provider, l.model, count(*), count(*) filter (where l.status in ('failed', 'cancelled', 'swept')),
         count(*) filter (where l.status = 'refused'), count(*) filter (where l.cached), count(*) filter (where l.escalated),
         count(*) filter (where l.fell_back), count(*) filter (where l.action = 'fallback_to_rules'), coalesce(sum(l.input_tokens), 0),
         coalesce(sum(l.output_tokens), 0), coalesce(sum(l.cost_usd), 0), count(*) filter (where l.cost_usd is null),
         coalesce(sum(l.latency_ms) filter (where l.status = 'succeeded'), 0), count(l.latency_ms) filter (where l.status = 'succeeded'),
         coalesce(sum(l.confidence_score), 0), count(l.confidence_score)
  from public.ai_request_logs as l
  where l.org_id = p_org_id and ((p_job_id is null and l.created_at >= p_since) or l.job_id = p_job_id)
  group by l.task, l.provider, l.model
  union all
  select x.task, nullif(x.provider, ''), nullif(x.model, ''), sum(x.requests)::bigint, sum(x.failed)::bigint, sum(x.refused)::bigint,
         sum(x.cached)::bigint, sum(x.escalated)::bigint, sum(x.fell_back)::bigint, sum(x.by_rules)::bigint, sum(x.input_tokens)::bigint,
         sum(x.output_tokens)::bigint, sum(x.cost_usd), sum(x.unpriced)::bigint, sum(x.latency_ms)::bigint, sum(x.timed)::bigint,
         sum(x.confidence), sum(x.with_confidence)::bigint
  from (
    select d.task, d.provider, d.model, d.requests, d.failed, d.refused, d.cached, d.escalated, d.fell_back, d.by_rules, d.input_tokens,
           d.output_tokens, d.cost_usd, d.unpriced, d.latency_ms, d.timed, d.confidence, d.with_confidence
    from private.ai_task_days as d
    where p_since is null and p_job_id is null and d.org_id = p_org_id and (p_since_day is null or d.day >= p_since_day)
    union all
    select f.task, f.provider, f.model, f.requests, f.failed, f.refused, f.cached, f.escalated, f.fell_back, f.by_rules, f.input_tokens,
           f.output_tokens, f.cost_usd, f.unpriced, f.latency_ms, f.timed, f.confidence, f.with_confidence
    from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
    where p_since is null and p_job_id is null and f.org_id = p_org_id and (p_since_day is null or f.day >= p_since_day)
  ) as x
  group by x.task, x.provider, x.model
$$;


ALTER FUNCTION private.metric_requests(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) OWNER TO postgres;

-- Name: FUNCTION metric_requests(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.metric_requests(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) IS 'Requests of an organization by task and model of the answer: of a job, since a moment (from the log), or since a day (from the rollups; NULL = all).';

-- Name: FUNCTION metric_requests(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.metric_requests(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) FROM PUBLIC;

-- Name: metrics_of(uuid, timestamp with time zone, date, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.metrics_of(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with r as materialized (select * from private.metric_requests(p_org_id, p_since, p_since_day, p_job_id)),
  c as materialized (select * from private.metric_calls(p_org_id, p_since, p_since_day, p_job_id)),
  totals as (
    select coalesce(sum(r.requests), 0) as requests, coalesce(sum(r.failed), 0) as failed, coalesce(sum(r.refused), 0) as refused,
           sum(r.requests) - sum(r.refused) as tried, sum(r.cached) as cached, sum(r.escalated) as escalated, sum(r.fell_back) as fell_back,
           sum(r.by_rules) as by_rules, coalesce(sum(r.input_tokens), 0) as input_tokens, coalesce(sum(r.output_tokens), 0) as output_tokens,
           coalesce(sum(r.cost_usd), 0) as cost_usd, coalesce(sum(r.unpriced), 0) as unpriced, sum(r.latency_ms) as latency_ms, sum(r.timed) as timed,
           sum(r.confidence) as confidence, sum(r.with_confidence) as with_confidence
    from r
  ),
  models as (
    select coalesce(asked.provider, answered.provider) as provider, coalesce(asked.model, answered.model) as model, asked.calls, asked.failed,
           asked.input_tokens, asked.output_tokens, asked.cost_usd, asked.unpriced, asked.latency_ms, asked.timed,
           answered.requests, answered.fell_back, answered.confidence, answered.with_confidence
    from (
      select c.provider, c.model, sum(c.calls) as calls, sum(c.failed) as failed, sum(c.input_tokens) as input_tokens, sum(c.output_tokens) as output_tokens,
             sum(c.cost_usd) as cost_usd, sum(c.unpriced) as unpriced, sum(c.latency_ms) as latency_ms, sum(c.timed) as timed
      from c group by c.provider, c.model
    ) as asked
    full join (
      select r.provider, r.model, sum(r.requests) as requests, sum(r.fell_back) as fell_back, sum(r.confidence) as confidence,
             sum(r.with_confidence) as with_confidence
      from r where r.model is not null group by r.provider, r.model
    ) as answered on answered.provider = asked.provider and answered.model = asked.model
  ),
  tasks as (
    select r.task, sum(r.requests) as requests, sum(r.failed) as failed, sum(r.refused) as refused, sum(r.by_rules) as by_rules,
           sum(r.cost_usd) as cost_usd, sum(r.unpriced) as unpriced, sum(r.latency_ms) as latency_ms, sum(r.timed) as timed,
           sum(r.confidence) as confidence, sum(r.with_confidence) as with_confidence,
           array_remove(array_agg(distinct r.model order by r.model), null) as models
    from r group by r.task having sum(r.requests) > 0
  )
  select jsonb_build_object(
    'summary', (select jsonb_build_object(
      'requests', t.requests, 'refused', t.refused, 'calls', (select coalesce(sum(c.calls), 0) from c),
      'cost_usd', case when t.unpriced < t.requests or t.cost_usd > 0 or t.requests = 0 then t.cost_usd end, 'unpriced_requests', t.unpriced,
      'input_tokens', t.input_tokens, 'output_tokens', t.output_tokens, 'total_tokens', t.input_tokens + t.output_tokens,
      'avg_latency_ms', round(t.latency_ms / nullif(t.timed, 0)), 'avg_confidence', round(t.confidence / nullif(t.with_confidence, 0), 4),
      'error_rate', round(t.failed / nullif(t.tried, 0), 4), 'fallback_rate', round(t.fell_back / nullif(t.tried, 0), 4),
      'rules_rate', round(t.by_rules / nullif(t.tried, 0), 4), 'escalation_rate', round(t.escalated / nullif(t.tried, 0), 4),
      'cache_hit_rate', round(t.cached / nullif(t.tried, 0), 4)) from totals as t),
    'models', (select coalesce(jsonb_agg(jsonb_build_object(
      'provider', m.provider, 'model', m.model, 'calls', coalesce(m.calls, 0), 'failed_calls', coalesce(m.failed, 0),
      'error_rate', round(m.failed / nullif(m.calls, 0), 4), 'answers', coalesce(m.requests, 0), 'fallback_count', coalesce(m.fell_back, 0),
      'cost_usd', case when m.unpriced < m.calls or m.cost_usd > 0 or m.calls is null then coalesce(m.cost_usd, 0) end, 'unpriced_calls', coalesce(m.unpriced, 0),
      'input_tokens', coalesce(m.input_tokens, 0), 'output_tokens', coalesce(m.output_tokens, 0),
      'avg_latency_ms', round(m.latency_ms / nullif(m.timed, 0)), 'avg_confidence', round(m.confidence / nullif(m.with_confidence, 0), 4))
      order by m.cost_usd desc nulls last, m.provider, m.model), '[]') from models as m),
    'tasks', (select coalesce(jsonb_agg(jsonb_build_object(
      'task', t.task, 'requests', t.requests, 'error_rate', round(t.failed / nullif(t.requests - t.refused, 0), 4), 'rules_count', t.by_rules,
      'cost_usd', case when t.unpriced < t.requests or t.cost_usd > 0 then t.cost_usd end, 'unpriced_requests', t.unpriced,
      'avg_latency_ms', round(t.latency_ms / nullif(t.timed, 0)), 'avg_confidence', round(t.confidence / nullif(t.with_confidence, 0), 4),
      'models', to_jsonb(t.models)) order by t.cost_usd desc, t.task), '[]') from tasks as t),
    'confidence_histogram', (select jsonb_agg(jsonb_build_object('from', b.bin * 0.2, 'to', (b.bin + 1) * 0.2, 'requests', b.requests) order by b.bin)
      from private.metric_confidence(p_org_id, p_since, p_since_day, p_job_id) as b)
  )
$$;


ALTER FUNCTION private.metrics_of(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) OWNER TO postgres;

-- Name: FUNCTION metrics_of(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.metrics_of(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) IS 'Summary, models, tasks and confidence histogram of an organization, chosen as in private.metric_requests(). The caller''s right is checked before.';

-- Name: FUNCTION metrics_of(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.metrics_of(p_org_id uuid, p_since timestamp with time zone, p_since_day date, p_job_id uuid) FROM PUBLIC;

-- Name: model_performance(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.model_performance() RETURNS TABLE(org_id uuid, provider text, model text, call_count bigint, failed_count bigint, error_rate numeric, rate_limited_count bigint, timed_out_count bigint, stand_in_count bigint, input_tokens bigint, output_tokens bigint, cache_read_input_tokens bigint, total_cost_usd numeric, unpriced_count bigint, avg_latency_ms integer, p50_latency_ms integer, p95_latency_ms integer, p99_latency_ms integer, avg_time_to_first_token_ms integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  with visible as materialized (select v.id from private.reported_org_ids() as v (id)),
  state as materialized (select s.rolled_up_to, s.views_from from private.ai_rollup_state as s),
  since as materialized (select (private.clock() at time zone 'UTC')::date - 30 as day),
  tail as materialized (
    select f.* from private.fresh_calls((select rolled_up_to from state), 9223372036854775807) as f
    where f.org_id in (select id from visible)
  ),
  parts as (
    select c.org_id, c.provider, c.model, c.calls, c.failed, c.rate_limited, c.timed_out, c.stand_in, c.input_tokens, c.output_tokens,
           c.cache_read_input_tokens, c.cost_usd, c.unpriced, c.latency_ms, c.time_to_first_token_ms, c.with_first_token
    from private.ai_model_performance_closed as c
    where c.day < (select views_from from state) and c.day >= (select day from since) and c.org_id in (select id from visible)
    union all
    select d.org_id, d.provider, d.model, d.calls, d.failed, d.rate_limited, d.timed_out, d.stand_in, d.input_tokens, d.output_tokens,
           d.cache_read_input_tokens, d.cost_usd, d.unpriced, d.latency_ms, d.time_to_first_token_ms, d.with_first_token
    from private.ai_call_days as d
    where d.day >= greatest((select views_from from state), (select day from since)) and d.org_id in (select id from visible)
    union all
    select t.org_id, t.provider, t.model, t.calls, t.failed, t.rate_limited, t.timed_out, t.stand_in, t.input_tokens, t.output_tokens,
           t.cache_read_input_tokens, t.cost_usd, t.unpriced, t.latency_ms, t.time_to_first_token_ms, t.with_first_token
    from tail as t
  ),
  sums as (
    select p.org_id, p.provider, p.model, sum(p.calls) as calls, sum(p.failed) as failed, sum(p.rate_limited) as rate_limited,
           sum(p.timed_out) as timed_out, sum(p.stand_in) as stand_in, sum(p.input_tokens) as input_tokens, sum(p.output_tokens) as output_tokens,
           sum(p.cache_read_input_tokens) as cache_read, sum(p.cost_usd) as cost_usd, sum(p.unpriced) as unpriced,
           sum(p.latency_ms) as latency_ms, sum(p.time_to_first_token_ms) as first_token_ms, sum(p.with_first_token) as with_first_token
    from parts as p
    group by p.org_id, p.provider, p.model
  ),
  latencies as (
    select h.org_id, h.provider, h.model, array_agg(h.bucket) as buckets, array_agg(h.n) as counts
    from (
      select x.org_id, x.provider, x.model, x.bucket, sum(x.n)::bigint as n
      from (
        select c.org_id, c.provider, c.model, u.bucket, u.n
        from private.ai_model_performance_closed as c
        cross join lateral unnest(c.buckets, c.counts) as u (bucket, n)
        where c.day < (select views_from from state) and c.day >= (select day from since) and c.org_id in (select id from visible)
        union all
        select l.org_id, l.provider, l.model, l.bucket, l.calls from private.ai_call_latency_days as l
        where l.day >= greatest((select views_from from state), (select day from since)) and l.org_id in (select id from visible)
        union all
        select t.org_id, t.provider, t.model, t.bucket, t.calls from tail as t where t.bucket is not null
      ) as x
      group by x.org_id, x.provider, x.model, x.bucket
    ) as h
    group by h.org_id, h.provider, h.model
  )
  select s.org_id, s.provider, s.model, s.calls::bigint, s.failed::bigint, round(s.failed::numeric / nullif(s.calls, 0), 4), s.rate_limited::bigint,
         s.timed_out::bigint, s.stand_in::bigint, s.input_tokens::bigint, s.output_tokens::bigint, s.cache_read::bigint, s.cost_usd, s.unpriced::bigint,
         (s.latency_ms / nullif(s.calls, 0))::integer,
         private.percentile_of(l.buckets, l.counts, 0.50), private.percentile_of(l.buckets, l.counts, 0.95), private.percentile_of(l.buckets, l.counts, 0.99),
         (s.first_token_ms / nullif(s.with_first_token, 0))::integer
  from sums as s
  left join latencies as l using (org_id, provider, model)
$$;


ALTER FUNCTION private.model_performance() OWNER TO postgres;

-- Name: FUNCTION model_performance(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.model_performance() IS 'Behind public.ai_model_performance.';

-- Name: FUNCTION model_performance(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.model_performance() FROM PUBLIC;
GRANT ALL ON FUNCTION private.model_performance() TO authenticated;
GRANT ALL ON FUNCTION private.model_performance() TO service_role;

-- Name: move_counters(uuid, text[], date, date, date, numeric, numeric); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.move_counters(p_org_id uuid, p_accounts text[], p_day date, p_week date, p_month date, p_held numeric, p_settled numeric) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  update public.ai_budget_states as s
  set day_held = s.day_held + case when s.day = p_day then p_held else 0 end,
      day_settled = s.day_settled + case when s.day = p_day then p_settled else 0 end,
      week_held = s.week_held + case when s.week = p_week then p_held else 0 end,
      week_settled = s.week_settled + case when s.week = p_week then p_settled else 0 end,
      month_held = s.month_held + case when s.month = p_month then p_held else 0 end,
      month_settled = s.month_settled + case when s.month = p_month then p_settled else 0 end,
      total_held = s.total_held + p_held,
      total_settled = s.total_settled + p_settled
  from unnest(p_accounts) as want (account)
  where s.org_id = p_org_id
    and s.account = want.account;

  -- Whatever period has moved on meanwhile keeps its own books.
  insert into public.ai_closed_periods as c (org_id, account, period, period_start, settled, held)
  select s.org_id, s.account, past.period, past.period_start, p_settled, p_held
  from public.ai_budget_states as s
  join unnest(p_accounts) as want (account)
    on s.account = want.account
  cross join lateral (
    values ('day', p_day, s.day), ('week', p_week, s.week), ('month', p_month, s.month)
  ) as past (period, period_start, current_start)
  where s.org_id = p_org_id and past.period_start < past.current_start
  on conflict (org_id, account, period, period_start)
  do update set settled = c.settled + excluded.settled, held = c.held + excluded.held;
end
$$;


ALTER FUNCTION private.move_counters(p_org_id uuid, p_accounts text[], p_day date, p_week date, p_month date, p_held numeric, p_settled numeric) OWNER TO postgres;

-- Name: FUNCTION move_counters(p_org_id uuid, p_accounts text[], p_day date, p_week date, p_month date, p_held numeric, p_settled numeric); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.move_counters(p_org_id uuid, p_accounts text[], p_day date, p_week date, p_month date, p_held numeric, p_settled numeric) IS 'Adds to held and settled of locked state rows in the given periods, in ai_closed_periods where a period is over. Amounts may be negative.';

-- Name: FUNCTION move_counters(p_org_id uuid, p_accounts text[], p_day date, p_week date, p_month date, p_held numeric, p_settled numeric); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.move_counters(p_org_id uuid, p_accounts text[], p_day date, p_week date, p_month date, p_held numeric, p_settled numeric) FROM PUBLIC;

-- Name: my_base_ids(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.my_base_ids() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select base.id
  from public.knowledge_bases as base
  join public.organization_members as member on member.org_id = base.org_id and member.user_id = (select auth.uid())
  where member.role = any (base.reader_roles) or member.role in ('owner', 'admin')
    or member.user_id = any (base.reader_users) or base.created_by = member.user_id
$$;


ALTER FUNCTION private.my_base_ids() OWNER TO postgres;

-- Name: FUNCTION my_base_ids(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.my_base_ids() IS 'Bases the caller may read, evaluated once a statement.';

-- Name: FUNCTION my_base_ids(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.my_base_ids() FROM PUBLIC;
GRANT ALL ON FUNCTION private.my_base_ids() TO authenticated;
GRANT ALL ON FUNCTION private.my_base_ids() TO service_role;

-- Name: my_document_ids(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.my_document_ids() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select document.id
  from public.documents as document
  join public.organization_members as member on member.org_id = document.org_id and member.user_id = (select auth.uid())
  where document.base_id in (select private.my_base_ids())
    and (
      (document.reader_roles is null and document.reader_users is null)
      or member.role = any (document.reader_roles) or member.user_id = any (document.reader_users)
      or member.role in ('owner', 'admin') or document.created_by = member.user_id
    )
$$;


ALTER FUNCTION private.my_document_ids() OWNER TO postgres;

-- Name: FUNCTION my_document_ids(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.my_document_ids() IS 'Documents the caller may read, evaluated once a statement.';

-- Name: FUNCTION my_document_ids(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.my_document_ids() FROM PUBLIC;
GRANT ALL ON FUNCTION private.my_document_ids() TO authenticated;
GRANT ALL ON FUNCTION private.my_document_ids() TO service_role;

-- Name: my_org_ids(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.my_org_ids() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select member.org_id
  from public.organization_members as member
  where member.user_id = (select auth.uid())
$$;


ALTER FUNCTION private.my_org_ids() OWNER TO postgres;

-- Name: FUNCTION my_org_ids(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.my_org_ids() IS 'Organizations the caller belongs to, as any role, guests included. Empty without a user.';

-- Name: FUNCTION my_org_ids(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.my_org_ids() FROM PUBLIC;
GRANT ALL ON FUNCTION private.my_org_ids() TO authenticated;
GRANT ALL ON FUNCTION private.my_org_ids() TO service_role;

-- Name: my_org_ids_as(text[]); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.my_org_ids_as(VARIADIC p_roles text[]) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select member.org_id
  from public.organization_members as member
  where member.user_id = (select auth.uid())
    and member.role = any (p_roles)
$$;


ALTER FUNCTION private.my_org_ids_as(VARIADIC p_roles text[]) OWNER TO postgres;

-- Name: FUNCTION my_org_ids_as(VARIADIC p_roles text[]); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.my_org_ids_as(VARIADIC p_roles text[]) IS 'Organizations where the caller has one of the roles: for policies, evaluated once a statement instead of once a row.';

-- Name: FUNCTION my_org_ids_as(VARIADIC p_roles text[]); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.my_org_ids_as(VARIADIC p_roles text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION private.my_org_ids_as(VARIADIC p_roles text[]) TO authenticated;
GRANT ALL ON FUNCTION private.my_org_ids_as(VARIADIC p_roles text[]) TO service_role;

-- Name: my_role(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.my_role(p_org_id uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select member.role
  from public.organization_members as member
  where member.org_id = p_org_id
    and member.user_id = (select auth.uid())
$$;


ALTER FUNCTION private.my_role(p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION my_role(p_org_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.my_role(p_org_id uuid) IS 'The caller''s role in an organization; NULL when not a member.';

-- Name: FUNCTION my_role(p_org_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.my_role(p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.my_role(p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.my_role(p_org_id uuid) TO service_role;

-- Name: near_models(text, uuid, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.near_models(p_name text, p_org_id uuid, p_operation text) RETURNS text[]
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select array_agg(near.model)
  from (
    select m.model from public.ai_models as m
    where m.active and m.kind = p_operation and (m.org_id is null or m.org_id = p_org_id)
    group by m.model
    order by max(extensions.similarity(m.model, p_name)) desc, m.model
    limit 3
  ) as near
$$;


ALTER FUNCTION private.near_models(p_name text, p_org_id uuid, p_operation text) OWNER TO postgres;

-- Name: FUNCTION near_models(p_name text, p_org_id uuid, p_operation text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.near_models(p_name text, p_org_id uuid, p_operation text) IS 'The three known model ids most like a name.';

-- Name: FUNCTION near_models(p_name text, p_org_id uuid, p_operation text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.near_models(p_name text, p_org_id uuid, p_operation text) FROM PUBLIC;

-- Name: next_prompt_version(text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.next_prompt_version(p_key text) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select coalesce(max(prompt.version), 1) + 1 from public.ai_prompts as prompt where prompt.key = p_key
$$;


ALTER FUNCTION private.next_prompt_version(p_key text) OWNER TO postgres;

-- Name: FUNCTION next_prompt_version(p_key text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.next_prompt_version(p_key text) IS 'The first version of a key that nobody has used; at least 2.';

-- Name: FUNCTION next_prompt_version(p_key text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.next_prompt_version(p_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.next_prompt_version(p_key text) TO authenticated;
GRANT ALL ON FUNCTION private.next_prompt_version(p_key text) TO service_role;

-- Name: note_streak(uuid, text, boolean, boolean, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.note_streak(p_org_id uuid, p_task text, p_weak boolean, p_small boolean, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if p_weak then
    insert into public.ai_demotions as d (org_id, task, weak_streak) values (p_org_id, p_task, 1)
    on conflict (org_id, task) do update set
      weak_streak = case when d.weak_streak >= 2 then 0 else d.weak_streak + 1 end,
      large_until = case when d.weak_streak >= 2
        then p_now + coalesce((private.setting('ai.routing.demotion.cooldown', p_org_id, null) #>> '{}')::interval, interval '30 minutes')
        else d.large_until end;
  elsif p_small then
    update public.ai_demotions as d set weak_streak = 0 where d.org_id = p_org_id and d.task = p_task and d.weak_streak > 0;
  end if;
end
$$;


ALTER FUNCTION private.note_streak(p_org_id uuid, p_task text, p_weak boolean, p_small boolean, p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION note_streak(p_org_id uuid, p_task text, p_weak boolean, p_small boolean, p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.note_streak(p_org_id uuid, p_task text, p_weak boolean, p_small boolean, p_now timestamp with time zone) IS 'Counts weak small answers of a task in a row; the third starts the demotion cooldown.';

-- Name: FUNCTION note_streak(p_org_id uuid, p_task text, p_weak boolean, p_small boolean, p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.note_streak(p_org_id uuid, p_task text, p_weak boolean, p_small boolean, p_now timestamp with time zone) FROM PUBLIC;

-- Name: open_alert_of(uuid, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.open_alert_of(p_alert_id uuid, p_verb text) RETURNS public.ai_alerts
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_alert public.ai_alerts;
begin
  select * into v_alert from public.ai_alerts as a where a.id = p_alert_id for update;
  -- One answer for an unknown alert and one that the caller may not see.
  if not found or not (
    private.is_trusted()
    or v_alert.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (v_alert.org_id is null and private.is_operator())
  ) then
    raise exception 'Cannot % the alert: there is none with this id', p_verb using errcode = 'PT404';
  end if;
  return v_alert;
end
$$;


ALTER FUNCTION private.open_alert_of(p_alert_id uuid, p_verb text) OWNER TO postgres;

-- Name: FUNCTION open_alert_of(p_alert_id uuid, p_verb text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.open_alert_of(p_alert_id uuid, p_verb text) IS 'Locks an alert that the caller may act on. PT404 otherwise.';

-- Name: FUNCTION open_alert_of(p_alert_id uuid, p_verb text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.open_alert_of(p_alert_id uuid, p_verb text) FROM PUBLIC;

-- Name: organization_people(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.organization_people(p_org_id uuid) RETURNS TABLE(user_id uuid, role text, joined_at timestamp with time zone, email text, last_sign_in_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select m.user_id, m.role, m.created_at, u.email::text, u.last_sign_in_at
  from public.organization_members as m
  join auth.users as u on u.id = m.user_id
  where m.org_id = p_org_id
    and (p_org_id in (select g.id from private.managed_org_ids() as g (id))
         or (m.user_id = (select auth.uid()) and p_org_id in (select private.my_org_ids())))
$$;


ALTER FUNCTION private.organization_people(p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION organization_people(p_org_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.organization_people(p_org_id uuid) IS 'Behind public.organization_people.';

-- Name: FUNCTION organization_people(p_org_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.organization_people(p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.organization_people(p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.organization_people(p_org_id uuid) TO service_role;

-- Name: otlp_attributes(jsonb); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.otlp_attributes(p_values jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $_$
  select coalesce(jsonb_agg(jsonb_build_object('key', v.key, 'value', case jsonb_typeof(v.value)
    when 'boolean' then jsonb_build_object('boolValue', v.value)
    when 'array' then jsonb_build_object('arrayValue', jsonb_build_object('values',
      (select jsonb_agg(jsonb_build_object('stringValue', item)) from jsonb_array_elements_text(v.value) as item)))
    when 'number' then case when v.value::text ~ '^-?\d+$' then jsonb_build_object('intValue', v.value::text) else jsonb_build_object('doubleValue', v.value) end
    else jsonb_build_object('stringValue', v.value #>> '{}') end) order by v.key), '[]')
  from jsonb_each(p_values) as v
  where v.value <> 'null'
$_$;


ALTER FUNCTION private.otlp_attributes(p_values jsonb) OWNER TO postgres;

-- Name: FUNCTION otlp_attributes(p_values jsonb); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.otlp_attributes(p_values jsonb) IS 'An object as OTLP attributes; members that are null are left out.';

-- Name: FUNCTION otlp_attributes(p_values jsonb); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.otlp_attributes(p_values jsonb) FROM PUBLIC;

-- Name: otlp_spans(bigint, bigint); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.otlp_spans(p_from bigint, p_to bigint) RETURNS SETOF jsonb
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select jsonb_build_object(
    'traceId', replace(r.id::text, '-', ''), 'spanId', left(md5('request ' || r.id), 16), 'name', 'signalbox ' || r.task, 'kind', 2,
    'startTimeUnixNano', private.otlp_time(r.created_at), 'endTimeUnixNano', private.otlp_time(r.created_at, r.latency_ms),
    'status', case when r.error_code is null then '{}'::jsonb else jsonb_build_object('code', 2, 'message', r.error_code) end,
    'attributes', private.otlp_attributes(jsonb_build_object(
      'signalbox.request.id', r.id, 'signalbox.org.id', r.org_id, 'signalbox.task', r.task, 'signalbox.status', r.status, 'signalbox.cached', r.cached,
      'signalbox.escalated', r.escalated, 'signalbox.fell_back', r.fell_back, 'signalbox.action', r.action, 'signalbox.cost_usd', r.cost_usd,
      'signalbox.confidence', r.confidence_score, 'signalbox.job.id', r.job_id, 'signalbox.prompt', r.prompt_key || '@' || r.prompt_version || r.prompt_variant,
      'error.type', r.error_code)))
  from public.ai_request_logs as r
  where r.settled_tx >= p_from and r.settled_tx < p_to
  union all
  -- https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/ (still marked Development)
  select jsonb_build_object(
    'traceId', replace(c.request_id::text, '-', ''), 'spanId', left(md5('call ' || c.request_id || ' ' || c.attempt), 16),
    'parentSpanId', left(md5('request ' || c.request_id), 16), 'name', op.name || ' ' || c.request_model, 'kind', 3,
    'startTimeUnixNano', private.otlp_time(c.created_at), 'endTimeUnixNano', private.otlp_time(c.created_at, c.latency_ms),
    'status', case when c.error_code is null then '{}'::jsonb else jsonb_build_object('code', 2, 'message', c.error_code) end,
    'attributes', private.otlp_attributes(jsonb_build_object(
      'gen_ai.operation.name', op.name, 'gen_ai.provider.name', c.provider, 'gen_ai.request.model', c.request_model,
      'gen_ai.response.model', c.response_model, 'gen_ai.usage.input_tokens', c.input_tokens, 'gen_ai.usage.output_tokens', c.output_tokens,
      'gen_ai.usage.cache_read.input_tokens', c.cache_read_input_tokens,
      'gen_ai.response.finish_reasons', case when c.finish_reason is not null then jsonb_build_array(c.finish_reason) end, 'error.type', c.error_code,
      'signalbox.org.id', c.org_id, 'signalbox.attempt', c.attempt, 'signalbox.purpose', c.purpose, 'signalbox.cost_usd', c.cost_usd,
      'signalbox.time_to_first_token_ms', c.time_to_first_token_ms, 'signalbox.stand_in', c.stand_in)))
  from public.ai_call_logs as c
  cross join lateral (select case when c.purpose = 'embedding' then 'embeddings' else 'chat' end as name) as op
  where c.settled_tx >= p_from and c.settled_tx < p_to
$$;


ALTER FUNCTION private.otlp_spans(p_from bigint, p_to bigint) OWNER TO postgres;

-- Name: FUNCTION otlp_spans(p_from bigint, p_to bigint); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.otlp_spans(p_from bigint, p_to bigint) IS 'Spans of what a range of transactions logged: one for each request, below it one for each call, the latter as a GenAI span.';

-- Name: FUNCTION otlp_spans(p_from bigint, p_to bigint); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.otlp_spans(p_from bigint, p_to bigint) FROM PUBLIC;

-- Name: otlp_time(timestamp with time zone, integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.otlp_time(p_at timestamp with time zone, p_after_ms integer DEFAULT 0) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select to_jsonb(((extract(epoch from p_at) * 1000000)::bigint * 1000 + coalesce(p_after_ms, 0)::bigint * 1000000)::text)
$$;


ALTER FUNCTION private.otlp_time(p_at timestamp with time zone, p_after_ms integer) OWNER TO postgres;

-- Name: FUNCTION otlp_time(p_at timestamp with time zone, p_after_ms integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.otlp_time(p_at timestamp with time zone, p_after_ms integer) IS 'Nanoseconds since 1970 as OTLP''s JSON wants them: a string.';

-- Name: FUNCTION otlp_time(p_at timestamp with time zone, p_after_ms integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.otlp_time(p_at timestamp with time zone, p_after_ms integer) FROM PUBLIC;

-- Name: overrun_conditions(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.overrun_conditions() RETURNS SETOF private.alert_condition
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select r.org_id, r.rule_id, r.severity, format('overrun:%s', r.severity),
         format('%s requests cost more than was held for them, %s US dollars in all', count(*), round(sum(o.settled_usd - o.held_usd), 6)),
         jsonb_build_object('requests', count(*), 'excess_usd', sum(o.settled_usd - o.held_usd),
           'request_ids', (array_agg(o.request_id order by o.settled_usd - o.held_usd desc))[1:10])
  from private.alert_rules_for('overrun') as r
  join public.ai_overruns as o on o.org_id = r.org_id and o.created_at > (select private.clock()) - r.look_back
  group by r.org_id, r.rule_id, r.severity, r.threshold
  having count(*) >= r.threshold
$$;


ALTER FUNCTION private.overrun_conditions() OWNER TO postgres;

-- Name: FUNCTION overrun_conditions(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.overrun_conditions() IS 'Organizations with requests that cost more than their hold: a bound was wrong.';

-- Name: FUNCTION overrun_conditions(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.overrun_conditions() FROM PUBLIC;

-- Name: per_usd(text, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.per_usd(p_currency text, p_at timestamp with time zone) RETURNS numeric
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  if p_currency = 'USD' then
    return 1;
  end if;
  return (
    select rate.rate from public.ai_exchange_rates as rate
    where rate.currency = p_currency and rate.effective_from < p_at
    order by rate.effective_from desc limit 1
  );
end
$$;


ALTER FUNCTION private.per_usd(p_currency text, p_at timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION per_usd(p_currency text, p_at timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.per_usd(p_currency text, p_at timestamp with time zone) IS 'Units of a currency for one US dollar by the newest rate before a moment. NULL when there is none.';

-- Name: FUNCTION per_usd(p_currency text, p_at timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.per_usd(p_currency text, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION private.per_usd(p_currency text, p_at timestamp with time zone) TO authenticated;
GRANT ALL ON FUNCTION private.per_usd(p_currency text, p_at timestamp with time zone) TO service_role;

-- Name: percentile_of(smallint[], bigint[], numeric); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.percentile_of(p_buckets smallint[], p_counts bigint[], p_share numeric) RETURNS integer
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select private.bucket_latency(min(b.bucket))
  from (
    select x.bucket, sum(x.n) over (order by x.bucket) as up_to, sum(x.n) over () as total
    from unnest(p_buckets, p_counts) as x (bucket, n)
  ) as b
  where b.up_to >= p_share * b.total and b.total > 0
$$;


ALTER FUNCTION private.percentile_of(p_buckets smallint[], p_counts bigint[], p_share numeric) OWNER TO postgres;

-- Name: FUNCTION percentile_of(p_buckets smallint[], p_counts bigint[], p_share numeric); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.percentile_of(p_buckets smallint[], p_counts bigint[], p_share numeric) IS 'Milliseconds below which a share of the counted latencies lies, right to 5 %. NULL without any.';

-- Name: FUNCTION percentile_of(p_buckets smallint[], p_counts bigint[], p_share numeric); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.percentile_of(p_buckets smallint[], p_counts bigint[], p_share numeric) FROM PUBLIC;

-- Name: periods; Type: TYPE; Schema: private; Owner: postgres

CREATE TYPE private.periods AS (
	day date,
	week date,
	month date,
	minute timestamp with time zone
);


ALTER TYPE private.periods OWNER TO postgres;

-- Name: TYPE periods; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TYPE private.periods IS 'The day, week (its Monday), month (its first) and UTC minute a moment falls in.';

-- Name: periods_at(timestamp with time zone, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.periods_at(p_at timestamp with time zone, p_time_zone text) RETURNS private.periods
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select row(
    (p_at at time zone p_time_zone)::date,
    date_trunc('week', p_at at time zone p_time_zone)::date,
    date_trunc('month', p_at at time zone p_time_zone)::date,
    date_trunc('minute', p_at)
  )::private.periods
$$;


ALTER FUNCTION private.periods_at(p_at timestamp with time zone, p_time_zone text) OWNER TO postgres;

-- Name: FUNCTION periods_at(p_at timestamp with time zone, p_time_zone text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.periods_at(p_at timestamp with time zone, p_time_zone text) IS 'Periods of a moment in an organization''s time zone.';

-- Name: FUNCTION periods_at(p_at timestamp with time zone, p_time_zone text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.periods_at(p_at timestamp with time zone, p_time_zone text) FROM PUBLIC;

-- Name: pick_affordable(private.candidate[], text, boolean, numeric); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.pick_affordable(p_candidates private.candidate[], p_tier text, p_soft boolean, p_room_usd numeric) RETURNS private.candidate[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  -- The starting tier first; what does not fit the room is left out; then cheaper tiers, then (not above the soft limit) dearer ones.
  return (select array_agg(c order by
    case when private.tier_rank(c.tier) = private.tier_rank(p_tier) then 0
         when private.tier_rank(c.tier) < private.tier_rank(p_tier) then 1
         else 2 end,
    case when private.tier_rank(c.tier) < private.tier_rank(p_tier) then -private.tier_rank(c.tier) else private.tier_rank(c.tier) end,
    c.rank)
  from unnest(p_candidates) as c
  where (not p_soft or c.tier = 'small')
    and (p_room_usd is null or c.worst_usd <= p_room_usd));
end
$$;


ALTER FUNCTION private.pick_affordable(p_candidates private.candidate[], p_tier text, p_soft boolean, p_room_usd numeric) OWNER TO postgres;

-- Name: FUNCTION pick_affordable(p_candidates private.candidate[], p_tier text, p_soft boolean, p_room_usd numeric); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.pick_affordable(p_candidates private.candidate[], p_tier text, p_soft boolean, p_room_usd numeric) IS 'Candidates that fit the room, in the order to use them. NULL when none fits.';

-- Name: FUNCTION pick_affordable(p_candidates private.candidate[], p_tier text, p_soft boolean, p_room_usd numeric); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.pick_affordable(p_candidates private.candidate[], p_tier text, p_soft boolean, p_room_usd numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION private.pick_affordable(p_candidates private.candidate[], p_tier text, p_soft boolean, p_room_usd numeric) TO authenticated;
GRANT ALL ON FUNCTION private.pick_affordable(p_candidates private.candidate[], p_tier text, p_soft boolean, p_room_usd numeric) TO service_role;

-- Name: platt_loss(private.score_group[], double precision, double precision, double precision, double precision); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.platt_loss(p_groups private.score_group[], p_slope double precision, p_offset double precision, p_high double precision, p_low double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select (p_slope - 1) ^ 2 / 2 + p_offset ^ 2 / 2 + sum(
    g.total * (greatest(x.at, 0) + ln(1 + exp(-abs(x.at)))) - (g.correct * p_high + (g.total - g.correct) * p_low) * x.at)
  from unnest(p_groups) as g
  cross join lateral (select least(0.9999, greatest(0.0001, g.score)) as s) as i
  cross join lateral (select p_slope * ln(i.s / (1 - i.s)) + p_offset as at) as x
$$;


ALTER FUNCTION private.platt_loss(p_groups private.score_group[], p_slope double precision, p_offset double precision, p_high double precision, p_low double precision) OWNER TO postgres;

-- Name: FUNCTION platt_loss(p_groups private.score_group[], p_slope double precision, p_offset double precision, p_high double precision, p_low double precision); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.platt_loss(p_groups private.score_group[], p_slope double precision, p_offset double precision, p_high double precision, p_low double precision) IS 'What fit_platt makes small: log loss and the pull towards slope 1 and offset 0.';

-- Name: FUNCTION platt_loss(p_groups private.score_group[], p_slope double precision, p_offset double precision, p_high double precision, p_low double precision); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.platt_loss(p_groups private.score_group[], p_slope double precision, p_offset double precision, p_high double precision, p_low double precision) FROM PUBLIC;

-- Name: policy_for(uuid, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.policy_for(p_org uuid, p_task text) RETURNS public.ai_policies
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  chosen public.ai_policies;
  embeds constant boolean := exists (
    select from public.ai_tasks as task where task.slug = p_task and task.operation = 'embedding'
  );
begin
  select policy.* into chosen
  from public.ai_policies as policy
  where policy.status = 'active'
    and (policy.org_id is null or policy.org_id = p_org)
    -- The default policies are about chat: an embedding task without its own policy has none.
    and (policy.task = p_task or policy.task is null and not embeds)
  order by policy.org_id is null, policy.task is null
  limit 1;
  if found and not embeds then
    select base.tiers || chosen.tiers into chosen.tiers
    from (
      select
        coalesce((
          select policy.tiers from public.ai_policies as policy
          where policy.status = 'active' and policy.task is null and policy.org_id is null
        ), '{}')
        || coalesce((
          select policy.tiers from public.ai_policies as policy
          where policy.status = 'active' and policy.task is null and policy.org_id = p_org
        ), '{}') as tiers
    ) as base;
  end if;
  return chosen;
end
$$;


ALTER FUNCTION private.policy_for(p_org uuid, p_task text) OWNER TO postgres;

-- Name: FUNCTION policy_for(p_org uuid, p_task text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.policy_for(p_org uuid, p_task text) IS 'The policy in force for an organization and task, its tiers completed from the default policies. A row of NULLs when there is none.';

-- Name: FUNCTION policy_for(p_org uuid, p_task text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.policy_for(p_org uuid, p_task text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.policy_for(p_org uuid, p_task text) TO authenticated;
GRANT ALL ON FUNCTION private.policy_for(p_org uuid, p_task text) TO service_role;

-- Name: price_for(text, text, uuid, timestamp with time zone, integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.price_for(p_provider text, p_model text, p_org uuid, p_at timestamp with time zone, p_input_tokens integer) RETURNS public.ai_model_prices
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  in_force public.ai_model_prices;
begin
  select price.* into in_force
  from public.ai_model_prices as price
  where price.provider = p_provider
    and price.model = p_model
    and (price.org_id is null or price.org_id = p_org)
    and price.effective_from <= p_at
    and (price.effective_to is null or price.effective_to > p_at)
    and (p_input_tokens is null or price.min_input_tokens <= p_input_tokens)
  order by price.org_id is null, price.min_input_tokens desc
  limit 1;
  return in_force;
end
$$;


ALTER FUNCTION private.price_for(p_provider text, p_model text, p_org uuid, p_at timestamp with time zone, p_input_tokens integer) OWNER TO postgres;

-- Name: FUNCTION price_for(p_provider text, p_model text, p_org uuid, p_at timestamp with time zone, p_input_tokens integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.price_for(p_provider text, p_model text, p_org uuid, p_at timestamp with time zone, p_input_tokens integer) IS 'The price of an exact model id at a moment: the organization''s own before the platform''s, the context tier by input tokens (NULL = unknown, the highest tier). A row of NULLs when there is none: unpriced, never free.';

-- Name: FUNCTION price_for(p_provider text, p_model text, p_org uuid, p_at timestamp with time zone, p_input_tokens integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.price_for(p_provider text, p_model text, p_org uuid, p_at timestamp with time zone, p_input_tokens integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.price_for(p_provider text, p_model text, p_org uuid, p_at timestamp with time zone, p_input_tokens integer) TO service_role;

-- Name: problem_in_words(text, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.problem_in_words(p_problem text, p_language text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select coalesce(case p_problem
    when 'unknown' then case p_language when 'de' then 'unbekannt' else 'not known' end
    when 'wrong_kind' then case p_language when 'de' then 'nicht für diese Art von Aufgabe' else 'not for this kind of work' end
    when 'not_allowed' then case p_language when 'de' then 'für diesen Schlüssel nicht erlaubt' else 'not allowed for this key' end
    when 'lacks_capability' then case p_language when 'de' then 'kann etwas Nötiges nicht' else 'lacks something the request needs' end
    when 'context_too_small' then case p_language when 'de' then 'Eingabe zu lang' else 'input too long' end
    when 'unpriced' then case p_language when 'de' then 'ohne gültigen Preis' else 'no price in force' end
    when 'provider_off' then case p_language when 'de' then 'Anbieter nicht eingerichtet' else 'provider not set up' end
    when 'breaker_open' then case p_language when 'de' then 'nach Fehlern gesperrt' else 'blocked after failures' end
    when 'above_max_cost' then case p_language when 'de' then 'teurer als die Richtlinie erlaubt' else 'dearer than the policy allows' end
  end, p_problem)
$$;


ALTER FUNCTION private.problem_in_words(p_problem text, p_language text) OWNER TO postgres;

-- Name: FUNCTION problem_in_words(p_problem text, p_language text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.problem_in_words(p_problem text, p_language text) IS 'Why a candidate did not qualify, in English or German; an unknown reason as it is.';

-- Name: FUNCTION problem_in_words(p_problem text, p_language text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.problem_in_words(p_problem text, p_language text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.problem_in_words(p_problem text, p_language text) TO authenticated;
GRANT ALL ON FUNCTION private.problem_in_words(p_problem text, p_language text) TO service_role;

-- Name: prompt_variants(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.prompt_variants() RETURNS TABLE(org_id uuid, prompt_key text, prompt_version integer, prompt_variant text, request_count bigint, failed_count bigint, escalated_count bigint, total_cost_usd numeric, avg_latency_ms integer, avg_confidence numeric, rating_count bigint, avg_rating numeric, accepted_count bigint, edited_count bigint, rejected_count bigint, converted_count bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    SET jit TO 'off'
    AS $$
  with visible as materialized (select v.id from private.reported_org_ids() as v (id)),
  since as materialized (select private.clock() - interval '30 days' as moment),
  parts as (
    select d.org_id, d.prompt_key, d.prompt_version, d.prompt_variant, d.requests, d.failed, d.escalated, d.cost_usd, d.latency_ms, d.timed,
           d.confidence, d.with_confidence
    from private.ai_prompt_days as d
    where d.org_id in (select id from visible) and d.day >= (select moment from since)::date
    union all
    select f.org_id, f.prompt_key, f.prompt_version, f.prompt_variant, f.requests, f.failed, f.escalated, f.cost_usd, f.latency_ms, f.timed,
           f.confidence, f.with_confidence
    from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
    where f.prompt_key is not null and f.refused = 0 and f.cached = 0 and f.org_id in (select id from visible)
  ),
  sums as (
    select p.org_id, p.prompt_key, p.prompt_version, p.prompt_variant, sum(p.requests) as requests, sum(p.failed) as failed,
           sum(p.escalated) as escalated, sum(p.cost_usd) as cost_usd, sum(p.latency_ms) as latency_ms, sum(p.timed) as timed,
           sum(p.confidence) as confidence, sum(p.with_confidence) as with_confidence
    from parts as p
    group by p.org_id, p.prompt_key, p.prompt_version, p.prompt_variant
    having sum(p.requests) > 0
  ),
  judged as (
    -- By request: three people who say that one lead converted are one conversion.
    select r.org_id, r.prompt_key, r.prompt_version, r.prompt_variant,
           count(q.user_rating) as ratings, avg(q.user_rating) as rating,
           count(distinct q.request_id) filter (where q.outcome = 'accepted') as accepted,
           count(distinct q.request_id) filter (where q.outcome = 'edited') as edited,
           count(distinct q.request_id) filter (where q.outcome = 'rejected') as rejected,
           count(distinct q.request_id) filter (where q.outcome = 'converted') as converted
    from public.ai_quality_metrics as q
    join public.ai_request_logs as r on r.id = q.request_id and r.org_id = q.org_id
    where q.org_id in (select id from visible) and q.created_at >= (select moment from since) and r.created_at >= (select moment from since)
      and r.prompt_key is not null
    group by r.org_id, r.prompt_key, r.prompt_version, r.prompt_variant
  )
  select s.org_id, s.prompt_key, s.prompt_version, s.prompt_variant, s.requests::bigint, s.failed::bigint, s.escalated::bigint, s.cost_usd,
         (s.latency_ms / nullif(s.timed, 0))::integer, round(s.confidence / nullif(s.with_confidence, 0), 4),
         coalesce(j.ratings, 0), round(j.rating, 2), coalesce(j.accepted, 0), coalesce(j.edited, 0), coalesce(j.rejected, 0), coalesce(j.converted, 0)
  from sums as s
  left join judged as j using (org_id, prompt_key, prompt_version, prompt_variant)
$$;


ALTER FUNCTION private.prompt_variants() OWNER TO postgres;

-- Name: FUNCTION prompt_variants(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.prompt_variants() IS 'Behind public.ai_prompt_variants.';

-- Name: FUNCTION prompt_variants(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.prompt_variants() FROM PUBLIC;
GRANT ALL ON FUNCTION private.prompt_variants() TO authenticated;
GRANT ALL ON FUNCTION private.prompt_variants() TO service_role;

-- Name: provider_conditions(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.provider_conditions() RETURNS SETOF private.alert_condition
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select r.org_id, r.rule_id, r.severity, format('provider_down:%s:%s/%s', r.severity, b.provider, b.model),
         format('%s does not answer: %s, %s failures in a row', case when b.model = '*' then b.provider else b.provider || '/' || b.model end,
                b.last_error, b.failures),
         jsonb_build_object('provider', b.provider, 'model', b.model, 'state', b.state, 'last_error', b.last_error, 'failures', b.failures,
           'openings', b.openings, 'opened_at', b.opened_at, 'open_until', b.open_until)
  from private.alert_rules_for('provider_down') as r
  -- A rate limit is a full house, not a dead one.
  join public.ai_breakers as b on b.state <> 'closed' and b.last_error is distinct from 'rate_limited' and b.openings >= r.threshold
  where r.org_id is null
     or exists (
       select from public.ai_call_logs as c
       where c.org_id = r.org_id and c.provider = b.provider and (c.request_model = b.model or b.model = '*')
         and c.created_at > (select private.clock()) - interval '1 day'
     )
$$;


ALTER FUNCTION private.provider_conditions() OWNER TO postgres;

-- Name: FUNCTION provider_conditions(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.provider_conditions() IS 'Open breakers, for the platform and for organizations with a rule of their own that called the model in the last day.';

-- Name: FUNCTION provider_conditions(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.provider_conditions() FROM PUBLIC;

-- Name: provider_health(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.provider_health() RETURNS TABLE(org_id uuid, provider text, model text, breaker_state text, opened_at timestamp with time zone, open_until timestamp with time zone, last_error text, requests_left integer, tokens_left integer, call_count bigint, failed_count bigint, rate_limited_count bigint, timed_out_count bigint, error_rate numeric, p50_latency_ms integer, p95_latency_ms integer, last_call_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    SET jit TO 'off'
    AS $$
  with visible as materialized (select v.id from private.reported_org_ids() as v (id)),
  called as (
    select c.org_id, c.provider, c.request_model as model, count(*) as calls, count(*) filter (where c.error_code is not null) as failed,
           count(*) filter (where c.error_code = 'rate_limited') as rate_limited, count(*) filter (where c.error_code = 'timeout') as timed_out,
           percentile_cont(array[0.5, 0.95]) within group (order by c.latency_ms) filter (where c.error_code is null) as latencies,
           max(c.created_at) as last_call_at
    from public.ai_call_logs as c
    where c.org_id in (select id from visible) and c.created_at >= (select private.clock()) - interval '1 hour'
    group by c.org_id, c.provider, c.request_model
  ),
  listed as (
    select c.org_id, c.provider, c.model from called as c
    union
    select v.id, b.provider, b.model from public.ai_breakers as b cross join visible as v
    where b.state <> 'closed' and b.model <> '*'
    union
    -- A whole provider down: every model of it the organization could be routed to.
    select v.id, b.provider, m.model
    from public.ai_breakers as b
    join public.ai_models as m on m.provider = b.provider and m.active
    join visible as v on m.org_id is null or m.org_id = v.id
    where b.state <> 'closed' and b.model = '*'
  )
  select l.org_id, l.provider, l.model, coalesce(b.state, 'closed'), b.opened_at, b.open_until, b.last_error, own.requests_left, own.tokens_left,
         coalesce(c.calls, 0), coalesce(c.failed, 0), coalesce(c.rate_limited, 0), coalesce(c.timed_out, 0),
         round(c.failed::numeric / nullif(c.calls, 0), 4), c.latencies[1]::integer, c.latencies[2]::integer, c.last_call_at
  from listed as l
  left join called as c on c.org_id = l.org_id and c.provider = l.provider and c.model = l.model
  left join public.ai_breakers as own on own.provider = l.provider and own.model = l.model
  left join lateral (
    -- The provider's own breaker stands before the model's.
    select x.state, x.opened_at, x.open_until, x.last_error from public.ai_breakers as x
    where x.provider = l.provider and x.model in (l.model, '*') and x.state <> 'closed'
    order by x.model = '*' desc limit 1
  ) as b on true
$$;


ALTER FUNCTION private.provider_health() OWNER TO postgres;

-- Name: FUNCTION provider_health(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.provider_health() IS 'Behind public.ai_provider_health.';

-- Name: FUNCTION provider_health(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.provider_health() FROM PUBLIC;
GRANT ALL ON FUNCTION private.provider_health() TO authenticated;
GRANT ALL ON FUNCTION private.provider_health() TO service_role;

-- Name: queue_alert_deliveries(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.queue_alert_deliveries() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  insert into public.ai_alert_deliveries (alert_id, channel_id, transition)
  select new.id, c.id, t.transition
  from public.ai_alert_channels as c
  cross join unnest(array_remove(array[
    case when tg_op = 'INSERT' then 'opened' end,
    -- Whoever resolves has acknowledged on the way: one word about it is enough.
    case when tg_op = 'UPDATE' and old.acknowledged_at is null and new.acknowledged_at is not null and new.resolved_at is null then 'acknowledged' end,
    case when tg_op = 'UPDATE' and old.overdue_at is null and new.overdue_at is not null then 'overdue' end,
    case when tg_op = 'UPDATE' and old.resolved_at is null and new.resolved_at is not null then 'resolved' end
  ], null)) as t (transition)
  where c.org_id is not distinct from new.org_id and c.active
    and private.severity_rank(new.severity) >= private.severity_rank(c.min_severity)
    -- A channel that never heard of the alert is not told its end.
    and (t.transition = 'opened' or c.created_at <= new.opened_at)
  on conflict (alert_id, channel_id, transition) do nothing;
  return null;
end
$$;


ALTER FUNCTION private.queue_alert_deliveries() OWNER TO postgres;

-- Name: FUNCTION queue_alert_deliveries(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.queue_alert_deliveries() IS 'Writes the deliveries that an alert''s opening, acknowledgement, delay or end asks for.';

-- Name: FUNCTION queue_alert_deliveries(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.queue_alert_deliveries() FROM PUBLIC;

-- Name: queue_id(private.admission_request); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.queue_id(p private.admission_request) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $_$
  -- Only the secret key speaks for the queue: a member who guessed an id could otherwise answer for it.
  select case when (p).service and (p).idempotency_key ~ '^queue:[0-9a-f-]{36}$' then substr((p).idempotency_key, 7) end
$_$;


ALTER FUNCTION private.queue_id(p private.admission_request) OWNER TO postgres;

-- Name: FUNCTION queue_id(p private.admission_request); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.queue_id(p private.admission_request) IS 'ai_job_queue.id of the row a request is made for; NULL when it is not the queue''s.';

-- Name: FUNCTION queue_id(p private.admission_request); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.queue_id(p private.admission_request) FROM PUBLIC;

-- Name: queue_lead_classification(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.queue_lead_classification() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into public.ai_job_queue (org_id, task, input, options)
  select lead.org_id, 'classify-lead',
    jsonb_build_object('lead', jsonb_strip_nulls(jsonb_build_object(
      'name', lead.name, 'company', lead.company, 'email', lead.email, 'phone', lead.phone, 'source', lead.source,
      'status', lead.status, 'stage', lead.stage, 'temperature', lead.temperature, 'notes', lead.notes,
      'tags', case when cardinality(lead.tags) > 0 then to_jsonb(lead.tags) end,
      'disg_type', lead.disg_type, 'do_not_contact', case when lead.do_not_contact then true end,
      'follow_up_stage', lead.follow_up_stage,
      'last_contact_at', to_char(lead.last_contact_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'last_inbound_at', to_char(lead.last_inbound_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'last_outbound_at', to_char(lead.last_outbound_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'scores', nullif(jsonb_strip_nulls(jsonb_build_object(
        'v', lead.v_score, 'e', lead.e_score, 'i', lead.i_score, 'p', lead.p_score)), '{}')
    ))),
    jsonb_build_object('subject', jsonb_build_object('type', 'lead', 'id', lead.id))
  from new_leads as lead
  where lead.class is null;
  return null;
end
$$;


ALTER FUNCTION private.queue_lead_classification() OWNER TO postgres;

-- Name: FUNCTION queue_lead_classification(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.queue_lead_classification() IS 'Queues classify-lead for every inserted lead without a class.';

-- Name: FUNCTION queue_lead_classification(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.queue_lead_classification() FROM PUBLIC;

-- Name: queue_review(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.queue_review() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_urgency integer := case new.importance when 'high' then 3 when 'low' then 1 else 2 end;
  v_disagree boolean := coalesce((new.decision ->> 'agreement')::numeric < 0.5, false);
begin
  -- What critical tasks answer ends up in catalogues, and models that disagree cannot all be right: one step up for either.
  if v_disagree or exists (
    select from public.ai_policies as p where p.id = (new.decision #>> '{policy,id}')::uuid and p.critical
  ) then
    v_urgency := v_urgency + 1;
  end if;
  insert into public.ai_reviews (org_id, request_id, task, priority, reason, confidence, created_at)
  values (new.org_id, new.id, new.task, (array['low', 'medium', 'high', 'urgent'])[v_urgency],
          case when v_disagree then 'models_disagree' when new.action = 'fallback_to_rules' then 'low_confidence_rules' else 'low_confidence' end,
          new.confidence_score, new.created_at)
  -- A log row that moves to another partition, or is written again after a sweep, is the same request.
  on conflict (org_id, request_id) do nothing;
  return null;
end
$$;


ALTER FUNCTION private.queue_review() OWNER TO postgres;

-- Name: FUNCTION queue_review(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.queue_review() IS 'Queues a settled request that needs a person''s look, in the transaction that settles it.';

-- Name: FUNCTION queue_review(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.queue_review() FROM PUBLIC;

-- Name: rate_conditions(text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.rate_conditions(p_kind text) RETURNS SETOF private.alert_condition
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with minutes as materialized (
    -- One look at the last hour for all rules; refused requests say nothing about answers.
    select l.org_id, date_trunc('minute', l.created_at) as minute, count(*) as requests,
           count(*) filter (where case p_kind
             when 'error_rate' then l.status in ('failed', 'cancelled', 'swept')
             when 'fallback_rate' then l.fell_back or l.action is not distinct from 'fallback_to_rules'
             else l.escalated end) as hits
    from public.ai_request_logs as l
    where l.created_at > (select private.clock()) - interval '60 minutes' and l.created_at <= (select private.clock()) and l.status <> 'refused'
    group by l.org_id, date_trunc('minute', l.created_at)
  )
  select r.org_id, r.rule_id, r.severity, format('%s:%s', p_kind, r.severity),
         format('%s %% of %s requests in %s minutes %s', round(sum(m.hits) * 100 / sum(m.requests), 1), sum(m.requests),
                round(extract(epoch from r.look_back) / 60),
                case p_kind when 'error_rate' then 'failed' when 'fallback_rate' then 'fell back to another provider or to rules' else 'escalated' end),
         jsonb_build_object('rate', round(sum(m.hits) / sum(m.requests), 4), 'threshold', r.threshold, 'requests', sum(m.requests), 'hits', sum(m.hits),
           'look_back_minutes', round(extract(epoch from r.look_back) / 60))
  from private.alert_rules_for(p_kind) as r
  join minutes as m on m.org_id = r.org_id and m.minute > (select private.clock()) - r.look_back
  group by r.org_id, r.rule_id, r.severity, r.threshold, r.look_back, r.min_count
  having sum(m.requests) >= r.min_count and sum(m.hits) > 0 and sum(m.hits) >= r.threshold * sum(m.requests)
$$;


ALTER FUNCTION private.rate_conditions(p_kind text) OWNER TO postgres;

-- Name: FUNCTION rate_conditions(p_kind text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.rate_conditions(p_kind text) IS 'Organizations whose share of failed, fallen back or escalated requests is at or above a rule''s.';

-- Name: FUNCTION rate_conditions(p_kind text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.rate_conditions(p_kind text) FROM PUBLIC;

-- Name: rate_for(text, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.rate_for(p_currency text, p_at timestamp with time zone) RETURNS public.ai_exchange_rates
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  in_force public.ai_exchange_rates;
begin
  select rate.* into in_force
  from public.ai_exchange_rates as rate
  where rate.currency = p_currency and rate.effective_from <= p_at
  order by rate.effective_from desc
  limit 1;
  return in_force;
end
$$;


ALTER FUNCTION private.rate_for(p_currency text, p_at timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION rate_for(p_currency text, p_at timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.rate_for(p_currency text, p_at timestamp with time zone) IS 'The exchange rate in force at a moment; a row of NULLs when the currency has none yet.';

-- Name: FUNCTION rate_for(p_currency text, p_at timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.rate_for(p_currency text, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION private.rate_for(p_currency text, p_at timestamp with time zone) TO service_role;

-- Name: rates_hourly(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.rates_hourly() RETURNS TABLE(org_id uuid, hour timestamp with time zone, request_count bigint, refused_count bigint, failed_count bigint, cached_count bigint, escalated_count bigint, fell_back_count bigint, rules_count bigint, review_count bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced_count bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    SET jit TO 'off'
    AS $$
  with visible as materialized (select v.id from private.reported_org_ids() as v (id)),
  parts as (
    select h.org_id, h.hour, h.requests, h.refused, h.failed, h.cached, h.escalated, h.fell_back, h.by_rules, h.for_review, h.input_tokens,
           h.output_tokens, h.cost_usd, h.unpriced
    from private.ai_org_hours as h
    where h.org_id in (select id from visible) and h.hour >= (select private.clock()) - interval '32 days'
    union all
    select f.org_id, f.hour, f.requests, f.refused, f.failed, f.cached, f.escalated, f.fell_back, f.by_rules, f.for_review, f.input_tokens,
           f.output_tokens, f.cost_usd, f.unpriced
    from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
    where f.org_id in (select id from visible) and f.hour >= (select private.clock()) - interval '32 days'
  )
  select p.org_id, p.hour, sum(p.requests)::bigint, sum(p.refused)::bigint, sum(p.failed)::bigint, sum(p.cached)::bigint, sum(p.escalated)::bigint,
         sum(p.fell_back)::bigint, sum(p.by_rules)::bigint, sum(p.for_review)::bigint, sum(p.input_tokens)::bigint, sum(p.output_tokens)::bigint,
         sum(p.cost_usd), sum(p.unpriced)::bigint
  from parts as p
  group by p.org_id, p.hour
  having sum(p.requests) > 0
$$;


ALTER FUNCTION private.rates_hourly() OWNER TO postgres;

-- Name: FUNCTION rates_hourly(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.rates_hourly() IS 'Behind public.ai_rates_hourly.';

-- Name: FUNCTION rates_hourly(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.rates_hourly() FROM PUBLIC;
GRANT ALL ON FUNCTION private.rates_hourly() TO authenticated;
GRANT ALL ON FUNCTION private.rates_hourly() TO service_role;

-- Name: reason_in_words(text, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.reason_in_words(p_reason text, p_language text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $_$
  select case split_part(p_reason, ':', 1) || ':' || regexp_replace(split_part(p_reason, ':', 2), '_[0-9.]+$', '')
    when 'base:' || split_part(p_reason, ':', 2) then
      format(case p_language when 'de' then 'die Richtlinie beginnt mit %s' else 'the policy starts with %s' end, split_part(p_reason, ':', 2))
    when 'downgrade:cost_high_importance_low' then
      case p_language when 'de' then 'eine Stufe tiefer, weil Kosten zählen und wenig daran hängt' else 'a tier down, because cost matters and little depends on it' end
    when 'upgrade:importance_high' then
      case p_language when 'de' then 'eine Stufe höher, weil es wichtig ist' else 'a tier up, because it is important' end
    when 'upgrade:complexity' then
      format(case p_language when 'de' then 'eine Stufe höher, weil der Text schwierig ist (%s)' else 'a tier up, because the text is hard (%s)' end,
             substring(p_reason from '[0-9.]+$'))
    when 'upgrade:demotion_cooldown' then
      case p_language when 'de' then 'eine Stufe höher, weil kleine Modelle bei dieser Aufgabe zuletzt schwach waren'
        else 'a tier up, because small models have been weak at this task lately' end
    when 'upgrade:task_requires_large' then
      case p_language when 'de' then 'eine Stufe höher, weil die Aufgabe es verlangt' else 'a tier up, because the task requires it' end
    when 'limit:soft_budget' then
      format(case p_language when 'de' then 'nur %s, weil ein Budget über seiner weichen Grenze ist' else 'only %s, because a budget is above its soft limit' end,
             split_part(p_reason, ':', 3))
    when 'limit:affordable_or_available' then
      format(case p_language when 'de' then '%s, weil sonst nichts verfügbar und bezahlbar war' else '%s, because nothing else was available and affordable' end,
             split_part(p_reason, ':', 3))
    else case
      when p_reason like 'limit:max_tier_%' then
        format(case p_language when 'de' then 'nicht höher als %s, sagt die Richtlinie' else 'no higher than %s, says the policy' end, substr(p_reason, 16))
      when p_reason like 'named:%' then
        format(case p_language when 'de' then 'der Aufrufer hat %s verlangt' else 'the caller asked for %s' end, substr(p_reason, 7))
      else p_reason
    end
  end
$_$;


ALTER FUNCTION private.reason_in_words(p_reason text, p_language text) OWNER TO postgres;

-- Name: FUNCTION reason_in_words(p_reason text, p_language text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.reason_in_words(p_reason text, p_language text) IS 'A reason of choose_start or ai_admit in English or German; an unknown one as it is.';

-- Name: FUNCTION reason_in_words(p_reason text, p_language text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.reason_in_words(p_reason text, p_language text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.reason_in_words(p_reason text, p_language text) TO authenticated;
GRANT ALL ON FUNCTION private.reason_in_words(p_reason text, p_language text) TO service_role;

-- Name: recompute_costs(timestamp with time zone, timestamp with time zone, boolean); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean) RETURNS TABLE(org_id uuid, provider text, model text, calls bigint, newly_priced bigint, before_usd numeric, after_usd numeric, difference_usd numeric, applied boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
#variable_conflict use_column
declare
  v_id  uuid := gen_random_uuid();
  v_now timestamptz := private.clock();
  v_org record;
begin
  if not private.is_operator() then
    raise exception 'Cannot recompute costs: only operators may' using errcode = '42501';
  elsif p_from is null or p_to is null or p_from >= p_to then
    raise exception 'Cannot recompute costs: from must be before to' using errcode = '22023';
  end if;
  if not coalesce(p_apply, false) then
    return query
      select c.org_id, c.provider, c.model, count(*), count(*) filter (where c.old_cost_usd is null), sum(c.old_cost_usd), sum(c.new_cost_usd),
             sum(c.new_cost_usd - coalesce(c.old_cost_usd, 0)), false
      from private.cost_corrections(p_from, p_to) as c
      group by c.org_id, c.provider, c.model order by c.org_id, c.provider, c.model;
    return;
  end if;

  -- Two at once would both see the old costs.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('signalbox.recompute_costs', 0));
  insert into public.ai_cost_corrections (
    org_id, correction_id, request_id, attempt, call_created_at, day, provider, model, old_price_id, new_price_id, old_cost_usd, new_cost_usd,
    corrected_at, corrected_by)
  select c.org_id, v_id, c.request_id, c.attempt, c.call_created_at, c.day, c.provider, c.model, c.old_price_id, c.new_price_id, c.old_cost_usd,
         c.new_cost_usd, v_now, (select auth.uid())
  from private.cost_corrections(p_from, p_to) as c;
  if not found then
    return;
  end if;
  perform private.book_corrections(v_id, v_now);
  for v_org in
    select k.org_id, count(*) as calls, count(*) filter (where k.old_cost_usd is null) as newly_priced, sum(k.old_cost_usd) as before_usd,
           sum(k.new_cost_usd) as after_usd
    from public.ai_cost_corrections as k where k.correction_id = v_id group by k.org_id order by k.org_id
  loop
    perform private.audit(v_org.org_id, 'recompute', 'ai_cost_corrections', jsonb_build_object('correction_id', v_id),
      jsonb_build_object('cost_usd', v_org.before_usd, 'unpriced_calls', v_org.newly_priced),
      jsonb_build_object('cost_usd', v_org.after_usd, 'calls', v_org.calls, 'from', p_from, 'to', p_to));
  end loop;
  return query
    select k.org_id, k.provider, k.model, count(*), count(*) filter (where k.old_cost_usd is null), sum(k.old_cost_usd), sum(k.new_cost_usd),
           sum(k.new_cost_usd - coalesce(k.old_cost_usd, 0)), true
    from public.ai_cost_corrections as k
    where k.correction_id = v_id
    group by k.org_id, k.provider, k.model order by k.org_id, k.provider, k.model;
end
$$;


ALTER FUNCTION private.recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean) OWNER TO postgres;

-- Name: FUNCTION recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean) IS 'Behind public.recompute_costs.';

-- Name: FUNCTION recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION private.recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean) TO authenticated;
GRANT ALL ON FUNCTION private.recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean) TO service_role;

-- Name: record_breaker_outcome(text, text, text, timestamp with time zone, integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.record_breaker_outcome(p_provider text, p_model text, p_error_code text, p_admitted_at timestamp with time zone, p_retry_after_ms integer DEFAULT NULL::integer) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  -- Five failures in a row open a breaker; a refused key or an empty account opens the provider at once.
  c_threshold constant integer := 5;
  v_now    timestamptz := private.clock();
  v_key    text := case when p_error_code in ('authentication', 'quota') then '*' else p_model end;
  v_row    public.ai_breakers;
  v_until  timestamptz;
begin
  if not private.breaker_fails_on(p_error_code) then
    -- The common case costs one read: a healthy breaker has no row to change.
    update public.ai_breakers as b
    set state = 'closed', failures = 0, openings = 0, probe_until = null, opened_at = null, open_until = null, updated_at = v_now
    where b.provider = p_provider and b.model in (p_model, '*')
      and (b.failures > 0 or b.state <> 'closed')
      -- A request admitted before the breaker opened says nothing about now. Both times are the database's: isolates' clocks differ.
      and (b.opened_at is null or p_admitted_at >= b.opened_at);
    if found then
      insert into public.ai_breaker_events (provider, model, from_state, to_state, reason)
      select p_provider, p_model, 'half_open', 'closed', 'a call succeeded'
      where exists (
        select from public.ai_breaker_events as e
        where e.provider = p_provider and e.model in (p_model, '*') and e.to_state = 'open'
          and not exists (
            select from public.ai_breaker_events as l
            where l.provider = e.provider and l.model in (p_model, '*') and l.to_state = 'closed' and l.created_at >= e.created_at
          )
      );
    end if;
    return;
  end if;

  insert into public.ai_breakers (provider, model) values (p_provider, v_key) on conflict do nothing;
  select * into v_row from public.ai_breakers as b where b.provider = p_provider and b.model = v_key for update;
  if v_row.state <> 'closed' and p_admitted_at < v_row.opened_at then
    return; -- a straggler from before the opening
  end if;
  if v_row.state = 'closed' and v_row.failures + 1 < c_threshold and v_key <> '*' and p_retry_after_ms is null then
    update public.ai_breakers
    set failures = failures + 1, last_error = p_error_code, last_failure_at = v_now, updated_at = v_now
    where provider = p_provider and model = v_key;
    return;
  end if;
  -- A rate limit says itself how long; every other pause doubles with each opening in a row.
  v_until := v_now + case
    when p_error_code = 'rate_limited' and p_retry_after_ms is not null then make_interval(secs => p_retry_after_ms / 1000.0)
    else least(interval '30 seconds' * power(2, least(v_row.openings, 4)), interval '5 minutes')
  end;
  update public.ai_breakers
  set state = 'open', failures = failures + 1, openings = openings + (p_error_code <> 'rate_limited')::integer, opened_at = v_now, open_until = v_until,
      probe_until = null, last_error = p_error_code, last_failure_at = v_now, updated_at = v_now
  where provider = p_provider and model = v_key;
  insert into public.ai_breaker_events (provider, model, from_state, to_state, reason)
  values (p_provider, v_key, v_row.state, 'open', p_error_code);
end
$$;


ALTER FUNCTION private.record_breaker_outcome(p_provider text, p_model text, p_error_code text, p_admitted_at timestamp with time zone, p_retry_after_ms integer) OWNER TO postgres;

-- Name: FUNCTION record_breaker_outcome(p_provider text, p_model text, p_error_code text, p_admitted_at timestamp with time zone, p_retry_after_ms integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.record_breaker_outcome(p_provider text, p_model text, p_error_code text, p_admitted_at timestamp with time zone, p_retry_after_ms integer) IS 'Counts one call''s outcome: opens after five failures in a row, closes on a success asked for after the opening.';

-- Name: FUNCTION record_breaker_outcome(p_provider text, p_model text, p_error_code text, p_admitted_at timestamp with time zone, p_retry_after_ms integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.record_breaker_outcome(p_provider text, p_model text, p_error_code text, p_admitted_at timestamp with time zone, p_retry_after_ms integer) FROM PUBLIC;

-- Name: record_outcome(uuid, text, integer, text, jsonb, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb, p_source text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_request record;
  v_id      uuid;
begin
  select r.org_id, r.task, r.user_id into v_request from public.ai_request_logs as r where r.id = p_request_id;
  -- An unknown request and one that the caller may not see get the same answer.
  if not found or not (
    private.is_trusted()
    or v_request.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (v_request.user_id = (select auth.uid()) and v_request.org_id in (select private.my_org_ids()))
  ) then
    raise exception 'Cannot record the outcome: no such request' using errcode = 'PT404';
  end if;
  insert into public.ai_quality_metrics as q (org_id, request_id, task, user_id, source, outcome, user_rating, feedback_text, correction)
  values (v_request.org_id, p_request_id, v_request.task, (select auth.uid()), p_source, p_outcome, p_user_rating, p_feedback_text, p_correction)
  on conflict (org_id, request_id, outcome, user_id, source) do update
  set user_rating = excluded.user_rating, feedback_text = coalesce(excluded.feedback_text, q.feedback_text),
      correction = coalesce(excluded.correction, q.correction), created_at = excluded.created_at
  returning q.id into v_id;
  return v_id;
end
$$;


ALTER FUNCTION private.record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb, p_source text) OWNER TO postgres;

-- Name: FUNCTION record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb, p_source text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb, p_source text) IS 'Records what became of a request the caller may see. PT404 otherwise.';

-- Name: FUNCTION record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb, p_source text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb, p_source text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb, p_source text) TO authenticated;
GRANT ALL ON FUNCTION private.record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb, p_source text) TO service_role;

-- Name: recover_hold(jsonb, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.recover_hold(p_settlement jsonb, p_now timestamp with time zone) RETURNS public.ai_holds
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_hold    public.ai_holds;
  v_org     public.organizations;
  v_rate    record;
  v_periods private.periods;
begin
  select * into v_org from public.organizations as o where o.id = (p_settlement ->> 'org_id')::uuid;
  if not found then
    raise exception 'Cannot settle the request: its organization is unknown' using errcode = '22023';
  end if;
  select r.id, r.rate into v_rate from public.ai_exchange_rates as r
  where r.currency = v_org.currency and r.effective_from <= p_now order by r.effective_from desc limit 1;
  v_periods := private.periods_at(p_now, v_org.time_zone);
  insert into public.ai_holds (org_id, request_id, created_at, expires_at, held_usd, held, currency, rate_id, per_usd, day, week, month, accounts, context)
  values (
    v_org.id, (p_settlement ->> 'request_id')::uuid, p_now, p_now, 0, 0, v_org.currency,
    case when v_org.currency <> 'USD' then v_rate.id end, case when v_org.currency = 'USD' then 1 else v_rate.rate end,
    v_periods.day, v_periods.week, v_periods.month,
    private.request_accounts(v_org.id, null, null, null, null, (p_settlement ->> 'user_id')::uuid, coalesce(p_settlement ->> 'task', 'unknown')),
    jsonb_build_object('id', p_settlement ->> 'request_id', 'org_id', v_org.id, 'user_id', p_settlement ->> 'user_id',
                       'task', coalesce(p_settlement ->> 'task', 'unknown'), 'embedding', false)
  )
  returning * into v_hold;
  return v_hold;
end
$$;


ALTER FUNCTION private.recover_hold(p_settlement jsonb, p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION recover_hold(p_settlement jsonb, p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.recover_hold(p_settlement jsonb, p_now timestamp with time zone) IS 'Recreates the hold of a settlement that has none (lost with a database, or spooled): nothing held, everything settled, marked recovered.';

-- Name: FUNCTION recover_hold(p_settlement jsonb, p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.recover_hold(p_settlement jsonb, p_now timestamp with time zone) FROM PUBLIC;

-- Name: refresh_usage_views(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.refresh_usage_views() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  refresh materialized view concurrently private.ai_usage_daily_closed;
  refresh materialized view concurrently private.ai_model_performance_closed;
  -- Two days back nothing changes any more but by a late settle, which the next refresh brings.
  update private.ai_rollup_state as s
  set views_from = (private.clock() at time zone 'UTC')::date - 1, refreshed_at = private.clock();
end
$$;


ALTER FUNCTION private.refresh_usage_views() OWNER TO postgres;

-- Name: FUNCTION refresh_usage_views(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.refresh_usage_views() IS 'Refreshes the materialized views without locking readers out. Called by cron.';

-- Name: FUNCTION refresh_usage_views(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.refresh_usage_views() FROM PUBLIC;

-- Name: refuse(private.admission_request, private.caller, text, text, integer, jsonb, jsonb); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.refuse(p private.admission_request, p_caller private.caller, p_code text, p_detail text, p_retry_after_ms integer DEFAULT NULL::integer, p_extensions jsonb DEFAULT NULL::jsonb, p_decision jsonb DEFAULT NULL::jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if (p_caller).org_id is not null then
    perform private.finish_queued((p_caller).org_id, private.queue_id(p), (p).request_id, p_code, null, private.clock());
    if (p).idempotency_key is not null then
      delete from public.ai_idempotency_keys as i where i.org_id = (p_caller).org_id and i.request_id = (p).request_id;
    end if;
    perform private.write_request_row(private.request_context(p, p_caller) || jsonb_build_object(
      'status', 'refused', 'error_code', p_code, 'cost_usd', 0,
      'decision', coalesce(p_decision, '{}') || jsonb_build_object('refused', p_detail)
    ));
  end if;
  return jsonb_build_object(
    'outcome', 'refused', 'request_id', (p).request_id, 'org_id', (p_caller).org_id, 'code', p_code, 'detail', p_detail,
    'retry_after_ms', p_retry_after_ms, 'extensions', p_extensions
  );
end
$$;


ALTER FUNCTION private.refuse(p private.admission_request, p_caller private.caller, p_code text, p_detail text, p_retry_after_ms integer, p_extensions jsonb, p_decision jsonb) OWNER TO postgres;

-- Name: FUNCTION refuse(p private.admission_request, p_caller private.caller, p_code text, p_detail text, p_retry_after_ms integer, p_extensions jsonb, p_decision jsonb); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.refuse(p private.admission_request, p_caller private.caller, p_code text, p_detail text, p_retry_after_ms integer, p_extensions jsonb, p_decision jsonb) IS 'Writes the refusal''s log row (when the organization is known), frees its idempotency key, and answers ai_admit''s refusal.';

-- Name: FUNCTION refuse(p private.admission_request, p_caller private.caller, p_code text, p_detail text, p_retry_after_ms integer, p_extensions jsonb, p_decision jsonb); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.refuse(p private.admission_request, p_caller private.caller, p_code text, p_detail text, p_retry_after_ms integer, p_extensions jsonb, p_decision jsonb) FROM PUBLIC;

-- Name: refuse_audit_change(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.refuse_audit_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  raise exception 'Cannot % the audit log: entries are never changed', lower(tg_op) using errcode = '42501';
end
$$;


ALTER FUNCTION private.refuse_audit_change() OWNER TO postgres;

-- Name: FUNCTION refuse_audit_change(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.refuse_audit_change() IS 'Refuses to change or remove an entry of the audit log, whoever asks.';

-- Name: FUNCTION refuse_audit_change(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.refuse_audit_change() FROM PUBLIC;

-- Name: registry_version; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.registry_version (
    singleton boolean DEFAULT true NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT registry_version_one_row CHECK (singleton)
);


ALTER TABLE private.registry_version OWNER TO postgres;

-- Name: TABLE registry_version; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.registry_version IS 'Counts changes of everything route cards are made from.';

-- Name: registry_version registry_version_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.registry_version
    ADD CONSTRAINT registry_version_pkey PRIMARY KEY (singleton);

-- Name: registry_version; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.registry_version ENABLE ROW LEVEL SECURITY;

-- Name: replay_choice(public.ai_request_logs, public.ai_policies); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.replay_choice(p_request public.ai_request_logs, p_policy public.ai_policies) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  p            private.admission_request;
  v_decision   jsonb := p_request.decision;
  v_choice     jsonb := v_decision -> 'choice';
  v_start      private.start;
  v_candidates private.candidate[];
  v_chosen     private.candidate[];
  v_hold       numeric := 0;
begin
  p.importance := p_request.importance;
  p.cost_sensitivity := p_request.cost_sensitivity;
  p.complexity := p_request.complexity;
  select array_agg(row(
      (c.item ->> 'rank')::integer, c.item ->> 'provider', c.item ->> 'model', c.item ->> 'tier', null, c.item ->> 'breaker',
      case
        when v_choice -> 'items' is null then (c.item ->> 'worst_cost_usd')::numeric
        when (v_choice #>> '{items,1}')::integer = 0 then 0
        else (c.item ->> 'worst_cost_usd')::numeric * (v_choice #>> '{items,0}')::integer / (v_choice #>> '{items,1}')::integer
      end, null, null, null)::private.candidate order by (c.item ->> 'rank')::integer, c.n)
  into v_candidates
  from jsonb_array_elements(v_decision -> 'candidates') with ordinality as c (item, n)
  where not c.item ? 'problem';

  v_start := private.choose_start(p, p_policy, v_choice ->> 'base_tier',
    case when (v_choice ->> 'demoted')::boolean then 'infinity'::timestamptz end, '-infinity');
  if (v_choice ->> 'named')::boolean and v_candidates is not null then
    v_start.tier := v_candidates[1].tier;
    v_start.reasons := array['named:' || v_candidates[1].model];
  end if;
  if v_candidates is not null then
    v_chosen := case
      when (v_choice #>> '{items,0}')::integer = 0 then v_candidates
      else private.pick_affordable(v_candidates, v_start.tier, (v_decision ->> 'soft')::boolean and v_choice -> 'items' is null,
        least((v_decision ->> 'room')::numeric, (v_choice ->> 'per_request')::numeric) / (v_decision ->> 'per_usd')::numeric)
    end;
    if v_chosen[1].tier <> v_start.tier then
      v_start.reasons := v_start.reasons
        || (case when (v_decision ->> 'soft')::boolean then 'limit:soft_budget' else 'limit:affordable_or_available' end || ':' || v_chosen[1].tier);
      v_start.tier := v_chosen[1].tier;
    end if;
    select max(c.worst_usd) into v_hold from unnest(v_chosen) as c where c.tier = v_start.tier;
    select array_agg(v_chosen[n] order by n) into v_chosen
    from generate_subscripts(v_chosen, 1) as n
    where (v_choice ->> 'named')::boolean
       or private.tier_rank(v_chosen[n].tier)
          between private.tier_rank(v_start.tier) and private.tier_rank(coalesce(p_policy.max_tier, 'frontier'));
  end if;
  return jsonb_build_object('tier', v_start.tier, 'tier_reasons', to_jsonb(v_start.reasons), 'hold_usd', v_hold,
    'ranks', (select jsonb_agg(v_chosen[n].rank order by n) from generate_subscripts(v_chosen, 1) as n));
end
$$;


ALTER FUNCTION private.replay_choice(p_request public.ai_request_logs, p_policy public.ai_policies) OWNER TO postgres;

-- Name: FUNCTION replay_choice(p_request public.ai_request_logs, p_policy public.ai_policies); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.replay_choice(p_request public.ai_request_logs, p_policy public.ai_policies) IS 'What admission decides on a log row''s stored candidates, room and reasons: tier, its reasons, the hold and the candidates'' ranks in order. Follows public.ai_admit step by step.';

-- Name: FUNCTION replay_choice(p_request public.ai_request_logs, p_policy public.ai_policies); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.replay_choice(p_request public.ai_request_logs, p_policy public.ai_policies) FROM PUBLIC;
GRANT ALL ON FUNCTION private.replay_choice(p_request public.ai_request_logs, p_policy public.ai_policies) TO authenticated;
GRANT ALL ON FUNCTION private.replay_choice(p_request public.ai_request_logs, p_policy public.ai_policies) TO service_role;

-- Name: reported_org(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.reported_org(p_org_id uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_orgs uuid[];
begin
  if private.is_trusted() then
    if p_org_id is null then
      raise exception 'Cannot tell the organization: org_id is required with a secret key' using errcode = 'PT400';
    elsif not exists (select from public.organizations as o where o.id = p_org_id) then
      raise exception 'Cannot report on the organization: it is unknown' using errcode = 'PT403';
    end if;
    return p_org_id;
  end if;
  select array_agg(m.id) into v_orgs from (select own.id from private.my_org_ids() as own (id) where p_org_id is null or own.id = p_org_id limit 2) as m;
  if v_orgs is null then
    raise exception 'Cannot report on the organization: the caller is not a member of %', case when p_org_id is null then 'any' else 'it' end
      using errcode = 'PT403';
  elsif cardinality(v_orgs) > 1 then
    raise exception 'Cannot tell the organization: the caller is in several, so org_id is required' using errcode = 'PT400';
  elsif not private.can_see_org_requests(v_orgs[1]) then
    raise exception 'Cannot report on the organization: the caller is neither owner, admin nor manager of it' using errcode = 'PT403';
  end if;
  return v_orgs[1];
end
$$;


ALTER FUNCTION private.reported_org(p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION reported_org(p_org_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.reported_org(p_org_id uuid) IS 'The organization a caller may have figures of: the given one, else his only one. PT400 when it cannot be told, PT403 when he does not manage it.';

-- Name: FUNCTION reported_org(p_org_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.reported_org(p_org_id uuid) FROM PUBLIC;

-- Name: reported_org_ids(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.reported_org_ids() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select v.id from private.visible_org_ids() as v (id)
  where private.is_trusted() or v.id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member'))
$$;


ALTER FUNCTION private.reported_org_ids() OWNER TO postgres;

-- Name: FUNCTION reported_org_ids(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.reported_org_ids() IS 'Organizations whose totals the caller may see: every one for postgres and the service role, the caller''s own where not a guest.';

-- Name: FUNCTION reported_org_ids(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.reported_org_ids() FROM PUBLIC;

-- Name: request_accounts(uuid, uuid, text, text, uuid, uuid, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.request_accounts(p_org_id uuid, p_job_id uuid, p_subject_type text, p_subject_id text, p_key_id uuid, p_user_id uuid, p_task text) RETURNS text[]
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select array_remove(array[
    'job:' || p_job_id,
    'subject:' || p_subject_type || ':' || p_subject_id,
    'key:' || p_key_id,
    'user:' || p_user_id,
    'task:' || p_task,
    'organization:' || p_org_id
  ], null)
$$;


ALTER FUNCTION private.request_accounts(p_org_id uuid, p_job_id uuid, p_subject_type text, p_subject_id text, p_key_id uuid, p_user_id uuid, p_task text) OWNER TO postgres;

-- Name: FUNCTION request_accounts(p_org_id uuid, p_job_id uuid, p_subject_type text, p_subject_id text, p_key_id uuid, p_user_id uuid, p_task text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.request_accounts(p_org_id uuid, p_job_id uuid, p_subject_type text, p_subject_id text, p_key_id uuid, p_user_id uuid, p_task text) IS 'Accounts (scope:key) a request counts in, in lock order: job, subject, key, user, task, organization.';

-- Name: FUNCTION request_accounts(p_org_id uuid, p_job_id uuid, p_subject_type text, p_subject_id text, p_key_id uuid, p_user_id uuid, p_task text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.request_accounts(p_org_id uuid, p_job_id uuid, p_subject_type text, p_subject_id text, p_key_id uuid, p_user_id uuid, p_task text) FROM PUBLIC;

-- Name: request_context(private.admission_request, private.caller); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.request_context(p private.admission_request, p_caller private.caller) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select jsonb_build_object(
    'id', (p).request_id, 'org_id', (p_caller).org_id, 'user_id', (p_caller).user_id, 'key_id', (p_caller).key_id,
    'task', (p).task, 'job_id', (p).job_id, 'subject_type', (p).subject_type, 'subject_id', (p).subject_id,
    'importance', (p).importance, 'cost_sensitivity', (p).cost_sensitivity, 'complexity', (p).complexity
  )
$$;


ALTER FUNCTION private.request_context(p private.admission_request, p_caller private.caller) OWNER TO postgres;

-- Name: FUNCTION request_context(p private.admission_request, p_caller private.caller); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.request_context(p private.admission_request, p_caller private.caller) IS 'The columns of a log row that are known at admission.';

-- Name: FUNCTION request_context(p private.admission_request, p_caller private.caller); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.request_context(p private.admission_request, p_caller private.caller) FROM PUBLIC;

-- Name: resolve_alert(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.resolve_alert(p_alert_id uuid) RETURNS public.ai_alerts
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_alert public.ai_alerts := private.open_alert_of(p_alert_id, 'resolve');
begin
  if v_alert.resolved_at is null then
    update public.ai_alerts as a
    set resolved_at = private.clock(), resolved_by = (select auth.uid()),
        acknowledged_at = coalesce(a.acknowledged_at, private.clock()), acknowledged_by = coalesce(a.acknowledged_by, (select auth.uid()))
    where a.id = p_alert_id returning * into v_alert;
  end if;
  return v_alert;
end
$$;


ALTER FUNCTION private.resolve_alert(p_alert_id uuid) OWNER TO postgres;

-- Name: FUNCTION resolve_alert(p_alert_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.resolve_alert(p_alert_id uuid) IS 'Behind public.resolve_alert.';

-- Name: FUNCTION resolve_alert(p_alert_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.resolve_alert(p_alert_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.resolve_alert(p_alert_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.resolve_alert(p_alert_id uuid) TO service_role;

-- Name: resolve_caller(uuid, uuid, text, boolean, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.resolve_caller(p_org_id uuid, p_user_id uuid, p_key_hash text, p_service boolean, p_task text) RETURNS private.caller
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_caller private.caller;
  v_key    public.ai_keys;
  v_orgs   uuid[];
begin
  if p_key_hash is not null then
    select * into v_key from public.ai_keys as k where k.hash = p_key_hash;
    if not found or v_key.revoked_at is not null or v_key.expires_at <= private.clock() then
      v_caller.code := 'unauthorized';
      v_caller.detail := 'Cannot accept the key: it is unknown, revoked or expired';
    elsif p_org_id is not null and p_org_id <> v_key.org_id then
      v_caller.code := 'forbidden';
      v_caller.detail := 'Cannot use the key: it belongs to another organization';
    elsif v_key.allowed_tasks is not null and not p_task = any (v_key.allowed_tasks) then
      v_caller.code := 'forbidden';
      v_caller.detail := format('Cannot use the key: it does not allow the task %s', p_task);
    else
      v_caller.org_id := v_key.org_id;
      v_caller.user_id := v_key.user_id;
      v_caller.key_id := v_key.id;
      v_caller.allowed_models := v_key.allowed_models;
    end if;
    return v_caller;
  end if;

  if p_service then
    if p_org_id is null then
      v_caller.code := 'invalid_request';
      v_caller.detail := 'Cannot tell the organization: org_id is required with a secret key';
    elsif not exists (select from public.organizations as o where o.id = p_org_id) then
      v_caller.code := 'forbidden';
      v_caller.detail := 'Cannot act for the organization: it is unknown';
    else
      v_caller.org_id := p_org_id;
      v_caller.user_id := p_user_id;
    end if;
    return v_caller;
  end if;

  if p_org_id is not null then
    if exists (select from public.organization_members as m where m.org_id = p_org_id and m.user_id = p_user_id) then
      v_caller.org_id := p_org_id;
      v_caller.user_id := p_user_id;
    else
      -- A foreign and an unknown organization get the same answer: existence is not told.
      v_caller.code := 'forbidden';
      v_caller.detail := 'Cannot act for the organization: the caller is not a member of it';
    end if;
    return v_caller;
  end if;

  select array_agg(m.org_id) into v_orgs
  from (select m.org_id from public.organization_members as m where m.user_id = p_user_id limit 2) as m;
  if v_orgs is null then
    v_caller.code := 'forbidden';
    v_caller.detail := 'Cannot act for an organization: the caller is a member of none';
  elsif cardinality(v_orgs) > 1 then
    v_caller.code := 'invalid_request';
    v_caller.detail := 'Cannot tell the organization: the caller is in several, so org_id is required';
  else
    v_caller.org_id := v_orgs[1];
    v_caller.user_id := p_user_id;
  end if;
  return v_caller;
end
$$;


ALTER FUNCTION private.resolve_caller(p_org_id uuid, p_user_id uuid, p_key_hash text, p_service boolean, p_task text) OWNER TO postgres;

-- Name: FUNCTION resolve_caller(p_org_id uuid, p_user_id uuid, p_key_hash text, p_service boolean, p_task text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.resolve_caller(p_org_id uuid, p_user_id uuid, p_key_hash text, p_service boolean, p_task text) IS 'The organization a verified caller acts for: by virtual key, secret key or membership. Never by what the body claims alone.';

-- Name: FUNCTION resolve_caller(p_org_id uuid, p_user_id uuid, p_key_hash text, p_service boolean, p_task text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.resolve_caller(p_org_id uuid, p_user_id uuid, p_key_hash text, p_service boolean, p_task text) FROM PUBLIC;

-- Name: resolve_setting(public.ai_setting_definitions, jsonb, jsonb); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.resolve_setting(p_definition public.ai_setting_definitions, p_wide jsonb, p_user jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  if p_user is null then
    return p_wide;
  elsif p_definition.user_may is not null and jsonb_typeof(p_wide) = 'number' and jsonb_typeof(p_user) = 'number' then
    return case p_definition.user_may
      when 'raise' then to_jsonb(greatest((p_wide #>> '{}')::numeric, (p_user #>> '{}')::numeric))
      else to_jsonb(least((p_wide #>> '{}')::numeric, (p_user #>> '{}')::numeric))
    end;
  end if;
  return private.combine_setting(p_definition.merge, p_wide, p_user);
end
$$;


ALTER FUNCTION private.resolve_setting(p_definition public.ai_setting_definitions, p_wide jsonb, p_user jsonb) OWNER TO postgres;

-- Name: FUNCTION resolve_setting(p_definition public.ai_setting_definitions, p_wide jsonb, p_user jsonb); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.resolve_setting(p_definition public.ai_setting_definitions, p_wide jsonb, p_user jsonb) IS 'The value in force from the wider scopes'' value and a user''s own (NULL = none), user_may applied.';

-- Name: FUNCTION resolve_setting(p_definition public.ai_setting_definitions, p_wide jsonb, p_user jsonb); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.resolve_setting(p_definition public.ai_setting_definitions, p_wide jsonb, p_user jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.resolve_setting(p_definition public.ai_setting_definitions, p_wide jsonb, p_user jsonb) TO service_role;

-- Name: revoke_ai_key(uuid, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.revoke_ai_key(p_org_id uuid, p_id uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if (select auth.uid()) is not null
     and not exists (select from private.my_org_ids_as('owner', 'admin') as a (id) where a.id = p_org_id) then
    raise exception 'Cannot revoke the key: the caller is neither owner nor admin of the organization' using errcode = '42501';
  end if;
  update public.ai_keys set revoked_at = private.clock() where org_id = p_org_id and id = p_id and revoked_at is null;
  return found;
end
$$;


ALTER FUNCTION private.revoke_ai_key(p_org_id uuid, p_id uuid) OWNER TO postgres;

-- Name: FUNCTION revoke_ai_key(p_org_id uuid, p_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.revoke_ai_key(p_org_id uuid, p_id uuid) IS 'Behind public.revoke_ai_key.';

-- Name: FUNCTION revoke_ai_key(p_org_id uuid, p_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.revoke_ai_key(p_org_id uuid, p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.revoke_ai_key(p_org_id uuid, p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.revoke_ai_key(p_org_id uuid, p_id uuid) TO service_role;

-- Name: role_rank(text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.role_rank(p_role text) RETURNS integer
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select array_position(array['guest', 'member', 'manager', 'admin', 'owner'], p_role)
$$;


ALTER FUNCTION private.role_rank(p_role text) OWNER TO postgres;

-- Name: FUNCTION role_rank(p_role text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.role_rank(p_role text) IS '1 guest … 5 owner; NULL for an unknown role or no role.';

-- Name: FUNCTION role_rank(p_role text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.role_rank(p_role text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.role_rank(p_role text) TO authenticated;
GRANT ALL ON FUNCTION private.role_rank(p_role text) TO service_role;

-- Name: roll_up(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.roll_up() RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  perform from private.ai_rollup_state for update;
  return private.roll_up_alone();
end
$$;


ALTER FUNCTION private.roll_up() OWNER TO postgres;

-- Name: FUNCTION roll_up(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.roll_up() IS 'Adds everything below the oldest running transaction to the rollups, once. Called by cron every minute. Returns the number of new requests.';

-- Name: FUNCTION roll_up(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.roll_up() FROM PUBLIC;

-- Name: roll_up_alone(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.roll_up_alone() RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_from  bigint;
  v_to    bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  v_count bigint;
begin
  -- One roller at a time; the next one starts where this one ended.
  select s.rolled_up_to into v_from from private.ai_rollup_state as s for update;
  if v_from > v_to then
    -- A dump restored elsewhere starts its transaction numbers anew: count everything again.
    perform private.clear_rollups();
    v_from := 0;
  end if;

  insert into private.ai_org_hours as t
  select f.org_id, f.hour, sum(f.requests), sum(f.failed), sum(f.refused), sum(f.cached), sum(f.escalated), sum(f.fell_back),
         sum(f.by_rules), sum(f.for_review), sum(f.input_tokens), sum(f.output_tokens), sum(f.cost_usd), sum(f.unpriced)
  from private.fresh_requests(v_from, v_to) as f
  group by f.org_id, f.hour
  on conflict (org_id, hour) do update set
    requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, refused = t.refused + excluded.refused,
    cached = t.cached + excluded.cached, escalated = t.escalated + excluded.escalated, fell_back = t.fell_back + excluded.fell_back,
    by_rules = t.by_rules + excluded.by_rules, for_review = t.for_review + excluded.for_review,
    input_tokens = t.input_tokens + excluded.input_tokens, output_tokens = t.output_tokens + excluded.output_tokens,
    cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced;

  insert into private.ai_task_days as t
  select f.org_id, f.day, f.task, f.provider, f.model, sum(f.requests), sum(f.failed), sum(f.refused), sum(f.cached), sum(f.escalated),
         sum(f.fell_back), sum(f.by_rules), sum(f.for_review), sum(f.input_tokens), sum(f.output_tokens), sum(f.cost_usd), sum(f.unpriced),
         sum(f.latency_ms), sum(f.timed), sum(f.confidence), sum(f.with_confidence)
  from private.fresh_requests(v_from, v_to) as f
  group by f.org_id, f.day, f.task, f.provider, f.model
  on conflict (org_id, day, task, provider, model) do update set
    requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, refused = t.refused + excluded.refused,
    cached = t.cached + excluded.cached, escalated = t.escalated + excluded.escalated, fell_back = t.fell_back + excluded.fell_back,
    by_rules = t.by_rules + excluded.by_rules, for_review = t.for_review + excluded.for_review,
    input_tokens = t.input_tokens + excluded.input_tokens, output_tokens = t.output_tokens + excluded.output_tokens,
    cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced,
    latency_ms = t.latency_ms + excluded.latency_ms, timed = t.timed + excluded.timed,
    confidence = t.confidence + excluded.confidence, with_confidence = t.with_confidence + excluded.with_confidence;

  insert into private.ai_latency_days as t
  select f.org_id, f.day, f.task, f.provider, f.model, f.bucket, sum(f.requests)
  from private.fresh_requests(v_from, v_to) as f
  where f.bucket is not null
  group by f.org_id, f.day, f.task, f.provider, f.model, f.bucket
  on conflict (org_id, day, task, provider, model, bucket) do update set requests = t.requests + excluded.requests;

  insert into private.ai_confidence_days as t
  select f.org_id, f.day, f.task, f.bin, sum(f.requests)
  from private.fresh_requests(v_from, v_to) as f
  where f.bin is not null
  group by f.org_id, f.day, f.task, f.bin
  on conflict (org_id, day, task, bin) do update set requests = t.requests + excluded.requests;

  insert into private.ai_user_days as t
  select f.org_id, f.day, f.user_id, sum(f.requests), sum(f.input_tokens), sum(f.output_tokens), sum(f.cost_usd)
  from private.fresh_requests(v_from, v_to) as f
  where f.user_id is not null
  group by f.org_id, f.day, f.user_id
  on conflict (org_id, day, user_id) do update set
    requests = t.requests + excluded.requests, input_tokens = t.input_tokens + excluded.input_tokens,
    output_tokens = t.output_tokens + excluded.output_tokens, cost_usd = t.cost_usd + excluded.cost_usd;

  insert into private.ai_prompt_days as t
  select f.org_id, f.day, f.prompt_key, f.prompt_version, f.prompt_variant, sum(f.requests), sum(f.failed), sum(f.escalated),
         sum(f.cost_usd), sum(f.latency_ms), sum(f.timed), sum(f.confidence), sum(f.with_confidence)
  from private.fresh_requests(v_from, v_to) as f
  where f.prompt_key is not null and f.refused = 0 and f.cached = 0
  group by f.org_id, f.day, f.prompt_key, f.prompt_version, f.prompt_variant
  on conflict (org_id, day, prompt_key, prompt_version, prompt_variant) do update set
    requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, escalated = t.escalated + excluded.escalated,
    cost_usd = t.cost_usd + excluded.cost_usd, latency_ms = t.latency_ms + excluded.latency_ms, timed = t.timed + excluded.timed,
    confidence = t.confidence + excluded.confidence, with_confidence = t.with_confidence + excluded.with_confidence;

  insert into private.ai_call_days as t
  select f.org_id, f.day, f.provider, f.model, sum(f.calls), sum(f.failed), sum(f.rate_limited), sum(f.timed_out), sum(f.stand_in),
         sum(f.input_tokens), sum(f.output_tokens), sum(f.cache_read_input_tokens), sum(f.cost_usd), sum(f.unpriced),
         sum(f.latency_ms), sum(f.time_to_first_token_ms), sum(f.with_first_token)
  from private.fresh_calls(v_from, v_to) as f
  group by f.org_id, f.day, f.provider, f.model
  on conflict (org_id, day, provider, model) do update set
    calls = t.calls + excluded.calls, failed = t.failed + excluded.failed, rate_limited = t.rate_limited + excluded.rate_limited,
    timed_out = t.timed_out + excluded.timed_out, stand_in = t.stand_in + excluded.stand_in,
    input_tokens = t.input_tokens + excluded.input_tokens, output_tokens = t.output_tokens + excluded.output_tokens,
    cache_read_input_tokens = t.cache_read_input_tokens + excluded.cache_read_input_tokens,
    cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced, latency_ms = t.latency_ms + excluded.latency_ms,
    time_to_first_token_ms = t.time_to_first_token_ms + excluded.time_to_first_token_ms,
    with_first_token = t.with_first_token + excluded.with_first_token;

  insert into private.ai_call_latency_days as t
  select f.org_id, f.day, f.provider, f.model, f.bucket, sum(f.calls)
  from private.fresh_calls(v_from, v_to) as f
  where f.bucket is not null
  group by f.org_id, f.day, f.provider, f.model, f.bucket
  on conflict (org_id, day, provider, model, bucket) do update set calls = t.calls + excluded.calls;

  select count(*) into v_count from public.ai_request_logs as l where l.settled_tx >= v_from and l.settled_tx < v_to;
  delete from private.ai_withdrawn_requests as w where w.settled_tx < v_to;
  update private.ai_rollup_state as s set rolled_up_to = v_to, rolled_up_at = private.clock();
  return v_count;
end
$$;


ALTER FUNCTION private.roll_up_alone() OWNER TO postgres;

-- Name: FUNCTION roll_up_alone(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.roll_up_alone() IS 'Behind private.roll_up(): to be called with the mark locked.';

-- Name: FUNCTION roll_up_alone(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.roll_up_alone() FROM PUBLIC;

-- Name: rolled_up_to(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.rolled_up_to() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select s.rolled_up_to from private.ai_rollup_state as s
$$;


ALTER FUNCTION private.rolled_up_to() OWNER TO postgres;

-- Name: FUNCTION rolled_up_to(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.rolled_up_to() IS 'The rollups'' mark: log rows with a settled_tx from here on are not in them yet.';

-- Name: FUNCTION rolled_up_to(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.rolled_up_to() FROM PUBLIC;
GRANT ALL ON FUNCTION private.rolled_up_to() TO authenticated;
GRANT ALL ON FUNCTION private.rolled_up_to() TO service_role;

-- Name: rotate_ai_key(uuid, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.rotate_ai_key(p_org_id uuid, p_id uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  -- 24 random bytes: 192 bits, beyond guessing; hex keeps it safe in every header.
  v_key text := 'sbx_' || encode(extensions.gen_random_bytes(24), 'hex');
begin
  if (select auth.uid()) is not null
     and not exists (select from private.my_org_ids_as('owner', 'admin') as a (id) where a.id = p_org_id) then
    raise exception 'Cannot rotate the key: the caller is neither owner nor admin of the organization' using errcode = '42501';
  end if;
  update public.ai_keys as k
  set hash = encode(sha256(convert_to(v_key, 'UTF8')), 'hex'), prefix = left(v_key, 10)
  where k.org_id = p_org_id and k.id = p_id and k.revoked_at is null;
  if not found then
    raise exception 'Cannot rotate the key: it is revoked or not there' using errcode = 'PT404';
  end if;
  return jsonb_build_object('id', p_id, 'key', v_key, 'prefix', left(v_key, 10));
end
$$;


ALTER FUNCTION private.rotate_ai_key(p_org_id uuid, p_id uuid) OWNER TO postgres;

-- Name: FUNCTION rotate_ai_key(p_org_id uuid, p_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.rotate_ai_key(p_org_id uuid, p_id uuid) IS 'Behind public.rotate_ai_key.';

-- Name: FUNCTION rotate_ai_key(p_org_id uuid, p_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.rotate_ai_key(p_org_id uuid, p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.rotate_ai_key(p_org_id uuid, p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.rotate_ai_key(p_org_id uuid, p_id uuid) TO service_role;

-- Name: route_card(uuid, text, text[], timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamp with time zone) RETURNS private.route_cards
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_name    text := case when p_models is null then p_task else p_task || ' ' || array_to_string(p_models, ' ') end;
  v_version bigint;
  v_card    private.route_cards;
begin
  select v.version into v_version from private.registry_version as v;
  select * into v_card from private.route_cards as c where c.org_id = p_org_id and c.name = v_name;
  if found and v_card.version = v_version and v_card.valid_until > p_now then
    return v_card;
  end if;
  v_card := private.make_route_card(p_org_id, p_task, p_models, p_now);
  v_card.name := v_name;
  v_card.version := v_version;
  -- Names nobody knows are not kept: callers could fill the table with them. A kept card is not waited for.
  if cardinality(v_card.models) > 0 and length(v_name) <= 500
     and not exists (select from unnest(v_card.models) as m where m.kind is null) then
    insert into private.route_cards as c select (v_card).*
    on conflict (org_id, name) do update set
      version = excluded.version, valid_until = excluded.valid_until, policy = excluded.policy, base_tier = excluded.base_tier, has_prompts = excluded.has_prompts,
      settings = excluded.settings, models = excluded.models
    where c.version <= excluded.version;
  end if;
  return v_card;
end
$$;


ALTER FUNCTION private.route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamp with time zone) IS 'The route card in force, made anew after any change of the registry.';

-- Name: FUNCTION route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamp with time zone) FROM PUBLIC;

-- Name: route_cards; Type: TABLE; Schema: private; Owner: postgres

CREATE TABLE private.route_cards (
    org_id uuid NOT NULL,
    name text NOT NULL,
    version bigint NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    policy public.ai_policies,
    base_tier text,
    has_prompts boolean NOT NULL,
    settings jsonb NOT NULL,
    models private.card_model[] NOT NULL
);


ALTER TABLE private.route_cards OWNER TO postgres;

-- Name: COLUMN route_cards.has_prompts; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON COLUMN private.route_cards.has_prompts IS 'Whether the prompt registry has an active prompt for the task at all.';

-- Name: COLUMN route_cards.name; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON COLUMN private.route_cards.name IS 'task, or task and the models the caller named.';

-- Name: COLUMN route_cards.settings; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON COLUMN private.route_cards.settings IS 'The organization''s effective settings, without any user''s.';

-- Name: TABLE route_cards; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TABLE private.route_cards IS 'A cache: may be emptied at any time.';

-- Name: route_cards route_cards_pkey; Type: CONSTRAINT; Schema: private; Owner: postgres

ALTER TABLE ONLY private.route_cards
    ADD CONSTRAINT route_cards_pkey PRIMARY KEY (org_id, name);

-- Name: route_cards; Type: ROW SECURITY; Schema: private; Owner: postgres

ALTER TABLE private.route_cards ENABLE ROW LEVEL SECURITY;

-- Name: score_group; Type: TYPE; Schema: private; Owner: postgres

CREATE TYPE private.score_group AS (
	score double precision,
	total integer,
	correct integer
);


ALTER TYPE private.score_group OWNER TO postgres;

-- Name: TYPE score_group; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TYPE private.score_group IS 'Labels of one score: how many, and how many of them right.';

-- Name: searchable_text(text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.searchable_text(p_text text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select case
    when p_text !~ '[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f]' then p_text
    else regexp_replace(p_text, '[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f]+', ' ', 'g')
      || ' ' || coalesce((
        select string_agg(substr(run.letters[1], at.at, 2), ' ')
        from regexp_matches(p_text, '[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f]+', 'g') as run (letters)
        cross join generate_series(1, greatest(1, length(run.letters[1]) - 1)) as at (at)
      ), '')
  end
$$;


ALTER FUNCTION private.searchable_text(p_text text) OWNER TO postgres;

-- Name: FUNCTION searchable_text(p_text text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.searchable_text(p_text text) IS 'The text with scripts that put no blanks between words (Chinese, Japanese, Korean, Thai) as pairs of neighbouring characters.';

-- Name: FUNCTION searchable_text(p_text text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.searchable_text(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.searchable_text(p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.searchable_text(p_text text) TO service_role;

-- Name: sequential_interval(bigint, bigint, bigint, bigint, numeric, numeric); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.sequential_interval(p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_alpha numeric) RETURNS numrange
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select numrange(greatest(-1, round((v.difference - v.half)::numeric, 4)), least(1, round((v.difference + v.half)::numeric, 4)), '[]')
  from (
    select s.difference, sqrt(s.variance * (s.variance + s.mixture) / s.mixture
             * (ln((s.variance + s.mixture) / s.variance) - 2 * ln(p_alpha::float8))) as half
    from (
      select p_expected::float8 ^ 2 as mixture,
             p_successes::float8 / p_trials - p_other_successes::float8 / p_other_trials as difference,
             a.rate * (1 - a.rate) / p_trials + b.rate * (1 - b.rate) / p_other_trials as variance
      from (select (p_successes + 0.5) / (p_trials + 1)::float8 as rate) as a,
           (select (p_other_successes + 0.5) / (p_other_trials + 1)::float8 as rate) as b
      where p_trials > 0 and p_other_trials > 0
    ) as s
  ) as v
$$;


ALTER FUNCTION private.sequential_interval(p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_alpha numeric) OWNER TO postgres;

-- Name: FUNCTION sequential_interval(p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_alpha numeric); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.sequential_interval(p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_alpha numeric) IS 'Holds the true difference of two rates at every look at once, with confidence 1 - alpha. NULL without trials on either side.';

-- Name: FUNCTION sequential_interval(p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_alpha numeric); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.sequential_interval(p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_alpha numeric) FROM PUBLIC;

-- Name: sequential_p_value(bigint, bigint, bigint, bigint, numeric, integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.sequential_p_value(p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_fewest integer) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select case when least(p_trials, p_other_trials) < greatest(p_fewest, 1) then 1 else
    -- A mixture sequential probability ratio test: 1 / evidence, and never above 1. In logarithms, so that strong evidence is no overflow.
    round(least(1, exp(greatest(-500, least(0,
      0.5 * ln((v.under_null + v.mixture) / v.under_null) - v.mixture * v.difference ^ 2 / (2 * v.under_null * (v.under_null + v.mixture))
    ))))::numeric, 6) end
  from (
    select p_expected::float8 ^ 2 as mixture, p_successes::float8 / nullif(p_trials, 0) - p_other_successes::float8 / nullif(p_other_trials, 0) as difference,
           x.pooled * (1 - x.pooled) * (1 / nullif(p_trials, 0)::float8 + 1 / nullif(p_other_trials, 0)::float8) as under_null
    from (select (p_successes + p_other_successes + 0.5) / (p_trials + p_other_trials + 1)::float8 as pooled) as x
  ) as v
$$;


ALTER FUNCTION private.sequential_p_value(p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_fewest integer) OWNER TO postgres;

-- Name: FUNCTION sequential_p_value(p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_fewest integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.sequential_p_value(p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_fewest integer) IS 'Always-valid p-value of two rates: below alpha at any look the difference is real but for alpha (Johari, Koomen, Pekelis, Walsh 2022). 1 before the fewest trials.';

-- Name: FUNCTION sequential_p_value(p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_fewest integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.sequential_p_value(p_successes bigint, p_trials bigint, p_other_successes bigint, p_other_trials bigint, p_expected numeric, p_fewest integer) FROM PUBLIC;

-- Name: set_setting(text, jsonb, uuid, uuid, integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer) RETURNS public.ai_settings
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  definition public.ai_setting_definitions;
  wide jsonb;
  problem text;
  current_version integer;
  written public.ai_settings;
begin
  select * into definition from public.ai_setting_definitions as known where known.key = p_key;
  if not found then
    raise exception 'Cannot set %: there is no such key', p_key using errcode = '22023';
  end if;
  perform private.authorize_setting(definition, p_org_id, p_user_id);

  problem := private.setting_problem(definition.schema, p_value);
  if problem is null and definition.user_may is not null and p_user_id is not null then
    wide := private.setting(p_key, p_org_id, null);
    if definition.user_may = 'raise' and (p_value #>> '{}')::numeric < (wide #>> '{}')::numeric then
      problem := 'a user may only raise the value above ' || (wide #>> '{}');
    elsif definition.user_may = 'lower' and (p_value #>> '{}')::numeric > (wide #>> '{}')::numeric then
      problem := 'a user may only lower the value below ' || (wide #>> '{}');
    end if;
  end if;
  if problem is not null then
    raise exception 'Cannot set %: %', p_key, problem using errcode = '22023';
  end if;

  -- The row may not exist yet, so there is nothing else to lock.
  perform pg_catalog.pg_advisory_xact_lock(
    pg_catalog.hashtextextended(concat_ws('/', 'ai_settings', p_key, p_org_id, '-', p_user_id), 0)
  );
  if p_expected_version is not null then
    select setting.version into current_version
    from public.ai_settings as setting
    where setting.key = p_key
      and setting.org_id is not distinct from p_org_id
      and setting.user_id is not distinct from p_user_id;
    if coalesce(current_version, 0) <> p_expected_version then
      raise exception 'Cannot set %: it was changed meanwhile, version is %, not %',
        p_key, coalesce(current_version, 0), p_expected_version
        using errcode = 'PT409', hint = 'Read it again and retry; 0 stands for no value yet';
    end if;
  end if;
  insert into public.ai_settings as setting (key, org_id, user_id, value, updated_by, updated_at)
  values (p_key, p_org_id, p_user_id, p_value, auth.uid(), private.clock())
  on conflict on constraint ai_settings_scope_key do update
  set
    value = excluded.value,
    version = setting.version + 1,
    updated_by = excluded.updated_by,
    updated_at = excluded.updated_at
  returning * into written;
  return written;
end
$$;


ALTER FUNCTION private.set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer) OWNER TO postgres;

-- Name: FUNCTION set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer) IS 'Body of public.set_setting.';

-- Name: FUNCTION set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer) TO authenticated;
GRANT ALL ON FUNCTION private.set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer) TO service_role;

-- Name: setting(text, uuid, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.setting(p_key text, p_org uuid, p_user uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  found_value jsonb;
begin
  select setting.value into found_value from private.settings_in_force(p_org, p_user, array[p_key]) as setting;
  if not found then
    raise exception 'Cannot read setting %: there is no such key', p_key using errcode = '22023';
  end if;
  return found_value;
end
$$;


ALTER FUNCTION private.setting(p_key text, p_org uuid, p_user uuid) OWNER TO postgres;

-- Name: FUNCTION setting(p_key text, p_org uuid, p_user uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.setting(p_key text, p_org uuid, p_user uuid) IS 'One value in force. JSON null when nobody gave one (so #>> ''{}'' is SQL NULL); an unknown key is an error, not a missing value.';

-- Name: FUNCTION setting(p_key text, p_org uuid, p_user uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.setting(p_key text, p_org uuid, p_user uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.setting(p_key text, p_org uuid, p_user uuid) TO service_role;

-- Name: setting_problem(jsonb, jsonb, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.setting_problem(p_schema jsonb, p_value jsonb, p_path text DEFAULT 'value'::text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $_$
declare
  known constant text[] := array[
    'type', 'enum', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'format', 'formatMinimum', 'formatMaximum',
    'items', 'minItems', 'maxItems', 'properties', 'required', 'additionalProperties'
  ];
  kind text := jsonb_typeof(p_value);
  allowed text[];
  entry record;
  problem text;
  lasting interval;
begin
  if p_value is null then
    return p_path || ' is missing';
  end if;
  -- A misspelt rule would otherwise be a rule that never applies.
  select string_agg(rule, ', ') into problem from jsonb_object_keys(p_schema) as rule where rule <> all (known);
  if problem is not null then
    return 'the schema of ' || p_path || ' uses unknown rules: ' || problem;
  end if;

  if p_schema ? 'type' then
    allowed := case jsonb_typeof(p_schema -> 'type')
      when 'array' then array(select jsonb_array_elements_text(p_schema -> 'type'))
      else array[p_schema ->> 'type']
    end;
    if not (
      kind = any (allowed)
      or (kind = 'number' and 'integer' = any (allowed) and (p_value #>> '{}')::numeric % 1 = 0)
    ) then
      return p_path || ' must be ' || array_to_string(allowed, ' or ') || ': it is ' || kind;
    end if;
  end if;
  if kind = 'null' then
    return null;
  end if;
  if p_schema ? 'enum' and not (p_schema -> 'enum') @> jsonb_build_array(p_value) then
    return p_path || ' must be one of ' || (p_schema ->> 'enum');
  end if;

  if kind = 'number' then
    if (p_value #>> '{}')::numeric < (p_schema ->> 'minimum')::numeric then
      return p_path || ' must be at least ' || (p_schema ->> 'minimum');
    elsif (p_value #>> '{}')::numeric > (p_schema ->> 'maximum')::numeric then
      return p_path || ' must be at most ' || (p_schema ->> 'maximum');
    end if;

  elsif kind = 'string' then
    if length(p_value #>> '{}') < (p_schema ->> 'minLength')::integer then
      return p_path || ' must have at least ' || (p_schema ->> 'minLength') || ' characters';
    elsif length(p_value #>> '{}') > (p_schema ->> 'maxLength')::integer then
      return p_path || ' must have at most ' || (p_schema ->> 'maxLength') || ' characters';
    elsif (p_value #>> '{}') !~ (p_schema ->> 'pattern') then
      return p_path || ' must match ' || (p_schema ->> 'pattern');
    elsif p_schema ->> 'format' = 'duration' then
      -- The cast alone would take '5 minutes ago' and negative parts.
      if (p_value #>> '{}') !~ '^P(?=.)(\d{1,4}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?(T(?=\d)(\d{1,6}H)?(\d{1,7}M)?(\d{1,9}(\.\d{1,3})?S)?)?$' then
        return p_path || ' must be an ISO 8601 duration such as PT30M';
      end if;
      lasting := (p_value #>> '{}')::interval;
      if lasting < (p_schema ->> 'formatMinimum')::interval then
        return p_path || ' must be at least ' || (p_schema ->> 'formatMinimum');
      elsif lasting > (p_schema ->> 'formatMaximum')::interval then
        return p_path || ' must be at most ' || (p_schema ->> 'formatMaximum');
      end if;
    end if;

  elsif kind = 'array' then
    if jsonb_array_length(p_value) < (p_schema ->> 'minItems')::integer then
      return p_path || ' must have at least ' || (p_schema ->> 'minItems') || ' items';
    elsif jsonb_array_length(p_value) > (p_schema ->> 'maxItems')::integer then
      return p_path || ' must have at most ' || (p_schema ->> 'maxItems') || ' items';
    elsif p_schema ? 'items' then
      for entry in select item.value, item.ordinality from jsonb_array_elements(p_value) with ordinality as item loop
        problem := private.setting_problem(p_schema -> 'items', entry.value, p_path || '[' || entry.ordinality - 1 || ']');
        if problem is not null then
          return problem;
        end if;
      end loop;
    end if;

  elsif kind = 'object' then
    for entry in select needed.name from jsonb_array_elements_text(p_schema -> 'required') as needed (name) loop
      if not p_value ? entry.name then
        return p_path || '.' || entry.name || ' is missing';
      end if;
    end loop;
    for entry in select part.key, part.value from jsonb_each(p_value) as part loop
      if p_schema -> 'properties' ? entry.key then
        problem := private.setting_problem(p_schema -> 'properties' -> entry.key, entry.value, p_path || '.' || entry.key);
        if problem is not null then
          return problem;
        end if;
      elsif p_schema -> 'additionalProperties' = 'false' then
        return p_path || '.' || entry.key || ' is not known';
      end if;
    end loop;
  end if;
  return null;
end
$_$;


ALTER FUNCTION private.setting_problem(p_schema jsonb, p_value jsonb, p_path text) OWNER TO postgres;

-- Name: FUNCTION setting_problem(p_schema jsonb, p_value jsonb, p_path text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.setting_problem(p_schema jsonb, p_value jsonb, p_path text) IS 'Why a value does not fit a schema, as one sentence; NULL when it fits. An unknown rule in the schema is itself a problem.';

-- Name: FUNCTION setting_problem(p_schema jsonb, p_value jsonb, p_path text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.setting_problem(p_schema jsonb, p_value jsonb, p_path text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.setting_problem(p_schema jsonb, p_value jsonb, p_path text) TO authenticated;
GRANT ALL ON FUNCTION private.setting_problem(p_schema jsonb, p_value jsonb, p_path text) TO service_role;

-- Name: settings_for(uuid, uuid, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.settings_for(p_org uuid, p_user uuid, p_prefix text DEFAULT ''::text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  changed text[];
begin
  -- Few keys have a row: only those are resolved, the others are their defaults.
  changed := array(
    select setting.key from public.ai_settings as setting where setting.org_id is null and setting.user_id is null
    union all
    select setting.key from public.ai_settings as setting where setting.org_id = p_org and setting.user_id is null
    union all
    select setting.key from public.ai_settings as setting where setting.org_id is null and setting.user_id = p_user
    union all
    select setting.key from public.ai_settings as setting where setting.org_id = p_org and setting.user_id = p_user
  );
  return coalesce((
    select jsonb_object_agg(definition.key, definition.default_value)
    from public.ai_setting_definitions as definition
    where starts_with(definition.key, p_prefix)
  ), '{}') || coalesce((
    select jsonb_object_agg(setting.key, setting.value)
    from private.settings_in_force(p_org, p_user, changed) as setting
    where cardinality(changed) > 0 and starts_with(setting.key, p_prefix)
  ), '{}');
end
$$;


ALTER FUNCTION private.settings_for(p_org uuid, p_user uuid, p_prefix text) OWNER TO postgres;

-- Name: FUNCTION settings_for(p_org uuid, p_user uuid, p_prefix text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.settings_for(p_org uuid, p_user uuid, p_prefix text) IS 'Values in force as {key: value}, all or those whose key begins with a prefix; NULL arguments leave out that scope. A setting without a value is JSON null.';

-- Name: FUNCTION settings_for(p_org uuid, p_user uuid, p_prefix text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.settings_for(p_org uuid, p_user uuid, p_prefix text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.settings_for(p_org uuid, p_user uuid, p_prefix text) TO service_role;

-- Name: settings_in_force(uuid, uuid, text[]); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.settings_in_force(p_org_id uuid, p_user_id uuid, p_keys text[] DEFAULT NULL::text[]) RETURNS TABLE(key text, value jsonb, source text, version integer)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return query
  select
    definition.key,
    case
      when definition.merge = 'replace' and definition.user_may is null
        or coalesce(here.id, own.id, org.id, global.id) is null
        then coalesce(here.value, own.value, org.value, global.value, definition.default_value)
      else private.resolve_setting(
        definition,
        private.combine_setting(
          definition.merge,
          private.combine_setting(definition.merge, definition.default_value, global.value),
          org.value
        ),
        private.combine_setting(definition.merge, own.value, here.value)
      )
    end,
    case
      when here.value is not null or own.value is not null then 'user'
      when org.value is not null then 'organization'
      when global.value is not null then 'global'
      else 'default'
    end,
    coalesce(here.version, own.version, org.version, global.version)
  from public.ai_setting_definitions as definition
  left join public.ai_settings as global
    on global.key = definition.key and global.org_id is null and global.user_id is null
  left join public.ai_settings as org
    on org.key = definition.key and org.org_id = p_org_id and org.user_id is null
  left join public.ai_settings as own
    on own.key = definition.key and own.org_id is null and own.user_id = p_user_id
  left join public.ai_settings as here
    on here.key = definition.key and here.org_id = p_org_id and here.user_id = p_user_id
  where p_keys is null or definition.key = any (p_keys);
end
$$;


ALTER FUNCTION private.settings_in_force(p_org_id uuid, p_user_id uuid, p_keys text[]) OWNER TO postgres;

-- Name: FUNCTION settings_in_force(p_org_id uuid, p_user_id uuid, p_keys text[]); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.settings_in_force(p_org_id uuid, p_user_id uuid, p_keys text[]) IS 'Settings as they are for an organization and user (either may be NULL), all or the given keys: value, narrowest scope that contributed, its version (NULL = default).';

-- Name: FUNCTION settings_in_force(p_org_id uuid, p_user_id uuid, p_keys text[]); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.settings_in_force(p_org_id uuid, p_user_id uuid, p_keys text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION private.settings_in_force(p_org_id uuid, p_user_id uuid, p_keys text[]) TO service_role;

-- Name: settle_hold(public.ai_holds, text, numeric, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.settle_hold(p_hold public.ai_holds, p_status text, p_settled_usd numeric, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_settled numeric := p_settled_usd * p_hold.per_usd;
  v_zone    text;
begin
  select o.time_zone into v_zone from public.organizations as o where o.id = p_hold.org_id;
  perform private.lock_states(p_hold.org_id, p_hold.accounts, private.periods_at(p_now, coalesce(v_zone, 'UTC')));
  perform private.move_counters(
    p_hold.org_id, p_hold.accounts, p_hold.day, p_hold.week, p_hold.month,
    case when p_hold.status = 'held' then -p_hold.held else 0 end,
    v_settled - coalesce(p_hold.settled, 0)
  );
  update public.ai_holds as h
  set status = p_status, settled_at = p_now, settled_usd = p_settled_usd, settled = v_settled
  where h.org_id = p_hold.org_id and h.request_id = p_hold.request_id;
  if p_settled_usd > p_hold.held_usd then
    insert into public.ai_overruns (org_id, request_id, held_usd, settled_usd)
    values (p_hold.org_id, p_hold.request_id, p_hold.held_usd, p_settled_usd)
    on conflict (org_id, request_id) do update set settled_usd = excluded.settled_usd;
  end if;
end
$$;


ALTER FUNCTION private.settle_hold(p_hold public.ai_holds, p_status text, p_settled_usd numeric, p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION settle_hold(p_hold public.ai_holds, p_status text, p_settled_usd numeric, p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.settle_hold(p_hold public.ai_holds, p_status text, p_settled_usd numeric, p_now timestamp with time zone) IS 'Replaces a locked hold by its cost in every scope, in the hold''s own periods. A swept hold gives back what it was charged too much.';

-- Name: FUNCTION settle_hold(p_hold public.ai_holds, p_status text, p_settled_usd numeric, p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.settle_hold(p_hold public.ai_holds, p_status text, p_settled_usd numeric, p_now timestamp with time zone) FROM PUBLIC;

-- Name: severity_rank(text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.severity_rank(p_severity text) RETURNS integer
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select array_position(array['info', 'warning', 'critical'], p_severity)
$$;


ALTER FUNCTION private.severity_rank(p_severity text) OWNER TO postgres;

-- Name: FUNCTION severity_rank(p_severity text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.severity_rank(p_severity text) IS '1 info, 2 warning, 3 critical.';

-- Name: FUNCTION severity_rank(p_severity text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.severity_rank(p_severity text) FROM PUBLIC;

-- Name: share_p_value(bigint, bigint, bigint, bigint); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.share_p_value(p_hits bigint, p_of bigint, p_other_hits bigint, p_other_of bigint) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select case when p_of >= 30 and p_other_of >= 30 and pooled.share > 0 and pooled.share < 1 then
    round(erfc(abs(p_hits::float8 / p_of - p_other_hits::float8 / p_other_of)
      / sqrt(pooled.share * (1 - pooled.share) * (1.0 / p_of + 1.0 / p_other_of)) / sqrt(2.0))::numeric, 4) end
  from (select (p_hits + p_other_hits)::float8 / nullif(p_of + p_other_of, 0) as share) as pooled
$$;


ALTER FUNCTION private.share_p_value(p_hits bigint, p_of bigint, p_other_hits bigint, p_other_of bigint) OWNER TO postgres;

-- Name: FUNCTION share_p_value(p_hits bigint, p_of bigint, p_other_hits bigint, p_other_of bigint); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.share_p_value(p_hits bigint, p_of bigint, p_other_hits bigint, p_other_of bigint) IS 'How likely two shares differ this much by chance (two-sided z test, pooled). NULL below 30 on either side, or when all or none hit.';

-- Name: FUNCTION share_p_value(p_hits bigint, p_of bigint, p_other_hits bigint, p_other_of bigint); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.share_p_value(p_hits bigint, p_of bigint, p_other_hits bigint, p_other_of bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION private.share_p_value(p_hits bigint, p_of bigint, p_other_hits bigint, p_other_of bigint) TO authenticated;
GRANT ALL ON FUNCTION private.share_p_value(p_hits bigint, p_of bigint, p_other_hits bigint, p_other_of bigint) TO service_role;

-- Name: simulated_policy(jsonb, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.simulated_policy(p_policy jsonb, p_org_id uuid) RETURNS public.ai_policies
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_policy  public.ai_policies := private.policy_for(p_org_id, p_policy ->> 'task');
  v_row     public.ai_policies;
  v_problem text;
begin
  if p_policy ? 'version' then
    select p.* into v_row from public.ai_policies as p
    where p.version = (p_policy ->> 'version')::integer and p.task is not distinct from p_policy ->> 'task' and (p.org_id = p_org_id or p.org_id is null)
    order by p.org_id nulls last limit 1;
    if not found then
      raise exception 'Cannot simulate the policy: there is no version % for %', p_policy ->> 'version', coalesce(p_policy ->> 'task', 'all tasks') using errcode = 'PT404';
    end if;
    v_row.tiers := v_policy.tiers || v_row.tiers;
    v_policy := v_row;
  end if;
  v_problem := private.tiers_problem(coalesce(p_policy -> 'tiers', '{}'), p_org_id);
  if v_problem is not null then
    raise exception 'Cannot simulate the policy: %', v_problem using errcode = '22023';
  end if;
  -- What the caller leaves out stays as it is in force.
  return jsonb_populate_record(v_policy, p_policy - array['id', 'org_id', 'version', 'status', 'created_by', 'created_at']
    || jsonb_build_object('task', p_policy -> 'task', 'tiers', v_policy.tiers || coalesce(p_policy -> 'tiers', '{}')));
end
$$;


ALTER FUNCTION private.simulated_policy(p_policy jsonb, p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION simulated_policy(p_policy jsonb, p_org_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.simulated_policy(p_policy jsonb, p_org_id uuid) IS 'The policy a simulation is about: a stored version, or the one in force with the given fields changed.';

-- Name: FUNCTION simulated_policy(p_policy jsonb, p_org_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.simulated_policy(p_policy jsonb, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.simulated_policy(p_policy jsonb, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.simulated_policy(p_policy jsonb, p_org_id uuid) TO service_role;

-- Name: spending_scores(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.spending_scores() RETURNS TABLE(org_id uuid, hour timestamp with time zone, spent_usd numeric, typical_usd numeric, spread_usd numeric, history integer, basis text, score numeric)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with hours as materialized (
    select r.org_id, r.hour, r.cost_usd as spent, o.time_zone, begun.hour as begun
    from (
      select x.org_id, x.hour, sum(x.cost_usd) as cost_usd
      from (
        select h.org_id, h.hour, h.cost_usd from private.ai_org_hours as h
        where h.hour >= date_trunc('hour', (select private.clock())) - interval '1 hour'
        union all
        select f.org_id, f.hour, f.cost_usd from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
        where f.hour >= date_trunc('hour', (select private.clock())) - interval '1 hour'
      ) as x
      group by x.org_id, x.hour
    ) as r
    join public.organizations as o on o.id = r.org_id
    cross join lateral (select min(h.hour) as hour from private.ai_org_hours as h where h.org_id = r.org_id) as begun
    where r.cost_usd > 0 and r.hour <= (select private.clock())
  ),
  past as (
    -- The same hour of the clock, in the organization's time zone, also across the change to summer time. An hour without a row
    -- is an hour without spending, but not before the first one.
    select h.org_id, h.hour, h.spent, p.basis, coalesce(t.cost_usd, 0) as cost
    from hours as h
    cross join lateral (
      select 'same hour of the weekday' as basis, ((h.hour at time zone h.time_zone) - n * interval '7 days') at time zone h.time_zone as hour
      from generate_series(1, 8) as n
      union all
      select 'same hour of the day', ((h.hour at time zone h.time_zone) - n * interval '1 day') at time zone h.time_zone from generate_series(1, 14) as n
    ) as p
    left join private.ai_org_hours as t on t.org_id = h.org_id and t.hour = p.hour
    where p.hour >= h.begun
  ),
  typical as (
    select p.org_id, p.hour, p.spent, p.basis, count(*)::integer as history, percentile_cont(0.5) within group (order by p.cost::float8) as median
    from past as p
    group by p.org_id, p.hour, p.spent, p.basis
  ),
  spread as (
    select t.org_id, t.hour, t.spent, t.basis, t.history, t.median,
           percentile_cont(0.5) within group (order by abs(p.cost::float8 - t.median)) as mad
    from typical as t
    join past as p on p.org_id = t.org_id and p.hour = t.hour and p.basis = t.basis
    group by t.org_id, t.hour, t.spent, t.basis, t.history, t.median
  )
  select s.org_id, s.hour, s.spent, round(s.median::numeric, 6), round(scale.of::numeric, 6), s.history, s.basis,
         round(((s.spent::float8 - s.median) / scale.of)::numeric, 2)
  from spread as s
  -- 1.4826 MAD is the standard deviation of a normal distribution. A quiet history must not make every cent an anomaly.
  cross join lateral (select greatest(1.4826 * s.mad, 0.1 * s.median, 0.05) as of) as scale
$$;


ALTER FUNCTION private.spending_scores() OWNER TO postgres;

-- Name: FUNCTION spending_scores(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.spending_scores() IS 'The running and the last hour of each organization that spent in them, against the same hour of the last eight weeks and of the last fourteen days: robust standard deviations above the median.';

-- Name: FUNCTION spending_scores(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.spending_scores() FROM PUBLIC;

-- Name: stale_price_conditions(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.stale_price_conditions() RETURNS SETOF private.alert_condition
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select r.org_id, r.rule_id, r.severity, format('stale_prices:%s', r.severity),
         format('%s prices were last checked more than %s days ago, the oldest on %s', count(*), round(r.threshold), min(p.source_on)),
         jsonb_build_object('prices', count(*), 'oldest_on', min(p.source_on), 'days', r.threshold,
           'models', (array_agg(distinct p.provider || '/' || p.model order by p.provider || '/' || p.model))[1:50])
  from private.alert_rules_for('stale_prices') as r
  join public.ai_model_prices as p on p.source_on < ((select private.clock()) at time zone 'UTC')::date - r.threshold::integer
  join public.ai_models as m on m.provider = p.provider and m.model = p.model and m.org_id is not distinct from p.org_id and m.active
  where p.effective_from <= (select private.clock()) and (p.effective_to is null or p.effective_to > (select private.clock()))
    and (m.shutdown_on is null or m.shutdown_on > (select private.clock())::date)
  group by r.org_id, r.rule_id, r.severity, r.threshold
$$;


ALTER FUNCTION private.stale_price_conditions() OWNER TO postgres;

-- Name: FUNCTION stale_price_conditions(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.stale_price_conditions() IS 'Prices in force of models that may be called, whose source was not looked at for longer than a rule allows.';

-- Name: FUNCTION stale_price_conditions(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.stale_price_conditions() FROM PUBLIC;

-- Name: start; Type: TYPE; Schema: private; Owner: postgres

CREATE TYPE private.start AS (
	tier text,
	reasons text[]
);


ALTER TYPE private.start OWNER TO postgres;

-- Name: TYPE start; Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON TYPE private.start IS 'The tier a request starts with, and why, in the order the rules spoke.';

-- Name: steer_experiment(uuid, boolean, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.steer_experiment(p_id uuid, p_start boolean, p_reason text) RETURNS public.ai_experiments
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  e          public.ai_experiments;
  v_variants text[];
begin
  select x.* into e from public.ai_experiments as x where x.id = p_id
    and (private.is_trusted() or private.is_org_admin(x.org_id) or (x.org_id is null and private.is_operator()))
  for update;
  if not found then
    raise exception 'Cannot % the experiment: there is none that the caller may change', case when p_start then 'start' else 'stop' end using errcode = 'PT404';
  elsif not p_start then
    if e.status <> 'running' then
      raise exception 'Cannot stop the experiment: it is %', e.status using errcode = '55000';
    end if;
    return private.end_experiment(p_id, 'stopped', coalesce(p_reason, 'by hand'), null, false);
  elsif e.status <> 'draft' then
    raise exception 'Cannot start the experiment: it is %', e.status using errcode = '55000';
  end if;
  select array_agg(p.variant) into v_variants from public.ai_prompts as p
  where p.key = e.prompt_key and p.version = e.prompt_version and p.org_id is not distinct from e.org_id and p.status = 'active' and p.weight > 0;
  if coalesce(cardinality(v_variants), 0) < 2 or not e.control = any (v_variants) then
    raise exception 'Cannot start the experiment: version % of % needs two active variants with a weight, one of them the control %',
      e.prompt_version, e.prompt_key, e.control using errcode = '55000';
  end if;
  update public.ai_experiments as x set status = 'running', started_at = private.clock() where x.id = p_id returning * into e;
  return e;
end
$$;


ALTER FUNCTION private.steer_experiment(p_id uuid, p_start boolean, p_reason text) OWNER TO postgres;

-- Name: FUNCTION steer_experiment(p_id uuid, p_start boolean, p_reason text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.steer_experiment(p_id uuid, p_start boolean, p_reason text) IS 'Body of public.start_experiment and public.stop_experiment.';

-- Name: FUNCTION steer_experiment(p_id uuid, p_start boolean, p_reason text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.steer_experiment(p_id uuid, p_start boolean, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.steer_experiment(p_id uuid, p_start boolean, p_reason text) TO authenticated;
GRANT ALL ON FUNCTION private.steer_experiment(p_id uuid, p_start boolean, p_reason text) TO service_role;

-- Name: sweep_holds(integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.sweep_holds(p_limit integer DEFAULT 500) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_now   timestamptz := private.clock();
  v_hold  public.ai_holds;
  v_swept integer := 0;
begin
  for v_hold in
    select * from public.ai_holds as h
    where h.status = 'held' and h.expires_at <= v_now
    order by h.expires_at
    limit p_limit
    for update skip locked
  loop
    perform private.write_request_row(v_hold.context || jsonb_build_object(
      'id', v_hold.request_id, 'org_id', v_hold.org_id, 'created_at', v_hold.created_at, 'status', 'swept', 'error_code', 'timeout',
      'cost_usd', v_hold.held_usd, 'tier', null, 'provider', null, 'model', null));
    perform private.settle_hold(v_hold, 'swept', v_hold.held_usd, v_now);
    delete from public.ai_idempotency_keys as i where i.org_id = v_hold.org_id and i.request_id = v_hold.request_id and i.answer is null;
    perform private.finish_queued(v_hold.org_id, v_hold.context ->> 'queue_id', v_hold.request_id, 'timeout', null, v_now);
    v_swept := v_swept + 1;
  end loop;
  return v_swept;
end
$$;


ALTER FUNCTION private.sweep_holds(p_limit integer) OWNER TO postgres;

-- Name: FUNCTION sweep_holds(p_limit integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.sweep_holds(p_limit integer) IS 'Charges holds that expired without a settle, in full. Called by cron; skips holds being settled right now. Returns how many.';

-- Name: FUNCTION sweep_holds(p_limit integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.sweep_holds(p_limit integer) FROM PUBLIC;

-- Name: take_otlp_answer(private.ai_otlp_state, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.take_otlp_answer(p_state private.ai_otlp_state, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_answer record;
begin
  select r.id, r.status_code, r.error_msg into v_answer from net._http_response as r where r.id = p_state.net_request_id;
  if v_answer.status_code between 200 and 299 then
    update private.ai_otlp_state as s
    set exported_to = s.batch_to, batch_to = null, attempts = 0, problem = null,
        sent_spans = s.sent_spans + (select count(*) from private.otlp_spans(s.exported_to, s.batch_to));
  elsif v_answer.status_code between 400 and 499 and v_answer.status_code not in (408, 429) then
    -- The protocol says not to send it again.
    update private.ai_otlp_state as s
    set exported_to = s.batch_to, batch_to = null, attempts = 0, dropped_batches = s.dropped_batches + 1, problem = 'refused with ' || v_answer.status_code;
  elsif v_answer.id is not null or p_state.posted_at < p_now - interval '2 minutes' then
    update private.ai_otlp_state as s
    set net_request_id = null, problem = coalesce(v_answer.error_msg, 'answered with ' || v_answer.status_code, 'no answer in two minutes'),
        next_attempt_at = p_now + least(interval '30 seconds' * power(2, s.attempts - 1), interval '30 minutes');
  end if;
end
$$;


ALTER FUNCTION private.take_otlp_answer(p_state private.ai_otlp_state, p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION take_otlp_answer(p_state private.ai_otlp_state, p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.take_otlp_answer(p_state private.ai_otlp_state, p_now timestamp with time zone) IS 'What the collector said to the batch on its way: taken, refused for good, or to be sent again after a doubling pause.';

-- Name: FUNCTION take_otlp_answer(p_state private.ai_otlp_state, p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.take_otlp_answer(p_state private.ai_otlp_state, p_now timestamp with time zone) FROM PUBLIC;

-- Name: text_config(text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.text_config(p_language text) RETURNS regconfig
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select case left(p_language, 2)
    when 'de' then 'pg_catalog.german'::regconfig
    when 'en' then 'pg_catalog.english'::regconfig
    when 'es' then 'pg_catalog.spanish'::regconfig
    when 'fr' then 'pg_catalog.french'::regconfig
    when 'it' then 'pg_catalog.italian'::regconfig
    when 'nl' then 'pg_catalog.dutch'::regconfig
    when 'pt' then 'pg_catalog.portuguese'::regconfig
    else 'pg_catalog.simple'::regconfig
  end
$$;


ALTER FUNCTION private.text_config(p_language text) OWNER TO postgres;

-- Name: FUNCTION text_config(p_language text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.text_config(p_language text) IS 'How the words of a language are stemmed; simple where we do not know.';

-- Name: FUNCTION text_config(p_language text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.text_config(p_language text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.text_config(p_language text) TO authenticated;
GRANT ALL ON FUNCTION private.text_config(p_language text) TO service_role;

-- Name: tier_rank(text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.tier_rank(p_tier text) RETURNS integer
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select case p_tier when 'small' then 1 when 'large' then 2 when 'frontier' then 3 end
$$;


ALTER FUNCTION private.tier_rank(p_tier text) OWNER TO postgres;

-- Name: FUNCTION tier_rank(p_tier text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.tier_rank(p_tier text) IS '1 small, 2 large, 3 frontier; NULL for anything else.';

-- Name: FUNCTION tier_rank(p_tier text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.tier_rank(p_tier text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.tier_rank(p_tier text) TO authenticated;
GRANT ALL ON FUNCTION private.tier_rank(p_tier text) TO service_role;

-- Name: tiers_problem(jsonb, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.tiers_problem(p_tiers jsonb, p_org uuid) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  candidates constant jsonb := '{"type":"array","minItems":1,"maxItems":10,"items":{"type":"object","required":["provider","model"],"additionalProperties":false,"properties":{"provider":{"type":"string"},"model":{"type":"string"}}}}'::jsonb;
  problem text;
  kinds bigint;
begin
  problem := private.setting_problem(
    jsonb_build_object(
      'type', 'object',
      'additionalProperties', false,
      'properties', jsonb_build_object('small', candidates, 'large', candidates, 'frontier', candidates)
    ),
    p_tiers,
    'tiers'
  );
  if problem is not null then
    return problem;
  end if;

  select format('tiers.%s names %s %s, which is no active model', tier.key, entry.value ->> 'provider', entry.value ->> 'model')
  into problem
  from jsonb_each(p_tiers) as tier
  cross join jsonb_array_elements(tier.value) as entry
  where not exists (
    select from public.ai_models as model
    where model.provider = entry.value ->> 'provider'
      and model.model = entry.value ->> 'model'
      and (model.org_id is null or model.org_id = p_org)
      and model.kind in ('chat', 'embedding')
      and model.active
  )
  limit 1;
  if problem is not null then
    return problem;
  end if;

  -- Vectors of two models cannot be compared, so an embedding policy may only offer several ways to one model.
  select count(distinct case model.kind when 'chat' then 'chat' else model.model end) into kinds
  from jsonb_each(p_tiers) as tier
  cross join jsonb_array_elements(tier.value) as entry
  join public.ai_models as model
    on model.provider = entry.value ->> 'provider' and model.model = entry.value ->> 'model';
  return case when kinds > 1 then 'tiers mix embedding models, or embeddings and chat: embeddings never change model' end;
end
$$;


ALTER FUNCTION private.tiers_problem(p_tiers jsonb, p_org uuid) OWNER TO postgres;

-- Name: FUNCTION tiers_problem(p_tiers jsonb, p_org uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.tiers_problem(p_tiers jsonb, p_org uuid) IS 'Why tiers cannot be used by an organization (NULL = the platform), as one sentence; NULL when they can.';

-- Name: FUNCTION tiers_problem(p_tiers jsonb, p_org uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.tiers_problem(p_tiers jsonb, p_org uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.tiers_problem(p_tiers jsonb, p_org uuid) TO authenticated;
GRANT ALL ON FUNCTION private.tiers_problem(p_tiers jsonb, p_org uuid) TO service_role;

-- Name: touch_updated_at(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.updated_at := private.clock();
  return new;
end
$$;


ALTER FUNCTION private.touch_updated_at() OWNER TO postgres;

-- Name: FUNCTION touch_updated_at(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.touch_updated_at() IS 'Sets updated_at on every change.';

-- Name: FUNCTION touch_updated_at(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.touch_updated_at() FROM PUBLIC;

-- Name: turn_assistant(uuid, uuid, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.turn_assistant(p_org_id uuid, p_named uuid, p_conversation uuid) RETURNS public.ai_assistants
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  chosen public.ai_assistants;
begin
  if coalesce(p_named, p_conversation) is null then
    select assistant.* into chosen
    from public.ai_default_assistants as preferred
    join public.ai_assistants as assistant on assistant.org_id = preferred.org_id and assistant.id = preferred.assistant_id
    where preferred.org_id = p_org_id and preferred.user_id = auth.uid() and assistant.status = 'active';
    return chosen;
  end if;
  select assistant.* into chosen
  from public.ai_assistants as assistant
  where assistant.org_id = p_org_id and assistant.id = coalesce(p_named, p_conversation);
  if not found then
    raise exception 'Cannot chat: there is no such assistant' using errcode = 'PT404';
  elsif chosen.status = 'inactive' then
    raise exception 'Cannot chat: the assistant is inactive' using errcode = 'PT400';
  end if;
  return chosen;
end
$$;


ALTER FUNCTION private.turn_assistant(p_org_id uuid, p_named uuid, p_conversation uuid) OWNER TO postgres;

-- Name: FUNCTION turn_assistant(p_org_id uuid, p_named uuid, p_conversation uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.turn_assistant(p_org_id uuid, p_named uuid, p_conversation uuid) IS 'Who answers: the assistant that is named, else the conversation''s, else the user''s default, else nobody in particular (all NULL). PT404 for one the caller does not see, PT400 for an inactive one.';

-- Name: FUNCTION turn_assistant(p_org_id uuid, p_named uuid, p_conversation uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.turn_assistant(p_org_id uuid, p_named uuid, p_conversation uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.turn_assistant(p_org_id uuid, p_named uuid, p_conversation uuid) TO authenticated;

-- Name: turn_history(uuid, uuid, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.turn_history(p_org_id uuid, p_conversation_id uuid, p_last uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with recursive chain as (
    select message.id, message.parent_id, message.role, message.content, message.pinned, 1 as back,
      octet_length(message.content)::bigint as bytes
    from public.ai_messages as message
    where message.org_id = p_org_id and message.conversation_id = p_conversation_id and message.id = p_last
    union all
    select message.id, message.parent_id, message.role, message.content, message.pinned, chain.back + 1,
      chain.bytes + octet_length(message.content)
    from chain
    join public.ai_messages as message
      on message.org_id = p_org_id and message.conversation_id = p_conversation_id and message.id = chain.parent_id
    where chain.back < 2000
  )
  select coalesce(
    jsonb_agg(
      jsonb_build_object('id', chain.id, 'role', chain.role, 'content', chain.content, 'pinned', chain.pinned)
      order by chain.back desc
    ),
    '[]'
  )
  from chain
  where chain.role in ('user', 'assistant') and chain.content <> '' and (chain.bytes <= 400000 or chain.pinned)
$$;


ALTER FUNCTION private.turn_history(p_org_id uuid, p_conversation_id uuid, p_last uuid) OWNER TO postgres;

-- Name: FUNCTION turn_history(p_org_id uuid, p_conversation_id uuid, p_last uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.turn_history(p_org_id uuid, p_conversation_id uuid, p_last uuid) IS 'The branch that ends at a message, oldest first: the newest 400,000 bytes of at most 2,000 messages, and what is pinned among them.';

-- Name: FUNCTION turn_history(p_org_id uuid, p_conversation_id uuid, p_last uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.turn_history(p_org_id uuid, p_conversation_id uuid, p_last uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.turn_history(p_org_id uuid, p_conversation_id uuid, p_last uuid) TO authenticated;

-- Name: turn_organization(uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.turn_organization(p_org_id uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  mine uuid[] := array(select private.my_org_ids() limit 2);
begin
  if p_org_id is not null then
    if not p_org_id in (select private.my_org_ids()) then
      raise exception 'Cannot act for the organization: the caller is not a member of it' using errcode = 'PT403';
    end if;
    return p_org_id;
  elsif cardinality(mine) = 0 then
    raise exception 'Cannot act for an organization: the caller is a member of none' using errcode = 'PT403';
  elsif cardinality(mine) > 1 then
    raise exception 'Cannot tell the organization: the caller is in several, so org_id is required' using errcode = 'PT400';
  end if;
  return mine[1];
end
$$;


ALTER FUNCTION private.turn_organization(p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION turn_organization(p_org_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.turn_organization(p_org_id uuid) IS 'The organization the calling user acts for, told as admission tells it (private.resolve_caller).';

-- Name: FUNCTION turn_organization(p_org_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.turn_organization(p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.turn_organization(p_org_id uuid) TO authenticated;

-- Name: unset_setting(text, uuid, uuid, integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  definition public.ai_setting_definitions;
  current_version integer;
begin
  select * into definition from public.ai_setting_definitions as known where known.key = p_key;
  if not found then
    raise exception 'Cannot set %: there is no such key', p_key using errcode = '22023';
  end if;
  perform private.authorize_setting(definition, p_org_id, p_user_id);

  select setting.version into current_version
  from public.ai_settings as setting
  where setting.key = p_key
    and setting.org_id is not distinct from p_org_id
    and setting.user_id is not distinct from p_user_id
  for update;
  if p_expected_version is not null and coalesce(current_version, 0) <> p_expected_version then
    raise exception 'Cannot set %: it was changed meanwhile, version is %, not %',
      p_key, coalesce(current_version, 0), p_expected_version
      using errcode = 'PT409', hint = 'Read it again and retry; 0 stands for no value yet';
  end if;
  delete from public.ai_settings as setting
  where setting.key = p_key
    and setting.org_id is not distinct from p_org_id
    and setting.user_id is not distinct from p_user_id;
  return current_version is not null;
end
$$;


ALTER FUNCTION private.unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer) OWNER TO postgres;

-- Name: FUNCTION unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer) IS 'Body of public.unset_setting.';

-- Name: FUNCTION unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer) TO authenticated;
GRANT ALL ON FUNCTION private.unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer) TO service_role;

-- Name: usage_breakdown(uuid, date, date, text, integer, text); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text) RETURNS TABLE(key text, request_count bigint, failed_count bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, cost numeric, unpriced_count bigint)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with sums as materialized (
    select p.key, sum(p.requests)::bigint as requests, sum(p.failed)::bigint as failed, sum(p.input_tokens)::bigint as input_tokens,
           sum(p.output_tokens)::bigint as output_tokens, sum(p.cost_usd) as cost_usd,
           case when count(*) filter (where r.per_usd is null and p.cost_usd <> 0) = 0 then coalesce(sum(p.cost_usd * r.per_usd), 0) end as cost,
           sum(p.unpriced)::bigint as unpriced
    from private.cost_parts(p_org_id, p_from, p_to, p_by) as p
    left join private.day_rates(p_org_id, p_from, p_to) as r on r.day = p.day
    group by p.key
    having sum(p.requests) > 0
  )
  select s.key, s.requests, s.failed, s.input_tokens, s.output_tokens,
         case when s.unpriced < s.requests or s.cost_usd > 0 then s.cost_usd end,
         case when s.unpriced < s.requests or s.cost_usd > 0 then s.cost end, s.unpriced
  from sums as s
  left join sums as last on last.key = p_after
  where p_after is null or s.cost_usd < last.cost_usd or (s.cost_usd = last.cost_usd and s.key > last.key)
  order by s.cost_usd desc, s.key
  limit least(p_limit, 1000)
$$;


ALTER FUNCTION private.usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text) OWNER TO postgres;

-- Name: FUNCTION usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text) IS 'Behind public.ai_usage_breakdown.';

-- Name: FUNCTION usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text) TO authenticated;
GRANT ALL ON FUNCTION private.usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text) TO service_role;

-- Name: usage_daily(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.usage_daily() RETURNS TABLE(org_id uuid, day date, task text, provider text, model text, request_count bigint, input_tokens bigint, output_tokens bigint, total_tokens bigint, total_cost_usd numeric, unpriced_count bigint, failed_count bigint, refused_count bigint, cached_count bigint, escalated_count bigint, fell_back_count bigint, rules_count bigint, review_count bigint, avg_latency_ms integer, p50_latency_ms integer, p95_latency_ms integer, p99_latency_ms integer, avg_confidence numeric)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  with visible as materialized (select v.id from private.reported_org_ids() as v (id)),
  state as materialized (select s.rolled_up_to, s.views_from from private.ai_rollup_state as s),
  tail as materialized (
    select f.* from private.fresh_requests((select rolled_up_to from state), 9223372036854775807) as f
    where f.org_id in (select id from visible)
  ),
  parts as (
    select c.org_id, c.day, c.task, c.provider, c.model, c.requests, c.failed, c.refused, c.cached, c.escalated, c.fell_back, c.by_rules,
           c.for_review, c.input_tokens, c.output_tokens, c.cost_usd, c.unpriced, c.latency_ms, c.timed, c.confidence, c.with_confidence
    from private.ai_usage_daily_closed as c
    where c.day < (select views_from from state) and c.org_id in (select id from visible)
    union all
    select d.* from private.ai_task_days as d
    where d.day >= (select views_from from state) and d.org_id in (select id from visible)
    union all
    select t.org_id, t.day, t.task, t.provider, t.model, t.requests, t.failed, t.refused, t.cached, t.escalated, t.fell_back, t.by_rules,
           t.for_review, t.input_tokens, t.output_tokens, t.cost_usd, t.unpriced, t.latency_ms, t.timed, t.confidence, t.with_confidence
    from tail as t
  ),
  sums as (
    select p.org_id, p.day, p.task, p.provider, p.model, sum(p.requests) as requests, sum(p.failed) as failed, sum(p.refused) as refused,
           sum(p.cached) as cached, sum(p.escalated) as escalated, sum(p.fell_back) as fell_back, sum(p.by_rules) as by_rules,
           sum(p.for_review) as for_review, sum(p.input_tokens) as input_tokens, sum(p.output_tokens) as output_tokens,
           sum(p.cost_usd) as cost_usd, sum(p.unpriced) as unpriced, sum(p.latency_ms) as latency_ms, sum(p.timed) as timed,
           sum(p.confidence) as confidence, sum(p.with_confidence) as with_confidence
    from parts as p
    group by p.org_id, p.day, p.task, p.provider, p.model
  ),
  latencies as (
    select h.org_id, h.day, h.task, h.provider, h.model, array_agg(h.bucket) as buckets, array_agg(h.n) as counts
    from (
      select x.org_id, x.day, x.task, x.provider, x.model, x.bucket, sum(x.n)::bigint as n
      from (
        select c.org_id, c.day, c.task, c.provider, c.model, u.bucket, u.n
        from private.ai_usage_daily_closed as c
        cross join lateral unnest(c.buckets, c.counts) as u (bucket, n)
        where c.day < (select views_from from state) and c.org_id in (select id from visible)
        union all
        select l.* from private.ai_latency_days as l
        where l.day >= (select views_from from state) and l.org_id in (select id from visible)
        union all
        select t.org_id, t.day, t.task, t.provider, t.model, t.bucket, t.requests from tail as t where t.bucket is not null
      ) as x
      group by x.org_id, x.day, x.task, x.provider, x.model, x.bucket
    ) as h
    group by h.org_id, h.day, h.task, h.provider, h.model
  )
  select s.org_id, s.day, s.task, nullif(s.provider, ''), nullif(s.model, ''), s.requests::bigint, s.input_tokens::bigint, s.output_tokens::bigint,
         (s.input_tokens + s.output_tokens)::bigint, s.cost_usd, s.unpriced::bigint, s.failed::bigint, s.refused::bigint, s.cached::bigint,
         s.escalated::bigint, s.fell_back::bigint, s.by_rules::bigint, s.for_review::bigint,
         (s.latency_ms / nullif(s.timed, 0))::integer,
         private.percentile_of(l.buckets, l.counts, 0.50), private.percentile_of(l.buckets, l.counts, 0.95), private.percentile_of(l.buckets, l.counts, 0.99),
         round(s.confidence / nullif(s.with_confidence, 0), 4)
  from sums as s
  left join latencies as l using (org_id, day, task, provider, model)
$$;


ALTER FUNCTION private.usage_daily() OWNER TO postgres;

-- Name: FUNCTION usage_daily(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.usage_daily() IS 'Behind public.ai_usage_daily.';

-- Name: FUNCTION usage_daily(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.usage_daily() FROM PUBLIC;
GRANT ALL ON FUNCTION private.usage_daily() TO authenticated;
GRANT ALL ON FUNCTION private.usage_daily() TO service_role;

-- Name: usage_parts(uuid, date, date); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.usage_parts(p_org_id uuid, p_from date, p_to date) RETURNS TABLE(day date, task text, provider text, model text, requests bigint, failed bigint, refused bigint, cached bigint, escalated bigint, fell_back bigint, by_rules bigint, for_review bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint, latency_ms bigint, timed bigint, confidence numeric, with_confidence bigint)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select d.day, d.task, d.provider, d.model, d.requests, d.failed, d.refused, d.cached, d.escalated, d.fell_back, d.by_rules, d.for_review,
         d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced, d.latency_ms, d.timed, d.confidence, d.with_confidence
  from private.ai_task_days as d
  where d.org_id = p_org_id and d.day between p_from and p_to
  union all
  select f.day, f.task, f.provider, f.model, f.requests, f.failed, f.refused, f.cached, f.escalated, f.fell_back, f.by_rules, f.for_review,
         f.input_tokens, f.output_tokens, f.cost_usd, f.unpriced, f.latency_ms, f.timed, f.confidence, f.with_confidence
  from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
  where f.org_id = p_org_id and f.day between p_from and p_to
$$;


ALTER FUNCTION private.usage_parts(p_org_id uuid, p_from date, p_to date) OWNER TO postgres;

-- Name: FUNCTION usage_parts(p_org_id uuid, p_from date, p_to date); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.usage_parts(p_org_id uuid, p_from date, p_to date) IS 'Additive measures of an organization''s requests by day, task and model (empty text where no model answered); several rows may be of one.';

-- Name: FUNCTION usage_parts(p_org_id uuid, p_from date, p_to date); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.usage_parts(p_org_id uuid, p_from date, p_to date) FROM PUBLIC;

-- Name: usage_series(uuid, date, date, text, integer); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  with parts as materialized (select p.* from private.cost_parts(p_org_id, p_from, p_to, p_by) as p),
  shown as materialized (
    select p.key from parts as p group by p.key having sum(p.requests) > 0
    order by sum(p.cost_usd) desc, sum(p.requests) desc, p.key limit p_keys
  ),
  days as (
    select p.day, s.key, sum(p.requests) as requests, sum(p.failed) as failed, sum(p.fell_back) as fell_back, sum(p.input_tokens) as input_tokens,
           sum(p.output_tokens) as output_tokens, sum(p.cost_usd) as cost_usd, sum(p.unpriced) as unpriced
    from parts as p
    left join shown as s on s.key = p.key
    group by p.day, s.key
    having sum(p.requests) > 0
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'day', d.day, 'key', d.key, 'request_count', d.requests, 'failed_count', d.failed, 'fell_back_count', d.fell_back,
    'input_tokens', d.input_tokens, 'output_tokens', d.output_tokens, 'cost_usd', d.cost_usd, 'cost', d.cost_usd * r.per_usd,
    'unpriced_count', d.unpriced
  ) order by d.day, d.key), '[]')
  from days as d
  left join private.day_rates(p_org_id, p_from, p_to) as r on r.day = d.day
$$;


ALTER FUNCTION private.usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer) OWNER TO postgres;

-- Name: FUNCTION usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer) IS 'Behind public.ai_usage_series.';

-- Name: FUNCTION usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer) TO authenticated;
GRANT ALL ON FUNCTION private.usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer) TO service_role;

-- Name: usage_summary(uuid, date, date); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.usage_summary(p_org_id uuid, p_from date, p_to date) RETURNS TABLE(request_count bigint, failed_count bigint, refused_count bigint, cached_count bigint, escalated_count bigint, fell_back_count bigint, rules_count bigint, review_count bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, cost numeric, currency text, unpriced_count bigint, avg_latency_ms integer, p50_latency_ms integer, p95_latency_ms integer, p99_latency_ms integer, avg_confidence numeric, confidence_count bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select coalesce(sum(p.requests), 0)::bigint, coalesce(sum(p.failed), 0)::bigint, coalesce(sum(p.refused), 0)::bigint,
         coalesce(sum(p.cached), 0)::bigint, coalesce(sum(p.escalated), 0)::bigint, coalesce(sum(p.fell_back), 0)::bigint,
         coalesce(sum(p.by_rules), 0)::bigint, coalesce(sum(p.for_review), 0)::bigint, coalesce(sum(p.input_tokens), 0)::bigint,
         coalesce(sum(p.output_tokens), 0)::bigint, coalesce(sum(p.cost_usd), 0),
         case when count(*) filter (where r.per_usd is null and p.cost_usd <> 0) = 0 then coalesce(sum(p.cost_usd * r.per_usd), 0) end,
         o.currency, coalesce(sum(p.unpriced), 0)::bigint, (sum(p.latency_ms) / nullif(sum(p.timed), 0))::integer,
         min(l.p50), min(l.p95), min(l.p99), round(sum(p.confidence) / nullif(sum(p.with_confidence), 0), 4),
         coalesce(sum(p.with_confidence), 0)::bigint
  from public.organizations as o
  left join private.usage_parts(p_org_id, p_from, p_to) as p on true
  left join private.day_rates(p_org_id, p_from, p_to) as r on r.day = p.day
  cross join lateral (
    select private.percentile_of(h.buckets, h.counts, 0.50) as p50, private.percentile_of(h.buckets, h.counts, 0.95) as p95,
           private.percentile_of(h.buckets, h.counts, 0.99) as p99
    from (
      select array_agg(x.bucket) as buckets, array_agg(x.n) as counts
      from (select b.bucket, sum(b.requests)::bigint as n from private.latency_parts(p_org_id, p_from, p_to) as b group by b.bucket) as x
    ) as h
  ) as l
  where o.id = p_org_id and o.id in (select v.id from private.reported_org_ids() as v (id))
  group by o.id, o.currency
$$;


ALTER FUNCTION private.usage_summary(p_org_id uuid, p_from date, p_to date) OWNER TO postgres;

-- Name: FUNCTION usage_summary(p_org_id uuid, p_from date, p_to date); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.usage_summary(p_org_id uuid, p_from date, p_to date) IS 'Behind public.ai_usage_summary.';

-- Name: FUNCTION usage_summary(p_org_id uuid, p_from date, p_to date); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.usage_summary(p_org_id uuid, p_from date, p_to date) FROM PUBLIC;
GRANT ALL ON FUNCTION private.usage_summary(p_org_id uuid, p_from date, p_to date) TO authenticated;
GRANT ALL ON FUNCTION private.usage_summary(p_org_id uuid, p_from date, p_to date) TO service_role;

-- Name: visible_org_ids(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.visible_org_ids() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select organization.id
  from public.organizations as organization
  where (select private.is_trusted())
  union all
  select own.id
  from private.my_org_ids() as own (id)
  where not coalesce((select private.is_trusted()), false)
$$;


ALTER FUNCTION private.visible_org_ids() OWNER TO postgres;

-- Name: FUNCTION visible_org_ids(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.visible_org_ids() IS 'Every organization for postgres and the service role, the caller''s own for everyone else. The one tenant filter of all views.';

-- Name: FUNCTION visible_org_ids(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.visible_org_ids() FROM PUBLIC;
GRANT ALL ON FUNCTION private.visible_org_ids() TO authenticated;
GRANT ALL ON FUNCTION private.visible_org_ids() TO service_role;

-- Name: watch_experiments(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.watch_experiments() RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  e       public.ai_experiments;
  v_best  private.experiment_result;
  v_worse integer;
  v_all   integer;
  v_ended integer := 0;
begin
  for e in select x.* from public.ai_experiments as x where x.status = 'running' for update skip locked loop
    -- Harm first.
    select r.* into v_best from private.experiment_results(e.id) as r where r.breach is not null order by r.variant limit 1;
    if found then
      perform private.end_experiment(e.id, 'stopped', format('variant %s: %s beyond its guardrail', v_best.variant, v_best.breach), null, false);
      v_ended := v_ended + 1;
      continue;
    end if;
    select r.* into v_best from private.experiment_results(e.id) as r
    where r.sequential_p_value <= e.alpha and r.rate > (select c.rate from private.experiment_results(e.id) as c where c.is_control)
    order by r.rate desc limit 1;
    if found then
      perform private.end_experiment(e.id, 'finished', format('variant %s is better', v_best.variant), v_best.variant, false);
      v_ended := v_ended + 1;
      continue;
    end if;
    select count(*) filter (where r.sequential_p_value <= e.alpha), count(*) into v_worse, v_all
    from private.experiment_results(e.id) as r where not r.is_control;
    if v_all > 0 and v_worse = v_all then
      perform private.end_experiment(e.id, 'finished', 'every other variant is worse', e.control, false);
      v_ended := v_ended + 1;
    end if;
  end loop;
  return v_ended;
end
$$;


ALTER FUNCTION private.watch_experiments() OWNER TO postgres;

-- Name: FUNCTION watch_experiments(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.watch_experiments() IS 'Ends running experiments: at once when a variant breaks a guardrail (all traffic back to the control), or when the always-valid test has a verdict (all traffic to the winner). Called by cron; returns how many ended.';

-- Name: FUNCTION watch_experiments(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.watch_experiments() FROM PUBLIC;
GRANT ALL ON FUNCTION private.watch_experiments() TO service_role;

-- Name: wilson(bigint, bigint); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.wilson(p_hits bigint, p_of bigint) RETURNS numrange
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  -- 3.8416 = 1.96 squared: 95 %.
  select case when p_of > 0 then numrange(
    greatest(0, round(((w.share + 1.9208 / p_of - w.half) / (1 + 3.8416 / p_of))::numeric, 6)),
    least(1, round(((w.share + 1.9208 / p_of + w.half) / (1 + 3.8416 / p_of))::numeric, 6)), '[]') end
  from (
    select p_hits::float8 / nullif(p_of, 0) as share,
           1.96 * sqrt(p_hits::float8 / nullif(p_of, 0) * (1 - p_hits::float8 / nullif(p_of, 0)) / nullif(p_of, 0) + 0.9604 / nullif(p_of, 0)::float8 ^ 2) as half
  ) as w
$$;


ALTER FUNCTION private.wilson(p_hits bigint, p_of bigint) OWNER TO postgres;

-- Name: FUNCTION wilson(p_hits bigint, p_of bigint); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.wilson(p_hits bigint, p_of bigint) IS 'Where a share lies with 95 % confidence (Wilson score interval). NULL of none.';

-- Name: FUNCTION wilson(p_hits bigint, p_of bigint); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.wilson(p_hits bigint, p_of bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION private.wilson(p_hits bigint, p_of bigint) TO authenticated;
GRANT ALL ON FUNCTION private.wilson(p_hits bigint, p_of bigint) TO service_role;

-- Name: withdraw_request_row(uuid, uuid); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.withdraw_request_row(p_org_id uuid, p_request_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_rolled_up_to bigint;
  v_row          public.ai_request_logs;
begin
  select s.rolled_up_to into v_rolled_up_to from private.ai_rollup_state as s for share;
  delete from public.ai_request_logs as r where r.id = p_request_id and r.org_id = p_org_id returning * into v_row;
  if found and v_row.settled_tx < v_rolled_up_to then
    insert into private.ai_withdrawn_requests (row_data) values (v_row);
  end if;
end
$$;


ALTER FUNCTION private.withdraw_request_row(p_org_id uuid, p_request_id uuid) OWNER TO postgres;

-- Name: FUNCTION withdraw_request_row(p_org_id uuid, p_request_id uuid); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.withdraw_request_row(p_org_id uuid, p_request_id uuid) IS 'Removes a request''s log row before a late settle writes the right one, and lets the rollups subtract it if they have it.';

-- Name: FUNCTION withdraw_request_row(p_org_id uuid, p_request_id uuid); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.withdraw_request_row(p_org_id uuid, p_request_id uuid) FROM PUBLIC;

-- Name: withdrawn_requests(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.withdrawn_requests() RETURNS SETOF public.ai_request_logs
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select (w.row_data).*
  from private.ai_withdrawn_requests as w
  where (w.row_data).org_id in (select private.managed_org_ids())
     or ((w.row_data).user_id = (select auth.uid()) and (w.row_data).org_id in (select private.my_org_ids_as('member')))
$$;


ALTER FUNCTION private.withdrawn_requests() OWNER TO postgres;

-- Name: FUNCTION withdrawn_requests(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.withdrawn_requests() IS 'Log rows that are still in the rollups although a late settle replaced them, as far as the caller might see them in the log.';

-- Name: FUNCTION withdrawn_requests(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.withdrawn_requests() FROM PUBLIC;
GRANT ALL ON FUNCTION private.withdrawn_requests() TO authenticated;
GRANT ALL ON FUNCTION private.withdrawn_requests() TO service_role;

-- Name: write_calls(uuid, uuid, jsonb, timestamp with time zone); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.write_calls(p_org_id uuid, p_request_id uuid, p_calls jsonb, p_now timestamp with time zone) RETURNS numeric
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_cost numeric;
begin
  with written as (
    insert into public.ai_call_logs (
      created_at, request_id, org_id, attempt, purpose, provider, request_model, response_model, price_id, input_tokens, output_tokens,
      cache_read_input_tokens, cache_write_input_tokens, cost_usd, usage_source, latency_ms, time_to_first_token_ms, finish_reason, error_code, stand_in
    )
    select coalesce((c.item ->> 'created_at')::timestamptz, p_now), p_request_id, p_org_id, (c.item ->> 'attempt')::smallint,
           c.item ->> 'purpose', c.item ->> 'provider', c.item ->> 'request_model', c.item ->> 'response_model',
           (c.item ->> 'price_id')::uuid, (c.item ->> 'input_tokens')::integer, (c.item ->> 'output_tokens')::integer,
           (c.item ->> 'cache_read_input_tokens')::integer, (c.item ->> 'cache_write_input_tokens')::integer,
           private.call_cost((c.item ->> 'price_id')::uuid, c.item), c.item ->> 'usage_source',
           (c.item ->> 'latency_ms')::integer, (c.item ->> 'time_to_first_token_ms')::integer,
           c.item ->> 'finish_reason', c.item ->> 'error_code', coalesce((c.item ->> 'stand_in')::boolean, false)
    from jsonb_array_elements(p_calls) as c (item)
    returning cost_usd
  )
  -- One unknown cost makes the sum unknown: the caller then charges the whole hold.
  select case when count(*) = count(w.cost_usd) then coalesce(sum(w.cost_usd), 0) end into v_cost from written as w;
  return v_cost;
end
$$;


ALTER FUNCTION private.write_calls(p_org_id uuid, p_request_id uuid, p_calls jsonb, p_now timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION write_calls(p_org_id uuid, p_request_id uuid, p_calls jsonb, p_now timestamp with time zone); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.write_calls(p_org_id uuid, p_request_id uuid, p_calls jsonb, p_now timestamp with time zone) IS 'Inserts the call rows and answers their cost in US dollars; NULL when one of them is unknown.';

-- Name: FUNCTION write_calls(p_org_id uuid, p_request_id uuid, p_calls jsonb, p_now timestamp with time zone); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.write_calls(p_org_id uuid, p_request_id uuid, p_calls jsonb, p_now timestamp with time zone) FROM PUBLIC;

-- Name: write_lead_class(); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.write_lead_class() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  -- A person who classified the lead meanwhile knows better.
  update public.leads as lead
  set class = new.result ->> 'class',
      class_confidence = (new.meta #>> '{confidence,score}')::numeric,
      class_source = case when new.meta ->> 'action' = 'fallback_to_rules' then 'rules' else 'model' end,
      class_request_id = new.request_id,
      classified_at = private.clock()
  where lead.org_id = new.org_id and lead.id::text = new.options #>> '{subject,id}'
    and lead.class_source is distinct from 'person';
  return null;
end
$$;


ALTER FUNCTION private.write_lead_class() OWNER TO postgres;

-- Name: FUNCTION write_lead_class(); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.write_lead_class() IS 'Writes a finished classification back to its lead, in the transaction that settles the request: one answer, one effect.';

-- Name: FUNCTION write_lead_class(); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.write_lead_class() FROM PUBLIC;

-- Name: write_request_row(jsonb); Type: FUNCTION; Schema: private; Owner: postgres

CREATE FUNCTION private.write_request_row(p_context jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  insert into public.ai_request_logs
  select * from jsonb_populate_record(null::public.ai_request_logs, jsonb_build_object(
    'created_at', private.clock(), 'calls', 0, 'cached', false, 'escalated', false, 'fell_back', false, 'needs_review', false,
    'settled_tx', pg_current_xact_id()::text::bigint
  ) || p_context);
end
$$;


ALTER FUNCTION private.write_request_row(p_context jsonb) OWNER TO postgres;

-- Name: FUNCTION write_request_row(p_context jsonb); Type: COMMENT; Schema: private; Owner: postgres

COMMENT ON FUNCTION private.write_request_row(p_context jsonb) IS 'Inserts a log row from an object keyed by column name.';

-- Name: FUNCTION write_request_row(p_context jsonb); Type: ACL; Schema: private; Owner: postgres

REVOKE ALL ON FUNCTION private.write_request_row(p_context jsonb) FROM PUBLIC;

-- Name: public; Type: SCHEMA; Schema: -; Owner: pg_database_owner

CREATE SCHEMA public;


ALTER SCHEMA public OWNER TO pg_database_owner;

-- Name: SCHEMA public; Type: COMMENT; Schema: -; Owner: pg_database_owner

COMMENT ON SCHEMA public IS 'standard public schema';

-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: pg_database_owner

GRANT USAGE ON SCHEMA public TO anon;
GRANT USAGE ON SCHEMA public TO authenticated;
GRANT USAGE ON SCHEMA public TO service_role;

-- Name: acknowledge_alert(uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.acknowledge_alert(p_alert_id uuid) RETURNS public.ai_alerts
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select private.acknowledge_alert(p_alert_id)
$$;


ALTER FUNCTION public.acknowledge_alert(p_alert_id uuid) OWNER TO postgres;

-- Name: FUNCTION acknowledge_alert(p_alert_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.acknowledge_alert(p_alert_id uuid) IS 'Says that the caller looks after an alert of an organization he manages. The first one counts. Returns the alert; PT404 for one he may not see.';

-- Name: FUNCTION acknowledge_alert(p_alert_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.acknowledge_alert(p_alert_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.acknowledge_alert(p_alert_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.acknowledge_alert(p_alert_id uuid) TO service_role;

-- Name: activate_policy(integer, text, uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.activate_policy(p_version integer, p_task text DEFAULT NULL::text, p_org_id uuid DEFAULT NULL::uuid) RETURNS public.ai_policies
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  activated public.ai_policies;
begin
  perform pg_catalog.pg_advisory_xact_lock(
    pg_catalog.hashtextextended(concat_ws('/', 'ai_policies', coalesce(p_task, '-'), p_org_id), 0)
  );
  update public.ai_policies as policy
  set status = 'retired'
  where policy.task is not distinct from p_task
    and policy.org_id is not distinct from p_org_id
    and policy.status = 'active'
    and policy.version <> p_version;
  update public.ai_policies as policy
  set status = 'active'
  where policy.task is not distinct from p_task
    and policy.org_id is not distinct from p_org_id
    and policy.version = p_version
  returning * into activated;
  if not found then
    raise exception 'Cannot activate version % of the policy for %: there is none that the caller may write',
      p_version, coalesce(p_task, 'all tasks') using errcode = 'PT404';
  end if;
  return activated;
end
$$;


ALTER FUNCTION public.activate_policy(p_version integer, p_task text, p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION activate_policy(p_version integer, p_task text, p_org_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.activate_policy(p_version integer, p_task text, p_org_id uuid) IS 'Makes a version of a policy the active one and retires the one before it, in one step. p_task NULL = the default, p_org_id NULL = the platform''s. PT404 when there is none that the caller may write.';

-- Name: FUNCTION activate_policy(p_version integer, p_task text, p_org_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.activate_policy(p_version integer, p_task text, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.activate_policy(p_version integer, p_task text, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.activate_policy(p_version integer, p_task text, p_org_id uuid) TO service_role;

-- Name: activate_prompt(text, integer, uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.activate_prompt(p_key text, p_version integer, p_org_id uuid DEFAULT NULL::uuid) RETURNS SETOF public.ai_prompts
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('ai_prompts/' || p_key, 0));
  perform from public.ai_prompts as prompt
  where prompt.key = p_key and prompt.version = p_version and prompt.org_id is not distinct from p_org_id;
  if not found then
    raise exception 'Cannot activate prompt % version %: there is none', p_key, p_version using errcode = 'PT404';
  end if;
  update public.ai_prompts as prompt
  set status = 'retired'
  where prompt.key = p_key
    and prompt.org_id is not distinct from p_org_id
    and prompt.status = 'active'
    and prompt.version <> p_version;
  return query
  update public.ai_prompts as prompt
  set status = 'active'
  where prompt.key = p_key and prompt.org_id is not distinct from p_org_id and prompt.version = p_version
  returning prompt.*;
  -- Row level security hides rows from an update without a word.
  if not found then
    raise exception 'Cannot activate prompt % version %: the caller may not', p_key, p_version using errcode = '42501';
  end if;
end
$$;


ALTER FUNCTION public.activate_prompt(p_key text, p_version integer, p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION activate_prompt(p_key text, p_version integer, p_org_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.activate_prompt(p_key text, p_version integer, p_org_id uuid) IS 'Makes all variants of a version active and retires the version before it, in one step. A retired version may come back.';

-- Name: FUNCTION activate_prompt(p_key text, p_version integer, p_org_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.activate_prompt(p_key text, p_version integer, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.activate_prompt(p_key text, p_version integer, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.activate_prompt(p_key text, p_version integer, p_org_id uuid) TO service_role;

-- Name: ai_admit(jsonb); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_admit(request jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  p           private.admission_request := jsonb_populate_record(null::private.admission_request, request);
  v_now       timestamptz := private.clock();
  v_caller    private.caller;
  v_org       public.organizations;
  v_settings  jsonb;
  v_claim     jsonb;
  v_card      private.route_cards;
  v_policy    public.ai_policies;
  v_prompt_row public.ai_prompts;
  v_prompt    jsonb;
  v_prompt_tokens integer;
  v_key       text;
  v_entry     public.ai_cache_entries;
  v_all       private.candidate[];
  v_usable    private.candidate[];
  v_chosen    private.candidate[];
  v_first     private.candidate;
  v_start     private.start;
  v_accounts    text[];
  v_periods   private.periods;
  v_breach    private.limit_breach;
  v_room      private.budget_room;
  v_rate      record;
  v_hold_usd  numeric := 0;
  v_tokens    integer := 0;
  v_items     jsonb;
  v_found     jsonb;
  v_context   jsonb;
  v_decision  jsonb;
  v_budget    jsonb;
  v_expires   timestamptz;
  v_name      text;
  v_wire      jsonb;
  v_judging   jsonb;
  v_large_until timestamptz;
begin
  -- Who.
  v_caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  if v_caller.org_id is null then
    return private.refuse(p, v_caller, v_caller.code, v_caller.detail);
  end if;
  select * into v_org from public.organizations as o where o.id = v_caller.org_id;
  perform from public.ai_tasks as t where t.slug = p.task;
  if not found then
    return private.refuse(p, v_caller, 'not_found', format('Cannot run the task %s: it is not registered', p.task));
  end if;
  v_card := private.route_card(v_caller.org_id, p.task, p.models, v_now);
  v_policy := v_card.policy;
  v_settings := case
    when exists (select from public.ai_settings as s where s.user_id = v_caller.user_id)
      then private.settings_for(v_caller.org_id, v_caller.user_id)
    else v_card.settings
  end;
  v_judging := private.judging_for(v_policy, v_settings, v_caller.org_id, v_caller.user_id, p.task);

  if p.idempotency_key is not null then
    v_claim := private.claim_idempotency(p, v_caller, v_now);
    if v_claim ? 'outcome' then
      return v_claim;
    elsif v_claim is not null then
      return private.refuse(p, v_caller, v_claim ->> 'code', v_claim ->> 'detail', (v_claim ->> 'retry_after_ms')::integer);
    end if;
  end if;

  -- Prompt: the registry's active one, else the task's own.
  if v_card.has_prompts then
    v_prompt_row := private.choose_prompt(
      v_caller.org_id, coalesce(p.prompt ->> 'key', p.task),
      coalesce(p.subject_type || ':' || p.subject_id, v_caller.user_id::text, v_caller.key_id::text, p.request_id::text)
    );
  end if;
  v_prompt := case when v_prompt_row.id is null
    then jsonb_build_object('key', coalesce(p.prompt ->> 'key', p.task), 'version', coalesce((p.prompt ->> 'version')::integer, 1),
                            'variant', 'A', 'system', null, 'template', null, 'few_shot', '[]'::jsonb)
    else jsonb_build_object('key', v_prompt_row.key, 'version', v_prompt_row.version, 'variant', v_prompt_row.variant,
                            'system', v_prompt_row.system, 'template', v_prompt_row.template,
                            'few_shot', coalesce(v_prompt_row.few_shot, '[]'::jsonb))
  end;
  v_prompt_tokens := case when v_prompt_row.id is null then p.prompt_tokens else v_prompt_row.token_bound end;
  v_context := private.request_context(p, v_caller) || jsonb_build_object(
    'prompt_key', v_prompt ->> 'key', 'prompt_version', v_prompt -> 'version', 'prompt_variant', v_prompt ->> 'variant');

  -- Cache: allowed even when the budget is gone, for it costs nothing.
  if p.input_hash is not null and p.cache <> 'off' then
    v_key := private.cache_key(p, v_caller, v_policy, v_prompt);
    if p.cache = 'use' then
      update public.ai_cache_entries as e set hits = e.hits + 1
      where e.org_id = v_caller.org_id and e.key = v_key and e.expires_at > v_now
        -- Who asked for more since then does not get what was good enough before.
        and coalesce((e.answer #>> '{meta,confidence,score}')::numeric, 1) >= coalesce((v_judging #>> '{thresholds,escalate_below}')::numeric, 0)
      returning * into v_entry;
      if found then
        v_accounts := private.request_accounts(v_caller.org_id, p.job_id, p.subject_type, p.subject_id, v_caller.key_id, v_caller.user_id, p.task);
        perform private.write_request_row(v_context || jsonb_build_object(
          'status', 'succeeded', 'cached', true, 'cost_usd', 0, 'input_tokens', 0, 'output_tokens', 0, 'cache_read_input_tokens', 0,
          'tier', v_entry.answer #>> '{meta,tier}', 'provider', v_entry.answer #>> '{meta,provider}',
          'model', v_entry.answer #>> '{meta,model}', 'action', v_entry.answer #>> '{meta,action}',
          'confidence_score', v_entry.answer #> '{meta,confidence,score}',
          'confidence_breakdown', v_entry.answer #> '{meta,confidence}',
          'latency_ms', ceil(extract(epoch from private.clock() - v_now) * 1000),
          'decision', jsonb_build_object('cache', jsonb_build_object('key', v_key, 'stored_at', v_entry.created_at))
        ));
        perform private.finish_queued(v_caller.org_id, private.queue_id(p), p.request_id, null, v_entry.answer, v_now);
        if p.idempotency_key is not null then
          update public.ai_idempotency_keys as i set answer = v_entry.answer
          where i.org_id = v_caller.org_id and i.request_id = p.request_id;
        end if;
        return jsonb_build_object('outcome', 'cached', 'request_id', p.request_id, 'org_id', v_caller.org_id,
          'answer', v_entry.answer, 'budget', private.describe_budget(v_org, v_accounts, v_settings, v_now));
      end if;
    end if;
  end if;

  -- Candidates.
  v_all := private.list_candidates(p, v_card.models, v_policy, v_prompt_tokens, v_caller.allowed_models, v_now);
  select array_agg(c order by c.rank) into v_usable from unnest(v_all) as c where c.problem is null;
  v_decision := jsonb_build_object(
    'policy', jsonb_build_object('id', v_policy.id, 'version', v_policy.version),
    'complexity', p.complexity, 'complexity_features', p.complexity_features,
    'candidates', coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'provider', c.provider, 'model', c.model, 'tier', c.tier, 'problem', c.problem, 'breaker', c.breaker,
      'worst_cost_usd', c.worst_usd, 'rank', c.rank)) order by c.rank) from unnest(v_all) as c), '[]'),
    'labels', p.labels
  );
  if v_usable is null then
    select coalesce(p.models[1], 'of the policy') into v_name;
    if p.models is not null and cardinality(v_all) = 0 then
      return private.refuse(p, v_caller, 'not_found', format('Cannot use the model %s: it is not known', v_name), null,
        jsonb_build_object('near', private.near_models(v_name, v_caller.org_id, p.operation)), v_decision);
    elsif (select bool_and(c.problem in ('unknown', 'wrong_kind', 'not_allowed')) from unnest(v_all) as c) then
      return private.refuse(p, v_caller,
        case when exists (select from unnest(v_all) as c where c.problem = 'not_allowed') then 'forbidden' else 'not_found' end,
        format('Cannot use the model %s: it is %s', v_name,
          case when exists (select from unnest(v_all) as c where c.problem = 'not_allowed') then 'not allowed for this key' else 'not known for this operation' end),
        null, jsonb_build_object('near', private.near_models(v_name, v_caller.org_id, p.operation)), v_decision);
    elsif exists (select from unnest(v_all) as c where c.problem = 'context_too_small')
      and not exists (select from unnest(v_all) as c where c.problem = 'breaker_open') then
      return private.refuse(p, v_caller, 'context_length_exceeded',
        format('Cannot fit the input: about %s tokens are more than any allowed model takes', v_all[1].input_tokens),
        null, null, v_decision);
    elsif exists (select from unnest(v_all) as c where c.problem = 'unpriced')
      and not exists (select from unnest(v_all) as c where c.problem = 'breaker_open') then
      return private.refuse(p, v_caller, 'model_unpriced', format('Cannot use the model %s: it has no price in force', v_name),
        null, null, v_decision);
    elsif exists (select from unnest(v_all) as c where c.problem = 'above_max_cost')
      and not exists (select from unnest(v_all) as c where c.problem = 'breaker_open') then
      return private.refuse(p, v_caller, 'budget_exhausted',
        'Cannot admit the request: it could cost more than the policy allows for one request', null, null, v_decision);
    elsif exists (select from unnest(v_all) as c where c.problem = 'lacks_capability')
      and not exists (select from unnest(v_all) as c where c.problem = 'breaker_open') then
      return private.refuse(p, v_caller, 'invalid_request',
        format('Cannot use the model %s: it lacks one of %s', v_name, array_to_string(p.needs, ', ')), null, null, v_decision);
    end if;
    -- Only availability is left: the function answers by rules, or says provider_unavailable. Nothing can cost anything.
  end if;

  -- Embeddings: texts seen before are answered from the cache, only the others are held for.
  if p.operation = 'embedding' and p.items is not null and v_usable is not null then
    if p.cache = 'use' then
      select coalesce(jsonb_object_agg(e.hash, to_jsonb(e.vector)), '{}') into v_found
      from public.ai_embedding_cache as e
      where e.org_id = v_caller.org_id and e.provider_model = v_usable[1].provider || '/' || v_usable[1].model
        and e.dimensions = coalesce((p.output_settings ->> 'dimensions')::integer, (v_usable[1].wire ->> 'dimensions')::integer, 0)
        and e.expires_at > v_now
        and e.hash in (select i.item ->> 'hash' from jsonb_array_elements(p.items) as i (item));
    end if;
    v_found := coalesce(v_found, '{}');
    select coalesce(sum((i.item ->> 'input_tokens')::integer), 0)::integer into v_tokens
    from jsonb_array_elements(p.items) as i (item)
    where not v_found ? (i.item ->> 'hash');
    -- The bound of what is really sent replaces that of everything.
    select array_agg(row(c.rank, c.provider, c.model, c.tier, c.problem, c.breaker,
                         case when p.input_tokens = 0 then 0 else c.worst_usd * v_tokens / p.input_tokens end,
                         v_tokens, 0, c.wire)::private.candidate order by c.rank)
    into v_usable from unnest(v_usable) as c;
    v_items := v_found;
  end if;

  select d.large_until into v_large_until from public.ai_demotions as d where d.org_id = v_caller.org_id and d.task = p.task and d.large_until > v_now;
  v_start := private.choose_start(p, v_policy, v_card.base_tier, v_large_until, v_now);
  if p.models is not null and v_usable is not null then
    v_start.tier := v_usable[1].tier;
    v_start.reasons := array['named:' || v_usable[1].model];
  end if;

  -- Locks, limits, budgets: all or nothing.
  select r.id, r.rate into v_rate from public.ai_exchange_rates as r
  where r.currency = v_org.currency and r.effective_from <= v_now
  order by r.effective_from desc limit 1;
  if v_org.currency = 'USD' then
    select null::uuid as id, 1::numeric as rate into v_rate;
  elsif v_rate.rate is null then
    return private.refuse(p, v_caller, 'internal', format('Cannot admit the request: no exchange rate for %s', v_org.currency), null, null, v_decision);
  end if;
  v_accounts := private.request_accounts(v_caller.org_id, p.job_id, p.subject_type, p.subject_id, v_caller.key_id, v_caller.user_id, p.task);
  if v_usable is not null and exists (select from public.ai_limits as l where l.org_id = v_caller.org_id and l.scope = 'provider' and l.active) then
    v_accounts := ('provider:' || v_usable[1].provider) || v_accounts;
  end if;
  v_periods := private.periods_at(v_now, v_org.time_zone);
  perform private.lock_states(v_caller.org_id, v_accounts, v_periods);
  -- The clock is read again: waiting for the locks may have taken us into the next day.
  v_now := private.clock();
  if private.periods_at(v_now, v_org.time_zone) is distinct from v_periods then
    v_periods := private.periods_at(v_now, v_org.time_zone);
    perform private.close_periods(v_caller.org_id, v_accounts, v_periods);
  end if;

  if v_usable is not null and p.operation <> 'embedding' then
    v_tokens := v_usable[1].input_tokens + v_usable[1].max_output_tokens;
  end if;
  v_breach := private.check_limits(v_caller.org_id, v_accounts, v_tokens, v_periods.minute, v_now);
  if v_breach.detail is not null then
    return private.refuse(p, v_caller, 'rate_limited', v_breach.detail, v_breach.retry_after_ms, null, v_decision);
  end if;

  v_room := private.measure_room(v_caller.org_id, v_accounts, v_periods, v_settings);
  if v_usable is not null then
    if p.operation = 'embedding' and v_tokens = 0 then
      v_chosen := v_usable; -- everything came from the cache
    else
      v_chosen := private.pick_affordable(v_usable, v_start.tier, v_room.soft and p.operation = 'chat',
        least(v_room.room, v_room.per_request) / v_rate.rate);
    end if;
    if v_chosen is null or (v_policy.requires_large and p.models is null and v_chosen[1].tier = 'small') then
      return private.refuse(p, v_caller, 'budget_exhausted',
        case when v_room.soft and coalesce(v_room.room, 0) > 0
          then format('Cannot admit the request: the %s is above its soft limit, where only small models are allowed, and none fits', v_room.tightest)
          else format('Cannot admit the request: the %s has %s %s left, less than the request could cost',
                      v_room.tightest, round(greatest(coalesce(v_room.room, v_room.per_request), 0), 6), v_org.currency) end,
        null, null, v_decision || jsonb_build_object('room', v_room.room, 'soft', v_room.soft));
    end if;
    if v_chosen[1].tier <> v_start.tier then
      v_start.reasons := v_start.reasons || (case when v_room.soft then 'limit:soft_budget' else 'limit:affordable_or_available' end || ':' || v_chosen[1].tier);
      v_start.tier := v_chosen[1].tier;
    end if;
    -- Held: the dearest of the starting tier. Anything beyond asks ai_extend first.
    select max(c.worst_usd) into v_hold_usd from unnest(v_chosen) as c where c.tier = v_start.tier;
    -- Escalation never goes down, and no further than the policy says.
    select array_agg(v_chosen[n] order by n) into v_chosen
    from generate_subscripts(v_chosen, 1) as n
    where p.models is not null
       or private.tier_rank(v_chosen[n].tier)
          between private.tier_rank(v_start.tier) and private.tier_rank(coalesce(v_policy.max_tier, 'frontier'));
  end if;

  v_expires := v_now + make_interval(secs => least(greatest(coalesce(p.deadline_ms, 30000), 1000), 400000) / 1000.0)
               + coalesce((v_settings ->> 'ai.hold.ttl')::interval, interval '60 seconds');
  v_decision := v_decision || jsonb_build_object(
    'tier', v_start.tier, 'tier_reasons', to_jsonb(v_start.reasons), 'room', v_room.room, 'soft', v_room.soft,
    'per_usd', v_rate.rate, 'hold_usd', v_hold_usd,
    -- All that private.replay_choice() needs beyond the row, so that the decision can be made again.
    'choice', jsonb_strip_nulls(jsonb_build_object(
      'base_tier', v_card.base_tier, 'demoted', case when v_large_until is not null then true end, 'per_request', v_room.per_request,
      'named', v_start.reasons[1] like 'named:%', 'items', case when p.operation = 'embedding' then jsonb_build_array(v_tokens, p.input_tokens) end,
      'ranks', (select jsonb_agg(v_chosen[n].rank order by n) from generate_subscripts(v_chosen, 1) as n), 'registry', v_card.version,
      'weak_below', v_judging #> '{thresholds,escalate_below}')));

  update public.ai_budget_states as s
  set minute = v_periods.minute,
      minute_requests = case when s.minute = v_periods.minute then s.minute_requests else 0 end + 1,
      minute_tokens = case when s.minute = v_periods.minute then s.minute_tokens else 0 end + v_tokens,
      day_held = s.day_held + v_hold_usd * v_rate.rate,
      week_held = s.week_held + v_hold_usd * v_rate.rate,
      month_held = s.month_held + v_hold_usd * v_rate.rate,
      total_held = s.total_held + v_hold_usd * v_rate.rate
  from unnest(v_accounts) as want (account)
  where s.org_id = v_caller.org_id and s.account = want.account;

  insert into public.ai_holds
    (org_id, request_id, created_at, expires_at, held_usd, held, currency, rate_id, per_usd, day, week, month, accounts, tokens, context)
  values
    (v_caller.org_id, p.request_id, v_now, v_expires, v_hold_usd, v_hold_usd * v_rate.rate, v_org.currency, v_rate.id, v_rate.rate,
     v_periods.day, v_periods.week, v_periods.month, v_accounts, v_tokens,
     v_context || jsonb_build_object(
       'decision', v_decision, 'queue_id', private.queue_id(p), 'cache_key', case when p.cache <> 'off' then v_key end,
       'cache_ttl', v_settings ->> 'ai.cache.ttl', 'log_payloads', v_settings -> 'ai.log.payloads',
       'embedding', p.operation = 'embedding', 'provider', v_chosen[1].provider, 'model', v_chosen[1].model, 'tier', v_start.tier));

  -- The probe is claimed last: the one thing here that another provider's health hangs on.
  v_wire := '[]';
  for v_first in select c.* from unnest(v_chosen) as c loop
    if v_first.breaker = 'half_open' then
      continue when not private.claim_probe(v_first.provider, v_first.model, v_now);
    end if;
    v_wire := v_wire || v_first.wire;
  end loop;

  v_budget := case when v_room.remaining is not null then jsonb_build_object(
    'state', case when v_room.soft then 'soft_limit' else 'ok' end,
    'remaining', v_room.remaining::text, 'currency', v_org.currency, 'per_usd', v_rate.rate::text) end;

  return jsonb_build_object('outcome', 'admitted', 'plan', jsonb_build_object(
    'request_id', p.request_id, 'org_id', v_caller.org_id, 'candidates', v_wire, 'tier', v_start.tier, 'prompt', v_prompt,
    'settings', v_settings, 'budget', v_budget, 'hold_usd', v_hold_usd::text, 'expires_at', v_expires, 'items', v_items) || v_judging);
end
$$;


ALTER FUNCTION public.ai_admit(request jsonb) OWNER TO postgres;

-- Name: FUNCTION ai_admit(request jsonb); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_admit(request jsonb) IS 'Admits, refuses or answers from the cache: shared/budget/admission.ts, AdmissionRequest to Admission. Service role only.';

-- Name: FUNCTION ai_admit(request jsonb); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_admit(request jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_admit(request jsonb) TO service_role;

-- Name: ai_admit_many(jsonb); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_admit_many(requests jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_request jsonb;
  v_answers jsonb[] := '{}';
begin
  for v_request in select r.item from jsonb_array_elements(requests) with ordinality as r (item, n) order by r.n loop
    begin
      v_answers := v_answers || public.ai_admit(v_request);
    exception when others then
      v_answers := v_answers || jsonb_build_object('failed', sqlstate);
    end;
  end loop;
  return to_jsonb(v_answers);
end
$$;


ALTER FUNCTION public.ai_admit_many(requests jsonb) OWNER TO postgres;

-- Name: FUNCTION ai_admit_many(requests jsonb); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_admit_many(requests jsonb) IS 'ai_admit for each of a list of requests, in order: a list of answers, {failed: SQLSTATE} where one raised. Service role only.';

-- Name: FUNCTION ai_admit_many(requests jsonb); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_admit_many(requests jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_admit_many(requests jsonb) TO service_role;

-- Name: ai_alert_channels; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_alert_channels (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid,
    name text NOT NULL,
    kind text NOT NULL,
    host text NOT NULL,
    url text,
    email_to text[],
    email_from text,
    min_severity text DEFAULT 'warning'::text NOT NULL,
    active boolean DEFAULT true NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    CONSTRAINT ai_alert_channels_email_addressed CHECK ((((kind = 'email'::text) = ((email_to IS NOT NULL) AND (email_from IS NOT NULL))) AND ((cardinality(email_to) >= 1) AND (cardinality(email_to) <= 20)))),
    CONSTRAINT ai_alert_channels_kind_known CHECK ((kind = ANY (ARRAY['webhook'::text, 'slack'::text, 'email'::text]))),
    CONSTRAINT ai_alert_channels_min_severity_known CHECK ((min_severity = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text]))),
    CONSTRAINT ai_alert_channels_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)))
);


ALTER TABLE public.ai_alert_channels OWNER TO postgres;

-- Name: COLUMN ai_alert_channels.email_from; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_channels.email_from IS 'Sender, as the mail service knows it; NULL for other kinds.';

-- Name: COLUMN ai_alert_channels.email_to; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_channels.email_to IS 'Recipients; NULL for other kinds.';

-- Name: COLUMN ai_alert_channels.host; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_channels.host IS 'Host of the address, to recognise it by: the address itself is a secret.';

-- Name: COLUMN ai_alert_channels.min_severity; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_channels.min_severity IS 'Alerts below it are not sent here.';

-- Name: COLUMN ai_alert_channels.org_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_channels.org_id IS 'NULL: alerts about the platform.';

-- Name: COLUMN ai_alert_channels.url; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_channels.url IS 'NULL: in the Vault, as alert_channel:<id>. Only a Postgres without a Vault has it here.';

-- Name: TABLE ai_alert_channels; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_alert_channels IS 'Where alerts are sent. Made by create_alert_channel(), which keeps the address in the Vault.';

-- Name: COLUMN ai_alert_channels.active; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(active),UPDATE(active) ON TABLE public.ai_alert_channels TO authenticated;
GRANT SELECT(active),UPDATE(active) ON TABLE public.ai_alert_channels TO service_role;

-- Name: COLUMN ai_alert_channels.created_at; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(created_at) ON TABLE public.ai_alert_channels TO authenticated;
GRANT SELECT(created_at) ON TABLE public.ai_alert_channels TO service_role;

-- Name: COLUMN ai_alert_channels.created_by; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(created_by) ON TABLE public.ai_alert_channels TO authenticated;
GRANT SELECT(created_by) ON TABLE public.ai_alert_channels TO service_role;

-- Name: COLUMN ai_alert_channels.email_from; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(email_from),UPDATE(email_from) ON TABLE public.ai_alert_channels TO authenticated;
GRANT SELECT(email_from),UPDATE(email_from) ON TABLE public.ai_alert_channels TO service_role;

-- Name: COLUMN ai_alert_channels.email_to; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(email_to),UPDATE(email_to) ON TABLE public.ai_alert_channels TO authenticated;
GRANT SELECT(email_to),UPDATE(email_to) ON TABLE public.ai_alert_channels TO service_role;

-- Name: COLUMN ai_alert_channels.host; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(host) ON TABLE public.ai_alert_channels TO authenticated;
GRANT SELECT(host) ON TABLE public.ai_alert_channels TO service_role;

-- Name: COLUMN ai_alert_channels.id; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(id) ON TABLE public.ai_alert_channels TO authenticated;
GRANT SELECT(id) ON TABLE public.ai_alert_channels TO service_role;

-- Name: COLUMN ai_alert_channels.kind; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(kind) ON TABLE public.ai_alert_channels TO authenticated;
GRANT SELECT(kind) ON TABLE public.ai_alert_channels TO service_role;

-- Name: COLUMN ai_alert_channels.min_severity; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(min_severity),UPDATE(min_severity) ON TABLE public.ai_alert_channels TO authenticated;
GRANT SELECT(min_severity),UPDATE(min_severity) ON TABLE public.ai_alert_channels TO service_role;

-- Name: COLUMN ai_alert_channels.name; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(name),UPDATE(name) ON TABLE public.ai_alert_channels TO authenticated;
GRANT SELECT(name),UPDATE(name) ON TABLE public.ai_alert_channels TO service_role;

-- Name: COLUMN ai_alert_channels.org_id; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(org_id) ON TABLE public.ai_alert_channels TO authenticated;
GRANT SELECT(org_id) ON TABLE public.ai_alert_channels TO service_role;

-- Name: TABLE ai_alert_channels; Type: ACL; Schema: public; Owner: postgres

GRANT DELETE ON TABLE public.ai_alert_channels TO authenticated;
GRANT DELETE ON TABLE public.ai_alert_channels TO service_role;

-- Name: ai_alert_channels ai_alert_channels_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_alert_channels
    ADD CONSTRAINT ai_alert_channels_pkey PRIMARY KEY (id);

-- Name: ai_alert_channels ai_alert_channels_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_alert_channels
    ADD CONSTRAINT ai_alert_channels_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_alert_channels ai_alert_channels_delete_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_alert_channels_delete_admins ON public.ai_alert_channels FOR DELETE TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ((org_id IS NULL) AND ( SELECT private.is_operator() AS is_operator))));

-- Name: ai_alert_channels ai_alert_channels_select_managed; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_alert_channels_select_managed ON public.ai_alert_channels FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR ((org_id IS NULL) AND ( SELECT private.is_operator() AS is_operator))));

-- Name: ai_alert_channels ai_alert_channels_update_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_alert_channels_update_admins ON public.ai_alert_channels FOR UPDATE TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ((org_id IS NULL) AND ( SELECT private.is_operator() AS is_operator)))) WITH CHECK (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ((org_id IS NULL) AND ( SELECT private.is_operator() AS is_operator))));

-- Name: ai_alert_channels; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_alert_channels ENABLE ROW LEVEL SECURITY;

-- Name: ai_alert_channels ai_alert_channels_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_alert_channels_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_alert_channels FOR EACH ROW EXECUTE FUNCTION private.audit_change('org_id', 'url');

-- Name: ai_alert_channels ai_alert_channels_forget; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_alert_channels_forget AFTER DELETE ON public.ai_alert_channels FOR EACH ROW EXECUTE FUNCTION private.forget_alert_channel();

-- Name: ai_alert_channels_org_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_alert_channels_org_id_idx ON public.ai_alert_channels USING btree (org_id);

-- Name: ai_alert_deliveries; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_alert_deliveries (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    alert_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    transition text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    posted_at timestamp with time zone,
    net_request_id bigint,
    response_status integer,
    problem text,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT ai_alert_deliveries_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'sending'::text, 'sent'::text, 'failed'::text]))),
    CONSTRAINT ai_alert_deliveries_transition_known CHECK ((transition = ANY (ARRAY['opened'::text, 'acknowledged'::text, 'overdue'::text, 'resolved'::text])))
);


ALTER TABLE public.ai_alert_deliveries OWNER TO postgres;

-- Name: COLUMN ai_alert_deliveries.id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_deliveries.id IS 'Sent as Idempotency-Key, the same on every attempt.';

-- Name: COLUMN ai_alert_deliveries.net_request_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_deliveries.net_request_id IS 'pg_net''s id of the last attempt.';

-- Name: COLUMN ai_alert_deliveries.response_status; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_deliveries.response_status IS 'HTTP status of the last answer; NULL: none came.';

-- Name: TABLE ai_alert_deliveries; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_alert_deliveries IS 'pending: to be posted at next_attempt_at; sending: posted, not answered yet; sent: the receiver answered 2xx; failed: given up.';

-- Name: TABLE ai_alert_deliveries; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_alert_deliveries TO authenticated;
GRANT SELECT ON TABLE public.ai_alert_deliveries TO service_role;

-- Name: ai_alert_deliveries ai_alert_deliveries_once; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_alert_deliveries
    ADD CONSTRAINT ai_alert_deliveries_once UNIQUE (alert_id, channel_id, transition);

-- Name: ai_alert_deliveries ai_alert_deliveries_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_alert_deliveries
    ADD CONSTRAINT ai_alert_deliveries_pkey PRIMARY KEY (id);

-- Name: ai_alert_deliveries ai_alert_deliveries_alert_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_alert_deliveries
    ADD CONSTRAINT ai_alert_deliveries_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES public.ai_alerts(id) ON DELETE CASCADE;

-- Name: ai_alert_deliveries ai_alert_deliveries_channel_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_alert_deliveries
    ADD CONSTRAINT ai_alert_deliveries_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.ai_alert_channels(id) ON DELETE CASCADE;

-- Name: ai_alert_deliveries ai_alert_deliveries_select_managed; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_alert_deliveries_select_managed ON public.ai_alert_deliveries FOR SELECT TO authenticated USING ((alert_id IN ( SELECT a.id
   FROM public.ai_alerts a)));

-- Name: ai_alert_deliveries; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_alert_deliveries ENABLE ROW LEVEL SECURITY;

-- Name: ai_alert_deliveries_channel_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_alert_deliveries_channel_id_idx ON public.ai_alert_deliveries USING btree (channel_id);

-- Name: ai_alert_deliveries_due_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_alert_deliveries_due_idx ON public.ai_alert_deliveries USING btree (next_attempt_at) WHERE (status = ANY (ARRAY['pending'::text, 'sending'::text]));

-- Name: ai_alert_rules; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_alert_rules (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid,
    kind text NOT NULL,
    severity text NOT NULL,
    threshold numeric NOT NULL,
    look_back interval,
    min_count integer DEFAULT 1 NOT NULL,
    resolve_after interval DEFAULT '00:05:00'::interval NOT NULL,
    active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    updated_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    CONSTRAINT ai_alert_rules_kind_known CHECK ((kind = ANY (ARRAY['budget_90'::text, 'budget_100'::text, 'cost_per_lead'::text, 'error_rate'::text, 'fallback_rate'::text, 'escalation_rate'::text, 'provider_down'::text, 'stale_prices'::text, 'overrun'::text, 'spend_anomaly'::text]))),
    CONSTRAINT ai_alert_rules_look_back_fits CHECK (
CASE
    WHEN (kind = ANY (ARRAY['error_rate'::text, 'fallback_rate'::text, 'escalation_rate'::text, 'overrun'::text, 'budget_100'::text])) THEN (((look_back >= '00:01:00'::interval) AND (look_back <= '01:00:00'::interval)) AND (look_back IS NOT NULL))
    ELSE (look_back IS NULL)
END),
    CONSTRAINT ai_alert_rules_min_count_positive CHECK ((min_count >= 1)),
    CONSTRAINT ai_alert_rules_prices_are_the_platforms CHECK (((org_id IS NULL) OR (kind <> 'stale_prices'::text))),
    CONSTRAINT ai_alert_rules_rates_are_shares CHECK (((kind <> ALL (ARRAY['error_rate'::text, 'fallback_rate'::text, 'escalation_rate'::text])) OR (threshold <= (1)::numeric))),
    CONSTRAINT ai_alert_rules_resolve_after_bounded CHECK (((resolve_after >= '00:00:00'::interval) AND (resolve_after <= '1 day'::interval))),
    CONSTRAINT ai_alert_rules_severity_known CHECK ((severity = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text]))),
    CONSTRAINT ai_alert_rules_threshold_not_negative CHECK ((threshold >= (0)::numeric))
);


ALTER TABLE public.ai_alert_rules OWNER TO postgres;

-- Name: COLUMN ai_alert_rules.kind; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_rules.kind IS 'budget_90, budget_100: an organization, user, task or key budget; cost_per_lead of the month; error_rate, fallback_rate (another provider, or rules), escalation_rate; provider_down: a breaker; stale_prices; overrun: a request cost more than was held; spend_anomaly: an hour unlike the same hour of other weeks.';

-- Name: COLUMN ai_alert_rules.look_back; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_rules.look_back IS 'How far back rates, overruns and refusals for want of budget are counted, at most an hour. NULL for other kinds.';

-- Name: COLUMN ai_alert_rules.min_count; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_rules.min_count IS 'Below it nothing is said: requests (rates), new leads (cost_per_lead), weeks of history (spend_anomaly). 1 for other kinds.';

-- Name: COLUMN ai_alert_rules.org_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_rules.org_id IS 'NULL: the platform''s.';

-- Name: COLUMN ai_alert_rules.resolve_after; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_rules.resolve_after IS 'How long the condition must be gone before the alert resolves by itself, so that a flapping one speaks once.';

-- Name: COLUMN ai_alert_rules.severity; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_rules.severity IS 'Time to respond: critical 15 minutes, warning 1 hour, info 4 hours.';

-- Name: COLUMN ai_alert_rules.threshold; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alert_rules.threshold IS 'From where on: percent (budgets), the organization''s currency (cost_per_lead), share 0..1 (rates), openings in a row (provider_down), days (stale_prices), requests (overrun), robust standard deviations (spend_anomaly).';

-- Name: TABLE ai_alert_rules; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_alert_rules IS 'What raises an alert. An organization''s rule of a kind, active or not, replaces the platform''s rules of that kind for it.';

-- Name: TABLE ai_alert_rules; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_alert_rules TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_alert_rules TO service_role;

-- Name: ai_alert_rules ai_alert_rules_one_per_severity; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_alert_rules
    ADD CONSTRAINT ai_alert_rules_one_per_severity UNIQUE NULLS NOT DISTINCT (org_id, kind, severity);

-- Name: ai_alert_rules ai_alert_rules_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_alert_rules
    ADD CONSTRAINT ai_alert_rules_pkey PRIMARY KEY (id);

-- Name: ai_alert_rules ai_alert_rules_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_alert_rules
    ADD CONSTRAINT ai_alert_rules_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_alert_rules ai_alert_rules_delete_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_alert_rules_delete_admins ON public.ai_alert_rules FOR DELETE TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ((org_id IS NULL) AND ( SELECT private.is_operator() AS is_operator))));

-- Name: ai_alert_rules ai_alert_rules_insert_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_alert_rules_insert_admins ON public.ai_alert_rules FOR INSERT TO authenticated WITH CHECK (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ((org_id IS NULL) AND ( SELECT private.is_operator() AS is_operator))));

-- Name: ai_alert_rules ai_alert_rules_select_members; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_alert_rules_select_members ON public.ai_alert_rules FOR SELECT TO authenticated USING (((org_id IS NULL) OR (org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as))));

-- Name: ai_alert_rules ai_alert_rules_update_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_alert_rules_update_admins ON public.ai_alert_rules FOR UPDATE TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ((org_id IS NULL) AND ( SELECT private.is_operator() AS is_operator)))) WITH CHECK (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ((org_id IS NULL) AND ( SELECT private.is_operator() AS is_operator))));

-- Name: ai_alert_rules; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_alert_rules ENABLE ROW LEVEL SECURITY;

-- Name: ai_alert_rules ai_alert_rules_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_alert_rules_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_alert_rules FOR EACH ROW EXECUTE FUNCTION private.audit_change('org_id');

-- Name: ai_alert_rules ai_alert_rules_touch; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_alert_rules_touch BEFORE UPDATE ON public.ai_alert_rules FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

-- Name: ai_alerts; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_alerts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid,
    rule_id uuid,
    kind text NOT NULL,
    severity text NOT NULL,
    dedup_key text NOT NULL,
    message text NOT NULL,
    facts jsonb NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    respond_by timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    overdue_at timestamp with time zone,
    acknowledged_at timestamp with time zone,
    acknowledged_by uuid,
    resolved_at timestamp with time zone,
    resolved_by uuid,
    ended_at timestamp with time zone,
    CONSTRAINT ai_alerts_ended_is_resolved CHECK (((ended_at IS NULL) OR (resolved_at IS NOT NULL))),
    CONSTRAINT ai_alerts_severity_known CHECK ((severity = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text])))
);


ALTER TABLE public.ai_alerts OWNER TO postgres;

-- Name: COLUMN ai_alerts.acknowledged_by; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alerts.acknowledged_by IS 'NULL with acknowledged_at set: the service role, or the user is gone.';

-- Name: COLUMN ai_alerts.dedup_key; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alerts.dedup_key IS 'What the condition is about, e.g. budget_90:warning:<budget>:<account>:2026-11-01.';

-- Name: COLUMN ai_alerts.ended_at; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alerts.ended_at IS 'When the condition was over. NULL after a person resolved it: the condition still holds and opens no new alert.';

-- Name: COLUMN ai_alerts.facts; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alerts.facts IS 'The figures behind the message, as they were when it was last seen.';

-- Name: COLUMN ai_alerts.last_seen_at; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alerts.last_seen_at IS 'When the condition last held.';

-- Name: COLUMN ai_alerts.org_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alerts.org_id IS 'NULL: about the platform, for operators.';

-- Name: COLUMN ai_alerts.overdue_at; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alerts.overdue_at IS 'When respond_by was found past without an acknowledgement; channels are told once. NULL: it was not.';

-- Name: COLUMN ai_alerts.resolved_by; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alerts.resolved_by IS 'NULL with resolved_at set: by itself, or by the service role.';

-- Name: COLUMN ai_alerts.respond_by; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alerts.respond_by IS 'When somebody should have acknowledged it: after 15 minutes (critical), 1 hour (warning), 4 hours (info).';

-- Name: COLUMN ai_alerts.rule_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_alerts.rule_id IS 'NULL: the rule is gone.';

-- Name: TABLE ai_alerts; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_alerts IS 'One row from a condition''s beginning to its end: the same condition never has two open ones.';

-- Name: TABLE ai_alerts; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_alerts TO authenticated;
GRANT SELECT ON TABLE public.ai_alerts TO service_role;

-- Name: ai_alerts ai_alerts_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_alerts
    ADD CONSTRAINT ai_alerts_pkey PRIMARY KEY (id);

-- Name: ai_alerts ai_alerts_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_alerts
    ADD CONSTRAINT ai_alerts_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_alerts ai_alerts_rule_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_alerts
    ADD CONSTRAINT ai_alerts_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES public.ai_alert_rules(id) ON DELETE SET NULL;

-- Name: ai_alerts ai_alerts_select_managed; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_alerts_select_managed ON public.ai_alerts FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR ((org_id IS NULL) AND ( SELECT private.is_operator() AS is_operator))));

-- Name: ai_alerts; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_alerts ENABLE ROW LEVEL SECURITY;

-- Name: ai_alerts ai_alerts_queue_deliveries; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_alerts_queue_deliveries AFTER INSERT OR UPDATE ON public.ai_alerts FOR EACH ROW EXECUTE FUNCTION private.queue_alert_deliveries();

-- Name: ai_alerts_one_open_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE UNIQUE INDEX ai_alerts_one_open_idx ON public.ai_alerts USING btree (org_id, dedup_key) NULLS NOT DISTINCT WHERE (ended_at IS NULL);

-- Name: ai_alerts_opened_at_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_alerts_opened_at_idx ON public.ai_alerts USING btree (org_id, opened_at DESC);

-- Name: ai_alerts_rule_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_alerts_rule_id_idx ON public.ai_alerts USING btree (rule_id);

-- Name: ai_answer_labels; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_answer_labels WITH (security_invoker='true') AS
 SELECT DISTINCT ON (q.org_id, q.request_id) q.org_id,
    q.request_id,
    r.task,
    COALESCE(((r.decision #>> '{confidence,raw_score}'::text[]))::numeric, r.confidence_score) AS raw_score,
    r.confidence_score AS score,
    ((q.outcome = ANY (ARRAY['accepted'::text, 'converted'::text])) OR ((q.outcome = 'rated'::text) AND (q.user_rating >= 4))) AS is_right,
    q.source,
    q.created_at AS labelled_at
   FROM (public.ai_quality_metrics q
     JOIN public.ai_request_logs r ON (((r.id = q.request_id) AND (r.org_id = q.org_id))))
  WHERE ((r.action = 'use_ai_result'::text) AND (NOT r.cached) AND (r.confidence_score IS NOT NULL) AND ((q.outcome <> 'rated'::text) OR (q.user_rating <> 3)))
  ORDER BY q.org_id, q.request_id, (q.source = 'review'::text) DESC, q.created_at DESC;


ALTER VIEW public.ai_answer_labels OWNER TO postgres;

-- Name: COLUMN ai_answer_labels.raw_score; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_answer_labels.raw_score IS 'Confidence before calibration, 0 to 1: what calibrations are fitted on.';

-- Name: COLUMN ai_answer_labels.score; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_answer_labels.score IS 'Confidence as it was told, 0 to 1.';

-- Name: VIEW ai_answer_labels; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_answer_labels IS 'One label per request that a model answered: what the review queue decided, else what was said last. Accepted, converted and four stars up are right; edited, rejected and two stars down are wrong; three stars say nothing.';

-- Name: TABLE ai_answer_labels; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_answer_labels TO authenticated;
GRANT SELECT ON TABLE public.ai_answer_labels TO service_role;

-- Name: ai_assistant_versions; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_assistant_versions (
    org_id uuid NOT NULL,
    assistant_id uuid NOT NULL,
    version integer NOT NULL,
    config jsonb NOT NULL,
    changed_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE public.ai_assistant_versions OWNER TO postgres;

-- Name: COLUMN ai_assistant_versions.changed_by; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistant_versions.changed_by IS 'NULL: not a user, or one that is gone.';

-- Name: COLUMN ai_assistant_versions.config; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistant_versions.config IS 'The columns of ai_assistants that make its behaviour, as they were.';

-- Name: TABLE ai_assistant_versions; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_assistant_versions IS 'Every configuration an assistant had. Written by the database, never changed.';

-- Name: TABLE ai_assistant_versions; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_assistant_versions TO authenticated;
GRANT SELECT ON TABLE public.ai_assistant_versions TO service_role;

-- Name: ai_assistant_versions ai_assistant_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_assistant_versions
    ADD CONSTRAINT ai_assistant_versions_pkey PRIMARY KEY (org_id, assistant_id, version);

-- Name: ai_assistant_versions ai_assistant_versions_assistant_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_assistant_versions
    ADD CONSTRAINT ai_assistant_versions_assistant_fkey FOREIGN KEY (org_id, assistant_id) REFERENCES public.ai_assistants(org_id, id) ON DELETE CASCADE;

-- Name: ai_assistant_versions ai_assistant_versions_changed_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_assistant_versions
    ADD CONSTRAINT ai_assistant_versions_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES auth.users(id) ON DELETE SET NULL;

-- Name: ai_assistant_versions ai_assistant_versions_select_keepers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_assistant_versions_select_keepers ON public.ai_assistant_versions FOR SELECT TO authenticated USING ((EXISTS ( SELECT
   FROM public.ai_assistants assistant
  WHERE ((assistant.org_id = ai_assistant_versions.org_id) AND (assistant.id = ai_assistant_versions.assistant_id) AND (((assistant.created_by = ( SELECT auth.uid() AS uid)) AND (assistant.org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as))) OR (assistant.org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)))))));

-- Name: ai_assistant_versions; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_assistant_versions ENABLE ROW LEVEL SECURITY;

-- Name: ai_assistant_versions_changed_by_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_assistant_versions_changed_by_idx ON public.ai_assistant_versions USING btree (changed_by);

-- Name: ai_assistants; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_assistants (
    org_id uuid NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    personality text DEFAULT ''::text NOT NULL,
    instructions text DEFAULT ''::text NOT NULL,
    model text,
    importance text DEFAULT 'medium'::text NOT NULL,
    temperature numeric(3,2) DEFAULT 0.7 NOT NULL,
    max_output_tokens integer DEFAULT 1000 NOT NULL,
    languages text[] DEFAULT '{}'::text[] NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    visibility text DEFAULT 'private'::text NOT NULL,
    is_template boolean DEFAULT false NOT NULL,
    created_by uuid DEFAULT auth.uid(),
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_assistants_importance_known CHECK ((importance = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text]))),
    CONSTRAINT ai_assistants_languages_known CHECK ((languages <@ ARRAY['en'::text, 'de'::text, 'fr'::text, 'es'::text])),
    CONSTRAINT ai_assistants_max_output_tokens_bounded CHECK (((max_output_tokens >= 1) AND (max_output_tokens <= 16000))),
    CONSTRAINT ai_assistants_name_not_blank CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 100))),
    CONSTRAINT ai_assistants_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'active'::text, 'inactive'::text]))),
    CONSTRAINT ai_assistants_tags_bounded CHECK (((cardinality(tags) <= 20) AND (length(array_to_string(tags, ''::text)) <= 1000))),
    CONSTRAINT ai_assistants_temperature_bounded CHECK (((temperature >= (0)::numeric) AND (temperature <= (2)::numeric))),
    CONSTRAINT ai_assistants_texts_bounded CHECK (((length(description) <= 1000) AND (length(personality) <= 4000) AND (length(instructions) <= 20000) AND (length(model) <= 200))),
    CONSTRAINT ai_assistants_visibility_known CHECK ((visibility = ANY (ARRAY['private'::text, 'organization'::text, 'public'::text])))
);


ALTER TABLE public.ai_assistants OWNER TO postgres;

-- Name: COLUMN ai_assistants.created_by; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistants.created_by IS 'NULL: the user is gone, managers look after it.';

-- Name: COLUMN ai_assistants.importance; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistants.importance IS 'What the policy is told when the caller says nothing: low, medium or high.';

-- Name: COLUMN ai_assistants.instructions; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistants.instructions IS 'What it does and does not do. Part of the system text.';

-- Name: COLUMN ai_assistants.is_template; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistants.is_template IS 'Meant to be copied.';

-- Name: COLUMN ai_assistants.languages; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistants.languages IS 'Languages it answers in. Empty: every one Signalbox speaks.';

-- Name: COLUMN ai_assistants.max_output_tokens; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistants.max_output_tokens IS 'Most tokens of one answer.';

-- Name: COLUMN ai_assistants.model; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistants.model IS 'Exact model id it is bound to. NULL: the policy of the task chooses.';

-- Name: COLUMN ai_assistants.personality; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistants.personality IS 'How it speaks. Part of the system text.';

-- Name: COLUMN ai_assistants.status; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistants.status IS 'draft: only who may change it can try it; active; inactive: nobody can chat with it.';

-- Name: COLUMN ai_assistants.temperature; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistants.temperature IS '0 always the likeliest word … 2 wild.';

-- Name: COLUMN ai_assistants.version; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistants.version IS 'Counts the changes of its configuration. Its status and visibility are none.';

-- Name: COLUMN ai_assistants.visibility; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_assistants.visibility IS 'private: its creator; organization: every member but guests; public: guests of the organization too, once it is active.';

-- Name: TABLE ai_assistants; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_assistants IS 'Assistants of an organization: who they are, what they are told, which model answers.';

-- Name: COLUMN ai_assistants.description; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(description),UPDATE(description) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(id) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.importance; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(importance),UPDATE(importance) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.instructions; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(instructions),UPDATE(instructions) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.is_template; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(is_template),UPDATE(is_template) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.languages; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(languages),UPDATE(languages) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.max_output_tokens; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(max_output_tokens),UPDATE(max_output_tokens) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.model; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(model),UPDATE(model) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.name; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(name),UPDATE(name) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.org_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(org_id) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.personality; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(personality),UPDATE(personality) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.status; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(status),UPDATE(status) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.tags; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(tags),UPDATE(tags) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.temperature; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(temperature),UPDATE(temperature) ON TABLE public.ai_assistants TO authenticated;

-- Name: COLUMN ai_assistants.visibility; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(visibility),UPDATE(visibility) ON TABLE public.ai_assistants TO authenticated;

-- Name: TABLE ai_assistants; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,DELETE ON TABLE public.ai_assistants TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_assistants TO service_role;

-- Name: ai_assistants ai_assistants_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_assistants
    ADD CONSTRAINT ai_assistants_pkey PRIMARY KEY (org_id, id);

-- Name: ai_assistants ai_assistants_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_assistants
    ADD CONSTRAINT ai_assistants_created_by_fkey FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE SET NULL;

-- Name: ai_assistants ai_assistants_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_assistants
    ADD CONSTRAINT ai_assistants_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_assistants ai_assistants_delete_keepers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_assistants_delete_keepers ON public.ai_assistants FOR DELETE TO authenticated USING ((((created_by = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as))) OR ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) AND ((visibility <> 'private'::text) OR (created_by IS NULL)))));

-- Name: ai_assistants ai_assistants_insert_members; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_assistants_insert_members ON public.ai_assistants FOR INSERT TO authenticated WITH CHECK (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)) AND (created_by = ( SELECT auth.uid() AS uid))));

-- Name: ai_assistants ai_assistants_select_shared; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_assistants_select_shared ON public.ai_assistants FOR SELECT TO authenticated USING ((((visibility = 'public'::text) AND (status = 'active'::text) AND (org_id IN ( SELECT private.my_org_ids() AS my_org_ids))) OR ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)) AND ((created_by = ( SELECT auth.uid() AS uid)) OR ((visibility <> 'private'::text) AND (status <> 'draft'::text)))) OR ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) AND ((visibility <> 'private'::text) OR (created_by IS NULL)))));

-- Name: ai_assistants ai_assistants_update_keepers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_assistants_update_keepers ON public.ai_assistants FOR UPDATE TO authenticated USING ((((created_by = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as))) OR ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) AND ((visibility <> 'private'::text) OR (created_by IS NULL)))));

-- Name: ai_assistants; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_assistants ENABLE ROW LEVEL SECURITY;

-- Name: ai_assistants ai_assistants_count_version; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_assistants_count_version BEFORE UPDATE ON public.ai_assistants FOR EACH ROW EXECUTE FUNCTION private.count_assistant_version();

-- Name: ai_assistants ai_assistants_keep_version; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_assistants_keep_version AFTER INSERT OR UPDATE ON public.ai_assistants FOR EACH ROW EXECUTE FUNCTION private.keep_assistant_version();

-- Name: ai_assistants_created_by_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_assistants_created_by_idx ON public.ai_assistants USING btree (created_by);

-- Name: ai_audit_check; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_audit_check WITH (security_invoker='true') AS
 SELECT org_id,
    seq,
    problem
   FROM private.check_audit_chain() check_audit_chain(org_id, seq, problem);


ALTER VIEW public.ai_audit_check OWNER TO postgres;

-- Name: VIEW ai_audit_check; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_audit_check IS 'Must be empty: every row is a place where the audit log was tampered with. For owner and admin; the platform''s chain for operators.';

-- Name: TABLE ai_audit_check; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_audit_check TO authenticated;
GRANT SELECT ON TABLE public.ai_audit_check TO service_role;

-- Name: ai_audit_heads; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_audit_heads WITH (security_invoker='true') AS
 SELECT org_id,
    seq,
    hash
   FROM private.audit_heads() audit_heads(org_id, seq, hash);


ALTER VIEW public.ai_audit_heads OWNER TO postgres;

-- Name: VIEW ai_audit_heads; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_audit_heads IS 'The last entry of each chain the caller may read. Noted outside of this database, it proves that everything up to seq is still what it was.';

-- Name: TABLE ai_audit_heads; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_audit_heads TO authenticated;
GRANT SELECT ON TABLE public.ai_audit_heads TO service_role;

-- Name: ai_audit_log; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_audit_log (
    org_id uuid NOT NULL,
    seq bigint NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    actor_id uuid,
    actor_role text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    subject_key jsonb NOT NULL,
    old_values jsonb,
    new_values jsonb,
    previous_hash text NOT NULL,
    hash text NOT NULL,
    CONSTRAINT ai_audit_log_action_known CHECK ((action = ANY (ARRAY['insert'::text, 'update'::text, 'delete'::text, 'recompute'::text]))),
    CONSTRAINT ai_audit_log_hashes_are_sha256 CHECK (((hash ~ '^[0-9a-f]{64}$'::text) AND (previous_hash ~ '^[0-9a-f]{64}$'::text)))
);


ALTER TABLE public.ai_audit_log OWNER TO postgres;

-- Name: COLUMN ai_audit_log.actor_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_audit_log.actor_id IS 'auth.uid() of who did it. NULL: the service role, a migration or the database''s owner. No foreign key: the chain outlives its actors.';

-- Name: COLUMN ai_audit_log.actor_role; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_audit_log.actor_role IS 'Database role of the session: authenticated, service_role, postgres.';

-- Name: COLUMN ai_audit_log.hash; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_audit_log.hash IS 'SHA-256, hex, of previous_hash and every other column.';

-- Name: COLUMN ai_audit_log.new_values; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_audit_log.new_values IS 'After, alike. NULL for a delete.';

-- Name: COLUMN ai_audit_log.old_values; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_audit_log.old_values IS 'Before: of an update the changed columns, of a delete all. NULL for an insert. Secrets and hashes read "(not shown)".';

-- Name: COLUMN ai_audit_log.org_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_audit_log.org_id IS 'Whose chain; 00000000-0000-0000-0000-000000000000 = the platform''s. No foreign key: the chain outlives its organization.';

-- Name: COLUMN ai_audit_log.previous_hash; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_audit_log.previous_hash IS 'hash of seq - 1; zeros for the first.';

-- Name: COLUMN ai_audit_log.seq; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_audit_log.seq IS 'Counts from 1 in each chain, without gaps.';

-- Name: COLUMN ai_audit_log.subject; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_audit_log.subject IS 'The table, without its schema.';

-- Name: COLUMN ai_audit_log.subject_key; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_audit_log.subject_key IS 'The row''s primary key.';

-- Name: TABLE ai_audit_log; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_audit_log IS 'Changes of budgets, limits, prices, models, providers, policies, prompts, keys, settings, members and alert rules. Written by triggers, never changed.';

-- Name: TABLE ai_audit_log; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_audit_log TO authenticated;
GRANT SELECT ON TABLE public.ai_audit_log TO service_role;

-- Name: ai_audit_log ai_audit_log_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_audit_log
    ADD CONSTRAINT ai_audit_log_pkey PRIMARY KEY (org_id, seq);

-- Name: ai_audit_log ai_audit_log_select_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_audit_log_select_admins ON public.ai_audit_log FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ((org_id = '00000000-0000-0000-0000-000000000000'::uuid) AND ( SELECT private.is_operator() AS is_operator))));

-- Name: ai_audit_log; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_audit_log ENABLE ROW LEVEL SECURITY;

-- Name: ai_audit_log ai_audit_log_keep; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_audit_log_keep BEFORE DELETE OR UPDATE ON public.ai_audit_log FOR EACH ROW EXECUTE FUNCTION private.refuse_audit_change();

-- Name: ai_audit_log ai_audit_log_keep_all; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_audit_log_keep_all BEFORE TRUNCATE ON public.ai_audit_log FOR EACH STATEMENT EXECUTE FUNCTION private.refuse_audit_change();

-- Name: ai_audit_log_happened_at_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_audit_log_happened_at_idx ON public.ai_audit_log USING btree (org_id, happened_at DESC);

-- Name: ai_breaker_events; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_breaker_events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    reason text
);


ALTER TABLE public.ai_breaker_events OWNER TO postgres;

-- Name: TABLE ai_breaker_events; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_breaker_events IS 'History of breaker transitions.';

-- Name: TABLE ai_breaker_events; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_breaker_events TO authenticated;
GRANT SELECT ON TABLE public.ai_breaker_events TO service_role;

-- Name: ai_breaker_events ai_breaker_events_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_breaker_events
    ADD CONSTRAINT ai_breaker_events_pkey PRIMARY KEY (id);

-- Name: ai_breaker_events ai_breaker_events_select_signed_in; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_breaker_events_select_signed_in ON public.ai_breaker_events FOR SELECT TO authenticated USING (true);

-- Name: ai_breaker_events; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_breaker_events ENABLE ROW LEVEL SECURITY;

-- Name: ai_breaker_events_created_at_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_breaker_events_created_at_idx ON public.ai_breaker_events USING btree (created_at DESC);

-- Name: ai_breakers; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_breakers (
    provider text NOT NULL,
    model text NOT NULL,
    state text DEFAULT 'closed'::text NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    openings integer DEFAULT 0 NOT NULL,
    opened_at timestamp with time zone,
    open_until timestamp with time zone,
    probe_until timestamp with time zone,
    last_error text,
    last_failure_at timestamp with time zone,
    requests_left integer,
    tokens_left integer,
    updated_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    CONSTRAINT ai_breakers_open_has_times CHECK (((state = 'closed'::text) OR ((opened_at IS NOT NULL) AND (open_until IS NOT NULL)))),
    CONSTRAINT ai_breakers_state_known CHECK ((state = ANY (ARRAY['closed'::text, 'open'::text, 'half_open'::text])))
);


ALTER TABLE public.ai_breakers OWNER TO postgres;

-- Name: COLUMN ai_breakers.failures; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_breakers.failures IS 'Failures in a row since the last success.';

-- Name: COLUMN ai_breakers.openings; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_breakers.openings IS 'Times opened in a row: each doubles the pause, up to 5 minutes.';

-- Name: COLUMN ai_breakers.probe_until; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_breakers.probe_until IS 'Lease of the one half-open probe; after it another request may try.';

-- Name: COLUMN ai_breakers.requests_left; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_breakers.requests_left IS 'Requests left in the provider''s own rate limit, as it last said; NULL = it does not say.';

-- Name: TABLE ai_breakers; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_breakers IS 'Circuit breakers by provider and model; model * stands for the whole provider. No row = closed.';

-- Name: TABLE ai_breakers; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_breakers TO authenticated;
GRANT SELECT ON TABLE public.ai_breakers TO service_role;

-- Name: ai_breakers ai_breakers_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_breakers
    ADD CONSTRAINT ai_breakers_pkey PRIMARY KEY (provider, model);

-- Name: ai_breakers ai_breakers_select_signed_in; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_breakers_select_signed_in ON public.ai_breakers FOR SELECT TO authenticated USING (true);

-- Name: ai_breakers; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_breakers ENABLE ROW LEVEL SECURITY;

-- Name: ai_budget_forecast; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_budget_forecast WITH (security_invoker='true') AS
 SELECT org_id,
    budget_id,
    scope,
    scope_key,
    period,
    period_start,
    period_end,
    cap,
    currency,
    used,
    elapsed,
    linear_forecast,
    trend_forecast,
    trend_basis_days,
    exhausted_on,
    round(((linear_forecast * (100)::numeric) / NULLIF(cap, (0)::numeric)), 2) AS linear_percent,
    round(((trend_forecast * (100)::numeric) / NULLIF(cap, (0)::numeric)), 2) AS trend_percent,
    ((('linear: the pace since '::text || period_start) || ' goes on'::text) ||
        CASE
            WHEN (trend_forecast IS NOT NULL) THEN (('; trend: the straight line through '::text || trend_basis_days) || ' finished days of spending goes on, never below zero, at each day''s exchange rate'::text)
            ELSE '; no trend: fewer than 7 finished days with spending, or a scope without a rollup'::text
        END) AS assumes
   FROM private.budget_forecast() f(org_id, budget_id, scope, scope_key, period, period_start, period_end, cap, currency, used, elapsed, linear_forecast, trend_forecast, trend_basis_days, exhausted_on);


ALTER VIEW public.ai_budget_forecast OWNER TO postgres;

-- Name: COLUMN ai_budget_forecast.elapsed; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_budget_forecast.elapsed IS 'Share of the period that is over, 0 to 1.';

-- Name: COLUMN ai_budget_forecast.exhausted_on; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_budget_forecast.exhausted_on IS 'Day the cap will be reached, by the trend, else by the pace; today when it is. NULL: not in this period, or it cannot be told.';

-- Name: COLUMN ai_budget_forecast.linear_forecast; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_budget_forecast.linear_forecast IS 'NULL in the first hundredth of the period, when a pace says nothing.';

-- Name: COLUMN ai_budget_forecast.period_end; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_budget_forecast.period_end IS 'First day after the period.';

-- Name: COLUMN ai_budget_forecast.trend_forecast; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_budget_forecast.trend_forecast IS 'NULL below seven finished days with spending, for virtual keys (no rollup has them), and for scopes that spent nothing in the period.';

-- Name: COLUMN ai_budget_forecast.used; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_budget_forecast.used IS 'Settled and held so far.';

-- Name: VIEW ai_budget_forecast; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_budget_forecast IS 'Each active budget of a day, week or month at the end of its period, in the organization''s currency, with what the forecast assumes. Shows what ai_budget_status shows.';

-- Name: TABLE ai_budget_forecast; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_budget_forecast TO authenticated;
GRANT SELECT ON TABLE public.ai_budget_forecast TO service_role;

-- Name: ai_budget_states; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_budget_states (
    org_id uuid NOT NULL,
    account text NOT NULL,
    scope text GENERATED ALWAYS AS (split_part(account, ':'::text, 1)) STORED NOT NULL,
    scope_key text GENERATED ALWAYS AS (substr(account, (strpos(account, ':'::text) + 1))) STORED NOT NULL,
    day date NOT NULL,
    day_settled numeric DEFAULT 0 NOT NULL,
    day_held numeric DEFAULT 0 NOT NULL,
    week date NOT NULL,
    week_settled numeric DEFAULT 0 NOT NULL,
    week_held numeric DEFAULT 0 NOT NULL,
    month date NOT NULL,
    month_settled numeric DEFAULT 0 NOT NULL,
    month_held numeric DEFAULT 0 NOT NULL,
    total_settled numeric DEFAULT 0 NOT NULL,
    total_held numeric DEFAULT 0 NOT NULL,
    minute timestamp with time zone NOT NULL,
    minute_requests integer DEFAULT 0 NOT NULL,
    minute_tokens bigint DEFAULT 0 NOT NULL,
    CONSTRAINT ai_budget_states_held_not_negative CHECK (((day_held >= (0)::numeric) AND (week_held >= (0)::numeric) AND (month_held >= (0)::numeric) AND (total_held >= (0)::numeric)))
)
WITH (fillfactor='50');


ALTER TABLE public.ai_budget_states OWNER TO postgres;

-- Name: COLUMN ai_budget_states.account; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_budget_states.account IS 'scope:key, e.g. user:4711 or subject:lead:9: what a hold names.';

-- Name: COLUMN ai_budget_states.day; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_budget_states.day IS 'The current day in the organization''s time zone; older days are in ai_closed_periods.';

-- Name: TABLE ai_budget_states; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_budget_states IS 'One row per scope that ever spent: what is settled and what is held in its current day, week, month and in all, and the current minute''s rate. In the organization''s currency.';

-- Name: TABLE ai_budget_states; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_budget_states TO authenticated;
GRANT SELECT ON TABLE public.ai_budget_states TO service_role;

-- Name: ai_budget_states ai_budget_states_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_budget_states
    ADD CONSTRAINT ai_budget_states_pkey PRIMARY KEY (org_id, account);

-- Name: ai_budget_states ai_budget_states_select_managed; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_budget_states_select_managed ON public.ai_budget_states FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR ((account = ('user:'::text || ( SELECT auth.uid() AS uid))) AND (org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)))));

-- Name: ai_budget_states; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_budget_states ENABLE ROW LEVEL SECURITY;

-- Name: ai_budget_status; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_budget_status WITH (security_invoker='true') AS
 SELECT org_id,
    budget_id,
    scope,
    scope_key,
    period,
    period_start,
    cap,
    currency,
    settled,
    held,
    remaining,
    used_percent,
    state,
    hard
   FROM private.budget_status() budget_status(org_id, budget_id, scope, scope_key, period, period_start, cap, currency, settled, held, remaining, used_percent, state, hard);


ALTER VIEW public.ai_budget_status OWNER TO postgres;

-- Name: VIEW ai_budget_status; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_budget_status IS 'Every active budget as it stands this moment: cap, settled, held, remaining in the organization''s currency, and its state (ok, soft_limit, exhausted).';

-- Name: TABLE ai_budget_status; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_budget_status TO authenticated;
GRANT SELECT ON TABLE public.ai_budget_status TO service_role;

-- Name: ai_budgets; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_budgets (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    scope text NOT NULL,
    scope_key text,
    period text NOT NULL,
    cap numeric,
    hard boolean DEFAULT true NOT NULL,
    soft_percent numeric,
    active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    updated_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    CONSTRAINT ai_budgets_cap_not_negative CHECK ((cap >= (0)::numeric)),
    CONSTRAINT ai_budgets_cap_said CHECK (((cap IS NOT NULL) OR ((scope = 'organization'::text) AND (period = 'month'::text)))),
    CONSTRAINT ai_budgets_organization_has_no_key CHECK (((scope <> 'organization'::text) OR (scope_key IS NULL))),
    CONSTRAINT ai_budgets_period_known CHECK ((period = ANY (ARRAY['request'::text, 'day'::text, 'week'::text, 'month'::text, 'total'::text]))),
    CONSTRAINT ai_budgets_scope_known CHECK ((scope = ANY (ARRAY['job'::text, 'subject'::text, 'key'::text, 'user'::text, 'task'::text, 'organization'::text]))),
    CONSTRAINT ai_budgets_soft_percent_in_range CHECK (((soft_percent > (0)::numeric) AND (soft_percent <= (100)::numeric)))
);


ALTER TABLE public.ai_budgets OWNER TO postgres;

-- Name: COLUMN ai_budgets.cap; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_budgets.cap IS 'In the organization''s currency. NULL = the setting ai.budget.monthly.cap.';

-- Name: COLUMN ai_budgets.hard; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_budgets.hard IS 'true: no request may take used plus held above the cap. false: only warns and keeps to the small tier.';

-- Name: COLUMN ai_budgets.period; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_budgets.period IS 'request, day, week (from Monday), month, each in the organization''s time zone, or total.';

-- Name: COLUMN ai_budgets.scope_key; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_budgets.scope_key IS 'Which one: a user''s id, a task''s slug, a key''s id, a job''s id, a subject as type:id. type:* = every subject of a type; NULL = every one.';

-- Name: COLUMN ai_budgets.soft_percent; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_budgets.soft_percent IS 'Above this share of the cap only the small tier is used. NULL = the setting ai.budget.soft.percent.';

-- Name: TABLE ai_budgets; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_budgets IS 'Caps on spending. Every active budget that applies to a request must have room for it, or the request is refused.';

-- Name: TABLE ai_budgets; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_budgets TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_budgets TO service_role;

-- Name: ai_budgets ai_budgets_one_per_scope_and_period; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_budgets
    ADD CONSTRAINT ai_budgets_one_per_scope_and_period UNIQUE NULLS NOT DISTINCT (org_id, scope, scope_key, period);

-- Name: ai_budgets ai_budgets_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_budgets
    ADD CONSTRAINT ai_budgets_pkey PRIMARY KEY (org_id, id);

-- Name: ai_budgets ai_budgets_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_budgets
    ADD CONSTRAINT ai_budgets_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_budgets ai_budgets_delete_admin; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_budgets_delete_admin ON public.ai_budgets FOR DELETE TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)));

-- Name: ai_budgets ai_budgets_insert_admin; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_budgets_insert_admin ON public.ai_budgets FOR INSERT TO authenticated WITH CHECK ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)));

-- Name: ai_budgets ai_budgets_select_member; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_budgets_select_member ON public.ai_budgets FOR SELECT TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)));

-- Name: ai_budgets ai_budgets_update_admin; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_budgets_update_admin ON public.ai_budgets FOR UPDATE TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as))) WITH CHECK ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)));

-- Name: ai_budgets; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_budgets ENABLE ROW LEVEL SECURITY;

-- Name: ai_budgets ai_budgets_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_budgets_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_budgets FOR EACH ROW EXECUTE FUNCTION private.audit_change('org_id');

-- Name: ai_cache_entries; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_cache_entries (
    org_id uuid NOT NULL,
    key text NOT NULL,
    task text NOT NULL,
    answer jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    hits integer DEFAULT 0 NOT NULL
);


ALTER TABLE public.ai_cache_entries OWNER TO postgres;

-- Name: COLUMN ai_cache_entries.answer; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cache_entries.answer IS 'The envelope {data, meta} as first answered.';

-- Name: TABLE ai_cache_entries; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_cache_entries IS 'Answers by key: organization, what the caller may see, task, prompt version and variant, language, models, output settings, normalized input.';

-- Name: TABLE ai_cache_entries; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,DELETE ON TABLE public.ai_cache_entries TO service_role;

-- Name: ai_cache_entries ai_cache_entries_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_cache_entries
    ADD CONSTRAINT ai_cache_entries_pkey PRIMARY KEY (org_id, key);

-- Name: ai_cache_entries ai_cache_entries_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_cache_entries
    ADD CONSTRAINT ai_cache_entries_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_cache_entries ai_cache_entries_select_nobody; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_cache_entries_select_nobody ON public.ai_cache_entries FOR SELECT TO authenticated USING (false);

-- Name: ai_cache_entries; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_cache_entries ENABLE ROW LEVEL SECURITY;

-- Name: ai_cache_entries_expires_at_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_cache_entries_expires_at_idx ON public.ai_cache_entries USING btree (expires_at);

-- Name: ai_calibration; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_calibration WITH (security_invoker='true') AS
 WITH maps AS MATERIALIZED (
         SELECT m.org_id,
            m.task,
            m.map
           FROM private.calibration_maps() m(org_id, task, map)
        ), groups AS MATERIALIZED (
         SELECT l.org_id,
            l.task,
            l.raw_score,
            count(*) AS labels,
            count(*) FILTER (WHERE l.is_right) AS correct,
            count(*) FILTER (WHERE (NOT l.is_right)) AS wrong
           FROM public.ai_answer_labels l
          GROUP BY l.org_id, l.task, l.raw_score
        ), scored AS (
         SELECT g.org_id,
            g.task,
            g.raw_score,
            g.labels,
            g.correct,
            g.wrong,
            round((private.calibrated(m.map, (g.raw_score)::double precision))::numeric, 2) AS score
           FROM (groups g
             LEFT JOIN maps m ON (((m.org_id = g.org_id) AND (m.task = g.task))))
        ), bins AS (
         SELECT g.org_id,
            g.task,
            k.kind,
            LEAST((9)::numeric, floor((k.said * (10)::numeric))) AS bin,
            sum(g.labels) AS labels,
            sum((k.said * (g.labels)::numeric)) AS said,
            sum(g.correct) AS correct
           FROM (scored g
             CROSS JOIN LATERAL ( VALUES ('raw'::text,g.raw_score), ('now'::text,g.score)) k(kind, said))
          GROUP BY g.org_id, g.task, k.kind, LEAST((9)::numeric, floor((k.said * (10)::numeric)))
        ), ranked AS (
         SELECT o.org_id,
            o.task,
            o.raw_score,
            o.labels,
            o.correct,
            o.wrong,
            (sum(o.wrong) OVER (PARTITION BY o.org_id, o.task ORDER BY o.raw_score) - (o.wrong)::numeric) AS wrong_below
           FROM groups o
        ), areas AS (
         SELECT r.org_id,
            r.task,
            (sum(((r.correct)::numeric * (r.wrong_below + ((r.wrong)::numeric / 2.0)))) / NULLIF((sum(r.correct) * sum(r.wrong)), (0)::numeric)) AS auroc
           FROM ranked r
          GROUP BY r.org_id, r.task
        )
 SELECT b.org_id,
    b.task,
    (sum(b.labels) FILTER (WHERE (b.kind = 'now'::text)))::integer AS labels,
    round((sum(b.correct) FILTER (WHERE (b.kind = 'now'::text)) / sum(b.labels) FILTER (WHERE (b.kind = 'now'::text))), 4) AS right_share,
    round((sum(abs((b.said - b.correct))) FILTER (WHERE (b.kind = 'raw'::text)) / sum(b.labels) FILTER (WHERE (b.kind = 'raw'::text))), 4) AS ece_raw,
    round((sum(abs((b.said - b.correct))) FILTER (WHERE (b.kind = 'now'::text)) / sum(b.labels) FILTER (WHERE (b.kind = 'now'::text))), 4) AS ece,
    round(max(a.auroc), 4) AS auroc,
    jsonb_agg(jsonb_build_object('from', (b.bin / (10)::numeric), 'labels', b.labels, 'said', round((b.said / b.labels), 4), 'right', round((b.correct / b.labels), 4)) ORDER BY b.bin) FILTER (WHERE (b.kind = 'now'::text)) AS curve,
    COALESCE(( SELECT (m.map ->> 'kind'::text)
           FROM maps m
          WHERE ((m.org_id = b.org_id) AND (m.task = b.task))), 'none'::text) AS method
   FROM (bins b
     JOIN areas a ON (((a.org_id = b.org_id) AND (a.task = b.task))))
  GROUP BY b.org_id, b.task;


ALTER VIEW public.ai_calibration OWNER TO postgres;

-- Name: COLUMN ai_calibration.auroc; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_calibration.auroc IS 'Chance that a right answer scored above a wrong one. NULL when all were right or all wrong.';

-- Name: COLUMN ai_calibration.curve; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_calibration.curve IS 'Bins of a tenth by calibrated score: [{"from", "labels", "said": mean score, "right": share that was right}].';

-- Name: COLUMN ai_calibration.method; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_calibration.method IS 'identity, logistic or isotonic; none without a calibration.';

-- Name: VIEW ai_calibration; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_calibration IS 'How far confidence can be believed, by task, over all labels the caller may see (a member: those he gave on his own requests): expected calibration error before and after the calibration in force, AUROC and the reliability curve. ece includes the labels the calibration was fitted on; ai_calibrations.ece_after does not.';

-- Name: TABLE ai_calibration; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_calibration TO authenticated;
GRANT SELECT ON TABLE public.ai_calibration TO service_role;

-- Name: ai_calibrations; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_calibrations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid,
    task text NOT NULL,
    method text NOT NULL,
    map jsonb NOT NULL,
    labels integer NOT NULL,
    right_share numeric NOT NULL,
    ece_before numeric NOT NULL,
    ece_after numeric NOT NULL,
    brier_before numeric NOT NULL,
    brier_after numeric NOT NULL,
    auroc numeric,
    fitted_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    active boolean DEFAULT true NOT NULL,
    CONSTRAINT ai_calibrations_enough_labels CHECK ((labels >= 50)),
    CONSTRAINT ai_calibrations_map_matches CHECK ((((map ->> 'kind'::text) =
CASE method
    WHEN 'platt'::text THEN 'logistic'::text
    ELSE method
END) AND
CASE method
    WHEN 'platt'::text THEN ((((map ->> 'slope'::text))::double precision >= (0)::double precision) AND (map ? 'offset'::text))
    WHEN 'isotonic'::text THEN ((jsonb_array_length((map -> 'scores'::text)) = jsonb_array_length((map -> 'values'::text))) AND (jsonb_array_length((map -> 'scores'::text)) > 0))
    ELSE true
END)),
    CONSTRAINT ai_calibrations_method_known CHECK ((method = ANY (ARRAY['identity'::text, 'platt'::text, 'isotonic'::text])))
);


ALTER TABLE public.ai_calibrations OWNER TO postgres;

-- Name: COLUMN ai_calibrations.auroc; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_calibrations.auroc IS 'Chance that a right answer scores above a wrong one; calibration does not change it. NULL when all were right or all wrong.';

-- Name: COLUMN ai_calibrations.brier_after; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_calibrations.brier_after IS 'Mean squared error after calibration, on labels the fit had not seen (five folds).';

-- Name: COLUMN ai_calibrations.ece_after; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_calibrations.ece_after IS 'The same after calibration, on labels the fit had not seen (five folds).';

-- Name: COLUMN ai_calibrations.ece_before; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_calibrations.ece_before IS 'Expected calibration error of the raw score, ten bins, 0 to 1.';

-- Name: COLUMN ai_calibrations.map; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_calibrations.map IS 'As shared/statistics reads it: {"kind": "identity"}, {"kind": "logistic", "slope", "offset"} or {"kind": "isotonic", "scores", "values"}.';

-- Name: COLUMN ai_calibrations.org_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_calibrations.org_id IS 'NULL: the platform''s, from the labels of all organizations, for those with too few of their own.';

-- Name: COLUMN ai_calibrations.right_share; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_calibrations.right_share IS 'Share of the labels that were right, 0 to 1.';

-- Name: TABLE ai_calibrations; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_calibrations IS 'What a confidence score of a task is worth, learned every night from what became of its answers. The newest active one of the organization, else the platform''s, is applied to new answers.';

-- Name: TABLE ai_calibrations; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_calibrations TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_calibrations TO service_role;

-- Name: ai_calibrations ai_calibrations_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_calibrations
    ADD CONSTRAINT ai_calibrations_pkey PRIMARY KEY (id);

-- Name: ai_calibrations ai_calibrations_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_calibrations
    ADD CONSTRAINT ai_calibrations_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_calibrations ai_calibrations_select_managers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_calibrations_select_managers ON public.ai_calibrations FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR ((org_id IS NULL) AND ( SELECT private.is_operator() AS is_operator))));

-- Name: ai_calibrations; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_calibrations ENABLE ROW LEVEL SECURITY;

-- Name: ai_calibrations_one_active_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE UNIQUE INDEX ai_calibrations_one_active_idx ON public.ai_calibrations USING btree (org_id, task) NULLS NOT DISTINCT WHERE active;

-- Name: ai_calibrations_org_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_calibrations_org_id_idx ON public.ai_calibrations USING btree (org_id);

-- Name: ai_call_log_compat; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_call_log_compat WITH (security_invoker='true') AS
 SELECT c.id,
    c.created_at AS "timestamp",
    r.job_id,
    r.task,
    c.request_model AS model,
    c.input_tokens,
    c.output_tokens,
    c.cost_usd AS cost,
    c.latency_ms,
    r.confidence_score,
    r.confidence_breakdown,
    r.action,
    p.input AS request_data,
    p.output AS response_data,
    c.error_code AS error_message,
    r.fallback_reason
   FROM ((public.ai_call_logs c
     LEFT JOIN public.ai_request_logs r ON (((r.id = c.request_id) AND (r.org_id = c.org_id))))
     LEFT JOIN public.ai_payloads p ON (((p.org_id = c.org_id) AND (p.request_id = c.request_id))));


ALTER VIEW public.ai_call_log_compat OWNER TO postgres;

-- Name: VIEW ai_call_log_compat; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_call_log_compat IS 'Call rows under the column names of MIVAA''s ai_call_logs, for dashboards written for it.';

-- Name: TABLE ai_call_log_compat; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_call_log_compat TO authenticated;
GRANT SELECT ON TABLE public.ai_call_log_compat TO service_role;

-- Name: ai_call_logs; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_call_logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    request_id uuid NOT NULL,
    org_id uuid NOT NULL,
    attempt smallint NOT NULL,
    purpose text NOT NULL,
    provider text NOT NULL,
    request_model text NOT NULL,
    response_model text,
    price_id uuid,
    input_tokens integer,
    output_tokens integer,
    cache_read_input_tokens integer,
    cache_write_input_tokens integer,
    cost_usd numeric,
    usage_source text DEFAULT 'provider'::text NOT NULL,
    latency_ms integer,
    time_to_first_token_ms integer,
    finish_reason text,
    error_code text,
    stand_in boolean DEFAULT false NOT NULL,
    settled_tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT ai_call_logs_attempt_positive CHECK ((attempt >= 1)),
    CONSTRAINT ai_call_logs_cost_not_negative CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT ai_call_logs_tokens_not_negative CHECK (((input_tokens >= 0) AND (output_tokens >= 0) AND (cache_read_input_tokens >= 0) AND (cache_write_input_tokens >= 0))),
    CONSTRAINT ai_call_logs_usage_source_known CHECK ((usage_source = ANY (ARRAY['provider'::text, 'estimated'::text, 'none'::text])))
)
PARTITION BY RANGE (created_at);


ALTER TABLE public.ai_call_logs OWNER TO postgres;

-- Name: COLUMN ai_call_logs.cost_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_call_logs.cost_usd IS 'US dollars by the price row named in price_id, exact. 0 when the provider bills nothing (an HTTP error); NULL means unknown, it never means free.';

-- Name: COLUMN ai_call_logs.error_code; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_call_logs.error_code IS 'Kind of failure (timeout, rate_limited, server, …); NULL for a call that answered.';

-- Name: COLUMN ai_call_logs.input_tokens; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_call_logs.input_tokens IS 'All input tokens, those read from and written to the provider''s cache included. NULL when none were billed.';

-- Name: COLUMN ai_call_logs.price_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_call_logs.price_id IS 'ai_model_prices.id the cost was computed with.';

-- Name: COLUMN ai_call_logs.purpose; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_call_logs.purpose IS 'answer, retry, fallback, escalation, repair, consensus, restart, probe, embedding, tool or gate.';

-- Name: COLUMN ai_call_logs.settled_tx; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_call_logs.settled_tx IS 'Transaction that wrote the row: the rollups'' watermark.';

-- Name: COLUMN ai_call_logs.stand_in; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_call_logs.stand_in IS 'True when the local provider stand-in answered instead of a real provider.';

-- Name: COLUMN ai_call_logs.usage_source; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_call_logs.usage_source IS 'provider: the provider said the tokens; estimated: an upper bound for a call that was lost or cancelled; none: nothing was billed.';

-- Name: TABLE ai_call_logs; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_call_logs IS 'One row per call: one HTTP attempt at one provider. Retries, fallbacks and escalations are rows that share a request_id.';

-- Name: TABLE ai_call_logs; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_call_logs TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_call_logs TO service_role;

-- Name: ai_call_logs ai_call_logs_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_call_logs
    ADD CONSTRAINT ai_call_logs_pkey PRIMARY KEY (request_id, attempt, created_at, org_id);

-- Name: ai_call_logs ai_call_logs_select_visible; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_call_logs_select_visible ON public.ai_call_logs FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)) AND (EXISTS ( SELECT
   FROM public.ai_request_logs r
  WHERE ((r.id = ai_call_logs.request_id) AND (r.user_id = ( SELECT auth.uid() AS uid))))))));

-- Name: ai_call_logs; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_call_logs ENABLE ROW LEVEL SECURITY;

-- Name: ai_call_logs_created_at_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_call_logs_created_at_idx ON ONLY public.ai_call_logs USING brin (created_at);

-- Name: ai_call_logs_org_id_created_at_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_call_logs_org_id_created_at_idx ON ONLY public.ai_call_logs USING btree (org_id, created_at DESC);

-- Name: ai_call_logs_settled_tx_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_call_logs_settled_tx_idx ON ONLY public.ai_call_logs USING brin (settled_tx) WITH (pages_per_range='16');

-- Name: ai_closed_periods; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_closed_periods (
    org_id uuid NOT NULL,
    account text NOT NULL,
    period text NOT NULL,
    period_start date NOT NULL,
    settled numeric NOT NULL,
    held numeric NOT NULL,
    CONSTRAINT ai_closed_periods_held_not_negative CHECK ((held >= (0)::numeric)),
    CONSTRAINT ai_closed_periods_period_known CHECK ((period = ANY (ARRAY['day'::text, 'week'::text, 'month'::text])))
);


ALTER TABLE public.ai_closed_periods OWNER TO postgres;

-- Name: TABLE ai_closed_periods; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_closed_periods IS 'Counters of past periods. A settle that comes late still lands in its hold''s own period, here.';

-- Name: TABLE ai_closed_periods; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_closed_periods TO authenticated;
GRANT SELECT ON TABLE public.ai_closed_periods TO service_role;

-- Name: ai_closed_periods ai_closed_periods_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_closed_periods
    ADD CONSTRAINT ai_closed_periods_pkey PRIMARY KEY (org_id, account, period, period_start);

-- Name: ai_closed_periods ai_closed_periods_select_managed; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_closed_periods_select_managed ON public.ai_closed_periods FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR ((account = ('user:'::text || ( SELECT auth.uid() AS uid))) AND (org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)))));

-- Name: ai_closed_periods; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_closed_periods ENABLE ROW LEVEL SECURITY;

-- Name: ai_confidence_histogram; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_confidence_histogram WITH (security_invoker='true') AS
 SELECT org_id,
    task,
    bin,
    bin_from,
    bin_to,
    request_count
   FROM private.confidence_histogram() confidence_histogram(org_id, task, bin, bin_from, bin_to, request_count);


ALTER VIEW public.ai_confidence_histogram OWNER TO postgres;

-- Name: VIEW ai_confidence_histogram; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_confidence_histogram IS 'How sure answers of the last 30 days were, by task, in five bins of 0.2. Requests without a confidence are left out, not counted as 0.';

-- Name: TABLE ai_confidence_histogram; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_confidence_histogram TO authenticated;
GRANT SELECT ON TABLE public.ai_confidence_histogram TO service_role;

-- Name: ai_conversations; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_conversations (
    org_id uuid NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    assistant_id uuid,
    title text NOT NULL,
    language text,
    status text DEFAULT 'active'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_conversations_language_bounded CHECK ((length(language) <= 35)),
    CONSTRAINT ai_conversations_status_known CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text]))),
    CONSTRAINT ai_conversations_title_bounded CHECK (((length(btrim(title)) >= 1) AND (length(btrim(title)) <= 200)))
);


ALTER TABLE public.ai_conversations OWNER TO postgres;

-- Name: COLUMN ai_conversations.assistant_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_conversations.assistant_id IS 'Whom the next message is for when it names nobody. NULL: the plain assistant, or one that is gone.';

-- Name: COLUMN ai_conversations.language; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_conversations.language IS 'BCP 47 language of the last answer. NULL: none yet.';

-- Name: COLUMN ai_conversations.title; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_conversations.title IS 'At first the start of the first message; the user may change it.';

-- Name: COLUMN ai_conversations.updated_at; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_conversations.updated_at IS 'When the last message was written, or the row changed.';

-- Name: TABLE ai_conversations; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_conversations IS 'Conversations of one user with assistants of an organization. Nobody else reads them.';

-- Name: COLUMN ai_conversations.assistant_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(assistant_id),UPDATE(assistant_id) ON TABLE public.ai_conversations TO authenticated;

-- Name: COLUMN ai_conversations.id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(id) ON TABLE public.ai_conversations TO authenticated;

-- Name: COLUMN ai_conversations.org_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(org_id) ON TABLE public.ai_conversations TO authenticated;

-- Name: COLUMN ai_conversations.status; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(status) ON TABLE public.ai_conversations TO authenticated;

-- Name: COLUMN ai_conversations.title; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(title),UPDATE(title) ON TABLE public.ai_conversations TO authenticated;

-- Name: TABLE ai_conversations; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,DELETE ON TABLE public.ai_conversations TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_conversations TO service_role;

-- Name: ai_conversations ai_conversations_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_conversations
    ADD CONSTRAINT ai_conversations_pkey PRIMARY KEY (org_id, id);

-- Name: ai_conversations ai_conversations_assistant_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_conversations
    ADD CONSTRAINT ai_conversations_assistant_fkey FOREIGN KEY (org_id, assistant_id) REFERENCES public.ai_assistants(org_id, id) ON DELETE SET NULL (assistant_id);

-- Name: ai_conversations ai_conversations_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_conversations
    ADD CONSTRAINT ai_conversations_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_conversations ai_conversations_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_conversations
    ADD CONSTRAINT ai_conversations_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

-- Name: ai_conversations ai_conversations_delete_own; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_conversations_delete_own ON public.ai_conversations FOR DELETE TO authenticated USING (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids() AS my_org_ids))));

-- Name: ai_conversations ai_conversations_insert_own; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_conversations_insert_own ON public.ai_conversations FOR INSERT TO authenticated WITH CHECK (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids() AS my_org_ids))));

-- Name: ai_conversations ai_conversations_select_own; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_conversations_select_own ON public.ai_conversations FOR SELECT TO authenticated USING (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids() AS my_org_ids))));

-- Name: ai_conversations ai_conversations_update_own; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_conversations_update_own ON public.ai_conversations FOR UPDATE TO authenticated USING (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids() AS my_org_ids))));

-- Name: ai_conversations; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_conversations ENABLE ROW LEVEL SECURITY;

-- Name: ai_conversations ai_conversations_touch; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_conversations_touch BEFORE UPDATE ON public.ai_conversations FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

-- Name: ai_conversations_assistant_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_conversations_assistant_idx ON public.ai_conversations USING btree (org_id, assistant_id);

-- Name: ai_conversations_user_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_conversations_user_idx ON public.ai_conversations USING btree (user_id, org_id, updated_at DESC);

-- Name: ai_cost_corrections; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_cost_corrections (
    org_id uuid NOT NULL,
    correction_id uuid NOT NULL,
    request_id uuid NOT NULL,
    attempt smallint NOT NULL,
    call_created_at timestamp with time zone NOT NULL,
    day date NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    old_price_id uuid,
    new_price_id uuid NOT NULL,
    old_cost_usd numeric,
    new_cost_usd numeric NOT NULL,
    corrected_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    corrected_by uuid
);


ALTER TABLE public.ai_cost_corrections OWNER TO postgres;

-- Name: COLUMN ai_cost_corrections.corrected_by; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_corrections.corrected_by IS 'NULL: the service role or the database''s owner.';

-- Name: COLUMN ai_cost_corrections.correction_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_corrections.correction_id IS 'The run of recompute_costs() that wrote it.';

-- Name: COLUMN ai_cost_corrections.day; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_corrections.day IS 'Day of the request''s hold, in whose day, week and month the difference was booked.';

-- Name: COLUMN ai_cost_corrections.old_cost_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_corrections.old_cost_usd IS 'US dollars. NULL: it was unknown, and the whole hold had been charged.';

-- Name: TABLE ai_cost_corrections; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_cost_corrections IS 'One line for each call whose cost was corrected: ledger lines in their original period.';

-- Name: TABLE ai_cost_corrections; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_cost_corrections TO authenticated;
GRANT SELECT ON TABLE public.ai_cost_corrections TO service_role;

-- Name: ai_cost_corrections ai_cost_corrections_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_cost_corrections
    ADD CONSTRAINT ai_cost_corrections_pkey PRIMARY KEY (org_id, correction_id, request_id, attempt);

-- Name: ai_cost_corrections ai_cost_corrections_select_managed; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_cost_corrections_select_managed ON public.ai_cost_corrections FOR SELECT TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)));

-- Name: ai_cost_corrections; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_cost_corrections ENABLE ROW LEVEL SECURITY;

-- Name: ai_cost_corrections_request_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_cost_corrections_request_id_idx ON public.ai_cost_corrections USING btree (request_id);

-- Name: ai_cost_inputs; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_cost_inputs (
    org_id uuid NOT NULL,
    month date NOT NULL,
    infra_cost numeric,
    sales_minutes numeric,
    new_orders integer,
    updated_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    CONSTRAINT ai_cost_inputs_month_is_first CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
    CONSTRAINT ai_cost_inputs_not_negative CHECK (((infra_cost >= (0)::numeric) AND (sales_minutes >= (0)::numeric) AND (new_orders >= 0)))
);


ALTER TABLE public.ai_cost_inputs OWNER TO postgres;

-- Name: COLUMN ai_cost_inputs.infra_cost; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_inputs.infra_cost IS 'Infrastructure of the month in the organization''s currency. NULL: the setting kpi.infra.monthly_cost.';

-- Name: COLUMN ai_cost_inputs.month; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_inputs.month IS 'First day of the month.';

-- Name: COLUMN ai_cost_inputs.new_orders; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_inputs.new_orders IS 'Orders of the month. NULL: unknown.';

-- Name: COLUMN ai_cost_inputs.sales_minutes; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_inputs.sales_minutes IS 'Sales time of the month in minutes. NULL: new leads × the setting kpi.sales.minutes_per_lead.';

-- Name: TABLE ai_cost_inputs; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_cost_inputs IS 'What of a month''s acquisition cost only the organization itself knows. Read by ai_cost_per_lead and ai_cost_per_order.';

-- Name: TABLE ai_cost_inputs; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_cost_inputs TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_cost_inputs TO service_role;

-- Name: ai_cost_inputs ai_cost_inputs_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_cost_inputs
    ADD CONSTRAINT ai_cost_inputs_pkey PRIMARY KEY (org_id, month);

-- Name: ai_cost_inputs ai_cost_inputs_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_cost_inputs
    ADD CONSTRAINT ai_cost_inputs_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_cost_inputs ai_cost_inputs_delete_admin; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_cost_inputs_delete_admin ON public.ai_cost_inputs FOR DELETE TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)));

-- Name: ai_cost_inputs ai_cost_inputs_insert_admin; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_cost_inputs_insert_admin ON public.ai_cost_inputs FOR INSERT TO authenticated WITH CHECK ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)));

-- Name: ai_cost_inputs ai_cost_inputs_select_managed; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_cost_inputs_select_managed ON public.ai_cost_inputs FOR SELECT TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)));

-- Name: ai_cost_inputs ai_cost_inputs_update_admin; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_cost_inputs_update_admin ON public.ai_cost_inputs FOR UPDATE TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as))) WITH CHECK ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)));

-- Name: ai_cost_inputs; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_cost_inputs ENABLE ROW LEVEL SECURITY;

-- Name: ai_cost_inputs ai_cost_inputs_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_cost_inputs_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_cost_inputs FOR EACH ROW EXECUTE FUNCTION private.audit_change('org_id');

-- Name: ai_cost_inputs ai_cost_inputs_touch; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_cost_inputs_touch BEFORE UPDATE ON public.ai_cost_inputs FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

-- Name: ai_cost_per_lead; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_cost_per_lead WITH (security_invoker='true') AS
 SELECT org_id,
    month,
    currency,
    ai_cost,
    infra_cost,
    sales_minutes,
    round(sales_rate, 4) AS sales_rate_per_hour,
    round(sales_cost, 6) AS sales_cost,
    round(total_cost, 6) AS total_cost,
    new_leads,
    round((total_cost / (NULLIF(new_leads, 0))::numeric), 4) AS cost_per_lead,
    round((known_cost / (NULLIF(new_leads, 0))::numeric), 4) AS cost_per_lead_at_least,
    assumed
   FROM private.acquisition_costs() a(org_id, month, currency, ai_cost, infra_cost, sales_minutes, sales_rate, sales_cost, total_cost, known_cost, new_leads, new_orders, assumed);


ALTER VIEW public.ai_cost_per_lead OWNER TO postgres;

-- Name: COLUMN ai_cost_per_lead.assumed; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_per_lead.assumed IS 'Which parts come from a setting instead of a statement about the month.';

-- Name: COLUMN ai_cost_per_lead.cost_per_lead; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_per_lead.cost_per_lead IS 'NULL when there was no new lead, or when infrastructure or sales time is unknown (neither in ai_cost_inputs nor a setting).';

-- Name: COLUMN ai_cost_per_lead.cost_per_lead_at_least; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_per_lead.cost_per_lead_at_least IS 'The same with what is known alone: a lower bound. NULL without a new lead.';

-- Name: VIEW ai_cost_per_lead; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_cost_per_lead IS '(AI + infrastructure + sales time) / new leads by month, in the organization''s currency. For owner, admin and manager.';

-- Name: TABLE ai_cost_per_lead; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_cost_per_lead TO authenticated;
GRANT SELECT ON TABLE public.ai_cost_per_lead TO service_role;

-- Name: ai_cost_per_order; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_cost_per_order WITH (security_invoker='true') AS
 SELECT org_id,
    month,
    currency,
    ai_cost,
    infra_cost,
    sales_minutes,
    round(sales_rate, 4) AS sales_rate_per_hour,
    round(sales_cost, 6) AS sales_cost,
    round(total_cost, 6) AS total_cost,
    new_orders,
    round((total_cost / (NULLIF(new_orders, 0))::numeric), 4) AS cost_per_order,
    round((known_cost / (NULLIF(new_orders, 0))::numeric), 4) AS cost_per_order_at_least,
    assumed
   FROM private.acquisition_costs() a(org_id, month, currency, ai_cost, infra_cost, sales_minutes, sales_rate, sales_cost, total_cost, known_cost, new_leads, new_orders, assumed);


ALTER VIEW public.ai_cost_per_order OWNER TO postgres;

-- Name: COLUMN ai_cost_per_order.assumed; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_per_order.assumed IS 'Which parts come from a setting instead of a statement about the month.';

-- Name: COLUMN ai_cost_per_order.cost_per_order; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_per_order.cost_per_order IS 'NULL when any part, or the number of orders, is unknown or there was no order.';

-- Name: COLUMN ai_cost_per_order.cost_per_order_at_least; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_cost_per_order.cost_per_order_at_least IS 'The same with what is known alone: a lower bound.';

-- Name: VIEW ai_cost_per_order; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_cost_per_order IS '(AI + infrastructure + sales time) / new orders by month, in the organization''s currency. For owner, admin and manager. Orders are those of ai_cost_inputs.';

-- Name: TABLE ai_cost_per_order; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_cost_per_order TO authenticated;
GRANT SELECT ON TABLE public.ai_cost_per_order TO service_role;

-- Name: ai_costs; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_costs WITH (security_invoker='true') AS
 SELECT u.org_id,
    u.day,
    u.task,
    u.provider,
    u.model,
    u.request_count,
    u.total_cost_usd AS cost_usd,
    u.unpriced_count,
    round((u.total_cost_usd * rate.per_usd), 6) AS cost,
    o.currency
   FROM ((public.ai_usage_daily u
     JOIN public.organizations o ON ((o.id = u.org_id)))
     LEFT JOIN LATERAL ( SELECT
                CASE
                    WHEN (o.currency = 'USD'::text) THEN (1)::numeric
                    ELSE ( SELECT r.rate
                       FROM public.ai_exchange_rates r
                      WHERE ((r.currency = o.currency) AND (r.effective_from < (((u.day + 1))::timestamp without time zone AT TIME ZONE o.time_zone)))
                      ORDER BY r.effective_from DESC
                     LIMIT 1)
                END AS per_usd) rate ON (true))
  WHERE ((u.total_cost_usd > (0)::numeric) OR (u.unpriced_count > 0));


ALTER VIEW public.ai_costs OWNER TO postgres;

-- Name: VIEW ai_costs; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_costs IS 'Cost by day, task and model, in US dollars and at the day''s rate in the organization''s currency. What budgets counted is in ai_budget_status.';

-- Name: TABLE ai_costs; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_costs TO authenticated;
GRANT SELECT ON TABLE public.ai_costs TO service_role;

-- Name: ai_costs_by_job; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_costs_by_job WITH (security_invoker='true') AS
 SELECT org_id,
    job_id,
    min(day) AS first_day,
    max(day) AS last_day,
    (sum(requests))::bigint AS request_count,
    (sum(failed))::bigint AS failed_count,
    (sum(input_tokens))::bigint AS input_tokens,
    (sum(output_tokens))::bigint AS output_tokens,
        CASE
            WHEN ((sum(unpriced) < sum(requests)) OR (sum(cost_usd) > (0)::numeric)) THEN sum(cost_usd)
            ELSE NULL::numeric
        END AS cost_usd,
    (sum(unpriced))::bigint AS unpriced_count,
        CASE
            WHEN ((sum(unpriced) < sum(requests)) OR (sum(cost_usd) > (0)::numeric)) THEN round(sum(cost), 6)
            ELSE NULL::numeric
        END AS cost,
    currency
   FROM ( SELECT p.org_id,
            p.job_id,
            p.day,
            p.requests,
            p.failed,
            p.input_tokens,
            p.output_tokens,
            p.cost_usd,
            p.unpriced,
            o.currency,
            (p.cost_usd * private.per_usd(o.currency, (((p.day + 1))::timestamp without time zone AT TIME ZONE o.time_zone))) AS cost
           FROM (( SELECT d.org_id,
                    d.job_id,
                    d.day,
                    d.requests,
                    d.failed,
                    d.input_tokens,
                    d.output_tokens,
                    d.cost_usd,
                    d.unpriced
                   FROM private.ai_job_days d
                UNION ALL
                 SELECT t.org_id,
                    t.job_id,
                    t.day,
                    t.requests,
                    t.failed,
                    t.input_tokens,
                    t.output_tokens,
                    t.cost_usd,
                    t.unpriced
                   FROM private.ai_cost_tail t
                  WHERE (t.job_id IS NOT NULL)) p
             JOIN public.organizations o ON ((o.id = p.org_id)))
          WHERE (p.org_id IN ( SELECT m.id
                   FROM private.managed_org_ids() m(id)))) j
  GROUP BY org_id, job_id, currency
 HAVING (sum(requests) > (0)::numeric);


ALTER VIEW public.ai_costs_by_job OWNER TO postgres;

-- Name: COLUMN ai_costs_by_job.cost; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_costs_by_job.cost IS 'cost_usd in currency, each day at its own rate; what budgets counted is in ai_budget_states.';

-- Name: COLUMN ai_costs_by_job.cost_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_costs_by_job.cost_usd IS 'Sum of what is known, US dollars; NULL when of no request it is. unpriced_count requests cost something unknown beside it.';

-- Name: VIEW ai_costs_by_job; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_costs_by_job IS 'Cost of each job (requests that shared a job_id). For owner, admin and manager. Live; filter by job_id, which is indexed.';

-- Name: TABLE ai_costs_by_job; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_costs_by_job TO authenticated;
GRANT SELECT ON TABLE public.ai_costs_by_job TO service_role;

-- Name: ai_costs_by_subject; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_costs_by_subject WITH (security_invoker='true') AS
 SELECT org_id,
    subject_type,
    subject_id,
    min(day) AS first_day,
    max(day) AS last_day,
    (sum(requests))::bigint AS request_count,
    (sum(failed))::bigint AS failed_count,
    (sum(input_tokens))::bigint AS input_tokens,
    (sum(output_tokens))::bigint AS output_tokens,
        CASE
            WHEN ((sum(unpriced) < sum(requests)) OR (sum(cost_usd) > (0)::numeric)) THEN sum(cost_usd)
            ELSE NULL::numeric
        END AS cost_usd,
    (sum(unpriced))::bigint AS unpriced_count,
        CASE
            WHEN ((sum(unpriced) < sum(requests)) OR (sum(cost_usd) > (0)::numeric)) THEN round(sum(cost), 6)
            ELSE NULL::numeric
        END AS cost,
    currency
   FROM ( SELECT p.org_id,
            p.subject_type,
            p.subject_id,
            p.day,
            p.requests,
            p.failed,
            p.input_tokens,
            p.output_tokens,
            p.cost_usd,
            p.unpriced,
            o.currency,
            (p.cost_usd * private.per_usd(o.currency, (((p.day + 1))::timestamp without time zone AT TIME ZONE o.time_zone))) AS cost
           FROM (( SELECT d.org_id,
                    d.subject_type,
                    d.subject_id,
                    d.day,
                    d.requests,
                    d.failed,
                    d.input_tokens,
                    d.output_tokens,
                    d.cost_usd,
                    d.unpriced
                   FROM private.ai_subject_days d
                UNION ALL
                 SELECT t.org_id,
                    t.subject_type,
                    t.subject_id,
                    t.day,
                    t.requests,
                    t.failed,
                    t.input_tokens,
                    t.output_tokens,
                    t.cost_usd,
                    t.unpriced
                   FROM private.ai_cost_tail t
                  WHERE ((t.subject_type IS NOT NULL) AND (t.subject_id IS NOT NULL))) p
             JOIN public.organizations o ON ((o.id = p.org_id)))
          WHERE (p.org_id IN ( SELECT m.id
                   FROM private.managed_org_ids() m(id)))) s
  GROUP BY org_id, subject_type, subject_id, currency
 HAVING (sum(requests) > (0)::numeric);


ALTER VIEW public.ai_costs_by_subject OWNER TO postgres;

-- Name: COLUMN ai_costs_by_subject.cost; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_costs_by_subject.cost IS 'cost_usd in currency, each day at its own rate; what budgets counted is in ai_budget_states.';

-- Name: COLUMN ai_costs_by_subject.cost_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_costs_by_subject.cost_usd IS 'Sum of what is known, US dollars; NULL when of no request it is. unpriced_count requests cost something unknown beside it.';

-- Name: VIEW ai_costs_by_subject; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_costs_by_subject IS 'Cost of each business row that requests were about (a lead, an order, a document …). For owner, admin and manager. Live; filter by subject_type and subject_id, which are indexed.';

-- Name: TABLE ai_costs_by_subject; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_costs_by_subject TO authenticated;
GRANT SELECT ON TABLE public.ai_costs_by_subject TO service_role;

-- Name: ai_costs_by_user; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_costs_by_user WITH (security_invoker='true') AS
 SELECT u.org_id,
    u.user_id,
    u.day,
    u.request_count,
    u.input_tokens,
    u.output_tokens,
        CASE
            WHEN ((u.unpriced_count < u.request_count) OR (u.cost_usd > (0)::numeric)) THEN u.cost_usd
            ELSE NULL::numeric
        END AS cost_usd,
    u.unpriced_count,
        CASE
            WHEN ((u.unpriced_count < u.request_count) OR (u.cost_usd > (0)::numeric)) THEN round((u.cost_usd * private.per_usd(o.currency, (((u.day + 1))::timestamp without time zone AT TIME ZONE o.time_zone))), 6)
            ELSE NULL::numeric
        END AS cost,
    o.currency
   FROM (( SELECT p.org_id,
            p.user_id,
            p.day,
            (sum(p.requests))::bigint AS request_count,
            (sum(p.input_tokens))::bigint AS input_tokens,
            (sum(p.output_tokens))::bigint AS output_tokens,
            sum(p.cost_usd) AS cost_usd,
            (sum(p.unpriced))::bigint AS unpriced_count
           FROM ( SELECT d.org_id,
                    d.user_id,
                    d.day,
                    d.requests,
                    d.input_tokens,
                    d.output_tokens,
                    d.cost_usd,
                    d.unpriced
                   FROM private.ai_user_days d
                UNION ALL
                 SELECT t.org_id,
                    t.user_id,
                    t.day,
                    t.requests,
                    t.input_tokens,
                    t.output_tokens,
                    t.cost_usd,
                    t.unpriced
                   FROM private.ai_cost_tail t
                  WHERE (t.user_id IS NOT NULL)) p
          GROUP BY p.org_id, p.user_id, p.day) u
     JOIN public.organizations o ON ((o.id = u.org_id)))
  WHERE (u.request_count > 0);


ALTER VIEW public.ai_costs_by_user OWNER TO postgres;

-- Name: COLUMN ai_costs_by_user.cost; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_costs_by_user.cost IS 'cost_usd in currency at the day''s rate; NULL also without a rate.';

-- Name: COLUMN ai_costs_by_user.cost_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_costs_by_user.cost_usd IS 'Sum of what is known, US dollars; NULL when of no request it is. unpriced_count requests cost something unknown beside it.';

-- Name: VIEW ai_costs_by_user; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_costs_by_user IS 'Cost by user and day (the organization''s). Owner, admin and manager see everyone''s, a member his own, a guest none. Live.';

-- Name: TABLE ai_costs_by_user; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_costs_by_user TO authenticated;
GRANT SELECT ON TABLE public.ai_costs_by_user TO service_role;

-- Name: ai_default_assistants; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_default_assistants (
    org_id uuid NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    assistant_id uuid NOT NULL
);


ALTER TABLE public.ai_default_assistants OWNER TO postgres;

-- Name: TABLE ai_default_assistants; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_default_assistants IS 'Whom a user talks to when he names nobody. No row: the plain assistant.';

-- Name: COLUMN ai_default_assistants.assistant_id; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(assistant_id) ON TABLE public.ai_default_assistants TO authenticated;

-- Name: TABLE ai_default_assistants; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,INSERT,DELETE ON TABLE public.ai_default_assistants TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_default_assistants TO service_role;

-- Name: ai_default_assistants ai_default_assistants_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_default_assistants
    ADD CONSTRAINT ai_default_assistants_pkey PRIMARY KEY (org_id, user_id);

-- Name: ai_default_assistants ai_default_assistants_assistant_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_default_assistants
    ADD CONSTRAINT ai_default_assistants_assistant_fkey FOREIGN KEY (org_id, assistant_id) REFERENCES public.ai_assistants(org_id, id) ON DELETE CASCADE;

-- Name: ai_default_assistants ai_default_assistants_member_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_default_assistants
    ADD CONSTRAINT ai_default_assistants_member_fkey FOREIGN KEY (org_id, user_id) REFERENCES public.organization_members(org_id, user_id) ON DELETE CASCADE;

-- Name: ai_default_assistants ai_default_assistants_delete_self; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_default_assistants_delete_self ON public.ai_default_assistants FOR DELETE TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid)));

-- Name: ai_default_assistants ai_default_assistants_insert_self; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_default_assistants_insert_self ON public.ai_default_assistants FOR INSERT TO authenticated WITH CHECK (((user_id = ( SELECT auth.uid() AS uid)) AND (EXISTS ( SELECT
   FROM public.ai_assistants assistant
  WHERE ((assistant.org_id = ai_default_assistants.org_id) AND (assistant.id = ai_default_assistants.assistant_id))))));

-- Name: ai_default_assistants ai_default_assistants_select_self; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_default_assistants_select_self ON public.ai_default_assistants FOR SELECT TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid)));

-- Name: ai_default_assistants ai_default_assistants_update_self; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_default_assistants_update_self ON public.ai_default_assistants FOR UPDATE TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid))) WITH CHECK (((user_id = ( SELECT auth.uid() AS uid)) AND (EXISTS ( SELECT
   FROM public.ai_assistants assistant
  WHERE ((assistant.org_id = ai_default_assistants.org_id) AND (assistant.id = ai_default_assistants.assistant_id))))));

-- Name: ai_default_assistants; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_default_assistants ENABLE ROW LEVEL SECURITY;

-- Name: ai_default_assistants_assistant_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_default_assistants_assistant_idx ON public.ai_default_assistants USING btree (org_id, assistant_id);

-- Name: ai_demotions; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_demotions (
    org_id uuid NOT NULL,
    task text NOT NULL,
    weak_streak integer DEFAULT 0 NOT NULL,
    large_until timestamp with time zone
);


ALTER TABLE public.ai_demotions OWNER TO postgres;

-- Name: TABLE ai_demotions; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_demotions IS 'Streaks of weak small answers by task. After three in a row the task starts large until large_until (ai.routing.demotion.cooldown).';

-- Name: TABLE ai_demotions; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_demotions TO authenticated;
GRANT SELECT ON TABLE public.ai_demotions TO service_role;

-- Name: ai_demotions ai_demotions_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_demotions
    ADD CONSTRAINT ai_demotions_pkey PRIMARY KEY (org_id, task);

-- Name: ai_demotions ai_demotions_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_demotions
    ADD CONSTRAINT ai_demotions_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_demotions ai_demotions_select_managed; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_demotions_select_managed ON public.ai_demotions FOR SELECT TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)));

-- Name: ai_demotions; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_demotions ENABLE ROW LEVEL SECURITY;

-- Name: ai_embedding_cache; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_embedding_cache (
    org_id uuid NOT NULL,
    provider_model text NOT NULL,
    dimensions integer NOT NULL,
    hash text NOT NULL,
    vector real[] NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


ALTER TABLE public.ai_embedding_cache OWNER TO postgres;

-- Name: TABLE ai_embedding_cache; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_embedding_cache IS 'Embeddings by text (SHA-256 of the normalized text), model and dimension. Never shared between organizations.';

-- Name: TABLE ai_embedding_cache; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,DELETE ON TABLE public.ai_embedding_cache TO service_role;

-- Name: ai_embedding_cache ai_embedding_cache_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_embedding_cache
    ADD CONSTRAINT ai_embedding_cache_pkey PRIMARY KEY (org_id, provider_model, dimensions, hash);

-- Name: ai_embedding_cache ai_embedding_cache_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_embedding_cache
    ADD CONSTRAINT ai_embedding_cache_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_embedding_cache ai_embedding_cache_select_nobody; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_embedding_cache_select_nobody ON public.ai_embedding_cache FOR SELECT TO authenticated USING (false);

-- Name: ai_embedding_cache; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_embedding_cache ENABLE ROW LEVEL SECURITY;

-- Name: ai_embedding_cache_expires_at_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_embedding_cache_expires_at_idx ON public.ai_embedding_cache USING btree (expires_at);

-- Name: ai_exchange_rates; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_exchange_rates (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    currency text NOT NULL,
    rate numeric(18,9) NOT NULL,
    effective_from timestamp with time zone NOT NULL,
    source text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_exchange_rates_currency_known CHECK ((currency = ANY (ARRAY['EUR'::text, 'CHF'::text, 'USD'::text]))),
    CONSTRAINT ai_exchange_rates_dollar_is_one CHECK (((currency <> 'USD'::text) OR (rate = (1)::numeric))),
    CONSTRAINT ai_exchange_rates_positive CHECK ((rate > (0)::numeric))
);


ALTER TABLE public.ai_exchange_rates OWNER TO postgres;

-- Name: COLUMN ai_exchange_rates.rate; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_exchange_rates.rate IS 'Units of the currency for one US dollar.';

-- Name: COLUMN ai_exchange_rates.source; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_exchange_rates.source IS 'Who published it, and for which day.';

-- Name: TABLE ai_exchange_rates; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_exchange_rates IS 'Dated rates; the newest that has begun counts. Rows are never changed: holds name the one they used.';

-- Name: TABLE ai_exchange_rates; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,INSERT ON TABLE public.ai_exchange_rates TO authenticated;
GRANT SELECT,INSERT ON TABLE public.ai_exchange_rates TO service_role;

-- Name: ai_exchange_rates ai_exchange_rates_moment_key; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_exchange_rates
    ADD CONSTRAINT ai_exchange_rates_moment_key UNIQUE (currency, effective_from);

-- Name: ai_exchange_rates ai_exchange_rates_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_exchange_rates
    ADD CONSTRAINT ai_exchange_rates_pkey PRIMARY KEY (id);

-- Name: ai_exchange_rates ai_exchange_rates_insert_operators; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_exchange_rates_insert_operators ON public.ai_exchange_rates FOR INSERT TO authenticated WITH CHECK (( SELECT private.is_operator() AS is_operator));

-- Name: ai_exchange_rates ai_exchange_rates_select_everyone; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_exchange_rates_select_everyone ON public.ai_exchange_rates FOR SELECT TO authenticated USING (true);

-- Name: ai_exchange_rates; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_exchange_rates ENABLE ROW LEVEL SECURITY;

-- Name: ai_exchange_rates ai_exchange_rates_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_exchange_rates_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_exchange_rates FOR EACH ROW EXECUTE FUNCTION private.audit_change('');

-- Name: ai_experiment_results; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_experiment_results WITH (security_invoker='true') AS
 SELECT e.id AS experiment_id,
    e.org_id,
    e.prompt_key,
    e.prompt_version,
    e.metric,
    e.status,
    e.winner,
    r.variant,
    r.is_control,
    r.requests,
    r.trials,
    r.successes,
    r.rate,
    r.avg_cost_usd,
    r.avg_latency_ms,
    r.avg_confidence,
    r.chi_square_p_value,
    r.sequential_p_value,
    lower(r.difference_interval) AS difference_from,
    upper(r.difference_interval) AS difference_to,
    r.breach
   FROM (public.ai_experiments e
     CROSS JOIN LATERAL private.experiment_results(e.id) r(variant, is_control, requests, trials, successes, rate, avg_cost_usd, avg_latency_ms, avg_confidence, chi_square_p_value, sequential_p_value, difference_interval, breach));


ALTER VIEW public.ai_experiment_results OWNER TO postgres;

-- Name: COLUMN ai_experiment_results.avg_cost_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_experiment_results.avg_cost_usd IS 'US dollars an answer, all its calls. NULL when no cost is known.';

-- Name: COLUMN ai_experiment_results.breach; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_experiment_results.breach IS 'cost, latency or confidence: the guardrail that the variant breaks. NULL: none.';

-- Name: COLUMN ai_experiment_results.chi_square_p_value; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_experiment_results.chi_square_p_value IS 'Chi-square (2 × 2, no correction) against the control. Right for one look at a sample size fixed beforehand: looking often and stopping at 0.05 is wrong in four of ten cases. NULL below 30 trials.';

-- Name: COLUMN ai_experiment_results.difference_from; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_experiment_results.difference_from IS 'Lower end of the always-valid interval of the difference of rates to the control. NULL for the control or without trials.';

-- Name: COLUMN ai_experiment_results.sequential_p_value; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_experiment_results.sequential_p_value IS 'Always valid, however often one looks, for all variants together: what the automatic stop goes by. 1 before min_sample.';

-- Name: VIEW ai_experiment_results; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_experiment_results IS 'Experiments by variant, live: trials, rates, averages, and whether the difference to the control is real. A subject with many requests counts many times: where answers of one subject resemble each other, read the tests with care.';

-- Name: TABLE ai_experiment_results; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_experiment_results TO authenticated;
GRANT SELECT ON TABLE public.ai_experiment_results TO service_role;

-- Name: ai_experiments; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_experiments (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid,
    prompt_key text NOT NULL,
    prompt_version integer NOT NULL,
    control text DEFAULT 'A'::text NOT NULL,
    title text NOT NULL,
    metric text DEFAULT 'accepted'::text NOT NULL,
    min_sample integer DEFAULT 100 NOT NULL,
    alpha numeric(4,3) DEFAULT 0.05 NOT NULL,
    expected_difference numeric(4,3) DEFAULT 0.1 NOT NULL,
    guardrails jsonb DEFAULT '{"cost_ratio": 1.5, "latency_ratio": 1.5, "confidence_drop": 0.1}'::jsonb NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    winner text,
    stop_reason text,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    created_by uuid DEFAULT auth.uid(),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_experiments_alpha_in_range CHECK (((alpha > (0)::numeric) AND (alpha <= 0.2))),
    CONSTRAINT ai_experiments_difference_in_range CHECK (((expected_difference >= 0.01) AND (expected_difference <= 0.9))),
    CONSTRAINT ai_experiments_ended_has_time CHECK (((status = ANY (ARRAY['finished'::text, 'stopped'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT ai_experiments_guardrails_fit CHECK ((private.setting_problem('{"type": "object", "properties": {"cost_ratio": {"type": "number", "minimum": 1}, "latency_ratio": {"type": "number", "minimum": 1}, "confidence_drop": {"type": "number", "maximum": 1, "minimum": 0}}, "additionalProperties": false}'::jsonb, guardrails) IS NULL)),
    CONSTRAINT ai_experiments_metric_known CHECK ((metric = ANY (ARRAY['accepted'::text, 'converted'::text, 'rated'::text, 'settled'::text]))),
    CONSTRAINT ai_experiments_min_sample_in_range CHECK (((min_sample >= 30) AND (min_sample <= 1000000))),
    CONSTRAINT ai_experiments_started_has_time CHECK (((status = 'draft'::text) = (started_at IS NULL))),
    CONSTRAINT ai_experiments_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'running'::text, 'finished'::text, 'stopped'::text])))
);


ALTER TABLE public.ai_experiments OWNER TO postgres;

-- Name: COLUMN ai_experiments.alpha; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_experiments.alpha IS 'Chance of ever calling a difference that is not there, all variants together, however often one looks.';

-- Name: COLUMN ai_experiments.control; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_experiments.control IS 'Variant the others are compared with, and everybody gets when a guardrail stops the experiment.';

-- Name: COLUMN ai_experiments.expected_difference; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_experiments.expected_difference IS 'Difference of rates the test is sharpest at. It costs speed when wrong, never validity.';

-- Name: COLUMN ai_experiments.guardrails; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_experiments.guardrails IS 'A variant stops the experiment when, after 30 answers, its mean cost or latency is above the control''s times the ratio, or its mean confidence below by more than the drop, each beyond two standard errors. A key left out is not watched.';

-- Name: COLUMN ai_experiments.metric; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_experiments.metric IS 'What counts as success: accepted (a right label, of those judged), rated (four stars up, of those rated), converted (of all answers), settled (answered by the model without escalation or review, of all answers).';

-- Name: COLUMN ai_experiments.min_sample; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_experiments.min_sample IS 'Trials per variant before a winner is called.';

-- Name: COLUMN ai_experiments.org_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_experiments.org_id IS 'NULL: the platform''s, over all organizations that use its prompt.';

-- Name: COLUMN ai_experiments.winner; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_experiments.winner IS 'Variant the test found better than the control, or the control when every other is worse. NULL: none.';

-- Name: TABLE ai_experiments; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_experiments IS 'Comparisons of the variants of one prompt version. The variants are rows of ai_prompts, their shares its weights.';

-- Name: COLUMN ai_experiments.alpha; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(alpha) ON TABLE public.ai_experiments TO authenticated;

-- Name: COLUMN ai_experiments.control; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(control) ON TABLE public.ai_experiments TO authenticated;

-- Name: COLUMN ai_experiments.created_by; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(created_by) ON TABLE public.ai_experiments TO authenticated;

-- Name: COLUMN ai_experiments.expected_difference; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(expected_difference) ON TABLE public.ai_experiments TO authenticated;

-- Name: COLUMN ai_experiments.guardrails; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(guardrails) ON TABLE public.ai_experiments TO authenticated;

-- Name: COLUMN ai_experiments.metric; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(metric) ON TABLE public.ai_experiments TO authenticated;

-- Name: COLUMN ai_experiments.min_sample; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(min_sample) ON TABLE public.ai_experiments TO authenticated;

-- Name: COLUMN ai_experiments.org_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(org_id) ON TABLE public.ai_experiments TO authenticated;

-- Name: COLUMN ai_experiments.prompt_key; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(prompt_key) ON TABLE public.ai_experiments TO authenticated;

-- Name: COLUMN ai_experiments.prompt_version; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(prompt_version) ON TABLE public.ai_experiments TO authenticated;

-- Name: COLUMN ai_experiments.title; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(title) ON TABLE public.ai_experiments TO authenticated;

-- Name: TABLE ai_experiments; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_experiments TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_experiments TO service_role;

-- Name: ai_experiments ai_experiments_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_experiments
    ADD CONSTRAINT ai_experiments_pkey PRIMARY KEY (id);

-- Name: ai_experiments ai_experiments_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_experiments
    ADD CONSTRAINT ai_experiments_created_by_fkey FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE SET NULL;

-- Name: ai_experiments ai_experiments_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_experiments
    ADD CONSTRAINT ai_experiments_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_experiments ai_experiments_insert_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_experiments_insert_admins ON public.ai_experiments FOR INSERT TO authenticated WITH CHECK ((((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ((org_id IS NULL) AND ( SELECT private.is_operator() AS is_operator))) AND (NOT (created_by IS DISTINCT FROM ( SELECT auth.uid() AS uid)))));

-- Name: ai_experiments ai_experiments_select_managers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_experiments_select_managers ON public.ai_experiments FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR ( SELECT private.is_operator() AS is_operator)));

-- Name: ai_experiments; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_experiments ENABLE ROW LEVEL SECURITY;

-- Name: ai_experiments ai_experiments_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_experiments_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_experiments FOR EACH ROW EXECUTE FUNCTION private.audit_change('org_id');

-- Name: ai_experiments_created_by_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_experiments_created_by_idx ON public.ai_experiments USING btree (created_by);

-- Name: ai_experiments_one_running_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE UNIQUE INDEX ai_experiments_one_running_idx ON public.ai_experiments USING btree (org_id, prompt_key) NULLS NOT DISTINCT WHERE (status = 'running'::text);

-- Name: ai_experiments_org_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_experiments_org_id_idx ON public.ai_experiments USING btree (org_id);

-- Name: ai_export_page(text, uuid, timestamp with time zone, timestamp with time zone, text, jsonb, integer); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_export_page(p_kind text, p_org_id uuid DEFAULT NULL::uuid, p_from timestamp with time zone DEFAULT NULL::timestamp with time zone, p_to timestamp with time zone DEFAULT NULL::timestamp with time zone, p_task text DEFAULT NULL::text, p_after jsonb DEFAULT NULL::jsonb, p_limit integer DEFAULT 1000) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET jit TO 'off'
    AS $$
declare
  c_most constant integer := 200000;
  v_org_id uuid := private.exported_org(p_org_id);
  v_to     timestamptz := coalesce(p_to, private.clock());
  v_zone   text;
  v_rows   jsonb;
  v_count  integer;
begin
  if p_kind = 'kpis' then
    select o.time_zone into v_zone from public.organizations as o where o.id = v_org_id;
    -- Days begun in the range count whole; a day and task is one row however long the log is.
    select coalesce(jsonb_agg(to_jsonb(k) || jsonb_build_object('org_id', v_org_id) order by k.day, k.task), '[]') into v_rows
    from private.export_kpis(v_org_id, (p_from at time zone v_zone)::date, ((v_to - interval '1 microsecond') at time zone v_zone)::date + 1, p_task) as k;
    return jsonb_build_object('rows', v_rows, 'to', v_to, 'next', null);
  elsif p_kind not in ('requests', 'calls') or p_kind is null then
    raise exception 'Cannot export: it is not one of requests, calls, kpis' using errcode = 'PT404';
  end if;
  if p_after is null then
    -- An isolate has two seconds of processor time: more would break off in the middle.
    select count(*) into v_count from (
      select from public.ai_request_logs as l where p_kind = 'requests' and l.org_id = v_org_id and l.created_at >= coalesce(p_from, '-infinity')
        and l.created_at < v_to and (p_task is null or l.task = p_task)
      union all
      select from public.ai_call_logs as c where p_kind = 'calls' and c.org_id = v_org_id and c.created_at >= coalesce(p_from, '-infinity') and c.created_at < v_to
      limit c_most + 1
    ) as found;
    if v_count > c_most then
      raise exception 'Cannot export more than % rows at once: ask for a shorter time', c_most using errcode = 'PT413';
    end if;
  end if;
  select jsonb_agg(x.row_data order by x.at, x.tie collate "C"), count(*) into v_rows, v_count
  from private.export_rows(p_kind, v_org_id, p_from, v_to, p_task, p_after, least(greatest(p_limit, 1), 5000)) as x;
  if v_count = least(greatest(p_limit, 1), 5000) then
    return jsonb_build_object('rows', v_rows, 'to', v_to, 'next', jsonb_build_object(
      'at', v_rows -> -1 -> 'created_at', 'tie', v_rows -> -1 -> 'id'));
  end if;
  return jsonb_build_object('rows', coalesce(v_rows, '[]'), 'to', v_to, 'next', null);
end
$$;


ALTER FUNCTION public.ai_export_page(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer) OWNER TO postgres;

-- Name: FUNCTION ai_export_page(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_export_page(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer) IS 'One page of an organization''s requests, calls or kpis (days by task) in order of time: {rows, next}. next is handed back as p_after; null = the last page. Shows what the caller may see in the log. PT413 above 200,000 rows.';

-- Name: FUNCTION ai_export_page(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_export_page(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_export_page(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer) TO authenticated;
GRANT ALL ON FUNCTION public.ai_export_page(p_kind text, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_task text, p_after jsonb, p_limit integer) TO service_role;

-- Name: ai_extend(uuid, uuid, numeric); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_extend(p_org_id uuid, p_request_id uuid, p_amount_usd numeric) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_hold    public.ai_holds;
  v_org     public.organizations;
  v_room    private.budget_room;
  v_periods private.periods;
begin
  select * into v_hold from public.ai_holds as h where h.org_id = p_org_id and h.request_id = p_request_id for update;
  if not found or v_hold.status <> 'held' or v_hold.expires_at <= private.clock() then
    return jsonb_build_object('granted', false, 'code', 'timeout', 'detail', 'Cannot extend the hold: it is settled or expired');
  end if;
  if p_amount_usd is null or p_amount_usd < 0 then
    return jsonb_build_object('granted', false, 'code', 'invalid_request', 'detail', 'Cannot extend the hold: the amount is negative or missing');
  end if;
  select * into v_org from public.organizations as o where o.id = p_org_id;
  v_periods := private.periods_at(private.clock(), v_org.time_zone);
  perform private.lock_states(p_org_id, v_hold.accounts, v_periods);
  v_room := private.measure_room(p_org_id, v_hold.accounts, v_periods, private.settings_for(p_org_id, (v_hold.context ->> 'user_id')::uuid));
  if p_amount_usd * v_hold.per_usd > v_room.room or (v_hold.held_usd + p_amount_usd) * v_hold.per_usd > v_room.per_request then
    return jsonb_build_object('granted', false, 'code', 'budget_exhausted',
      'detail', format('Cannot extend the hold: the %s leaves too little', v_room.tightest));
  end if;
  perform private.move_counters(p_org_id, v_hold.accounts, v_hold.day, v_hold.week, v_hold.month, p_amount_usd * v_hold.per_usd, 0);
  update public.ai_holds as h
  set held_usd = h.held_usd + p_amount_usd, held = (h.held_usd + p_amount_usd) * h.per_usd
  where h.org_id = p_org_id and h.request_id = p_request_id;
  return jsonb_build_object('granted', true, 'hold_usd', (v_hold.held_usd + p_amount_usd)::text);
end
$$;


ALTER FUNCTION public.ai_extend(p_org_id uuid, p_request_id uuid, p_amount_usd numeric) OWNER TO postgres;

-- Name: FUNCTION ai_extend(p_org_id uuid, p_request_id uuid, p_amount_usd numeric); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_extend(p_org_id uuid, p_request_id uuid, p_amount_usd numeric) IS 'Adds US dollars to a live hold before a further call, if every budget has room: {granted, hold_usd} or {granted: false, code, detail}. Service role only.';

-- Name: FUNCTION ai_extend(p_org_id uuid, p_request_id uuid, p_amount_usd numeric); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_extend(p_org_id uuid, p_request_id uuid, p_amount_usd numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_extend(p_org_id uuid, p_request_id uuid, p_amount_usd numeric) TO service_role;

-- Name: ai_gateway_models(jsonb); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_gateway_models(caller jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  p        private.admission_request := jsonb_populate_record(null::private.admission_request, caller);
  v_now    timestamptz := private.clock();
  v_caller private.caller;
  v_unknown text;
  v_models jsonb;
begin
  v_caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  if v_caller.org_id is null then
    return jsonb_build_object('outcome', 'refused', 'code', v_caller.code, 'detail', v_caller.detail);
  end if;
  v_unknown := private.settings_for(v_caller.org_id, null) ->> 'ai.price.unknown';

  select jsonb_agg(jsonb_build_object(
    'model', usable.model, 'provider', usable.provider, 'kind', usable.kind, 'tier', usable.tier, 'context_window', usable.context_window,
    'max_output_tokens', usable.max_output_tokens, 'capabilities', to_jsonb(usable.capabilities), 'created', usable.created
  ) order by usable.kind, usable.model, usable.provider) into v_models
  from (
    -- The organization's own row of a model stands before the platform's.
    select distinct on (m.provider, m.model) m.*,
      (select floor(extract(epoch from min(price.effective_from)))::bigint from public.ai_model_prices as price
       where price.provider = m.provider and price.model = m.model) as created,
      pr.org_id is not null and pr.secret_name is not null as own_key, pr.slug is not null as provider_on
    from public.ai_models as m
    left join lateral (
      select x.* from public.ai_providers as x
      where x.slug = m.provider and (x.org_id = v_caller.org_id or x.org_id is null) and x.active
    ) as pr on true
    where (m.org_id is null or m.org_id = v_caller.org_id)
    order by m.provider, m.model, m.org_id nulls last
  ) as usable
  where usable.active and usable.provider_on
    and (usable.own_key or usable.provider = any (p.providers))
    and (usable.shutdown_on is null or usable.shutdown_on > v_now::date)
    and (v_caller.allowed_models is null or usable.model = any (v_caller.allowed_models))
    and usable.kind in ('chat', 'embedding', 'moderation')
    and (usable.kind = 'moderation' or v_unknown is not null
         or private.card_prices(usable.provider, usable.model, v_caller.org_id, v_now) is not null);

  return jsonb_build_object('outcome', 'ok', 'org_id', v_caller.org_id, 'models', coalesce(v_models, '[]'));
end
$$;


ALTER FUNCTION public.ai_gateway_models(caller jsonb) OWNER TO postgres;

-- Name: FUNCTION ai_gateway_models(caller jsonb); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_gateway_models(caller jsonb) IS 'The models a caller may use: {outcome: ok, org_id, models: [...]} or {outcome: refused, code, detail}. The caller is described as for ai_admit. Service role only.';

-- Name: FUNCTION ai_gateway_models(caller jsonb); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_gateway_models(caller jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_gateway_models(caller jsonb) TO service_role;

-- Name: ai_holds; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_holds (
    org_id uuid NOT NULL,
    request_id uuid NOT NULL,
    status text DEFAULT 'held'::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    held_usd numeric NOT NULL,
    held numeric NOT NULL,
    settled_usd numeric,
    settled numeric,
    currency text NOT NULL,
    rate_id uuid,
    per_usd numeric NOT NULL,
    day date NOT NULL,
    week date NOT NULL,
    month date NOT NULL,
    accounts text[] NOT NULL,
    tokens integer DEFAULT 0 NOT NULL,
    context jsonb NOT NULL,
    CONSTRAINT ai_holds_amounts_not_negative CHECK (((held_usd >= (0)::numeric) AND (held >= (0)::numeric) AND (settled_usd >= (0)::numeric) AND (settled >= (0)::numeric))),
    CONSTRAINT ai_holds_settled_has_amount CHECK (((status = 'held'::text) = (settled_usd IS NULL))),
    CONSTRAINT ai_holds_status_known CHECK ((status = ANY (ARRAY['held'::text, 'swept'::text, 'settled'::text, 'recovered'::text])))
);


ALTER TABLE public.ai_holds OWNER TO postgres;

-- Name: COLUMN ai_holds.accounts; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_holds.accounts IS 'Every account (scope:key) the hold counts in, in lock order.';

-- Name: COLUMN ai_holds.context; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_holds.context IS 'What the request''s log row needs, kept until it is written.';

-- Name: COLUMN ai_holds.day; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_holds.day IS 'Day of the hold in the organization''s time zone; its settle lands in this day whenever it comes.';

-- Name: COLUMN ai_holds.held; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_holds.held IS 'The same in the organization''s currency, unrounded, by the rate of rate_id.';

-- Name: COLUMN ai_holds.held_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_holds.held_usd IS 'US dollars reserved: the most the admitted calls can cost.';

-- Name: COLUMN ai_holds.per_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_holds.per_usd IS 'Units of currency for one US dollar at admission.';

-- Name: COLUMN ai_holds.settled_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_holds.settled_usd IS 'US dollars really spent (swept: the whole hold). NULL while held.';

-- Name: COLUMN ai_holds.tokens; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_holds.tokens IS 'Upper bound counted into the minute''s tokens.';

-- Name: TABLE ai_holds; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_holds IS 'One row per admitted request. held: reserved; settled: replaced by the real cost; swept: expired and charged in full; recovered: a settle whose hold was lost.';

-- Name: TABLE ai_holds; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_holds TO authenticated;
GRANT SELECT ON TABLE public.ai_holds TO service_role;

-- Name: ai_holds ai_holds_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_holds
    ADD CONSTRAINT ai_holds_pkey PRIMARY KEY (org_id, request_id);

-- Name: ai_holds ai_holds_select_managed; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_holds_select_managed ON public.ai_holds FOR SELECT TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)));

-- Name: ai_holds; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_holds ENABLE ROW LEVEL SECURITY;

-- Name: ai_holds_day_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_holds_day_idx ON public.ai_holds USING btree (org_id, day);

-- Name: ai_holds_expiry_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_holds_expiry_idx ON public.ai_holds USING btree (expires_at) WHERE (status = 'held'::text);

-- Name: ai_holds_live_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_holds_live_idx ON public.ai_holds USING btree (org_id, expires_at) WHERE (status = 'held'::text);

-- Name: ai_idempotency_keys; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_idempotency_keys (
    org_id uuid NOT NULL,
    caller text NOT NULL,
    key text NOT NULL,
    body_hash text NOT NULL,
    request_id uuid NOT NULL,
    answer jsonb,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT ai_idempotency_keys_key_length CHECK (((char_length(key) >= 1) AND (char_length(key) <= 255)))
);


ALTER TABLE public.ai_idempotency_keys OWNER TO postgres;

-- Name: COLUMN ai_idempotency_keys.caller; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_idempotency_keys.caller IS 'user:<id>, key:<id> or service: two callers never share a key.';

-- Name: TABLE ai_idempotency_keys; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_idempotency_keys IS 'Answers by idempotency key, for 24 hours. answer is NULL while the request is in flight; a refused or failed request frees its key.';

-- Name: TABLE ai_idempotency_keys; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_idempotency_keys TO service_role;

-- Name: ai_idempotency_keys ai_idempotency_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_idempotency_keys
    ADD CONSTRAINT ai_idempotency_keys_pkey PRIMARY KEY (org_id, caller, key);

-- Name: ai_idempotency_keys ai_idempotency_keys_select_nobody; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_idempotency_keys_select_nobody ON public.ai_idempotency_keys FOR SELECT TO authenticated USING (false);

-- Name: ai_idempotency_keys; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_idempotency_keys ENABLE ROW LEVEL SECURITY;

-- Name: ai_idempotency_keys_expires_at_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_idempotency_keys_expires_at_idx ON public.ai_idempotency_keys USING btree (expires_at);

-- Name: ai_idempotency_keys_request_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_idempotency_keys_request_id_idx ON public.ai_idempotency_keys USING btree (org_id, request_id);

-- Name: ai_job_metrics(uuid, uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_job_metrics(p_job_id uuid, p_org_id uuid DEFAULT NULL::uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select private.ai_job_metrics(p_org_id, p_job_id)
$$;


ALTER FUNCTION public.ai_job_metrics(p_job_id uuid, p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION ai_job_metrics(p_job_id uuid, p_org_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_job_metrics(p_job_id uuid, p_org_id uuid) IS 'Figures of one job of an organization the caller is owner, admin or manager of: as ai_metrics, with its first 500 steps and their running cost instead of the last calls. PT404 for a job the log does not have.';

-- Name: FUNCTION ai_job_metrics(p_job_id uuid, p_org_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_job_metrics(p_job_id uuid, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_job_metrics(p_job_id uuid, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.ai_job_metrics(p_job_id uuid, p_org_id uuid) TO service_role;

-- Name: ai_job_queue; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_job_queue (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    task text NOT NULL,
    input jsonb NOT NULL,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 5 NOT NULL,
    run_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    request_id uuid,
    result jsonb,
    meta jsonb,
    error_code text,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT ai_job_queue_attempts_not_negative CHECK (((attempts >= 0) AND (max_attempts >= 1))),
    CONSTRAINT ai_job_queue_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'done'::text, 'failed'::text])))
);


ALTER TABLE public.ai_job_queue OWNER TO postgres;

-- Name: COLUMN ai_job_queue.meta; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_job_queue.meta IS 'meta of the envelope: model, cost, confidence, action.';

-- Name: COLUMN ai_job_queue.options; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_job_queue.options IS 'The options object of the task call; subject and the like. The idempotency key is added.';

-- Name: COLUMN ai_job_queue.result; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_job_queue.result IS 'data of the envelope.';

-- Name: COLUMN ai_job_queue.run_at; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_job_queue.run_at IS 'When to dispatch next; while running, when to give the attempt up for lost.';

-- Name: TABLE ai_job_queue; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_job_queue IS 'Tasks to be run by the database itself (triggers, cron). pending → running → done or failed; a failed attempt goes back to pending with a pause.';

-- Name: TABLE ai_job_queue; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_job_queue TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_job_queue TO service_role;

-- Name: ai_job_queue ai_job_queue_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_job_queue
    ADD CONSTRAINT ai_job_queue_pkey PRIMARY KEY (org_id, id);

-- Name: ai_job_queue ai_job_queue_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_job_queue
    ADD CONSTRAINT ai_job_queue_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_job_queue ai_job_queue_task_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_job_queue
    ADD CONSTRAINT ai_job_queue_task_fkey FOREIGN KEY (task) REFERENCES public.ai_tasks(slug);

-- Name: ai_job_queue ai_job_queue_select_managed; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_job_queue_select_managed ON public.ai_job_queue FOR SELECT TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)));

-- Name: ai_job_queue; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_job_queue ENABLE ROW LEVEL SECURITY;

-- Name: ai_job_queue ai_job_queue_dispatch; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_job_queue_dispatch AFTER INSERT ON public.ai_job_queue FOR EACH STATEMENT EXECUTE FUNCTION private.dispatch_new_jobs();

-- Name: ai_job_queue ai_job_queue_write_lead_class; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_job_queue_write_lead_class AFTER UPDATE OF status ON public.ai_job_queue FOR EACH ROW WHEN (((new.status = 'done'::text) AND (old.status <> 'done'::text) AND (new.task = 'classify-lead'::text))) EXECUTE FUNCTION private.write_lead_class();

-- Name: ai_job_queue_due_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_job_queue_due_idx ON public.ai_job_queue USING btree (run_at) WHERE (status = ANY (ARRAY['pending'::text, 'running'::text]));

-- Name: ai_job_queue_task_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_job_queue_task_idx ON public.ai_job_queue USING btree (task);

-- Name: ai_keys; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_keys (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    user_id uuid,
    name text NOT NULL,
    prefix text NOT NULL,
    hash text NOT NULL,
    allowed_models text[],
    allowed_tasks text[],
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    created_by uuid,
    CONSTRAINT ai_keys_hash_is_sha256 CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT ai_keys_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)))
);


ALTER TABLE public.ai_keys OWNER TO postgres;

-- Name: COLUMN ai_keys.allowed_models; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_keys.allowed_models IS 'Exact model ids; NULL = every model the organization may use.';

-- Name: COLUMN ai_keys.allowed_tasks; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_keys.allowed_tasks IS 'Task slugs (gateway included); NULL = every task.';

-- Name: COLUMN ai_keys.prefix; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_keys.prefix IS 'First characters, to recognise a key by.';

-- Name: COLUMN ai_keys.user_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_keys.user_id IS 'Whom requests with this key count for; NULL = a service of the organization.';

-- Name: TABLE ai_keys; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_keys IS 'Virtual keys. The key itself is never stored, only its SHA-256.';

-- Name: COLUMN ai_keys.allowed_models; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(allowed_models) ON TABLE public.ai_keys TO authenticated;

-- Name: COLUMN ai_keys.allowed_tasks; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(allowed_tasks) ON TABLE public.ai_keys TO authenticated;

-- Name: COLUMN ai_keys.created_at; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(created_at) ON TABLE public.ai_keys TO authenticated;

-- Name: COLUMN ai_keys.created_by; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(created_by) ON TABLE public.ai_keys TO authenticated;

-- Name: COLUMN ai_keys.expires_at; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(expires_at) ON TABLE public.ai_keys TO authenticated;

-- Name: COLUMN ai_keys.id; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(id) ON TABLE public.ai_keys TO authenticated;

-- Name: COLUMN ai_keys.name; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(name) ON TABLE public.ai_keys TO authenticated;

-- Name: COLUMN ai_keys.org_id; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(org_id) ON TABLE public.ai_keys TO authenticated;

-- Name: COLUMN ai_keys.prefix; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(prefix) ON TABLE public.ai_keys TO authenticated;

-- Name: COLUMN ai_keys.revoked_at; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(revoked_at) ON TABLE public.ai_keys TO authenticated;

-- Name: COLUMN ai_keys.user_id; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT(user_id) ON TABLE public.ai_keys TO authenticated;

-- Name: TABLE ai_keys; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_keys TO service_role;

-- Name: ai_keys ai_keys_hash_unique; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_keys
    ADD CONSTRAINT ai_keys_hash_unique UNIQUE (org_id, hash);

-- Name: ai_keys ai_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_keys
    ADD CONSTRAINT ai_keys_pkey PRIMARY KEY (org_id, id);

-- Name: ai_keys ai_keys_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_keys
    ADD CONSTRAINT ai_keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_keys ai_keys_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_keys
    ADD CONSTRAINT ai_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

-- Name: ai_keys ai_keys_select_admin; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_keys_select_admin ON public.ai_keys FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ((user_id = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)))));

-- Name: ai_keys; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_keys ENABLE ROW LEVEL SECURITY;

-- Name: ai_keys ai_keys_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_keys_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_keys FOR EACH ROW EXECUTE FUNCTION private.audit_change('org_id', 'hash');

-- Name: ai_keys_hash_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_keys_hash_idx ON public.ai_keys USING btree (hash);

-- Name: ai_keys_user_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_keys_user_id_idx ON public.ai_keys USING btree (user_id);

-- Name: ai_latency; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_latency WITH (security_invoker='true') AS
 SELECT org_id,
    day,
    task,
    provider,
    model,
    request_count,
    avg_latency_ms,
    p50_latency_ms,
    p95_latency_ms,
    p99_latency_ms
   FROM private.usage_daily() u(org_id, day, task, provider, model, request_count, input_tokens, output_tokens, total_tokens, total_cost_usd, unpriced_count, failed_count, refused_count, cached_count, escalated_count, fell_back_count, rules_count, review_count, avg_latency_ms, p50_latency_ms, p95_latency_ms, p99_latency_ms, avg_confidence)
  WHERE (p50_latency_ms IS NOT NULL);


ALTER VIEW public.ai_latency OWNER TO postgres;

-- Name: VIEW ai_latency; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_latency IS 'Latency of answered requests by day, task and model in milliseconds, percentiles right to 5 %. provider and model are NULL where rules answered. Live.';

-- Name: TABLE ai_latency; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_latency TO authenticated;
GRANT SELECT ON TABLE public.ai_latency TO service_role;

-- Name: ai_latency_profile(uuid, date, date); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_latency_profile(p_org_id uuid, p_from date, p_to date) RETURNS TABLE(task text, provider text, model text, request_count bigint, p5_latency_ms integer, p25_latency_ms integer, p50_latency_ms integer, p75_latency_ms integer, p95_latency_ms integer, p99_latency_ms integer)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $_$
  select l.* from private.latency_profile($1, $2, $3) as l
$_$;


ALTER FUNCTION public.ai_latency_profile(p_org_id uuid, p_from date, p_to date) OWNER TO postgres;

-- Name: FUNCTION ai_latency_profile(p_org_id uuid, p_from date, p_to date); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_latency_profile(p_org_id uuid, p_from date, p_to date) IS 'How long answers took in a range of days, in milliseconds, by the model that answered (task NULL) and by task and model. Percentiles are right to 5 %.';

-- Name: FUNCTION ai_latency_profile(p_org_id uuid, p_from date, p_to date); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_latency_profile(p_org_id uuid, p_from date, p_to date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_latency_profile(p_org_id uuid, p_from date, p_to date) TO authenticated;
GRANT ALL ON FUNCTION public.ai_latency_profile(p_org_id uuid, p_from date, p_to date) TO service_role;

-- Name: ai_ledger_check; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_ledger_check WITH (security_invoker='true') AS
 SELECT org_id,
    problem,
    reference,
    expected,
    actual
   FROM private.ledger_disagreements() ledger_disagreements(org_id, problem, reference, expected, actual);


ALTER VIEW public.ai_ledger_check OWNER TO postgres;

-- Name: VIEW ai_ledger_check; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_ledger_check IS 'Must be empty: every row is a place where call costs, settled holds and counters disagree. Amounts in US dollars or the organization''s currency.';

-- Name: TABLE ai_ledger_check; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_ledger_check TO authenticated;
GRANT SELECT ON TABLE public.ai_ledger_check TO service_role;

-- Name: ai_limits; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_limits (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    scope text NOT NULL,
    scope_key text,
    requests_per_minute integer,
    tokens_per_minute integer,
    concurrent_requests integer,
    active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    CONSTRAINT ai_limits_not_negative CHECK (((requests_per_minute >= 0) AND (tokens_per_minute >= 0) AND (concurrent_requests >= 0))),
    CONSTRAINT ai_limits_scope_known CHECK ((scope = ANY (ARRAY['provider'::text, 'key'::text, 'user'::text, 'task'::text, 'organization'::text])))
);


ALTER TABLE public.ai_limits OWNER TO postgres;

-- Name: COLUMN ai_limits.concurrent_requests; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_limits.concurrent_requests IS 'Requests admitted and neither settled nor expired. Counted from the holds, so a crash cannot leave it high.';

-- Name: COLUMN ai_limits.tokens_per_minute; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_limits.tokens_per_minute IS 'Tokens a minute; a request counts with its upper bound until it is settled, then with what it used.';

-- Name: TABLE ai_limits; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_limits IS 'Rate and concurrency limits, checked in the same transaction as the budgets. NULL in a column = no such limit.';

-- Name: TABLE ai_limits; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_limits TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_limits TO service_role;

-- Name: ai_limits ai_limits_one_per_scope; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_limits
    ADD CONSTRAINT ai_limits_one_per_scope UNIQUE NULLS NOT DISTINCT (org_id, scope, scope_key);

-- Name: ai_limits ai_limits_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_limits
    ADD CONSTRAINT ai_limits_pkey PRIMARY KEY (org_id, id);

-- Name: ai_limits ai_limits_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_limits
    ADD CONSTRAINT ai_limits_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_limits ai_limits_delete_admin; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_limits_delete_admin ON public.ai_limits FOR DELETE TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)));

-- Name: ai_limits ai_limits_insert_admin; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_limits_insert_admin ON public.ai_limits FOR INSERT TO authenticated WITH CHECK ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)));

-- Name: ai_limits ai_limits_select_member; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_limits_select_member ON public.ai_limits FOR SELECT TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)));

-- Name: ai_limits ai_limits_update_admin; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_limits_update_admin ON public.ai_limits FOR UPDATE TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as))) WITH CHECK ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)));

-- Name: ai_limits; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_limits ENABLE ROW LEVEL SECURITY;

-- Name: ai_limits ai_limits_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_limits_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_limits FOR EACH ROW EXECUTE FUNCTION private.audit_change('org_id');

-- Name: ai_log_free_call(jsonb); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_log_free_call(entry jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  p        private.admission_request := jsonb_populate_record(null::private.admission_request, entry);
  v_now    timestamptz := private.clock();
  v_caller private.caller;
  v_hold   public.ai_holds;
begin
  v_caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  if v_caller.org_id is null then
    return jsonb_build_object('logged', false);
  end if;
  -- A hold of nothing, settled at once: no call is in the log without one.
  v_hold := private.recover_hold(jsonb_build_object(
    'org_id', v_caller.org_id, 'request_id', p.request_id, 'user_id', v_caller.user_id, 'task', p.task), v_now);
  perform private.write_calls(v_caller.org_id, p.request_id, jsonb_build_array(entry -> 'call'), v_now);
  perform private.write_request_row(private.request_context(p, v_caller) || jsonb_build_object(
    'status', case when entry #>> '{call,error_code}' is null then 'succeeded' else 'failed' end,
    'error_code', entry #>> '{call,error_code}', 'cost_usd', 0, 'calls', 1, 'input_tokens', 0, 'output_tokens', 0,
    'provider', entry #>> '{call,provider}', 'model', entry #>> '{call,request_model}',
    'latency_ms', entry -> 'latency_ms', 'decision', jsonb_strip_nulls(jsonb_build_object('free', entry ->> 'operation', 'labels', p.labels))));
  perform private.settle_hold(v_hold, 'settled', 0, v_now);
  return jsonb_build_object('logged', true);
end
$$;


ALTER FUNCTION public.ai_log_free_call(entry jsonb) OWNER TO postgres;

-- Name: FUNCTION ai_log_free_call(entry jsonb); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_log_free_call(entry jsonb) IS 'Logs a call that providers do not charge for, such as a moderation: nothing held, cost 0. {logged}. Service role only.';

-- Name: FUNCTION ai_log_free_call(entry jsonb); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_log_free_call(entry jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_log_free_call(entry jsonb) TO service_role;

-- Name: ai_messages; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_messages (
    org_id uuid NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    conversation_id uuid NOT NULL,
    user_id uuid DEFAULT auth.uid() NOT NULL,
    "position" bigint NOT NULL,
    parent_id uuid,
    role text NOT NULL,
    content text NOT NULL,
    status text DEFAULT 'complete'::text NOT NULL,
    pinned boolean DEFAULT false NOT NULL,
    language text,
    assistant_id uuid,
    assistant_version integer,
    provider text,
    model text,
    tokens integer,
    request_id uuid,
    error_code text,
    stop_requested_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    completed_at timestamp with time zone,
    CONSTRAINT ai_messages_content_bounded CHECK ((length(content) <= 400000)),
    CONSTRAINT ai_messages_language_bounded CHECK ((length(language) <= 35)),
    CONSTRAINT ai_messages_role_known CHECK ((role = ANY (ARRAY['user'::text, 'assistant'::text, 'system'::text, 'tool'::text]))),
    CONSTRAINT ai_messages_status_known CHECK ((status = ANY (ARRAY['streaming'::text, 'complete'::text, 'stopped'::text, 'failed'::text]))),
    CONSTRAINT ai_messages_tokens_not_negative CHECK ((tokens >= 0))
);


ALTER TABLE public.ai_messages OWNER TO postgres;

-- Name: COLUMN ai_messages."position"; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_messages."position" IS 'Order of writing.';

-- Name: COLUMN ai_messages.assistant_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_messages.assistant_id IS 'Who answered; no reference, so that it outlives the assistant. NULL: the plain assistant, or no answer.';

-- Name: COLUMN ai_messages.assistant_version; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_messages.assistant_version IS 'Version of the assistant that answered. NULL with assistant_id NULL.';

-- Name: COLUMN ai_messages.completed_at; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_messages.completed_at IS 'When the answer ended, however. NULL: it is being written, or no answer.';

-- Name: COLUMN ai_messages.error_code; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_messages.error_code IS 'Why there is no answer. NULL: there is one.';

-- Name: COLUMN ai_messages.language; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_messages.language IS 'BCP 47 language of the answer. NULL: not an answer.';

-- Name: COLUMN ai_messages.parent_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_messages.parent_id IS 'The message it follows. NULL: it begins the conversation. Siblings are branches.';

-- Name: COLUMN ai_messages.pinned; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_messages.pinned IS 'Kept in the context when older turns have to leave it.';

-- Name: COLUMN ai_messages.request_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_messages.request_id IS 'ai_request_logs.id of the turn, for both of its messages.';

-- Name: COLUMN ai_messages.status; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_messages.status IS 'streaming: the answer is being written; complete; stopped: the user stopped it or left, content is what had come; failed: no answer. streaming beyond ten minutes: its isolate is gone.';

-- Name: COLUMN ai_messages.stop_requested_at; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_messages.stop_requested_at IS 'When the user asked to stop. NULL: never.';

-- Name: COLUMN ai_messages.tokens; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_messages.tokens IS 'Output tokens of the answer, as the provider counted. NULL: unknown, or no answer.';

-- Name: COLUMN ai_messages.user_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_messages.user_id IS 'Whose conversation it is, whoever speaks.';

-- Name: TABLE ai_messages; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_messages IS 'What was said. The user''s message is written before the model is called, the answer''s row with it, to be filled at the end.';

-- Name: COLUMN ai_messages.assistant_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(assistant_id) ON TABLE public.ai_messages TO authenticated;

-- Name: COLUMN ai_messages.assistant_version; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(assistant_version) ON TABLE public.ai_messages TO authenticated;

-- Name: COLUMN ai_messages.content; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(content) ON TABLE public.ai_messages TO authenticated;

-- Name: COLUMN ai_messages.conversation_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(conversation_id) ON TABLE public.ai_messages TO authenticated;

-- Name: COLUMN ai_messages.id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(id) ON TABLE public.ai_messages TO authenticated;

-- Name: COLUMN ai_messages.language; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(language) ON TABLE public.ai_messages TO authenticated;

-- Name: COLUMN ai_messages.org_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(org_id) ON TABLE public.ai_messages TO authenticated;

-- Name: COLUMN ai_messages.parent_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(parent_id) ON TABLE public.ai_messages TO authenticated;

-- Name: COLUMN ai_messages.pinned; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(pinned) ON TABLE public.ai_messages TO authenticated;

-- Name: COLUMN ai_messages.request_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(request_id) ON TABLE public.ai_messages TO authenticated;

-- Name: COLUMN ai_messages.role; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(role) ON TABLE public.ai_messages TO authenticated;

-- Name: COLUMN ai_messages.status; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(status) ON TABLE public.ai_messages TO authenticated;

-- Name: COLUMN ai_messages.stop_requested_at; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(stop_requested_at) ON TABLE public.ai_messages TO authenticated;

-- Name: TABLE ai_messages; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_messages TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_messages TO service_role;

-- Name: ai_messages ai_messages_conversation_key; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_messages
    ADD CONSTRAINT ai_messages_conversation_key UNIQUE (org_id, conversation_id, id);

-- Name: ai_messages ai_messages_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_messages
    ADD CONSTRAINT ai_messages_pkey PRIMARY KEY (org_id, id);

-- Name: ai_messages ai_messages_conversation_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_messages
    ADD CONSTRAINT ai_messages_conversation_fkey FOREIGN KEY (org_id, conversation_id) REFERENCES public.ai_conversations(org_id, id) ON DELETE CASCADE;

-- Name: ai_messages ai_messages_parent_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_messages
    ADD CONSTRAINT ai_messages_parent_fkey FOREIGN KEY (org_id, conversation_id, parent_id) REFERENCES public.ai_messages(org_id, conversation_id, id) ON DELETE CASCADE;

-- Name: ai_messages ai_messages_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_messages
    ADD CONSTRAINT ai_messages_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

-- Name: ai_messages ai_messages_insert_own; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_messages_insert_own ON public.ai_messages FOR INSERT TO authenticated WITH CHECK (((user_id = ( SELECT auth.uid() AS uid)) AND (((role = 'user'::text) AND (status = 'complete'::text) AND (assistant_id IS NULL)) OR ((role = 'assistant'::text) AND (status = 'streaming'::text) AND (content = ''::text))) AND (EXISTS ( SELECT
   FROM public.ai_conversations conversation
  WHERE ((conversation.org_id = ai_messages.org_id) AND (conversation.id = ai_messages.conversation_id))))));

-- Name: ai_messages ai_messages_select_own; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_messages_select_own ON public.ai_messages FOR SELECT TO authenticated USING (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids() AS my_org_ids))));

-- Name: ai_messages ai_messages_update_own; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_messages_update_own ON public.ai_messages FOR UPDATE TO authenticated USING (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids() AS my_org_ids))));

-- Name: ai_messages; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_messages ENABLE ROW LEVEL SECURITY;

-- Name: ai_messages_parent_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_messages_parent_idx ON public.ai_messages USING btree (org_id, conversation_id, parent_id);

-- Name: ai_messages_position_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_messages_position_idx ON public.ai_messages USING btree (org_id, conversation_id, "position" DESC);

-- Name: ai_messages_position_seq; Type: SEQUENCE; Schema: public; Owner: postgres

ALTER TABLE public.ai_messages ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.ai_messages_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- Name: ai_messages_request_id_role_key; Type: INDEX; Schema: public; Owner: postgres

CREATE UNIQUE INDEX ai_messages_request_id_role_key ON public.ai_messages USING btree (org_id, request_id, role);

-- Name: ai_messages_user_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_messages_user_id_idx ON public.ai_messages USING btree (user_id);

-- Name: ai_metrics(uuid, text); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_metrics(p_org_id uuid DEFAULT NULL::uuid, p_time_period text DEFAULT '24h'::text) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select private.ai_metrics(p_org_id, p_time_period)
$$;


ALTER FUNCTION public.ai_metrics(p_org_id uuid, p_time_period text) OWNER TO postgres;

-- Name: FUNCTION ai_metrics(p_org_id uuid, p_time_period text); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_metrics(p_org_id uuid, p_time_period text) IS 'Figures of an organization the caller is owner, admin or manager of, for 1h, 24h, 7d, 30d or all: summary, models, tasks, confidence_histogram, last_calls. Costs in US dollars; a mean leaves out what is missing. 7d and 30d are days of the organization, today included.';

-- Name: FUNCTION ai_metrics(p_org_id uuid, p_time_period text); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_metrics(p_org_id uuid, p_time_period text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_metrics(p_org_id uuid, p_time_period text) TO authenticated;
GRANT ALL ON FUNCTION public.ai_metrics(p_org_id uuid, p_time_period text) TO service_role;

-- Name: ai_model_performance; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_model_performance WITH (security_invoker='true') AS
 SELECT org_id,
    provider,
    model,
    call_count,
    failed_count,
    error_rate,
    rate_limited_count,
    timed_out_count,
    stand_in_count,
    input_tokens,
    output_tokens,
    cache_read_input_tokens,
    total_cost_usd,
    unpriced_count,
    avg_latency_ms,
    p50_latency_ms,
    p95_latency_ms,
    p99_latency_ms,
    avg_time_to_first_token_ms
   FROM private.model_performance() model_performance(org_id, provider, model, call_count, failed_count, error_rate, rate_limited_count, timed_out_count, stand_in_count, input_tokens, output_tokens, cache_read_input_tokens, total_cost_usd, unpriced_count, avg_latency_ms, p50_latency_ms, p95_latency_ms, p99_latency_ms, avg_time_to_first_token_ms);


ALTER VIEW public.ai_model_performance OWNER TO postgres;

-- Name: VIEW ai_model_performance; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_model_performance IS 'Calls of the last 30 days by provider and model asked: reliability, cost in US dollars, latency percentiles of calls that answered in milliseconds. Live.';

-- Name: TABLE ai_model_performance; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_model_performance TO authenticated;
GRANT SELECT ON TABLE public.ai_model_performance TO service_role;

-- Name: ai_model_prices; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_model_prices (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    org_id uuid,
    effective_from timestamp with time zone NOT NULL,
    effective_to timestamp with time zone,
    min_input_tokens integer DEFAULT 0 NOT NULL,
    input_usd_per_mtok numeric(14,6),
    output_usd_per_mtok numeric(14,6),
    cache_read_usd_per_mtok numeric(14,6),
    cache_write_usd_per_mtok numeric(14,6),
    batch_input_usd_per_mtok numeric(14,6),
    batch_output_usd_per_mtok numeric(14,6),
    image_usd numeric(14,6),
    audio_minute_usd numeric(14,6),
    source text NOT NULL,
    source_on date NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_model_prices_not_negative CHECK ((LEAST(input_usd_per_mtok, output_usd_per_mtok, cache_read_usd_per_mtok, cache_write_usd_per_mtok, batch_input_usd_per_mtok, batch_output_usd_per_mtok, image_usd, audio_minute_usd) >= (0)::numeric)),
    CONSTRAINT ai_model_prices_prices_something CHECK ((num_nonnulls(input_usd_per_mtok, output_usd_per_mtok, image_usd, audio_minute_usd) > 0)),
    CONSTRAINT ai_model_prices_range_forward CHECK ((effective_to >= effective_from)),
    CONSTRAINT ai_model_prices_source_is_url CHECK ((source ~ '^https://'::text)),
    CONSTRAINT ai_model_prices_tier_not_negative CHECK ((min_input_tokens >= 0))
);


ALTER TABLE public.ai_model_prices OWNER TO postgres;

-- Name: COLUMN ai_model_prices.audio_minute_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_model_prices.audio_minute_usd IS 'US dollars per minute of audio. NULL: not sold by the minute.';

-- Name: COLUMN ai_model_prices.batch_input_usd_per_mtok; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_model_prices.batch_input_usd_per_mtok IS 'As input_usd_per_mtok for batch jobs. NULL: no batch price.';

-- Name: COLUMN ai_model_prices.batch_output_usd_per_mtok; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_model_prices.batch_output_usd_per_mtok IS 'As output_usd_per_mtok for batch jobs. NULL: no batch price.';

-- Name: COLUMN ai_model_prices.cache_read_usd_per_mtok; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_model_prices.cache_read_usd_per_mtok IS 'US dollars per million input tokens read from the provider''s prompt cache. NULL: no discount, they cost as input.';

-- Name: COLUMN ai_model_prices.cache_write_usd_per_mtok; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_model_prices.cache_write_usd_per_mtok IS 'US dollars per million input tokens written to the prompt cache (Anthropic: for five minutes). NULL: no surcharge, they cost as input.';

-- Name: COLUMN ai_model_prices.effective_to; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_model_prices.effective_to IS 'Exclusive. NULL: until a newer row begins.';

-- Name: COLUMN ai_model_prices.image_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_model_prices.image_usd IS 'US dollars per image, beside its tokens. NULL: images cost their tokens only.';

-- Name: COLUMN ai_model_prices.input_usd_per_mtok; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_model_prices.input_usd_per_mtok IS 'US dollars per million uncached input tokens. NULL: not sold by the token, or unknown; never free.';

-- Name: COLUMN ai_model_prices.min_input_tokens; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_model_prices.min_input_tokens IS 'Context tier: the row prices requests with at least this many input tokens, all their tokens included.';

-- Name: COLUMN ai_model_prices.output_usd_per_mtok; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_model_prices.output_usd_per_mtok IS 'US dollars per million output tokens, reasoning included. 0 for embeddings, which have none.';

-- Name: COLUMN ai_model_prices.source; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_model_prices.source IS 'Address of the vendor''s price page.';

-- Name: COLUMN ai_model_prices.source_on; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_model_prices.source_on IS 'Day the figures were last checked; after 30 days they count as stale.';

-- Name: TABLE ai_model_prices; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_model_prices IS 'Dated prices in US dollars. An organization''s row (a negotiated price) counts for that organization alone. Written by operators: a price an organization could lower would be a budget it could lift.';

-- Name: COLUMN ai_model_prices.effective_to; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(effective_to) ON TABLE public.ai_model_prices TO authenticated;
GRANT UPDATE(effective_to) ON TABLE public.ai_model_prices TO service_role;

-- Name: COLUMN ai_model_prices.source; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(source) ON TABLE public.ai_model_prices TO authenticated;
GRANT UPDATE(source) ON TABLE public.ai_model_prices TO service_role;

-- Name: COLUMN ai_model_prices.source_on; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(source_on) ON TABLE public.ai_model_prices TO authenticated;
GRANT UPDATE(source_on) ON TABLE public.ai_model_prices TO service_role;

-- Name: TABLE ai_model_prices; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,INSERT ON TABLE public.ai_model_prices TO authenticated;
GRANT SELECT,INSERT ON TABLE public.ai_model_prices TO service_role;

-- Name: ai_model_prices ai_model_prices_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_model_prices
    ADD CONSTRAINT ai_model_prices_pkey PRIMARY KEY (id);

-- Name: ai_model_prices ai_model_prices_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_model_prices
    ADD CONSTRAINT ai_model_prices_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_model_prices ai_model_prices_provider_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_model_prices
    ADD CONSTRAINT ai_model_prices_provider_fkey FOREIGN KEY (provider) REFERENCES public.ai_providers(slug);

-- Name: ai_model_prices ai_model_prices_insert_operators; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_model_prices_insert_operators ON public.ai_model_prices FOR INSERT TO authenticated WITH CHECK (( SELECT private.is_operator() AS is_operator));

-- Name: ai_model_prices ai_model_prices_select_members; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_model_prices_select_members ON public.ai_model_prices FOR SELECT TO authenticated USING (((org_id IS NULL) OR (org_id IN ( SELECT private.my_org_ids() AS my_org_ids)) OR ( SELECT private.is_operator() AS is_operator)));

-- Name: ai_model_prices ai_model_prices_update_operators; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_model_prices_update_operators ON public.ai_model_prices FOR UPDATE TO authenticated USING (( SELECT private.is_operator() AS is_operator)) WITH CHECK (( SELECT private.is_operator() AS is_operator));

-- Name: ai_model_prices; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_model_prices ENABLE ROW LEVEL SECURITY;

-- Name: ai_model_prices ai_model_prices_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_model_prices_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_model_prices FOR EACH ROW EXECUTE FUNCTION private.audit_change('org_id');

-- Name: ai_model_prices ai_model_prices_bump_registry; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_model_prices_bump_registry AFTER INSERT OR DELETE OR UPDATE ON public.ai_model_prices FOR EACH STATEMENT EXECUTE FUNCTION private.bump_registry_version();

-- Name: ai_model_prices ai_model_prices_guard; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_model_prices_guard BEFORE INSERT OR UPDATE ON public.ai_model_prices FOR EACH ROW EXECUTE FUNCTION private.guard_price();

-- Name: ai_model_prices_lookup_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_model_prices_lookup_idx ON public.ai_model_prices USING btree (provider, model, effective_from DESC);

-- Name: ai_model_prices_org_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_model_prices_org_id_idx ON public.ai_model_prices USING btree (org_id);

-- Name: ai_models; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_models (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    org_id uuid,
    kind text DEFAULT 'chat'::text NOT NULL,
    tier text,
    context_window integer,
    max_output_tokens integer,
    capabilities text[] DEFAULT '{}'::text[] NOT NULL,
    dimensions integer,
    tokenizer text,
    region text,
    aliases text[] DEFAULT '{}'::text[] NOT NULL,
    active boolean DEFAULT true NOT NULL,
    shutdown_on date,
    CONSTRAINT ai_models_capabilities_known CHECK ((capabilities <@ ARRAY['vision'::text, 'tools'::text, 'json_schema'::text, 'logprobs'::text, 'prefill'::text, 'streaming'::text, 'temperature'::text])),
    CONSTRAINT ai_models_chat_sized CHECK (((kind <> 'chat'::text) OR ((context_window IS NOT NULL) AND (max_output_tokens IS NOT NULL)))),
    CONSTRAINT ai_models_dimensions_fit CHECK (((dimensions IS NOT NULL) = (kind = 'embedding'::text))),
    CONSTRAINT ai_models_kind_known CHECK ((kind = ANY (ARRAY['chat'::text, 'embedding'::text, 'speech'::text, 'moderation'::text]))),
    CONSTRAINT ai_models_sizes_positive CHECK (((context_window > 0) AND (max_output_tokens > 0) AND (dimensions > 0))),
    CONSTRAINT ai_models_tier_known CHECK ((tier = ANY (ARRAY['small'::text, 'large'::text, 'frontier'::text]))),
    CONSTRAINT ai_models_tier_only_chat CHECK (((tier IS NULL) OR (kind = 'chat'::text)))
);


ALTER TABLE public.ai_models OWNER TO postgres;

-- Name: COLUMN ai_models.active; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_models.active IS 'Whether it may be called. Inactive rows stay for the log and its prices.';

-- Name: COLUMN ai_models.aliases; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_models.aliases IS 'Other ids of the same model at the same price, such as dated snapshots.';

-- Name: COLUMN ai_models.capabilities; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_models.capabilities IS 'What it can be asked for. temperature: accepts sampling parameters; models without it refuse a request that has them.';

-- Name: COLUMN ai_models.context_window; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_models.context_window IS 'Tokens of input and output together. NULL where the vendor does not say.';

-- Name: COLUMN ai_models.dimensions; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_models.dimensions IS 'Length of a vector of an embedding model; NULL for other kinds.';

-- Name: COLUMN ai_models.max_output_tokens; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_models.max_output_tokens IS 'Most tokens of one answer, reasoning included.';

-- Name: COLUMN ai_models.region; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_models.region IS 'Where the data is processed, e.g. eu. NULL: the vendor decides.';

-- Name: COLUMN ai_models.shutdown_on; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_models.shutdown_on IS 'Day from which the vendor no longer answers. NULL: none announced.';

-- Name: COLUMN ai_models.tier; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_models.tier IS 'Default tier of a chat model asked for by id. NULL for other kinds.';

-- Name: COLUMN ai_models.tokenizer; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_models.tokenizer IS 'Name of the tokenizer that counts exactly. NULL: none is public, and UTF-8 bytes are the bound.';

-- Name: TABLE ai_models; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_models IS 'Exact model ids that may be called. An organization''s row counts for that organization alone and before the platform''s.';

-- Name: TABLE ai_models; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_models TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_models TO service_role;

-- Name: ai_models ai_models_name_key; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_models
    ADD CONSTRAINT ai_models_name_key UNIQUE NULLS NOT DISTINCT (provider, model, org_id);

-- Name: ai_models ai_models_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_models
    ADD CONSTRAINT ai_models_pkey PRIMARY KEY (id);

-- Name: ai_models ai_models_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_models
    ADD CONSTRAINT ai_models_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_models ai_models_provider_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_models
    ADD CONSTRAINT ai_models_provider_fkey FOREIGN KEY (provider) REFERENCES public.ai_providers(slug);

-- Name: ai_models ai_models_delete_operators; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_models_delete_operators ON public.ai_models FOR DELETE TO authenticated USING (( SELECT private.is_operator() AS is_operator));

-- Name: ai_models ai_models_insert_operators; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_models_insert_operators ON public.ai_models FOR INSERT TO authenticated WITH CHECK (( SELECT private.is_operator() AS is_operator));

-- Name: ai_models ai_models_select_members; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_models_select_members ON public.ai_models FOR SELECT TO authenticated USING (((org_id IS NULL) OR (org_id IN ( SELECT private.my_org_ids() AS my_org_ids)) OR ( SELECT private.is_operator() AS is_operator)));

-- Name: ai_models ai_models_update_operators; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_models_update_operators ON public.ai_models FOR UPDATE TO authenticated USING (( SELECT private.is_operator() AS is_operator)) WITH CHECK (( SELECT private.is_operator() AS is_operator));

-- Name: ai_models; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_models ENABLE ROW LEVEL SECURITY;

-- Name: ai_models ai_models_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_models_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_models FOR EACH ROW EXECUTE FUNCTION private.audit_change('org_id');

-- Name: ai_models ai_models_bump_registry; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_models_bump_registry AFTER INSERT OR DELETE OR UPDATE ON public.ai_models FOR EACH STATEMENT EXECUTE FUNCTION private.bump_registry_version();

-- Name: ai_models_aliases_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_models_aliases_idx ON public.ai_models USING gin (aliases);

-- Name: ai_models_org_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_models_org_id_idx ON public.ai_models USING btree (org_id);

-- Name: ai_overruns; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_overruns (
    org_id uuid NOT NULL,
    request_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    held_usd numeric NOT NULL,
    settled_usd numeric NOT NULL,
    CONSTRAINT ai_overruns_is_above CHECK ((settled_usd > held_usd))
);


ALTER TABLE public.ai_overruns OWNER TO postgres;

-- Name: TABLE ai_overruns; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_overruns IS 'Requests that cost more than was held: a bound was wrong or a hold was lost. Each one is an alert.';

-- Name: TABLE ai_overruns; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_overruns TO authenticated;
GRANT SELECT ON TABLE public.ai_overruns TO service_role;

-- Name: ai_overruns ai_overruns_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_overruns
    ADD CONSTRAINT ai_overruns_pkey PRIMARY KEY (org_id, request_id);

-- Name: ai_overruns ai_overruns_select_managed; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_overruns_select_managed ON public.ai_overruns FOR SELECT TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)));

-- Name: ai_overruns; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_overruns ENABLE ROW LEVEL SECURITY;

-- Name: ai_payloads; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_payloads (
    request_id uuid NOT NULL,
    org_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    input jsonb,
    output jsonb
);


ALTER TABLE public.ai_payloads OWNER TO postgres;

-- Name: TABLE ai_payloads; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_payloads IS 'Input and output of requests, kept only where the setting ai.log.payloads is on, with a retention of its own.';

-- Name: TABLE ai_payloads; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_payloads TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_payloads TO service_role;

-- Name: ai_payloads ai_payloads_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_payloads
    ADD CONSTRAINT ai_payloads_pkey PRIMARY KEY (org_id, request_id);

-- Name: ai_payloads ai_payloads_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_payloads
    ADD CONSTRAINT ai_payloads_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_payloads ai_payloads_select_visible; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_payloads_select_visible ON public.ai_payloads FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)) AND (EXISTS ( SELECT
   FROM public.ai_request_logs r
  WHERE ((r.id = ai_payloads.request_id) AND (r.user_id = ( SELECT auth.uid() AS uid))))))));

-- Name: ai_payloads; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_payloads ENABLE ROW LEVEL SECURITY;

-- Name: ai_payloads_created_at_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_payloads_created_at_idx ON public.ai_payloads USING btree (created_at);

-- Name: ai_policies; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_policies (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid,
    task text,
    version integer NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    tiers jsonb DEFAULT '{}'::jsonb NOT NULL,
    base_tier text DEFAULT 'small'::text NOT NULL,
    max_tier text DEFAULT 'frontier'::text NOT NULL,
    requires_large boolean DEFAULT false NOT NULL,
    critical boolean DEFAULT false NOT NULL,
    escalate_below numeric(4,3) DEFAULT 0.7 NOT NULL,
    good_from numeric(4,3) DEFAULT 0.8 NOT NULL,
    excellent_from numeric(4,3) DEFAULT 0.9 NOT NULL,
    max_escalations integer DEFAULT 2 NOT NULL,
    max_cost_usd numeric(14,6),
    complexity_large_from numeric(4,3),
    demotion_cooldown interval,
    stream_on_failure text DEFAULT 'restart'::text NOT NULL,
    consensus jsonb,
    created_by uuid DEFAULT auth.uid(),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_policies_base_tier_known CHECK ((base_tier = ANY (ARRAY['small'::text, 'large'::text, 'frontier'::text]))),
    CONSTRAINT ai_policies_complexity_bounded CHECK (((complexity_large_from >= (0)::numeric) AND (complexity_large_from <= (1)::numeric))),
    CONSTRAINT ai_policies_consensus_fits CHECK (((private.setting_problem('{"type": "object", "required": ["models", "agree", "weighted"], "properties": {"agree": {"type": "number", "maximum": 1, "minimum": 0}, "models": {"type": "integer", "maximum": 3, "minimum": 2}, "weighted": {"type": "number", "maximum": 1, "minimum": 0}}, "additionalProperties": false}'::jsonb, consensus) IS NULL) OR (consensus IS NULL))),
    CONSTRAINT ai_policies_cooldown_not_negative CHECK ((demotion_cooldown >= '00:00:00'::interval)),
    CONSTRAINT ai_policies_max_cost_positive CHECK ((max_cost_usd > (0)::numeric)),
    CONSTRAINT ai_policies_max_escalations_bounded CHECK (((max_escalations >= 0) AND (max_escalations <= 5))),
    CONSTRAINT ai_policies_max_tier_known CHECK ((max_tier = ANY (ARRAY['small'::text, 'large'::text, 'frontier'::text]))),
    CONSTRAINT ai_policies_requires_large_means_it CHECK (((NOT requires_large) OR (base_tier <> 'small'::text))),
    CONSTRAINT ai_policies_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'active'::text, 'retired'::text]))),
    CONSTRAINT ai_policies_stream_on_failure_known CHECK ((stream_on_failure = ANY (ARRAY['restart'::text, 'continue'::text, 'error'::text]))),
    CONSTRAINT ai_policies_task_format CHECK ((task ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT ai_policies_thresholds_ordered CHECK ((((0)::numeric <= escalate_below) AND (escalate_below <= good_from) AND (good_from <= excellent_from) AND (excellent_from <= (1)::numeric))),
    CONSTRAINT ai_policies_tiers_ordered CHECK ((array_position(ARRAY['small'::text, 'large'::text, 'frontier'::text], base_tier) <= array_position(ARRAY['small'::text, 'large'::text, 'frontier'::text], max_tier))),
    CONSTRAINT ai_policies_version_positive CHECK ((version >= 1))
);


ALTER TABLE public.ai_policies OWNER TO postgres;

-- Name: COLUMN ai_policies.base_tier; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.base_tier IS 'Tier to start with.';

-- Name: COLUMN ai_policies.complexity_large_from; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.complexity_large_from IS 'Learned complexity 0..1 from which the large tier starts; the platform''s default policy says 0.7, about the hardest sixth of texts. NULL: complexity does not move this task.';

-- Name: COLUMN ai_policies.consensus; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.consensus IS 'Ask so many models and compare values: {"models": 2..3, "agree": share for a majority, "weighted": share for a weighted answer}. NULL: one model answers.';

-- Name: COLUMN ai_policies.critical; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.critical IS 'Whether a wrong answer is dear: several models may be asked and compared.';

-- Name: COLUMN ai_policies.demotion_cooldown; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.demotion_cooldown IS 'How long the small tier is skipped after a streak of weak answers. NULL: setting ai.routing.demotion.cooldown.';

-- Name: COLUMN ai_policies.escalate_below; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.escalate_below IS 'Confidence 0..1 below which an answer is weak.';

-- Name: COLUMN ai_policies.excellent_from; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.excellent_from IS 'Confidence from which an answer is excellent.';

-- Name: COLUMN ai_policies.good_from; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.good_from IS 'Confidence from which an answer is good.';

-- Name: COLUMN ai_policies.max_cost_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.max_cost_usd IS 'Most one request may cost in all, US dollars. NULL: only budgets limit it.';

-- Name: COLUMN ai_policies.max_tier; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.max_tier IS 'Highest tier a weak answer may escalate to.';

-- Name: COLUMN ai_policies.org_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.org_id IS 'NULL: the platform''s.';

-- Name: COLUMN ai_policies.requires_large; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.requires_large IS 'Whether the task must never be given to the small tier, whatever the caller''s cost sensitivity.';

-- Name: COLUMN ai_policies.stream_on_failure; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.stream_on_failure IS 'A stream that breaks after its first token: restart with a restart event, continue on a model that accepts a prefilled answer, or error.';

-- Name: COLUMN ai_policies.task; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.task IS 'Slug of a task; NULL: the default. Not a foreign key: a policy may wait for a task whose function is not deployed yet.';

-- Name: COLUMN ai_policies.tiers; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_policies.tiers IS 'Candidates in order: {"small": [{"provider", "model"}], "large": […], "frontier": […]}. A tier that is left out is taken from the default policies.';

-- Name: TABLE ai_policies; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_policies IS 'Routing policies by organization and task. In force is the first active one of: organization and task, organization default, platform and task, platform default.';

-- Name: COLUMN ai_policies.base_tier; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(base_tier) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.complexity_large_from; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(complexity_large_from) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.consensus; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(consensus) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.created_by; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(created_by) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.critical; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(critical) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.demotion_cooldown; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(demotion_cooldown) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.escalate_below; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(escalate_below) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.excellent_from; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(excellent_from) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.good_from; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(good_from) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.max_cost_usd; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(max_cost_usd) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.max_escalations; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(max_escalations) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.max_tier; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(max_tier) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.org_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(org_id) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.requires_large; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(requires_large) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.status; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(status) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.stream_on_failure; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(stream_on_failure) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.task; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(task) ON TABLE public.ai_policies TO authenticated;

-- Name: COLUMN ai_policies.tiers; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(tiers) ON TABLE public.ai_policies TO authenticated;

-- Name: TABLE ai_policies; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_policies TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.ai_policies TO service_role;

-- Name: ai_policies ai_policies_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_policies
    ADD CONSTRAINT ai_policies_pkey PRIMARY KEY (id);

-- Name: ai_policies ai_policies_version_key; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_policies
    ADD CONSTRAINT ai_policies_version_key UNIQUE NULLS NOT DISTINCT (org_id, task, version);

-- Name: ai_policies ai_policies_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_policies
    ADD CONSTRAINT ai_policies_created_by_fkey FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE SET NULL;

-- Name: ai_policies ai_policies_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_policies
    ADD CONSTRAINT ai_policies_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_policies ai_policies_insert_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_policies_insert_admins ON public.ai_policies FOR INSERT TO authenticated WITH CHECK ((((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ( SELECT private.is_operator() AS is_operator)) AND (NOT (created_by IS DISTINCT FROM ( SELECT auth.uid() AS uid))) AND (status = 'draft'::text)));

-- Name: ai_policies ai_policies_select_members; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_policies_select_members ON public.ai_policies FOR SELECT TO authenticated USING (((org_id IS NULL) OR (org_id IN ( SELECT private.my_org_ids() AS my_org_ids)) OR ( SELECT private.is_operator() AS is_operator)));

-- Name: ai_policies ai_policies_update_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_policies_update_admins ON public.ai_policies FOR UPDATE TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ( SELECT private.is_operator() AS is_operator))) WITH CHECK (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ( SELECT private.is_operator() AS is_operator)));

-- Name: ai_policies; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_policies ENABLE ROW LEVEL SECURITY;

-- Name: ai_policies ai_policies_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_policies_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_policies FOR EACH ROW EXECUTE FUNCTION private.audit_change('org_id');

-- Name: ai_policies ai_policies_bump_registry; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_policies_bump_registry AFTER INSERT OR DELETE OR UPDATE ON public.ai_policies FOR EACH STATEMENT EXECUTE FUNCTION private.bump_registry_version();

-- Name: ai_policies ai_policies_guard; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_policies_guard BEFORE INSERT OR UPDATE ON public.ai_policies FOR EACH ROW EXECUTE FUNCTION private.guard_policy();

-- Name: ai_policies_created_by_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_policies_created_by_idx ON public.ai_policies USING btree (created_by);

-- Name: ai_policies_one_active_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE UNIQUE INDEX ai_policies_one_active_idx ON public.ai_policies USING btree (org_id, task) NULLS NOT DISTINCT WHERE (status = 'active'::text);

-- Name: ai_prompt_performance; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_prompt_performance WITH (security_invoker='true') AS
 SELECT org_id,
    prompt_key,
    prompt_version,
    prompt_variant,
    count(*) AS request_count,
    count(*) FILTER (WHERE (status = ANY (ARRAY['failed'::text, 'cancelled'::text, 'swept'::text]))) AS failed_count,
    count(*) FILTER (WHERE escalated) AS escalated_count,
    sum(cost_usd) AS total_cost_usd,
    (round(avg(latency_ms)))::integer AS avg_latency_ms,
    round(avg(confidence_score), 4) AS avg_confidence
   FROM public.ai_request_logs r
  WHERE ((prompt_key IS NOT NULL) AND (status <> 'refused'::text) AND (NOT cached) AND (created_at > (private.clock() - '30 days'::interval)))
  GROUP BY org_id, prompt_key, prompt_version, prompt_variant;


ALTER VIEW public.ai_prompt_performance OWNER TO postgres;

-- Name: VIEW ai_prompt_performance; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_prompt_performance IS 'Requests of the last 30 days by prompt version and variant.';

-- Name: TABLE ai_prompt_performance; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_prompt_performance TO authenticated;
GRANT SELECT ON TABLE public.ai_prompt_performance TO service_role;

-- Name: ai_prompt_variants; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_prompt_variants WITH (security_invoker='true') AS
 SELECT org_id,
    prompt_key,
    prompt_version,
    prompt_variant,
    request_count,
    failed_count,
    escalated_count,
    total_cost_usd,
    avg_latency_ms,
    avg_confidence,
    rating_count,
    avg_rating,
    accepted_count,
    edited_count,
    rejected_count,
    converted_count,
    round(((converted_count)::numeric / (NULLIF(request_count, 0))::numeric), 4) AS conversion_rate,
    round(((rejected_count)::numeric / (NULLIF(request_count, 0))::numeric), 4) AS rejection_rate,
        CASE
            WHEN (prompt_variant <> first_value(prompt_variant) OVER in_version) THEN private.share_p_value(converted_count, request_count, first_value(converted_count) OVER in_version, first_value(request_count) OVER in_version)
            ELSE NULL::numeric
        END AS conversion_p_value
   FROM private.prompt_variants() v(org_id, prompt_key, prompt_version, prompt_variant, request_count, failed_count, escalated_count, total_cost_usd, avg_latency_ms, avg_confidence, rating_count, avg_rating, accepted_count, edited_count, rejected_count, converted_count)
  WINDOW in_version AS (PARTITION BY org_id, prompt_key, prompt_version ORDER BY prompt_variant);


ALTER VIEW public.ai_prompt_variants OWNER TO postgres;

-- Name: COLUMN ai_prompt_variants.avg_rating; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_prompt_variants.avg_rating IS '1 to 5; NULL without a rating.';

-- Name: COLUMN ai_prompt_variants.conversion_p_value; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_prompt_variants.conversion_p_value IS 'Of the difference to the version''s first variant. NULL for that variant, below 30 requests on either side, or without any conversion.';

-- Name: COLUMN ai_prompt_variants.converted_count; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_prompt_variants.converted_count IS 'Requests, not statements: however many say so.';

-- Name: VIEW ai_prompt_variants; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_prompt_variants IS 'The last 30 days by prompt version and variant: requests a model answered (none from the cache), and what became of them by ai_quality_metrics. Live.';

-- Name: TABLE ai_prompt_variants; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_prompt_variants TO authenticated;
GRANT SELECT ON TABLE public.ai_prompt_variants TO service_role;

-- Name: ai_prompts; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_prompts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid,
    key text NOT NULL,
    version integer NOT NULL,
    variant text DEFAULT 'A'::text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    system text,
    template text,
    few_shot jsonb DEFAULT '[]'::jsonb NOT NULL,
    weight numeric(8,4) DEFAULT 1 NOT NULL,
    token_bound integer GENERATED ALWAYS AS ((((COALESCE(octet_length(system), 0) + COALESCE(octet_length(template), 0)) + octet_length((few_shot)::text)) + 16)) STORED NOT NULL,
    created_by uuid DEFAULT auth.uid(),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_prompts_few_shot_fits CHECK ((private.setting_problem('{"type": "array", "items": {"type": "object", "required": ["input", "output"], "properties": {"input": {"type": "string"}, "output": {"type": "string"}}}, "maxItems": 50}'::jsonb, few_shot) IS NULL)),
    CONSTRAINT ai_prompts_key_format CHECK (((key ~ '^[a-z0-9]+([-./][a-z0-9]+)*$'::text) AND (length(key) <= 100))),
    CONSTRAINT ai_prompts_says_something CHECK ((COALESCE(system, template) IS NOT NULL)),
    CONSTRAINT ai_prompts_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'active'::text, 'retired'::text]))),
    CONSTRAINT ai_prompts_text_bounded CHECK (((COALESCE(octet_length(system), 0) <= 200000) AND (COALESCE(octet_length(template), 0) <= 200000))),
    CONSTRAINT ai_prompts_variant_format CHECK ((variant ~ '^[A-Z][A-Za-z0-9_-]{0,19}$'::text)),
    CONSTRAINT ai_prompts_version_after_builtin CHECK ((version >= 2)),
    CONSTRAINT ai_prompts_weight_not_negative CHECK ((weight >= (0)::numeric))
);


ALTER TABLE public.ai_prompts OWNER TO postgres;

-- Name: COLUMN ai_prompts.few_shot; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_prompts.few_shot IS 'Examples as [{"input": text, "output": text}], best first.';

-- Name: COLUMN ai_prompts.org_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_prompts.org_id IS 'NULL: the platform''s, for every organization that has none of its own.';

-- Name: COLUMN ai_prompts.system; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_prompts.system IS 'System prompt. NULL: the task''s built-in one.';

-- Name: COLUMN ai_prompts.template; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_prompts.template IS 'User message with {{name}} placeholders. NULL: the task''s built-in one.';

-- Name: COLUMN ai_prompts.token_bound; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_prompts.token_bound IS 'Upper bound of the tokens of this text: no tokenizer makes more tokens than UTF-8 bytes. Placeholder values are not in it.';

-- Name: COLUMN ai_prompts.variant; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_prompts.variant IS 'A, B …: variants of one version are active together and share its traffic by weight.';

-- Name: COLUMN ai_prompts.version; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_prompts.version IS 'Numeric, so 10 comes after 9; never used by two organizations. Version 1 is the prompt in the task''s code.';

-- Name: COLUMN ai_prompts.weight; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_prompts.weight IS 'Share of the traffic among the variants of the version; 0 gets none.';

-- Name: TABLE ai_prompts; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_prompts IS 'Prompts by key, version and variant. An organization''s active version counts for that organization alone and before the platform''s.';

-- Name: COLUMN ai_prompts.created_by; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(created_by) ON TABLE public.ai_prompts TO authenticated;

-- Name: COLUMN ai_prompts.few_shot; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(few_shot),UPDATE(few_shot) ON TABLE public.ai_prompts TO authenticated;

-- Name: COLUMN ai_prompts.key; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(key) ON TABLE public.ai_prompts TO authenticated;

-- Name: COLUMN ai_prompts.org_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(org_id) ON TABLE public.ai_prompts TO authenticated;

-- Name: COLUMN ai_prompts.status; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(status) ON TABLE public.ai_prompts TO authenticated;

-- Name: COLUMN ai_prompts.system; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(system),UPDATE(system) ON TABLE public.ai_prompts TO authenticated;

-- Name: COLUMN ai_prompts.template; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(template),UPDATE(template) ON TABLE public.ai_prompts TO authenticated;

-- Name: COLUMN ai_prompts.variant; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(variant) ON TABLE public.ai_prompts TO authenticated;

-- Name: COLUMN ai_prompts.version; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(version) ON TABLE public.ai_prompts TO authenticated;

-- Name: COLUMN ai_prompts.weight; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(weight),UPDATE(weight) ON TABLE public.ai_prompts TO authenticated;

-- Name: TABLE ai_prompts; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_prompts TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.ai_prompts TO service_role;

-- Name: ai_prompts ai_prompts_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_prompts
    ADD CONSTRAINT ai_prompts_pkey PRIMARY KEY (id);

-- Name: ai_prompts ai_prompts_version_key; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_prompts
    ADD CONSTRAINT ai_prompts_version_key UNIQUE (key, version, variant);

-- Name: ai_prompts ai_prompts_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_prompts
    ADD CONSTRAINT ai_prompts_created_by_fkey FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE SET NULL;

-- Name: ai_prompts ai_prompts_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_prompts
    ADD CONSTRAINT ai_prompts_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_prompts ai_prompts_insert_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_prompts_insert_admins ON public.ai_prompts FOR INSERT TO authenticated WITH CHECK ((((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ( SELECT private.is_operator() AS is_operator)) AND (NOT (created_by IS DISTINCT FROM ( SELECT auth.uid() AS uid))) AND (status = 'draft'::text)));

-- Name: ai_prompts ai_prompts_select_members; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_prompts_select_members ON public.ai_prompts FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)) OR ( SELECT private.is_operator() AS is_operator)));

-- Name: ai_prompts ai_prompts_update_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_prompts_update_admins ON public.ai_prompts FOR UPDATE TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ( SELECT private.is_operator() AS is_operator))) WITH CHECK (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) OR ( SELECT private.is_operator() AS is_operator)));

-- Name: ai_prompts; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_prompts ENABLE ROW LEVEL SECURITY;

-- Name: ai_prompts ai_prompts_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_prompts_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_prompts FOR EACH ROW EXECUTE FUNCTION private.audit_change('org_id');

-- Name: ai_prompts ai_prompts_bump_registry; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_prompts_bump_registry AFTER INSERT OR DELETE OR UPDATE ON public.ai_prompts FOR EACH STATEMENT EXECUTE FUNCTION private.bump_registry_version();

-- Name: ai_prompts ai_prompts_guard; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_prompts_guard BEFORE INSERT OR UPDATE ON public.ai_prompts FOR EACH ROW EXECUTE FUNCTION private.guard_prompt();

-- Name: ai_prompts_active_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_prompts_active_idx ON public.ai_prompts USING btree (key, org_id) WHERE (status = 'active'::text);

-- Name: ai_prompts_created_by_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_prompts_created_by_idx ON public.ai_prompts USING btree (created_by);

-- Name: ai_prompts_org_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_prompts_org_id_idx ON public.ai_prompts USING btree (org_id);

-- Name: ai_provider_health; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_provider_health WITH (security_invoker='true') AS
 SELECT org_id,
    provider,
    model,
    breaker_state,
    opened_at,
    open_until,
    last_error,
    requests_left,
    tokens_left,
    call_count,
    failed_count,
    rate_limited_count,
    timed_out_count,
    error_rate,
    p50_latency_ms,
    p95_latency_ms,
    last_call_at
   FROM private.provider_health() provider_health(org_id, provider, model, breaker_state, opened_at, open_until, last_error, requests_left, tokens_left, call_count, failed_count, rate_limited_count, timed_out_count, error_rate, p50_latency_ms, p95_latency_ms, last_call_at);


ALTER VIEW public.ai_provider_health OWNER TO postgres;

-- Name: COLUMN ai_provider_health.breaker_state; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_provider_health.breaker_state IS 'closed, open or half_open, of the model or its whole provider.';

-- Name: COLUMN ai_provider_health.error_rate; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_provider_health.error_rate IS 'Share of the organization''s own calls that failed; NULL without a call.';

-- Name: COLUMN ai_provider_health.p95_latency_ms; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_provider_health.p95_latency_ms IS 'Milliseconds, exact, of the organization''s own calls that answered; NULL without one.';

-- Name: COLUMN ai_provider_health.requests_left; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_provider_health.requests_left IS 'Left of the provider''s own rate limit for this deployment, as it last said; NULL = it does not say.';

-- Name: VIEW ai_provider_health; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_provider_health IS 'Models the organization called in the last hour, or whose breaker is not closed: the platform''s breaker and headroom, and the organization''s own error rate and latency. Live.';

-- Name: TABLE ai_provider_health; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_provider_health TO authenticated;
GRANT SELECT ON TABLE public.ai_provider_health TO service_role;

-- Name: ai_providers; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_providers (
    slug text NOT NULL,
    title text NOT NULL,
    kind text NOT NULL,
    base_url text,
    secret_name text,
    org_id uuid,
    active boolean DEFAULT true NOT NULL,
    CONSTRAINT ai_providers_base_url_safe CHECK ((base_url ~ '^(https://[^/?#@]+|http://(localhost|127\.0\.0\.1)(:[0-9]+)?)(/[^?#]*)?$'::text)),
    CONSTRAINT ai_providers_kind_known CHECK ((kind = ANY (ARRAY['openai'::text, 'anthropic'::text, 'openai_compatible'::text]))),
    CONSTRAINT ai_providers_org_brings_key CHECK (((org_id IS NULL) OR (secret_name IS NOT NULL))),
    CONSTRAINT ai_providers_secret_is_api_key CHECK (((secret_name ~ '^[A-Z][A-Z0-9_]*_API_KEY$'::text) AND (secret_name !~ '^SUPABASE'::text))),
    CONSTRAINT ai_providers_slug_format CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);


ALTER TABLE public.ai_providers OWNER TO postgres;

-- Name: COLUMN ai_providers.base_url; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_providers.base_url IS 'NULL: the SDK''s default, or the deployment''s …_BASE_URL. OpenAI and compatible ones with /v1, Anthropic without.';

-- Name: COLUMN ai_providers.org_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_providers.org_id IS 'NULL: every organization may use it.';

-- Name: COLUMN ai_providers.secret_name; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_providers.secret_name IS 'Name of the function secret that holds the key. NULL: the deployment''s own (OPENAI_API_KEY and the like).';

-- Name: TABLE ai_providers; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_providers IS 'Vendors of models. Written by operators: a row decides which secret goes to which address.';

-- Name: TABLE ai_providers; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_providers TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_providers TO service_role;

-- Name: ai_providers ai_providers_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_providers
    ADD CONSTRAINT ai_providers_pkey PRIMARY KEY (slug);

-- Name: ai_providers ai_providers_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_providers
    ADD CONSTRAINT ai_providers_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_providers ai_providers_delete_operators; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_providers_delete_operators ON public.ai_providers FOR DELETE TO authenticated USING (( SELECT private.is_operator() AS is_operator));

-- Name: ai_providers ai_providers_insert_operators; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_providers_insert_operators ON public.ai_providers FOR INSERT TO authenticated WITH CHECK (( SELECT private.is_operator() AS is_operator));

-- Name: ai_providers ai_providers_select_members; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_providers_select_members ON public.ai_providers FOR SELECT TO authenticated USING (((org_id IS NULL) OR (org_id IN ( SELECT private.my_org_ids() AS my_org_ids)) OR ( SELECT private.is_operator() AS is_operator)));

-- Name: ai_providers ai_providers_update_operators; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_providers_update_operators ON public.ai_providers FOR UPDATE TO authenticated USING (( SELECT private.is_operator() AS is_operator)) WITH CHECK (( SELECT private.is_operator() AS is_operator));

-- Name: ai_providers; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_providers ENABLE ROW LEVEL SECURITY;

-- Name: ai_providers ai_providers_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_providers_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_providers FOR EACH ROW EXECUTE FUNCTION private.audit_change('org_id');

-- Name: ai_providers ai_providers_bump_registry; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_providers_bump_registry AFTER INSERT OR DELETE OR UPDATE ON public.ai_providers FOR EACH STATEMENT EXECUTE FUNCTION private.bump_registry_version();

-- Name: ai_providers_org_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_providers_org_id_idx ON public.ai_providers USING btree (org_id);

-- Name: ai_quality_metrics; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_quality_metrics (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    request_id uuid NOT NULL,
    task text NOT NULL,
    user_id uuid DEFAULT auth.uid(),
    source text DEFAULT 'person'::text NOT NULL,
    outcome text NOT NULL,
    user_rating smallint,
    feedback_text text,
    correction jsonb,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    CONSTRAINT ai_quality_metrics_edited_has_correction CHECK (((correction IS NULL) OR (outcome = ANY (ARRAY['edited'::text, 'rejected'::text])))),
    CONSTRAINT ai_quality_metrics_feedback_length CHECK ((char_length(feedback_text) <= 4000)),
    CONSTRAINT ai_quality_metrics_outcome_known CHECK ((outcome = ANY (ARRAY['accepted'::text, 'edited'::text, 'rejected'::text, 'converted'::text, 'rated'::text]))),
    CONSTRAINT ai_quality_metrics_rated_has_rating CHECK (((outcome = 'rated'::text) = (user_rating IS NOT NULL))),
    CONSTRAINT ai_quality_metrics_rating_in_range CHECK (((user_rating >= 1) AND (user_rating <= 5))),
    CONSTRAINT ai_quality_metrics_source_known CHECK ((source = ANY (ARRAY['person'::text, 'row'::text, 'review'::text])))
);


ALTER TABLE public.ai_quality_metrics OWNER TO postgres;

-- Name: COLUMN ai_quality_metrics.correction; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_quality_metrics.correction IS 'The answer as it should have been, in the task''s own shape: a candidate for few-shot examples.';

-- Name: COLUMN ai_quality_metrics.request_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_quality_metrics.request_id IS 'ai_request_logs.id. No foreign key: the log is partitioned.';

-- Name: COLUMN ai_quality_metrics.source; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_quality_metrics.source IS 'person: somebody said so; row: a trigger saw a business row change; review: the review queue decided.';

-- Name: COLUMN ai_quality_metrics.user_rating; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_quality_metrics.user_rating IS '1 (bad) to 5 (good); only with outcome rated.';

-- Name: TABLE ai_quality_metrics; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_quality_metrics IS 'Outcomes of requests: the labels that calibration and prompt experiments learn from.';

-- Name: TABLE ai_quality_metrics; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_quality_metrics TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_quality_metrics TO service_role;

-- Name: ai_quality_metrics ai_quality_metrics_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_quality_metrics
    ADD CONSTRAINT ai_quality_metrics_pkey PRIMARY KEY (org_id, id);

-- Name: ai_quality_metrics ai_quality_metrics_said_once; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_quality_metrics
    ADD CONSTRAINT ai_quality_metrics_said_once UNIQUE NULLS NOT DISTINCT (org_id, request_id, outcome, user_id, source);

-- Name: ai_quality_metrics ai_quality_metrics_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_quality_metrics
    ADD CONSTRAINT ai_quality_metrics_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_quality_metrics ai_quality_metrics_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_quality_metrics
    ADD CONSTRAINT ai_quality_metrics_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE SET NULL;

-- Name: ai_quality_metrics ai_quality_metrics_select_visible; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_quality_metrics_select_visible ON public.ai_quality_metrics FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR ((user_id = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)))));

-- Name: ai_quality_metrics; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_quality_metrics ENABLE ROW LEVEL SECURITY;

-- Name: ai_quality_metrics_task_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_quality_metrics_task_idx ON public.ai_quality_metrics USING btree (org_id, task, created_at DESC);

-- Name: ai_quality_metrics_user_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_quality_metrics_user_id_idx ON public.ai_quality_metrics USING btree (user_id);

-- Name: ai_rates_hourly; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_rates_hourly WITH (security_invoker='true') AS
 SELECT org_id,
    hour,
    request_count,
    refused_count,
    failed_count,
    round(((failed_count)::numeric / (NULLIF((request_count - refused_count), 0))::numeric), 4) AS error_rate,
    round(((fell_back_count)::numeric / (NULLIF((request_count - refused_count), 0))::numeric), 4) AS fallback_rate,
    round(((rules_count)::numeric / (NULLIF((request_count - refused_count), 0))::numeric), 4) AS rules_rate,
    round(((escalated_count)::numeric / (NULLIF((request_count - refused_count), 0))::numeric), 4) AS escalation_rate,
    round(((cached_count)::numeric / (NULLIF((request_count - refused_count), 0))::numeric), 4) AS cache_hit_rate,
    round(((review_count)::numeric / (NULLIF((request_count - refused_count), 0))::numeric), 4) AS review_rate,
    input_tokens,
    output_tokens,
        CASE
            WHEN ((unpriced_count < request_count) OR (cost_usd > (0)::numeric)) THEN cost_usd
            ELSE NULL::numeric
        END AS cost_usd,
    unpriced_count
   FROM private.rates_hourly() r(org_id, hour, request_count, refused_count, failed_count, cached_count, escalated_count, fell_back_count, rules_count, review_count, input_tokens, output_tokens, cost_usd, unpriced_count);


ALTER VIEW public.ai_rates_hourly OWNER TO postgres;

-- Name: COLUMN ai_rates_hourly.cache_hit_rate; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_rates_hourly.cache_hit_rate IS 'Share that the cache answered.';

-- Name: COLUMN ai_rates_hourly.cost_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_rates_hourly.cost_usd IS 'US dollars, of what is known; NULL when nothing is.';

-- Name: COLUMN ai_rates_hourly.error_rate; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_rates_hourly.error_rate IS 'Share that failed, was cancelled or never settled. NULL when every request was refused.';

-- Name: COLUMN ai_rates_hourly.fallback_rate; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_rates_hourly.fallback_rate IS 'Share that another provider answered because a call failed.';

-- Name: COLUMN ai_rates_hourly.rules_rate; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_rates_hourly.rules_rate IS 'Share that a task''s rules answered because no model''s answer was good enough.';

-- Name: VIEW ai_rates_hourly; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_rates_hourly IS 'The last 32 days by UTC hour: shares of the requests that were not refused. An hour without requests has no row. Live.';

-- Name: TABLE ai_rates_hourly; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_rates_hourly TO authenticated;
GRANT SELECT ON TABLE public.ai_rates_hourly TO service_role;

-- Name: ai_reject(jsonb); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_reject(rejection jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  p        private.admission_request := jsonb_populate_record(null::private.admission_request, rejection);
  v_caller private.caller;
begin
  v_caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  if v_caller.org_id is not null then
    perform private.write_request_row(private.request_context(p, v_caller) || jsonb_build_object(
      'status', 'refused', 'error_code', rejection ->> 'code', 'cost_usd', 0,
      'decision', jsonb_build_object('refused', rejection ->> 'detail')));
  end if;
  return jsonb_build_object('logged', v_caller.org_id is not null);
end
$$;


ALTER FUNCTION public.ai_reject(rejection jsonb) OWNER TO postgres;

-- Name: FUNCTION ai_reject(rejection jsonb); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_reject(rejection jsonb) IS 'Logs a request that was refused before admission (bad input), if its organization can be told: {logged}. Service role only.';

-- Name: FUNCTION ai_reject(rejection jsonb); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_reject(rejection jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_reject(rejection jsonb) TO service_role;

-- Name: ai_request_logs; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_request_logs (
    id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    org_id uuid NOT NULL,
    user_id uuid,
    key_id uuid,
    task text NOT NULL,
    job_id uuid,
    subject_type text,
    subject_id text,
    tier text,
    provider text,
    model text,
    importance text,
    cost_sensitivity text,
    complexity real,
    prompt_key text,
    prompt_version integer,
    prompt_variant text,
    input_tokens integer,
    output_tokens integer,
    cache_read_input_tokens integer,
    cost_usd numeric,
    latency_ms integer,
    time_to_first_token_ms integer,
    calls smallint DEFAULT 0 NOT NULL,
    cached boolean DEFAULT false NOT NULL,
    escalated boolean DEFAULT false NOT NULL,
    fell_back boolean DEFAULT false NOT NULL,
    confidence_score numeric(3,2),
    confidence_breakdown jsonb,
    action text,
    fallback_reason text,
    needs_review boolean DEFAULT false NOT NULL,
    status text NOT NULL,
    error_code text,
    decision jsonb,
    settled_tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT ai_request_logs_action_known CHECK ((action = ANY (ARRAY['use_ai_result'::text, 'fallback_to_rules'::text]))),
    CONSTRAINT ai_request_logs_confidence_in_range CHECK (((confidence_score >= (0)::numeric) AND (confidence_score <= (1)::numeric))),
    CONSTRAINT ai_request_logs_cost_not_negative CHECK ((cost_usd >= (0)::numeric)),
    CONSTRAINT ai_request_logs_status_known CHECK ((status = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text, 'refused'::text, 'swept'::text]))),
    CONSTRAINT ai_request_logs_tier_known CHECK ((tier = ANY (ARRAY['small'::text, 'large'::text, 'frontier'::text])))
)
PARTITION BY RANGE (created_at);


ALTER TABLE public.ai_request_logs OWNER TO postgres;

-- Name: COLUMN ai_request_logs.complexity; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_request_logs.complexity IS 'Learned complexity of the input, 0 to 1. NULL when not computed.';

-- Name: COLUMN ai_request_logs.cost_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_request_logs.cost_usd IS 'US dollars of all calls of the request. 0 for a cached or refused request; NULL means unknown, it never means free.';

-- Name: COLUMN ai_request_logs.decision; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_request_logs.decision IS 'Why it went as it did: candidates with reasons, complexity and its features, breakers, budget left, policy, prompt, factor values.';

-- Name: COLUMN ai_request_logs.input_tokens; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_request_logs.input_tokens IS 'Tokens of all calls, cached ones included. NULL when no provider reported any.';

-- Name: COLUMN ai_request_logs.key_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_request_logs.key_id IS 'Virtual key (ai_keys.id) the request came with, or NULL.';

-- Name: COLUMN ai_request_logs.latency_ms; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_request_logs.latency_ms IS 'Milliseconds from the first byte received to the answer.';

-- Name: COLUMN ai_request_logs.settled_tx; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_request_logs.settled_tx IS 'Transaction that wrote the row: the rollups'' watermark. Times will not do, a late settle writes into the past.';

-- Name: COLUMN ai_request_logs.status; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_request_logs.status IS 'succeeded (an answer, by a model, the cache or rules), failed, cancelled (the client went away), refused (nothing was called), swept (never settled; charged in full).';

-- Name: COLUMN ai_request_logs.tier; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_request_logs.tier IS 'Tier of the answer. NULL when rules answered or nothing did.';

-- Name: TABLE ai_request_logs; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_request_logs IS 'One row per request (one invocation of a task): who, what, which model, what it cost, how it ended. Written once, when it ends.';

-- Name: TABLE ai_request_logs; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_request_logs TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_request_logs TO service_role;

-- Name: ai_request_logs ai_request_logs_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_request_logs
    ADD CONSTRAINT ai_request_logs_pkey PRIMARY KEY (id, created_at, org_id);

-- Name: ai_request_logs ai_request_logs_select_visible; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_request_logs_select_visible ON public.ai_request_logs FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR ((user_id = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)))));

-- Name: ai_request_logs; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_request_logs ENABLE ROW LEVEL SECURITY;

-- Name: ai_request_logs ai_request_logs_queue_review; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_request_logs_queue_review AFTER INSERT ON public.ai_request_logs FOR EACH ROW WHEN ((new.needs_review AND (new.status = 'succeeded'::text))) EXECUTE FUNCTION private.queue_review();

-- Name: ai_request_logs_created_at_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_request_logs_created_at_idx ON ONLY public.ai_request_logs USING brin (created_at);

-- Name: ai_request_logs_job_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_request_logs_job_id_idx ON ONLY public.ai_request_logs USING btree (job_id) WHERE (job_id IS NOT NULL);

-- Name: ai_request_logs_org_id_created_at_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_request_logs_org_id_created_at_idx ON ONLY public.ai_request_logs USING btree (org_id, created_at DESC);

-- Name: ai_request_logs_settled_tx_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_request_logs_settled_tx_idx ON ONLY public.ai_request_logs USING brin (settled_tx) WITH (pages_per_range='16');

-- Name: ai_request_logs_subject_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_request_logs_subject_idx ON ONLY public.ai_request_logs USING btree (org_id, subject_type, subject_id) WHERE (subject_id IS NOT NULL);

-- Name: ai_reviews; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_reviews (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    request_id uuid NOT NULL,
    task text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    priority text DEFAULT 'medium'::text NOT NULL,
    reason text NOT NULL,
    confidence numeric(3,2),
    assigned_to uuid,
    decided_by uuid,
    note text,
    correction jsonb,
    created_at timestamp with time zone DEFAULT private.clock() NOT NULL,
    claimed_at timestamp with time zone,
    decided_at timestamp with time zone,
    CONSTRAINT ai_reviews_correction_of_wrong CHECK (((correction IS NULL) OR (status = ANY (ARRAY['rejected'::text, 'needs_improvement'::text])))),
    CONSTRAINT ai_reviews_decided_has_time CHECK (((status = ANY (ARRAY['approved'::text, 'rejected'::text, 'needs_improvement'::text])) = (decided_at IS NOT NULL))),
    CONSTRAINT ai_reviews_note_length CHECK ((char_length(note) <= 4000)),
    CONSTRAINT ai_reviews_priority_known CHECK ((priority = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'urgent'::text]))),
    CONSTRAINT ai_reviews_reason_known CHECK ((reason = ANY (ARRAY['low_confidence'::text, 'models_disagree'::text, 'low_confidence_rules'::text]))),
    CONSTRAINT ai_reviews_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'in_progress'::text, 'approved'::text, 'rejected'::text, 'needs_improvement'::text, 'escalated'::text])))
);


ALTER TABLE public.ai_reviews OWNER TO postgres;

-- Name: COLUMN ai_reviews.assigned_to; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_reviews.assigned_to IS 'Who claimed it. NULL: nobody, or his account is gone.';

-- Name: COLUMN ai_reviews.confidence; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_reviews.confidence IS 'The answer''s, 0 to 1. NULL when nothing was judged.';

-- Name: COLUMN ai_reviews.correction; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_reviews.correction IS 'The answer as it should have been, in the task''s own shape.';

-- Name: COLUMN ai_reviews.reason; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_reviews.reason IS 'low_confidence: the answer was used; low_confidence_rules: rules answered in its place; models_disagree: several models said different things.';

-- Name: COLUMN ai_reviews.request_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_reviews.request_id IS 'ai_request_logs.id. No foreign key: the log is partitioned.';

-- Name: COLUMN ai_reviews.status; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_reviews.status IS 'pending, in_progress (claimed), escalated (for an owner or admin), then approved (the answer was right), needs_improvement (usable after changes) or rejected (wrong).';

-- Name: TABLE ai_reviews; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_reviews IS 'Answers for a person to check: one row per request that settled with needs_review. Decisions become labels in ai_quality_metrics (source review), and those move calibration.';

-- Name: TABLE ai_reviews; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_reviews TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_reviews TO service_role;

-- Name: ai_reviews ai_reviews_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_reviews
    ADD CONSTRAINT ai_reviews_pkey PRIMARY KEY (org_id, id);

-- Name: ai_reviews ai_reviews_request_once; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_reviews
    ADD CONSTRAINT ai_reviews_request_once UNIQUE (org_id, request_id);

-- Name: ai_reviews ai_reviews_assigned_to_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_reviews
    ADD CONSTRAINT ai_reviews_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES auth.users(id) ON DELETE SET NULL;

-- Name: ai_reviews ai_reviews_decided_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_reviews
    ADD CONSTRAINT ai_reviews_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES auth.users(id) ON DELETE SET NULL;

-- Name: ai_reviews ai_reviews_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_reviews
    ADD CONSTRAINT ai_reviews_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_reviews ai_reviews_select_managers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_reviews_select_managers ON public.ai_reviews FOR SELECT TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)));

-- Name: ai_reviews; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_reviews ENABLE ROW LEVEL SECURITY;

-- Name: ai_reviews_assigned_to_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_reviews_assigned_to_idx ON public.ai_reviews USING btree (assigned_to);

-- Name: ai_reviews_decided_by_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_reviews_decided_by_idx ON public.ai_reviews USING btree (decided_by);

-- Name: ai_reviews_queue_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_reviews_queue_idx ON public.ai_reviews USING btree (org_id, status, created_at);

-- Name: ai_risk_coverage; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_risk_coverage WITH (security_invoker='true') AS
 WITH maps AS MATERIALIZED (
         SELECT m.org_id,
            m.task,
            m.map
           FROM private.calibration_maps() m(org_id, task, map)
        ), groups AS (
         SELECT l.org_id,
            l.task,
            l.raw_score,
            count(*) AS labels,
            count(*) FILTER (WHERE (NOT l.is_right)) AS wrong
           FROM public.ai_answer_labels l
          GROUP BY l.org_id, l.task, l.raw_score
        ), by_score AS (
         SELECT g.org_id,
            g.task,
            round((private.calibrated(m.map, (g.raw_score)::double precision))::numeric, 2) AS threshold,
            sum(g.labels) AS labels,
            sum(g.wrong) AS wrong
           FROM (groups g
             LEFT JOIN maps m ON (((m.org_id = g.org_id) AND (m.task = g.task))))
          GROUP BY g.org_id, g.task, (round((private.calibrated(m.map, (g.raw_score)::double precision))::numeric, 2))
        )
 SELECT org_id,
    task,
    threshold,
    (sum(labels) OVER up)::integer AS accepted,
    (sum(wrong) OVER up)::integer AS wrong,
    round((sum(labels) OVER up / sum(labels) OVER (PARTITION BY org_id, task)), 4) AS coverage,
    round((sum(wrong) OVER up / sum(labels) OVER up), 4) AS risk
   FROM by_score s
  WINDOW up AS (PARTITION BY org_id, task ORDER BY threshold DESC);


ALTER VIEW public.ai_risk_coverage OWNER TO postgres;

-- Name: COLUMN ai_risk_coverage.coverage; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_risk_coverage.coverage IS 'Share of the labelled answers at or above the threshold.';

-- Name: COLUMN ai_risk_coverage.risk; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_risk_coverage.risk IS 'Share of those that are wrong, as seen. threshold_for_risk() says what may be promised.';

-- Name: VIEW ai_risk_coverage; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_risk_coverage IS 'What is accepted, and how much of that is wrong, if every answer from a threshold on is used; by task and calibrated score, over the labels the caller may see.';

-- Name: TABLE ai_risk_coverage; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_risk_coverage TO authenticated;
GRANT SELECT ON TABLE public.ai_risk_coverage TO service_role;

-- Name: ai_setting_definitions; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_setting_definitions (
    key text NOT NULL,
    type text NOT NULL,
    scopes text[] NOT NULL,
    default_value jsonb NOT NULL,
    schema jsonb NOT NULL,
    merge text DEFAULT 'replace'::text NOT NULL,
    description text NOT NULL,
    public boolean DEFAULT true NOT NULL,
    admin_writable boolean DEFAULT true NOT NULL,
    user_may text,
    CONSTRAINT ai_setting_definitions_default_fits CHECK (((default_value = 'null'::jsonb) OR (private.setting_problem(schema, default_value) IS NULL))),
    CONSTRAINT ai_setting_definitions_key_format CHECK ((key ~ '^[a-z]+(\.[a-zA-Z0-9_]+)*$'::text)),
    CONSTRAINT ai_setting_definitions_merge_fits CHECK (((merge = 'replace'::text) OR ((merge = 'merge'::text) AND (type = 'object'::text)) OR ((merge = 'append'::text) AND (type = 'array'::text)))),
    CONSTRAINT ai_setting_definitions_merge_known CHECK ((merge = ANY (ARRAY['replace'::text, 'merge'::text, 'append'::text]))),
    CONSTRAINT ai_setting_definitions_scopes_known CHECK (((scopes <@ ARRAY['global'::text, 'organization'::text, 'user'::text]) AND (cardinality(scopes) > 0))),
    CONSTRAINT ai_setting_definitions_type_known CHECK ((type = ANY (ARRAY['boolean'::text, 'integer'::text, 'number'::text, 'string'::text, 'duration'::text, 'object'::text, 'array'::text]))),
    CONSTRAINT ai_setting_definitions_user_may_fits CHECK (((user_may IS NULL) OR ((type = ANY (ARRAY['integer'::text, 'number'::text])) AND ('user'::text = ANY (scopes))))),
    CONSTRAINT ai_setting_definitions_user_may_known CHECK ((user_may = ANY (ARRAY['raise'::text, 'lower'::text])))
);


ALTER TABLE public.ai_setting_definitions OWNER TO postgres;

-- Name: COLUMN ai_setting_definitions.admin_writable; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_setting_definitions.admin_writable IS 'Whether owners and admins set their organization''s value themselves; otherwise operators only.';

-- Name: COLUMN ai_setting_definitions.default_value; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_setting_definitions.default_value IS 'JSON null means there is no value until somebody sets one.';

-- Name: COLUMN ai_setting_definitions.merge; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_setting_definitions.merge IS 'replace: the narrowest value. merge: objects merged deeply, a null at a narrower scope removes the key. append: arrays joined, duplicates dropped.';

-- Name: COLUMN ai_setting_definitions.public; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_setting_definitions.public IS 'Whether every member may read the organization''s value; otherwise its owner, admins and managers only.';

-- Name: COLUMN ai_setting_definitions.schema; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_setting_definitions.schema IS 'The subset of JSON Schema that private.setting_problem() checks; durations are ISO 8601 strings.';

-- Name: COLUMN ai_setting_definitions.scopes; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_setting_definitions.scopes IS 'Where a value may be stored: global, organization, user.';

-- Name: COLUMN ai_setting_definitions.user_may; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_setting_definitions.user_may IS 'raise or lower: a user''s own value only counts where it is stricter in that direction than the organization''s. NULL means any value.';

-- Name: TABLE ai_setting_definitions; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_setting_definitions IS 'Every setting there is. A key without a row here cannot be set or read.';

-- Name: TABLE ai_setting_definitions; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_setting_definitions TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_setting_definitions TO service_role;

-- Name: ai_setting_definitions ai_setting_definitions_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_setting_definitions
    ADD CONSTRAINT ai_setting_definitions_pkey PRIMARY KEY (key);

-- Name: ai_setting_definitions ai_setting_definitions_select_everyone; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_setting_definitions_select_everyone ON public.ai_setting_definitions FOR SELECT TO authenticated USING (true);

-- Name: ai_setting_definitions; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_setting_definitions ENABLE ROW LEVEL SECURITY;

-- Name: ai_setting_definitions ai_setting_definitions_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_setting_definitions_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_setting_definitions FOR EACH ROW EXECUTE FUNCTION private.audit_change('');

-- Name: ai_setting_definitions ai_setting_definitions_bump_registry; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_setting_definitions_bump_registry AFTER INSERT OR DELETE OR UPDATE ON public.ai_setting_definitions FOR EACH STATEMENT EXECUTE FUNCTION private.bump_registry_version();

-- Name: ai_settings; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_settings (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    key text NOT NULL,
    org_id uuid,
    user_id uuid,
    value jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_settings_version_positive CHECK ((version >= 1))
);


ALTER TABLE public.ai_settings OWNER TO postgres;

-- Name: COLUMN ai_settings.org_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_settings.org_id IS 'NULL: not bound to an organization (global, or a user''s own everywhere).';

-- Name: COLUMN ai_settings.updated_by; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_settings.updated_by IS 'NULL: written by the service role, or the user is gone.';

-- Name: COLUMN ai_settings.user_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_settings.user_id IS 'NULL: not one user''s. With org_id: this user in this organization.';

-- Name: COLUMN ai_settings.version; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_settings.version IS 'Counts writes: the expected version of an optimistic update.';

-- Name: TABLE ai_settings; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_settings IS 'Values that differ from the default, one row a key and scope. Written by set_setting() only.';

-- Name: TABLE ai_settings; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_settings TO authenticated;
GRANT SELECT ON TABLE public.ai_settings TO service_role;

-- Name: ai_settings ai_settings_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_settings
    ADD CONSTRAINT ai_settings_pkey PRIMARY KEY (id);

-- Name: ai_settings ai_settings_scope_key; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_settings
    ADD CONSTRAINT ai_settings_scope_key UNIQUE NULLS NOT DISTINCT (org_id, user_id, key);

-- Name: ai_settings ai_settings_key_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_settings
    ADD CONSTRAINT ai_settings_key_fkey FOREIGN KEY (key) REFERENCES public.ai_setting_definitions(key) ON DELETE CASCADE;

-- Name: ai_settings ai_settings_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_settings
    ADD CONSTRAINT ai_settings_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: ai_settings ai_settings_updated_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_settings
    ADD CONSTRAINT ai_settings_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES auth.users(id) ON DELETE SET NULL;

-- Name: ai_settings ai_settings_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_settings
    ADD CONSTRAINT ai_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

-- Name: ai_settings ai_settings_select_members; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_settings_select_members ON public.ai_settings FOR SELECT TO authenticated USING ((( SELECT private.is_operator() AS is_operator) OR (user_id = ( SELECT auth.uid() AS uid)) OR ((user_id IS NULL) AND ((org_id IS NULL) OR (org_id IN ( SELECT private.my_org_ids() AS my_org_ids))) AND ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR (key IN ( SELECT definition.key
   FROM public.ai_setting_definitions definition
  WHERE definition.public))))));

-- Name: ai_settings; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_settings ENABLE ROW LEVEL SECURITY;

-- Name: ai_settings ai_settings_announce; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_settings_announce AFTER INSERT OR DELETE OR UPDATE ON public.ai_settings FOR EACH ROW EXECUTE FUNCTION private.announce_setting();

-- Name: ai_settings ai_settings_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_settings_audit AFTER INSERT OR UPDATE ON public.ai_settings FOR EACH ROW WHEN (((new.org_id IS NOT NULL) OR (new.user_id IS NULL))) EXECUTE FUNCTION private.audit_change('org_id');

-- Name: ai_settings ai_settings_audit_delete; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_settings_audit_delete AFTER DELETE ON public.ai_settings FOR EACH ROW WHEN (((old.org_id IS NOT NULL) OR (old.user_id IS NULL))) EXECUTE FUNCTION private.audit_change('org_id');

-- Name: ai_settings ai_settings_bump_registry; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_settings_bump_registry AFTER INSERT OR DELETE OR UPDATE ON public.ai_settings FOR EACH STATEMENT EXECUTE FUNCTION private.bump_registry_version();

-- Name: ai_settings_key_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_settings_key_idx ON public.ai_settings USING btree (key);

-- Name: ai_settings_updated_by_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_settings_updated_by_idx ON public.ai_settings USING btree (updated_by);

-- Name: ai_settings_user_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX ai_settings_user_id_idx ON public.ai_settings USING btree (user_id);

-- Name: ai_settle(jsonb); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_settle(settlement jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_org_id  uuid := (settlement ->> 'org_id')::uuid;
  v_id      uuid := (settlement ->> 'request_id')::uuid;
  v_calls   jsonb := coalesce(settlement -> 'calls', '[]');
  v_outcome jsonb := settlement -> 'outcome';
  v_answer  jsonb := nullif(settlement -> 'answer', 'null');
  v_now     timestamptz := private.clock();
  v_hold    public.ai_holds;
  v_cost    numeric;
  v_charge  numeric;
  v_row     jsonb;
  v_from_cache boolean;
  v_status  text := 'settled';
  v_call    record;
  v_ttl     interval;
begin
  select * into v_hold from public.ai_holds as h where h.org_id = v_org_id and h.request_id = v_id for update;
  if not found then
    v_hold := private.recover_hold(settlement, v_now);
    v_status := 'recovered';
  elsif v_hold.status not in ('held', 'swept') then
    return jsonb_build_object('settled', false, 'duplicate', true, 'cost_usd', v_hold.settled_usd::text);
  end if;

  v_cost := private.write_calls(v_org_id, v_id, v_calls, v_now);
  v_charge := coalesce(v_cost, v_hold.held_usd);

  -- The sweep's row gives way to what really happened.
  if v_hold.status = 'swept' then
    perform private.withdraw_request_row(v_org_id, v_id);
  end if;
  v_from_cache := jsonb_array_length(v_calls) = 0 and (v_hold.context ->> 'embedding')::boolean and v_outcome ->> 'status' = 'succeeded';
  v_row := v_hold.context || (v_outcome - 'decision') || jsonb_build_object(
    'id', v_id, 'org_id', v_org_id, 'created_at', v_hold.created_at, 'cost_usd', v_cost, 'calls', jsonb_array_length(v_calls),
    'cached', v_from_cache,
    'input_tokens', (select sum((c.item ->> 'input_tokens')::integer) from jsonb_array_elements(v_calls) as c (item)),
    'output_tokens', (select sum((c.item ->> 'output_tokens')::integer) from jsonb_array_elements(v_calls) as c (item)),
    'cache_read_input_tokens', (select sum((c.item ->> 'cache_read_input_tokens')::integer) from jsonb_array_elements(v_calls) as c (item)),
    'decision', coalesce(v_hold.context -> 'decision', '{}') || coalesce(v_outcome -> 'decision', '{}')
  );
  if v_from_cache then
    v_row := v_row || jsonb_build_object('tier', v_hold.context -> 'tier', 'provider', v_hold.context -> 'provider', 'model', v_hold.context -> 'model');
  end if;
  perform private.write_request_row(v_row);

  if v_answer is not null then
    update public.ai_idempotency_keys as i set answer = v_answer where i.org_id = v_org_id and i.request_id = v_id;
    if (settlement ->> 'cacheable')::boolean and v_hold.context ->> 'cache_key' is not null then
      v_ttl := (v_hold.context ->> 'cache_ttl')::interval;
      insert into public.ai_cache_entries as e (org_id, key, task, answer, created_at, expires_at)
      values (v_org_id, v_hold.context ->> 'cache_key', v_hold.context ->> 'task', v_answer, v_now, v_now + v_ttl)
      on conflict (org_id, key) do update set answer = excluded.answer, created_at = excluded.created_at, expires_at = excluded.expires_at;
    end if;
  else
    delete from public.ai_idempotency_keys as i where i.org_id = v_org_id and i.request_id = v_id;
  end if;

  if jsonb_typeof(settlement -> 'items') = 'array' and v_outcome ->> 'model' is not null then
    v_ttl := coalesce((v_hold.context ->> 'cache_ttl')::interval, interval '8 hours');
    insert into public.ai_embedding_cache as e (org_id, provider_model, dimensions, hash, vector, created_at, expires_at)
    select v_org_id, (v_outcome ->> 'provider') || '/' || (v_outcome ->> 'model'), jsonb_array_length(i.item -> 'vector'), i.item ->> 'hash',
           array(select v.x::real from jsonb_array_elements_text(i.item -> 'vector') as v (x)), v_now, v_now + v_ttl
    from (select distinct on (x.item ->> 'hash') x.item from jsonb_array_elements(settlement -> 'items') as x (item) order by x.item ->> 'hash') as i
    order by i.item ->> 'hash' -- one order for everyone: two settles cannot deadlock
    on conflict (org_id, provider_model, dimensions, hash) do update set expires_at = excluded.expires_at;
  end if;

  if (v_hold.context ->> 'log_payloads')::boolean and jsonb_typeof(settlement -> 'payload') = 'object' then
    insert into public.ai_payloads (request_id, org_id, created_at, input, output)
    values (v_id, v_org_id, v_now, settlement #> '{payload,input}', settlement #> '{payload,output}')
    on conflict do nothing;
  end if;

  perform private.note_streak(v_org_id, v_hold.context ->> 'task',
    coalesce((v_outcome ->> 'escalated')::boolean, false) and v_hold.context #>> '{decision,tier}' = 'small',
    v_outcome ->> 'tier' = 'small' and v_outcome ->> 'action' = 'use_ai_result', v_now);

  -- The hot rows late, so that they are locked for little more than the commit; breakers after them, as in ai_admit.
  perform private.settle_hold(v_hold, v_status, v_charge, v_now);
  for v_call in
    select c.item ->> 'provider' as provider, c.item ->> 'request_model' as model, c.item ->> 'error_code' as error_code,
           (c.item ->> 'retry_after_ms')::integer as retry_after_ms
    from jsonb_array_elements(v_calls) as c (item)
    where coalesce(c.item ->> 'error_code', '') <> 'cancelled'
    order by provider, model, (c.item ->> 'attempt')::integer -- one order for everyone, time within a model
  loop
    perform private.record_breaker_outcome(v_call.provider, v_call.model, v_call.error_code, v_hold.created_at, v_call.retry_after_ms);
  end loop;

  perform private.finish_queued(v_org_id, v_hold.context ->> 'queue_id', v_id, v_outcome ->> 'error_code', v_answer, v_now);
  return jsonb_build_object('settled', true, 'cost_usd', v_charge::text, 'status', v_status);
end
$$;


ALTER FUNCTION public.ai_settle(settlement jsonb) OWNER TO postgres;

-- Name: FUNCTION ai_settle(settlement jsonb); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_settle(settlement jsonb) IS 'Writes a finished request and replaces its hold by the real cost, once: shared/ai-logger/settlement.ts. {settled, cost_usd} or {settled: false, duplicate}. Service role only.';

-- Name: FUNCTION ai_settle(settlement jsonb); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_settle(settlement jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_settle(settlement jsonb) TO service_role;

-- Name: ai_settle_many(jsonb); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_settle_many(settlements jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_settlement jsonb;
  v_answers    jsonb[] := '{}';
begin
  -- Holds before state rows, as every single settlement does it.
  perform private.lock_holds(settlements);
  for v_settlement in select s.item from jsonb_array_elements(settlements) with ordinality as s (item, n) order by s.n loop
    begin
      v_answers := v_answers || public.ai_settle(v_settlement);
    exception when others then
      v_answers := v_answers || jsonb_build_object('failed', sqlstate);
    end;
  end loop;
  return to_jsonb(v_answers);
end
$$;


ALTER FUNCTION public.ai_settle_many(settlements jsonb) OWNER TO postgres;

-- Name: FUNCTION ai_settle_many(settlements jsonb); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_settle_many(settlements jsonb) IS 'ai_settle for each of a list of settlements, in order: a list of answers, {failed: SQLSTATE} where one raised. Service role only.';

-- Name: FUNCTION ai_settle_many(settlements jsonb); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_settle_many(settlements jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_settle_many(settlements jsonb) TO service_role;

-- Name: ai_tasks; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.ai_tasks (
    slug text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    operation text NOT NULL,
    prompt_key text,
    has_rules boolean NOT NULL,
    streams boolean NOT NULL,
    base_tier text,
    critical boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ai_tasks_base_tier_known CHECK ((base_tier = ANY (ARRAY['small'::text, 'large'::text, 'frontier'::text]))),
    CONSTRAINT ai_tasks_operation_known CHECK ((operation = ANY (ARRAY['chat'::text, 'embedding'::text]))),
    CONSTRAINT ai_tasks_slug_format CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT ai_tasks_tier_fits_operation CHECK (((base_tier IS NULL) = (operation = 'embedding'::text)))
);


ALTER TABLE public.ai_tasks OWNER TO postgres;

-- Name: COLUMN ai_tasks.base_tier; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_tasks.base_tier IS 'Tier the task starts with where no policy is stored for it. NULL for embeddings, which never change model.';

-- Name: COLUMN ai_tasks.critical; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_tasks.critical IS 'Whether a wrong answer is dear: such tasks may ask several models.';

-- Name: COLUMN ai_tasks.has_rules; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_tasks.has_rules IS 'Whether the task has a deterministic answer when no model answer is good enough.';

-- Name: COLUMN ai_tasks.prompt_key; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_tasks.prompt_key IS 'Key in ai_prompts. NULL for a task without a prompt (embeddings).';

-- Name: TABLE ai_tasks; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.ai_tasks IS 'One row for every Edge Function that is an AI task: slug = folder = URL = log value.';

-- Name: TABLE ai_tasks; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_tasks TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ai_tasks TO service_role;

-- Name: ai_tasks ai_tasks_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.ai_tasks
    ADD CONSTRAINT ai_tasks_pkey PRIMARY KEY (slug);

-- Name: ai_tasks ai_tasks_delete_operators; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_tasks_delete_operators ON public.ai_tasks FOR DELETE TO authenticated USING (( SELECT private.is_operator() AS is_operator));

-- Name: ai_tasks ai_tasks_insert_operators; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_tasks_insert_operators ON public.ai_tasks FOR INSERT TO authenticated WITH CHECK (( SELECT private.is_operator() AS is_operator));

-- Name: ai_tasks ai_tasks_select_everyone; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_tasks_select_everyone ON public.ai_tasks FOR SELECT TO authenticated USING (true);

-- Name: ai_tasks ai_tasks_update_operators; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY ai_tasks_update_operators ON public.ai_tasks FOR UPDATE TO authenticated USING (( SELECT private.is_operator() AS is_operator)) WITH CHECK (( SELECT private.is_operator() AS is_operator));

-- Name: ai_tasks; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.ai_tasks ENABLE ROW LEVEL SECURITY;

-- Name: ai_tasks ai_tasks_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_tasks_audit AFTER INSERT OR DELETE OR UPDATE ON public.ai_tasks FOR EACH ROW EXECUTE FUNCTION private.audit_change('');

-- Name: ai_tasks ai_tasks_bump_registry; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER ai_tasks_bump_registry AFTER INSERT OR DELETE OR UPDATE ON public.ai_tasks FOR EACH STATEMENT EXECUTE FUNCTION private.bump_registry_version();

-- Name: ai_usage_breakdown(uuid, date, date, text, integer, text); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer DEFAULT 50, p_after text DEFAULT NULL::text) RETURNS TABLE(key text, request_count bigint, failed_count bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, cost numeric, unpriced_count bigint)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $_$
  select b.* from private.usage_breakdown($1, $2, $3, $4, $5, $6) as b
$_$;


ALTER FUNCTION public.ai_usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text) OWNER TO postgres;

-- Name: FUNCTION ai_usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text) IS 'What each task, model, user, job or subject cost in a range of days, dearest first; p_after is the last key of the page before. cost_usd and cost (the organization''s currency) are NULL when of no request they are known. Who sees what: ai_usage_series().';

-- Name: FUNCTION ai_usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text) TO authenticated;
GRANT ALL ON FUNCTION public.ai_usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text) TO service_role;

-- Name: ai_usage_daily; Type: VIEW; Schema: public; Owner: postgres

CREATE VIEW public.ai_usage_daily WITH (security_invoker='true') AS
 SELECT org_id,
    day,
    task,
    provider,
    model,
    request_count,
    input_tokens,
    output_tokens,
    total_tokens,
    total_cost_usd,
    unpriced_count,
    failed_count,
    refused_count,
    cached_count,
    escalated_count,
    fell_back_count,
    rules_count,
    review_count,
    avg_latency_ms,
    p50_latency_ms,
    p95_latency_ms,
    p99_latency_ms,
    avg_confidence
   FROM private.usage_daily() usage_daily(org_id, day, task, provider, model, request_count, input_tokens, output_tokens, total_tokens, total_cost_usd, unpriced_count, failed_count, refused_count, cached_count, escalated_count, fell_back_count, rules_count, review_count, avg_latency_ms, p50_latency_ms, p95_latency_ms, p99_latency_ms, avg_confidence);


ALTER VIEW public.ai_usage_daily OWNER TO postgres;

-- Name: COLUMN ai_usage_daily.total_cost_usd; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.ai_usage_daily.total_cost_usd IS 'Sum of what is known; unpriced_count requests cost something unknown beside it.';

-- Name: VIEW ai_usage_daily; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON VIEW public.ai_usage_daily IS 'Requests by day (the organization''s), task and model of the answer (NULL where rules or nobody answered): counts, tokens, US dollars, latency percentiles in milliseconds. Live.';

-- Name: TABLE ai_usage_daily; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.ai_usage_daily TO authenticated;
GRANT SELECT ON TABLE public.ai_usage_daily TO service_role;

-- Name: ai_usage_series(uuid, date, date, text, integer); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_usage_series(p_org_id uuid, p_from date, p_to date, p_by text DEFAULT 'all'::text, p_keys integer DEFAULT 8) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $_$
  select private.usage_series($1, $2, $3, $4, $5)
$_$;


ALTER FUNCTION public.ai_usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer) OWNER TO postgres;

-- Name: FUNCTION ai_usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer) IS 'Requests, tokens and cost by day and by p_by (all, task, model, user, job, subject), as one array: [{day, key, request_count, failed_count, fell_back_count, input_tokens, output_tokens, cost_usd, cost, unpriced_count}]. key: a slug, provider/model (empty = no model answered), an id, type:id; NULL = everything but the p_keys that cost most. cost is in the organization''s currency at the day''s rate. Days without requests are left out. Jobs and subjects for owner, admin and manager; a member sees himself among users.';

-- Name: FUNCTION ai_usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer) TO authenticated;
GRANT ALL ON FUNCTION public.ai_usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer) TO service_role;

-- Name: ai_usage_summary(uuid, date, date); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.ai_usage_summary(p_org_id uuid, p_from date, p_to date) RETURNS TABLE(request_count bigint, failed_count bigint, refused_count bigint, cached_count bigint, escalated_count bigint, fell_back_count bigint, rules_count bigint, review_count bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, cost numeric, currency text, unpriced_count bigint, avg_latency_ms integer, p50_latency_ms integer, p95_latency_ms integer, p99_latency_ms integer, avg_confidence numeric, confidence_count bigint)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $_$
  select s.* from private.usage_summary($1, $2, $3) as s
$_$;


ALTER FUNCTION public.ai_usage_summary(p_org_id uuid, p_from date, p_to date) OWNER TO postgres;

-- Name: FUNCTION ai_usage_summary(p_org_id uuid, p_from date, p_to date); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.ai_usage_summary(p_org_id uuid, p_from date, p_to date) IS 'An organization''s requests from one of its days to another, both included, as one row: counts, tokens, US dollars and (cost) its own currency at each day''s rate, latency in milliseconds over the whole range, right to 5 %. unpriced_count requests cost something unknown beside it. No row for an organization whose totals the caller may not see.';

-- Name: FUNCTION ai_usage_summary(p_org_id uuid, p_from date, p_to date); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.ai_usage_summary(p_org_id uuid, p_from date, p_to date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ai_usage_summary(p_org_id uuid, p_from date, p_to date) TO authenticated;
GRANT ALL ON FUNCTION public.ai_usage_summary(p_org_id uuid, p_from date, p_to date) TO service_role;

-- Name: assistant_diff(uuid, uuid, integer, integer); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.assistant_diff(p_org_id uuid, p_assistant_id uuid, p_from integer, p_to integer) RETURNS TABLE(field text, old_value jsonb, new_value jsonb)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  before jsonb;
  after jsonb;
begin
  select version.config into before
  from public.ai_assistant_versions as version
  where version.org_id = p_org_id and version.assistant_id = p_assistant_id and version.version = p_from;
  select version.config into after
  from public.ai_assistant_versions as version
  where version.org_id = p_org_id and version.assistant_id = p_assistant_id and version.version = p_to;
  if before is null or after is null then
    raise exception 'Cannot compare: there is no such version' using errcode = 'PT404';
  end if;
  return query
    select part.key, before -> part.key, part.value
    from jsonb_each(after) as part
    where before -> part.key is distinct from part.value
    order by part.key;
end
$$;


ALTER FUNCTION public.assistant_diff(p_org_id uuid, p_assistant_id uuid, p_from integer, p_to integer) OWNER TO postgres;

-- Name: FUNCTION assistant_diff(p_org_id uuid, p_assistant_id uuid, p_from integer, p_to integer); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.assistant_diff(p_org_id uuid, p_assistant_id uuid, p_from integer, p_to integer) IS 'What differs between two versions of an assistant, a row a field. PT404 for an unknown version.';

-- Name: FUNCTION assistant_diff(p_org_id uuid, p_assistant_id uuid, p_from integer, p_to integer); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.assistant_diff(p_org_id uuid, p_assistant_id uuid, p_from integer, p_to integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.assistant_diff(p_org_id uuid, p_assistant_id uuid, p_from integer, p_to integer) TO authenticated;

-- Name: begin_ingestion(uuid, uuid, uuid, text, text, text, text, bigint, text[]); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.begin_ingestion(p_org_id uuid DEFAULT NULL::uuid, p_document_id uuid DEFAULT NULL::uuid, p_base_id uuid DEFAULT NULL::uuid, p_name text DEFAULT NULL::text, p_mime_type text DEFAULT NULL::text, p_text text DEFAULT NULL::text, p_content_hash text DEFAULT NULL::text, p_size_bytes bigint DEFAULT NULL::bigint, p_tags text[] DEFAULT NULL::text[]) RETURNS jsonb
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select private.begin_ingestion(p_org_id, p_document_id, p_base_id, p_name, p_mime_type, p_text, p_content_hash, p_size_bytes, p_tags)
$$;


ALTER FUNCTION public.begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]) OWNER TO postgres;

-- Name: FUNCTION begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]) IS 'Begins to process a stored document or a new text: attempt_id and what to cut, or duplicate = true for a text the base has already.';

-- Name: FUNCTION begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]) TO authenticated;
GRANT ALL ON FUNCTION public.begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text, p_size_bytes bigint, p_tags text[]) TO service_role;

-- Name: begin_turn(jsonb); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.begin_turn(turn jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_org uuid := (turn ->> 'org_id')::uuid;
  v_named uuid := (turn ->> 'assistant_id')::uuid;
  v_parent uuid := (turn ->> 'parent_message_id')::uuid;
  v_request uuid := (turn ->> 'request_id')::uuid;
  v_conversation public.ai_conversations;
  v_assistant public.ai_assistants;
  v_question uuid := gen_random_uuid();
  v_answer uuid := gen_random_uuid();
begin
  if turn ->> 'conversation_id' is not null then
    select conversation.* into v_conversation
    from public.ai_conversations as conversation
    where conversation.id = (turn ->> 'conversation_id')::uuid and conversation.user_id = auth.uid();
    if not found or v_org <> v_conversation.org_id then
      raise exception 'Cannot chat: there is no such conversation' using errcode = 'PT404';
    end if;
    v_org := v_conversation.org_id;
  else
    v_org := private.turn_organization(v_org);
  end if;

  if v_parent is null then
    select message.id into v_parent
    from public.ai_messages as message
    where message.org_id = v_org and message.conversation_id = v_conversation.id
    order by message.position desc
    limit 1;
  elsif not exists (
    select from public.ai_messages as message
    where message.org_id = v_org and message.conversation_id = v_conversation.id and message.id = v_parent
  ) then
    raise exception 'Cannot chat: there is no such message in the conversation' using errcode = 'PT404';
  end if;

  v_assistant := private.turn_assistant(v_org, v_named, v_conversation.assistant_id);
  if v_conversation.id is null then
    v_conversation.id := gen_random_uuid();
    insert into public.ai_conversations (org_id, id, assistant_id, title)
    values (
      v_org, v_conversation.id, v_assistant.id,
      coalesce(nullif(left(btrim(regexp_replace(turn ->> 'message', '\s+', ' ', 'g')), 80), ''), '…')
    );
  elsif v_named is distinct from v_conversation.assistant_id and v_named is not null then
    update public.ai_conversations as conversation
    set assistant_id = v_named
    where conversation.org_id = v_org and conversation.id = v_conversation.id;
  end if;

  insert into public.ai_messages (org_id, id, conversation_id, parent_id, role, content, request_id)
  values (v_org, v_question, v_conversation.id, v_parent, 'user', turn ->> 'message', v_request);
  insert into public.ai_messages (
    org_id, id, conversation_id, parent_id, role, content, status, assistant_id, assistant_version, language, request_id
  )
  values (
    v_org, v_answer, v_conversation.id, v_question, 'assistant', '', 'streaming', v_assistant.id, v_assistant.version,
    turn ->> 'language', v_request
  );

  return jsonb_build_object(
    'org_id', v_org,
    'conversation_id', v_conversation.id,
    'user_message_id', v_question,
    'message_id', v_answer,
    'assistant', case when v_assistant.id is not null then
      private.assistant_config(v_assistant) || jsonb_build_object('id', v_assistant.id, 'version', v_assistant.version)
    end,
    'history', private.turn_history(v_org, v_conversation.id, v_parent),
    'max_context_tokens', private.context_tokens(v_org)
  );
end
$$;


ALTER FUNCTION public.begin_turn(turn jsonb) OWNER TO postgres;

-- Name: FUNCTION begin_turn(turn jsonb); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.begin_turn(turn jsonb) IS 'Begins a turn: turn {request_id, message, language, org_id?, conversation_id?, assistant_id?, parent_message_id?}. Writes the user''s message and a place for the answer, in a new conversation where none is named, and gives the branch so far, the assistant and the size of the context. PT404 for what the caller does not see.';

-- Name: FUNCTION begin_turn(turn jsonb); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.begin_turn(turn jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.begin_turn(turn jsonb) TO authenticated;

-- Name: claim_review(uuid, uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.claim_review(p_id uuid DEFAULT NULL::uuid, p_org_id uuid DEFAULT NULL::uuid) RETURNS public.ai_reviews
    LANGUAGE sql
    SET search_path TO ''
    AS $_$ select private.claim_review($1, $2) $_$;


ALTER FUNCTION public.claim_review(p_id uuid, p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION claim_review(p_id uuid, p_org_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.claim_review(p_id uuid, p_org_id uuid) IS 'Takes a review (p_id), or the next one of the queue, for the caller: an owner, admin or manager. A row of nulls when the queue is empty; PT404 for one the caller may not see, PT409 for one that is taken.';

-- Name: FUNCTION claim_review(p_id uuid, p_org_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.claim_review(p_id uuid, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.claim_review(p_id uuid, p_org_id uuid) TO authenticated;

-- Name: copy_assistant(uuid, uuid, text); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.copy_assistant(p_org_id uuid, p_assistant_id uuid, p_name text) RETURNS public.ai_assistants
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  template public.ai_assistants;
begin
  select assistant.* into template
  from public.ai_assistants as assistant
  where assistant.org_id = p_org_id and assistant.id = p_assistant_id;
  if not found then
    raise exception 'Cannot copy the assistant: there is none with this id' using errcode = 'PT404';
  end if;
  return public.save_assistant(p_org_id, private.assistant_config(template) || jsonb_build_object('name', p_name));
end
$$;


ALTER FUNCTION public.copy_assistant(p_org_id uuid, p_assistant_id uuid, p_name text) OWNER TO postgres;

-- Name: FUNCTION copy_assistant(p_org_id uuid, p_assistant_id uuid, p_name text); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.copy_assistant(p_org_id uuid, p_assistant_id uuid, p_name text) IS 'A private draft of the caller''s own with the configuration of one he sees, a template as a rule. Errors as save_assistant.';

-- Name: FUNCTION copy_assistant(p_org_id uuid, p_assistant_id uuid, p_name text); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.copy_assistant(p_org_id uuid, p_assistant_id uuid, p_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.copy_assistant(p_org_id uuid, p_assistant_id uuid, p_name text) TO authenticated;

-- Name: create_ai_key(uuid, text, uuid, text[], text[], timestamp with time zone); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.create_ai_key(p_org_id uuid, p_name text, p_user_id uuid DEFAULT NULL::uuid, p_allowed_models text[] DEFAULT NULL::text[], p_allowed_tasks text[] DEFAULT NULL::text[], p_expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS jsonb
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select private.create_ai_key(p_org_id, p_name, p_user_id, p_allowed_models, p_allowed_tasks, p_expires_at)
$$;


ALTER FUNCTION public.create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone) IS 'Makes a virtual key for an organization the caller administers: {id, key, prefix}. The key is shown here and never again.';

-- Name: FUNCTION create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone) TO authenticated;
GRANT ALL ON FUNCTION public.create_ai_key(p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamp with time zone) TO service_role;

-- Name: create_alert_channel(uuid, text, text, text, text, text[], text, text); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text DEFAULT NULL::text, p_email_to text[] DEFAULT NULL::text[], p_email_from text DEFAULT NULL::text, p_min_severity text DEFAULT 'warning'::text) RETURNS uuid
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select private.create_alert_channel(p_org_id, p_name, p_kind, p_url, p_authorization, p_email_to, p_email_from, p_min_severity)
$$;


ALTER FUNCTION public.create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text) OWNER TO postgres;

-- Name: FUNCTION create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text) IS 'Makes a channel (webhook, slack, email by webhook) of an organization the caller administers; NULL = the platform, for operators. The address must be https on a host of the setting ai.alert.hosts; p_authorization is sent as the Authorization header. Returns its id.';

-- Name: FUNCTION create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text) TO authenticated;
GRANT ALL ON FUNCTION public.create_alert_channel(p_org_id uuid, p_name text, p_kind text, p_url text, p_authorization text, p_email_to text[], p_email_from text, p_min_severity text) TO service_role;

-- Name: create_organization(text, text, text); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.create_organization(name text, currency text DEFAULT 'EUR'::text, time_zone text DEFAULT 'Europe/Berlin'::text) RETURNS public.organizations
    LANGUAGE sql
    SET search_path TO ''
    AS $_$
  select private.create_organization($1, $2, $3)
$_$;


ALTER FUNCTION public.create_organization(name text, currency text, time_zone text) OWNER TO postgres;

-- Name: FUNCTION create_organization(name text, currency text, time_zone text); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.create_organization(name text, currency text, time_zone text) IS 'Creates an organization and makes the caller its owner. At most organization.owned.max organizations a user (setting).';

-- Name: FUNCTION create_organization(name text, currency text, time_zone text); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.create_organization(name text, currency text, time_zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.create_organization(name text, currency text, time_zone text) TO authenticated;

-- Name: create_prompt(text, text, text, jsonb, uuid, text, integer, numeric); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.create_prompt(p_key text, p_system text DEFAULT NULL::text, p_template text DEFAULT NULL::text, p_few_shot jsonb DEFAULT '[]'::jsonb, p_org_id uuid DEFAULT NULL::uuid, p_variant text DEFAULT 'A'::text, p_version integer DEFAULT NULL::integer, p_weight numeric DEFAULT 1) RETURNS public.ai_prompts
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  created public.ai_prompts;
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('ai_prompts/' || p_key, 0));
  insert into public.ai_prompts (org_id, key, version, variant, system, template, few_shot, weight, created_by)
  values (
    p_org_id,
    p_key,
    coalesce(p_version, private.next_prompt_version(p_key)),
    p_variant, p_system, p_template, p_few_shot, p_weight,
    (select auth.uid())
  )
  returning * into created;
  return created;
end
$$;


ALTER FUNCTION public.create_prompt(p_key text, p_system text, p_template text, p_few_shot jsonb, p_org_id uuid, p_variant text, p_version integer, p_weight numeric) OWNER TO postgres;

-- Name: FUNCTION create_prompt(p_key text, p_system text, p_template text, p_few_shot jsonb, p_org_id uuid, p_variant text, p_version integer, p_weight numeric); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.create_prompt(p_key text, p_system text, p_template text, p_few_shot jsonb, p_org_id uuid, p_variant text, p_version integer, p_weight numeric) IS 'Stores a draft: the next version of the key, or (with p_version) a further variant of that version. Owners and admins for their organization, operators with p_org_id NULL for the platform.';

-- Name: FUNCTION create_prompt(p_key text, p_system text, p_template text, p_few_shot jsonb, p_org_id uuid, p_variant text, p_version integer, p_weight numeric); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.create_prompt(p_key text, p_system text, p_template text, p_few_shot jsonb, p_org_id uuid, p_variant text, p_version integer, p_weight numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION public.create_prompt(p_key text, p_system text, p_template text, p_few_shot jsonb, p_org_id uuid, p_variant text, p_version integer, p_weight numeric) TO authenticated;
GRANT ALL ON FUNCTION public.create_prompt(p_key text, p_system text, p_template text, p_few_shot jsonb, p_org_id uuid, p_variant text, p_version integer, p_weight numeric) TO service_role;

-- Name: decide_review(uuid, text, text, jsonb); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.decide_review(p_id uuid, p_decision text, p_note text DEFAULT NULL::text, p_correction jsonb DEFAULT NULL::jsonb) RETURNS public.ai_reviews
    LANGUAGE sql
    SET search_path TO ''
    AS $_$ select private.decide_review($1, $2, $3, $4) $_$;


ALTER FUNCTION public.decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb) OWNER TO postgres;

-- Name: FUNCTION decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb) IS 'Decides a review: approved, needs_improvement or rejected (these two with a correction, if there is one), or escalated to an owner or admin. Writes the label that calibration learns from; deciding again replaces it. PT404 for one the caller may not see, PT409 for somebody else''s.';

-- Name: FUNCTION decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb) TO authenticated;
GRANT ALL ON FUNCTION public.decide_review(p_id uuid, p_decision text, p_note text, p_correction jsonb) TO service_role;

-- Name: document_chunks; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.document_chunks (
    org_id uuid NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    base_id uuid NOT NULL,
    document_id uuid NOT NULL,
    "position" integer NOT NULL,
    content text NOT NULL,
    section text DEFAULT ''::text NOT NULL,
    page integer,
    char_start integer NOT NULL,
    char_end integer NOT NULL,
    type text DEFAULT 'text'::text NOT NULL,
    language text,
    token_count integer NOT NULL,
    words tsvector GENERATED ALWAYS AS ((setweight(to_tsvector(private.text_config(language), private.searchable_text(section)), 'B'::"char") || setweight(to_tsvector(private.text_config(language), private.searchable_text(content)), 'D'::"char"))) STORED,
    embedding extensions.vector(1536),
    embedding_model text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT document_chunks_content_bounded CHECK ((((length(content) >= 1) AND (length(content) <= 20000)) AND (length(section) <= 2000))),
    CONSTRAINT document_chunks_embedding_named CHECK (((embedding IS NULL) = (embedding_model IS NULL))),
    CONSTRAINT document_chunks_range_forward CHECK (((char_start >= 0) AND (char_end > char_start))),
    CONSTRAINT document_chunks_type_known CHECK ((type = ANY (ARRAY['text'::text, 'table'::text, 'code'::text])))
);


ALTER TABLE public.document_chunks OWNER TO postgres;

-- Name: COLUMN document_chunks."position"; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.document_chunks."position" IS 'Order in the document, from 0.';

-- Name: COLUMN document_chunks.char_end; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.document_chunks.char_end IS 'Unit after the last one.';

-- Name: COLUMN document_chunks.char_start; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.document_chunks.char_start IS 'First UTF-16 unit in the extracted text, from 0.';

-- Name: COLUMN document_chunks.embedding; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.document_chunks.embedding IS 'NULL: not embedded; words still find it.';

-- Name: COLUMN document_chunks.embedding_model; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.document_chunks.embedding_model IS 'Exact model id: vectors of different models are never compared.';

-- Name: COLUMN document_chunks.language; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.document_chunks.language IS 'BCP 47, decides how its words are stemmed. NULL: not recognized.';

-- Name: COLUMN document_chunks.page; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.document_chunks.page IS 'Page it begins on, from 1. NULL: the format has none.';

-- Name: COLUMN document_chunks.section; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.document_chunks.section IS 'Title of the document and headings above the passage.';

-- Name: COLUMN document_chunks.token_count; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.document_chunks.token_count IS 'Upper bound of its tokens.';

-- Name: COLUMN document_chunks.words; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.document_chunks.words IS 'What a keyword search looks in; the headings weigh more.';

-- Name: TABLE document_chunks; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.document_chunks IS 'Passages of documents: what a search finds and an answer cites. Replaced as a whole.';

-- Name: TABLE document_chunks; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.document_chunks TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.document_chunks TO service_role;

-- Name: document_chunks document_chunks_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.document_chunks
    ADD CONSTRAINT document_chunks_pkey PRIMARY KEY (org_id, id);

-- Name: document_chunks document_chunks_position_key; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.document_chunks
    ADD CONSTRAINT document_chunks_position_key UNIQUE (org_id, document_id, "position");

-- Name: document_chunks document_chunks_base_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.document_chunks
    ADD CONSTRAINT document_chunks_base_fkey FOREIGN KEY (org_id, base_id) REFERENCES public.knowledge_bases(org_id, id) ON DELETE CASCADE;

-- Name: document_chunks document_chunks_document_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.document_chunks
    ADD CONSTRAINT document_chunks_document_fkey FOREIGN KEY (org_id, document_id) REFERENCES public.documents(org_id, id) ON DELETE CASCADE;

-- Name: document_chunks document_chunks_select_readers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY document_chunks_select_readers ON public.document_chunks FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids() AS my_org_ids)) AND (document_id IN ( SELECT private.my_document_ids() AS my_document_ids))));

-- Name: document_chunks; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.document_chunks ENABLE ROW LEVEL SECURITY;

-- Name: document_chunks_base_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX document_chunks_base_idx ON public.document_chunks USING btree (org_id, base_id);

-- Name: document_chunks_embedding_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX document_chunks_embedding_idx ON public.document_chunks USING hnsw (embedding extensions.vector_cosine_ops);

-- Name: document_chunks_words_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX document_chunks_words_idx ON public.document_chunks USING gin (words);

-- Name: documents; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.documents (
    org_id uuid NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    base_id uuid NOT NULL,
    name text NOT NULL,
    mime_type text NOT NULL,
    size_bytes bigint NOT NULL,
    content_hash text NOT NULL,
    source_text text NOT NULL,
    language text,
    state text DEFAULT 'uploaded'::text NOT NULL,
    progress numeric(4,3) DEFAULT 0 NOT NULL,
    problem text,
    attempts integer DEFAULT 0 NOT NULL,
    attempt_id uuid,
    started_at timestamp with time zone,
    processed_at timestamp with time zone,
    chunk_count integer DEFAULT 0 NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    authority numeric(3,2) DEFAULT 0.5 NOT NULL,
    reader_roles text[],
    reader_users uuid[],
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT documents_authority_bounded CHECK (((authority >= (0)::numeric) AND (authority <= (1)::numeric))),
    CONSTRAINT documents_metadata_bounded CHECK (((jsonb_typeof(metadata) = 'object'::text) AND (length((metadata)::text) <= 20000))),
    CONSTRAINT documents_name_bounded CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 300))),
    CONSTRAINT documents_progress_bounded CHECK (((progress >= (0)::numeric) AND (progress <= (1)::numeric))),
    CONSTRAINT documents_reader_roles_known CHECK ((reader_roles <@ ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text, 'guest'::text])),
    CONSTRAINT documents_reader_users_bounded CHECK ((cardinality(reader_users) <= 1000)),
    CONSTRAINT documents_size_not_negative CHECK ((size_bytes >= 0)),
    CONSTRAINT documents_state_known CHECK ((state = ANY (ARRAY['uploaded'::text, 'processing'::text, 'processed'::text, 'error'::text, 'reprocessing'::text]))),
    CONSTRAINT documents_tags_bounded CHECK (((cardinality(tags) <= 50) AND (length(array_to_string(tags, ''::text)) <= 2500)))
);


ALTER TABLE public.documents OWNER TO postgres;

-- Name: COLUMN documents.attempt_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.documents.attempt_id IS 'Processing that may replace the chunks. NULL: none is under way.';

-- Name: COLUMN documents.authority; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.documents.authority IS 'Standing, 0 hearsay … 1 the rule of the house; weighs in a search where it asks for it.';

-- Name: COLUMN documents.content_hash; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.documents.content_hash IS 'SHA-256 (hex) of the source: the same one is kept once a base.';

-- Name: COLUMN documents.created_by; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.documents.created_by IS 'Always reads it. NULL: not a user, or one that is gone.';

-- Name: COLUMN documents.language; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.documents.language IS 'BCP 47 of most of it. NULL: not recognized.';

-- Name: COLUMN documents.problem; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.documents.problem IS 'Why the last processing failed, in words. NULL: it did not.';

-- Name: COLUMN documents.processed_at; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.documents.processed_at IS 'When the chunks were last replaced. NULL: never.';

-- Name: COLUMN documents.progress; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.documents.progress IS 'Of the processing under way or last done, 0 … 1.';

-- Name: COLUMN documents.reader_roles; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.documents.reader_roles IS 'Roles that read it, of those who read the base. NULL with reader_users NULL: all of them.';

-- Name: COLUMN documents.reader_users; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.documents.reader_users IS 'Members who read it, of those who read the base. NULL: see reader_roles.';

-- Name: COLUMN documents.source_text; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.documents.source_text IS 'The source as it came, before markup was taken off.';

-- Name: COLUMN documents.started_at; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.documents.started_at IS 'When the last processing began. NULL: never.';

-- Name: TABLE documents; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.documents IS 'What an organization knows. Written by ingest-document; its chunks are what searches find.';

-- Name: COLUMN documents.authority; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(authority) ON TABLE public.documents TO authenticated;

-- Name: COLUMN documents.metadata; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(metadata) ON TABLE public.documents TO authenticated;

-- Name: COLUMN documents.name; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(name) ON TABLE public.documents TO authenticated;

-- Name: COLUMN documents.reader_roles; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(reader_roles) ON TABLE public.documents TO authenticated;

-- Name: COLUMN documents.reader_users; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(reader_users) ON TABLE public.documents TO authenticated;

-- Name: COLUMN documents.tags; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(tags) ON TABLE public.documents TO authenticated;

-- Name: TABLE documents; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,DELETE ON TABLE public.documents TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.documents TO service_role;

-- Name: documents documents_content_hash_key; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_content_hash_key UNIQUE (org_id, base_id, content_hash);

-- Name: documents documents_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (org_id, id);

-- Name: documents documents_base_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_base_fkey FOREIGN KEY (org_id, base_id) REFERENCES public.knowledge_bases(org_id, id) ON DELETE CASCADE;

-- Name: documents documents_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_created_by_fkey FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE SET NULL;

-- Name: documents documents_delete_keepers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY documents_delete_keepers ON public.documents FOR DELETE TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR ((created_by = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['member'::text]) AS my_org_ids_as)))));

-- Name: documents documents_select_readers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY documents_select_readers ON public.documents FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids() AS my_org_ids)) AND (id IN ( SELECT private.my_document_ids() AS my_document_ids))));

-- Name: documents documents_update_keepers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY documents_update_keepers ON public.documents FOR UPDATE TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) OR ((created_by = ( SELECT auth.uid() AS uid)) AND (org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['member'::text]) AS my_org_ids_as)))));

-- Name: documents; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.documents ENABLE ROW LEVEL SECURITY;

-- Name: documents_created_by_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX documents_created_by_idx ON public.documents USING btree (created_by);

-- Name: documents_tags_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX documents_tags_idx ON public.documents USING gin (tags);

-- Name: drop_turn(uuid, uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.drop_turn(p_org_id uuid, p_request_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_conversation uuid;
begin
  delete from public.ai_messages as message
  where message.org_id = p_org_id and message.request_id = p_request_id and message.role = 'user'
  returning message.conversation_id into v_conversation;
  delete from public.ai_conversations as conversation
  where conversation.org_id = p_org_id and conversation.id = v_conversation
    and not exists (
      select from public.ai_messages as message
      where message.org_id = conversation.org_id and message.conversation_id = conversation.id
    );
end
$$;


ALTER FUNCTION public.drop_turn(p_org_id uuid, p_request_id uuid) OWNER TO postgres;

-- Name: FUNCTION drop_turn(p_org_id uuid, p_request_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.drop_turn(p_org_id uuid, p_request_id uuid) IS 'Takes a turn back as if it had never begun: it turned out to repeat an earlier one (idempotency key).';

-- Name: FUNCTION drop_turn(p_org_id uuid, p_request_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.drop_turn(p_org_id uuid, p_request_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.drop_turn(p_org_id uuid, p_request_id uuid) TO service_role;

-- Name: effective_settings(uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.effective_settings(p_org_id uuid DEFAULT NULL::uuid) RETURNS TABLE(key text, value jsonb, source text, version integer)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $_$
  select setting.key, setting.value, setting.source, setting.version from private.effective_settings($1) as setting
$_$;


ALTER FUNCTION public.effective_settings(p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION effective_settings(p_org_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.effective_settings(p_org_id uuid) IS 'What is in force for the caller in an organization (NULL = outside of any): value, narrowest scope that contributed (default, global, organization, user) and its row version (NULL = default). Settings that are not public only for owner, admin and manager.';

-- Name: FUNCTION effective_settings(p_org_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.effective_settings(p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.effective_settings(p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.effective_settings(p_org_id uuid) TO service_role;

-- Name: end_turn(jsonb); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.end_turn(turn jsonb) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_org uuid := (turn ->> 'org_id')::uuid;
  v_request uuid := (turn ->> 'request_id')::uuid;
  v_conversation uuid;
begin
  update public.ai_messages as message
  set content = turn ->> 'content', language = coalesce(turn ->> 'language', message.language), status = turn ->> 'status', provider = turn ->> 'provider', model = turn ->> 'model',
    tokens = (turn ->> 'tokens')::integer, error_code = turn ->> 'error_code', completed_at = private.clock()
  where message.org_id = v_org and message.request_id = v_request and message.role = 'assistant'
    and message.status = 'streaming'
  returning message.conversation_id into v_conversation;
  if not found then
    return false;
  end if;
  update public.ai_conversations as conversation
  set language = coalesce(turn ->> 'language', conversation.language)
  where conversation.org_id = v_org and conversation.id = v_conversation;
  return true;
end
$$;


ALTER FUNCTION public.end_turn(turn jsonb) OWNER TO postgres;

-- Name: FUNCTION end_turn(turn jsonb); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.end_turn(turn jsonb) IS 'Writes the answer of a turn: turn {org_id, request_id, content, status, provider, model, tokens, error_code, language}. False when it was ended before, or its conversation is gone.';

-- Name: FUNCTION end_turn(turn jsonb); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.end_turn(turn jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.end_turn(turn jsonb) TO service_role;

-- Name: explain_request(uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.explain_request(p_id uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  r       public.ai_request_logs;
  v_facts jsonb;
begin
  select l.* into r from public.ai_request_logs as l where l.id = p_id;
  if not found then
    raise exception 'Cannot explain the request: no such request' using errcode = 'PT404';
  end if;
  v_facts := jsonb_build_object(
    'request', jsonb_build_object(
      'id', r.id, 'created_at', r.created_at, 'org_id', r.org_id, 'user_id', r.user_id, 'key_id', r.key_id, 'task', r.task, 'status', r.status,
      'error_code', r.error_code, 'subject', r.subject_type || ':' || r.subject_id, 'job_id', r.job_id, 'importance', r.importance,
      'cost_sensitivity', r.cost_sensitivity, 'tier', r.tier, 'provider', r.provider, 'model', r.model, 'input_tokens', r.input_tokens,
      'output_tokens', r.output_tokens, 'cost_usd', r.cost_usd, 'latency_ms', r.latency_ms, 'cached', r.cached, 'escalated', r.escalated,
      'fell_back', r.fell_back),
    'refused', r.decision ->> 'refused',
    'policy', (r.decision -> 'policy') || coalesce((
      select jsonb_build_object('task', p.task, 'owner', case when p.org_id is null then 'platform' else 'organization' end,
        'complexity_large_from', p.complexity_large_from, 'escalate_below', p.escalate_below)
      from public.ai_policies as p where p.id = (r.decision #>> '{policy,id}')::uuid), '{}'),
    'prompt', jsonb_build_object('key', r.prompt_key, 'version', r.prompt_version, 'variant', r.prompt_variant),
    'settings', jsonb_build_object('registry_version', r.decision #> '{choice,registry}'),
    'complexity', jsonb_build_object('score', r.complexity, 'features', r.decision -> 'complexity_features'),
    'tier', jsonb_build_object('start', r.decision -> 'tier', 'reasons', coalesce(r.decision -> 'tier_reasons', '[]'), 'answered', r.tier),
    'candidates', coalesce((
      select jsonb_agg((c.item - 'rank') || jsonb_build_object('price', (
        select jsonb_build_object('input_usd_per_mtok', x.input_usd_per_mtok, 'output_usd_per_mtok', x.output_usd_per_mtok, 'source', x.source)
        from public.ai_model_prices as x
        where x.provider = c.item ->> 'provider' and x.model = c.item ->> 'model' and (x.org_id = r.org_id or x.org_id is null)
          and x.effective_from <= r.created_at and (x.effective_to is null or x.effective_to > r.created_at)
        order by x.org_id nulls last, x.min_input_tokens limit 1)) order by c.n)
      from jsonb_array_elements(r.decision -> 'candidates') with ordinality as c (item, n)), '[]'),
    'thresholds', jsonb_build_object('weak_below', r.decision #> '{choice,weak_below}'),
    'budget', jsonb_build_object('room', r.decision -> 'room', 'soft', r.decision -> 'soft', 'per_usd', r.decision -> 'per_usd', 'hold_usd', r.decision -> 'hold_usd'),
    'calls', coalesce((
      select jsonb_agg(jsonb_build_object('attempt', k.attempt, 'purpose', k.purpose, 'provider', k.provider, 'model', k.request_model,
        'response_model', k.response_model, 'error_code', k.error_code, 'finish_reason', k.finish_reason, 'input_tokens', k.input_tokens,
        'output_tokens', k.output_tokens, 'cost_usd', k.cost_usd, 'latency_ms', k.latency_ms, 'price_id', k.price_id) order by k.attempt)
      from public.ai_call_logs as k where k.request_id = r.id and k.org_id = r.org_id), '[]'),
    'route', r.decision -> 'route',
    'agreement', r.decision -> 'agreement',
    'confidence', coalesce(nullif(r.decision -> 'confidence', 'null'), r.confidence_breakdown),
    'level', r.decision -> 'level',
    'action', jsonb_build_object('action', r.action, 'fallback_reason', r.fallback_reason, 'needs_review', r.needs_review),
    'labels', r.decision -> 'labels');
  return jsonb_build_object('request_id', p_id,
    'words', jsonb_build_object('en', private.explanation_in_words(v_facts, 'en'), 'de', private.explanation_in_words(v_facts, 'de'))) || v_facts;
end
$$;


ALTER FUNCTION public.explain_request(p_id uuid) OWNER TO postgres;

-- Name: FUNCTION explain_request(p_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.explain_request(p_id uuid) IS 'Why a request went as it did: sentences in English and German, and the facts they rest on. PT404 for a request the caller may not see, as for an unknown one.';

-- Name: FUNCTION explain_request(p_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.explain_request(p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.explain_request(p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.explain_request(p_id uuid) TO service_role;

-- Name: fail_ingestion(uuid, uuid, uuid, text); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.fail_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_problem text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  delete from private.document_chunk_drafts as draft
  where draft.org_id = p_org_id and draft.document_id = p_document_id and draft.attempt_id = p_attempt_id;
  -- A document that was never there leaves nothing behind; one that was keeps the passages it has.
  delete from public.documents as d
  where d.org_id = p_org_id and d.id = p_document_id and d.attempt_id = p_attempt_id and d.processed_at is null;
  update public.documents as d set state = 'error', problem = left(p_problem, 1000), attempt_id = null
  where d.org_id = p_org_id and d.id = p_document_id and d.attempt_id = p_attempt_id;
end
$$;


ALTER FUNCTION public.fail_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_problem text) OWNER TO postgres;

-- Name: FUNCTION fail_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_problem text); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.fail_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_problem text) IS 'Gives an attempt up: a new document is gone again, a processed one keeps its old chunks.';

-- Name: FUNCTION fail_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_problem text); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.fail_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_problem text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.fail_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_problem text) TO service_role;

-- Name: finish_ingestion(uuid, uuid, uuid, text, jsonb); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.finish_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_language text, p_source jsonb) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_base  uuid;
  v_count integer;
begin
  select d.base_id into v_base from public.documents as d
  where d.org_id = p_org_id and d.id = p_document_id and d.attempt_id = p_attempt_id
  for update;
  if not found then
    raise exception 'Cannot finish the ingestion: the attempt has been superseded' using errcode = 'PT409';
  end if;
  delete from public.document_chunks as c where c.org_id = p_org_id and c.document_id = p_document_id;
  with drafts as (
    delete from private.document_chunk_drafts as draft
    where draft.org_id = p_org_id and draft.document_id = p_document_id
    returning draft.attempt_id, draft.chunk
  )
  insert into public.document_chunks (
    org_id, base_id, document_id, position, content, section, page, char_start, char_end, type, language, token_count, embedding,
    embedding_model
  )
  select p_org_id, v_base, p_document_id, given.position, given.content, given.section, given.page, given.char_start,
    given.char_end, given.type, given.language, given.token_count, given.embedding::extensions.vector, given.embedding_model
  from drafts
  cross join jsonb_to_record(drafts.chunk) as given (
    position integer, content text, section text, page integer, char_start integer, char_end integer, type text, language text,
    token_count integer, embedding text, embedding_model text
  )
  where drafts.attempt_id = p_attempt_id;
  get diagnostics v_count = row_count;
  update public.documents as d
  set state = 'processed', progress = 1, problem = null, attempt_id = null, processed_at = private.clock(), updated_at = private.clock(),
      chunk_count = v_count, language = p_language,
      source_text = coalesce(p_source ->> 'text', d.source_text), content_hash = coalesce(p_source ->> 'content_hash', d.content_hash),
      size_bytes = coalesce((p_source ->> 'size_bytes')::bigint, d.size_bytes), mime_type = coalesce(p_source ->> 'mime_type', d.mime_type)
  where d.org_id = p_org_id and d.id = p_document_id;
  return v_count;
end
$$;


ALTER FUNCTION public.finish_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_language text, p_source jsonb) OWNER TO postgres;

-- Name: FUNCTION finish_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_language text, p_source jsonb); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.finish_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_language text, p_source jsonb) IS 'Puts the staged chunks in the place of the old ones in one transaction and answers how many they are. A source replaces the stored one.';

-- Name: FUNCTION finish_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_language text, p_source jsonb); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.finish_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_language text, p_source jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.finish_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_language text, p_source jsonb) TO service_role;

-- Name: knowledge_bases; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.knowledge_bases (
    org_id uuid NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    reader_roles text[] DEFAULT '{owner,admin,manager,member,guest}'::text[] NOT NULL,
    reader_users uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    created_by uuid DEFAULT auth.uid(),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT knowledge_bases_reader_roles_known CHECK ((reader_roles <@ ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text, 'guest'::text])),
    CONSTRAINT knowledge_bases_reader_users_bounded CHECK ((cardinality(reader_users) <= 1000)),
    CONSTRAINT knowledge_bases_texts_bounded CHECK ((((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 200)) AND (length(description) <= 2000)))
);


ALTER TABLE public.knowledge_bases OWNER TO postgres;

-- Name: COLUMN knowledge_bases.created_by; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.knowledge_bases.created_by IS 'NULL: not a user, or one that is gone.';

-- Name: COLUMN knowledge_bases.reader_roles; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.knowledge_bases.reader_roles IS 'Roles whose members read it. Owners and admins read every base all the same.';

-- Name: COLUMN knowledge_bases.reader_users; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.knowledge_bases.reader_users IS 'Members who read it whatever their role.';

-- Name: TABLE knowledge_bases; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.knowledge_bases IS 'Collections of an organization''s documents.';

-- Name: COLUMN knowledge_bases.description; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(description),UPDATE(description) ON TABLE public.knowledge_bases TO authenticated;

-- Name: COLUMN knowledge_bases.name; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(name),UPDATE(name) ON TABLE public.knowledge_bases TO authenticated;

-- Name: COLUMN knowledge_bases.org_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(org_id) ON TABLE public.knowledge_bases TO authenticated;

-- Name: COLUMN knowledge_bases.reader_roles; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(reader_roles),UPDATE(reader_roles) ON TABLE public.knowledge_bases TO authenticated;

-- Name: COLUMN knowledge_bases.reader_users; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(reader_users),UPDATE(reader_users) ON TABLE public.knowledge_bases TO authenticated;

-- Name: TABLE knowledge_bases; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,DELETE ON TABLE public.knowledge_bases TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.knowledge_bases TO service_role;

-- Name: knowledge_bases knowledge_bases_name_key; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.knowledge_bases
    ADD CONSTRAINT knowledge_bases_name_key UNIQUE (org_id, name);

-- Name: knowledge_bases knowledge_bases_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.knowledge_bases
    ADD CONSTRAINT knowledge_bases_pkey PRIMARY KEY (org_id, id);

-- Name: knowledge_bases knowledge_bases_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.knowledge_bases
    ADD CONSTRAINT knowledge_bases_created_by_fkey FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE SET NULL;

-- Name: knowledge_bases knowledge_bases_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.knowledge_bases
    ADD CONSTRAINT knowledge_bases_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: knowledge_bases knowledge_bases_delete_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY knowledge_bases_delete_admins ON public.knowledge_bases FOR DELETE TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)));

-- Name: knowledge_bases knowledge_bases_insert_managers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY knowledge_bases_insert_managers ON public.knowledge_bases FOR INSERT TO authenticated WITH CHECK (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) AND (created_by = ( SELECT auth.uid() AS uid))));

-- Name: knowledge_bases knowledge_bases_select_readers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY knowledge_bases_select_readers ON public.knowledge_bases FOR SELECT TO authenticated USING (((org_id IN ( SELECT private.my_org_ids() AS my_org_ids)) AND ((id IN ( SELECT private.my_base_ids() AS my_base_ids)) OR (created_by = ( SELECT auth.uid() AS uid)))));

-- Name: knowledge_bases knowledge_bases_update_managers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY knowledge_bases_update_managers ON public.knowledge_bases FOR UPDATE TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)) AND (id IN ( SELECT private.my_base_ids() AS my_base_ids))));

-- Name: knowledge_bases; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.knowledge_bases ENABLE ROW LEVEL SECURITY;

-- Name: knowledge_bases_created_by_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX knowledge_bases_created_by_idx ON public.knowledge_bases USING btree (created_by);

-- Name: leads; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.leads (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    owner_id uuid DEFAULT auth.uid(),
    name text NOT NULL,
    email text,
    phone text,
    company text,
    status text DEFAULT 'new'::text NOT NULL,
    stage text,
    temperature smallint,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    notes text,
    source text,
    language text,
    disg_type text,
    preferred_channel text DEFAULT 'whatsapp'::text NOT NULL,
    do_not_contact boolean DEFAULT false NOT NULL,
    follow_up_stage smallint DEFAULT 0 NOT NULL,
    last_contact_at timestamp with time zone,
    next_contact_at timestamp with time zone,
    last_inbound_at timestamp with time zone,
    last_outbound_at timestamp with time zone,
    v_score numeric(5,2),
    e_score numeric(5,2),
    i_score numeric(5,2),
    p_score numeric(5,2),
    p_score_trend text,
    last_scored_at timestamp with time zone,
    class text,
    class_confidence numeric(4,3),
    class_source text,
    class_request_id uuid,
    classified_at timestamp with time zone,
    lost_reason text,
    raw_context jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT leads_channel_known CHECK ((preferred_channel = ANY (ARRAY['whatsapp'::text, 'email'::text, 'phone'::text, 'sms'::text, 'linkedin'::text, 'instagram'::text, 'other'::text]))),
    CONSTRAINT leads_class_confidence_bounded CHECK (((class_confidence >= (0)::numeric) AND (class_confidence <= (1)::numeric))),
    CONSTRAINT leads_class_known CHECK ((class = ANY (ARRAY['A'::text, 'B'::text, 'C'::text]))),
    CONSTRAINT leads_class_source_known CHECK ((class_source = ANY (ARRAY['model'::text, 'rules'::text, 'person'::text]))),
    CONSTRAINT leads_disg_type_known CHECK ((disg_type = ANY (ARRAY['D'::text, 'I'::text, 'S'::text, 'G'::text]))),
    CONSTRAINT leads_follow_up_stage_bounded CHECK (((follow_up_stage >= 0) AND (follow_up_stage <= 20))),
    CONSTRAINT leads_name_not_blank CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 300))),
    CONSTRAINT leads_scores_bounded CHECK (((LEAST(v_score, e_score, i_score, p_score) >= (0)::numeric) AND (GREATEST(v_score, e_score, i_score, p_score) <= (100)::numeric))),
    CONSTRAINT leads_status_known CHECK ((status = ANY (ARRAY['new'::text, 'contacted'::text, 'interested'::text, 'qualified'::text, 'proposal_sent'::text, 'won'::text, 'lost'::text, 'inactive'::text, 'ghosting'::text]))),
    CONSTRAINT leads_temperature_bounded CHECK (((temperature >= 0) AND (temperature <= 100))),
    CONSTRAINT leads_texts_bounded CHECK (((length(email) <= 320) AND (length(phone) <= 60) AND (length(company) <= 300) AND (length(notes) <= 20000) AND (length(source) <= 100) AND (length(lost_reason) <= 1000) AND (cardinality(tags) <= 50))),
    CONSTRAINT leads_trend_known CHECK ((p_score_trend = ANY (ARRAY['up'::text, 'down'::text, 'flat'::text])))
);


ALTER TABLE public.leads OWNER TO postgres;

-- Name: COLUMN leads.class; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.class IS 'A best … C. NULL: not classified yet.';

-- Name: COLUMN leads.class_confidence; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.class_confidence IS 'Confidence 0..1 of the class. NULL: unknown, or a person said so.';

-- Name: COLUMN leads.class_request_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.class_request_id IS 'ai_request_logs.id of the classification. NULL: not by a request.';

-- Name: COLUMN leads.class_source; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.class_source IS 'Who classified: a model, the task''s rules or a person. NULL with class NULL.';

-- Name: COLUMN leads.disg_type; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.disg_type IS 'Personality D, I, S or G. NULL: unknown.';

-- Name: COLUMN leads.e_score; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.e_score IS 'Enrichment 0..100. NULL: not scored.';

-- Name: COLUMN leads.follow_up_stage; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.follow_up_stage IS 'Unanswered follow-ups sent so far.';

-- Name: COLUMN leads.i_score; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.i_score IS 'Intent 0..100. NULL: not scored.';

-- Name: COLUMN leads.language; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.language IS 'BCP 47 language to write in. NULL: the organization''s locale.';

-- Name: COLUMN leads.last_contact_at; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.last_contact_at IS 'NULL: never contacted, which is not the same as long ago.';

-- Name: COLUMN leads.owner_id; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.owner_id IS 'The user who works this lead. NULL: nobody yet, or the user is gone.';

-- Name: COLUMN leads.p_score; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.p_score IS 'Priority 0..100 = 0.25 V + 0.25 E + 0.50 I. NULL: not scored.';

-- Name: COLUMN leads.raw_context; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.raw_context IS 'What the importing system sent along. NULL: nothing.';

-- Name: COLUMN leads.source; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.source IS 'Channel the lead came from.';

-- Name: COLUMN leads.stage; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.stage IS 'Step of the organization''s own sales process; NULL: none.';

-- Name: COLUMN leads.temperature; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.temperature IS 'Gut feeling 0 cold … 100 hot. NULL: nobody said.';

-- Name: COLUMN leads.v_score; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.leads.v_score IS 'Verification 0..100. NULL: not scored.';

-- Name: TABLE leads; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.leads IS 'People and companies an organization may sell to.';

-- Name: COLUMN leads.class; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(class) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.class_source; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(class_source) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.company; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(company) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.disg_type; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(disg_type) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.do_not_contact; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(do_not_contact) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.email; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(email) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.follow_up_stage; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(follow_up_stage) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.language; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(language) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.last_contact_at; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(last_contact_at) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.last_inbound_at; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(last_inbound_at) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.last_outbound_at; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(last_outbound_at) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.lost_reason; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(lost_reason) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.name; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(name) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.next_contact_at; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(next_contact_at) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.notes; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(notes) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.owner_id; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(owner_id) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.phone; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(phone) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.preferred_channel; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(preferred_channel) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.raw_context; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(raw_context) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.source; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(source) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.stage; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(stage) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.status; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(status) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.tags; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(tags) ON TABLE public.leads TO authenticated;

-- Name: COLUMN leads.temperature; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(temperature) ON TABLE public.leads TO authenticated;

-- Name: TABLE leads; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,INSERT,DELETE ON TABLE public.leads TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.leads TO service_role;

-- Name: leads leads_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_pkey PRIMARY KEY (org_id, id);

-- Name: leads leads_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: leads leads_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES auth.users(id) ON DELETE SET NULL;

-- Name: leads leads_delete_managers; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY leads_delete_managers ON public.leads FOR DELETE TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text]) AS my_org_ids_as)));

-- Name: leads leads_insert_members; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY leads_insert_members ON public.leads FOR INSERT TO authenticated WITH CHECK ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)));

-- Name: leads leads_select_members; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY leads_select_members ON public.leads FOR SELECT TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)));

-- Name: leads leads_update_members; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY leads_update_members ON public.leads FOR UPDATE TO authenticated USING ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as))) WITH CHECK ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text]) AS my_org_ids_as)));

-- Name: leads; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.leads ENABLE ROW LEVEL SECURITY;

-- Name: leads leads_queue_classification; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER leads_queue_classification AFTER INSERT ON public.leads REFERENCING NEW TABLE AS new_leads FOR EACH STATEMENT EXECUTE FUNCTION private.queue_lead_classification();

-- Name: leads leads_touch; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER leads_touch BEFORE UPDATE ON public.leads FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

-- Name: leads_org_id_class_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX leads_org_id_class_idx ON public.leads USING btree (org_id, class);

-- Name: leads_org_id_created_at_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX leads_org_id_created_at_idx ON public.leads USING btree (org_id, created_at DESC);

-- Name: leads_owner_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX leads_owner_id_idx ON public.leads USING btree (owner_id);

-- Name: organization_members; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.organization_members (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text DEFAULT 'member'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT organization_members_role_known CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'manager'::text, 'member'::text, 'guest'::text])))
);


ALTER TABLE public.organization_members OWNER TO postgres;

-- Name: COLUMN organization_members.role; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.organization_members.role IS 'owner and admin manage the organization; manager sees all its requests; member sees his own; guest sees no requests.';

-- Name: TABLE organization_members; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.organization_members IS 'Who belongs to which organization. Row level security everywhere asks these rows, never a claim in a token.';

-- Name: COLUMN organization_members.org_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(org_id) ON TABLE public.organization_members TO authenticated;

-- Name: COLUMN organization_members.role; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(role),UPDATE(role) ON TABLE public.organization_members TO authenticated;

-- Name: COLUMN organization_members.user_id; Type: ACL; Schema: public; Owner: postgres

GRANT INSERT(user_id) ON TABLE public.organization_members TO authenticated;

-- Name: TABLE organization_members; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT,DELETE ON TABLE public.organization_members TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.organization_members TO service_role;

-- Name: organization_members organization_members_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.organization_members
    ADD CONSTRAINT organization_members_pkey PRIMARY KEY (org_id, user_id);

-- Name: organization_members organization_members_org_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.organization_members
    ADD CONSTRAINT organization_members_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

-- Name: organization_members organization_members_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.organization_members
    ADD CONSTRAINT organization_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

-- Name: organization_members organization_members_delete_admins_or_self; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY organization_members_delete_admins_or_self ON public.organization_members FOR DELETE TO authenticated USING (((user_id = ( SELECT auth.uid() AS uid)) OR ((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) AND (private.role_rank(role) <= private.role_rank(private.my_role(org_id))))));

-- Name: organization_members organization_members_insert_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY organization_members_insert_admins ON public.organization_members FOR INSERT TO authenticated WITH CHECK (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) AND (private.role_rank(role) <= private.role_rank(private.my_role(org_id)))));

-- Name: organization_members organization_members_select_members; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY organization_members_select_members ON public.organization_members FOR SELECT TO authenticated USING ((org_id IN ( SELECT private.my_org_ids() AS my_org_ids)));

-- Name: organization_members organization_members_update_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY organization_members_update_admins ON public.organization_members FOR UPDATE TO authenticated USING (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) AND (private.role_rank(role) <= private.role_rank(private.my_role(org_id))))) WITH CHECK (((org_id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)) AND (private.role_rank(role) <= private.role_rank(private.my_role(org_id)))));

-- Name: organization_members; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.organization_members ENABLE ROW LEVEL SECURITY;

-- Name: organization_members organization_members_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER organization_members_audit AFTER INSERT OR DELETE OR UPDATE ON public.organization_members FOR EACH ROW EXECUTE FUNCTION private.audit_change('org_id');

-- Name: organization_members organization_members_keep_last_owner; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER organization_members_keep_last_owner BEFORE DELETE OR UPDATE OF role ON public.organization_members FOR EACH ROW WHEN ((old.role = 'owner'::text)) EXECUTE FUNCTION private.keep_last_owner();

-- Name: organization_members_user_id_idx; Type: INDEX; Schema: public; Owner: postgres

CREATE INDEX organization_members_user_id_idx ON public.organization_members USING btree (user_id, org_id, role);

-- Name: organization_people(uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.organization_people(p_org_id uuid) RETURNS TABLE(user_id uuid, role text, joined_at timestamp with time zone, email text, last_sign_in_at timestamp with time zone)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $_$
  select p.* from private.organization_people($1) as p
$_$;


ALTER FUNCTION public.organization_people(p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION organization_people(p_org_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.organization_people(p_org_id uuid) IS 'Members of an organization with their e-mail addresses: for owner, admin and manager everyone, for others themselves.';

-- Name: FUNCTION organization_people(p_org_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.organization_people(p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.organization_people(p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.organization_people(p_org_id uuid) TO service_role;

-- Name: organizations; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.organizations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    currency text DEFAULT 'EUR'::text NOT NULL,
    time_zone text DEFAULT 'Europe/Berlin'::text NOT NULL,
    plan text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT organizations_currency_known CHECK ((currency = ANY (ARRAY['EUR'::text, 'CHF'::text, 'USD'::text]))),
    CONSTRAINT organizations_name_not_blank CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 200))),
    CONSTRAINT organizations_slug_format CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 80)))
);


ALTER TABLE public.organizations OWNER TO postgres;

-- Name: COLUMN organizations.currency; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.organizations.currency IS 'Currency of the organization''s budgets. Fixed once money was held in it.';

-- Name: COLUMN organizations.plan; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.organizations.plan IS 'Set by the platform only. NULL means no plan: settings and defaults apply.';

-- Name: COLUMN organizations.slug; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.organizations.slug IS 'Short name for URLs, unique in the installation.';

-- Name: COLUMN organizations.time_zone; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON COLUMN public.organizations.time_zone IS 'IANA name. Days and months of budgets begin at midnight there.';

-- Name: TABLE organizations; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.organizations IS 'Tenants. What a member of one may see never includes a row of another.';

-- Name: COLUMN organizations.currency; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(currency) ON TABLE public.organizations TO authenticated;

-- Name: COLUMN organizations.name; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(name) ON TABLE public.organizations TO authenticated;

-- Name: COLUMN organizations.slug; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(slug) ON TABLE public.organizations TO authenticated;

-- Name: COLUMN organizations.time_zone; Type: ACL; Schema: public; Owner: postgres

GRANT UPDATE(time_zone) ON TABLE public.organizations TO authenticated;

-- Name: TABLE organizations; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.organizations TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.organizations TO service_role;

-- Name: organizations organizations_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT organizations_pkey PRIMARY KEY (id);

-- Name: organizations organizations_slug_key; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT organizations_slug_key UNIQUE (slug);

-- Name: organizations organizations_select_members; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY organizations_select_members ON public.organizations FOR SELECT TO authenticated USING (((id IN ( SELECT private.my_org_ids() AS my_org_ids)) OR ( SELECT private.is_operator() AS is_operator)));

-- Name: organizations organizations_update_admins; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY organizations_update_admins ON public.organizations FOR UPDATE TO authenticated USING ((id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as))) WITH CHECK ((id IN ( SELECT private.my_org_ids_as(VARIADIC ARRAY['owner'::text, 'admin'::text]) AS my_org_ids_as)));

-- Name: organizations; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.organizations ENABLE ROW LEVEL SECURITY;

-- Name: organizations organizations_add_default_budget; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER organizations_add_default_budget AFTER INSERT ON public.organizations FOR EACH ROW EXECUTE FUNCTION private.add_default_budget();

-- Name: organizations organizations_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER organizations_audit AFTER INSERT OR DELETE OR UPDATE ON public.organizations FOR EACH ROW EXECUTE FUNCTION private.audit_change('id');

-- Name: organizations organizations_check_time_zone; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER organizations_check_time_zone BEFORE INSERT OR UPDATE OF time_zone ON public.organizations FOR EACH ROW EXECUTE FUNCTION private.check_time_zone();

-- Name: organizations organizations_keep_currency; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER organizations_keep_currency BEFORE UPDATE OF currency ON public.organizations FOR EACH ROW EXECUTE FUNCTION private.keep_currency();

-- Name: platform_operators; Type: TABLE; Schema: public; Owner: postgres

CREATE TABLE public.platform_operators (
    user_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE public.platform_operators OWNER TO postgres;

-- Name: TABLE platform_operators; Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON TABLE public.platform_operators IS 'Users who run the installation: they write prices, models, platform policies and global settings. Only the service role adds them.';

-- Name: TABLE platform_operators; Type: ACL; Schema: public; Owner: postgres

GRANT SELECT ON TABLE public.platform_operators TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.platform_operators TO service_role;

-- Name: platform_operators platform_operators_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.platform_operators
    ADD CONSTRAINT platform_operators_pkey PRIMARY KEY (user_id);

-- Name: platform_operators platform_operators_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres

ALTER TABLE ONLY public.platform_operators
    ADD CONSTRAINT platform_operators_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

-- Name: platform_operators platform_operators_select_self; Type: POLICY; Schema: public; Owner: postgres

CREATE POLICY platform_operators_select_self ON public.platform_operators FOR SELECT TO authenticated USING ((user_id = ( SELECT auth.uid() AS uid)));

-- Name: platform_operators; Type: ROW SECURITY; Schema: public; Owner: postgres

ALTER TABLE public.platform_operators ENABLE ROW LEVEL SECURITY;

-- Name: platform_operators platform_operators_audit; Type: TRIGGER; Schema: public; Owner: postgres

CREATE TRIGGER platform_operators_audit AFTER INSERT OR DELETE OR UPDATE ON public.platform_operators FOR EACH ROW EXECUTE FUNCTION private.audit_change('');

-- Name: recompute_costs(timestamp with time zone, timestamp with time zone, boolean); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean DEFAULT false) RETURNS TABLE(org_id uuid, provider text, model text, calls bigint, newly_priced bigint, before_usd numeric, after_usd numeric, difference_usd numeric, applied boolean)
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select * from private.recompute_costs(p_from, p_to, p_apply)
$$;


ALTER FUNCTION public.recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean) OWNER TO postgres;

-- Name: FUNCTION recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean) IS 'Calls of a range whose price row was wrong or late, by organization and model, US dollars before and after (before NULL = unknown). p_apply corrects them in the periods they were spent in; a second time there is nothing left to do. Operators and the service role only. A long range locks its holds while it is corrected: take days.';

-- Name: FUNCTION recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION public.recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean) TO authenticated;
GRANT ALL ON FUNCTION public.recompute_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_apply boolean) TO service_role;

-- Name: record_outcome(uuid, text, integer, text, jsonb); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer DEFAULT NULL::integer, p_feedback_text text DEFAULT NULL::text, p_correction jsonb DEFAULT NULL::jsonb) RETURNS uuid
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select private.record_outcome(p_request_id, p_outcome, p_user_rating, p_feedback_text, p_correction, 'person')
$$;


ALTER FUNCTION public.record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb) OWNER TO postgres;

-- Name: FUNCTION record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb) IS 'Says what became of one of the caller''s requests: accepted, edited, rejected, converted or rated (1 to 5). Saying it again replaces it. Returns the row''s id; 404 for a request the caller may not see.';

-- Name: FUNCTION record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb) TO authenticated;
GRANT ALL ON FUNCTION public.record_outcome(p_request_id uuid, p_outcome text, p_user_rating integer, p_feedback_text text, p_correction jsonb) TO service_role;

-- Name: replay_decision(uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.replay_decision(p_id uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_request public.ai_request_logs;
  v_policy  public.ai_policies;
  v_stored  jsonb;
  v_again   jsonb;
begin
  select r.* into v_request from public.ai_request_logs as r where r.id = p_id;
  if not found then
    raise exception 'Cannot replay the decision: no such request' using errcode = 'PT404';
  end if;
  if v_request.decision -> 'choice' is null then
    return jsonb_build_object('request_id', p_id, 'replayable', false, 'equal', null,
      'why', case
        when v_request.cached then 'It was answered from the cache: nothing was chosen'
        when v_request.status = 'refused' then 'It was refused before a choice was made'
        else 'Its row does not keep what the choice was made from' end);
  end if;
  select p.* into v_policy from public.ai_policies as p where p.id = (v_request.decision #>> '{policy,id}')::uuid;
  v_stored := jsonb_build_object('tier', v_request.decision -> 'tier', 'tier_reasons', v_request.decision -> 'tier_reasons',
    'hold_usd', v_request.decision -> 'hold_usd', 'ranks', v_request.decision #> '{choice,ranks}');
  v_again := private.replay_choice(v_request, v_policy);
  return jsonb_build_object('request_id', p_id, 'replayable', true, 'equal', v_stored = v_again, 'stored', v_stored, 'replayed', v_again);
end
$$;


ALTER FUNCTION public.replay_decision(p_id uuid) OWNER TO postgres;

-- Name: FUNCTION replay_decision(p_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.replay_decision(p_id uuid) IS 'Makes a stored decision again by the functions of admission: {replayable, equal, stored, replayed}. equal is null where nothing was chosen. PT404 for a request the caller may not see, as for an unknown one.';

-- Name: FUNCTION replay_decision(p_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.replay_decision(p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.replay_decision(p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.replay_decision(p_id uuid) TO service_role;

-- Name: resolve_alert(uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.resolve_alert(p_alert_id uuid) RETURNS public.ai_alerts
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select private.resolve_alert(p_alert_id)
$$;


ALTER FUNCTION public.resolve_alert(p_alert_id uuid) OWNER TO postgres;

-- Name: FUNCTION resolve_alert(p_alert_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.resolve_alert(p_alert_id uuid) IS 'Closes an alert of an organization the caller manages; while its condition goes on no new one is opened. Returns the alert; PT404 for one he may not see.';

-- Name: FUNCTION resolve_alert(p_alert_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.resolve_alert(p_alert_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.resolve_alert(p_alert_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.resolve_alert(p_alert_id uuid) TO service_role;

-- Name: retire_policy(text, uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.retire_policy(p_task text DEFAULT NULL::text, p_org_id uuid DEFAULT NULL::uuid) RETURNS SETOF public.ai_policies
    LANGUAGE sql
    SET search_path TO ''
    AS $_$
  update public.ai_policies as policy
  set status = 'retired'
  where policy.task is not distinct from $1 and policy.org_id is not distinct from $2 and policy.status = 'active'
  returning policy.*
$_$;


ALTER FUNCTION public.retire_policy(p_task text, p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION retire_policy(p_task text, p_org_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.retire_policy(p_task text, p_org_id uuid) IS 'Retires the active policy, so that the next wider one counts again. Empty when none was active, or none that the caller may write.';

-- Name: FUNCTION retire_policy(p_task text, p_org_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.retire_policy(p_task text, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.retire_policy(p_task text, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.retire_policy(p_task text, p_org_id uuid) TO service_role;

-- Name: retire_prompt(text, uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.retire_prompt(p_key text, p_org_id uuid DEFAULT NULL::uuid) RETURNS SETOF public.ai_prompts
    LANGUAGE sql
    SET search_path TO ''
    AS $_$
  update public.ai_prompts as prompt
  set status = 'retired'
  where prompt.key = $1 and prompt.org_id is not distinct from $2 and prompt.status = 'active'
  returning prompt.*
$_$;


ALTER FUNCTION public.retire_prompt(p_key text, p_org_id uuid) OWNER TO postgres;

-- Name: FUNCTION retire_prompt(p_key text, p_org_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.retire_prompt(p_key text, p_org_id uuid) IS 'Retires the active version, so that the platform''s prompt, or the task''s built-in one, counts again. Empty when none was active.';

-- Name: FUNCTION retire_prompt(p_key text, p_org_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.retire_prompt(p_key text, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.retire_prompt(p_key text, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.retire_prompt(p_key text, p_org_id uuid) TO service_role;

-- Name: revoke_ai_key(uuid, uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.revoke_ai_key(p_org_id uuid, p_id uuid) RETURNS boolean
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select private.revoke_ai_key(p_org_id, p_id)
$$;


ALTER FUNCTION public.revoke_ai_key(p_org_id uuid, p_id uuid) OWNER TO postgres;

-- Name: FUNCTION revoke_ai_key(p_org_id uuid, p_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.revoke_ai_key(p_org_id uuid, p_id uuid) IS 'Revokes a virtual key at once. False when it was revoked already or is not there.';

-- Name: FUNCTION revoke_ai_key(p_org_id uuid, p_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.revoke_ai_key(p_org_id uuid, p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.revoke_ai_key(p_org_id uuid, p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.revoke_ai_key(p_org_id uuid, p_id uuid) TO service_role;

-- Name: roll_back_assistant(uuid, uuid, integer); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.roll_back_assistant(p_org_id uuid, p_assistant_id uuid, p_version integer) RETURNS public.ai_assistants
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  wanted jsonb;
begin
  select version.config into wanted
  from public.ai_assistant_versions as version
  where version.org_id = p_org_id and version.assistant_id = p_assistant_id and version.version = p_version;
  if not found then
    raise exception 'Cannot roll back: there is no such version' using errcode = 'PT404';
  end if;
  return public.save_assistant(p_org_id, wanted, p_assistant_id);
end
$$;


ALTER FUNCTION public.roll_back_assistant(p_org_id uuid, p_assistant_id uuid, p_version integer) OWNER TO postgres;

-- Name: FUNCTION roll_back_assistant(p_org_id uuid, p_assistant_id uuid, p_version integer); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.roll_back_assistant(p_org_id uuid, p_assistant_id uuid, p_version integer) IS 'Gives an assistant the configuration of an earlier version, as a new version. Errors as save_assistant.';

-- Name: FUNCTION roll_back_assistant(p_org_id uuid, p_assistant_id uuid, p_version integer); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.roll_back_assistant(p_org_id uuid, p_assistant_id uuid, p_version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.roll_back_assistant(p_org_id uuid, p_assistant_id uuid, p_version integer) TO authenticated;

-- Name: rotate_ai_key(uuid, uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.rotate_ai_key(p_org_id uuid, p_id uuid) RETURNS jsonb
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select private.rotate_ai_key(p_org_id, p_id)
$$;


ALTER FUNCTION public.rotate_ai_key(p_org_id uuid, p_id uuid) OWNER TO postgres;

-- Name: FUNCTION rotate_ai_key(p_org_id uuid, p_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.rotate_ai_key(p_org_id uuid, p_id uuid) IS 'Gives a virtual key a new secret: {id, key, prefix}, shown here and never again. The old secret stops at once; who needs both for a while makes a second key and revokes the first.';

-- Name: FUNCTION rotate_ai_key(p_org_id uuid, p_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.rotate_ai_key(p_org_id uuid, p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.rotate_ai_key(p_org_id uuid, p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.rotate_ai_key(p_org_id uuid, p_id uuid) TO service_role;

-- Name: save_assistant(uuid, jsonb, uuid, integer); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.save_assistant(p_org_id uuid, p_config jsonb, p_assistant_id uuid DEFAULT NULL::uuid, p_expected_version integer DEFAULT NULL::integer) RETURNS public.ai_assistants
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  problem text := private.setting_problem(private.assistant_schema(), p_config, 'config');
  given public.ai_assistants;
  saved public.ai_assistants;
begin
  if problem is not null then
    raise exception 'Cannot save the assistant: %', problem using errcode = '22023';
  end if;
  if p_assistant_id is null then
    if not p_config ? 'name' then
      raise exception 'Cannot save the assistant: config.name is missing' using errcode = '22023';
    end if;
    if not p_org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')) then
      raise exception 'Cannot save the assistant: the caller may not write assistants of this organization' using errcode = 'PT403';
    end if;
    given.description := '';
    given.personality := '';
    given.instructions := '';
    given.importance := 'medium';
    given.temperature := 0.7;
    given.max_output_tokens := 1000;
    given.languages := '{}';
    given.tags := '{}';
    given.status := 'draft';
    given.visibility := 'private';
    given.is_template := false;
  else
    select assistant.* into given
    from public.ai_assistants as assistant
    where assistant.org_id = p_org_id and assistant.id = p_assistant_id;
    if not found then
      raise exception 'Cannot save the assistant: there is none with this id' using errcode = 'PT404';
    end if;
    if p_expected_version <> given.version then
      raise exception 'Cannot save the assistant: it is at version %, not %', given.version, p_expected_version
        using errcode = 'PT409', hint = 'Read it again and retry';
    end if;
  end if;
  given := jsonb_populate_record(given, p_config);

  if p_assistant_id is null then
    insert into public.ai_assistants (
      org_id, name, description, personality, instructions, model, importance, temperature, max_output_tokens, languages, tags,
      status, visibility, is_template
    )
    values (
      p_org_id, given.name, given.description, given.personality, given.instructions, given.model, given.importance,
      given.temperature, given.max_output_tokens, given.languages, given.tags, given.status, given.visibility, given.is_template
    )
    returning * into saved;
    return saved;
  end if;
  update public.ai_assistants as assistant
  set name = given.name, description = given.description, personality = given.personality, instructions = given.instructions,
    model = given.model, importance = given.importance, temperature = given.temperature,
    max_output_tokens = given.max_output_tokens, languages = given.languages, tags = given.tags, status = given.status,
    visibility = given.visibility, is_template = given.is_template
  where assistant.org_id = p_org_id and assistant.id = p_assistant_id and assistant.version = given.version
  returning * into saved;
  if not found then
    raise exception 'Cannot save the assistant: the caller may not change it, or somebody else just did' using errcode = 'PT403';
  end if;
  return saved;
end
$$;


ALTER FUNCTION public.save_assistant(p_org_id uuid, p_config jsonb, p_assistant_id uuid, p_expected_version integer) OWNER TO postgres;

-- Name: FUNCTION save_assistant(p_org_id uuid, p_config jsonb, p_assistant_id uuid, p_expected_version integer); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.save_assistant(p_org_id uuid, p_config jsonb, p_assistant_id uuid, p_expected_version integer) IS 'Makes an assistant of p_config, or changes the members of p_assistant_id that p_config names. Errors: 22023 with what is wrong, PT403 not allowed, PT404 unknown, PT409 p_expected_version is not its version.';

-- Name: FUNCTION save_assistant(p_org_id uuid, p_config jsonb, p_assistant_id uuid, p_expected_version integer); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.save_assistant(p_org_id uuid, p_config jsonb, p_assistant_id uuid, p_expected_version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.save_assistant(p_org_id uuid, p_config jsonb, p_assistant_id uuid, p_expected_version integer) TO authenticated;

-- Name: search_knowledge(text, uuid, text, text, text, jsonb, integer, double precision, jsonb); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.search_knowledge(p_query text, p_org_id uuid DEFAULT NULL::uuid, p_embedding text DEFAULT NULL::text, p_embedding_model text DEFAULT NULL::text, p_search_type text DEFAULT 'hybrid'::text, p_filters jsonb DEFAULT '{}'::jsonb, p_match_count integer DEFAULT 5, p_match_threshold double precision DEFAULT 0, p_weights jsonb DEFAULT '{}'::jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_org       uuid := private.knowledge_org(p_org_id);
  v_vector    extensions.vector := case when p_search_type <> 'keyword' then p_embedding::extensions.vector end;
  v_bases     uuid[] := (select array_agg(b.value::uuid) from jsonb_array_elements_text(p_filters -> 'base_ids') as b (value));
  v_documents uuid[] := (select array_agg(d.value::uuid) from jsonb_array_elements_text(p_filters -> 'document_ids') as d (value));
  v_tags      text[] := (select array_agg(t.value) from jsonb_array_elements_text(p_filters -> 'tags') as t (value));
  v_semantic  double precision := coalesce((p_weights ->> 'semantic')::double precision, 0.7);
  v_keyword   double precision := coalesce((p_weights ->> 'keyword')::double precision, 0.3);
  v_freshness double precision := coalesce((p_weights ->> 'freshness')::double precision, 0);
  v_authority double precision := coalesce((p_weights ->> 'authority')::double precision, 0);
  v_depth     integer := least(400, greatest(100, p_match_count * 5));
  v_found     jsonb;
begin
  if length(p_query) > 4000 or p_match_count not between 1 and 100 or p_search_type not in ('semantic', 'keyword', 'hybrid') then
    raise exception 'Cannot search: the query, the type or match_count is out of bounds' using errcode = 'PT400';
  end if;
  if p_filters ?| array['tags', 'from', 'until', 'metadata'] then
    select coalesce(array_agg(d.id), '{}') into v_documents
    from public.documents as d
    where d.org_id = v_org
      and (v_documents is null or d.id = any (v_documents))
      and (v_tags is null or d.tags @> v_tags)
      and (p_filters ->> 'from' is null or d.updated_at >= (p_filters ->> 'from')::timestamptz)
      and (p_filters ->> 'until' is null or d.updated_at < (p_filters ->> 'until')::timestamptz)
      and (p_filters -> 'metadata' is null or d.metadata @> (p_filters -> 'metadata'));
  end if;
  -- What row level security and the filters take away, the index goes on to replace.
  perform set_config('hnsw.iterative_scan', 'relaxed_order', true);

  with near as materialized (
    select c.id, c.embedding operator(extensions.<=>) v_vector as distance
    from public.document_chunks as c
    where v_vector is not null and c.embedding_model = p_embedding_model
      and c.org_id = v_org
      and (v_bases is null or c.base_id = any (v_bases))
      and (v_documents is null or c.document_id = any (v_documents))
      and (p_filters ->> 'language' is null or c.language = p_filters ->> 'language')
    order by c.embedding operator(extensions.<=>) v_vector
    limit v_depth
  ),
  by_meaning as (
    select near.id, 1 - near.distance as similarity, row_number() over (order by near.distance, near.id) as place
    from near where 1 - near.distance >= p_match_threshold
  ),
  asked as materialized (
    select l.config, private.any_word(l.config, p_query) as wanted
    from unnest(array['german', 'english', 'spanish', 'french', 'italian', 'dutch', 'portuguese', 'simple']::regconfig[]) as l (config)
    where p_search_type <> 'semantic'
  ),
  worded as materialized (
    select c.id, pg_catalog.ts_rank('{0.1,0.2,0.4,1}'::real[], c.words, asked.wanted, 1) as rank
    from asked
    join public.document_chunks as c on c.words @@ asked.wanted and private.text_config(c.language) = asked.config
    where c.org_id = v_org
      and (v_bases is null or c.base_id = any (v_bases))
      and (v_documents is null or c.document_id = any (v_documents))
      and (p_filters ->> 'language' is null or c.language = p_filters ->> 'language')
    order by 2 desc, c.id
    limit v_depth
  ),
  by_words as (
    select worded.id, worded.rank, row_number() over (order by worded.rank desc, worded.id) as place from worded
  ),
  fused as (
    select coalesce(m.id, w.id) as id, m.similarity, w.rank,
      61 * (coalesce(v_semantic / (60 + m.place), 0) + coalesce(v_keyword / (60 + w.place), 0))
        / case when v_vector is null then v_keyword when p_search_type = 'semantic' then v_semantic else v_semantic + v_keyword end as relevance
    from by_meaning as m full join by_words as w on w.id = m.id
  ),
  weighed as (
    select c.id as chunk_id, d.id as document_id, d.base_id, d.name as document, c.section, c.page, c.position, c.char_start, c.char_end,
      c.type, c.language, c.token_count, c.content, d.content_hash, d.processed_at, f.similarity, f.rank,
      f.relevance * (1 - v_freshness - v_authority
        + v_freshness * exp(-extract(epoch from private.clock() - d.updated_at) / (180 * 86400)) + v_authority * d.authority) as score
    from fused as f
    join public.document_chunks as c on c.org_id = v_org and c.id = f.id
    join public.documents as d on d.org_id = c.org_id and d.id = c.document_id
    order by score desc, c.id
    limit p_match_count
  )
  select jsonb_agg(jsonb_build_object(
    'chunk_id', chunk_id, 'document_id', document_id, 'base_id', base_id, 'document', document, 'section', section, 'page', page,
    'position', position, 'char_start', char_start, 'char_end', char_end, 'type', type, 'language', language,
    'token_count', token_count, 'content', content, 'score', round(score::numeric, 6), 'similarity', round(similarity::numeric, 6),
    'keyword_rank', round(rank::numeric, 6)
  ) order by score desc, chunk_id) into v_found from weighed;
  return jsonb_build_object('org_id', v_org, 'results', coalesce(v_found, '[]'));
end
$$;


ALTER FUNCTION public.search_knowledge(p_query text, p_org_id uuid, p_embedding text, p_embedding_model text, p_search_type text, p_filters jsonb, p_match_count integer, p_match_threshold double precision, p_weights jsonb) OWNER TO postgres;

-- Name: FUNCTION search_knowledge(p_query text, p_org_id uuid, p_embedding text, p_embedding_model text, p_search_type text, p_filters jsonb, p_match_count integer, p_match_threshold double precision, p_weights jsonb); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.search_knowledge(p_query text, p_org_id uuid, p_embedding text, p_embedding_model text, p_search_type text, p_filters jsonb, p_match_count integer, p_match_threshold double precision, p_weights jsonb) IS 'Passages the caller may read, best first: nearest vectors (similarity from the threshold on) and any of the words, fused by place (RRF, k = 60). Filters: base_ids, document_ids, tags, from, until, language, metadata. Weights: semantic, keyword, freshness, authority.';

-- Name: FUNCTION search_knowledge(p_query text, p_org_id uuid, p_embedding text, p_embedding_model text, p_search_type text, p_filters jsonb, p_match_count integer, p_match_threshold double precision, p_weights jsonb); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.search_knowledge(p_query text, p_org_id uuid, p_embedding text, p_embedding_model text, p_search_type text, p_filters jsonb, p_match_count integer, p_match_threshold double precision, p_weights jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.search_knowledge(p_query text, p_org_id uuid, p_embedding text, p_embedding_model text, p_search_type text, p_filters jsonb, p_match_count integer, p_match_threshold double precision, p_weights jsonb) TO authenticated;
GRANT ALL ON FUNCTION public.search_knowledge(p_query text, p_org_id uuid, p_embedding text, p_embedding_model text, p_search_type text, p_filters jsonb, p_match_count integer, p_match_threshold double precision, p_weights jsonb) TO service_role;

-- Name: set_default_assistant(uuid, uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.set_default_assistant(p_org_id uuid, p_assistant_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if p_assistant_id is null then
    delete from public.ai_default_assistants as chosen where chosen.org_id = p_org_id and chosen.user_id = auth.uid();
    return;
  end if;
  if not exists (
    select from public.ai_assistants as assistant where assistant.org_id = p_org_id and assistant.id = p_assistant_id
  ) then
    raise exception 'Cannot choose the assistant: there is none with this id' using errcode = 'PT404';
  end if;
  insert into public.ai_default_assistants as chosen (org_id, assistant_id)
  values (p_org_id, p_assistant_id)
  on conflict (org_id, user_id) do update set assistant_id = excluded.assistant_id;
end
$$;


ALTER FUNCTION public.set_default_assistant(p_org_id uuid, p_assistant_id uuid) OWNER TO postgres;

-- Name: FUNCTION set_default_assistant(p_org_id uuid, p_assistant_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.set_default_assistant(p_org_id uuid, p_assistant_id uuid) IS 'Whom the caller talks to when he names nobody; NULL = the plain assistant again. PT404 for one he does not see.';

-- Name: FUNCTION set_default_assistant(p_org_id uuid, p_assistant_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.set_default_assistant(p_org_id uuid, p_assistant_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.set_default_assistant(p_org_id uuid, p_assistant_id uuid) TO authenticated;

-- Name: set_setting(text, jsonb, uuid, uuid, integer); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.set_setting(p_key text, p_value jsonb, p_org_id uuid DEFAULT NULL::uuid, p_user_id uuid DEFAULT NULL::uuid, p_expected_version integer DEFAULT NULL::integer) RETURNS public.ai_settings
    LANGUAGE sql
    SET search_path TO ''
    AS $_$
  select private.set_setting($1, $2, $3, $4, $5)
$_$;


ALTER FUNCTION public.set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer) OWNER TO postgres;

-- Name: FUNCTION set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer) IS 'Stores a value at one scope: neither id = global (operators), p_org_id = organization (its owner and admins), p_user_id = the caller''s own. Errors: 22023 unknown key, scope or value, 42501 not allowed, PT409 p_expected_version is not the stored one (0 = none yet).';

-- Name: FUNCTION set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer) TO authenticated;
GRANT ALL ON FUNCTION public.set_setting(p_key text, p_value jsonb, p_org_id uuid, p_user_id uuid, p_expected_version integer) TO service_role;

-- Name: simulate_policy(jsonb, uuid, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.simulate_policy(p_policy jsonb, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_tiers    constant text[] := array['small', 'large', 'frontier'];
  v_sample   constant integer := 20000;
  v_policy   public.ai_policies;
  v_every    integer;
  v_total    bigint;
  v_off      text[];
  v_models   jsonb := '{}'; -- tier → [{provider, model, prices}] with a price and a provider that is set up
  v_rates    jsonb;         -- task → tier → [answers, weak]; task * = all tasks
  v_known    jsonb;
  v_weak     numeric[];     -- chance of a weak answer at this step: as expected, at least, at most
  v_reach    numeric[];     -- chance that the step is reached
  v_step     integer;
  v_one      jsonb;
  v_price    jsonb;
  v_cost     numeric;
  v_costs    numeric[];
  v_own      boolean;
  r          record;
  v_start    private.start;
  v_request  private.admission_request;
  v_sum      numeric[] := array[0, 0, 0];
  v_actual   numeric := 0;
  v_squares  numeric := 0;
  v_escalate numeric[] := array[0, 0, 0];
  v_was_escalated bigint := 0;
  v_failed   bigint := 0;
  v_seen     bigint := 0;
  v_covered  bigint := 0;
  v_guessed  bigint := 0;
  v_gaps     jsonb := '{"no_tokens": 0, "no_model": 0}';
  v_before   jsonb := '{"small": 0, "large": 0, "frontier": 0}';
  v_after    jsonb := '{"small": 0, "large": 0, "frontier": 0}';
  v_noise    numeric;
begin
  if not (private.is_trusted() or private.can_see_org_requests(p_org_id)) then
    raise exception 'Cannot simulate a policy: the caller may not see the organization''s requests' using errcode = '42501';
  end if;
  v_policy := private.simulated_policy(p_policy, p_org_id);

  -- Chat requests that called a provider and chose by a policy; a policy for all tasks is about those without one of their own.
  select count(*) into v_total
  from public.ai_request_logs as l
  where l.org_id = p_org_id and l.created_at >= p_from and l.created_at < p_to and l.calls > 0 and l.decision #> '{choice,ranks}' is not null
    and not l.decision -> 'choice' ? 'items' and not (l.decision #>> '{choice,named}')::boolean
    and (l.task = v_policy.task or v_policy.task is null
         and exists (select from public.ai_policies as p where p.id = (l.decision #>> '{policy,id}')::uuid and p.task is null));
  v_every := greatest(1, ceil(v_total::numeric / v_sample)::integer);

  -- A provider that was never set up in the log's decisions is not there for the simulated policy either.
  select array_agg(x.provider) into v_off from (
    select c.item ->> 'provider' as provider
    from (select l.decision from public.ai_request_logs as l
          where l.org_id = p_org_id and l.created_at >= p_from and l.created_at < p_to and l.decision -> 'candidates' is not null
          order by l.created_at desc limit 200) as recent
    cross join lateral jsonb_array_elements(recent.decision -> 'candidates') as c (item)
    group by 1 having bool_and(c.item ->> 'problem' is not distinct from 'provider_off')
  ) as x;
  select coalesce(jsonb_object_agg(t.tier, t.models), '{}') into v_models from (
    select k.key as tier, jsonb_agg(c.item || jsonb_build_object('prices', x.prices) order by c.n) as models
    from jsonb_each(v_policy.tiers) as k
    cross join lateral jsonb_array_elements(k.value) with ordinality as c (item, n)
    cross join lateral (select private.card_prices(c.item ->> 'provider', c.item ->> 'model', p_org_id, p_to) as prices) as x
    where x.prices is not null and not (c.item ->> 'provider') = any (coalesce(v_off, '{}'))
      and private.tier_rank(k.key) <= private.tier_rank(v_policy.max_tier)
    group by k.key
  ) as t;

  -- How often an answer of a tier was too weak for the simulated threshold.
  select coalesce(jsonb_object_agg(w.task, w.by_tier), '{}') into v_rates from (
    select z.task, jsonb_object_agg(z.tier, jsonb_build_array(z.answers, z.weak)) as by_tier from (
      select coalesce(l.task, '*') as task, l.decision ->> 'tier' as tier, count(*) as answers,
             count(*) filter (where l.escalated or l.fallback_reason = 'low_confidence' or l.confidence_score < v_policy.escalate_below) as weak
      from public.ai_request_logs as l
      where l.org_id = p_org_id and l.created_at >= p_from and l.created_at < p_to and l.calls > 0 and l.status = 'succeeded'
        and l.confidence_score is not null and l.decision ->> 'tier' is not null
      group by grouping sets ((l.task, l.decision ->> 'tier'), (l.decision ->> 'tier'))
    ) as z group by z.task
  ) as w;

  for r in
    select l.*, c.input, c.output, c.own_costs
    from public.ai_request_logs as l
    left join lateral (
      -- One attempt: the mean of the calls that answered, and what each model's really cost.
      select round(avg(k.input))::integer as input, round(avg(k.output))::integer as output, jsonb_object_agg(k.model, k.cost) filter (where k.cost is not null) as own_costs
      from (
        select x.provider || '/' || x.request_model as model, avg(x.input_tokens) as input, avg(x.output_tokens) as output, avg(x.cost_usd) as cost
        from public.ai_call_logs as x
        where x.request_id = l.id and x.org_id = l.org_id and x.error_code is null and x.usage_source = 'provider' and x.input_tokens is not null
        group by 1
      ) as k
    ) as c on true
    where l.org_id = p_org_id and l.created_at >= p_from and l.created_at < p_to and l.calls > 0 and l.decision #> '{choice,ranks}' is not null
      and not l.decision -> 'choice' ? 'items' and not (l.decision #>> '{choice,named}')::boolean
      and (v_every = 1 or mod(abs(hashtext(l.id::text)::bigint), v_every) = 0)
      and (l.task = v_policy.task or v_policy.task is null
           and exists (select from public.ai_policies as p where p.id = (l.decision #>> '{policy,id}')::uuid and p.task is null))
  loop
    v_seen := v_seen + 1;
    v_failed := v_failed + (r.status = 'failed')::integer;
    if r.input is null or r.cost_usd is null then
      v_gaps := jsonb_set(v_gaps, '{no_tokens}', to_jsonb((v_gaps ->> 'no_tokens')::integer + 1));
      continue;
    end if;
    v_request.importance := r.importance;
    v_request.cost_sensitivity := r.cost_sensitivity;
    v_request.complexity := r.complexity;
    v_start := private.choose_start(v_request, v_policy, r.decision #>> '{choice,base_tier}',
      case when (r.decision #>> '{choice,demoted}')::boolean then 'infinity'::timestamptz end, '-infinity');

    v_reach := array[1, 1, 1];
    v_costs := array[0, 0, 0];
    v_step := 0;
    for rank in private.tier_rank(v_start.tier) .. private.tier_rank(v_policy.max_tier) loop
      continue when not v_models ? v_tiers[rank];
      exit when v_step > v_policy.max_escalations;
      if v_step = 0 then
        v_start.tier := v_tiers[rank]; -- the policy may have no model in the tier it wants
      else
        v_escalate := array[v_escalate[1] + v_reach[1], v_escalate[2] + v_reach[2], v_escalate[3] + v_reach[3]];
      end if;
      -- The model that answered this request, if the policy has it in this tier; else the tier's first.
      select m.item into v_one from jsonb_array_elements(v_models -> v_tiers[rank]) with ordinality as m (item, n)
      order by (m.item ->> 'provider' = r.provider and m.item ->> 'model' = r.model) desc nulls last, m.n limit 1;
      v_cost := (r.own_costs ->> ((v_one ->> 'provider') || '/' || (v_one ->> 'model')))::numeric;
      if v_cost is null then
        v_price := private.card_price(v_one -> 'prices', r.input);
        v_cost := (r.input * (v_price ->> 'input')::numeric + r.output * coalesce((v_price ->> 'output')::numeric, 0)) * 0.000001;
      end if;
      v_costs := array[v_costs[1] + v_reach[1] * v_cost, v_costs[2] + v_reach[2] * v_cost, v_costs[3] + v_reach[3] * v_cost];
      v_squares := v_squares + v_reach[1] * (1 - v_reach[1]) * v_cost ^ 2;
      -- Weak or not: known where this request itself started there, else as often as others did.
      v_own := v_step = 0 and v_tiers[rank] = r.decision ->> 'tier';
      if v_own then
        v_weak := array_fill((r.escalated or r.fallback_reason is not distinct from 'low_confidence'
          or coalesce(r.confidence_score < v_policy.escalate_below, false))::integer::numeric, array[3]);
      else
        v_known := case
          when (v_rates #>> array[r.task, v_tiers[rank], '0'])::integer >= 30 then v_rates #> array[r.task, v_tiers[rank]]
          when (v_rates #>> array['*', v_tiers[rank], '0'])::integer >= 30 then v_rates #> array['*', v_tiers[rank]]
        end;
        if v_known is null then
          v_guessed := v_guessed + (v_step = 0)::integer;
          v_weak := array[0.5, 0, 1];
        else
          v_weak := array[(v_known ->> 1)::numeric / (v_known ->> 0)::numeric,
            lower(private.wilson((v_known ->> 1)::bigint, (v_known ->> 0)::bigint)), upper(private.wilson((v_known ->> 1)::bigint, (v_known ->> 0)::bigint))];
        end if;
      end if;
      v_reach := array[v_reach[1] * v_weak[1], v_reach[2] * v_weak[2], v_reach[3] * v_weak[3]];
      v_step := v_step + 1;
    end loop;
    if v_step = 0 then
      v_gaps := jsonb_set(v_gaps, '{no_model}', to_jsonb((v_gaps ->> 'no_model')::integer + 1));
      continue;
    end if;
    v_covered := v_covered + 1;
    v_actual := v_actual + r.cost_usd;
    v_was_escalated := v_was_escalated + r.escalated::integer;
    v_sum := array[v_sum[1] + v_costs[1], v_sum[2] + v_costs[2], v_sum[3] + v_costs[3]];
    v_before := jsonb_set(v_before, array[r.decision ->> 'tier'], to_jsonb((v_before ->> (r.decision ->> 'tier'))::integer + 1));
    v_after := jsonb_set(v_after, array[v_start.tier], to_jsonb((v_after ->> v_start.tier)::integer + 1));
  end loop;

  -- Chance beside ignorance: which requests would have been weak, on top of how many.
  v_noise := 1.96 * sqrt(v_squares);
  return jsonb_build_object(
    'from', p_from, 'to', p_to, 'task', v_policy.task, 'requests', v_total, 'sampled', v_seen,
    'coverage', round(v_covered::numeric / nullif(v_seen, 0), 4), 'not_covered', v_gaps,
    'actual', jsonb_build_object('cost_usd', trim_scale(round(v_actual, 9)), 'escalated', v_was_escalated, 'start_tiers', v_before),
    'simulated', jsonb_build_object(
      'cost_usd', trim_scale(round(v_sum[1], 9)), 'cost_usd_low', trim_scale(round(greatest(0, v_sum[2] - v_noise), 9)),
      'cost_usd_high', trim_scale(round(v_sum[3] + v_noise, 9)),
      'escalated', round(v_escalate[1], 1), 'escalated_low', round(v_escalate[2], 1), 'escalated_high', round(v_escalate[3], 1), 'start_tiers', v_after),
    'cost_ratio', round(v_sum[1] / nullif(v_actual, 0), 4),
    'failed', v_failed,
    'guessed', v_guessed,
    'escalation_rates', v_rates,
    'assumptions', jsonb_build_array(
      'Figures are of the covered requests of the sample; requests from the cache, refused ones, embeddings and models named by the caller are left out.',
      'Another model would have read and written as many tokens, none of them from its cache.',
      'Prices are those in force at the end of the period; a model that really answered keeps its real cost. Failed attempts cost nothing more.',
      'A request that started at the same tier would have been weak or not as it was. At another tier it would be weak as often as the task''s requests there, all tasks'' where those are under 30, and one time in two, between never and always, where nothing is known (guessed).',
      'Breakers, budgets, consensus and capabilities as if all were well. As many requests would have failed.'));
end
$$;


ALTER FUNCTION public.simulate_policy(p_policy jsonb, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) OWNER TO postgres;

-- Name: FUNCTION simulate_policy(p_policy jsonb, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.simulate_policy(p_policy jsonb, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) IS 'What an organization''s chat traffic of a period would have cost and escalated under another policy: fields of ai_policies that differ from the policy in force (task says which), or {"task", "version"} of a stored one. Says its coverage, bounds and assumptions. Owner, admin, manager. At most 20,000 requests, a fixed sample of more.';

-- Name: FUNCTION simulate_policy(p_policy jsonb, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.simulate_policy(p_policy jsonb, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.simulate_policy(p_policy jsonb, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) TO authenticated;
GRANT ALL ON FUNCTION public.simulate_policy(p_policy jsonb, p_org_id uuid, p_from timestamp with time zone, p_to timestamp with time zone) TO service_role;

-- Name: stage_chunks(uuid, uuid, uuid, jsonb, numeric); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.stage_chunks(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_chunks jsonb, p_progress numeric) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.documents as d set progress = p_progress
  where d.org_id = p_org_id and d.id = p_document_id and d.attempt_id = p_attempt_id;
  if not found then
    raise exception 'Cannot stage chunks: the attempt has been superseded' using errcode = 'PT409';
  end if;
  insert into private.document_chunk_drafts (org_id, document_id, attempt_id, position, chunk)
  select p_org_id, p_document_id, p_attempt_id, (given.chunk ->> 'position')::integer, given.chunk
  from jsonb_array_elements(p_chunks) as given (chunk);
end
$$;


ALTER FUNCTION public.stage_chunks(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_chunks jsonb, p_progress numeric) OWNER TO postgres;

-- Name: FUNCTION stage_chunks(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_chunks jsonb, p_progress numeric); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.stage_chunks(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_chunks jsonb, p_progress numeric) IS 'Puts chunks of an attempt aside until all are there.';

-- Name: FUNCTION stage_chunks(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_chunks jsonb, p_progress numeric); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.stage_chunks(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_chunks jsonb, p_progress numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION public.stage_chunks(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_chunks jsonb, p_progress numeric) TO service_role;

-- Name: start_experiment(uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.start_experiment(p_id uuid) RETURNS public.ai_experiments
    LANGUAGE sql
    SET search_path TO ''
    AS $_$ select private.steer_experiment($1, true, null) $_$;


ALTER FUNCTION public.start_experiment(p_id uuid) OWNER TO postgres;

-- Name: FUNCTION start_experiment(p_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.start_experiment(p_id uuid) IS 'Starts counting. Its version must be active with at least two variants that have a weight, and no other experiment of the key may run. Owners and admins; operators for the platform''s. PT404 otherwise.';

-- Name: FUNCTION start_experiment(p_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.start_experiment(p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.start_experiment(p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.start_experiment(p_id uuid) TO service_role;

-- Name: stop_experiment(uuid, text); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.stop_experiment(p_id uuid, p_reason text DEFAULT NULL::text) RETURNS public.ai_experiments
    LANGUAGE sql
    SET search_path TO ''
    AS $_$ select private.steer_experiment($1, false, $2) $_$;


ALTER FUNCTION public.stop_experiment(p_id uuid, p_reason text) OWNER TO postgres;

-- Name: FUNCTION stop_experiment(p_id uuid, p_reason text); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.stop_experiment(p_id uuid, p_reason text) IS 'Stops a running experiment without a winner; everybody gets the control again.';

-- Name: FUNCTION stop_experiment(p_id uuid, p_reason text); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.stop_experiment(p_id uuid, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.stop_experiment(p_id uuid, p_reason text) TO authenticated;
GRANT ALL ON FUNCTION public.stop_experiment(p_id uuid, p_reason text) TO service_role;

-- Name: stop_turn(uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.stop_turn(p_request_id uuid) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  stopped public.ai_messages;
begin
  update public.ai_messages as message
  set stop_requested_at = coalesce(message.stop_requested_at, private.clock())
  where message.request_id = p_request_id and message.role = 'assistant' and message.user_id = auth.uid()
    and message.status = 'streaming'
  returning message.* into stopped;
  if not found then
    select message.* into stopped
    from public.ai_messages as message
    where message.request_id = p_request_id and message.role = 'assistant' and message.user_id = auth.uid();
  end if;
  if stopped.id is null then
    raise exception 'Cannot stop: there is no such turn' using errcode = 'PT404';
  end if;
  return jsonb_build_object(
    'request_id', p_request_id, 'conversation_id', stopped.conversation_id, 'message_id', stopped.id,
    'stopping', stopped.status = 'streaming', 'status', stopped.status
  );
end
$$;


ALTER FUNCTION public.stop_turn(p_request_id uuid) OWNER TO postgres;

-- Name: FUNCTION stop_turn(p_request_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.stop_turn(p_request_id uuid) IS 'Asks the answer of one of the caller''s turns to stop; says whether it was still being written. PT404 for a turn that is not the caller''s.';

-- Name: FUNCTION stop_turn(p_request_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.stop_turn(p_request_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.stop_turn(p_request_id uuid) TO authenticated;

-- Name: threshold_for_risk(text, numeric, uuid, numeric); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.threshold_for_risk(p_task text, p_max_risk numeric, p_org_id uuid, p_confidence numeric DEFAULT 0.95) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_side     float8 := 1 - (1 - p_confidence) / 2;
  v_points   public.ai_risk_coverage[];
  v_point    public.ai_risk_coverage;
  v_best     public.ai_risk_coverage;
  v_first    integer;
  v_labels   integer;
begin
  if not (private.is_trusted() or private.can_see_org_requests(p_org_id)) then
    raise exception 'Cannot find a threshold: the caller may not see the organization''s requests' using errcode = '42501';
  end if;
  if p_max_risk <= 0 or p_max_risk >= 1 or p_confidence <= 0 or p_confidence >= 1 then
    raise exception 'Cannot find a threshold: risk and confidence lie between 0 and 1' using errcode = '22023';
  end if;
  -- At most forty points, evenly spaced by coverage: chosen before any outcome is looked at.
  with curve as materialized (select x.* from public.ai_risk_coverage as x where x.org_id = p_org_id and x.task = p_task)
  select array_agg(row(c.*)::public.ai_risk_coverage order by c.threshold desc), max(c.accepted) into v_points, v_labels
  from (
    select distinct on (r.threshold) r.*
    from generate_series(1, 40) as step
    cross join lateral (
      select x.* from curve as x
      where x.coverage >= step / 40.0 - 1e-9
      order by x.threshold desc limit 1
    ) as r
  ) as c;

  -- Known from the counts alone: the first point where a third of the allowed errors would still pass.
  for n in 1 .. coalesce(cardinality(v_points), 0) loop
    if private.binomial_at_most(floor(v_points[n].accepted * p_max_risk / 3)::integer, v_points[n].accepted, p_max_risk) <= 1 - v_side then
      v_first := n;
      exit;
    end if;
  end loop;
  if v_first is not null then
    for start in 1 .. 2 loop
      for n in case start when 1 then v_first else 2 * v_first end .. cardinality(v_points) loop
        v_point := v_points[n];
        exit when private.binomial_at_most(v_point.wrong, v_point.accepted, p_max_risk) > 1 - v_side;
        if v_best.coverage is null or v_point.coverage > v_best.coverage then
          v_best := v_point;
        end if;
      end loop;
    end loop;
  end if;
  return jsonb_build_object('task', p_task, 'max_risk', p_max_risk, 'confidence', p_confidence, 'labels', coalesce(v_labels, 0),
    'threshold', v_best.threshold, 'coverage', v_best.coverage, 'risk', v_best.risk,
    'risk_bound', case when v_best.accepted is not null then round(private.binomial_upper(v_best.wrong, v_best.accepted, v_side)::numeric, 4) end);
end
$$;


ALTER FUNCTION public.threshold_for_risk(p_task text, p_max_risk numeric, p_org_id uuid, p_confidence numeric) OWNER TO postgres;

-- Name: FUNCTION threshold_for_risk(p_task text, p_max_risk numeric, p_org_id uuid, p_confidence numeric); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.threshold_for_risk(p_task text, p_max_risk numeric, p_org_id uuid, p_confidence numeric) IS 'The lowest confidence from which at most p_max_risk of a task''s used answers are wrong, with confidence p_confidence: thresholdForRisk() in shared/statistics (fixed-sequence testing, Clopper–Pearson). threshold null: the labels cannot promise that. Owner, admin, manager.';

-- Name: FUNCTION threshold_for_risk(p_task text, p_max_risk numeric, p_org_id uuid, p_confidence numeric); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.threshold_for_risk(p_task text, p_max_risk numeric, p_org_id uuid, p_confidence numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION public.threshold_for_risk(p_task text, p_max_risk numeric, p_org_id uuid, p_confidence numeric) TO authenticated;
GRANT ALL ON FUNCTION public.threshold_for_risk(p_task text, p_max_risk numeric, p_org_id uuid, p_confidence numeric) TO service_role;

-- Name: turn_stop_requested(uuid, uuid); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.turn_stop_requested(p_org_id uuid, p_request_id uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  -- No row: the conversation was deleted meanwhile, and nobody is left to answer to.
  select coalesce(
    (
      select message.stop_requested_at is not null
      from public.ai_messages as message
      where message.org_id = p_org_id and message.request_id = p_request_id and message.role = 'assistant'
    ),
    true
  )
$$;


ALTER FUNCTION public.turn_stop_requested(p_org_id uuid, p_request_id uuid) OWNER TO postgres;

-- Name: FUNCTION turn_stop_requested(p_org_id uuid, p_request_id uuid); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.turn_stop_requested(p_org_id uuid, p_request_id uuid) IS 'Whether the answer of a turn should stop: its user said so, or deleted it.';

-- Name: FUNCTION turn_stop_requested(p_org_id uuid, p_request_id uuid); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.turn_stop_requested(p_org_id uuid, p_request_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.turn_stop_requested(p_org_id uuid, p_request_id uuid) TO service_role;

-- Name: unset_setting(text, uuid, uuid, integer); Type: FUNCTION; Schema: public; Owner: postgres

CREATE FUNCTION public.unset_setting(p_key text, p_org_id uuid DEFAULT NULL::uuid, p_user_id uuid DEFAULT NULL::uuid, p_expected_version integer DEFAULT NULL::integer) RETURNS boolean
    LANGUAGE sql
    SET search_path TO ''
    AS $_$
  select private.unset_setting($1, $2, $3, $4)
$_$;


ALTER FUNCTION public.unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer) OWNER TO postgres;

-- Name: FUNCTION unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer); Type: COMMENT; Schema: public; Owner: postgres

COMMENT ON FUNCTION public.unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer) IS 'Removes the value at one scope, so that the wider one counts again; false when there was none. Errors as set_setting().';

-- Name: FUNCTION unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer); Type: ACL; Schema: public; Owner: postgres

REVOKE ALL ON FUNCTION public.unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer) TO authenticated;
GRANT ALL ON FUNCTION public.unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer) TO service_role;
