import { Cron } from "croner";

/** A schedule that is being kept. */
export interface Timer {
  stop(): void;
}

/** Calls `onDue` at the times of a pg_cron schedule, in UTC: `30 seconds`, five fields with `$` for a month's last day, or `@daily`. */
export function scheduleTimer(schedule: string, onDue: () => void): Timer {
  const text = schedule.trim();
  const seconds = /^(\d+)\s+seconds?$/i.exec(text)?.[1];
  if (seconds !== undefined) {
    const interval = setInterval(onDue, Number(seconds) * 1000);
    return { stop: () => clearInterval(interval) };
  }
  if (text === "@reboot") {
    onDue();
    return { stop: () => {} };
  }
  const cron = new Cron(text.replace("$", "L"), { timezone: "UTC", unref: true }, onDue);
  return { stop: () => cron.stop() };
}
