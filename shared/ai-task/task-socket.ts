import { AppError } from "@shared/errors/mod.ts";
import { ACTING_USER, errorLanguage, problemOf, problemResponse, requireIdentity, validate } from "@shared/http/mod.ts";
import { wordingOf } from "@shared/messages/mod.ts";
import { z } from "zod";
import { socketEvents } from "./socket-events.ts";
import type { TaskDeps } from "./task-deps.ts";

/** The subprotocol; what follows it in the client's list are its token and key. */
const PROTOCOL = "signalbox";
const TOKEN = "jwt.";
const KEY = "apikey.";
/** Calls at once on one socket; more are a mistake, and would go on when the client is gone. */
const MOST_CALLS = 8;

const id = z.union([z.string().max(100), z.number()]);
const message = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("call"), id, body: z.record(z.string(), z.unknown()) }),
  z.strictObject({ type: z.literal("cancel"), id }),
  z.strictObject({ type: z.literal("authorize"), token: z.string().min(1).max(10_000) }),
  z.strictObject({ type: z.literal("ping") }),
]);

/** Whether a request asks for a WebSocket. */
export function wantsSocket(request: Request): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

/**
 * A task over a WebSocket: the same calls with the same answers, several at once. Browsers send no headers with it, so token and
 * key come as subprotocols (`signalbox`, `jwt.<token>`, `apikey.<key>`) or as `?jwt=…&apikey=…`.
 *
 * The client sends `{type: "call", id, body}` (a task's body, or an action), `{type: "cancel", id}`, `{type: "authorize", token}`
 * before its token ends, and `{type: "ping"}`. It gets `{id, event, data, number?}` with the events of a stream, `{id, event:
 * "data", data}` for an action, `{id, event: "error", data}` with a problem document, and `{event: "pong"}`.
 *
 * @param handle The task's own handler: every call is checked, admitted and settled as if it had come by HTTP.
 */
export async function serveTaskSocket(
  request: Request,
  handle: (request: Request) => Promise<Response>,
  { authenticate, waitUntil, newId }: Pick<TaskDeps, "authenticate" | "waitUntil" | "newId">,
): Promise<Response> {
  const headers = credentials(request);
  const wording = await wordingOf(errorLanguage(new Request(request.url, { headers })));
  try {
    requireIdentity(await authenticate(headers));
  } catch (error) {
    return problemResponse(error, { requestId: newId(), wording });
  }
  const offered = protocols(request).includes(PROTOCOL);
  const { socket, response } = Deno.upgradeWebSocket(request, offered ? { protocol: PROTOCOL } : {});
  const calls = new Map<string | number, AbortController>();
  const send = (data: unknown) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(data));
  };
  const fail = (id: string | number | null, error: unknown) =>
    send({ ...(id === null ? {} : { id }), event: "error", data: problemOf(error, newId(), wording) });

  async function call(id: string | number, body: Record<string, unknown>): Promise<void> {
    if (calls.has(id)) return fail(id, new AppError("invalid_request", "Cannot call: the id is in use"));
    if (calls.size >= MOST_CALLS) return fail(id, new AppError("rate_limited", "Cannot call: too many calls at once"));
    const leaving = new AbortController();
    calls.set(id, leaving);
    try {
      const answer = await handle(
        new Request(request.url, {
          method: "POST",
          headers: { ...Object.fromEntries(headers), "content-type": "application/json" },
          body: JSON.stringify("action" in body ? body : { ...body, options: streaming(body["options"]) }),
          signal: leaving.signal,
        }),
      );
      for await (const event of socketEvents(answer)) send({ id, ...event });
    } catch (error) {
      if (!leaving.signal.aborted) fail(id, error);
    } finally {
      calls.delete(id);
    }
  }

  socket.onmessage = ({ data }) => {
    let asked: z.output<typeof message>;
    try {
      asked = validate(message, typeof data === "string" ? parsed(data) : null);
    } catch (error) {
      return fail(null, error);
    }
    if (asked.type === "ping") send({ event: "pong" });
    else if (asked.type === "authorize") headers.set("authorization", `Bearer ${asked.token}`);
    else if (asked.type === "cancel") calls.get(asked.id)?.abort();
    else waitUntil(call(asked.id, asked.body));
  };
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  socket.onclose = () => {
    for (const leaving of calls.values()) leaving.abort();
    close();
  };
  // The isolate has to live as long as somebody is connected to it.
  waitUntil(closed);
  return response;
}

function streaming(options: unknown): Record<string, unknown> {
  return { ...(typeof options === "object" ? options : {}), stream: true };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function protocols(request: Request): string[] {
  return request.headers.get("sec-websocket-protocol")?.split(",").map((name) => name.trim()) ?? [];
}

/** What the caller shows of himself, as the headers a request would have. */
function credentials(request: Request): Headers {
  const headers = new Headers();
  const { searchParams } = new URL(request.url);
  const offered = protocols(request);
  const named = (prefix: string) => offered.find((name) => name.startsWith(prefix))?.slice(prefix.length);
  const token = named(TOKEN) ?? searchParams.get("jwt");
  const key = named(KEY) ?? searchParams.get("apikey") ?? request.headers.get("apikey");
  const authorization = token === null ? request.headers.get("authorization") : `Bearer ${token}`;
  if (authorization !== null) headers.set("authorization", authorization);
  if (key !== null) headers.set("apikey", key);
  for (const name of [ACTING_USER, "accept-language"]) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}
