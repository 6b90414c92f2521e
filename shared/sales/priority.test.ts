import assert from "node:assert/strict";
import { type Lead, leadFacts, leadSchema } from "./lead.ts";
import { priorityOf } from "./priority.ts";

const NOW = "2026-11-21T12:00:00Z";
const cases: [name: string, lead: Partial<Lead>, score: number, signals: string[]][] = [
  ["takes the score the lead brings, zero included", { scores: { p: 0, v: 90, e: 90, i: 90 } }, 0, ["given"]],
  ["weighs V, E and I", { scores: { v: 80, e: 60, i: 90 } }, 80, ["from_scores"]],
  ["estimates where a score is missing", { scores: { v: 80, e: 60 } }, 20, []],
  ["knows nothing but a base", { name: "Anna" }, 20, []],
  ["counts only the strongest signal of interest", { notes: "Wants a demo and a price list" }, 50, ["demo"]],
  ["reads German", { notes: "Bittet um ein Angebot bis Freitag" }, 45, ["quote"]],
  ["takes a budget that is named for a signal", { budget: 50_000 }, 30, ["budget"]],
  ["does not find words inside words", { notes: "democracy, preisgekrönt" }, 20, []],
  ["adds what is known of the contact", { email: "a@acme.de", company: "Acme", phone: "1" }, 35, [
    "business_contact",
    "phone",
  ]],
  ["does not take a free mailbox for a business", { email: "a@gmail.com", company: "Acme" }, 20, []],
  ["counts an inbound message of this week", { last_inbound_at: "2026-11-15T12:00:00Z" }, 30, ["inbound"]],
  ["does not count one of last week", { last_inbound_at: "2026-11-14T11:59:59Z" }, 20, []],
  ["takes off for silence and cold", { status: "ghosting", temperature: 20 }, 0, ["lost_touch", "cold"]],
  [
    "caps a lead that never answered",
    {
      notes: "demo",
      status: "qualified",
      last_outbound_at: "2026-11-20T12:00:00Z",
    },
    40,
    ["demo", "outbound_only", "engaged"],
  ],
];
for (const [name, lead, score, signals] of cases) {
  Deno.test(`priorityOf() ${name}`, () => {
    assert.deepEqual(priorityOf(leadSchema.parse({ name: "Anna", ...lead }), NOW), { score, signals });
  });
}

Deno.test("leadSchema wants something to recognize a lead by, and knows no other members", () => {
  assert.equal(leadSchema.safeParse({ source: "web" }).success, false);
  assert.equal(leadSchema.safeParse({ name: " " }).success, false);
  assert.equal(leadSchema.safeParse({ company: "Acme" }).success, true);
  assert.equal(leadSchema.safeParse({ name: "Anna", surname: "B" }).success, false);
});

Deno.test("leadFacts() leaves out what is unknown, and keeps zero and false", () => {
  const lead = leadSchema.parse({
    name: "Anna",
    phone: null,
    notes: "",
    tags: [],
    temperature: 0,
    do_not_contact: false,
  });
  assert.deepEqual(JSON.parse(leadFacts(lead)), { name: "Anna", temperature: 0, do_not_contact: false });
});
