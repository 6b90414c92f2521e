import assert from "node:assert/strict";
import { splitStatements } from "./split-statements.ts";

Deno.test("splitStatements cuts at semicolons and keeps the comments before a statement", () => {
  assert.deepEqual(splitStatements("-- why; because\nselect 1;\n\n/* a; /* b; */ c; */ select 2 ;;\n-- end"), [
    "-- why; because\nselect 1",
    "/* a; /* b; */ c; */ select 2",
    "-- end",
  ]);
});

Deno.test("splitStatements leaves semicolons in quotes alone", () => {
  const statements = [
    "select 'a;''b;', \"c;\"\"d;\"",
    String.raw`select e'it\'s; so', 'c:\'`,
    "create function f() returns text language sql as $$ select ';'; $$",
    "do $body$ begin perform $$;$$; end $body$",
    "select $1::text, a$b",
  ];
  assert.deepEqual(splitStatements(statements.join(";\n")), statements);
});

Deno.test("splitStatements keeps a begin atomic body whole", () => {
  const body = "create function f(a int) returns int begin atomic select case when a > 0 then 1 else 2 end; end";
  assert.deepEqual(splitStatements(`${body}; begin; select 1; end;`), [body, "begin", "select 1", "end"]);
});

Deno.test("splitStatements gives nothing for a script without statements", () => {
  assert.deepEqual(splitStatements(" ;\n;; "), []);
});
