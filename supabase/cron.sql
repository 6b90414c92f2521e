-- Every scheduled job of Signalbox, in one file that may be run again: a job of the same name is replaced.
-- Applied by the deploy and by `deno task start`. Minutes are staggered so that jobs do not meet at the full minute.

-- Hosted projects bring these; a Postgres without pg_cron runs without jobs, and the ledger is right all the same.
create extension if not exists pg_cron;
create extension if not exists pg_net with schema extensions;

-- Expired holds are charged in full: half a minute bounds how long a crash can hold money.
select cron.schedule('signalbox-sweep-holds', '30 seconds', $$select private.sweep_holds()$$);

-- Queue rows whose first dispatch was lost, or whose pause is over.
select cron.schedule('signalbox-dispatch-jobs', '20 seconds', $$select private.dispatch_jobs()$$);

-- New requests into the rollups. Views show the live tail, so this is about speed, not freshness.
select cron.schedule('signalbox-roll-up', '* * * * *', $$select private.roll_up()$$);

-- This month's and the next two months' partitions; rows waiting in a default partition move.
select cron.schedule('signalbox-ensure-partitions', '3 1 * * *', $$select private.ensure_log_partitions()$$);
select cron.schedule('signalbox-drop-old-partitions', '13 1 * * *', $$select private.drop_old_log_partitions()$$);

-- Days of the ledger that are over and right; holds of closed days beyond the log's retention.
select cron.schedule('signalbox-close-ledger-days', '9,29,49 * * * *', $$select private.close_ledger_days()$$);
select cron.schedule('signalbox-purge-holds', '33 1 * * *', $$select private.purge_holds()$$);

-- Expired cache entries and idempotency keys, and cron's own history, which nothing else ever removes.
select cron.schedule('signalbox-forget-expired', '17 * * * *', $$select private.forget_expired()$$);
select cron.schedule('signalbox-forget-similar', '19 * * * *', $$select private.forget_similar()$$);

-- Alert rules against this minute's figures; what opened or ended is told right after.
select cron.schedule('signalbox-evaluate-alerts', '* * * * *', $$select private.evaluate_alerts()$$);
select cron.schedule('signalbox-deliver-alerts', '15 seconds', $$select private.deliver_alerts()$$);
select cron.schedule('signalbox-forget-alerts', '23 1 * * *', $$select private.forget_alerts()$$);

-- Spans to an OpenTelemetry collector; does nothing until the setting ai.otlp.endpoint names one.
select cron.schedule('signalbox-export-spans', '10 seconds', $$select private.export_spans()$$);

-- Providers nobody has heard of for a while, or whose pause is over, are asked for their models: it costs nothing.
select cron.schedule('signalbox-request-probes', '* * * * *', $$select private.request_probes()$$);

-- How long answers are, for budgets that hold what they usually cost.
select cron.schedule('signalbox-learn-output-bounds', '43 1 * * *', $$select private.learn_output_bounds()$$);

-- What scores are worth, learned anew from yesterday's outcomes.
select cron.schedule('signalbox-fit-calibrations', '23 2 * * *', $$select private.fit_calibrations()$$);

-- Thresholds that organizations ask for as a share of wrong answers, from the labels so far.
select cron.schedule('signalbox-apply-error-bounds', '43 2 * * *', $$select private.apply_all_error_bounds()$$);

-- Prompt experiments: stopped when a variant does harm, ended when the test has a verdict.
select cron.schedule('signalbox-watch-experiments', '11,26,41,56 * * * *', $$select private.watch_experiments()$$);

-- Vectors for what was said and written down since.
select cron.schedule('signalbox-embed-memory', '2,7,12,17,22,27,32,37,42,47,52,57 * * * *', $$select private.queue_memory_vectors()$$);

-- Finished months into their materialized view, when nobody looks.
select cron.schedule('signalbox-refresh-usage-months', '37 1 * * *', $$select private.refresh_usage_months()$$);

-- Jobs of earlier versions.
select cron.unschedule(j.jobid) from cron.job as j where j.jobname = 'signalbox-refresh-usage-views';

-- Ingestions whose invocation was lost or whose pause is over, uploads nobody asked to ingest, files nobody needs, old jobs.
select cron.schedule('signalbox-dispatch-ingestions', '15 seconds', $$select private.dispatch_ingestions()$$);
select cron.schedule('signalbox-ingest-orphans', '4,14,24,34,44,54 * * * *', $$select private.ingest_orphans()$$);
select cron.schedule('signalbox-remove-files', '* * * * *', $$select private.remove_files()$$);
select cron.schedule('signalbox-forget-ingestions', '43 1 * * *', $$select private.forget_ingestions()$$);
-- Searches kept longer than kb.searchRetentionDays.
select cron.schedule('signalbox-forget-searches', '47 1 * * *', $$select private.forget_searches()$$);

-- Events of streamed answers, kept for clients that come back.
select cron.schedule('signalbox-forget-turn-events', '12,42 * * * *', $$select private.forget_turn_events()$$);

-- Answers whose isolate is gone, after the sweep of their holds.
select cron.schedule('signalbox-end-lost-turns', '30 seconds', $$select private.end_lost_turns()$$);

-- Runs of agents whose request was lost or whose pause is over.
select cron.schedule('signalbox-dispatch-agent-runs', '10 seconds', $$select private.dispatch_agent_runs()$$);
