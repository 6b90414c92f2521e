/**
 * Names the material a description is about, with its category and properties.
 *
 * @module
 */
import { defineTask, type RuleCheck } from "@shared/ai-task/mod.ts";
import { z } from "zod";
import { classifyByKeywords, findKeywords } from "./rules.ts";
import { categoryOfMaterial, materialCategories, materials, productCategories, products } from "./taxonomy.ts";

const input = z.strictObject({
  description: z.string().trim().min(3).max(20_000).describe("Text about the product or material."),
  name: z.string().trim().max(300).nullish().describe("Name of the product."),
  properties: z.record(z.string().min(1).max(60), z.union([z.string().max(300), z.number(), z.boolean()]))
    .refine((given) => Object.keys(given).length <= 50, "must have at most 50 members")
    .nullish().describe("What else is known, by name."),
});

const output = z.strictObject({
  material_category: z.enum(materialCategories),
  material: z.string().max(100).nullable().describe(
    "The exact material, e.g. porcelain; null if the text does not tell.",
  ),
  secondary_materials: z.array(z.string().max(100)).max(6).describe("Further materials, without the main one."),
  product_category: z.enum(productCategories),
  product_kind: z.string().max(60).nullable().describe(
    "Kind within the product category; null if the text does not tell.",
  ),
  finish: z.string().max(100).nullable(),
  color: z.string().max(100).nullable(),
  slip_resistance: z.string().max(20).nullable().describe("R9 to R13, only if the text says so."),
  reasoning: z.string().min(1).max(600).describe("The words of the text that decided, in one or two sentences."),
  confidence: z.number().min(0).max(1).describe("How sure you are of the category, 0 to 1."),
});

type Input = z.output<typeof input>;
type Output = z.output<typeof output>;

/** A description in, its material out. Critical: a wrong one ends up in a catalogue, so the policy may ask several models. */
export const classifyMaterial = defineTask({
  task: "classify-material",
  title: "Material classification",
  description: "Names the material a description is about, with its category and properties.",
  translations: {
    de: {
      title: "Materialbestimmung",
      description: "Nennt das Material, von dem eine Beschreibung handelt, mit Kategorie und Eigenschaften.",
    },
    fr: {
      title: "Classification de matériau",
      description: "Nomme le matériau dont parle une description, avec sa catégorie et ses propriétés.",
    },
    es: {
      title: "Clasificación de material",
      description: "Nombra el material del que trata una descripción, con su categoría y sus propiedades.",
    },
  },
  input,
  output,
  example: {
    input: {
      name: "Costa 60 × 60",
      description:
        "Matt floor tile made of porcelain stoneware in warm grey, rectified edges, slip resistance R10, frost proof. Suitable for " +
        "kitchens, bathrooms and covered terraces.",
      properties: { size_cm: "60 x 60", water_absorption_percent: 0.3 },
    },
  },
  prompt: {
    version: 1,
    system: `You classify building and interior products by their material.
Material categories and examples:
${Object.entries(materials).map(([category, names]) => `- ${category}: ${names.join(", ")}`).join("\n")}
Product categories and kinds:
${Object.entries(products).map(([category, kinds]) => `- ${category}: ${kinds.join(", ")}`).join("\n")}
Judge by the text alone. A look ("wood-effect", "marble look") is not a material. If the text does not tell, use other or null and a \
low confidence. Write the reasoning in the language with code {{language}}; use the English names above for everything else.`,
    template: `Classify this product:

{{product}}`,
  },
  variables: (given) => ({ product: textOf(given) }),
  complexityText: ({ description }) => description,
  maxOutputTokens: 500,
  temperature: 0,
  completeness: (answer) => [
    { name: "filled:material_category", passed: answer.material_category !== "other" },
    { name: "filled:material", passed: answer.material !== null },
    { name: "filled:product_category", passed: answer.product_category !== "other" },
    { name: "filled:reasoning", passed: answer.reasoning.trim() !== "" },
  ],
  consistency: contradictions,
  validation: rulesKept,
  compare: ({ material_category, product_category }) => ({ material_category, product_category }),
  selfReport: ({ confidence }) => confidence,
  rules: (given, context) => classifyByKeywords(textOf(given), context),
  streams: false,
  cachedBy: "input",
});

function textOf({ name, description, properties }: Input): string {
  const known = Object.entries(properties ?? {}).map(([key, value]) => `${key}: ${value}`);
  return [name ?? "", description, ...known].filter((line) => line !== "").join("\n");
}

/** The exact material belongs to its category, and the category is one that the text names if it names any. */
function contradictions(answer: Output, given: Input): RuleCheck[] {
  const home = answer.material === null ? null : categoryOfMaterial(answer.material);
  const { categories } = findKeywords(textOf(given));
  const main = answer.material?.trim().toLowerCase();
  return [
    { name: "material_in_category", passed: home === null || home === answer.material_category },
    {
      name: "category_is_named",
      passed: categories.length === 0 || answer.material_category === "other" ||
        categories.includes(answer.material_category),
    },
    {
      name: "secondary_differs",
      passed: !answer.secondary_materials.some((material) => material.trim().toLowerCase() === main),
    },
  ];
}

function rulesKept(answer: Output, given: Input): RuleCheck[] {
  const kinds: readonly string[] = products[answer.product_category];
  const slip = answer.slip_resistance;
  return [
    {
      name: "kind_in_category",
      passed: answer.product_kind === null || kinds.length === 0 || kinds.includes(answer.product_kind),
    },
    { name: "slip_resistance_known", passed: slip === null || /^R(9|1[0-3])$/.test(slip) },
    { name: "slip_resistance_not_invented", passed: slip === null || textOf(given).includes(slip) },
  ];
}
