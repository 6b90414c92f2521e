/** How a format is read: as text, out of a container of bytes, by a model that sees, or by one that hears. */
export type FormatKind = "text" | "file" | "image" | "audio";

/** A format that is read. */
export interface Format {
  /** Its media type; the first that a browser may give it is the one that is kept. */
  mimeTypes: readonly [string, ...string[]];
  /** Endings of file names, lower case. */
  endings: readonly string[];
  kind: FormatKind;
  /** In words, for messages. */
  name: string;
}

const OFFICE = "application/vnd.openxmlformats-officedocument";

/** Every format that is read. */
export const FORMATS = {
  text: { mimeTypes: ["text/plain"], endings: ["txt"], kind: "text", name: "plain text" },
  markdown: {
    mimeTypes: ["text/markdown", "text/x-markdown"],
    endings: ["md", "markdown"],
    kind: "text",
    name: "Markdown",
  },
  html: { mimeTypes: ["text/html", "application/xhtml+xml"], endings: ["html", "htm"], kind: "text", name: "HTML" },
  csv: { mimeTypes: ["text/csv", "text/tab-separated-values"], endings: ["csv", "tsv"], kind: "text", name: "CSV" },
  rtf: { mimeTypes: ["application/rtf", "text/rtf"], endings: ["rtf"], kind: "file", name: "RTF" },
  eml: { mimeTypes: ["message/rfc822"], endings: ["eml"], kind: "file", name: "e-mail" },
  pdf: { mimeTypes: ["application/pdf"], endings: ["pdf"], kind: "file", name: "PDF" },
  docx: {
    mimeTypes: [`${OFFICE}.wordprocessingml.document`],
    endings: ["docx"],
    kind: "file",
    name: "Word (docx)",
  },
  pptx: {
    mimeTypes: [`${OFFICE}.presentationml.presentation`],
    endings: ["pptx"],
    kind: "file",
    name: "PowerPoint (pptx)",
  },
  xlsx: { mimeTypes: [`${OFFICE}.spreadsheetml.sheet`], endings: ["xlsx"], kind: "file", name: "Excel (xlsx)" },
  png: { mimeTypes: ["image/png"], endings: ["png"], kind: "image", name: "PNG image" },
  jpeg: { mimeTypes: ["image/jpeg"], endings: ["jpg", "jpeg"], kind: "image", name: "JPEG image" },
  webp: { mimeTypes: ["image/webp"], endings: ["webp"], kind: "image", name: "WebP image" },
  gif: { mimeTypes: ["image/gif"], endings: ["gif"], kind: "image", name: "GIF image" },
  mp3: { mimeTypes: ["audio/mpeg", "audio/mp3"], endings: ["mp3"], kind: "audio", name: "MP3 audio" },
  m4a: { mimeTypes: ["audio/mp4", "audio/x-m4a", "audio/m4a"], endings: ["m4a"], kind: "audio", name: "M4A audio" },
  wav: { mimeTypes: ["audio/wav", "audio/x-wav", "audio/wave"], endings: ["wav"], kind: "audio", name: "WAV audio" },
  ogg: { mimeTypes: ["audio/ogg"], endings: ["ogg"], kind: "audio", name: "Ogg audio" },
  flac: { mimeTypes: ["audio/flac", "audio/x-flac"], endings: ["flac"], kind: "audio", name: "FLAC audio" },
  webm: { mimeTypes: ["audio/webm", "video/webm"], endings: ["webm"], kind: "audio", name: "WebM audio" },
} as const satisfies Record<string, Format>;

/** Short name of a format. */
export type FormatName = keyof typeof FORMATS;

const NAMES = Object.keys(FORMATS) as FormatName[];

/** The format a media type stands for; null when it is none that is read. Parameters and case do not matter. */
export function formatOfMimeType(mimeType: string): FormatName | null {
  const [type = ""] = mimeType.toLowerCase().split(";");
  const wanted = type.trim();
  return NAMES.find((name) => (FORMATS[name] as Format).mimeTypes.includes(wanted)) ?? null;
}

/** The format a file's name says; null when its ending is none that is read. */
export function formatOfName(fileName: string): FormatName | null {
  const ending = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase();
  if (ending === undefined) return null;
  return NAMES.find((name) => (FORMATS[name] as Format).endings.includes(ending)) ?? null;
}

/** The media type a format is kept with. */
export function mimeTypeOfFormat(format: FormatName): string {
  return FORMATS[format].mimeTypes[0];
}
