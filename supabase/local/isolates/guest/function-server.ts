import { controlHeader, type Endpoint, type GuestRequest, requestHeader, tokenHeader } from "../wire.ts";
import { unload } from "./edge-runtime.ts";

type Handler = (request: Request, info: Deno.ServeHandlerInfo) => Response | Promise<Response>;

const serve = Deno.serve;

/** Where to listen, and whom to tell. */
export interface FunctionServerOptions {
  endpoint: Endpoint;
  token: string;
  onListen(endpoint: Endpoint): void;
}

/** The one server of an isolate. */
export interface FunctionServer {
  /** Whether the function has given its handler. */
  readonly listening: boolean;
  /** Serves a handler that was exported instead of passed to `Deno.serve`. */
  serve(handler: Handler): void;
}

/** Makes `Deno.serve` listen on the isolate's private endpoint, whatever address the function asks for. */
export function captureServe(options: FunctionServerOptions): FunctionServer {
  let listening = false;
  const listen = (given: Deno.ServeOptions, handler: Handler) => {
    if (listening) throw new Error("Cannot serve twice: a function has one handler");
    listening = true;
    const onListen = (address: Deno.Addr) => {
      options.onListen(address.transport === "unix" ? options.endpoint : { port: (address as Deno.NetAddr).port });
    };
    const shared = {
      ...(given.onError === undefined ? {} : { onError: given.onError }),
      ...(given.signal === undefined ? {} : { signal: given.signal }),
      onListen,
    };
    const guarded = guard(options.token, handler);
    if ("path" in options.endpoint) return serve({ ...shared, path: options.endpoint.path }, guarded as never);
    return serve({ ...shared, hostname: "127.0.0.1", port: options.endpoint.port }, guarded as never);
  };

  const value = (first: unknown, second?: unknown) => {
    const given = (typeof first === "function" ? {} : first) as Deno.ServeOptions & { handler?: Handler };
    const handler = typeof first === "function" ? first : second ?? given.handler;
    if (typeof handler !== "function") throw new TypeError("Cannot serve: no handler was given");
    return listen(given, handler as Handler);
  };
  Object.defineProperty(Deno, "serve", { value });

  return {
    get listening() {
      return listening;
    },
    serve: (handler) => void listen({}, handler),
  };
}

function guard(token: string, handler: Handler): Handler {
  return async (wire, info) => {
    if (wire.headers.get(tokenHeader) !== token) return new Response(null, { status: 403 });
    const control = wire.headers.get(controlHeader);
    if (control !== null) return await obey(control);
    return await handler(restore(wire), info);
  };
}

async function obey(control: string): Promise<Response> {
  if (control.startsWith("stop:")) {
    await unload(control.slice("stop:".length));
    Deno.exit(0);
  }
  return new Response(null, { status: 204 });
}

/** The request as the client sent it. */
function restore(wire: Request): Request {
  const seen: GuestRequest = JSON.parse(wire.headers.get(requestHeader) ?? "null");
  const headers = new Headers(seen.headers);
  if (wire.headers.get("upgrade") === null) {
    return new Request(seen.url, { method: wire.method, headers, body: wire.body, signal: wire.signal });
  }
  // Deno.upgradeWebSocket accepts only the request that the server made: its face is changed in place.
  for (
    const name of ["upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "sec-websocket-protocol"]
  ) {
    const value = wire.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  Object.defineProperty(wire, "url", { value: seen.url });
  Object.defineProperty(wire, "headers", { value: headers });
  return wire;
}
