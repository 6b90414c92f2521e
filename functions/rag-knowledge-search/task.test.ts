import assert from "node:assert/strict";
import { fakeCandidate, fakeOrgId, fakePost, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { ProviderError } from "@shared/providers/mod.ts";
import type { FakeCall } from "@shared/providers/testing/mod.ts";
import { chooseSearch } from "./choose-search.ts";
import { searchHandler } from "./handler.ts";
import { ragKnowledgeSearch } from "./task.ts";

const orgId = fakeOrgId;
const found = (content: string, number: number) => ({
  chunk_id: `00000000-0000-4000-8000-0000000000c${number}`,
  document_id: "00000000-0000-4000-8000-0000000000d1",
  base_id: "00000000-0000-4000-8000-0000000000b1",
  document: "care.md",
  section: "care.md › Frost",
  page: null,
  position: number,
  char_start: 0,
  char_end: content.length,
  type: "text",
  language: "en",
  token_count: 20,
  content,
  score: 1,
  similarity: 0.5,
  keyword_rank: null,
});
const results = [
  found("Tiles that absorb less than 0.5 % of water resist frost.", 1),
  found("Do not use wax on porcelain.", 2),
];

const settings = {
  "rag.strategy": "hybrid",
  "rag.maxResults": 5,
  "rag.maxContextTokens": 4000,
  "rag.cache": true,
  "rag.historyMessages": 2,
  "rag.weight.history": 0.3,
  "rag.historyDecay": 0.1,
};

const down = { error: new ProviderError("server", "500", { status: 500 }) };

function stackOf(
  answer: unknown,
  passages: unknown[] = results,
  space: unknown = null,
  changed: object = {},
  fails: FakeCall["method"][] = [],
) {
  const script = (call: FakeCall) => {
    if (fails.includes(call.method)) return down;
    return call.method === "embed"
      ? { vectors: call.request.texts.map(() => Array.from({ length: call.request.dimensions ?? 1536 }, () => 0.5)) }
      : { answer: typeof answer === "string" ? answer : JSON.stringify(answer) };
  };
  const stack = fakeStack(script, [fakeCandidate("openai", "model", { dimensions: 1536 })]);
  const asked: Record<string, unknown>[] = [];
  const kept: Record<string, unknown>[] = [];
  const database = {
    rpc<Result>(name: string, args: Record<string, unknown>) {
      const inForce = { ...settings, ...changed };
      if (name === "search_plan") return Promise.resolve({ space, settings: inForce } as Result);
      if (name === "record_search") kept.push(args["search"] as Record<string, unknown>);
      else asked.push(args);
      const rerank = args["p_rerank"] === true;
      return Promise.resolve({ org_id: orgId, results: passages, rerank, settings: inForce } as Result);
    },
  };
  const handler = searchHandler({
    authenticate: stack.deps.authenticate,
    database: {
      rpc: () => Promise.reject(new Error("Cannot search as the service: it would see everything")),
      asUser: () => database,
    },
    task: stack.deps,
    newId: stack.deps.newId,
    now: stack.deps.now,
  });
  const search = async (input: unknown) => {
    const response = await handler(fakePost({ input }));
    await stack.settled();
    return { status: response.status, body: await response.json() };
  };
  return { search, asked, kept, stack };
}

Deno.test("rag-knowledge-search answers with claims whose citations were looked up", async () => {
  const { search, stack } = stackOf({
    claims: [
      { statement: "Tiles that absorb less than 0.5 % of water resist frost.", citations: [1] },
      { statement: "They last 80 years outdoors.", citations: [1] },
      { statement: "Porcelain needs no wax.", citations: [9] },
    ],
    confidence: 0.9,
  });
  const { status, body } = await search(ragKnowledgeSearch.example.input);
  assert.equal(status, 200);
  assert.deepEqual(
    body.data.answer.claims.map(({ citations, supported }: Record<string, unknown>) => [citations, supported]),
    [
      [[1], true],
      [[1], false],
      [[], false],
    ],
  );
  assert.match(body.data.answer.text, /resist frost\. \[1\]\n/);
  assert.equal(body.meta.needs_review, true);
  assert.deepEqual(stack.ledger.admissions.map(({ task, operation }) => [task, operation]), [
    ["embed-text", "embedding"],
    ["rag-knowledge-search", "chat"],
  ]);
});

Deno.test("rag-knowledge-search embeds a question as the passages are", async () => {
  const { search, asked, stack } = stackOf({ claims: [], confidence: 0.9 }, results, {
    model: "model",
    dimensions: 64,
  });
  assert.equal((await search({ query: "Wax?" })).status, 200);
  const { p_embedding, p_embedding_model } = asked.at(-1) ?? {};
  const vector = JSON.parse(String(p_embedding));
  assert.deepEqual([p_embedding_model, vector.length, vector[63], vector[64]], ["model@64", 1536, 0.5, 0]);
  assert.deepEqual(stack.ledger.admissions[0]?.models, ["model"]);
});

Deno.test("rag-knowledge-search does as the organization's settings say where the question says nothing", async () => {
  const byWords = stackOf({}, results, null, { "rag.strategy": "adaptive", "rag.maxResults": 1 });
  const { body } = await byWords.search({ query: "Wax" });
  const { p_search_type, p_match_count, p_match_threshold } = byWords.asked[0] ?? {};
  assert.deepEqual([p_search_type, p_match_count, p_match_threshold], ["keyword", null, null]);
  assert.deepEqual([body.data.search_type, body.data.results.length], ["keyword", 1]);
  assert.equal(byWords.stack.ledger.admissions.length, 0);
});

Deno.test("rag-knowledge-search considers the latest of what was said before, as far as settings say", async () => {
  const history = ["Hello.", "We sell tiles.", "Which resist frost?"];
  const considered = async (changed: object) => {
    const { search, stack } = stackOf({}, results, null, changed);
    assert.equal((await search({ query: "And in winter?", history })).status, 200);
    return stack.ledger.admissions[0]?.items?.length;
  };
  assert.equal(await considered({}), 3);
  assert.equal(await considered({ "rag.historyMessages": 0 }), 1);
  assert.equal(await considered({ "rag.weight.history": 0 }), 1);
});

Deno.test("rag-knowledge-search keeps what was searched, found and cited, after the answer", async () => {
  const { search, kept } = stackOf({ claims: [{ statement: "Do not use wax.", citations: [2, 2] }], confidence: 0.9 });
  const { body } = await search({ query: "Wax?", include_context: true });
  await search({ query: "Wax?", search_type: "keyword" });
  const ids = results.map(({ chunk_id }) => chunk_id);
  assert.deepEqual(
    kept.map(({ query, search_type, chunk_ids, cited_ids }) => [query, search_type, chunk_ids, cited_ids]),
    [["Wax?", "hybrid", ids, ids.slice(1)], ["Wax?", "keyword", ids, null]],
  );
  assert.equal(kept[0]?.["id"], body.data.search_id);
});

Deno.test("rag-knowledge-search orders passages again where it is asked to, and says so", async () => {
  const order = [{ passage: 2, relevance: 0.9 }, { passage: 1, relevance: 0.2 }];
  const { search, stack } = stackOf({ ranking: order, confidence: 0.9 });
  const { body } = await search({ query: "Wax?", search_type: "keyword", rerank: true, match_count: 1 });
  assert.deepEqual([body.data.reranked, body.data.results.map((found: { position: number }) => found.position)], [
    true,
    [2],
  ]);
  assert.deepEqual(stack.ledger.admissions.map(({ task }) => task), ["rerank-passages"]);
  const plain = stackOf({});
  const { body: unordered } = await plain.search({ query: "Wax?", search_type: "keyword" });
  assert.deepEqual([unordered.data.reranked, unordered.data.results.length], [false, 2]);
});

Deno.test("rag-knowledge-search asks no model when nothing is found", async () => {
  const { search, stack } = stackOf({}, []);
  const { body } = await search({ query: "Anything?", search_type: "keyword", include_context: true });
  assert.deepEqual(body.data.answer, { found: false, text: null, claims: [] });
  assert.equal(stack.ledger.admissions.length, 0);
});

Deno.test("rag-knowledge-search says that passages do not answer", async () => {
  const { search } = stackOf({ claims: [], confidence: 0.9 });
  const { body } = await search({ query: "Who won?", include_context: true });
  assert.deepEqual([body.data.answer.found, body.data.results.length], [false, 2]);
});

Deno.test("rag-knowledge-search gives equal passages the cached answer, and others a new one", async () => {
  const answer = { claims: [{ statement: "Do not use wax.", citations: [2] }], confidence: 0.9 };
  const hashes = async (passages: unknown[]) => {
    const { search, stack } = stackOf(answer, passages);
    await search({ query: "Wax?", include_context: true });
    return stack.ledger.admissions.at(-1);
  };
  const [one, same, other] = [await hashes(results), await hashes(results), await hashes(results.slice(1))];
  assert.equal(one?.visibility, "input");
  assert.equal(one?.input_hash, same?.input_hash);
  assert.notEqual(one?.input_hash, other?.input_hash);
});

Deno.test("rag-knowledge-search searches under the caller's rights with what was asked", async () => {
  const { search, asked } = stackOf({});
  await search({ query: "tile frost", search_type: "adaptive", filters: { tags: ["a"] }, match_count: 3 });
  const [args] = asked;
  assert.deepEqual([args?.["p_search_type"], args?.["p_embedding"], args?.["p_filters"], args?.["p_match_count"]], [
    "keyword",
    null,
    { tags: ["a"] },
    3,
  ]);
});

for (
  const [query, type] of [
    ["Which tiles may be laid outdoors?", "hybrid"],
    ['the words "resist frost" please', "keyword"],
    ["R10-4711", "keyword"],
    ["frost tiles", "keyword"],
    ["黑豹队丢了多少分", "hybrid"],
  ] as const
) {
  Deno.test(`chooseSearch() takes ${type} for ${query}`, () => assert.equal(chooseSearch("adaptive", query), type));
}

for (
  const [name, input] of Object.entries({
    "no query": {},
    "a blank query": { query: " " },
    "too many results": { query: "a", match_count: 21 },
    "an unknown type": { query: "a", search_type: "fuzzy" },
    "an unknown filter": { query: "a", filters: { colour: "red" } },
    "a date that is none": { query: "a", filters: { from: "yesterday" } },
  })
) {
  Deno.test(`rag-knowledge-search refuses ${name}`, async () => {
    const { search, asked } = stackOf({});
    assert.equal((await search(input)).status, 400);
    assert.deepEqual(asked, []);
  });
}

const claims = { claims: [{ statement: "Do not use wax.", citations: [2] }], confidence: 0.9 };

for (
  const [name, fails, text, include_context, expected] of [
    ["searches by words where no vector is to be had", ["embed"], claims, false, {
      search_type: "keyword",
      answered: false,
      action: "fallback_to_rules",
      reason: "provider_unavailable",
    }],
    ["answers from what words found, and says why it is less", ["embed"], claims, true, {
      search_type: "keyword",
      answered: true,
      action: "use_ai_result",
      reason: "provider_unavailable",
    }],
    ["gives the passages where no model answers from them", ["chat"], claims, true, {
      search_type: "hybrid",
      answered: false,
      action: "fallback_to_rules",
      reason: "provider_unavailable",
    }],
    ["gives the passages where models answer what nobody can use", [], "no JSON", true, {
      search_type: "hybrid",
      answered: false,
      action: "fallback_to_rules",
      reason: "invalid_model_output",
    }],
    ["gives the passages where nobody answers at all", ["embed", "chat"], claims, true, {
      search_type: "keyword",
      answered: false,
      action: "fallback_to_rules",
      reason: "provider_unavailable",
    }],
  ] as [string, FakeCall["method"][], unknown, boolean, Record<string, unknown>][]
) {
  Deno.test(`rag-knowledge-search ${name}`, async () => {
    const { search, asked, kept } = stackOf(text, results, null, {}, fails);
    const { status, body } = await search({ query: "How do I clean porcelain?", include_context });
    assert.equal(status, 200);
    const { data: { search_type, answer }, meta: { action, fallback_reason: reason } } = body;
    assert.deepEqual({ search_type, answered: answer !== null, action, reason }, expected);
    assert.equal(body.data.results.length, 2);
    assert.equal(asked[0]?.["p_search_type"], search_type);
    assert.equal(kept[0]?.["search_type"], search_type);
    // The answer that nobody can use, and its repair, are counted with the question's vector.
    if (reason === "invalid_model_output") assert.equal(body.meta.calls, 3);
    if (action === "fallback_to_rules") {
      assert.deepEqual([body.meta.provider, body.meta.model, body.meta.tier], [null, null, null]);
    }
  });
}
