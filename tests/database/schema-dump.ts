/** The time at which the snapshot's migrations run: it names the first partitions, so it must not move. */
export const SNAPSHOT_CLOCK = "2026-11-15T12:00:00Z";

const HEADER =
  `-- Generated from migrations/ by \`deno task schema\`: read it, never edit it. CI fails when it is stale.
-- Sorted by object, with all that belongs to an object below it: for reading and for diffs, not for running.
`;

/** Session settings that pg_dump writes before and between statements. */
const SESSION_SETTING =
  /^(SET (\w+_timeout|client_encoding|standard_conforming_strings|check_function_bodies|xmloption|client_min_messages|row_security|default_tablespace|default_table_access_method) = .*|SELECT pg_catalog\.set_config\('search_path', '', false\));$/;

/** What comes first about one object; kinds that are not listed come last. */
const KINDS = ["SCHEMA", "TYPE", "FUNCTION", "TABLE", "VIEW", "MATERIALIZED VIEW", "SEQUENCE", "COMMENT", "DEFAULT"];

/** One object, or a property of it, as pg_dump announces it, with the statements that make it. */
interface DumpBlock {
  schema: string;
  /** The table, view or function that it belongs to. */
  subject: string;
  kind: string;
  name: string;
  text: string;
}

/**
 * A dump without what differs between servers of one major version: their minor versions, session settings and the order of
 * objects. Function bodies are kept to the letter.
 */
export function normalizeDump(dump: string): string {
  const lines = dump.split("\n").filter((line) => !SESSION_SETTING.test(line) && !/^\\(un)?restrict /.test(line));
  const blocks = lines.join("\n").replaceAll(COMPRESSION, "").split(/^--\n(?=-- Name: )/m).slice(1).map(readBlock);
  blocks.sort((one, other) =>
    compare(one.schema, other.schema) || compare(one.subject, other.subject) ||
    rank(one.kind) - rank(other.kind) || compare(one.kind, other.kind) || compare(one.name, other.name)
  );
  return `${[HEADER, ...blocks.map(({ text }) => text)].join("\n")}`;
}

/** How a column is packed is the server's affair: embedded Postgres was built without lz4, and the schema is the same. */
const COMPRESSION = /^ALTER TABLE ONLY \S+ ALTER COLUMN \S+ SET COMPRESSION \w+;\n/gm;

/** The first line where two texts part, with its neighbours; null when they are equal. */
export function firstDifference(committed: string, generated: string): string | null {
  if (committed === generated) return null;
  const [old, current] = [committed.split("\n"), generated.split("\n")];
  let line = 0;
  while (old[line] === current[line]) line++;
  const excerpt = (lines: string[], mark: string) =>
    lines.slice(line, line + 5).map((text) => `${mark} ${text}`).join("\n");
  return `line ${line + 1}:\n${excerpt(old, "-")}\n${excerpt(current, "+")}`;
}

function readBlock(block: string): DumpBlock {
  const [header = "", ...rest] = block.split("\n");
  const [, name = "", kind = "", schema = ""] = header.match(/^-- Name: (.*); Type: (.*); Schema: ([^;]*)/) ?? [];
  const statements = rest.join("\n").replace(/^--\n/, "").replace(
    /\n--\n-- PostgreSQL database dump complete[\s\S]*$/,
    "",
  );
  const text = `${header}\n\n${statements.trim()}\n`;
  return kind === "SCHEMA" || schema === "-"
    ? { schema: name.replace(/^SCHEMA /, ""), subject: "", kind, name, text }
    : { schema, subject: subjectOf(name), kind, name, text };
}

/** `TABLE ai_budgets`, `COLUMN ai_budgets.cap` and `ai_budgets ai_budgets_pkey` all belong to `ai_budgets`. */
function subjectOf(name: string): string {
  const constraint = name.match(/^CONSTRAINT \S+ ON (\S+)$/)?.[1];
  return constraint ?? name.replace(/^(TABLE|COLUMN|FUNCTION|VIEW|MATERIALIZED VIEW|INDEX|TYPE|SEQUENCE) /, "")
    .split(/[ .(]/)[0] ??
    name;
}

function rank(kind: string): number {
  const place = KINDS.indexOf(kind);
  return place < 0 ? KINDS.length : place;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
