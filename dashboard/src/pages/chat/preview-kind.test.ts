import assert from "node:assert/strict";
import { previewKind } from "./preview-kind.ts";

const CASES = [
  ["image/png", "plan.png", "picture"],
  ["IMAGE/JPEG", "photo.jpg", "picture"],
  ["application/pdf", "offer.pdf", "document"],
  ["text/plain;charset=utf-8", "notes.txt", "text"],
  ["text/html", "page.html", "text"],
  ["image/svg+xml", "logo.svg", "text"],
  ["application/octet-stream", "rows.csv", "text"],
  ["application/zip", "all.zip", "none"],
  ["", "nothing", "none"],
] as const;

for (const [type, name, kind] of CASES) {
  Deno.test(`previewKind shows ${name} of type "${type}" as ${kind}`, () => {
    assert.equal(previewKind(type, name), kind);
  });
}
