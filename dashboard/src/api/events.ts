import { EventSourceParserStream } from "eventsource-parser/stream";

/** An event of a stream; `id` where it is numbered. */
export interface StreamEvent {
  event: string;
  // deno-lint-ignore no-explicit-any -- each event has its own shape, told apart by its name
  data: any;
  id: string | null;
}

/** The events of a response, as they come. What is not JSON is passed over. */
export async function* readEvents(response: Response): AsyncGenerator<StreamEvent> {
  if (response.body === null) return;
  const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  const reader = events.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const data = parse(value.data);
      if (data !== undefined) yield { event: value.event ?? "message", data, id: value.id ?? null };
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
