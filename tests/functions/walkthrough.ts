/**
 * Walks the main path as a new user would and writes what was seen to docs/walkthrough.md: `deno task walkthrough`.
 *
 * @module
 */
import { type Answer, startWorld, type World } from "./world.ts";

const page: string[] = [
  "# Walkthrough",
  "",
  "What a new user sees, as `deno task walkthrough` saw it: a fresh stack, the demo organization, providers played by the stand-in.",
];

const world = await startWorld();
try {
  await walk(world);
} finally {
  await world.stop();
}
await Deno.writeTextFile(new URL("../../docs/walkthrough.md", import.meta.url), page.join("\n") + "\n");
Deno.exit(0);

async function walk({ stack, standIn, owner, orgId, call, settled }: World): Promise<void> {
  for (const task of ["classify-lead", "classify-material", "generate-followup", "embed-text"]) {
    const described = await fetch(`${stack.url}/functions/v1/${task}`, { headers: { apikey: stack.publishableKey } });
    const { example } = await described.json();
    say(`One call of ${task}`, `\`POST /functions/v1/${task}\` with its own example, and the answer:`);
    block(example);
    block(short(await call(task, example)));
  }
  await settled();

  say(
    "The rows",
    "`select task, provider, model, tier, calls, cost_usd, confidence_score, prompt_version, status from ai_request_logs`",
  );
  block(
    await rows(
      "ai_request_logs",
      "task, provider, model, tier, calls, cost_usd, confidence_score, prompt_version, status",
    ),
  );
  say(
    "The calls",
    "`select purpose, provider, request_model, input_tokens, output_tokens, cost_usd, finish_reason, stand_in from ai_call_logs`",
  );
  block(
    await rows(
      "ai_call_logs",
      "purpose, provider, request_model, input_tokens, output_tokens, cost_usd, finish_reason, stand_in",
    ),
  );
  say("Usage and budget", "`ai_usage_daily` and `ai_budget_status`");
  block(
    await rows(
      "ai_usage_daily",
      "task, model, request_count, total_tokens, total_cost_usd, p95_latency_ms, avg_confidence",
    ),
  );
  block(await rows("ai_budget_status", "scope, period, cap, currency, settled, held, remaining, state"));

  const lead = { input: { lead: { name: "Felix Fallback", notes: "Wants a demo this week" } } };
  standIn.control.setFaults([{ provider: "openai", kind: "status", status: 500 }]);
  const fallen = await call("classify-lead", lead);
  standIn.control.setFaults([]);
  say("A fallback", "The first provider answers 500; the second one is asked, and both attempts are in the log:");
  block(short(fallen));
  await settled();
  block(
    (await owner.from("ai_call_logs").select("attempt, purpose, provider, request_model, error_code, cost_usd")
      .eq("request_id", fallen.body.meta.request_id).order("attempt")).data,
  );

  say("A cached second call", "The same call again costs nothing and says so:");
  block(short(await call("classify-lead", lead)));

  await stack.sql("update public.ai_budgets set cap = 0 where org_id = $1", [orgId]);
  say("A refused call at the cap", "`update ai_budgets set cap = 0`, and a new call:");
  block(short(await call("classify-lead", { input: { lead: { name: "Bruno Broke" } } })));
  await stack.sql("update public.ai_budgets set cap = null where org_id = $1", [orgId]);

  say(
    "The trigger path",
    "`insert into leads (org_id, name, notes) values (…)`, and a moment later, without a call from anybody:",
  );
  const made = await owner.from("leads").insert({
    org_id: orgId,
    name: "Karl Trigger",
    notes: "Asked for a quote and a demo",
  })
    .select("id").single();
  let lead2: { class: string | null } | null = null;
  for (let round = 0; round < 200 && (lead2?.class ?? null) === null; round++) {
    await new Promise((done) => setTimeout(done, 50));
    lead2 =
      (await owner.from("leads").select("name, class, class_confidence, class_source").eq("id", made.data?.id).single())
        .data;
  }
  block(lead2);

  await settled();
  say("The ledger", "`select * from ai_ledger_check` must be empty:");
  block((await owner.from("ai_ledger_check").select()).data);

  async function rows(from: string, columns: string): Promise<unknown> {
    const { data, error } = await owner.from(from).select(columns.replaceAll(" ", ""));
    if (error) throw error;
    return data;
  }
}

function say(title: string, text: string): void {
  page.push("", `## ${title}`, "", text);
}

function block(content: unknown): void {
  const text = typeof content === "string"
    ? content
    : Array.isArray(content)
    ? content.length === 0 ? "[]" : content.map((row) => JSON.stringify(row)).join("\n")
    : JSON.stringify(content, null, 2);
  page.push("", "```json", text, "```");
}

/** Status and body; vectors are cut to their first numbers. */
function short({ status, body }: Answer): unknown {
  const embeddings = body?.data?.embeddings;
  const cut = Array.isArray(embeddings)
    ? { ...body, data: { ...body.data, embeddings: embeddings.map((vector) => [...vector.slice(0, 3), "…"]) } }
    : body;
  return { status, body: cut };
}
