import type { JsonSchema } from "@shared/providers/mod.ts";
import { z } from "zod";
import type { ToolDeps } from "../tool.ts";
import { type McpAccess, withServer } from "./connect.ts";

/** A tool of a server that can be kept. */
export interface FoundTool {
  /** What models will call it by. */
  name: string;
  /** What the server calls it. */
  tool: string;
  title: string;
  description: string;
  parameters: JsonSchema;
  output_schema: JsonSchema | null;
}

/** What a server offers. */
export interface Discovery {
  /** Name and version as it says. */
  info: Record<string, unknown>;
  tools: FoundTool[];
  /** Tools that cannot be kept, each with the reason. */
  skipped: { tool: string; problem: string }[];
}

const MOST_TOOLS = 100;
const MOST_PAGES = 10;
const MOST_SCHEMA_CHARACTERS = 16_000;
const MOST_DESCRIPTION = 1_000;

/** A page of tools. Each is read by itself: one that is not described as the protocol says must not hide the others. */
const page = z.looseObject({ tools: z.array(z.unknown()).max(1_000), nextCursor: z.string().max(10_000).optional() });

const offered = z.looseObject({
  name: z.string().min(1),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: z.record(z.string(), z.unknown()),
  outputSchema: z.record(z.string(), z.unknown()).optional(),
  annotations: z.looseObject({ title: z.string().optional() }).optional(),
});

/**
 * Asks a server what it offers. What it says is a claim: what cannot be a tool is left out, with the reason. Whether schemas can be
 * used is decided where they are kept.
 */
export async function discoverTools(access: McpAccess, deps: ToolDeps, signal: AbortSignal): Promise<Discovery> {
  return await withServer(access, deps, signal, async (client) => {
    const found: FoundTool[] = [];
    const skipped: Discovery["skipped"] = [];
    let cursor: string | undefined;
    for (let count = 0; count < MOST_PAGES; count++) {
      const params = cursor === undefined ? {} : { cursor };
      const { tools, nextCursor } = await client.request({ method: "tools/list", params }, page, { signal });
      for (const said of tools) {
        const read = offered.safeParse(said);
        if (!read.success) {
          skipped.push({ tool: nameOf(said), problem: "it is not described as the protocol says" });
          continue;
        }
        const tool = read.data;
        const kept: FoundTool = {
          name: `${access.name}_${tool.name}`.replaceAll(/[^\w-]/g, "_"),
          tool: tool.name,
          title: oneLine(tool.title ?? tool.annotations?.title ?? tool.name).slice(0, 100),
          description: oneLine(tool.description ?? tool.name).slice(0, MOST_DESCRIPTION),
          parameters: tool.inputSchema,
          output_schema: tool.outputSchema ?? null,
        };
        const problem = found.length >= MOST_TOOLS
          ? `more than ${MOST_TOOLS} tools`
          : toolProblem(kept, found.map(({ name }) => name));
        if (problem === null) found.push(kept);
        else skipped.push({ tool: tool.name.slice(0, 200), problem });
      }
      if (nextCursor === undefined || nextCursor === cursor) break;
      cursor = nextCursor;
    }
    const { name = "", version = "" } = client.getServerVersion() ?? {};
    return { info: { name: name.slice(0, 200), version: version.slice(0, 100) }, tools: found, skipped };
  });
}

function nameOf(said: unknown): string {
  const { name } = Object(said) as { name?: unknown };
  return typeof name === "string" ? name.slice(0, 200) : "";
}

function toolProblem({ name, title, description, parameters, output_schema }: FoundTool, taken: string[]) {
  if (!/^[a-zA-Z][\w-]{0,63}$/.test(name)) return "its name is too long";
  if (taken.includes(name)) return "another tool has the same name";
  if (title === "" || description === "") return "it does not say what it does";
  if (parameters["type"] !== "object") return "its schema is not that of an object";
  const size = JSON.stringify(parameters).length + JSON.stringify(output_schema).length;
  return size > MOST_SCHEMA_CHARACTERS ? "its schemas are too large" : null;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
