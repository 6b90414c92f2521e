import type { ContentPart } from "@shared/providers/mod.ts";
import { unsupported } from "./client-error.ts";
import { given, list, wrongType } from "./fields.ts";

/** What a tool gave back. */
export interface ToolResult {
  content: string;
  images?: string[];
}

/**
 * What a tool gave back: words, and what it shows.
 *
 * @param partOf Reads a part, at its place.
 * @throws {AppError} `invalid_request` for files, which results cannot carry elsewhere.
 */
export function toolResult(
  value: unknown,
  at: string,
  { partOf, between }: { partOf: (part: unknown, at: string) => ContentPart; between: string },
): ToolResult {
  if (!given(value)) return { content: "" };
  if (typeof value === "string") return { content: value };
  if (!Array.isArray(value)) throw wrongType(at, "one of a string or array of objects", value);
  const texts: string[] = [];
  const images: string[] = [];
  list(value).forEach((one, index) => {
    const place = `${at}[${index}]`;
    const part = partOf(one, place);
    if (part.type === "file") throw unsupported(place, "the model's provider");
    if (part.type === "image") images.push(part.url);
    else texts.push(part.text);
  });
  return { content: texts.join(between), ...(images.length === 0 ? {} : { images }) };
}
