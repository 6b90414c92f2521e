import { hashText } from "@shared/cache/mod.ts";
import { tokenBound } from "@shared/pricing/mod.ts";
import type { Body } from "../asked.ts";
import { badParameter, unsupported } from "../client-error.ts";
import { given, readCount, requireList, wrongType, wrongValue } from "../fields.ts";
import { type ModelChoice, readModelChoice } from "../model-choice.ts";

/** What a client wants to have embedded. */
export interface EmbeddingsAsked {
  choice: ModelChoice;
  /** Each different text once. */
  items: { text: string; hash: string; inputTokens: number }[];
  /** Hash of each text, in the client's order. */
  order: string[];
  /** Null = the model's own. */
  dimensions: number | null;
  /** A vector as the client wants it. */
  encode(vector: number[]): number[] | string;
}

const PARAMETERS = new Set(["model", "models", "input", "encoding_format", "dimensions", "user"]);
/** OpenAI's own limit. */
const MOST_TEXTS = 2_048;

/**
 * Reads `POST /v1/embeddings`.
 *
 * @throws {AppError} `invalid_request`, for lists of tokens as well: the store compares texts.
 */
export async function readEmbeddings(body: Body): Promise<EmbeddingsAsked> {
  const choice = readModelChoice(body);
  for (const [param, value] of Object.entries(body)) {
    if (given(value) && !PARAMETERS.has(param)) throw unsupported(param, "embeddings");
  }
  const { input, encoding_format: encoding } = body;
  const texts = typeof input === "string" ? [input] : requireList(input, "input");
  if (texts.length > MOST_TEXTS) {
    throw badParameter(`Invalid 'input': at most ${MOST_TEXTS} texts are taken.`, {
      param: "input",
      code: "array_above_max_length",
    });
  }
  if (given(encoding) && encoding !== "float" && encoding !== "base64") {
    throw wrongValue("encoding_format", ["float", "base64"]);
  }
  const order: string[] = [];
  const items = new Map<string, EmbeddingsAsked["items"][number]>();
  for (const text of texts) {
    if (typeof text !== "string") throw wrongType("input", "a string or an array of strings", text);
    if (text === "") {
      throw badParameter("Invalid 'input': input cannot be an empty string.", {
        param: "input",
        code: "invalid_value",
      });
    }
    const hash = await hashText(text);
    order.push(hash);
    // The shortest text is one token: a bound of nothing would hold nothing.
    items.set(hash, { text, hash, inputTokens: Math.max(1, tokenBound(text)) });
  }
  return {
    choice,
    items: [...items.values()],
    order,
    dimensions: readCount(body, "dimensions"),
    encode: encoding === "base64" ? base64 : (vector) => vector,
  };
}

/** Little-endian 32-bit floats. */
function base64(vector: number[]): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4));
  vector.forEach((value, index) => view.setFloat32(index * 4, value, true));
  let binary = "";
  for (const byte of new Uint8Array(view.buffer)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
