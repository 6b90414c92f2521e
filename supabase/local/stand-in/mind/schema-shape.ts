import type { Json } from "../wire/prompt.ts";

/** A schema with its references followed and its intersections merged. */
export function resolveSchema(schema: Json, root: Json): Json {
  let current = schema;
  for (let hops = 0; typeof current["$ref"] === "string" && hops < 20; hops += 1) {
    const { $ref, ...beside } = current;
    current = { ...lookUp(String($ref), root), ...beside };
  }
  const all = current["allOf"];
  return Array.isArray(all)
    ? merge([{ ...current, allOf: undefined }, ...(all as Json[]).map((part) => resolveSchema(part, root))])
    : current;
}

function lookUp(reference: string, root: Json): Json {
  if (!reference.startsWith("#")) return {};
  let at: unknown = root;
  for (const step of reference.slice(1).split("/").filter((part) => part !== "")) {
    at = (at as Json | undefined)?.[decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return (at ?? {}) as Json;
}

function merge(schemas: Json[]): Json {
  const merged: Json = {};
  for (const schema of schemas) {
    for (const [key, value] of Object.entries(schema)) {
      if (value === undefined) continue;
      if (key === "properties") merged[key] = { ...merged[key] as Json, ...value as Json };
      else if (key === "required") merged[key] = [...(merged[key] as string[] ?? []), ...value as string[]];
      else merged[key] = value;
    }
  }
  return merged;
}

/** Types a schema allows; what it leaves out is told by its other keywords. */
export function typesOf(schema: Json): string[] {
  const { type } = schema;
  if (Array.isArray(type)) return type.map(String);
  if (typeof type === "string") return [type];
  if ("properties" in schema) return ["object"];
  if ("items" in schema || "prefixItems" in schema) return ["array"];
  return ["string"];
}

/** Whether only null satisfies a schema. */
export function isNullSchema(schema: Json): boolean {
  return schema["type"] === "null" || ("const" in schema && schema["const"] === null);
}
