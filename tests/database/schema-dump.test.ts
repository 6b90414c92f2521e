import assert from "node:assert/strict";
import { firstDifference, normalizeDump } from "./schema-dump.ts";

const block = (header: string, statement: string) =>
  `--\n-- Name: ${header}; Owner: postgres\n--\n\n${statement}\n\n\n`;

const schema = block("private; Type: SCHEMA; Schema: -", "CREATE SCHEMA private;");
const code = block(
  "f(); Type: FUNCTION; Schema: private",
  "CREATE FUNCTION private.f() RETURNS void\n    LANGUAGE sql\n    AS $$\n\n\n  select 1 -- twice\n$$;",
);
const table = block("t; Type: TABLE; Schema: public", "CREATE TABLE public.t (\n    id integer\n);");
const comment = block("COLUMN t.id; Type: COMMENT; Schema: public", "COMMENT ON COLUMN public.t.id IS 'x';");
const key = block(
  "t t_pkey; Type: CONSTRAINT; Schema: public",
  "ALTER TABLE ONLY public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);",
);
const other = block("s; Type: TABLE; Schema: public", "CREATE TABLE public.s (\n);");

const dump = (version: string, blocks: string[]) =>
  `--
-- PostgreSQL database dump
--

\\restrict ${version}
-- Dumped from database version ${version}
-- Dumped by pg_dump version ${version}

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

${blocks.join("").replace("--\n-- Name: t;", "SET default_tablespace = '';\n\n--\n-- Name: t;")}--
-- PostgreSQL database dump complete
--

\\unrestrict ${version}
`;

Deno.test("normalizeDump() gives one text for two minor versions and two orders of the same schema", () => {
  const one = normalizeDump(dump("17.5", [schema, code, other, table, comment, key]));
  assert.equal(one, normalizeDump(dump("17.11 (Debian)", [key, table, code, comment, schema, other])));
  const headers = [...one.matchAll(/^-- Name: ([^;]+);/gm)].map(([, name]) => name);
  assert.deepEqual(headers, ["private", "f()", "s", "t", "COLUMN t.id", "t t_pkey"]);
});

Deno.test("normalizeDump() keeps statements to the letter and says whose they are", () => {
  const text = normalizeDump(dump("17.5", [code]));
  const body = "CREATE FUNCTION private.f() RETURNS void\n    LANGUAGE sql\n    AS $$\n\n\n  select 1 -- twice\n$$;\n";
  assert.ok(text.endsWith(`\n-- Name: f(); Type: FUNCTION; Schema: private; Owner: postgres\n\n${body}`), text);
});

Deno.test("firstDifference() shows the place where two schemas part", () => {
  assert.equal(firstDifference("a\nb\n", "a\nb\n"), null);
  assert.equal(firstDifference("a\nb\nc", "a\nx\nc"), "line 2:\n- b\n- c\n+ x\n+ c");
  assert.equal(firstDifference("a", "a\nb"), "line 2:\n\n+ b");
});

Deno.test("normalizeDump() leaves out how columns are compressed", () => {
  const owned = table.replace("\n);", "\n);\n\n\nALTER TABLE public.t OWNER TO postgres;");
  const packed = owned.replace("\n);", "\n);\nALTER TABLE ONLY public.t ALTER COLUMN id SET COMPRESSION lz4;");
  assert.equal(normalizeDump(dump("17.5", [schema, packed])), normalizeDump(dump("17.5", [schema, owned])));
});
