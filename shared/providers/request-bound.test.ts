import assert from "node:assert/strict";
import { requestTokenBound, tokensPerImage } from "./request-bound.ts";

Deno.test("requestTokenBound counts texts by their bytes and adds what templates add", () => {
  const plain = requestTokenBound({ system: "Kurz.", messages: [{ role: "user", content: "Größe?" }] });
  assert.equal(plain, 5 + 8 + 8 + 2 * 8);
});

Deno.test("requestTokenBound is no smaller for anything that is added", () => {
  const base = { system: null, messages: [] };
  const bound = requestTokenBound(base);
  const tools = [{ name: "find", description: "Finds", parameters: { type: "object" } }];
  const schema = { name: "answer", schema: { type: "object" } };
  assert.ok(requestTokenBound({ ...base, tools }) > bound + 1000);
  assert.ok(
    requestTokenBound({ ...base, responseSchema: schema }) > bound + 1000 + 2 * JSON.stringify(schema.schema).length,
  );
  const image = { role: "user", content: [{ type: "image", url: "https://x/y.png" }] } as const;
  assert.equal(
    requestTokenBound({ ...base, messages: [{ ...image, content: [...image.content] }] }),
    bound + 8 + tokensPerImage,
  );
  const shown = { role: "tool", toolCallId: "", content: "", images: ["https://x/y.png"] } as const;
  assert.equal(
    requestTokenBound({ ...base, messages: [{ ...shown, images: [...shown.images] }] }),
    bound + 8 + tokensPerImage,
  );
  const file = { type: "file", mediaType: "application/pdf", data: "AAAA" } as const;
  assert.equal(requestTokenBound({ ...base, messages: [{ role: "user", content: [file] }] }), bound + 8 + 8);
  const calls = { role: "assistant", content: "ab", toolCalls: [{ id: "1", name: "find", arguments: "{}" }] } as const;
  assert.ok(requestTokenBound({ ...base, messages: [{ ...calls, toolCalls: [...calls.toolCalls] }] }) > bound + 8 + 2);
});

Deno.test("requestTokenBound is tighter where the vocabulary is known", () => {
  const messages = [{ role: "user", content: "nobody is watching from the hill ".repeat(50) }] as const;
  assert.ok(
    requestTokenBound({ system: null, messages: [...messages] }, "o200k_base") <
      0.7 * requestTokenBound({ system: null, messages: [...messages] }),
  );
});
