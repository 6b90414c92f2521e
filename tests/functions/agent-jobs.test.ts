/** Agents that take longer than one request: they go on as jobs, as their user, followed by whoever comes back. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { chatClient } from "./chat-client.ts";
import { readEvents } from "./read-events.ts";
import { startWorld } from "./world.ts";

/** A picture of one dot. */
const DOT = new Blob([
  Uint8Array.from(
    atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
    (character) => character.charCodeAt(0),
  ),
], { type: "image/png" });

Deno.test("an agent's job", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, owner, ownerToken, orgId, call } = world;
  const { url, headersOf, stream } = chatClient(world);
  const until = async (what: string, holds: () => Promise<boolean>) => {
    for (let round = 0; round < 1200; round++) {
      if (await holds()) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`Cannot go on: ${what} did not come within a minute`);
  };
  const set = async (key: string, value: unknown) =>
    equal((await owner.rpc("set_setting", { p_key: key, p_value: value, p_org_id: orgId })).error, null);
  const agent = async (name: string, config: Record<string, unknown>, client = owner, org = orgId) => {
    const { data, error } = await client.rpc("save_assistant", {
      p_org_id: org,
      p_config: { name, status: "active", temperature: 0, mode: "agent", max_steps: 20, max_seconds: 3_600, ...config },
    });
    equal(error, null);
    return data.id as string;
  };
  const answer = async (id: string) => (await owner.from("ai_messages").select("*").eq("id", id).single()).data;
  const runOf = async (messageId: string) =>
    (await owner.from("ai_agent_runs").select("*").eq("message_id", messageId).single()).data;
  const goBack = async (requestId: string, after: string | null, token = ownerToken) =>
    readEvents(
      await fetch(`${url}?request_id=${requestId}`, {
        headers: { ...headersOf(token), ...(after === null ? {} : { "last-event-id": after }) },
      }),
    ).rest();
  const spoken = (events: { event: string; data: { text?: string } }[]) =>
    events.filter(({ event }) => event === "delta").map(({ data }) => data.text).join("");
  const { data: base } = await owner.from("knowledge_bases").insert({ org_id: orgId, name: "Care" }).select("id")
    .single();
  const text = "# Slate\n\nSlate is cleaned with neutral soap, never with acid.";
  equal(
    (await call("ingest-document", {
      input: { base_id: base?.id, name: "Care of slate", text, mime_type: "text/markdown" },
    })).status,
    200,
  );
  const tools = ["find_leads", "knowledge_search", "classify_material"];
  const task =
    "Write down a plan with the steps, then find the lead Anna Berger, then search the knowledge documents, and classify this material.";
  const worker = await agent("Worker", { tools, knowledge_bases: [base?.id] });
  // Every step is a request of its own.
  await set("ai.chat.slice", "PT0S");

  await t.step("goes on when its client has gone, in requests under one job, with the user's rights", async () => {
    const gone = new AbortController();
    const events = await stream({ message: task, assistant_id: worker }, ownerToken, gone.signal);
    const meta = await events.next();
    gone.abort();
    const requestId = meta?.data.request_id;
    equal(meta?.data.job_id, requestId);
    const rest = await goBack(requestId, "1");
    const done = rest.at(-1);
    deepEqual(
      [done?.event, done?.data.data.status, done?.data.data.limit],
      ["done", "complete", null],
      JSON.stringify(rest),
    );
    const { tool_calls, message_id, text } = done?.data.data;
    deepEqual(
      tool_calls.map(({ name, status }: Record<string, string>) => [name, status]).sort(),
      ["classify_material", "find_leads", "knowledge_search", "plan"].map((name) => [name, "succeeded"]),
    );
    // One stream: begun once, ended once, its numbers rising, its deltas the answer.
    deepEqual(rest.filter(({ event }) => ["meta", "done"].includes(event)).length, 1);
    const ids = rest.map(({ id }) => Number(id));
    ok(ids.every((id, index) => id > (ids[index - 1] ?? 1)), `${ids} rise`);
    equal(spoken(rest), text);
    const whole = await goBack(requestId, null);
    deepEqual([whole[0]?.event, spoken(whole), whole.at(-1)?.event], ["meta", text, "done"]);
    const row = await answer(message_id);
    deepEqual([row.status, row.content, row.direction], ["complete", text, "ltr"]);

    await world.settled();
    const run = await runOf(message_id);
    deepEqual([run.requests.length, run.requests[0], run.run_at, run.busy_until], [5, requestId, null, null]);
    const { data: user } = await owner.auth.getUser();
    const requests = await stack.sql<Record<string, unknown>>(
      "select id, task, user_id, job_id, calls, status, cost_usd::text from public.ai_request_logs where job_id = $1 order by created_at",
      [requestId],
    );
    deepEqual(
      requests.map(({ task, user_id, status }) => [task, user_id, status]),
      Array(5).fill(["chat", user.user?.id, "succeeded"]),
    );
    deepEqual(requests.map(({ id }) => id).sort(), [...run.requests].sort());
    const [sum] = await stack.sql<{ same: boolean }>(
      "select sum(cost_usd) = (select spent_usd from public.ai_agent_runs where id = $1) as same from public.ai_request_logs where job_id = $1",
      [requestId],
    );
    equal(sum?.same, true);
    deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
    // What it called over HTTP ran as the user as well.
    const asked = await stack.sql<Record<string, unknown>>(
      "select distinct task, user_id from public.ai_request_logs where task in ('classify-material', 'rag-knowledge-search') order by task",
    );
    deepEqual(asked.map(({ user_id }) => user_id), asked.map(() => user.user?.id));
    ok(asked.length > 0);
  });
  // From here on the test is the queue: a run waits until it says so.
  await stack.sql("select cron.unschedule('signalbox-dispatch-agent-runs')");
  await stack.sql("alter table public.ai_agent_runs disable trigger ai_agent_runs_dispatch");
  const takeUp = async (runId: string, org = orgId) =>
    await call("chat", { input: { run_id: runId }, org_id: org, options: { stream: true } }, {
      apikey: stack.secretKey,
      "content-type": "application/json",
    });
  const dispatch = () => stack.sql("select private.dispatch_agent_runs()");
  const begin = async (input: Record<string, unknown>, options = {}) => {
    const { status, body } = await call("chat", { input, options });
    equal(status, 200, JSON.stringify(body));
    return body;
  };
  const ended = (messageId: string) =>
    until("the end of the job", async () => !["streaming", "continues"].includes((await answer(messageId)).status));
  const waits = (messageId: string) =>
    until("the job's next request", async () => (await answer(messageId)).status === "continues");

  await t.step("says that it continues, and is nobody's to take up but the queue's, once", async () => {
    const { data, meta } = await begin({ message: task, assistant_id: worker });
    deepEqual([data.status, data.tool_calls.length, meta.job_id], ["continues", 1, meta.request_id]);
    const user = await call("chat", { input: { run_id: meta.job_id } });
    deepEqual([user.status, user.body.code], [403, "forbidden"]);
    const mixed = await call("chat", { input: { run_id: meta.job_id, message: "Hi" } });
    deepEqual([mixed.status, mixed.body.code], [400, "invalid_request"]);
    const resumed = await call("chat", {
      input: { conversation_id: data.conversation_id, resume_message_id: data.message_id },
    });
    equal(resumed.status, 400);
    const unknown = await takeUp(crypto.randomUUID());
    deepEqual([unknown.status, unknown.body.code], [409, "idempotency_conflict"]);
    const both = await Promise.all([takeUp(meta.job_id), takeUp(meta.job_id)]);
    deepEqual(both.map(({ status }) => status).sort(), [202, 409]);
    await waits(data.message_id);
  });

  await t.step("stops between two requests, and spends nothing more", async () => {
    const { data, meta } = await begin({ message: task, assistant_id: worker });
    const stopped = await call("chat", { action: "stop", request_id: meta.request_id });
    deepEqual([stopped.body.data.stopping, stopped.body.data.status], [true, "continues"]);
    await dispatch();
    await ended(data.message_id);
    const rest = await goBack(meta.request_id, null);
    deepEqual([rest.at(-1)?.event, rest.at(-1)?.data.data.status], ["done", "stopped"]);
    await world.settled();
    const calls = await stack.sql(
      "select 1 from public.ai_call_logs as c join public.ai_request_logs as r on r.id = c.request_id where r.job_id = $1",
      [meta.job_id],
    );
    equal(calls.length, 1);
  });

  await t.step("counts steps over all of its requests", async () => {
    const hasty = await agent("Hasty", { tools, max_steps: 2 });
    const { data } = await begin({ message: task, assistant_id: hasty });
    await dispatch();
    await ended(data.message_id);
    const run = await runOf(data.message_id);
    const done = (await goBack(run.id, null)).at(-1)?.data.data;
    deepEqual([done.status, done.limit, done.tool_calls.length, run.requests.length], ["complete", "steps", 2, 2]);
    ok(run.spent_usd > 0 && run.active_ms > 0 && run.ended_at !== null);
  });

  await t.step("waits for its user where a tool writes, and goes on by itself when they have decided", async () => {
    const lead = (await owner.from("leads").select("id, notes").eq("name", "Luca Meier").single()).data;
    const clerk = await agent("Clerk", { tools: ["note_lead"] });
    const message =
      `Write your plan down: the steps and how far each is, then note in lead_id ${lead?.id}: "Call back on Monday"`;
    const { data, meta } = await begin({ message, assistant_id: clerk });
    equal(data.status, "continues");
    await dispatch();
    await until("the question", async () => (await answer(data.message_id)).status === "awaiting_approval");
    const asked = (await goBack(meta.request_id, null)).at(-1)?.data.data;
    equal(asked.status, "awaiting_approval");
    equal((await runOf(data.message_id)).run_at, null);
    const approval = asked.tool_calls.at(-1)?.approval_id;
    equal((await call("chat", { action: "decide", approval_id: approval, granted: true })).body.data.waiting, 0);
    ok((await runOf(data.message_id)).run_at !== null);
    await stack.sql("update public.ai_agent_runs set run_at = now() where message_id = $1", [data.message_id]);
    await dispatch();
    await until("its end", async () => (await answer(data.message_id)).status === "complete");
    const whole = await goBack(meta.request_id, null);
    const done = whole.at(-1)?.data.data;
    deepEqual(
      [done.status, whole.filter(({ event }) => event === "done").length],
      ["complete", 1],
      JSON.stringify(done),
    );
    deepEqual(done.tool_calls.map(({ status }: Record<string, string>) => status), ["succeeded", "succeeded"]);
    const { data: noted } = await owner.from("leads").select("notes").eq("id", lead?.id).single();
    ok(noted?.notes.length > (lead?.notes ?? "").length);
  });

  await t.step("ends where its budget does, with what it has", async () => {
    const job = crypto.randomUUID();
    const { data, meta } = await begin({ message: task, assistant_id: worker }, { job_id: job });
    equal(meta.job_id, job);
    await world.settled();
    const { error } = await owner.from("ai_budgets").insert({
      org_id: orgId,
      scope: "job",
      scope_key: job,
      period: "total",
      cap: 0.0000001,
    });
    equal(error, null);
    await dispatch();
    await ended(data.message_id);
    const row = await answer(data.message_id);
    deepEqual([row.status, row.error_code], ["failed", "budget_exhausted"]);
    const problem = await fetch(`${url}?request_id=${meta.request_id}`, { headers: headersOf(ownerToken) });
    deepEqual([problem.status, (await problem.json()).code], [402, "budget_exhausted"]);
    await world.settled();
    deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
  });

  await t.step("goes on after a request that was lost, and says again what stands", async () => {
    const { data, meta } = await begin({ message: task, assistant_id: worker });
    await stack.sql("update public.ai_messages set status = 'streaming' where id = $1", [data.message_id]);
    await stack.sql(
      "update public.ai_agent_runs set run_at = null, busy_until = now() - interval '1 second' where message_id = $1",
      [data.message_id],
    );
    await dispatch();
    await waits(data.message_id);
    await stack.sql("alter table public.ai_agent_runs enable trigger ai_agent_runs_dispatch");
    await dispatch();
    await ended(data.message_id);
    const whole = await goBack(meta.request_id, null);
    const restarts = whole.filter(({ event }) => event === "restart");
    deepEqual(restarts.map(({ data }) => data.reason), ["continued"]);
    const last = whole.findLastIndex(({ event }) => event === "restart");
    equal(spoken(whole.slice(last)), whole.at(-1)?.data.data.text);
    await stack.sql("alter table public.ai_agent_runs disable trigger ai_agent_runs_dispatch");
  });

  await t.step("waits for better times where no provider answers, and nobody who listens hears of it", async () => {
    const { data, meta } = await begin({ message: task, assistant_id: worker });
    const before = await answer(data.message_id);
    world.standIn.control.setFaults([{ kind: "status", status: 503 }]);
    await dispatch();
    await until("its being put off", async () => {
      const { requests, busy_until } = await runOf(data.message_id);
      return requests.length === 2 && busy_until === null;
    });
    const [row, run] = [await answer(data.message_id), await runOf(data.message_id)];
    deepEqual([row.status, row.error_code, row.completed_at, run.attempts], ["continues", null, null, 1]);
    ok(Date.parse(run.run_at) > Date.parse(row.created_at), "it is taken up again");
    equal(row.content, before.content);
    const listening = goBack(meta.request_id, null);
    world.standIn.control.setFaults([]);
    await stack.sql("delete from public.ai_breakers");
    await stack.sql("alter table public.ai_agent_runs enable trigger ai_agent_runs_dispatch");
    await stack.sql("update public.ai_agent_runs set run_at = now() where message_id = $1", [data.message_id]);
    await ended(data.message_id);
    const whole = await listening;
    deepEqual(whole.filter(({ event }) => event === "error" || event === "done").map(({ event }) => event), ["done"]);
    const done = whole.at(-1)?.data.data;
    deepEqual([done.status, done.tool_calls.length], ["complete", 4], JSON.stringify(done));
    const last = whole.findLastIndex(({ event }) => event === "restart");
    equal(spoken(whole.slice(last)), done.text);
    await world.settled();
    deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
    await stack.sql("alter table public.ai_agent_runs disable trigger ai_agent_runs_dispatch");
  });

  await t.step(
    "sees its question's picture again in a later request, where its user's token is not at hand",
    async () => {
      const { data: user } = await owner.auth.getUser();
      const message = "Write down a plan with the steps, then tell me what is in the picture.";
      const begun = async () => {
        const path = `${orgId}/${user.user?.id}/${crypto.randomUUID()}.png`;
        equal((await owner.storage.from("chat").upload(path, DOT, { contentType: "image/png" })).error, null);
        const { data } = await begin({ message, assistant_id: worker, attachments: [{ path }] });
        equal(data.status, "continues");
        return { path, messageId: data.message_id as string };
      };
      const [there, gone] = [await begun(), await begun()];
      await owner.storage.from("chat").remove([gone.path]);
      // Its own calls alone: what the turns before it leave to be remembered is asked of the same provider, a little later.
      const callsOf = async (messageId: string) => {
        const [row] = await stack.sql<{ calls: number }>(
          "select count(*)::integer as calls from public.ai_call_logs where request_id::text = any($1)",
          [(await runOf(messageId)).requests],
        );
        return row?.calls ?? 0;
      };
      const seen = [];
      for (const { messageId } of [there, gone]) {
        await world.settled();
        const before = await callsOf(messageId);
        ok(before > 0, "its calls are found");
        await stack.sql("update public.ai_agent_runs set run_at = now() where message_id = $1", [messageId]);
        await takeUp((await runOf(messageId)).id);
        await ended(messageId);
        await world.settled();
        const { status, error_code } = await answer(messageId);
        seen.push([status, error_code, await callsOf(messageId) - before]);
      }
      // Read anew each time: without it the model is not asked half a question.
      deepEqual(seen, [["complete", null, 1], ["failed", "not_found", 0]]);
    },
  );

  await t.step("ends when its user is no longer a member, and does nothing for them", async () => {
    const member = await world.member("leaver", "Leavers", "member");
    const of = member.orgId;
    const headers = headersOf(member.token);
    const own = await agent("Leaver", { tools: ["calculator"] }, member.client, of);
    const message = "Write down a plan with the steps, then calculate 6 * 7.";
    const { status, body } = await call(
      "chat",
      { input: { message, assistant_id: own, background: true }, org_id: of },
      headers,
    );
    deepEqual([status, body.data?.status], [200, "continues"], JSON.stringify(body));
    await stack.sql(
      "delete from public.organization_members where org_id = $1 and user_id = (select user_id from public.ai_agent_runs where id = $2)",
      [of, body.meta.request_id],
    );
    await dispatch();
    const state = async () =>
      (await stack.sql<{ status: string; error_code: string | null }>(
        "select status, error_code from public.ai_messages where id = $1",
        [body.data.message_id],
      ))[0];
    await until("the end", async () => (await state())?.status === "failed");
    equal((await state())?.error_code, "forbidden");
    await world.settled();
    equal(
      (await stack.sql("select 1 from public.ai_request_logs where job_id = $1 and status <> 'refused'", [
        body.meta.job_id,
      ])).length,
      1,
    );
  });

  await t.step("lets nobody act for another user but a secret key", async () => {
    const { data: user } = await owner.auth.getUser();
    const acting = { "x-signalbox-act-as": user.user?.id ?? "", "content-type": "application/json" };
    const body = { input: { lead: { name: "Anna" } }, org_id: orgId };
    const stranger = await world.member("act-stranger", "Elsewhere", "owner");
    for (const credentials of [headersOf(stranger.token), { apikey: stack.publishableKey }]) {
      const refused = await call("classify-lead", body, { ...credentials, ...acting });
      deepEqual([refused.status, refused.body.code], [401, "unauthorized"]);
    }
    const { client } = stranger;
    const { error } = await client.rpc("act_as", {
      p_claims: { sub: user.user?.id, role: "authenticated" },
      p_function: "find_leads",
      p_args: {},
    });
    match(error?.code ?? "", /42501|PGRST202/);
    const allowed = await call("classify-lead", body, { apikey: stack.secretKey, ...acting });
    equal(allowed.status, 200);
    const foreign = await call("classify-lead", { ...body, org_id: stranger.orgId }, {
      apikey: stack.secretKey,
      ...acting,
    });
    deepEqual([foreign.status, foreign.body.code], [403, "forbidden"]);
  });

  await world.stop();
});
