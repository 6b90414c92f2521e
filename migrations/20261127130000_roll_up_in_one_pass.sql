-- The rollups read what is new once instead of eleven times, and percentiles are computed by loops and doubles.
--
-- Each roll-up read the new log rows for every one of its tables; a million rows took minutes. Now one statement reads them and writes all
-- tables, and a second one those of the costs. A percentile was a query with a window and a logarithm of a numeric.

-- Since usage is read from the rollups alone, nothing asks from which day on.

alter table private.ai_rollup_state drop column views_from;
