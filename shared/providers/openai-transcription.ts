import type { Usage } from "@shared/pricing/mod.ts";
import { answerError, type Attempt } from "./classify-error.ts";
import { headroom } from "./headroom.ts";
import { count, type JsonRecord, list, record, string } from "./json-value.ts";
import type { SpeechSegment, TranscriptionAnswer, TranscriptionRequest } from "./provider.ts";
import { isStandIn } from "./stand-in.ts";

/**
 * The form of `POST /audio/transcriptions`. Whisper says when each sentence was spoken, and in which language; the models after it
 * answer in plain JSON alone.
 *
 * @see https://platform.openai.com/docs/api-reference/audio/createTranscription
 */
export function openAiTranscriptionForm({ model, audio, language }: TranscriptionRequest): FormData {
  const form = new FormData();
  // The file comes last: a server can read what it is for before it arrives.
  form.set("model", model);
  form.set("response_format", model.startsWith("whisper") ? "verbose_json" : "json");
  if (language !== null) form.set("language", language);
  form.set("file", new File([audio.bytes], audio.fileName, { type: audio.mimeType }));
  return form;
}

/**
 * Reads a transcription.
 *
 * @throws {ProviderError} `malformed` when there is no text.
 */
export function openAiTranscriptionAnswer(body: JsonRecord, attempt: Attempt): TranscriptionAnswer {
  const text = string(body.text);
  if (text === null) throw answerError("malformed", "it has no text", attempt);
  const headers = attempt.headers ?? new Headers();
  return {
    text: text.trim(),
    language: string(body.language),
    segments: list(body.segments).flatMap(segmentOf),
    usage: usageOf(body),
    responseModel: null, // never named here
    standIn: isStandIn(headers),
    headroom: headroom(headers),
  };
}

function segmentOf(value: unknown): SpeechSegment[] {
  const { start, end, text } = record(value);
  if (typeof start !== "number" || typeof end !== "number" || typeof text !== "string") return [];
  return [{ startMs: Math.round(start * 1_000), endMs: Math.round(end * 1_000), text: text.trim() }];
}

/** Sold by the second (`type: duration`), or by tokens of audio and text. Null: it did not say. */
function usageOf(body: JsonRecord): Usage | null {
  const usage = record(body.usage);
  const none = { cacheReadInputTokens: null, cacheWriteInputTokens: null };
  const seconds = usage.type === "duration" ? usage.seconds : undefined;
  if (typeof seconds === "number" && seconds >= 0) {
    return { inputTokens: 0, outputTokens: 0, ...none, audioMs: Math.round(seconds * 1_000) };
  }
  const [inputTokens, outputTokens] = [count(usage.input_tokens), count(usage.output_tokens)];
  return inputTokens === null && outputTokens === null ? null : { inputTokens, outputTokens, ...none };
}
