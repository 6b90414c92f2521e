import assert from "node:assert/strict";
import { fakeOrgId, fakePost, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { exportHandler } from "./handler.ts";
import { wordsOf } from "./words.ts";
import { writeHtml, writeMarkdown } from "./write-text.ts";

const id = "00000000-0000-4000-8000-0000000000c1";
const stored = {
  org_id: fakeOrgId,
  title: "Slate & <frost>",
  assistant: "Coach",
  language: "de",
  created_at: "2026-11-27T08:00:00+00:00",
  summary: "Slate resists frost.",
  messages: [
    {
      index: 1,
      id,
      speaker: "user",
      text: "# Frost?\n<script>alert(1)</script>",
      said_at: "2026-11-27T08:00:00+00:00",
      model: null,
    },
    {
      index: 2,
      id,
      speaker: "assistant",
      text: "Ja, größtenteils. 😀",
      said_at: "2026-11-27T08:00:02+00:00",
      model: "gpt-4o",
    },
  ],
};
const plain = { ...stored, direction: "ltr" as const };

function world(answer: unknown = stored) {
  const stack = fakeStack([]);
  const asked: Record<string, unknown>[] = [];
  const rights = {
    rpc<Result>(_name: string, args: Record<string, unknown>) {
      asked.push(args);
      return answer instanceof AppError ? Promise.reject(answer) : Promise.resolve(answer as Result);
    },
  };
  const handler = exportHandler({
    authenticate: stack.deps.authenticate,
    database: { rpc: () => Promise.reject(new Error("Cannot read as the service")), asUser: () => rights },
    task: stack.deps,
    newId: stack.deps.newId,
    now: () => Date.parse("2026-11-27T09:00:00Z"),
  });
  const get = (query: string, language = "en") =>
    handler(
      new Request(`http://local/functions/v1/conversation-export${query}`, {
        headers: { authorization: "Bearer user", "accept-language": language },
      }),
    );
  return { get, handler, asked };
}

Deno.test("conversation-export reads the conversation as the caller and gives a file nobody caches", async () => {
  const { get, asked } = world();
  const response = await get(`?conversation_id=${id}&format=markdown`);
  assert.equal(response.status, 200);
  assert.deepEqual(asked, [{ p_conversation_id: id, p_org_id: null, p_characters: 8_000_000 }]);
  assert.equal(response.headers.get("content-type"), "text/markdown; charset=utf-8");
  assert.equal(response.headers.get("content-disposition"), 'attachment; filename="Slate-frost.md"');
  assert.equal(response.headers.get("cache-control"), "private, no-store");
  await response.body?.cancel();
});

Deno.test("conversation-export speaks the reader's language", async () => {
  const { get } = world();
  assert.match(
    await (await get(`?conversation_id=${id}`, "fr")).text(),
    /Avec : Coach · Début : 2026-11-27 08:00 UTC\n\n## Résumé\n\n> Slate resists frost\.\n\n## Vous · 2026-11-27 08:00 UTC/,
  );
});

Deno.test("writeMarkdown() keeps what was said from looking like a heading of ours", () => {
  const text = writeMarkdown(plain, wordsOf("en"));
  assert.match(text, /^# Slate & \\<frost>\n\nWith: Coach · Begun: 2026-11-27 08:00 UTC\n/);
  assert.match(text, /\n> # Frost\?\n> \\<script>/);
});

Deno.test("writeHtml() lets nothing that was said become markup", () => {
  const page = writeHtml(plain, wordsOf("en"));
  assert.ok(!page.includes("<script"));
  assert.match(page, /<title>Slate &amp; &lt;frost&gt;<\/title>/);
  assert.match(page, /default-src 'none'/);
});

Deno.test("writeHtml() marks what is written from right to left", () => {
  assert.match(writeHtml({ ...plain, language: "ar", direction: "rtl" }, wordsOf("en")), /<html lang="ar" dir="rtl">/);
});

Deno.test("conversation-export as PDF is one, in several pages where needed, and tells what its fonts lack", async () => {
  const long = { ...stored, messages: Array.from({ length: 80 }, () => stored.messages[1]) };
  const { get } = world(long);
  const response = await get(`?conversation_id=${id}&format=pdf`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  assert.equal(new TextDecoder("latin1").decode(bytes.slice(0, 5)), "%PDF-");
  assert.equal(response.headers.get("content-type"), "application/pdf");
  assert.equal(response.headers.get("x-signalbox-lost-characters"), "80");
  const { PDFDocument } = await import("@cantoo/pdf-lib");
  const document = await PDFDocument.load(bytes);
  assert.deepEqual([document.getTitle(), document.getPageCount() > 2], ["Slate & <frost>", true]);
});

Deno.test("conversation-export as PDF loses no line between two pages, and writes a page's lines at once", async () => {
  const words = Array.from({ length: 9_000 }, (_, place) => `w${place}`);
  const long = { ...stored, summary: null, messages: [{ ...stored.messages[0], text: words.join(" ") }] };
  const bytes = new Uint8Array(
    await (await world(long).get(`?conversation_id=${id}&format=pdf`)).arrayBuffer(),
  );
  const { extractText, getDocumentProxy } = await import("unpdf");
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: true });
  assert.deepEqual(text.match(/\bw\d+\b/g), words);
  // Positions, fonts and colours of every single line were most of a file, and of the CPU a function may use.
  assert.ok(bytes.length < 40_000, `${bytes.length} bytes`);
});

Deno.test("conversation-export as PDF writes what its fonts lack as plain letters, else as one mark each", async () => {
  const text =
    "Erd\u0151s, \ufb01n, e\u0301t\u00e9 \u{1f469}\u200d\u{1f467} \u202eabc\u202c\u0007 \u0645\u0631 \u2028end";
  const response = await world({ ...stored, messages: [{ ...stored.messages[0], text }] }).get(
    `?conversation_id=${id}&format=pdf`,
  );
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { extractText, getDocumentProxy } = await import("unpdf");
  const told = await extractText(await getDocumentProxy(bytes), { mergePages: true });
  assert.match(told.text, /Erdos, fin, \u00e9t\u00e9 \? abc \?\? +end/);
  assert.equal(response.headers.get("x-signalbox-lost-characters"), "5");
});

Deno.test("conversation-export breaks a word that is wider than the page", async () => {
  const wide = { ...stored, messages: [{ ...stored.messages[0], text: `${"w".repeat(5_000)}\n\n\tend` }] };
  const response = await world(wide).get(`?conversation_id=${id}&format=pdf`);
  assert.equal(response.status, 200);
  await response.body?.cancel();
});

Deno.test("conversation-export of messages that are sent along asks no database", async () => {
  const { handler, asked } = world();
  const response = await handler(fakePost({
    input: { format: "json", messages: [{ speaker: "Anna", text: "Hello there" }] },
  }));
  const { data, meta } = await response.json();
  assert.deepEqual([response.status, data.title, data.messages[0].speaker, meta.calls, asked], [
    200,
    "Hello there",
    "Anna",
    0,
    [],
  ]);
});

Deno.test("conversation-export of messages that are sent along is refused in an organization the caller is not in", async () => {
  const { handler, asked } = world(new AppError("forbidden", "Cannot use the organization"));
  const org_id = "00000000-0000-4000-8000-0000000000b9";
  const response = await handler(fakePost({ input: { messages: [{ speaker: "Anna", text: "Hello" }] }, org_id }));
  assert.deepEqual([response.status, (await response.json()).code, asked], [403, "forbidden", [{ p_org_id: org_id }]]);
});

Deno.test("conversation-export describes itself, and its example answers", async () => {
  const { get, handler } = world();
  const described = await (await get("")).json();
  assert.equal(described.task, "conversation-export");
  assert.equal((await handler(fakePost(described.example))).status, 200);
});

for (
  const query of [
    "?format=pdf",
    "?conversation_id=x",
    `?conversation_id=${id}&format=doc`,
    `?conversation_id=${id}&colour=red`,
  ]
) {
  Deno.test(`conversation-export refuses ${query}`, async () => {
    const { get, asked } = world();
    const response = await get(query);
    assert.deepEqual([response.status, (await response.json()).code, asked], [400, "invalid_request", []]);
  });
}

Deno.test("conversation-export finds nobody else's conversation", async () => {
  const { get } = world(new AppError("not_found", "Cannot read the conversation"));
  const response = await get(`?conversation_id=${id}`);
  assert.equal(response.status, 404);
  await response.body?.cancel();
});
