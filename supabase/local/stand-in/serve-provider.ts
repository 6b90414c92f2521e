import type { Fault, Operation } from "./faults/fault.ts";
import type { FaultPlan } from "./faults/fault-plan.ts";
import { badRequest, errorOf, type VendorError, vendorError } from "./faults/vendor-error.ts";
import type { Journal, JournalEntry } from "./journal.ts";
import { modelList } from "./model-list.ts";
import { moderate } from "./moderation.ts";
import type { Reply } from "./reply.ts";
import { complaint, readPrompt, serveChat } from "./serve-chat.ts";
import { serveEmbeddings } from "./serve-embeddings.ts";
import { serveTranscription } from "./serve-transcription.ts";
import { countInput, tokenizer } from "./wire/count-tokens.ts";
import { list, parseJson, record, text } from "./wire/json.ts";
import type { Json, ProviderName } from "./wire/prompt.ts";
import type { Renderer, WireFormat } from "./wire/render.ts";

/** One HTTP request to a provider. */
export interface Exchange {
  reply: Reply;
  method: string;
  /** Path below the provider's `/v1`. */
  path: string;
  raw: string;
  hasKey: boolean;
  provider: ProviderName;
  plan: FaultPlan;
  journal: Journal;
  renderer: Renderer;
}

const formats: Record<string, WireFormat> = {
  "/chat/completions": "chat",
  "/responses": "responses",
  "/messages": "messages",
};

/** Answers a request as its provider would, or as the faults in force have it. Every request to a known path is in the journal. */
export async function serveProvider(exchange: Exchange): Promise<void> {
  const { reply, path, provider, plan, journal } = exchange;
  const operation = operationOf(exchange.method, path, provider);
  if (operation === null) return reply.error(unknownPath(exchange));
  const body = record(parseJson(exchange.raw));
  const model = text(body["model"]);
  const refusal = refusalOf(exchange, operation, body);
  const fault = refusal === null ? plan.next({ provider, model, operation }) : null;
  const entry = journal.open({
    ...{ provider, operation, fault: fault?.kind ?? null },
    model: model === "" ? null : model,
    stream: body["stream"] === true,
  });
  const failure = refusal ?? (fault === null ? null : errorOf(fault, provider, Date.now()));
  if (failure !== null) {
    entry.status = failure.status;
    return reply.error(failure);
  }
  if (fault?.kind === "silence") return;
  if (fault?.kind === "reset") return reply.destroy();
  await serve(exchange, body, entry, fault);
}

async function serve(exchange: Exchange, body: Json, entry: JournalEntry, fault: Fault | null): Promise<void> {
  const { reply, path, provider, renderer } = exchange;
  const format = formats[path];
  entry.status = 200;
  if (format === undefined) {
    if (fault?.kind === "latency") await reply.wait(fault.delay_ms ?? 1_000);
    const { status, tokens } = await serveOther(reply, body, path, provider);
    entry.status = status;
    entry.input_tokens = tokens;
    return;
  }
  const prompt = readPrompt(body, provider, format);
  const { inputTokens, outputTokens } = await serveChat({ reply, body, prompt, format, renderer, fault });
  entry.input_tokens = inputTokens;
  entry.output_tokens = outputTokens;
}

function unknownPath({ method, path, provider }: Exchange): VendorError {
  const message = `Unknown request URL: ${method} ${path}`;
  return vendorError(provider, { status: 404, type: "invalid_request_error", code: null, message });
}

/** What is wrong with a request whatever its model; null when nothing is. */
function refusalOf({ hasKey, raw, path, provider }: Exchange, operation: Operation, body: Json): VendorError | null {
  if (!hasKey) {
    const message = "You did not provide an API key";
    return vendorError(provider, { status: 401, type: "invalid_request_error", code: "invalid_api_key", message });
  }
  if (operation === "models") return null;
  if (parseJson(raw) === null) return badRequest(provider, "We could not parse the JSON body of your request");
  const format = formats[path];
  const wrong = format === undefined ? null : complaint(body, format);
  return wrong === null ? null : badRequest(provider, wrong);
}

function operationOf(method: string, path: string, provider: ProviderName): Operation | null {
  if (method === "GET") return path === "/models" ? "models" : null;
  if (method !== "POST") return null;
  if (path === "/messages" || path === "/messages/count_tokens") return provider === "anthropic" ? "chat" : null;
  if (provider === "anthropic") return null;
  if (path === "/embeddings") return "embedding";
  if (path === "/audio/transcriptions") return "transcription";
  if (path === "/moderations") return "moderation";
  const answers = path === "/responses" || path === "/responses/input_tokens";
  return path === "/chat/completions" || (answers && provider === "openai") ? "chat" : null;
}

async function serveOther(
  reply: Reply,
  body: Json,
  path: string,
  provider: ProviderName,
): Promise<{ status: number; tokens: number | null }> {
  switch (path) {
    case "/models":
      reply.json(200, modelList(provider));
      return { status: 200, tokens: null };
    case "/embeddings":
      return await serveEmbeddings(reply, body, provider);
    case "/audio/transcriptions":
      return await serveTranscription(reply, body, provider);
    case "/moderations": {
      const inputs = typeof body["input"] === "string"
        ? [body["input"]]
        : list(body["input"]).map((part) => text(part) || text(record(part)["text"]));
      reply.json(200, {
        id: `modr-${crypto.randomUUID()}`,
        model: text(body["model"]) || "omni-moderation-latest",
        results: inputs.map(moderate),
      });
      return { status: 200, tokens: null };
    }
    default: {
      const ofResponses = path === "/responses/input_tokens";
      const format = ofResponses ? "responses" : "messages";
      const tokens = countInput(readPrompt(body, provider, format), await tokenizer());
      reply.json(200, { ...(ofResponses ? { object: "response.input_tokens" } : {}), input_tokens: tokens });
      return { status: 200, tokens };
    }
  }
}
