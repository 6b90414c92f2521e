import { AppError } from "@shared/errors/mod.ts";
import type { JsonSchema } from "@shared/providers/mod.ts";
import { schemaProblem } from "../check-arguments.ts";
import type { ToolWay } from "../tool.ts";
import { type McpAccess, withServer } from "./connect.ts";

interface McpConfig {
  server_id: string;
  /** What the server calls it. */
  tool: string;
  output_schema: JsonSchema | null;
}

/** A call of a tool of an MCP server, with the user's or the organization's token. */
export const callMcpTool: ToolWay = async ({ config, timeout_ms }, values, context, deps) => {
  const { server_id, tool, output_schema } = config as unknown as McpConfig;
  const { service, orgId, userId, signal } = context;
  const access = await service.rpc<McpAccess>("mcp_access", {
    p_org_id: orgId,
    p_server_id: server_id,
    p_user_id: userId,
  }, { signal, idempotent: true });
  const result = await withServer(
    access,
    deps,
    signal,
    (client) => client.callTool({ name: tool, arguments: values }, undefined, { signal, timeout: timeout_ms }),
  );
  const content = Array.isArray(result.content) ? result.content as Content[] : [];
  const text = content.map(textOf).filter((part) => part !== "").join("\n");
  if (result.isError === true) {
    const why = text.slice(0, 2_000);
    throw new AppError(
      "invalid_request",
      why === ""
        ? "Cannot use the tool: it failed and does not say why"
        : `Cannot use the tool: it failed and says: ${why}`,
    );
  }
  if (output_schema !== null) {
    const problem = await schemaProblem(result.structuredContent, output_schema, { isForeign: true });
    if (problem !== null) {
      throw new AppError("provider_unavailable", "Cannot use the tool: its answer does not fit its own schema");
    }
  }
  if (text !== "") return { text };
  return { text: result.structuredContent === undefined ? "(nothing)" : JSON.stringify(result.structuredContent) };
};

interface Content {
  type: string;
  text?: string;
  uri?: string;
  name?: string;
  mimeType?: string;
  resource?: { uri?: string; text?: string };
}

/** Parts of a result as text; what cannot be read is named. */
function textOf({ type, text, uri, name, mimeType, resource }: Content): string {
  if (type === "text") return text ?? "";
  if (type === "resource") return resource?.text ?? `(resource ${resource?.uri ?? ""})`;
  if (type === "resource_link") return `(resource ${name ?? ""} ${uri ?? ""})`;
  return `(${type}${mimeType === undefined ? "" : `, ${mimeType}`}, not shown)`;
}
