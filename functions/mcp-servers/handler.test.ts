import { deepEqual, equal } from "node:assert/strict";
import { fakePost, fakeStack, fakeUserId } from "@shared/ai-task/testing/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { serveMcp } from "@shared/tools/testing/mod.ts";
import { mcpHandler } from "./handler.ts";

const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;
const about = { org_id: id(1), server_id: id(2) };
const tool = {
  name: "stock",
  description: "What is in stock.",
  inputSchema: { type: "object", required: ["article"] },
};

function world(url: string, host: string, { admin = true, access = {} as unknown } = {}) {
  const stack = fakeStack([]);
  const asked: [name: string, args: Record<string, unknown>][] = [];
  const answers: Record<string, () => unknown> = {
    mcp_access: () => {
      if (access instanceof AppError) throw access;
      return { id: id(2), name: "shop", url, token: null, min_role: "member", admin };
    },
    keep_mcp_tools: () => ({
      added: ["shop_stock"],
      changed: [],
      removed: [],
      skipped: [{ tool: "odd", problem: "its schema cannot be used" }],
    }),
    mcp_tool: () => ({
      id: id(3),
      name: "shop_stock",
      description: "",
      kind: "mcp",
      parameters: tool.inputSchema,
      config: { server_id: id(2), tool: "stock", output_schema: null },
      writes: true,
      timeout_ms: 5_000,
    }),
  };
  const database = {
    rpc: async <Result>(name: string, args: Record<string, unknown>) => {
      asked.push([name, args]);
      return await answers[name]?.() as Result;
    },
  };
  const handler = mcpHandler({
    authenticate: stack.deps.authenticate,
    database: { ...database, asUser: () => database },
    tools: {
      fetch: (input, init) => fetch(input, init),
      projectUrl: "",
      publishableKey: "",
      secretKey: "s",
      innerHosts: [host],
      resolve: () => Promise.resolve([]),
      now: Date.now,
    },
  });
  const post = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await handler(fakePost(body, headers));
    return { status: response.status, body: await response.json() };
  };
  return { post, asked };
}

Deno.test("mcp-servers discovers, keeps, reads and tries out", async () => {
  await using server = serveMcp({
    tools: [tool],
    call: (_, { article }) => ({ content: [{ type: "text", text: `12 of ${article}` }] }),
    resources: [{ uri: "doc://prices", name: "Prices", text: "Slate costs 42." }],
  });
  const { post, asked } = world(server.url, server.host);
  const found = await post({ action: "discover", ...about });
  const unusable = [{ tool: "odd", problem: "its schema cannot be used" }];
  deepEqual([found.status, found.body.data.added, found.body.data.skipped], [200, ["shop_stock"], unusable]);
  deepEqual(asked[0], ["mcp_access", { p_org_id: id(1), p_server_id: id(2), p_user_id: fakeUserId }]);
  const { data } = (await post({ action: "resources", ...about })).body;
  deepEqual(data.resources.map(({ uri }: { uri: string }) => uri), ["doc://prices"]);
  equal((await post({ action: "read", ...about, uri: "doc://prices" })).body.data.contents[0].text, "Slate costs 42.");
  const tried = await post({ action: "execute", ...about, tool: "shop_stock", arguments: { article: "slate" } });
  equal(tried.body.data.result, "12 of slate");
  const wrong = await post({ action: "execute", ...about, tool: "shop_stock" });
  deepEqual([wrong.status, wrong.body.code], [400, "invalid_request"]);
});

for (
  const [name, body, options, status, headers] of [
    ["an unknown action", { action: "dance", ...about }, {}, 400],
    ["no server", { action: "discover", org_id: id(1) }, {}, 400],
    ["a member who discovers", { action: "discover", ...about }, { admin: false }, 403],
    ["a member who tries out", { action: "execute", ...about, tool: "x" }, { admin: false }, 403],
    ["a secret key", { action: "discover", ...about }, {}, 403, { authorization: "", apikey: "secret" }],
    [
      "a foreign server",
      { action: "resources", ...about },
      { access: new AppError("not_found", "no such server") },
      404,
    ],
    ["a server without the user's token", { action: "resources", ...about }, {
      access: new AppError("unauthorized", "first"),
    }, 401],
  ] as [string, unknown, object, number, Record<string, string>?][]
) {
  Deno.test(`mcp-servers refuses ${name} and reaches nothing`, async () => {
    const { post } = world("https://nowhere.invalid", "", options);
    equal((await post(body, headers)).status, status);
  });
}
