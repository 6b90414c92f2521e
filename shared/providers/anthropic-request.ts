import { anthropicMessages } from "./anthropic-messages.ts";
import { anthropicSampling } from "./anthropic-sampling.ts";
import { type AnthropicSchema, anthropicSchema } from "./anthropic-schema.ts";
import { anthropicTools } from "./anthropic-tools.ts";
import { withInstruction } from "./json-instruction.ts";
import { type JsonRecord, record } from "./json-value.ts";
import type { ChatRequest } from "./provider.ts";

/** What is sent to `POST /v1/messages`. */
export interface AnthropicRequest {
  body: JsonRecord;
  headers: Record<string, string>;
  /** The tool whose input is the answer's text; null when the text is the answer's text. */
  answerTool: string | null;
}

/** Writes the request. What it decides wins over `extra`; the cap above all, since the hold was computed with it. */
export function anthropicRequest(request: ChatRequest, { stream }: { stream: boolean }): AnthropicRequest {
  const schema = anthropicSchema(request);
  const sampling = anthropicSampling(request);
  const extra = request.extra ?? {};
  const outputConfig = { ...sampling.outputConfig, ...formatOf(schema), ...record(extra.output_config) };
  const system = schema.way === "words" ? withInstruction(request.system, schema.instruction) : request.system;
  return {
    body: {
      ...sampling.parameters,
      ...extra,
      ...(request.endUser === undefined ? {} : { metadata: { user_id: request.endUser } }),
      model: request.model,
      max_tokens: request.maxOutputTokens,
      messages: anthropicMessages(request.messages),
      ...(system === null ? {} : { system }),
      ...anthropicTools(request),
      ...(schema.way === "tool" ? schema.parameters : {}),
      ...(Object.keys(outputConfig).length === 0 ? {} : { output_config: outputConfig }),
      ...(stream ? { stream: true } : {}),
    },
    headers: sampling.headers,
    answerTool: schema.way === "tool" ? schema.tool : null,
  };
}

function formatOf(schema: AnthropicSchema): JsonRecord {
  return schema.way === "format" ? { format: schema.format } : {};
}
