import { list, parseJson, record, text } from "./json.ts";

/** What an event of a stream adds to the answer, text or arguments of a tool call, in any of the vendors' formats. */
export function saidIn(event: string): string {
  const body = record(parseJson(/^data: (.*)$/m.exec(event)?.[1] ?? ""));
  // The Responses format: the end of an item repeats it whole, only its deltas count.
  if (typeof body["delta"] === "string") return body["delta"];
  // Anthropic's.
  const part = record(body["delta"]);
  if (body["delta"] !== undefined) return text(part["text"]) + text(part["partial_json"]);
  // Chat completions.
  return list(body["choices"]).map((choice) => {
    const delta = record(record(choice)["delta"]);
    const calls = list(delta["tool_calls"]).map((call) => record(record(call)["function"]));
    return text(delta["content"]) + calls.map((call) => text(call["name"]) + text(call["arguments"])).join("");
  }).join("");
}
