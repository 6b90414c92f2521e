import { hashText } from "@shared/cache/mod.ts";
import { tokenBound } from "@shared/pricing/mod.ts";
import { type EmbeddingText, takesDimensions } from "@shared/providers/mod.ts";
import type { Body } from "../asked.ts";
import { badParameter, unsupported } from "../client-error.ts";
import { given, readCount, requireList, wrongType, wrongValue } from "../fields.ts";
import { type ModelChoice, readModelChoice } from "../model-choice.ts";

/** What a client wants to have embedded. */
export interface EmbeddingsAsked {
  choice: ModelChoice;
  /** Each different text once. */
  items: { text: EmbeddingText; hash: string; inputTokens: number }[];
  /** Hash of each text, in the client's order. */
  order: string[];
  /** Null = the model's own. */
  dimensions: number | null;
  /** Hints that the model is not told. */
  ignored: string[];
  /** A vector as the client wants it. */
  encode(vector: number[]): number[] | string;
}

const PARAMETERS = new Set(["model", "models", "input", "encoding_format", "dimensions", "user"]);
/** OpenAI's own limit. */
const MOST_TEXTS = 2_048;
/** No vocabulary is near it. */
const MOST_TOKEN_IDS = 2 ** 24;

/**
 * Reads `POST /v1/embeddings`.
 *
 * @throws {AppError} `invalid_request` naming the parameter.
 */
export async function readEmbeddings(body: Body): Promise<EmbeddingsAsked> {
  const choice = readModelChoice(body);
  for (const [param, value] of Object.entries(body)) {
    if (given(value) && !PARAMETERS.has(param)) throw unsupported(param, "embeddings");
  }
  const { input, encoding_format: encoding } = body;
  const texts = textsOf(input);
  if (texts.length > MOST_TEXTS) {
    throw badParameter(`Invalid 'input': at most ${MOST_TEXTS} texts are taken.`, {
      param: "input",
      code: "array_above_max_length",
    });
  }
  if (given(encoding) && encoding !== "float" && encoding !== "base64") {
    throw wrongValue("encoding_format", ["float", "base64"]);
  }
  const dimensions = readCount(body, "dimensions");
  const model = choice.models?.[0]?.replace(/^openai\//, "") ?? "";
  if (dimensions !== null && !takesDimensions(model)) throw unsupported("dimensions", model);
  const order: string[] = [];
  const items = new Map<string, EmbeddingsAsked["items"][number]>();
  for (const [index, value] of texts.entries()) {
    const text = typeof value === "string" ? requireText(value) : requireTokens(value, index);
    const hash = typeof text === "string" ? await hashText(text) : `tokens:${await hashText(text.join(" "))}`;
    order.push(hash);
    // The shortest text is one token: a bound of nothing would hold nothing.
    items.set(hash, {
      text,
      hash,
      inputTokens: typeof text === "string" ? Math.max(1, tokenBound(text)) : text.length,
    });
  }
  return {
    choice,
    items: [...items.values()],
    order,
    dimensions,
    // Texts go out together with those of nobody in particular, or not at all.
    ignored: given(body["user"]) ? ["user"] : [],
    encode: encoding === "base64" ? base64 : (vector) => vector,
  };
}

/** A list of numbers is one text as tokens, a list of lists several. */
function textsOf(input: unknown): unknown[] {
  if (typeof input === "string") return [input];
  const texts = requireList(input, "input");
  return typeof texts[0] === "number" ? [texts] : texts;
}

function requireText(text: string): string {
  if (text !== "") return text;
  throw badParameter("Invalid 'input': input cannot be an empty string.", { param: "input", code: "invalid_value" });
}

function requireTokens(value: unknown, index: number): number[] {
  if (!Array.isArray(value)) throw wrongType("input", "strings, or arrays of integers", value);
  const isToken = (token: unknown) => Number.isInteger(token) && Number(token) >= 0 && Number(token) < MOST_TOKEN_IDS;
  if (value.length > 0 && value.every(isToken)) return value;
  throw badParameter(`Invalid 'input[${index}]': expected an array of token ids, which is not empty.`, {
    param: "input",
    code: "invalid_value",
  });
}

/** Little-endian 32-bit floats. */
function base64(vector: number[]): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4));
  vector.forEach((value, index) => view.setFloat32(index * 4, value, true));
  let binary = "";
  for (const byte of new Uint8Array(view.buffer)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
