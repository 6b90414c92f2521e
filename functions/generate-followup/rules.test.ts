import assert from "node:assert/strict";
import { followupByRules, templateFor, timeFor } from "./rules.ts";
import { type Hold, type Input, input, output } from "./schemas.ts";
import { situationOf } from "./situation.ts";
import type { Template } from "./templates.ts";

const now = "2026-11-21T12:00:00.000Z";
const given = (change: Record<string, unknown>): Input => input.parse({ lead: { name: "Anna" }, ...change });
const ours = (at: string | null = null) => ({ direction: "outbound", text: "Hello", at });
const theirs = { direction: "inbound", text: "Hi" };

const holds: [name: string, change: Record<string, unknown>, hold: Hold | null][] = [
  ["writes to a new lead", {}, null],
  ["writes to nobody who opted out", { lead: { name: "Anna", do_not_contact: true } }, "opted_out"],
  ["writes to nobody who is lost", { lead: { name: "Anna", status: "lost" } }, "lost"],
  [
    "gives up after six unanswered messages",
    { history: Array.from({ length: 6 }, () => ours()) },
    "too_many_unanswered",
  ],
  ["writes after five", { history: Array.from({ length: 5 }, () => ours()) }, null],
  ["counts from the last answer", { history: [ours(), ours(), ours(), ours(), ours(), ours(), theirs, ours()] }, null],
  ["waits a day", { history: [ours("2026-11-20T12:00:00.001Z")] }, "contacted_recently"],
  ["does not wait longer", { history: [ours("2026-11-20T12:00:00.000Z")] }, null],
  ["does not wait when the lead has answered", { history: [ours("2026-11-21T11:00:00.000Z"), theirs] }, null],
  [
    "waits a day without a history",
    { lead: { name: "Anna", last_outbound_at: "2026-11-21T11:00:00Z" } },
    "contacted_recently",
  ],
  [
    "waits a day after any contact",
    { lead: { name: "Anna", last_contact_at: "2026-11-21T11:00:00Z" } },
    "contacted_recently",
  ],
  ["does not wait when the lead has written since", {
    lead: { name: "Anna", last_outbound_at: "2026-11-21T11:00:00Z", last_inbound_at: "2026-11-21T11:30:00Z" },
  }, null],
  ["waits a day after what another channel sent", {
    lead: { name: "Anna", last_outbound_at: "2026-11-21T11:00:00Z" },
    history: [ours("2026-11-01T12:00:00Z")],
  }, "contacted_recently"],
  [
    "counts what a history has not kept",
    { lead: { name: "Anna", follow_up_stage: 6 }, history: [ours()] },
    "too_many_unanswered",
  ],
  ["waits a day after what another channel sent since the last answer", {
    lead: { name: "Anna", last_outbound_at: "2026-11-21T11:00:00Z" },
    history: [{ ...theirs, at: "2026-11-19T12:00:00Z" }],
  }, "contacted_recently"],
  ["does not wait when another channel was answered since", {
    lead: { name: "Anna", last_inbound_at: "2026-11-21T11:30:00Z" },
    history: [ours("2026-11-21T11:00:00Z")],
  }, null],
  ["takes an answer without a time for later than what stands before it", {
    lead: { name: "Anna", last_inbound_at: "2026-11-01T12:00:00Z" },
    history: [ours("2026-11-21T11:00:00Z"), theirs],
  }, null],
  ["does not take an answer for one to what was written after it", {
    lead: { name: "Anna", last_outbound_at: "2026-11-21T11:30:00Z" },
    history: [{ ...theirs, at: "2026-11-21T11:00:00Z" }, ours()],
  }, "contacted_recently"],
  ["does not count messages that another channel answered", {
    lead: { name: "Anna", last_inbound_at: "2026-11-19T12:00:00Z" },
    history: Array.from({ length: 6 }, () => ours("2026-11-10T12:00:00Z")),
  }, null],
  ["does not count a stage that was answered", {
    lead: {
      name: "Anna",
      follow_up_stage: 6,
      last_inbound_at: "2026-11-19T12:00:00Z",
      last_outbound_at: "2026-11-10T12:00:00Z",
    },
  }, null],
  ["waits a day after a call, however old the last message is", {
    lead: { name: "Anna", last_contact_at: "2026-11-21T11:00:00Z", last_outbound_at: "2026-11-10T12:00:00Z" },
  }, "contacted_recently"],
  ["does not take the lead's own message for a contact of ours", {
    lead: { name: "Anna", last_contact_at: "2026-11-21T11:00:00Z", last_inbound_at: "2026-11-21T11:00:00Z" },
  }, null],
];
for (const [name, change, hold] of holds) {
  Deno.test(`situationOf() ${name}`, () => assert.equal(situationOf(given(change), now).hold, hold));
}

