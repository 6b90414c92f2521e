import { deepEqual } from "node:assert/strict";
import { nearNames } from "./near-names.ts";

Deno.test("nearNames() puts what is most alike first, each name once", () => {
  const known = ["claude-haiku-4-5", "gpt-4o", "gpt-4o-mini", "gpt-4o", "text-embedding-3-small", "o3"];
  deepEqual(nearNames("gpt-4o-mni", known), ["gpt-4o-mini", "gpt-4o", "claude-haiku-4-5"]);
  deepEqual(nearNames("GPT-4O", known).slice(0, 1), ["gpt-4o"]);
  deepEqual(nearNames("x", []), []);
});
