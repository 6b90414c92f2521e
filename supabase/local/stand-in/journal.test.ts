import { deepEqual, equal } from "node:assert/strict";
import { type Arrival, Journal } from "./journal.ts";

const arrival: Arrival = { provider: "openai", operation: "chat", model: "gpt-4o", stream: false, fault: null };

Deno.test("Journal counts by provider, operation and model, faults apart", () => {
  const journal = new Journal();
  journal.open(arrival);
  journal.open({ ...arrival, fault: "reset" });
  journal.open({ ...arrival, model: "gpt-4o-mini" });
  journal.open({ ...arrival, operation: "models", model: null });
  const { total, counts } = journal.read();
  equal(total, 3, "lists of models aside");
  deepEqual(counts.map(({ model, requests, faults }) => [model, requests, faults]), [["gpt-4o", 2, 1], [
    "gpt-4o-mini",
    1,
    0,
  ], [null, 1, 0]]);
});

Deno.test("Journal counts everything but keeps only the last thousand", () => {
  const journal = new Journal();
  for (let number = 0; number < 1_100; number += 1) journal.open(arrival).status = 200;
  const { total, last } = journal.read();
  equal(total, 1_100);
  equal(last.length, 1_000);
  equal(last[0]?.number, 101);
  journal.reset();
  deepEqual(journal.read(), { total: 0, counts: [], last: [] });
});
