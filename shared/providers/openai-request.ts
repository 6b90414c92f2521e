import { withInstruction } from "./json-instruction.ts";
import type { JsonRecord } from "./json-value.ts";
import type { OpenAiDialect } from "./openai-dialect.ts";
import { openAiMessages } from "./openai-messages.ts";
import { openAiResponseFormat } from "./openai-response-format.ts";
import { openAiSampling } from "./openai-sampling.ts";
import { openAiTools } from "./openai-tools.ts";
import type { ChatRequest } from "./provider.ts";

/** The body of `POST /chat/completions`. What the request decides wins over `extra`; the cap above all, since the hold was computed with it. */
export function openAiRequest(
  request: ChatRequest,
  { dialect, stream }: { dialect: OpenAiDialect; stream: boolean },
): JsonRecord {
  const format = openAiResponseFormat(request, dialect);
  const system = format.instruction === null ? request.system : withInstruction(request.system, format.instruction);
  const { max_tokens: _, max_completion_tokens: __, ...extra } = request.extra ?? {};
  return {
    ...extra,
    ...(request.endUser === undefined ? {} : { user: request.endUser }),
    model: request.model,
    messages: openAiMessages(system, request.messages),
    ...openAiSampling(request, dialect).parameters,
    ...openAiTools(request),
    ...format.parameters,
    // Without it a stream ends without its usage, and the call without its cost.
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}
