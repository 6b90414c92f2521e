import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import {
  CallToolRequestSchema,
  ListResourcesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";

/** A tool of the served server, as it says it is. */
export interface ServedTool {
  name: string;
  description?: string;
  inputSchema: Record<string, unknown>;
  outputSchema?: Record<string, unknown>;
}

/** What the server offers and does; a test may change it while it runs. */
export interface McpScript {
  tools: ServedTool[];
  call(name: string, values: Record<string, unknown>): unknown;
  resources?: { uri: string; name: string; text: string }[];
  /** Answers in the place of the protocol; null = the protocol. */
  instead?: (request: Request) => Response | Promise<Response | null> | null;
}

/** An MCP server on this machine, made with the official SDK. */
export interface ServedMcp extends AsyncDisposable {
  url: string;
  host: string;
  script: McpScript;
  /** `authorization` headers it got, in order. */
  authorizations: (string | null)[];
}

/** Serves MCP over streamable HTTP, a session a request. */
export function serveMcp(script: McpScript): ServedMcp {
  const authorizations: (string | null)[] = [];
  const served = { script };
  const listener = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    authorizations.push(request.headers.get("authorization"));
    const instead = await served.script.instead?.(request) ?? null;
    return instead ?? await answer(served.script, request);
  });
  const host = `127.0.0.1:${listener.addr.port}`;
  return {
    url: `http://${host}/mcp`,
    host,
    authorizations,
    get script() {
      return served.script;
    },
    set script(changed) {
      served.script = changed;
    },
    [Symbol.asyncDispose]: () => listener.shutdown(),
  };
}

async function answer({ tools, call, resources = [] }: McpScript, request: Request): Promise<Response> {
  const server = new Server({ name: "fixture", version: "1.2.3" }, { capabilities: { tools: {}, resources: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
  server.setRequestHandler(
    CallToolRequestSchema,
    async ({ params }: { params: { name: string; arguments?: Record<string, unknown> } }) =>
      await call(params.name, params.arguments ?? {}),
  );
  server.setRequestHandler(ListResourcesRequestSchema, () => ({
    resources: resources.map(({ uri, name }) => ({ uri, name })),
  }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }: { params: { uri: string } }) => ({
    contents: resources.filter(({ uri }) => uri === params.uri).map(({ uri, text }) => ({ uri, text })),
  }));
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    return await transport.handleRequest(request);
  } finally {
    await server.close();
  }
}
