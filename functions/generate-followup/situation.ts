import { type Channel, channels, type Hold, type Input, type Reason } from "./schemas.ts";

/** Where a conversation with a lead stands. */
export interface Situation {
  reason: Reason;
  channel: Channel;
  /** Our messages since the lead last wrote. */
  unanswered: number;
  /** Why nothing should be sent; null = something should. */
  hold: Hold | null;
  /** ISO time of our last message or contact; null if there was none or its time is unknown. */
  lastOutboundAt: string | null;
}

const DAY_MS = 86_400_000;
/** More unanswered messages than this are a nuisance. */
const MOST_UNANSWERED = 5;

/**
 * Tells from lead and history what is due. Nothing is sent to whoever opted out or is lost, after more than five messages without
 * an answer, or within a day of our last one, unless the lead has answered since. A history may hold one channel of several, or only
 * the end of one: what the lead's own times say beside it counts as well.
 *
 * @param now ISO time.
 */
export function situationOf(given: Input, now: string): Situation {
  const { lead } = given;
  const history = given.history ?? [];
  const answeredAt = lead.last_inbound_at ?? null;
  const lastAnswered = history.findLastIndex(({ direction, at }) =>
    direction === "inbound" || (at ?? null) !== null && isAfter(answeredAt, at ?? null)
  );
  const sent = history.length - 1 - lastAnswered;
  const lastInboundAt = later(timeOfLastInbound(history), answeredAt);
  const lastOutboundAt = lastContact(given, lastInboundAt);
  const hasAnswered = sent === 0 &&
    (lastInboundAt === null ? history.length > 0 : isAfter(lastInboundAt, lastOutboundAt));
  const unanswered = hasAnswered || lastAnswered >= 0 ? sent : Math.max(sent, lead.follow_up_stage ?? 0);
  return {
    reason: given.reason ?? (hasAnswered ? "showed_interest" : "no_response"),
    channel: given.channel ?? channelOf(lead.preferred_channel) ?? "whatsapp",
    unanswered,
    hold: holdOf(given, { unanswered, lastOutboundAt, hasAnswered }, now),
    lastOutboundAt,
  };
}

/** When the lead last wrote in a history. One without a time is no earlier than what stands before it. */
function timeOfLastInbound(history: NonNullable<Input["history"]>): string | null {
  const end = history.findLastIndex(({ direction }) => direction === "inbound") + 1;
  return history.slice(0, end).findLast(({ at }) => (at ?? null) !== null)?.at ?? null;
}

/** Our last message, or a later contact of another kind, as long as it was not the lead who made it. */
function lastContact({ lead, history }: Input, lastInboundAt: string | null): string | null {
  const written = history?.findLast(({ direction, at }) => direction === "outbound" && (at ?? null) !== null)?.at ??
    null;
  const contact = lead.last_contact_at ?? null;
  const ours = contact !== null && lastInboundAt !== null && isAfter(lastInboundAt, contact) ? null : contact;
  return later(later(written, lead.last_outbound_at ?? null), ours);
}

function holdOf(
  { lead }: Input,
  { unanswered, lastOutboundAt, hasAnswered }: {
    unanswered: number;
    lastOutboundAt: string | null;
    hasAnswered: boolean;
  },
  now: string,
): Hold | null {
  if (lead.do_not_contact === true) return "opted_out";
  if (lead.status === "lost") return "lost";
  if (unanswered > MOST_UNANSWERED) return "too_many_unanswered";
  const isRecent = lastOutboundAt !== null && Date.parse(now) - Date.parse(lastOutboundAt) < DAY_MS;
  return isRecent && !hasAnswered ? "contacted_recently" : null;
}

function isAfter(time: string | null, other: string | null): boolean {
  return time !== null && (other === null || Date.parse(time) >= Date.parse(other));
}

function later(one: string | null, other: string | null): string | null {
  return isAfter(one, other) ? one : other;
}

function channelOf(preferred: string | null | undefined): Channel | null {
  return channels.find((channel) => channel === preferred?.toLowerCase()) ?? null;
}
