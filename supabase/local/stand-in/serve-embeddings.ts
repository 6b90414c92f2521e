import { defaultDimensions, embed, toBase64 } from "./embeddings.ts";
import type { Reply } from "./reply.ts";
import { badRequest } from "./faults/vendor-error.ts";
import { anySpecial, tokenizer } from "./wire/count-tokens.ts";
import type { Json, ProviderName } from "./wire/prompt.ts";

const mostTokens = 8_192;
const mostInputs = 2_048;

/** Answers `POST /v1/embeddings`. Resolves to the status and the input tokens, null when it was refused. */
export async function serveEmbeddings(
  reply: Reply,
  body: Json,
  provider: ProviderName,
): Promise<{ status: number; tokens: number | null }> {
  const { encode, decode } = await tokenizer();
  const given = body["input"];
  // A list of numbers is one text as tokens; a list of lists is several.
  const inputs = Array.isArray(given) && typeof given[0] !== "number" ? given : [given];
  const texts = inputs.map((input) =>
    typeof input === "string" ? input : Array.isArray(input) ? decode(input as number[]) : ""
  );
  const refuse = (message: string) => {
    reply.error(badRequest(provider, message));
    return { status: 400, tokens: null };
  };
  if (typeof body["model"] !== "string" || body["model"] === "") return refuse("you must provide a model parameter");
  if (texts.length === 0 || texts.some((text) => text === "")) {
    return refuse("'$.input' is invalid: it must not be empty");
  }
  if (texts.length > mostInputs) return refuse(`'$.input' is invalid: at most ${mostInputs} inputs are allowed`);
  const counts = texts.map((text) => encode(text, anySpecial).length);
  const longest = Math.max(...counts);
  if (longest > mostTokens) {
    return refuse(
      `This model's maximum context length is ${mostTokens} tokens, however you requested ${longest} tokens`,
    );
  }
  const dimensions = typeof body["dimensions"] === "number" ? body["dimensions"] : defaultDimensions(body["model"]);
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 4_096) return refuse("'$.dimensions' is invalid");
  const tokens = counts.reduce((sum, count) => sum + count, 0);
  reply.json(200, {
    object: "list",
    data: texts.map((text, index) => {
      const vector = embed(text, dimensions);
      return {
        object: "embedding",
        index,
        embedding: body["encoding_format"] === "base64" ? toBase64(vector) : Array.from(vector),
      };
    }),
    model: body["model"],
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
  return { status: 200, tokens };
}
