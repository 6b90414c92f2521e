-- Cron's roll-up is one large statement over few rows: by the size of the log it would be compiled every minute, which takes longer than running it.
alter function private.roll_up_alone() set jit = off;
