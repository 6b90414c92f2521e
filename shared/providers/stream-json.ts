import { answerError, type Attempt } from "./classify-error.ts";
import { type JsonRecord, record } from "./json-value.ts";
import type { ServerSentEvent } from "./server-sent-events.ts";

/** Reads the JSON object of an event: half an event at the end of a stream was cut, a whole one that is not JSON is malformed. */
export function streamJson({ data, complete }: ServerSentEvent, attempt: Attempt): JsonRecord {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return record(value);
  } catch {
    // Told below, with what was produced so far.
  }
  throw complete
    ? answerError("malformed", "a chunk of its stream is not a JSON object", attempt)
    : answerError("cut", "its stream ended within an event", attempt);
}
