/**
 * The floors: a bare pass-through, the same behind one database round trip, and the same between the least that any ledger in Postgres
 * has to do (`../ledger/floor.sql`): its reservation on disk before the upstream is called, its settlement after the answer.
 * `deno run floor.ts <port> <upstream> [<database url> [ledger]]`.
 */
import postgres from "postgres";

const [port, upstream = "", databaseUrl, ledger] = Deno.args;
const sql = databaseUrl === undefined ? null : postgres(databaseUrl, { max: 10, prepare: false, fetch_types: false });

Deno.serve({ port: Number(port), hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
  const body = await request.arrayBuffer();
  const id = crypto.randomUUID();
  await sql?.unsafe(ledger === undefined ? "select 1" : `select public.floor_reserve('${id}', 1000, 0.01)`);
  const response = await fetch(`${upstream}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  if (ledger !== undefined) void sql?.unsafe(`select public.floor_settle('${id}', 0.001)`).execute();
  return new Response(response.body, { headers: { "content-type": response.headers.get("content-type") ?? "" } });
});
