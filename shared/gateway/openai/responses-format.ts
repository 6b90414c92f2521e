import type { Asked, Body, ClientFormat } from "../asked.ts";
import { openAiError, openAiErrorResponse } from "../openai-error.ts";
import { openAiLimitHeaders, openAiRateLimitHeaders, openAiRemainingHeader } from "./rate-limit-headers.ts";
import { readResponses } from "./read-responses.ts";

/** OpenAI's responses. Only OpenAI itself is sure to speak them; everybody else is asked by a translation. */
export const openAiResponses: ClientFormat = {
  name: "openai-responses",
  speaks: (kind) => kind === "openai",
  relayPath: "/responses",
  relayFormat: "responses",
  read: readResponses,
  relayBody,
  rateLimitHeaders: openAiRateLimitHeaders,
  remainingHeader: openAiRemainingHeader,
  limitHeaders: openAiLimitHeaders,
  effortName: "reasoning.effort",
  relayHeaders: () => ({}),
  wantsUsageEvent: () => true,
  translator: async () => (await import("./responses-translator.ts")).responsesTranslator,
  store: async () => (await import("./responses-store.ts")).responsesStore,
  errorResponse: openAiErrorResponse,
  errorEvent(thrown, passed) {
    const { error } = openAiError(thrown);
    // Flat is the format; nested is what some clients read instead.
    return `event: error\ndata: ${JSON.stringify({ ...error, type: "error", sequence_number: passed, error })}\n\n`;
  },
};

/**
 * The cap is the hold's. The provider keeps nothing: its store belongs to the deployment's key, and with it to every organization
 * at once.
 */
function relayBody(
  { body: { models: _, ...body }, maxOutputTokens }: Asked,
  { model, max_output_tokens: most }: { model: string; max_output_tokens: number },
): Body {
  return {
    ...body,
    model,
    store: false,
    ...(maxOutputTokens === null ? {} : { max_output_tokens: Math.min(maxOutputTokens, most) }),
  };
}
