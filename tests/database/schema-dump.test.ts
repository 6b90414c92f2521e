import assert from "node:assert/strict";
import { firstDifference, normalizeDump } from "./schema-dump.ts";

const dump = (version: string) =>
  `--
-- PostgreSQL database dump
--

\\restrict abc
-- Dumped from database version ${version}
-- Dumped by pg_dump version ${version}

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: f(); Type: FUNCTION; Schema: private; Owner: postgres
--

CREATE FUNCTION private.f() RETURNS void
    LANGUAGE sql
    AS $$ select 1 $$;

--
-- PostgreSQL database dump complete
--
`;

Deno.test("normalizeDump() gives the same text for two minor versions of the server", () => {
  assert.equal(normalizeDump(dump("17.5")), normalizeDump(dump("17.11 (Debian 17.11-0+deb13u1)")));
});

Deno.test("normalizeDump() keeps statements and says whose they are", () => {
  const [, , ...statements] = normalizeDump(dump("17.5")).trimEnd().split("\n");
  assert.deepEqual(statements, [
    "-- Name: f(); Type: FUNCTION; Schema: private; Owner: postgres",
    "",
    "CREATE FUNCTION private.f() RETURNS void",
    "    LANGUAGE sql",
    "    AS $$ select 1 $$;",
  ]);
});

Deno.test("firstDifference() shows the place where two schemas part", () => {
  assert.equal(firstDifference("a\nb\n", "a\nb\n"), null);
  assert.equal(firstDifference("a\nb\nc", "a\nx\nc"), "line 2:\n- b\n- c\n+ x\n+ c");
  assert.equal(firstDifference("a", "a\nb"), "line 2:\n\n+ b");
});
