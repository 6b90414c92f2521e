import type { AnswerStore, Body } from "../asked.ts";
import { list, record } from "../fields.ts";
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
};
