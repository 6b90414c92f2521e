import { z } from "zod";

const said = z.strictObject({
  speaker: z.string().trim().min(1).max(100).describe("user, assistant, or a name."),
  text: z.string().min(1).max(24_000),
  said_at: z.iso.datetime({ offset: true }).optional(),
});

/** What an insight is asked of: a conversation kept here, or one that is sent along. */
export const conversationInput = {
  conversation_id: z.uuid().optional().describe("A conversation of yours; the answer is kept with it."),
  up_to: z.int().min(0).optional().describe("Only up to this message's position; absent: all of it."),
  messages: z.array(said).min(1).max(200).optional().describe("A conversation held elsewhere; nothing is kept."),
};

/** Exactly one of the two. */
export function namesOneConversation(input: { conversation_id?: unknown; messages?: unknown }): boolean {
  return (input.conversation_id === undefined) !== (input.messages === undefined);
}

/** A message as an insight is drawn from it. */
export const message = z.strictObject({
  index: z.int(),
  speaker: z.string(),
  text: z.string(),
  said_at: z.string().nullable(),
});

/** A message as an insight is drawn from it. */
export type Message = z.output<typeof message>;

/** What a task's model is shown. */
export const transcript = {
  messages: z.array(message).min(1),
  earlier: z.string().nullable().describe("What older messages said, in short; null: there are none."),
};

/** What `conversation_transcript` answers. */
export interface StoredTranscript {
  org_id: string;
  user_id: string;
  conversation_id: string;
  title: string;
  language: string | null;
  messages: Message[];
  left_out: number;
  earlier: string | null;
  up_to: number | null;
}

/** Messages for a prompt, each with its number. */
export function linesOf(messages: readonly Message[]): string {
  return messages.map(({ index, speaker, text, said_at }) => {
    const at = said_at === null ? "" : `, ${said_at.slice(0, 16).replace("T", " ")}`;
    return `${index}. ${speaker}${at}: ${text.replace(/\s+/g, " ")}`;
  }).join("\n");
}
