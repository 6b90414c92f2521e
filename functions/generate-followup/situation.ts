import { type Channel, channels, type Hold, type Input, type Reason } from "./schemas.ts";

/** Where a conversation with a lead stands. */
export interface Situation {
  reason: Reason;
  channel: Channel;
  /** Our messages since the lead last wrote. */
  unanswered: number;
  /** Why nothing should be sent; null = something should. */
  hold: Hold | null;
  /** ISO time of our last message; null if there was none or its time is unknown. */
  lastOutboundAt: string | null;
}

const DAY_MS = 86_400_000;
/** More unanswered messages than this are a nuisance. */
const MOST_UNANSWERED = 5;

/**
 * Tells from lead and history what is due. Nothing is sent to whoever opted out or is lost, after more than five messages without
 * an answer, or within a day of our last one, unless the lead has answered since.
 *
 * @param now ISO time.
 */
export function situationOf(given: Input, now: string): Situation {
  const { lead } = given;
  const history = given.history ?? [];
  const lastInbound = history.findLastIndex(({ direction }) => direction === "inbound");
  const sent = history.length - 1 - lastInbound;
  // A history may be only the end of one, as long as no answer is in it.
  const unanswered = lastInbound >= 0 ? sent : Math.max(sent, lead.follow_up_stage ?? 0);
  const written = history.findLast(({ direction, at }) => direction === "outbound" && (at ?? null) !== null)?.at ??
    null;
  const lastOutboundAt = later(written, lead.last_outbound_at ?? null) ?? lead.last_contact_at ?? null;
  const hasAnswered = lastInbound >= 0
    ? sent === 0
    : isAfter(lead.last_inbound_at ?? null, lastOutboundAt) && history.length === 0;
  return {
    reason: given.reason ?? (unanswered > 0 || history.length === 0 ? "no_response" : "showed_interest"),
    channel: given.channel ?? channelOf(lead.preferred_channel) ?? "whatsapp",
    unanswered,
    hold: holdOf(given, { unanswered, lastOutboundAt, hasAnswered }, now),
    lastOutboundAt,
  };
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
