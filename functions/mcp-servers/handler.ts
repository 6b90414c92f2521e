/**
 * Looks at an organization's MCP servers: what they offer, what there is to read, and what a tool of theirs gives.
 *
 * @module
 */
import { config } from "@shared/config/mod.ts";
import { openDatabase, type ServiceDatabase } from "@shared/db/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import {
  type Authenticate,
  authenticator,
  bodyLimits,
  describedTo,
  describeFunction,
  endpoint,
  jsonResponse,
  readJsonBody,
  requireIdentity,
  validate,
} from "@shared/http/mod.ts";
import {
  checkArguments,
  discoverTools,
  type Discovery,
  executeTool,
  listResources,
  type McpAccess,
  readResource,
  type RegisteredTool,
  systemToolDeps,
  type ToolDeps,
} from "@shared/tools/mod.ts";
import { z } from "zod";

/** A server that takes longer is as good as none. */
const LIMIT_MS = 20_000;

const server = { org_id: z.uuid(), server_id: z.uuid() };
const body = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("discover"), ...server }),
  z.strictObject({ action: z.literal("resources"), ...server }),
  z.strictObject({ action: z.literal("read"), ...server, uri: z.string().min(1).max(2_000) }),
  z.strictObject({
    action: z.literal("execute"),
    ...server,
    tool: z.string().min(1).max(64),
    arguments: z.record(z.string(), z.unknown()).default({}),
  }),
]);

/** The surroundings of the handler. */
export interface McpDeps {
  authenticate: Authenticate;
  database: Pick<ServiceDatabase, "rpc" | "asUser">;
  tools: ToolDeps;
}

/** What `keep_mcp_tools` answers. */
interface Kept extends Pick<Discovery, "skipped"> {
  added: string[];
  changed: string[];
  removed: string[];
}

let cached: McpDeps | undefined;

function systemDeps(): McpDeps {
  const environment = config();
  return cached ??= {
    authenticate: authenticator(environment),
    database: openDatabase(environment),
    tools: systemToolDeps(),
  };
}

/**
 * `POST {"action": "discover" | "resources" | "read" | "execute", "org_id", "server_id", …}` with a user's token; `{data}`. What
 * changes the organization's registry, and trying a tool out, is for owners and admins.
 *
 * @param deps Default: this deployment's own.
 */
export function mcpHandler(deps?: McpDeps): (request: Request) => Promise<Response> {
  return endpoint({
    methods: ["GET", "POST"],
    async answer({ request }) {
      const { authenticate, database, tools } = deps ?? systemDeps();
      const caller = await authenticate(request.headers);
      if (request.method === "GET") return describedTo(request, describeServers());
      const identity = requireIdentity(caller);
      if (identity.kind !== "user") {
        throw new AppError("forbidden", "Cannot use the server: it takes a user's token");
      }
      const asked = validate(body, await readJsonBody(request, bodyLimits.task));
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(LIMIT_MS)]);
      const access = await database.rpc<McpAccess>("mcp_access", {
        p_org_id: asked.org_id,
        p_server_id: asked.server_id,
        p_user_id: identity.userId,
      }, { signal, idempotent: true });
      if ((asked.action === "discover" || asked.action === "execute") && !access.admin) {
        throw new AppError("forbidden", "Cannot do this: it is for owners and admins");
      }
      switch (asked.action) {
        case "discover": {
          const { info, tools: found, skipped } = await discoverTools(access, tools, signal);
          const { skipped: unusable, ...kept } = await database.rpc<Kept>("keep_mcp_tools", {
            p_org_id: asked.org_id,
            p_server_id: asked.server_id,
            p_info: info,
            p_found: found,
          });
          return jsonResponse({ data: { info, ...kept, skipped: [...skipped, ...unusable] } });
        }
        case "resources":
          return jsonResponse({ data: { resources: await listResources(access, tools, signal) } });
        case "read":
          return jsonResponse({ data: { contents: await readResource(access, asked.uri, tools, signal) } });
        case "execute": {
          const tool = await database.rpc<RegisteredTool | null>("mcp_tool", {
            p_org_id: asked.org_id,
            p_server_id: asked.server_id,
            p_name: asked.tool,
          });
          if (tool === null) throw new AppError("not_found", "Cannot use the tool: the server has no such tool");
          const { values, problem } = await checkArguments(JSON.stringify(asked.arguments), tool.parameters);
          if (values === null) throw new AppError("invalid_request", `Cannot use the tool: ${problem}`);
          const outcome = await executeTool(tool, values, {
            orgId: asked.org_id,
            userId: identity.userId,
            token: identity.token,
            user: database.asUser(identity.token, identity.claims),
            service: database,
            language: "en",
            conversationId: null,
            knowledgeBases: [],
            signal,
          }, tools);
          if (outcome.status === "failed") throw new AppError(outcome.code, outcome.text);
          return jsonResponse({ data: { result: outcome.text } });
        }
      }
    },
  });
}

function describeServers() {
  return describeFunction({
    task: "mcp-servers",
    title: "MCP servers",
    description: "Looks at MCP servers of an organization: what they offer, what there is to read, what a tool gives.",
    translations: {
      de: {
        title: "MCP-Server",
        description:
          "Sieht sich MCP-Server einer Organisation an: was sie anbieten, was es zu lesen gibt, was ein Werkzeug liefert.",
      },
      fr: {
        title: "Serveurs MCP",
        description:
          "Examine les serveurs MCP d'une organisation : ce qu'ils offrent, ce qu'il y a à lire, ce que donne un outil.",
      },
      es: {
        title: "Servidores MCP",
        description:
          "Examina los servidores MCP de una organización: qué ofrecen, qué hay para leer, qué da una herramienta.",
      },
    },
    input: body,
    output: z.looseObject({}),
    example: null,
  });
}
