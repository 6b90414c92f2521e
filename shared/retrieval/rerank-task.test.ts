import assert from "node:assert/strict";
import { inRankedOrder } from "./rerank-task.ts";

Deno.test("inRankedOrder() puts the most relevant first and loses none", () => {
  const passages = ["a", "b", "c", "d"];
  assert.deepEqual(inRankedOrder(passages, [{ passage: 3, relevance: 0.4 }, { passage: 2, relevance: 0.9 }]), [
    "b",
    "c",
    "a",
    "d",
  ]);
  assert.deepEqual(inRankedOrder(passages, [{ passage: 9, relevance: 1 }]), passages);
  assert.deepEqual(inRankedOrder(passages, []), passages);
  assert.deepEqual(inRankedOrder(["a", "b"], [{ passage: 2, relevance: 0.5 }, { passage: 1, relevance: 0.5 }]), [
    "a",
    "b",
  ]);
});
