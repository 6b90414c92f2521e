/** An event as a socket carries it. */
export interface SocketEvent {
  event: string;
  data: unknown;
  /** What an SSE client would send back as `Last-Event-ID`; absent = events are not numbered. */
  number?: number;
}

/** The events of an answer: those of a stream as they come, or the one that a JSON answer is. */
export async function* socketEvents(answer: Response): AsyncGenerator<SocketEvent> {
  if (!answer.headers.get("content-type")?.startsWith("text/event-stream")) {
    const body = await answer.json();
    if (!answer.ok) yield { event: "error", data: body };
    else yield "meta" in body ? { event: "done", data: body } : { event: "data", data: body.data };
    return;
  }
  let text = "";
  for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    // Our own encoder's: one line each of id, event and data, ended by a blank line.
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      const number = /^id: (\d+)$/m.exec(block)?.[1];
      if (event === undefined || data === undefined) continue;
      yield { event, data: JSON.parse(data), ...(number === undefined ? {} : { number: Number(number) }) };
    }
  }
}
