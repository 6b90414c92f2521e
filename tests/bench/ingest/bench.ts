/**
 * How fast files become passages on the started stack, whose function host keeps the runtime's limits: a book of 500 pages, a text, a
 * Word document, a workbook, scans. On a real Postgres (`DATABASE_URL`), else on the embedded one.
 *
 * `deno task bench ingest [--only book,text,word,sheet,scans] [--no-keep]`
 *
 * @module
 */
const [_name, ...args] = Deno.args;
const child = new Deno.Command(Deno.execPath(), {
  // The stack has a configuration of its own.
  args: [
    "run",
    "--allow-all",
    "--config",
    new URL("../../../supabase/local/deno.json", import.meta.url).pathname,
    new URL("./measure.ts", import.meta.url).pathname,
    ...args,
  ],
}).spawn();
const { code } = await child.status;
if (code !== 0) throw new Error(`Cannot go on: the measurement ended with ${code}`);
