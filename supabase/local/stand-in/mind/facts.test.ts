import { deepEqual, equal } from "node:assert/strict";
import { readEvidence } from "../language/evidence.ts";
import { findFact } from "./facts.ts";

const find = (name: string, text: string) => findFact(name, readEvidence(text))?.value ?? null;

Deno.test("findFact() finds facts by their form", () => {
  equal(find("email", "Write to anna.schmidt@nordwind.de please."), "anna.schmidt@nordwind.de");
  equal(find("phone", "call +49 (0)30 1234567 today"), "+49 (0)30 1234567");
  equal(find("due_date", "bis zum 3.2.2026"), "2026-02-03");
  equal(find("due_date", "by March 4, 2026"), "2026-03-04");
  equal(find("company", "I work at Nordwind Energie GmbH in Kiel"), "Nordwind Energie GmbH");
  equal(find("contact_name", "Hello, my name is Anna Schmidt"), "Anna Schmidt");
  equal(find("currency", "costs 30 €"), "EUR");
  equal(find("order_id", "about order AB-1234 again"), "AB-1234");
});

Deno.test("findFact() prefers what the input names so, and finds nothing where there is nothing", () => {
  deepEqual(findFact("email", readEvidence('{"email": "a@b.c", "other": "x@y.z"}')), { value: "a@b.c", stated: true });
  equal(find("email", "no address here"), null);
});
