import type { SpeechSegment, TranscriptionRequest } from "@shared/providers/mod.ts";
import type { Described } from "@shared/http/mod.ts";
import type { z } from "zod";

/** A recording with what is known of it before anybody hears it. */
export interface Recording {
  audio: TranscriptionRequest["audio"];
  /** SHA-256 (hex) of the bytes: what the cache knows it by. */
  contentHash: string;
  /** How long it lasts; an upper bound where that cannot be told. */
  lengthMs: number;
  /** ISO 639-1; null = the model hears it. */
  language: string | null;
}

/** What was heard. */
export interface Heard {
  text: string;
  language: string | null;
  segments: SpeechSegment[];
  /** Milliseconds of the recording, as near as can be told. */
  lengthMs: number;
}

/** A task that turns speech into text. No prompt, no judging, no rules: what was said is what is written. */
export interface SpeechDefinition<Input extends z.ZodType, Output extends z.ZodType> extends Described {
  operation: "speech";
  /** Folder name, URL slug and log value: one string everywhere. */
  task: string;
  /** Strict: unknown keys are refused, lengths are bounded. */
  input: Input;
  output: Output;
  /** `example.input`, posted back, answers 200 on a fresh stack. */
  example: { input: z.input<Input> };
  recording: (input: z.output<Input>) => Recording;
  /** The answer, made of what was heard. */
  compose: (heard: Heard) => z.input<Output>;
}

/** Checks a definition's types and returns it unchanged. */
export function defineSpeech<Input extends z.ZodType, Output extends z.ZodType>(
  definition: Omit<SpeechDefinition<Input, Output>, "operation">,
): SpeechDefinition<Input, Output> {
  return { ...definition, operation: "speech" };
}
