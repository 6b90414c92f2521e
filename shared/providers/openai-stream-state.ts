import type { Usage } from "@shared/pricing/mod.ts";
import { count, type JsonRecord, list, record, string } from "./json-value.ts";
import { openAiText } from "./openai-answer.ts";
import { openAiLogprobs } from "./openai-logprobs.ts";
import { openAiUsage } from "./openai-usage.ts";
import type { ToolCall } from "./provider.ts";

/** What the chunks of a stream add up to. */
export class OpenAiStreamState {
  text = "";
  refusal = "";
  rawFinishReason: string | null = null;
  usage: Usage | null = null;
  model: string | null = null;
  logprobs: number[] = [];
  readonly #calls = new Map<number, ToolCall>();

  /** Adds a chunk; what it brought. */
  add(chunk: JsonRecord): { text: string; token: boolean } {
    this.model ??= string(chunk.model);
    this.usage = openAiUsage(chunk.usage) ?? this.usage;
    const choice = record(list(chunk.choices).find((each) => (record(each).index ?? 0) === 0));
    const delta = record(choice.delta);
    const text = openAiText(delta.content);
    const refusal = string(delta.refusal) ?? "";
    this.text += text;
    this.refusal += refusal;
    this.rawFinishReason = string(choice.finish_reason) ?? this.rawFinishReason;
    this.logprobs.push(...openAiLogprobs(choice.logprobs) ?? []);
    const calls = list(delta.tool_calls);
    calls.forEach((call, position) => this.#addCall(record(call), position));
    const thinking = string(delta.reasoning) ?? string(delta.reasoning_content) ?? "";
    return { text, token: text !== "" || refusal !== "" || thinking !== "" || calls.length > 0 };
  }

  get toolCalls(): ToolCall[] {
    return [...this.#calls.entries()].sort(([a], [b]) => a - b).map(([, call]) => call);
  }

  #addCall(part: JsonRecord, position: number): void {
    const index = count(part.index) ?? position;
    const call = this.#calls.get(index) ?? { id: "", name: "", arguments: "" };
    const { name, arguments: text } = record(part.function);
    this.#calls.set(index, {
      id: string(part.id) ?? call.id,
      name: string(name) ?? call.name,
      arguments: call.arguments + (string(text) ?? ""),
    });
  }
}
