-- What the dashboard asks for is read from few rows of the rollups. By the size of the log beside them Postgres takes the question for a
-- large one and compiles it first: at ten million calls that took 0.9 s of a series' 0.95 s.
alter function public.ai_usage_summary(uuid, date, date) set jit = off;
alter function public.ai_usage_breakdown(uuid, date, date, text, integer, text) set jit = off;
alter function public.ai_usage_series(uuid, date, date, text, integer) set jit = off;
alter function public.ai_latency_profile(uuid, date, date) set jit = off;
alter function public.ai_quality_funnel(uuid, date, date, text) set jit = off;
alter function public.ai_steps(uuid, uuid, text, text) set jit = off;
alter function public.ai_recent_jobs(uuid, timestamptz, integer) set jit = off;
