import assert from "node:assert/strict";
import type { PromptMaterial } from "./prompt.ts";
import { shortenMaterial, shortenMessages } from "./shorten.ts";

const material: PromptMaterial = {
  variables: {},
  context: { language: "en", now: "2026-11-27T00:00:00Z" },
  attachments: [],
};
const message = (role: "user" | "assistant", content: string) => ({ role, content });

Deno.test("shortenMaterial() leaves the middle of the longest value out and shows where", () => {
  const text = "a".repeat(5_000) + "b".repeat(5_000);
  const shortened = shortenMaterial({ ...material, variables: { name: "short", text } });
  const { name, text: kept = "" } = shortened?.variables ?? {};
  assert.equal(name, "short");
  assert.equal(kept.length, 5_000);
  assert.match(kept, /^a{2997}\n\[…\]\nb{1998}$/);
});

Deno.test("shortenMaterial() does not cut a letter in two", () => {
  const kept = shortenMaterial({ ...material, variables: { text: "🀄".repeat(2_001) } })?.variables["text"] ?? "";
  assert.equal(kept.isWellFormed(), true);
});

Deno.test("shortenMaterial() has nothing to leave out of short values", () => {
  assert.equal(shortenMaterial({ ...material, variables: { text: "a".repeat(1_999) } }), null);
  assert.equal(shortenMaterial(material), null);
});

Deno.test("shortenMessages() forgets the older half of a conversation and begins with the person", () => {
  const messages = [
    message("user", "1".repeat(100)),
    message("assistant", "2".repeat(100)),
    message("user", "3".repeat(100)),
    message("assistant", "4".repeat(100)),
    message("user", "5".repeat(20)),
  ];
  assert.deepEqual(shortenMessages(messages)?.map(({ content }) => content[0]), ["5"]);
  const longer = shortenMessages([message("user", "0".repeat(400)), ...messages.slice(1)]);
  assert.deepEqual(longer?.map(({ content }) => content[0]), ["3", "4", "5"]);
});

Deno.test("shortenMessages() never leaves the question out, nor what was called for it", () => {
  const question = message("user", "?".repeat(9_999));
  assert.equal(shortenMessages([question]), null);
  const found = { role: "tool", toolCallId: "1", content: "x".repeat(9_999) } as const;
  const steps = [question, message("assistant", ""), found];
  assert.equal(shortenMessages(steps), null);
  assert.deepEqual(shortenMessages([message("user", "old"), message("assistant", "old"), ...steps]), steps);
});
