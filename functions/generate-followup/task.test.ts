import assert from "node:assert/strict";
import { taskHandler } from "@shared/ai-task/mod.ts";
import { fakeStack } from "@shared/ai-task/testing/mod.ts";
import { generateFollowup } from "./task.ts";

const { input } = generateFollowup.example;
const good = {
  send: true,
  hold_reason: null,
  text:
    "Guten Tag Frau Weber,\n\nhaben Sie schon Zeit für unser Angebot gefunden? Gern rufe ich Sie am Dienstag kurz an.",
  subject: "Unser Angebot für 200 Essen",
  channel: "email",
  suggested_time: "2026-11-23T09:00:00.000Z",
  priority: "normal",
  confidence: 0.9,
};

Deno.test("generate-followup answers with the model's message", async () => {
  const stack = fakeStack([{ answer: JSON.stringify(good) }]);
  const { data, meta } = await (await stack.post(taskHandler(generateFollowup, stack.deps), { input })).json();
  assert.deepEqual(data, good);
  assert.deepEqual([meta.confidence.score, meta.action, meta.task], [0.97, "use_ai_result", "generate-followup"]);
});

Deno.test("generate-followup writes in the caller's language", async () => {
  const stack = fakeStack([{ answer: JSON.stringify(good) }]);
  await stack.post(taskHandler(generateFollowup, stack.deps), { input }, { "accept-language": "de-AT,en;q=0.5" });
  const [call] = stack.provider.calls;
  assert.ok(call?.method === "chat" && call.request.system?.includes("language with code de,"));
});

Deno.test("generate-followup never uses a message to somebody who opted out, however sure the model is", async () => {
  const stack = fakeStack(() => ({ answer: JSON.stringify({ ...good, confidence: 1 }) }));
  const lead = { ...input.lead, do_not_contact: true };
  const response = await stack.post(taskHandler(generateFollowup, stack.deps), { input: { ...input, lead } });
  const { data, meta } = await response.json();
  assert.deepEqual([data.send, data.hold_reason, data.text], [false, "opted_out", ""]);
  assert.deepEqual([meta.action, meta.fallback_reason], ["fallback_to_rules", "invalid_model_output"]);
});

Deno.test("generate-followup sees what is wrong with a message", async () => {
  const odd = {
    ...good,
    channel: "sms",
    text: `Hi [Name], ${"buy ".repeat(130)}`,
    suggested_time: "2026-11-20T09:00:00Z",
  };
  const stack = fakeStack(() => ({ answer: JSON.stringify(odd) }));
  const { meta } = await (await stack.post(taskHandler(generateFollowup, stack.deps), { input })).json();
  assert.deepEqual([meta.confidence.consistency, meta.confidence.validation], [0.5, 0]);
  const { failed } = stack.ledger.settlements[0]?.outcome.decision["confidence"] as { failed: string[] };
  assert.deepEqual(failed, [
    "channel_as_asked",
    "time_ahead",
    "no_placeholders",
    "fits_the_channel",
    "subject_only_for_email",
  ]);
});

Deno.test("generate-followup answers by template when the providers are away", async () => {
  const stack = fakeStack(() => ({ error: "server" }));
  const { data, meta } = await (await stack.post(taskHandler(generateFollowup, stack.deps), { input })).json();
  assert.deepEqual([meta.action, meta.fallback_reason], ["fallback_to_rules", "provider_unavailable"]);
  assert.equal(data.subject, "A short reminder");
  assert.match(data.text, /^Hello Anna Weber,\n\nI wanted to ask[^]+Best regards\nJonas Becker$/);
});

const bad: [name: string, change: Record<string, unknown>][] = [
  ["no lead", { lead: undefined }],
  ["a reason that does not exist", { reason: "because" }],
  ["a time that is none", { history: [{ direction: "inbound", text: "Hi", at: "yesterday" }] }],
  ["a message without a direction", { history: [{ text: "Hi" }] }],
  ["a history without end", { history: Array.from({ length: 51 }, () => ({ direction: "inbound", text: "Hi" })) }],
];
for (const [name, change] of bad) {
  Deno.test(`generate-followup refuses ${name}`, async () => {
    const stack = fakeStack([]);
    const response = await stack.post(taskHandler(generateFollowup, stack.deps), { input: { ...input, ...change } });
    assert.equal(response.status, 400);
    assert.equal(stack.ledger.admissions.length, 0);
  });
}