Deno.test("situationOf() reminds nobody of a message that was answered, in a history or by the lead's times", () => {
  const answered = { name: "Anna", last_inbound_at: "2026-11-19T12:00:00Z", last_outbound_at: "2026-11-10T12:00:00Z" };
  assert.equal(situationOf(given({ lead: answered }), now).reason, "showed_interest");
  assert.equal(situationOf(given({ history: [ours(), theirs] }), now).reason, "showed_interest");
  assert.equal(situationOf(given({ history: [theirs, ours()] }), now).reason, "no_response");
  assert.equal(situationOf(given({}), now).reason, "no_response");
});

const templates: [reason: Parameters<typeof templateFor>[0]["reason"], unanswered: number, template: Template][] = [
  ["no_response", 0, "reminder"],
  ["no_response", 1, "reminder"],
  ["no_response", 2, "value"],
  ["no_response", 3, "last"],
  ["no_response", 4, "reactivation"],
  ["reactivation", 0, "reactivation"],
  ["call_scheduled", 2, "reminder"],
  ["showed_interest", 3, "value"],
];
for (const [reason, unanswered, template] of templates) {
  Deno.test(`templateFor() takes ${template} for ${reason} after ${unanswered}`, () => {
    assert.equal(templateFor({ reason, unanswered }), template);
  });
}

const waits: [unanswered: number, time: string][] = [
  [1, "2026-11-23T12:00:00.000Z"],
  [2, "2026-11-24T12:00:00.000Z"],
  [3, "2026-11-26T12:00:00.000Z"],
  [4, "2026-12-11T12:00:00.000Z"],
  [5, "2027-02-19T12:00:00.000Z"],
];
for (const [unanswered, time] of waits) {
  Deno.test(`timeFor() waits until ${time} after ${unanswered} unanswered messages`, () => {
    const situation = situationOf(given({ history: Array.from({ length: unanswered }, () => ours(now)) }), now);
    assert.equal(timeFor(situation, now), time);
  });
}

Deno.test("timeFor() never lies in the past", () => {
  const situation = situationOf(given({ history: [ours("2026-01-01T00:00:00Z")] }), now);
  assert.equal(timeFor(situation, now), "2026-11-21T13:00:00.000Z");
});

for (const language of ["en", "de", "fr", "es"]) {
  for (const reason of input.shape.reason.unwrap().unwrap().options) {
    Deno.test(`followupByRules() fits its own schema for ${reason} in ${language}, with and without names`, () => {
      const named = given({
        reason,
        lead: { name: "Anna", company: "Acme" },
        channel: "email",
        sender: { name: "Jo" },
      });
      const unnamed = given({ reason, lead: { email: "a@b.example" } });
      for (const one of [named, unnamed]) {
        const answer = followupByRules(one, { language, now });
        assert.deepEqual(output.parse(answer), answer);
        assert.ok(!/null|undefined|\{\{/.test(answer.text), answer.text);
        assert.equal(answer.subject !== null, answer.channel === "email");
      }
      assert.ok(followupByRules(named, { language, now }).text.includes("Anna"));
    });
  }
}

Deno.test("followupByRules() sends no text where nothing should be sent", () => {
  const answer = followupByRules(given({ lead: { name: "Anna", do_not_contact: true }, channel: "email" }), {
    language: "de",
    now,
  });
  assert.deepEqual([answer.send, answer.hold_reason, answer.text, answer.subject], [false, "opted_out", "", null]);
});
