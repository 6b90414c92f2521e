import { extname, join, normalize } from "node:path";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** What the dashboard must know about the stack it came from. */
export interface DashboardConfig {
  url: string;
  publishable_key: string;
}

/**
 * Serves the built dashboard below `/dashboard/`. A path without a file is a page of the app, so it gets `index.html`;
 * `/dashboard/config.json` is made here, because the build knows no keys.
 */
export function dashboard(folder: string, config: DashboardConfig): (request: Request) => Promise<Response> {
  return async (request) => {
    const path = decodedPath(new URL(request.url).pathname.replace(/^\/dashboard\/?/, ""));
    if (path === "config.json") return Response.json(config, { headers: { "cache-control": "no-store" } });
    const asset = path === "" ? null : await readAsset(folder, path);
    const page = asset ?? await readAsset(folder, "index.html");
    if (page === null) {
      return new Response("The dashboard is not built: run `deno task dashboard`\n", { status: 404 });
    }
    // Vite names what it builds by its hash, so those files never change.
    const cacheControl = asset !== null && path.startsWith("assets/")
      ? "public, max-age=31536000, immutable"
      : "no-cache";
    const type = CONTENT_TYPES[extname(asset === null ? "index.html" : path)] ?? "application/octet-stream";
    return new Response(page, { headers: { "content-type": type, "cache-control": cacheControl } });
  };
}

/** A path that cannot be decoded names no file. */
function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "";
  }
}

async function readAsset(folder: string, path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const inside = normalize(`/${path}`);
  try {
    return await Deno.readFile(join(folder, inside));
  } catch {
    return null;
  }
}
