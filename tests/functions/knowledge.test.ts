/** ingest-document and rag-knowledge-search over HTTP against a started stack: what is learned is found, and only by its readers. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { startWorld } from "./world.ts";

const FACTS = "# Kitchen\n\nThe combi oven Aurora bakes 200 meals a day and needs 18 kW.\n\n# Service\n\n" +
  "Every oven is serviced once a year by a certified technician.";

/** Tries again what happens after an answer, for a minute. */
async function eventually(check: () => Promise<void>): Promise<void> {
  for (let round = 0; round < 600; round++) {
    try {
      return await check();
    } catch {
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  await check();
}

Deno.test("knowledge", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, call } = world;
  const stranger = await world.member("fremd", "Elsewhere", "owner");
  const as = (token: string) => ({
    authorization: `Bearer ${token}`,
    apikey: stack.publishableKey,
    "content-type": "application/json",
  });
  let documentId = "";

  for (const task of ["ingest-document", "rag-knowledge-search"]) {
    await t.step(`${task} describes itself, and its example answers`, async () => {
      const url = `${stack.url}/functions/v1/${task}`;
      equal((await fetch(url)).status, 401);
      const described = await (await fetch(url, { headers: { apikey: stack.publishableKey } })).json();
      equal(described.task, task);
      const { status, body } = await call(task, described.example);
      equal(status, 200, JSON.stringify(body));
      deepEqual([body.meta.task, body.meta.stand_in], [task, true]);
      ok(body.meta.cost_usd > 0);
    });
  }

  await t.step("a document becomes passages with vectors, and a second time is recognised", async () => {
    const first = await call("ingest-document", { input: { name: "ovens.md", text: FACTS } });
    equal(first.status, 200, JSON.stringify(first.body));
    documentId = first.body.data.document_id;
    deepEqual(
      [first.body.data.chunks, first.body.data.language, first.body.data.duplicate, first.body.data.state],
      [2, "en", false, "processed"],
    );
    const again = await call("ingest-document", { input: { name: "copy.md", text: FACTS } });
    deepEqual([again.body.data.document_id, again.body.data.duplicate, again.body.meta.calls], [documentId, true, 0]);
    const { data: chunks } = await world.owner.from("document_chunks").select("section,embedding_model").eq(
      "document_id",
      documentId,
    ).order("position");
    deepEqual(chunks, [
      { section: "ovens.md › Kitchen", embedding_model: "text-embedding-3-small" },
      { section: "ovens.md › Service", embedding_model: "text-embedding-3-small" },
    ]);
  });

  const search = async (query: string, more: Record<string, unknown> = {}, headers?: Record<string, string>) => {
    const answer = await call("rag-knowledge-search", { input: { query, ...more } }, headers);
    equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  };

  for (const search_type of ["keyword", "semantic", "hybrid"]) {
    await t.step(`a ${search_type} search finds the passage first`, async () => {
      const { data } = await search("How many meals does the oven bake?", { search_type });
      equal(data.search_type, search_type);
      equal(data.results[0].section, "ovens.md › Kitchen");
      equal(data.answer, null);
      match(FACTS, new RegExp(data.results[0].content.slice(0, 20)));
    });
  }

  await t.step("a number is looked up by words, without a provider", async () => {
    const { data, meta } = await search("18", { search_type: "adaptive" });
    deepEqual([data.search_type, data.results[0]?.document, meta.calls, meta.cost_usd], ["keyword", "ovens.md", 0, 0]);
  });

  await t.step("an answer cites passages, and comes from the cache only as long as they are the same", async () => {
    const asked = { include_context: true, match_count: 3 };
    const first = await search("How often is an oven serviced?", asked);
    equal(
      first.data.answer.claims.every((claim: { citations: number[] }) =>
        claim.citations.every((number) => number >= 1 && number <= first.data.results.length)
      ),
      true,
    );
    await world.settled();
    const second = await search("How often is an oven serviced?", asked);
    const { search_id: _first, ...before } = first.data;
    const { search_id: _second, ...after } = second.data;
    deepEqual([after, second.meta.cached], [before, true]);
    const changed = FACTS.replace("once a year", "twice a year");
    const again = await call("ingest-document", { input: { document_id: documentId, text: changed } });
    equal(again.status, 200, JSON.stringify(again.body));
    equal(again.body.data.document_id, documentId);
    await world.settled();
    const third = await search("How often is an oven serviced?", asked);
    equal(third.meta.cached, false);
    match(third.data.results[0].content, /twice a year/);
  });

  await t.step("facets count documents, and what becomes of a search is kept by what people do with it", async () => {
    const { data } = await search("oven meals zzzz", { search_type: "keyword", facets: true, match_count: 1 });
    deepEqual(data.facets.bases.map(({ documents }: { documents: number }) => documents), [1]);
    deepEqual(data.facets.types, [{ value: "text", documents: 1 }]);
    const [{ chunk_id }] = data.results;
    await search("zzzz", { search_type: "keyword" });
    await eventually(async () => {
      const { data: kept } = await world.owner.from("knowledge_searches").select("query,chunk_ids").in("query", [
        "oven meals zzzz",
        "zzzz",
      ]).order("query");
      deepEqual(kept, [{ query: "oven meals zzzz", chunk_ids: [chunk_id] }, { query: "zzzz", chunk_ids: [] }]);
    });
    const judge = (p_search_id: string) => world.owner.rpc("judge_passage", { p_search_id, p_chunk_id: chunk_id });
    equal((await judge(data.search_id)).error, null);
    equal((await judge(crypto.randomUUID())).error?.code, "PT404");
    const { data: unanswered } = await world.owner.from("knowledge_unanswered").select("query").eq("query", "zzzz");
    deepEqual(unanswered, [{ query: "zzzz" }]);
    const { data: use } = await world.owner.from("knowledge_document_use").select("clicked_count").eq(
      "document_id",
      documentId,
    );
    deepEqual(use, [{ clicked_count: 1 }]);
    const { data: suggested } = await world.owner.rpc("suggest_searches", { p_start: "Ove" });
    deepEqual(suggested?.slice(0, 2), [{ text: "oven meals zzzz", kind: "question" }, {
      text: "ovens.md",
      kind: "document",
    }]);
    const { data: foreign } = await stranger.client.from("knowledge_searches").select("id");
    deepEqual(foreign, []);
    deepEqual((await stranger.client.rpc("suggest_searches", { p_start: "ove" })).data, []);
  });

  await t.step("a search may be ordered again by a model, at a price", async () => {
    const { data, meta } = await search("How often is an oven serviced?", { search_type: "keyword", rerank: true });
    deepEqual([data.reranked, meta.calls], [true, 1]);
    match(data.results[0].content, /serviced/);
    ok(meta.cost_usd > 0);
  });

  await t.step("nobody of another organization finds anything, and the answer says so without a model", async () => {
    const { data, meta } = await search(
      "How many meals does the oven bake?",
      { search_type: "keyword", include_context: true },
      as(stranger.token),
    );
    deepEqual([data.results, data.answer, meta.calls], [[], { found: false, text: null, claims: [] }, 0]);
    const named = await call("rag-knowledge-search", {
      input: { query: "oven", search_type: "keyword" },
      org_id: world.orgId,
    }, as(stranger.token));
    equal(named.status, 403);
    const foreign = await call(
      "ingest-document",
      { input: { document_id: documentId, text: "x" } },
      as(stranger.token),
    );
    equal(foreign.status, 404);
  });

  await t.step("a right taken away ends what was found with it", async () => {
    const member = await world.member("mitleser", "Readers", "guest");
    const named = { org_id: member.orgId };
    const learned = await call("ingest-document", { input: { name: "secret.txt", text: FACTS }, ...named }, {
      apikey: stack.secretKey,
      "content-type": "application/json",
    });
    equal(learned.status, 200, JSON.stringify(learned.body));
    const query = { search_type: "keyword" };
    equal((await search("oven meals", query, as(member.token))).data.results.length, 2);
    await stack.sql("update public.documents set reader_roles = '{owner}' where id = $1", [
      learned.body.data.document_id,
    ]);
    equal((await search("oven meals", query, as(member.token))).data.results.length, 0);
    const refused = await call("ingest-document", { input: { name: "a.txt", text: "abc" } }, as(member.token));
    equal(refused.status, 403);
  });

  const bad: [name: string, input: Record<string, unknown>, status: number, detail: RegExp][] = [
    ["a PDF called text", { name: "a.txt", text: "%PDF-1.7 …" }, 400, /PDF/],
    ["a text of nothing", { name: "a.txt", text: "\ufeff  " }, 400, /no text/],
    ["an unknown base", { name: "a.txt", text: "abc", base_id: crypto.randomUUID() }, 404, /no such base/],
    ["an unknown field", { name: "a.txt", text: "abc", colour: "red" }, 400, /input/],
  ];
  for (const [name, input, status, detail] of bad) {
    await t.step(`ingest-document refuses ${name} and leaves nothing behind`, async () => {
      const before = await stack.sql("select count(*) from public.documents");
      const answer = await call("ingest-document", { input });
      equal(answer.status, status, JSON.stringify(answer.body));
      match(answer.body.detail, detail);
      deepEqual(await stack.sql("select count(*) from public.documents"), before);
    });
  }

  await t.step("a provider that is down leaves no new document, and an old one its passages", async () => {
    const faults = (["embedding"] as const).map((operation) => ({
      provider: "openai" as const,
      operation,
      kind: "status" as const,
      status: 500,
    }));
    world.standIn.control.setFaults(faults);
    const before = await stack.sql("select count(*) from public.documents");
    const fresh = await call("ingest-document", { input: { name: "new.txt", text: "A text nobody has seen." } });
    deepEqual([fresh.status, fresh.body.code], [503, "provider_unavailable"]);
    deepEqual(await stack.sql("select count(*) from public.documents"), before);
    const old = await call("ingest-document", {
      input: { document_id: documentId, text: "Something quite different." },
    });
    equal(old.status, 503);
    world.standIn.control.setFaults([]);
    const { data: rows } = await world.owner.from("documents").select("state,problem,chunk_count").eq("id", documentId);
    equal(rows?.[0]?.state, "error");
    ok(rows?.[0]?.problem);
    const found = await search("oven meals", { search_type: "keyword" });
    equal(found.data.results[0].document_id, documentId);
  });

  await t.step("nothing is left aside, and the ledger adds up", async () => {
    await world.settled();
    deepEqual(await stack.sql("select * from private.chunk_drafts"), []);
    deepEqual(await stack.sql("select id from public.documents where attempt_id is not null"), []);
    deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
  });

  await world.stop();
});
