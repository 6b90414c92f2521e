import assert from "node:assert/strict";
import { parseOptions } from "./options.ts";
import { UsageError } from "./usage-error.ts";

const defaults = { port: 54321, dataFolder: "/repo/.signalbox", demo: true, standIn: [] };

const CASES: readonly [words: string[], expected: object][] = [
  [[], {}],
  [["--port", "4000"], { port: 4000 }],
  [["--port=0"], { port: 0 }],
  [["--data", "memory"], { dataFolder: null }],
  [["--data=else"], { dataFolder: "/repo/else" }],
  [["--data=/abs"], { dataFolder: "/abs" }],
  [["--no-demo"], { demo: false }],
  [["--stand-in=openai,together"], { standIn: ["openai", "together"] }],
];

for (const [words, expected] of CASES) {
  Deno.test({
    name: `parseOptions understands "${words.join(" ")}"`,
    ignore: Deno.build.os === "windows",
    fn: () => assert.deepEqual(parseOptions(words, "/repo"), { ...defaults, ...expected }),
  });
}

for (const words of [["--port", "many"], ["--port=70000"], ["--stand-in=mistral"], ["--unknown"], ["start"]]) {
  Deno.test(`parseOptions refuses "${words.join(" ")}"`, () => {
    assert.throws(() => parseOptions(words, "/repo"), UsageError);
  });
}

Deno.test("parseOptions gives null for --help", () => {
  assert.equal(parseOptions(["--help"], "/repo"), null);
});
