import type { TaskContext } from "@shared/ai-task/mod.ts";
import type { Followup, Input, Reason } from "./schemas.ts";
import { type Situation, situationOf } from "./situation.ts";
import { fillTemplate, type Template } from "./templates.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Days to wait after our last message, by the number of messages without an answer. */
const COLD_WAITS = [2, 3, 5, 20, 90];
const INTERESTED_WAITS = [14, 16, 90];

/** Writes the follow-up from a template: which one, and when, follows from reason and stage. */
export function followupByRules(given: Input, { language, now }: TaskContext): Followup {
  const situation = situationOf(given, now);
  const { channel, hold } = situation;
  const template = templateFor(situation);
  const { text, subject } = fillTemplate(template, language, {
    name: textOrNull(given.lead.name),
    company: textOrNull(given.lead.company),
    sender: textOrNull(given.sender?.name),
  });
  return {
    send: hold === null,
    hold_reason: hold,
    text: hold === null ? text : "",
    subject: hold === null && channel === "email" ? subject : null,
    channel,
    suggested_time: timeFor(situation, now),
    priority: PRIORITY[situation.reason],
    confidence: 0.6,
  };
}

/** No answer yet: reminder, value, last try, then reactivation. Everybody else gets something of value. */
export function templateFor({ reason, unanswered }: Pick<Situation, "reason" | "unanswered">): Template {
  if (reason === "reactivation") return "reactivation";
  if (reason === "call_scheduled") return "reminder";
  if (reason !== "no_response") return "value";
  return (["reminder", "reminder", "value", "last"] as const)[unanswered] ?? "reactivation";
}

/** Our last message plus the flow's waiting time, to the hour; at the earliest in an hour. */
export function timeFor({ reason, unanswered, lastOutboundAt }: Situation, now: string): string {
  const waits = reason === "periodic_checkin" ? INTERESTED_WAITS : COLD_WAITS;
  const sent = Math.max(0, unanswered - 1);
  const days = waits[Math.min(sent, waits.length - 1)] ?? 0;
  const due = lastOutboundAt === null ? 0 : Date.parse(lastOutboundAt) + days * DAY_MS;
  const time = Math.max(due, Date.parse(now) + HOUR_MS);
  return new Date(Math.ceil(time / HOUR_MS) * HOUR_MS).toISOString();
}

const PRIORITY: Record<Reason, Followup["priority"]> = {
  showed_interest: "high",
  watched_video: "high",
  objection_handled: "high",
  call_scheduled: "scheduled",
  no_response: "normal",
  periodic_checkin: "low",
  reactivation: "low",
};

function textOrNull(text: string | null | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}
