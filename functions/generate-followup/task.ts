/**
 * Writes the next message to a lead: text, channel and time.
 *
 * @module
 */
import { defineTask, type RuleCheck, type TaskContext } from "@shared/ai-task/mod.ts";
import { leadFacts } from "@shared/sales/mod.ts";
import { followupByRules } from "./rules.ts";
import { type Followup, type Input, input, output } from "./schemas.ts";
import { situationOf } from "./situation.ts";

const DAY_MS = 86_400_000;
/** Characters a message may have where people read it on a phone. */
const SHORT_CHANNELS: Partial<Record<Followup["channel"], number>> = { whatsapp: 900, sms: 480, instagram: 900 };

/** A lead and what was written so far in, the next message out. */
export const generateFollowup = defineTask({
  task: "generate-followup",
  title: "Follow-up message",
  description: "Writes the next message to a lead: text, channel and time.",
  translations: {
    de: {
      title: "Folgenachricht",
      description: "Schreibt die nächste Nachricht an einen Lead: Text, Kanal und Zeitpunkt.",
    },
    fr: {
      title: "Message de relance",
      description: "Écrit le prochain message à un prospect : texte, canal et moment.",
    },
    es: {
      title: "Mensaje de seguimiento",
      description: "Escribe el siguiente mensaje a un cliente potencial: texto, canal y momento.",
    },
  },
  input,
  output,
  example: {
    input: {
      lead: { name: "Anna Weber", company: "Gasthof Sonne GmbH", status: "interested", preferred_channel: "email" },
      history: [
        { direction: "inbound", text: "We liked the tasting. What would 200 meals a day cost?" },
        { direction: "outbound", text: "Here is our offer for 200 meals a day, as discussed." },
      ],
      reason: "no_response",
      sender: { name: "Jonas Becker", company: "Freshplan" },
      goal: "Agree on a date for a short call",
    },
  },
  prompt: {
    version: 1,
    system:
      `You write follow-up messages for a sales person. Write in the language with code {{language}}, politely, in plain words, \
as one person to another: no sales phrases, no pressure, no invented facts, prices, dates or promises, no placeholders.
Take up what was said last. One thought, one question or one next step. WhatsApp and SMS: two to four sentences, no subject. \
Email: a subject, up to eight sentences.
Do not send anything (send: false, the reason, an empty text) if the lead opted out (do_not_contact), is lost, did not answer more \
than five messages, or got one less than a day ago without having answered.
suggested_time is when the message should go out: business hours, not before now. After no answer wait 2, 3, 5, 20, then 90 days \
since the last message.`,
    template: `Now: {{now}}
Send over: {{channel}}
Why a message is due: {{reason}}

The lead:
{{lead}}

What was written so far, oldest first:
{{history}}

Who writes, and what for:
{{sender}}`,
  },
  variables: (given, { now }) => {
    const { channel, reason, unanswered } = situationOf(given, now);
    return {
      channel,
      reason: `${reason}, ${unanswered} unanswered`,
      lead: leadFacts(given.lead),
      history: historyText(given),
      sender: [given.sender?.name, given.sender?.company, given.goal].filter((part) => (part ?? "") !== "").join("\n"),
    };
  },
  complexityText: (given) => historyText(given),
  maxOutputTokens: 1_000,
  temperature: 0.35,
  unusable: forbidden,
  completeness: (answer) => [
    { name: "filled:hold_reason", passed: answer.send || answer.hold_reason !== null },
    {
      name: "filled:subject",
      passed: !answer.send || answer.channel !== "email" || (answer.subject ?? "").trim() !== "",
    },
  ],
  consistency: contradictions,
  validation: rulesKept,
  compare: ({ send, channel }) => ({ send, channel }),
  selfReport: ({ confidence }) => confidence,
  rules: followupByRules,
  streams: false,
});

function historyText({ history }: Input): string {
  if ((history ?? []).length === 0) return "(nothing yet)";
  return (history ?? []).map(({ direction, at, channel, text }) => {
    const when = [at, channel].filter((part) => (part ?? "") !== "").join(", ");
    return `${direction === "inbound" ? "Lead" : "We"}${when === "" ? "" : ` (${when})`}: ${text}`;
  }).join("\n");
}

/** Nobody is written to who must not be, however good the message. */
function forbidden(answer: Followup, given: Input, { now }: TaskContext): string | null {
  const { hold } = situationOf(given, now);
  if (answer.send && hold !== null) return `send must be false and hold_reason ${hold}`;
  return answer.send && answer.text.trim() === "" ? "text must not be empty where send is true" : null;
}

/** What is held back is held for the right reason; what is sent goes the way and at a time that makes sense. */
function contradictions(answer: Followup, given: Input, { now }: TaskContext): RuleCheck[] {
  const { hold, channel } = situationOf(given, now);
  const days = (Date.parse(answer.suggested_time) - Date.parse(now)) / DAY_MS;
  return [
    { name: "sends_what_is_due", passed: answer.send === (hold === null) },
    { name: "hold_reason_fits", passed: answer.send ? answer.hold_reason === null : answer.hold_reason === hold },
    { name: "channel_as_asked", passed: answer.channel === channel },
    { name: "time_ahead", passed: days >= -1 / 24 && days <= 180 },
  ];
}

function rulesKept(answer: Followup): RuleCheck[] {
  const most = SHORT_CHANNELS[answer.channel];
  return [
    { name: "no_placeholders", passed: !/\[[^\]\n]{1,40}\]|\{\{|<[A-Za-z ]{2,30}>/.test(answer.text) },
    { name: "fits_the_channel", passed: most === undefined || answer.text.length <= most },
    { name: "subject_only_for_email", passed: answer.channel === "email" || answer.subject === null },
  ];
}
