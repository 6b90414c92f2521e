/**
 * A value as `jsonb` can hold it: model texts may contain U+0000 and halves of surrogate pairs, which JSON allows and
 * PostgreSQL refuses, and with them the whole settlement. Both are replaced by U+FFFD.
 */
export function storable<Value>(value: Value): Value {
  return walk(value) as Value;
}

function walk(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed().replaceAll("\u0000", "\ufffd");
  if (Array.isArray(value)) return value.every((item) => typeof item === "number") ? value : value.map(walk);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [walk(key), walk(member)]));
}
