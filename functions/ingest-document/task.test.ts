import assert from "node:assert/strict";
import { fakeCandidate, fakeOrgId, fakePost, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { ProviderError } from "@shared/providers/mod.ts";
import { type FakeCall } from "@shared/providers/testing/mod.ts";
import { ingestHandler } from "./handler.ts";
import { ingestDocument } from "./task.ts";

const orgId = fakeOrgId;
const ids = { document_id: "00000000-0000-4000-8000-0000000000d1", base_id: "00000000-0000-4000-8000-0000000000c1" };
const begun = {
  org_id: orgId,
  ...ids,
  name: "a.md",
  duplicate: false,
  attempt_id: "00000000-0000-4000-8000-0000000000e1",
  mime_type: "text/markdown",
  text: "# A\n\nOne.\n\n# B\n\nTwo.",
  chunk_size: 500,
  chunk_overlap: 50,
};
const embed = (call: FakeCall) => {
  assert.ok(call.method === "embed");
  return { vectors: call.request.texts.map((text) => [text.length, ...Array.from({ length: 1535 }, () => 0)]) };
};

function stackOf(
  script: Parameters<typeof fakeStack>[0] = embed,
  answers: Record<string, unknown> = { begin_ingestion: begun, finish_ingestion: 2 },
) {
  const stack = fakeStack(script, [fakeCandidate("openai", "embedder", { dimensions: 1536, max_output_tokens: 0 })]);
  const calls: { as: string; name: string; args: Record<string, unknown> }[] = [];
  const database = (as: string) => ({
    rpc<Result>(name: string, args: Record<string, unknown>) {
      calls.push({ as, name, args });
      const answer = answers[name] ?? null;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as Result);
    },
  });
  const handler = ingestHandler({
    authenticate: stack.deps.authenticate,
    database: { ...database("service"), asUser: () => database("user") },
    task: stack.deps,
    newId: stack.deps.newId,
    now: stack.deps.now,
  });
  const post = async (input: unknown) => {
    const response = await handler(fakePost({ input }));
    await stack.settled();
    return { status: response.status, body: await response.json() };
  };
  return { post, calls, stack, handler };
}

Deno.test("ingest-document begins as the caller and writes as the service", async () => {
  const { post, calls } = stackOf();
  const { status, body } = await post(ingestDocument.example.input);
  assert.equal(status, 200);
  assert.deepEqual(body.data, {
    ...ids,
    name: "a.md",
    state: "processed",
    duplicate: false,
    chunks: 2,
    language: null,
  });
  assert.deepEqual(calls.map(({ as, name }) => [as, name]), [
    ["user", "begin_ingestion"],
    ["service", "stage_chunks"],
    ["service", "finish_ingestion"],
  ]);
  const staged = calls[1]?.args["p_chunks"] as Record<string, unknown>[];
  assert.deepEqual(staged.map(({ content, section, embedding_model }) => [content, section, embedding_model]), [
    ["One.", "a.md › A", "embedder"],
    ["Two.", "a.md › B", "embedder"],
  ]);
});

Deno.test("ingest-document embeds nothing for a text the base has", async () => {
  const duplicate = { ...begun, duplicate: true, chunks: 7, language: "de" };
  const { post, calls, stack } = stackOf([], { begin_ingestion: duplicate });
  const { body } = await post(ingestDocument.example.input);
  assert.deepEqual([body.data.duplicate, body.data.chunks, body.meta.calls], [true, 7, 0]);
  assert.deepEqual([calls.length, stack.ledger.admissions.length], [1, 0]);
});

Deno.test("ingest-document gives up what it began when the provider fails", async () => {
  const { post, calls, stack } = stackOf(() => ({ error: new ProviderError("server", "500", { status: 500 }) }));
  const { status } = await post(ingestDocument.example.input);
  assert.deepEqual([status, calls.at(-1)?.name, stack.ledger.openHolds], [503, "fail_ingestion", 0]);
});

Deno.test("ingest-document gives up a document that cannot be read, before it costs anything", async () => {
  const { post, calls, stack } = stackOf([], { begin_ingestion: { ...begun, text: "%PDF-1.7" } });
  const { status, body } = await post(ingestDocument.example.input);
  assert.deepEqual([status, body.code, calls.at(-1)?.name], [400, "invalid_request", "fail_ingestion"]);
  assert.equal(stack.ledger.admissions.length, 0);
});

Deno.test("ingest-document hands a refusal of the database on", async () => {
  const { post, calls } = stackOf([], {
    begin_ingestion: new AppError("forbidden", "Cannot ingest: guests only read"),
  });
  const { status, body } = await post(ingestDocument.example.input);
  assert.deepEqual([status, body.code, calls.length], [403, "forbidden", 1]);
});

for (
  const [name, input] of Object.entries({
    nothing: {},
    "a blank name": { name: " ", text: "a" },
    "an empty text": { name: "a", text: "" },
    "too long a text": { name: "a", text: "a".repeat(400_001) },
    "a format nobody reads": { name: "a", text: "a", mime_type: "video/mp4" },
    "a document and a name": { document_id: ids.document_id, name: "a", text: "a" },
  })
) {
  Deno.test(`ingest-document refuses ${name} before it asks the database`, async () => {
    const { post, calls } = stackOf([]);
    assert.equal((await post(input)).status, 400);
    assert.deepEqual(calls, []);
  });
}
