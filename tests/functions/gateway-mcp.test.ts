/** The tasks as tools, by the Model Context Protocol's own client, against a started stack. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { startWorld } from "./world.ts";

interface ToolResult {
  isError?: boolean;
  content: { type: string; text?: string }[];
  structuredContent?: Record<string, unknown>;
  _meta?: Record<string, Record<string, unknown>>;
}

Deno.test("the gateway's MCP server", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, orgId } = world;
  const address = new URL(`${stack.url}/functions/v1/gateway/mcp`);
  const connectedAs = async (headers: Record<string, string>) => {
    const client = new Client({ name: "test", version: "1" });
    await client.connect(new StreamableHTTPClientTransport(address, { requestInit: { headers } }) as never);
    return client;
  };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const created = await world.owner.rpc("create_ai_key", { p_org_id: orgId, p_name: "mcp" });
  const narrow = await world.owner.rpc("create_ai_key", {
    p_org_id: orgId,
    p_name: "mcp narrow",
    p_allowed_tasks: ["classify-lead"],
  });
  const example = async (task: string) => {
    const response = await fetch(`${stack.url}/functions/v1/${task}`, { headers: { apikey: stack.publishableKey } });
    return (await response.json()).example.input as Record<string, unknown>;
  };
  const call = async (client: Client, name: string, args: Record<string, unknown>) =>
    await client.callTool({ name, arguments: args }) as ToolResult;
  const material = await example("classify-material");

  await t.step("a user lists the tasks with their schemas", async () => {
    const client = await connectedAs(bearer(world.ownerToken));
    equal(client.getServerVersion()?.name, "signalbox");
    const { tools } = await client.listTools();
    const rows = await stack.sql<{ slug: string }>(
      "select slug from public.ai_tasks where slug <> 'gateway' order by slug",
    );
    const deployed = await Promise.all(rows.map(async ({ slug }) => {
      const { status, body } = await fetch(`${stack.url}/functions/v1/${slug}`, {
        headers: { apikey: stack.publishableKey },
      });
      await body?.cancel();
      return status === 200 ? [slug] : [];
    }));
    deepEqual(tools.map(({ name }: { name: string }) => name).sort(), deployed.flat());
    for (const tool of tools) {
      equal(tool.inputSchema.type, "object");
      ok(tool.description && tool.title && tool.outputSchema);
    }
    const classify = tools.find(({ name }: { name: string }) => name === "classify-material");
    ok(Object.keys(classify?.inputSchema.properties ?? {}).length > 0);
    await client.close();
  });

  await t.step("a tool answers as its task does, is billed to the caller and logged", async () => {
    const client = await connectedAs({ ...bearer(created.data.key), "x-signalbox-subject": "order:17" });
    await client.listTools();
    const result = await call(client, "classify-material", material);
    ok(!result.isError);
    deepEqual(JSON.parse(result.content[0]?.text ?? ""), result.structuredContent);
    const meta = result._meta?.["signalbox/meta"];
    equal(meta?.["task"], "classify-material");
    await world.settled();
    const [row] = await stack.sql<Record<string, unknown>>(
      `select r.task, r.status, r.subject_id, k.name as key from public.ai_request_logs as r
       join public.ai_keys as k on k.id = r.key_id where r.id = $1`,
      [meta?.["request_id"]],
    );
    deepEqual(row, { task: "classify-material", status: "succeeded", subject_id: "17", key: "mcp" });
    await client.close();
  });

  await t.step("the key may come as x-api-key, and a secret key names the organization", async () => {
    const byVendorHeader = await connectedAs({ "x-api-key": created.data.key });
    ok(!(await call(byVendorHeader, "classify-material", material)).isError);
    await byVendorHeader.close();
    const service = await connectedAs({ apikey: stack.secretKey, "x-signalbox-org": orgId });
    ok((await service.listTools()).tools.length > 3);
    ok(!(await call(service, "classify-material", material)).isError);
    await service.close();
    const nameless = await connectedAs({ apikey: stack.secretKey });
    await rejects(nameless.listTools(), /org_id is required/);
    await nameless.close();
  });

  await t.step("a secret key that acts for a user calls a task as that user", async () => {
    const member = await world.member("mcp-reader", "Mcp", "member");
    const { data } = await member.client.auth.getUser();
    const client = await connectedAs({
      apikey: stack.secretKey,
      "x-signalbox-org": member.orgId,
      "x-signalbox-act-as": data.user?.id ?? "",
    });
    const result = await call(client, "classify-material", material);
    await world.settled();
    const [row] = await stack.sql<Record<string, unknown>>(
      "select user_id, org_id from public.ai_request_logs where id = $1",
      [result._meta?.["signalbox/meta"]?.["request_id"]],
    );
    deepEqual(row, { user_id: data.user?.id, org_id: member.orgId });
    await client.close();
  });

  await t.step("a key sees and calls only its own tasks", async () => {
    const client = await connectedAs(bearer(narrow.data.key));
    deepEqual((await client.listTools()).tools.map(({ name }: { name: string }) => name), ["classify-lead"]);
    ok(!(await call(client, "classify-lead", await example("classify-lead"))).isError);
    await rejects(client.callTool({ name: "classify-material", arguments: material }), /Unknown tool/);
    await client.close();
  });

  await t.step("what a task refuses is a result the model can read", async () => {
    const client = await connectedAs(bearer(created.data.key));
    const wrong = await call(client, "classify-material", { nonsense: true });
    equal(wrong.isError, true);
    match(wrong.content[0]?.text ?? "", /^invalid_request: /);
    await stack.sql("update public.ai_budgets set cap = 0 where org_id = $1", [orgId]);
    const broke = await call(client, "embed-text", await example("embed-text"));
    equal(broke.isError, true);
    match(broke.content[0]?.text ?? "", /^budget_exhausted: /);
    equal(broke._meta?.["signalbox/error"]?.["code"], "budget_exhausted");
    await stack.sql("update public.ai_budgets set cap = null where org_id = $1", [orgId]);
    for (const name of ["no-such-task", "gateway", "../auth/v1/signup", "ai-export", "CLASSIFY-LEAD", ""]) {
      await rejects(client.callTool({ name, arguments: {} }), /Unknown tool/);
    }
    await client.close();
  });

  await t.step("nobody, strangers and other organizations are kept out", async () => {
    await rejects(connectedAs({}), /401|Unauthorized/i);
    await rejects(
      connectedAs(bearer("sbx_000000000000000000000000")).then((client) => client.listTools()),
      /unknown, revoked/,
    );
    const stranger = await world.member("mcp-stranger", "Elsewhere", "owner");
    const client = await connectedAs({ ...bearer(stranger.token), "x-signalbox-org": orgId });
    await rejects(client.listTools(), /not a member/);
    await rejects(client.callTool({ name: "classify-material", arguments: material }), /not a member/);
    await client.close();
    const before = await stack.sql<{ n: number }>(
      "select count(*)::integer as n from public.ai_request_logs where org_id = $1",
      [orgId],
    );
    const own = await connectedAs(bearer(stranger.token));
    const result = await call(own, "classify-material", material);
    await world.settled();
    ok(result._meta !== undefined);
    deepEqual(
      await stack.sql("select count(*)::integer as n from public.ai_request_logs where org_id = $1", [orgId]),
      before,
    );
    await own.close();
  });

  await t.step("malformed exchanges are refused in the protocol's own way", async () => {
    const send = async (method: string, body?: string, headers: Record<string, string> = {}) => {
      const response = await fetch(address, {
        method,
        headers: {
          ...bearer(created.data.key),
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.text();
      return { status: response.status, error: text === "" ? null : JSON.parse(text).error };
    };
    equal((await send("GET")).status, 405);
    equal((await send("DELETE")).status, 405);
    equal((await send("POST", "{")).status, 400);
    equal((await send("POST", '{"jsonrpc": "1.0"}')).status, 400);
    equal((await send("POST", "{}", { accept: "text/html" })).status, 406);
    equal((await send("POST", "x", { "content-type": "text/plain" })).status, 415);
    const large = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: { x: "x".repeat(1_200_000) } });
    equal((await send("POST", large)).status, 413);
    const unknown = await send("POST", JSON.stringify({ jsonrpc: "2.0", id: 1, method: "prompts/list" }));
    equal(unknown.error.code, -32601);
    const bad = await send(
      "POST",
      JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: 7 } }),
    );
    ok(bad.error.code < 0);
    equal((await send("POST", "{}", { "x-signalbox-org": "nonsense" })).error.data.code, "invalid_request");
  });

  await t.step("every upstream HTTP request is a call row, and the ledger agrees", async () => {
    await world.accountedFor();
  });

  await world.stop();
});
