import type { ClientFormat } from "../asked.ts";
import { anthropicError, anthropicErrorResponse } from "./anthropic-error.ts";
import { anthropicLimitHeaders, anthropicRateLimitHeaders, anthropicRemainingHeader } from "./rate-limit-headers.ts";
import { readMessages } from "./read-messages.ts";

/** Headers of Anthropic's clients that say how their request is to be read. */
const PASSED_ON = ["anthropic-version", "anthropic-beta"];

/** Anthropic's messages. */
export const anthropicMessages: ClientFormat = {
  name: "anthropic-messages",
  speaks: (kind) => kind === "anthropic",
  relayPath: "/v1/messages",
  read: readMessages,
  relayBody({ body: { models: _, ...body }, maxOutputTokens }, { model, max_output_tokens: most }) {
    return { ...body, model, max_tokens: Math.min(maxOutputTokens ?? most, most) };
  },
  rateLimitHeaders: anthropicRateLimitHeaders,
  remainingHeader: anthropicRemainingHeader,
  limitHeaders: anthropicLimitHeaders,
  effortName: "output_config.effort",
  relayHeaders: (headers) =>
    Object.fromEntries(PASSED_ON.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    })),
  wantsUsageEvent: () => true,
  translator: async () => (await import("./messages-translator.ts")).messagesTranslator,
  store: async () => (await import("./messages-store.ts")).messagesStore,
  errorResponse: anthropicErrorResponse,
  errorEvent: (thrown) =>
    `event: error\ndata: ${JSON.stringify({ type: "error", error: anthropicError(thrown).error })}\n\n`,
};
