/** What the log knows of decisions that the started stack really made: explained, made again, calibrated, queued for review. */
import { equal, ok } from "node:assert/strict";
import { startWorld } from "./world.ts";

const lead = (name: string) => ({
  lead: {
    name,
    company: "Gasthof Sonne GmbH",
    notes: "Asked for a demo and for prices. Wants to start before Christmas.",
  },
});

Deno.test("decisions", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, owner, orgId, call, settled } = world;
  const first = await call("classify-lead", { input: lead("Erna Sonne"), options: { cache: "off" } });
  equal(first.status, 200);
  await call("classify-lead", { input: lead("Ida Mond"), options: { importance: "high", cache: "off" } });
  await call("classify-lead", { input: lead("Max Stern"), options: { model: "gpt-4o-mini", cache: "off" } });
  await call("generate-followup", (await described("generate-followup")).example);
  await call("embed-text", (await described("embed-text")).example);
  await settled();

  await t.step("every admitted request is explained and made again alike", async () => {
    const { data: rows } = await owner.from("ai_request_logs").select("id, task, complexity").eq("org_id", orgId).gt(
      "calls",
      0,
    );
    ok((rows ?? []).length >= 5);
    for (const row of rows ?? []) {
      const { data: replay, error } = await owner.rpc("replay_decision", { p_id: row.id });
      equal(error, null);
      equal(replay.equal, true, `${row.task}: ${JSON.stringify(replay)}`);
      const { data: told } = await owner.rpc("explain_request", { p_id: row.id });
      ok(told.words.de.length >= 4 && told.words.en.length === told.words.de.length);
      equal(row.complexity === null, row.task === "embed-text", "chat tasks have a complexity");
    }
  });

  await t.step(
    "a calibration in the database moves the score, and an answer no longer trusted is queued for review",
    async () => {
      const before = first.body.meta.confidence.score;
      await stack.sql(
        `insert into public.ai_calibrations (org_id, task, method, map, labels, right_share, ece_before, ece_after, brier_before, brier_after)
       values ($1, 'classify-lead', 'isotonic', '{"kind": "isotonic", "scores": [0, 1], "values": [0.2, 0.2]}', 50, 0.2, 0.5, 0, 0.4, 0.2)`,
        [orgId],
      );
      const distrusted = await call("classify-lead", { input: lead("Erna Sonne"), options: { cache: "off" } });
      ok(before >= 0.7);
      equal(distrusted.body.meta.confidence.score, 0.2);
      equal(distrusted.body.meta.action, "fallback_to_rules");
      equal(distrusted.body.meta.needs_review, true);
      await settled();
      const { data: claimed } = await owner.rpc("claim_review");
      equal(claimed.request_id, distrusted.body.meta.request_id);
      const { error } = await owner.rpc("decide_review", { p_id: claimed.id, p_decision: "approved" });
      equal(error, null);
    },
  );

  await world.stop();

  async function described(task: string) {
    const response = await fetch(`${stack.url}/functions/v1/${task}`, { headers: { apikey: stack.publishableKey } });
    return await response.json();
  }
});
