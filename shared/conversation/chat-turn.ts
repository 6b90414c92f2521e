import type { TaskCall, Turn, TurnTools } from "@shared/ai-task/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { FENCE_RULE } from "@shared/prompts/mod.ts";
import type { BegunTurn } from "./begun-turn.ts";
import { type Context, fitContext } from "./context-window.ts";
import type { ChatInput, ChatOutput } from "./schemas.ts";
import { answerLanguage, assistantText } from "./system-text.ts";

/** How often the isolate that streams asks the database whether it should stop, milliseconds. */
const STOP_POLL_MS = 500;

/**
 * Begins a turn: stores the question under the caller's rights, reads the branch it continues, and puts the context together.
 *
 * @param taskSystem The task's own system text, which counts into the context.
 * @throws {AppError} `forbidden` for anybody but a user, `not_found` for a conversation, message or assistant the user does not
 * see, `invalid_request`, `context_length_exceeded`.
 */
export async function beginChatTurn(
  call: TaskCall<ChatInput>,
  tools: TurnTools,
  taskSystem: string,
): Promise<Turn<ChatOutput>> {
  const { identity, input, requestId } = call;
  if (identity.kind !== "user") {
    throw new AppError("forbidden", "Cannot chat: a conversation belongs to a user, so it takes a user's token");
  }
  const { message, ...where } = input;
  const begun = await tools.asUser(identity.token, identity.claims).rpc<BegunTurn>("begin_turn", {
    turn: { request_id: requestId, org_id: call.orgId, language: call.language, message, ...where },
  });
  const { assistant } = begun;
  const language = answerLanguage(call.language, assistant);
  const store = turnStore(begun, requestId, language, tools);
  const system = assistantText(assistant);
  let context: Context;
  try {
    context = await fitContext({
      system: `${taskSystem}\n\n${system}\n\n${FENCE_RULE}`,
      history: begun.history,
      question: message,
      maxTokens: begun.max_context_tokens,
    });
  } catch (error) {
    const errorCode = error instanceof AppError ? error.code : "internal";
    await store.ended({ status: "failed", text: "", provider: null, model: null, tokens: null, errorCode });
    throw error;
  }
  return {
    ...store,
    orgId: begun.org_id,
    language,
    system,
    messages: context.messages,
    ...(assistant === null ? { options: {} } : {
      temperature: assistant.temperature,
      maxOutputTokens: assistant.max_output_tokens,
      options: wishes(assistant),
    }),
    output: (text, status) => ({
      text,
      status,
      language,
      conversation_id: begun.conversation_id,
      message_id: begun.message_id,
      user_message_id: begun.user_message_id,
      assistant: assistant === null ? null : { id: assistant.id, version: assistant.version, name: assistant.name },
      context: { tokens: context.tokens, max_tokens: begun.max_context_tokens, left_out: context.leftOut },
    }),
  };
}

function wishes({ model, importance }: NonNullable<BegunTurn["assistant"]>): Turn<ChatOutput>["options"] {
  return { importance, ...(model === null ? {} : { model }) };
}

function turnStore(
  { org_id }: BegunTurn,
  requestId: string,
  language: string,
  { service, wait }: TurnTools,
): Pick<Turn<ChatOutput>, "stopAsked" | "ended" | "dropped"> {
  return {
    async stopAsked(signal) {
      while (true) {
        await wait(STOP_POLL_MS, signal);
        if (signal.aborted) return false;
        // A database that does not answer asks for nothing.
        const asked = await service.rpc<boolean>("turn_stop_requested", { p_org_id: org_id, p_request_id: requestId })
          .catch(() => false);
        if (asked) return !signal.aborted;
      }
    },
    async ended({ status, text, provider, model, tokens, errorCode }) {
      await service.rpc("end_turn", {
        turn: {
          org_id,
          request_id: requestId,
          content: text,
          status,
          provider,
          model,
          tokens,
          error_code: errorCode,
          language,
        },
      }, { idempotent: true });
    },
    async dropped() {
      await service.rpc("drop_turn", { p_org_id: org_id, p_request_id: requestId }, { idempotent: true });
    },
  };
}
