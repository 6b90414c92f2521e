import { Parser } from "htmlparser2";
import { watchNesting } from "./nesting.ts";

const MOST_NESTED = 1_000;

/** What is told of an XML document while it is read from beginning to end. Names keep their prefix. */
export interface XmlEvents {
  open?(name: string, attributes: Record<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
}

const utf8 = new TextDecoder();

/** Reads XML without building a tree: memory does not grow with the document. External entities are never fetched. */
export function readXml(xml: Uint8Array | string, { open, close, text }: XmlEvents): void {
  const nesting = watchNesting(MOST_NESTED);
  const parser = new Parser({
    onopentag(name, attributes) {
      nesting.open();
      open?.(name, attributes);
    },
    onclosetag(name) {
      nesting.close();
      close?.(name);
    },
    ...(text === undefined ? {} : { ontext: text }),
  }, { xmlMode: true, decodeEntities: true });
  parser.end(typeof xml === "string" ? xml : utf8.decode(xml));
}
