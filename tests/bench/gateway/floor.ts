/**
 * The floors: a bare pass-through, and the same behind one database round trip.
 * `deno run floor.ts <port> <upstream> [<database url>]`.
 */
import postgres from "postgres";

const [port, upstream = "", databaseUrl] = Deno.args;
const sql = databaseUrl === undefined ? null : postgres(databaseUrl, { max: 10, prepare: false, fetch_types: false });

Deno.serve({ port: Number(port), hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
  const body = await request.arrayBuffer();
  await sql?.unsafe("select 1");
  const response = await fetch(`${upstream}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  return new Response(response.body, { headers: { "content-type": response.headers.get("content-type") ?? "" } });
});
