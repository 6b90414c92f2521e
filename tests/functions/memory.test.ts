/** Memory over HTTP against a started stack: what is said is noted, found, corrected and erased, and only by whose it is. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { until } from "./until.ts";
import { startWorld } from "./world.ts";

Deno.test("memory", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, call } = world;
  const stranger = await world.member("neugierig", "Elsewhere", "owner");
  const mine = { authorization: `Bearer ${world.ownerToken}`, apikey: stack.publishableKey };
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = mine) => {
    const response = await fetch(`${stack.url}/functions/v1/memory${path}`, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  let hotelId = "";

  for (const task of ["conversation-memory-store", "conversation-memory-retrieve", "memory"]) {
    await t.step(`${task} describes itself, and its example answers`, async () => {
      const url = `${stack.url}/functions/v1/${task}`;
      equal((await fetch(url)).status, 401);
      const described = await (await fetch(url, { headers: { apikey: stack.publishableKey } })).json();
      equal(described.task, task);
      const { status, body } = await call(task, described.example);
      equal(status, 200, JSON.stringify(body));
      equal(body.meta.task, task);
    });
  }

  await t.step("the example's statement was noted with its vector and costs something", async () => {
    await world.settled();
    const { body } = await send("GET", "/items?q=hotel");
    match(body.items[0].content, /^I run a hotel with 42 rooms/);
    deepEqual([body.items[0].source, body.items[0].embedded, body.items[0].mine], ["conversation", true, true]);
    hotelId = body.items[0].id;
    const costs = await world.owner.from("ai_memory_costs").select("note_count,cost_usd");
    equal(costs.error, null);
    ok(
      costs.data?.some(({ note_count, cost_usd }) => note_count >= 1 && Number(cost_usd) > 0),
      JSON.stringify(costs.data),
    );
  });

  await t.step("what a model finds to be untrue now is superseded, and stays to be seen", async () => {
    const { body } = await call("conversation-memory-store", {
      input: {
        turns: [{
          speaker: "user",
          text: "I run a hotel with 55 rooms in Graz and I prefer to be written to by email.",
        }],
      },
    });
    const newer = body.data.memories.find(({ content }: { content: string }) => content.includes("55 rooms"));
    ok(newer, JSON.stringify(body));
    const { body: now } = await send("GET", "/items?q=hotel%20rooms");
    deepEqual(now.items.map(({ id }: { id: string }) => id).includes(hotelId), false);
    const { body: then } = await send("GET", "/items?superseded=true&q=hotel%20rooms");
    const old = then.items.find(({ id }: { id: string }) => id === hotelId);
    deepEqual([old?.superseded_by, old?.superseded_at !== null], [newer.id, true]);
    const recalled = await call("conversation-memory-retrieve", {
      input: { query: "How many rooms has my hotel?", kinds: ["memory"] },
    });
    const contents = recalled.body.data.results.map(({ content }: { content: string }) => content).join("\n");
    match(contents, /55 rooms/);
    equal(/42 rooms/.test(contents), false);
    // As it was, for the steps that follow.
    await stack.sql("delete from public.ai_memories where id = $1", [newer.id]);
    await stack.sql("update public.ai_memories set superseded_at = null, superseded_by = null where id = $1", [
      hotelId,
    ]);
  });

  await t.step("notes with an idempotency key are taken once", async () => {
    const input = { turns: [{ speaker: "user", text: "My accountant is called Berta Moser." }] };
    const body = { input, options: { idempotency_key: "once" } };
    const first = await call("conversation-memory-store", body);
    await world.settled();
    const second = await call("conversation-memory-store", body);
    deepEqual([first.status, second.status, second.headers.get("idempotent-replayed")], [200, 200, "true"]);
    deepEqual(second.body, first.body);
    const turns = await stack.sql("select 1 from public.ai_memory_turns where content like '%Berta Moser%'");
    equal(turns.length, 1);
  });

  await t.step("recall finds it by words and by meaning, and abstains where nothing fits", async () => {
    for (const search_type of ["hybrid", "keyword"]) {
      const { body } = await call("conversation-memory-retrieve", {
        input: { query: "How many rooms has my hotel?", search_type },
      });
      deepEqual([body.data.found, body.data.search_type], [true, search_type]);
      match(body.data.results[0].content, /42 rooms/);
    }
    const { body } = await call("conversation-memory-retrieve", {
      input: { query: "Quantum chromodynamics of gluons", search_type: "keyword" },
    });
    deepEqual([body.data.found, body.data.results], [false, []]);
  });

  await t.step("a chat's answer has notes taken, in the background and once", async () => {
    const said = await call("chat", {
      input: { message: "Our restaurant in Villach seats 80 guests and I hate phone calls." },
    });
    equal(said.status, 200, JSON.stringify(said.body));
    await world.settled();
    const jobs = await stack.sql<{ id: string }>(
      // Whatever has become of it: on a busy machine it may be due already.
      "select id from public.ai_job_queue where task = 'conversation-memory-store' and input ->> 'conversation_id' = $1",
      [said.body.data.conversation_id],
    );
    equal(jobs.length, 1);
    await stack.sql("update public.ai_job_queue set run_at = now() where id = $1 and status = 'pending'", [
      jobs[0]?.id,
    ]);
    await stack.sql("select private.dispatch_jobs()");
    await until(
      async () =>
        (await stack.sql("select 1 from public.ai_job_queue where id = $1 and status = 'done'", [jobs[0]?.id]))
          .length ===
          1,
      "the notes",
    );
    const [job] = await stack.sql<{ status: string; input: unknown; result: { memories: number } }>(
      "select status, input, result from public.ai_job_queue where id = $1",
      [jobs[0]?.id],
    );
    deepEqual([job?.status, job?.input], ["done", { conversation_id: said.body.data.conversation_id }]);
    ok((job?.result.memories ?? 0) >= 1);
    const { body } = await send("GET", `/items?conversation_id=${said.body.data.conversation_id}`);
    equal(body.items[0].message_id, said.body.data.user_message_id);
    match(body.items[0].content, /Villach/);
    equal(body.items.length, 1, "what the assistant said is nobody's memory");
  });

  await t.step("another conversation is reminded of it, and can be told not to be", async () => {
    const ask = () => call("chat", { input: { message: "How many guests does our restaurant in Villach seat?" } });
    match((await ask()).body.data.text, /80 guests/);
    await world.settled();
    const off = await world.owner.rpc("set_setting", {
      p_key: "ai.memory.enabled",
      p_value: false,
      p_org_id: world.orgId,
    });
    equal(off.error, null);
    ok(!/80 guests/.test((await ask()).body.data.text));
    await world.owner.rpc("set_setting", {
      p_key: "ai.memory.enabled",
      p_value: true,
      p_org_id: world.orgId,
    });
    await world.settled();
    await stack.sql("delete from public.ai_job_queue where status = 'pending'");
  });

  await t.step("a conversation about a lead is reminded of the lead, and no other one is", async () => {
    const lead = async (name: string) =>
      (await world.owner.from("leads").select("id").eq("name", name).single()).data?.id as string;
    const [anna, luca] = [await lead("Anna Berger"), await lead("Luca Meier")];
    const content = "Prefers terracotta in the wellness area of the hotel";
    const noted = await call("memory/items", { content, lead_id: anna });
    equal(noted.status, 200, JSON.stringify(noted.body));
    // Each in words of its own: an earlier question is recalled as well.
    const ask = async (message: string, input: Record<string, unknown>, options = {}) => {
      const { status, body } = await call("chat", { input: { message, ...input }, options });
      equal(status, 200, JSON.stringify(body));
      return body.data;
    };
    const named = await ask("What does the wellness area get?", { lead_id: anna });
    match(named.text, /terracotta/);
    const subject = { type: "lead", id: anna };
    match((await ask("Wellness of the hotel: what prefers Anna there?", {}, { subject })).text, /terracotta/);
    const other = await ask("What does the wellness area of the hotel prefer?", { lead_id: luca });
    ok(!/terracotta/.test(other.text), "what is known of another lead is not mixed in");
    const colleague = await world.member("lead-colleague", "Unused", "member");
    await stack.sql("insert into public.organization_members (org_id, user_id, role) values ($1, $2, 'manager')", [
      world.orgId,
      (await colleague.client.auth.getUser()).data.user?.id,
    ]);
    const searcher = await world.owner.rpc("save_assistant", {
      p_org_id: world.orgId,
      p_config: {
        name: "Searcher",
        status: "active",
        visibility: "organization",
        temperature: 0,
        tools: ["memory_search"],
      },
    });
    equal(searcher.error, null);
    const searched = await call("chat", {
      input: { message: "Search the memory for terracotta.", assistant_id: searcher.data.id, lead_id: anna },
      org_id: world.orgId,
    }, {
      authorization: `Bearer ${colleague.token}`,
      apikey: stack.publishableKey,
      "content-type": "application/json",
    });
    equal(searched.status, 200, JSON.stringify(searched.body));
    const [found] = await stack.sql<{ result: string }>(
      "select result from public.ai_tool_calls where message_id = $1",
      [
        searched.body.data.message_id,
      ],
    );
    match(found?.result ?? "", /Prefers terracotta/, "a colleague's assistant finds what is known of the lead");
    await world.settled();
    const forgotten = await colleague.client.from("ai_conversations").delete().eq(
      "id",
      searched.body.data.conversation_id,
    );
    equal(forgotten.error, null);
    const { data: conversation } = await world.owner.from("ai_conversations").select("lead_id").eq(
      "id",
      named.conversation_id,
    ).single();
    equal(conversation?.lead_id, anna);
    const unknown = await call("chat", { input: { message: "Hello", lead_id: crypto.randomUUID() } });
    deepEqual([unknown.status, unknown.body.code], [404, "not_found"]);
    await world.settled();
    await stack.sql("delete from public.ai_job_queue where status = 'pending'");
  });

  await t.step("small talk asks no model", async () => {
    await call("chat", { input: { message: "Thanks, bye!" } });
    await world.settled();
    const jobs = await stack.sql(
      "select 1 from public.ai_job_queue where task = 'conversation-memory-store' and status = 'pending'",
    );
    equal(jobs.length, 0);
  });

  await t.step("an item is read, corrected and forgotten by its user alone", async () => {
    const theirs = { authorization: `Bearer ${stranger.token}`, apikey: stack.publishableKey };
    for (const [method, body] of [["GET"], ["PATCH", { content: "Mine now" }], ["DELETE"]] as const) {
      equal((await send(method, `/items/${hotelId}`, body, theirs)).status, 404);
    }
    deepEqual((await send("GET", "/items", undefined, theirs)).body.items, []);
    const changed = await send("PATCH", `/items/${hotelId}`, {
      content: "I run a hotel with 43 rooms in Graz.",
      importance: 0.9,
    });
    deepEqual([changed.status, changed.body.importance, changed.body.embedded], [200, 0.9, false]);
    equal((await send("GET", `/items/${hotelId}`)).body.content, "I run a hotel with 43 rooms in Graz.");
    equal((await send("DELETE", `/items/${hotelId}`)).status, 200);
    equal((await send("DELETE", `/items/${hotelId}`)).status, 404);
  });

  await t.step("a list is paged and filtered", async () => {
    for (const content of ["Likes slate", "Likes oak", "Likes brass"]) {
      equal((await send("POST", "/items", { content, type: "preference" })).status, 200);
    }
    const { body } = await send("GET", "/items?type=preference&source=person&limit=2&offset=1");
    deepEqual([body.items.length, body.limit, body.offset, body.total >= 3], [2, 2, 1, true]);
    const refused = await send("GET", "/items?limit=201");
    deepEqual([refused.status, refused.body.code], [400, "invalid_request"]);
  });

  await t.step("what was told under a key is told again, until it is forgotten", async () => {
    const { id } = (await send("POST", "/items", { content: "Collects zinc roofs", type: "fact" })).body;
    const ask = async () => {
      const { headers, body } = await call("conversation-memory-retrieve", {
        input: { query: "Who collects zinc roofs?", search_type: "keyword" },
        options: { idempotency_key: "zinc" },
      });
      const isTold = body.data.results.some((one: { id: string }) => one.id === id);
      return [headers.get("idempotent-replayed"), isTold];
    };
    deepEqual([await ask(), await ask()], [[null, true], ["true", true]]);
    equal((await send("DELETE", `/items/${id}`)).status, 200);
    deepEqual([await ask(), await ask()], [[null, false], ["true", false]]);
  });

  await t.step("everything is erased in one call", async () => {
    const erased = await send("DELETE", "/items");
    equal(erased.status, 200, JSON.stringify(erased.body));
    ok(erased.body.memories >= 3 && erased.body.turns >= 4, JSON.stringify(erased.body));
    const kept = await stack.sql("select 1 from public.ai_idempotency_keys where answer::text like '%Berta Moser%'");
    deepEqual(kept, [], "what was answered under a key is gone as well");
    deepEqual((await send("GET", "/items?superseded=true&expired=true")).body.items, []);
    deepEqual(await stack.sql("select user_id from public.ai_memory_turns"), []);
    // Cron may have been queuing vectors for what was there a moment ago. Such a job names a user and no text, and finds nothing.
    const noJobs = () => stack.sql("select 1 from public.ai_job_queue where task = 'conversation-memory-store'");
    await until(async () => (await noJobs()).length === 0, "no job remembers anything");
  });

  await world.stop();
});
