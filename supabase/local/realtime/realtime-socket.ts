import type { Caller } from "../data-api/caller.ts";
import { type ChannelAccess, OPEN_ACCESS } from "./channel-access.ts";
import type { ChannelHub, ChannelName, Member } from "./channel-hub.ts";
import { type PhoenixMessage, type ProtocolVersion, readFrame, writeBroadcast, writeFrame } from "./phoenix-frames.ts";

/** What a socket needs of the server. */
export interface RealtimeParts {
  hub: ChannelHub;
  /** Who a token or API key stands for; null when it is no good. */
  callerOfToken: (token: string) => Promise<Caller | null>;
  /** What the caller may do in a private channel. */
  access: (topic: string, caller: Caller) => Promise<ChannelAccess>;
  log: (line: string) => void;
}

/** A channel this socket has joined. */
interface Joined {
  channel: ChannelName;
  member: Member;
  access: ChannelAccess;
  acknowledges: boolean;
}

interface JoinPayload {
  access_token?: string;
  config?: {
    private?: boolean;
    broadcast?: { self?: boolean; ack?: boolean };
    presence?: { key?: string; enabled?: boolean };
    postgres_changes?: unknown[];
  };
}

/** Speaks the Realtime protocol with one client until its socket closes. */
export function serveSocket(
  socket: WebSocket,
  version: ProtocolVersion,
  apiKey: string,
  { hub, callerOfToken, access, log }: RealtimeParts,
): void {
  const joined = new Map<string, Joined>();
  const send = (data: string | Uint8Array<ArrayBuffer>) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  };
  const push = (topic: string, joinRef: string | null, event: string, payload: unknown, ref: string | null = null) =>
    send(writeFrame({ joinRef, ref, topic, event, payload }, version));
  const reply = ({ topic, joinRef, ref }: PhoenixMessage, status: "ok" | "error", response: unknown = {}) =>
    push(topic, joinRef, "phx_reply", { status, response }, ref);

  function leave(topic: string): void {
    const known = joined.get(topic);
    if (known === undefined) return;
    joined.delete(topic);
    hub.leave(known.channel, known.member);
  }

  async function join(message: PhoenixMessage): Promise<void> {
    const { topic, joinRef } = message;
    const { access_token: token = apiKey, config = {} }: JoinPayload = Object(message.payload);
    const name = topic.replace(/^realtime:/, "");
    const isPrivate = config.private === true;
    if ((config.postgres_changes ?? []).length > 0) {
      return reply(message, "error", {
        reason: "The local stack has no postgres_changes: broadcast from the database instead (realtime.send)",
      });
    }
    const caller = await callerOfToken(token);
    if (caller === null) return reply(message, "error", { reason: "Unauthorized: the access token is not valid" });
    const granted = isPrivate ? await access(name, caller) : OPEN_ACCESS;
    if (!granted.readBroadcast && !granted.readPresence) {
      return reply(message, "error", {
        reason: `Unauthorized: You do not have permissions to read from this Channel topic: ${name}`,
      });
    }
    leave(topic);
    const member: Member = {
      presenceKey: config.presence?.key || crypto.randomUUID(),
      hearsPresence: config.presence?.enabled !== false && granted.readPresence,
      hearsItself: config.broadcast?.self === true,
      broadcast: (broadcast) => {
        if (granted.readBroadcast) send(writeBroadcast(topic, broadcast, version));
      },
      presenceDiff: (joins, leaves) => push(topic, joinRef, "presence_diff", { joins, leaves }),
    };
    const channel = { name, isPrivate };
    joined.set(topic, { channel, member, access: granted, acknowledges: config.broadcast?.ack === true });
    hub.join(channel, member);
    reply(message, "ok", { postgres_changes: [] });
    if (member.hearsPresence) push(topic, joinRef, "presence_state", hub.presence(channel));
  }

  /** A renewed token takes effect in private channels; one that lost its rights ends them. */
  async function renew({ topic, joinRef, payload }: PhoenixMessage, { channel }: Joined): Promise<void> {
    const { access_token: token }: JoinPayload = Object(payload);
    if (!channel.isPrivate || token === undefined) return;
    const caller = await callerOfToken(token);
    const granted = caller === null ? null : await access(channel.name, caller);
    if (granted?.readBroadcast || granted?.readPresence) return;
    leave(topic);
    push(topic, joinRef, "phx_close", {});
  }

  function broadcast(message: PhoenixMessage, { channel, member, access, acknowledges }: Joined): void {
    const { event, payload }: { event?: string; payload?: unknown } = Object(message.payload);
    if (access.writeBroadcast && event !== undefined) hub.broadcast(channel, { event, payload: payload ?? {} }, member);
    if (acknowledges) reply(message, access.writeBroadcast ? "ok" : "error");
  }

  function presence(message: PhoenixMessage, { channel, member, access }: Joined): void {
    const { event, payload }: { event?: string; payload?: Record<string, unknown> } = Object(message.payload);
    if (!access.writePresence) return reply(message, "error");
    if (event === "track") hub.track(channel, member, payload ?? {});
    else if (event === "untrack") hub.untrack(channel, member);
    reply(message, "ok");
  }

  async function receive(message: PhoenixMessage): Promise<void> {
    if (message.event === "heartbeat") return reply(message, "ok");
    if (message.event === "phx_join") return await join(message);
    const known = joined.get(message.topic);
    if (known === undefined) return reply(message, "error", { reason: "unmatched topic" });
    if (message.event === "phx_leave") {
      leave(message.topic);
      reply(message, "ok");
    } else if (message.event === "access_token") await renew(message, known);
    else if (message.event === "broadcast") broadcast(message, known);
    else if (message.event === "presence") presence(message, known);
  }

  // One after the other: a join must be done before what the client sends after it.
  let queue = Promise.resolve();
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => {
    const message = readFrame(data, version);
    if (message === null) return;
    queue = queue.then(() => receive(message)).catch((error) => log(`[realtime] ${error}`));
  };
  socket.onclose = () => {
    for (const topic of [...joined.keys()]) leave(topic);
  };
}
