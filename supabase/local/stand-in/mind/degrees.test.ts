import { deepEqual, equal, ok } from "node:assert/strict";
import { readEvidence } from "../language/evidence.ts";
import { degree, risingOrder, tellingness } from "./degrees.ts";
import { stems } from "../language/words.ts";

Deno.test("risingOrder() knows scales in any order and what is none", () => {
  deepEqual(risingOrder(["high", "low", "medium"]), ["low", "medium", "high"]);
  deepEqual(risingOrder(["A", "B", "C"]), ["C", "B", "A"]);
  equal(risingOrder(["wood", "stone"]), null);
});

Deno.test("degree() believes a stated score, then a contact's status, then words", () => {
  equal(degree(["lead_class"], readEvidence('{"score": 81}')).level, 0.81);
  ok(degree(["lead_class"], readEvidence("Status: lost\nNotes: wants a demo")).level < 0.1);
  ok(degree(["lead_class"], readEvidence("Wants a demo and a quote")).level > 0.7);
  equal(degree(["lead_class"], readEvidence("nothing")).level, 0.5);
});

Deno.test("degree() asks about the scale that the nearest words name", () => {
  const angry = readEvidence("Terrible, I am disappointed and angry");
  ok(degree(["sentiment", "", "Judge the urgency of the lead"], angry).level < 0.3);
  ok(degree(["urgency"], angry).level > 0.6);
});

Deno.test("tellingness() prefers sentences that say what somebody wants", () => {
  ok(tellingness(stems("She wants a demo and prices")) > tellingness(stems("Her office has two floors")));
});
