import { languages } from "@shared/messages/mod.ts";
import { z } from "zod";

const ways = ["parent_message_id", "edit_message_id", "regenerate_message_id", "resume_message_id"] as const;

/** What somebody says in a chat, and where. */
export const chatInput = z.strictObject({
  message: z.string().min(1).max(32_000).regex(/\S/, "must not be blank").optional().describe(
    "What you say. Absent with regenerate_message_id and resume_message_id.",
  ),
  conversation_id: z.uuid().optional().describe("The conversation to go on with; absent = a new one."),
  assistant_id: z.uuid().optional().describe(
    "Who should answer, from now on; absent = who is mentioned by @name (this once), else the conversation's assistant, else your default, else the plain one.",
  ),
  parent_message_id: z.uuid().optional().describe(
    "The message to follow, which begins a branch; absent = the newest of the conversation.",
  ),
  edit_message_id: z.uuid().optional().describe("Your message that this one replaces, in a branch of its own."),
  regenerate_message_id: z.uuid().optional().describe("The answer whose question should be answered anew."),
  attachments: z.array(z.strictObject({
    path: z.string().max(500).regex(/^[0-9a-f-]{36}\/[0-9a-f-]{36}\/./, "must be <org_id>/<user_id>/<file>")
      .refine((path) => path.split("/").every((part) => !["", ".", ".."].includes(part)), "must not lead elsewhere"),
  })).min(1).max(5).optional().describe("Files of yours in the bucket chat: text, Office, PDF or pictures."),
  resume_message_id: z.uuid().optional().describe("The answer that waited for your approval, and now goes on."),
  background: z.boolean().optional().describe(
    "An agent goes on as a job after its first step, however quick it is; come back for its stream.",
  ),
  run_id: z.uuid().optional().describe("For the queue alone: the agent's run to go on with."),
  lead_id: z.uuid().optional().describe(
    "The lead the conversation is about, from now on; absent = the one it has, else options.subject where that is a lead you see.",
  ),
}).superRefine((input, context) => {
  if (input.run_id !== undefined) {
    for (const name of Object.keys(input)) {
      if (name !== "run_id") {
        context.addIssue({ code: "custom", path: [name], message: "cannot go together with run_id" });
      }
    }
    return;
  }
  const named = ways.filter((way) => input[way] !== undefined);
  const complain = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
  if (named.length > 1) complain(named[1] ?? "", `cannot go together with ${named[0]}`);
  const repeats = input.regenerate_message_id !== undefined || input.resume_message_id !== undefined;
  if (repeats && input.message !== undefined) complain("message", "is the earlier one: leave it out");
  if (repeats && input.attachments !== undefined) complain("attachments", "are the earlier ones: leave them out");
  if (!repeats && input.message === undefined) complain("message", "is missing");
  if (named.length > 0 && named[0] !== "parent_message_id" && input.conversation_id === undefined) {
    complain("conversation_id", `is required with ${named[0]}`);
  }
});

/** A message on its way in. */
export type ChatInput = z.output<typeof chatInput>;

const toolCall = z.strictObject({
  id: z.string().describe("The model's own id of the call, as in the stream's events."),
  name: z.string(),
  status: z.enum(["succeeded", "failed", "denied", "awaiting_approval"]),
  code: z.string().nullable().describe("Why it failed; null = it did not."),
  approval_id: z.uuid().nullable().describe("What to grant or deny; null = nothing."),
});

/** The answer, and where it is kept. */
export const chatOutput = z.strictObject({
  text: z.string(),
  status: z.enum(["complete", "stopped", "awaiting_approval", "continues"])
    .describe(
      "stopped: you asked to stop, and this is what had come. awaiting_approval: decide about tool_calls, then resume. continues: the agent works on as a job; come back for its stream.",
    ),
  language: z.enum(languages),
  direction: z.enum(["ltr", "rtl"]).describe(
    "How text is written, by its letters: the language asked for may be another.",
  ),
  conversation_id: z.uuid(),
  message_id: z.uuid().describe("Of the answer."),
  user_message_id: z.uuid().describe("Of the question."),
  assistant: z.strictObject({ id: z.uuid(), version: z.int(), name: z.string() }).nullable()
    .describe("Who answered, after a hand-off who took over; null = the plain assistant."),
  context: z.strictObject({ tokens: z.int(), max_tokens: z.int(), left_out: z.int() })
    .describe("Tokens sent at most, tokens allowed, and how many earlier messages had to stay out."),
  tool_calls: z.array(toolCall).describe("In the order they were asked for."),
  limit: z.enum(["steps", "time", "cost", "no_progress", "context"]).nullable()
    .describe("What made the assistant come to its end before it was done; null = nothing."),
});

/** An answer of a chat. */
export type ChatOutput = z.output<typeof chatOutput>;

/** A tool call as an answer tells of it. */
export type ToldCall = z.output<typeof toolCall>;
