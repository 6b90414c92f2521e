import type { Broadcast } from "./phoenix-frames.ts";

/** What one client tracks about itself: the fields it gave, and the reference that tells states apart. */
export type PresenceMeta = Record<string, unknown> & { phx_ref: string };

/** Everyone's presence, by key, as the Phoenix protocol writes it. */
export type PresenceState = Record<string, { metas: PresenceMeta[] }>;

/** A client in a channel. */
export interface Member {
  /** Under which its presence is shown. */
  readonly presenceKey: string;
  /** Whether it hears of others' presence. */
  readonly hearsPresence: boolean;
  /** Whether it gets its own broadcasts. */
  readonly hearsItself: boolean;
  broadcast(message: Broadcast): void;
  presenceDiff(joins: PresenceState, leaves: PresenceState): void;
}

/** A channel: public and private ones of the same name are two. */
export interface ChannelName {
  name: string;
  isPrivate: boolean;
}

/** Who is in which channel, and what they tell each other. */
export class ChannelHub {
  readonly #channels = new Map<string, Map<Member, PresenceMeta | null>>();
  #references = 0;

  join(channel: ChannelName, member: Member): void {
    const key = keyOf(channel);
    const members = this.#channels.get(key) ?? new Map();
    members.set(member, null);
    this.#channels.set(key, members);
  }

  leave(channel: ChannelName, member: Member): void {
    this.untrack(channel, member);
    const members = this.#channels.get(keyOf(channel));
    members?.delete(member);
    if (members?.size === 0) this.#channels.delete(keyOf(channel));
  }

  /** @param sender Null when the message comes from outside the channel. */
  broadcast(channel: ChannelName, message: Broadcast, sender: Member | null): void {
    for (const member of this.#channels.get(keyOf(channel))?.keys() ?? []) {
      if (member !== sender || member.hearsItself) member.broadcast(message);
    }
  }

  presence(channel: ChannelName): PresenceState {
    const state: PresenceState = {};
    for (const [{ presenceKey }, meta] of this.#channels.get(keyOf(channel)) ?? []) {
      if (meta !== null) (state[presenceKey] ??= { metas: [] }).metas.push(meta);
    }
    return state;
  }

  track(channel: ChannelName, member: Member, fields: Record<string, unknown>): void {
    const members = this.#channels.get(keyOf(channel));
    if (members === undefined) return;
    const before = members.get(member) ?? null;
    const previous = before === null ? {} : { phx_ref_prev: before.phx_ref };
    const meta: PresenceMeta = { ...fields, ...previous, phx_ref: String(++this.#references) };
    members.set(member, meta);
    this.#tellDiff(members, member, { joins: meta, leaves: before });
  }

  untrack(channel: ChannelName, member: Member): void {
    const members = this.#channels.get(keyOf(channel));
    const meta = members?.get(member) ?? null;
    if (members === undefined || meta === null) return;
    members.set(member, null);
    this.#tellDiff(members, member, { joins: null, leaves: meta });
  }

  #tellDiff(
    members: Map<Member, unknown>,
    { presenceKey }: Member,
    { joins, leaves }: { joins: PresenceMeta | null; leaves: PresenceMeta | null },
  ): void {
    const entry = (meta: PresenceMeta | null): PresenceState =>
      meta === null ? {} : { [presenceKey]: { metas: [meta] } };
    for (const member of members.keys()) {
      if (member.hearsPresence) member.presenceDiff(entry(joins), entry(leaves));
    }
  }
}

function keyOf({ name, isPrivate }: ChannelName): string {
  return `${isPrivate ? "private" : "public"}:${name}`;
}
