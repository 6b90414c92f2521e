/**
 * Writes down what is said in a recording.
 *
 * @module
 */
import {
  type MediaDeps,
  mediaFile,
  mediaHandler,
  speechTask,
  TRANSCRIBE_AUDIO,
  transcript,
} from "@shared/media/mod.ts";
import { z } from "zod";

const language = z.string().regex(/^[a-z]{2}$/).describe("ISO 639-1, where it is known. Default: the model hears it.");

const input = z.union([
  z.strictObject({
    audio: z.string().max(900_000).regex(/^data:audio\//, "must be a data URL of a recording").describe(
      "A short recording as a data URL in base64.",
    ),
    language: language.optional(),
  }),
  z.strictObject({
    path: z.string().min(38).max(1_000).describe(
      "Object in the bucket knowledge, up to 25 MB: <org_id>/<anything>/<file name>.",
    ),
    language: language.optional(),
  }),
]);

/** A tenth of a second of silence, with a comment that the local stand-in, which has no ears, writes down instead. */
const EXAMPLE = "data:audio/wav;base64," +
  "UklGRogDAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgATElTVDwAAABJTkZPSUNNVDAAAABUaWxlcyB0aGF0IGFic29y" +
  "YiBsaXR0bGUgd2F0ZXIgbWF5IGxpZSBvdXRkb29ycy5kYXRhIAMAAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA" +
  "gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA" +
  "gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA" +
  "gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA" +
  "gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA" +
  "gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA" +
  "gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA" +
  "gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA" +
  "gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA" +
  "gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA" +
  "gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA" +
  "gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA";

/** A recording in, what was said out. */
export const transcribeAudio = {
  ...TRANSCRIBE_AUDIO,
  description: "Writes down what is said in a recording.",
  translations: {
    de: { title: "Transkription", description: "Schreibt auf, was in einer Aufnahme gesagt wird." },
    fr: { title: "Transcription", description: "Met par écrit ce qui est dit dans un enregistrement." },
    es: { title: "Transcripción", description: "Pone por escrito lo que se dice en una grabación." },
  },
  input,
  output: transcript,
  example: { input: { audio: EXAMPLE } },
  tiers: ["small", "large"] as const,
};

/** @param deps Default: this deployment's own. */
export function transcribeAudioHandler(deps?: MediaDeps): (request: Request) => Promise<Response> {
  return mediaHandler(transcribeAudio, async ({ language = null, ...source }, tools) => {
    const recording = await mediaFile("path" in source ? source : { dataUrl: source.audio }, "audio", tools);
    return { definition: await speechTask(recording, language), input: { content_hash: recording.contentHash } };
  }, deps);
}
