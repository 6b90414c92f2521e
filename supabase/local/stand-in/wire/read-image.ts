/**
 * What can be said of an image without seeing it: the words of its file name, its size, the text it carries. The stand-in has no
 * eyes; a test that needs another answer for another image gets it from these.
 */
export function readImage(url: string): string {
  const data = /^data:(image\/[\w.+-]+)(;base64)?,(.*)$/s.exec(url);
  if (data === null) return `Image: ${nameWordsOf(url)}`;
  const [, type = "image", base64, body = ""] = data;
  const bytes = base64 === undefined ? new TextEncoder().encode(decodeURIComponent(body)) : decode(body);
  const words = type.includes("svg") ? svgText(bytes) : pngText(bytes);
  return [`Image: ${type.slice("image/".length)}`, pngSize(bytes), words].filter((part) => part !== "").join(" ");
}

function nameWordsOf(url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  return decodeURIComponent(path.split("/").at(-1) ?? "").replace(/\.\w+$/, "").replace(/[-_+.]+/g, " ");
}

function decode(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

function svgText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/<[^>]+>/g, " ").replace(/\s+/g, " ").trim();
}

function pngSize(bytes: Uint8Array): string {
  if (bytes.length < 24 || bytes[1] !== 0x50 || bytes[2] !== 0x4e) return "";
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return `${view.getUint32(16)}x${view.getUint32(20)}`;
}

/** Contents of a PNG's tEXt chunks, where tools keep titles and descriptions. */
function pngText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const latin = new TextDecoder("latin1");
  const texts: string[] = [];
  for (let at = 8; at + 8 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = latin.decode(bytes.subarray(at + 4, at + 8));
    if (type === "tEXt") {
      texts.push(latin.decode(bytes.subarray(at + 8, at + 8 + length)).split("\0").slice(1).join(" "));
    }
    at += length + 12;
  }
  return texts.join(" ");
}
