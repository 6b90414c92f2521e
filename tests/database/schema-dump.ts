/** The time at which the snapshot's migrations run: it names the first partitions, so it must not move. */
export const SNAPSHOT_CLOCK = "2026-11-15T12:00:00Z";

/** Session settings that pg_dump writes before and between statements. */
const SESSION_SETTING =
  /^SET (\w+_timeout|client_encoding|standard_conforming_strings|check_function_bodies|xmloption|client_min_messages|row_security|default_tablespace|default_table_access_method) = .*;$/;

const HEADER =
  "-- Generated from migrations/ by `deno task schema`: read it, never edit it. CI fails when it is stale.\n\n";

/**
 * A dump with what differs between servers and minor versions taken out: versions, session settings, owners' noise and empty
 * lines. Function bodies are kept to the letter.
 */
export function normalizeDump(dump: string): string {
  const lines = dump.split("\n").filter((line) =>
    !/^-- (Dumped|PostgreSQL database dump)/.test(line) &&
    !SESSION_SETTING.test(line) &&
    !/^SELECT pg_catalog\.set_config\('search_path', '', false\);$/.test(line) &&
    !/^\\(un)?restrict /.test(line)
  );
  const text = lines.join("\n").replace(/^--\n(-- Name: .*)\n--\n/gm, "$1\n").replace(/^--\n--\n?/gm, "");
  return HEADER + text.replace(/\n{3,}/g, "\n\n").trim() + "\n";
}

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
