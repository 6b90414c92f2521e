import assert from "node:assert/strict";
import postgres from "postgres";
import { type AppError, errorKinds } from "@shared/errors/mod.ts";
import { openDatabase, type ServiceDatabase } from "./open-database.ts";

const url = Deno.env.get("DATABASE_URL");
/** Names of our own: the database may be in use by others. */
const prefix = `direct_test_${Deno.pid}`;
const user = { sub: "3f0c9a52-0d0e-4a55-9c77-0a4a7d3f1b10", role: "authenticated", email: "o'hara@example.com" };

const functions = `
do $$ begin
  if to_regrole('service_role') is null then create role service_role; end if;
  if to_regrole('authenticated') is null then create role authenticated; end if;
end $$;
create function public.${prefix}_who(request jsonb) returns jsonb language sql as $$
  select jsonb_build_object('role', current_user, 'claims', current_setting('request.jwt.claims')::jsonb, 'request', request)
$$;
create function public.${prefix}_echo(p_text text, p_json jsonb, p_tags text[], p_count int default 7) returns jsonb language sql as $$
  select jsonb_build_object('text', p_text, 'json', p_json, 'tags', to_jsonb(p_tags), 'count', p_count)
$$;
create function public.${prefix}_rows(p_upto int) returns table (n int, exact numeric) language sql as $$
  select g, g / 4.0 from generate_series(1, p_upto) as g
$$;
create function public.${prefix}_nothing() returns void language sql as $$ select null::void $$;
create function public.${prefix}_null() returns jsonb language sql as $$ select null::jsonb $$;
create function public.${prefix}_raise(p_state text, p_hint text) returns jsonb language plpgsql as $$ begin
  raise exception 'Cannot do it: no' using errcode = p_state, hint = p_hint, detail = '{"retry_after_ms":1200}';
end $$;
create function public.${prefix}_sleep(p_seconds double precision) returns void language sql as $$ select pg_sleep(p_seconds) $$;
create table public.${prefix}_rows_written (n int);
grant insert on public.${prefix}_rows_written to service_role;
create function public.${prefix}_write(p_n int) returns jsonb language plpgsql as $$ begin
  insert into public.${prefix}_rows_written values (p_n);
  if p_n < 0 then raise exception 'Cannot keep it: negative' using errcode = 'PT400'; end if;
  return to_jsonb(p_n);
end $$;
create function public.${prefix}_closed() returns jsonb language sql as $$ select '1'::jsonb $$;
revoke execute on function public.${prefix}_closed() from public;`;

/** Leaves the time limit to the server. */
const neverRings = () => () => {};

/** A database with the functions above, for one test. */
async function withDatabase(use: (database: ServiceDatabase, sql: postgres.Sql) => Promise<void>): Promise<void> {
  const owner = postgres(url ?? "", { max: 1, onnotice: () => {} });
  const database = openDatabase({
    supabaseUrl: "http://unused",
    publishableKeys: ["x"],
    secretKeys: [{ name: "default", key: "y" }],
    databaseUrl: url ?? "",
  }, { after: neverRings });
  try {
    await owner.unsafe(functions);
    await use(database, owner);
  } finally {
    await database.close();
    await owner.unsafe(`
      drop table if exists public.${prefix}_rows_written;
      do $$ declare f regprocedure; begin
        for f in select oid from pg_proc where proname like '${prefix}\\_%' loop execute format('drop function %s', f); end loop;
      end $$`);
    await owner.end();
  }
}

function test(name: string, use: (database: ServiceDatabase, sql: postgres.Sql) => Promise<void>): void {
  const title = url === undefined ? `${name} (skipped: DATABASE_URL is not set)` : name;
  Deno.test(title, { ignore: url === undefined }, () => withDatabase(use));
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  return await work.then(() => assert.fail("answered"), (thrown: AppError) => thrown);
}

test("direct calls run as the service role, with its claims", async (database) => {
  const request = { text: 'it\'s \\ "quoted"\n😀', cost: "0.000000001" };
  assert.deepEqual(await database.rpc(`${prefix}_who`, { request }), {
    role: "service_role",
    claims: { role: "service_role" },
    request,
  });
});

test("direct calls of a user run under the user's role and claims, and leave nothing behind", async (database) => {
  const calls = Array.from({ length: 40 }, (_, index) => {
    const as = index % 2 === 0 ? database : database.asUser("token", { ...user, index });
    return as.rpc<{ role: string; claims: Record<string, unknown> }>(`${prefix}_who`, { request: {} });
  });
  for (const [index, { role, claims }] of (await Promise.all(calls)).entries()) {
    assert.equal(role, index % 2 === 0 ? "service_role" : "authenticated");
    assert.deepEqual(claims, index % 2 === 0 ? { role: "service_role" } : { ...user, index });
  }
});

