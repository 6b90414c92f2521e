import { Parser } from "htmlparser2";

/** What is told of an XML document while it is read from beginning to end. Names keep their prefix. */
export interface XmlEvents {
  open?(name: string, attributes: Record<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
}

const utf8 = new TextDecoder();

/** Reads XML without building a tree: memory does not grow with the document. External entities are never fetched. */
export function readXml(xml: Uint8Array | string, { open, close, text }: XmlEvents): void {
  const parser = new Parser({
    ...(open === undefined ? {} : { onopentag: open }),
    ...(close === undefined ? {} : { onclosetag: close }),
    ...(text === undefined ? {} : { ontext: text }),
  }, { xmlMode: true, decodeEntities: true });
  parser.end(typeof xml === "string" ? xml : utf8.decode(xml));
}
