import assert from "node:assert/strict";
import type { AppError } from "@shared/errors/mod.ts";
import { openDatabase } from "./open-database.ts";

interface Seen {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

const config = {
  publishableKeys: ["sb_publishable_a"],
  secretKeys: [{ name: "default", key: "sb_secret_a" }],
  databaseUrl: null,
};

/** A server that speaks PostgREST's `rpc`, and keeps what it was asked. */
async function withServer(
  answer: (seen: Seen) => Response | Promise<Response>,
  use: (supabaseUrl: string, seen: Seen[]) => Promise<void>,
): Promise<void> {
  const seen: Seen[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const text = await request.text();
    const path = new URL(request.url).pathname;
    const headers = Object.fromEntries(request.headers);
    seen.push({ method: request.method, path, headers, body: JSON.parse(text === "" ? "null" : text) });
    return await answer(seen[seen.length - 1] as Seen);
  });
  try {
    await use(`http://127.0.0.1:${server.addr.port}`, seen);
  } finally {
    await server.shutdown();
  }
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  return await work.then(() => assert.fail("answered"), (thrown: AppError) => thrown);
}

Deno.test("rpc posts named arguments as the service role and gives back what the function returns", async () => {
  await withServer(() => Response.json({ outcome: "admitted" }), async (supabaseUrl, seen) => {
    const database = openDatabase({ ...config, supabaseUrl });
    const result = await database.rpc("ai_admit", { request: { cost: "0.000000001" }, absent: undefined });
    assert.deepEqual(result, { outcome: "admitted" });
    assert.equal(seen.length, 1);
    const [{ method, path, headers, body }] = seen as [Seen];
    assert.deepEqual([method, path], ["POST", "/rest/v1/rpc/ai_admit"]);
    assert.deepEqual(body, { request: { cost: "0.000000001" } });
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers["apikey"], "sb_secret_a");
    assert.equal(headers["authorization"], undefined);
  });
});

Deno.test("rpc makes the request supabase-js makes", async () => {
  await withServer(() => Response.json(1), async (supabaseUrl, seen) => {
    const database = openDatabase({ ...config, supabaseUrl });
    const args = { request: { a: [1, "ä"] }, p_key: "x" };
    await database.rpc("ai_admit", args);
    await (await database.client(null)).rpc("ai_admit", args);
    await database.asUser("user.jwt.x", {}).rpc("ai_admit", args);
    await (await database.client("user.jwt.x")).rpc("ai_admit", args);
    const [ours, theirs, oursForUser, theirsForUser] = seen as [Seen, Seen, Seen, Seen];
    for (const [mine, reference] of [[ours, theirs], [oursForUser, theirsForUser]] as const) {
      assert.deepEqual([mine.method, mine.path, mine.body], [reference.method, reference.path, reference.body]);
      assert.equal(mine.headers["content-type"], reference.headers["content-type"]);
      assert.equal(mine.headers["apikey"], reference.headers["apikey"]);
    }
    assert.equal(oursForUser.headers["authorization"], theirsForUser.headers["authorization"]);
  });
});

Deno.test("asUser sends the user's token and no secret", async () => {
  await withServer(() => Response.json(true), async (supabaseUrl, seen) => {
    await openDatabase({ ...config, supabaseUrl }).asUser("user.jwt.x", { sub: "1" }).rpc("whoami", {});
    const { headers } = seen[0] as Seen;
    assert.equal(headers["authorization"], "Bearer user.jwt.x");
    assert.equal(headers["apikey"], "sb_publishable_a");
    assert.equal(JSON.stringify(seen).includes("sb_secret_a"), false);
  });
});

Deno.test("asUser without a token acts for the user by the service's key, in the database", async () => {
  await withServer(() => Response.json([{ name: "Anna" }]), async (supabaseUrl, seen) => {
    const claims = { sub: "u", role: "authenticated" };
    const user = openDatabase({ ...config, supabaseUrl }).asUser(null, claims);
    assert.deepEqual(await user.rpc("find_leads", { p_query: "Anna", p_limit: undefined }), [{ name: "Anna" }]);
    const [{ path, headers, body }] = seen as [Seen];
    assert.deepEqual([path, headers["apikey"]], ["/rest/v1/rpc/act_as", "sb_secret_a"]);
    assert.deepEqual(body, { p_claims: claims, p_function: "find_leads", p_args: { p_query: "Anna" } });
  });
});

Deno.test("rpc repeats a legacy key as Bearer, where its role counts", async () => {
  await withServer(() => Response.json(true), async (supabaseUrl, seen) => {
    const secretKeys = [{ name: "default", key: "eyJlegacy" }];
    await openDatabase({ ...config, secretKeys, supabaseUrl }).rpc("f", {});
    assert.equal((seen[0] as Seen).headers["authorization"], "Bearer eyJlegacy");
  });
});

