import type { Body } from "../asked.ts";
import { list, record, string } from "../fields.ts";

/** Writes the events of one response in order, each with its number. */
export class ResponseEvents {
  #number = 0;

  /** The two events every stream begins with. */
  begin(response: Body): string {
    const started = { ...response, status: "in_progress", output: [], usage: null, completed_at: null };
    return this.write({ type: "response.created", response: started }) +
      this.write({ type: "response.in_progress", response: started });
  }

  /** The last event. */
  end(response: Body): string {
    const type = response["status"] === "incomplete" ? "response.incomplete" : "response.completed";
    return this.write({ type, response });
  }

  /** A whole item, at once. */
  item(item: Body, output_index: number): string {
    const at = { item_id: item["id"], output_index };
    switch (item["type"]) {
      case "message":
        return this.startItem({ ...item, status: "in_progress", content: [] }, output_index) +
          list(item["content"]).map((part, index) => this.#part(record(part), { ...at, content_index: index })).join(
            "",
          ) +
          this.endItem(item, output_index);
      case "function_call":
        return this.startItem({ ...item, status: "in_progress", arguments: "" }, output_index) +
          this.write({ type: "response.function_call_arguments.delta", ...at, delta: item["arguments"] }) +
          this.write({
            type: "response.function_call_arguments.done",
            ...at,
            name: item["name"],
            arguments: item["arguments"],
          }) + this.endItem(item, output_index);
      default:
        return this.startItem(item, output_index) + this.endItem(item, output_index);
    }
  }

  startItem(item: Body, output_index: number): string {
    return this.write({ type: "response.output_item.added", output_index, item });
  }

  endItem(item: Body, output_index: number): string {
    return this.write({ type: "response.output_item.done", output_index, item });
  }

  write(event: Body & { type: string }): string {
    return `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: this.#number++ })}\n\n`;
  }

  #part(part: Body, at: Body): string {
    if (part["type"] !== "output_text") {
      return this.write({ type: "response.content_part.added", ...at, part }) +
        this.write({ type: "response.content_part.done", ...at, part });
    }
    const text = string(part["text"]) ?? "";
    const logprobs = list(part["logprobs"]);
    return this.write({ type: "response.content_part.added", ...at, part: { ...part, text: "", annotations: [] } }) +
      this.write({ type: "response.output_text.delta", ...at, delta: text, logprobs }) +
      this.write({ type: "response.output_text.done", ...at, text, logprobs }) +
      this.write({ type: "response.content_part.done", ...at, part });
  }
}
