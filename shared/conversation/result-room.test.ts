import { deepEqual, equal, ok } from "node:assert/strict";
import { exactTokens, messageOverheadTokens } from "@shared/pricing/mod.ts";
import type { FittedRound } from "./result-room.ts";
import { ResultRoom, SET_ASIDE } from "./result-room.ts";

const call = (id: string, values = "{}") => ({ id, name: "find", arguments: values });
const result = (text: string) => ({ text, write: (kept: string, cut: boolean) => `<${kept}>${cut ? " cut" : ""}` });
const words = (count: number) => Array.from({ length: count }, (_, at) => `word${at}`).join(" ");
const room = (maxTokens: number) =>
  new ResultRoom({ maxTokens, system: "Be brief.", tools: [], messages: [{ role: "user", content: "Hello" }] });

/** Every token a request with these rounds has, by the vocabulary. */
async function tokensOf(rounds: readonly FittedRound[]): Promise<number> {
  const texts = ["Be brief.", "Hello"];
  let messages = 2;
  for (const { said, calls, contents } of rounds) {
    texts.push(said, ...calls.map(({ id, name, arguments: values }) => `${id} ${name} ${values}`), ...contents);
    messages += 1 + contents.length;
  }
  const counts = await Promise.all(texts.map((text) => exactTokens(text, "o200k_base")));
  return messageOverheadTokens(messages) + counts.reduce((sum, tokens) => sum + tokens, 0);
}

Deno.test("ResultRoom tells whole what fits, without counting", async () => {
  const counting = new ResultRoom(
    { maxTokens: 2_000, system: "", tools: [], messages: [] },
    () => Promise.reject(new Error("nothing is counted")),
  );
  const round = await counting.take({ said: "", calls: [call("1")], results: [result("found")] });
  deepEqual(round?.contents, ["<found>"]);
});

Deno.test("ResultRoom cuts the long results alike and leaves the short ones whole", async () => {
  const space = room(1_000);
  const round = await space.take({
    said: "Let me see.",
    calls: [call("1"), call("2"), call("3")],
    results: [result(words(2_000)), result("short"), result(words(3_000))],
  });
  const [first = "", second, third = ""] = round?.contents ?? [];
  equal(second, "<short>");
  ok(first.startsWith("<word0 word1") && first.endsWith("> cut") && third.endsWith("> cut"));
  ok(Math.abs(first.length - third.length) < first.length / 5, `${first.length} and ${third.length}`);
  ok(space.isFull);
});

for (const maxTokens of [400, 700, 1_500, 6_000]) {
  Deno.test(`ResultRoom never tells more than ${maxTokens} tokens, whatever is found`, async () => {
    const space = room(maxTokens);
    const rounds: FittedRound[] = [];
    for (const text of ["", words(50), "🀄".repeat(3_000), words(5_000), "x".repeat(9_000), words(10)]) {
      const values = JSON.stringify({ query: text.slice(0, 2_000) });
      const round = await space.take({ said: "", calls: [call("1", values)], results: [result(text)] });
      if (round === null) break;
      rounds.push(round);
      ok(round.contents.every((content) => content.isWellFormed()), "no half characters");
    }
    ok(rounds.length > 1, "some fit");
    const tokens = await tokensOf(rounds);
    ok(tokens <= maxTokens - SET_ASIDE, `${tokens} tokens`);
    ok(space.tokens >= tokens, "what it says is no less");
  });
}

Deno.test("ResultRoom leaves arguments out that are too long, and gives up where nothing helps", async () => {
  const space = room(450);
  const long = await space.take({ said: "", calls: [call("1", words(2_000))], results: [result("found")] });
  deepEqual([long?.calls[0]?.arguments, long?.contents], ["{}", ["<found>"]]);
  const many = Array.from({ length: 100 }, (_, at) => String(at));
  equal(await space.take({ said: "", calls: many.map((id) => call(id)), results: many.map(result) }), null);
});

Deno.test("ResultRoom changes its frame where there is room, and only then", async () => {
  const space = room(500);
  const before = space.tokens;
  equal(await space.reframe(words(500), []), false);
  ok(space.tokens <= before);
  equal(await space.reframe(words(20), []), true);
  ok(space.tokens > before);
});
