/** About 1 kB each way, and about 60 chunks a stream: what `peers.md` was measured with. */
const words = "Oak parquet is hard, warm underfoot and can be sanded several times before it is worn out. ".repeat(8)
  .split(" ");
const head = {
  id: "chatcmpl-bench",
  created: 1_750_000_000,
  model: "gpt-4o-mini-2024-07-18",
  system_fingerprint: "fp_bench",
};

/** The whole answer. */
export const completion = {
  ...head,
  object: "chat.completion",
  choices: [{
    index: 0,
    message: { role: "assistant", content: words.slice(0, 120).join(" "), refusal: null },
    logprobs: null,
    finish_reason: "stop",
  }],
  usage: { prompt_tokens: 180, completion_tokens: 140, total_tokens: 320, prompt_tokens_details: { cached_tokens: 0 } },
};

const chunk = (delta: object, finishReason: string | null = null) => ({
  ...head,
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
});

/** The streamed answer. */
export const chunks = [
  chunk({ role: "assistant", content: "" }),
  ...words.slice(0, 58).map((word) => chunk({ content: `${word} ` })),
  chunk({}, "stop"),
];

/** The request. */
export const question = {
  model: "gpt-4o-mini",
  max_tokens: 200,
  messages: [
    { role: "system", content: "You are a seller of floors. ".repeat(10) },
    { role: "user", content: "What is oak parquet good for, and what is it not good for? ".repeat(8) },
  ],
};
