import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import { openProvider } from "./open-provider.ts";
import type { ChatRequest } from "./provider.ts";
import { type ProviderRow, reachProvider } from "./reach-provider.ts";
import { vaultKeys } from "./vault-keys.ts";

const request: ChatRequest = {
  model: "m",
  system: null,
  messages: [{ role: "user", content: "Hi" }],
  maxOutputTokens: 5,
  signal: new AbortController().signal,
};
const row = (fields: Partial<ProviderRow> = {}): ProviderRow => ({
  provider: "acme",
  kind: "openai_compatible",
  base_url: "https://models.acme.example/v1",
  secret_name: "SIGNALBOX_PROVIDER_ACME_API_KEY",
  ...fields,
});

/** A deployment with a key for OpenAI, and whatever else a test is about. */
function deployment(
  { secrets = {}, vault = {}, addresses = ["93.184.216.34"], status = 500 }: {
    secrets?: Record<string, string>;
    vault?: Record<string, string>;
    addresses?: string[];
    status?: number;
  },
) {
  const sent: [host: string, key: string | null][] = [];
  const asked: string[] = [];
  let time = 0;
  const rpc = <Result>(_: string, { p_provider: provider }: Record<string, unknown>) => {
    asked.push(String(provider));
    return Promise.resolve((vault[String(provider)] ?? null) as Result);
  };
  const tools = {
    environment: {
      providers: { openai: { apiKey: "deployment-key", baseUrl: "https://proxy.example/v1" } },
      secret: (name: string) => secrets[name] ?? null,
    },
    vault: vaultKeys({ rpc }, () => time),
    resolve: (_: string, type: string) => Promise.resolve(type === "A" ? addresses : []),
    fetch: (input: string | URL | Request, init?: RequestInit) => {
      const outgoing = new Request(input, init);
      sent.push([new URL(outgoing.url).host, outgoing.headers.get("authorization")]);
      return Promise.resolve(new Response("{}", { status }));
    },
  };
  return {
    tools,
    sent,
    asked,
    vault,
    later: (ms: number) => time += ms,
    call: (given: ProviderRow, transport: "direct" | "sdk" = "direct") =>
      openProvider({ ...reachProvider(given, tools), transport }).chat(request),
  };
}

Deno.test("reachProvider() goes to a vendor with the deployment's key, at the deployment's address", async () => {
  const { call, sent } = deployment({});
  await rejects(call(row({ provider: "openai", kind: "openai", base_url: null, secret_name: null })));
  deepEqual(sent, [["proxy.example", "Bearer deployment-key"]]);
});

Deno.test("reachProvider() takes a row's key from the function secrets, before the Vault", async () => {
  const { call, sent, asked } = deployment({
    secrets: { SIGNALBOX_PROVIDER_ACME_API_KEY: "acme-key" },
    vault: { acme: "vault-key" },
  });
  await rejects(call(row({ provider: "openai", kind: "openai" })));
  deepEqual([sent, asked], [[["models.acme.example", "Bearer acme-key"]], []]);
});

for (const transport of ["direct", "sdk"] as const) {
  Deno.test(`reachProvider() takes a row's key from the Vault, by the ${transport} transport`, async () => {
    const { call, sent } = deployment({ vault: { acme: "vault-key", claude: "claude-key" } });
    await rejects(call(row(), transport), { kind: "server" });
    await rejects(call(row({ provider: "claude", kind: "anthropic" }), transport), { kind: "server" });
    deepEqual(sent, [["models.acme.example", "Bearer vault-key"], ["models.acme.example", "Bearer claude-key"]]);
  });

  Deno.test(`reachProvider() sends nothing into a private network, by the ${transport} transport`, async () => {
    const { call, sent } = deployment({ vault: { acme: "k" }, addresses: ["10.0.0.8"] });
    await rejects(call(row(), transport), { kind: "not_found" });
    await rejects(call(row({ base_url: "http://localhost:5432/v1" }), transport), { kind: "not_found" });
    const own = { provider: "openai", kind: "openai", base_url: "https://inner.example/v1", secret_name: null };
    await rejects(call({ ...own, secret_name: "SIGNALBOX_PROVIDER_ACME_API_KEY" }, transport), { kind: "not_found" });
    deepEqual(sent, []);
  });
}

Deno.test("reachProvider() goes where an operator's list allows, and nowhere else", async () => {
  const { call, sent } = deployment({
    secrets: { SIGNALBOX_PROVIDER_ALLOWED_HOSTS: "127.0.0.1:11434, Models.acme.example" },
    vault: { acme: "k" },
  });
  await rejects(call(row({ base_url: "http://127.0.0.1:11434/v1" })), { kind: "server" });
  await rejects(call(row()), { kind: "server" });
  await rejects(call(row({ base_url: "https://other.example/v1" })), { kind: "not_found" });
  equal(sent.length, 2);
});

Deno.test("reachProvider() cannot reach a provider without a key, or of a kind nobody speaks", async () => {
  const { call, tools, sent } = deployment({});
  await rejects(call(row()), { kind: "authentication" });
  const unreachable: [ProviderRow, string][] = [
    [row({ provider: "anthropic", kind: "anthropic", secret_name: null }), "authentication"],
    [row({ kind: "telepathy" }), "not_found"],
    [row({ provider: "constructor", secret_name: null }), "authentication"],
  ];
  for (const [given, kind] of unreachable) throws(() => reachProvider(given, tools), { name: "ProviderError", kind });
  deepEqual(sent, []);
});

Deno.test("vaultKeys() asks once a minute, and again after a key was refused or missing", async () => {
  const { call, asked, vault, later } = deployment({ vault: { acme: "old" } });
  await rejects(call(row()));
  await rejects(call(row()));
  equal(asked.length, 1);
  vault["acme"] = "new";
  later(60_001);
  await rejects(call(row()));
  equal(asked.length, 2);
  const refusing = deployment({ vault: { acme: "old" }, status: 401 });
  await rejects(refusing.call(row()), { kind: "authentication" });
  await rejects(refusing.call(row()), { kind: "authentication" });
  equal(refusing.asked.length, 2);
  const empty = deployment({});
  await rejects(empty.call(row()));
  await rejects(empty.call(row()));
  empty.later(5_001);
  await rejects(empty.call(row()));
  equal(empty.asked.length, 2);
});

Deno.test("vaultKeys() says when the database cannot be asked, and asks again", async () => {
  let calls = 0;
  const keys = vaultKeys({
    rpc: () => Promise.reject(new Error(`down ${++calls}`)),
  });
  await rejects(keys.of("acme"), { kind: "network" });
  await rejects(keys.of("acme"), { kind: "network" });
  equal(calls, 2);
});
