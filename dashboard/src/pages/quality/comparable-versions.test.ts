import assert from "node:assert/strict";
import type { Prompt } from "../../api/prompts.ts";
import { comparableVersions } from "./comparable-versions.ts";

const prompt = (key: string, version: number, variant: string, more: Partial<Prompt> = {}): Prompt => ({
  id: `${key}${version}${variant}`,
  key,
  version,
  variant,
  status: "active",
  system: null,
  template: null,
  few_shot: [],
  weight: 1,
  created_at: "2026-11-27T00:00:00Z",
  ...more,
});

Deno.test("comparableVersions takes active versions with two variants that have a weight", () => {
  assert.deepEqual(
    comparableVersions([
      prompt("chat", 2, "B"),
      prompt("chat", 2, "A"),
      prompt("chat", 1, "A", { status: "retired" }),
      prompt("chat", 1, "B", { status: "retired" }),
      prompt("lead", 1, "A"),
      prompt("lead", 1, "B", { weight: 0 }),
    ]),
    [{ name: "chat 2", key: "chat", version: 2, variants: ["A", "B"] }],
  );
});
