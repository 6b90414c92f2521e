import { type Caller } from "./caller.ts";
import { postgrestAnswer } from "./postgrest-errors.ts";
import { accepts, type CallableFunction, resultShape, rpcScript } from "./rpc-statement.ts";
import type { ScriptRunner, TextRow } from "./script-runner.ts";

/** What the fast path needs besides a request. */
export interface RpcFastPathParts {
  scripts: ScriptRunner;
  /** The functions of the schema cache. */
  functions: () => Promise<readonly CallableFunction[]>;
  /** Schemas that the Data API shows, the default one first. */
  schemas: readonly string[];
  maxRows: number;
}

/**
 * Answers plain calls `POST /rest/v1/rpc/<function>` in one round trip to the database, several times faster than the
 * inner API; null for every call with something special about it, which the inner API then answers.
 * @returns A function that must not be given a request whose body somebody else still needs.
 */
export function rpcFastPath(
  { scripts, functions, schemas, maxRows }: RpcFastPathParts,
): (request: Request, caller: Caller) => Promise<{ answer: Response } | { passedOn: Request }> {
  return async (request, caller) => {
    const plain = plainCall(request, schemas);
    if (plain === null) return { passedOn: request };
    const body = await request.text();
    const passedOn = () => ({ passedOn: new Request(request.url, { method: "POST", headers: request.headers, body }) });
    const given = argumentNames(body);
    if (given === null) return passedOn();
    const named = (await functions()).filter(({ schema, name }) => schema === plain.schema && name === plain.name);
    const [called] = named;
    if (called === undefined || named.length > 1 || !accepts(called, given)) return passedOn();
    const shape = resultShape(called);
    if (shape === null) return passedOn();
    const facts = { method: "POST", path: `/rpc/${plain.name}`, headers: Object.fromEntries(request.headers) };
    try {
      const row = await scripts.lastRow(
        rpcScript({ called, shape, given, body: body === "" ? "{}" : body, caller, facts, maxRows }),
      );
      return { answer: answerOf(row) };
    } catch (error) {
      const answer = postgrestAnswer(error, caller.role);
      if (answer === null) throw error;
      return { answer };
    }
  };
}

/** The function that a call names, when neither its URL nor its headers ask for anything but a JSON answer. */
function plainCall(request: Request, schemas: readonly string[]): { schema: string; name: string } | null {
  const { pathname, search } = new URL(request.url);
  const name = /^\/rest\/v1\/rpc\/([^/]+)$/.exec(pathname)?.[1];
  const { headers } = request;
  const schema = headers.get("content-profile") ?? schemas[0] ?? "public";
  const isPlain = request.method === "POST" && search === "" && name !== undefined && schemas.includes(schema) &&
    !headers.has("prefer") && !headers.has("range") &&
    /^application\/json\b/.test(headers.get("content-type") ?? "application/json") &&
    ["*/*", "application/json"].includes(headers.get("accept") ?? "*/*");
  return isPlain ? { schema, name: decodeURIComponent(name) } : null;
}

/** Null when the body is not a JSON object, or one whose last value of a doubled name would count. */
function argumentNames(body: string): string[] | null {
  if (body === "") return [];
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : null;
  } catch {
    return null;
  }
}

function answerOf([body = null, status = null, headers = null]: TextRow): Response {
  const answer = new Headers(body === null ? {} : { "content-type": "application/json; charset=utf-8" });
  const own: Record<string, string>[] = headers === null ? [] : JSON.parse(headers);
  for (const entry of own) for (const [name, value] of Object.entries(entry)) answer.append(name, value);
  return new Response(body, {
    status: status === null ? (body === null ? 204 : 200) : Number(status),
    headers: answer,
  });
}
