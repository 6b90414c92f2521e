import assert from "node:assert/strict";
import { storageName } from "./upload-file.ts";

Deno.test("storageName keeps what Storage takes, and the ending", () => {
  assert.equal(storageName("Preisliste 2026.pdf"), "Preisliste_2026.pdf");
  assert.equal(storageName("Größe & Maße.docx"), "Gro_e_Ma_e.docx");
  assert.equal(storageName("價目表.pdf"), "file.pdf");
  assert.equal(storageName("../../etc/passwd"), "etc_passwd");
  assert.equal(storageName("a".repeat(300) + ".md"), `${"a".repeat(100)}.md`);
});
