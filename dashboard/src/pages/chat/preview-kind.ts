/** How a file can be looked at without leaving the chat. */
export type PreviewKind = "picture" | "document" | "text" | "none";

/** Formats that a browser draws and that cannot carry a program: an SVG can. */
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);

const TEXT_TYPES = /^text\/|^application\/(json|xml|yaml|x-ndjson)$/;

const TEXT_ENDINGS = /\.(txt|md|csv|tsv|json|xml|ya?ml|log|html?|svg|sql|[jt]sx?|py|css)$/i;

/** What to show of a file, by the type that Storage keeps and the name it had. Markup is text, never a page. */
export function previewKind(type: string, name: string): PreviewKind {
  const [plain = ""] = type.toLowerCase().split(";");
  if (PICTURES.has(plain)) return "picture";
  if (plain === "application/pdf") return "document";
  if (TEXT_TYPES.test(plain) || TEXT_ENDINGS.test(name)) return "text";
  return "none";
}
