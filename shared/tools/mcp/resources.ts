import type { ToolDeps } from "../tool.ts";
import { type McpAccess, withServer } from "./connect.ts";

/** A resource a server offers. */
export interface McpResource {
  uri: string;
  name: string;
  description: string | null;
  mime_type: string | null;
}

/** What a server has to read: the first page of it. */
export async function listResources(access: McpAccess, deps: ToolDeps, signal: AbortSignal): Promise<McpResource[]> {
  return await withServer(access, deps, signal, async (client) => {
    if (client.getServerCapabilities()?.resources === undefined) return [];
    const { resources } = await client.listResources({}, { signal });
    return resources.slice(0, 200).map(({ uri, name, description, mimeType }) => ({
      uri,
      name: name.slice(0, 200),
      description: description?.slice(0, 1_000) ?? null,
      mime_type: mimeType ?? null,
    }));
  });
}

/** One resource as text; parts that are no text are named. */
export async function readResource(
  access: McpAccess,
  uri: string,
  deps: ToolDeps,
  signal: AbortSignal,
): Promise<{ uri: string; mime_type: string | null; text: string | null }[]> {
  return await withServer(access, deps, signal, async (client) => {
    const { contents } = await client.readResource({ uri }, { signal });
    return contents.slice(0, 50).map((part) => ({
      uri: part.uri,
      mime_type: part.mimeType ?? null,
      text: part.text?.slice(0, 200_000) ?? null,
    }));
  });
}
