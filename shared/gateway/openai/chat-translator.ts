import type { ChatAnswer } from "@shared/providers/mod.ts";
import type { StreamPiece } from "@shared/router/mod.ts";
import type { AnswerIdentity, Asked, Body, StreamWriter, Translator } from "../asked.ts";
import { record } from "../fields.ts";
import { translateChat } from "./translate-chat.ts";

/** Between chat completions and models that speak another format. */
export const chatTranslator: Translator = {
  read: translateChat,
  whole(answer, _asked, identity) {
    return {
      ...head(identity, "chat.completion"),
      choices: [{
        index: 0,
        message: {
          role: "assistant",
          content: answer.text === "" && answer.toolCalls.length > 0 ? null : answer.text,
          refusal: null,
          ...(answer.toolCalls.length === 0 ? {} : {
            tool_calls: answer.toolCalls.map(({ id, name, arguments: text }) => ({
              id,
              type: "function",
              function: { name, arguments: text },
            })),
          }),
        },
        logprobs: null,
        finish_reason: finishOf(answer),
      }],
      usage: usageOf(answer),
    };
  },
  stream: (asked, identity) => new ChunkWriter(asked, identity),
};

class ChunkWriter implements StreamWriter {
  #begun = false;
  #calls = 0;

  constructor(readonly asked: Asked, readonly identity: AnswerIdentity) {}

  piece(piece: StreamPiece): string {
    if (piece.type === "delta") return this.#delta({ content: piece.text });
    const { id, name, arguments: text } = piece.call;
    const call = { index: this.#calls++, id, type: "function", function: { name, arguments: text } };
    return this.#delta({ tool_calls: [call] });
  }

  end(answer: ChatAnswer): string {
    const usage = record(this.asked.body["stream_options"])["include_usage"] === true
      ? this.#chunk({ choices: [], usage: usageOf(answer) })
      : "";
    const begin = this.#begun ? "" : this.#delta({});
    return `${begin}${this.#choice({}, finishOf(answer))}${usage}data: [DONE]\n\n`;
  }

  #delta(delta: Body): string {
    const first = this.#begun ? {} : { role: "assistant", ...("content" in delta ? {} : { content: null }) };
    this.#begun = true;
    return this.#choice({ ...first, ...delta }, null);
  }

  #choice(delta: Body, finishReason: string | null): string {
    return this.#chunk({ choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }] });
  }

  #chunk(members: Body): string {
    return `data: ${JSON.stringify({ ...head(this.identity, "chat.completion.chunk"), ...members })}\n\n`;
  }
}

function head({ requestId, model, created }: AnswerIdentity, object: string): Body {
  return { id: `chatcmpl-${requestId.replaceAll("-", "")}`, object, created, model };
}

function finishOf({ finishReason }: ChatAnswer): string {
  return finishReason === "other" || finishReason === "error" ? "stop" : finishReason;
}

/** Null where the provider did not say: unknown is not zero. */
function usageOf({ usage }: ChatAnswer): Body | null {
  if (usage === null || usage.inputTokens === null || usage.outputTokens === null) return null;
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadInputTokens ?? 0 },
  };
}
