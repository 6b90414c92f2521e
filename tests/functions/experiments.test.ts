/** A prompt experiment as an owner runs it, over HTTP: variants that stick to subjects, results by subject, shares that follow, an end. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { startWorld } from "./world.ts";

const SUBJECTS = 24;

Deno.test("a prompt experiment", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, owner, orgId, call, settled } = world;
  const key = "classify-lead";
  const rpc = async (name: string, args: Record<string, unknown>) => {
    const { data, error } = await owner.rpc(name, args);
    equal(error, null);
    return data;
  };
  const ask = async (subject: number, words: string) => {
    const { status, body } = await call(key, {
      input: { lead: { name: `Lead ${subject}`, company: "Gasthof Sonne GmbH", notes: words } },
      options: { cache: "off", subject: { type: "lead", id: `experiment-${subject}` } },
    });
    equal(status, 200);
    return body;
  };
  const draft = await rpc("create_prompt", { p_key: key, p_system: "Classify the lead. Be strict.", p_org_id: orgId });
  await rpc("create_prompt", {
    p_key: key,
    p_system: "Classify the lead. Be kind.",
    p_org_id: orgId,
    p_version: draft.version,
    p_variant: "B",
  });
  await rpc("activate_prompt", { p_key: key, p_version: draft.version, p_org_id: orgId });
  const { data: experiment, error } = await owner.from("ai_experiments").insert({
    org_id: orgId,
    prompt_key: key,
    prompt_version: draft.version,
    title: "Strict or kind",
    allocation: "thompson",
    min_sample: 30,
  }).select().single();
  equal(error, null);
  await rpc("start_experiment", { p_id: experiment.id });
  const variantOf = new Map<number, string>();

  await t.step("gives each subject one variant, whoever asks and whatever about", async () => {
    for (let subject = 0; subject < SUBJECTS; subject++) {
      const [first, second] = [await ask(subject, "Asked for a demo."), await ask(subject, "Asked for prices.")];
      equal(second.meta.prompt.variant, first.meta.prompt.variant);
      variantOf.set(subject, first.meta.prompt.variant);
      for (const { meta } of [first, second]) {
        const accepted = first.meta.prompt.variant === "B" || subject % 4 === 0;
        await settled();
        await rpc("record_outcome", { p_request_id: meta.request_id, p_outcome: accepted ? "accepted" : "rejected" });
      }
    }
    deepEqual([...new Set(variantOf.values())].toSorted(), ["A", "B"]);
  });

  await t.step("counts subjects, and says that requests of one subject tell less than they seem to", async () => {
    const { data } = await owner.from("ai_experiment_results").select(
      "variant, requests, trials, subjects, effective_trials",
    )
      .eq("experiment_id", experiment.id).order("variant");
    for (const row of data ?? []) {
      const subjects = [...variantOf.values()].filter((variant) => variant === row.variant).length;
      deepEqual([row.requests, row.trials, row.subjects], [2 * subjects, 2 * subjects, subjects]);
      ok(row.effective_trials <= subjects, "answers of a lead that are all alike");
    }
    equal(data?.length, 2);
  });

  await t.step("moves nothing before thirty subjects, and is stopped by hand: everybody gets the control", async () => {
    await stack.sql("select private.watch_experiments()");
    const weights = () =>
      stack.sql(
        "select variant, weight::float8 from public.ai_prompts where key = $1 and status = 'active' order by variant",
        [key],
      );
    deepEqual(await weights(), [{ variant: "A", weight: 1 }, { variant: "B", weight: 1 }]);
    await rpc("stop_experiment", { p_id: experiment.id });
    deepEqual(await weights(), [{ variant: "A", weight: 1 }, { variant: "B", weight: 0 }]);
    const kind = [...variantOf].find(([, variant]) => variant === "B")?.[0] ?? 0;
    equal((await ask(kind, "Asked again.")).meta.prompt.variant, "A");
  });

  await world.stop();
});
