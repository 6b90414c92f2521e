import assert from "node:assert/strict";
import { callStatement, needsTypes, releasedStatement } from "./call-statement.ts";
import type { Identity } from "./database.ts";

function statement(args: Record<string, unknown>, name = "ai_admit", identity: Identity = { role: "service_role" }) {
  return callStatement({ identity, name, args, signature: null, statementTimeoutMs: 9500 });
}

Deno.test("callStatement takes the role, a time limit and the claims before it calls", () => {
  assert.equal(
    statement({ request: { a: 1 }, absent: undefined }),
    `select pg_catalog.set_config('role', E'service_role', true), ` +
      `pg_catalog.set_config('statement_timeout', E'9500', true), ` +
      `pg_catalog.set_config('request.jwt.claims', E'{"role":"service_role"}', true);\n` +
      `select pg_catalog.to_jsonb(result) as value from public.ai_admit(request => E'{"a":1}') as result`,
  );
});

Deno.test("releasedStatement is one statement, whatever is in it", () => {
  assert.equal(
    releasedStatement({ name: "ai_admit", args: { request: { task: "o'hara; --" } }, statementTimeoutMs: 9500 }),
    `call private.released(E'ai_admit', E'{"request":{"task":"o''hara; --"}}', E'{"role":"service_role"}', 9500, null)`,
  );
});

Deno.test("callStatement takes JSON as it is once it knows that JSON comes", () => {
  const signature = { parameters: new Map(), returnsSet: false, returnsVoid: false, returnsJson: true };
  const text = callStatement({
    identity: { role: "service_role" },
    name: "ai_admit",
    args: {},
    signature,
    statementTimeoutMs: 9500,
  });
  assert.ok(text.endsWith("select result as value from public.ai_admit() as result"));
});

Deno.test("callStatement keeps a user's claims inside their literal", () => {
  const claims = { sub: "1", email: "o'hara'); drop table x; --" };
  const text = statement({}, "whoami", { role: "authenticated", token: "t", claims });
  assert.ok(text.includes(`E'{"sub":"1","email":"o''hara''); drop table x; --"}'`));
  assert.ok(text.includes("set_config('role', E'authenticated', true)"));
});

Deno.test("callStatement refuses names that are not plain", () => {
  for (const name of ["x;drop", 'a"b', "A", "", "pg_catalog.f", "a b"]) {
    assert.throws(() => statement({}, name), TypeError);
    assert.throws(() => statement({ [name]: 1 }), TypeError);
  }
});

Deno.test("needsTypes is true only where a value's text depends on its parameter", () => {
  assert.equal(needsTypes({ request: { a: "x" }, n: 1, b: true, nothing: null }), false);
  assert.equal(needsTypes({ id: "x" }), true);
  assert.equal(needsTypes({ ids: [1] }), true);
});
