import { defineSpeech } from "@shared/ai-task/mod.ts";
import { z } from "zod";
import { audioLengthMs } from "./audio-length.ts";
import type { MediaFile } from "./media-source.ts";

/** What was said in a recording. */
export const transcript = z.strictObject({
  text: z.string().describe("Everything that was said."),
  language: z.string().nullable().describe("As the provider names it; null where it does not say."),
  duration_ms: z.number().int().describe("Length of the recording."),
  segments: z.array(z.strictObject({
    start_ms: z.number().int(),
    end_ms: z.number().int(),
    text: z.string(),
  })).describe("When each sentence was said; empty where the model does not tell."),
});

/** What was said. */
export type Transcript = z.output<typeof transcript>;

const input = z.strictObject({ content_hash: z.string() });

/** Slug and title of the task, wherever it is asked from. */
export const TRANSCRIBE_AUDIO = { task: "transcribe-audio", title: "Transcription" } as const;

/**
 * The task that writes one recording down. The recording is bound to the definition: a body of one megabyte would not hold it.
 *
 * @param language ISO 639-1; null = the model hears it.
 */
export async function speechTask(recording: MediaFile, language: string | null) {
  const lengthMs = await audioLengthMs(recording);
  return defineSpeech({
    ...TRANSCRIBE_AUDIO,
    description: "Writes down what is said in a recording.",
    input,
    output: transcript,
    example: { input: { content_hash: "0" } },
    recording: () => ({
      audio: { bytes: recording.bytes, mimeType: recording.mimeType, fileName: recording.name },
      contentHash: recording.contentHash,
      lengthMs,
      language,
    }),
    compose: (heard) => ({
      text: heard.text,
      language: heard.language,
      duration_ms: heard.lengthMs,
      segments: heard.segments.map(({ startMs, endMs, text }) => ({ start_ms: startMs, end_ms: endMs, text })),
    }),
  });
}
