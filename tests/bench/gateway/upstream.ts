/**
 * A provider that costs nothing: OpenAI's answers from memory, by the barest server there is, as late as real ones begin to speak if
 * that is wanted. `deno run upstream.ts <port> [milliseconds before the first words]`.
 */
import { chunks, completion } from "./payloads.ts";

const thinkingMs = Number(Deno.args[1] ?? 0);
const think = () => new Promise((done) => setTimeout(done, thinkingMs));
const json = JSON.stringify(completion);
const encoder = new TextEncoder();
const events = chunks.map((chunk) => encoder.encode(`data: ${JSON.stringify(chunk)}\n\n`));
events.push(encoder.encode("data: [DONE]\n\n"));
const usage = encoder.encode(`data: ${JSON.stringify({ ...chunks[0], choices: [], usage: completion.usage })}\n\n`);

Deno.serve({ port: Number(Deno.args[0]), hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
  const body = await request.text();
  if (thinkingMs > 0) await think();
  if (!body.includes('"stream":true')) return new Response(json, { headers: { "content-type": "application/json" } });
  // As OpenAI does it: the usage only for those who ask.
  const parts = body.includes('"include_usage":true') ? [...events.slice(0, -1), usage, ...events.slice(-1)] : events;
  let at = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = parts[at++];
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    },
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
});
