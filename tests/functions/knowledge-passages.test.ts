/** What becomes of a document over HTTP: how settings cut it, where each passage stands in it, and of what kind it is. */
import { deepEqual, equal, match, notDeepEqual, notEqual, ok } from "node:assert/strict";
import { makePptx, pptxShape } from "../../shared/documents/testing/mod.ts";
import { ingestionEnded } from "./ingestion-ended.ts";
import { startWorld } from "./world.ts";

interface Passage {
  content: string;
  section: string;
  context: string | null;
  page: number | null;
  char_start: number;
  char_end: number;
  type: string;
  language: string | null;
  token_count: number;
}

/** One paragraph of about four thousand characters, no two sentences alike. */
const PROSE = Array.from(
  { length: 60 },
  (_, number) => `Sentence ${number + 1} of the manual tells how kiln ${number * 7 + 3} is heated.`,
).join(" ");

const MARKDOWN =
  "# Firing\n\nTiles are fired twice.\n\n## Curve\n\n| Hour | Degrees |\n|---|---|\n| 1 | 300 |\n| 4 | 1200 |\n\n" +
  "The door stays shut.\n\n## Control\n\n```\nwhile (degrees < 1200) heat();\n```\n";

Deno.test("passages of the knowledge base", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, call, owner, orgId } = world;
  const other = await world.member("ada", "Elsewhere", "owner");
  const headersOf = (token: string) => ({
    authorization: `Bearer ${token}`,
    apikey: stack.publishableKey,
    "content-type": "application/json",
  });

  async function ingest(input: Record<string, unknown>, headers?: Record<string, string>): Promise<string> {
    const { status, body } = await call("ingest-document", { input }, headers);
    deepEqual([status, body.data?.state], [200, "processed"], JSON.stringify(body));
    return body.data.document_id;
  }
  async function passagesOf(documentId: string, client = owner): Promise<Passage[]> {
    const { data, error } = await client.from("document_chunks").select(
      "content,section,context,page,char_start,char_end,type,language,token_count",
    ).eq("document_id", documentId).order("position");
    equal(error, null);
    return data as Passage[];
  }
  const set = async (key: string, value: unknown) =>
    (await owner.rpc("set_setting", { p_key: key, p_value: value, p_org_id: orgId })).error;

  await t.step("an organization's size and overlap cut its documents, when they are processed again too", async () => {
    const documentId = await ingest({ name: "manual.txt", text: PROSE });
    const sizes: [size: number | null, overlap: number | null, longest: number, shared: number][] = [
      [null, null, 500, 50],
      [100, 0, 100, 0],
      [2000, 500, 2000, 500],
      [300, 200, 300, 150],
    ];
    for (const [size, overlap, longest, shared] of sizes) {
      if (size !== null) {
        deepEqual([await set("kb.chunkSize", size), await set("kb.chunkOverlap", overlap)], [null, null]);
      }
      equal(await ingest({ document_id: documentId }), documentId);
      const passages = await passagesOf(documentId);
      const lengths = passages.map(({ content }) => content.length);
      ok(Math.max(...lengths) <= longest && Math.max(...lengths) > longest / 2, `${size}: ${lengths}`);
      for (const { content, char_start, char_end } of passages) equal(content, PROSE.slice(char_start, char_end));
      const overlaps = passages.slice(1).map(({ char_start }, at) => (passages[at]?.char_end ?? 0) - char_start);
      // A blank between two is nobody's.
      if (shared === 0) deepEqual([...new Set(overlaps)], [-1]);
      else {ok(
          overlaps.every((each) => each > 0 && each <= shared) && Math.max(...overlaps) > shared / 2,
          `${overlaps}`,
        );}
      deepEqual([passages[0]?.char_start, passages.at(-1)?.char_end], [0, PROSE.length]);
    }
  });

  await t.step("sizes out of bounds are refused, and another organization keeps its own", async () => {
    for (
      const [key, ...values] of [["kb.chunkSize", 99, 2001, 150.5, "500"], ["kb.chunkOverlap", -1, 501, null]] as const
    ) {
      for (const value of values) notEqual(await set(key, value), null, `${key} ${value}`);
    }
    const member = await world.member("max", "Elsewhere", "member");
    const { error } = await member.client.rpc("set_setting", {
      p_key: "kb.chunkSize",
      p_value: 100,
      p_org_id: other.orgId,
    });
    notEqual(error, null);
    const passages = await passagesOf(
      await ingest({ name: "manual.txt", text: PROSE }, headersOf(other.token)),
      other.client,
    );
    ok(Math.max(...passages.map(({ content }) => content.length)) > 300);
    deepEqual([await set("kb.chunkSize", 500), await set("kb.chunkOverlap", 50)], [null, null]);
  });

  await t.step("tables and code are passages of their own kind, under their headings, where they stand", async () => {
    const passages = await passagesOf(await ingest({ name: "firing.md", text: MARKDOWN }));
    deepEqual(passages.map(({ type, section }) => [type, section]), [
      ["text", "firing.md › Firing"],
      ["table", "firing.md › Firing › Curve"],
      ["text", "firing.md › Firing › Curve"],
      ["code", "firing.md › Firing › Control"],
    ]);
    deepEqual(passages.map(({ page }) => page), [null, null, null, null]);
    match(passages[1]?.content ?? "", /\| 4 \| 1200 \|/);
    equal(passages[3]?.content, "while (degrees < 1200) heat();");
    let end = -2;
    for (const { content, char_start, char_end, token_count } of passages) {
      deepEqual([char_start, char_end - char_start], [end + 2, content.length]);
      ok(token_count > 0);
      end = char_end;
    }
    const { body } = await call("rag-knowledge-search", { input: { query: "degrees heat", search_type: "keyword" } });
    const kinds = new Set(body.data.results.map(({ type }: Passage) => type));
    ok(kinds.has("table") && kinds.has("code"), JSON.stringify(body));
  });

  await t.step("a presentation becomes passages by its slides: title, text, table, notes", async () => {
    const table = "<p:graphicFrame><a:graphic><a:graphicData><a:tbl>" +
      [["Glaze", "Price"], ["Matt", "31 euros"]].map((row) =>
        `<a:tr>${
          row.map((cell) => `<a:tc><a:txBody><a:p><a:r><a:t>${cell}</a:t></a:r></a:p></a:txBody></a:tc>`).join("")
        }</a:tr>`
      ).join("") + "</a:tbl></a:graphicData></a:graphic></p:graphicFrame>";
    const path = `${orgId}/${crypto.randomUUID()}/glazes.pptx`;
    const deck = makePptx([
      { shapes: pptxShape("title", "Glazes") + pptxShape("body", "Our glazes hold no lead.") },
      { shapes: pptxShape("title", "Prices") + table, notes: "Tell them about the rebate." },
    ]);
    const type = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
    equal((await owner.storage.from("knowledge").upload(path, deck, { contentType: type })).error, null);
    const { status, body } = await call("ingest-document", { input: { path } });
    equal(status, 200, JSON.stringify(body));
    const job = await ingestionEnded(world, body.data.job_id);
    equal(job.state, "done", JSON.stringify(job));
    const passages = await passagesOf(body.data.document_id);
    deepEqual(passages.map(({ page, type, section, content }) => [page, type, section, content]), [
      [1, "text", "glazes.pptx › Glazes", "Our glazes hold no lead."],
      [2, "table", "glazes.pptx › Prices", "| Glaze | Price |\n| Matt | 31 euros |"],
      [2, "text", "glazes.pptx › Prices", "Notes: Tell them about the rebate."],
    ]);
    const found = await call("rag-knowledge-search", {
      input: { query: "price of matt glaze", search_type: "hybrid", include_context: true, match_count: 1 },
    });
    const [{ document, page, section, char_start, char_end }] = found.body.data.results;
    deepEqual(
      [document, page, section, char_end - char_start],
      ["glazes.pptx", 2, "glazes.pptx › Prices", passages[1]?.content.length],
    );
  });

  await t.step("passages are introduced by a model only where the organization wants it", async () => {
    const { example } = await (await fetch(`${stack.url}/functions/v1/introduce-passages`, {
      headers: { apikey: stack.publishableKey },
    })).json();
    equal((await call("introduce-passages", example)).status, 200);
    const text = "# Basalt\n\nThey cost 20 euros each.\n\n# Slate\n\nThey cost 30 euros each.";
    const document_id = await ingest({ name: "prices.md", text });
    const contexts = async () => (await passagesOf(document_id)).map(({ context }) => context);
    const vectors = () =>
      stack.sql("select embedding::text from public.document_chunks where document_id = $1 order by position", [
        document_id,
      ]);
    const plain = await vectors();
    deepEqual(await contexts(), [null, null]);

    equal(await set("kb.contextPrefix", true), null);
    const { body } = await call("ingest-document", { input: { document_id } });
    const { data: steps } = await owner.from("ingestion_steps").select("done,calls,cost_usd").eq(
      "job_id",
      body.data.job_id,
    ).eq("step", "context");
    deepEqual([steps?.[0]?.done, steps?.[0]?.calls], [2, 1]);
    ok(steps?.[0]?.cost_usd > 0);
    deepEqual((await passagesOf(document_id)).map(({ content }) => content), [
      "They cost 20 euros each.",
      "They cost 30 euros each.",
    ]);
    ok((await contexts()).some((context) => /\w/.test(context ?? "")), JSON.stringify(await contexts()));
    // What is said of a passage is embedded with it.
    notDeepEqual(await vectors(), plain);

    equal(await set("kb.contextPrefix", false), null);
    await ingest({ document_id });
    deepEqual([await contexts(), await vectors()], [[null, null], plain]);
  });

  await t.step("a language is told unless the organization does not want it", async () => {
    const text = "Die Fliesen werden im Ofen zweimal gebrannt und danach sorgfältig sortiert und verpackt.";
    const documentId = await ingest({ name: "brand.txt", text });
    equal((await passagesOf(documentId))[0]?.language, "de");
    equal(await set("kb.languageDetection", false), null);
    await ingest({ document_id: documentId });
    equal((await passagesOf(documentId))[0]?.language, null);
    equal(await set("kb.languageDetection", true), null);
  });

  await world.stop();
});
