import type { Plan } from "@shared/budget/mod.ts";
import { addUsd, boundUsd, compareUsd } from "@shared/pricing/mod.ts";
import { type EmbeddingText, ProviderError } from "@shared/providers/mod.ts";
import { requestSettings } from "@shared/settings/mod.ts";
import type { RouterTools } from "./ask.ts";
import { type PlainResult, PlainTrip } from "./plain-trip.ts";

/** Texts to embed, each with an upper bound of its tokens. */
export interface EmbeddingAsk {
  texts: readonly { text: EmbeddingText; inputTokens: number }[];
  /** Length every vector must have. */
  dimensions: number;
  signal: AbortSignal;
  /** Epoch milliseconds. */
  deadline: number;
}

/** How an embedding request ended. */
export interface EmbeddingResult extends PlainResult {
  /** A vector for each text, in order; shorter than the texts when it failed on the way. */
  vectors: number[][];
}

/** Most texts and most tokens (by their bounds) of one call; OpenAI takes 2,048 and 300,000. */
const MOST_TEXTS = 256;
const MOST_TOKENS = 200_000;

/**
 * Embeds texts, some hundred a call, all by ONE model: a failed call is retried or goes another way to the same model, never to
 * another. Never throws. What was embedded before a failure comes back and can be kept.
 */
export async function embed(plan: Plan, ask: EmbeddingAsk, tools: RouterTools): Promise<EmbeddingResult> {
  // Vectors bind to their model, not to their provider.
  const candidates = plan.candidates.filter(({ model }) => model === plan.candidates[0]?.model);
  const trip = new PlainTrip(plan, ask, tools, { candidates, heldUsd: heldUsd(plan, ask) });
  const { attemptTimeoutMs } = requestSettings(plan.settings);
  const vectors: number[][] = [];
  for (const batch of batchesOf(ask.texts)) {
    const embedded = await trip.answered({
      purpose: "embedding",
      bounds: { inputTokens: batch.reduce((sum, text) => sum + text.inputTokens, 0), outputTokens: 0 },
      uncovered: "Cannot embed the texts: the budget leaves too little",
      async perform(candidate, leftMs) {
        const totalMs = Math.min(attemptTimeoutMs, leftMs);
        const answer = await tools.open(candidate, { totalMs, firstTokenMs: null, idleMs: null }).embed({
          model: candidate.model,
          texts: batch.map(({ text }) => text),
          ...(candidate.dimensions === ask.dimensions ? {} : { dimensions: ask.dimensions }),
          signal: ask.signal,
        });
        const { vectors, usage } = answer;
        const fits = vectors.length === batch.length && vectors.every(({ length }) => length === ask.dimensions);
        if (!fits) {
          throw new ProviderError("malformed", "Cannot use the vectors: unexpected answer", {
            mayBeBilled: true,
          });
        }
        const counted = usage === null ? null : { ...usage, outputTokens: usage.outputTokens ?? 0 };
        return { answer: vectors, facts: { ...answer, usage: counted, text: "" } };
      },
    });
    if (embedded === null) break;
    vectors.push(...embedded);
  }
  const got = vectors.length === ask.texts.length ? "all" : vectors.length > 0 ? "part" : "nothing";
  return { vectors, ...trip.result(got) };
}

function batchesOf(texts: EmbeddingAsk["texts"]): EmbeddingAsk["texts"][] {
  const batches: EmbeddingAsk["texts"][number][][] = [];
  let tokens = Infinity;
  for (const text of texts) {
    const open = batches.at(-1);
    tokens += text.inputTokens;
    if (open === undefined || open.length >= MOST_TEXTS || tokens > MOST_TOKENS) {
      batches.push([text]);
      tokens = text.inputTokens;
    } else open.push(text);
  }
  return batches;
}

/**
 * The hold was computed by the database from the same bounds and prices, with a division on the way: a difference in the last
 * digit is no reason to ask for more.
 */
function heldUsd(plan: Plan, ask: EmbeddingAsk): string {
  const [first] = plan.candidates;
  if (first === undefined) return plan.hold_usd;
  const inputTokens = ask.texts.reduce((sum, text) => sum + text.inputTokens, 0);
  const exact = boundUsd(first.price, { inputTokens, outputTokens: 0 });
  return compareUsd(exact, addUsd(plan.hold_usd, "0.000000000001")) <= 0 && compareUsd(exact, plan.hold_usd) > 0
    ? exact
    : plan.hold_usd;
}
