import assert from "node:assert/strict";
import { fakeCandidate, fakeOrgId, fakePost, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { makePdf, proseLines } from "@shared/documents/testing/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { ProviderError } from "@shared/providers/mod.ts";
import type { FakeCall } from "@shared/providers/testing/mod.ts";
import { FakeJobs } from "./fake-jobs.fixture.ts";
import { ingestHandler } from "./handler.ts";
import { ingestDocument } from "./task.ts";

const jobId = "00000000-0000-4000-8000-0000000000e1";
const documentId = "00000000-0000-4000-8000-0000000000d1";
const path = `${fakeOrgId}/1/tiles.pdf`;
const embed = (call: FakeCall) => {
  assert.ok(call.method === "embed");
  return { vectors: call.request.texts.map((text) => [text.length, ...Array.from({ length: 1535 }, () => 0)]) };
};

function stackOf(script: Parameters<typeof fakeStack>[0] = embed, files: Record<string, Uint8Array<ArrayBuffer>> = {}) {
  const stack = fakeStack(script, [fakeCandidate("openai", "embedder", { dimensions: 1536, max_output_tokens: 0 })]);
  const jobs = new FakeJobs();
  const removed: string[] = [];
  let [clock, step] = [0, 1];
  const handler = ingestHandler({
    authenticate: stack.deps.authenticate,
    database: { ...jobs.as("service"), asUser: () => jobs.as("user") },
    task: stack.deps,
    newId: stack.deps.newId,
    // Every look at it is later, by as much as the test says.
    now: () => clock += step,
    files: {
      read: (name) => {
        const file = files[name];
        return file === undefined
          ? Promise.reject(new AppError("not_found", "no such file"))
          : Promise.resolve(file.slice());
      },
      remove: (name) => Promise.resolve(void removed.push(name)),
    },
  });
  const post = async (body: unknown, headers?: Record<string, string>) => {
    const response = await handler(fakePost(body, headers));
    await stack.settled();
    return { status: response.status, body: await response.json() };
  };
  const names = () => jobs.calls.map(({ as, name }) => [as, name]);
  return { post, jobs, stack, removed, names, pace: (ms: number) => step = ms };
}
const service = { authorization: "", apikey: "secret" };

Deno.test("ingest-document takes a text in at once: begins as the caller and writes as the service", async () => {
  const { post, jobs, names } = stackOf();
  const { status, body } = await post({ input: ingestDocument.example.input });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(body.data, {
    document_id: documentId,
    base_id: "00000000-0000-4000-8000-0000000000c1",
    name: "a.md",
    state: "processed",
    duplicate: false,
    chunks: 2,
    language: null,
    job_id: jobId,
  });
  assert.equal(body.meta.job_id, jobId);
  assert.deepEqual(names(), [
    ["user", "begin_ingestion"],
    ["service", "claim_ingestion"],
    ["service", "stage_passages"],
    ["service", "take_passages"],
    ["service", "place_passages"],
    ["service", "finish_ingestion"],
  ]);
  assert.deepEqual(jobs.calls[2]?.args["p_steps"], [
    { step: "read", done: 2, total: 2, calls: 0, input_tokens: 0, output_tokens: 0, cost_usd: 0 },
    { step: "embed", done: 0, total: 2, calls: 0, input_tokens: 0, output_tokens: 0, cost_usd: 0 },
  ]);
});

Deno.test("ingest-document pads shorter vectors with zeros, which change no cosine", async () => {
  const { post, jobs } = stackOf(() => ({ vectors: [[1, 2], [3, 4]] }));
  jobs.job["embedding_dimensions"] = 2;
  assert.equal((await post({ input: ingestDocument.example.input })).status, 200);
  assert.equal(jobs.placed[1]?.embedding, `[3,4${",0".repeat(1534)}]`);
});

Deno.test("ingest-document embeds a sentence about each passage with it, where that is wanted, and goes on without one", async () => {
  const introductions = [{ passage: 1, text: "About A." }, { passage: 9, text: "Of no passage." }];
  const { post, jobs, stack } = stackOf((call) =>
    call.method === "embed" ? embed(call) : { answer: JSON.stringify({ introductions, confidence: 0.9 }) }
  );
  jobs.job["context_prefix"] = true;
  assert.equal((await post({ input: ingestDocument.example.input })).status, 200);
  const place = jobs.calls.find(({ name }) => name === "place_passages")?.args ?? {};
  assert.deepEqual((place["p_embeddings"] as { context: string | null }[]).map(({ context }) => context), [
    "About A.",
    null,
  ]);
  assert.deepEqual((place["p_steps"] as { step: string; done: number }[]).map(({ step, done }) => [step, done]), [[
    "context",
    2,
  ], ["embed", 2]]);
  const embedded = stack.provider.calls.find(({ method }) => method === "embed");
  assert.ok(embedded?.method === "embed");
  assert.deepEqual(embedded.request.texts, ["a.md › A\n\nAbout A.\n\nOne.", "a.md › B\n\nTwo."]);
});

Deno.test("ingest-document leaves a file to its job", async () => {
  const { post, jobs, names } = stackOf([], { [path]: makePdf([{ lines: proseLines(["Words."]) }]) });
  jobs.source = { mime_type: "application/pdf", text: null, path, content_hash: "h" };
  const { body } = await post({ input: { path, tags: ["tiles"] } });
  assert.deepEqual(
    [body.data.state, body.data.chunks, body.data.job_id],
    ["processing", null, jobId],
    JSON.stringify(body),
  );
  assert.deepEqual(names(), [["user", "begin_ingestion"]]);
  const { p_source: source, p_tags: tags } = jobs.calls[0]?.args ?? {};
  assert.deepEqual(
    [(source as Record<string, unknown>).mime_type, (source as Record<string, unknown>).name, tags],
    ["application/pdf", "tiles.pdf", ["tiles"]],
  );
});

Deno.test("a job is gone on with by the secret key alone", async () => {
  const pages = Array.from({ length: 3 }, (_, page) => ({ lines: proseLines([`Words of page ${page + 1}.`]) }));
  const { post, jobs } = stackOf(embed, { [path]: makePdf(pages) });
  jobs.source = { mime_type: "application/pdf", text: null, path, content_hash: "three" };
  const refused = await post({ input: { job_id: jobId }, org_id: fakeOrgId });
  assert.equal(refused.status, 403);
  const first = await post({ input: { job_id: jobId }, org_id: fakeOrgId }, service);
  assert.deepEqual([first.status, first.body.outcome, first.body.chunks], [200, "done", 3], JSON.stringify(first.body));
});

Deno.test("an invocation that has worked long enough passes its job on, and the next goes on where it stood", async () => {
  const pages = Array.from({ length: 3 }, (_, page) => ({ lines: proseLines([`Words of page ${page + 1}.`]) }));
  const { post, jobs, pace } = stackOf(embed, { [path]: makePdf(pages) });
  jobs.source = { mime_type: "application/pdf", text: null, path, content_hash: "slow" };
  pace(1_000);
  for (const page of [1, 2]) {
    const { body } = await post({ input: { job_id: jobId }, org_id: fakeOrgId }, service);
    assert.deepEqual([body.outcome, jobs.drafts.length], ["passed_on", page]);
    const { p_cursor: cursor, p_release: release } = jobs.calls.at(-1)?.args ?? {};
    assert.deepEqual([(cursor as { done: number }).done, release], [page, true]);
  }
  pace(1);
  const last = await post({ input: { job_id: jobId }, org_id: fakeOrgId }, service);
  assert.deepEqual([last.body.outcome, last.body.chunks], ["done", 3]);
  assert.deepEqual(jobs.placed.map(({ position }) => position), [0, 1, 2]);
});

Deno.test("ingest-document refuses a file that is not what it says, and removes it", async () => {
  const { post, removed, names } = stackOf([], { [path]: new TextEncoder().encode("MZ program") });
  const { status, body } = await post({ input: { path } });
  assert.deepEqual([status, body.code, removed, names()], [400, "invalid_request", [path], [["service", "ai_reject"]]]);
});

Deno.test("ingest-document keeps a file that was only refused for the moment", async () => {
  const { post, jobs, removed } = stackOf([], { [path]: makePdf([{}]) });
  jobs.answers["begin_ingestion"] = new AppError("idempotency_conflict", "the document is being processed");
  assert.deepEqual([(await post({ input: { path } })).status, removed], [409, []]);
});

Deno.test("ingest-document embeds nothing for a content the base has", async () => {
  const { post, jobs, stack } = stackOf([]);
  jobs.answers["begin_ingestion"] = {
    org_id: fakeOrgId,
    duplicate: true,
    document: { document_id: documentId, base_id: documentId, name: "a.md", chunks: 7, language: "de" },
  };
  const { body } = await post({ input: ingestDocument.example.input });
  assert.deepEqual([body.data.duplicate, body.data.chunks, body.data.job_id, body.meta.calls], [true, 7, null, 0]);
  assert.deepEqual([jobs.calls.length, stack.ledger.admissions.length], [1, 0]);
});

Deno.test("whoever sent a text hears of a provider's failure, and nothing is kept", async () => {
  const { post, jobs, stack } = stackOf(() => ({ error: new ProviderError("server", "500", { status: 500 }) }));
  const { status } = await post({ input: ingestDocument.example.input });
  const { name, args } = jobs.calls.at(-1) ?? {};
  assert.deepEqual(
    [status, name, args?.["p_retryable"], args?.["p_keep"], stack.ledger.openHolds],
    [503, "fail_ingestion", false, false, 0],
  );
});

Deno.test("a job's failure is tried again and keeps its file; what is wrong with the file is neither", async () => {
  const down = stackOf(() => ({ error: new ProviderError("server", "500", { status: 500 }) }), {
    [path]: makePdf([{ lines: proseLines(["Words that nobody embeds."]) }]),
  });
  down.jobs.source = { mime_type: "application/pdf", text: null, path, content_hash: "down" };
  assert.equal((await down.post({ input: { job_id: jobId }, org_id: fakeOrgId }, service)).status, 200);
  assert.deepEqual([down.jobs.calls.at(-1)?.args["p_retryable"], down.jobs.calls.at(-1)?.args["p_keep"]], [true, true]);

  const broken = stackOf([], { [path]: new TextEncoder().encode("%PDF-1.7 and no more") });
  broken.jobs.source = { mime_type: "application/pdf", text: null, path, content_hash: "broken" };
  await broken.post({ input: { job_id: jobId }, org_id: fakeOrgId }, service);
  const { p_error_code, p_problem, p_retryable, p_keep } = broken.jobs.calls.at(-1)?.args ?? {};
  assert.deepEqual([p_error_code, p_retryable, p_keep], ["invalid_request", false, false]);
  assert.match(String(p_problem), /damaged/);
  assert.equal(broken.stack.ledger.admissions.length, 0);
});

Deno.test("an invocation that lost its job writes no end to it", async () => {
  const { post, jobs } = stackOf();
  jobs.answers["place_passages"] = new AppError("idempotency_conflict", "it was cancelled");
  const { body } = await post({ input: { job_id: jobId }, org_id: fakeOrgId }, service);
  assert.deepEqual([body.outcome, jobs.calls.at(-1)?.name], ["elsewhere", "place_passages"]);
});

Deno.test("ingest-document gives up a document that cannot be read, before it costs anything", async () => {
  const { post, jobs, stack } = stackOf([]);
  jobs.source = { ...jobs.source, text: "%PDF-1.7", content_hash: "pdf" };
  const { status, body } = await post({ input: ingestDocument.example.input });
  assert.deepEqual([status, body.code, jobs.calls.at(-2)?.name], [400, "invalid_request", "fail_ingestion"]);
  assert.equal(jobs.calls.at(-1)?.name, "ai_reject");
  assert.equal(stack.ledger.admissions.length, 0);
});

Deno.test("ingest-document hands a refusal of the database on", async () => {
  const { post, jobs, names } = stackOf([]);
  jobs.answers["begin_ingestion"] = new AppError("forbidden", "Cannot ingest: guests only read");
  const { status, body } = await post({ input: ingestDocument.example.input });
  assert.deepEqual([status, body.code], [403, "forbidden"]);
  assert.deepEqual(names(), [["user", "begin_ingestion"], ["service", "ai_reject"]]);
});

for (
  const [name, input] of Object.entries({
    nothing: {},
    "a blank name": { name: " ", text: "a" },
    "an empty text": { name: "a", text: "" },
    "too long a text": { name: "a", text: "a".repeat(400_001) },
    "a format nobody reads": { name: "a", text: "a", mime_type: "video/mp4" },
    "a document and a name": { document_id: documentId, name: "a", text: "a" },
    "a text and a file": { document_id: documentId, text: "a", path },
    "a path that is none": { path: "a.pdf" },
  })
) {
  Deno.test(`ingest-document refuses ${name} and does no more than log it`, async () => {
    const { post, names } = stackOf([]);
    assert.equal((await post({ input })).status, 400);
    assert.deepEqual(names(), [["service", "ai_reject"]]);
  });
}
