import assert from "node:assert/strict";
import postgres from "postgres";
import { createDatabase } from "./mod.ts";

const database = await createDatabase("alert-receiver");
const { sql } = database;
const crowd = postgres(database.url, { max: 4, onnotice: () => {} });

/** What came in: the path, the key it is known by, and the words for people. */
const received: { path: string; key: string | null; text: unknown }[] = [];
const receiver = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
  const { pathname: path } = new URL(request.url);
  const { text, alert } = await request.json();
  const before = received.filter((one) => one.path === path).length;
  received.push({ path, key: request.headers.get("idempotency-key"), text: text ?? alert.message });
  const status = path === "/down" || (path === "/flaky" && before === 0) ? 500 : 204;
  return new Response(null, { status });
});

Deno.test.afterAll(async () => {
  await receiver.shutdown();
  await crowd.end({ timeout: 1 });
  await database.drop();
});

const START = Date.parse("2026-11-18T12:00:00Z");

/** Runs a function of the alerts at so many hours after the start. */
const at = (hours: number, call: string) =>
  crowd.begin(async (transaction) => {
    await transaction`select set_config('signalbox.now', ${new Date(START + hours * 3_600_000).toISOString()}, true)`;
    await transaction.unsafe(`select ${call}`);
  });

/** What pg_net's worker does, but that every host is the receiver: sends what is queued, once, and keeps the answers. */
async function send(): Promise<void> {
  const queued = await sql<{ id: string; url: string; headers: Record<string, string>; body: string }[]>`
    delete from net.http_request_queue returning id, url, headers, convert_from(body, 'UTF8') as body`;
  for (const { id, url, headers, body } of queued) {
    const address = `http://127.0.0.1:${receiver.addr.port}${new URL(url).pathname}`;
    const { status } = await fetch(address, { method: "POST", headers, body });
    await sql`insert into net._http_response (id, status_code) values (${id}, ${status})`;
  }
}

Deno.test("two dispatchers tell a receiver once a channel, again after a 500, and no more after ten of them", async () => {
  const [org] = await sql<{ id: string }[]>`
    insert into public.organizations (name, slug, currency, time_zone) values ('R', 'alert-receiver', 'USD', 'UTC') returning id`;
  const orgId = org?.id ?? "";
  for (
    const [path, kind] of [["webhook", "webhook"], ["slack", "slack"], ["flaky", "webhook"], ["down", "slack"]] as const
  ) {
    await sql`select public.create_alert_channel(${orgId}, ${path}, ${kind}, ${`https://hooks.slack.com/${path}`})`;
  }
  await sql`select public.create_alert_channel(${orgId}, 'mail', 'email', 'https://hooks.slack.com/mail', 'Bearer x', '{on@call.test}', 'a@call.test')`;
  await sql`
    insert into private.ai_budget_counters (org_id, account, day, week, month, month_settled, minute)
    values (${orgId}, ${`organization:${orgId}`}, '2026-11-18', '2026-11-16', '2026-11-01', 950, now())`;
  await at(0, "private.evaluate_alerts()");
  for (let hours = 0; hours < 24; hours += 2) {
    await Promise.all([at(hours, "private.deliver_alerts()"), at(hours, "private.deliver_alerts()")]);
    await send();
    await at(hours, "private.collect_alert_answers()");
  }

  const times = (path: string) => received.filter((one) => one.path === path).length;
  assert.deepEqual(["/webhook", "/slack", "/mail", "/flaky", "/down"].map(times), [1, 1, 1, 2, 10]);
  assert.equal(new Set(received.map(({ key }) => key)).size, 5);
  for (const { text } of received) assert.match(String(text), /95\.0 % of the month budget/);
  const rows = await sql`
    select c.name, d.status, d.attempts, d.response_status as answer from public.ai_alert_deliveries as d
    join public.ai_alert_channels as c on c.id = d.channel_id where c.org_id = ${orgId} order by c.name`;
  assert.deepEqual(rows.map(({ name, status, attempts, answer }) => `${name} ${status} ${attempts} ${answer}`), [
    "down failed 10 500",
    "flaky sent 2 204",
    "mail sent 1 204",
    "slack sent 1 204",
    "webhook sent 1 204",
  ]);
});
