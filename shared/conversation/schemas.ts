import { languages } from "@shared/http/mod.ts";
import { z } from "zod";

/** What somebody says in a chat, and where. */
export const chatInput = z.strictObject({
  message: z.string().min(1).max(32_000).regex(/\S/, "must not be blank").describe("What you say."),
  conversation_id: z.uuid().optional().describe("The conversation to go on with; absent = a new one."),
  assistant_id: z.uuid().optional().describe(
    "Who should answer, from now on; absent = the conversation's assistant, else your default, else the plain one.",
  ),
  parent_message_id: z.uuid().optional().describe(
    "The message to follow, which begins a branch; absent = the newest of the conversation.",
  ),
});

/** A message on its way in. */
export type ChatInput = z.output<typeof chatInput>;

/** The answer, and where it is kept. */
export const chatOutput = z.strictObject({
  text: z.string(),
  status: z.enum(["complete", "stopped"]).describe("stopped: you asked to stop, and this is what had come."),
  language: z.enum(languages),
  conversation_id: z.uuid(),
  message_id: z.uuid().describe("Of the answer."),
  user_message_id: z.uuid().describe("Of the question."),
  assistant: z.strictObject({ id: z.uuid(), version: z.int(), name: z.string() }).nullable()
    .describe("Who answered; null = the plain assistant."),
  context: z.strictObject({ tokens: z.int(), max_tokens: z.int(), left_out: z.int() })
    .describe("Tokens sent at most, tokens allowed, and how many earlier messages had to stay out."),
});

/** An answer of a chat. */
export type ChatOutput = z.output<typeof chatOutput>;
