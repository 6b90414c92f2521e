import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Control, serveControl } from "./control.ts";
import type { Fault } from "./faults/fault.ts";
import { FaultPlan } from "./faults/fault-plan.ts";
import { Journal } from "./journal.ts";
import { formJson } from "./wire/form-json.ts";
import { Reply } from "./reply.ts";
import { serveProvider } from "./serve-provider.ts";
import { parseJson } from "./wire/json.ts";
import type { ProviderName } from "./wire/prompt.ts";
import { startRenderer } from "./wire/render.ts";

/** How the stand-in is started. */
export interface StandInOptions {
  /** @default {0} any free port */
  port?: number;
  /** Faults from the beginning. */
  faults?: readonly Fault[];
}

/** A running stand-in. */
export interface StandIn {
  /** Base URL for the OpenAI SDK, with `/v1`. */
  openaiUrl: string;
  /** Base URL for the Anthropic SDK, without `/v1`. */
  anthropicUrl: string;
  /** Base URL for the OpenAI SDK when it speaks to Together, with `/v1`. */
  togetherUrl: string;
  /** URL of the control API. */
  controlUrl: string;
  control: Control;
  /** Breaks off what is under way and ends. */
  stop(): Promise<void>;
}

/** Starts the stand-in on this machine only. */
export async function startStandIn({ port = 0, faults = [] }: StandInOptions = {}): Promise<StandIn> {
  const plan = new FaultPlan();
  plan.set(faults);
  const journal = new Journal();
  const renderer = await startRenderer();
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://stand-in");
    const [, provider, path] = /^\/(openai|anthropic|together)(?:\/v1)?(\/.*)$/.exec(pathname) ?? [];
    const reply = new Reply(response, (provider ?? null) as ProviderName | null);
    try {
      const raw = await readBody(request);
      if (provider !== undefined && path !== undefined) {
        await serveProvider({
          ...{ reply, raw, path, plan, journal, renderer },
          provider: provider as ProviderName,
          method: request.method ?? "GET",
          hasKey: hasKey(request),
        });
      } else if (pathname.startsWith("/__control")) {
        serveControl(reply, request.method ?? "GET", pathname, parseJson(raw), plan, journal);
      } else reply.json(404, { message: `Nothing is served at ${pathname}` });
    } catch (cause) {
      // A client that went away in the middle of its request is no failure of ours.
      if (!reply.closed.aborted) {
        reply.json(500, { error: { message: `The stand-in failed: ${cause}`, type: "server_error" } });
      }
    }
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    openaiUrl: `${origin}/openai/v1`,
    anthropicUrl: `${origin}/anthropic`,
    togetherUrl: `${origin}/together/v1`,
    controlUrl: `${origin}/__control`,
    control: {
      setFaults: (next) => plan.set(next),
      requests: () => journal.read(),
      resetRequests: () => journal.reset(),
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      // Under Deno a connection whose response never began may stay open, and both servers would wait minutes for it.
      await Promise.race([Promise.all([closed, renderer.stop()]), new Promise((resolve) => setTimeout(resolve, 500))]);
    },
  };
}

function hasKey({ headers }: IncomingMessage): boolean {
  return /^Bearer \S/.test(headers.authorization ?? "") || String(headers["x-api-key"] ?? "") !== "";
}

async function readBody(request: IncomingMessage): Promise<string> {
  const type = request.headers["content-type"] ?? "";
  const pieces: Uint8Array[] = [];
  for await (const chunk of request) pieces.push(chunk as Uint8Array);
  const bytes = new Uint8Array(Buffer.concat(pieces));
  return type.startsWith("multipart/form-data") ? await formJson(bytes, type) : new TextDecoder().decode(bytes);
}
