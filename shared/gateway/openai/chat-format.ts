import type { Candidate } from "@shared/budget/mod.ts";
import { outputLimitName, type ProviderKind } from "@shared/providers/mod.ts";
import type { Asked, Body, ClientFormat } from "../asked.ts";
import { record } from "../fields.ts";
import { openAiError, openAiErrorResponse } from "../openai-error.ts";
import { openAiLimitHeaders, openAiRateLimitHeaders, openAiRemainingHeader } from "./rate-limit-headers.ts";
import { readChat } from "./read-chat.ts";

/** OpenAI's chat completions: what most clients speak, and most providers. */
export const openAiChat: ClientFormat = {
  name: "openai-chat",
  speaks: (kind) => kind === "openai" || kind === "openai_compatible",
  relayPath: "/chat/completions",
  read: readChat,
  relayBody,
  rateLimitHeaders: openAiRateLimitHeaders,
  remainingHeader: openAiRemainingHeader,
  limitHeaders: openAiLimitHeaders,
  effortName: "reasoning_effort",
  relayHeaders: () => ({}),
  wantsUsageEvent: ({ body }) => record(body["stream_options"])["include_usage"] === true,
  translator: async () => (await import("./chat-translator.ts")).chatTranslator,
  store: async () => (await import("./chat-store.ts")).chatStore,
  errorResponse: openAiErrorResponse,
  errorEvent: (thrown) => `data: ${JSON.stringify({ error: openAiError(thrown).error })}\n\n`,
};

/** The cap is the hold's: never above it, under the name the model takes, and shared by all choices. */
function relayBody(
  asked: Asked,
  { provider: slug, kind, base_url: baseUrl, model, max_output_tokens: most }: Candidate,
): Body {
  const { models: _, max_tokens: __, max_completion_tokens: ___, ...body } = asked.body;
  const each = Math.floor(most / asked.choices);
  const cap = asked.maxOutputTokens === null && asked.choices === 1
    ? null
    : Math.min(asked.maxOutputTokens ?? each, each);
  const stream = asked.stream ? { stream_options: { ...record(body["stream_options"]), include_usage: true } } : {};
  return {
    ...body,
    model,
    ...(cap === null ? {} : { [outputLimitName({ slug, kind: kind as ProviderKind, baseUrl }, model)]: cap }),
    ...stream,
  };
}
