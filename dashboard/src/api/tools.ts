import type { SupabaseClient } from "@supabase/supabase-js";
import type { Role } from "../organization/roles.ts";
import { unwrap } from "./api-error.ts";
import { callFunction } from "./functions.ts";
import { readCount } from "./read-number.ts";

/** When a tool asks the user before it does anything. */
export const APPROVALS = ["never", "writes", "always"] as const;

/** A tool of an organization, as its admins see it. */
export interface OrganizationTool {
  id: string;
  name: string;
  title: string;
  description: string;
  kind: "builtin" | "task" | "http" | "mcp";
  /** Whether it changes something. */
  writes: boolean;
  approval: typeof APPROVALS[number];
  min_role: Role;
  /** Calls a minute, of the organization. */
  rate_limit: number;
  enabled: boolean;
  /** The MCP server it is a tool of. */
  mcp_server_id: string | null;
}

const TOOL =
  "id, name, title, description, kind, writes, approval, min_role, rate_limit, enabled, mcp_server_id" as const;

/** Every tool of the organization, those that are off included, by name. */
export async function loadOrganizationTools(client: SupabaseClient, orgId: string, signal: AbortSignal) {
  const rows = await unwrap<OrganizationTool[]>(
    client.from("ai_tools").select(TOOL).eq("org_id", orgId).order("name").limit(1000).abortSignal(signal),
  );
  return rows.map((row) => ({ ...row, rate_limit: readCount(row.rate_limit) }));
}

/** What a web request may reach. */
export interface Reach {
  hosts: string[];
  methods: string[];
}

/** What each web request may reach, by tool; nothing for those who are no admins. */
export async function loadReaches(client: SupabaseClient, orgId: string): Promise<ReadonlyMap<string, Reach>> {
  const rows = await unwrap<(Reach & { tool_id: string })[]>(client.rpc("tool_hosts", { p_org_id: orgId }));
  return new Map(rows.map(({ tool_id, hosts, methods }) => [tool_id, { hosts, methods }]));
}

/** What admins decide about a tool; `config` stays as it is where it is left out, nobody can read it. */
export type ToolChange = Pick<OrganizationTool, "writes" | "approval" | "min_role" | "rate_limit" | "enabled"> & {
  config?: Reach;
};

/** Changes a tool. */
export async function saveTool(client: SupabaseClient, orgId: string, id: string, change: ToolChange): Promise<void> {
  await unwrap(client.rpc("save_tool", { p_org_id: orgId, p_tool: change, p_tool_id: id }));
}

/** Whose token an MCP server is asked with. */
export const SERVER_AUTHS = ["none", "shared", "user"] as const;

/** An MCP server of an organization. */
export interface McpServer {
  id: string;
  /** Its tools' names begin with it; never changed. */
  name: string;
  title: string;
  url: string;
  auth: typeof SERVER_AUTHS[number];
  min_role: Role;
  enabled: boolean;
  /** Null: nobody has looked yet at what it offers. */
  discovered_at: string | null;
}

/** The organization's MCP servers, by name. */
export function loadMcpServers(client: SupabaseClient, orgId: string, signal: AbortSignal): Promise<McpServer[]> {
  return unwrap<McpServer[]>(
    client.from("ai_mcp_servers").select("id, name, title, url, auth, min_role, enabled, discovered_at")
      .eq("org_id", orgId).order("name").limit(1000).abortSignal(signal),
  );
}

/** What admins decide about a server. */
export type ServerChange = Omit<McpServer, "id" | "discovered_at">;

/** Registers a server, or changes one: then its name stays. */
export async function saveMcpServer(
  client: SupabaseClient,
  orgId: string,
  id: string | null,
  { name, ...change }: ServerChange,
): Promise<void> {
  await unwrap(
    client.rpc("save_mcp_server", {
      p_org_id: orgId,
      p_server: id === null ? { name, ...change } : change,
      p_server_id: id,
    }),
  );
}

/** A token that is kept for a server: the user's own, or the organization's where admins look. */
export interface McpAuthorization {
  server_id: string;
  /** A user, or the organization itself. */
  holder: string;
  created_at: string;
}

/** Which tokens the user has given, and for admins those of the organization; never the tokens. */
export function loadAuthorizations(client: SupabaseClient, orgId: string, signal: AbortSignal) {
  return unwrap<McpAuthorization[]>(
    client.from("ai_mcp_authorizations").select("server_id, holder, created_at").eq("org_id", orgId).limit(1000)
      .abortSignal(signal),
  );
}

/**
 * Keeps the token a server is asked with, or takes it back (null): the organization's where it has a shared one, else the
 * user's own.
 */
export async function authorizeMcpServer(
  client: SupabaseClient,
  orgId: string,
  id: string,
  token: string | null,
): Promise<void> {
  await unwrap(client.rpc("authorize_mcp_server", { p_org_id: orgId, p_server_id: id, p_token: token }));
}

/** Removes a server with its tools and every token for it. */
export async function removeMcpServer(client: SupabaseClient, orgId: string, id: string): Promise<void> {
  await unwrap(client.rpc("remove_mcp_server", { p_org_id: orgId, p_server_id: id }));
}

/** What came of looking at a server: names of tools, and those left out with the reason. */
export interface Discovery {
  added: string[];
  changed: string[];
  removed: string[];
  skipped: { tool: string; problem: string }[];
}

/** Asks a server what it offers; new and changed tools are off. */
export async function discoverMcpTools(client: SupabaseClient, orgId: string, id: string): Promise<Discovery> {
  const { data } = await callFunction<{ data: Discovery }>(client, "mcp-servers", {
    action: "discover",
    org_id: orgId,
    server_id: id,
  });
  return data;
}
