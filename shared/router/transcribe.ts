import type { Plan } from "@shared/budget/mod.ts";
import type { TranscriptionAnswer, TranscriptionRequest } from "@shared/providers/mod.ts";
import type { RouterTools } from "./ask.ts";
import { type PlainResult, PlainTrip } from "./plain-trip.ts";

/** Speech to be written down, with upper bounds of what it uses. */
export interface TranscriptionAsk {
  audio: TranscriptionRequest["audio"];
  language: string | null;
  bounds: { audioMs: number; inputTokens: number; outputTokens: number };
  signal: AbortSignal;
  /** Epoch milliseconds. */
  deadline: number;
}

/** How a transcription ended. */
export interface TranscriptionResult extends PlainResult {
  /** Null when nobody wrote it down. */
  heard: Pick<TranscriptionAnswer, "text" | "language" | "segments"> | null;
}

/** Has speech written down by the first model that can. Never throws. */
export async function transcribe(
  plan: Plan,
  ask: TranscriptionAsk,
  tools: RouterTools,
): Promise<TranscriptionResult> {
  const trip = new PlainTrip(plan, ask, tools, { candidates: plan.candidates, heldUsd: plan.hold_usd });
  const heard = await trip.answered({
    purpose: "answer",
    bounds: ask.bounds,
    uncovered: "Cannot transcribe the audio: the budget leaves too little",
    async perform(candidate, leftMs) {
      const { audio, language, signal } = ask;
      // A long recording takes its time: only the request's own end limits it.
      const provider = tools.open(candidate, { totalMs: leftMs, firstTokenMs: null, idleMs: null });
      const answer = await provider.transcribe({ model: candidate.model, audio, language, signal });
      return { answer, facts: answer };
    },
  });
  return { heard, ...trip.result(heard === null ? "nothing" : "all") };
}
