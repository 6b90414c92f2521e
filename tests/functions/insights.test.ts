/** Conversation intelligence over HTTP against a started stack: told of messages, kept with conversations, refreshed after turns. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { until } from "./until.ts";
import { startWorld } from "./world.ts";

const TASKS = ["conversation-summary", "topic-detection", "sentiment-analysis"];

Deno.test("insights", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, call } = world;
  const stranger = await world.member("lauscher", "Elsewhere", "owner");
  const theirs = {
    authorization: `Bearer ${stranger.token}`,
    apikey: stack.publishableKey,
    "content-type": "application/json",
  };
  // deno-lint-ignore no-explicit-any -- answers of three tasks
  const examples: Record<string, any> = {};
  let conversationId = "";

  for (const task of TASKS) {
    await t.step(`${task} describes itself, and its example answers`, async () => {
      const url = `${stack.url}/functions/v1/${task}`;
      equal((await fetch(url)).status, 401);
      const described = await (await fetch(url, { headers: { apikey: stack.publishableKey } })).json();
      deepEqual([described.task, described.has_rules], [task, true]);
      const { status, body } = await call(task, described.example);
      equal(status, 200, JSON.stringify(body));
      deepEqual([body.meta.task, body.meta.stand_in, body.meta.calls >= 1], [task, true, true]);
      examples[task] = body.data;
    });
  }

  await t.step("what can be counted is counted", () => {
    const summary = examples["conversation-summary"];
    deepEqual([summary.participants, summary.duration_seconds], [["user", "assistant"], 180]);
    ok(summary.summary_text !== "" && summary.word_count > 0 && summary.compression_ratio > 0);
    for (const topic of examples["topic-detection"].topics) equal(topic.frequency, topic.message_indices.length);
    const mood = examples["sentiment-analysis"];
    // deno-lint-ignore no-explicit-any -- see above
    deepEqual(mood.messages.map((one: any) => [one.index, one.label]), [[1, "negative"], [3, "positive"]]);
    deepEqual([mood.trend, mood.overall, mood.changes], ["improving", "mixed", [{
      message_index: 3,
      from: "negative",
      to: "positive",
    }]]);
  });

  await t.step("every kind of summary is given", async () => {
    for (const summary_type of ["executive", "detailed", "action_items", "key_points", "decisions", "timeline"]) {
      const { status, body } = await call("conversation-summary", {
        input: {
          summary_type,
          messages: [{ speaker: "user", text: "We decided on slate. Please send the offer by Friday." }],
        },
      });
      deepEqual([status, body.data.summary_type], [200, summary_type]);
    }
  });

  await t.step("after two turns summary, topics and mood are refreshed by the queue, once", async () => {
    for (const message of ["The tiles came broken, I am disappointed.", "Great, thank you for the quick help!"]) {
      const { status, body } = await call("chat", {
        input: { message, ...(conversationId === "" ? {} : { conversation_id: conversationId }) },
      });
      equal(status, 200, JSON.stringify(body));
      conversationId = body.data.conversation_id;
    }
    await world.settled();
    const queued = () =>
      stack.sql<{ task: string; status: string; result: unknown }>(
        "select task, status, result from public.ai_job_queue where task = any($1) order by task",
        [TASKS],
      );
    deepEqual(
      (await queued()).map(({ task, status }) => [task, status]),
      TASKS.toSorted().map((task) => [task, "pending"]),
    );
    await stack.sql("update public.ai_job_queue set run_at = now() where task = any($1)", [TASKS]);
    await stack.sql("select private.dispatch_jobs()");
    await until(async () => (await queued()).every(({ status }) => status === "done"), "every insight");
    deepEqual(
      (await queued()).map(({ status, result }) => [status, result]),
      TASKS.map(() => ["done", {}]),
      "no text stays there",
    );
    const { data: summaries } = await world.owner.from("ai_conversation_summaries").select(
      "summary_type,summary_text,model_used",
    );
    deepEqual(summaries?.map(({ summary_type }) => summary_type), ["executive"]);
    match(summaries?.[0]?.summary_text ?? "", /\S/);
    const { data: moods } = await world.owner.from("ai_conversation_sentiments").select("trend,overall");
    deepEqual(moods, [{ trend: "improving", overall: "mixed" }]);
    const { data: topics } = await world.owner.from("ai_conversation_topics").select("topic,frequency");
    ok((topics?.length ?? 0) > 0);
  });

  await t.step("a person asks for another kind, which is kept beside it", async () => {
    const { status, body } = await call("conversation-summary", {
      input: { conversation_id: conversationId, summary_type: "detailed" },
    });
    equal(status, 200, JSON.stringify(body));
    const { data } = await world.owner.from("ai_conversation_summaries").select("summary_type").order("summary_type");
    deepEqual(data, [{ summary_type: "detailed" }, { summary_type: "executive" }]);
  });

  await t.step("the conversation is exported in four formats, by its user alone", async () => {
    const url = `${stack.url}/functions/v1/conversation-export?conversation_id=${conversationId}`;
    const headers = { authorization: `Bearer ${world.ownerToken}`, apikey: stack.publishableKey };
    const kinds = { markdown: /^# /, html: /^<!doctype html>/, json: /^\{/, pdf: /^%PDF-/ };
    for (const [format, start] of Object.entries(kinds)) {
      const response = await fetch(`${url}&format=${format}`, { headers });
      equal(response.status, 200);
      const text = new TextDecoder("latin1").decode(await response.arrayBuffer());
      match(text, start);
      if (format !== "pdf") match(text, /came broken/);
    }
    const foreign = await fetch(url, { headers: theirs });
    deepEqual([foreign.status, (await foreign.json()).code], [404, "not_found"]);
  });

  await t.step("messages that are sent along are written in an organization of the caller's only", async () => {
    const post = async (orgId: string) => {
      const { status, body } = await call("conversation-export", {
        input: { format: "json", messages: [{ speaker: "Anna", text: "Hello" }] },
        org_id: orgId,
      });
      return [status, body.code ?? body.data.title];
    };
    deepEqual(await post(world.orgId), [200, "Hello"]);
    deepEqual(await post(crypto.randomUUID()), [403, "forbidden"]);
  });

  await t.step("history is searched, and figures are there", async () => {
    const found = await world.owner.rpc("search_conversations", { p_query: "broken tiles" });
    equal(found.data.results[0].conversation_id, conversationId);
    const { data } = await world.owner.from("ai_conversation_figures").select("answers,clarity").eq(
      "conversation_id",
      conversationId,
    );
    deepEqual(data, [{ answers: 2, clarity: 1 }]);
    const usage = await world.owner.from("ai_assistant_usage").select("answers,cost_usd,avg_response_ms").single();
    equal(usage.error, null);
    ok(
      usage.data?.answers === 2 && Number(usage.data.cost_usd) > 0 && usage.data.avg_response_ms !== null,
      JSON.stringify(usage.data),
    );
    deepEqual((await stranger.client.from("ai_assistant_usage").select("*")).data, []);
  });

  await t.step("nobody else is told anything", async () => {
    for (const task of TASKS) {
      equal((await call(task, { input: { conversation_id: conversationId } }, theirs)).status, 404);
    }
    deepEqual((await stranger.client.from("ai_conversation_summaries").select("*")).data, []);
    deepEqual((await stranger.client.from("ai_conversation_topics").select("*")).data, []);
    deepEqual((await stranger.client.from("ai_conversation_sentiments").select("*")).data, []);
  });

  await t.step("bad input is refused with a code", async () => {
    for (
      const input of [{}, { conversation_id: conversationId, messages: [{ speaker: "a", text: "b" }] }, {
        messages: [],
      }, {
        conversation_id: "x",
      }]
    ) {
      const { status, body } = await call("topic-detection", { input });
      deepEqual([status, body.code], [400, "invalid_request"]);
    }
  });

  await t.step("a secret key says in which organization", async () => {
    const headers = { apikey: stack.secretKey, "content-type": "application/json" };
    const input = { conversation_id: conversationId };
    for (const task of [...TASKS, "conversation-export"]) {
      const { status, body } = await call(task, { input }, headers);
      deepEqual([status, body.code], [400, "invalid_request"], task);
    }
    equal((await call("topic-detection", { input, org_id: world.orgId }, headers)).status, 200);
  });

  await t.step("what was told under a key is told again, until the conversation is gone", async () => {
    const ask = async () => {
      const { status, headers } = await call("conversation-summary", {
        input: { conversation_id: conversationId },
        options: { idempotency_key: "told" },
      });
      return [status, headers.get("idempotent-replayed")];
    };
    deepEqual([await ask(), await ask()], [[200, null], [200, "true"]]);
    equal((await world.owner.from("ai_conversations").delete().eq("id", conversationId)).error, null);
    deepEqual(await ask(), [404, null]);
  });

  await t.step("without a provider the rules answer", async () => {
    world.standIn.control.setFaults([{ kind: "status", status: 500 }]);
    for (const task of TASKS) {
      const { status, body } = await call(task, {
        input: { messages: [{ speaker: "user", text: "The slate is broken. I am disappointed by the slate." }] },
      });
      deepEqual([status, body.meta.action, body.data.model_used], [200, "fallback_to_rules", null]);
    }
    world.standIn.control.setFaults([]);
  });

  await world.stop();
});
