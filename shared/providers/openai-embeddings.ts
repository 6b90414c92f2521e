import { answerError, type Attempt } from "./classify-error.ts";
import { headroom } from "./headroom.ts";
import { count, type JsonRecord, list, record, string } from "./json-value.ts";
import type { OpenAiDialect } from "./openai-dialect.ts";
import { openAiEmbeddingUsage } from "./openai-usage.ts";
import type { EmbeddingAnswer, EmbeddingRequest } from "./provider.ts";
import { isStandIn } from "./stand-in.ts";

/** Whether vectors of a model can be made shorter: ada-002 came before the parameter and refuses it. */
export function takesDimensions(model: string): boolean {
  return model !== "text-embedding-ada-002";
}

/** The body of `POST /embeddings`. Base64 is a third of the bytes of floats in JSON; only OpenAI is sure to know it. */
export function openAiEmbeddingRequest(
  { model, texts, dimensions }: EmbeddingRequest,
  dialect: OpenAiDialect,
): JsonRecord {
  return {
    model,
    input: texts,
    ...(dimensions === undefined || !takesDimensions(model) ? {} : { dimensions }),
    encoding_format: dialect === "openai" ? "base64" : "float",
  };
}

/**
 * Reads the vectors in the order of the texts, whatever the order and the encoding they came in.
 *
 * @throws {ProviderError} `malformed` unless there is one vector of numbers for each text.
 */
export function openAiEmbeddingAnswer(body: JsonRecord, request: EmbeddingRequest, attempt: Attempt): EmbeddingAnswer {
  const usage = openAiEmbeddingUsage(body.usage);
  const vectors: (number[] | undefined)[] = request.texts.map(() => undefined);
  const data = list(body.data);
  data.forEach((value, position) => {
    const { index, embedding } = record(value);
    const at = count(index) ?? position;
    if (at < vectors.length) vectors[at] = vectorOf(embedding);
  });
  const complete = vectors.filter((vector) => vector !== undefined);
  if (
    data.length !== vectors.length || complete.length !== vectors.length ||
    complete.some((vector) => vector.length !== complete[0]?.length)
  ) {
    throw answerError("malformed", "it has not one vector for each text", {
      ...attempt,
      partial: { text: "", usage, final: usage !== null },
    });
  }
  const headers = attempt.headers ?? new Headers();
  return {
    vectors: complete,
    usage,
    responseModel: string(body.model),
    standIn: isStandIn(headers),
    headroom: headroom(headers),
  };
}

function vectorOf(embedding: unknown): number[] | undefined {
  if (typeof embedding === "string") return base64Vector(embedding);
  const numbers = list(embedding).filter((value) => typeof value === "number" && Number.isFinite(value));
  return numbers.length > 0 && numbers.length === list(embedding).length ? numbers as number[] : undefined;
}

/** Little-endian 32-bit floats. */
function base64Vector(text: string): number[] | undefined {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  if (binary.length === 0 || binary.length % 4 !== 0) return undefined;
  const view = new DataView(Uint8Array.from(binary, (character) => character.charCodeAt(0)).buffer);
  const vector: number[] = [];
  for (let at = 0; at < view.byteLength; at += 4) vector.push(view.getFloat32(at, true));
  return vector.every(Number.isFinite) ? vector : undefined;
}
