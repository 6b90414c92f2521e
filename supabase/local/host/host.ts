import { isPreflight, preflightAnswer, withCors } from "./cors.ts";

type Handler = (request: Request) => Response | Promise<Response>;

/** Who answers below which path. */
export interface HostRoutes {
  auth: Handler;
  rest: Handler;
  storage: Handler;
  realtime: Handler;
  /** Gets the function's slug with the request. */
  functions: (request: Request, slug: string) => Promise<Response>;
  dashboard: Handler;
}

/** The one HTTP face of the stack: finds the API for a path, as the gateway of hosted Supabase does. */
export function host(routes: HostRoutes): (request: Request) => Promise<Response> {
  const apis: readonly (readonly [prefix: string, handler: Handler])[] = [
    ["/rest/v1", routes.rest],
    ["/auth/v1", routes.auth],
    ["/storage/v1", routes.storage],
    ["/realtime/v1", routes.realtime],
  ];
  return async (request) => {
    const { pathname } = new URL(request.url);
    const slug = /^\/functions\/v1\/([^/]+)/.exec(pathname)?.[1];
    if (slug !== undefined) return await routes.functions(request, slug);
    // The answer to an upgrade belongs to its socket and must not be copied.
    if (isBelow(pathname, "/realtime/v1") && request.headers.has("upgrade")) return await routes.realtime(request);
    const api = apis.find(([prefix]) => isBelow(pathname, prefix))?.[1];
    if (api !== undefined) return isPreflight(request) ? preflightAnswer(request) : withCors(await api(request));
    if (isBelow(pathname, "/dashboard")) return await routes.dashboard(request);
    if (pathname === "/") return Response.redirect(new URL("/dashboard/", request.url), 302);
    return Response.json({ message: "no Route matched with those values" }, { status: 404 });
  };
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}
