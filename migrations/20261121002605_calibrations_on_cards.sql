-- A calibration is on the route cards of its task, so a new one makes them old.
create trigger ai_calibrations_bump_registry after insert or update or delete on public.ai_calibrations
  for each row execute function private.registry_row_changed();
