import type { Session } from "./database.ts";

/** How far the stack got with a database: untouched, in the middle of its first preparation, or done with it. */
export type Preparation = "none" | "begun" | "done";

const SCHEMA = "signalbox_local";

/** Reads the mark our own preparation leaves: the comment on a schema of its own. */
export async function readMarker(database: Session): Promise<Preparation> {
  const [row] = await database.query<{ comment: string | null }>(
    "select obj_description(oid, 'pg_namespace') as comment from pg_namespace where nspname = $1",
    [SCHEMA],
  );
  if (row === undefined) return "none";
  return row.comment?.startsWith("done") ? "done" : "begun";
}

/** The SQL that marks a database as ours, before anything else is made in it. */
export const MARK_BEGUN = `create schema ${SCHEMA};
comment on schema ${SCHEMA} is 'begun: the local stack of Signalbox is preparing this database';`;

/** The SQL that says the preparation is whole. */
export const MARK_DONE = `comment on schema ${SCHEMA} is 'done: this database belongs to a local stack of Signalbox';`;

/** The SQL that takes the mark of an interrupted preparation away again. */
export const UNMARK = `drop schema if exists ${SCHEMA};`;
