import assert from "node:assert/strict";
import type { Block } from "./block.ts";
import { cutChunks } from "./cut-chunks.ts";

const block = (text: string, change: Partial<Block> = {}): Block => ({
  type: "text",
  text,
  headings: [],
  page: null,
  ...change,
});
const options = { title: "Doc", size: 60, overlap: 15 };

Deno.test("cutChunks() keeps short paragraphs of one heading together and starts anew under the next", () => {
  const chunks = cutChunks([
    block("One.", { headings: ["A"] }),
    block("Two.", { headings: ["A"] }),
    block("Three.", { headings: ["B"] }),
  ], options);
  assert.deepEqual(chunks.map(({ content, section, position }) => [content, section, position]), [
    ["One.\n\nTwo.", "Doc › A", 0],
    ["Three.", "Doc › B", 1],
  ]);
});

Deno.test("cutChunks() keeps tables and code apart from prose", () => {
  const types = cutChunks([block("a"), block("| a |", { type: "table" }), block("b")], options).map(({ type }) => type);
  assert.deepEqual(types, ["text", "table", "text"]);
});

Deno.test("cutChunks() loses no word of a long paragraph, exceeds no size, and says where each chunk stands", () => {
  const words = Array.from({ length: 120 }, (_, index) => `word${index}`);
  const text = `Short one.\n\n${words.join(" ")}`;
  const chunks = cutChunks([block("Short one."), block(words.join(" "))], options);
  for (const { content, char_start, char_end } of chunks) {
    assert.ok(content.length <= options.size, content);
    assert.equal(text.slice(char_start, char_end), content);
  }
  const found = new Set(chunks.flatMap(({ content }) => content.split(/\s+/)));
  assert.deepEqual(words.filter((word) => !found.has(word)), []);
});

Deno.test("cutChunks() overlaps where it cut, and nowhere when told so", () => {
  const text = Array.from({ length: 40 }, (_, index) => `w${index}`).join(" ");
  const apart = cutChunks([block(text)], { ...options, overlap: 0 });
  assert.equal(apart.map(({ content }) => content).join(" "), text);
  const overlapping = cutChunks([block(text)], options);
  for (const [index, chunk] of overlapping.entries()) {
    assert.ok(index === 0 || chunk.char_start < (overlapping[index - 1]?.char_end ?? 0));
  }
});

Deno.test("cutChunks() never cuts a character in two, and ends on text without a blank", () => {
  const chunks = cutChunks([block("😀".repeat(100))], options);
  assert.ok(chunks.every(({ content }) => content.isWellFormed()));
});

Deno.test("cutChunks() tells each chunk's language, the document's where a chunk is too short to tell", () => {
  const german = "Der Ofen wird von der Firma für die Küche geliefert und ist nicht mit dem alten zu verwechseln.";
  const chunks = cutChunks([
    block(german),
    block("Typ 42.", { headings: ["X"] }),
    block("黑豹队的防守只丢了308分", { headings: ["Y"] }),
  ], {
    ...options,
    size: 200,
  });
  assert.deepEqual(chunks.map(({ language }) => language), ["de", "de", "zh"]);
  assert.deepEqual(cutChunks([block(german)], { ...options, size: 200, tellLanguage: false })[0]?.language, null);
});
