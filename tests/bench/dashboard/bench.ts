/**
 * What the dashboard waits for with a full log: every question its pages ask, as the owner under row-level security on a real
 * Postgres (`DATABASE_URL`), and how soon the overview can be read in a real browser.
 *
 * `deno task bench dashboard [--calls 1000000] [--days 90] [--rounds 30] [--loads 10] [--only costs] [--no-keep]`
 * `--keep-database NAME` only writes the log and leaves it, `--database NAME` measures what was left.
 *
 * @module
 */
const [_name, ...args] = Deno.args;
const child = new Deno.Command(Deno.execPath(), {
  // The stack and the browser have a configuration of their own.
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
