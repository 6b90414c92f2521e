import type { Envelope, TaskDefinition } from "@shared/ai-task/mod.ts";
import type { Described } from "@shared/http/mod.ts";
import type { z } from "zod";
import type { Message } from "./transcript.ts";

/** What every input of an insight has. */
export interface InsightInput {
  conversation_id?: string | undefined;
  up_to?: number | undefined;
  messages?: { speaker: string; text: string; said_at?: string | undefined }[] | undefined;
}

/** A task that tells something of a conversation: what is asked, what the model answers, and what is made of it. */
export interface Insight<Input extends z.ZodType<InsightInput>, Given, Told> extends Described {
  /** Folder name, URL slug and log value. */
  task: string;
  input: Input;
  output: z.ZodType<Told>;
  example: { input: z.input<Input> };
  /** The part a model answers, admitted and settled under the same name. */
  asked: TaskDefinition<z.ZodType, z.ZodType<Given>>;
  /** The model's input. */
  show(input: z.output<Input>, read: { messages: Message[]; earlier: string | null }): unknown;
  /** The answer out of the model's, with everything that can be counted counted. */
  tell(given: Given, read: { asked: z.output<Input>; messages: Message[]; meta: Envelope["meta"] }): Told;
}
