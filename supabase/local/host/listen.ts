type Handler = (request: Request) => Response | Promise<Response>;

/** Thrown when the port belongs to somebody else. */
export class PortInUseError extends Error {}

/** The stack's HTTP server. It holds its port from the beginning and says 503 until it has something to serve. */
export interface HttpServer {
  /** Origin under which clients reach it. */
  readonly url: string;
  /** Answers with this from now on. */
  serve(handler: Handler): void;
  /** Lets requests under way end for a moment, then closes. May be called again. */
  stop(): Promise<void>;
}

/** How long `stop` waits for requests under way, in milliseconds. */
const GRACE_MS = 2000;

/**
 * Listens on this machine only.
 * @param port 0 takes any free one.
 * @param onFailure Gets what a handler threw; the client learns only that something failed.
 * @param graceMs How long `stop` waits for requests under way.
 * @throws {PortInUseError} when the port is taken.
 */
export function listen(port: number, onFailure: (error: unknown) => void, graceMs = GRACE_MS): HttpServer {
  let handler: Handler = () =>
    Response.json({ message: "Signalbox is starting" }, { status: 503, headers: { "retry-after": "1" } });
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();
  const server = openServer({
    hostname: "127.0.0.1",
    port,
    signal: closing.signal,
    onListen: () => {},
    onError(error) {
      onFailure(error);
      return Response.json({ message: "Internal server error" }, { status: 500 });
    },
  }, (request, { completed }) => {
    const answered = completed.catch(() => {}).finally(() => underWay.delete(answered));
    underWay.add(answered);
    return handler(request);
  });
  let stopping: Promise<void> | null = null;
  const stop = async () => {
    handler = () => Response.json({ message: "Signalbox is stopping" }, { status: 503 });
    const grace = Promise.withResolvers<false>();
    const timer = setTimeout(() => grace.resolve(false), graceMs);
    const areAnswered = await Promise.race([Promise.all(underWay).then(() => true), grace.promise]);
    clearTimeout(timer);
    // One or the other: a signal that fires while the server shuts down is an error that nobody can catch.
    if (areAnswered) return await server.shutdown();
    closing.abort();
    await server.finished;
  };
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    serve(next) {
      handler = next;
    },
    stop: () => stopping ??= stop(),
  };
}

function openServer(options: Deno.ServeTcpOptions & { port: number }, handler: Deno.ServeHandler) {
  try {
    return Deno.serve(options, handler);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new PortInUseError(
      `Cannot listen on port ${options.port}: another program uses it. Stop that program, or start with another --port`,
      { cause: error },
    );
  }
}
