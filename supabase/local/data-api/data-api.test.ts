import assert from "node:assert/strict";
import { clientOf, signedUp, startFixture } from "../fixtures/start-fixture.ts";

Deno.test("the data API answers as PostgREST", async (test) => {
  const stack = await startFixture();
  const { client, id, token } = await signedUp(stack, "writer@example.com");
  const headers = {
    apikey: stack.publishableKey,
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
  };

  /** The same call by the fast path, and by the inner API because of a header that changes nothing else. */
  async function bothWays(name: string, body: unknown, more: Record<string, string> = {}) {
    const call = async (extra: Record<string, string>) => {
      const answer = await fetch(`${stack.url}/rest/v1/rpc/${name}`, {
        method: "POST",
        headers: { ...headers, ...more, ...extra },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
    };
    return { fast: await call({}), inner: await call({ prefer: "handling=lenient" }) };
  }

  const calls: readonly [name: string, body: unknown, status: number][] = [
    ["whoami", {}, 200],
    ["nothing", {}, 204],
    ["echo_json", { p_value: { a: [1, "ü", null] }, p_list: [1, 2], p_at: "2026-11-21T04:00:00Z" }, 200],
    ["echo_json", { p_value: null }, 200],
    ["echo_json", {}, 404],
    ["echo_json", { p_value: 1, p_unknown: 2 }, 404],
    ["no_such_function", {}, 404],
    ["fail_with", { p_sqlstate: "P0001", p_message: "it's \\ odd" }, 400],
    ["fail_with", { p_sqlstate: "23505", p_message: "taken" }, 409],
    ["fail_with", { p_sqlstate: "40001", p_message: "again" }, 500],
    ["fail_with", { p_sqlstate: "PT402", p_message: "pay" }, 402],
    ["add_notes", { p_bodies: [""] }, 400],
  ];
  for (const [name, body, status] of calls) {
    await test.step(`${name} ${JSON.stringify(body)} is ${status} by either way, with the same body`, async () => {
      const { fast, inner } = await bothWays(name, body);
      assert.equal(fast.status, status);
      assert.deepEqual(fast, inner);
    });
  }

  await test.step("a function may set its status and headers", async () => {
    for (const extra of [{}, { prefer: "handling=lenient" }]) {
      const answer = await fetch(`${stack.url}/rest/v1/rpc/answer_teapot`, {
        method: "POST",
        headers: { ...headers, ...extra },
        body: "{}",
      });
      assert.deepEqual([answer.status, answer.headers.get("x-tea"), await answer.json()], [418, "green", "short"]);
    }
  });

  await test.step("rows come back with times and numbers as PostgreSQL writes them in JSON", async () => {
    const { data, error } = await client.from("notes").insert({
      body: "hello",
      amount: 12.5,
      embedding: "[1,2,3]",
      created_at: "2026-11-21T04:33:51.311+00:00",
    }).select("author, body, amount, embedding, created_at").single();
    assert.equal(error, null);
    assert.deepEqual(data, {
      author: id,
      body: "hello",
      amount: 12.5,
      embedding: "[1,2,3]",
      created_at: "2026-11-21T04:33:51.311+00:00",
    });
  });

  await test.step("a vector may be a JSON array, in a column and in an argument", async () => {
    const { data, error } = await client.from("notes").insert({ body: "v", embedding: [1, 2, 3.5] }).select(
      "embedding",
    );
    assert.deepEqual([error, data], [null, [{ embedding: "[1,2,3.5]" }]]);
    const length = await client.rpc("vector_length", { p_vector: [3, 4, 0] });
    assert.deepEqual([length.error, length.data], [null, 5]);
  });

  await test.step("a set of rows is an array, and single() takes one out of it", async () => {
    const many = await client.rpc("add_notes", { p_bodies: ["one", "two"] });
    assert.deepEqual(many.data?.map((row: { body: string }) => row.body), ["one", "two"]);
    const single = await client.rpc("add_notes", { p_bodies: ["three"] }).single();
    assert.equal(single.error, null);
    assert.partialDeepStrictEqual(single.data, { body: "three", author: id });
  });

  await test.step("a single row is an object, and a text given for a JSON argument is a JSON text", async () => {
    const { data, error } = await client.rpc("add_note", { p_body: "four" });
    assert.equal(error, null);
    assert.partialDeepStrictEqual(data, { body: '"four"', author: id });
  });

  await test.step("what no migration granted is refused, and what does not exist is not found", async () => {
    assert.equal((await client.from("ungranted").select()).status, 403);
    assert.equal((await clientOf(stack).from("ungranted").select()).status, 401);
    assert.equal((await clientOf(stack, stack.secretKey).from("ungranted").select()).error?.code, "42501");
    assert.equal((await client.from("no_such_table").select()).error?.code, "PGRST205");
  });

  await test.step("a request without a good key is 401", async () => {
    for (const apikey of [null, "sb_publishable_wrong", ""]) {
      const answer = await fetch(`${stack.url}/rest/v1/rpc/whoami`, {
        method: "POST",
        headers: apikey === null ? {} : { apikey },
        body: "{}",
      });
      assert.equal(answer.status, 401);
      await answer.body?.cancel();
    }
  });

  await test.step("a secret key does not work from a browser", async () => {
    const answer = await fetch(`${stack.url}/rest/v1/rpc/whoami`, {
      method: "POST",
      headers: { apikey: stack.secretKey, "user-agent": "Mozilla/5.0 (X11)" },
      body: "{}",
    });
    assert.equal(answer.status, 401);
    await answer.body?.cancel();
  });

  await test.step("SQL sees the request that called it", async () => {
    const { data } = await client.rpc("request_facts");
    assert.equal(data.method, "POST");
    assert.equal(data.path, "/rpc/request_facts");
    assert.match(data.agent, /^supabase-js\//);
  });

  await test.step("a table made later is served after NOTIFY pgrst", async () => {
    await stack.sql("create table public.later (id int primary key)");
    await stack.sql("grant select on public.later to anon");
    await stack.sql("notify pgrst, 'reload schema'");
    const seen = await clientOf(stack).from("later").select();
    assert.deepEqual(seen.data, []);
  });

  await stack.stop();
});