test("direct calls give arguments to text, jsonb and arrays as the Data API does", async (database) => {
  const args = { p_text: "a'b", p_json: "just text", p_tags: ["x", 'y"z', "\\"] };
  assert.deepEqual(await database.rpc(`${prefix}_echo`, args), {
    text: "a'b",
    json: "just text",
    tags: ["x", 'y"z', "\\"],
    count: 7,
  });
  const empty = { p_text: null, p_json: [1, { a: null }], p_tags: [], p_count: undefined };
  assert.deepEqual(await database.rpc(`${prefix}_echo`, empty), {
    text: null,
    json: [1, { a: null }],
    tags: [],
    count: 7,
  });
});

test("direct calls store what text cannot hold as replacement characters", async (database) => {
  const args = { p_text: "a\0b", p_json: { cut: "\ud83d" }, p_tags: ["\0"] };
  const { text, json, tags } = await database.rpc<Record<string, unknown>>(`${prefix}_echo`, args);
  assert.deepEqual([text, json, tags], ["a\ufffdb", { cut: "\ufffd" }, ["\ufffd"]]);
});

test("direct calls give a set as an array, whatever its length, and void and null as null", async (database) => {
  assert.deepEqual(await database.rpc(`${prefix}_rows`, { p_upto: 2 }), [{ n: 1, exact: 0.25 }, { n: 2, exact: 0.5 }]);
  assert.deepEqual(await database.rpc(`${prefix}_rows`, { p_upto: 1 }), [{ n: 1, exact: 0.25 }]);
  assert.deepEqual(await database.rpc(`${prefix}_rows`, { p_upto: 0 }), []);
  assert.equal(await database.rpc(`${prefix}_nothing`, {}), null);
  assert.equal(await database.rpc(`${prefix}_null`, {}), null);
});

test("direct calls turn what a function raised into the caller's error", async (database) => {
  const raise = (p_state: string, p_hint: string) => failure(database.rpc(`${prefix}_raise`, { p_state, p_hint }));
  const unpriced = await raise("PT422", "model_unpriced");
  assert.deepEqual([unpriced.code, unpriced.message, unpriced.retryAfterMs], [
    "model_unpriced",
    "Cannot do it: no",
    1200,
  ]);
  assert.equal((await raise("40001", "")).code, "ledger_unavailable");
  const other = await raise("P0001", "");
  assert.deepEqual(errorKinds(other), ["AppError:internal", "DatabaseError:P0001"]);
});

test("direct calls are one transaction", async (database, sql) => {
  assert.equal(await database.rpc(`${prefix}_write`, { p_n: 1 }), 1);
  assert.equal((await failure(database.rpc(`${prefix}_write`, { p_n: -1 }))).code, "invalid_request");
  assert.deepEqual([...await sql.unsafe(`select n from public.${prefix}_rows_written`)], [{ n: 1 }]);
});

test("direct calls never fall back on the rights of the login", async (database) => {
  const asUser = database.asUser("token", user);
  assert.equal((await failure(asUser.rpc(`${prefix}_write`, { p_n: 1 }))).code, "forbidden");
  assert.equal((await failure(database.rpc(`${prefix}_closed`, {}))).code, "internal");
});

test("direct calls are given up by the server when their time is over", async (database) => {
  const error = await failure(database.rpc(`${prefix}_sleep`, { p_seconds: 30 }, { timeoutMs: 100 }));
  assert.equal(error.code, "ledger_unavailable");
  assert.deepEqual(errorKinds(error), ["AppError:ledger_unavailable", "DatabaseError:57014"]);
  assert.equal(await database.rpc(`${prefix}_write`, { p_n: 2 }), 2);
});

test("direct calls of a function that does not exist are a mistake of ours", async (database) => {
  const error: unknown = await failure(database.rpc(`${prefix}_absent`, {}));
  // The call and the look-up of its parameters are on their way together: either may be the first to say so.
  assert.ok(error instanceof TypeError || errorKinds(error)[1] === "DatabaseError:42883");
  await assert.rejects(database.rpc(`${prefix}_write`, { p_other: "x" }), TypeError);
});

Deno.test("direct calls of a server that is not there are ledger_unavailable", async () => {
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = gone.addr;
  gone.close();
  const database = openDatabase({
    supabaseUrl: "http://unused",
    publishableKeys: ["x"],
    secretKeys: [{ name: "default", key: "y" }],
    databaseUrl: `postgres://nobody:nothing@127.0.0.1:${port}/none`,
  });
  const error = await failure(database.rpc("ai_admit", { request: {} }));
  assert.equal(error.code, "ledger_unavailable");
  await database.close();
});
