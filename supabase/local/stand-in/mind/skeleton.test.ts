import { deepEqual, equal } from "node:assert/strict";
import { skeletonSchema } from "./skeleton.ts";

Deno.test("skeletonSchema() reads the shape of an example", () => {
  deepEqual(skeletonSchema('Answer like {"label": "a | b", "score": 0.5, "tags": ["x"]}'), {
    type: "object",
    properties: {
      label: { type: "string", enum: ["a", "b"] },
      score: { type: "number" },
      tags: { type: "array", items: { type: "string", description: "x" } },
    },
    required: ["label", "score", "tags"],
  });
  equal(skeletonSchema("Answer in JSON"), null);
});
