import assert from "node:assert/strict";
import { taskHandler } from "@shared/ai-task/mod.ts";
import { fakeCandidate, fakeStack } from "@shared/ai-task/testing/mod.ts";
import type { MaterialCategory, ProductCategory } from "./taxonomy.ts";
import { classifyByKeywords, findKeywords } from "./rules.ts";
import { classifyMaterial } from "./task.ts";

const { input } = classifyMaterial.example;
const context = { language: "en", now: "2026-11-21T00:00:00.000Z" };
const good = {
  material_category: "ceramics",
  material: "porcelain",
  secondary_materials: [],
  product_category: "tiles",
  product_kind: "floor",
  finish: "matt",
  color: "grey",
  slip_resistance: "R10",
  reasoning: "The text names porcelain stoneware.",
  confidence: 0.95,
};

Deno.test("classify-material answers with the model's classification", async () => {
  const stack = fakeStack([{ answer: JSON.stringify(good) }]);
  const { data, meta } = await (await stack.post(taskHandler(classifyMaterial, stack.deps), { input })).json();
  assert.deepEqual(data, good);
  assert.deepEqual(meta.confidence, {
    score: 0.99,
    model_confidence: 0.95,
    completeness: 1,
    consistency: 1,
    validation: 1,
  });
});

Deno.test("classify-material sees contradictions, inventions and gaps in an answer", async () => {
  const wrong = {
    ...good,
    material_category: "wood",
    secondary_materials: ["Porcelain"],
    product_category: "lighting",
    slip_resistance: "R14",
    material: "porcelain",
  };
  const stack = fakeStack(() => ({ answer: JSON.stringify(wrong) }));
  const { data, meta } = await (await stack.post(taskHandler(classifyMaterial, stack.deps), { input })).json();
  assert.deepEqual([meta.confidence.consistency, meta.confidence.validation, meta.action], [0, 0, "fallback_to_rules"]);
  assert.deepEqual(stack.ledger.settlements[0]?.outcome.decision["confidence"], {
    score: 0.59,
    raw_score: 0.59,
    model_confidence: 0.95,
    completeness: 1,
    consistency: 0,
    validation: 0,
    method: "self_report",
    missing: [],
    failed: [
      "material_in_category",
      "category_is_named",
      "secondary_differs",
      "kind_in_category",
      "slip_resistance_known",
      "slip_resistance_not_invented",
    ],
  });
  assert.equal(data.material_category, "ceramics", "the keywords answer");
});

Deno.test("classify-material asks three models where the policy wants a consensus, and compares categories only", async () => {
  const candidates = ["openai", "anthropic", "together"].map((slug) => fakeCandidate(slug, `${slug}-small`));
  const answers = [good, { ...good, reasoning: "Other words.", color: null }, { ...good, material: "stoneware" }];
  const stack = fakeStack((_, index) => ({ answer: JSON.stringify(answers[index]) }), candidates);
  stack.ledger.adjustPlan = (plan) => ({
    ...plan,
    thresholds: { ...plan.thresholds, critical: true, consensus: { models: 3, agree: 0.8, weighted: 0.5 } },
  });
  const { meta } = await (await stack.post(taskHandler(classifyMaterial, stack.deps), { input })).json();
  assert.deepEqual([meta.calls, meta.needs_review, meta.confidence.consistency], [3, false, 1]);
  const agreement = stack.ledger.settlements[0]?.outcome.decision["agreement"];
  assert.deepEqual((agreement as { method: string; share: number }).method, "majority");
});

const bad: [name: string, input: unknown][] = [
  ["no description", { name: "Costa" }],
  ["an empty description", { description: "  " }],
  ["too many properties", {
    description: "tile",
    properties: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`p${index}`, 1])),
  }],
  ["an unknown member", { description: "tile", image: "x" }],
];
for (const [name, given] of bad) {
  Deno.test(`classify-material refuses ${name}`, async () => {
    const stack = fakeStack([]);
    assert.equal((await stack.post(taskHandler(classifyMaterial, stack.deps), { input: given })).status, 400);
  });
}

const texts: [
  text: string,
  category: MaterialCategory,
  material: string | null,
  product: ProductCategory,
  kind: string | null,
][] = [
  ["Matt floor tile made of porcelain stoneware", "ceramics", "porcelain", "tiles", "floor"],
  ["Bodenfliese aus Feinsteinzeug, grau, R11", "ceramics", "porcelain", "tiles", "floor"],
  ["Massiver Eichentisch, geölt", "wood", "oak", "furniture", null],
  ["Glasierte Keramikvase", "ceramics", null, "decor", "vases"],
  ["Stehleuchte aus Messing mit Leinenschirm", "metals", "brass", "lighting", "floor_lamps"],
  ["Tempered glass table with steel legs", "glass", "tempered glass", "furniture", null],
  ["Terrassenplatte aus Granit", "stone", "granite", "tiles", "outdoor"],
  ["GFK-Paneel aus Glasfaser", "composites", "fibreglass", "decor", "panels"],
  ["Samtsofa, Bezug aus Polyester", "textiles", "polyester", "furniture", null],
  ["A thing of beauty", "other", null, "other", null],
];
for (const [text, category, material, product, kind] of texts) {
  Deno.test(`classifyByKeywords() reads '${text}'`, () => {
    const answer = classifyByKeywords(text, context);
    assert.deepEqual(
      [answer.material_category, answer.material, answer.product_category, answer.product_kind],
      [category, material, product, kind],
    );
    assert.deepEqual(classifyMaterial.output.parse(answer), answer);
  });
}

Deno.test("findKeywords() takes the material named first for the main one", () => {
  assert.deepEqual(findKeywords("Steel frame, oak top, leather seat").materials, ["steel", "oak", "leather"]);
  assert.deepEqual(findKeywords("Oak top on a steel frame").categories, ["wood", "metals"]);
});

Deno.test("classifyByKeywords() is surer the more it finds, and says in the caller's language what it found", () => {
  const found = classifyByKeywords("Eichentisch", { ...context, language: "de" });
  assert.deepEqual([found.confidence, found.reasoning], [0.7, "Genannt: wood, oak."]);
  const nothing = classifyByKeywords("Schönes Ding", { ...context, language: "de" });
  assert.deepEqual([nothing.confidence, nothing.reasoning], [0.2, "Kein bekanntes Material wird genannt."]);
});
