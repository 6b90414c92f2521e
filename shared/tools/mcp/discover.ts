import type { JsonSchema } from "@shared/providers/mod.ts";
import { schemaProblem } from "../check-arguments.ts";
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

/** Asks a server what it offers. What it says is a claim: what cannot be a tool is left out, with the reason. */
export async function discoverTools(access: McpAccess, deps: ToolDeps, signal: AbortSignal): Promise<Discovery> {
  return await withServer(access, deps, signal, async (client) => {
    const found: FoundTool[] = [];
    const skipped: Discovery["skipped"] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const { tools, nextCursor } = await client.listTools(cursor === undefined ? {} : { cursor }, { signal });
      for (const tool of tools) {
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
          : await toolProblem(kept, found.map(({ name }) => name));
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

async function toolProblem({ name, title, description, parameters, output_schema }: FoundTool, taken: string[]) {
  if (!/^[a-zA-Z][\w-]{0,63}$/.test(name)) return "its name is too long";
  if (taken.includes(name)) return "another tool has the same name";
  if (title === "" || description === "") return "it does not say what it does";
  if (parameters["type"] !== "object") return "its schema is not that of an object";
  const size = JSON.stringify(parameters).length + JSON.stringify(output_schema).length;
  if (size > MOST_SCHEMA_CHARACTERS) return "its schemas are too large";
  // A schema that cannot even be applied would refuse every call.
  const problem = await schemaProblem({}, parameters);
  return problem === "the tool's schema cannot be used" ? "its schema cannot be used" : null;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
