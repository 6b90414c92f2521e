/** What the log knows of decisions that the started stack really made: explained, made again, calibrated, queued for review. */
import { deepEqual, equal, ok } from "node:assert/strict";
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
      ok(["de", "fr", "es"].every((language) => told.words[language].length === told.words.en.length));
      ok(told.words.en.length >= 4);
      equal(row.complexity === null, row.task === "embed-text", "chat tasks have a complexity");
    }
  });

  await t.step("a changed prompt asks anew what was cached, with the examples people corrected", async () => {
    await stack.sql("select public.set_setting('ai.log.payloads', 'true', $1)", [orgId]);
    const body = { input: lead("Paula Kessel") };
    const answered = await call("classify-lead", body);
    await settled();
    equal((await call("classify-lead", body)).body.meta.cached, true);
    const corrected = await owner.rpc("record_outcome", {
      p_request_id: answered.body.meta.request_id,
      p_outcome: "edited",
      p_correction: { ...answered.body.data, class: "B" },
    });
    equal(corrected.error, null);
    const { data: draft, error } = await owner.rpc("draft_with_examples", { p_key: "classify-lead", p_org_id: orgId });
    equal(error, null);
    equal(JSON.parse(draft.few_shot[0].output).class, "B");
    await owner.rpc("activate_prompt", { p_key: "classify-lead", p_version: draft.version, p_org_id: orgId });
    const anew = (await call("classify-lead", body)).body.meta;
    deepEqual([anew.cached, anew.prompt.version], [false, draft.version]);
    ok(anew.usage.input_tokens > answered.body.meta.usage.input_tokens, "the example was sent along");
    await owner.rpc("retire_prompt", { p_key: "classify-lead", p_org_id: orgId });
    await settled();
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

  await t.step("models that disagree are told apart by their values, and a person is asked", async () => {
    const material = { description: "A floor tile of porcelain stoneware, or is it?" };
    const first = await call("classify-material", { input: material, options: { cache: "off" } });
    equal(first.body.meta.calls, 3, "a critical task asks three");
    const saying = (category: string, product: string) =>
      JSON.stringify({ ...first.body.data, material_category: category, product_category: product, confidence: 0.9 });
    world.standIn.control.setFaults([
      { kind: "says", provider: "openai", text: saying("ceramics", "tiles") },
      { kind: "says", provider: "anthropic", text: saying("wood", "furniture") },
      { kind: "says", provider: "together", text: saying("metals", "lighting") },
    ]);
    const divided = await call("classify-material", { input: material, options: { cache: "off" } });
    world.standIn.control.setFaults([]);
    deepEqual([divided.status, divided.body.meta.needs_review], [200, true]);
    await settled();
    const [row] = await stack.sql<{ status: string; method: string; reason: string; priority: string }>(
      `select l.status, l.decision #>> '{agreement,method}' as method, r.reason, r.priority
       from public.ai_request_logs as l join public.ai_reviews as r on r.request_id = l.id where l.id = $1`,
      [divided.body.meta.request_id],
    );
    deepEqual(row, { status: "succeeded", method: "flagged", reason: "models_disagree", priority: "high" });
    const { data: told } = await owner.rpc("explain_request", { p_id: divided.body.meta.request_id });
    ok(
      told.words.en.some((line: string) =>
        /^The values of gpt-4o-mini, .* contradict each other \(0\.\d+\)\.$/.test(line)
      ),
    );
    ok(told.words.de.some((line: string) => line.includes("sie widersprechen sich")));
  });

  await t.step("a ladder is climbed rung by rung, and a policy's cost bounds all calls together", async () => {
    const use = async (columns: Record<string, unknown>) => {
      await stack.sql(
        `insert into public.ai_policies (org_id, task, tiers, escalate_to, max_escalations, escalate_below, good_from, excellent_from, max_cost_usd)
         values ($1, 'classify-lead', $2::text::jsonb, 'next_candidate', 3, 0.99, 0.99, 0.99, $3)`,
        [orgId, JSON.stringify(columns["tiers"]), columns["max_cost_usd"] ?? null],
      );
      await stack.sql(
        "select public.activate_policy(max(version), 'classify-lead', $1) from public.ai_policies where org_id = $1 and task = 'classify-lead'",
        [orgId],
      );
    };
    const ladder = {
      small: [{ provider: "together", model: "meta-llama/Llama-4-Scout-17B-16E-Instruct" }, {
        provider: "anthropic",
        model: "claude-haiku-4-5",
      }],
      large: [{ provider: "anthropic", model: "claude-sonnet-5-5" }],
      frontier: [{ provider: "openai", model: "gpt-5" }],
    };
    const climb = async () => {
      const answer = await call("classify-lead", { input: lead("Rosa Leiter"), options: { cache: "off" } });
      equal(answer.status, 200);
      await settled();
      return await stack.sql<{ purpose: string; request_model: string }>(
        "select purpose, request_model from public.ai_call_logs where request_id = $1 order by attempt",
        [answer.body.meta.request_id],
      );
    };
    await use({ tiers: ladder });
    deepEqual(await climb(), [
      { purpose: "answer", request_model: "meta-llama/Llama-4-Scout-17B-16E-Instruct" },
      { purpose: "escalation", request_model: "claude-haiku-4-5" },
      { purpose: "escalation", request_model: "claude-sonnet-5-5" },
      { purpose: "escalation", request_model: "gpt-5" },
    ]);
    await use({ tiers: ladder, max_cost_usd: 0.008 });
    equal((await climb()).length, 2, "the third call could have taken the request above its cost");
  });

  await t.step(
    "after three weak small answers in a row a task starts large, for as long as its policy says",
    async () => {
      await stack.sql(
        `insert into public.ai_policies (org_id, task, escalate_below, good_from, excellent_from, demotion_cooldown)
       values ($1, 'classify-lead', 0.8, 0.8, 0.9, interval '2 hours')`,
        [orgId],
      );
      await stack.sql(
        "select public.activate_policy(max(version), 'classify-lead', $1) from public.ai_policies where org_id = $1 and task = 'classify-lead'",
        [orgId],
      );
      await stack.sql("delete from public.ai_calibrations");
      await stack.sql("delete from public.ai_demotions");
      const unsure = JSON.stringify({ ...first.body.data, confidence: 0.05 });
      world.standIn.control.setFaults([{ kind: "says", model: "gpt-4o-mini", text: unsure }]);
      const ask = async (name: string) => {
        const answer = await call("classify-lead", { input: lead(name), options: { cache: "off" } });
        await settled();
        return answer.body.meta;
      };
      for (const name of ["Weak One", "Weak Two", "Weak Three"]) {
        const { escalated, tier } = await ask(name);
        deepEqual([escalated, tier], [true, "large"]);
      }
      const { escalated, calls, tier, request_id } = await ask("After Three");
      world.standIn.control.setFaults([]);
      deepEqual([escalated, calls, tier], [false, 1, "large"], "the small model is not asked");
      const { data: told } = await owner.rpc("explain_request", { p_id: request_id });
      ok(told.words.en.some((line: string) => line.includes("small models have been weak at this task lately")));
      equal((await owner.rpc("replay_decision", { p_id: request_id })).data.equal, true);
      const [cooldown] = await stack.sql<{ hours: number }>(
        "select round(extract(epoch from large_until - now()) / 3600)::integer as hours from public.ai_demotions where task = 'classify-lead'",
      );
      equal(cooldown?.hours, 2);
    },
  );

  await t.step("a weak small answer goes no further than the budget reaches", async () => {
    await owner.rpc("retire_policy", { p_task: "classify-lead", p_org_id: orgId });
    await stack.sql("delete from public.ai_demotions");
    const unsure = JSON.stringify({ ...first.body.data, confidence: 0.05, reasons: ["?"] });
    world.standIn.control.setFaults([{ kind: "says", text: unsure }]);
    const ask = async (name: string) => {
      const answer = await call("classify-lead", { input: lead(name), options: { cache: "off" } });
      await settled();
      const { action, calls, escalated, tier } = answer.body.meta;
      return [answer.status, action, calls, escalated, tier];
    };
    const [status, , , escalated] = await ask("Weak And Rich");
    deepEqual([status, escalated], [200, true]);
    // In euros: room for a small call of 0.0008 at most, and not for the cheapest large one of 0.0012.
    const { data: used } = await owner.from("ai_budget_status").select("settled").eq("scope", "organization").single();
    await stack.sql("update public.ai_budgets set cap = $1 where scope = 'organization' and org_id = $2", [
      used?.settled + 0.001,
      orgId,
    ]);
    deepEqual(await ask("Weak And Poor"), [200, "fallback_to_rules", 1, false, null]);
    world.standIn.control.setFaults([]);
    deepEqual(await ask("Sure And Poor"), [200, "use_ai_result", 1, false, "small"]);
    deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
  });

  await world.stop();

  async function described(task: string) {
    const response = await fetch(`${stack.url}/functions/v1/${task}`, { headers: { apikey: stack.publishableKey } });
    return await response.json();
  }
});
