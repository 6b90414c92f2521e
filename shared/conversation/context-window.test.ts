import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { exactChatTokens } from "@shared/pricing/mod.ts";
import type { Message } from "@shared/providers/mod.ts";
import type { Said } from "./begun-turn.ts";
import { fitContext } from "./context-window.ts";
import { modelFamily } from "./model-family.ts";

const SENTENCES = [
  "We laid 42 square metres of slate in the bathrooms last spring.",
  "Die Fugen sind an drei Stellen gerissen, bitte schicken Sie jemanden vorbei.",
  "¿Cuánto costaría cambiar todo el suelo del comedor?",
  "屋上のタイルが滑りやすいので、別の材料を探しています。",
  "🧱🧱🧱 ok?",
];

/** A conversation of so many messages, question and answer in turn. */
function conversation(length: number, pinned: number[] = []): Said[] {
  return Array.from({ length }, (_, index) => ({
    id: String(index),
    role: index % 2 === 0 ? "user" : "assistant",
    content: `${index}: ${SENTENCES[index % SENTENCES.length]?.repeat(1 + index % 7)}`,
    pinned: pinned.includes(index),
    at: "2026-11-01T10:00:00Z",
  }));
}

function exactly(system: string, messages: Message[]): Promise<number> {
  return exactChatTokens(
    [{ role: "system", content: system }, ...messages.map(({ role, content }) => ({ role, content: String(content) }))],
    "o200k_base",
  );
}

const texts = (messages: Message[]) => messages.map(({ content }) => String(content));
const words = (text: string) => Promise.resolve(text.split(" ").length);

Deno.test("fitContext() takes everything where there is room, without counting", async () => {
  const history = conversation(4);
  const { messages, leftOut } = await fitContext(
    { system: "Be kind.", history, question: "And now?", maxTokens: 6_000 },
    () => Promise.reject(new Error("counted")),
  );
  deepEqual(texts(messages), [...history.map(({ content }) => content), "And now?"]);
  equal(leftOut, 0);
});

for (const maxTokens of [200, 500, 2_000, 6_000]) {
  Deno.test(`fitContext() keeps 500 messages within ${maxTokens} tokens and uses them`, async () => {
    const history = conversation(500, [3, 10, 250]);
    const wishes = {
      system: "You help people who lay tiles.",
      history,
      question: "What was the first thing?",
      maxTokens,
    };
    const { messages, tokens, leftOut } = await fitContext(wishes);
    const exact = await exactly(wishes.system, messages);
    ok(exact <= tokens && tokens <= maxTokens, `${exact} exact, ${tokens} counted, ${maxTokens} allowed`);
    ok(leftOut > 0 && maxTokens - tokens < 450, "the next message would not have fitted");
    equal(messages.at(-1)?.content, wishes.question);
    equal(messages[0]?.role, "user");
  });
}

Deno.test("fitContext() fills what nothing fits with the newest, and tells of those that fit once", async () => {
  const history = conversation(500, [495]);
  const fitting = { ...history[490], content: "The walnut table has the number WX-7719." } as Said;
  const said = [...history.slice(0, 490), fitting, ...history.slice(491)];
  for (const question of ["Where do pelicans nest in winter?", "Which number does the walnut table have?"]) {
    const wishes = { system: "You help.", history: said, question, maxTokens: 3_000 };
    const { messages, tokens, leftOut, kept } = await fitContext(wishes);
    const exact = await exactly(wishes.system, messages);
    ok(exact <= tokens && tokens <= 3_000, `${exact} exact, ${tokens} counted`);
    ok(3_000 - tokens < 450, `${tokens} of 3000: the next message would not have fitted`);
    const told = texts(messages).join("\n");
    for (const index of [490, 495]) equal(told.split(said[index]?.content ?? "?").length, 2, `message ${index}`);
    deepEqual(texts(messages).slice(-30, -1), said.slice(-29).map(({ content }) => content));
    equal(leftOut, 500 - kept.size);
  }
});

Deno.test("fitContext() keeps what is pinned, as data, before the newest turns without a gap", async () => {
  const history = conversation(500, [3, 10]);
  const { messages } = await fitContext({ system: "S", history, question: "Q", maxTokens: 2_000 });
  const [pinned = "", ...recent] = texts(messages);
  ok(pinned.startsWith("Kept from earlier in this conversation:"));
  for (const index of [3, 10]) ok(pinned.includes(`: [2026-11-01] ${history[index]?.content}\n`), `message ${index}`);
  deepEqual(recent.slice(0, -1), history.slice(-(recent.length - 1)).map(({ content }) => content));
});

