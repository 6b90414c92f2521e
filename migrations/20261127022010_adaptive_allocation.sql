-- Adaptive allocation, for those who would rather not give half their traffic to what looks worse: an experiment may move the shares
-- of its variants as it goes, each to the probability that it is the best (Thompson's rule with Beta posteriors).
--
-- The probabilities are integrated on a fixed grid, not drawn: the same counts give the same shares, and no seed is needed. The test
-- stays the same; that it keeps its error under these shares is simulated in shared/statistics/allocation.test.ts.
-- thompsonWeights() there is the same mathematics.

create function private.beta_masses(p_a float8, p_b float8, p_low float8, p_high float8, p_cells integer)
returns float8[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_masses float8[];
  v_total  float8;
begin
  -- Densities in the middle of each cell, relative to the largest: their constant cancels out.
  select array_agg(x.height order by x.cell) into v_masses
  from (
    select d.cell, exp(greatest(-700, d.logarithm - max(d.logarithm) over ())) as height
    from (
      select c as cell, (p_a - 1) * ln(m.x) + (p_b - 1) * ln(1 - m.x) as logarithm
      from generate_series(1, p_cells) as c
      cross join lateral (select p_low + (p_high - p_low) * (c - 0.5) / p_cells as x) as m
    ) as d
  ) as x;
  select sum(m) into v_total from unnest(v_masses) as m;
  return array(select m / v_total from unnest(v_masses) with ordinality as t (m, n) order by t.n);
end
$$;
comment on function private.beta_masses(float8, float8, float8, float8, integer) is 'Probability of a Beta(a, b) variable in each of so many equal cells between two bounds that hold all of it.';

create function private.best_probabilities(p_successes bigint[], p_trials bigint[])
returns numeric[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  c_cells constant integer := 600;
  v_count integer := cardinality(p_trials);
  v_low   float8 := 1;
  v_high  float8 := 0;
  v_mean  float8;
  v_eight float8; -- eight standard deviations: nothing lies beyond
  v_below float8[] := array_fill(0.0::float8, array[v_count]);
  v_win   float8[] := array_fill(0.0::float8, array[v_count]);
  v_all   float8[] := '{}';
  v_one   float8;
  v_sum   float8;
begin
  for i in 1 .. v_count loop
    v_mean := (p_successes[i] + 1)::float8 / (p_trials[i] + 2);
    v_eight := 8 * sqrt(v_mean * (1 - v_mean) / (p_trials[i] + 3));
    v_low := least(v_low, v_mean - v_eight);
    v_high := greatest(v_high, v_mean + v_eight);
  end loop;
  v_low := greatest(v_low, 1e-9);
  v_high := least(v_high, 1 - 1e-9);
  for i in 1 .. v_count loop
    v_all := v_all || private.beta_masses(p_successes[i] + 1, p_trials[i] - p_successes[i] + 1, v_low, v_high, c_cells);
  end loop;
  -- That a variant lies in a cell and all others lie below; half of a cell lies below its middle.
  for c in 1 .. c_cells loop
    for i in 1 .. v_count loop
      v_one := v_all[(i - 1) * c_cells + c];
      if v_one > 0 then
        for j in 1 .. v_count loop
          if j <> i then
            v_one := v_one * (v_below[j] + v_all[(j - 1) * c_cells + c] / 2);
          end if;
        end loop;
        v_win[i] := v_win[i] + v_one;
      end if;
    end loop;
    for i in 1 .. v_count loop
      v_below[i] := v_below[i] + v_all[(i - 1) * c_cells + c];
    end loop;
  end loop;
  select sum(x) into v_sum from unnest(v_win) as x;
  return array(select round((x / v_sum)::numeric, 4) from unnest(v_win) with ordinality as t (x, n) order by t.n);
end
$$;
comment on function private.best_probabilities(bigint[], bigint[]) is
  'The probability of each variant to have the highest rate, after so many successes of so many trials each (uniform prior), to four digits.';

create function private.share_traffic(e public.ai_experiments)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_variants  text[];
  v_successes bigint[];
  v_trials    bigint[];
  v_fewest    bigint;
  v_best      numeric[];
  v_floor     numeric;
begin
  select array_agg(r.variant order by r.variant), array_agg(coalesce(round(r.rate * r.effective_trials), 0)::bigint order by r.variant),
         array_agg(r.effective_trials order by r.variant), min(r.subjects)
  into v_variants, v_successes, v_trials, v_fewest
  from private.experiment_results(e.id) as r;
  if coalesce(v_fewest, 0) < 30 or cardinality(v_variants) < (
    select count(*) from public.ai_prompts as p
    where p.key = e.prompt_key and p.version = e.prompt_version and p.org_id is not distinct from e.org_id and p.status = 'active' and p.weight > 0)
  then
    return false;
  end if;
  v_best := private.best_probabilities(v_successes, v_trials);
  v_floor := least(e.share_floor, 1.0 / cardinality(v_variants));
  -- A change that nobody would notice is not worth new route cards for everybody.
  update public.ai_prompts as p
  set weight = s.share
  from (
    select t.variant, round(v_floor + (1 - v_floor * cardinality(v_variants)) * t.best, 4) as share
    from unnest(v_variants, v_best) as t (variant, best)
  ) as s
  where p.key = e.prompt_key and p.version = e.prompt_version and p.org_id is not distinct from e.org_id and p.status = 'active'
    and p.variant = s.variant and abs(p.weight - s.share) >= 0.01;
  return found;
end
$$;
comment on function private.share_traffic(public.ai_experiments) is
  'Moves the shares of a running experiment''s variants to their probabilities of being best. False before every variant has 30 subjects, and when nothing moves.';

revoke execute on function private.beta_masses(float8, float8, float8, float8, integer), private.best_probabilities(bigint[], bigint[]),
  private.share_traffic(public.ai_experiments) from public;
