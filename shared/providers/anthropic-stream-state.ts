import type { Usage } from "@shared/pricing/mod.ts";
import { anthropicUsage, mergeUsage } from "./anthropic-usage.ts";
import { count, type JsonRecord, record, string } from "./json-value.ts";
import type { ToolCall } from "./provider.ts";

/** What one event brought. */
export interface AnthropicProgress {
  /** Answer text to pass on. */
  text: string;
  /** A tool call that is now whole. */
  call: ToolCall | null;
  /** Whether output arrived, thinking included. */
  token: boolean;
}

/** What the events of a stream add up to. */
export class AnthropicStreamState {
  text = "";
  toolCalls: ToolCall[] = [];
  rawFinishReason: string | null = null;
  explanation: string | null = null;
  model: string | null = null;
  stopped = false;
  isAnswerTool = false;
  #usage: JsonRecord | null = null;
  readonly #open = new Map<number, ToolCall>();

  constructor(readonly answerTool: string | null) {}

  get usage(): Usage | null {
    return anthropicUsage(this.#usage);
  }

  add(event: JsonRecord): AnthropicProgress {
    const none: AnthropicProgress = { text: "", call: null, token: false };
    switch (event.type) {
      case "message_start":
        this.model = string(record(event.message).model);
        this.#usage = record(record(event.message).usage);
        return none;
      case "content_block_start":
        return this.#start(index(event), record(event.content_block));
      case "content_block_delta":
        return this.#delta(index(event), record(event.delta));
      case "content_block_stop":
        return { ...none, call: this.#close(index(event)) };
      case "message_delta":
        this.rawFinishReason = string(record(event.delta).stop_reason) ?? this.rawFinishReason;
        this.explanation = string(record(record(event.delta).stop_details).explanation);
        this.#usage = mergeUsage(this.#usage ?? {}, record(event.usage));
        return none;
      case "message_stop":
        this.stopped = true;
        return none;
      default: // Pings, and whatever the version adds later.
        return none;
    }
  }

  #start(at: number, block: JsonRecord): AnthropicProgress {
    if (block.type === "tool_use") {
      this.#open.set(at, { id: string(block.id) ?? "", name: string(block.name) ?? "", arguments: "" });
      this.isAnswerTool ||= block.name === this.answerTool;
      return { text: "", call: null, token: true };
    }
    return this.#append(block.type === "text" ? string(block.text) ?? "" : "");
  }

  #delta(at: number, delta: JsonRecord): AnthropicProgress {
    if (delta.type === "text_delta") return this.#append(string(delta.text) ?? "");
    const call = this.#open.get(at);
    const json = string(delta.partial_json) ?? "";
    if (delta.type !== "input_json_delta" || call === undefined) return { text: "", call: null, token: true };
    if (call.name === this.answerTool) return this.#append(json);
    call.arguments += json;
    return { text: "", call: null, token: json !== "" };
  }

  #append(text: string): AnthropicProgress {
    this.text += text;
    return { text, call: null, token: text !== "" };
  }

  #close(at: number): ToolCall | null {
    const call = this.#open.get(at);
    this.#open.delete(at);
    if (call === undefined || call.name === this.answerTool) return null;
    const whole = { ...call, arguments: call.arguments === "" ? "{}" : call.arguments };
    this.toolCalls.push(whole);
    return whole;
  }
}

function index(event: JsonRecord): number {
  return count(event.index) ?? 0;
}
