const latin = new TextDecoder("latin1");

/** What can be told of a recording without hearing it. */
export interface AudioFacts {
  /** The texts it carries: titles and comments, where tools keep them. Empty when there are none. */
  words: string;
  /** Seconds; by its header where it has one, else by its size at 128 kbit/s. */
  seconds: number;
}

/** Texts and length of a recording. The stand-in has no ears; a test that needs another transcript writes it into the file. */
export function readAudio(bytes: Uint8Array): AudioFacts {
  if (latin.decode(bytes.subarray(0, 4)) === "RIFF") return readRiff(bytes);
  return { words: id3Words(bytes), seconds: bytes.length / 16_000 };
}

/** A WAV file: byte rate and data size are its length, the entries of its INFO list its texts. */
function readRiff(bytes: Uint8Array): AudioFacts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words: string[] = [];
  let [rate, size] = [0, 0];
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = latin.decode(bytes.subarray(at, at + 4));
    const length = view.getUint32(at + 4, true);
    if (name === "fmt " && at + 20 <= bytes.length) rate = view.getUint32(at + 16, true);
    else if (name === "data") size = Math.min(length, bytes.length - at - 8);
    else if (name === "LIST") words.push(...infoWords(bytes.subarray(at + 12, at + 8 + length)));
    at += 8 + length + length % 2;
  }
  return { words: words.join(" "), seconds: rate === 0 ? 0 : size / rate };
}

function infoWords(list: Uint8Array): string[] {
  const view = new DataView(list.buffer, list.byteOffset, list.byteLength);
  const words: string[] = [];
  for (let at = 0; at + 8 <= list.length;) {
    const length = view.getUint32(at + 4, true);
    words.push(new TextDecoder().decode(list.subarray(at + 8, at + 8 + length)).replaceAll("\0", "").trim());
    at += 8 + length + length % 2;
  }
  return words.filter((text) => text !== "");
}

/** Titles and comments of an ID3v2 tag, as MP3 files have them. */
function id3Words(bytes: Uint8Array): string {
  if (latin.decode(bytes.subarray(0, 3)) !== "ID3") return "";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words: string[] = [];
  for (let at = 10; at + 10 <= bytes.length;) {
    const name = latin.decode(bytes.subarray(at, at + 4));
    const length = view.getUint32(at + 4);
    if (!/^[A-Z0-9]{4}$/.test(name) || length === 0) break;
    const text = latin.decode(bytes.subarray(at + 11, at + 10 + length));
    if (name.startsWith("T")) words.push(text.replaceAll("\0", " ").trim());
    else if (name === "COMM") words.push(text.slice(3).split("\0").slice(1).join(" ").trim());
    at += 10 + length;
  }
  return words.join(" ");
}
