import type { Config } from "@shared/config/mod.ts";

/** What a task says about itself, as far as its callers' tools need it. */
export interface TaskSchemas {
  input: Record<string, unknown>;
  output: Record<string, unknown>;
}

/** The tasks of this deployment, which are functions of their own and are called as anybody calls them. */
export interface TaskClient {
  /** Null for a task that is not deployed, or does not describe itself. */
  describe(task: string): Promise<TaskSchemas | null>;
  /** Calls a task with the credentials in `headers`. */
  call(task: string, body: unknown, headers: Headers, signal: AbortSignal): Promise<Response>;
}

/** A description changes only with a deploy, which makes new isolates; a task that was away may come back. */
const ASK_AGAIN_MS = 60_000;
const DESCRIBE_TIMEOUT_MS = 20_000;

/** The tasks at the project's own address. */
export function taskClient(
  { supabaseUrl, publishableKeys }: Pick<Config, "supabaseUrl" | "publishableKeys">,
  { fetch = globalThis.fetch, now = Date.now }: { fetch?: typeof globalThis.fetch; now?: () => number } = {},
): TaskClient {
  const known = new Map<string, { schemas: Promise<TaskSchemas | null>; askedAt: number }>();
  const addressOf = (task: string) => `${supabaseUrl}/functions/v1/${task}`;

  async function ask(task: string): Promise<TaskSchemas | null> {
    try {
      const response = await fetch(addressOf(task), {
        headers: { apikey: publishableKeys[0] ?? "" },
        signal: AbortSignal.timeout(DESCRIBE_TIMEOUT_MS),
      });
      const description = response.ok ? await response.json() : (await response.body?.cancel(), null);
      return description?.task === task ? schemasOf(description) : null;
    } catch {
      return null;
    }
  }

  return {
    async describe(task) {
      const found = known.get(task);
      if (found !== undefined && (await found.schemas !== null || now() - found.askedAt < ASK_AGAIN_MS)) {
        return await found.schemas;
      }
      const asked = { schemas: ask(task), askedAt: now() };
      known.set(task, asked);
      return await asked.schemas;
    },
    call: (task, body, headers, signal) =>
      fetch(addressOf(task), { method: "POST", headers, body: JSON.stringify(body), signal }),
  };
}

/** Null unless both are of objects: tools take and give nothing else. */
function schemasOf({ input_schema, output_schema }: Record<string, unknown>): TaskSchemas | null {
  const input = objectSchema(input_schema);
  const output = objectSchema(output_schema);
  return input === null || output === null ? null : { input, output };
}

/** Without its dialect: validators that know one stop at the name of another. A choice among objects is an object. */
function objectSchema(schema: unknown): Record<string, unknown> | null {
  if (typeof schema !== "object" || schema === null) return null;
  const { $schema: _, ...rest } = schema as Record<string, unknown>;
  if (rest["type"] === "object") return rest;
  const choices = rest["anyOf"] ?? rest["oneOf"];
  const objects = Array.isArray(choices) && choices.length > 0 && choices.every((one) => objectSchema(one) !== null);
  return objects ? { type: "object", ...rest } : null;
}
