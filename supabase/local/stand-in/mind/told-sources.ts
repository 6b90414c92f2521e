import type { Evidence } from "../language/evidence.ts";
import type { Json } from "../wire/prompt.ts";
import { withSources } from "./cited-statements.ts";
import { typesOf } from "./schema-shape.ts";

/** Names of the two properties of an item that asks for the number of a source and a text about it; null for anything else. */
export function tellingProperties(item: Json): { source: string; text: string } | null {
  const properties = Object.entries((item["properties"] ?? {}) as Record<string, Json>);
  const source = properties.find(([name, property]) =>
    /^(?:source|passage|document|number|index)$/i.test(name) && typesOf(property).includes("integer")
  )?.[0];
  const text = properties.find(([, property]) => typesOf(property).includes("string"))?.[0];
  return source === undefined || text === undefined || properties.length > 2 ? null : { source, text };
}

/** Numbered sources with the first sentence of each, in their order. */
export function toldSources({ text }: Evidence): { source: number; told: string }[] {
  const first = new Map<number, string>();
  for (const { sentence, source } of withSources(text)) {
    if (source !== null && !first.has(Number(source))) first.set(Number(source), sentence);
  }
  return Array.from(first, ([source, told]) => ({ source, told }));
}