Deno.test("fitContext() says a pinned message once when it is among the newest", async () => {
  const history = conversation(60, [59]);
  const { messages } = await fitContext({ system: "S", history, question: "Q", maxTokens: 900 });
  equal(texts(messages).filter((text) => text.includes(String(history[59]?.content))).length, 1);
});

Deno.test("fitContext() does not begin with an answer whose question had to go", async () => {
  const history: Said[] = [
    { id: "1", role: "user", content: "w ".repeat(900), pinned: false, at: "2026-11-01T10:00:00Z" },
    { id: "2", role: "assistant", content: "an answer", pinned: false, at: "2026-11-01T10:00:00Z" },
  ];
  const { messages, leftOut } = await fitContext({ system: "S", history, question: "Q", maxTokens: 100 }, words);
  deepEqual([texts(messages), leftOut], [["Q"], 2]);
});

Deno.test("fitContext() refuses a question that is too long by itself", async () => {
  const wishes = { system: "S", history: conversation(10), question: "🀄".repeat(400), maxTokens: 500 };
  await rejects(fitContext(wishes), { code: "context_length_exceeded" });
});

const memories = Array.from(
  { length: 30 },
  (_, index) => ({ text: `fact: number ${index}, slate`, at: "2026-11-27T08:00:00Z" }),
);

Deno.test("fitContext() tells what is remembered first, as data, and counts it", async () => {
  for (const maxTokens of [1_500, 3_000, 6_000]) {
    const wishes = { system: "S", history: conversation(200), question: "Q", memories, maxTokens };
    const { messages, tokens } = await fitContext(wishes);
    const [block = "", ...rest] = texts(messages);
    ok(
      block.startsWith("Remembered from earlier conversations") &&
        block.includes("- 2026-11-27, fact: number 0, slate"),
    );
    ok(rest.length > 1, "the conversation keeps its place");
    const exact = await exactly(wishes.system, messages);
    ok(exact <= tokens && tokens <= maxTokens, `${exact} exact, ${tokens} counted, ${maxTokens} allowed`);
  }
});

Deno.test("fitContext() leaves memories out where there is hardly room for the conversation", async () => {
  const { messages } = await fitContext({
    system: "S",
    history: conversation(50),
    question: "Q",
    memories,
    maxTokens: 150,
  });
  ok(texts(messages).every((text) => !text.startsWith("Remembered")));
});

Deno.test("fitContext() brings back the earlier turn that answers the question, in its place and with its day", async () => {
  const history = conversation(500);
  const told = {
    id: "told",
    role: "user" as const,
    content: "My dog Rufus is afraid of thunder.",
    pinned: false,
    at: "2026-03-04T10:00:00Z",
  };
  history.splice(20, 0, told, { ...told, id: "said", role: "assistant", content: "I will remember that." });
  for (const maxTokens of [700, 2_000]) {
    const { messages, kept, tokens } = await fitContext({
      system: "S",
      history,
      question: "What is Rufus afraid of?",
      maxTokens,
    });
    ok(kept.has("told") && tokens <= maxTokens);
    ok(texts(messages)[0]?.includes("\nuser: [2026-03-04] My dog Rufus is afraid of thunder.\n"));
  }
});

Deno.test("fitContext() tells the summary of what had to leave, and none of what did not", async () => {
  const history = conversation(300);
  const wishes = { system: "S", history, question: "Q", maxTokens: 1_500 };
  const summary = { text: "They talked about slate.", until: "100" };
  ok(texts((await fitContext({ ...wishes, summary })).messages)[0]?.includes("\nThey talked about slate.\n"));
  const late = await fitContext({ ...wishes, summary: { ...summary, until: "299" } });
  ok(texts(late.messages).every((text) => !text.includes("They talked about slate.")));
});

Deno.test("fitContext() counts for models that need more tokens than OpenAI's", async () => {
  const wishes = { system: "S", history: conversation(300), question: "Q", maxTokens: 2_000 };
  const [one, more] = [
    await fitContext(wishes),
    await fitContext({ ...wishes, family: modelFamily("claude-sonnet-5") }),
  ];
  ok(more.kept.size < one.kept.size && more.tokens <= 2_000);
  for (
    const [model, factor, tokenizer] of [["gpt-4o-mini", 1, "o200k_base"], ["gpt-4-turbo", 1, "cl100k_base"], [
      "meta-llama/x",
      1.2,
      "o200k_base",
    ]] as const
  ) {
    deepEqual(modelFamily(model), { factor, tokenizer });
  }
});
