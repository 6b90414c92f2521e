/** Nudge budgets as an app takes from them: supabase-js as a signed-in user, over the Data API, against a started stack. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { SupabaseClient } from "@supabase/supabase-js";
import { connect, startWorld } from "./world.ts";

const HOUR_MS = 3_600_000;

Deno.test("nudge budgets", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, owner, orgId } = world;
  const begun = (hours: number) => new Date(Date.now() - hours * HOUR_MS - 60_000).toISOString();
  const take = (client: SupabaseClient, session: string, topic: string, more: Record<string, unknown> = {}) =>
    client.rpc("take_nudge", {
      p_org_id: orgId,
      p_session_id: session,
      p_topic: topic,
      p_confidence: 0.9,
      p_session_started_at: begun(0),
      ...more,
    });
  const set = (key: string, value: unknown) =>
    owner.rpc("set_setting", { p_key: key, p_value: value, p_org_id: orgId });

  await t.step("a session has two in its first hour: the third is refused with 429 and when to ask again", async () => {
    equal((await set("help.nudge.cooldown.sameSession", "PT0S")).error, null);
    const [first, second, third] = [
      await take(owner, "tab-1", "prices"),
      await take(owner, "tab-1", "export"),
      await take(owner, "tab-1", "import"),
    ];
    deepEqual([first.data?.granted, first.data?.left, second.data?.left], [true, 1, 0]);
    equal(third.status, 429);
    equal(third.error?.hint, "nudge_budget_exhausted");
    const { retry_after_ms: wait, ...details } = JSON.parse(third.error?.details ?? "{}");
    deepEqual(details, { left: 0, why: "budget" });
    ok(wait > 0 && wait <= HOUR_MS, `one comes back within the hour: ${wait} ms`);
  });

  await t.step("what is left is in a header", async () => {
    const response = await fetch(`${stack.url}/rest/v1/rpc/take_nudge`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${world.ownerToken}`,
        apikey: stack.publishableKey,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        p_org_id: orgId,
        p_session_id: "tab-2",
        p_topic: "invoices",
        p_confidence: 0.9,
        p_session_started_at: begun(2),
      }),
    });
    // Two of the first hour, one for each of two whole hours, less this one.
    deepEqual([response.status, response.headers.get("x-nudge-budget-left")], [200, "3"]);
    await response.body?.cancel();
  });

  await t.step("two tabs at once cannot have the last one twice", async () => {
    await take(owner, "tab-3", "one");
    const both = await Promise.all([take(owner, "tab-3", "two"), take(owner, "tab-3", "three")]);
    deepEqual(both.map(({ status }) => status).sort(), [200, 429]);
  });

  await t.step("silence follows on a topic, and towards a user who dismissed one", async () => {
    const again = await take(owner, "tab-4", "prices");
    deepEqual([again.status, JSON.parse(again.error?.details ?? "{}").why], [429, "cooldown"]);
    const shown = await take(owner, "tab-4", "filters");
    equal((await owner.rpc("end_nudge", { p_org_id: orgId, p_id: shown.data?.id, p_outcome: "dismissed" })).data, true);
    equal((await owner.rpc("end_nudge", { p_org_id: orgId, p_id: shown.data?.id, p_outcome: "accepted" })).data, false);
    const after = await take(owner, "tab-5", "anything");
    const { why, retry_after_ms: wait } = JSON.parse(after.error?.details ?? "{}");
    deepEqual([after.status, why, Math.ceil(wait / HOUR_MS)], [429, "cooldown", 8]);
  });

  await t.step("who is not sure enough, or switched it off, gets an answer and no nudge", async () => {
    const unsure = await take(owner, "tab-6", "guess", { p_confidence: 0.4 });
    deepEqual([unsure.status, unsure.data], [200, { granted: false, reason: "not_sure_enough", left: null }]);
    equal((await set("help.nudge.enabled", false)).error, null);
    deepEqual((await take(owner, "tab-6", "off")).data, { granted: false, reason: "switched_off", left: 0 });
    equal((await set("help.nudge.enabled", true)).error, null);
  });

  await t.step("strangers take none, and see nobody's", async () => {
    const stranger = await world.member("nele", "Elsewhere", "owner");
    const refused = await take(stranger.client, "tab-1", "prices");
    deepEqual([refused.status, refused.error?.code], [403, "PT403"]);
    match(refused.error?.message ?? "", /not a member/);
    deepEqual((await stranger.client.from("ai_nudges").select("id")).data, []);
    ok((await take(connect(stack), "tab-1", "prices")).status >= 401, "nobody is nobody");
    const [dismissed] = (await owner.from("ai_nudges").select("topic").eq("outcome", "dismissed")).data ?? [];
    deepEqual(dismissed, { topic: "filters" });
  });

  await world.stop();
});
