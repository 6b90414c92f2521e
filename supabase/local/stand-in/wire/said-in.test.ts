import { equal } from "node:assert/strict";
import { saidIn } from "./said-in.ts";

const cases: [event: string, said: string][] = [
  ['data: {"choices":[{"delta":{"role":"assistant","content":"Oak"}}]}', "Oak"],
  ['data: {"choices":[{"delta":{"tool_calls":[{"function":{"name":"find","arguments":"{\\"q\\""}}]}}]}', 'find{"q"'],
  ['data: {"choices":[],"usage":{"prompt_tokens":1}}', ""],
  ["data: [DONE]", ""],
  [
    'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"text_delta","text":"Oak"}}',
    "Oak",
  ],
  ['event: content_block_delta\ndata: {"delta":{"type":"input_json_delta","partial_json":"{"}}', "{"],
  ['event: message_delta\ndata: {"delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}}', ""],
  ['event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"Oak"}', "Oak"],
  ['event: response.output_text.done\ndata: {"type":"response.output_text.done","text":"Oak parquet"}', ""],
];
for (const [event, said] of cases) {
  Deno.test(`saidIn() reads ${JSON.stringify(said)} in ${event}`, () => equal(saidIn(event), said));
}
