import PostalMime, { type Address } from "postal-mime";
import type { Block } from "./block.ts";
import { plainText } from "./plain-text.ts";
import { readHtml } from "./read-html.ts";
import { readMarkdown } from "./read-markdown.ts";
import { unreadable } from "./unreadable.ts";

/**
 * The blocks of an e-mail: who wrote to whom and when, then its text, all under its subject. Attachments are named, not read:
 * whoever wants one found uploads it.
 *
 * @throws {AppError} `invalid_request` when it is no e-mail, or a damaged one.
 */
export async function readEml(bytes: Uint8Array): Promise<Block[]> {
  const mail = await PostalMime.parse(bytes).catch((error) => {
    throw unreadable("it is damaged: its parts cannot be told apart", error);
  });
  if (mail.from === undefined && mail.subject === undefined && mail.date === undefined) {
    throw unreadable("it says e-mail, but has no header of one");
  }
  const subject = plainText(mail.subject ?? "").trim();
  const facts: [name: string, value: string][] = [
    ["From", nameOf(mail.from)],
    ["To", (mail.to ?? []).map(nameOf).join(", ")],
    ["Cc", (mail.cc ?? []).map(nameOf).join(", ")],
    ["Date", mail.date ?? ""],
    ["Subject", subject],
    ["Attachments", mail.attachments.map(({ filename }) => filename ?? "").filter(Boolean).join(", ")],
  ];
  const head = facts.filter(([, value]) => value !== "").map(([name, value]) => `${name}: ${value}`).join("\n");
  const body = mail.text !== undefined && mail.text.trim() !== ""
    ? readMarkdown(plainText(mail.text))
    : readHtml(plainText(mail.html ?? ""));
  const above = subject === "" ? [] : [subject];
  const first: Block = { type: "text", text: plainText(head), headings: above, page: null };
  return [first, ...body.map((block) => ({ ...block, headings: [...above, ...block.headings] }))];
}

function nameOf(address: Address | undefined): string {
  if (address === undefined) return "";
  const { name, address: mailbox = "" } = address;
  return mailbox === "" ? name : name === "" ? mailbox : `${name} <${mailbox}>`;
}
