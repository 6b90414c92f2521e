import assert from "node:assert/strict";
import { z } from "zod";
import type { AppError } from "@shared/errors/mod.ts";
import { wordingOf } from "@shared/messages/mod.ts";
import { localized } from "./localized.ts";
import { validate } from "./validate.ts";

const schema = z.strictObject({
  title: z.string().min(1).max(5),
  items: z.array(z.strictObject({ kind: z.enum(["a", "b"]) })).default([]),
});

function refusal(value: unknown): AppError {
  try {
    validate(schema, value);
  } catch (error) {
    return error as AppError;
  }
  assert.fail("accepted");
}

Deno.test("validate gives back the schema's output", () => {
  assert.deepEqual(validate(schema, { title: "x" }), { title: "x", items: [] });
});

Deno.test("validate says where and what for every issue", () => {
  const error = refusal({ items: [{ kind: "a" }, { kind: "c" }], extra: 1 });
  assert.equal(error.code, "invalid_request");
  assert.deepEqual(error.extensions, {
    issues: [
      { path: "title", message: "Invalid input: expected string, received undefined" },
      { path: "items[1].kind", message: 'Invalid option: expected one of "a"|"b"' },
      { path: "", message: 'Unrecognized key: "extra"' },
    ],
  });
  assert.equal(error.message, "Cannot use the input: title: Invalid input: expected string, received undefined");
});

Deno.test("validate speaks of the body when the value as a whole is wrong", () => {
  assert.equal(
    refusal([]).message,
    "Cannot use the input: the body: Invalid input: expected object, received array",
  );
});

Deno.test("validate never repeats a value", () => {
  const secrets = [
    { title: "hunter2-hunter2" },
    { title: ["hunter2"] },
    { title: "x", items: [{ kind: "hunter2" }] },
    { title: "x", items: "hunter2" },
    "hunter2",
  ];
  for (const value of secrets) {
    const error = refusal(value);
    assert.equal(JSON.stringify([error.message, error.extensions]).includes("hunter2"), false);
  }
});

Deno.test("validate bounds what it answers", () => {
  const items = Array.from({ length: 100 }, () => ({ kind: "c" }));
  const error = refusal({ title: "x", items, ["k".repeat(5000)]: 1 });
  const { issues } = error.extensions as { issues: { message: string }[] };
  assert.equal(issues.length, 20);
  assert.ok(JSON.stringify(refusal({ title: "x", ["k".repeat(5000)]: 1 }).extensions).length < 500);
});

Deno.test("validate's issues are told in another language, what a schema says itself too", async () => {
  const schema = z.strictObject({
    name: z.string(),
    text: z.string().refine((text) => text !== "", "must not be blank"),
  });
  const error = await Promise.resolve().then(() => validate(schema, { name: 5, text: "" })).catch((thrown) => thrown);
  const told = localized(error, await wordingOf("de"));
  assert.equal(told.code, "invalid_request");
  assert.match(told.message, /^Die Eingabe ist nicht verwendbar: name: Ungültige Eingabe/);
  const issues = told.extensions["issues"] as { path: string; message: string }[];
  assert.deepEqual(issues[1], { path: "text", message: "darf nicht leer sein" });
  assert.equal(localized(error, await wordingOf("en")), error, "English is as it was thrown");
});
