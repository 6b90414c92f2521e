import { badRequest } from "./faults/vendor-error.ts";
import { detectLanguage, type Language } from "./language/detect-language.ts";
import type { Reply } from "./reply.ts";
import { anySpecial, tokenizer } from "./wire/count-tokens.ts";
import { record, text } from "./wire/json.ts";
import type { Json, ProviderName } from "./wire/prompt.ts";
import { readAudio } from "./wire/read-audio.ts";

const mostBytes = 26_214_400;
/** Whisper names languages in English. */
const languageNames: Record<Language, string> = {
  en: "english",
  de: "german",
  es: "spanish",
  fr: "french",
  it: "italian",
  zh: "chinese",
};
/** As OpenAI's models count audio. */
const audioTokensASecond = 10;

/** Answers `POST /v1/audio/transcriptions`. Resolves to the status and the input tokens, null where none are counted. */
export async function serveTranscription(
  reply: Reply,
  body: Json,
  provider: ProviderName,
): Promise<{ status: number; tokens: number | null }> {
  const refuse = (message: string) => {
    reply.error(badRequest(provider, message));
    return { status: 400, tokens: null };
  };
  const model = text(body["model"]);
  const file = record(body["file"]);
  const isWhisper = model.startsWith("whisper");
  const format = text(body["response_format"]) || "json";
  if (model === "") return refuse("you must provide a model parameter");
  if (text(file["data"]) === "") return refuse("you must provide a file");
  if (!isWhisper && format !== "json") {
    return refuse(`response_format '${format}' is not compatible with model '${model}'`);
  }
  const bytes = Uint8Array.from(atob(text(file["data"])), (letter) => letter.charCodeAt(0));
  if (bytes.length > mostBytes) return refuse("Maximum content size limit (26214400) exceeded");
  const { words, seconds } = readAudio(bytes);
  const said = words === "" ? `Audio of ${seconds.toFixed(1)} seconds without words.` : words;
  if (isWhisper) {
    const usage = { type: "duration", seconds: Math.ceil(seconds) };
    reply.json(
      200,
      format === "verbose_json" ? { ...verbose(said, seconds, text(body["language"])), usage } : { text: said, usage },
    );
    return { status: 200, tokens: null };
  }
  const { encode } = await tokenizer();
  const heard = Math.ceil(seconds * audioTokensASecond);
  const written = encode(said, anySpecial).length;
  reply.json(200, {
    text: said,
    usage: {
      type: "tokens",
      input_tokens: heard,
      input_token_details: { text_tokens: 0, audio_tokens: heard },
      output_tokens: written,
      total_tokens: heard + written,
    },
  });
  return { status: 200, tokens: heard };
}

/** Sentences share the recording by their lengths. */
function verbose(said: string, seconds: number, language: string): Json {
  const sentences = said.match(/[^.!?]+[.!?]*\s*/g) ?? [said];
  let at = 0;
  const segments = sentences.map((sentence, id) => {
    const start = seconds * at / said.length;
    at += sentence.length;
    return { id, start, end: seconds * at / said.length, text: sentence };
  });
  return {
    task: "transcribe",
    language: language || languageNames[detectLanguage(said)],
    duration: seconds,
    text: said,
    segments,
  };
}
