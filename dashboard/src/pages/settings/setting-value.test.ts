import assert from "node:assert/strict";
import type { SettingDefinition } from "../../api/settings.ts";
import { choicesOf, editedText, parseValue, writeValue } from "./setting-value.ts";

const definition = (type: SettingDefinition["type"], schema: Record<string, unknown> = {}): SettingDefinition => ({
  key: "k",
  type,
  scopes: ["organization"],
  default_value: null,
  schema,
  merge: "replace",
  description: "",
  admin_writable: true,
});

const cases: [SettingDefinition["type"], string, unknown][] = [
  ["boolean", "true", true],
  ["boolean", "yes", undefined],
  ["integer", "3", 3],
  ["integer", "3.5", undefined],
  ["number", "0.7", 0.7],
  ["number", "", undefined],
  ["string", " text ", "text"],
  ["duration", "PT30S", "PT30S"],
  ["array", '["a"]', ["a"]],
  ["array", "{}", undefined],
  ["object", '{"a":1}', { a: 1 }],
  ["object", "[]", undefined],
  ["object", "{", undefined],
];
for (const [type, text, value] of cases) {
  Deno.test(`parseValue reads ${JSON.stringify(text)} as ${type}: ${JSON.stringify(value)}`, () => {
    assert.deepEqual(parseValue(definition(type), text), value);
  });
}

Deno.test("parseValue takes nothing for null where null fits", () => {
  assert.equal(parseValue(definition("number", { type: ["number", "null"] }), ""), null);
});

Deno.test("editedText and parseValue are each other's inverse", () => {
  for (
    const [type, value] of [["object", { a: [1] }], ["array", ["x"]], ["number", 0.25], ["boolean", false], [
      "string",
      "s",
    ]] as const
  ) {
    assert.deepEqual(parseValue(definition(type), editedText(definition(type), value)), value);
  }
});

Deno.test("writeValue keeps the unknown apart from empty and false", () => {
  assert.deepEqual([null, false, 0, "", ["a"]].map(writeValue), ["–", "false", "0", "", '["a"]']);
});

Deno.test("choicesOf lists what a setting takes", () => {
  assert.deepEqual(choicesOf(definition("string", { enum: ["off", "on"] })), ["off", "on"]);
  assert.deepEqual(choicesOf(definition("boolean")), ["true", "false"]);
  assert.equal(choicesOf(definition("string")), null);
});
