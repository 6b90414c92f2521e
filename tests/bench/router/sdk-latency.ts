import { type ChatRequest, openProvider, type ProviderKind } from "../../../shared/providers/mod.ts";
import { spreadOf, timed } from "./percentiles.ts";

const encoder = new TextEncoder();
const words = "Oak parquet is hard, warm underfoot and can be sanded several times before it is worn out.".split(" ");

/** What a vendor answers, whole and as the events of a stream. */
interface Wire {
  path: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
  whole: unknown;
  events: string[];
}

const openai: Wire = {
  path: "/chat/completions",
  headers: { authorization: "Bearer bench" },
  body: { model: "bench", max_tokens: 200, messages: [{ role: "user", content: "What is oak parquet good for?" }] },
  whole: {
    id: "c",
    object: "chat.completion",
    created: 1,
    model: "bench",
    choices: [{ index: 0, message: { role: "assistant", content: words.join(" ") }, finish_reason: "stop" }],
    usage: { prompt_tokens: 20, completion_tokens: 20, total_tokens: 40 },
  },
  events: [
    ...words.map((word) => chunk({ delta: { content: `${word} ` }, finish_reason: null })),
    chunk({ delta: {}, finish_reason: "stop" }),
    JSON.stringify({
      id: "c",
      object: "chat.completion.chunk",
      created: 1,
      model: "bench",
      choices: [],
      usage: { prompt_tokens: 20, completion_tokens: 20, total_tokens: 40 },
    }),
    "[DONE]",
  ].map((data) => `data: ${data}\n\n`),
};

const anthropic: Wire = {
  path: "/v1/messages",
  headers: { authorization: "Bearer bench", "anthropic-version": "2023-06-01" },
  body: openai.body,
  whole: {
    id: "m",
    type: "message",
    role: "assistant",
    model: "bench",
    content: [{ type: "text", text: words.join(" ") }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 20, output_tokens: 20 },
  },
  events: [
    ["message_start", {
      message: {
        id: "m",
        type: "message",
        role: "assistant",
        model: "bench",
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 20, output_tokens: 1 },
      },
    }],
    ["content_block_start", { index: 0, content_block: { type: "text", text: "" } }],
    ...words.map((word) => ["content_block_delta", { index: 0, delta: { type: "text_delta", text: `${word} ` } }]),
    ["content_block_stop", { index: 0 }],
    ["message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 20 } }],
    ["message_stop", {}],
  ].map(([type, data]) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data as object })}\n\n`),
};

function chunk(choice: object): string {
  return JSON.stringify({
    id: "c",
    object: "chat.completion.chunk",
    created: 1,
    model: "bench",
    choices: [{ index: 0, ...choice }],
  });
}

/** What our adapters add to a bare fetch of the same vendor, by its official SDK and without, whole answers and first tokens. */
export async function sdkLatency(runs = 300): Promise<unknown[]> {
  const lines: unknown[] = [];
  for (
    const [slug, kind, wire] of [["openai", "openai", openai], ["anthropic", "anthropic", anthropic], [
      "together",
      "openai_compatible",
      openai,
    ]] satisfies [string, ProviderKind, Wire][]
  ) {
    const upstream = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
      const asked = await request.text();
      if (!asked.includes('"stream":true')) return Response.json(wire.whole);
      return new Response(stream(wire.events), { headers: { "content-type": "text/event-stream" } });
    });
    const baseUrl = `http://127.0.0.1:${upstream.addr.port}`;
    const bare = (streams: boolean) => async () => {
      const response = await fetch(`${baseUrl}${wire.path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...wire.headers },
        body: JSON.stringify({ ...wire.body, ...(streams ? { stream: true } : {}) }),
      });
      if (!streams) return await response.json();
      await untilFirst(response);
    };
    const floor = { json: spreadOf(await timed(runs, bare(false))), stream: spreadOf(await timed(runs, bare(true))) };
    for (const transport of ["sdk", "direct"] as const) {
      const provider = openProvider({ slug, kind, apiKey: "bench", baseUrl, transport });
      const request = (): ChatRequest => ({
        model: "bench",
        system: null,
        messages: [{ role: "user", content: "What is oak parquet good for?" }],
        maxOutputTokens: 200,
        signal: new AbortController().signal,
      });
      const json = spreadOf(await timed(runs, () => provider.chat(request())));
      const first = spreadOf(
        await timed(runs, async () => {
          for await (const event of provider.stream(request())) if (event.type === "delta") break;
        }),
      );
      const added = (value: { p50: number; p95: number }, of: { p50: number; p95: number }) => ({
        added_p50: Number((value.p50 - of.p50).toFixed(3)),
        added_p95: Number((value.p95 - of.p95).toFixed(3)),
      });
      lines.push({
        bench: "router",
        name: "sdk_latency",
        provider: slug,
        transport,
        what: "whole answer",
        unit: "ms",
        ...added(json, floor.json),
        p50: json.p50,
        bare_p50: floor.json.p50,
        n: runs,
      });
      lines.push({
        bench: "router",
        name: "sdk_latency",
        provider: slug,
        transport,
        what: "first token",
        unit: "ms",
        ...added(first, floor.stream),
        p50: first.p50,
        bare_p50: floor.stream.p50,
        n: runs,
      });
    }
    await upstream.shutdown();
  }
  return lines;
}

function stream(events: readonly string[]): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      const event = events[at++];
      if (event === undefined) controller.close();
      else controller.enqueue(encoder.encode(event));
    },
  });
}

async function untilFirst(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
}
