/** Files into the knowledge base over HTTP against a started stack: upload by supabase-js, progress, passages, and every bad file. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { SupabaseClient } from "@supabase/supabase-js";
import { docxParagraph, makeDocx, makePdf, makeZip, proseLines } from "../../shared/documents/testing/mod.ts";
import { makeWav } from "../../shared/media/testing/mod.ts";
import { ingestionEnded } from "./ingestion-ended.ts";
import { until } from "./until.ts";
import { startWorld } from "./world.ts";

const WORDS = "The kiln fires porcelain tiles at a temperature of about twelve hundred degrees for several hours".split(
  " ",
);

/** A book of so many pages, every line different. */
function book(pages: number, linesAPage: number): Uint8Array<ArrayBuffer> {
  return makePdf(Array.from({ length: pages }, (_, page) => ({
    lines: proseLines(Array.from(
      { length: linesAPage },
      (_, line) =>
        `Page ${page + 1} line ${line}: ${
          Array.from({ length: 10 }, (_, word) => WORDS[(page * 7 + line * 3 + word * 5) % WORDS.length]).join(" ")
        }`,
    )),
  })));
}

Deno.test("knowledge files", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, call, owner, orgId } = world;
  const stranger = await world.member("fremd", "Elsewhere", "owner");

  async function upload(name: string, bytes: Uint8Array<ArrayBuffer>, client: SupabaseClient = owner) {
    const path = `${orgId}/${crypto.randomUUID()}/${name}`;
    const { error } = await client.storage.from("knowledge").upload(path, bytes, {
      contentType: "application/octet-stream",
    });
    return { path, error };
  }
  const ended = (jobId: string) => ingestionEnded(world, jobId);
  const gone = (path: string) =>
    until(
      async () => (await stack.sql("select 1 from storage.objects where name = $1", [path])).length === 0,
      `${path} to be gone`,
    );

  let documentId = "";
  let bookPath = "";
  await t.step("a PDF goes from upload to passages with pages, and tells its progress live", async () => {
    const told: { state: string; progress: number }[] = [];
    const { data: { user } } = await owner.auth.getUser();
    await owner.realtime.setAuth();
    const channel = owner.channel(`ingestions:${user?.id}`, { config: { private: true } });
    channel.on("broadcast", { event: "progress" }, ({ payload }) => told.push(payload));
    await new Promise<void>((done, fail) =>
      channel.subscribe((status, error) =>
        status === "SUBSCRIBED" ? done() : status === "CHANNEL_ERROR" ? fail(error) : null
      )
    );
    const { path, error } = await upload("kiln book.pdf", book(3, 40));
    equal(error, null);
    bookPath = path;
    const { status, body } = await call("ingest-document", { input: { path, tags: ["kiln"] } });
    equal(status, 200, JSON.stringify(body));
    deepEqual([body.data.state, body.data.name, body.data.duplicate], ["processing", "kiln book.pdf", false]);
    equal(body.meta.job_id, body.data.job_id);
    documentId = body.data.document_id;
    const job = await ended(body.data.job_id);
    deepEqual([job.state, job.progress, job.problem], ["done", 1, null], JSON.stringify(job));
    const steps = Object.fromEntries(job.ingestion_steps.map((step: { step: string }) => [step.step, step]));
    deepEqual([steps.read.done, steps.read.total, steps.embed.done], [3, 3, job.chunk_count]);
    ok(steps.embed.input_tokens > 0 && steps.embed.cost_usd > 0);
    const { data: chunks } = await owner.from("document_chunks").select("page,section,content").eq(
      "document_id",
      documentId,
    )
      .order("position");
    equal(chunks?.length, job.chunk_count);
    deepEqual([...new Set(chunks?.map(({ page }) => page))], [1, 2, 3]);
    match(chunks?.[0]?.content, /^Page 1 line 0: /);
    await until(() => Promise.resolve(told.at(-1)?.state === "done"), "the channel to tell of the end");
    ok(told.length >= 4 && told.every(({ progress }, index) => progress >= (told[index - 1]?.progress ?? 0)));
    await owner.removeChannel(channel);
    await world.settled();
    const [log] = await stack.sql<{ requests: number; cost: number }>(
      "select count(*)::int as requests, sum(cost_usd)::float8 as cost from public.ai_request_logs where job_id = $1",
      [body.data.job_id],
    );
    equal(log?.cost, steps.embed.cost_usd);
  });

  await t.step("the file and its job are the organization's alone", async () => {
    const { data } = await owner.storage.from("knowledge").download(bookPath);
    ok((data?.size ?? 0) > 1_000);
    ok((await stranger.client.storage.from("knowledge").download(bookPath)).error);
    ok((await upload("x.pdf", book(1, 1), stranger.client)).error);
    deepEqual((await stranger.client.from("ingestion_jobs").select("id")).data, []);
    const foreign = await call("ingest-document", { input: { path: bookPath } }, {
      authorization: `Bearer ${stranger.token}`,
      apikey: stack.publishableKey,
      "content-type": "application/json",
    });
    equal(foreign.status, 404, JSON.stringify(foreign.body));
    await stranger.client.realtime.setAuth();
    const { data: { user } } = await owner.auth.getUser();
    const status = await new Promise((done) =>
      stranger.client.channel(`ingestions:${user?.id}`, { config: { private: true } }).subscribe((status) =>
        done(status)
      )
    );
    equal(status, "CHANNEL_ERROR");
    await stranger.client.removeAllChannels();
  });

  await t.step("the same content is recognised wherever it is uploaded, and its copy removed", async () => {
    const again = await upload("copy.pdf", book(3, 40));
    const { body } = await call("ingest-document", { input: { path: again.path } });
    deepEqual([body.data.duplicate, body.data.document_id, body.data.job_id], [true, documentId, null]);
    await gone(again.path);
  });

  await t.step("a signed upload takes the place of a file, and the new edition that of the old", async () => {
    const bucket = owner.storage.from("knowledge");
    const { data: signed, error } = await bucket.createSignedUploadUrl(bookPath, { upsert: true });
    equal(error, null);
    const put = await bucket.uploadToSignedUrl(bookPath, signed?.token ?? "", new Blob([book(2, 10)]));
    equal(put.error, null);
    const { body } = await call("ingest-document", { input: { path: bookPath } });
    deepEqual([body.data.document_id, body.data.state], [documentId, "processing"], JSON.stringify(body));
    equal((await ended(body.data.job_id)).state, "done");
    const { data: chunks } = await owner.from("document_chunks").select("page").eq("document_id", documentId);
    deepEqual([...new Set(chunks?.map(({ page }) => page))].sort(), [1, 2]);
  });

  const bad: [name: string, file: string, bytes: Uint8Array<ArrayBuffer>, detail: RegExp][] = [
    ["an empty file", "empty.pdf", new Uint8Array(), /it is empty/],
    ["a program called PDF", "tool.pdf", new TextEncoder().encode("MZ\u0090\u0000 not a pdf"), /but is a program/],
    ["a file of no format", "data.xyz", new TextEncoder().encode("words"), /no format that is read/],
  ];
  for (const [name, file, bytes, detail] of bad) {
    await t.step(`${name} is refused at once and leaves nothing behind`, async () => {
      const { path } = await upload(file, bytes);
      const { status, body } = await call("ingest-document", { input: { path } });
      deepEqual([status, body.code], [400, "invalid_request"], JSON.stringify(body));
      match(body.detail, detail);
      await gone(path);
    });
  }

  const worse: [name: string, file: string, bytes: Uint8Array<ArrayBuffer>, code: string, detail: RegExp][] = [
    ["a damaged PDF", "cut.pdf", book(2, 5).slice(0, 300), "invalid_request", /damaged/],
    [
      "an encrypted PDF",
      "locked.pdf",
      makePdf([{ lines: proseLines(["Secret words on a page."]) }], { encrypted: true }),
      "invalid_request",
      /encrypted/,
    ],
    [
      "a bomb",
      "bomb.docx",
      makeZip({ "word/document.xml": new Uint8Array(60_000_000) }),
      "payload_too_large",
      /unpacks/,
    ],
    ["a PDF without a word", "blank.pdf", makePdf([{}, {}]), "invalid_request", /no text/],
  ];
  for (const [name, file, bytes, code, detail] of worse) {
    await t.step(`${name} ends its job with a reason and leaves nothing else behind`, async () => {
      const { path } = await upload(file, bytes);
      const { status, body } = await call("ingest-document", { input: { path } });
      equal(status, 200, JSON.stringify(body));
      const job = await ended(body.data.job_id);
      deepEqual([job.state, job.error_code], ["error", code], JSON.stringify(job));
      match(job.problem, detail);
      deepEqual(await stack.sql("select id from public.documents where id = $1", [body.data.document_id]), []);
      await gone(path);
    });
  }

  for (const task of ["read-image", "transcribe-audio"]) {
    await t.step(`${task} describes itself, and its example answers from the bytes`, async () => {
      const described =
        await (await fetch(`${stack.url}/functions/v1/${task}`, { headers: { apikey: stack.publishableKey } })).json();
      equal(described.task, task);
      const { status, body } = await call(task, described.example);
      equal(status, 200, JSON.stringify(body));
      deepEqual([body.meta.task, body.meta.stand_in], [task, true]);
      ok(body.meta.cost_usd > 0);
      match(JSON.stringify(body.data), task === "read-image" ? /porcelain/ : /Tiles that absorb little water/);
    });
  }

  await t.step("a recording is written down by the minute, and found", async () => {
    const { path } = await upload(
      "call.wav",
      makeWav(61_000, "The customer wants basalt slabs. He calls again on Monday."),
    );
    const { body } = await call("ingest-document", { input: { path } });
    const job = await ended(body.data.job_id);
    equal(job.state, "done", JSON.stringify(job));
    const audio = job.ingestion_steps.find((step: { step: string }) => step.step === "audio");
    deepEqual([audio.done, audio.calls, audio.cost_usd], [2, 1, 0.0061]);
    const { data: chunks } = await owner.from("document_chunks").select("content,section").eq(
      "document_id",
      body.data.document_id,
    );
    match(JSON.stringify(chunks), /basalt slabs/);
  });

  await t.step("a scanned page is read by a model that sees, among pages that are text", async () => {
    const [width, height] = [400, 560];
    const picture = { width, height, grey: new Uint8Array(width * height).fill(200) };
    const { path } = await upload(
      "scan.pdf",
      makePdf([{ lines: proseLines(["A page of text, then a scan."]) }, { picture }]),
    );
    const { body } = await call("ingest-document", { input: { path } });
    const job = await ended(body.data.job_id);
    equal(job.state, "done", JSON.stringify(job));
    const images = job.ingestion_steps.find((step: { step: string }) => step.step === "images");
    deepEqual([images.done, images.calls], [1, 1]);
    ok(images.cost_usd > 0);
    await world.settled();
    const [log] = await stack.sql<{ task: string }>(
      "select task from public.ai_request_logs where job_id = $1 and task <> 'ingest-document'",
      [job.id],
    );
    equal(log?.task, "read-image");
  });

  await t.step("a file beyond the organization's limit is refused", async () => {
    const limit = await owner.rpc("set_setting", { p_key: "kb.maxFileSizeMb", p_value: 1, p_org_id: orgId });
    equal(limit.error, null, JSON.stringify(limit.error));
    const { path } = await upload("large.txt", new Uint8Array(1_100_000).fill(97));
    const { status, body } = await call("ingest-document", { input: { path } });
    deepEqual([status, body.code], [413, "payload_too_large"]);
    await gone(path);
    await owner.rpc("set_setting", { p_key: "kb.maxFileSizeMb", p_value: 50, p_org_id: orgId });
  });

  await t.step("a provider that is down is tried three times more; what it left can be processed again", async () => {
    world.standIn.control.setFaults([{ provider: "openai", operation: "embedding", kind: "status", status: 500 }]);
    const { path } = await upload("later.docx", makeDocx(docxParagraph("Words that come later.")));
    const { body } = await call("ingest-document", { input: { path } });
    const ids = [body.data.job_id];
    for (let tries = 1; tries <= 3; tries++) {
      await until(
        async () =>
          (await stack.sql("select 1 from public.ingestion_jobs where id = $1 and tries = $2", [...ids, tries]))
            .length > 0,
        `try ${tries} to have failed`,
      );
      const [waiting] = await stack.sql<{ state: string; error_code: string }>(
        "select state, error_code from public.ingestion_jobs where id = $1",
        ids,
      );
      deepEqual([waiting?.state, waiting?.error_code], ["queued", "provider_unavailable"]);
      // The pauses are five, fifteen and forty-five seconds: the test ends them itself, and what a settlement does to breakers.
      await world.settled();
      await stack.sql("delete from public.ai_breakers");
      await stack.sql("update public.ingestion_jobs set run_at = private.clock() where id = $1", ids);
      await stack.sql("select private.dispatch_ingestions()");
    }
    const job = await ended(body.data.job_id);
    deepEqual([job.state, job.error_code, job.most_tries], ["error", "provider_unavailable", 4], JSON.stringify(job));
    await world.settled();
    const asked =
      "select status from public.ai_request_logs where job_id = $1 and task = 'ingest-document' order by created_at";
    deepEqual((await stack.sql<{ status: string }>(asked, ids)).map(({ status }) => status), Array(4).fill("failed"));
    // Nothing is left of the tries but the document that says why, and its file.
    const { data: rows } = await owner.from("documents").select("state,problem,chunk_count").eq(
      "id",
      body.data.document_id,
    );
    deepEqual(rows, [{ state: "error", problem: job.problem, chunk_count: 0 }]);
    match(job.problem, /provider/);
    for (const table of ["public.document_chunks", "private.chunk_drafts", "private.ingestion_sources"]) {
      const key = table === "public.document_chunks" ? "document_id" : "job_id";
      const id = key === "job_id" ? body.data.job_id : body.data.document_id;
      deepEqual(await stack.sql(`select * from ${table} where ${key} = $1`, [id]), [], table);
    }
    equal((await stack.sql("select 1 from storage.objects where name = $1", [path])).length, 1);

    world.standIn.control.setFaults([]);
    await stack.sql("delete from public.ai_breakers");
    const again = await call("ingest-document", { input: { document_id: body.data.document_id } });
    equal(again.status, 200, JSON.stringify(again.body));
    const second = await ended(again.body.data.job_id);
    deepEqual([second.state, second.tries], ["done", 0], JSON.stringify(second));
    const { data: mended } = await owner.from("documents").select("state,problem").eq("id", body.data.document_id);
    deepEqual(mended, [{ state: "processed", problem: null }]);
    const { data: chunks } = await owner.from("document_chunks").select("content").eq(
      "document_id",
      body.data.document_id,
    );
    deepEqual(chunks, [{ content: "Words that come later." }]);
  });

  await t.step("a book of 500 pages goes through within the runtime's limits, and can be searched", async () => {
    const { path, error } = await upload("book.pdf", book(500, 12));
    equal(error, null);
    const { body } = await call("ingest-document", { input: { path } });
    equal(body.data.state, "processing", JSON.stringify(body));
    const job = await ended(body.data.job_id);
    deepEqual([job.state, job.tries], ["done", 0], JSON.stringify(job));
    const read = job.ingestion_steps.find((step: { step: string }) => step.step === "read");
    deepEqual([read.done, read.total], [500, 500]);
    const found = await call("rag-knowledge-search", {
      input: { query: "Page 417 line 7", search_type: "keyword", filters: { document_ids: [body.data.document_id] } },
    });
    equal(found.body.data.results[0].page, 417, JSON.stringify(found.body.data.results[0]));
  });

  await t.step("a base is embedded anew in the background, and found by its new vectors", async () => {
    const [base] = await stack.sql<{ base_id: string; chunks: number }>(
      "select base_id, sum(chunk_count)::int as chunks from public.documents where id = $1 group by 1",
      [documentId],
    );
    const { data: jobId, error } = await owner.rpc("reembed_base", {
      p_base_id: base?.base_id,
      p_model: "text-embedding-3-large",
      p_dimensions: 256,
    });
    equal(error, null, JSON.stringify(error));
    const job = await ended(jobId);
    deepEqual([job.state, job.kind, job.progress], ["done", "reembed", 1], JSON.stringify(job));
    const { data: spaces } = await owner.from("document_chunks").select("embedding_model").eq("base_id", base?.base_id)
      .neq(
        "embedding_model",
        "text-embedding-3-large@256",
      );
    deepEqual(spaces, []);
    const found = await call("rag-knowledge-search", {
      input: { query: "Words that come later", search_type: "semantic", filters: { base_ids: [base?.base_id] } },
    });
    equal(found.body.data.results[0]?.content, "Words that come later.", JSON.stringify(found.body));
  });

  await t.step("a job that is cancelled leaves nothing behind", async () => {
    const { path } = await upload("unwanted.pdf", book(300, 45));
    const { body } = await call("ingest-document", { input: { path } });
    const { data, error } = await owner.rpc("cancel_ingestion", { p_job_id: body.data.job_id });
    deepEqual([data, error], ["cancelled", null]);
    equal((await ended(body.data.job_id)).state, "cancelled");
    deepEqual(await stack.sql("select id from public.documents where id = $1", [body.data.document_id]), []);
    await gone(path);
  });

  await t.step("an upload nobody asked to ingest is found by the sweep, for whoever uploaded it", async () => {
    const { path } = await upload("orphan.md", new TextEncoder().encode("# Orphan\n\nFound by the sweep."));
    await stack.sql("select private.ingest_orphans('0 seconds')");
    const { data: { user } } = await owner.auth.getUser();
    let document: { state: string; created_by: string } | undefined;
    await until(async () => {
      document = (await owner.from("documents").select("state,created_by").eq("storage_path", path)).data?.[0];
      return document?.state === "processed";
    }, "the orphan to be ingested");
    equal(document?.created_by, user?.id);
  });

  await t.step("a document that is deleted takes its file with it", async () => {
    const { data: rows } = await owner.from("documents").select("id,storage_path").like("storage_path", "%orphan.md");
    equal((await owner.from("documents").delete().eq("id", rows?.[0]?.id)).error, null);
    await gone(rows?.[0]?.storage_path);
  });

  await t.step("nothing is left aside, and the ledger adds up", async () => {
    await world.settled();
    for (const table of ["private.chunk_drafts", "private.ingestion_sources"]) {
      deepEqual(await stack.sql(`select * from ${table}`), []);
    }
    deepEqual(await stack.sql("select id from public.documents where attempt_id is not null"), []);
    deepEqual(
      await stack.sql(
        "select c.id from public.document_chunks as c join public.documents as d on d.id = c.document_id where c.edition <> d.edition",
      ),
      [],
    );
    deepEqual(await stack.sql("select * from public.ai_ledger_check"), []);
  });

  await world.stop();
});
