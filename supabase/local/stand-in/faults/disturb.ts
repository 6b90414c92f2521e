import { list, record } from "../wire/json.ts";
import { saidIn } from "../wire/said-in.ts";
import type { Json } from "../wire/prompt.ts";
import type { FinishedAnswer } from "../wire/finish.ts";
import type { Reply } from "../reply.ts";
import type { Fault } from "./fault.ts";

/** Changes what is answered, for faults that are in the content and not on the wire. */
export function disturbAnswer(answer: FinishedAnswer, fault: Fault | null, provider: string): FinishedAnswer {
  switch (fault?.kind) {
    case "content_filter":
      // Anthropic calls it a refusal; aimock passes words it does not know through.
      return {
        ...answer,
        text: "",
        calls: [],
        tokens: [],
        outputTokens: 0,
        finishReason: provider === "anthropic" ? "refusal" as never : "content_filter",
      };
    case "invalid_json":
      return {
        ...answer,
        text: answer.text.replace(/\}\s*$/, "").replace(/^\{/, "{,"),
        calls: answer.calls.map(broken),
        tokens: [],
      };
    case "says":
      return { ...answer, text: fault.text ?? "", calls: [], tokens: [] };
    case "truncated": {
      const text = answer.text.slice(0, Math.floor(answer.text.length / 2));
      return {
        ...answer,
        text,
        calls: [],
        tokens: [],
        outputTokens: Math.ceil(answer.outputTokens / 2),
        finishReason: "length",
      };
    }
    default:
      return answer;
  }
}

function broken(call: { name: string; arguments: string }): { name: string; arguments: string } {
  return { ...call, arguments: call.arguments.slice(0, -1) };
}

const garbage = '{"id":"chatcmpl-","choices":[{"delta":{"content":';

/** Sends a whole body, or what a fault leaves of it. */
export async function sendBody(reply: Reply, body: string, fault: Fault | null): Promise<void> {
  const bytes = new TextEncoder().encode(body).length;
  switch (fault?.kind) {
    case "stall":
    case "cut":
      reply.start("application/json", bytes);
      await reply.write(body.slice(0, Math.floor(body.length / 2)));
      if (fault.kind === "cut") {
        // What was written must be on its way before the connection breaks, or it would be a reset.
        await reply.wait(20);
        reply.destroy();
      }
      return;
    case "malformed":
    case "missing_end":
      reply.start("application/json");
      await reply.write(fault.kind === "malformed" ? garbage : body.slice(0, -1));
      return reply.end();
    case "slow_first_token":
      reply.start("application/json", bytes);
      await reply.wait(fault.delay_ms ?? 1_000);
  }
  if (fault?.kind !== "slow_first_token") reply.start("application/json", bytes);
  await reply.write(body);
  reply.end();
}

/**
 * Sends a stream event by event, or what a fault leaves of it.
 *
 * @returns The part of the answer that had been written when the line broke, which is what a vendor bills then; null = it was written whole.
 */
export async function sendEvents(
  reply: Reply,
  events: AsyncIterable<string>,
  fault: Fault | null,
): Promise<string | null> {
  reply.start("text/event-stream");
  if (fault?.kind === "slow_first_token") await reply.wait(fault.delay_ms ?? 1_000);
  const after = fault?.after_events ?? 3;
  let sent = 0;
  let said = "";
  for await (const event of events) {
    if (fault?.kind === "drip") await reply.wait(fault.delay_ms ?? 1_000);
    if (reply.closed.aborted) return said;
    if (sent === after && fault?.kind === "stall") return said;
    if (sent === after && fault?.kind === "cut") {
      await reply.wait(20);
      reply.destroy();
      return said;
    }
    if (sent === after && fault?.kind === "malformed") await reply.write(`data: ${garbage}\n\n`);
    if (fault?.kind === "missing_end" && isEnd(event)) continue;
    await reply.write(`${event}\n\n`);
    sent += 1;
    said += saidIn(event);
  }
  reply.end();
  return null;
}

/** Whether an event says that, or why, the stream is over. */
function isEnd(event: string): boolean {
  const data = /^data: (.*)$/m.exec(event)?.[1] ?? "";
  if (data === "[DONE]") return true;
  const body: Json = data.startsWith("{") ? JSON.parse(data) : {};
  if (["message_delta", "message_stop", "response.completed", "response.incomplete"].includes(String(body["type"]))) {
    return true;
  }
  const choices = body["choices"];
  return Array.isArray(choices) && (choices.length === 0 || record(list(choices)[0])["finish_reason"] !== null);
}
