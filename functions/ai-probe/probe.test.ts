import assert from "node:assert/strict";
import { AppError } from "@shared/errors/mod.ts";
import type { Caller } from "@shared/http/mod.ts";
import { type ProbeDeps, probeHandler } from "./probe.ts";

/** A deployment with keys for OpenAI and Together, and what it asked and told. */
function deployment(answer: (url: string) => Response) {
  const asked: string[] = [];
  const told: unknown[] = [];
  const callers: Record<string, Caller> = {
    secret: { kind: "service", keyName: "default" },
    publishable: { kind: "publishable" },
    user: { kind: "virtual_key", hash: "x" },
  };
  const deps: ProbeDeps = {
    authenticate: (headers) => {
      const caller = callers[headers.get("apikey") ?? ""];
      if (caller === undefined) throw new AppError("unauthorized", "nobody");
      return Promise.resolve(caller);
    },
    database: {
      rpc: <Result>(name: string, args: Record<string, unknown>) => {
        told.push([name, args]);
        return Promise.resolve(1 as Result);
      },
    },
    providers: ["openai", "together"],
    reach: (row) => ({
      slug: row.provider,
      kind: row.provider === "openai" ? "openai" : "openai_compatible",
      apiKey: "k",
      baseUrl: row.provider === "openai" ? "http://127.0.0.1:9/openai/v1" : row.base_url,
      fetch: (input) => {
        asked.push(String(input));
        return Promise.resolve(answer(String(input)));
      },
    }),
    now: () => 1_000,
    newId: () => "00000000-0000-4000-8000-000000000001",
    log: () => {},
  };
  const handler = probeHandler(deps);
  const probe = async (body: unknown, apikey = "secret") => {
    const headers = { "content-type": "application/json", apikey };
    const response = await handler(
      new Request("https://p.test/functions/v1/ai-probe", { method: "POST", headers, body: JSON.stringify(body) }),
    );
    return { status: response.status, body: await response.json() };
  };
  return { probe, asked, told };
}

const openai = { slug: "openai", kind: "openai", base_url: null };
const together = { slug: "together", kind: "openai_compatible", base_url: "https://api.together.ai/v1" };
const anthropic = { slug: "anthropic", kind: "anthropic", base_url: null };

Deno.test("ai-probe asks those it has keys for, each at its address, and tells the database", async () => {
  const { probe, asked, told } = deployment((url) =>
    url.includes("together")
      ? Response.json({ error: { message: "no" } }, { status: 401 })
      : Response.json({ data: [] })
  );
  const findings = [
    { provider: "openai", error_code: null, latency_ms: 0 },
    { provider: "together", error_code: "authentication", latency_ms: 0 },
  ];
  assert.deepEqual(await probe({ providers: [openai, together, anthropic] }), {
    status: 200,
    body: { data: findings },
  });
  assert.deepEqual(asked, ["http://127.0.0.1:9/openai/v1/models", "https://api.together.ai/v1/models"]);
  assert.deepEqual(told, [["ai_note_probes", { findings }]]);
});

Deno.test("ai-probe never sends a key to somebody else's address", async () => {
  const { probe, asked } = deployment(() => Response.json({ data: [] }));
  const { body } = await probe({ providers: [{ ...together, base_url: null }] });
  assert.deepEqual([body.data[0].error_code, asked], ["not_found", []]);
});

Deno.test("ai-probe is the secret key's alone", async () => {
  const { probe, asked } = deployment(() => Response.json({ data: [] }));
  assert.equal((await probe({ providers: [openai] }, "publishable")).status, 401);
  assert.equal((await probe({ providers: [openai] }, "user")).status, 403);
  assert.equal((await probe({ providers: ["openai"] })).body.code, "invalid_request");
  assert.deepEqual(asked, []);
});
