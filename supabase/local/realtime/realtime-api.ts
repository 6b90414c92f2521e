import type { Caller } from "../data-api/caller.ts";
import type { Database } from "../database/database.ts";
import { bearerToken } from "../auth/token-gate.ts";
import { ChannelHub } from "./channel-hub.ts";
import { type RealtimeParts, serveSocket } from "./realtime-socket.ts";

/** What Realtime is made of besides what a socket needs. */
export interface RealtimeApiParts extends Omit<RealtimeParts, "hub"> {
  database: Database;
}

/** The running Realtime. */
export interface RealtimeApi {
  /** Answers below `/realtime/v1`: sockets, and broadcasts over HTTP. */
  fetch(request: Request): Promise<Response>;
  /** Closes every socket. */
  stop(): Promise<void>;
}

/** How long messages sent from the database are kept, as hosted. */
const KEPT = "3 days";

/** Starts Realtime: broadcast and presence between clients, over HTTP, and from the database by `realtime.send`. */
export async function startRealtime(parts: RealtimeApiParts): Promise<RealtimeApi> {
  const { database, callerOfToken, access, log } = parts;
  const hub = new ChannelHub();
  const sockets = new Set<WebSocket>();

  async function passOn(id: string): Promise<void> {
    const [message] = await database.query<{ topic: string; event: string; payload: unknown; isPrivate: boolean }>(
      `select topic, event, payload, private as "isPrivate" from realtime.messages where id = $1`,
      [id],
    );
    if (message === undefined) return;
    const { topic, event, payload, isPrivate } = message;
    hub.broadcast({ name: topic, isPrivate }, { event, payload, meta: { id } }, null);
  }

  async function mayWrite({ topic, isPrivate }: Addressed, caller: Caller): Promise<boolean> {
    return !isPrivate || caller.role === "service_role" || (await access(topic, caller)).writeBroadcast;
  }

  await database.query(`delete from realtime.messages where inserted_at < now() - interval '${KEPT}'`);
  const unlisten = await database.listen("realtime_messages", (id) => {
    passOn(id).catch((error) => log(`[realtime] Cannot pass on message ${id}: ${error}`));
  });

  return {
    async fetch(request) {
      const url = new URL(request.url);
      const apiKey = url.searchParams.get("apikey") ?? request.headers.get("apikey") ?? "";
      const caller = await callerOfToken(bearerToken(request.headers) ?? apiKey);
      if (await callerOfToken(apiKey) === null || caller === null) {
        return Response.json({ message: "Unauthorized" }, { status: 401 });
      }
      if (request.method === "POST") {
        const messages = await readMessages(request, url);
        if (messages === null) return Response.json({ message: "Not found" }, { status: 404 });
        for (const message of messages) {
          if (!await mayWrite(message, caller)) continue;
          const { topic, isPrivate, event, payload } = message;
          hub.broadcast({ name: topic, isPrivate }, { event, payload }, null);
        }
        return new Response(null, { status: 202 });
      }
      if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
        return Response.json({ message: "Not found" }, { status: 404 });
      }
      const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 120 });
      const version = url.searchParams.get("vsn")?.startsWith("2") ? 2 : 1;
      serveSocket(socket, version, apiKey, { hub, callerOfToken, access, log });
      sockets.add(socket);
      socket.addEventListener("close", () => sockets.delete(socket));
      return response;
    },
    async stop() {
      await unlisten();
      for (const socket of sockets) socket.close(1001, "The stack stops");
    },
  };
}

interface Addressed {
  topic: string;
  isPrivate: boolean;
}

/** The broadcasts of `POST …/api/broadcast` and `POST …/api/broadcast/<topic>/events/<event>`; null for other paths. */
async function readMessages(
  request: Request,
  { pathname, searchParams }: URL,
): Promise<(Addressed & { event: string; payload: unknown })[] | null> {
  const [, topic, event] = /\/api\/broadcast\/([^/]+)\/events\/([^/]+)$/.exec(pathname) ?? [];
  if (topic !== undefined && event !== undefined) {
    const isBytes = request.headers.get("content-type") === "application/octet-stream";
    return [{
      topic: decodeURIComponent(topic),
      event: decodeURIComponent(event),
      isPrivate: searchParams.get("private") === "true",
      payload: isBytes ? await request.bytes() : await request.json(),
    }];
  }
  if (!pathname.endsWith("/api/broadcast")) return null;
  const { messages }: { messages: { topic: string; event: string; payload: unknown; private?: boolean }[] } =
    await request.json();
  return messages.map(({ topic, event, payload, private: isPrivate = false }) => ({
    topic,
    event,
    payload,
    isPrivate,
  }));
}