Deno.test("rpc gives null for void and for null", async () => {
  for (const response of [() => new Response(null, { status: 204 }), () => Response.json(null)]) {
    await withServer(response, async (supabaseUrl) => {
      assert.equal(await openDatabase({ ...config, supabaseUrl }).rpc("f", {}), null);
    });
  }
});

Deno.test("rpc turns what a function raised into the caller's error", async () => {
  const body = {
    code: "PT402",
    message: "Cannot admit the request: the month is spent",
    details: '{"retry_after_ms":60000}',
    hint: null,
  };
  await withServer(() => Response.json(body, { status: 402 }), async (supabaseUrl) => {
    const error = await failure(openDatabase({ ...config, supabaseUrl }).rpc("ai_admit", {}));
    assert.equal(error.code, "budget_exhausted");
    assert.equal(error.message, "Cannot admit the request: the month is spent");
    assert.equal(error.retryAfterMs, 60_000);
  });
});

Deno.test("rpc calls a gateway's error page and half an answer unavailable", async () => {
  const answers = [
    () => new Response("<html>Bad gateway</html>", { status: 502 }),
    () => new Response('{"outcome":'),
  ];
  for (const answer of answers) {
    await withServer(answer, async (supabaseUrl) => {
      const error = await failure(openDatabase({ ...config, supabaseUrl }).rpc("ai_admit", {}));
      assert.equal(error.code, "ledger_unavailable");
      assert.equal(error.retryable, true);
      assert.equal(error.retryAfterMs, 1000);
    });
  }
});

Deno.test("rpc calls a server that is not there unavailable", async () => {
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = gone.addr;
  gone.close();
  const database = openDatabase({ ...config, supabaseUrl: `http://127.0.0.1:${port}` });
  assert.equal((await failure(database.rpc("ai_admit", {}))).code, "ledger_unavailable");
});

Deno.test("rpc gives up when its time is over, and lets go of the request", async () => {
  let ring = () => {};
  const after = (_: number, callback: () => void) => {
    ring = callback;
    return () => {};
  };
  let aborted = false;
  const fetch = (_: unknown, init?: RequestInit) =>
    new Promise<Response>((_, reject) => {
      init?.signal?.addEventListener("abort", () => {
        aborted = true;
        reject(init.signal?.reason);
      });
    });
  const database = openDatabase({ ...config, supabaseUrl: "http://unused" }, { fetch, after });
  const pending = failure(database.rpc("ai_admit", {}, { timeoutMs: 250, idempotent: true }));
  ring();
  const error = await pending;
  assert.equal(error.code, "ledger_unavailable");
  assert.equal(error.message, "Cannot use the database: no answer within 250 ms");
  assert.equal(aborted, true);
});

Deno.test("rpc waits at least as long as the configuration says, and longer where a call says so", async () => {
  const waited: number[] = [];
  const after = (delayMs: number) => {
    waited.push(delayMs);
    return () => {};
  };
  const fetch = () => Promise.resolve(Response.json("ok"));
  for (const databaseTimeoutMs of [0, 12_000]) {
    const database = openDatabase({ ...config, supabaseUrl: "http://unused", databaseTimeoutMs }, { fetch, after });
    await database.rpc("ai_admit", {});
    await database.rpc("ai_settle", {}, { timeoutMs: 15_000 });
  }
  assert.deepEqual(waited, [10_000, 15_000, 12_000, 15_000]);
});

Deno.test("rpc tries once more after a broken connection, but only what may be called twice", async () => {
  for (const [idempotent, tries] of [[true, 2], [false, 1]] as const) {
    let count = 0;
    const fetch = () => {
      count += 1;
      return count < tries ? Promise.reject(new TypeError("reset")) : Promise.resolve(Response.json("ok"));
    };
    const broken = () => {
      count += 1;
      return Promise.reject(new TypeError("reset"));
    };
    const open = (fetch: typeof globalThis.fetch) =>
      openDatabase({ ...config, supabaseUrl: "http://unused" }, { fetch });
    assert.equal(await open(fetch).rpc("f", {}, { idempotent }), "ok");
    assert.equal(count, tries);
    count = 0;
    assert.equal((await failure(open(broken).rpc("f", {}, { idempotent }))).code, "ledger_unavailable");
    assert.equal(count, tries);
  }
});

Deno.test("rpc never repeats what a function refused", async () => {
  await withServer(() => Response.json({ code: "23505", message: "x" }, { status: 409 }), async (supabaseUrl, seen) => {
    const error = await failure(openDatabase({ ...config, supabaseUrl }).rpc("f", {}, { idempotent: true }));
    assert.equal(error.code, "internal");
    assert.equal(seen.length, 1);
  });
});

Deno.test("rpc refuses a name that would leave its address", async () => {
  const database = openDatabase({ ...config, supabaseUrl: "http://unused" }, { fetch: () => assert.fail("called") });
  await assert.rejects(database.rpc("../auth/v1/admin", {}), TypeError);
});
