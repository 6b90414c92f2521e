import { type JsonRecord, record } from "./json-value.ts";

/** What a fixture server was sent. */
export interface SentRequest {
  method: string;
  path: string;
  headers: Headers;
  body: JsonRecord;
}

/** A server in a test. */
export interface FixtureServer {
  /** Without a path or a slash at its end. */
  url: string;
  /** Requests so far. */
  sent: SentRequest[];
}

/** The text of `tests/fixtures/providers/<name>`. */
export function fixture(name: string): string {
  return Deno.readTextFileSync(new URL(`../../tests/fixtures/providers/${name}`, import.meta.url));
}

/** The same bytes as a response with a fitting content type. */
export function fixtureResponse(
  name: string,
  { status = 200, headers = {} }: { status?: number; headers?: HeadersInit } = {},
): Response {
  const type = name.endsWith(".json") ? "application/json" : "text/event-stream; charset=utf-8";
  return new Response(fixture(name), {
    status,
    headers: { "content-type": type, ...Object.fromEntries(new Headers(headers)) },
  });
}

/** Serves HTTP on a free port while `use` runs. */
export async function serving(
  respond: (request: SentRequest) => Response,
  use: (server: FixtureServer) => Promise<void>,
): Promise<void> {
  const sent: SentRequest[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const { method, headers } = request;
    const received = { method, path: pathname, headers, body: record(await request.json()) };
    sent.push(received);
    return respond(received);
  });
  try {
    await use({ url: `http://127.0.0.1:${server.addr.port}`, sent });
  } finally {
    await server.shutdown();
  }
}

/** One connection, after its request was read. */
export interface Wire {
  /** Writes the head of a chunked response. */
  head(type: string, headers?: Record<string, string>): Promise<void>;
  /** Writes text as one chunk. */
  chunk(text: string): Promise<void>;
  /** Writes the last, empty chunk: the end HTTP itself asks for. */
  end(): Promise<void>;
  /** Writes bytes as they are. */
  raw(text: string): Promise<void>;
  /** Settles when the other side has hung up. */
  readonly hungUp: Promise<void>;
}

/** Serves bytes on a free port while `use` runs, for faults a proper HTTP server would not commit. Hangs up after `respond`. */
export async function servingBytes(
  respond: (wire: Wire) => Promise<void>,
  use: (server: Pick<FixtureServer, "url">) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const connection of listener) connections.push(answerBytes(connection, respond));
  })();
  try {
    await use({ url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}` });
  } finally {
    listener.close();
    await accepting;
    await Promise.all(connections);
  }
}

async function answerBytes(connection: Deno.Conn, respond: (wire: Wire) => Promise<void>): Promise<void> {
  try {
    await readRequest(connection);
    await respond(wireOf(connection));
  } finally {
    try {
      connection.close();
    } catch {
      // The other side was first.
    }
  }
}

function wireOf(connection: Deno.Conn): Wire {
  const encoder = new TextEncoder();
  const raw = async (text: string) => {
    const bytes = encoder.encode(text);
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
  };
  return {
    raw,
    head: (type, headers = {}) => {
      const lines = Object.entries({ "content-type": type, "transfer-encoding": "chunked", ...headers });
      return raw(`HTTP/1.1 200 OK\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);
    },
    chunk: (text) => raw(`${encoder.encode(text).length.toString(16)}\r\n${text}\r\n`),
    end: () => raw("0\r\n\r\n"),
    get hungUp() {
      return hangUp(connection);
    },
  };
}

async function hangUp(connection: Deno.Conn): Promise<void> {
  try {
    while (await connection.read(new Uint8Array(1024)) !== null);
  } catch {
    // A reset is a way to hang up.
  }
}

async function readRequest(connection: Deno.Conn): Promise<void> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let text = "";
  while (true) {
    const length = await connection.read(buffer);
    if (length === null) return;
    text += decoder.decode(buffer.subarray(0, length), { stream: true });
    const headEnd = text.indexOf("\r\n\r\n");
    const declared = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (headEnd !== -1 && new TextEncoder().encode(text.slice(headEnd + 4)).length >= declared) return;
  }
}
