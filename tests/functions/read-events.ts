/** One event of a stream. */
export interface StreamEvent {
  /** What a client sends back as `Last-Event-ID`; null = events are not numbered. */
  id: string | null;
  event: string;
  // deno-lint-ignore no-explicit-any -- a test looks into events whose shape is what it checks
  data: any;
}

/** Reads the events of an answer as they come. */
export interface EventReader {
  /** The next event; null at the end. */
  next(): Promise<StreamEvent | null>;
  /** All events from here to the end. */
  rest(): Promise<StreamEvent[]>;
}

/** Reads server-sent events with nothing but fetch. Comments (keep-alive) are passed over. */
export function readEvents(response: Response): EventReader {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (): Promise<StreamEvent | null> => {
    while (true) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const block = text.slice(0, end);
        const found = /^event: (.*)\ndata: (.*)$/m.exec(block);
        text = text.slice(end + 2);
        const id = /^id: (.*)$/m.exec(block)?.[1] ?? null;
        if (found) return { id, event: found[1] ?? "", data: JSON.parse(found[2] ?? "null") };
        continue;
      }
      const { done, value } = await reader?.read() ?? { done: true, value: undefined };
      if (done) return null;
      text += value;
    }
  };
  return {
    next,
    async rest() {
      const events: StreamEvent[] = [];
      for (let event = await next(); event !== null; event = await next()) events.push(event);
      return events;
    },
  };
}
