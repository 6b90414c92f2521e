/** Conversations over HTTP: with the official client, and with the events of a stream, against a started stack. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { chatClient } from "./chat-client.ts";
import { startWorld } from "./world.ts";

Deno.test("the chat", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, owner, orgId, call } = world;
  const { url, headersOf, stream, messagesOf, until } = chatClient(world);
  const { data: coach, error } = await owner.rpc("save_assistant", {
    p_org_id: orgId,
    p_config: { name: "Coach", instructions: "Help with sales.", languages: ["de"], status: "active", temperature: 0 },
  });
  equal(error, null);
  let first = { conversation_id: "", message_id: "", user_message_id: "" };

  await t.step("describes itself, and its example gets an answer that is kept", async () => {
    const described = await (await fetch(url, { headers: { apikey: stack.publishableKey } })).json();
    deepEqual([described.task, described.has_rules, described.streams], ["chat", false, true]);
    const { data, error } = await owner.functions.invoke("chat", { body: described.example });
    equal(error, null);
    first = data.data;
    deepEqual([data.data.status, data.data.language, data.data.assistant], ["complete", "en", null]);
    ok(data.data.text.length > 0 && data.meta.cost_usd > 0);
    const [question, answer] = await messagesOf(first.conversation_id);
    deepEqual([question.role, question.content, question.id], [
      "user",
      described.example.input.message,
      first.user_message_id,
    ]);
    deepEqual(
      [answer.role, answer.content, answer.status, answer.id, answer.parent_id, answer.request_id, answer.model],
      ["assistant", data.data.text, "complete", first.message_id, question.id, data.meta.request_id, data.meta.model],
    );
    equal(answer.tokens, data.meta.usage.output_tokens);
  });

  await t.step(
    "streams meta, deltas and done, goes on with a conversation, and answers as the assistant it is told",
    async () => {
      const events = await stream({
        message: "And what about the price?",
        conversation_id: first.conversation_id,
        assistant_id: coach.id,
      });
      const seen = await events.rest();
      const names = seen.map(({ event }) => event);
      deepEqual([names[0], names.at(-1), new Set(names.slice(1, -1))], ["meta", "done", new Set(["delta"])]);
      const { data, meta } = seen.at(-1)?.data ?? {};
      equal(seen.slice(1, -1).map(({ data }) => data.text).join(""), data.text);
      deepEqual([data.conversation_id, data.assistant, data.language], [
        first.conversation_id,
        { id: coach.id, version: 1, name: "Coach" },
        "de",
      ]);
      equal(seen[0]?.data.request_id, meta.request_id);
      deepEqual((await messagesOf(first.conversation_id)).map(({ role, status }) => [role, status]), [
        ["user", "complete"],
        ["assistant", "complete"],
        ["user", "complete"],
        ["assistant", "complete"],
      ]);
    },
  );

  await t.step("answers the same question anew, since what was said before may differ", async () => {
    const input = { message: "Say something about slate." };
    const [one, two] = [await call("chat", { input }), await call("chat", { input })];
    deepEqual([one.body.meta.cached, two.body.meta.cached], [false, false]);
    ok(one.body.data.conversation_id !== two.body.data.conversation_id);
  });

  await t.step("marks how a message is written", async () => {
    const { body } = await call("chat", { input: { message: "ما هي أفضل بلاطة للمطبخ؟" } });
    const [question, answer] = await messagesOf(body.data.conversation_id);
    deepEqual([question.direction, answer.direction], ["rtl", body.data.direction]);
    equal(body.data.direction, /[\u0590-\u08ff]/.test(body.data.text.slice(0, 20)) ? "rtl" : "ltr");
  });

  await t.step("tells a repeated call what it told the first, and keeps the question once", async () => {
    const body = { input: { message: "Only once, please." }, options: { idempotency_key: "chat-1" } };
    const one = await call("chat", body);
    await world.settled();
    const two = await call("chat", body);
    deepEqual(two.body, one.body);
    equal((await messagesOf(one.body.data.conversation_id)).length, 2);
    equal((await owner.from("ai_messages").select("id").eq("content", "Only once, please.")).data?.length, 1);
  });

  await t.step("stops a stream on request: what had come is kept, and paid for", async () => {
    world.standIn.control.setFaults([{ kind: "stall", after_events: 4 }]);
    const events = await stream({ message: "Tell me a long story about tiles and the people who lay them." });
    const meta = await events.next();
    await events.next();
    const stop = await call("chat", { action: "stop", request_id: meta?.data.request_id });
    deepEqual([stop.status, stop.body.data.stopping], [200, true]);
    const seen = await events.rest();
    world.standIn.control.setFaults([]);
    const done = seen.at(-1);
    deepEqual([done?.event, done?.data.data.status], ["done", "stopped"]);
    ok(done?.data.data.text.length > 0 && done?.data.meta.cost_usd > 0);
    const [, answer] = await messagesOf(done?.data.data.conversation_id);
    deepEqual([answer.status, answer.content], ["stopped", done?.data.data.text]);
    await world.settled();
    const { data: rows } = await owner.from("ai_request_logs").select("status, cost_usd, calls").eq(
      "id",
      answer.request_id,
    );
    deepEqual(rows?.map(({ status, calls }) => [status, calls]), [["cancelled", 1]]);
    equal(Number(rows?.[0]?.cost_usd), done?.data.meta.cost_usd);
    const again = await call("chat", { action: "stop", request_id: answer.request_id });
    deepEqual([again.body.data.stopping, again.body.data.status], [false, "stopped"]);
  });

  await t.step("answers anew, edits, and asks who is mentioned", async () => {
    const { body: { data: asked } } = await call("chat", { input: { message: "What is slate?" } });
    const { conversation_id } = asked;
    const { body: { data: anew } } = await call("chat", {
      input: { conversation_id, regenerate_message_id: asked.message_id },
    });
    equal(anew.user_message_id, asked.user_message_id);
    const { body: { data: edited } } = await call("chat", {
      input: { conversation_id, edit_message_id: asked.user_message_id, message: "What is marble?" },
    });
    const { body: { data: mentioned } } = await call("chat", {
      input: { conversation_id, message: "@coach, and granite?" },
    });
    deepEqual([anew.assistant, mentioned.assistant?.id], [null, coach.id]);
    const rows = await messagesOf(conversation_id);
    const parents = rows.map(({ id, parent_id }) => [id, parent_id]);
    deepEqual(parents, [
      [asked.user_message_id, null],
      [asked.message_id, asked.user_message_id],
      [anew.message_id, asked.user_message_id],
      [edited.user_message_id, null],
      [edited.message_id, edited.user_message_id],
      [mentioned.user_message_id, edited.message_id],
      [mentioned.message_id, mentioned.user_message_id],
    ]);
    const { body: { data: plain } } = await call("chat", {
      input: { conversation_id, message: "And sand? coach@example.com" },
    });
    equal(plain.assistant, null, "a mention is for one message, and an address is none");
    const wrong = await call("chat", { input: { conversation_id, edit_message_id: asked.message_id, message: "x" } });
    deepEqual([wrong.status, wrong.body.code], [400, "invalid_request"]);
  });

  await t.step("answers 503 when every provider fails, and keeps the question", async () => {
    world.standIn.control.setFaults([{ kind: "status", status: 500 }]);
    const answer = await call("chat", { input: { message: "Is anybody there?" } });
    world.standIn.control.setFaults([]);
    deepEqual([answer.status, answer.body.code], [503, "provider_unavailable"]);
    const [question, failed] = (await owner.from("ai_messages").select("*").eq("request_id", answer.body.request_id)
      .order("position")).data ?? [];
    deepEqual([question.content, question.status, failed.status, failed.error_code, failed.content], [
      "Is anybody there?",
      "complete",
      "failed",
      "provider_unavailable",
      "",
    ]);
    await stack.sql("delete from public.ai_breakers");
  });

  await t.step("branches from any message, and leaves the other branch as it was", async () => {
    const before = await messagesOf(first.conversation_id);
    const input = {
      message: "And instead of the price?",
      conversation_id: first.conversation_id,
      parent_message_id: first.message_id,
    };
    const { body } = await call("chat", { input });
    equal(body.data.context.left_out, 0);
    const after = await messagesOf(first.conversation_id);
    deepEqual(after.slice(0, 4), before);
    deepEqual(after.slice(4).map(({ parent_id }) => parent_id), [first.message_id, body.data.user_message_id]);
  });

  await t.step("keeps a conversation of 500 messages within its context", async () => {
    const { body: begun } = await call("chat", { input: { message: "Message 0" } });
    const { conversation_id } = begun.data;
    await stack.sql(
      `with recursive said as (
         select $1::uuid as parent, gen_random_uuid() as id, 1 as at
         union all
         select id, gen_random_uuid(), at + 1 from said where at < 498
       )
       insert into public.ai_messages (org_id, conversation_id, user_id, id, parent_id, role, content)
       select $2::uuid, $3::uuid, c.user_id, said.id, said.parent,
         case when at % 2 = 1 then 'user' else 'assistant' end, at || repeat(' tiles, grout and slate', 5)
       from said join public.ai_conversations as c on c.id = $3::uuid order by at`,
      [begun.data.message_id, orgId, conversation_id],
    );
    equal((await messagesOf(conversation_id)).length, 500);
    const { status, body } = await call("chat", { input: { message: "And now?", conversation_id } });
    equal(status, 200);
    const { context } = body.data;
    ok(context.left_out > 0 && context.left_out < 500 && context.tokens <= context.max_tokens, JSON.stringify(context));
    await world.settled();
    // On a slow machine an attempt may be given up and made again: what counts is what one call was told.
    const { data: calls } = await owner.from("ai_call_logs").select("input_tokens").eq(
      "request_id",
      body.meta.request_id,
    )
      .is("error_code", null);
    const sent = calls?.at(-1)?.input_tokens ?? 0;
    ok(sent <= context.max_tokens && sent > context.max_tokens / 2, `${sent} tokens were sent`);
    // What left the context is summed up in the background, as a request of its own.
    const summary = async () =>
      (await owner.from("ai_conversations").select("summary, summary_until").eq("id", conversation_id).single()).data;
    await until("the summary", async () => (await summary())?.summary !== null);
    const messages = await messagesOf(conversation_id);
    const { summary_until } = await summary() ?? {};
    equal(messages.findIndex(({ id }) => id === summary_until), 59, "sixty messages at a time");
  });

  await t.step("names a conversation by its first words, or by a model, and never against its user", async () => {
    const titleOf = async (id: string) =>
      (await owner.from("ai_conversations").select("title").eq("id", id).single()).data?.title;
    const ask = async () =>
      (await call("chat", { input: { message: "Hello! How do I clean slate?" } })).body.data.conversation_id;
    equal(await titleOf(await ask()), "Hello! How do I clean slate?");
    const setting = { p_key: "ai.chat.titles", p_org_id: orgId };
    equal((await owner.rpc("set_setting", { ...setting, p_value: "model" })).error, null);
    const named = await ask();
    await until("the title", async () => await titleOf(named) !== "Hello! How do I clean slate?");
    const own = await ask();
    await owner.from("ai_conversations").update({ title: "Mine" }).eq("id", own);
    await world.settled();
    equal(await titleOf(own), "Mine");
    equal((await owner.rpc("set_setting", { ...setting, p_value: "words" })).error, null);
  });

  await t.step("speaks the language of ?lang and of Accept-Language", async () => {
    const body = JSON.stringify({ input: { message: "Bonjour" } });
    const asked = await fetch(`${url}?lang=fr`, { method: "POST", headers: headersOf(world.ownerToken), body });
    equal((await asked.json()).data.language, "fr");
    const headers = { ...headersOf(world.ownerToken), "accept-language": "es-MX,en;q=0.5" };
    equal((await (await fetch(url, { method: "POST", headers, body })).json()).data.language, "es");
  });

  await t.step("is nobody else's: conversations, messages, turns and private assistants are not found", async () => {
    const guest = await world.member("guest", "Demo", "guest");
    const stranger = await world.member("stranger", "Elsewhere", "owner");
    const [, answer] = await messagesOf(first.conversation_id);
    for (const { token, client } of [guest, stranger]) {
      for (
        const body of [
          { input: { message: "Hello", conversation_id: first.conversation_id } },
          { input: { message: "Hello", assistant_id: coach.id } },
          { action: "stop", request_id: answer.request_id },
        ]
      ) {
        const refused = await call("chat", body, headersOf(token));
        deepEqual([refused.status, refused.body.code], [404, "not_found"]);
      }
      for (const table of ["ai_conversations", "ai_messages", "ai_assistants", "ai_assistant_versions"]) {
        deepEqual((await client.from(table).select("*")).data, []);
      }
    }
    equal((await messagesOf(first.conversation_id)).length, 6);
    const allowed = await call("chat", { input: { message: "Hello" } }, headersOf(guest.token));
    equal(allowed.status, 200);
  });

  const bad: [name: string, body: unknown, status: number, code: string][] = [
    ["an unknown assistant", { input: { message: "x", assistant_id: crypto.randomUUID() } }, 404, "not_found"],
    ["an unknown conversation", { input: { message: "x", conversation_id: crypto.randomUUID() } }, 404, "not_found"],
    [
      "a message to follow without its conversation",
      {
        input: { message: "x", parent_message_id: crypto.randomUUID() },
      },
      404,
      "not_found",
    ],
    ["a blank message", { input: { message: " \n" } }, 400, "invalid_request"],
    ["an oversized message", { input: { message: "x".repeat(32_001) } }, 400, "invalid_request"],
    ["a message beyond the context", { input: { message: "🀄".repeat(15_000) } }, 422, "context_length_exceeded"],
    ["an unknown member", { input: { message: "x", role: "system" } }, 400, "invalid_request"],
    ["a stop without a turn", { action: "stop" }, 400, "invalid_request"],
    ["an unknown action", { action: "dance" }, 400, "invalid_request"],
    ["a foreign organization", { input: { message: "x" }, org_id: crypto.randomUUID() }, 403, "forbidden"],
  ];
  for (const [name, body, status, code] of bad) {
    await t.step(`refuses ${name} and asks no model`, async () => {
      const refused = await call("chat", body);
      deepEqual([refused.status, refused.body.code], [status, code]);
      // Not what the stand-in counts: what earlier turns leave to be remembered asks models as well, in its own time.
      await world.settled();
      const asked = "select 1 from public.ai_call_logs where request_id = $1";
      deepEqual(await stack.sql(asked, [refused.body.request_id]), []);
    });
  }

  await t.step("takes no key for a person", async () => {
    const headers = { apikey: stack.secretKey, "content-type": "application/json" };
    const refused = await call("chat", { input: { message: "x" }, org_id: orgId }, headers);
    deepEqual([refused.status, refused.body.code], [403, "forbidden"]);
    match(refused.body.detail, /user's token/);
  });

  await t.step("leaves the ledger in order and nothing half written", async () => {
    await world.settled();
    deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
    deepEqual(await stack.sql("select id from public.ai_messages where status = 'streaming'"), []);
  });
  await world.stop();
});
