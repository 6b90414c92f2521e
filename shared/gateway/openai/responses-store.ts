import type { AnswerStore, Body } from "../asked.ts";
import { list, record } from "../fields.ts";
import { lastUserText, onlyText } from "../semantic/last-user-text.ts";
import { ResponseEvents } from "./responses-events.ts";

/** Responses between streams and whole answers: a stream's last event carries the whole answer. */
export const responsesStore: AnswerStore = {
  assemble: (events) => record(events.findLast(({ response }) => response !== undefined)?.["response"]),
  replay(body: Body) {
    const events = new ResponseEvents();
    const begin = events.begin(body);
    const items = list(body["output"]).map((item, index) => events.item(record(item), index)).join("");
    return begin + items + events.end(body);
  },
  question({ input, ...around }) {
    if (typeof input === "string") return { text: input, around: { ...around, input: [] } };
    const last = lastUserText(list(input), (content) => onlyText(content, "input_text"));
    return last === null ? null : { text: last.text, around: { ...around, input: last.before } };
  },
};
