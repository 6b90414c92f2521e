import { equal } from "node:assert/strict";
import { inLine, quoted } from "./quoted.ts";

const texts: [name: string, text: string, written: string][] = [
  ["a heading", "# Mine\n\nSetext\n=", "> # Mine\n>\n> Setext\n> ="],
  ["a line that ends as on an old Mac", "x\r## Forged\r\ny", "> x\n> ## Forged\n> y"],
  ["a script", "<script>1</script> a < b <3 <!-- x -->", "> \\<script>1\\</script> a < b <3 \\<!-- x -->"],
  ["code in a line", "Use `<br>` or ``<a ` b>``", "> Use `<br>` or ``<a ` b>``"],
  ["code that is none", "`` <b>` and `<i>", "> `` \\<b>` and `\\<i>"],
  ["code that began a line before", "a `\n` <b> `", "> a `\n> ` \\<b> `"],
  ["an escaped backtick", "\\`<b>`", "> \\`\\<b>`"],
  ["a block of code", "```html\n<b>\n``\n```\n<i>", "> ```html\n> <b>\n> ``\n> ```\n> \\<i>"],
  ["a block of code that ends indented", "```\n<b>\n  ````\n<i>", "> ```\n> <b>\n>   ````\n> \\<i>"],
  ["an open block of code", "~~~\n<b>", "> ~~~\n> <b>"],
  ["a block of code in a list", "- x\n  ```\n<b>", "> - x\n>   ```\n> \\<b>"],
  ["a fence that is none", "``` `<b>", "> ``` `\\<b>"],
  ["what writes on a terminal", "a\u001b[31mb\u0000", "> a[31mb"],
];

for (const [name, text, written] of texts) {
  Deno.test(`quoted() writes ${name}`, () => equal(quoted(text), written));
}

Deno.test("inLine() keeps a name on its line", () => equal(inLine("Eve\r\n# <b>\u2028x"), "Eve # \\<b> x"));
