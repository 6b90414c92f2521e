import assert from "node:assert/strict";
import { changedKeys, configOf, draftOf, problemsOf } from "./assistant-form.ts";

Deno.test("a new assistant needs nothing but a name", () => {
  const blank = draftOf(null);
  assert.deepEqual([...problemsOf(blank)], ["name"]);
  assert.deepEqual([...problemsOf({ ...blank, name: "Coach" })], []);
  const config = configOf({ ...blank, name: " Coach ", tags: "a, b", max_cost_usd: "0.05" });
  assert.deepEqual([config.name, config.tags, config.max_cost_usd, config.model], ["Coach", ["a", "b"], 0.05, null]);
});

Deno.test("problemsOf finds what the back end would refuse", () => {
  const draft = { ...draftOf(null), name: "Coach" };
  for (
    const [field, value] of [
      ["name", "x".repeat(101)],
      ["temperature", "2.1"],
      ["temperature", ""],
      ["temperature", "warm"],
      ["max_output_tokens", "0"],
      ["max_output_tokens", "10.5"],
      ["max_steps", "31"],
      ["max_seconds", "4"],
      ["max_cost_usd", "0"],
      ["max_cost_usd", "-1"],
      ["tags", "x".repeat(51)],
      ["instructions", "x".repeat(20_001)],
    ] as const
  ) {
    assert.deepEqual([...problemsOf({ ...draft, [field]: value })], [field], `${field}: ${value.slice(0, 20)}`);
  }
});

Deno.test("changedKeys names what differs, unknown and missing alike", () => {
  assert.deepEqual(changedKeys({ a: 1, b: [1], c: null }, { a: 1, b: [2], c: null }), ["b"]);
  assert.deepEqual(changedKeys({ a: 1 } as { a: number; b?: null }, { a: 1, b: null }), []);
});
