import { deepEqual, equal } from "node:assert/strict";
import { ProviderError } from "@shared/providers/mod.ts";
import type { StreamPiece } from "./ask.ts";
import { run } from "./run.ts";
import { fail, numberAsk } from "./testing/number-ask.ts";
import { candidate, plan } from "./testing/plan.ts";
import { ScriptedModels, type ScriptedReply } from "./testing/scripted-models.ts";
import { testTools } from "./testing/test-tools.ts";

const call = { id: "c1", name: "look", arguments: "{}" };
const calling: ScriptedReply = { text: "", toolCalls: [call], finishReason: "tool_calls" };

/** Runs a request whose tool calls are answered with "found". */
async function runFollowing(
  scripts: Record<string, ScriptedReply[]>,
  { budgetUsd = "100", stream = false }: { budgetUsd?: string; stream?: boolean } = {},
) {
  const models = new ScriptedModels(scripts);
  const tools = testTools(models, undefined, budgetUsd);
  const candidates = Object.keys(scripts).map((name) => candidate(...name.split("/") as [string, string]));
  const heard: string[] = [];
  const spent: string[] = [];
  const sink = {
    piece: (piece: StreamPiece) => void heard.push(piece.type === "delta" ? piece.text : `<${piece.call.name}>`),
    restart: () => void heard.push("<restart>"),
  };
  const result = await run(
    plan(candidates),
    numberAsk({
      stream: stream ? sink : null,
      follow(answer, { spentUsd }) {
        spent.push(spentUsd);
        const found = { role: "tool", toolCallId: answer.toolCalls[0]?.id ?? "", content: "found" } as const;
        return Promise.resolve({ next: "ask", messages: [found], change: { system: "Look." } });
      },
    }),
    tools,
  );
  return { result, models, tools, heard, spent };
}

Deno.test("run() asks the same model again with what its tool calls gave", async () => {
  const { result, models, spent } = await runFollowing({ "a/one": [calling, "0.9"] });
  deepEqual([result.best?.verdict.output, result.calls.map(({ purpose }) => purpose)], [0.9, ["answer", "tool"]]);
  deepEqual(models.asked.at(-1)?.request.messages.slice(1), [
    { role: "assistant", content: "", toolCalls: [call] },
    { role: "tool", toolCallId: "c1", content: "found" },
  ]);
  equal(models.asked.at(-1)?.request.system, "Look.");
  equal(Number(spent[0]) > 0, true, "what was spent so far is told");
});

Deno.test("run() gets the money for every further step first, and stops where it is refused", async () => {
  const { result, tools } = await runFollowing({ "a/one": [calling, "0.9"] }, { budgetUsd: "0" });
  deepEqual([result.best, result.failure?.code, result.calls.length, tools.extensions.length], [
    null,
    "budget_exhausted",
    1,
    1,
  ]);
});

Deno.test("run() takes a step that fails to another model, with what was found before", async () => {
  const { result, models } = await runFollowing({ "a/one": [calling, fail("server")], "b/two": ["0.8"] });
  deepEqual([result.best?.verdict.output, result.fellBack], [0.8, true]);
  equal(models.asked.at(-1)?.request.messages.at(-1)?.content, "found");
});

Deno.test("run() tells again what was said before the tools when a later step starts again", async () => {
  const broken: ScriptedReply = { pieces: ["0."], then: new ProviderError("cut", "cut", { mayBeBilled: true }) };
  const said: ScriptedReply = { text: "0.8", toolCalls: [call], finishReason: "tool_calls" };
  const { heard } = await runFollowing({ "a/one": [said, broken], "b/two": ["5"] }, { stream: true });
  deepEqual(heard.slice(heard.indexOf("<restart>")), ["<restart>", "0.8\n\n", "5"]);
});
