import assert from "node:assert/strict";
import { importedPath, importStatements } from "./import-statements.ts";

Deno.test("importStatements() finds static, side-effect, dynamic and re-exporting imports", () => {
  const source = `
import { a } from "./a.ts";
import type { B } from "@shared/b/mod.ts";
import def, {
  c,
} from "zod";
import "./effect.ts";
export { d } from "./d.ts";
export type { E } from "./e.ts";
const late = await import("./late.ts");
`;
  assert.deepEqual(importStatements(source), [
    { specifier: "./a.ts", typeOnly: false },
    { specifier: "@shared/b/mod.ts", typeOnly: true },
    { specifier: "zod", typeOnly: false },
    { specifier: "./d.ts", typeOnly: false },
    { specifier: "./e.ts", typeOnly: true },
    { specifier: "./effect.ts", typeOnly: false },
    { specifier: "./late.ts", typeOnly: false },
  ]);
});

Deno.test("importStatements() reads no imports out of comments and of exported values", () => {
  const source = `
// import { a } from "./a.ts";
/** Use it as \`import { b } from "./b.ts"\`
 * import { b } from "./b.ts"; */
export const text = "from here";
export function from() {}
`;
  assert.deepEqual(importStatements(source), []);
});

Deno.test("importedPath() resolves relative paths and the shared alias, and leaves packages alone", () => {
  assert.equal(importedPath("shared/http/mod.ts", "./cors.ts"), "shared/http/cors.ts");
  assert.equal(importedPath("functions/a/task.ts", "../b/task.ts"), "functions/b/task.ts");
  assert.equal(importedPath("functions/a/task.ts", "@shared/http/mod.ts"), "shared/http/mod.ts");
  assert.equal(importedPath("functions/a/task.ts", "zod"), null);
});
