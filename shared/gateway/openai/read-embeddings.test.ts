import { deepEqual, equal, notEqual, rejects } from "node:assert/strict";
import { readEmbeddings } from "./read-embeddings.ts";

const model = "text-embedding-3-small";

Deno.test("readEmbeddings takes texts and tokens, one or many, and each different one once", async () => {
  const cases: [unknown, unknown[], number[]][] = [
    ["oak", ["oak"], [0]],
    [["oak", "tile", "oak"], ["oak", "tile"], [0, 1, 0]],
    [[1, 2, 3], [[1, 2, 3]], [0]],
    [[[1, 2], [3], [1, 2]], [[1, 2], [3]], [0, 1, 0]],
    [["1 2", [1, 2]], ["1 2", [1, 2]], [0, 1]],
  ];
  for (const [input, texts, order] of cases) {
    const asked = await readEmbeddings({ model, input });
    deepEqual(asked.items.map(({ text }) => text), texts);
    deepEqual(asked.order.map((hash) => asked.items.findIndex((item) => item.hash === hash)), order);
  }
});

Deno.test("readEmbeddings counts tokens exactly, and keeps them apart from texts that look like them", async () => {
  const { items: [tokens] } = await readEmbeddings({ model, input: [1, 2, 3] });
  const { items: [text] } = await readEmbeddings({ model, input: "1 2 3" });
  equal(tokens?.inputTokens, 3);
  notEqual(tokens?.hash, text?.hash);
});

Deno.test("readEmbeddings refuses what is no text and no token", async () => {
  for (const input of [undefined, [], "", [""], [[]], [1, "a"], [[1, -1]], [[1.5]], [{}], [null], [true], 7, [[[1]]]]) {
    await rejects(readEmbeddings({ model, input }), { code: "invalid_request" });
  }
  await rejects(readEmbeddings({ model, input: "x", dimensions: 0 }), { code: "invalid_request" });
  await rejects(readEmbeddings({ model, input: "x", encoding_format: "hex" }), { code: "invalid_request" });
  await rejects(readEmbeddings({ model, input: "x", made_up: 1 }), { code: "invalid_request" });
});

Deno.test("readEmbeddings refuses by name to shorten the vectors of a model that cannot, before anybody is asked", async () => {
  for (const model of ["text-embedding-ada-002", "openai/text-embedding-ada-002"]) {
    await rejects(readEmbeddings({ model, input: "x", dimensions: 256 }), (error) => {
      const { param, error_code } = Object(error).extensions;
      deepEqual([param, error_code], ["dimensions", "unsupported_parameter"]);
      return true;
    });
  }
  equal((await readEmbeddings({ model: "text-embedding-3-large", input: "x", dimensions: 256 })).dimensions, 256);
});
