import type { TaskContext } from "@shared/ai-task/mod.ts";
import type { Language } from "@shared/messages/mod.ts";
import { MATERIAL_WORDS, PRODUCT_WORDS } from "./keywords.ts";
import type { MaterialCategory, ProductCategory } from "./taxonomy.ts";

/** What keywords say about a description. */
export interface KeywordFinding {
  /** Kinds of material that are named, the first named first. */
  categories: MaterialCategory[];
  /** Named materials, the first named first. */
  materials: string[];
  product: { category: ProductCategory; kind: string | null } | null;
}

/** What {@linkcode classifyByKeywords} answers. */
export interface RuledMaterial {
  material_category: MaterialCategory;
  material: string | null;
  secondary_materials: string[];
  product_category: ProductCategory;
  product_kind: string | null;
  finish: string | null;
  color: string | null;
  slip_resistance: string | null;
  reasoning: string;
  confidence: number;
}

/** Finds the materials and the product that a text names. The material named first is taken for the main one. */
export function findKeywords(text: string): KeywordFinding {
  const named = MATERIAL_WORDS
    .map(([category, material, words]) => ({ category, material, at: text.search(words) }))
    .filter(({ at }) => at >= 0)
    // At the same place the more exact name counts, and the list has the exact ones first.
    .sort((a, b) => a.at - b.at);
  const product = PRODUCT_WORDS.find(([, , words]) => words.test(text));
  return {
    categories: [...new Set(named.map(({ category }) => category))],
    materials: [...new Set(named.flatMap(({ material }) => material === null ? [] : [material]))],
    product: product === undefined ? null : { category: product[0], kind: product[1] },
  };
}

/** Classifies by keywords: 0.5 plus 0.1 for each keyword found, at most 0.9; nothing found is `other` at 0.2. */
export function classifyByKeywords(text: string, { language }: TaskContext): RuledMaterial {
  const { categories, materials, product } = findKeywords(text);
  const [category] = categories;
  const found = categories.length + materials.length;
  const { none, named } = Object.hasOwn(WORDS, language) ? WORDS[language as Language] : WORDS.en;
  const reasoning = category === undefined ? none : `${named} ${[...categories, ...materials].join(", ")}.`;
  return {
    material_category: category ?? "other",
    material: materials[0] ?? null,
    secondary_materials: materials.slice(1, 6),
    product_category: product?.category ?? "other",
    product_kind: product?.kind ?? null,
    finish: wordOf(text, FINISHES),
    color: wordOf(text, COLORS),
    slip_resistance: /\bR(9|1[0-3])\b/.exec(text)?.[0] ?? null,
    reasoning,
    confidence: category === undefined ? 0.2 : Math.min(0.9, Number((0.5 + 0.1 * found).toFixed(1))),
  };
}

const WORDS: Record<Language, { none: string; named: string }> = {
  en: { none: "No known material is named.", named: "Named:" },
  de: { none: "Kein bekanntes Material wird genannt.", named: "Genannt:" },
  fr: { none: "Aucun matériau connu n'est nommé.", named: "Nommé :" },
  es: { none: "No se nombra ningún material conocido.", named: "Nombrado:" },
};

function wordOf(text: string, words: readonly [name: string, words: RegExp][]): string | null {
  return words.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

const FINISHES: readonly [string, RegExp][] = [
  ["matt", /\bmatte?s?\b|\bmatter\b/i],
  ["glossy", /\b(glossy|gloss|glänzend|hochglanz)/i],
  ["polished", /\b(polished|poliert)/i],
  ["brushed", /\b(brushed|gebürstet)/i],
  ["glazed", /\b(glazed|glasiert)/i],
  ["oiled", /\b(oiled|geölt)/i],
];

const COLORS: readonly [string, RegExp][] = [
  ["white", /\b(white|weiß|weiss)/i],
  ["black", /\b(black|schwarz)/i],
  ["grey", /\b(grey|gray|grau|anthra[cz]it)/i],
  ["beige", /\b(beige|sand colou?red|sandfarben)/i],
  ["brown", /\b(brown|braun)/i],
  ["blue", /\b(blue|blau)/i],
  ["green", /\b(green|grün)/i],
  ["red", /\b(red\b|rot(e[rsnm]?)?\b)/i],
];
