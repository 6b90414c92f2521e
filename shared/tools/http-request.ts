import { AppError } from "@shared/errors/mod.ts";
import { outgoingProblem } from "@shared/http/mod.ts";
import type { ToolDeps, ToolWay } from "./tool.ts";

/** Bytes read of an answer; a page beyond that is cut off. */
const MAX_BYTES = 200_000;

/** A request to a host the tool's configuration lists. No redirect is followed: it could lead anywhere. */
export const httpRequest: ToolWay = async ({ config }, values, { signal }, deps) => {
  const { url: address, method = "GET", body } = values as { url: string; method?: string; body?: string };
  const { hosts = [], methods = ["GET"] } = config as { hosts?: string[]; methods?: string[] };
  if (!methods.includes(method)) throw new AppError("forbidden", `Cannot request: ${method} is not allowed`);
  if (method === "GET" && body !== undefined && body !== "") {
    throw new AppError("invalid_request", "Cannot request: GET takes no body");
  }
  await requireReachable(address, hosts, deps);
  const sent = method === "GET" ? undefined : body;
  const response = await reached(deps.fetch, address, {
    method,
    redirect: "manual",
    headers: {
      accept: "application/json, text/*",
      ...(sent === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(sent === undefined ? {} : { body: sent }),
    signal,
  });
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    throw new AppError("invalid_request", "Cannot request: the page has moved, and redirects are not followed");
  }
  const text = await readText(response);
  return { text: `HTTP ${response.status}\n${text}` };
};

/**
 * @throws {AppError} `forbidden` for a host that is not listed, or that leads inside without an operator's word.
 */
async function requireReachable(
  address: string,
  hosts: readonly string[],
  { innerHosts, resolve }: Pick<ToolDeps, "innerHosts" | "resolve">,
): Promise<void> {
  const host = URL.canParse(address) ? new URL(address).host.toLowerCase() : null;
  if (host === null) throw new AppError("invalid_request", "Cannot request: the URL is malformed");
  if (!hosts.includes(host)) throw new AppError("forbidden", `Cannot request: ${host} is not an allowed host`);
  const allowed = innerHosts.includes(host) ? innerHosts : null;
  const problem = await outgoingProblem(address, { allowed, resolve });
  if (problem !== null) throw new AppError("forbidden", `Cannot request: ${problem}`);
}

/** The answer; a host that gives none is no fault of ours. */
async function reached(fetch: ToolDeps["fetch"], address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    throw new AppError("provider_unavailable", "Cannot request: the host does not answer", { cause: error });
  }
}

async function readText(response: Response): Promise<string> {
  const type = response.headers.get("content-type") ?? "";
  if (!/^(text\/|application\/(json|xml|[\w.+-]+\+(json|xml)))/i.test(type)) {
    await response.body?.cancel();
    return `(${type === "" ? "content of an unknown type" : type}, not shown)`;
  }
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    text += decoder.decode(chunk, { stream: true });
    if (bytes >= MAX_BYTES) break;
  }
  return text;
}
